"""Counting working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.workdays import add_working_days

MONDAY = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("count", "holidays", "expected"),
    [
        (0, (), date(2027, 1, 4)),
        (1, (), date(2027, 1, 5)),
        (5, (), date(2027, 1, 11)),
        (5, (date(2027, 1, 6),), date(2027, 1, 12)),
        (5, (date(2027, 1, 9),), date(2027, 1, 11)),
        (-1, (), date(2027, 1, 1)),
        (-1, (date(2027, 1, 1),), date(2026, 12, 31)),
    ],
)
def test_working_days(count: int, holidays: tuple[date, ...], expected: date) -> None:
    """Weekends and holidays are passed over, both ways; a holiday on a Saturday costs nothing."""
    assert add_working_days(MONDAY, count, holidays=holidays) == expected


@given(
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    count=st.integers(1, 60),
    holidays=st.frozensets(st.dates(date(2020, 1, 1), date(2040, 6, 1)), max_size=30),
)
def test_working_days_lie_between(day: date, count: int, holidays: frozenset[date]) -> None:
    """Exactly ``count`` working days lie after the day and up to the result, which is one itself."""
    last = add_working_days(day, count, holidays=holidays)
    between = [day + timedelta(days=i) for i in range(1, (last - day).days + 1)]
    working = [d for d in between if d.weekday() < 5 and d not in holidays]
    assert len(working) == count
    assert working[-1] == last
