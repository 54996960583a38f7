"""The dataset schema the simulated catalogue answers with, and how it validates by it.

Names, labels, required flags and choices are those of the public extension, release 2.1.0 (seen in
code); which of them the server enforces was tried: presence, except of title and tags, and the values
of lists and of the category only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from govlink.models.dataset import (
    DataCategory,
    DataFormat,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)

__all__ = ["MANDATORY", "choices_of", "default_schema", "validate_fields"]

MANDATORY = (
    "data_type",
    "title",
    "owner_org",
    "maintainer",
    "maintainer_email",
    "tag_string",
    "notes",
    "objective",
    "update_frequency_unit",
    "geo_coverage",
    "data_source",
    "data_format",
    "data_category",
    "license_id",
)

_UNENFORCED = frozenset({"title", "tag_string"})
_ENFORCED_CHOICES = frozenset({"objective", "data_format", "data_category"})
_DATES = frozenset({"last_updated_date", "created_date", "data_release_calendar", "data_release_date"})
_EMAIL = re.compile(r"[^@\s,]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)

_FIELDS: tuple[tuple[str, str, type[StrEnum] | None], ...] = (
    ("data_type", "ประเภทชุดข้อมูล", DataType),
    ("data_type_other", "", None),
    ("title", "ชื่อชุดข้อมูล", None),
    ("name", "URL", None),
    ("owner_org", "องค์กร", None),
    ("allow_harvest", "ยินยอมให้นำชื่อชุดข้อมูลไปใช้ที่ GD-Catalog", None),
    ("maintainer", "ชื่อผู้ติดต่อ", None),
    ("maintainer_email", "อีเมลผู้ติดต่อ", None),
    ("tag_string", "คำสำคัญ", None),
    ("notes", "รายละเอียด", None),
    ("objective", "วัตถุประสงค์", Objective),
    ("objective_other", "", None),
    ("update_frequency_unit", "หน่วยความถี่ของการปรับปรุงข้อมูล", FrequencyUnit),
    ("update_frequency_unit_other", "", None),
    ("update_frequency_interval", "ค่าความถี่ของการปรับปรุงข้อมูล", None),
    ("geo_coverage", "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่", GeoCoverage),
    ("geo_coverage_other", "", None),
    ("data_source", "แหล่งที่มา", None),
    ("data_format", "รูปแบบการเก็บข้อมูล", DataFormat),
    ("data_format_other", "", None),
    ("data_category", "หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ", DataCategory),
    ("license_id", "สัญญาอนุญาตให้ใช้ข้อมูล", Licence),
    ("license_id_other", "", None),
    ("accessible_condition", "เงื่อนไขในการเข้าถึงข้อมูล", None),
    ("url", "URL", None),
    ("created_date", "วันที่เริ่มต้นสร้าง", None),
    ("last_updated_date", "วันที่ปรับปรุงข้อมูลล่าสุด", None),
    ("data_release_calendar", "วันที่กำหนดเผยแพร่ข้อมูล", None),
    ("first_year_of_data", "ปีข้อมูลที่เริ่มต้นจัดทำ", None),
    ("last_year_of_data", "ปีข้อมูลล่าสุดที่เผยแพร่", None),
    ("unit_of_measure", "หน่วยวัด", None),
)


def _field(name: str, label: str, choices: type[StrEnum] | None) -> dict[str, object]:
    field: dict[str, object] = {"field_name": name, "label": label}
    if name in MANDATORY and name != "owner_org":
        field["required"] = True
    if choices is not None:
        hidden = {DataCategory.INTERNAL.value}  # only later forks of the extension offer it
        values = [choice.value for choice in choices if choice.value not in hidden]
        field["choices"] = [{"value": value, "label": value} for value in values]
    return field


def default_schema() -> list[dict[str, object]]:
    """The dataset fields, fresh, so that a test may change them."""
    return [_field(*row) for row in _FIELDS]


def choices_of(field: dict[str, object]) -> list[object]:
    """The values a field offers, in their order; none where any text may stand."""
    listed = field.get("choices")
    return [item["value"] for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []


def _refuses_choice(field: dict[str, object], value: object) -> bool:
    chosen = value if isinstance(value, list) else [value]
    return field["field_name"] in _ENFORCED_CHOICES and any(v not in choices_of(field) for v in chosen)


def _refuses_date(field: dict[str, object], value: object) -> bool:
    if field["field_name"] not in _DATES:
        return False
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return True
    return False


def _refuses_email(field: dict[str, object], value: object) -> bool:
    return field["field_name"] == "maintainer_email" and _EMAIL.fullmatch(str(value)) is None


_RULES: tuple[tuple[Callable[[dict[str, object], object], bool], str], ...] = (
    (_refuses_choice, "ค่าที่เลือกไม่ถูกต้อง"),
    (_refuses_date, "รูปแบบวันที่ไม่ถูกต้อง"),
    (_refuses_email, "อีเมลไม่ถูกต้อง"),
)


def validate_fields(schema: list[dict[str, object]], fields: dict[str, object]) -> dict[str, object]:
    """The errors of these dataset fields, by name, in the site's language (Thai)."""
    errors: dict[str, object] = {}
    for field in schema:
        name = str(field["field_name"])
        value = fields.get(name)
        if not value:
            if field.get("required") and name not in _UNENFORCED:
                errors[name] = ["ไม่มีค่า"]
            continue
        for refuses, text in _RULES:
            if refuses(field, value):
                errors[name] = [text]
    return errors
