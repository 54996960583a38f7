"""The linear system that ties the cells of a cross-tabulation to its margins.

Cells are numbered in canonical order: the last dimension runs fastest, and in each dimension the
total comes after the categories. Earlier releases and linked tables will be further rows over the
same cells; nothing here assumes that an equation is a margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

__all__ = [
    "Equation",
    "Grid",
    "LinearSystem",
    "Tree",
    "crossed_grid",
    "crossed_system",
    "flat_tree",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One cell that is the sum of others, all by number."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSystem:
    """How many cells there are and every equation over them.

    In a system made here the equations of a dimension stand together and dimensions keep their
    order, so computing each total in turn from the inner cells fills every margin.
    """

    cells: int
    equations: tuple[Equation, ...]


Tree = tuple[Equation, ...]
"""One dimension's codes, numbered from 0: which code is the sum of which others, finest sums first."""

Move = tuple[tuple[int, int], ...]
"""Codes of one dimension with their signs; moving them together keeps every sum of the dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """How the cells of a cross-tabulation lie: each dimension's number of codes, and its moves.

    The cells of one move per dimension, multiplied out, are a box: moving them by the products of
    the signs keeps every margin.

    Attributes:
        extents: Each dimension's number of codes.
        moves: Each dimension's moves.
        cells: The number of each cell in the problem, in canonical order.
        equations: Those that boxes keep: the table's margins, finest sums first.
        within: For each cell the one of the table that is being protected that counts its records
            together with others, or -1; empty for that table itself.
    """

    extents: tuple[int, ...]
    moves: tuple[tuple[Move, ...], ...]
    cells: tuple[int, ...]
    equations: tuple[Equation, ...]
    within: tuple[int, ...] = ()


def crossed_system(*, trees: tuple[Tree, ...]) -> LinearSystem:
    """The system of a full cross-tabulation by dimensions that may have sub-totals."""
    extents = tuple(_extent(tree) for tree in trees)
    equations: list[Equation] = []
    for axis, tree in enumerate(trees):
        stride = prod(extents[axis + 1 :])
        across = tuple(range(1) if i == axis else range(n) for i, n in enumerate(extents))
        for local in tree:
            for corner in product(*across):
                first = _number(corner, extents)
                parts = tuple(first + part * stride for part in local.parts)
                equations.append(Equation(total=first + local.total * stride, parts=parts))
    return LinearSystem(cells=prod(extents), equations=tuple(equations))


def crossed_grid(
    *, trees: tuple[Tree, ...], cells: Sequence[int] | None = None, within: tuple[int, ...] = ()
) -> Grid:
    """The boxes of such a cross-tabulation; ``cells`` are the numbers of its cells, without it from 0 on."""
    system = crossed_system(trees=trees)
    numbers = range(system.cells) if cells is None else cells
    return Grid(
        extents=tuple(map(_extent, trees)),
        moves=tuple(map(_moves, trees)),
        cells=tuple(numbers),
        equations=tuple(
            Equation(total=numbers[e.total], parts=tuple(numbers[part] for part in e.parts))
            for e in system.equations
        ),
        within=within,
    )


def flat_tree(size: int) -> Tree:
    """A dimension of plain categories, the total last."""
    return (Equation(total=size, parts=tuple(range(size))),)


def _extent(tree: Tree) -> int:
    return 1 + max(max(e.total, *e.parts) for e in tree)


def _moves(tree: Tree) -> tuple[Move, ...]:
    """A finest code up with all its totals, or up against another one, up to where their totals meet."""
    above = {part: e.total for e in tree for part in e.parts}
    totals = {e.total for e in tree}
    lines = []
    for code in sorted(set(range(_extent(tree))) - totals):
        line = [code]
        while line[-1] in above:
            line.append(above[line[-1]])
        lines.append(line)
    moves = [tuple((code, 1) for code in line) for line in lines]
    for i, one in enumerate(lines):
        for other in lines[i + 1 :]:
            up = tuple((code, 1) for code in one if code not in other)
            moves.append(up + tuple((code, -1) for code in other if code not in one))
    return tuple(moves)


def _number(position: tuple[int, ...], extents: tuple[int, ...]) -> int:
    number = 0
    for index, extent in zip(position, extents, strict=True):
        number = number * extent + index
    return number
