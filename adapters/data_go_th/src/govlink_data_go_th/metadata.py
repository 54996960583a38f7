"""A dataset in the fields of the Thai catalogue's schema, and what differs from what is stored.

Choices are stored as their Thai labels; a choice of อื่นๆ puts its text into ``<field>_other``.
Unknown dataset fields are dropped without a word (tried), so what was stored is always compared.
(field names and rules: ckanext-thai_gdc, ckan_dataset schema 2.1.0, seen in code)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govlink.models.dataset import Dataset
from govlink.models.release import ProtectionReport

from .parse import Package
from .settings import DataGoThSettings

__all__ = ["OTHER_LABELS", "WIRE_NAMES", "Wanted", "differences", "strayed", "wanted_of"]

WIRE_NAMES: Mapping[str, str] = {"licence": "license_id", "last_updated": "last_updated_date"}
"""Where a member of ``Dataset`` has another name in the catalogue."""

OTHER_LABELS = frozenset({"อื่นๆ", "ข้อมูลประเภทอื่นๆ"})
"""The choices that demand a text of their own."""

_WITH_OTHER = (
    "data_type",
    "objective",
    "update_frequency_unit",
    "geo_coverage",
    "data_format",
    "licence",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The dataset fields to be stored, in the form they are sent; empty ones included."""

    name: str
    owner_org: str
    fields: Mapping[str, object]

    def filled(self) -> dict[str, object]:
        """The fields that hold something: what a new dataset is created with."""
        return {name: value for name, value in self.fields.items() if value}


def _protection_note(report: ProtectionReport) -> str:
    share = f"{report.suppressed_share:.1%}"
    return (
        f"การปกปิดข้อมูลทางสถิติ: ใช้วิธี {report.method} เกณฑ์ขั้นต่ำ {report.threshold} "
        f"ปกปิด {report.cells_suppressed} ช่อง ({share} ของทั้งหมด) ช่องที่ปกปิดไม่มีค่าและมี conf_status เป็น C "
        f"(นโยบาย {report.policy_id} รุ่น {report.policy_version})\n"
        f"Statistical disclosure control: method {report.method}, threshold {report.threshold}, "
        f"{report.cells_suppressed} cells suppressed ({share} of all); a suppressed cell has no count and "
        f"conf_status C (policy {report.policy_id}, version {report.policy_version})."
    )


def wanted_of(dataset: Dataset, *, report: ProtectionReport, settings: DataGoThSettings) -> Wanted:
    """The fields of this dataset. The notes end by saying how the figures were protected."""
    texts = dict(dataset.other)
    others = {f"{WIRE_NAMES.get(name, name)}_other": texts.get(name, "").strip() for name in _WITH_OTHER}
    ours: dict[str, object] = {
        "title": dataset.title.strip(),
        "data_type": dataset.data_type.value,
        "maintainer": dataset.maintainer.strip(),
        "maintainer_email": dataset.maintainer_email,
        "tags": [{"name": tag} for tag in dataset.tags],
        "notes": f"{dataset.notes.strip()}\n\n{_protection_note(report)}",
        "objective": [choice.value for choice in dataset.objective],
        "update_frequency_unit": dataset.update_frequency_unit.value,
        "update_frequency_interval": dataset.update_frequency_interval.strip(),
        "geo_coverage": dataset.geo_coverage.value,
        "data_source": dataset.data_source.strip(),
        "data_format": [choice.value for choice in dataset.data_format],
        "data_category": dataset.data_category.value,
        "license_id": dataset.licence.value,
        "unit_of_measure": dataset.unit_of_measure.strip(),
        "first_year_of_data": dataset.first_year_of_data,
        "last_year_of_data": dataset.last_year_of_data,
        "last_updated_date": dataset.last_updated.isoformat() if dataset.last_updated else "",
        "state": "active",  # revives a soft-deleted dataset (tried), where ``republish`` allows it
    }
    extra = {k: list(v) if isinstance(v, tuple) else v for k, v in settings.extra_fields.items()}
    return Wanted(name=dataset.name, owner_org=dataset.owner_org, fields={**extra, **others, **ours})


def _plain(value: object) -> object:
    """A value as it compares: lists come back in the schema's order, tags as whole objects (tried)."""
    if isinstance(value, list):
        return sorted(str(item.get("name") if isinstance(item, dict) else item) for item in value)
    return value or ""


def differences(wanted: Wanted, package: Package) -> dict[str, object]:
    """The fields to be sent so that the stored dataset becomes the wanted one; empty when it is."""
    return {
        name: value
        for name, value in wanted.fields.items()
        if (_plain(value) or "") != (_plain(package.fields.get(name)) or "")
    }


def strayed(
    names: Iterable[str], *, now: Mapping[str, object], before: Mapping[str, object]
) -> tuple[str, ...]:
    """Those of the names whose stored value is another than it was."""
    return tuple(sorted(n for n in names if (_plain(now.get(n)) or "") != (_plain(before.get(n)) or "")))
