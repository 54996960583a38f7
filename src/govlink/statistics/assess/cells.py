"""A raw table as arrays with one axis for each dimension."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..hierarchy import leaves_of
from ..system import Tree
from ..tabulate import RawTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Cells", "Flags", "Numbers", "cells_of", "names_of", "structural_zeros"]

Numbers: TypeAlias = "NDArray[np.int64]"
Flags: TypeAlias = "NDArray[np.bool_]"
NAMED_CELLS = 10


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Cells:
    """A table's values, laid out.

    Attributes:
        values: What is published of each cell, if it is: a count, or a sum.
        people: How many records are in each cell.
        paying: How many of them add more than 0; of counts, all do.
        finest: For each axis, the positions of the codes that no other is part of.
        trees: For each axis, which positions are the sum of which others, finest first.
    """

    values: Numbers
    people: Numbers
    paying: Numbers
    finest: tuple[Numbers, ...]
    trees: tuple[Tree, ...]


def cells_of(raw: RawTable) -> Cells:
    """The table's values in arrays; codes stand as in ``raw.categories``, totals last."""
    import numpy as np

    shape = tuple(size + 1 for size in raw.sizes())
    values = np.array(raw.counts, dtype=np.int64).reshape(shape)
    people = paying = values
    if raw.contributions is not None:
        people = np.array([c.contributors for c in raw.contributions], dtype=np.int64).reshape(shape)
        paying = np.array([c.paying for c in raw.contributions], dtype=np.int64).reshape(shape)
    trees = raw.trees()
    finest = tuple(
        np.array(sorted(set(range(extent)) - {e.total for e in tree}), dtype=np.int64)
        for extent, tree in zip(shape, trees, strict=True)
    )
    return Cells(values=values, people=people, paying=paying, finest=finest, trees=trees)


def structural_zeros(
    raw: RawTable, cells: Cells, *, conditions: Iterable[tuple[tuple[str, str], ...]]
) -> Flags:
    """The cells that count nobody because nobody can have their codes together.

    A condition covers the finest cells whose codes are the ones it names, or parts of them; a total is
    covered when all the finest cells it stands for are. A condition on a dimension that the table does not
    show covers nothing.
    """
    import numpy as np

    axes = {dimension.id: axis for axis, dimension in enumerate(raw.dimensions)}
    covered = np.zeros(cells.values.shape, dtype=np.bool_)
    for condition in conditions:
        if all(name in axes for name, _ in condition):
            within: list[Flags] = [np.ones(size + 1, dtype=np.bool_) for size in raw.sizes()]
            for name, code in condition:
                within[axes[name]] &= _within(raw, axes[name], code)
            covered[np.ix_(*within)] = True
    for axis, tree in enumerate(cells.trees):
        lines = np.moveaxis(covered, axis, 0)
        for equation in tree:
            lines[equation.total] = lines[list(equation.parts)].all(axis=0)
    return covered


def _within(raw: RawTable, axis: int, code: str) -> Flags:
    """Which codes of an axis are this one or parts of it; never its total, which is everybody."""
    import numpy as np

    dimension = raw.dimensions[axis]
    wanted = leaves_of(dimension, code)
    codes = raw.categories[axis]
    return np.array([*(leaves_of(dimension, one) <= wanted for one in codes), False], dtype=np.bool_)


def names_of(raw: RawTable, numbers: Iterable[int]) -> str:
    """The first few of these cells by their categories, for an error; never a count."""
    keys = tuple(raw.keys())
    chosen = list(numbers)
    names = [f"({', '.join(keys[number])})" for number in chosen[:NAMED_CELLS]]
    return "; ".join([*names, "…"] if len(chosen) > NAMED_CELLS else names)
