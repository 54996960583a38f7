"""Open records for statements over them, or for one grouping whose result is kept."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from numbers import Integral
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

from ...errors import ConfigError, RejectedError
from .frames import OnlyStream, rows_of_frame, view_frame
from .sources import (
    ANYTHING,
    CATEGORIES,
    COLUMN_MISSING,
    COLUMN_TYPE,
    FILE_KIND,
    FILE_MISSING,
    FILE_PARTED,
    FILE_UNREADABLE,
    RECORDS,
    UNREADABLE,
    ArrowStream,
    Ask,
    Kind,
    Records,
    parted_otherwise,
    quoted,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

__all__ = ["asking", "engine", "grouping"]

_Given = TypeVar("_Given")

BATCH_ROWS = 10_000
_MOVED = "govlink_moved"
# Left to guess, the engine takes a line that begins with # for a comment, and drops the record.
_READERS = {
    ".csv": "read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
    " comment = '', skip = 0, strict_mode = true)",
    ".parquet": "read_parquet(?)",
}


@contextmanager
def asking(records: Records, *, columns: tuple[str, ...], kind: Kind = ANYTHING) -> Iterator[Ask]:
    """Open the records and check that they have these columns.

    Every column of mappings and of a .csv file is text. The records leave the process for no one.

    Args:
        records: The records.
        columns: The columns that statements may name.
        kind: What they may hold.

    Raises:
        RejectedError: the records cannot be read, a column is missing, or it holds something else.
        ConfigError: there is no such file.
    """
    import duckdb

    if isinstance(records, duckdb.DuckDBPyRelation):
        ask = _of_relation(records)
        _check(ask, dict.fromkeys(columns, kind), records=records)
        yield ask
        return
    with engine() as connection:
        _open(connection, records, columns)
        ask = _of_connection(connection, records)
        _check(ask, dict.fromkeys(columns, kind), records=records)
        yield ask


@contextmanager
def grouping(
    records: Records, *, columns: Mapping[str, Kind], statement: Callable[[Mapping[str, str]], str], into: str
) -> Iterator[DuckDBPyConnection]:
    """Run one SELECT over ``RECORDS`` and keep what it gives as a table, in a connection of our own.

    A relation is asked where it lives, with all that its connection knows; only the result moves.

    Args:
        records: The records.
        columns: The columns that the statement names, and what each may hold.
        statement: Gives the SELECT, without values of its own, for the types of the columns.
        into: The table's name.

    Raises:
        RejectedError, ConfigError: as for ``asking``.
    """
    import duckdb

    def group(connection: DuckDBPyConnection) -> None:
        if isinstance(records, duckdb.DuckDBPyRelation):
            types = _check(_of_relation(records), columns, records=records)
            _move(records, statement(types), connection, into)
        else:
            _open(connection, records, tuple(columns))
            types = _check(_of_connection(connection, records), columns, records=records)
            connection.execute(f"CREATE TABLE {into} AS {statement(types)}")

    with engine() as connection:
        _quietly(lambda: group(connection), records=records)
        yield connection


def _quietly(act: Callable[[], _Given], *, records: object) -> _Given:
    """What the engine gives. Its own error goes no further, not even as the context of ours.

    Raises:
        RejectedError: the engine failed.
    """
    import duckdb

    with suppress(duckdb.Error, UnicodeError):
        return act()
    if isinstance(records, Path):
        raise RejectedError(FILE_UNREADABLE, name=records.name)
    raise RejectedError(UNREADABLE)


def _move(relation: DuckDBPyRelation, statement: str, connection: DuckDBPyConnection, into: str) -> None:
    """Keep what a statement over a relation gives, running it once.

    A stream of the statement itself would run it anew for every look at its columns.
    """
    relation.query(RECORDS, f"CREATE TEMP TABLE {_MOVED} AS {statement}")
    try:
        moved: object = relation.query(RECORDS, f"SELECT * FROM {_MOVED}")  # noqa: S608 - a constant of ours
        if not isinstance(moved, ArrowStream):
            raise RejectedError(UNREADABLE)
        connection.register(_MOVED, OnlyStream(moved))
        connection.execute(f"CREATE TABLE {into} AS SELECT * FROM {_MOVED}")  # noqa: S608 - our own names
        connection.unregister(_MOVED)
    finally:
        relation.query(RECORDS, f"DROP TABLE {_MOVED}")


@contextmanager
def engine() -> Iterator[DuckDBPyConnection]:
    """An empty database in memory.

    Nothing may be downloaded while an agency's records are being read, and what memory cannot hold goes to
    a folder that only this user can enter and that is removed, never to the working folder.
    """
    import duckdb

    with TemporaryDirectory(prefix="govlink-") as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": folder,
        }
        with duckdb.connect(":memory:", config=config) as connection:
            yield connection


def _check(ask: Ask, columns: Mapping[str, Kind], *, records: Records) -> Mapping[str, str]:
    described = ask(f"DESCRIBE SELECT * FROM {RECORDS}", ())  # noqa: S608 - a constant of ours
    types = {str(row[0]): str(row[1]) for row in described}
    for name, (wanted, kind) in columns.items():
        if name not in types and isinstance(records, Path) and parted_otherwise(types):
            raise RejectedError(FILE_PARTED, name=records.name)
        if name not in types:
            raise RejectedError(COLUMN_MISSING, column=name)
        if not kind.fullmatch(types[name]):
            raise RejectedError(COLUMN_TYPE, column=name, wanted=wanted)
    return types


def _of_relation(relation: DuckDBPyRelation) -> Ask:
    def ask(sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        if values:  # a relation takes none, and none may be written into the statement
            raise RejectedError(UNREADABLE)
        found = _quietly(lambda: relation.query(RECORDS, sql), records=relation)
        return [] if found is None else _quietly(found.fetchall, records=relation)

    return ask


def _of_connection(connection: DuckDBPyConnection, records: Records) -> Ask:
    def ask(sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        return _quietly(lambda: connection.execute(sql, list(values)).fetchall(), records=records)

    return ask


def _open(
    connection: DuckDBPyConnection,
    records: Path | Iterable[Mapping[str, object]] | ArrowStream,
    columns: tuple[str, ...],
) -> None:
    if isinstance(records, Path):
        _view_file(connection, records)
    elif not view_frame(connection, records):
        rows = rows_of_frame(records, columns)
        _load(connection, records if rows is None else rows, columns)


def _view_file(connection: DuckDBPyConnection, path: Path) -> None:
    reader = _READERS.get(path.suffix.lower())
    if not path.is_file():
        raise ConfigError(FILE_MISSING, name=path.name)
    if reader is None:
        raise RejectedError(FILE_KIND, name=path.name)
    statement, place = f"SELECT * FROM {reader}", glob.escape(str(path))  # noqa: S608 - a constant of ours
    _quietly(lambda: connection.sql(statement, params=[place]).create_view(RECORDS), records=path)


def _load(connection: DuckDBPyConnection, records: object, columns: tuple[str, ...]) -> None:
    import numpy as np

    if not isinstance(records, Iterable):
        raise RejectedError(UNREADABLE)
    names = ", ".join(map(quoted, columns))
    connection.execute(f"CREATE TABLE {RECORDS} ({', '.join(f'{quoted(c)} VARCHAR' for c in columns)})")

    def insert(arrays: Mapping[str, object]) -> None:
        connection.register("batch", arrays)
        connection.execute(f"INSERT INTO {RECORDS} SELECT {names} FROM batch")  # noqa: S608 - names are quoted
        connection.unregister("batch")

    stream = iter(records)
    while batch := list(islice(stream, BATCH_ROWS)):
        arrays = {name: np.array([_text(row, name) for row in batch], dtype=object) for name in columns}
        _quietly(partial(insert, arrays), records=records)


def _text(row: object, column: str) -> str | None:
    if not isinstance(row, Mapping):
        raise RejectedError(UNREADABLE)
    try:
        value = row[column]
    except KeyError:
        raise RejectedError(COLUMN_MISSING, column=column) from None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | Integral):
        raise RejectedError(COLUMN_TYPE, column=column, wanted=CATEGORIES[0])
    return str(value)
