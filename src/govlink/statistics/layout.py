"""A published table laid out as an array, from what it shows and nothing else.

For the audits of tables whose every cell shows a figure. Nothing that protects a table imports this, and this
imports nothing that does: the sums are read from the table's own hierarchies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ..errors import Fault, RejectedError
from ..models.release import TOTAL, CellStatus, Dimension, ProtectedTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Keys", "Layout", "Sum", "lay_out"]

NOT_LAID_OUT = Fault(
    "statistics.layout_incomplete",
    en="the table must show a figure of 0 or more for every combination of its codes and totals, once each",
    th="ตารางต้องแสดงตัวเลขตั้งแต่ 0 ขึ้นไปครบทุกการจับคู่ของรหัสและยอดรวม อย่างละหนึ่งช่อง",
)
LARGEST = 1 << 53

Keys: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One code of a dimension that is the sum of others, by their places."""

    axis: int
    whole: int
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The figures of a table, an axis for each dimension.

    Attributes:
        codes: The codes along each axis, totals among them.
        figures: What the table shows.
        sums: Which code is the sum of which, whatever the codes of the other dimensions.
    """

    codes: tuple[tuple[str, ...], ...]
    figures: NDArray[np.int64]
    sums: tuple[Sum, ...]

    def named(self, where: NDArray[np.bool_]) -> tuple[Keys, ...]:
        """The cells that are marked."""
        return tuple(
            tuple(codes[i] for codes, i in zip(self.codes, place, strict=True))
            for place in np.argwhere(where).tolist()
        )

    def unbalanced(self) -> tuple[Keys, ...]:
        """The wholes that are not the sum of their parts, in the order of the cells."""
        wrong = np.zeros(self.figures.shape, dtype=bool)
        for one in self.sums:
            along = np.moveaxis(self.figures, one.axis, 0)
            np.moveaxis(wrong, one.axis, 0)[one.whole] |= along[one.whole] != along[list(one.parts)].sum(0)
        return self.named(wrong)


def lay_out(table: ProtectedTable) -> Layout:
    """Lay a table out; its cells may come in any order.

    Raises:
        RejectedError: a cell is hidden, missing, there twice or below 0, or a code has itself for a part.
    """
    width = len(table.dimensions)
    if not width or any(len(cell.keys) != width for cell in table.cells):
        raise RejectedError(NOT_LAID_OUT)
    codes = tuple(tuple(dict.fromkeys(cell.keys[i] for cell in table.cells)) for i in range(width))
    place = tuple({code: i for i, code in enumerate(axis)} for axis in codes)
    shape = tuple(map(len, codes))
    if len(table.cells) != prod(shape) or any(TOTAL not in axis or len(axis) < 2 for axis in codes):
        raise RejectedError(NOT_LAID_OUT)
    figures = np.full(shape, -1, dtype=np.int64)
    for cell in table.cells:
        if cell.status is not CellStatus.FREE or cell.value is None or not 0 <= cell.value <= LARGEST:
            raise RejectedError(NOT_LAID_OUT)
        figures[tuple(at[code] for at, code in zip(place, cell.keys, strict=True))] = cell.value
    if (figures < 0).any():  # some cell was there twice, so another is missing
        raise RejectedError(NOT_LAID_OUT)
    sums = tuple(one for axis, dim in enumerate(table.dimensions) for one in _sums(axis, dim, codes[axis]))
    return Layout(codes=codes, figures=figures, sums=sums)


def _sums(axis: int, dimension: Dimension, codes: tuple[str, ...]) -> Iterator[Sum]:
    """A code is the sum of those whose nearest shown whole it is; the total, of those that have none."""
    place = {code: i for i, code in enumerate(codes)}
    parents = dict(dimension.parents)
    parts: dict[str, list[int]] = {}
    for code in codes:
        if code != TOTAL:
            parts.setdefault(_whole(code, parents, place), []).append(place[code])
    for whole, its in parts.items():
        yield Sum(axis=axis, whole=place[whole], parts=tuple(its))


def _whole(code: str, parents: dict[str, str], shown: dict[str, int]) -> str:
    above, at = [code], code
    while at != TOTAL:
        at = parents.get(at, TOTAL)
        if at in above:
            raise RejectedError(NOT_LAID_OUT)
        above.append(at)
    return next(whole for whole in above[1:] if whole in shown)
