"""A shift is whole, keeps every equation, and moves only what may move."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import prod

import numpy as np
import pytest

from govlink.statistics import RawTable
from govlink.statistics.shifts import FREE, ShiftModel
from govlink.statistics.system import LinearSystem, margin_system

RawOf = Callable[[tuple[int, ...], tuple[int, ...]], RawTable]
SHAPE = (6, 5, 4)


@pytest.fixture(scope="module")
def raw(raw_of: RawOf) -> RawTable:
    """Sparse enough that many of the solver's corners are not whole."""
    draw = random.Random(3)
    return raw_of(SHAPE, tuple(draw.choice((0, 1, 1, 2, 3)) for _ in range(prod(SHAPE))))


@pytest.fixture(scope="module")
def system(raw: RawTable) -> LinearSystem:
    """Its margin equations."""
    return margin_system(sizes=raw.sizes())


def test_every_shift_leads_to_a_table_that_adds_up(raw: RawTable, system: LinearSystem) -> None:
    """Exact in whole numbers, no hidden cell at zero, still cells still, the cell up by what was asked."""
    counts = np.array(raw.counts)
    free = [i for i, n in enumerate(raw.counts) if 0 < n < 12]
    model = ShiftModel(system, raw.counts, dict.fromkeys(free, FREE))
    found = 0
    for cell in (i for i in free if raw.counts[i] < 5):
        shift = model.cheapest(cell, rise=5 - raw.counts[cell])
        if shift is None:
            continue
        found += 1
        moved = counts + shift
        assert moved[cell] == 5
        assert set(shift.nonzero()[0].tolist()) <= set(free)
        assert moved[free].min() >= 1
        assert all(moved[e.total] == moved[list(e.parts)].sum() for e in system.equations)
    assert found > 20


def test_a_frozen_cell_stays_and_a_thawed_one_moves(system: LinearSystem, raw: RawTable) -> None:
    """Freezing every neighbour in a line leaves no shift; thawing brings it back."""
    prices = {i: 10 for i, n in enumerate(raw.counts) if n > 0 and i != len(raw.counts) - 1}
    model = ShiftModel(system, raw.counts, prices)
    cell = next(iter(prices))
    line = next(e for e in system.equations if cell in e.parts)
    others = [i for i in (*line.parts, line.total) if i in prices and i != cell]
    assert model.cheapest(cell, rise=1) is not None
    for other in others:
        model.freeze(other)
    assert model.cheapest(cell, rise=1) is None
    for other in others:
        model.thaw(other)
    assert model.cheapest(cell, rise=1) is not None


def test_the_cheapest_way_keeps_to_free_cells(raw_of: RawOf) -> None:
    """Cells that are hidden already are used before others are asked for."""
    raw = raw_of((3, 3), (3, 9, 9, 9, 9, 9, 9, 9, 9))
    prices = dict.fromkeys(range(len(raw.counts) - 1), 1000)
    model = ShiftModel(margin_system(sizes=(3, 3)), raw.counts, prices)
    keys = list(raw.keys())
    square = {keys.index(k) for k in [("c0", "c0"), ("c0", "c2"), ("c2", "c0"), ("c2", "c2")]}
    model.make_free(square)
    shift = model.cheapest(0, rise=2)
    assert shift is not None
    assert set(shift.nonzero()[0].tolist()) == square
