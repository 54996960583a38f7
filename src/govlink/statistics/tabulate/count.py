"""Count records: one GROUP BY, and numpy on its result."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from ...errors import Fault, RejectedError
from ...models.release import Dimension
from ..records import CATEGORIES, WHOLE, Records, grouping
from .collapsing import collapsed, into_of
from .columns import Hierarchies, check_codes, check_hierarchy, check_ids, with_parents
from .limits import Where, check_limited, kept_codes
from .margins import TABLE_TOO_LARGE, Finest, Frame, cross
from .measures import COUNT, DIGITS, MOST_TOTAL, Measure, Sum
from .personal import check_groups, check_titles, check_values
from .raw import MAX_CELLS, RawTable
from .remote import Query, grouped_remotely
from .statement import Grouping, group_statement

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from ..policy import Collapse
    from .margins import Numbers

__all__ = ["tabulate"]

NO_RECORDS = Fault("statistics.no_records", en="there are no records to count", th="ไม่มีระเบียนให้นับ")
SUM_UNFIT = Fault(
    "statistics.sum_unfit",
    en="column {column} holds, in some record, no whole number of 0 or more with at most {digits} digits",
    th="คอลัมน์ {column} มีบางระเบียนที่ค่าไม่ใช่จำนวนเต็มตั้งแต่ 0 ขึ้นไป หรือยาวเกิน {digits} หลัก",
)
SUM_TOO_LARGE = Fault(
    "statistics.sum_too_large",
    en="the sum of column {column} is too large to be computed exactly; count in larger units",
    th="ผลรวมของคอลัมน์ {column} มากเกินกว่าจะคำนวณได้แม่นยำ ให้ใช้หน่วยที่ใหญ่ขึ้น",
)


def tabulate(
    rows: Records | Query,
    *,
    dimensions: tuple[Dimension, ...],
    measure: Measure = COUNT,
    personal_dimensions: tuple[str, ...] = (),
    collapse: tuple[Collapse, ...] = (),
    hierarchies: Hierarchies | None = None,
    where: Where = (),
    limited: Where = (),
) -> RawTable:
    """Count records by the dimensions' columns, with every total that the dimensions have.

    The table does not depend on the order of the records: categories stand in canonical order.

    Args:
        rows: Records, each a mapping from column to text or whole number, streamed in batches; the path
            of a .csv (UTF-8, with a header, parted by commas) or .parquet file; a DuckDB relation; a
            data frame; or a ``Query``, which is grouped where it lives.
        dimensions: The columns to count by; a dimension's id is its column's name. Where one has a
            hierarchy, records hold its finest codes.
        measure: What a cell holds.
        personal_dimensions: Ids of dimensions about single people that the policy lets be published.
        collapse: Codes that are counted together. Of other columns too, which are overlooked.
        hierarchies: Gives the parents of dimensions that have none, for the codes found and collapsed:
            by dimension, or a function such as ``DisclosurePolicy.parents_for``.
        where: For any column, the only codes whose records are counted, as ``Subject.where`` says it; a whole
            stands for its parts, and a code for those counted under it.
        limited: The same for columns that the records do not hold, because they are an extract of those
            codes; nothing is left out by it, and nothing checks it. The table says both of what it counts.

    Raises:
        RejectedError: a column is missing, of another type or about single people, a category is empty,
            unclean, a citizen number, the code of a total or not in its hierarchy, a value to be added up
            is negative or not whole, or there is nothing, or too much, to count.
        ConfigError: a ``Query`` needs Ibis, which is not installed.
    """
    ids = tuple(d.id for d in dimensions)
    check_ids(ids)
    check_limited(limited, columns=(*ids, *(name for name, _ in where)))
    check_titles(dimensions, permitted=personal_dimensions)
    into = tuple(into_of(collapse, name) for name in ids)
    open_to = {*personal_dimensions, *(rule.dimension for rule in collapse)}
    kept, _ = (
        kept_codes(
            limits,
            dimensions=dimensions,
            hierarchies=hierarchies,
            collapse=collapse,
            permitted=personal_dimensions,
        )
        for limits in (where, limited)
    )
    with _grouped(rows, Grouping(ids=ids, measure=measure, kept=kept)) as engine:
        records = _check_extent(engine, ids, open_to=open_to)
        _check_sum(engine, measure)
        found = tuple(
            collapsed(_codes(engine, i, column=name), into[i], column=name) for i, name in enumerate(ids)
        )
        for name, codes in zip(ids, found, strict=True):
            check_values(codes, column=name, permitted=personal_dimensions)
            check_groups(len(set(codes)), column=name, records=records, permitted=personal_dimensions)
        dimensions = tuple(
            with_parents(d, set(codes), hierarchies) for d, codes in zip(dimensions, found, strict=True)
        )
        for dimension, codes in zip(dimensions, found, strict=True):
            check_hierarchy(dimension, codes)
        frame = Frame.of(dimensions, found)
        table = cross(frame, _finest(engine, frame, found, measure))
    return replace(table, where=tuple(sorted((*where, *limited))))


def _grouped(rows: Records | Query, asked: Grouping) -> AbstractContextManager[DuckDBPyConnection]:
    if isinstance(rows, Query):
        return grouped_remotely(rows, asked)
    columns = dict.fromkeys((*asked.ids, *(name for name, _ in asked.kept)), CATEGORIES)
    if isinstance(asked.measure, Sum):
        columns[asked.measure.column] = WHOLE
    return grouping(
        rows, columns=columns, statement=lambda types: group_statement(asked, types=types), into="cells"
    )


def _check_extent(engine: DuckDBPyConnection, ids: tuple[str, ...], *, open_to: set[str]) -> int:
    """Look at the numbers of codes before any is fetched; how many records there are."""
    parts = ", ".join(f"count(DISTINCT c{i})" for i in range(len(ids)))
    ((records, *extents),) = engine.execute(f"SELECT sum(n), {parts} FROM cells").fetchall()  # noqa: S608 - our own names
    if not records:
        raise RejectedError(NO_RECORDS)
    for name, extent in zip(ids, extents, strict=True):
        check_groups(extent, column=name, records=int(records), permitted=open_to)
    if max(extents) > MAX_CELLS:
        cells = prod(extent + 1 for extent in extents)
        raise RejectedError(TABLE_TOO_LARGE, cells=cells, limit=MAX_CELLS)
    return int(records)


def _check_sum(engine: DuckDBPyConnection, measure: Measure) -> None:
    if not isinstance(measure, Sum):
        return
    ((bad, total),) = engine.execute("SELECT sum(bad), sum(total) FROM cells").fetchall()
    if bad:
        raise RejectedError(SUM_UNFIT, column=measure.column, digits=DIGITS)
    if total > MOST_TOTAL:
        raise RejectedError(SUM_TOO_LARGE, column=measure.column)


def _codes(engine: DuckDBPyConnection, dimension: int, *, column: str) -> tuple[str, ...]:
    """The codes of one column, numbered as they come, in a table of that name."""
    name = f"c{dimension}"
    engine.execute(
        f"CREATE TABLE k{dimension} AS SELECT {name} AS code, row_number() OVER () - 1 AS place"  # noqa: S608 - our own names
        f" FROM (SELECT DISTINCT {name} FROM cells)"
    )
    rows = engine.execute(f"SELECT code::VARCHAR FROM k{dimension} ORDER BY place").fetchall()  # noqa: S608 - our own names
    return check_codes([row[0] for row in rows], column=column)


def _finest(
    engine: DuckDBPyConnection, frame: Frame, found: Sequence[Sequence[str]], measure: Measure
) -> Finest:
    import numpy as np

    joins = " ".join(f"JOIN k{i} ON cells.c{i} = k{i}.code" for i in range(len(found)))
    wanted = [*(f"k{i}.place AS p{i}" for i in range(len(found))), "n::BIGINT AS n"]
    greatest = [f"g{i}" for i in range(measure.top)] if isinstance(measure, Sum) else []
    wanted += (
        [
            "total::BIGINT AS total",
            "paying::BIGINT AS paying",
            *(f"coalesce({g}, -1)::BIGINT AS {g}" for g in greatest),
        ]
        if greatest
        else []
    )
    columns = engine.execute(f"SELECT {', '.join(wanted)} FROM cells {joins}").fetchnumpy()  # noqa: S608 - our own names
    cells: Numbers = np.zeros(len(columns["n"]), dtype=np.int64)
    for i, codes in enumerate(found):
        places = frame.places(i)
        cells = cells * frame.extents()[i] + np.array([places[code] for code in codes])[columns[f"p{i}"]]
    if not isinstance(measure, Sum):
        return Finest(cells=cells, values=columns["n"])
    return Finest(
        cells=cells,
        values=columns["total"],
        contributors=columns["n"],
        paying=columns["paying"],
        largest=np.stack([columns[g] for g in greatest], axis=1),
        measured=measure.column,
    )
