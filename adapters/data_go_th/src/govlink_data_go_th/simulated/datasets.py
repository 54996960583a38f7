"""The actions on datasets and their resources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy

from .envelope import Call, Refusal, Role, denied, invalid
from .resources import Fields, shown_resource
from .revise import Misfit, differences, merge, put, strip, value_at
from .store import Store, resources_of

__all__ = [
    "package_create",
    "package_delete",
    "package_patch",
    "package_revise",
    "package_search",
    "package_show",
    "package_update",
    "resource_create",
    "resource_delete",
    "resource_patch",
    "resource_show",
]


def package_show(store: Store, call: Call) -> object:
    """One dataset."""
    return store.shown(store.visible(call, _needed(call, "id")), call)


def package_search(store: Store, call: Call) -> object:
    """Public datasets that hold the words of ``q``; no query language."""
    if store.index_is_down:
        text = "Unable to connect to the search server"
        raise Refusal(500, {"__type": "Search Connection Error", "message": text})
    text = str(call.data.get("q") or "").casefold()
    found = [
        store.shown(p, call)
        for p in store.packages.values()
        if p["state"] == "active" and not p["private"] and p["type"] == "dataset"
        if text in f"{p['name']} {p['title']} {p['notes']}".casefold()
    ]
    return {"count": len(found), "results": found}


def package_create(store: Store, call: Call) -> object:
    """A new dataset, with its resources; an editor cannot choose its id (tried)."""
    if not call.role.edits:
        raise denied()
    if "id" in call.data and call.role is not Role.SYSADMIN:
        raise invalid(id=["ไม่มีสิทธิกำหนดรหัส"])
    owner = call.data.get("owner_org")
    if owner and not store.organisation(owner)["editable"]:
        raise denied()
    package: Fields = {
        "id": str(call.data.get("id") or store.new_id()),
        "type": "prepare" if store.has_governance else "dataset",
        "private": False,
        "metadata_created": store.stamp(),
        "creator_user_id": call.role.value,
    }
    store.replace(package, {"resources": [], **call.data})
    store.touch(package)
    store.packages[str(package["id"])] = package
    return store.shown(package, call)


def _replaced(store: Store, call: Call, package: Fields, data: Fields) -> Fields:
    before = store.shown(package, call)
    store.replace(package, data)
    if store.behaviour.bumps_on_no_op or store.shown(package, call) != before:
        store.touch(package)
    return store.shown(package, call)


def package_update(store: Store, call: Call) -> object:
    """Replace a dataset by what is sent, and by nothing else."""
    package = store.writable(call, call.data.get("id") or call.data.get("name"))
    return _replaced(store, call, package, call.data)


def package_patch(store: Store, call: Call) -> object:
    """Replace the fields that are sent; a list is replaced whole."""
    package = store.writable(call, _needed(call, "id"))
    stored = _without_files(store.shown(package, call))
    return _replaced(store, call, package, {**stored, **call.data})


def package_delete(store: Store, call: Call) -> object:
    """A deletion is soft: the dataset keeps its name (tried)."""
    package = store.writable(call, _needed(call, "id"))
    store.index()
    package["state"] = "deleted"
    return None


def package_revise(store: Store, call: Call) -> object:
    """CKAN's one compare-and-set."""
    match, flat_match = _asked(call.data, "match")
    name_or_id = flat_match.get("id") or match.get("id") or flat_match.get("name") or match.get("name")
    if not name_or_id:
        raise invalid(match__id=["Missing value"])
    package = store.visible(call, name_or_id)
    stored = store.shown(package, call)
    differing = [*differences(stored, match), *_flat_differences(stored, flat_match)]
    if differing:
        raise invalid(match=differing)
    revised = _without_files(stored)
    strip(revised, _patterns(call.data.get("filter")))
    revised["id"] = stored["id"]
    _apply(revised, *_asked(call.data, "update"))
    package = store.writable(call, package["id"])
    reply: dict[str, object] = {"package": _replaced(store, call, package, revised)}
    if "include" in call.data:
        strip(reply, _patterns(call.data["include"]))
    return reply


def _flat_differences(stored: Fields, wanted: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for place, value in sorted(wanted.items()):
        try:
            current, path = value_at(stored, place.split("__"))
        except Misfit as error:
            raise Refusal(400, {"__type": "Integrity Error", "message": str(error)}) from error
        found.extend(differences(current, value, path))
    return found


def _apply(revised: Fields, update: Fields, flat: Fields) -> None:
    try:
        merge(revised, update)
    except Misfit as error:
        raise invalid(update=[str(error)]) from error
    # What is appended may be addressed in the same call, by a file for it.
    for place in sorted(flat, key=lambda place: (not place.endswith("__extend"), place)):
        try:
            put(revised, place, flat[place])
        except Misfit as error:
            raise invalid(**{place: [str(error)]}) from error


def _read(value: object) -> object:
    """A text in a form may be JSON, or just a text."""
    if not isinstance(value, str):
        return value
    try:
        read: object = json.loads(value)
    except ValueError:
        return value
    return read


def _asked(data: Fields, name: str) -> tuple[Fields, Fields]:
    """The parameter as an object, and its flattened keys."""
    whole = _read(data.get(name)) if data.get(name) is not None else {}
    if not isinstance(whole, dict):
        raise invalid(**{name: ["Must be a dict"]})
    prefix = f"{name}__"
    return deepcopy(whole), {
        k.removeprefix(prefix): _read(v) for k, v in data.items() if k.startswith(prefix)
    }


def _patterns(value: object) -> list[str]:
    read = _read(value) if isinstance(value, str) and value.startswith("[") else value
    parts = read if isinstance(read, list) else str(read or "").split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def _without_files(shown: Fields) -> Fields:
    return {name: value for name, value in shown.items() if name not in {"organization", "num_resources"}}


def _needed(call: Call, name: str) -> object:
    value = call.data.get(name)
    if not value:
        raise invalid(**{name: ["Missing value"]})
    return value


def resource_show(store: Store, call: Call) -> object:
    """One resource."""
    package, resource = store.home_of(_needed(call, "id"))
    store.visible(call, package["id"])
    return shown_resource(resource, site_url=call.site_url)


def resource_create(store: Store, call: Call) -> object:
    """A resource more; one whose id the dataset has is replaced without a word (tried)."""
    package = store.writable(call, _needed(call, "package_id"))
    _save(store, package, [*resources_of(package), call.data])
    return shown_resource(resources_of(package)[-1], site_url=call.site_url)


def resource_patch(store: Store, call: Call) -> object:
    """Replace the fields that are sent."""
    package, resource = store.home_of(_needed(call, "id"))
    store.writable(call, package["id"])
    resources = [{**r, **call.data} if r is resource else r for r in resources_of(package)]
    _save(store, package, resources)
    return shown_resource(store.home_of(resource["id"])[1], site_url=call.site_url)


def resource_delete(store: Store, call: Call) -> object:
    """One resource less, and its table with it."""
    package, resource = store.home_of(_needed(call, "id"))
    store.writable(call, package["id"])
    _save(store, package, [r for r in resources_of(package) if r is not resource])
    store.tables.pop(str(resource["id"]), None)
    return None


def _save(store: Store, package: Fields, resources: list[Fields]) -> None:
    try:
        store.replace(package, {**package, "resources": resources})
    except Refusal as refusal:
        listed = refusal.error.get("resources")
        if isinstance(listed, list) and listed and isinstance(listed[-1], dict) and listed[-1]:
            raise invalid(**listed[-1]) from refusal
        raise
    store.touch(package)
