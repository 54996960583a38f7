"""The linear system that ties the cells of a cross-tabulation to its margins.

Cells are numbered in canonical order: the last dimension runs fastest, and in each dimension the
total comes after the categories. Earlier releases and linked tables will be further rows over the
same cells; nothing here assumes that an equation is a margin.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import prod

__all__ = ["Equation", "LinearSystem", "margin_system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One cell that is the sum of others, all by number."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearSystem:
    """How many cells there are and every equation over them.

    The equations of a dimension stand together and dimensions keep their order, so computing each
    total in turn from the inner cells fills every margin.
    """

    cells: int
    equations: tuple[Equation, ...]


def margin_system(*, sizes: tuple[int, ...]) -> LinearSystem:
    """The system of a full cross-tabulation; ``sizes`` counts each dimension's categories."""
    extents = tuple(size + 1 for size in sizes)
    equations: list[Equation] = []
    for axis, size in enumerate(sizes):
        stride = prod(extents[axis + 1 :])
        across = (range(1) if i == axis else range(n) for i, n in enumerate(extents))
        for corner in product(*across):
            first = _number(corner, extents)
            parts = tuple(first + i * stride for i in range(size))
            equations.append(Equation(total=first + size * stride, parts=parts))
    return LinearSystem(cells=prod(extents), equations=tuple(equations))


def _number(position: tuple[int, ...], extents: tuple[int, ...]) -> int:
    number = 0
    for index, extent in zip(position, extents, strict=True):
        number = number * extent + index
    return number
