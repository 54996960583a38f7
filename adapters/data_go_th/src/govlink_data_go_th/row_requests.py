"""The requests that make, change and fill a table, with JSON written row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from govlink.flow import Effect, Request
from govlink.models.table import Row, Table
from govlink.wire import json_body

from .answers import transient_row_answer
from .columns import asked_type, info_of
from .requests import call
from .settings import DataGoThSettings

__all__ = [
    "encoded_row",
    "request_datastore_create",
    "request_datastore_drop",
    "request_rows_delete",
    "request_rows_write",
]


def _row_call(
    settings: DataGoThSettings, action: str, content: Mapping[str, object], effect: Effect
) -> Request:
    request = call(settings, action, content, effect)
    return replace(request, timeout_s=settings.load_timeout_s, transient=transient_row_answer)


def request_datastore_create(
    settings: DataGoThSettings,
    resource_id: str,
    table: Table,
    *,
    version: tuple[int, int] | None,
    drops_columns: bool = False,
) -> Request:
    """Make the table, add columns to it, or renew its labels; repeating it changes nothing (tried).

    Never with ``resource``: should the table fail, the resource made for it would stay (tried).
    ``drops_columns`` drops those that are not given (``delete_fields``, from CKAN 2.11).
    """
    content: dict[str, object] = {
        "resource_id": resource_id,
        "fields": [
            {
                "id": c.id,
                "type": asked_type(c, text_type=settings.text_type, version=version),
                "info": info_of(c),
            }
            for c in table.columns
        ],
        "primary_key": list(table.key),
    }
    if drops_columns:
        content["delete_fields"] = True
    return _row_call(settings, "datastore_create", content, Effect.IDEMPOTENT)


def request_datastore_drop(settings: DataGoThSettings, resource_id: str) -> Request:
    """Drop the whole table, which is what ``datastore_delete`` does without filters (tried)."""
    return _row_call(settings, "datastore_delete", {"resource_id": resource_id}, Effect.IDEMPOTENT)


def encoded_row(table: Table, row: Row) -> bytes:
    """A row as the DataStore takes it."""
    return json_body({column.id: value for column, value in zip(table.columns, row, strict=True)})


def _around(request: Request, name: str, items: Sequence[bytes]) -> Request:
    body = request.body
    if not isinstance(body, bytes):
        raise TypeError("a call without a body holds no rows")
    return replace(request, body=body[:-1] + f',"{name}":['.encode() + b",".join(items) + b"]}")


def request_rows_write(
    settings: DataGoThSettings, resource_id: str, records: Sequence[bytes], *, method: str
) -> Request:
    """Write encoded rows by ``insert`` or ``upsert``, all or none (tried).

    An insert is about five times as fast, and refused when repeated; an upsert adds or replaces by key
    (tried). Both are told as writes: after a time-out the sender makes a smaller call, not the same one.
    """
    content = {"resource_id": resource_id, "method": method}
    request = _row_call(settings, "datastore_upsert", content, Effect.WRITE)
    return _around(request, "records", records)


def request_rows_delete(settings: DataGoThSettings, resource_id: str, row_ids: Sequence[bytes]) -> Request:
    """Delete rows by CKAN's own row numbers; ``datastore_records_delete`` exists from 2.11 only.

    The filter must be there: without one, CKAN drops the whole table. (seen in code)
    """
    if not row_ids:
        raise ValueError("no rows to delete")
    request = _row_call(settings, "datastore_delete", {"resource_id": resource_id}, Effect.WRITE)
    body = b'{"_id":[' + b",".join(row_ids) + b"]}"
    return replace(request, body=json_body({"resource_id": resource_id})[:-1] + b',"filters":' + body + b"}")
