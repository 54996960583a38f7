"""The rows of a long table as text, column by column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...errors import Fault, RejectedError
from ..records import CATEGORIES, RECORDS, asking, quoted
from ..records.sources import COLUMN_MISSING

__all__ = ["LongRows", "read_rows"]

CSV_UNREADABLE = Fault(
    "statistics.counts_unreadable",
    en="{name} is no table of counts: a .csv file in UTF-8, or a .parquet file",
    th="{name} ไม่ใช่ตารางจำนวนนับ ต้องเป็นแฟ้ม .csv แบบ UTF-8 หรือแฟ้ม .parquet",
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
    """
    rows = _of_csv(path) if path.suffix.lower() == ".csv" else _of_parquet(path)
    if count_column not in rows.ids:
        raise RejectedError(COLUMN_MISSING, column=count_column)
    at = rows.ids.index(count_column)
    return LongRows(
        ids=rows.ids[:at] + rows.ids[at + 1 :],
        columns=rows.columns[:at] + rows.columns[at + 1 :],
        counts=rows.columns[at],
        lines=rows.lines,
    )


def _of_csv(path: Path) -> LongRows:
    rows, lines = list[list[str]](), list[int]()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            for row in reader:
                if row and len(row) != len(header):
                    raise RejectedError(ROW_WIDTH, line=reader.line_num, name=path.name)
                if row:
                    rows.append(row)
                    lines.append(reader.line_num)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise RejectedError(CSV_UNREADABLE, name=path.name) from None
    if len(set(header)) < len(header) or "" in header:
        raise RejectedError(HEADER_TWICE, name=path.name)
    columns = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in header)
    return LongRows(ids=tuple(header), columns=columns, counts=(), lines=lines)


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
