"""What else moves when a box of one table does: cells of other tables that nothing but a sum ties to it."""

from __future__ import annotations

import numpy as np

from ..system import Equation, Grid
from .net import Floats, Net, Places

__all__ = ["Links"]


class Links:
    """The equations of a net that the boxes of a grid do not keep by themselves.

    Such an equation is kept when a cell that is hidden in any case, and in no other one, moves along. A place
    of the grid that is in one without such a cell does not move.

    Attributes:
        falls: How far each place of the grid may fall, for itself and for those that move along.
        rises: How far it may rise.
    """

    def __init__(self, grid: Grid, net: Net) -> None:
        self._net = net
        self.falls, self.rises = net.fall.astype(np.float64), np.full(net.size, np.inf)
        self._along = _along(grid, net)
        places, others, factors = self._along
        reach = np.where(others >= 0, net.fall[others], 0) / np.abs(factors)
        np.minimum.at(self.falls, places[factors > 0], reach[factors > 0])
        np.minimum.at(self.rises, places[factors < 0], reach[factors < 0])
        stuck = places[others < 0]
        self.falls[stuck] = self.rises[stuck] = 0.0

    def carriers(self, place: int) -> Places:
        """The places of the grid that take this one, which lies outside, up along with them."""
        at, others, factors = self._along
        found: Places = at[(others == place) & (factors >= 1)]
        return found

    def complete(self, places: Places, moves: Floats) -> tuple[Places, Floats] | None:
        """The moves of a box and of all that move along; None if some would fall too far."""
        at, others, factors = self._along
        if not at.size:
            return places, moves
        every = np.zeros(self._net.size)
        every[places] = moves
        touched = every[at] != 0
        np.add.at(every, others[touched], factors[touched] * every[at[touched]])
        if np.any(every < -self._net.fall):
            return None
        moving = np.flatnonzero(every)
        return moving, every[moving]


def _along(grid: Grid, net: Net) -> tuple[Places, Places, Floats]:
    """Places of the grid, what moves along with each (-1 if nothing can), and how far for each unit."""
    inside = np.isin(np.arange(net.size), net.places[np.array(grid.cells)])
    kept = {_row(equation, net) for equation in grid.equations}
    uses = np.bincount(net.terms, minlength=net.size)
    found: list[tuple[int, int, float]] = []
    for number in range(net.starts.size - 1):
        places, signs = net.row(number)
        here = inside[places]
        if not here.any() or tuple(zip(places.tolist(), signs.tolist(), strict=True)) in kept:
            continue
        spare = np.flatnonzero(~here & (uses[places] == 1) & net.held[places])
        other = int(spare[np.argmax(net.fall[places[spare]])]) if spare.size else -1
        for i in np.flatnonzero(here).tolist():
            factor = -float(signs[i] / signs[other]) if other >= 0 else 1.0
            found.append((int(places[i]), int(places[other]) if other >= 0 else -1, factor))
    return (
        np.array([place for place, _, _ in found], dtype=np.int64),
        np.array([other for _, other, _ in found], dtype=np.int64),
        np.array([factor for _, _, factor in found], dtype=np.float64),
    )


def _row(equation: Equation, net: Net) -> tuple[tuple[int, int], ...]:
    """The equation as the net has it."""
    signs: dict[int, int] = {}
    for cell, sign in ((equation.total, -1), *((part, 1) for part in equation.parts)):
        place = int(net.places[cell])
        if place >= 0:
            signs[place] = signs.get(place, 0) + sign
    return tuple(sorted((place, sign) for place, sign in signs.items() if sign))
