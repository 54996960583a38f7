"""The requests to CKAN, one function per action; all are POST with JSON and the raw token.

``package_update`` and ``resource_update`` are not here on purpose: up to CKAN 2.11 the first deletes
every resource it is not told of, and the second drops every field (tried). Nor are ``package_patch``
and ``resource_patch``, which would overwrite what a person changed since the dataset was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from govlink.flow import Effect, Request
from govlink.wire import json_body

from .answers import transient_row_answer
from .metadata import Wanted
from .parse import Package
from .settings import DataGoThSettings
from .sheet import Row, Sheet

__all__ = [
    "request_datastore_create",
    "request_datastore_delete",
    "request_datastore_insert",
    "request_datastore_search",
    "request_datastore_upsert",
    "request_organization_list_for_user",
    "request_package_create",
    "request_package_revise",
    "request_package_show",
    "request_resource_create",
    "request_scheming_dataset_schema_show",
    "request_status_show",
]


def _call(
    settings: DataGoThSettings, action: str, content: Mapping[str, object], effect: Effect = Effect.READ
) -> Request:
    return Request(
        method="POST",
        url=settings.action_url(action),
        operation=action,
        effect=effect,
        headers=(
            ("Content-Type", "application/json"),
            (settings.token_header, settings.access_token.get_secret_value()),
        ),
        body=json_body(content),
        timeout_s=settings.timeout_s,
    )


def _row_call(
    settings: DataGoThSettings, action: str, content: Mapping[str, object], effect: Effect
) -> Request:
    request = _call(settings, action, content, effect)
    return replace(request, timeout_s=settings.load_timeout_s, transient=transient_row_answer)


def request_status_show(settings: DataGoThSettings) -> Request:
    """Ask for the versions of CKAN and of the Thai extension."""
    return _call(settings, "status_show", {})


def request_scheming_dataset_schema_show(settings: DataGoThSettings) -> Request:
    """Ask for the live metadata schema; it can be read without a token (tried)."""
    return _call(settings, "scheming_dataset_schema_show", {"type": "dataset"})


def request_organization_list_for_user(settings: DataGoThSettings) -> Request:
    """Ask where this token may create datasets: the one way to tell a bad token (tried)."""
    return _call(settings, "organization_list_for_user", {"permission": "create_dataset"})


def request_package_show(settings: DataGoThSettings, name: str) -> Request:
    """Ask for a dataset with its resources."""
    return _call(settings, "package_show", {"id": name})


def request_package_create(settings: DataGoThSettings, wanted: Wanted) -> Request:
    """Create the dataset, unseen by the public and by the harvester.

    Not repeatable: an editor cannot choose the dataset's id, and a second call finds the name in use.
    """
    content = {**wanted.filled(), "name": wanted.name, "owner_org": wanted.owner_org, "private": True}
    return _call(settings, "package_create", content, Effect.WRITE)


def request_package_revise(
    settings: DataGoThSettings, package: Package, update: Mapping[str, object]
) -> Request:
    """Change the dataset only if it is still as it was read: CKAN's one compare-and-set (documented).

    ``update`` may hold flattened keys beginning with ``resources__``. A list is removed by ``filter``
    first, because an update alone merges it position by position (seen in CKAN's code).
    """
    plain = {k: v for k, v in update.items() if "__" not in k}
    flattened = {f"update__{k}": v for k, v in update.items() if "__" in k}
    match = {"name": package.name, "metadata_modified": package.metadata_modified}
    lists = [f"-{k}" for k, v in plain.items() if isinstance(v, list)]
    content = {"match": match, "filter": lists, "update": plain, **flattened}
    return _call(settings, "package_revise", content, Effect.WRITE)


def request_resource_create(settings: DataGoThSettings, fields: Mapping[str, object]) -> Request:
    """Create the resource under the id in ``fields``."""
    return _call(settings, "resource_create", fields, Effect.WRITE)


def request_datastore_search(
    settings: DataGoThSettings,
    resource_id: str,
    *,
    limit: int,
    offset: int = 0,
    filters: Mapping[str, str] | None = None,
) -> Request:
    """Ask for columns, row count and a page of rows in the table's own order; ``limit`` 0 gives no rows.

    A cap on ``limit`` applies in silence (tried). ``datastore_info`` would tell less and changes its
    parameters and form from version to version (seen in code).
    """
    content = {"resource_id": resource_id, "limit": limit, "offset": offset, "sort": "_id"}
    return _call(settings, "datastore_search", {**content, "filters": dict(filters or {})})


def request_datastore_create(settings: DataGoThSettings, resource_id: str, sheet: Sheet) -> Request:
    """Make the table, or renew its labels; repeating it changes nothing (tried).

    Never with ``resource``: should the table fail, the resource made for it would stay (tried).
    """
    content = {
        "resource_id": resource_id,
        "fields": [column.wire() for column in sheet.columns],
        "primary_key": list(sheet.key),
    }
    return _row_call(settings, "datastore_create", content, Effect.IDEMPOTENT)


def _rows(resource_id: str, sheet: Sheet, rows: tuple[Row, ...], method: str) -> dict[str, object]:
    records = [sheet.record(row) for row in rows]
    return {"resource_id": resource_id, "method": method, "records": records}


def request_datastore_insert(
    settings: DataGoThSettings,
    resource_id: str,
    *,
    sheet: Sheet,
    rows: tuple[Row, ...],
) -> Request:
    """Add rows to a new table, about five times as fast as an upsert; a repetition is refused (tried)."""
    content = _rows(resource_id, sheet, rows, "insert")
    return _row_call(settings, "datastore_upsert", content, Effect.WRITE)


def request_datastore_upsert(
    settings: DataGoThSettings,
    resource_id: str,
    *,
    sheet: Sheet,
    rows: tuple[Row, ...],
) -> Request:
    """Add or replace rows by their key, all or none (tried)."""
    content = _rows(resource_id, sheet, rows, "upsert")
    return _row_call(settings, "datastore_upsert", content, Effect.IDEMPOTENT)


def request_datastore_delete(
    settings: DataGoThSettings, resource_id: str, row_ids: tuple[int, ...]
) -> Request:
    """Delete rows by CKAN's own row numbers; ``datastore_records_delete`` exists from 2.11 only.

    The filter must be there: without one, CKAN drops the whole table. (seen in code)
    """
    if not row_ids:
        raise ValueError("no rows to delete")
    content = {"resource_id": resource_id, "filters": {"_id": list(row_ids)}}
    return _row_call(settings, "datastore_delete", content, Effect.IDEMPOTENT)
