"""How the cells of an earlier table lie, and in which cells of the new one they are counted."""

from __future__ import annotations

from collections.abc import Sequence

from ..hierarchy import tree_of
from ..system import Grid, crossed_grid
from .conditions import Codes, Conditions, Layout

__all__ = ["grid_of"]


def grid_of(layout: Layout, numbers: Sequence[int], *, new: Layout) -> Grid:
    """The grid of an earlier table whose cells have these numbers."""
    trees = tuple(map(tree_of, layout.dimensions, layout.categories))
    known: dict[tuple[int, Codes | None], int | None] = {}
    return crossed_grid(
        trees=trees,
        cells=numbers,
        within=tuple(_counted_in(new, conditions, known) for conditions in layout.conditions()),
    )


def _counted_in(
    new: Layout, conditions: Conditions, known: dict[tuple[int, Codes | None], int | None]
) -> int:
    """The number of the smallest cell of the new table that counts all of these records, or -1."""
    asked, number = dict(conditions), 0
    for axis, dimension in enumerate(new.dimensions):
        key = (axis, asked.get(dimension.id))
        if key not in known:
            known[key] = _code(new.meaning[axis], key[1])
        code = known[key]
        if code is None:
            return -1
        number = number * len(new.meaning[axis]) + code
    return number


def _code(meaning: Sequence[Codes | None], asked: Codes | None) -> int | None:
    """The first code that stands for all that is asked; finer ones come before coarser ones."""
    found = (
        number
        for number, codes in enumerate(meaning)
        if codes is None or (asked is not None and asked <= codes)
    )
    return next(found, None)
