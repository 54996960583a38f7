"""Checks of look-up parameters, made before anything is sent.

Each check returns the text to send or raises ``RejectedError``; no fault text ever holds the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from govlink.errors import Fault, RejectedError
from govlink.models.dates import Era, PartialDate
from govlink.models.identity import CitizenId, JuristicId
from govlink.models.text import clean_text

__all__ = [
    "CHECKS",
    "Key",
    "LinkageCode",
    "address_id",
    "be_birth_date",
    "be_year",
    "citizen_id",
    "count",
    "full_thai_name",
    "juristic_id",
    "laser_code",
    "plain_text",
    "thai_name",
    "thai_text",
]

LASER_CODE_INVALID = Fault(
    "gdx.laser_code_invalid",
    en="the laser code is two letters and ten digits, without hyphens",
    th="รหัสหลังบัตรต้องเป็นตัวอักษร 2 ตัวตามด้วยตัวเลข 10 หลัก โดยไม่มีขีด",
)
NAME_INVALID = Fault(
    "gdx.name_invalid",
    en="the name is in Thai letters, without a title",
    th="ชื่อต้องเป็นอักษรไทยและไม่มีคำนำหน้าชื่อ",
)
BIRTH_DATE_INVALID = Fault(
    "gdx.birth_date_invalid",
    en="the birth date is eight Arabic digits, YYYYMMDD in the Buddhist era, unknown parts 00",
    th="วันเกิดต้องเป็นเลขอารบิก 8 หลักแบบ ปปปปดดวว ปีพุทธศักราช ส่วนที่ไม่ทราบให้ใส่ 00",
)
LINKAGE_CODE_INVALID = Fault(
    "gdx.linkage_code_invalid",
    en="a Linkage service is named by an office of 5 digits, a service of 3 and a version of 2",
    th="บริการ Linkage ต้องระบุรหัสหน่วยงาน 5 หลัก รหัสบริการ 3 หลัก และเวอร์ชัน 2 หลัก",
)
ADDRESS_ID_INVALID = Fault(
    "gdx.address_id_invalid",
    en="the house's number is 11 Arabic digits",
    th="เลขรหัสประจำบ้านต้องเป็นเลขอารบิก 11 หลัก",
)
YEAR_INVALID = Fault(
    "gdx.year_invalid",
    en="the year is four Arabic digits in the Buddhist era",
    th="ปีต้องเป็นเลขอารบิก 4 หลัก ปีพุทธศักราช",
)
COUNT_INVALID = Fault(
    "gdx.count_invalid",
    en="the count is a whole number in one to four Arabic digits",
    th="จำนวนต้องเป็นเลขอารบิก 1 ถึง 4 หลัก",
)
TEXT_INVALID = Fault(
    "gdx.text_invalid",
    en="the value is 1 to 200 printable characters in one line",
    th="ค่าต้องเป็นข้อความบรรทัดเดียว ยาว 1 ถึง 200 ตัวอักษร",
)
THAI_MISSING = Fault(
    "gdx.thai_missing",
    en="the name searched for must hold Thai letters",
    th="ชื่อที่ค้นต้องมีอักษรไทย",
)
FULL_NAME_INVALID = Fault(
    "gdx.full_name_invalid",
    en="the name is a first name, one space and a last name, in Thai",
    th="ต้องระบุชื่อ เว้นวรรคหนึ่งครั้ง แล้วตามด้วยนามสกุล เป็นภาษาไทย",
)

_LASER_CODE = re.compile(r"[A-Za-z]{2}[0-9]{10}")
_BE_COMPACT = re.compile(r"[0-9]{8}")
_BE_YEAR = re.compile(r"2[3-7][0-9]{2}")
_ADDRESS_ID = re.compile(r"[0-9]{11}")
_COUNT = re.compile(r"[0-9]{1,4}")
_TEXT_LIMIT = 200
_THAI_NAME = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e .-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A parameter of a service: its name on the wire, and the check that gives the text to send."""

    name: str
    check: Callable[[str], str]
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageCode:
    """Which Linkage service is meant: codes of fixed width whose leading zeros count.

    Source: DGA knowledge base, Linkage API guide (documented).

    Raises:
        RejectedError: a code is not digits of its width.
    """

    office: str
    service: str
    version: str

    def __post_init__(self) -> None:
        for code, width in ((self.office, 5), (self.service, 3), (self.version, 2)):
            if re.fullmatch(rf"[0-9]{{{width}}}", code) is None:
                raise RejectedError(LINKAGE_CODE_INVALID)

    @classmethod
    def parse(cls, text: str) -> LinkageCode:
        """Read ``00023/001/01``."""
        parts = text.split("/")
        if len(parts) != 3:
            raise RejectedError(LINKAGE_CODE_INVALID)
        return cls(office=parts[0], service=parts[1], version=parts[2])

    def query(self) -> tuple[tuple[str, str], ...]:
        """The three parameters as they go into the query."""
        return (("OfficeID", self.office), ("ServiceID", self.service), ("Version", self.version))


def citizen_id(text: str) -> str:
    """A citizen number with a right check digit."""
    return CitizenId(text).value


def juristic_id(text: str) -> str:
    """A juristic person's number."""
    return JuristicId(text).value


def laser_code(text: str) -> str:
    """Two letters and ten digits; hyphens are refused, not dropped (documented: Laser Code guide)."""
    if _LASER_CODE.fullmatch(text) is None:
        raise RejectedError(LASER_CODE_INVALID)
    return text


def be_birth_date(text: str) -> str:
    """``YYYYMMDD`` in the Buddhist era, unknown month or day ``00`` (documented: Laser Code guide)."""
    if _BE_COMPACT.fullmatch(text) is None:
        raise RejectedError(BIRTH_DATE_INVALID)
    PartialDate.parse_compact(text, era=Era.BE)
    return text


def thai_name(text: str) -> str:
    """A first or last name in Thai letters, freed of invisible characters that would spoil a match."""
    name = clean_text(text)
    if _THAI_NAME.fullmatch(name) is None or not any("ก" <= letter <= "ฮ" for letter in name):
        raise RejectedError(NAME_INVALID)
    return name


def address_id(text: str) -> str:
    """A house's number in the register of houses (documented: GovAPI manual, IKNO-008)."""
    if _ADDRESS_ID.fullmatch(text) is None:
        raise RejectedError(ADDRESS_ID_INVALID)
    return text


def be_year(text: str) -> str:
    """A year in the Buddhist era (documented: DBD API guide, Year)."""
    if _BE_YEAR.fullmatch(text) is None:
        raise RejectedError(YEAR_INVALID)
    return text


def count(text: str) -> str:
    """How many, or from which on: the limit and the record number of a search."""
    if _COUNT.fullmatch(text) is None:
        raise RejectedError(COUNT_INVALID)
    return text


def plain_text(text: str) -> str:
    """Any short text, freed of invisible characters: for numbers whose form no document tells."""
    plain = clean_text(text)
    if not 0 < len(plain) <= _TEXT_LIMIT or not plain.isprintable():
        raise RejectedError(TEXT_INVALID)
    return plain


def thai_text(text: str) -> str:
    """A text with Thai letters in it, as a juristic person's name: digits and brackets may stand there."""
    plain = plain_text(text)
    if not any("ก" <= letter <= "ฮ" for letter in plain):
        raise RejectedError(THAI_MISSING)
    return plain


def full_thai_name(text: str) -> str:
    """First name, one space, last name (documented: DBD API guide, DBD-022)."""
    name = thai_name(text)
    if " " not in name:
        raise RejectedError(FULL_NAME_INVALID)
    return name


CHECKS: Mapping[str, Callable[[str], str]] = {
    check.__name__: check
    for check in (
        address_id,
        be_birth_date,
        be_year,
        citizen_id,
        count,
        full_thai_name,
        juristic_id,
        laser_code,
        plain_text,
        thai_name,
        thai_text,
    )
}
"""Every check by its name, for services that are declared in settings."""
