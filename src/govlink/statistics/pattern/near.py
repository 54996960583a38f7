"""Where in a cross-tabulation a short shift through a cell is likely to be found."""

from __future__ import annotations

import numpy as np

from ..system import Grid
from .net import Floats, Mask, Net, Places

__all__ = ["Near"]

MOBILE = 2.0  # how much more a cell counts that can fall


class Near:
    """Parts of a grid over a net: a few codes of each dimension, those most alike to the cell's own."""

    def __init__(self, grid: Grid, net: Net) -> None:
        self._extents = grid.extents
        self._codes = np.stack(np.unravel_index(net.cells, grid.extents))
        self._weight = 1.0 + MOBILE * (net.fall > 0)

    def around(self, place: int, among: Mask, ease: Floats, *, width: int, through: Places) -> Mask:
        """Places of ``among`` in few codes of each dimension: those of ``through``, and the most alike.

        Two codes are alike where cells of both are easy to hide; ``ease`` is 1 where a cell is hidden.
        """
        full = np.zeros(self._extents)
        full[tuple(self._codes)] = ease * self._weight
        part = among.copy()
        for axis, extent in enumerate(self._extents):
            if extent > width:
                slabs = np.moveaxis(full, axis, 0).reshape(extent, -1)
                alike = slabs @ slabs[int(self._codes[axis, place])]
                kept = np.zeros(extent, dtype=np.bool_)
                kept[np.argsort(-alike, kind="stable")[:width]] = True
                kept[self._codes[axis, through]] = True
                part &= kept[self._codes[axis]]
        return part
