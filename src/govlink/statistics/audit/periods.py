"""The months that a code of the time dimension stands for, by the way it is written."""

from __future__ import annotations

import re

__all__ = ["months_of"]

_PERIOD = re.compile(r"(?P<fiscal>FY)?(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
FISCAL_SHIFT = 3  # a fiscal year begins in October of the year before


def months_of(code: str) -> tuple[str, ...]:
    """The months of a year, a quarter or a month, of a calendar or a fiscal year; other codes as they are.

    A reader knows that ``2568-Q1`` is January to March of 2568 and ``FY2568`` October 2567 to September 2568,
    whether the table brings a hierarchy or not.
    """
    found = _PERIOD.fullmatch(code)
    if found is None or found["month"]:
        return (code,)
    first, many = (3 * int(found["quarter"]) - 3, 3) if found["quarter"] else (0, 12)
    if found["fiscal"]:
        first -= FISCAL_SHIFT
    months = range(12 * int(found["year"]) + first, 12 * int(found["year"]) + first + many)
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in months)
