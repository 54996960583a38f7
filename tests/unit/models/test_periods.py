"""Periods have the codes that classifications place, and end when they end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.periods import Grain, YearKind, period_end, period_of


@pytest.mark.parametrize(
    ("day", "grain", "kind", "code", "end"),
    [
        (date(2025, 1, 31), Grain.MONTH, YearKind.CALENDAR, "2568-01", date(2025, 2, 1)),
        (date(2025, 12, 1), Grain.MONTH, YearKind.FISCAL, "2568-12", date(2026, 1, 1)),
        (date(2025, 2, 1), Grain.QUARTER, YearKind.CALENDAR, "2568-Q1", date(2025, 4, 1)),
        (date(2025, 12, 31), Grain.QUARTER, YearKind.CALENDAR, "2568-Q4", date(2026, 1, 1)),
        (date(2025, 12, 31), Grain.YEAR, YearKind.CALENDAR, "2568", date(2026, 1, 1)),
        (date(2024, 10, 1), Grain.QUARTER, YearKind.FISCAL, "FY2568-Q1", date(2025, 1, 1)),
        (date(2025, 1, 1), Grain.QUARTER, YearKind.FISCAL, "FY2568-Q2", date(2025, 4, 1)),
        (date(2025, 9, 30), Grain.YEAR, YearKind.FISCAL, "FY2568", date(2025, 10, 1)),
        (date(2025, 10, 1), Grain.YEAR, YearKind.FISCAL, "FY2569", date(2026, 10, 1)),
    ],
)
def test_a_day_is_in_the_period_it_is_in(
    day: date, grain: Grain, kind: YearKind, code: str, end: date
) -> None:
    """The fiscal year 2568 began on 1 October 2567; the calendar's year in January."""
    assert period_of(day, grain=grain, kind=kind) == code
    assert period_end(day, grain=grain, kind=kind) == end


@given(
    day=st.dates(min_value=date(1941, 1, 1), max_value=date(2200, 1, 1)),
    grain=st.sampled_from(Grain),
    kind=st.sampled_from(YearKind),
)
def test_a_period_ends_where_the_next_begins(day: date, grain: Grain, kind: YearKind) -> None:
    """No day is in none, and none is in two."""
    end = period_end(day, grain=grain, kind=kind)
    before = end - timedelta(days=1)
    assert day <= before
    assert period_of(before, grain=grain, kind=kind) == period_of(day, grain=grain, kind=kind)
    assert period_of(end, grain=grain, kind=kind) > period_of(day, grain=grain, kind=kind)
