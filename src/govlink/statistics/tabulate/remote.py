"""Records in a database that is asked by URL: the same GROUP BY runs there, and only its result travels.

Ibis writes the statement in the database's language. It connects to PostgreSQL, Trino, Spark and others
whose driver is installed. Tested against PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...errors import ConfigError, Fault, RejectedError
from ..records.opening import engine
from ..records.sources import CATEGORIES, COLUMN_MISSING, COLUMN_TYPE, WHOLE
from .measures import DIGITS, Sum
from .statement import Grouping

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Query", "grouped_remotely"]

NO_IBIS = Fault(
    "statistics.no_ibis",
    en="records in a database need Ibis and the database's driver; install govlink[ibis]",
    th="การอ่านระเบียนจากฐานข้อมูลต้องใช้ Ibis และไดรเวอร์ของฐานข้อมูล ให้ติดตั้ง govlink[ibis]",
)
QUERY_INVALID = Fault(
    "statistics.query_invalid",
    en="a query names either a table or a SELECT",
    th="ให้ระบุชื่อตารางหรือคำสั่ง SELECT อย่างใดอย่างหนึ่ง",
)
QUERY_FAILED = Fault(
    "statistics.query_failed",
    en="the database did not give the records ({reason})",
    th="ฐานข้อมูลไม่ส่งระเบียนให้ ({reason})",
)

BATCH_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Records in a database.

    Attributes:
        url: Where it is, with what Ibis needs to connect: ``postgresql://user:password@host/database``. It
            does not show in ``repr``.
        table: The table's name, after its schema and a dot if it has one.
        sql: Instead of a table, a SELECT in the database's language.

    Raises:
        RejectedError: neither a table nor a SELECT is given, or both.
    """

    url: str = field(repr=False)
    table: str = ""
    sql: str = ""

    def __post_init__(self) -> None:
        if bool(self.table) == bool(self.sql):
            raise RejectedError(QUERY_INVALID)


@contextmanager
def grouped_remotely(query: Query, asked: Grouping) -> Iterator[DuckDBPyConnection]:
    """Group the records where they are, and keep the table of cells in a connection of our own.

    Raises:
        ConfigError: Ibis is not installed.
        RejectedError: the database does not answer, or a column is missing or of another type. What the
            database says is not repeated, because it may quote a record or the URL.
    """
    rows = _rows(query, asked)
    greatest = [f"g{i}" for i in range(asked.measure.top)] if isinstance(asked.measure, Sum) else []
    names = [
        *(f"c{i}" for i in range(len(asked.ids))),
        "n",
        *(["total", "bad", "paying", *greatest] if greatest else []),
    ]
    with engine() as connection:
        types = {name: "VARCHAR" if name.startswith("c") else "HUGEINT" for name in names}
        connection.execute(f"CREATE TABLE cells ({', '.join(f'{n} {t}' for n, t in types.items())})")
        _insert(connection, names, rows)
        yield connection


def _insert(connection: DuckDBPyConnection, names: list[str], rows: list[tuple[object, ...]]) -> None:
    import numpy as np

    for start in range(0, len(rows), BATCH_ROWS):
        columns = zip(*rows[start : start + BATCH_ROWS], strict=True)
        texts = [[None if value is None else str(value) for value in column] for column in columns]
        arrays = {name: np.array(column, dtype=object) for name, column in zip(names, texts, strict=True)}
        connection.register("batch", arrays)
        connection.execute(f"INSERT INTO cells SELECT {', '.join(names)} FROM batch")  # noqa: S608 - our own names
        connection.unregister("batch")


def _rows(query: Query, asked: Grouping) -> list[tuple[object, ...]]:
    try:
        import ibis
    except ImportError as error:
        raise ConfigError(NO_IBIS) from error
    try:
        connection = ibis.connect(query.url)
        try:
            grouped = _expression(_source(connection, query), asked)
            return _fetched(connection.raw_sql(connection.compile(grouped)))
        finally:
            connection.disconnect()
    except RejectedError:
        raise
    except ImportError as error:
        raise ConfigError(NO_IBIS) from error
    except Exception as error:  # noqa: BLE001 - every driver has its own kinds, and none of their words may go on
        reason = type(error).__name__
    raise RejectedError(QUERY_FAILED, reason=reason)


def _source(connection: Any, query: Query) -> Any:
    if query.sql:
        return connection.sql(query.sql.strip().removesuffix(";"))
    schema, _, name = query.table.rpartition(".")
    return connection.table(name, database=schema or None)


def _expression(table: Any, asked: Grouping) -> Any:
    """The grouping as Ibis tells it to any database; the same columns as ``group_statement``."""
    import ibis

    schema, ids, measure = table.schema(), asked.ids, asked.measure
    kinds = dict.fromkeys((*ids, *(name for name, _ in asked.kept)), CATEGORIES[0])
    if isinstance(measure, Sum):
        kinds[measure.column] = WHOLE[0]
    for name, wanted in kinds.items():
        if name not in schema:
            raise RejectedError(COLUMN_MISSING, column=name)
        if not (schema[name].is_integer() or (schema[name].is_string() and wanted == CATEGORIES[0])):
            raise RejectedError(COLUMN_TYPE, column=name, wanted=wanted)
    for name, within in asked.kept:
        table = table.filter(table[name].cast("string").isin(within))
    codes = {f"c{i}": table[name] for i, name in enumerate(ids)}
    if not isinstance(measure, Sum):
        return table.select(**codes).group_by(list(codes)).aggregate(n=ibis._.count())
    picked = table.select(**codes, v=table[measure.column])
    window = ibis.window(group_by=[picked[c] for c in codes], order_by=picked["v"].desc())
    ranked = picked.mutate(place=ibis.row_number().over(window))
    value = ranked["v"]
    unfit = value.isnull() | (value < 0) | (value >= 10**DIGITS)
    greatest = {f"g{i}": value.max(where=ranked["place"] == i) for i in range(measure.top)}
    return ranked.group_by(list(codes)).aggregate(
        n=ranked.count(),
        total=value.sum(),
        bad=ranked.count(where=unfit),
        paying=ranked.count(where=value > 0),
        **greatest,
    )


def _fetched(cursor: Any) -> list[tuple[object, ...]]:
    if not hasattr(cursor, "fetchall"):  # Spark gives a data frame
        return [tuple(row) for row in cursor.collect()]
    try:
        return [tuple(row) for row in cursor.fetchall()]
    finally:
        cursor.close()
