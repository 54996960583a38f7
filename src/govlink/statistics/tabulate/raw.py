"""A table of true counts: what counting gives and protecting takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from ...errors import Fault, ProtectionError
from ...models.release import TOTAL, Dimension
from ..hierarchy import tree_of
from ..system import Tree

__all__ = ["MAX_CELLS", "Contribution", "RawTable"]

NOT_PORTABLE = Fault(
    "statistics.raw_not_portable",
    en="a table of true counts is not copied or stored; protect it first",
    th="ตารางจำนวนจริงไม่อนุญาตให้คัดลอกหรือจัดเก็บ ต้องปกปิดข้อมูลก่อน",
)

MAX_CELLS = 2_000_000
"""The most cells of one table, totals included."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Contribution:
    """How a sum comes about.

    Attributes:
        contributors: How many records are in the cell.
        paying: How many of them add more than 0.
        largest: The greatest single values among them, greatest first.
    """

    contributors: int
    paying: int
    largest: tuple[int, ...]

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RawTable:
    """True counts of a full cross-tabulation with margins; secret until protected.

    Neither ``repr`` nor an error shows a count, and a raw table can be neither pickled nor copied.

    Attributes:
        dimensions: What the cells are counted by.
        categories: Each dimension's codes in canonical order (``hierarchy.canonical_codes``), without
            the total.
        counts: The value of each cell, in the order of ``keys()``: records, or the sum of a column over
            them where ``contributions`` are given.
        contributions: For a sum, what each cell is made of.
        measured: For a sum, the column that is added up.
        where: By column, the only codes that were counted, as it was asked for; also of columns that the
            table does not show.
        cell_keys: Each cell's key for the cell-key method, if it was asked for.
        cell_key_id: Which secret these were made with, by a digest that is no secret.
    """

    dimensions: tuple[Dimension, ...]
    categories: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...] = field(repr=False)
    contributions: tuple[Contribution, ...] | None = field(default=None, repr=False)
    measured: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    cell_keys: tuple[int, ...] | None = field(default=None, repr=False)
    cell_key_id: str = ""

    def keys(self) -> Iterator[tuple[str, ...]]:
        """Each cell's categories in canonical order: last dimension fastest, totals last."""
        return product(*((*codes, TOTAL) for codes in self.categories))

    def sizes(self) -> tuple[int, ...]:
        """How many categories each dimension has, its total not counted."""
        return tuple(len(codes) for codes in self.categories)

    def trees(self) -> tuple[Tree, ...]:
        """The sums among each dimension's codes."""
        return tuple(map(tree_of, self.dimensions, self.categories))

    def __repr__(self) -> str:
        return f"RawTable(dimensions={tuple(d.id for d in self.dimensions)}, cells={len(self.counts)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)
