"""Which cells are hidden for their own sake, which never, and what is known of a hidden one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL
from govlink.statistics import DisclosurePolicy, RawTable
from govlink.statistics.assess import Primary, assess
from govlink.statistics.published import GroupRule

PolicyOf = Callable[..., DisclosurePolicy]
TableOf = Callable[..., RawTable]
AB, XY = ("a", "b"), ("x", "y")


def named(raw: RawTable, primaries: tuple[Primary, ...]) -> dict[tuple[str, ...], Primary]:
    """The primaries by their cells' categories."""
    keys = tuple(raw.keys())
    return {keys[p.number]: p for p in primaries}


@settings(deadline=None)
@given(counts=st.lists(st.integers(0, 12), min_size=6, max_size=6), threshold=st.integers(2, 8))
def test_counts_below_the_threshold_are_primary(
    table_of: TableOf, policy_of: PolicyOf, counts: list[int], threshold: int
) -> None:
    """Every 1 to threshold - 1, margins too; nothing else; and each must be able to reach the threshold."""
    cells = dict(zip(product(AB, ("x", "y", "z")), counts, strict=True))
    raw = table_of({"d0": AB, "d1": ("x", "y", "z")}, cells)
    found = assess(raw, policy=policy_of(threshold=threshold, grand_total="suppressible"))
    small = [n for n, count in enumerate(raw.counts) if 1 <= count < threshold]
    assert [(p.number, p.reasons, p.at_least) for p in found.primaries] == [
        (n, ("threshold",), threshold) for n in small
    ]
    assert found.at_least == dict.fromkeys(small, threshold)
    assert (found.fixed, set(found.least)) == (frozenset(), {1})
    assert bool(found.warnings) == (4 * len(small) > len(raw.counts))


def test_a_wide_interval_asks_for_more_than_the_threshold(table_of: TableOf, policy_of: PolicyOf) -> None:
    """What a hidden count may be must stretch as far as the policy says."""
    raw = table_of({"d0": AB}, {("a",): 4, ("b",): 30})
    found = assess(raw, policy=policy_of(threshold=5, interval_width=3))
    assert named(raw, found.primaries)[("a",)].at_least == 7


def test_the_grand_total_is_fixed_or_refused(table_of: TableOf, policy_of: PolicyOf) -> None:
    """A total that the policy publishes is never hidden, and never too small."""
    large = table_of({"d0": AB}, {("a",): 9, ("b",): 9})
    assert assess(large, policy=policy_of()).fixed == {2}
    small = table_of({"d0": AB}, {("a",): 2, ("b",): 2})
    with pytest.raises(ProtectionError) as caught:
        assess(small, policy=policy_of())
    assert caught.value.code == "statistics.total_too_small"
    found = assess(small, policy=policy_of(grand_total="suppressible"))
    assert named(small, found.primaries)[(TOTAL,)].at_least == 5


def test_sampling_zeros_may_be_hidden_and_structural_ones_not(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Whoever reads the table knows of a hidden cell what the policy says in public."""
    raw = table_of({"d0": AB, "d1": XY}, {("a", "x"): 9, ("b", "x"): 9})
    policy = policy_of(zeros="sampling", structural_zeros=((("d0", "a"), ("d1", "y")),))
    found = assess(raw, policy=policy)
    keys = tuple(raw.keys())
    assert {keys[n] for n in found.fixed} == {("a", "y"), (TOTAL, TOTAL)}
    assert set(found.least) == {0}


def test_somebody_in_a_structural_zero_is_refused(table_of: TableOf, policy_of: PolicyOf) -> None:
    """The policy or the data are wrong; the cell is named and its count is not."""
    raw = table_of({"d0": AB, "d1": XY}, {("a", "x"): 9, ("a", "y"): 77})
    policy = policy_of(structural_zeros=((("d0", "a"), ("d1", "y")),))
    with pytest.raises(ProtectionError, match=r"\(a, y\)") as caught:
        assess(raw, policy=policy)
    assert "77" not in caught.value.explain("th") + caught.value.explain("en")


PLACES = {"place": (("p", "north"), ("q", "north"), ("r", "south"))}


def test_structural_zeros_cover_parts_and_whole_margins(table_of: TableOf, policy_of: PolicyOf) -> None:
    """A condition on a region holds for its provinces, and a total of nothing else is nobody's either."""
    raw = table_of(
        {"place": ("p", "q", "r"), "d1": XY},
        {(place, "x"): 9 for place in "pqr"},
        PLACES,
    )
    conditions = ((("place", "north"), ("d1", "y")), (("place", "r"), ("d1", "y")))
    found = assess(raw, policy=policy_of(zeros="sampling", structural_zeros=conditions))
    keys = tuple(raw.keys())
    every_y = {keys_ for keys_ in keys if keys_[1] == "y"}
    assert {keys[n] for n in found.fixed} == every_y | {(TOTAL, TOTAL)}
    partly = assess(raw, policy=policy_of(zeros="sampling", structural_zeros=conditions[:1]))
    assert {keys[n] for n in partly.fixed} == {("p", "y"), ("q", "y"), ("north", "y"), (TOTAL, TOTAL)}


def test_a_condition_on_another_dimension_covers_nothing(table_of: TableOf, policy_of: PolicyOf) -> None:
    """A table that adds up over it cannot tell who it would be."""
    raw = table_of({"d0": AB}, {("a",): 9, ("b",): 9})
    policy = policy_of(zeros="sampling", structural_zeros=((("d0", "a"), ("sex", "f")),))
    assert assess(raw, policy=policy).fixed == {2}


def test_neither_an_assessment_nor_a_primary_shows_a_cell(table_of: TableOf, policy_of: PolicyOf) -> None:
    """They may end up in a log."""
    raw = table_of({"d0": AB}, {("a",): 4321, ("b",): 4})
    found = assess(raw, policy=policy_of(threshold=987, grand_total="suppressible"))
    shown = repr(found) + repr(found.primaries)
    assert not any(number in shown for number in ("4321", "987", "number"))


def test_warns_of_a_table_that_is_cut_too_fine(table_of: TableOf, policy_of: PolicyOf) -> None:
    """More than a quarter of the cells are primary: categories had better be collapsed."""
    fine = table_of({"d0": ("a", "b", "c")}, {("a",): 3, ("b",): 3, ("c",): 9})
    assert assess(fine, policy=policy_of()).warnings == ("many_primaries",)
    coarse = table_of({"d0": ("a", "b", "c")}, {("a",): 3, ("b",): 30, ("c",): 9})
    assert assess(coarse, policy=policy_of()).warnings == ()


@settings(max_examples=30, deadline=None)
@given(counts=st.lists(st.integers(0, 9), min_size=6, max_size=6), data=st.data())
def test_the_order_of_dimensions_changes_nothing(
    table_of: TableOf, policy_of: PolicyOf, counts: list[int], data: st.DataObject
) -> None:
    """The same cells are primary, with the same reasons, however the table is turned."""
    cells = dict(zip(product(AB, ("x", "y", "z")), counts, strict=True))
    one = table_of({"d0": AB, "d1": ("x", "y", "z")}, cells)
    turned = {(y, x): count for (x, y), count in cells.items()}
    other = table_of({"d1": ("x", "y", "z"), "d0": AB}, turned)
    group = data.draw(st.sampled_from([None, GroupRule(dimension="d1", within_group=True)]))
    policy = policy_of(grand_total="suppressible", zeros="sampling", group=group)
    first, second = (named(raw, assess(raw, policy=policy).primaries) for raw in (one, other))
    assert {keys: p.reasons for keys, p in first.items()} == {
        (keys[1], keys[0]): p.reasons for keys, p in second.items()
    }
