"""Codes that are parts of other codes, and the sums that follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.hierarchy import canonical_codes, finest, leaves_of, tree_of
from govlink.statistics.system import Equation

MONTHS = (("2568-01", "2568-Q1"), ("2568-02", "2568-Q1"), ("2568-04", "2568-Q2"), ("2568-Q1", "2568"))


def dimension(*parents: tuple[str, str]) -> Dimension:
    """A dimension with that hierarchy."""
    return Dimension(id="period", label_th="งวด", label_en="period", parents=parents)


def test_finest_codes_stand_first_and_wholes_after_their_parts() -> None:
    """The canonical order, which everything numbered relies on."""
    period = dimension(*MONTHS, ("2568-Q2", "2568"))
    shown = ("2568", "2568-Q1", "2568-04", "2568-02", "2568-01", "2567")
    assert canonical_codes(period, shown) == ("2567", "2568-01", "2568-02", "2568-04", "2568-Q1", "2568")
    assert finest(period, shown) == ("2567", "2568-01", "2568-02", "2568-04")


def test_a_level_that_is_not_shown_is_passed_over() -> None:
    """Without its quarters a year is the sum of its months."""
    period = dimension(*MONTHS, ("2568-Q2", "2568"))
    codes = canonical_codes(period, ("2568-01", "2568-02", "2568-04", "2568"))
    assert tree_of(period, codes) == (Equation(total=3, parts=(0, 1, 2)), Equation(total=4, parts=(3,)))


def test_a_whole_without_shown_parts_is_bound_by_the_total_only() -> None:
    """A table of regions alone has no equation for its regions."""
    assert tree_of(dimension(("10", "central")), ("central", "north")) == (Equation(total=2, parts=(0, 1)),)


def test_leaves_are_named_by_the_hierarchy_not_by_the_table() -> None:
    """The same code means the same records in every table."""
    assert leaves_of(dimension(*MONTHS), "2568") == {"2568-01", "2568-02"}
    assert leaves_of(dimension(*MONTHS), "2599") == {"2599"}


@pytest.mark.parametrize(
    "parents",
    [
        (("a", "b"), ("b", "a")),
        (("a", "a"),),
        (("a", "b"), ("a", "c")),
        (("a", TOTAL),),
        ((TOTAL, "a"),),
    ],
)
def test_what_is_no_tree_is_refused(parents: tuple[tuple[str, str], ...]) -> None:
    """Circles, second parents and totals inside a hierarchy would break every sum."""
    with pytest.raises(RejectedError) as caught:
        canonical_codes(dimension(*parents), ("a", "b"))
    assert caught.value.code == "statistics.hierarchy_not_a_tree"


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.data())
def test_every_code_is_a_part_of_exactly_one_whole(above: list[int], data: st.DataObject) -> None:
    """So that no count is added twice and none is left out, whatever codes a table shows."""
    parents = tuple((f"c{i}", f"c{i + 1 + step}") for i, step in enumerate(above))
    codes = sorted({code for pair in parents for code in pair})
    shown = data.draw(st.lists(st.sampled_from(codes), unique=True, min_size=1))
    period = dimension(*parents)
    ordered = canonical_codes(period, shown)
    parts = [part for equation in tree_of(period, ordered) for part in equation.parts]
    assert sorted(parts) == list(range(len(ordered)))
    assert all(part < equation.total for equation in tree_of(period, ordered) for part in equation.parts)
