"""A problem as arrays: the cells that can move at all, and the equations over them.

Cells are numbered anew, by place, in the order of their numbers; cells that only move together share one.
A cell that cannot move in any table that fits what is always published is left out: a zero, a fixed
cell, or the only cell left in an equation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .problem import Problem
from .twins import Twins

__all__ = ["Floats", "Mask", "Net", "Places", "net_of"]

Places = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Net:
    """The moving part of a problem.

    Attributes:
        cells: Each place's number in the problem, the smallest where cells share a place.
        places: The other way round: for each cell of the problem its place, or -1 if it cannot move.
        fall: How far a cell may fall before an attacker knows better.
        rise: How far a cell must be able to rise, 0 where nothing is asked.
        held: Whether it is hidden in any case, for its own sake or since earlier.
        cost: What hiding it costs.
        shared: What it costs to hide cells for no other reason than that they share a place with one that is
            hidden in any case.
        starts: Where each equation begins in ``terms``, and one more for the end.
        terms: The places in each equation, one equation after the other.
        signs: 1 for a part, -1 for the total; a multiple where several cells share a place.
        rows: The equation each term belongs to.
        asking: How far each cell must be able to rise that must be protected and can move, by number.
        stuck: Numbers of those that cannot.
    """

    cells: Places
    places: Places
    fall: Places
    rise: Places
    held: Mask
    cost: Places
    shared: int
    starts: Places
    terms: Places
    signs: Places
    rows: Places
    asking: Mapping[int, int]
    stuck: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many cells there are."""
        return int(self.cells.size)

    @property
    def secret(self) -> Mask:
        """Which cells are hidden for their own sake."""
        return self.rise > 0

    def numbers(self, hidden: Mask) -> tuple[int, ...]:
        """The numbers of all cells in these places."""
        return tuple(np.flatnonzero(np.append(hidden, False)[self.places]).tolist())

    def exposed(self, places: Iterable[int]) -> frozenset[int]:
        """The numbers of the cells that are lost where these places cannot rise as far as is asked."""
        lost = {place: int(self.rise[place]) for place in places}
        found = (n for n, rise in self.asking.items() if rise == lost.get(int(self.places[n])))
        return frozenset(found).union(self.stuck)

    def asking_less(self, places: Iterable[int]) -> Net:
        """The same for those cells only that ask for less than others in one of these places."""
        lost, rise = set(places), np.zeros_like(self.rise)
        left = {n: asked for n, asked in self.asking.items() if int(self.places[n]) in lost}
        left = {n: asked for n, asked in left.items() if asked < self.rise[self.places[n]]}
        for number, asked in left.items():
            place = self.places[number]
            rise[place] = max(int(rise[place]), asked)
        return replace(self, rise=rise, asking=left)

    def row_sums(self, values: Floats) -> Floats:
        """The plain sum of values over the cells of each equation, whatever their sign."""
        sums = np.bincount(self.rows, weights=values[self.terms], minlength=self.starts.size - 1)
        return sums.astype(np.float64)

    def without_lonely(self, hidden: Mask) -> Mask:
        """Without the places that are hidden alone in an equation, and are not hidden in any case.

        Such a place can be worked out and moves in no shift, so it protects nothing.
        """
        hidden = hidden.copy()
        while True:
            alone = self.row_sums(hidden.astype(np.float64))[self.rows] == 1
            lonely = self.terms[alone & hidden[self.terms] & ~self.held[self.terms]]
            if not lonely.size:
                return hidden
            hidden[lonely] = False

    def row(self, number: int) -> tuple[Places, Places]:
        """The places and the signs of one equation."""
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.terms[part], self.signs[part]


def net_of(problem: Problem) -> Net:
    """The moving part of the problem, equations in canonical order and none twice."""
    counts = np.array(problem.counts, dtype=np.int64)
    least = np.array(problem.least, dtype=np.int64)
    still = counts < np.maximum(least, 0)
    still[sorted(problem.fixed)] = True
    twins = Twins(problem.system.equations, cells=counts.size, still=np.flatnonzero(still).tolist())
    moving = np.ones(counts.size, dtype=np.bool_)
    moving[sorted(twins.stopped)] = False
    cells, shared_by = np.unique(np.array(twins.first)[moving], return_inverse=True)
    places = np.full(counts.size, -1)
    places[moving] = shared_by
    rise = np.zeros(counts.size, dtype=np.int64)
    for cell, wanted in problem.at_least.items():
        rise[cell] = max(1, wanted - problem.counts[cell])
    free = np.ones(counts.size, dtype=np.bool_)
    free[sorted({*problem.given, *problem.at_least})] = False
    rises = _grouped(np.maximum, rise[moving], shared_by, start=0)
    # What is given asks nothing, so a twin of it may be published.
    held = (rises > 0) | ~_grouped(np.maximum, free[moving].astype(np.int64), shared_by, start=0).astype(
        np.bool_
    )
    costs = np.where(free, np.array(problem.costs, dtype=np.int64), 0)
    rows = twins.rows()
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return Net(
        cells=cells,
        places=places,
        fall=_grouped(np.minimum, (counts - least)[moving], shared_by, start=counts.max(initial=0)),
        rise=rises,
        held=held,
        cost=np.maximum(1, _grouped(np.add, costs[moving], shared_by, start=0)),
        shared=int(costs[moving][held[shared_by]].sum()),
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)]),
        terms=places[np.array([cell for row in rows for cell, _ in row], dtype=np.int64)],
        signs=np.array([sign for row in rows for _, sign in row], dtype=np.int64),
        rows=np.repeat(np.arange(len(rows)), lengths),
        asking={c: int(rise[c]) for c in sorted(problem.at_least) if moving[c]},
        stuck=tuple(sorted(c for c in problem.at_least if not moving[c])),
    )


def _grouped(combine: np.ufunc, values: Places, groups: Places, *, start: int) -> Places:
    """The values of each group combined to one."""
    found = np.full(int(groups.max(initial=-1)) + 1, start, dtype=np.int64)
    combine.at(found, groups, values)
    return found
