"""Citizen numbers among the values: whole, with dashes or blanks, in Thai digits, inside a longer text."""

from __future__ import annotations

import re

from ..errors import Fault
from ..models.identity import check_digit
from ..models.text import from_thai_digits

__all__ = ["CITIZEN_NUMBER", "holds_citizen_number", "may_hold_citizen_number"]

CITIZEN_NUMBER = Fault(
    "table.citizen_number",
    en="row {row}, column {column} holds a citizen number; take the column out, or, if these numbers are"
    " known to be others, name the column as harmless",
    th="แถวที่ {row} คอลัมน์ {column} มีเลขประจำตัวประชาชน ให้ตัดคอลัมน์นี้ออก"
    " หากทราบแน่ชัดว่าเป็นเลขประเภทอื่น ให้ระบุคอลัมน์นี้ว่าไม่เป็นอันตราย",
)

# In groups of 1, 4, 5, 2 and 1, with any dashes or blanks between, or none. Not in other groups: an area
# code, a dash and a running number make thirteen digits too.
_BETWEEN = r"[ \u00a0\u2010-\u2015-]{0,3}"
_DIGIT = "[0-9๐-๙]"
_NUMBER = _BETWEEN.join(("[1-8๑-๘]", _DIGIT * 4, _DIGIT * 5, _DIGIT * 2, _DIGIT))
_SOME = re.compile(_NUMBER)
# A look-ahead, because a number may begin inside what looks like another one.
_EACH = re.compile(rf"(?<![0-9๐-๙])(?=({_NUMBER})(?![0-9๐-๙]))")
_NO_DIGIT = re.compile("[^0-9]")


def may_hold_citizen_number(text: str) -> bool:
    """Whether it is worth looking closer, at any length of text: thirteen digits in a row are there."""
    return _SOME.search(text) is not None


def holds_citizen_number(text: str) -> bool:
    """Whether thirteen digits stand apart in the text, 1 to 8 first, with a right check digit."""
    numbers = (_NO_DIGIT.sub("", from_thai_digits(found[1])) for found in _EACH.finditer(text))
    return any(check_digit(number[:12]) == number[12] for number in numbers)
