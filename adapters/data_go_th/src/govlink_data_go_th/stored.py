"""Which rows are stored already: by mark and last row where that suffices, else by reading them back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path

from govlink.flow import Flow, Response
from govlink.models.table import Column, ColumnType, Row, Table, Value

from .answers import result_of
from .columns import Columns, ColumnWork
from .identity import Stage, digest_of, mark_of
from .parse import StoredTable, parse_page
from .requests import request_datastore_dump, request_datastore_page
from .settings import DataGoThSettings
from .survey import Survey, ask

__all__ = ["RowWork", "Rows", "read_stored", "rows_to_do"]


class RowWork(StrEnum):
    """How the stored rows become the table's."""

    NOTHING = "nothing"
    LOAD = "load"
    """The table is empty, or holds the first rows: insert the rest."""
    COMPARE = "compare"
    """Read the stored rows back and write what differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The work on the rows; ``skip`` rows of a load are there."""

    work: RowWork
    skip: int = 0


def _is_same(column: Column, value: Value, stored: object) -> bool:
    """Whether a stored value, as ``datastore_search`` tells it, is ours; in doubt it is not."""
    if value is None or stored is None:
        return value is None and stored in (None, "")
    if column.type is ColumnType.NUMERIC:
        try:
            return Decimal(str(value)) == Decimal(str(stored))
        except InvalidOperation:
            return False
    if column.type in {ColumnType.DATE, ColumnType.TIMESTAMP}:
        return str(stored).startswith(str(value))
    return type(stored) is type(value) and stored == value


def _is_last(table: Table, record: Mapping[str, object], *, count: int) -> bool:
    row: Row | None = next(table.rows(skip=count - 1), None)
    if row is None:
        return False
    return all(_is_same(c, v, record.get(c.id)) for c, v in zip(table.columns, row, strict=True))


def _loaded(table: Table, stored: StoredTable) -> int | None:
    """How many first rows are there after a load that broke off; None where something else is there.

    Rows go in serially and in key order. So if the last stored row is the N-th of the table and there are
    N of them, they are its first N.
    """
    count = stored.row_count
    if count == 0:
        return 0
    is_first_part = count <= table.row_count and len(stored.records) == 1
    return count if is_first_part and _is_last(table, stored.records[0], count=count) else None


def rows_to_do(table: Table, found: Survey, columns: Columns) -> Rows:
    """The work on the rows; sends nothing."""
    stored, mark, digest = found.table, mark_of(found.resource), digest_of(table)
    is_new = columns.work in {ColumnWork.CREATE, ColumnWork.REBUILD}
    if is_new or stored is None or stored.row_count == 0:
        is_done = not is_new and table.row_count == 0 and (mark.stage, mark.digest) == (Stage.PUBLIC, digest)
        return Rows(work=RowWork.NOTHING if is_done else RowWork.LOAD)
    if columns.is_reshaped or mark.digest != digest:
        return Rows(work=RowWork.COMPARE)
    if mark.stage is Stage.LOADING and (count := _loaded(table, stored)) is not None:
        return Rows(work=RowWork.LOAD, skip=count)
    is_whole = mark.stage is Stage.PUBLIC and stored.row_count == table.row_count
    return Rows(work=RowWork.NOTHING if is_whole else RowWork.COMPARE)


def read_stored(
    settings: DataGoThSettings, resource_id: str, *, stored: StoredTable, path: Path
) -> Flow[Path]:
    """All stored rows as a CSV file with ``_id`` first; memory stays flat.

    On the wire: one GET of the table's download. Where a catalogue or something before it answers
    anything else than the file, pages of ``datastore_search`` in the same form.
    """
    request = request_datastore_dump(settings, resource_id, sink=path)
    response = yield request
    if response.status == 200 and not _is_page(response):
        return path
    if response.status not in {200, 403, 404}:
        result_of(response, operation=request.operation)
    return (yield from _read_pages(settings, resource_id, stored=stored, path=path))


def _is_page(response: Response) -> bool:
    return "html" in (response.header("Content-Type") or "").lower()


def _read_pages(
    settings: DataGoThSettings, resource_id: str, *, stored: StoredTable, path: Path
) -> Flow[Path]:
    header = ",".join(["_id", *(name for name, *_ in stored.columns)])
    path.write_text(f"{header}\n", "utf-8")
    offset = 0
    while offset < stored.row_count:
        request = request_datastore_page(settings, resource_id, offset=offset)
        text, allowed = parse_page((yield from ask(request)), operation=request.operation)
        if not text or not allowed:
            break
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)
        offset += allowed
    return path
