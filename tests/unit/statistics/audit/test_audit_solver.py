"""Whatever the solver says, only exact arithmetic lets a table pass."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govlink.models.rules import GroupRule, PublicRules
from govlink.statistics import audit
from govlink.statistics.audit import bounds, program
from govlink.statistics.audit.matrix import matrix_of
from govlink.statistics.audit.program import Answer, Program
from govlink.statistics.audit.system import Count, System
from govlink.statistics.audit.witnesses import Aim, Witnesses

from .tables import Keys, table_of

AXES = {"d0": ("a", "b", "c"), "d1": ("x", "y", "z")}
COUNTS = {("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 9, ("b", "y"): 9, ("c", "x"): 8, ("c", "z"): 8}
SQUARE: set[Keys] = {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}
RULES = PublicRules(threshold=5)


def answering(monkeypatch: pytest.MonkeyPatch, lie: Any) -> None:
    """Have every program answer what ``lie`` makes of the number of unknowns and of sums."""

    def tell(self: Program, **_: object) -> Answer | None:
        self.runs += 1
        answer: Answer | None = lie(self._size, self._highs.getNumRow())
        return answer

    monkeypatch.setattr(program.Program, "_run", tell)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_lie_of_the_solver_passes_an_unsafe_table(data: st.DataObject) -> None:
    """A hidden row, open along its columns, fails whatever numbers and multipliers come back."""
    numbers = st.one_of(st.integers(-3, 60).map(float), st.floats(-1e9, 1e9), st.just(5.0))
    with pytest.MonkeyPatch.context() as monkeypatch:

        def lie(size: int, sums: int) -> Answer:
            values = data.draw(st.lists(numbers, min_size=size, max_size=size))
            multipliers = data.draw(
                st.lists(st.sampled_from((0.0, 1.0, -1.0, 0.5)), min_size=sums, max_size=sums)
            )
            return Answer(values=np.array(values), multipliers=np.array(multipliers))

        answering(monkeypatch, lie)
        unsafe = table_of(AXES, COUNTS, hidden={("a", "x"), ("a", "y")})
        assert {e.keys for e in audit.attack(unsafe, rules=RULES).failures} == {("a", "x"), ("a", "y")}


def test_a_solver_that_finds_nothing_fails_every_hidden_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search cut short fails a safe table; it never passes one."""
    table = table_of(AXES, COUNTS, hidden=SQUARE)
    assert audit.attack(table, rules=RULES).passed
    answering(monkeypatch, lambda *_: None)
    assert {e.keys for e in audit.attack(table, rules=RULES).failures} == SQUARE


def test_a_single_person_is_ruled_out_by_proof_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proof that it cannot be one, a hidden count may be one person."""
    axes = {"place": ("a", "b"), "outcome": ("yes", "no")}
    counts = {("a", "yes"): 50, ("a", "no"): 60, ("b", "yes"): 20, ("b", "no"): 3}
    hidden = {(place, outcome) for place in axes["place"] for outcome in axes["outcome"]}
    rule = GroupRule(dimension="outcome", min_groups=1, within_group=True)
    rules = PublicRules(threshold=5, zeros="sampling", group=rule)
    table = table_of(axes, counts, hidden=hidden)
    three = {"place": axes["place"], "outcome": ("yes", "no", "open")}
    assert audit.attack(table, rules=rules).passed
    table = table_of(three, counts, hidden=hidden)
    strict = PublicRules(
        threshold=5, zeros="sampling", group=GroupRule(dimension="outcome", within_group=True)
    )
    honest = audit.attack(table, rules=strict).groups
    monkeypatch.setattr("govlink.statistics.audit.witnesses.bound_below", lambda *_: None)
    assert set(honest) < set(audit.attack(table, rules=strict).groups)


@pytest.mark.parametrize("side", [bounds.bound_above, bounds.bound_below])
def test_multipliers_that_prove_nothing_are_dropped(side: Any) -> None:
    """x0 + x1 = 6 bounds x0; x0 - x1 = 0 alone does not, and neither do multipliers beyond measure."""
    counts = (
        *(Count(table="t", keys=(f"x{i}",), value=None) for i in range(2)),
        Count(table="t", keys=("s",), value=6),
    )
    system = System(counts=counts, sums=(((0, 1), (1, 1), (2, -1)), ((0, 1), (1, -1))))
    matrix = matrix_of(system, sums=range(2))
    both = side(matrix, 0, np.array([0.5, 0.5]))
    assert both is not None
    assert both.value == 3
    assert side(matrix, 0, np.array([1e12, 1.0])) is None
    assert side(matrix, 0, np.array([0.0, 0.0])) is None
    above = bounds.bound_above(matrix, 0, np.array([-1.0, 0.0]))
    assert above is not None
    assert above.value == 6
    assert bounds.bound_below(matrix, 0, np.array([1.0, 0.0])) is None


def test_half_of_a_table_that_is_whole_is_taken_over() -> None:
    """Changes tied to a broken one are left out, the others stay."""
    counts = tuple(Count(table="t", keys=(f"x{i}",), value=None) for i in range(4))
    totals = tuple(Count(table="t", keys=(f"s{i}",), value=6) for i in range(2))
    system = System(counts=(*counts, *totals), sums=(((0, 1), (1, 1), (4, -1)), ((2, 1), (3, 1), (5, -1))))
    matrix = matrix_of(system, sums=range(2))
    base = np.array([3, 3, 3, 3])
    taken = matrix.whole_part(np.array([1.0, 5.0, 2.5, 3.5]), base)
    assert taken.tolist() == [1, 5, 3, 3]
    assert matrix.fits(taken)
    assert not matrix.fits(np.array([1, 4, 3, 3]))
    assert not matrix.fits(np.array([-1, 7, 3, 3]))


@settings(max_examples=80, deadline=None)
@given(
    true=st.lists(st.integers(0, 3), min_size=4, max_size=4),
    multipliers=st.lists(st.sampled_from((0.0, 1.0, -1.0, 0.5, 2.0)), min_size=3, max_size=3),
)
def test_only_what_cannot_be_more_is_proven_to_be_nobody(true: list[int], multipliers: list[float]) -> None:
    """Against every table that fits the sums, whatever multipliers come back."""
    shapes = ((0, 1), (1, 2, 3), (0, 3))
    known = (Count(table="t", keys=(f"s{i}",), value=sum(true[p] for p in s)) for i, s in enumerate(shapes))
    counts = (*(Count(table="t", keys=(f"x{i}",), value=None) for i in range(4)), *known)
    sums = tuple(((4 + i, -1), *((p, 1) for p in shape)) for i, shape in enumerate(shapes))
    matrix = matrix_of(System(counts=counts, sums=sums), sums=range(3))
    fitting = [np.array(each) for each in product(range(sum(true) + 1), repeat=4)]
    greatest = np.max([each for each in fitting if matrix.fits(each)], axis=0)
    assert not np.any(bounds.at_floor(matrix, np.array(multipliers)) & (greatest > 0))


def test_unknowns_that_are_nobody_are_proven_so_together() -> None:
    """One program for all of them: those in a sum that is 0, and those that the rest leaves no room for."""
    counts = (
        *(Count(table="t", keys=(f"x{i}",), value=None) for i in range(6)),
        *(Count(table="t", keys=(f"s{i}",), value=value) for i, value in enumerate((0, 7, 7))),
    )
    sums = (((6, -1), (0, 1), (1, 1)), ((7, -1), (2, 1), (3, 1)), ((8, -1), (2, 1), (3, 1), (4, 1), (0, 1)))
    matrix = matrix_of(System(counts=counts, sums=sums), sums=range(3), also=[5])
    search = Witnesses(matrix)
    given_up = search.settle({column: Aim(at_least=5, width=0) for column in range(6)})
    assert search.nobody == {0, 1, 4}
    assert given_up == (0, 1, 4)
    assert search.program.runs < 12
