"""How a stored table becomes one of other columns.

CKAN adds columns, keeps those it is not told of, and takes a changed type without changing it (tried).
So a column is added in place and dropped in place; a changed type or key means a new table under the
same resource id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from govlink.errors import Fault, Problem, RejectedError
from govlink.models.publication import ColumnChange, Consent
from govlink.models.table import Column, ColumnType, Table

from .identity import TABLE_KEY_KEY
from .parse import StoredTable
from .settings import PLATFORM

__all__ = ["ColumnWork", "Columns", "asked_type", "columns_to_do", "info_of", "key_text", "type_of"]

COLUMNS_LOST = Fault(
    "data_go_th.columns_lost",
    en="columns that people may be using would be dropped; name them in drop_columns to allow it",
    th="คอลัมน์ที่อาจมีผู้ใช้งานอยู่จะถูกลบ หากต้องการลบให้ระบุชื่อใน drop_columns",
)
COLUMN_LOST = Fault(
    "data_go_th.column_lost",
    en="the stored table has this column, the table given has not",
    th="ตารางที่จัดเก็บมีคอลัมน์นี้ แต่ตารางที่ให้มาไม่มี",
)

# PostgreSQL's names for what was asked as int, bool, timestamp (tried); varchar is our own quicker text
_TYPE_NAMES: Mapping[str, str] = {
    "varchar": "text",  # differs in the empty text only, which a table does not have
    "int4": "int",
    "integer": "int",
    "boolean": "bool",
    "timestamp without time zone": "timestamp",
}


class ColumnWork(StrEnum):
    """What has to be done to the table before its rows."""

    NOTHING = "nothing"
    CREATE = "create"
    RELABEL = "relabel"
    """Only texts of the data dictionary differ."""
    EXTEND = "extend"
    DROP = "drop"
    """Columns go, with or without others that come."""
    REBUILD = "rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The work on the table itself, and what it changes column by column."""

    work: ColumnWork
    changes: tuple[ColumnChange, ...] = ()

    @property
    def is_reshaped(self) -> bool:
        """Whether readers would meet other columns than before."""
        return self.work in {ColumnWork.EXTEND, ColumnWork.DROP, ColumnWork.REBUILD}


def type_of(kind: str) -> str:
    """A stored type by the name it is asked for with."""
    return _TYPE_NAMES.get(kind, kind)


def asked_type(column: Column, *, text_type: str, version: tuple[int, int] | None) -> str:
    """The type to ask for; ``text_type`` is the setting of how texts are to be stored."""
    if column.type is not ColumnType.TEXT:
        return column.type.value
    if text_type != "auto":
        return text_type
    return "text" if version is not None and version >= (2, 12) else "varchar"


def info_of(column: Column) -> dict[str, str]:
    """The column's entry in CKAN's data dictionary: the Thai label, and the English one in the notes."""
    notes = " - ".join(text for text in (column.label_en, column.notes) if text)
    return {"label": column.label_th, "notes": notes}


def key_text(table: Table) -> str:
    """The table's key as its resource keeps it."""
    return ",".join(table.key)


def _changes(table: Table, stored: StoredTable) -> tuple[ColumnChange, ...]:
    there = {name: (type_of(kind), label, notes) for name, kind, label, notes in stored.columns}
    changes: list[ColumnChange] = []
    for column in table.columns:
        kind, label, notes = there.pop(column.id, ("", "", ""))
        wanted = info_of(column)
        if not kind:
            changes.append(ColumnChange(id=column.id, change="add", wanted=column.type.value))
        elif kind != column.type.value:
            changes.append(ColumnChange(id=column.id, change="retype", stored=kind, wanted=column.type.value))
        elif (label, notes) != (wanted["label"], wanted["notes"]):
            changes.append(ColumnChange(id=column.id, change="relabel", stored=label, wanted=wanted["label"]))
    changes += [ColumnChange(id=name, change="drop", stored=kind) for name, (kind, _, _) in there.items()]
    return tuple(changes)


def _check_drops(changes: tuple[ColumnChange, ...], consent: Consent) -> None:
    lost = [c.id for c in changes if c.change == "drop" and c.id not in consent.drop_columns]
    if lost:
        problems = tuple(Problem(pointer=f"/columns/{name}", fault=COLUMN_LOST) for name in lost)
        raise RejectedError(
            COLUMNS_LOST, platform=PLATFORM, operation="datastore_create", problems=problems[:100]
        )


def columns_to_do(
    table: Table,
    stored: StoredTable | None,
    *,
    resource: Mapping[str, object] | None,
    consent: Consent,
    version: tuple[int, int] | None,
) -> Columns:
    """The work on the table. Only from 2.11 on can CKAN drop single columns (seen in code).

    Raises:
        RejectedError: a stored column would be lost that ``consent.drop_columns`` does not name.
    """
    if stored is None:
        return Columns(work=ColumnWork.CREATE)
    changes = _changes(table, stored)
    _check_drops(changes, consent)
    kinds = {change.change for change in changes}
    can_drop = version is not None and version >= (2, 11)
    is_rekeyed = (resource or {}).get(TABLE_KEY_KEY) != key_text(table)
    if is_rekeyed or "retype" in kinds or ("drop" in kinds and not can_drop):
        return Columns(work=ColumnWork.REBUILD, changes=changes)
    by_kind = (("drop", ColumnWork.DROP), ("add", ColumnWork.EXTEND), ("relabel", ColumnWork.RELABEL))
    work = next((work for kind, work in by_kind if kind in kinds), ColumnWork.NOTHING)
    return Columns(work=work, changes=changes)
