"""Short searches for shifts, before the solver is asked about everything that is hidden."""

from __future__ import annotations

import numpy as np

from ..system import Grid
from .boxes import NEVER, Boxes
from .evidence import Shift
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

    def __init__(self, net: Net, grid: Grid | None, meter: Meter) -> None:
        self._net, self._meter = net, meter
        self._boxes = Boxes(grid, net) if grid is not None else None
        self._near = Near(grid, net) if grid is not None else None
        self._narrow = int(NARROW ** (1 / len(grid.extents))) if grid is not None else 0

    @property
    def able(self) -> bool:
        """Whether there is a grid to search in."""
        return self._boxes is not None

    def box(self, place: int, prices: Places) -> Shift | None:
        """The cheapest box; nothing is solved."""
        return self._boxes.cheapest(place, prices) if self._boxes is not None else None

    def outside(self, place: int, hidden: Mask, costs: Places) -> Shift | None:
        """A cheap whole shift that may use places not hidden yet; None says nothing.

        Raises:
            SpentError: the budget is used up.
        """
        if self._boxes is None or self._near is None:
            return None
        prices = np.where(hidden, 0, costs)
        box = self._boxes.cheapest(place, prices)
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
        if self._boxes is None or self._near is None:
            return None
        box = self._boxes.within(place, hidden)
        if box is not None or np.count_nonzero(hidden) < SMALL:
            return box
        here = np.array([place])
        part = self._near.around(place, hidden, hidden.astype(np.float64), width=WIDE, through=here)
        shift = Shifts(self._net, part, self._meter, prices=prices).find(place, rounded=True)
        return shift if shift is not None and shift.whole else None
