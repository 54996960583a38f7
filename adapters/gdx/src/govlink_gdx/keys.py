"""Checks of look-up parameters, made before anything is sent.

Each check returns the text to send or raises ``RejectedError``; no fault text ever holds the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from govlink.errors import Fault, RejectedError
from govlink.models.dates import Era, PartialDate
from govlink.models.identity import CitizenId, JuristicId
from govlink.models.text import clean_text

__all__ = ["Key", "LinkageCode", "be_birth_date", "citizen_id", "juristic_id", "laser_code", "thai_name"]

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

_LASER_CODE = re.compile(r"[A-Za-z]{2}[0-9]{10}")
_BE_COMPACT = re.compile(r"[0-9]{8}")
_THAI_NAME = re.compile(r"[\u0e01-\u0e3a\u0e40-\u0e4e .-]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A parameter of a service: its name on the wire and the check of its value."""

    name: str
    check: Callable[[str], str]


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
