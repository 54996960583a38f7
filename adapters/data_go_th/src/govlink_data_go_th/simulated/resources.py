"""The resources of a dataset: how CKAN stores what it is sent, and how it shows what it stored.

A resource's id may be chosen by whoever makes it. A known field left out of an update is kept or lost by
CKAN's own list; unknown ones are stored, and replaced together. (tried on CKAN 2.11 and 2.12)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from .bodies import UploadedFile
from .envelope import invalid
from .files import MAX_FILE_BYTES, format_of, mimetype_of, munged

__all__ = ["Fields", "Keeper", "shown_resource"]

Fields = dict[str, object]

_KEPT: Mapping[str, object] = {
    "id": None,
    "package_id": None,
    "position": None,
    "state": "active",
    "created": None,
    "metadata_modified": None,
    "last_modified": None,
    "cache_last_updated": None,
    "cache_url": None,
    "hash": "",
    "name": None,
    "format": "",
    "size": None,
    "url_type": None,
}
_LOST: Mapping[str, object] = {
    "url": "",
    "mimetype": None,
    "mimetype_inner": None,
    "resource_type": None,
}
_UNSENT = frozenset({"upload", "clear_upload", "package_id", "state"})
_STAMPS = frozenset({"metadata_modified", "position"})


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Stores resources and the files behind them."""

    now: Callable[[], str]
    new_id: Callable[[], UUID]
    files: dict[str, bytes] = field(default_factory=dict)
    max_file_bytes: int = MAX_FILE_BYTES

    def check(self, data: Fields) -> dict[str, object]:
        """What is wrong with a chosen id."""
        given = data.get("id")
        try:
            UUID(str(given)) if given else None
        except ValueError:
            return {"id": ["Invalid id provided"]}
        return {}

    def stored(self, data: Fields, old: Fields | None, package_id: object) -> Fields:
        """The resource as it will be kept; the file is kept by ``keep_file`` when all else is settled.

        Raises:
            Refusal: the file is too large.
        """
        base = {**_KEPT, **_LOST} if old is None else {**{k: old[k] for k in _KEPT}, **_LOST}
        sent = {name: value for name, value in data.items() if name not in _UNSENT}
        resource: Fields = {**base, **sent, "package_id": package_id}
        resource["id"] = str(data.get("id") or self.new_id())
        resource["created"] = (old or {}).get("created") or self.now()
        if not resource["format"] and not data.get("id"):
            resource["format"] = mimetype_of(str(resource["url"])) or ""
        resource["format"] = format_of(str(resource["format"] or ""))
        resource.setdefault("datastore_active", False)
        if resource.get("url_type") == "upload":
            resource["url"] = str(resource["url"]).rsplit("/", 1)[-1]
        elif resource.get("url_type") == "datastore":
            resource["url"] = ""  # the URL told is made from the id, whatever stands here
        compared = {name: value for name, value in resource.items() if name not in _STAMPS}
        if old is None or compared != {name: value for name, value in old.items() if name not in _STAMPS}:
            resource["metadata_modified"] = self.now()
        return resource

    def with_file(self, data: Fields) -> Fields:
        """The resource with what its file says about it."""
        file = data.get("upload")
        if not isinstance(file, UploadedFile) or not file.name:
            return {name: value for name, value in data.items() if name != "upload"}
        if len(file.content) > self.max_file_bytes:
            raise invalid(upload=["File upload too large"])
        name = munged(file.name)
        told: Fields = {"url": name, "url_type": "upload", "last_modified": self.now()}
        told |= {"size": len(file.content)}
        if "mimetype" not in data:
            told["mimetype"] = mimetype_of(name)
        return {**data, **told}

    def keep_file(self, data: Fields, resource: Fields) -> None:
        """Keep the file of a stored resource."""
        file = data.get("upload")
        if isinstance(file, UploadedFile) and file.name:
            self.files[str(resource["id"])] = file.content


def shown_resource(resource: Fields, *, site_url: str) -> Fields:
    """The resource as a reply tells it: tables and files get their URLs."""
    shown = dict(resource)
    url = str(resource.get("url") or "")
    if resource.get("url_type") == "datastore":
        shown["url"] = f"{site_url}datastore/dump/{resource['id']}"
    elif resource.get("url_type") == "upload":
        place = f"dataset/{resource['package_id']}/resource/{resource['id']}"
        shown["url"] = f"{site_url}{place}/download/{munged(url)}"
    elif url and "://" not in url:
        shown["url"] = f"http://{url.lstrip('/')}"
    return shown
