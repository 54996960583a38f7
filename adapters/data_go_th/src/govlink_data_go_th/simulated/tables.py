"""The actions on the tables behind resources."""

from __future__ import annotations

from .datastore import Table, create_table, delete_rows, write_records
from .envelope import Call, Refusal, broken, invalid, missing
from .reading import describe, matching, search
from .resources import Fields
from .store import Store, resources_of
from .values import Mistyped, Unfit

__all__ = [
    "datastore_create",
    "datastore_delete",
    "datastore_info",
    "datastore_records_delete",
    "datastore_search",
    "datastore_upsert",
]

_READ_ONLY = "Cannot edit read-only resource because changes made may be lost."


def _readable(store: Store, call: Call) -> Table:
    resource_id = _resource_id(call)
    table = store.tables.get(resource_id)
    if table is None:
        raise missing()
    store.visible(call, store.home_of(resource_id)[0]["id"])
    return table


def _resource_id(call: Call) -> str:
    resource_id = call.data.get("resource_id") or call.data.get("id")
    if not resource_id:
        raise invalid(resource_id=["Missing value"])
    return str(resource_id)


def _writable(store: Store, call: Call) -> tuple[Fields, Fields]:
    """The dataset and the resource; the table of an uploaded file is read-only without ``force``."""
    package, resource = store.home_of(_resource_id(call))
    store.writable(call, package["id"])
    if resource.get("url_type") != "datastore" and str(call.data.get("force")).lower() != "true":
        raise invalid(**{"read-only": [_READ_ONLY]})
    return package, resource


def _existing(store: Store, resource: Fields) -> Table:
    table = store.tables.get(str(resource["id"]))
    if table is None:
        raise missing()
    return table


def datastore_info(store: Store, call: Call) -> object:
    """The columns, and how many rows."""
    return describe(_readable(store, call), _resource_id(call))


def datastore_search(store: Store, call: Call) -> object:
    """Some rows."""
    return search(_readable(store, call), call.data, rows_max=store.rows_max, behaviour=store.behaviour)


def datastore_create(store: Store, call: Call) -> object:
    """Make a table or alter one. The reply repeats the request, even what was not done (tried)."""
    if "resource_id" not in call.data:
        raise invalid(resource_id=["the sandbox makes tables for resources that exist only"])
    try:
        store.home_of(call.data["resource_id"])
    except Refusal as refusal:
        raise invalid(resource_id=["Not found: Resource"]) from refusal
    package, resource = _writable(store, call)
    resource_id = str(resource["id"])
    store.tables[resource_id] = create_table(store.tables.get(resource_id), call.data)
    if resource.get("datastore_active") is not True and resource_id not in store.unindexed_marks:
        _set_active(store, package, resource, is_active=True)
    else:
        _written(store, resource, call)
    unsaid = {"records", "force"}
    return {**{k: v for k, v in call.data.items() if k not in unsaid}, "method": "insert"}


def _set_active(store: Store, package: Fields, resource: Fields, *, is_active: bool) -> None:
    """Mark the resource; 2.12 does it by a patch of the dataset, others past it (tried)."""
    if not store.behaviour.stamps_tables:
        # Replies come from the index: they tell the old mark if this does not reach it (tried).
        store.unindexed_marks.add(str(resource["id"]))
        store.index()
        store.unindexed_marks.discard(str(resource["id"]))
        resource["datastore_active"] = is_active
        return
    for other in resources_of(package):
        if other is not resource:
            store.check_position(other, len(resources_of(package)))
    store.index()
    resource["datastore_active"] = is_active
    resource["last_modified"] = store.stamp()
    store.touch(package)


def _written(store: Store, resource: Fields, call: Call) -> None:
    """Rows may have changed: leave a job to the worker, and forget their number unless told to count."""
    resource_id = str(resource["id"])
    if store.behaviour.has_jobs and resource.get("url_type") == "datastore":
        store.jobs.add(resource_id)
    if str(call.data.get("calculate_record_count")).lower() != "true":
        store.tables[resource_id].counted = None


def datastore_upsert(store: Store, call: Call) -> object:
    """Write rows."""
    _, resource = _writable(store, call)
    write_records(_existing(store, resource), call.data)
    _written(store, resource, call)
    unsaid = {"force"} if store.behaviour.echoes_records else {"force", "records"}
    return {k: v for k, v in call.data.items() if k not in unsaid}


def datastore_delete(store: Store, call: Call) -> object:
    """Delete rows; without ``filters`` the whole table."""
    package, resource = _writable(store, call)
    table, filters = _existing(store, resource), call.data.get("filters")
    if filters is None:
        del store.tables[str(resource["id"])]
        _set_active(store, package, resource, is_active=False)
    elif isinstance(filters, dict):
        delete_rows(table, _named(store, table, filters))
        _written(store, resource, call)
    else:
        raise invalid(filters=["filters must be either a dict or null."])
    return {k: v for k, v in call.data.items() if k != "force"}


def _named(store: Store, table: Table, filters: object) -> list[int]:
    """The rows a deletion means; a text that cannot be read breaks the call (tried)."""
    try:
        return matching(table, filters, behaviour=store.behaviour)
    except Mistyped as error:
        raise invalid(filters=[str(error)]) from error
    except Unfit as error:
        raise broken() from error


def datastore_records_delete(store: Store, call: Call) -> object:
    """Delete rows, never the table."""
    if not isinstance(call.data.get("filters"), dict):
        raise invalid(filters=["Missing value"])
    return datastore_delete(store, call)
