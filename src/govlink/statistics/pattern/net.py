"""A problem as arrays: the cells that can move at all, and the equations over them.

Cells are numbered anew, by place, in the order of their numbers. A cell that cannot move in any table
that fits what is always published is left out: a zero, a fixed cell, or the only cell left in an
equation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .problem import Problem

__all__ = ["Floats", "Mask", "Net", "Places", "net_of"]

Places = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Net:
    """The moving part of a problem.

    Attributes:
        cells: Each place's number in the problem.
        fall: How far a cell may fall before an attacker knows better.
        rise: How far a cell must be able to rise, 0 where nothing is asked.
        held: Whether it is hidden in any case, for its own sake or since earlier.
        cost: What hiding it costs.
        starts: Where each equation begins in ``terms``, and one more for the end.
        terms: The places in each equation, one equation after the other.
        signs: 1 for a part, -1 for the total.
        rows: The equation each term belongs to.
        stuck: Numbers of cells that must be protected and cannot move.
    """

    cells: Places
    fall: Places
    rise: Places
    held: Mask
    cost: Places
    starts: Places
    terms: Places
    signs: Places
    rows: Places
    stuck: tuple[int, ...]

    @property
    def size(self) -> int:
        """How many cells there are."""
        return int(self.cells.size)

    @property
    def secret(self) -> Mask:
        """Which cells are hidden for their own sake."""
        return self.rise > 0

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
    moves = counts >= np.maximum(least, 0)
    moves[sorted(problem.fixed)] = False
    rows = sorted(set(_rows(problem)))
    _stop_the_lonely(rows, moves)
    cells = np.flatnonzero(moves)
    place = np.full(counts.size, -1)
    place[cells] = np.arange(cells.size)
    kept = sorted({tuple((int(place[c]), sign) for c, sign in row if moves[c]) for row in rows} - {()})
    rise = np.zeros(counts.size, dtype=np.int64)
    for cell, wanted in problem.at_least.items():
        rise[cell] = max(1, wanted - problem.counts[cell])
    held = np.zeros(counts.size, dtype=np.bool_)
    held[sorted({*problem.given, *problem.at_least})] = True
    lengths = np.array([len(row) for row in kept], dtype=np.int64)
    return Net(
        cells=cells,
        fall=(counts - least)[cells],
        rise=rise[cells],
        held=held[cells],
        cost=np.array(problem.costs, dtype=np.int64)[cells],
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)]),
        terms=np.array([p for row in kept for p, _ in row], dtype=np.int64),
        signs=np.array([s for row in kept for _, s in row], dtype=np.int64),
        rows=np.repeat(np.arange(len(kept)), lengths),
        stuck=tuple(sorted(c for c in problem.at_least if not moves[c])),
    )


def _rows(problem: Problem) -> Iterator[tuple[tuple[int, int], ...]]:
    for equation in problem.system.equations:
        yield tuple(sorted([(equation.total, -1), *((part, 1) for part in equation.parts)]))


def _stop_the_lonely(rows: list[tuple[tuple[int, int], ...]], moves: Mask) -> None:
    """A cell that moves alone in an equation does not move; others may be alone because of that."""
    touching: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        for cell, _ in row:
            touching.setdefault(cell, []).append(number)
    left = [sum(bool(moves[cell]) for cell, _ in row) for row in rows]
    queue = [number for number, count in enumerate(left) if count == 1]
    while queue:
        for cell, _ in rows[queue.pop()]:
            if moves[cell]:
                moves[cell] = False
                for number in touching[cell]:
                    left[number] -= 1
                    if left[number] == 1:
                        queue.append(number)
