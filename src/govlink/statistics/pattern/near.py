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
        self._codes = _codes(grid, net)
        self._weight = 1.0 + MOBILE * (net.fall > 0)

    def around(self, place: int, among: Mask, ease: Floats, *, width: int, through: Places) -> Mask:
        """Places of ``among`` in few codes of each dimension: those of ``through``, and the most alike.

        Two codes are alike where cells of both are easy to hide; ``ease`` is 1 where a cell is hidden.
        """
        full, inside = np.zeros(self._extents), self._codes[0] >= 0
        full[tuple(self._codes[:, inside])] = (ease * self._weight)[inside]
        part = among.copy()
        for axis, extent in enumerate(self._extents):
            if extent > width:
                slabs = np.moveaxis(full, axis, 0).reshape(extent, -1)
                alike = slabs @ slabs[int(self._codes[axis, place])]
                kept = np.zeros(extent + 1, dtype=np.bool_)
                kept[-1] = True  # what lies nowhere may be of use anywhere
                kept[np.argsort(-alike, kind="stable")[:width]] = True
                kept[self._codes[axis, through]] = True
                part &= kept[self._codes[axis]]
        return part


def _codes(grid: Grid, net: Net) -> Places:
    """The codes of each place, dimension by dimension; -1 for those outside of the grid."""
    cells = np.array(grid.cells)
    codes = np.full((len(grid.extents), net.size), -1)
    moving = net.places[cells] >= 0
    codes[:, net.places[cells[moving]]] = np.stack(np.unravel_index(np.flatnonzero(moving), grid.extents))
    return codes
