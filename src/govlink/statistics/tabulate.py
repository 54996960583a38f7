"""Count records by up to a few columns, margins included.

One GROUP BY at the finest grain does all the work on the records; every margin is added up from its
small result. What comes out still holds true counts and is not fit to be shown: ``protect`` is next.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Fault, ProtectionError, RejectedError
from ..models.identity import check_digit
from ..models.release import TOTAL, Dimension
from ..models.text import clean_text, from_thai_digits
from .system import margin_system

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["RawTable", "tabulate"]

DIMENSIONS_INVALID = Fault(
    "statistics.dimensions_invalid",
    en="dimensions must be one or more different ids of letters, digits and _, other than value and status",
    th="มิติต้องมีอย่างน้อยหนึ่งรายการ ใช้อักษรอังกฤษ ตัวเลข และ _ ไม่ซ้ำกัน และไม่ใช่ value หรือ status",
)
COLUMN_MISSING = Fault(
    "statistics.column_missing",
    en="the records have no column {column}",
    th="ระเบียนไม่มีคอลัมน์ {column}",
)
COLUMN_TYPE = Fault(
    "statistics.column_type",
    en="column {column} must hold text or whole numbers",
    th="คอลัมน์ {column} ต้องเป็นข้อความหรือจำนวนเต็ม",
)
CATEGORY_EMPTY = Fault(
    "statistics.category_empty",
    en="column {column} is empty in some record; give the unknown a category of its own",
    th="คอลัมน์ {column} ว่างในบางระเบียน ให้กำหนดหมวดหมู่สำหรับกรณีไม่ทราบ",
)
CATEGORY_RESERVED = Fault(
    "statistics.category_reserved",
    en="column {column} holds {total}, which is the code of a total",
    th="คอลัมน์ {column} มีค่า {total} ซึ่งเป็นรหัสของยอดรวม",
)
CATEGORY_UNCLEAN = Fault(
    "statistics.category_unclean",
    en="column {column} holds a category with stray blanks or invisible characters",
    th="คอลัมน์ {column} มีหมวดหมู่ที่มีช่องว่างเกินหรืออักขระที่มองไม่เห็น",
)
CATEGORY_PERSONAL = Fault(
    "statistics.category_personal",
    en="column {column} holds a citizen number, and categories are published; count by groups of people",
    th="คอลัมน์ {column} มีเลขประจำตัวประชาชน ซึ่งจะถูกเผยแพร่เป็นชื่อหมวดหมู่ ให้นับตามกลุ่มบุคคลแทน",
)
SOURCE_UNREADABLE = Fault(
    "statistics.source_unreadable",
    en="the records cannot be read; they must be a .csv or .parquet file, or mappings",
    th="อ่านระเบียนไม่ได้ ต้องเป็นแฟ้ม .csv หรือ .parquet หรือชุดข้อมูลแบบ mapping",
)
NO_RECORDS = Fault("statistics.no_records", en="there are no records to count", th="ไม่มีระเบียนให้นับ")
TABLE_TOO_LARGE = Fault(
    "statistics.table_too_large",
    en="the table would have {cells} cells, more than {limit}",
    th="ตารางจะมี {cells} ช่อง เกินขีดจำกัด {limit} ช่อง",
)
NOT_PORTABLE = Fault(
    "statistics.raw_not_portable",
    en="a table of true counts is not copied or stored; protect it first",
    th="ตารางจำนวนจริงไม่อนุญาตให้คัดลอกหรือจัดเก็บ ต้องปกปิดข้อมูลก่อน",
)

MAX_CELLS = 1_000_000
BATCH_ROWS = 10_000
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_RESERVED = {"value", "status"}
_THIRTEEN = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12}(?![0-9])")
# Left to guess, the engine takes a line that begins with # for a comment, and drops the record.
_READERS = {
    ".csv": "read_csv(?, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"',"
    " comment = '', skip = 0, strict_mode = true)",
    ".parquet": "read_parquet(?)",
}
_TYPES = re.compile(r"VARCHAR|ENUM.*|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RawTable:
    """True counts of a full cross-tabulation with margins; secret until protected.

    ``counts`` follow ``keys()``. Neither ``repr`` nor an error shows one, and a raw table can be
    neither pickled nor copied.
    """

    dimensions: tuple[Dimension, ...]
    categories: tuple[tuple[str, ...], ...]
    counts: tuple[int, ...] = field(repr=False)

    def keys(self) -> Iterator[tuple[str, ...]]:
        """Each cell's categories in canonical order: last dimension fastest, totals last."""
        return product(*((*codes, TOTAL) for codes in self.categories))

    def sizes(self) -> tuple[int, ...]:
        """How many categories each dimension has, its total not counted."""
        return tuple(len(codes) for codes in self.categories)

    def __repr__(self) -> str:
        return f"RawTable(dimensions={tuple(d.id for d in self.dimensions)}, cells={len(self.counts)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise ProtectionError(NOT_PORTABLE)


def tabulate(rows: Iterable[Mapping[str, object]] | Path, *, dimensions: tuple[Dimension, ...]) -> RawTable:
    """Count records by the dimensions' columns, with every margin.

    The table does not depend on the order of the records: categories are sorted by code point.

    Args:
        rows: Records, each a mapping from column to text or whole number; or the path of a .csv
            (UTF-8, with a header, parted by commas) or .parquet file. Mappings are streamed, in batches.
        dimensions: The columns to count by; a dimension's id is its column's name.

    Raises:
        RejectedError: a column is missing or of another type, a category is empty, unclean, a
            citizen number or the code of a total, or there is nothing, or too much, to count.
    """
    ids = tuple(d.id for d in dimensions)
    names = {i.lower() for i in ids}  # the engine does not tell case apart in names
    if not ids or len(names) < len(ids) or names & _RESERVED or not all(map(_ID.fullmatch, ids)):
        raise RejectedError(DIMENSIONS_INVALID)
    finest = _group(rows, ids)
    if not finest:
        raise RejectedError(NO_RECORDS)
    categories = tuple(_categories({key[i] for key in finest}, column=name) for i, name in enumerate(ids))
    cells = prod(len(codes) + 1 for codes in categories)
    if cells > MAX_CELLS:
        raise RejectedError(TABLE_TOO_LARGE, cells=cells, limit=MAX_CELLS)
    counts = [finest.get(key, 0) for key in product(*((*codes, TOTAL) for codes in categories))]
    for equation in margin_system(sizes=tuple(len(codes) for codes in categories)).equations:
        counts[equation.total] = sum(counts[part] for part in equation.parts)
    return RawTable(dimensions=dimensions, categories=categories, counts=tuple(counts))


def _categories(found: set[str | None], *, column: str) -> tuple[str, ...]:
    codes = {code for code in found if code is not None}
    if len(codes) < len(found) or "" in codes:
        raise RejectedError(CATEGORY_EMPTY, column=column)
    if TOTAL in codes:
        raise RejectedError(CATEGORY_RESERVED, column=column, total=TOTAL)
    if any(clean_text(code) != code or not code.isprintable() for code in codes):
        raise RejectedError(CATEGORY_UNCLEAN, column=column)
    if any(_names_a_person(code) for code in codes):
        raise RejectedError(CATEGORY_PERSONAL, column=column)
    return tuple(sorted(codes))


def _names_a_person(code: str) -> bool:
    numbers = (re.sub("[ -]", "", found) for found in _THIRTEEN.findall(from_thai_digits(code)))
    return any(check_digit(number[:12]) == number[12] for number in numbers)


def _group(
    rows: Iterable[Mapping[str, object]] | Path, ids: tuple[str, ...]
) -> dict[tuple[str | None, ...], int]:
    import duckdb

    # Nothing may be downloaded while an agency's records are being read.
    offline: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=offline) as connection:
        if isinstance(rows, Path):
            try:
                source, values = _file_source(connection, rows, ids)
                return _count(connection, source, ids, values)
            except duckdb.Error:
                # The engine quotes the record it could not read, so its own error goes no further.
                raise RejectedError(SOURCE_UNREADABLE) from None
        _load(connection, rows, ids)
        return _count(connection, "records", ids, ())


def _count(
    connection: DuckDBPyConnection, source: str, ids: tuple[str, ...], values: tuple[str, ...]
) -> dict[tuple[str | None, ...], int]:
    columns = ", ".join(f'"{name}"::VARCHAR' for name in ids)
    statement = f"SELECT {columns}, count(*) FROM {source} GROUP BY ALL"  # noqa: S608 - ids matched _ID
    found = connection.execute(statement, list(values)).fetchall()
    return {tuple(row[:-1]): int(row[-1]) for row in found}


def _file_source(
    connection: DuckDBPyConnection, path: Path, ids: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    source = _READERS.get(path.suffix.lower())
    if source is None or not path.is_file():
        raise RejectedError(SOURCE_UNREADABLE)
    values = (glob.escape(str(path)),)
    described = connection.execute(f"DESCRIBE SELECT * FROM {source}", list(values)).fetchall()  # noqa: S608 - a constant of ours
    types = {str(row[0]): str(row[1]) for row in described}
    for name in ids:
        if name not in types:
            raise RejectedError(COLUMN_MISSING, column=name)
        if not _TYPES.fullmatch(types[name]):
            raise RejectedError(COLUMN_TYPE, column=name)
    return source, values


def _load(connection: DuckDBPyConnection, rows: Iterable[Mapping[str, object]], ids: tuple[str, ...]) -> None:
    import numpy as np

    names = ", ".join(f'"{name}"' for name in ids)
    columns = ", ".join(f'"{name}" VARCHAR' for name in ids)
    connection.execute(f"CREATE TABLE records ({columns})")
    stream = iter(rows)
    while batch := list(islice(stream, BATCH_ROWS)):
        arrays = {name: np.array([_code(row, name) for row in batch], dtype=object) for name in ids}
        connection.register("batch", arrays)
        connection.execute(f"INSERT INTO records SELECT {names} FROM batch")  # noqa: S608 - ids matched _ID
        connection.unregister("batch")


def _code(row: Mapping[str, object], column: str) -> str:
    try:
        value = row[column]
    except KeyError:
        raise RejectedError(COLUMN_MISSING, column=column) from None
    if value is None:
        raise RejectedError(CATEGORY_EMPTY, column=column)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise RejectedError(COLUMN_TYPE, column=column)
    return str(value)
