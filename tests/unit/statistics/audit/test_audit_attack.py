"""The audit finds what an attacker who tries every table finds, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.models.rules import PublicRules
from govlink.statistics import RawTable, audit
from govlink.statistics.audit import AuditResult, program, witnesses
from govlink.statistics.audit.matrix import matrix_of
from govlink.statistics.audit.system import Count, System

Keys = tuple[str, ...]
RawOf = Callable[[tuple[int, ...], tuple[int, ...]], RawTable]
PossibleTables = Callable[[Mapping[Keys, int | None]], Iterator[dict[Keys, int]]]
SHAPES = [(5,), (2, 3), (3, 3), (2, 2, 2), (2, 1, 3)]


def failing(result: AuditResult) -> tuple[Keys, ...]:
    """The cells that gave way."""
    return tuple(exposure.keys for exposure in result.failures)


def masked(raw: RawTable, hidden: AbstractSet[Keys]) -> ProtectedTable:
    """The table with these cells hidden."""
    cells = tuple(
        ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)
        if keys in hidden
        else ReleasedCell(keys=keys, value=count, status=CellStatus.FREE)
        for keys, count in zip(raw.keys(), raw.counts, strict=True)
    )
    return ProtectedTable(dimensions=raw.dimensions, cells=cells)


@st.composite
def tables(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...], list[bool]]:
    """A shape, small finest counts, and a draw for each cell whether to hide it."""
    shape = draw(st.sampled_from(SHAPES))
    size = 1
    for n in shape:
        size *= n
    counts = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    assume(0 < sum(counts) <= 13)
    everything = 1
    for n in shape:
        everything *= n + 1
    return shape, tuple(counts), draw(st.lists(st.booleans(), min_size=everything, max_size=everything))


@settings(max_examples=60, deadline=None)
@given(table=tables(), threshold=st.integers(2, 5))
def test_agrees_with_trying_every_table(
    raw_of: RawOf,
    possible_tables: PossibleTables,
    table: tuple[tuple[int, ...], tuple[int, ...], list[bool]],
    threshold: int,
) -> None:
    """For any hidden set, failures are exactly the cells that no possible table saves."""
    shape, counts, choice = table
    raw = raw_of(shape, counts)
    true = dict(zip(raw.keys(), raw.counts, strict=True))
    hidden = {k for (k, n), hide in zip(true.items(), choice, strict=False) if hide and n}
    hidden.discard((TOTAL,) * len(shape))
    known = {k: None if k in hidden else n for k, n in true.items()}
    possible = list(possible_tables(known))
    assert true in possible
    expected = {
        k for k in hidden if max(t[k] for t in possible) < threshold or len({t[k] for t in possible}) == 1
    }
    result = audit.attack(masked(raw, hidden), rules=PublicRules(threshold=threshold))
    assert set(failing(result)) == expected
    assert (result.audited, result.unbalanced) == (len(hidden), ())
    assert set(result.small) == {k for k, n in known.items() if n and n < threshold}
    assert result.passed is not bool(expected or result.small)


@pytest.mark.parametrize(
    ("shape", "counts", "hidden", "why"),
    [
        ((3,), (3, 20, 30), {("c0",)}, "one hidden cell is what is left of its total"),
        ((3,), (1, 3, 30), {("c0",), ("c1",)}, "two hidden cells share less than the threshold"),
        ((3,), (1, 4, 30), {("c0",), ("c1",)}, "neither is zero, so neither reaches the threshold"),
        (
            (2, 3),
            (3, 20, 30, 9, 9, 9),
            {("c0", "c0"), ("c0", "c1")},
            "hidden in its row, worked out from its column",
        ),
        (
            (2, 3),
            (3, 20, 30, 9, 9, 9),
            {("c0", "c0"), ("c0", TOTAL)},
            "the hidden row total follows from the other rows",
        ),
        (
            (2, 2, 2),
            (3, 9, 9, 9, 9, 9, 9, 9),
            {("c0", "c0", "c0"), ("c0", "c0", "c1"), ("c0", "c1", "c0"), ("c0", "c1", "c1")},
            "a square in one layer is open along the third dimension",
        ),
    ],
)
def test_known_unsafe_patterns_fail(
    raw_of: RawOf, shape: tuple[int, ...], counts: tuple[int, ...], hidden: set[Keys], why: str
) -> None:
    """Mistakes that publishers make; each must be found."""
    table = masked(raw_of(shape, counts), hidden)
    assert hidden.intersection(failing(audit.attack(table, rules=PublicRules(threshold=5)))), why
    with pytest.raises(ProtectionError) as caught:
        audit.confirm(table, rules=PublicRules(threshold=5))
    assert caught.value.code == "statistics.audit_exposed"
    assert "c0" in str(caught.value)


def test_a_safe_square_passes(raw_of: RawOf) -> None:
    """Four corners with room to move protect each other."""
    raw = raw_of((3, 3), (3, 20, 30, 9, 9, 9, 8, 8, 8))
    hidden: set[Keys] = {("c0", "c0"), ("c0", "c1"), ("c1", "c0"), ("c1", "c1")}
    result = audit.confirm(masked(raw, hidden), rules=PublicRules(threshold=5))
    assert (result.audited, result.passed) == (4, True)


def test_a_hidden_total_over_everything_is_no_obstacle(raw_of: RawOf) -> None:
    """Without the total the range has no end; the attack must still come to one."""
    raw = raw_of((2,), (3, 7))
    result = audit.attack(masked(raw, {("c0",), (TOTAL,)}), rules=PublicRules(threshold=5))
    assert result.passed


def test_a_hidden_cell_with_one_possible_value_fails(raw_of: RawOf) -> None:
    """Hiding a large cell that can be worked out is a hole even though it reaches the threshold."""
    table = masked(raw_of((3,), (9, 20, 30)), {("c0",)})
    assert failing(audit.attack(table, rules=PublicRules(threshold=5))) == (("c0",),)


@pytest.mark.parametrize(("rest", "failures"), [(6, (0, 1, 2, 3)), (7, (0, 1))])
def test_a_witness_is_whole(rest: int, failures: tuple[int, ...]) -> None:
    """x2 = 2 x0 and x2 + x3 = 6: only half a person would bring x2 to 5, and that must not save it."""
    counts = tuple(Count(table="t", keys=(f"x{i}",), value=None, least=1) for i in range(4))
    known = Count(table="t", keys=("_T",), value=rest)
    system = System(
        counts=(*counts, known),
        sums=(((0, 1), (1, -1)), ((0, 1), (1, 1), (2, -1)), ((2, 1), (3, 1), (4, -1))),
    )
    search = witnesses.Witnesses(matrix_of(system, sums=range(3)))
    aims = {number: witnesses.Aim(at_least=5, width=1) for number in range(4)}
    exposed = search.settle(aims)
    assert exposed == failures


def test_a_search_cut_short_fails_the_table(raw_of: RawOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the solver gives up, the cell counts as exposed, never as safe."""
    raw = raw_of((3, 3), (3, 20, 30, 9, 9, 9, 8, 8, 8))
    hidden: set[Keys] = {("c0", "c0"), ("c0", "c1"), ("c1", "c0"), ("c1", "c1")}
    monkeypatch.setattr(program, "solved", lambda _: False)
    assert set(failing(audit.attack(masked(raw, hidden), rules=PublicRules(threshold=5)))) == hidden


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_changed_published_cell_is_noticed(raw_of: RawOf, data: st.DataObject) -> None:
    """With nothing hidden, any altered number breaks a sum, and the total is named."""
    table = masked(raw_of((2, 3), (3, 4, 5, 6, 7, 8)), set())
    which = data.draw(st.integers(0, len(table.cells) - 1))
    cell = table.cells[which]
    assert cell.value is not None
    changed = replace(cell, value=cell.value + data.draw(st.integers(1, 5)))
    forged = replace(table, cells=(*table.cells[:which], changed, *table.cells[which + 1 :]))
    assert audit.attack(forged, rules=PublicRules(threshold=5)).unbalanced
    with pytest.raises(ProtectionError) as caught:
        audit.confirm(forged, rules=PublicRules(threshold=5))
    assert caught.value.code == "statistics.audit_unbalanced"


def cell(*keys: str, value: int | None = 9, status: CellStatus = CellStatus.FREE) -> ReleasedCell:
    """A published cell unless told otherwise."""
    return ReleasedCell(keys=keys, value=value, status=status)


@pytest.mark.parametrize(
    "cells",
    [
        (),
        (cell("a"), cell("a"), cell(TOTAL)),
        (cell("a"),),
        (cell("a", "b"), cell(TOTAL, TOTAL)),
        (cell("a", value=None), cell(TOTAL)),
        (cell("a", status=CellStatus.CONFIDENTIAL), cell(TOTAL)),
        (cell("a", value=-1), cell(TOTAL, value=-1)),
    ],
)
def test_refuses_what_is_not_a_whole_table(cells: tuple[ReleasedCell, ...]) -> None:
    """Gaps, repeats, stray keys and masks that disagree with their status are not attacked but refused."""
    table = ProtectedTable(dimensions=(Dimension(id="d", label_th="d", label_en="d"),), cells=cells)
    with pytest.raises(ProtectionError) as caught:
        audit.attack(table, rules=PublicRules(threshold=5))
    assert caught.value.code == "statistics.audit_malformed"


def test_refuses_a_threshold_that_protects_nothing(raw_of: RawOf) -> None:
    """A threshold of 1 would pass anything."""
    with pytest.raises(ProtectionError) as caught:
        audit.attack(masked(raw_of((2,), (3, 4)), set()), rules=PublicRules(threshold=1))
    assert caught.value.code == "statistics.audit_threshold"
