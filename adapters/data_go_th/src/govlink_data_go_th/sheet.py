"""A release as the DataStore table it becomes: one column per dimension, ``count``, ``conf_status``.

The last column carries SDMX's CL_CONF_STATUS: ``F`` free for publication, ``C`` confidential. A ``C``
row has no count. Column ids are ASCII, because the database cuts ids at 63 bytes, which is 21 Thai
letters, without saying so (tried), and because data.go.th asks for English column names
(documented); the Thai label goes into the column's ``info``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar
from uuid import NAMESPACE_URL, uuid5

from govlink.errors import Fault, Problem, ProtectionError, RejectedError
from govlink.models.release import CellStatus, Release

from .settings import PLATFORM

__all__ = [
    "CONTENT_KEY",
    "COUNT",
    "PENDING",
    "STATUS",
    "WITHDRAWN",
    "Column",
    "Row",
    "RowChanges",
    "Sheet",
    "changes_between",
    "resource_id_of",
    "sheet_of",
    "split",
]

T = TypeVar("T")
Row: TypeAlias = tuple[str | int | None, ...]

CONTENT_KEY = "govlink_content"
"""Resource field of ours that holds the digest of the rows; CKAN stores unknown resource keys (tried).
It is set in the call that makes the rows public, becomes ``PENDING`` in the call that hides them to
change them, and ``WITHDRAWN`` when a dataset is withdrawn that holds no digest. So a private dataset
with a digest was hidden by somebody else, and one that is ``PENDING`` by a publication that broke off.
"""

PENDING, WITHDRAWN = "pending", "withdrawn"

LAYOUT = "1"
"""Rises when the same release would make other rows, so that old digests stop matching."""

COUNT, STATUS = "count", "conf_status"
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:govlink:data_go_th:resource")
_COLUMN_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")

COLUMN_ID = Fault(
    "data_go_th.column_id",
    en="a column id is 1 to 63 ASCII letters, digits and _, begins with a letter and is unique",
    th="ชื่อคอลัมน์ต้องเป็นอักษรอังกฤษ ตัวเลข หรือ _ ยาว 1-63 ตัว ขึ้นต้นด้วยตัวอักษร และไม่ซ้ำกัน",
)
ROW_KEY = Fault(
    "data_go_th.row_key",
    en="a row's key has one non-empty text without control characters per dimension and is unique",
    th="คีย์ของแถวต้องมีค่าครบทุกมิติ ไม่ว่าง ไม่มีอักขระควบคุม และไม่ซ้ำกัน",
)
TABLE_INVALID = Fault(
    "data_go_th.table_invalid",
    en="the table cannot be stored as it is",
    th="ไม่สามารถจัดเก็บตารางในรูปแบบนี้ได้",
)
MASK_BROKEN = Fault(
    "data_go_th.mask_broken",
    en="counts, masks and the protection report disagree; nothing was published",
    th="ค่า การปกปิด และรายงานการปกปิดไม่ตรงกัน ยังไม่มีการเผยแพร่",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A table column; ``label`` is Thai, ``notes`` English."""

    id: str
    type: str
    label: str
    notes: str

    def wire(self) -> dict[str, object]:
        """The column as ``datastore_create`` takes it."""
        return {"id": self.id, "type": self.type, "info": {"label": self.label, "notes": self.notes}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Columns, and rows sorted by key; ``digest`` names the content, ``masked_count`` the C rows."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str
    masked_count: int

    def record(self, row: Row) -> dict[str, object]:
        """A row as the DataStore takes it."""
        return {column.id: value for column, value in zip(self.columns, row, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChanges:
    """What makes stored rows equal to a sheet's; ``stale_ids`` are CKAN's own row numbers."""

    rows: tuple[Row, ...]
    stale_ids: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.rows or self.stale_ids)


def resource_id_of(dataset: str, *, resource_key: str = "table") -> str:
    """The id of a dataset's resource: the same always, so that creating it twice makes one.

    Editors may choose a resource's id, unlike a dataset's (tried).
    """
    return str(uuid5(_NAMESPACE, f"{dataset}\x00{resource_key}"))


def _columns_of(release: Release) -> tuple[Column, ...]:
    dimensions = tuple(
        Column(id=d.id, type="text", label=d.label_th, notes=d.label_en) for d in release.table.dimensions
    )
    return (
        *dimensions,
        Column(id=COUNT, type="int", label="จำนวน", notes="Count; empty where suppressed"),
        Column(
            id=STATUS,
            type="text",
            label="สถานะการปกปิดข้อมูล (F เผยแพร่, C ปกปิด)",
            notes="SDMX CL_CONF_STATUS: F free for publication, C confidential",
        ),
    )


def _check_columns(columns: tuple[Column, ...]) -> Iterator[Problem]:
    seen: set[str] = set()
    # backwards, so that a dimension named like one of our own columns is the one at fault
    for index, column in reversed(list(enumerate(columns))):
        if _COLUMN_ID.fullmatch(column.id) is None or column.id.lower() in seen:
            yield Problem(pointer=f"/table/dimensions/{index}/id", fault=COLUMN_ID)
        seen.add(column.id.lower())


def _check_keys(keys: Iterable[tuple[str, ...]], *, width: int) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    for index, key in enumerate(keys):
        is_plain = len(key) == width and all(part and part.isprintable() for part in key)
        if not is_plain or key in seen:
            yield Problem(pointer=f"/table/cells/{index}/keys", fault=ROW_KEY)
        seen.add(key)


def _check_masks(release: Release) -> int:
    cells, report = release.table.cells, release.report
    masked = sum(cell.status is CellStatus.CONFIDENTIAL for cell in cells)
    agrees = all((cell.value is None) == (cell.status is CellStatus.CONFIDENTIAL) for cell in cells)
    if not agrees or (len(cells) - masked, masked) != (report.cells_published, report.cells_suppressed):
        raise ProtectionError(MASK_BROKEN, platform=PLATFORM)
    return masked


def sheet_of(release: Release) -> Sheet:
    """The table a release becomes.

    Raises:
        ProtectionError: a masked cell holds a number, or the report counts other cells.
        RejectedError: a column id or a row key that the DataStore would cut, merge or refuse.
    """
    table, columns = release.table, _columns_of(release)
    masked = _check_masks(release)
    problems = (
        *_check_columns(columns),
        *_check_keys((c.keys for c in table.cells), width=len(table.dimensions)),
    )
    if problems:
        raise RejectedError(TABLE_INVALID, platform=PLATFORM, problems=problems[:100])
    cells = sorted(table.cells, key=lambda cell: cell.keys)
    return Sheet(
        columns=columns,
        key=tuple(d.id for d in table.dimensions),
        rows=tuple((*c.keys, c.value, c.status.value) for c in cells),
        digest=f"{LAYOUT}:{table.sha256_hex()}",
        masked_count=masked,
    )


def changes_between(sheet: Sheet, stored: Iterable[Mapping[str, object]]) -> RowChanges:
    """Rows to write and stored rows to delete. A row of a former, finer release must not survive."""
    wanted = {row[: len(sheet.key)]: row for row in sheet.rows}
    stale: list[int] = []
    for record in stored:
        key = tuple(record.get(name) for name in sheet.key)
        row = wanted.get(key)  # type: ignore[arg-type]  # a stored key may hold anything; it then matches none
        row_id = record.get("_id")
        if row is None and isinstance(row_id, int):
            stale.append(row_id)
        elif row is not None and sheet.record(row) == {c.id: record.get(c.id) for c in sheet.columns}:
            del wanted[row[: len(sheet.key)]]
    return RowChanges(rows=tuple(wanted.values()), stale_ids=tuple(sorted(stale)))


def split(items: tuple[T, ...], size: int) -> Iterator[tuple[T, ...]]:
    """The items in parts of at most ``size``, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
