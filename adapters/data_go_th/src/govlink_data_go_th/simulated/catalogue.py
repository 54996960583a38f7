"""The actions of the simulated catalogue, in CKAN's envelope.

The behaviours are those of CKAN 2.11 (tried), with the governance extension's freezing of a dataset
(seen in code).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from uuid import UUID

from .datastore import create_table, delete_records, describe, search, write_records
from .envelope import Answer, Call, Refusal, denied, invalid, missing
from .store import Fields, Store, resources_of

__all__ = ["Catalogue"]

_READS = frozenset(
    {
        "status_show",
        "scheming_dataset_schema_show",
        "organization_list_for_user",
        "package_show",
        "package_search",
        "resource_show",
        "datastore_info",
        "datastore_search",
    }
)
_FORM_LIMIT_BYTES = 500_000


class Catalogue(Store):
    """The store behind the table of actions."""

    def __init__(self, *, token: str, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        super().__init__(now=now, new_id=new_id)
        self._token = token
        self.log: list[tuple[str, int]] = []
        self._actions: Mapping[str, Callable[[Call], object]] = {
            "status_show": self._status_show,
            "scheming_dataset_schema_show": self._schema_show,
            "organization_list_for_user": self._organisations_for_user,
            "package_show": self._package_show,
            "package_search": self._package_search,
            "package_create": self._package_create,
            "package_patch": self._package_patch,
            "package_revise": self._package_revise,
            "resource_show": self._resource_show,
            "resource_create": self._resource_create,
            "resource_patch": self._resource_patch,
            "datastore_info": self._datastore_info,
            "datastore_search": self._datastore_search,
            "datastore_create": self._datastore_create,
            "datastore_upsert": self._datastore_upsert,
            "datastore_delete": self._datastore_delete,
            "datastore_records_delete": self._datastore_records_delete,
        }

    # --- the wire ---------------------------------------------------------------------------------

    def answer(
        self, action: str, *, method: str, content_type: str, token: str | None, body: bytes, site_url: str
    ) -> Answer:
        """Answer one call and note it in the log."""
        if "form-urlencoded" in content_type and len(body) > _FORM_LIMIT_BYTES:
            answer = Answer(status=413, html="<!doctype html><title>413 Request Entity Too Large</title>")
        else:
            answer = self._answer(action, method, token, body, site_url)
        self.log.append((action, answer.status))
        return answer

    def _answer(self, action: str, method: str, token: str | None, body: bytes, site_url: str) -> Answer:
        handler = self._actions.get(action)
        if handler is None or (self.schema is None and action.startswith("scheming_")):
            return Answer(status=400, content=f"Bad request - Action name not known: {action}")
        try:
            data = json.loads(body or b"{}")
        except ValueError:
            return Answer(status=400, content="Bad request - JSON Error: Error decoding JSON data.")
        if not isinstance(data, dict):
            return Answer(status=400, content="Bad request - JSON Error: not a JSON dict")
        if method != "POST" and action not in _READS:
            return Answer(status=400, content="Bad request - JSON Error: writes must be POSTed")
        envelope: Fields = {"help": f"{site_url}api/3/action/help_show?name={action}"}
        try:
            result = handler(Call(data=data, is_known=token == self._token, site_url=site_url))
        except Refusal as refusal:
            return Answer(
                status=refusal.status, content={**envelope, "success": False, "error": refusal.error}
            )
        return Answer(status=200, content={**envelope, "success": True, "result": result})

    # --- actions on the site ----------------------------------------------------------------------

    def _status_show(self, call: Call) -> object:
        extensions = ["scheming_datasets", "thai_gdc", "datastore"]
        return {
            "site_title": "sandbox",
            "site_url": call.site_url,
            "ckan_version": "2.11.6",
            "thaigdc_version": "2.1.0",
            "thaigdc_catalog_type": "agency",
            "extensions": [*extensions, "thaigdc_governance"] if self.has_governance else extensions,
        }

    def _schema_show(self, call: Call) -> object:
        if call.data.get("type") != "dataset":
            raise missing()
        return {"scheming_version": 1, "dataset_type": "dataset", "dataset_fields": deepcopy(self.schema)}

    def _organisations_for_user(self, call: Call) -> object:
        if not call.is_known:
            return []
        return [o for o in self.organisations.values() if o["editable"]]

    # --- actions on datasets ----------------------------------------------------------------------

    def _package_show(self, call: Call) -> object:
        return self.shown(self.visible(call, call.data.get("id")), call.site_url)

    def _package_search(self, call: Call) -> object:
        text = str(call.data.get("q") or "").casefold()
        found = [
            self.shown(p, call.site_url)
            for p in self.packages.values()
            if p["state"] == "active" and not p["private"] and p["type"] == "dataset"
            if text in f"{p['name']} {p['title']} {p['notes']}".casefold()
        ]
        return {"count": len(found), "results": found}

    def _package_create(self, call: Call) -> object:
        if not call.is_known:
            raise denied()
        if "id" in call.data:
            raise invalid(id=["ไม่มีสิทธิกำหนดรหัส"])
        if not call.data.get("owner_org"):
            raise invalid(owner_org=["ต้องระบุองค์กร"])
        organisation = self.organisation(call.data["owner_org"])
        if not organisation["editable"]:
            raise denied()
        fields = self.stored({"private": False, **call.data})
        fields.setdefault("title", fields.get("name"))
        self.check(fields, None)
        package = {
            **fields,
            "id": str(self.new_id()),
            "owner_org": organisation["id"],
            "state": "active",
            "type": "prepare" if self.has_governance else "dataset",
            "resources": [],
        }
        self.touch(package)
        self.packages[str(package["id"])] = package
        return self.shown(package, call.site_url)

    def _package_patch(self, call: Call) -> object:
        package = self.writable(call, call.data.get("id"))
        fields = {k: v for k, v in call.data.items() if k not in {"id", "resources"}}
        self.merge(package, fields, call.data.get("resources"))
        return self.shown(package, call.site_url)

    def _package_revise(self, call: Call) -> object:
        match = call.data.get("match")
        if not isinstance(match, dict) or not (match.get("id") or match.get("name")):
            raise invalid(match__id=["Missing value"])
        package = self.visible(call, match.get("id") or match.get("name"))
        differing = [key for key, value in match.items() if package.get(key) != value]
        if differing:
            raise invalid(match=differing)
        self.writable(call, package["id"])
        resources = deepcopy(resources_of(package))
        for key, value in call.data.items():
            if key.startswith("update__resources__"):
                _revise_resource(resources, key.removeprefix("update__resources__"), value)
        update, removed = call.data.get("update"), call.data.get("filter") or []
        fields = _revised(package, update if isinstance(update, dict) else {}, removed)
        self.merge(package, fields, resources)
        return {"package": self.shown(package, call.site_url)}

    # --- actions on resources and tables ----------------------------------------------------------

    def _resource_show(self, call: Call) -> object:
        package, resource = self.home_of(call.data.get("id"))
        self.visible(call, package["id"])
        return self.shown_resource(resource, call.site_url)

    def _resource_create(self, call: Call) -> object:
        package = self.writable(call, call.data.get("package_id"))
        fields = {k: v for k, v in call.data.items() if k != "package_id"}
        resource_id = str(fields.get("id") or self.new_id())
        if not fields.get("name"):
            raise invalid(name=["ไม่มีค่า"])
        for other in self.packages.values():
            if other is not package and any(r["id"] == resource_id for r in resources_of(other)):
                raise invalid(id=["รหัสนี้ถูกใช้แล้ว"])
        resource = {"package_id": package["id"], "url": "", "format": "", **fields, "id": resource_id}
        kept = [r for r in resources_of(package) if r["id"] != resource_id]
        package["resources"] = [*kept, resource]
        self.touch(package)
        return self.shown_resource(resource, call.site_url)

    def _resource_patch(self, call: Call) -> object:
        package, resource = self.home_of(call.data.get("id"))
        self.writable(call, package["id"])
        resource.update({k: v for k, v in call.data.items() if k != "package_id"})
        self.touch(package)
        return self.shown_resource(resource, call.site_url)

    def _datastore_info(self, call: Call) -> object:
        resource_id, _, table = self.table_of(call)
        return describe(table, resource_id)

    def _datastore_search(self, call: Call) -> object:
        return search(self.table_of(call)[2], call.data)

    def _datastore_create(self, call: Call) -> object:
        if "resource_id" not in call.data:
            raise invalid(resource_id=["the sandbox makes tables for resources that exist only"])
        resource_id, package, table = self.writable_table(call)
        self.tables[resource_id] = create_table(table, call.data)
        if table is None:
            self.touch(package)  # the resource is marked as having a table
        return {**call.data, "method": "insert"}  # the reply echoes the request, even what was not done

    def _datastore_upsert(self, call: Call) -> object:
        _, _, table = self.writable_table(call)
        if table is None:
            raise missing()
        write_records(table, call.data)
        return call.data

    def _datastore_delete(self, call: Call) -> object:
        resource_id, _, table = self.writable_table(call)
        if table is None:
            raise missing()
        if call.data.get("filters") is None:
            del self.tables[resource_id]
        else:
            delete_records(table, call.data)
        return {"resource_id": resource_id}

    def _datastore_records_delete(self, call: Call) -> object:
        _, _, table = self.writable_table(call)
        if table is None:
            raise missing()
        delete_records(table, call.data)
        return {"resource_id": call.data["resource_id"], "filters": call.data["filters"]}


def _revised(package: Fields, update: Fields, removed: object) -> Fields:
    """The update as it takes effect: a list not removed by ``-<field>`` is merged by position (seen)."""
    patterns = removed if isinstance(removed, list) else []
    if any(re.fullmatch(r"-\w+", str(pattern)) is None for pattern in patterns):
        raise invalid(filter=["the sandbox knows -<field> only"])

    def merged(name: str, value: object) -> object:
        old = package.get(name)
        if not isinstance(old, list) or f"-{name}" in patterns:
            return value
        if not isinstance(value, list):
            raise invalid(update=[f"Expected list for {name}"])
        return [*value, *old[len(value) :]]

    return {name: merged(name, value) for name, value in update.items()}


def _revise_resource(resources: list[Fields], key: str, value: object) -> None:
    """``<id prefix of at least 5>`` or ``<index>``, then nothing or one field's name."""
    where, _, field = key.partition("__")
    if len(where) >= 5:
        found = [r for r in resources if str(r["id"]).startswith(where)]
    else:
        found = resources[int(where) :][:1] if re.fullmatch(r"-?\d+", where, re.ASCII) else []
    if not found:
        raise invalid(**{f"resources__{key}": [f"Unmatched key resources__{where}"]})
    found[0].update({field: value} if field else dict(value) if isinstance(value, dict) else {})
