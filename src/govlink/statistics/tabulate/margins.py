"""Every total of a table from its finest cells: small arrays, added up along each dimension in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from ...errors import Fault, RejectedError
from ...models.release import Dimension
from ..hierarchy import canonical_codes, tree_of
from .raw import MAX_CELLS, Contribution, RawTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

__all__ = ["Finest", "Frame", "cross"]

TABLE_TOO_LARGE = Fault(
    "statistics.table_too_large",
    en="the table would have {cells} cells, more than {limit}",
    th="ตารางจะมี {cells} ช่อง เกินขีดจำกัด {limit} ช่อง",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The cells of a table to be: its dimensions, and their codes in canonical order without the total."""

    dimensions: tuple[Dimension, ...]
    categories: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, dimensions: tuple[Dimension, ...], found: Sequence[Sequence[str]]) -> Frame:
        """The frame for codes found, with every code that their hierarchies put above them.

        Raises:
            RejectedError: it would have more than ``MAX_CELLS`` cells, or a hierarchy is not a tree.
        """
        categories = tuple(
            canonical_codes(d, _with_wholes(codes, dict(d.parents)))
            for d, codes in zip(dimensions, found, strict=True)
        )
        frame = cls(dimensions=dimensions, categories=categories)
        if (cells := prod(frame.extents())) > MAX_CELLS:
            raise RejectedError(TABLE_TOO_LARGE, cells=cells, limit=MAX_CELLS)
        return frame

    def extents(self) -> tuple[int, ...]:
        """How many codes each dimension has, its total counted."""
        return tuple(len(codes) + 1 for codes in self.categories)

    def places(self, dimension: int) -> Mapping[str, int]:
        """Where each code of a dimension stands."""
        return {code: place for place, code in enumerate(self.categories[dimension])}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Finest:
    """What the finest cells count.

    Attributes:
        cells: Their numbers in the frame; one may come again.
        values: Records in each, or the sum over them.
        contributors: For a sum, how many records are in each.
        paying: For a sum, how many of them add more than 0.
        largest: For a sum, the greatest values in each, one row a cell, greatest first, -1 for none.
        measured: For a sum, the column that was added up.
    """

    cells: Numbers
    values: Numbers
    contributors: Numbers | None = None
    paying: Numbers | None = None
    largest: Numbers | None = None
    measured: str = ""


def cross(frame: Frame, finest: Finest) -> RawTable:
    """The full table: finest cells that nothing was found in count 0, and every total is added up."""
    contributions = None
    if finest.contributors is not None and finest.paying is not None and finest.largest is not None:
        people = _added(frame, finest.cells, finest.contributors)
        paying = _added(frame, finest.cells, finest.paying)
        contributions = _contributions(people, paying, _greatest(frame, finest.cells, finest.largest))
    return RawTable(
        dimensions=frame.dimensions,
        categories=frame.categories,
        counts=tuple(_added(frame, finest.cells, finest.values).tolist()),
        contributions=contributions,
        measured=finest.measured,
    )


def _with_wholes(codes: Sequence[str], parents: Mapping[str, str]) -> set[str]:
    shown = set(codes)
    for code in codes:
        while code in parents and parents[code] not in shown:
            shown.add(code := parents[code])
    return shown


def _added(frame: Frame, cells: Numbers, values: Numbers) -> Numbers:
    import numpy as np

    table = np.zeros(prod(frame.extents()), dtype=np.int64)
    np.add.at(table, cells, values)
    grid = table.reshape(frame.extents())
    for axis, (dimension, codes) in enumerate(zip(frame.dimensions, frame.categories, strict=True)):
        along = np.moveaxis(grid, axis, 0)
        for equation in tree_of(dimension, codes):
            along[equation.total] = along[list(equation.parts)].sum(axis=0)
    return table


def _greatest(frame: Frame, cells: Numbers, largest: Numbers) -> Numbers:
    import numpy as np

    top = largest.shape[1]
    table = np.full((prod(frame.extents()), top), -1, dtype=np.int64)
    # A cell that comes again, its codes having been joined, is merged row by row into what is there.
    order = np.argsort(cells, kind="stable")
    for turn in _turns(cells[order]):
        at = cells[order][turn]
        table[at] = -np.sort(-np.concatenate((table[at], largest[order][turn]), axis=1), axis=1)[:, :top]
    grid = table.reshape(*frame.extents(), top)
    for axis, (dimension, codes) in enumerate(zip(frame.dimensions, frame.categories, strict=True)):
        along = np.moveaxis(grid, axis, 0)
        for equation in tree_of(dimension, codes):
            parts = np.moveaxis(along[list(equation.parts)], 0, -1)
            merged = parts.reshape(*parts.shape[:-2], -1)
            along[equation.total] = -np.sort(-merged, axis=-1)[..., :top]
    return table


def _turns(cells: Numbers) -> list[Numbers]:
    """Sorted cell numbers in turns, none of which holds one twice."""
    import numpy as np

    first = np.flatnonzero(np.diff(cells, prepend=-1))
    rank = np.arange(len(cells)) - np.repeat(first, np.diff(first, append=len(cells)))
    return [np.flatnonzero(rank == turn) for turn in range(int(rank.max(initial=0)) + 1)]


def _contributions(people: Numbers, paying: Numbers, largest: Numbers) -> tuple[Contribution, ...]:
    return tuple(
        Contribution(contributors=count, paying=more, largest=tuple(value for value in values if value >= 0))
        for count, more, values in zip(people.tolist(), paying.tolist(), largest.tolist(), strict=True)
    )
