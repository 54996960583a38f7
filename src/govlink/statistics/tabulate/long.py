"""Counts that others made, in a long table: one row a cell, ``_T`` for totals, and the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import Fault, RejectedError
from ...models.release import TOTAL, Dimension
from ..hierarchy import finest as finest_of
from .collapsing import collapsed, into_of
from .columns import Hierarchies, check_codes, check_hierarchy, check_ids, with_parents
from .limits import Where, check_within
from .long_checks import check_repeated, check_totals, checked_values
from .long_rows import LongRows, read_rows
from .margins import Finest, Frame, cross
from .personal import check_groups, check_titles, check_values
from .raw import RawTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..policy import Collapse
    from .margins import Numbers

__all__ = ["read_counts"]

NO_CODES = Fault(
    "statistics.dimension_without_codes",
    en="column {column} holds nothing but totals",
    th="คอลัมน์ {column} มีแต่ยอดรวม",
)
NO_COUNTS = Fault("statistics.no_counts", en="there are no counts in the table", th="ไม่มีจำนวนนับในตาราง")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column of codes.

    Attributes:
        dimension: What it is in the table.
        given: What it is in the file, before codes are counted together.
        codes: The file's codes, sub-totals included.
        into: Codes that are counted under another one, with that one.
    """

    dimension: Dimension
    given: Dimension
    codes: tuple[str, ...]
    into: Mapping[str, str]

    def finest(self) -> tuple[str, ...]:
        """The finest codes of the file, each as it is published."""
        return collapsed(finest_of(self.given, self.codes), self.into, column=self.dimension.id)


def read_counts(
    path: Path,
    *,
    hierarchies: Hierarchies | None = None,
    labels: Mapping[str, tuple[str, str]] | None = None,
    personal_dimensions: tuple[str, ...] = (),
    collapse: tuple[Collapse, ...] = (),
    count_column: str = "count",
    where: Where = (),
) -> RawTable:
    """Read a long table of counts and complete its totals.

    Every column but the count's is a dimension. Cells that are left out count 0 if no other is above
    them, and are added up otherwise; totals that are given must be right.

    Args:
        path: A .csv (UTF-8, with a header, parted by commas) or .parquet file.
        hierarchies: Codes with the code they are part of, by dimension, of other dimensions too; or a
            function of a dimension and its codes, such as ``DisclosurePolicy.parents_for``.
        labels: What a dimension is in Thai and in English; its id where nothing is given.
        personal_dimensions: Ids of dimensions about single people that the policy lets be published.
        collapse: Codes that are counted together, once the file's own totals were found right.
        count_column: The column of counts.
        where: What the table is limited to, as ``Subject.where``; a code of the table outside of it is
            refused. Nothing is left out by it; the table then says that this is what it counts.

    Raises:
        RejectedError: the file cannot be read, a code is unfit or not in its hierarchy, a count is negative,
            fractional or none, a cell comes twice, or a total is not the sum of its parts. ``problems``
            name the cells, never a count.
    """
    rows = read_rows(path, count_column=count_column)
    check_ids(rows.ids)
    if not rows.counts:
        raise RejectedError(NO_COUNTS)
    columns = []
    for name, values in zip(rows.ids, rows.columns, strict=True):
        label_th, label_en = (labels or {}).get(name, (name, name))
        bare = Dimension(id=name, label_th=label_th, label_en=label_en)
        check_titles((bare,), permitted=personal_dimensions)
        codes = _codes(values, column=name)
        check_values(codes, column=name, permitted=personal_dimensions)
        columns.append(_column(bare, codes, into_of(collapse, name), hierarchies))
    counts = checked_values(rows)
    inner, table = _completed(rows, counts, columns)
    for column in columns:
        name, codes = column.dimension.id, column.finest()
        check_groups(len(set(codes)), column=name, records=table.counts[-1], permitted=personal_dimensions)
        check_hierarchy(column.dimension, codes)
        check_within(where, column.dimension, codes)
    if any(code in column.into for column in columns for code in column.codes):
        table = _joined(rows, counts, columns, inner=inner)
    return replace(table, where=tuple(sorted(where)))


def _codes(values: Sequence[str | None], *, column: str) -> tuple[str, ...]:
    codes = check_codes(set(values) - {TOTAL}, column=column)
    if not codes:
        raise RejectedError(NO_CODES, column=column)
    return codes


def _column(
    bare: Dimension, codes: tuple[str, ...], into: Mapping[str, str], hierarchies: Hierarchies | None
) -> _Column:
    dimension = with_parents(bare, set(collapsed(codes, into, column=bare.id)), hierarchies)
    parents = dict(dimension.parents)
    # A code that the hierarchy lacks is, in the file's own totals, beside the one it is counted under.
    strays = tuple(
        (code, parents[into[code]])
        for code in codes
        if into.get(code) in parents and code not in {*parents, *parents.values()}
    )
    given = replace(dimension, parents=(*dimension.parents, *strays))
    check_hierarchy(given, codes, mixed=True)
    return _Column(dimension=dimension, given=given, codes=codes, into=into)


def _completed(
    rows: LongRows, counts: Numbers, columns: Sequence[_Column]
) -> tuple[NDArray[np.bool_], RawTable]:
    """Which rows are of finest cells, and the file's own table, with which all rows agree."""
    frame = Frame.of(tuple(c.given for c in columns), [c.codes for c in columns])
    cells = _numbers(frame, rows.columns)
    check_repeated(rows, cells)
    inner = _inner(rows, columns)
    table = cross(frame, Finest(cells=cells[inner], values=counts[inner]))
    check_totals(rows, table, cells=cells, values=counts)
    return inner, table


def _joined(
    rows: LongRows, counts: Numbers, columns: Sequence[_Column], *, inner: NDArray[np.bool_]
) -> RawTable:
    """The table in which codes are counted under others."""
    frame = Frame.of(tuple(c.dimension for c in columns), [c.finest() for c in columns])
    finest = tuple(
        [column.into.get(str(code), code) for code, is_finest in zip(values, inner, strict=True) if is_finest]
        for column, values in zip(columns, rows.columns, strict=True)
    )
    return cross(frame, Finest(cells=_numbers(frame, finest), values=counts[inner]))


def _numbers(frame: Frame, columns: Sequence[Sequence[str | None]]) -> Numbers:
    import numpy as np

    cells: Numbers = np.zeros(len(columns[0]), dtype=np.int64)
    for i, column in enumerate(columns):
        extent = frame.extents()[i]
        places = {**frame.places(i), TOTAL: extent - 1}
        cells = cells * extent + np.fromiter((places[str(code)] for code in column), np.int64, len(column))
    return cells


def _inner(rows: LongRows, columns: Sequence[_Column]) -> NDArray[np.bool_]:
    import numpy as np

    inner: NDArray[np.bool_] = np.ones(len(rows.counts), dtype=np.bool_)
    for column, values in zip(columns, rows.columns, strict=True):
        finest = set(finest_of(column.given, column.codes))
        inner &= np.fromiter((code in finest for code in values), np.bool_, len(values))
    return inner
