"""A table that counts an earlier one's records too: what moves together, and what moves along."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.statistics.assess import assess
from govlink.statistics.joint import Joint, joint_problem
from govlink.statistics.pattern.boxes import Boxes
from govlink.statistics.pattern.evidence import Shift
from govlink.statistics.pattern.layers import Layer
from govlink.statistics.pattern.net import Net, net_of
from govlink.statistics.pattern.problem import Budget
from govlink.statistics.pattern.quick import Quick
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.pattern.solver import Meter
from govlink.statistics.pattern.twins import Twins
from govlink.statistics.system import Equation

from ..joint.offices import Office, office_of
from .test_pattern_parts import keeps

SHOWN = ("country", "sex")
CODES = (tuple("abcdef"), tuple("mfx"), ("1", "2"))


def office(seed: int) -> Office:
    """Six countries by three sexes in two months, most cells small but for two countries and one sex."""
    draw = random.Random(seed)
    large = {record: 9 * (record[0] in "ab" or record[1] == "m") for record in product(*CODES)}
    counts = {record: more + min(40, int(draw.paretovariate(0.8)) - 1) for record, more in large.items()}
    return office_of(("country", "sex", "month"), counts, period="month", threshold=5)


def cumulative(of: Office) -> Joint:
    """Both months, the first of which is out."""
    of.publish("first", SHOWN, month=("1",))
    raw = of.register.raw(SHOWN, month=("1", "2"))
    return joint_problem(
        raw,
        policy=of.policy,
        subject=of.subject(month=("1", "2")),
        assessment=assess(raw, policy=of.policy),
        earlier=tuple(of.out),
    )


def rises(net: Net, place: int, shift: Shift) -> bool:
    """Whether the place rises as far as it must, and all that moves along is hidden in any case."""
    return bool(shift.moves[shift.places == place].max(initial=0) >= net.rise[place])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_boxes_and_followed_shifts_keep_every_sum_of_both_tables(seed: int) -> None:
    """Whatever they propose moves no cell that may not move, and none further than it can."""
    problem = cumulative(office(seed)).problem
    net, meter = net_of(problem), Meter(budget=Budget())
    usable = net.held.copy()
    usable[:: 1 + seed % 3] = True
    layers = [Layer(problem.grids[0], grid, net, meter) for grid in problem.grids[1:]]
    boxes = [Boxes(grid, net) for grid in problem.grids]
    for place in np.flatnonzero(net.secret).tolist():
        found = [each.within(place, usable) for each in boxes]
        found += [each.find(place, usable, np.ones(net.size)) for each in layers]
        for shift in found:
            if shift is not None:
                assert keeps(net, shift)
                assert rises(net, place, shift)
                assert usable[shift.places].all()


def test_most_cells_of_the_past_are_covered_without_the_solver_looking_at_everything() -> None:
    """Where what was hidden stays hidden, the earlier table's own shifts are enough."""
    covered = asked = 0
    for seed in range(12):
        problem = cumulative(office(seed)).problem
        net = net_of(problem)
        quick = Quick(net, problem.grids, Meter(budget=Budget()))
        for place in np.flatnonzero(net.secret).tolist():
            shift = quick.cheapest(place, net.held, net.cost)
            asked += 1
            covered += shift is not None and rises(net, place, shift)
    assert asked > 50
    assert covered > 0.9 * asked


def test_a_table_that_overlaps_the_past_is_protected() -> None:
    """Two months after the first of them: a pattern is found, and what it says of moves is possible."""
    of = office(3)
    joint = cumulative(of)
    pattern = find_pattern(joint.problem, budget=Budget())
    assert not pattern.exposed
    assert pattern.method in ("exact", "completed", "safe")
    assert joint.hidden(pattern) >= {n for n in joint.problem.at_least if n < joint.cells}
    for cell, (fall, rise) in pattern.moves.items():
        assert fall >= 0
        assert rise >= 0
        assert joint.problem.counts[cell] - fall >= joint.problem.least[cell]


EQUATIONS = (
    Equation(total=3, parts=(0, 1)),
    Equation(total=4, parts=(2,)),
    Equation(total=5, parts=(3, 4)),
    Equation(total=6, parts=(1, 2)),
)


def test_cells_that_only_move_together_are_one() -> None:
    """A total with one moving part is that part; a cell alone in an equation does not move, nor its twin."""
    twins = Twins(EQUATIONS, cells=7, still=[0])
    assert twins.first == [0, 1, 2, 1, 2, 5, 6]
    assert twins.stopped == {0}
    assert twins.rows() == [((1, 1), (2, 1), (5, -1)), ((1, 1), (2, 1), (6, -1))]
    stopped = Twins(EQUATIONS, cells=7, still=[0, 1, 5])
    assert stopped.stopped == set(range(7))
    assert stopped.rows() == []


def test_twins_of_twins_are_one_too() -> None:
    """Taking two for one may leave another equation with two cells."""
    chain = (
        Equation(total=1, parts=(0,)),
        Equation(total=2, parts=(1,)),
        Equation(total=4, parts=(2, 3)),
        Equation(total=5, parts=(0, 3)),
    )
    twins = Twins(chain, cells=6, still=[])
    assert twins.first == [0, 0, 0, 3, 4, 5]
    assert twins.rows() == [((0, 1), (3, 1), (4, -1)), ((0, 1), (3, 1), (5, -1))]
