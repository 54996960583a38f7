"""Levels of the Thai school system, the present one and those that old certificates name.

The same short name has meant different things: ม.6 ended the upper secondary school of today, and
the middle school of the plan before 2503. So a reading can be ambiguous, and says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from ..errors import Fault, RejectedError
from ..models.mark import Mark
from ..models.text import clean_text, from_thai_digits

__all__ = [
    "COVERED_LEVELS",
    "LEVEL_TITLES_TH",
    "YEARS_IN_USE",
    "AmbiguousLevel",
    "KnownLevel",
    "Level",
    "LevelReading",
    "OtherLevel",
    "Stream",
    "YearsInUse",
    "is_year_plausible",
    "parse_level",
]

LEVEL_UNREADABLE = Fault(
    "equivalence.level_unreadable",
    en="this is not the name of a school level, such as ม.ศ.5 or ป.7",
    th="ไม่ใช่ชื่อระดับชั้นที่รู้จัก เช่น ม.ศ.5 หรือ ป.7",
)


class Level(StrEnum):
    """A level that ends a stage of school."""

    P7 = "P7"
    MS3 = "MS3"
    MS5 = "MS5"
    MS6V = "MS6V"
    M8OLD = "M8OLD"
    M3OLD = "M3OLD"
    M6OLD = "M6OLD"
    M3 = "M3"
    M6 = "M6"


LEVEL_TITLES_TH = {
    Level.P7: "ประถมศึกษาปีที่ 7",
    Level.MS3: "มัธยมศึกษาปีที่ 3 (ม.ศ.3)",
    Level.MS5: "มัธยมศึกษาปีที่ 5 (ม.ศ.5)",
    Level.MS6V: "มัธยมศึกษาปีที่ 6 สายอาชีพ (ม.ศ.6)",
    Level.M8OLD: "มัธยมศึกษาปีที่ 8 เดิม (ม.8 เดิม)",
    Level.M3OLD: "มัธยมศึกษาปีที่ 3 เดิม",
    Level.M6OLD: "มัธยมศึกษาปีที่ 6 เดิม",
    Level.M3: "มัธยมศึกษาตอนต้น",
    Level.M6: "มัธยมศึกษาตอนปลาย",
}

COVERED_LEVELS = frozenset({Level.P7, Level.MS3, Level.MS5, Level.MS6V, Level.M8OLD})
"""Levels of which a replacement certificate is given (the letter of 16 October 2567)."""


class Stream(StrEnum):
    """The branch written in brackets behind a level."""

    VOCATIONAL = "vocational"
    GENERAL = "general"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLevel:
    """One level, and the branch if one was written."""

    level: Level
    stream: Stream | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguousLevel:
    """A name used in two eras, or in an era it did not exist in.

    ``written`` is its normal spelling, ``candidates`` what it may mean.
    """

    written: str
    candidates: tuple[Level, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLevel:
    """A school level of which this service issues nothing; ``written`` is its normal spelling."""

    written: str


LevelReading: TypeAlias = KnownLevel | AmbiguousLevel | OtherLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsInUse:
    """The academic years (BE) in which people finished a level; None is open. For warnings only."""

    first_be: int | None
    last_be: int | None
    mark: Mark = Mark.MODELLED


YEARS_IN_USE = {
    Level.P7: YearsInUse(first_be=2503, last_be=2520),
    Level.MS3: YearsInUse(first_be=2503, last_be=2522),
    Level.MS5: YearsInUse(first_be=2503, last_be=2524),
    Level.MS6V: YearsInUse(first_be=2503, last_be=2524),
    Level.M8OLD: YearsInUse(first_be=None, last_be=2505),
    Level.M3: YearsInUse(first_be=2523, last_be=None),
    Level.M6: YearsInUse(first_be=2526, last_be=None),
}
"""Worked out from when each curriculum began and how long a class takes; no register confirms it."""

_NAME = re.compile(
    r"^(?P<stage>ประถมศึกษาปีที่|ประถมปีที่|ประถม|มัธยมศึกษาปีที่|มัธยมปีที่|มัธยม|ม\.?ศ\.?|ป\.?|ม\.?)"
    r"(?P<year>[0-9]{1,2})[.,]*(?P<era>เดิม|ปัจจุบัน)?[.,]*(?:\((?P<note>[^()]{1,40})\))?[.,]*$"
)
_CODES = {level.value: level for level in Level}
_OLD_OR_NEW = {
    3: (Level.M3OLD, Level.M3),
    6: (Level.M6OLD, Level.M6),
    8: (Level.M8OLD,),
}
_MS = {3: Level.MS3, 5: Level.MS5, 6: Level.MS6V}
_VOCATIONAL = ("อาชีพ", "อาชีวะ")
_GENERAL = ("สามัญ",)


def parse_level(text: str) -> LevelReading:
    """Read a level as people write it, or its code (``MS5``).

    Taken: Thai or Arabic digits, blanks anywhere, dots left out or trailing, a trailing comma, the
    branch or the era in brackets. ``ม.3`` and ``ม.6`` without ``เดิม`` or ``ปัจจุบัน`` are ambiguous;
    ``ม.8`` is the old level, because there is no other.

    Raises:
        RejectedError: the text names no school level.
    """
    plain = clean_text(from_thai_digits(text)).replace(" ", "")
    if plain.upper() in _CODES:
        level = _CODES[plain.upper()]
        return KnownLevel(level=level, stream=Stream.VOCATIONAL if level is Level.MS6V else None)
    found = _NAME.match(plain)
    if found is None:
        raise RejectedError(LEVEL_UNREADABLE)
    year, note, era = int(found["year"]), found["note"] or "", found["era"] or ""
    stage = found["stage"].replace(".", "")
    if stage.startswith("ป"):
        return KnownLevel(level=Level.P7) if year == 7 else OtherLevel(written=f"ป.{year}")
    if stage == "มศ":
        if year not in _MS:
            return OtherLevel(written=f"ม.ศ.{year}")
        return KnownLevel(level=_MS[year], stream=_stream_of(note))
    return _middle(year=year, era=f"{era} {note}")


def _middle(*, year: int, era: str) -> LevelReading:
    if year not in _OLD_OR_NEW:
        return OtherLevel(written=f"ม.{year}")
    old, *new = _OLD_OR_NEW[year]
    today = "ปัจจุบัน" in era
    if "เดิม" in era or not (new or today):
        return KnownLevel(level=old)
    if new and today:
        return KnownLevel(level=new[0])
    return AmbiguousLevel(written=f"ม.{year}", candidates=(old, *new))


def _stream_of(note: str) -> Stream | None:
    if not note:
        return None
    if any(word in note for word in _VOCATIONAL):
        return Stream.VOCATIONAL
    return Stream.GENERAL if any(word in note for word in _GENERAL) else Stream.OTHER


def is_year_plausible(level: Level, year_be: int) -> bool:
    """Whether anybody can have finished the level in that academic year, as far as can be told."""
    years = YEARS_IN_USE.get(level)
    if years is None:
        return True
    after_first = years.first_be is None or year_be >= years.first_be
    return after_first and (years.last_be is None or year_be <= years.last_be)
