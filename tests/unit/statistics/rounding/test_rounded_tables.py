"""A rounded table is judged by itself: what it must be, and what it tells of each cell."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.rounding import RoundedTableAudit, audit_rounded

PLACE = Dimension(
    id="place", label_th="พื้นที่", label_en="place", parents=(("a1", "a"), ("a2", "a"), ("b1", "b"))
)
SEX = Dimension(id="sex", label_th="เพศ", label_en="sex")
PLACES = ("a1", "a2", "b1", "a", "b", TOTAL)
PARTS = {"a": ("a1", "a2"), "b": ("b1",), TOTAL: ("a1", "a2", "b1")}
SEXES = ("F", "M", TOTAL)
Cell = tuple[str, str]


def whole_table(finest: dict[Cell, int]) -> dict[Cell, int]:
    """All sums of finest counts by place and sex, worked out from scratch."""
    sums = {}
    for place, sex in product(PLACES, SEXES):
        places, sexes = PARTS.get(place, (place,)), ("F", "M") if sex == TOTAL else (sex,)
        sums[place, sex] = sum(finest[p, s] for p in places for s in sexes)
    return sums


def published(figures: dict[Cell, int]) -> ProtectedTable:
    """What goes out."""
    cells = tuple(ReleasedCell(keys=k, value=v, status=CellStatus.FREE) for k, v in figures.items())
    return ProtectedTable(dimensions=(PLACE, SEX), cells=cells)


def finest_of(numbers: tuple[int, ...]) -> dict[Cell, int]:
    """Finest counts in order."""
    return dict(zip(product(("a1", "a2", "b1"), ("F", "M")), numbers, strict=True))


GOOD = whole_table(finest_of((5, 0, 10, 5, 0, 20)))


def test_a_sound_table_passes() -> None:
    """With a hierarchy, and the base at the threshold."""
    found = audit_rounded(published(GOOD), base=5, threshold=5)
    assert found == RoundedTableAudit(cells=18, reach=4)
    assert found.passed


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.integers(-30, 30).filter(bool))
def test_any_one_figure_changed_is_found(cell: Cell, change: int) -> None:
    """Whatever it is changed to: every cell is in some sum."""
    value = GOOD[cell] + change
    if value < 0:
        with pytest.raises(RejectedError):
            audit_rounded(published(GOOD | {cell: value}), base=5)
        return
    found = audit_rounded(published(GOOD | {cell: value}), base=5)
    assert not found.passed
    assert found.unbalanced
    assert (cell in found.uneven) == bool(change % 5)


def test_figures_below_the_threshold_are_named() -> None:
    """A base of 3 leaves a 3 where five people are the least that may show."""
    figures = whole_table(finest_of((3, 0, 0, 6, 0, 0)))
    found = audit_rounded(published(figures), base=3, threshold=5)
    assert found.weak
    assert set(found.small) == {cell for cell, value in figures.items() if value == 3}
    assert not found.passed
    assert not audit_rounded(published(GOOD), base=5, threshold=6).passed
    assert audit_rounded(published(figures), base=3, threshold=3).passed


def ranges(figures: dict[Cell, int], reach: int) -> dict[Cell, tuple[int, int]]:
    """The least and greatest count of each cell over every table that the figures allow, by trying all."""
    finest = [cell for cell in figures if cell[0] in ("a1", "a2", "b1") and cell[1] != TOTAL]
    allowed = {
        cell: range(max(int(v > 0), v - reach), v + reach + 1 if v or reach else 1)
        for cell, v in figures.items()
    }
    found: dict[Cell, tuple[int, int]] = {}
    for counts in product(*(allowed[cell] for cell in finest)):
        table = whole_table(dict(zip(finest, counts, strict=True)))
        if all(value in allowed[cell] for cell, value in table.items()):
            for cell, value in table.items():
                low, high = found.get(cell, (value, value))
                found[cell] = min(low, value), max(high, value)
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_the_sums_tell_no_more_of_a_cell_than_its_own_figure(multiples: list[int]) -> None:
    """The claim that rounding rests on, against an attacker who tries every table."""
    figures = whole_table(finest_of(tuple(3 * n for n in multiples)))
    audit = audit_rounded(published(figures), base=3, threshold=3)
    assert audit.passed
    assert ranges(figures, audit.reach) == {cell: audit.interval(v) for cell, v in figures.items()}


def test_further_steps_widen_what_a_figure_stands_for() -> None:
    """And the audit says by how much."""
    found = audit_rounded(published(GOOD), base=5, widened=1)
    assert found.reach == 9
    assert found.interval(0) == (0, 9)
    assert found.interval(5) == (1, 14)
    assert found.interval(20) == (11, 29)


@pytest.mark.parametrize(("base", "threshold", "widened"), [(1, 1, 0), (5, 0, 0), (5, 1, -1)])
def test_numbers_that_promise_nothing_are_refused(base: int, threshold: int, widened: int) -> None:
    """By their code."""
    with pytest.raises(RejectedError) as caught:
        audit_rounded(published(GOOD), base=base, threshold=threshold, widened=widened)
    assert caught.value.code == "statistics.rounding_promise"
