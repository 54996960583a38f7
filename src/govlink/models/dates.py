"""Dates with an explicit era, whole or partial.

Three conventions meet in this field: letters and certificates write Buddhist-era (BE) years, ทางรัฐ
sends Common-era (CE) birth dates with dashes for unknown parts, GDX sends BE dates with zeros for
unknown parts. So an era is never guessed from a number's size: the caller names it, and inside
govlink a date is always CE.

The year rule: BE = CE + 543 from 2484 on; before that the BE year began on 1 April, so January to
March of a year before 2484 belong to CE = BE - 542, and BE 2483 has only April to December.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from enum import StrEnum

from ..errors import Fault, RejectedError
from .text import clean_text, from_thai_digits

__all__ = ["Era", "PartialDate", "be_month", "be_year_of", "format_thai_date", "parse_thai_date"]

NOT_A_DATE = Fault(
    "dates.not_a_date",
    en="this is not a date in the form expected ({form})",
    th="ไม่ใช่วันที่ตามรูปแบบที่กำหนด ({form})",
)
ERA_IMPLAUSIBLE = Fault(
    "dates.era_implausible",
    en="the year does not belong to the {era} era",
    th="ปีที่ระบุไม่ตรงกับศักราชที่กำหนด ({era})",
)

MONTHS_TH = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
_SHORT_TH = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.",
    "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
_WRITTEN = re.compile(r"^([0-9]{1,2})\s*([ก-๙.]+?)\s*(?:พ\.?\s?ศ\.?)?\s*([0-9]{4})$")
_SLASHED = re.compile(r"^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})$")
_COMPACT = re.compile(r"^([0-9]{4})([0-9]{2}|--)([0-9]{2}|--)$")


class Era(StrEnum):
    """Which year 1 a year is counted from."""

    BE = "BE"
    CE = "CE"


_PLAUSIBLE = {Era.BE: range(2300, 2800), Era.CE: range(1757, 2257)}


def _ce_year(year: int, month: int | None, era: Era) -> int:
    if year not in _PLAUSIBLE[era]:
        raise RejectedError(ERA_IMPLAUSIBLE, era=era.value)
    if era is Era.CE:
        return year
    if year == 2483 and month is not None and month < 4:
        raise RejectedError(NOT_A_DATE, form="BE 2483 has no January to March")
    return year - 542 if year < 2484 and month is not None and month < 4 else year - 543


def be_year_of(day: date) -> int:
    """The Buddhist-era year that a Common-era day was written with at its own time."""
    old_new_year = day.year <= 1940 and day.month < 4
    return day.year + (542 if old_new_year else 543)


def be_month(day: date) -> str:
    """The day's month with its Buddhist-era year, ``2568-01``; as text it sorts by time."""
    return f"{be_year_of(day):04d}-{day.month:02d}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PartialDate:
    """A Common-era date of which the day, or the day and the month, may be unknown."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        bad_year = not MINYEAR <= self.year <= MAXYEAR
        bad_month = self.month is not None and not 1 <= self.month <= 12
        if bad_year or bad_month or (self.month is None and self.day is not None):
            raise RejectedError(NOT_A_DATE, form="year, month 1-12, day")
        if self.month is not None and self.day is not None:
            last = calendar.monthrange(self.year, self.month)[1]
            if not 1 <= self.day <= last:
                raise RejectedError(NOT_A_DATE, form="year, month 1-12, day")

    @classmethod
    def parse_compact(cls, text: str, *, era: Era) -> PartialDate:
        """Read ``YYYYMMDD`` where unknown parts are ``00`` (GDX, BE) or ``--`` (ทางรัฐ, CE)."""
        found = _COMPACT.match(from_thai_digits(text.strip()))
        if found is None:
            raise RejectedError(NOT_A_DATE, form="YYYYMMDD")
        month, day = (None if part in {"--", "00"} else int(part) for part in found.group(2, 3))
        return cls(year=_ce_year(int(found[1]), month, era), month=month, day=day)

    def compact_be(self) -> str:
        """``YYYYMMDD`` with a Buddhist-era year and ``00`` for unknown parts, as GDX takes it."""
        old_new_year = self.year <= 1940 and self.month is not None and self.month < 4
        year = self.year + (542 if old_new_year else 543)
        return f"{year:04d}{self.month or 0:02d}{self.day or 0:02d}"

    def whole(self) -> date | None:
        """The date when every part is known, else None."""
        if self.month is None or self.day is None:
            return None
        return date(self.year, self.month, self.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{p:02d}" for p in (self.month, self.day) if p is not None]
        return "-".join(parts)


def _month_of(name: str) -> int:
    for names in (MONTHS_TH, _SHORT_TH):
        if name in names:
            return names.index(name) + 1
    bare = {short.replace(".", ""): i for i, short in enumerate(_SHORT_TH, start=1)}
    if name.replace(".", "") in bare:
        return bare[name.replace(".", "")]
    raise RejectedError(NOT_A_DATE, form="24 ตุลาคม 2567")


def parse_thai_date(text: str) -> date:
    """Read a whole Buddhist-era date: ``๒๔ ตุลาคม ๒๕๖๗``, ``24 ต.ค. 2567`` or ``24/10/2567``.

    Raises:
        RejectedError: the text is no such date, or its year is not a Buddhist-era one.
    """
    plain = clean_text(from_thai_digits(text))
    if found := _SLASHED.match(plain):
        day, month, year = (int(part) for part in found.groups())
    elif found := _WRITTEN.match(plain):
        day, month, year = int(found[1]), _month_of(found[2]), int(found[3])
    else:
        raise RejectedError(NOT_A_DATE, form="24 ตุลาคม 2567")
    if not 1 <= month <= 12:
        raise RejectedError(NOT_A_DATE, form="24/10/2567")
    whole = PartialDate(year=_ce_year(year, month, Era.BE), month=month, day=day).whole()
    assert whole is not None  # month and day were both given
    return whole


def format_thai_date(day: date) -> str:
    """``24 ตุลาคม 2567``: the day as letters and certificates write it, with Arabic digits."""
    return f"{day.day} {MONTHS_TH[day.month - 1]} {be_year_of(day)}"
