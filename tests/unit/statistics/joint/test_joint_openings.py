"""What a pattern leaves open is found, and asked for in a way that the search understands."""

from __future__ import annotations

from dataclasses import replace

from govlink.statistics.joint.openings import Needs, Openings, asked, find_needs
from govlink.statistics.pattern.problem import Budget, Problem
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.system import Equation, LinearSystem

BUDGET = Budget(lps=1000, effort=10_000_000, nodes=1000)
NEW, TOTAL, OLD = 0, 1, 2
"""A cell of the new table, a total that is out, and a cell that was hidden before; the first two are new."""


def problem(*, new: int, old: int, least: int = 1) -> Problem:
    """The total is the sum of the other two."""
    return Problem(
        system=LinearSystem(cells=3, equations=(Equation(total=TOTAL, parts=(NEW, OLD)),)),
        counts=(new, new + old, old),
        at_least={},
        fixed=frozenset({TOTAL}),
        given=frozenset({OLD}),
        costs=(5, 1, 1),
        least=(1, 0, least),
    )


def needs(of: Problem, openings: Openings, *hidden: int) -> Needs:
    """With these cells of the new table hidden."""
    return find_needs(of, openings, hidden=frozenset(hidden), cells=2, moves={})


def test_a_cell_that_became_exact_must_be_able_to_rise() -> None:
    """Publishing the other part gives it away; hiding that part is what the search then does."""
    of, wide = problem(new=9, old=7), Openings(widths={OLD: 1})
    assert not needs(of, wide, NEW)
    found = needs(of, wide)
    assert (found.at_least, found.falls) == ({OLD: 8}, {})
    assert NEW in find_pattern(asked(of, found), budget=BUDGET).hidden


def test_a_cell_that_can_only_fall_gets_a_mirror() -> None:
    """The other part is 1 and never 0, so nothing can rise here but it; the search still finds that."""
    of = problem(new=1, old=7)
    found = needs(of, Openings(widths={OLD: 1}))
    assert (found.at_least, found.falls) == ({}, {OLD: 1})
    mirrored = asked(of, found)
    assert len(mirrored.counts) == mirrored.system.cells == len(mirrored.least) == len(mirrored.costs) == 5
    assert NEW in find_pattern(mirrored, budget=BUDGET).hidden


def test_a_cell_that_nothing_can_save_is_exposed() -> None:
    """Where even hiding everything leaves it exact, the search says so instead of a pattern."""
    of = replace(problem(new=9, old=7), fixed=frozenset({NEW, TOTAL}))
    found = needs(of, Openings(widths={OLD: 1}))
    assert OLD in find_pattern(asked(of, found), budget=BUDGET).exposed


def test_a_hole_may_be_empty_for_sure_or_large_but_not_small() -> None:
    """Empty because its parts are out, large because much is hidden, or small: then more is asked."""
    empty = problem(new=9, old=0, least=0)
    assert not needs(empty, Openings(holes={OLD: 5}))
    assert not needs(empty, Openings(holes={OLD: 5}), NEW)
    small = problem(new=4, old=0, least=0)
    assert needs(small, Openings(holes={OLD: 5}), NEW)


def test_an_empty_cell_is_hidden_with_room_or_not_at_all() -> None:
    """A zero of the new table that nothing lets seem large is published."""
    large = replace(problem(new=0, old=9), least=(0, 0, 1))
    assert not needs(large, Openings(reaches={NEW: 5}), NEW)
    small = replace(problem(new=0, old=4), least=(0, 0, 1))
    assert not needs(small, Openings(reaches={NEW: 5}))
    found = needs(small, Openings(reaches={NEW: 5}), NEW)
    assert (found.at_least, found.fixed) == ({}, {NEW})
    assert NEW in asked(small, found).fixed


def test_what_was_asked_for_already_is_not_lowered() -> None:
    """A width asks for one more than the count, a threshold for more."""
    of = replace(problem(new=9, old=1), at_least={OLD: 5}, given=frozenset())
    found = Needs(at_least={OLD: 3}, falls={}, fixed=frozenset())
    assert asked(of, found).at_least == {OLD: 5}


def test_what_is_asked_for_is_open_no_more() -> None:
    """So that looking again ends."""
    left = Openings(widths={OLD: 1}, holes={3: 5}, reaches={NEW: 5}).without({OLD, 3})
    assert left == Openings(reaches={NEW: 5})
    assert left
    assert not left.without({NEW})


def test_a_hole_that_cannot_be_large_is_shown_to_be_empty() -> None:
    """Publishing the cell beside it is the way out where that one need not be hidden."""
    small = problem(new=4, old=0, least=0)
    found = needs(small, Openings(holes={OLD: 5}), NEW)
    assert (found.at_least, found.fixed) == ({}, {NEW})
    kept = replace(small, at_least={NEW: 5})
    assert needs(kept, Openings(holes={OLD: 5}), NEW).at_least == {OLD: 5}
