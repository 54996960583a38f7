"""``table.csv``: a protected table as the file that is published, and back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ...errors import Fault, RejectedError
from ...models.release import CellStatus, Dimension, ProtectedTable, ReleasedCell
from ...tables.inert import inert, original

__all__ = ["read_table", "table_csv"]

TABLE_UNREADABLE = Fault(
    "statistics.table_unreadable",
    en="this is not a table.csv that govlink wrote (line {line})",
    th="ไม่ใช่ไฟล์ table.csv ที่ govlink เขียน (บรรทัด {line})",
)

_LAST_COLUMNS = ["value", "status"]


def table_csv(table: ProtectedTable) -> bytes:
    """The table as RFC 4180 CSV in UTF-8 with a byte-order mark; the same table gives the same bytes.

    A column for each dimension, ``value`` (empty where hidden) and ``status`` (SDMX: F free,
    C confidential). A category that a spreadsheet would run as a formula gets a leading quote mark, which
    ``read_table`` takes off.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(d.id for d in table.dimensions), *_LAST_COLUMNS])
    for cell in table.cells:
        value = "" if cell.value is None else cell.value
        writer.writerow([*map(inert, cell.keys), value, cell.status.value])
    return text.getvalue().encode("utf-8-sig")


def read_table(
    path: Path, *, parents: Mapping[str, tuple[tuple[str, str], ...]] | None = None
) -> ProtectedTable:
    """Read a ``table.csv`` back, for an audit by whoever holds the file.

    Labels are not in the file: each dimension's labels are its id. Hierarchies are not in it either, but in
    the report beside it (``ProtectionReport.parents``); without them the digest is not that of the table
    written, and an audit knows less than an attacker does.

    Args:
        path: The file.
        parents: Each dimension's codes with the code they are part of.

    Raises:
        RejectedError: the file is not one that ``write_release`` writes.
        OSError: the file cannot be read.
    """
    rows = _rows(path)
    if rows is None:
        raise RejectedError(TABLE_UNREADABLE, line=1)
    header = rows[0] if rows else []
    names = header[:-2]
    if not names or header[-2:] != _LAST_COLUMNS or len(set(names)) < len(names):
        raise RejectedError(TABLE_UNREADABLE, line=1)
    dimensions = tuple(
        Dimension(id=name, label_th=name, label_en=name, parents=(parents or {}).get(name, ()))
        for name in names
    )
    cells = tuple(_cell(row, width=len(header), line=line) for line, row in enumerate(rows[1:], start=2))
    return ProtectedTable(dimensions=dimensions, cells=cells)


def _rows(path: Path) -> list[list[str]] | None:
    with suppress(UnicodeDecodeError, csv.Error):
        text = path.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return None


def _cell(row: list[str], *, width: int, line: int) -> ReleasedCell:
    # Python's own error would show the field, which may be a count in the wrong column.
    with suppress(ValueError):
        *codes, value, status = row
        if len(row) == width and (not value or (value.isascii() and value.isdigit())):
            keys = tuple(map(original, codes))
            return ReleasedCell(keys=keys, value=int(value) if value else None, status=CellStatus(status))
    raise RejectedError(TABLE_UNREADABLE, line=line)
