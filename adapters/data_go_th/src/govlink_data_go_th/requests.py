"""The requests to CKAN that read, and those that change a dataset; ``row_requests`` has the tables'.

Actions are POST with JSON and the raw token, or with a form where a file goes along.
``package_update`` and ``resource_update`` are not here on purpose: up to CKAN 2.11 the first deletes
every resource it is not told of, and the second drops every field (tried). Nor are ``package_patch``,
``resource_patch`` and ``resource_create``, which would overwrite what a person changed since the
dataset was read, or write into a dataset that is public already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from govlink.flow import Effect, FileBody, Request
from govlink.models.table import CsvFile
from govlink.wire import json_body

from .parse import Package
from .settings import DataGoThSettings

__all__ = [
    "Revision",
    "call",
    "request_datastore_dump",
    "request_datastore_page",
    "request_datastore_search",
    "request_organization_list_for_user",
    "request_package_create",
    "request_package_revise",
    "request_package_show",
    "request_scheming_dataset_schema_show",
    "request_status_show",
]


def call(
    settings: DataGoThSettings, action: str, content: Mapping[str, object], effect: Effect = Effect.READ
) -> Request:
    """An action with its parameters as JSON."""
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


def request_status_show(settings: DataGoThSettings) -> Request:
    """Ask for the versions of CKAN and of the Thai extension."""
    return call(settings, "status_show", {})


def request_scheming_dataset_schema_show(settings: DataGoThSettings) -> Request:
    """Ask for the live metadata schema; it can be read without a token (tried)."""
    return call(settings, "scheming_dataset_schema_show", {"type": "dataset"})


def request_organization_list_for_user(settings: DataGoThSettings) -> Request:
    """Ask where this token may create datasets: the one way to tell a bad token (tried)."""
    return call(settings, "organization_list_for_user", {"permission": "create_dataset"})


def request_package_show(settings: DataGoThSettings, name: str) -> Request:
    """Ask for a dataset with its resources."""
    return call(settings, "package_show", {"id": name})


def request_datastore_search(
    settings: DataGoThSettings,
    resource_id: str,
    *,
    limit: int = 0,
    sort: str = "_id",
    filters: Mapping[str, str] | None = None,
) -> Request:
    """Ask for columns, row count and the first rows by ``sort``; ``limit`` 0 gives no rows.

    ``datastore_info`` would tell less and changes its parameters and form from version to version (seen
    in code).
    """
    content = {"resource_id": resource_id, "limit": limit, "sort": sort}
    return call(settings, "datastore_search", {**content, "filters": dict(filters or {})})


def request_datastore_page(settings: DataGoThSettings, resource_id: str, *, offset: int) -> Request:
    """Ask for stored rows as CSV text without a header, in the table's own order.

    A cap on ``limit`` applies in silence (tried); that asked for is the Thai extension's (seen in code).
    """
    content = {"resource_id": resource_id, "limit": 10_000, "offset": offset, "sort": "_id"}
    return call(settings, "datastore_search", {**content, "records_format": "csv", "include_total": False})


def request_datastore_dump(settings: DataGoThSettings, resource_id: str, *, sink: Path) -> Request:
    """Ask for the whole stored table as a CSV file, ``_id`` first; it never passes through memory."""
    return Request(
        method="GET",
        url=f"{settings.action_url('datastore_dump')}/{resource_id}",
        operation="datastore_dump",
        query=(("format", "csv"), ("bom", "False")),
        headers=((settings.token_header, settings.access_token.get_secret_value()),),
        sink=sink,
        timeout_s=settings.dump_timeout_s,
    )


def request_package_create(settings: DataGoThSettings, fields: Mapping[str, object]) -> Request:
    """Create the dataset with its resources, unseen by the public and by the harvester.

    Not repeatable: an editor cannot choose the dataset's id, and a second call finds the name in use.
    """
    return call(settings, "package_create", {**fields, "private": True}, Effect.WRITE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What ``package_revise`` shall change: false when nothing.

    ``dataset`` are fields of the dataset, ``resources`` fields of resources by id, ``added`` whole new
    resources, ``removed`` ids of resources to go. ``upload`` is a file for the resource of that id.
    """

    dataset: Mapping[str, object] = field(default_factory=dict)
    resources: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    added: tuple[Mapping[str, object], ...] = ()
    removed: tuple[str, ...] = ()
    upload: tuple[str, CsvFile] | None = None

    def __bool__(self) -> bool:
        return any((self.dataset, self.resources, self.added, self.removed, self.upload))

    def names(self) -> tuple[str, ...]:
        """What is changed, for people; never a value."""
        nested = {name for fields in self.resources.values() for name in fields}
        rest = {"resources"} if self.added or self.removed or self.upload else set()
        return tuple(sorted({*self.dataset, *nested, *rest}))

    def wire(self, package: Package) -> dict[str, object]:
        """The parameters of the action.

        A list is removed by ``filter`` first, because an update alone merges it position by position
        (seen in CKAN's code). A resource is added before the others are changed, so one call may do both.
        """
        match = {"name": package.name, "metadata_modified": package.metadata_modified}
        lists = [f"-{name}" for name, value in self.dataset.items() if isinstance(value, list)]
        lists += [
            f"-resources__{resource_id}__{name}"
            for resource_id, fields in self.resources.items()
            for name, value in fields.items()
            if isinstance(value, list)
        ]
        lists += [f"-resources__{resource_id}" for resource_id in self.removed]
        content: dict[str, object] = {"match": match, "filter": lists, "update": dict(self.dataset)}
        if self.added:
            content["update__resources__extend"] = [dict(fields) for fields in self.added]
        content.update({f"update__resources__{i}": dict(f) for i, f in self.resources.items()})
        return content


def request_package_revise(
    settings: DataGoThSettings, package: Package, revision: Revision, *, boundary: str
) -> Request:
    """Change the dataset only if it is still as it was read: CKAN's one compare-and-set (documented).

    With a file it is a multipart form, whose other parts hold JSON (tried). ``boundary`` parts it.
    """
    content = revision.wire(package)
    if revision.upload is None:
        return call(settings, "package_revise", content, Effect.WRITE)
    resource_id, file = revision.upload
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + json_body({"": value})[4:-1]
        + b"\r\n"
        for name, value in content.items()
    ]
    opening = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="update__resources__{resource_id}__upload"; '
        f'filename="{package.name}.csv"\r\nContent-Type: text/csv\r\n\r\n'
    )
    return Request(
        method="POST",
        url=settings.action_url("package_revise"),
        operation="package_revise",
        effect=Effect.WRITE,
        headers=(
            ("Content-Type", f"multipart/form-data; boundary={boundary}"),
            (settings.token_header, settings.access_token.get_secret_value()),
        ),
        body=FileBody(
            path=file.path,
            length_bytes=file.size_bytes,
            before=b"".join(parts) + opening.encode(),
            after=f"\r\n--{boundary}--\r\n".encode(),
        ),
        timeout_s=settings.load_timeout_s,
    )
