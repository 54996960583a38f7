"""From true counts to a release, and a release on disk.

Nothing else makes a ``Release``: a table gets its seal here, after the audit has passed.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from ..errors import Fault, RejectedError
from ..models.release import (
    CellStatus,
    Dimension,
    ProtectedTable,
    ProtectionReport,
    Release,
    ReleasedCell,
    seal,
)
from ..tables.inert import inert, original
from .audit import NOT_COVERED, confirm
from .policy import DisclosurePolicy
from .protect import protect
from .reading import demand_report_of, read_report
from .tabulate import RawTable

__all__ = ["ReleaseFiles", "read_release", "read_table", "release", "write_release"]

TABLE_UNREADABLE = Fault(
    "statistics.table_unreadable",
    en="this is not a table.csv that govlink wrote (line {line})",
    th="ไม่ใช่แฟ้ม table.csv ที่ govlink เขียน (บรรทัด {line})",
)
TABLE_MISSING = Fault(
    "statistics.table_missing", en="there is no {name} in the release", th="ไม่พบ {name} ในผลการปกปิดข้อมูล"
)
DIMENSIONS_DIFFER = Fault(
    "statistics.dimensions_differ",
    en="the table is counted by {found}, and other columns are described",
    th="ตารางนับตาม {found} ซึ่งไม่ตรงกับคอลัมน์ที่อธิบายไว้",
)

TABLE_NAME = "table.csv"
REPORT_NAME = "report.json"
_SOLVER_AND_ENGINE = ("govlink", "highspy", "duckdb", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFiles:
    """Where a release was written."""

    table: Path
    report: Path


def release(raw: RawTable, *, policy: DisclosurePolicy) -> Release:
    """Protect the table, attack the result, and seal what held.

    Raises:
        ProtectionError: the table cannot be protected, or the audit found a cell that gives way.
    """
    table = protect(raw, policy=policy)
    result = confirm(table, threshold=policy.threshold)
    report = ProtectionReport(
        policy_id=policy.id,
        policy_version=policy.version,
        method=policy.method,
        threshold=policy.threshold,
        cells_published=len(table.cells) - result.audited,
        cells_suppressed=result.audited,
        suppressed_share=round(result.audited / len(table.cells), 6),
        audit_verdict="passed",
        audited_cells=result.audited,
        table_sha256_hex=table.sha256_hex(),
        versions={name: version(name) for name in _SOLVER_AND_ENGINE},
        not_covered=NOT_COVERED,
    )
    return seal(table=table, report=report)


def write_release(release: Release, directory: Path) -> ReleaseFiles:
    """Write ``table.csv`` and ``report.json``; the same release gives the same bytes.

    The table is RFC 4180 CSV in UTF-8 with a byte-order mark: a column for each dimension, ``value``
    (empty where hidden) and ``status`` (SDMX: F free, C confidential). A category that a spreadsheet
    would run as a formula gets a leading quote mark, which ``read_table`` takes off. Each file
    appears whole or not at all, the report last.

    Raises:
        ProtectionError: the release was altered after it was sealed.
        OSError: the directory cannot be written.
    """
    release.verify_seal()
    directory.mkdir(parents=True, exist_ok=True)
    report = json.dumps(asdict(release.report), ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    files = ReleaseFiles(table=directory / TABLE_NAME, report=directory / REPORT_NAME)
    _write(files.table, _csv(release.table))
    _write(files.report, report.encode())
    return files


def read_table(path: Path) -> ProtectedTable:
    """Read a ``table.csv`` back, for an audit by whoever holds the file.

    Labels are not in the file: each dimension's labels are its id. The digest is that of the table
    written.

    Raises:
        RejectedError: the file is not one that ``write_release`` writes.
        OSError: the file cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise RejectedError(TABLE_UNREADABLE, line=1) from error
    header = rows[0] if rows else []
    if len(header) < 3 or header[-2:] != ["value", "status"]:
        raise RejectedError(TABLE_UNREADABLE, line=1)
    dimensions = tuple(Dimension(id=name, label_th=name, label_en=name) for name in header[:-2])
    cells = tuple(_cell(row, width=len(header), line=line) for line, row in enumerate(rows[1:], start=2))
    return ProtectedTable(dimensions=dimensions, cells=cells)


def read_release(directory: Path, *, dimensions: tuple[Dimension, ...]) -> Release:
    """Read back what ``write_release`` wrote, attack the table once more, and seal it again.

    ``dimensions`` give the labels, which are not in the files; their ids must be the table's columns, in
    order. The seal stops mistakes: who rewrites table and report together, and knows how, is not stopped.

    Raises:
        RejectedError: there is no table, it is not one, or its columns are others.
        ProtectionError: the report is missing, is not one, or is not of this table; or hidden cells give way.
        OSError: a file cannot be read.
    """
    try:
        bare = read_table(directory / TABLE_NAME)
    except FileNotFoundError:
        raise RejectedError(TABLE_MISSING, name=TABLE_NAME) from None
    report = read_report(directory / REPORT_NAME)
    demand_report_of(bare, report, name=REPORT_NAME)
    found = tuple(dimension.id for dimension in bare.dimensions)
    if found != tuple(dimension.id for dimension in dimensions):
        raise RejectedError(DIMENSIONS_DIFFER, found=", ".join(found))
    table = ProtectedTable(dimensions=dimensions, cells=bare.cells)
    confirm(table, threshold=report.threshold)
    return seal(table=table, report=report)


def _cell(row: list[str], *, width: int, line: int) -> ReleasedCell:
    try:
        *codes, value, status = row
        if len(row) != width or (value and not (value.isascii() and value.isdigit())):
            raise RejectedError(TABLE_UNREADABLE, line=line)
        keys = tuple(map(original, codes))
        return ReleasedCell(keys=keys, value=int(value) if value else None, status=CellStatus(status))
    except ValueError as error:
        raise RejectedError(TABLE_UNREADABLE, line=line) from error


def _csv(table: ProtectedTable) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(d.id for d in table.dimensions), "value", "status"])
    for cell in table.cells:
        value = "" if cell.value is None else cell.value
        writer.writerow([*map(inert, cell.keys), value, cell.status.value])
    return text.getvalue().encode("utf-8-sig")


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # it is made to be published, and a temporary file is private
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
