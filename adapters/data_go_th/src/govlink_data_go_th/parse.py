"""CKAN's results as typed values. Only what the publisher needs is read; the rest is left alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from govlink.errors import Fault, UnexpectedAnswerError
from govlink.models.publication import PublicationState

from .settings import PLATFORM

__all__ = [
    "Package",
    "Schema",
    "SchemaField",
    "Site",
    "StoredTable",
    "parse_organisations",
    "parse_package",
    "parse_page",
    "parse_schema",
    "parse_status",
    "parse_table",
    "state_of",
]

WRONG_RESULT = Fault(
    "data_go_th.wrong_result",
    en="the result lacks {what} or has it in another form",
    th="ผลลัพธ์ไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)

PREPARE = "prepare"
"""The dataset type the governance extension gives until a steward approves (seen in code)."""


def _wrong(what: str, operation: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(WRONG_RESULT, platform=PLATFORM, operation=operation, what=what)


def _object(value: object, what: str, operation: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _wrong(what, operation)
    return value


def _objects(value: object, what: str, operation: str) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, list):
        raise _wrong(what, operation)
    return tuple(_object(item, what, operation) for item in value)


def _text(content: Mapping[str, object], name: str, operation: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(name, operation)
    return value


def _integer(content: Mapping[str, object], name: str, operation: str) -> int:
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _wrong(name, operation)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A dataset as the catalogue holds it. ``owners`` are its organisation's id and name."""

    id: str
    name: str
    type: str
    state: str
    is_private: bool
    metadata_modified: str
    owners: frozenset[str]
    fields: Mapping[str, object]
    resources: tuple[Mapping[str, object], ...]

    def resource(self, resource_id: str) -> Mapping[str, object] | None:
        """The resource of that id, or None."""
        return next((r for r in self.resources if r.get("id") == resource_id), None)


def parse_package(result: object, *, operation: str) -> Package:
    """A ``package_show`` result."""
    content = _object(result, "a dataset", operation)
    private = content.get("private")
    if not isinstance(private, bool):
        raise _wrong("private", operation)
    organisation = content.get("organization")
    owners = [content.get("owner_org")]
    if isinstance(organisation, dict):
        owners += [organisation.get("id"), organisation.get("name")]
    return Package(
        id=_text(content, "id", operation),
        name=_text(content, "name", operation),
        type=_text(content, "type", operation),
        state=_text(content, "state", operation),
        is_private=private,
        metadata_modified=_text(content, "metadata_modified", operation),
        owners=frozenset(owner for owner in owners if isinstance(owner, str)),
        fields=content,
        resources=_objects(content.get("resources"), "resources", operation),
    )


def state_of(package: Package | None) -> PublicationState:
    """Where a dataset stands; a deleted one is shown to its editors only, and counts as absent."""
    if package is None or package.state == "deleted":
        return PublicationState.ABSENT
    if package.type == PREPARE:
        return PublicationState.WAITING_FOR_APPROVAL
    return PublicationState.PRIVATE if package.is_private else PublicationState.PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaField:
    """A field of the live schema; ``choices`` is None where any text may stand."""

    is_required: bool
    choices: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The fields of datasets and of resources in the catalogue's own metadata schema."""

    fields: Mapping[str, SchemaField]
    resource_fields: Mapping[str, SchemaField] = field(default_factory=dict)


def _parse_fields(listed: object, what: str, operation: str) -> Mapping[str, SchemaField]:
    fields: dict[str, SchemaField] = {}
    for item in _objects(listed, what, operation):
        choices = item.get("choices")
        values = (
            frozenset(str(c.get("value")) for c in _objects(choices, "choices", operation))
            if choices
            else None
        )
        name = _text(item, "field_name", operation)
        fields[name] = SchemaField(is_required=item.get("required") is True, choices=values)
    return fields


def parse_schema(result: object, *, operation: str) -> Schema:
    """A ``scheming_dataset_schema_show`` result."""
    content = _object(result, "a schema", operation)
    return Schema(
        fields=_parse_fields(content.get("dataset_fields"), "dataset_fields", operation),
        resource_fields=_parse_fields(content.get("resource_fields") or [], "resource_fields", operation),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the catalogue says of itself: its CKAN version, None where it hides it, and its address."""

    version: tuple[int, int] | None
    url: str


def parse_status(result: object, *, operation: str) -> Site:
    """A ``status_show`` result."""
    content = _object(result, "a status", operation)
    match = re.match(r"(\d{1,3})\.(\d{1,3})", str(content.get("ckan_version") or ""), re.ASCII)
    version = (int(match[1]), int(match[2])) if match else None
    return Site(version=version, url=str(content.get("site_url") or ""))


def parse_organisations(result: object, *, operation: str) -> frozenset[str]:
    """Ids and names of the organisations that a token may create datasets in."""
    items = _objects(result, "organisations", operation)
    names = {str(item[key]) for item in items for key in ("id", "name") if item.get(key)}
    return frozenset(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """A DataStore table: columns (id, type, label, notes), all rows counted, and one page of them.

    ``row_count`` counts the rows the question's filters let through; each record has CKAN's ``_id``.
    """

    columns: tuple[tuple[str, str, str, str], ...]
    row_count: int
    records: tuple[Mapping[str, object], ...]


def parse_table(result: object, *, operation: str) -> StoredTable:
    """A ``datastore_search`` result; its form is the same since CKAN 2.9 (seen in code)."""
    content = _object(result, "rows", operation)
    columns: list[tuple[str, str, str, str]] = []
    for item in _objects(content.get("fields"), "fields", operation):
        info = item.get("info")
        labels: Mapping[str, object] = info if isinstance(info, dict) else {}
        name, kind = _text(item, "id", operation), _text(item, "type", operation)
        if not name.startswith("_"):
            columns.append((name, kind, str(labels.get("label") or ""), str(labels.get("notes") or "")))
    return StoredTable(
        columns=tuple(columns),
        row_count=_integer(content, "total", operation),
        records=_objects(content.get("records"), "records", operation),
    )


def parse_page(result: object, *, operation: str) -> tuple[str, int]:
    """A page of ``datastore_search`` asked for as CSV: its text, and how many rows the catalogue allowed."""
    content = _object(result, "rows", operation)
    records = content.get("records")
    if not isinstance(records, str):
        raise _wrong("records", operation)
    return records, _integer(content, "limit", operation)
