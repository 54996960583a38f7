"""The rows of a long table as text, column by column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from ...errors import ConfigError, Fault, RejectedError
from ..records import CATEGORIES, RECORDS, asking, quoted
from ..records.sources import FILE_MISSING, FILE_PARTED, parted_otherwise

__all__ = ["LongRows", "read_rows"]

CSV_UNREADABLE = Fault(
    "statistics.counts_unreadable",
    en="{name} cannot be read as a .csv file parted by commas: a quote mark is out of place, or it is another"
    " kind of file",
    th="อ่าน {name} เป็นไฟล์ .csv ที่คั่นด้วยจุลภาคไม่ได้ มีเครื่องหมายคำพูดผิดที่ หรือเป็นไฟล์ชนิดอื่น",
)
NOT_UTF8 = Fault(
    "statistics.counts_not_utf8",
    en="{name} is not written in UTF-8 (a Thai spreadsheet may have saved it as TIS-620)",
    th="{name} ไม่ได้เข้ารหัสแบบ UTF-8 (โปรแกรมตารางคำนวณอาจบันทึกเป็น TIS-620)",
    next_en="Save it as CSV UTF-8 and run again.",
    next_th="บันทึกเป็น CSV UTF-8 แล้วเรียกใช้ใหม่",
)
COUNT_MISSING = Fault(
    "statistics.counts_column_missing",
    en="{name} has no column {column}, which a long table of counts needs (--count, or count_column, names"
    " another one); if it holds records, one a row, --dimensions says what to count them by",
    th="{name} ไม่มีคอลัมน์ {column} ซึ่งตารางแบบยาวต้องมี (ใช้ --count หรือ count_column ระบุชื่ออื่นได้)"
    " หากเป็นระเบียนแถวละรายการ ให้ระบุ --dimensions ว่านับตามคอลัมน์ใด",
)
ROW_WIDTH = Fault(
    "statistics.counts_row_width",
    en="line {line} of {name} has not as many fields as the header",
    th="บรรทัดที่ {line} ของ {name} มีจำนวนช่องไม่เท่ากับหัวตาราง",
)
HEADER_TWICE = Fault(
    "statistics.counts_header_twice",
    en="the header of {name} names a column twice, or leaves one without a name",
    th="หัวตารางของ {name} มีชื่อคอลัมน์ซ้ำ หรือมีคอลัมน์ที่ไม่มีชื่อ",
)


_Lines: TypeAlias = tuple[list[str], list[list[str]], list[int]]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LongRows:
    """A long table.

    Attributes:
        ids: Its columns but the one of counts.
        columns: Their values.
        counts: The counts, as written.
        lines: In which line of the file each row ends, or None where a file has no lines.
    """

    ids: tuple[str, ...]
    columns: tuple[Sequence[str | None], ...]
    counts: Sequence[str | None]
    lines: Sequence[int] | None


def read_rows(path: Path, *, count_column: str) -> LongRows:
    """Read a file of counts.

    Raises:
        RejectedError: it cannot be read, is of another form, or has no such column.
        ConfigError: there is no such file.
    """
    if not path.is_file():
        raise ConfigError(FILE_MISSING, name=path.name)
    rows = _of_csv(path) if path.suffix.lower() == ".csv" else _of_parquet(path)
    if count_column not in rows.ids:
        if parted_otherwise(rows.ids):
            raise RejectedError(FILE_PARTED, name=path.name)
        raise RejectedError(COUNT_MISSING, name=path.name, column=count_column)
    at = rows.ids.index(count_column)
    return LongRows(
        ids=rows.ids[:at] + rows.ids[at + 1 :],
        columns=rows.columns[:at] + rows.columns[at + 1 :],
        counts=rows.columns[at],
        lines=rows.lines,
    )


def _of_csv(path: Path) -> LongRows:
    found = _lines_of(path)
    # Raised here, where nothing of what was read is at hand: an error's context and frames are kept by many.
    if found == "encoding":
        raise RejectedError(NOT_UTF8, name=path.name)
    if found == "form":
        raise RejectedError(CSV_UNREADABLE, name=path.name)
    header, rows, lines = found
    if len(set(header)) < len(header) or "" in header:
        raise RejectedError(HEADER_TWICE, name=path.name)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            raise RejectedError(ROW_WIDTH, line=line, name=path.name)
    columns = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in header)
    return LongRows(ids=tuple(header), columns=columns, counts=(), lines=lines)


def _lines_of(path: Path) -> _Lines | Literal["encoding", "form"]:
    """The header, the rows and the line each ends in; or what is wrong with the file."""
    rows, lines = list[list[str]](), list[int]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            for row in filter(None, reader):
                rows.append(row)
                lines.append(reader.line_num)
    except UnicodeDecodeError:
        return "encoding"
    except (OSError, csv.Error):
        return "form"
    return header, rows, lines


def _of_parquet(path: Path) -> LongRows:
    with asking(path, columns=()) as ask:
        described = ask(f"DESCRIBE SELECT * FROM {RECORDS}", ())  # noqa: S608 - a constant of ours
    ids = tuple(str(row[0]) for row in described)
    with asking(path, columns=ids, kind=CATEGORIES) as ask:
        texts = ", ".join(f"{quoted(name)}::VARCHAR" for name in ids)
        rows = ask(f"SELECT {texts} FROM {RECORDS}", ())  # noqa: S608 - names are quoted
    columns = tuple(
        tuple(None if v is None else str(v) for v in column) for column in zip(*rows, strict=True)
    )
    return LongRows(ids=ids, columns=columns or tuple(() for _ in ids), counts=(), lines=None)
