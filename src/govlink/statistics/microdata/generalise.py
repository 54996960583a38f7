"""How a column's values may be made coarser, level by level.

Level 0 leaves values as they are; the levels given follow; the last, added to each, makes all values one.
A level must keep together what the one before it put together: only then does a file become no less
protected by going up, which the search relies on. That is checked on the file's own values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from ...errors import Fault, RejectedError

__all__ = ["Hierarchy", "by_intervals", "by_mapping", "by_prefix", "numbered_levels"]

HIERARCHY_INVALID = Fault(
    "statistics.microdata_hierarchy",
    en="the levels of column {column} are not valid: {reason}",
    th="ระดับการรวมกลุ่มของคอลัมน์ {column} ไม่ถูกต้อง ({reason})",
)
VALUE_UNPLACED = Fault(
    "statistics.microdata_unplaced",
    en="some value of column {column} has no place in level {level}",
    th="มีค่าในคอลัมน์ {column} ที่ไม่อยู่ในระดับที่ {level}",
)
LEVELS_CROSS = Fault(
    "statistics.microdata_levels_cross",
    en="level {level} of column {column} parts values that the level before put together",
    th="ระดับที่ {level} ของคอลัมน์ {column} แยกค่าที่ระดับก่อนหน้ารวมไว้ด้วยกัน",
)

Group: TypeAlias = Callable[[str], str | None]
"""What a value becomes, or None if it has no place."""

_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """A column and the levels above its values, finest first; make one by the functions of this module."""

    column: str
    levels: tuple[Group, ...] = field(repr=False)

    @property
    def top(self) -> int:
        """The number of the highest level, where all values are one."""
        return len(self.levels) + 1


def by_mapping(column: str, *levels: Mapping[str, str]) -> Hierarchy:
    """Levels that name the group of each value as it stands in the file, never that of a lower group."""
    return Hierarchy(column=column, levels=tuple(dict(level).get for level in levels))


def by_intervals(column: str, *, widths: tuple[int, ...], start: int = 0) -> Hierarchy:
    """Whole numbers in intervals of equal width, one of which begins at ``start``.

    Raises:
        RejectedError: a width is no multiple, twice or more, of the one before.
    """
    steps = zip((1, *widths), widths, strict=False)
    if any(wide % narrow or wide <= narrow for narrow, wide in steps):
        reason = "each width must be a multiple of the one before, from 2 up"
        raise RejectedError(HIERARCHY_INVALID, column=column, reason=reason)
    return Hierarchy(column=column, levels=tuple(_interval(width, start) for width in widths))


def by_prefix(column: str, *, lengths: tuple[int, ...]) -> Hierarchy:
    """Values cut to their first characters, as postal or administrative codes are.

    Raises:
        RejectedError: the lengths do not fall, or reach 0.
    """
    if list(lengths) != sorted(set(lengths), reverse=True) or any(length < 1 for length in lengths):
        raise RejectedError(HIERARCHY_INVALID, column=column, reason="lengths must fall and stay above 0")
    return Hierarchy(column=column, levels=tuple(_prefix(length) for length in lengths))


def _interval(width: int, start: int) -> Group:
    def group(value: str) -> str | None:
        return str((int(value) - start) // width) if _WHOLE.fullmatch(value) else None

    return group


def _prefix(length: int) -> Group:
    def group(value: str) -> str | None:
        return value[:length]

    return group


def numbered_levels(hierarchy: Hierarchy, values: tuple[str | None, ...]) -> tuple[tuple[int, ...], ...]:
    """For each level, from 0 to the top, the number of the group that each value falls into.

    A missing value stays one by itself up to the top.

    Raises:
        RejectedError: a value has no place in some level, or a level parts what stood together.
    """
    numbered = [tuple(range(len(values)))]
    for level, group in enumerate(hierarchy.levels, start=1):
        groups = [None if value is None else (group(value),) for value in values]
        if (None,) in groups:
            raise RejectedError(VALUE_UNPLACED, column=hierarchy.column, level=level)
        numbers: dict[tuple[str | None] | None, int] = {}
        numbered.append(tuple(numbers.setdefault(g, len(numbers)) for g in groups))
        if len(set(zip(numbered[-2], numbered[-1], strict=True))) > len(set(numbered[-2])):
            raise RejectedError(LEVELS_CROSS, column=hierarchy.column, level=level)
    return (*numbered, (0,) * len(values))
