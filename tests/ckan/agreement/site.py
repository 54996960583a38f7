"""What the tests of agreement share: one way to talk to a real catalogue and to the simulated one."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import httpx

__all__ = ["METADATA", "Site", "new_id"]

METADATA: Mapping[str, Any] = {
    "owner_org": "obec",
    "private": True,
    "data_type": "ข้อมูลระเบียน",
    "maintainer": "กลุ่มงาน",
    "maintainer_email": "a@example.go.th",
    "notes": "รายละเอียด",
    "objective": ["ไม่ทราบ"],
    "update_frequency_unit": "ปี",
    "geo_coverage": "จังหวัด",
    "data_source": "ระบบ",
    "data_format": ["CSV", "XML"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Open Data Common",
    "tags": [{"name": "ข้อมูล"}, {"name": "น้ำ"}],
}

_RUN = uuid.uuid4().hex[:8]
_NUMBERS = itertools.count(1)


def new_id() -> str:
    """An id that no resource has."""
    return str(uuid.uuid4())


@dataclass(slots=True, kw_only=True)
class Site:
    """A catalogue, real or simulated, and the tokens of its people.

    ``index_down`` takes its search index away for the length of a block; in a block of ``jobs`` its worker
    runs.
    """

    client: httpx.Client
    tokens: Mapping[str, str] = field(repr=False)
    version: str
    index_down: Callable[[], AbstractContextManager[object]]
    jobs: Callable[[], AbstractContextManager[object]]

    def headers(self, person: str) -> dict[str, str]:
        """Who asks; nobody without a token."""
        return {"Authorization": self.tokens[person]} if person in self.tokens else {}

    def send(self, action: str, *, person: str = "editor", **how: Any) -> httpx.Response:
        """The whole answer to a POST."""
        return self.client.post(f"/api/3/action/{action}", headers=self.headers(person), **how)

    def call(self, action: str, *, person: str = "editor", **data: Any) -> tuple[int, Any]:
        """Status, and result or error."""
        return _read(self.send(action, person=person, json=data))

    def form(
        self, action: str, *, parts: Mapping[str, object], **files: tuple[str, bytes]
    ) -> tuple[int, Any]:
        """The same by a form in parts with files; what is no text goes as JSON."""
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in parts.items()}
        return _read(self.send(action, data=texts, files={k: (*v, "text/csv") for k, v in files.items()}))

    def done(self, action: str, *, person: str = "editor", **data: Any) -> Any:
        """The result of a call that must succeed."""
        status, result = self.call(action, person=person, **data)
        assert status == 200, result
        return result

    def dataset(self, **changes: Any) -> dict[str, Any]:
        """A new dataset with a name and a title of its own."""
        name = f"agree-{_RUN}-{next(_NUMBERS)}"
        package: dict[str, Any] = self.done(
            "package_create", **{**METADATA, "name": name, "title": f"ชุดข้อมูล {name}", **changes}
        )
        return package

    def wanted(self, **changes: Any) -> dict[str, Any]:
        """A dataset that could be made."""
        name = f"agree-{_RUN}-{next(_NUMBERS)}"
        return {**METADATA, "name": name, "title": f"ชุดข้อมูล {name}", **changes}

    def table(self, *fields: tuple[str, str], key: tuple[str, ...] = ("k",), **more: Any) -> str:
        """A new dataset with a table of these columns; the id of its resource."""
        resource_id = new_id()
        self.dataset(resources=[{"id": resource_id, "name": "t", "url_type": "datastore"}])
        columns = [{"id": name, "type": kind} for name, kind in fields]
        self.done("datastore_create", resource_id=resource_id, fields=columns, primary_key=list(key), **more)
        return resource_id

    def write(self, resource_id: str, *records: Mapping[str, object], **more: Any) -> tuple[int, Any]:
        """Write rows."""
        return self.call("datastore_upsert", resource_id=resource_id, records=list(records), **more)

    def rows(self, resource_id: str, **more: Any) -> list[dict[str, object]]:
        """The rows, without CKAN's own number."""
        found = self.done("datastore_search", resource_id=resource_id, **more)["records"]
        return [{k: v for k, v in row.items() if k != "_id"} for row in found]

    def columns(self, resource_id: str) -> dict[str, str]:
        """The columns and their types."""
        found = self.done("datastore_search", resource_id=resource_id, limit=0)["fields"]
        return {field["id"]: field["type"] for field in found}

    def dump(self, resource_id: str, *, person: str = "editor", **query: object) -> httpx.Response:
        """The table as a file."""
        place = f"/datastore/dump/{resource_id}"
        return self.client.get(
            place, headers=self.headers(person), params={k: str(v) for k, v in query.items()}
        )

    def package(self, package: Mapping[str, Any]) -> dict[str, Any]:
        """The dataset as it stands."""
        found: dict[str, Any] = self.done("package_show", id=package["id"])
        return found


def _read(response: httpx.Response) -> tuple[int, Any]:
    try:
        content = response.json()
    except ValueError:
        return response.status_code, response.text
    if not isinstance(content, dict):
        return response.status_code, content
    return response.status_code, content.get("result") if content["success"] else content["error"]
