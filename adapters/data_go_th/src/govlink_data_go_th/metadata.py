"""A dataset in the fields of the Thai catalogue's schema, and what differs from what is stored.

Choices are stored as their Thai labels; a choice of อื่นๆ puts its text into ``<field>_other``; yes and
no are the texts ``True`` and ``False``. Unknown dataset fields are dropped without a word, unknown
resource fields are kept (tried), so what was stored is always compared.
(field names and rules: ckanext-thai_gdc, ckan_dataset schema 2.1.0, seen in code)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from govlink.models.dataset import Dataset, DatasetResource
from govlink.models.dataset_items import ITEMS, OTHER_LABELS, RESOURCE_ITEMS
from govlink.models.release import ProtectionReport
from govlink.models.statements import protection_statement

from .fitting import fitted
from .parse import Schema
from .settings import DataGoThSettings

__all__ = [
    "OTHER_LABELS",
    "WIRE_NAMES",
    "Wanted",
    "plain",
    "resource_differences",
    "wanted_of",
    "wire_name",
]

WIRE_NAMES: Mapping[str, str] = {
    "licence": "license_id",
    "classification": "data_classification",
    "reference_url": "reference_url_catalog",
    "last_updated": "last_updated_date",
    "created": "created_date",
    "is_high_value": "high_value_dataset",
    "is_reference_data": "reference_data",
    "is_official_statistics": "official_statistics",
    "west_bound": "west_bound_longitude",
    "east_bound": "east_bound_longitude",
    "north_bound": "north_bound_longitude",
    "south_bound": "south_bound_longitude",
}
"""Where a member of ``Dataset`` has another name in the catalogue."""

_FITTED = frozenset({"name", "owner_org", "classification"})  # these are no plain fields of every schema


def wire_name(member: str) -> str:
    """The name of that member's field in the catalogue."""
    return WIRE_NAMES.get(member, member)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The dataset fields to be stored, in the form they are sent; empty ones included.

    ``table`` and ``file`` are the filled fields of the two resources, without ids and URLs.
    """

    name: str
    owner_org: str
    fields: Mapping[str, object]
    table: Mapping[str, object] = field(default_factory=dict)
    file: Mapping[str, object] = field(default_factory=dict)

    def filled(self) -> dict[str, object]:
        """The fields that hold something: what a new dataset is created with."""
        return {name: value for name, value in self.fields.items() if value}


def _sent(value: object) -> object:
    """A member's value in the form it is sent; empty where it says nothing."""
    if isinstance(value, bool):
        return str(value)  # the text, because JSON true is stored as 'true' (tried)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_sent(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value).strip() if value is not None else ""


def _described(dataset: Dataset, report: ProtectionReport | None) -> dict[str, object]:
    texts = dict(dataset.other)
    found: dict[str, object] = {}
    for item in ITEMS:
        if item.member not in _FITTED:
            found[wire_name(item.member)] = _sent(getattr(dataset, item.member))
        if item.can_be_other:
            found[f"{wire_name(item.member)}_other"] = texts.get(item.member, "").strip()
    found["tags"] = [{"name": tag} for tag in dataset.tags]
    found["state"] = "active"  # revives a soft-deleted dataset (tried), where the publication may do so
    if report is not None:
        told = protection_statement(report)
        found["notes"] = f"{dataset.notes.strip()}\n\n{told.th}\n{told.en}"
    return found


def _resource(dataset: Dataset, own: DatasetResource, *, name: str, description: str) -> dict[str, object]:
    """The resource's own values, and the dataset's for what it does not say."""
    found: dict[str, object] = {
        "name": own.name.strip() or name,
        "description": own.description.strip() or description,
        "format": "CSV",
    }
    for item in RESOURCE_ITEMS:
        source: Dataset | DatasetResource = own
        if (value := _sent(getattr(own, item.member))) in ("", []) and dataset.data_type in item.types:
            source, value = dataset, _sent(getattr(dataset, item.member))
        if value in ("", []):
            continue
        found[f"resource_{wire_name(item.member)}"] = value
        if text := dict(source.other).get(item.member, "").strip():
            found[f"resource_{wire_name(item.member)}_other"] = text
    return found


def _resources(dataset: Dataset, report: ProtectionReport | None) -> tuple[dict[str, object], ...]:
    title = dataset.title.strip()
    said = "ตารางข้อมูล เรียกดูผ่าน API ได้ / Table, to be queried by API"
    if report is not None:
        said = "ตารางข้อมูลสถิติที่ปกปิดข้อมูลแล้ว / Statistical table after disclosure control"
    whole = "ตารางทั้งหมดเป็นไฟล์ CSV (UTF-8) / The whole table as a CSV file in UTF-8"
    table = _resource(dataset, dataset.table, name=title, description=said)
    return table, _resource(dataset, dataset.file, name=f"{title} (CSV)", description=whole)


def wanted_of(
    dataset: Dataset,
    *,
    report: ProtectionReport | None,
    settings: DataGoThSettings,
    schema: Schema | None = None,
) -> Wanted:
    """The fields of this dataset, fitted to the live schema where it is known.

    The notes of statistics end by saying how the figures were protected. ``extra_fields`` of the settings
    fill what the dataset leaves empty; those that only resources have go to both resources.
    """
    described = _described(dataset, report)
    extra = {k: list(v) if isinstance(v, tuple) else v for k, v in settings.extra_fields.items()}
    table, file = _resources(dataset, report)
    if schema is not None:
        below = {k: v for k, v in extra.items() if k in schema.resource_fields and k not in schema.fields}
        extra = {k: v for k, v in extra.items() if k not in below}
        table, file = {**below, **table}, {**below, **file}
    filled = {name: value for name, value in described.items() if value}
    fields = {**described, **extra, **filled}
    if schema is not None:
        fields = fitted(fields, schema.fields, dataset=dataset)
        table = fitted(table, schema.resource_fields)
        file = fitted(file, schema.resource_fields)
    return Wanted(name=dataset.name, owner_org=dataset.owner_org, fields=fields, table=table, file=file)


def plain(value: object) -> object:
    """A value as it compares: lists come back in the schema's order, tags as whole objects (tried)."""
    if isinstance(value, list):
        return sorted(str(item.get("name") if isinstance(item, dict) else item) for item in value) or ""
    return value or ""


def resource_differences(wanted: Mapping[str, object], stored: Mapping[str, object]) -> dict[str, object]:
    """The fields to be sent so that what is stored, a dataset or a resource, becomes what is wanted."""
    return {name: value for name, value in wanted.items() if plain(value) != plain(stored.get(name))}
