"""What the simulated catalogue holds, who may see and change it, and the rules a dataset obeys.

Names, titles and tags obey the Thai extension's validators; every wrong token reads as anonymous, and
a private dataset is refused to it, not hidden (tried on CKAN 2.11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from uuid import UUID

from .behaviour import BEHAVIOURS, Behaviour
from .datastore import Table
from .envelope import Call, Refusal, broken, denied, invalid, missing
from .reading import ROWS_MAX
from .resources import Fields, Keeper, shown_resource
from .schema import (
    default_resource_schema,
    default_schema,
    stored_fields,
    validate_fields,
    validate_resource_fields,
)

__all__ = ["Store", "resources_of"]

_CORE = frozenset(
    {"id", "name", "title", "notes", "url", "private", "owner_org", "tags", "state", "type", "version"}
    | {"maintainer", "maintainer_email", "author", "author_email", "license_id", "extras", "groups"}
)
_TAG = re.compile(r"[ก-๙\w .-]{2,100}")
_COMPUTED = frozenset({"metadata_modified", "creator_user_id", "metadata_created"})
_EMPTY: Mapping[str, object] = {
    "author": None,
    "author_email": None,
    "version": None,
    "isopen": False,
    "groups": [],
    "tags": [],
    "relationships_as_object": [],
    "relationships_as_subject": [],
}
"""What a reply holds beside what was given."""


class Store:
    """State and rules. ``now`` and ``new_id`` come from outside, so that a run can be replayed."""

    def __init__(self, *, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        self.now, self.new_id = now, new_id
        self._last = datetime.min.replace(tzinfo=UTC)
        self.behaviour: Behaviour = BEHAVIOURS["2.11"]
        self.organisations: dict[str, Fields] = {}
        self.packages: dict[str, Fields] = {}
        self.tables: dict[str, Table] = {}
        self.keeper = Keeper(now=self.stamp, new_id=new_id)
        self.schema: list[Fields] | None = default_schema()
        self.resource_schema: list[Fields] = default_resource_schema()
        self.locked: set[str] = set()
        self.has_governance = False
        self.rows_max = ROWS_MAX
        self.has_dump = True
        self.index_is_down = False
        self.unindexed_marks: set[str] = set()
        self.jobs: set[str] = set()

    # --- looking things up ------------------------------------------------------------------------

    def find(self, name_or_id: object) -> Fields | None:
        """The dataset of that name or id, whoever may see it; the youngest, where several had the name."""
        return next((p for p in reversed(self.packages.values()) if name_or_id in {p["id"], p["name"]}), None)

    def visible(self, call: Call, name_or_id: object) -> Fields:
        """The dataset, if this caller may see it; else 404 or 403."""
        package = self.find(name_or_id)
        if package is None:
            raise missing()
        if (package["private"] or package["state"] == "deleted") and not call.role.belongs:
            raise denied()
        return package

    def may_write(self, call: Call, package: Fields) -> bool:
        """Whether this caller may change the dataset."""
        is_editable = self.organisation(package["owner_org"])["editable"]
        return bool(call.role.edits and is_editable and package["name"] not in self.locked)

    def writable(self, call: Call, name_or_id: object) -> Fields:
        """The dataset, if this caller may change it."""
        package = self.visible(call, name_or_id)
        if not self.may_write(call, package):
            raise denied()
        return package

    def home_of(self, resource_id: object) -> tuple[Fields, Fields]:
        """The dataset of a resource, and the resource."""
        for package in self.packages.values():
            for resource in resources_of(package):
                if resource["id"] == resource_id:
                    return package, resource
        raise missing()

    def shown(self, package: Fields, call: Call) -> Fields:
        """The dataset as a reply tells it to this caller: private resources are for those who edit."""
        shown = deepcopy({**_EMPTY, **package})
        organisation = self.organisation(package["owner_org"])
        shown["organization"] = {k: organisation[k] for k in ("id", "name", "title")}
        sees_all = self.may_write(call, package)
        resources = [
            shown_resource(r, site_url=call.site_url)
            for r in resources_of(package)
            if sees_all or r.get("resource_private") != "True"
        ]
        tags = package.get("tags")
        shown |= {"resources": resources, "num_resources": len(resources_of(package))}
        shown["num_tags"] = len(tags) if isinstance(tags, list) else 0
        shown["license_title"] = package.get("license_id")
        return shown

    def organisation(self, name_or_id: object) -> Fields:
        """The organisation of that name or id; an unknown one is one without rights (tried)."""
        for organisation in self.organisations.values():
            if name_or_id in {organisation["id"], organisation["name"]}:
                return organisation
        raise denied()

    # --- changing things --------------------------------------------------------------------------

    def add_organisation(self, *, name: str, title: str, is_editable: bool) -> None:
        """Make an organisation; the sandbox's token may edit it or not."""
        self.organisations[name] = {
            "id": str(self.new_id()),
            "name": name,
            "title": title,
            "editable": is_editable,
        }

    def stamp(self) -> str:
        """The present moment as CKAN writes it, never the same twice."""
        self._last = max(self.now(), self._last + timedelta(microseconds=1))
        return self._last.replace(tzinfo=None).isoformat(timespec="microseconds")

    def touch(self, package: Fields) -> None:
        """Bump ``metadata_modified``."""
        package["metadata_modified"] = self.stamp()

    def index(self) -> None:
        """Bring a change into the search index, without which CKAN undoes what it can (tried)."""
        if self.index_is_down:
            text = "Unable to add package to search index: Solr returned an error: connection refused"
            raise Refusal(500, {"__type": "Search Index Error", "message": text})

    def run_jobs(self) -> None:
        """Do what CKAN 2.12 leaves to its worker: stamp the resources whose rows were written (tried)."""
        for resource_id in sorted(self.jobs):
            package, resource = self.home_of(resource_id)
            resource["last_modified"] = self.stamp()
            self.touch(package)
        self.jobs.clear()

    def stored(self, fields: Fields) -> Fields:
        """Only what core or the schema knows: unknown dataset keys vanish without a word."""
        known = _CORE | {str(f["field_name"]) for f in self.schema or []}
        kept = {name: value for name, value in fields.items() if name in known and name != "tag_string"}
        if fields.get("tag_string"):
            kept["tags"] = _with_tag_string(kept.get("tags"), fields["tag_string"])
        kept = {name: _stored_core(name, value) for name, value in kept.items() if value is not None}
        return stored_fields(self.schema or [], kept)

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
        resources = self._resource_errors(fields, own_id)
        if any(resources):
            errors["resources"] = resources
        if not fields.get("owner_org"):
            errors["owner_org"] = ["ต้องระบุองค์กร"]
            errors |= {"private": ["ชุดข้อมูลที่ไม่มีองค์กรเป็นส่วนตัวไม่ได้"]} if fields["private"] else {}
        if errors:
            raise invalid(**errors)

    def _resource_errors(self, fields: Fields, own_id: object) -> list[dict[str, object]]:
        found = []
        for data in _objects(fields.get("resources")):
            errors = {**self._resource_rules(data), **self.keeper.check(data)}
            if any(
                r["id"] == data.get("id")
                for p in self.packages.values()
                if p["id"] != own_id
                for r in resources_of(p)
            ):
                errors["id"] = ["Resource id already exists."]
            found.append(errors)
        return found

    def _resource_rules(self, data: Fields) -> dict[str, object]:
        return {} if self.schema is None else validate_resource_fields(self.resource_schema, data)

    def replace(self, package: Fields, data: Fields) -> None:
        """Store a whole dataset in the place of another, as ``package_update`` does.

        Raises:
            Refusal: it breaks a rule; nothing is stored then.
        """
        fields = {"private": package.get("private", False), **self.stored(data)}
        fields |= {k: package[k] for k in ("id", "type") if k in package}
        fields["title"] = fields.get("title") or fields.get("name")
        if fields.get("owner_org"):
            fields["owner_org"] = self.organisation(fields["owner_org"])["id"]
        given = data.get("resources")
        if given is None:
            is_kept = self.behaviour.update_keeps_resources
            given = resources_of(package) if is_kept else []
        sent = [self.keeper.with_file(item) for item in _objects(given)]
        self.check({**fields, "resources": sent}, package.get("id"))
        fields["resources"] = self._resources(package, sent)
        fields["state"] = "active"  # the Thai extension knows no drafts
        self.index()
        package_fields = {**_computed(package), **fields}
        for item, resource in zip(sent, resources_of(fields), strict=False):
            self.keeper.keep_file(item, resource)
        package.clear()
        package.update(package_fields)
        self.unindexed_marks.difference_update(str(r["id"]) for r in resources_of(package))

    def _resources(self, package: Fields, sent: list[Fields]) -> list[Fields]:
        """The resources in the order sent; the second of two with one id takes the place of both.

        It is left with a position beyond the list's end, over which CKAN 2.12 falls at the next write
        that leaves it as it is (tried).
        """
        old = {r["id"]: r for r in resources_of(package)}
        new: dict[object, Fields] = {}
        for position, item in enumerate(sent):
            was = new.pop(item.get("id"), None) or old.get(item.get("id"))
            told = stored_fields(self.resource_schema, item)
            resource = self.keeper.stored({**told, "position": position}, was, package["id"])
            if was is not None and resource["metadata_modified"] == was["metadata_modified"]:
                self.check_position(was, len(old))
            new[resource["id"]] = resource
        return list(new.values())

    def check_position(self, resource: Fields, count: int) -> None:
        """Fail as CKAN 2.12 does over an unchanged resource whose position is beyond the list's end."""
        if self.behaviour.falls_over_positions and int(str(resource["position"])) >= count:
            raise broken()


def _stored_core(name: str, value: object) -> object:
    """Tags come back by name with more members; what should be text is made text (tried)."""
    if name == "tags" and isinstance(value, list):
        names = sorted({str(tag.get("name")) for tag in value if isinstance(tag, dict)})
        return [{"name": n, "display_name": n, "state": "active", "vocabulary_id": None} for n in names]
    if name == "private":
        return value if isinstance(value, bool) else str(value).lower() in {"true", "yes", "1", "on"}
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def _with_tag_string(tags: object, added: object) -> list[object]:
    """The extension adds the words to the tags that are there (tried)."""
    words = added if isinstance(added, list) else [w.strip() for w in str(added).split(",")]
    return [*(tags if isinstance(tags, list) else []), *({"name": word} for word in words if word)]


def _objects(items: object) -> list[Fields]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _computed(package: Fields) -> Fields:
    return {name: value for name, value in package.items() if name in _COMPUTED}


def resources_of(package: Fields) -> list[Fields]:
    """The resources of a stored dataset."""
    resources = package.get("resources")
    return resources if isinstance(resources, list) else []
