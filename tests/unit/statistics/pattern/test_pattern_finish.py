"""A proposal is made safe whichever way, the budget is shared out, and proving stops when it stalls."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlink.statistics.pattern import cover as cover_module
from govlink.statistics.pattern import finish as finish_module
from govlink.statistics.pattern.cover import Cover
from govlink.statistics.pattern.evidence import Evidence
from govlink.statistics.pattern.finish import Finish
from govlink.statistics.pattern.net import Net, net_of
from govlink.statistics.pattern.problem import Budget, Problem
from govlink.statistics.pattern.quick import Quick
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.pattern.shifts import Shifts
from govlink.statistics.pattern.solver import Meter, SpentError
from govlink.statistics.system import crossed_system, flat_tree

from .pattern_oracle import Oracle
from .pattern_problems import crossed, linked
from .test_pattern_parts import bench_problem


def finish_of(problem: Problem, net: Net, *, budget: Budget | None = None) -> Finish:
    """What completes and thins out patterns of this problem."""
    meter = Meter(budget=budget or Budget())
    return Finish(net, Quick(net, problem.grids, meter), Evidence(net), Cover(net, meter), meter)


def check_completed(problem: Problem, shares: list[float], net: Net) -> None:
    """The pattern is safe against every table, and only what nothing protects is given up."""
    assume(net.size > 0)
    finish = finish_of(problem, net)
    hidden, lost = finish.complete(np.resize(np.array(shares), net.size))
    oracle = Oracle(problem)
    unprotected = oracle.unsafe(frozenset(range(problem.system.cells)))
    assert net.exposed(lost) <= unprotected
    assert bool(net.exposed(lost)) == bool(unprotected)
    if unprotected:
        return
    always = {*problem.at_least, *problem.given} - problem.fixed
    assert oracle.unsafe(frozenset(always | set(net.numbers(hidden)))) == set()
    refined = finish.refine(hidden.copy())
    assert not np.any(refined & ~hidden)
    assert oracle.unsafe(frozenset(always | set(net.numbers(refined)))) == set()


SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(problem=st.one_of(crossed(), linked()), shares=SHARES)
def test_a_proposal_is_completed_by_a_search_of_all_places(problem: Problem, shares: list[float]) -> None:
    """Whatever the fractions say; a part of it that is safe too can be found again."""
    check_completed(problem, shares, net_of(problem))


@settings(max_examples=40, deadline=None)
@given(problem=st.one_of(crossed(), linked()), shares=SHARES)
def test_a_large_proposal_is_completed_by_parts(problem: Problem, shares: list[float]) -> None:
    """The way taken where there are too many places, or where the search of all of them cost too much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish_module, "WHOLE", -1)
        check_completed(problem, shares, net_of(problem))


def test_a_search_of_all_places_that_costs_too_much_leaves_enough_for_the_other_way() -> None:
    """The pattern is still completed, and nothing of the budget is lost for later."""
    problem = bench_problem("8x6x4", 1_000)
    net = net_of(problem)
    finish, share = finish_of(problem, net), np.zeros(net.size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finish_module, "GATHERING", 0.0)
        hidden, lost = finish.complete(share)
    assert lost == ()
    shifts = Shifts(net, hidden, Meter(budget=Budget()))
    assert all(shifts.find(place) is not None for place in np.flatnonzero(net.secret).tolist())


def test_a_share_of_the_budget_is_a_share_of_what_is_left() -> None:
    """And the whole budget is there again afterwards, also when the share ran out."""
    net = net_of(bench_problem("8x6x4", 1_000))
    whole = Budget(lps=10, effort=10**9, nodes=3)
    meter = Meter(budget=whole, lps=6)
    shifts = Shifts(net, np.ones(net.size, dtype=np.bool_), meter)
    place = int(np.flatnonzero(net.secret)[0])
    with pytest.raises(SpentError), meter.limited(0.5):  # noqa: PT012 - the third of them must be refused
        for _ in range(3):
            shifts.find(place)
    assert meter.lps == 8
    assert meter.budget == whole
    assert shifts.find(place) is not None


def test_proving_stops_when_the_bound_hardly_rises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long before the budget is used up; the answer is thinned out and its bound holds."""
    problem = bench_problem("8x6x4", 1_000)
    monkeypatch.setattr(cover_module, "PATIENCE", 0)
    hasty = find_pattern(problem, budget=Budget())
    monkeypatch.setattr(cover_module, "PATIENCE", 3_000_000)
    patient = find_pattern(problem, budget=Budget())
    assert hasty.method == "completed"
    assert hasty.work.nodes < patient.work.nodes < Budget().nodes
    assert hasty.bound <= patient.bound <= hasty.cost


def test_a_place_hidden_alone_in_an_equation_is_shown() -> None:
    """It could be worked out, so hiding it is no protection; whoever relied on its neighbour goes with it."""
    counts = (9, 9, 9, 27, 3, 9, 9, 21, 12, 18, 18, 48)
    system = crossed_system(trees=(flat_tree(2), flat_tree(3)))
    problem = Problem(
        system=system,
        counts=counts,
        at_least={4: 5},
        fixed=frozenset({11}),
        costs=(1,) * 12,
        least=(1,) * 12,
    )
    net = net_of(problem)
    place = {int(cell): at for at, cell in enumerate(net.cells)}
    box = np.isin(net.cells, (0, 1, 4, 5))
    stray = box.copy()
    stray[place[10]] = True  # a column's total, beside a column that is published
    assert (net.without_lonely(stray) == box).all()
    assert (net.without_lonely(box) == box).all()
    assert (net.without_lonely(np.isin(net.cells, (0, 4))) == np.isin(net.cells, (4,))).all()
