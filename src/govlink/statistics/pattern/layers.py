"""Shifts of an earlier table that the new one follows.

The new table counts an earlier one's records together with others. When cells of the earlier one move, and
its equations hold, the cells of the new one that count them can move along, and nothing else has to: so
a shift is looked for in the earlier table alone. It can be had wherever what was hidden stays hidden.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..system import Equation, Grid
from .evidence import Shift
from .net import Floats, Mask, Net, Places
from .shifts import Shifts
from .solver import Meter

__all__ = ["Layer"]


class Layer:
    """An earlier table over a net, followed by the one that is being protected."""

    def __init__(self, own: Grid, past: Grid, net: Net, meter: Meter) -> None:
        self._own, self._net, self._meter = own, net, meter
        wholes = {equation.total for equation in past.equations}
        pairs = [
            (cell, to) for cell, to in zip(past.cells, past.within, strict=True) if net.places[cell] >= 0
        ]
        self._finest = {int(net.places[cell]): to for cell, to in pairs if cell not in wholes}
        self._follower = np.full(net.size, -1)
        for cell, to in pairs:
            if to >= 0 and own.cells[to] >= 0:
                self._follower[net.places[cell]] = net.places[own.cells[to]]
        self._moving = self._follower >= 0
        self._alone = _alone(past, net, self._follower)

    def find(self, place: int, usable: Mask, prices: Floats) -> Shift | None:
        """A whole shift in which the place rises, itself or because an earlier one does; None says nothing.

        Raises:
            SpentError: the budget is used up.
        """
        follower = self._follower
        among = self._moving & usable & usable[follower]
        if among[place]:
            risers = np.array([place])
        else:
            risers = np.flatnonzero(among & (follower == place))
        if not risers.size:
            return None
        rise = self._alone.rise.copy()
        rise[risers] = np.maximum(rise[risers], self._net.rise[place])
        shifts = Shifts(replace(self._alone, rise=rise), among, self._meter, prices=prices + prices[follower])
        for riser in risers.tolist():
            found = shifts.find(riser, rounded=True)
            followed = self._followed(found) if found is not None and found.whole else None
            # Where several cells are followed by one, they may take from each other what it needs.
            rises = followed is not None and followed.rise(place) >= self._net.rise[place]
            if followed is not None and rises and usable[followed.places].all():
                return followed
        return None

    def _followed(self, shift: Shift) -> Shift | None:
        """The shift with the new table's moves, if everything holds then."""
        net, sums = self._net, dict[int, float]()
        for place, move in zip(shift.places.tolist(), shift.moves.tolist(), strict=True):
            if place in self._finest:
                cell = self._own.cells[self._finest[place]]
                sums[cell] = sums.get(cell, 0.0) + move
        _add_up(self._own.equations, sums)
        moves = np.zeros(net.size)
        moves[shift.places] = shift.moves
        for cell, move in sums.items():
            place = int(net.places[cell])
            if place < 0 and move:
                return None
            if place >= 0:
                moves[place] = move
        kept = not np.any(np.bincount(net.rows, weights=net.signs * moves[net.terms]))
        if not kept or np.any(moves < -net.fall):
            return None
        moving = np.flatnonzero(moves)
        return Shift(places=moving, moves=moves[moving], whole=True)


def _add_up(equations: tuple[Equation, ...], sums: dict[int, float]) -> None:
    """Fill in the totals of what moves, finest sums first."""
    for equation in equations:
        total = sum(sums.get(part, 0.0) for part in equation.parts)
        if total:
            sums[equation.total] = total


def _alone(past: Grid, net: Net, follower: Places) -> Net:
    """The equations of the earlier table only; nothing falls further than what follows it can."""
    lines = {
        frozenset(int(net.places[cell]) for cell in (equation.total, *equation.parts)) - {-1}
        for equation in past.equations
    }
    inside = np.zeros(net.starts.size - 1, dtype=np.bool_)
    for number in range(inside.size):
        inside[number] = frozenset(net.row(number)[0].tolist()) in lines
    kept = inside[net.rows]
    lengths = np.diff(net.starts)[inside]
    return replace(
        net,
        fall=np.where(follower >= 0, np.minimum(net.fall, net.fall[follower]), net.fall),
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        terms=net.terms[kept],
        signs=net.signs[kept],
        rows=np.repeat(np.arange(lengths.size), lengths),
    )
