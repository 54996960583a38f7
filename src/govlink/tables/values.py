"""The rules of each column type: which texts it takes, and the one canonical text of a value.

A database that catalogues use takes much that is wrong without a word: it cuts leading zeros, counts a
Buddhist year as a Gregorian one, and answers a NUL with an internal error (data.go.th, seen on CKAN 2.10 to
2.12). So such values are refused here, each with what to do instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from ..errors import Fault
from ..models.table import ColumnType
from ..models.text import from_thai_digits

__all__ = ["MOST_CHARACTERS", "NOT_UTF8", "PARSERS", "text_fault"]

NOT_UTF8 = Fault(
    "table.not_utf8",
    en="the row is not UTF-8, perhaps TIS-620 (Windows-874); convert the file to UTF-8 and try again",
    th="แถวนี้ไม่ใช่ UTF-8 อาจเป็น TIS-620 (Windows-874) ให้แปลงไฟล์เป็น UTF-8 แล้วลองใหม่",
)
SURROGATE = Fault(
    "table.surrogate",
    en="the text holds half a character (a lone surrogate); read the source again in its right encoding",
    th="ข้อความมีอักขระไม่ครบคู่ (lone surrogate) ให้อ่านต้นทางใหม่ด้วยรหัสอักขระที่ถูกต้อง",
)
CONTROL = Fault(
    "table.control_character",
    en="the text holds NUL or another control character; remove it (tab and line break may stay)",
    th="ข้อความมีอักขระ NUL หรืออักขระควบคุม ให้ลบออก (แท็บและขึ้นบรรทัดใหม่ใช้ได้)",
)
BYTE_ORDER_MARK = Fault(
    "table.byte_order_mark",
    en="a byte-order mark (U+FEFF) stands before or after the text; remove it",
    th="มีเครื่องหมาย BOM (U+FEFF) นำหน้าหรือต่อท้ายข้อความ ให้ลบออก",
)
TOO_LONG = Fault(
    "table.too_long",
    en="the value has too many characters; shorten it, or publish it as a document",
    th="ค่านี้ยาวเกินไป ให้ย่อ หรือเผยแพร่เป็นเอกสารแยก",
)
THAI_DIGITS = Fault(
    "table.thai_digits",
    en="the value is written in Thai digits; write it in Arabic digits, or declare the column text",
    th="ค่านี้เขียนด้วยเลขไทย ให้เขียนด้วยเลขอารบิก หรือกำหนดคอลัมน์เป็น text",
)
LEADING_ZERO = Fault(
    "table.leading_zero",
    en="a number loses its leading zeros; if this is a code, declare the column text",
    th="เลขศูนย์นำหน้าจะหายไปเมื่อเก็บเป็นตัวเลข หากเป็นรหัส ให้กำหนดคอลัมน์เป็น text",
)
NOT_FINITE = Fault(
    "table.not_finite",
    en="the value is no finite number (NaN or infinity); leave it empty",
    th="ค่านี้ไม่ใช่จำนวนที่มีค่าจำกัด (NaN หรืออนันต์) ให้เว้นว่าง",
)
EXPONENT = Fault(
    "table.exponent",
    en="the number is written with an exponent, as spreadsheets do that cut digits; write all its digits",
    th="ตัวเลขเขียนแบบยกกำลัง (E) ซึ่งโปรแกรมตารางคำนวณอาจตัดหลักทิ้ง ให้เขียนตัวเลขเต็ม",
)
NOT_WHOLE = Fault(
    "table.not_whole",
    en="the column holds whole numbers and this is none; declare the column numeric",
    th="คอลัมน์นี้เก็บจำนวนเต็ม แต่ค่านี้มีเศษ ให้กำหนดคอลัมน์เป็น numeric",
)
TOO_LARGE = Fault(
    "table.too_large",
    en="the number is outside -2147483648 to 2147483647; declare the column numeric, or text if it is a code",
    th="ตัวเลขอยู่นอกช่วง -2147483648 ถึง 2147483647 ให้กำหนดคอลัมน์เป็น numeric หรือ text หากเป็นรหัส",
)
NOT_A_NUMBER = Fault(
    "table.not_a_number",
    en="the value is no number; write digits, a point before decimals, no blanks, commas or plus sign",
    th="ค่านี้ไม่ใช่ตัวเลข ให้เขียนเฉพาะตัวเลข ใช้จุดทศนิยม ไม่มีช่องว่าง จุลภาค หรือเครื่องหมายบวก",
)
BUDDHIST_YEAR = Fault(
    "table.buddhist_year",
    en="the year is a Buddhist one (2400 or more); subtract 543, and leave an open end empty",
    th="ปีเป็นพุทธศักราช (2400 ขึ้นไป) ให้ลบ 543 เป็นคริสต์ศักราช หากไม่มีวันสิ้นสุดให้เว้นว่าง",
)
NOT_A_DATE = Fault(
    "table.not_a_date",
    en="the value is no date as YYYY-MM-DD; write it so, in Arabic digits",
    th="ค่านี้ไม่ใช่วันที่รูปแบบ YYYY-MM-DD ให้เขียนตามรูปแบบนี้ด้วยเลขอารบิก",
)
NOT_A_TIMESTAMP = Fault(
    "table.not_a_timestamp",
    en="the value is no time as YYYY-MM-DDTHH:MM:SS; write it so, in Arabic digits",
    th="ค่านี้ไม่ใช่วันเวลารูปแบบ YYYY-MM-DDTHH:MM:SS ให้เขียนตามรูปแบบนี้ด้วยเลขอารบิก",
)
NO_SUCH_DAY = Fault(
    "table.no_such_day",
    en="the calendar has no such day, or the clock no such time; correct it",
    th="ไม่มีวันหรือเวลานี้จริง ให้แก้ไข",
)
TIME_ZONE = Fault(
    "table.time_zone",
    en="the time names a time zone, which the catalogue would drop; convert it to Thai time and"
    " leave the zone out",
    th="วันเวลาระบุเขตเวลา ซึ่งบัญชีข้อมูลไม่เก็บ ให้แปลงเป็นเวลาประเทศไทยแล้วตัดเขตเวลาออก",
)
FRACTION = Fault(
    "table.second_fraction",
    en="the time has fractions of a second; round it to whole seconds",
    th="เวลามีเศษวินาที ให้ปัดเป็นวินาทีเต็ม",
)
NOT_BOOLEAN = Fault(
    "table.not_boolean",
    en="the value is neither true nor false; write one of these words, or leave it empty",
    th="ค่านี้ไม่ใช่ true หรือ false ให้เขียนคำใดคำหนึ่ง หรือเว้นว่าง",
)

MOST_CHARACTERS = 100_000
"""Longer values are refused: the reader of stored copies takes fields of up to 131072 characters."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"(-?(?:0|[1-9][0-9]*))(?:\.0+)?")
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_PADDED = re.compile(r"[+-]?0[0-9]+(?:\.[0-9]*)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+")
_INFINITE = re.compile(r"[+-]?(?:s?nan[0-9]*|inf|infinity)", re.IGNORECASE)
_MOST_DIGITS = 1000
_INT4 = range(-(2**31), 2**31)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?)?"
)
_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+ ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)")
_FIRST_BUDDHIST = 2400


def text_fault(text: str) -> Fault | None:
    """What makes a text unfit for any column, if anything does."""
    if _UNDECODED.search(text):
        return NOT_UTF8
    if _SURROGATE.search(text):
        return SURROGATE
    if _FORBIDDEN.search(text):
        return CONTROL
    if text.startswith("\ufeff") or text.endswith("\ufeff"):
        return BYTE_ORDER_MARK
    return TOO_LONG if len(text) > MOST_CHARACTERS else None


def _text(text: str) -> str | Fault:
    if text.isprintable() and len(text) <= MOST_CHARACTERS:
        return text  # whatever a text may not hold is unprintable
    return text_fault(text) or text


def _integer(text: str) -> str | Fault:
    if text.isascii() and text.isdigit() and len(text) < 10 and text[0] != "0":
        return text  # as most are
    found = _INTEGER.fullmatch(text)
    if found is None:
        return NOT_WHOLE if _DECIMAL.fullmatch(text) else _number_fault(text)
    digits = found[1]
    if len(digits) > 11 or int(digits) not in _INT4:
        return TOO_LARGE
    return "0" if digits == "-0" else digits


def _numeric(text: str) -> str | Fault:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        return _number_fault(text)
    if len(text) > _MOST_DIGITS:
        return TOO_LONG
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if not fraction:
        return "0" if whole == "0" else sign + whole
    return f"{sign}{whole}.{fraction}"


def _number_fault(text: str) -> Fault:
    if wrong := text_fault(text):
        return wrong
    if from_thai_digits(text) != text:
        return THAI_DIGITS
    for form, fault in ((_PADDED, LEADING_ZERO), (_SCIENTIFIC, EXPONENT), (_INFINITE, NOT_FINITE)):
        if form.fullmatch(text):
            return fault
    return NOT_A_NUMBER


def _date(text: str) -> str | Fault:
    found = _DATE.fullmatch(text)
    if found is None:
        return _time_fault(text, otherwise=NOT_A_DATE)
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if year >= _FIRST_BUDDHIST:
        return BUDDHIST_YEAR
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return NO_SUCH_DAY


def _timestamp(text: str) -> str | Fault:
    found = _TIMESTAMP.fullmatch(text)
    if found is None:
        return _time_fault(text, otherwise=NOT_A_TIMESTAMP)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if year >= _FIRST_BUDDHIST:
        return BUDDHIST_YEAR
    if (found[7] or "").strip("0"):
        return FRACTION
    try:
        return datetime(year, month, day, hour, minute, second).isoformat()  # noqa: DTZ001 - columns have no zone
    except ValueError:
        return NO_SUCH_DAY


def _time_fault(text: str, *, otherwise: Fault) -> Fault:
    if wrong := text_fault(text):
        return wrong
    if from_thai_digits(text) != text:
        return THAI_DIGITS
    return TIME_ZONE if _ZONE.fullmatch(text) else otherwise


def _boolean(text: str) -> str | Fault:
    word = text.lower()
    return word if word in {"true", "false"} else text_fault(text) or NOT_BOOLEAN


PARSERS: Mapping[ColumnType, Callable[[str], str | Fault]] = MappingProxyType(
    {
        ColumnType.TEXT: _text,
        ColumnType.INTEGER: _integer,
        ColumnType.NUMERIC: _numeric,
        ColumnType.DATE: _date,
        ColumnType.TIMESTAMP: _timestamp,
        ColumnType.BOOLEAN: _boolean,
    }
)
"""For each type, from a text that is not empty to its canonical text, or to what is wrong with it."""
