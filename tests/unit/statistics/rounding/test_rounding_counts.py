"""Controlled rounding: additive multiples next to the truth, least distance, told when it must go further."""

from __future__ import annotations

import random
from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError, RejectedError
from govlink.statistics.rounding.audit import audit_rounding
from govlink.statistics.rounding.counts import Base, Rounded, RoundingBudget, round_counts
from govlink.statistics.system import Equation, LinearSystem, Tree, crossed_system, flat_tree

Counts = tuple[int, ...]
BASES: tuple[Base, ...] = (3, 5, 10)
TWO_REGIONS: Tree = (
    Equation(total=4, parts=(0, 1)),
    Equation(total=5, parts=(2, 3)),
    Equation(total=6, parts=(4, 5)),
)
SHAPES: tuple[tuple[Tree, ...], ...] = (
    (flat_tree(2), flat_tree(3)),
    (flat_tree(2), flat_tree(2), flat_tree(2)),
    (TWO_REGIONS, flat_tree(2)),
)
ODD_RING = "000 001 010 011 100 102 111 112 120 121 201 202 210 212 220 221"  # two on each line, or none


def leaves(system: LinearSystem) -> tuple[int, ...]:
    """The cells that are no total."""
    totals = {e.total for e in system.equations}
    return tuple(cell for cell in range(system.cells) if cell not in totals)


def filled(system: LinearSystem, finest: tuple[int, ...]) -> Counts:
    """The whole table of these finest counts."""
    counts = [0] * system.cells
    for cell, count in zip(leaves(system), finest, strict=True):
        counts[cell] = count
    for equation in system.equations:
        counts[equation.total] = sum(counts[part] for part in equation.parts)
    return tuple(counts)


def holds(system: LinearSystem, result: Rounded, counts: Counts) -> bool:
    """What the independent check says."""
    return audit_rounding(
        system=system, published=result.counts, counts=counts, base=result.base, widened=result.widened
    ).passed


def least_distance(system: LinearSystem, counts: Counts, base: int, widened: int) -> int | None:
    """By trying every table of multiples within reach."""
    reach = (widened + 1) * base

    def near(count: int) -> list[int]:
        multiples = range(max(0, count // base * base - reach), count + reach, base) if count else (0,)
        return [n for n in multiples if abs(n - count) < reach]

    best = None
    for finest in product(*(near(counts[cell]) for cell in leaves(system))):
        table = filled(system, finest)
        if all(n in near(count) for n, count in zip(table, counts, strict=True)):
            distance = sum(abs(n - count) for n, count in zip(table, counts, strict=True))
            best = distance if best is None else min(best, distance)
    return best


@st.composite
def tables(draw: st.DrawFn) -> tuple[LinearSystem, Counts, Base]:
    """A small table of two or three ways, or with sub-totals."""
    system = crossed_system(trees=draw(st.sampled_from(SHAPES)))
    base = draw(st.sampled_from(BASES))
    size = len(leaves(system))
    count = st.integers(0, 2 * base) | st.integers(0, 10**6)
    return system, filled(system, tuple(draw(st.lists(count, min_size=size, max_size=size)))), base


@settings(max_examples=150, deadline=None)
@given(tables())
def test_the_rounding_is_the_nearest_of_all(table: tuple[LinearSystem, Counts, Base]) -> None:
    """It holds, and no table of adjacent multiples is nearer; where there is none, none is claimed."""
    system, counts, base = table
    result = round_counts(system=system, counts=counts, base=base)
    assert holds(system, result, counts)
    expected = least_distance(system, counts, base, 0)
    assert (result.widened == 0) == (expected is not None)
    if expected is not None:
        assert result.distance == result.bound == expected


@settings(max_examples=100, deadline=None)
@given(tables())
def test_every_interval_holds_the_truth(table: tuple[LinearSystem, Counts, Base]) -> None:
    """The interval is promised from the published figure alone, and the true count lies in it."""
    system, counts, base = table
    result = round_counts(system=system, counts=counts, base=base)
    for cell, count in enumerate(counts):
        low, high = result.interval(cell)
        assert max(0, result.counts[cell] - result.reach) <= low <= count <= high
    assert result.reach == (result.widened + 1) * base - 1


@settings(max_examples=50, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_equations_changes_nothing(
    table: tuple[LinearSystem, Counts, Base], chance: random.Random
) -> None:
    """The same input in any order gives the same figures, and so does doing it again."""
    system, counts, base = table
    shuffled = list(system.equations)
    chance.shuffle(shuffled)
    other = LinearSystem(cells=system.cells, equations=tuple(shuffled))
    once = round_counts(system=system, counts=counts, base=base)
    assert once == round_counts(system=other, counts=counts, base=base)


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_what_was_published_before_is_kept(
    table: tuple[LinearSystem, Counts, Base], data: st.DataObject
) -> None:
    """Any cells of a rounding that may be: they stay, all else is nearest to the truth, or it is widened."""
    system, counts, base = table
    first = round_counts(system=system, counts=counts, base=base)
    cells = data.draw(st.sets(st.integers(0, system.cells - 1)))
    shifted = data.draw(st.sampled_from((0, 0, base, -base)))
    kept = {cell: first.counts[cell] for cell in cells}
    moved = data.draw(st.sampled_from(sorted(cells))) if cells else None
    if moved is not None and counts[moved] and abs(kept[moved] + shifted - counts[moved]) < base:
        kept[moved] = max(0, kept[moved] + shifted)
    try:
        result = round_counts(system=system, counts=counts, base=base, kept=kept)
    except ProtectionError:
        assert shifted
        return
    assert holds(system, result, counts)
    assert {cell: result.counts[cell] for cell in kept} == kept
    assert result.bound <= result.distance
    if kept == {cell: first.counts[cell] for cell in cells}:
        assert (result.widened, result.distance) == (first.widened, first.distance)


@pytest.mark.parametrize("figure", [5, 9, 20, -10])
def test_a_kept_figure_out_of_reach_is_refused(figure: int) -> None:
    """No multiple, or too far from the count that has changed since."""
    system = crossed_system(trees=(flat_tree(2),))
    with pytest.raises(RejectedError) as caught:
        round_counts(system=system, counts=(33, 8, 41), base=10, kept={0: figure, 1: 10}, steps=0)
    assert caught.value.code == "statistics.rounding_kept"
    assert "33" not in str(caught.value)


def odd_ring() -> tuple[LinearSystem, Counts]:
    """Fives in a closed ring of odd length, so that up and down cannot alternate."""
    system = crossed_system(trees=(flat_tree(3), flat_tree(3), flat_tree(3)))
    finest = tuple(5 * (f"{i}{j}{k}" in ODD_RING) for i, j, k in product(range(3), repeat=3))
    return system, filled(system, finest)


def test_a_table_without_adjacent_rounding_is_widened_and_says_so() -> None:
    """Three ways can be impossible; one step more is allowed, told, and cannot be forbidden unnoticed."""
    system, counts = odd_ring()
    result = round_counts(system=system, counts=counts, base=10)
    assert result.widened == 1
    assert result.reach == 19
    assert holds(system, result, counts)
    assert result.bound == result.distance
    with pytest.raises(ProtectionError) as caught:
        round_counts(system=system, counts=counts, base=10, steps=0)
    assert caught.value.code == "statistics.rounding_infeasible"


def test_a_widened_rounding_is_the_nearest_too() -> None:
    """Linked totals that no adjacent rounding keeps, tried out in full."""
    ring = tuple(Equation(total=3 + i, parts=(i, (i + 1) % 3)) for i in range(3))
    system = LinearSystem(cells=6, equations=ring)
    counts = (5, 5, 5, 10, 10, 10)
    assert least_distance(system, counts, 10, 0) is None
    result = round_counts(system=system, counts=counts, base=10)
    assert result.widened == 1
    assert result.distance == result.bound == least_distance(system, counts, 10, 1)


def test_without_room_to_move_nothing_is_published() -> None:
    """Nine equal counts and their total cannot all stay near: an error, not a table that is off."""
    same = tuple(Equation(total=cell, parts=(cell + 1,)) for cell in range(8))
    system = LinearSystem(cells=10, equations=(*same, Equation(total=9, parts=tuple(range(9)))))
    with pytest.raises(ProtectionError) as caught:
        round_counts(system=system, counts=(1,) * 9 + (9,), base=3)
    assert caught.value.code == "statistics.rounding_infeasible"


def test_halfway_counts_lean_either_way() -> None:
    """With base 10 a 5 goes up in about half of the cells, by the cell's number alone."""
    system = LinearSystem(cells=2000, equations=())
    result = round_counts(system=system, counts=(5,) * 2000, base=10)
    assert 900 < sum(n == 10 for n in result.counts) < 1100
    again = round_counts(system=system, counts=(15,) * 2000, base=10)
    assert [n - 10 for n in again.counts] == list(result.counts)


def test_leaning_never_costs_distance() -> None:
    """Halfway counts give way to those that are not: the distance stays the least."""
    system = crossed_system(trees=(flat_tree(3), flat_tree(2)))
    counts = filled(system, (5, 5, 5, 14, 5, 16))
    result = round_counts(system=system, counts=counts, base=10)
    assert result.distance == least_distance(system, counts, 10, 0)


@pytest.mark.parametrize("base", BASES)
def test_multiples_stay(base: Base) -> None:
    """A table that is rounded already is left alone."""
    system = crossed_system(trees=(flat_tree(2), flat_tree(2)))
    counts = filled(system, (0, base, 2 * base, 7 * base))
    result = round_counts(system=system, counts=counts, base=base)
    assert result == Rounded(counts=counts, base=base, widened=0, distance=0, bound=0)


@pytest.mark.parametrize("sizes", [(40, 25), (10, 8, 5)])
def test_larger_tables(sizes: tuple[int, ...]) -> None:
    """Proven nearest within the default budget, with sub-totals beside."""
    chance = random.Random(11)
    trees = (TWO_REGIONS, *map(flat_tree, sizes)) if len(sizes) == 2 else tuple(map(flat_tree, sizes))
    system = crossed_system(trees=trees if len(sizes) == 3 else trees[:2])
    counts = filled(system, tuple(int(chance.paretovariate(0.8)) - 1 for _ in leaves(system)))
    result = round_counts(system=system, counts=counts, base=5)
    assert holds(system, result, counts)
    assert result.widened == 0
    assert result.bound == result.distance


def test_a_small_budget_gives_an_honest_bound() -> None:
    """Stopped early, the result may be further than needed and says no more than is proven."""
    chance = random.Random(3)
    system = crossed_system(trees=(flat_tree(8), flat_tree(6), flat_tree(4)))
    counts = filled(system, tuple(chance.randrange(12) for _ in range(prod((8, 6, 4)))))
    full = round_counts(system=system, counts=counts, base=3)
    short = round_counts(system=system, counts=counts, base=3, budget=RoundingBudget(nodes=0))
    assert holds(system, short, counts)
    assert short.bound <= full.distance <= short.distance


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_a_large_table_may_be_a_hundredth_off(seed: int) -> None:
    """And says so: it claims no more than is proven, and that is nearly all."""
    chance = random.Random(seed)
    system = crossed_system(trees=(flat_tree(8), flat_tree(6), flat_tree(4)))
    counts = filled(system, tuple(chance.randrange(12) for _ in range(prod((8, 6, 4)))))
    full = round_counts(system=system, counts=counts, base=3)
    near = round_counts(system=system, counts=counts, base=3, budget=RoundingBudget(exact_up_to=10))
    assert holds(system, near, counts)
    assert near.bound <= full.distance <= near.distance
    assert near.distance - near.bound <= 0.01 * near.distance + 1


BAD: list[tuple[Counts, int, int, str]] = [
    ((1, 2, 3), 4, 1, "rounding_base"),
    ((1, 2, 3), 5, -1, "rounding_base"),
    ((1, 2, 3), 5, 9, "rounding_base"),
    ((1, 2), 5, 1, "rounding_counts"),
    ((1, -2, -1), 5, 1, "rounding_counts"),
    ((1, 2.0, 3), 5, 1, "rounding_counts"),  # type: ignore[list-item]  # what a caller without types may do
    ((7, 8, 16), 5, 1, "rounding_unbalanced"),
]


@pytest.mark.parametrize(("counts", "base", "steps", "reason"), BAD)
def test_what_is_no_table_is_refused(counts: Counts, base: Base, steps: int, reason: str) -> None:
    """By its code, and without a count in the message."""
    system = crossed_system(trees=(flat_tree(2),))
    with pytest.raises(RejectedError) as caught:
        round_counts(system=system, counts=counts, base=base, steps=steps)
    assert caught.value.code == f"statistics.{reason}"
    assert "16" not in str(caught.value)


def test_what_moved_is_not_shown() -> None:
    """A distance of 0 would say that every figure is exact."""
    shown = repr(Rounded(counts=(0, 5), base=5, widened=0, distance=77, bound=66))
    assert "77" not in shown
    assert "66" not in shown


SYSTEM = crossed_system(trees=(flat_tree(3),))
TRUE = (4, 0, 7, 11)
GOOD = (5, 0, 5, 10)


def test_the_audit_passes_a_sound_table() -> None:
    """It does not cry wolf."""
    found = audit_rounding(system=SYSTEM, published=GOOD, counts=TRUE, base=5, widened=0)
    assert found.passed
    assert found.cells == 4


@pytest.mark.parametrize(
    ("published", "field", "cells"),
    [
        ((5, 0, 5, 15), "unbalanced", (3,)),
        ((4, 0, 6, 10), "uneven", (0, 2)),
        ((-5, 5, 10, 10), "uneven", (0,)),
        ((0, 0, 15, 15), "far", (2,)),
        ((0, 5, 5, 10), "emptied", (1,)),
    ],
)
def test_the_audit_names_what_is_wrong(published: Counts, field: str, cells: tuple[int, ...]) -> None:
    """Each promise broken is found, in its own list."""
    found = audit_rounding(system=SYSTEM, published=published, counts=TRUE, base=5, widened=0)
    assert getattr(found, field) == cells
    assert not found.passed


def test_the_audit_measures_the_promise_made() -> None:
    """What is too far for adjacent multiples is not for a table that says it was widened."""
    far = (0, 0, 15, 15)
    assert audit_rounding(system=SYSTEM, published=far, counts=TRUE, base=5, widened=1).passed
    multiple = LinearSystem(cells=1, equations=())
    moved = audit_rounding(system=multiple, published=(10,), counts=(5,), base=5, widened=0)
    assert moved.far == (0,)


@settings(max_examples=60, deadline=None)
@given(tables(), st.data())
def test_the_audit_finds_any_one_figure_changed(
    table: tuple[LinearSystem, Counts, Base], data: st.DataObject
) -> None:
    """One figure of a sound table set to anything else breaks some promise."""
    system, counts, base = table
    published = list(round_counts(system=system, counts=counts, base=base).counts)
    cell = data.draw(st.integers(0, system.cells - 1))
    published[cell] += data.draw(st.integers(-20, 20).filter(bool))
    assert not audit_rounding(
        system=system, published=tuple(published), counts=counts, base=base, widened=0
    ).passed


@pytest.mark.parametrize(("published", "base"), [((5,), 5), (GOOD, 1)])
def test_the_audit_refuses_what_it_cannot_compare(published: Counts, base: int) -> None:
    """Another table, or a base that rounds nothing."""
    with pytest.raises(RejectedError) as caught:
        audit_rounding(system=SYSTEM, published=published, counts=TRUE, base=base, widened=0)
    assert caught.value.code == "statistics.rounding_not_comparable"
