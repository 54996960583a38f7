"""The lines along the group rule's dimension that several tables tell apart together, laid out in a grid.

A line is whoever shares the codes of all dimensions but the rule's. Those that one table shows are looked at
by ``groups``; here are those that only several tables tell apart.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from .joint import Grid
from .matrix import Mask, Whole
from .regions import REST, Layout, Plate, Region

__all__ = ["Lines", "lines_of"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lines:
    """The lines of one grid, each a row; their cells are columns, one for each piece of the rule's dimension.

    Attributes:
        counts: The number of the count that holds the cell; -1 where no table looks.
        classes: Which pieces are one category: those that no table looking there tells apart.
        named: Cells whose category tables name and do not leave out there.
        rest: The pieces that stand for codes no table names.
        barred: Cells where nobody can be, as everybody knows.
        everything: The region of everybody.
        sides: The other dimensions of the grid, by their place in a region, with the atoms along each.
    """

    counts: Whole
    classes: Whole
    named: Mask
    rest: Mask
    barred: Mask
    everything: Region
    sides: tuple[tuple[int, tuple[int, ...]], ...]

    def region(self, row: int) -> Region:
        """Whom a line counts, in all categories."""
        found = list(self.everything)
        at = np.unravel_index(row, tuple(len(atoms) for _, atoms in self.sides))
        for (place, atoms), number in zip(self.sides, at, strict=True):
            found[place] = atoms[int(number)]
        return tuple(found)

    def hits(self, cells: Mask) -> Whole:
        """How many categories of each line some of these cells belong to; one row is for all lines."""
        marked = np.broadcast_to(cells, self.counts.shape)
        found: Whole = np.zeros(len(self.counts), dtype=np.int64)
        for number in range(self.counts.shape[1]):
            found += np.any(marked & (self.classes == number), axis=1)
        return found

    def inner(self, rows: Mask) -> Whole:
        """The counts that lie in these lines and reach into no other."""
        found = np.setdiff1d(self.counts[rows], self.counts[~rows])
        return found[found >= 0]


def lines_of(layout: Layout, grid: Grid, dimension: str, *, plates: Sequence[Plate]) -> Lines | None:
    """The lines of a grid; None where it does not tell the dimension's categories apart.

    Args:
        layout: Whom the tables count.
        grid: One scope.
        dimension: The group rule's.
        plates: The tables whose codes, and whose omissions, readers know.
    """
    place = layout.dimensions.index(dimension) if dimension in layout.dimensions else -1
    if place not in grid.places:
        return None
    axis = grid.places.index(place)
    pieces, everything = grid.atoms[axis], layout.everything()
    sides = tuple((at, its) for at, its in zip(grid.places, grid.atoms, strict=True) if at != place)
    spread = _Spread(sides, place, pieces, everything)
    rest = [REST in layout.leaves[place] and p == 1 << layout.leaves[place].index(REST) for p in pieces]
    return Lines(
        counts=np.moveaxis(grid.counts, axis, -1).reshape(-1, len(pieces)),
        classes=spread.classes(plates),
        named=~spread.covered([region for plate in plates for region in plate.empty]) & ~np.array(rest),
        rest=np.array(rest, dtype=np.bool_),
        barred=spread.covered(layout.barred),
        everything=everything,
        sides=sides,
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    """Where regions lie among the cells of all lines."""

    sides: tuple[tuple[int, tuple[int, ...]], ...]
    place: int
    pieces: tuple[int, ...]
    everything: Region

    def covered(self, regions: Collection[Region]) -> Mask:
        """The cells that lie in one of these regions, whole."""
        found: Mask = np.zeros((self._lines(), len(self.pieces)), dtype=np.bool_)
        for region in regions:
            elsewhere = {self.place, *(at for at, _ in self.sides)}
            if all(region[at] == whole for at, whole in enumerate(self.everything) if at not in elsewhere):
                rows = self._rows([[not atom & ~region[at] for atom in its] for at, its in self.sides])
                found |= np.outer(rows, [not piece & ~region[self.place] for piece in self.pieces])
        return found

    def classes(self, plates: Sequence[Plate]) -> Whole:
        """A number for each cell; those in pieces of one code share it where no table there cuts the code."""
        codes = [code for plate in plates for code in self._codes(plate)]
        looks = (
            self._rows([[bool(atom & plate.whole[at]) for atom in its] for at, its in self.sides])
            for plate in plates
        )
        looking = np.array([np.ones(self._lines(), dtype=np.bool_), *looks])
        found: Whole = np.zeros((self._lines(), len(self.pieces)), dtype=np.int64)
        which, row_of = np.unique(looking, axis=1, return_inverse=True)
        for number, those in enumerate(which.T):
            telling = [
                mask
                for plate, there in zip(plates, those[1:], strict=True)
                for mask in (*self._codes(plate), plate.whole[self.place])
                if there
            ]
            found[row_of.ravel() == number] = _merged(self.pieces, codes, telling)
        return found

    def _codes(self, plate: Plate) -> list[int]:
        """The finest codes that a table shows of the rule's dimension."""
        if self.place not in plate.at:
            return []
        axis = plate.at.index(self.place)
        return [plate.masks[axis][code] for code in plate.source.sheet.axes[axis].finest]

    def _lines(self) -> int:
        return int(np.prod([len(its) for _, its in self.sides], dtype=np.int64))

    def _rows(self, inside: list[list[bool]]) -> Mask:
        """The lines that are inside along every dimension."""
        found: Mask = np.ones(1, dtype=np.bool_)
        for side in inside:
            found = np.outer(found, side).ravel()
        return found


def _merged(pieces: tuple[int, ...], codes: Sequence[int], telling: Sequence[int]) -> list[int]:
    """The same number for pieces that some code holds together and none of those telling parts."""
    label = list(range(len(pieces)))
    for code in codes:
        sides: dict[tuple[bool, ...], int] = {}
        for at, piece in enumerate(pieces):
            if not piece & ~code:
                first = sides.setdefault(tuple(not piece & ~mask for mask in telling), label[at])
                label = [first if each == label[at] else each for each in label]
    return label
