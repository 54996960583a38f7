"""What the simulated catalogue holds, who may see and change it, and the rules a dataset obeys.

Names, titles and tags obey the Thai extension's validators; every wrong token reads as anonymous, and
a private dataset is refused to it, not hidden (tried on CKAN 2.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from uuid import UUID

from .datastore import Table
from .envelope import Call, denied, invalid, missing
from .schema import choices_of, default_schema, validate_fields

__all__ = ["Fields", "Store", "resources_of"]

Fields = dict[str, object]

_CORE = frozenset(
    {"id", "name", "title", "notes", "url", "private", "owner_org", "tags", "state", "type", "version"}
    | {"maintainer", "maintainer_email", "author", "author_email", "license_id"}
)
_TAG = re.compile(r"[ก-๙\w .-]{2,100}")


class Store:
    """State and rules. ``now`` and ``new_id`` come from outside, so that a run can be replayed."""

    def __init__(self, *, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        self.now, self.new_id = now, new_id
        self._last = datetime.min.replace(tzinfo=UTC)
        self.organisations: dict[str, Fields] = {}
        self.packages: dict[str, Fields] = {}
        self.tables: dict[str, Table] = {}
        self.schema: list[Fields] | None = default_schema()
        self.locked: set[str] = set()
        self.has_governance = False

    # --- looking things up ------------------------------------------------------------------------

    def find(self, name_or_id: object) -> Fields | None:
        """The dataset of that name or id, whoever may see it."""
        return next((p for p in self.packages.values() if name_or_id in {p["id"], p["name"]}), None)

    def visible(self, call: Call, name_or_id: object) -> Fields:
        """The dataset, if this caller may see it; else 404 or 403."""
        package = self.find(name_or_id)
        if package is None or (package["state"] == "deleted" and not call.is_known):
            raise missing()
        if package["private"] and not call.is_known:
            raise denied()
        return package

    def writable(self, call: Call, name_or_id: object) -> Fields:
        """The dataset, if this caller may change it."""
        package = self.visible(call, name_or_id)
        if not call.is_known or package["name"] in self.locked:
            raise denied()
        return package

    def home_of(self, resource_id: object) -> tuple[Fields, Fields]:
        """The dataset of a resource, and the resource."""
        for package in self.packages.values():
            for resource in resources_of(package):
                if resource["id"] == resource_id:
                    return package, resource
        raise missing()

    def shown(self, package: Fields, site_url: str) -> Fields:
        """The dataset as a reply tells it."""
        shown = deepcopy(package)
        organisation = self.organisation(package["owner_org"])
        shown["organization"] = {k: organisation[k] for k in ("id", "name", "title")}
        shown["resources"] = [self.shown_resource(r, site_url) for r in resources_of(package)]
        shown["num_resources"] = len(resources_of(package))
        return shown

    def shown_resource(self, resource: Fields, site_url: str) -> Fields:
        """The resource as a reply tells it: a bare table gets the URL of its dump."""
        shown = {**resource, "datastore_active": resource["id"] in self.tables}
        if resource.get("url_type") == "datastore":
            shown["url"] = f"{site_url}datastore/dump/{resource['id']}"
        return shown

    def organisation(self, name_or_id: object) -> Fields:
        """The organisation of that name or id, or 409."""
        for organisation in self.organisations.values():
            if name_or_id in {organisation["id"], organisation["name"]}:
                return organisation
        raise invalid(owner_org=["ไม่พบองค์กรนี้"])

    def table_of(self, call: Call) -> tuple[str, Fields, Table | None]:
        """Resource id, dataset and table a reading call means."""
        package, resource = self.home_of(call.data.get("resource_id"))
        self.visible(call, package["id"])
        resource_id = str(resource["id"])
        return resource_id, package, self.tables.get(resource_id)

    def writable_table(self, call: Call) -> tuple[str, Fields, Table | None]:
        """The same for a writing call; the table of an uploaded file is read-only without ``force``."""
        package, resource = self.home_of(call.data.get("resource_id"))
        self.writable(call, package["id"])
        if resource.get("url_type") != "datastore" and call.data.get("force") is not True:
            raise invalid(**{"read-only": ["Cannot edit read-only resource"]})
        resource_id = str(resource["id"])
        return resource_id, package, self.tables.get(resource_id)

    # --- changing things --------------------------------------------------------------------------

    def add_organisation(self, *, name: str, title: str, is_editable: bool) -> None:
        """Make an organisation; the sandbox's token may edit it or not."""
        self.organisations[name] = {
            "id": str(self.new_id()),
            "name": name,
            "title": title,
            "editable": is_editable,
        }

    def touch(self, package: Fields) -> None:
        """Bump ``metadata_modified``, which never stands still."""
        self._last = max(self.now(), self._last + timedelta(microseconds=1))
        package["metadata_modified"] = self._last.replace(tzinfo=None).isoformat(timespec="microseconds")

    def stored(self, fields: Fields) -> Fields:
        """Only what core or the schema knows: unknown dataset keys vanish without a word."""
        known = _CORE | {str(f["field_name"]) for f in self.schema or []}
        kept = {name: value for name, value in fields.items() if name in known and name != "tag_string"}
        return {name: self._ordered(name, value) for name, value in kept.items()}

    def _ordered(self, name: str, value: object) -> object:
        """Chosen values come back in the schema's order, tags by name with more members (seen in code)."""
        if name == "tags" and isinstance(value, list):
            names = sorted(str(tag.get("name")) for tag in value)
            return [{"name": n, "display_name": n, "state": "active"} for n in names]
        field = next((f for f in self.schema or [] if f["field_name"] == name), {})
        offered = choices_of(field)
        if isinstance(value, list) and offered:
            return sorted(value, key=lambda v: offered.index(v) if v in offered else len(offered))
        return value

    def check(self, fields: Fields, own_id: object) -> None:
        """Refuse a dataset that breaks the rules, all fields at once."""
        others = [p for p in self.packages.values() if p["id"] != own_id]
        errors = validate_fields(self.schema or [], fields)
        name = str(fields.get("name", ""))
        if re.fullmatch(r"[a-z0-9_-]{2,70}", name) is None or name in {"new", "edit", "search"}:
            errors["name"] = ["ชื่อไม่ถูกต้อง"]
        if any(p["name"] == name for p in others):  # a deleted dataset blocks its name too
            errors["name"] = ["URL นี้ถูกใช้แล้ว"]
        if any(p["title"] == fields.get("title") and p["state"] != "deleted" for p in others):
            errors["title"] = ["ชื่อชุดข้อมูลนี้ถูกใช้แล้ว"]
        tags = fields.get("tags")
        names = [str(tag.get("name")) for tag in tags] if isinstance(tags, list) else []
        if any(_TAG.fullmatch(tag) is None for tag in names):
            errors["tags"] = [{"name": ["คำสำคัญไม่ถูกต้อง"]}]
        if errors:
            raise invalid(**errors)

    def merge(self, package: Fields, fields: Fields, resources: object) -> None:
        """Change some fields, and all resources if any are given."""
        merged = {**package, **self.stored(fields)}
        merged["state"] = "active" if merged["state"] != "deleted" else "deleted"
        self.check(merged, package["id"])
        if isinstance(resources, list):
            merged["resources"] = resources
        package.update(merged)
        self.touch(package)


def resources_of(package: Fields) -> list[Fields]:
    """The resources of a stored dataset."""
    resources = package["resources"]
    return resources if isinstance(resources, list) else []
