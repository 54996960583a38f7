"""Whatever is found is safe, needed to the last cell, and as cheap as it claims to be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.statistics.pattern.cover import Cover
from govlink.statistics.pattern.problem import Budget, Pattern, Problem
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.system import crossed_system, flat_tree

from .pattern_oracle import Oracle
from .pattern_problems import crossed, linked

AMPLE = Budget()
NO_PROOF = Budget(lps=10_000, effort=100_000_000, nodes=0)


def check(problem: Problem, pattern: Pattern) -> None:
    """Compare with every table and every pattern there is."""
    oracle = Oracle(problem)
    cheapest = oracle.cheapest()
    everything = frozenset(range(problem.system.cells))
    if pattern.exposed:
        assert cheapest is None
        assert set(pattern.exposed) == oracle.unsafe(everything)
        assert pattern.hidden == ()
        return
    hidden = frozenset(pattern.hidden)
    always = {*problem.at_least, *problem.given} - problem.fixed
    assert cheapest is not None
    assert oracle.unsafe(hidden) == set()
    assert hidden >= always
    assert not hidden & problem.fixed
    assert all(problem.counts[c] >= problem.least[c] for c in hidden - always)
    assert pattern.cost == sum(problem.costs[c] for c in hidden - always)
    assert pattern.bound <= cheapest <= pattern.cost
    assert pattern.method in ({"none"} if not problem.at_least else {"exact", "completed"})
    assert pattern.method != "exact" or pattern.cost == cheapest
    for cell in hidden - always:
        assert oracle.unsafe(hidden - {cell})


@settings(max_examples=60, deadline=None)
@given(problem=crossed())
def test_the_cheapest_pattern_of_a_cross_tabulation_is_found(problem: Problem) -> None:
    """Against every table and every pattern: margins, sub-totals, both kinds of zeros, given cells."""
    pattern = find_pattern(problem, budget=AMPLE)
    check(problem, pattern)
    assert pattern.exposed or pattern.method in ("exact", "none")


@settings(max_examples=30, deadline=None)
@given(problem=linked())
def test_the_cheapest_pattern_of_linked_tables_is_found(problem: Problem) -> None:
    """Tables that only share a margin, over finest cells that nobody published."""
    pattern = find_pattern(problem, budget=AMPLE)
    check(problem, pattern)
    assert pattern.exposed or pattern.method in ("exact", "none")


@settings(max_examples=40, deadline=None)
@given(problem=st.one_of(crossed(), linked()))
def test_a_pattern_without_proof_is_safe_and_cannot_spare_a_cell(problem: Problem) -> None:
    """Where nothing may be branched on, a pattern is completed and thinned out; its bound holds."""
    check(problem, find_pattern(problem, budget=NO_PROOF))


@settings(max_examples=30, deadline=None)
@given(problem=st.one_of(crossed(), linked()), lps=st.integers(0, 12), nodes=st.integers(0, 2))
def test_whatever_the_budget_nothing_unsafe_comes_back(problem: Problem, lps: int, nodes: int) -> None:
    """A search that is cut short ends in a safe pattern or in a refusal."""
    try:
        pattern = find_pattern(problem, budget=Budget(lps=lps, effort=20_000, nodes=nodes))
    except ProtectionError as error:
        assert error.code == "statistics.solver_gave_up"  # noqa: PT017 - only one refusal is right here
        return
    oracle = Oracle(problem)
    if pattern.exposed:
        assert set(pattern.exposed) == oracle.unsafe(frozenset(range(problem.system.cells)))
    else:
        assert oracle.unsafe(frozenset(pattern.hidden)) == set()
        assert pattern.bound <= (oracle.cheapest() or 0)


@settings(max_examples=20, deadline=None)
@given(problem=crossed())
def test_the_same_problem_gets_the_same_pattern(problem: Problem) -> None:
    """In two runs, and with the equations in another order."""
    first = find_pattern(problem, budget=NO_PROOF)
    turned = replace(problem.system, equations=problem.system.equations[::-1])
    assert find_pattern(problem, budget=NO_PROOF) == first
    assert find_pattern(replace(problem, system=turned), budget=NO_PROOF) == first


def test_a_solver_at_odds_with_itself_is_not_told_as_hard_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong with the table then, and collapsing categories would help nobody."""
    system = crossed_system(trees=(flat_tree(2), flat_tree(2)))
    problem = Problem(
        system=system,
        counts=(3, 20, 23, 30, 40, 70, 33, 60, 93),
        at_least={0: 5},
        fixed=frozenset({8}),
        costs=(1,) * 9,
        least=(1,) * 9,
    )
    assert not find_pattern(problem, budget=AMPLE).exposed
    monkeypatch.setattr(Cover, "relax", lambda _self: None)
    with pytest.raises(ProtectionError) as caught:
        find_pattern(problem, budget=AMPLE)
    assert caught.value.code == "statistics.solver_contradicts_itself"
