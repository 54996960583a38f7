"""Regions laid over each other, and cut until no two of the finest overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from .matrix import Mask, Whole
from .regions import Region

__all__ = ["Overlay"]


class Overlay:
    """The regions of one scope.

    After ``lay`` every region is either a leaf or the sum of others in ``sums``, and no two leaves overlap:
    so whatever counts the leaves have, some register has them, and the sums say all that can be known.

    Attributes:
        leaves: Regions that nothing cuts.
        sums: Regions with the regions they are made of.
    """

    def __init__(self, *, places: tuple[int, ...], atoms: tuple[tuple[int, ...], ...]) -> None:
        self.sums: list[tuple[Region, tuple[Region, ...]]] = []
        self._places = places
        self._atoms = tuple(atoms[place] for place in places)
        self._owner: Whole = np.full(tuple(map(len, self._atoms)), -1, dtype=np.int64)
        self._regions: list[Region] = []
        self._placed: set[Region] = set()
        self._leaves: dict[Region, int] = {}

    @property
    def leaves(self) -> tuple[Region, ...]:
        """Regions that nothing cuts, in the order they were found."""
        return tuple(self._leaves)

    def lay(self, regions: Iterable[Region]) -> None:
        """Lay these down, the smaller first."""
        for region in sorted(set(regions), key=lambda region: (self._volume(region), region)):
            waiting = [region]
            while waiting:
                waiting += self._place(waiting.pop())

    def numbered(self, number: Mapping[Region, int]) -> Whole:
        """For each cell of the scope the number of the leaf that holds it; -1 where no region lies."""
        named = np.array([*(number.get(region, -1) for region in self._regions), -1], dtype=np.int64)
        found: Whole = named[self._owner]
        return found

    @property
    def grid(self) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
        """The scope's dimensions, by their place in a region, and the atoms along each."""
        return self._places, self._atoms

    def _place(self, region: Region) -> list[Region]:
        """Place one region; what has to be placed because of it comes back, the last one first."""
        if region in self._placed:
            return []
        owners = self._owner[np.ix_(*self._inside(region))]
        met = [self._regions[number] for number in np.unique(owners) if number >= 0]
        if not met:
            self._claim(region)
            return []
        astride = next((other for other in met if not _within(other, region)), None)
        if astride is not None and _within(region, astride):
            return [region, *self._split(astride, region)]
        if astride is None:
            gap = owners < 0
            lack = self._gap(region, gap)
            if lack is not None or not gap.any():
                self._placed.add(region)
                self.sums.append((region, (*met, *([lack] if lack else []))))
                return [lack] if lack else []
        return self._split(region, astride or met[0])

    def _claim(self, region: Region) -> None:
        self._placed.add(region)
        self._leaves[region] = len(self._regions)
        self._owner[np.ix_(*self._inside(region))] = len(self._regions)
        self._regions.append(region)

    def _split(self, region: Region, by: Region) -> list[Region]:
        """Cut a region in two along the first dimension where the other does not cover it."""
        if region in self._leaves:
            del self._leaves[region]
            self._owner[np.ix_(*self._inside(region))] = -1
        place = next(at for at, (its, other) in enumerate(zip(region, by, strict=True)) if its & ~other)
        parts = [
            (*region[:place], mask, *region[place + 1 :])
            for mask in (region[place] & by[place], region[place] & ~by[place])
        ]
        self._placed.add(region)
        self.sums.append((region, tuple(parts)))
        return parts

    def _gap(self, region: Region, gap: Mask) -> Region | None:
        """What nothing else covers, if that is a region."""
        axes = range(gap.ndim)
        present = [np.any(gap, axis=tuple(other for other in axes if other != axis)) for axis in axes]
        if not gap.any() or int(np.prod([side.sum() for side in present])) != int(gap.sum()):
            return None
        found = list(region)
        for place, atoms, inside, side in zip(
            self._places, self._atoms, self._inside(region), present, strict=True
        ):
            mask = 0
            for at in np.flatnonzero(side):
                mask |= atoms[inside[at]]
            found[place] = mask
        return tuple(found)

    def _inside(self, region: Region) -> list[list[int]]:
        return [
            [number for number, atom in enumerate(atoms) if atom & region[place]]
            for place, atoms in zip(self._places, self._atoms, strict=True)
        ]

    def _volume(self, region: Region) -> int:
        return int(np.prod([len(inside) for inside in self._inside(region)]))


def _within(inner: Region, outer: Region) -> bool:
    return all(not its & ~other for its, other in zip(inner, outer, strict=True))
