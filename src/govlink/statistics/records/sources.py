"""What records may be, what their columns may hold, and what is wrong where they cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from ...errors import Fault

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = [
    "ANYTHING",
    "CATEGORIES",
    "COLUMN_MISSING",
    "COLUMN_TYPE",
    "FILE_KIND",
    "FILE_MISSING",
    "FILE_PARTED",
    "FILE_UNREADABLE",
    "RECORDS",
    "UNREADABLE",
    "WHOLE",
    "ArrowStream",
    "Ask",
    "Kind",
    "Records",
    "literal",
    "parted_otherwise",
    "quoted",
]

UNREADABLE = Fault(
    "statistics.source_unreadable",
    en="the records cannot be read; they must be a .csv or .parquet file, mappings, a data frame or a DuckDB"
    " relation",
    th="อ่านระเบียนไม่ได้ ต้องเป็นไฟล์ .csv หรือ .parquet ชุดข้อมูลแบบ mapping data frame หรือ relation ของ DuckDB",
)
FILE_MISSING = Fault("statistics.source_missing", en="there is no file {name}", th="ไม่พบไฟล์ {name}")
FILE_KIND = Fault(
    "statistics.source_kind",
    en="{name} is neither a .csv nor a .parquet file",
    th="{name} ไม่ใช่ไฟล์ .csv หรือ .parquet",
)
FILE_UNREADABLE = Fault(
    "statistics.source_file_unreadable",
    en="{name} cannot be read to its end: a .csv file is UTF-8 text with a header, parted by commas, every"
    " row as long as the header; a .parquet file is whole",
    th="อ่าน {name} ได้ไม่ครบ ไฟล์ .csv ต้องเป็น UTF-8 มีหัวตาราง คั่นด้วยจุลภาค ทุกแถวมีจำนวนช่องเท่าหัวตาราง"
    " ส่วนไฟล์ .parquet ต้องสมบูรณ์",
    next_en="Save it as CSV UTF-8 with commas and run again.",
    next_th="บันทึกเป็น CSV UTF-8 ที่คั่นด้วยจุลภาค แล้วเรียกใช้ใหม่",
)
FILE_PARTED = Fault(
    "statistics.source_parted",
    en="the header of {name} is one long name: its columns are parted by something else than commas, such as"
    " semicolons",
    th="หัวตารางของ {name} เป็นชื่อยาวชื่อเดียว แสดงว่าคั่นคอลัมน์ด้วยเครื่องหมายอื่นที่ไม่ใช่จุลภาค เช่น อัฒภาค",
    next_en="Save it as CSV UTF-8 with commas and run again.",
    next_th="บันทึกเป็น CSV UTF-8 ที่คั่นด้วยจุลภาค แล้วเรียกใช้ใหม่",
)
COLUMN_MISSING = Fault(
    "statistics.column_missing",
    en="the records have no column {column}",
    th="ระเบียนไม่มีคอลัมน์ {column}",
)
COLUMN_TYPE = Fault(
    "statistics.column_type",
    en="column {column} must hold {wanted}",
    th="คอลัมน์ {column} มีชนิดข้อมูลที่ใช้ไม่ได้ ต้องเป็น {wanted}",
)

RECORDS = "govlink_records"
"""What a statement calls the records."""


@runtime_checkable
class ArrowStream(Protocol):
    """A data frame that gives its columns by the Arrow PyCapsule interface: polars, pyarrow, pandas."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The capsule of a stream."""


Records: TypeAlias = "Path | Iterable[Mapping[str, object]] | DuckDBPyRelation | ArrowStream"
"""A .csv or .parquet file, mappings from column to text or whole number, a relation of the caller's own
connection, or a data frame."""

Ask: TypeAlias = Callable[[str, tuple[object, ...]], list[tuple[object, ...]]]
"""Runs a SELECT over ``RECORDS``, with values for its question marks; a relation takes none."""

Kind: TypeAlias = tuple[str, re.Pattern[str]]
"""What a column may hold, in words and as the engine's types."""

_INTEGER = r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?"
WHOLE: Kind = ("whole numbers", re.compile(rf"VARCHAR|{_INTEGER}"))
"""What may be added up; text is looked at number by number."""
CATEGORIES: Kind = ("text or whole numbers", re.compile(rf"VARCHAR|ENUM.*|{_INTEGER}"))
"""What may be counted by."""
ANYTHING: Kind = (
    "text, whole numbers, dates or yes and no",
    re.compile(rf"VARCHAR|ENUM.*|{_INTEGER}|DATE|BOOLEAN"),
)
"""Whatever has one way to be written as text."""


def parted_otherwise(header: Collection[str]) -> bool:
    """Whether a header looks like one of a file that is not parted by commas."""
    return len(header) == 1 and any(sign in name for name in header for sign in ";\t|")


def quoted(name: str) -> str:
    """A column's name as the engine reads it, whatever letters it has."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as the engine reads it in a statement."""
    return "'" + text.replace("'", "''") + "'"
