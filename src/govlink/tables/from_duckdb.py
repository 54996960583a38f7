"""Tables of Parquet files, DuckDB queries and DuckDB relations; only here is DuckDB needed."""

from __future__ import annotations

import glob
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError, Fault, RejectedError
from ..models.table import Column, Table
from .building import build_table
from .checking import Batch
from .header import check_header, source_names_of
from .layout import BLOCK_ROWS
from .problems import Problems

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

__all__ = ["table_of_parquet", "table_of_query", "table_of_relation"]

UNREADABLE = Fault(
    "table.source_unreadable",
    en="the source cannot be read ({reason})",
    th="อ่านต้นทางไม่ได้ ({reason})",
)
SOURCE_TYPE = Fault(
    "table.source_type",
    en="column {name} of the source is nested, binary or of a time zone; convert it in the source",
    th="คอลัมน์ {name} ของต้นทางเป็นข้อมูลซ้อน ไบนารี หรือมีเขตเวลา ให้แปลงที่ต้นทางก่อน",
)

NO_ENGINE = Fault(
    "table.no_engine",
    en="Parquet files and queries need DuckDB; install govlink[tables]",
    th="การอ่านไฟล์ Parquet และ query ต้องใช้ DuckDB ให้ติดตั้ง govlink[tables]",
)

_FLAT = re.compile(
    r"VARCHAR|ENUM.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|FLOAT|DOUBLE|BOOLEAN|DATE|TIME"
    r"|TIMESTAMP(_S|_MS|_NS)?|UUID"
)
_FLOATING = {"FLOAT", "DOUBLE"}


def table_of_parquet(
    path: Path,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    source_names: Mapping[str, str] | None = None,
    ignore_others: bool = False,
    harmless_numbers: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> AbstractContextManager[Table]:
    """A table of a Parquet file; arguments and errors are those of ``table_of_csv``.

    Numbers of any type may go into a whole-number column if they are whole. Nested columns are refused.
    """
    return _table(
        _Origin(sql="read_parquet(?)", values=(glob.escape(str(path)),)),
        columns=columns,
        key=key,
        names=source_names_of(columns, source_names),
        ignore_others=ignore_others,
        harmless_numbers=harmless_numbers,
        progress=progress,
    )


def table_of_query(
    sql: str,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    database: Path | None = None,
    folder: Path | None = None,
    source_names: Mapping[str, str] | None = None,
    ignore_others: bool = False,
    harmless_numbers: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> AbstractContextManager[Table]:
    """A table of what one DuckDB SELECT gives, from a database file opened for reading, or from none.

    Relative paths of files in the query start from ``folder``, by default from the working folder.
    The other arguments and the errors are those of ``table_of_csv``. Extensions are neither fetched nor
    loaded by themselves.
    """
    return _table(
        _Origin(sql=f"(\n{sql.strip().removesuffix(';')}\n)", database=database, folder=folder),
        columns=columns,
        key=key,
        names=source_names_of(columns, source_names),
        ignore_others=ignore_others,
        harmless_numbers=harmless_numbers,
        progress=progress,
    )


def table_of_relation(
    relation: DuckDBPyRelation,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    source_names: Mapping[str, str] | None = None,
    ignore_others: bool = False,
    harmless_numbers: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> AbstractContextManager[Table]:
    """A table of a relation of the caller's own connection; all else is as in ``table_of_csv``.

    The relation runs once, into a file beside the table.
    """
    return _table(
        _Origin(sql="read_parquet(?)", relation=relation),
        columns=columns,
        key=key,
        names=source_names_of(columns, source_names),
        ignore_others=ignore_others,
        harmless_numbers=harmless_numbers,
        progress=progress,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """What stands after FROM, with its values; a relation is written to a file, which is the value then."""

    sql: str
    values: tuple[str, ...] = ()
    database: Path | None = None
    folder: Path | None = None
    relation: DuckDBPyRelation | None = None

    def kept(self, folder: Path) -> _Origin:
        if self.relation is None:
            return self
        path = folder / "relation.parquet"
        self.relation.write_parquet(str(path))
        return _Origin(sql=self.sql, values=(str(path),))


def _connected(origin: _Origin, folder: Path) -> DuckDBPyConnection:
    import duckdb

    # Nothing may be downloaded while an agency's rows are being read, and memory is the machine's, not ours.
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": "128MB",
        "temp_directory": str(folder / "duckdb"),
        "threads": 1,
    }
    if origin.folder is not None:
        config["file_search_path"] = str(origin.folder)
    if origin.database is None:
        return duckdb.connect(":memory:", config=config)
    return duckdb.connect(str(origin.database), read_only=True, config=config)


def _table(
    origin: _Origin,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    names: tuple[str, ...],
    ignore_others: bool,
    harmless_numbers: frozenset[str],
    progress: Callable[[int], None] | None,
) -> AbstractContextManager[Table]:
    def source(problems: Problems, folder: Path) -> Iterator[Batch]:
        try:
            import duckdb
        except ImportError as error:
            raise ConfigError(NO_ENGINE) from error
        try:
            kept = origin.kept(folder)
            with _connected(kept, folder) as connection:
                types = _types(connection, kept)
                places = check_header(
                    list(types), names=names, ignore_others=ignore_others, problems=problems
                )
                if places is not None and _is_flat(types, names=names, problems=problems):
                    yield from _batches(connection, kept, names=names, types=types)
        except duckdb.Error as error:
            # The engine quotes values it could not read, so its own words go no further.
            raise RejectedError(UNREADABLE, reason=type(error).__name__) from None

    return build_table(source, columns=columns, key=key, harmless_numbers=harmless_numbers, progress=progress)


def _types(connection: DuckDBPyConnection, origin: _Origin) -> dict[str, str]:
    statement = f"DESCRIBE SELECT * FROM {origin.sql}"  # noqa: S608 - the caller's own query
    return {str(r[0]): str(r[1]) for r in connection.execute(statement, list(origin.values)).fetchall()}


def _is_flat(types: Mapping[str, str], *, names: tuple[str, ...], problems: Problems) -> bool:
    nested = [(index, name) for index, name in enumerate(names) if not _FLAT.fullmatch(types[name])]
    for index, name in nested:
        problems.add(f"/columns/{index}", SOURCE_TYPE, name=name)
    return not nested


def _batches(
    connection: DuckDBPyConnection, origin: _Origin, *, names: tuple[str, ...], types: Mapping[str, str]
) -> Iterator[Batch]:
    floating = [index for index, name in enumerate(names) if types[name] in _FLOATING]
    quoted = ('"' + name.replace('"', '""') + '"' for name in names)
    texts = ", ".join(f"CAST({name} AS VARCHAR)" for name in quoted)
    statement = f"SELECT {texts} FROM {origin.sql}"  # noqa: S608 - names are quoted, the query is the caller's
    result = connection.execute(statement, list(origin.values))
    read = 0
    while rows := result.fetchmany(BLOCK_ROWS):
        numbers = range(read + 1, read + len(rows) + 1)
        yield numbers, [_exact(row, floating) for row in rows] if floating else rows
        read += len(rows)


def _exact(row: tuple[object, ...], floating: list[int]) -> list[object]:
    values = list(row)
    for index in floating:
        value = values[index]
        values[index] = None if value is None else Decimal(str(value))  # no exponent, and NaN told apart
    return values
