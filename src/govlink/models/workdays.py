"""Working days, by which portals and laws count their clocks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

__all__ = ["add_working_days"]

_SATURDAY = 5


def add_working_days(day: date, count: int, *, holidays: Collection[date] = ()) -> date:
    """The working day that comes ``count`` working days after ``day``; a negative count goes back.

    ``day`` itself is not counted, as the day a letter is received is not. Saturdays, Sundays and
    ``holidays`` are no working days; which days are holidays is the caller's knowledge, because the
    cabinet adds some every year. A count of 0 gives ``day`` unchanged.
    """
    one = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += one
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return day
