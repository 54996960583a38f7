"""Protect cells of a cross-tabulation by boxes: no solver, only the geometry.

A box is the product of one move in each dimension. All its cells moving by the same amount, up or
down as the signs say, keep every margin, so a cell in it is safe when the cells that fall count enough.
Where the cells are tied to those of other tables, these move along.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from ..system import Grid, Move
from .evidence import Shift
from .links import Links
from .net import Floats, Mask, Net, Places

__all__ = ["NEVER", "Boxes"]

NEVER = 2**40  # dearer than any pattern; sums of such numbers are exact as floats too


class Boxes:
    """The boxes of a grid over a net."""

    def __init__(self, grid: Grid, net: Net) -> None:
        self._grid, self._net = grid, net
        self._place = net.places[np.array(grid.cells)]
        self._links = Links(grid, net)
        places, self._first = np.unique(self._place, return_index=True)
        self._position = np.full(net.size + 1, -1)  # one more, for cells without a place
        self._position[places] = self._first
        self._position[-1] = -1
        self._through = tuple(
            tuple(_Through(moves, code) for code in range(extent))
            for extent, moves in zip(grid.extents, grid.moves, strict=True)
        )

    def cheapest(self, place: int, prices: Places) -> Shift | None:
        """The cheapest box in which the place rises as far as it must; None if it is in none."""
        rise = int(self._net.rise[place])
        if self._position[place] >= 0:
            return self._through_it(place, rise, prices)
        found = (self._through_it(at, rise, prices) for at in self._links.carriers(place).tolist())
        return next((box for box in found if box is not None and box.rise(place) >= rise), None)

    def _through_it(self, place: int, rise: int, prices: Places) -> Shift | None:
        """The cheapest box in which a place of the grid rises so far."""
        through, costs = self._costs(place, rise, prices.astype(np.float64))
        best = int(np.argmin(costs))
        if costs.flat[best] / 2 >= NEVER:
            return None
        picked = np.unravel_index(best, costs.shape)
        return self._box([t.moves[int(i)] for t, i in zip(through, picked, strict=True)], rise)

    def within(self, place: int, hidden: Mask) -> Shift | None:
        """A box among hidden places only."""
        return self.cheapest(place, np.where(hidden, 0, NEVER))

    def _costs(self, place: int, rise: int, prices: Floats) -> tuple[list[_Through], Floats]:
        """Twice what each box through the place costs."""
        position = np.unravel_index(int(self._position[place]), self._grid.extents)
        through = [self._through[axis][int(code)] for axis, code in enumerate(position)]
        up = self._laid_out(np.where(self._links.rises < rise, NEVER, prices))
        down = self._laid_out(np.where(self._links.falls < rise, NEVER, prices))
        # Each cell's price up or down, picked by the product of signs, summed over every box at once.
        costs = _contract(up + down, [(t.codes, np.abs(t.signs)) for t in through])
        return through, costs + _contract(up - down, [(t.codes, t.signs) for t in through])

    def _box(self, moves: Sequence[Move], rise: int) -> Shift | None:
        places, signs = [], []
        for corner in product(*moves):
            codes = tuple(code for code, _ in corner)
            places.append(int(self._place[np.ravel_multi_index(codes, self._grid.extents)]))
            signs.append(int(np.prod([sign for _, sign in corner])))
        moving, first = np.unique(np.array(places), return_index=True)
        found = self._links.complete(moving, np.array(signs)[first] * float(rise))
        return Shift(places=found[0], moves=found[1], whole=True) if found is not None else None

    def _laid_out(self, prices: Floats) -> Floats:
        """The price at each position; where several share a place, a box has them all and pays once."""
        everywhere = np.zeros(self._place.size)
        everywhere[self._first] = prices[self._place[self._first]]
        everywhere[self._place < 0] = NEVER
        return everywhere.reshape(self._grid.extents)


class _Through:
    """The moves in which one code rises: their codes and signs, filled up with signs of 0."""

    __slots__ = ("codes", "moves", "signs")

    def __init__(self, moves: Sequence[Move], code: int) -> None:
        found = []
        for move in moves:
            sign = dict(move).get(code)
            if sign is not None:
                found.append(tuple((other, sign * its) for other, its in move))
        self.moves: tuple[Move, ...] = tuple(found)
        longest = max(map(len, found), default=0)
        self.codes = np.zeros((longest, len(found)), dtype=np.int64)
        self.signs = np.zeros((longest, len(found)))
        for column, move in enumerate(found):
            for row, (other, sign) in enumerate(move):
                self.codes[row, column], self.signs[row, column] = other, sign


def _contract(tensor: Floats, moves: Sequence[tuple[Places, Floats]]) -> Floats:
    """Sum over the codes of each move, dimension by dimension; no product of matrices, which has threads."""
    for codes, signs in moves:
        summed = np.zeros((codes.shape[1], *tensor.shape[1:]))
        for its, sign in zip(codes, signs, strict=True):
            summed += tensor[its] * sign.reshape(-1, *(1,) * (tensor.ndim - 1))
        tensor = np.moveaxis(summed, 0, -1)
    return tensor
