"""What may stand in clear: ids of organisations, and short texts that name nobody."""

from __future__ import annotations

import re
import unicodedata

from ..errors import Fault, RejectedError
from ..models.identity import check_digit

__all__ = ["check_organisation", "check_text", "is_plain"]

ORGANISATION_INVALID = Fault(
    "exchange.organisation_invalid",
    en="an organisation's id is 1 to 63 of a-z, 0-9, dot and hyphen, with a letter or digit at each end",
    th="รหัสหน่วยงานต้องเป็น a-z 0-9 จุด หรือขีด ยาว 1 ถึง 63 ตัว และขึ้นต้นลงท้ายด้วยตัวอักษรหรือตัวเลข",
)
TEXT_INVALID = Fault(
    "exchange.text_invalid",
    en="{what} must be one line of 1 to {most} characters without control or text-direction characters",
    th="{what} ต้องเป็นข้อความบรรทัดเดียว 1 ถึง {most} ตัวอักษร ไม่มีอักขระควบคุมหรืออักขระเปลี่ยนทิศทาง",
)
PERSON_IN_CLEAR = Fault(
    "exchange.person_in_clear",
    en="{what} holds a citizen number, and it travels unencrypted",
    th="{what} มีเลขประจำตัวประชาชน ทั้งที่ข้อมูลส่วนนี้ไม่ได้เข้ารหัส",
)

# Characters that turn the direction of text show other words than are there.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_ORGANISATION = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")
_CITIZEN = re.compile(r"(?<![0-9])[1-8](?:[ -]?[0-9]){12}(?![0-9])")


def check_organisation(text: str) -> str:
    """The text, when it is an organisation's id.

    Raises:
        RejectedError: it is not.
    """
    if not _ORGANISATION.fullmatch(text):
        raise RejectedError(ORGANISATION_INVALID)
    return text


def is_plain(text: str) -> bool:
    """Whether the text is one line without control, text-direction or half characters."""
    if _DIRECTION & set(text):
        return False
    return not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)


def _holds_citizen_number(text: str) -> bool:
    for found in _CITIZEN.finditer(text.translate(_THAI_DIGITS)):
        digits = "".join(character for character in found[0] if character.isdigit())
        if check_digit(digits[:12]) == digits[12]:
            return True
    return False


def check_text(text: str, *, what: str, most: int) -> str:
    """The text, when it may travel in clear: one line, not empty, without a citizen number.

    Args:
        text: a purpose or a case reference.
        what: its name, for the error's text.
        most: how many characters it may have.

    Raises:
        RejectedError: it may not.
    """
    if not 1 <= len(text) <= most or text != text.strip() or not is_plain(text):
        raise RejectedError(TEXT_INVALID, what=what, most=most)
    if _holds_citizen_number(text):
        raise RejectedError(PERSON_IN_CLEAR, what=what)
    return text
