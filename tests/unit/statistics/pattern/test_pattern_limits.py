"""What single equations rule out no table allows, and broken proofs are mended by shifts that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlink.statistics.pattern import thin as thin_module
from govlink.statistics.pattern.cuts import sloped
from govlink.statistics.pattern.evidence import Evidence, Shift, Watch
from govlink.statistics.pattern.limits import Limits, cuts_of
from govlink.statistics.pattern.mend import Mender
from govlink.statistics.pattern.net import Mask, Net, net_of
from govlink.statistics.pattern.problem import Budget, Problem
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.pattern.shifts import Shifts
from govlink.statistics.pattern.solver import Meter, SpentError

from .pattern_oracle import Oracle
from .pattern_problems import crossed, linked
from .test_pattern_parts import bench_problem, keeps
from .test_pattern_search import NO_PROOF, check

PROBLEMS = st.one_of(crossed(), linked())
PARTS = st.lists(st.booleans(), min_size=1, max_size=12)


def unsafe(problem: Problem, net: Net, hidden: Mask) -> set[int]:
    """The numbers of the secret cells that no table protects."""
    always = {*problem.at_least, *problem.given} - problem.fixed
    return Oracle(problem).unsafe(frozenset(always | set(net.numbers(hidden))))


@settings(max_examples=60, deadline=None)
@given(problem=PROBLEMS, part=PARTS)
def test_what_cannot_rise_is_unsafe_in_every_table(problem: Problem, part: list[bool]) -> None:
    """And the equations that show it give a cut that the pattern breaks."""
    net = net_of(problem)
    assume(net.size > 0 and not net.stuck)
    hidden = net.held | np.resize(np.array(part), net.size)
    limits = Limits.of(net, hidden)
    assert net.exposed(limits.unsafe.tolist()) <= unsafe(problem, net, hidden)
    for place in limits.unsafe.tolist():
        slopes = limits.proof(place)
        assert slopes is not None
        cut = sloped(net, place, slopes)
        assert cut is not None
        assert cut.broken_by(hidden)


@settings(max_examples=60, deadline=None)
@given(problem=PROBLEMS, part=PARTS)
def test_limits_without_a_place_are_those_of_a_smaller_pattern(problem: Problem, part: list[bool]) -> None:
    """The limits that they were made from stay as they were."""
    net = net_of(problem)
    hidden = net.held | np.resize(np.array(part), net.size)
    limits = Limits.of(net, hidden)
    before = limits.unsafe
    for place in np.flatnonzero(hidden & ~net.held).tolist():
        smaller = hidden.copy()
        smaller[place] = False
        assert np.array_equal(limits.without(place).unsafe, Limits.of(net, smaller).unsafe)
    assert np.array_equal(limits.unsafe, before)


@settings(max_examples=60, deadline=None)
@given(problem=PROBLEMS, shares=st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_no_safe_pattern_breaks_a_cut_of_fractions(problem: Problem, shares: list[float]) -> None:
    """Whatever the fractions are; each cut is broken by them."""
    net, pattern = net_of(problem), find_pattern(problem, budget=NO_PROOF)
    assume(net.size > 0 and not pattern.exposed)
    share = np.where(net.held, 0.0, np.resize(np.array(shares), net.size))
    hidden = np.isin(net.cells, pattern.hidden)
    for cut in cuts_of(net, share):
        assert cut.weights @ share[cut.places] < cut.least
        assert not cut.broken_by(hidden)


def test_rows_together_ask_for_more_than_each_for_itself() -> None:
    """Where each equation is content with halves, chains of them are not."""
    net = net_of(bench_problem("8x6x4", 1_000))
    found = list(cuts_of(net, np.where(net.held, 0.0, 0.2)))
    assert len(found) > 50
    assert any(len({int(r) for r in net.rows[np.isin(net.terms, cut.places)]}) > 3 for cut in found)


def test_two_shifts_through_a_place_make_one_without_it() -> None:
    """It keeps every equation, raises the secret place enough, and may be relied on."""
    net = net_of(bench_problem("8x6x4", 1_000))
    evidence, hidden = Evidence(net), np.ones(net.size, dtype=np.bool_)
    shifts = Shifts(net, hidden, Meter(budget=Budget()))
    for place in np.flatnonzero(net.secret).tolist():
        if (shift := shifts.find_whole(place)) is not None:
            evidence.add(shift)
    watch, made = Watch(net, hidden, evidence), 0
    for place in np.flatnonzero(~net.held).tolist():
        lost = watch.show(place)
        mender = Mender(net, place, watch.lacking(place))
        for secret in lost:
            shift = mender.mended(secret)
            if shift is not None:
                made += 1
                assert keeps(net, shift)
                assert place not in shift.places
                assert shift.moves[shift.places == secret] >= net.rise[secret]
                watch.add(shift)
                assert watch.safe[secret] > 0
        watch.hide(np.array([place]))
    assert made > 20


def test_a_shift_that_lacks_more_than_one_place_is_not_mended() -> None:
    """It would use what is not hidden."""
    net = net_of(bench_problem("8x6x4", 1_000))
    evidence, hidden = Evidence(net), np.ones(net.size, dtype=np.bool_)
    place = int(np.flatnonzero(net.secret)[0])
    shift = Shifts(net, hidden, Meter(budget=Budget())).find_whole(place)
    assert shift is not None
    watch = Watch(net, hidden, evidence)
    watch.add(shift)
    one, other = shift.places[~net.held[shift.places]][:2].tolist()
    watch.show(one)
    assert watch.lacking(one)
    watch.show(other)
    assert watch.lacking(one) == []
    assert Mender(net, one, []).mended(place) is None
    alone = Shift(places=shift.places, moves=shift.moves, whole=True)
    assert Mender(net, one, [alone]).mended(place) is None


@settings(max_examples=30, deadline=None)
@given(problem=PROBLEMS)
def test_a_large_pattern_is_thinned_to_the_last_cell(problem: Problem) -> None:
    """The way taken where only parts of it are searched, with all places at one price."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thin_module, "LARGE", -1)
        check(problem, find_pattern(problem, budget=NO_PROOF))


def test_work_without_a_solver_is_paid_for() -> None:
    """More of it than is left ends the search."""
    meter = Meter(budget=Budget(effort=10))
    meter.spend(10)
    assert meter.work.effort == 10
    with pytest.raises(SpentError):
        meter.spend(1)


def test_more_is_allowed_for_more_cells_to_protect_up_to_a_limit() -> None:
    """What is said goes before."""
    small, large = bench_problem("8x6x4", 1_000), bench_problem("60x24x6", 20_000)
    assert Budget.of(small) == Budget()
    assert Budget.of(large).effort == 4 * Budget().effort
    assert Budget.of(large, {"effort": 7, "nodes": 3}) == Budget(effort=7, nodes=3)
