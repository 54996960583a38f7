"""A period is published when nothing is added to it any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from govlink.errors import ProtectionError, RejectedError
from govlink.models.dates import be_year_of
from govlink.models.release import Dimension
from govlink.statistics.classifications import parents_of
from govlink.statistics.policy import ClosedPeriods
from govlink.statistics.tabulate import RawTable, Sum, demand_closed, tabulate, whole_periods
from govlink.statistics.tabulate.closed import last_day

RULE = ClosedPeriods(dimension="period", wait_days=30)


def table(*codes: str) -> RawTable:
    """A table of these periods."""
    period = Dimension(id="period", label_th="", label_en="")
    return RawTable(dimensions=(period,), categories=(codes,), counts=tuple(range(len(codes) + 1)))


@pytest.mark.parametrize(
    ("code", "end"),
    [
        ("2568-01", date(2025, 1, 31)),
        ("2567-02", date(2024, 2, 29)),
        ("2568-12", date(2025, 12, 31)),
        ("2568-Q1", date(2025, 3, 31)),
        ("2568-Q4", date(2025, 12, 31)),
        ("2568", date(2025, 12, 31)),
        ("FY2568-Q1", date(2024, 12, 31)),
        ("FY2568-Q4", date(2025, 9, 30)),
        ("FY2568", date(2025, 9, 30)),
        ("2568-13", None),
        ("2568-00", None),
        ("2568-Q5", None),
        ("FY2568-01", None),
        ("2025-01", None),
        ("2568-1", None),
        ("2568-01 ", None),
        ("๒๕๖๘", None),
        ("2483", None),
        ("unknown", None),
    ],
)
def test_the_last_day_of_a_period(code: str, end: date | None) -> None:
    """Months, quarters and years of the Buddhist era, and fiscal years, which begin in October before."""
    assert last_day(code) == end


def test_every_month_ends_the_day_before_the_next() -> None:
    """All days of two years, as their own months tell them."""
    day = date(2024, 1, 1)
    while day < date(2026, 1, 1):
        end = last_day(f"{be_year_of(day):04d}-{day.month:02d}")
        assert end is not None
        assert (end.year, end.month) == (day.year, day.month)
        assert (end + timedelta(days=1)).day == 1
        day += timedelta(days=1)


def test_a_table_of_closed_periods_passes() -> None:
    """From the day after the wait on."""
    demand_closed(table("2567-12", "2568-01"), period=RULE, as_of=date(2025, 3, 3))


def test_open_periods_are_named() -> None:
    """A month within its wait, and a quarter or year that has months to come."""
    with pytest.raises(ProtectionError, match=r": 2568, 2568-01, 2568-Q1$") as caught:
        demand_closed(table("2567-12", "2568-01", "2568-Q1", "2568"), period=RULE, as_of=date(2025, 3, 2))
    assert caught.value.code == "statistics.period_open"
    assert "2567-12" not in str(caught.value)


def test_codes_that_are_no_periods_are_named() -> None:
    """Nobody can tell whether they are closed."""
    with pytest.raises(RejectedError, match="2025-01, unknown") as caught:
        demand_closed(table("2568-01", "2025-01", "unknown"), period=RULE, as_of=date(2030, 1, 1))
    assert caught.value.code == "statistics.period_unreadable"


def test_a_table_without_its_period_is_refused() -> None:
    """Counts over all time change every day."""
    with pytest.raises(RejectedError, match="quarter") as caught:
        demand_closed(
            table("2568"), period=ClosedPeriods(dimension="quarter", wait_days=0), as_of=date(2030, 1, 1)
        )
    assert caught.value.code == "statistics.period_missing"


def test_a_table_limited_to_closed_periods_passes_without_showing_them() -> None:
    """Outcomes of one month, say; what the records were limited to must be closed as well."""
    by_outcome = RawTable(
        dimensions=(Dimension(id="outcome", label_th="", label_en=""),), categories=(("a",),), counts=(1, 1)
    )
    closed, late = (("period", ("2567-12",)),), (("outcome", ("a",)), ("period", ("2567-12", "2568-02")))
    demand_closed(by_outcome, period=RULE, as_of=date(2025, 3, 3), where=closed)
    for raw in (by_outcome, table("2567-12")):
        with pytest.raises(ProtectionError, match=r"2568-02$"):
            demand_closed(raw, period=RULE, as_of=date(2025, 3, 3), where=late)
    with pytest.raises(RejectedError) as caught:
        demand_closed(by_outcome, period=RULE, as_of=date(2025, 3, 3), where=(("outcome", ("a",)),))
    assert caught.value.code == "statistics.period_missing"


JANUARY_TO_APRIL = ("2568-01", "2568-02", "2568-03", "2568-04")


def counted(*months: str, where: tuple[str, ...] = ()) -> RawTable:
    """Two records a month, with the quarters and years above them."""
    period = Dimension(id="period", label_th="", label_en="", parents=parents_of("be-month", months))
    outcome = Dimension(id="outcome", label_th="", label_en="")
    rows = [{"period": m, "outcome": o, "fee": 10 * int(m[-2:])} for m in months for o in "ab"]
    limits = (("period", where),) if where else ()
    return tabulate(rows, dimensions=(period, outcome), measure=Sum(column="fee"), where=limits)


@pytest.mark.parametrize(
    ("months", "where", "shown"),
    [
        (("2568-01",), (), ()),
        (("2568-01", "2568-03"), (), ()),
        (JANUARY_TO_APRIL, (), ("2568-Q1",)),
        (("2568-01", "2568-03"), ("2568-Q1",), ("2568-Q1",)),
        (("2568-01", "2568-03"), ("2568",), ("2568-Q1", "2568")),
        (
            tuple(f"2568-{m:02d}" for m in range(1, 13)),
            (),
            ("2568-Q1", "2568-Q2", "2568-Q3", "2568-Q4", "2568"),
        ),
    ],
)
def test_a_whole_is_shown_where_all_of_it_is_counted(
    months: tuple[str, ...], where: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    """A year beside January alone is no figure of the year; all other cells stay as they are."""
    every = counted(*months, where=where)
    left = whole_periods(every, dimension="period")
    assert left.categories == ((*months, *shown), ("a", "b"))
    before = dict(zip(every.keys(), zip(every.counts, every.contributions or (), strict=True), strict=True))
    shown_cells = tuple(left.keys())
    after = zip(left.counts, left.contributions or (), strict=True)
    assert tuple(after) == tuple(before[keys] for keys in shown_cells)
    assert whole_periods(every, dimension="outcome") is every


def test_a_hierarchy_that_lacks_months_does_not_make_a_quarter_whole() -> None:
    """What a quarter is made of, the calendar tells too."""
    period = Dimension(id="period", label_th="", label_en="", parents=(("2568-01", "2568-Q1"),))
    raw = tabulate([{"period": "2568-01"}], dimensions=(period,))
    assert raw.categories == (("2568-01", "2568-Q1"),)
    assert whole_periods(raw, dimension="period").categories == (("2568-01",),)
