"""The DataStore of the simulated catalogue: tables behind resources, with CKAN's surprises.

Every surprise here was tried on real servers: names cut at 63 bytes, a changed type ignored, numbers
that lose leading zeros, a batch that fails whole, a limit capped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from .envelope import Refusal, invalid, missing

__all__ = ["Table", "create_table", "delete_records", "describe", "search", "write_records"]

ROWS_MAX = 10_000
NAME_BYTES = 63
_NATIVE = {"int": "int4", "text": "text", "numeric": "numeric", "date": "date"}

Row = dict[str, object]


@dataclass(slots=True, kw_only=True)
class Table:
    """Columns (id → type, info), primary key, and rows by CKAN's own number."""

    columns: dict[str, tuple[str, dict[str, object]]] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    rows: dict[int, Row] = field(default_factory=dict)
    last_id: int = 0

    def index(self) -> dict[tuple[object, ...], int]:
        """Row numbers by key. NULL never collides, so such rows are left out."""
        keys = {tuple(row.get(k) for k in self.key): number for number, row in self.rows.items()}
        return {key: number for key, number in keys.items() if None not in key}


def _cut(name: str) -> str:
    return name.encode()[:NAME_BYTES].decode(errors="ignore")


def _declared(fields: object) -> dict[str, tuple[str, dict[str, object]]]:
    declared: dict[str, tuple[str, dict[str, object]]] = {}
    for item in fields if isinstance(fields, list) else []:
        name, kind, info = str(item.get("id", "")), str(item.get("type", "text")), item.get("info") or {}
        if not name or name.startswith("_") or '"' in name:
            raise invalid(fields=[f'"{name}" is not a valid field name'])
        if kind not in _NATIVE:
            raise invalid(fields=[f'"{kind}" is not a valid field type'])
        if _cut(name) in declared:
            raise Refusal(500, {"__type": "Internal Server Error", "message": "Internal Server Error"})
        declared[_cut(name)] = (kind, dict(info))
    return declared


def create_table(table: Table | None, data: Mapping[str, object]) -> Table:
    """Make a table, or add columns and labels to one; a type that differs is ignored."""
    declared = _declared(data.get("fields"))
    table = table or Table()
    for name, (kind, info) in declared.items():
        old_kind, old_info = table.columns.get(name, (kind, {}))
        table.columns[name] = (old_kind, info or old_info)
    key = data.get("primary_key")
    if isinstance(key, list) and key:
        table.key = tuple(str(name) for name in key)
    if data.get("records"):
        write_records(table, {**data, "method": "insert"})
    return table


def _typed(kind: str, value: object, row: int) -> object:
    if value is None or kind in {"text", "date"}:
        return value if value is None else str(value)
    text = str(value).strip()
    if not text:
        return None
    if re.fullmatch(r"-?\d+(\.\d+)?", text, re.ASCII) is None or (kind == "int" and "." in text):
        raise invalid(records=["invalid input syntax"], records_row=row)
    return float(text) if "." in text else int(text)


def _converted(table: Table, record: object, row: int) -> Row:
    if not isinstance(record, dict):
        raise invalid(records=["a record is not an object"], records_row=row)
    extra = [name for name in record if name not in table.columns]
    if extra:
        raise invalid(records=[f'row "{row}" has extra keys "{", ".join(extra)}"'], records_row=row)
    return {name: _typed(table.columns[name][0], value, row) for name, value in record.items()}


def write_records(table: Table, data: Mapping[str, object]) -> None:
    """Insert or upsert all records or none."""
    records, method = data.get("records"), data.get("method", "upsert")
    if method != "insert" and not table.key:
        raise invalid(table=["table does not have a unique key defined"])
    rows, last_id, index = {n: dict(r) for n, r in table.rows.items()}, table.last_id, table.index()
    for position, record in enumerate(records if isinstance(records, list) else []):
        row = _converted(table, record, position)
        lacking = [name for name in table.key if name not in row]
        if lacking and method != "insert":
            raise invalid(key=[f'fields "{", ".join(lacking)}" are missing'])
        key = tuple(row.get(name) for name in table.key)
        number = index.get(key) if table.key else None
        if number is not None and method == "insert":
            raise invalid(
                constraints=["Cannot insert records because of uniqueness constraint"],
                info={"orig": "duplicate key value violates unique constraint"},
            )
        if number is None:
            last_id += 1
            number = last_id
            rows[number] = dict.fromkeys(table.columns)
            index[key] = number
        rows[number].update(row)
    table.rows, table.last_id = rows, last_id


def _matches(number: int, row: Row, filters: Mapping[str, object]) -> bool:
    for name, wanted in filters.items():
        value = number if name == "_id" else row.get(name)
        if value not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def _filters(table: Table, data: Mapping[str, object]) -> dict[str, object]:
    filters = data.get("filters") or {}
    if not isinstance(filters, dict) or any(n not in table.columns and n != "_id" for n in filters):
        raise invalid(filters=["field does not exist in table"])
    return filters


def delete_records(table: Table, data: Mapping[str, object]) -> None:
    """Delete what the filters name; an empty filter deletes all, none at all is refused."""
    if "filters" not in data:
        raise invalid(filters=["Missing value"])
    filters = _filters(table, data)
    table.rows = {n: row for n, row in table.rows.items() if not _matches(n, row, filters)}


def describe(table: Table | None, resource_id: str) -> dict[str, object]:
    """What ``datastore_info`` says."""
    if table is None:
        raise missing()
    fields = [
        {
            "id": name,
            "type": _NATIVE[kind],
            "schema": {"native_type": _NATIVE[kind], "uniquekey": name in table.key},
            **({"info": info} if info else {}),
        }
        for name, (kind, info) in table.columns.items()
    ]
    return {"meta": {"id": resource_id, "count": len(table.rows), "aliases": []}, "fields": fields}


def _order(name: str, row: Row) -> tuple[bool, float, str]:
    value = row.get(name)
    return value is None, value if isinstance(value, int | float) else 0.0, str(value)


def search(table: Table | None, data: Mapping[str, object]) -> dict[str, object]:
    """What ``datastore_search`` says; sorting is by row number or by named columns."""
    if table is None:
        raise missing()
    filters, limit = _filters(table, data), min(int(str(data.get("limit", 100))), ROWS_MAX)
    offset = int(str(data.get("offset", 0)))
    found = [{"_id": n, **row} for n, row in table.rows.items() if _matches(n, row, filters)]
    for part in reversed([p.split() for p in str(data.get("sort") or "_id").split(",")]):
        name, is_descending = part[0], part[1:] == ["desc"]
        found.sort(key=partial(_order, name), reverse=is_descending)
    return {
        "resource_id": data.get("resource_id"),
        "fields": [{"id": "_id", "type": "int"}, *_columns(table)],
        "records": found[offset : offset + limit],
        "total": len(found),
        "limit": limit,
        "offset": offset,
    }


def _columns(table: Table) -> list[dict[str, object]]:
    described = describe(table, "")["fields"]
    return [dict(item) for item in described] if isinstance(described, list) else []
