"""Short searches for shifts, before the solver is asked about everything that is hidden."""

from __future__ import annotations

import numpy as np

from ..system import Grid
from .boxes import NEVER, Boxes
from .evidence import Shift
from .layers import Layer
from .near import Near
from .net import Mask, Net, Places
from .shifts import Shifts
from .solver import Meter

__all__ = ["Quick"]

WIDE = 8  # codes kept in each dimension
NARROW = 400  # cells, where places that are not hidden yet are searched too
EASE = 0.3  # how much less likely the cheapest cell is to be of use than one that is hidden
FINE = 10  # among shifts of the same cost the shortest
SMALL = 1_500  # with so few hidden places a part of them is no quicker to search


class Quick:
    """Boxes, and small programs over a part of a cross-tabulation; finds nothing where there is no grid."""

    def __init__(self, net: Net, grids: tuple[Grid, ...], meter: Meter) -> None:
        self._net, self._meter = net, meter
        self._boxes = tuple(Boxes(grid, net) for grid in grids)
        self._layers = tuple(Layer(grids[0], grid, net, meter) for grid in grids[1:])
        self._near = Near(grids[0], net) if grids else None
        self._narrow = int(NARROW ** (1 / len(grids[0].extents))) if grids else 0

    @property
    def able(self) -> bool:
        """Whether there is a grid to search in."""
        return self._near is not None

    @property
    def linked(self) -> bool:
        """Whether there are other tables than the one that is being protected."""
        return len(self._boxes) > 1

    def cheapest(self, place: int, hidden: Mask, costs: Places) -> Shift | None:
        """The cheapest box, or a shift of an earlier table that is cheaper.

        Raises:
            SpentError: the budget is used up.
        """
        prices = np.where(hidden, 0, costs)
        found = [box for boxes in self._boxes if (box := boxes.cheapest(place, prices)) is not None]
        plain = FINE * prices / max(1, int(costs.min())) + 1
        followed = (layer.find(place, costs < NEVER, plain) for layer in self._layers)
        found += [shift for shift in followed if shift is not None]
        return min(found, key=lambda shift: int(prices[shift.places].sum())) if found else None

    def outside(self, place: int, hidden: Mask, costs: Places) -> Shift | None:
        """A cheap whole shift that may use places not hidden yet; None says nothing.

        Raises:
            SpentError: the budget is used up.
        """
        if self._near is None:
            return None
        prices = np.where(hidden, 0, costs)
        box = self.cheapest(place, hidden, costs)
        if box is not None and self.linked:
            return box
        if box is not None and prices[box.places].sum() == 0:
            return box
        through = box.places if box is not None else np.array([place])
        ease = np.where(hidden, 1.0, EASE * costs.min() / np.maximum(costs, 1))
        usable = costs < NEVER
        part = self._near.around(
            place, usable, ease, width=self._narrow if box is not None else WIDE, through=through
        )
        other = Shifts(self._net, part, self._meter, prices=FINE * prices + 1).find(place, rounded=True)
        if other is None or not other.whole:
            return box
        if box is not None and prices[box.places].sum() <= prices[other.places].sum():
            return box
        return other

    def within(self, place: int, hidden: Mask, prices: Places) -> Shift | None:
        """A whole shift among hidden places that is cheap to move; None says nothing.

        Raises:
            SpentError: the budget is used up.
        """
        if self._near is None:
            return None
        found = (boxes.within(place, hidden) for boxes in self._boxes)
        box = next((box for box in found if box is not None), None)
        if box is None:
            followed = (layer.find(place, hidden, prices.astype(np.float64)) for layer in self._layers)
            box = next((shift for shift in followed if shift is not None), None)
        if box is not None or np.count_nonzero(hidden) < SMALL:
            return box
        here = np.array([place])
        part = self._near.around(place, hidden, hidden.astype(np.float64), width=WIDE, through=here)
        shift = Shifts(self._net, part, self._meter, prices=prices).find(place, rounded=True)
        return shift if shift is not None and shift.whole else None
