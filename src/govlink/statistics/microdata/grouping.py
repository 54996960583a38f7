"""The distinct combinations of a file, and how they fall together at a node of the lattice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..records import RECORDS, Ask, quoted
from .generalise import Hierarchy, numbered_levels

__all__ = ["Combinations", "Grouped", "combinations"]

Numbers = NDArray[np.int64]
DENSE = 4  # count by place in an array when it needs no more than so many places for each combination
LARGEST = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What a node does to the file.

    Attributes:
        small: How many records are in classes below ``k``.
        classes: How many classes have ``k`` records or more.
        k: The smallest of these; 0 if there is none.
    """

    small: int
    classes: int
    k: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Combinations:
    """Numbered values, never the values.

    Attributes:
        counts: How many records have each combination.
        codes: For each column and level, the group of each combination.
        extents: For each column and level, how many groups there are.
    """

    counts: Numbers
    codes: tuple[tuple[Numbers, ...], ...]
    extents: tuple[tuple[int, ...], ...]

    def group(self, levels: tuple[int, ...], *, k: int) -> Grouped:
        """Group the combinations by these levels, one for each column."""
        keys = np.zeros(self.counts.size, dtype=np.int64)
        space = 1
        for column, level in enumerate(levels):
            extent = self.extents[column][level]
            if space * extent > LARGEST:
                found, keys = np.unique(keys, return_inverse=True)
                space = found.size
            keys = keys * extent + self.codes[column][level]
            space *= extent
        if space > DENSE * self.counts.size:
            keys = np.unique(keys, return_inverse=True)[1]
        sizes = np.bincount(keys, weights=self.counts).astype(np.int64)  # exact below 2**53 records
        kept = sizes[sizes >= k]
        small = int(self.counts.sum()) - int(kept.sum())
        return Grouped(small=small, classes=kept.size, k=int(kept.min()) if kept.size else 0)


def combinations(ask: Ask, hierarchies: tuple[Hierarchy, ...]) -> Combinations:
    """One GROUP BY over the records.

    Raises:
        RejectedError: a hierarchy does not fit its column.
    """
    names = ", ".join(f"nullif({quoted(h.column)}::VARCHAR, '')" for h in hierarchies)
    found = ask(f"SELECT {names}, count(*) FROM {RECORDS} GROUP BY ALL", ())  # noqa: S608 - names are quoted
    columns = list(zip(*found, strict=True)) or [()] * (len(hierarchies) + 1)
    codes, extents = [], []
    for hierarchy, column in zip(hierarchies, columns, strict=False):
        values = tuple(None if value is None else str(value) for value in dict.fromkeys(column))
        place = {value: i for i, value in enumerate(values)}
        places = np.array([place[None if v is None else str(v)] for v in column], dtype=np.int64)
        levels = numbered_levels(hierarchy, values)
        codes.append(tuple(np.array(level, dtype=np.int64)[places] for level in levels))
        extents.append(tuple(max(level, default=0) + 1 for level in levels))
    counts = np.array([int(str(count)) for count in columns[-1]], dtype=np.int64)
    return Combinations(counts=counts, codes=tuple(codes), extents=tuple(extents))
