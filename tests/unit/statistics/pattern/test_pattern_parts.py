"""Each part of the search keeps its own promise: boxes, cuts, evidence, and the table generator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from tests.bench.disclosure_tables import ROWS, TABLES, make_table

from govlink.errors import ProtectionError
from govlink.statistics.pattern.boxes import Boxes
from govlink.statistics.pattern.cuts import broken, row_cuts
from govlink.statistics.pattern.evidence import Evidence, Shift, Watch
from govlink.statistics.pattern.net import Net, net_of
from govlink.statistics.pattern.problem import Budget, Problem
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.pattern.shifts import Shifts
from govlink.statistics.pattern.solver import Meter
from govlink.statistics.system import crossed_grid, crossed_system, flat_tree

from .pattern_oracle import Oracle
from .pattern_problems import crossed


def bench_problem(name: str, rows: int, *, threshold: int = 5) -> Problem:
    """A generated table whose small cells are to be hidden."""
    trees, counts = make_table(name, 1, rows)
    small = [c for c, n in enumerate(counts) if 0 < n < threshold]
    return Problem(
        system=crossed_system(trees=trees),
        counts=counts,
        at_least=dict.fromkeys(small, threshold),
        fixed=frozenset({len(counts) - 1}),
        costs=tuple(n.bit_length() + 1 for n in counts),
        least=(1,) * len(counts),
        grids=(crossed_grid(trees=trees),),
    )


def keeps(net: Net, shift: Shift) -> bool:
    """Whether every equation holds after the shift and no cell falls too far."""
    moves = np.zeros(net.size)
    moves[shift.places] = shift.moves
    sums = np.bincount(net.rows, weights=net.signs * moves[net.terms], minlength=net.starts.size - 1)
    return not sums.any() and bool(np.all(moves >= -net.fall))


def test_a_box_keeps_every_equation_and_raises_its_cell() -> None:
    """With sub-totals in a dimension too; its price is what its cells cost."""
    net = net_of(problem := bench_problem("H-15x8x4", 5_000))
    boxes, found = Boxes(problem.grids[0], net), 0
    for place in np.flatnonzero(net.secret)[:40].tolist():
        box = boxes.cheapest(place, net.cost)
        if box is None:
            continue
        found += 1
        assert keeps(net, box)
        assert box.moves[box.places == place] == [net.rise[place]]
        hidden = np.zeros(net.size, dtype=np.bool_)
        hidden[box.places] = True
        assert boxes.within(place, hidden) is not None
        hidden[box.places[box.places != place][0]] = False
        again = boxes.within(place, hidden)
        assert again is None or set(again.places) != set(box.places)
    assert found > 20


def test_shifts_and_their_turned_and_stretched_forms_are_possible() -> None:
    """Whatever the evidence keeps is a change that an attacker could believe in."""
    net = net_of(bench_problem("8x6x4", 1_000))
    meter, evidence = Meter(budget=Budget()), Evidence(net)
    shifts = Shifts(net, np.ones(net.size, dtype=np.bool_), meter)
    served = 0
    for place in np.flatnonzero(net.secret).tolist():
        shift = shifts.find_whole(place)
        assert shift is not None
        kept = evidence.add(shift)
        assert all(keeps(net, one) for one in kept)
        assert any(np.any(one.moves[one.places == place] >= net.rise[place]) for one in kept)
        served += len(kept)
    assert served > 0


def test_a_frozen_place_does_not_move_and_a_thawed_one_may() -> None:
    """Taking out a whole line leaves no shift; the combination of equations that shows it is a cut."""
    net = net_of(bench_problem("8x6x4", 1_000))
    shifts = Shifts(net, np.ones(net.size, dtype=np.bool_), Meter(budget=Budget()))
    place = int(np.flatnonzero(net.secret)[0])
    row = int(net.rows[np.flatnonzero(net.terms == place)[0]])
    others = [p for p in net.row(row)[0].tolist() if p != place]
    for other in others:
        shifts.freeze(other)
    assert shifts.find(place) is None
    assert shifts.proof is not None
    hidden = np.ones(net.size, dtype=np.bool_)
    hidden[others] = False
    assert all(cut.broken_by(hidden) for cut in broken(net, shifts.proof, hidden))
    for other in others:
        shifts.thaw(other)
    assert shifts.find(place) is not None


def test_taking_a_place_out_and_putting_it_back_changes_nothing() -> None:
    """The account of what is proven is the same as one made anew."""
    net = net_of(bench_problem("8x6x4", 1_000))
    evidence, hidden = Evidence(net), np.ones(net.size, dtype=np.bool_)
    shifts = Shifts(net, hidden, Meter(budget=Budget()))
    for place in np.flatnonzero(net.secret)[:30].tolist():
        if (shift := shifts.find_whole(place)) is not None:
            evidence.add(shift)
    watch = Watch(net, hidden, evidence)
    before = watch.safe.copy()
    for place in np.flatnonzero(~net.held)[:50].tolist():
        lost = watch.show(place)
        assert np.array_equal(watch.safe, Watch(net, hidden.copy(), evidence).safe)
        assert lost == sorted(lost, key=lambda p: (-int(net.rise[p]), p))
        watch.hide(np.array([place]))
        assert np.array_equal(watch.safe, before)


@settings(max_examples=60, deadline=None)
@given(problem=crossed(("square", "tree", "cube")))
def test_single_equations_ask_nothing_that_a_safe_pattern_lacks(problem: Problem) -> None:
    """Every safe pattern keeps every cut."""
    pattern = find_pattern(problem, budget=Budget())
    assume(problem.at_least and not pattern.exposed)
    assert Oracle(problem).unsafe(frozenset(pattern.hidden)) == set()
    net = net_of(problem)
    shown = [net.places[n] for n in range(problem.system.cells) if n not in pattern.hidden]
    hidden = ~np.isin(np.arange(net.size), shown)
    assert not any(cut.broken_by(hidden) for cut in row_cuts(net))


def test_no_work_at_all_is_a_refusal_or_a_box() -> None:
    """Never an empty answer, which would look like nothing to hide."""
    problem = Problem(
        system=crossed_system(trees=(flat_tree(3), flat_tree(3))),
        counts=(1, 9, 9, 19, 9, 9, 9, 27, 9, 9, 9, 27, 19, 27, 27, 73),
        at_least={0: 5},
        fixed=frozenset({15}),
        costs=(1,) * 16,
        least=(1,) * 16,
    )
    with pytest.raises(ProtectionError) as caught:
        find_pattern(problem, budget=Budget(lps=0, effort=0, nodes=0))
    assert caught.value.code == "statistics.solver_gave_up"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_generated_tables_add_up_and_are_the_same_again(name: str) -> None:
    """For every size; the total is the number of rows."""
    trees, counts = make_table(name, 3, ROWS[name])
    assert counts[-1] == ROWS[name]
    assert all(
        counts[e.total] == sum(counts[p] for p in e.parts) for e in crossed_system(trees=trees).equations
    )
    assert make_table(name, 3, ROWS[name]) == (trees, counts)
