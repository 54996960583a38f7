"""Months, quarters and years by which figures are counted, as codes of the Buddhist era.

``2568-01`` is a month, ``2568-Q1`` and ``2568`` a quarter and a year of the calendar, ``FY2568-Q1`` and
``FY2568`` of the government's fiscal year, which runs from 1 October to 30 September and is named after
the year it ends in. A month's code is the same for both. Codes of one kind sort by time.

The school year is left out: it begins and ends within months, so months do not add up to it.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from .dates import be_month, be_year_of

__all__ = ["FISCAL_YEAR_STARTS", "Grain", "YearKind", "period_end", "period_of"]

FISCAL_YEAR_STARTS = 10
"""The month that the fiscal year begins with."""


class Grain(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class YearKind(StrEnum):
    """Which year the quarters and years of a data set are."""

    CALENDAR = "calendar"
    FISCAL = "fiscal"


_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def period_of(day: date, *, grain: Grain, kind: YearKind = YearKind.CALENDAR) -> str:
    """The code of the period that the day is in."""
    if grain is Grain.MONTH:
        return be_month(day)
    fiscal = kind is YearKind.FISCAL
    year = be_year_of(day) + (fiscal and day.month >= FISCAL_YEAR_STARTS)
    code = f"FY{year}" if fiscal else f"{year}"
    return f"{code}-Q{_into_year(day, kind) // 3 + 1}" if grain is Grain.QUARTER else code


def period_end(day: date, *, grain: Grain, kind: YearKind = YearKind.CALENDAR) -> date:
    """The first day after the period that the day is in."""
    left = _MONTHS[grain] - _into_year(day, kind) % _MONTHS[grain]
    later = day.month - 1 + left
    return date(day.year + later // 12, later % 12 + 1, 1)


def _into_year(day: date, kind: YearKind) -> int:
    """How many months of its year were over when the day's month began."""
    return (day.month - FISCAL_YEAR_STARTS if kind is YearKind.FISCAL else day.month - 1) % 12
