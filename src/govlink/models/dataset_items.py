"""What the metadata standard says of each item: its Thai name, its code list, whom it is for.

The "shown for" of the catalogue's form is a rule of the form only: its API takes any item for any type
of data (tried). Source: ckanext-thai_gdc, ckan_dataset schema, release 2.1.0 (seen in code).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .code_lists import (
    Classification,
    CollectionUnit,
    DataCategory,
    DataFormat,
    DataLanguage,
    DataSupport,
    DataType,
    Disaggregation,
    FrequencyUnit,
    GeoCoverage,
    GeographicLayer,
    Licence,
    Multiplier,
    Objective,
    Scale,
)

__all__ = ["ITEMS", "OTHER_LABELS", "RESOURCE_ITEMS", "Item"]

OTHER_LABELS = frozenset({"อื่นๆ", DataType.OTHER.value})
"""The choices that demand a text of their own."""

_ALL = frozenset(DataType)
_STATISTICS = frozenset({DataType.STATISTICS})
_GEOGRAPHIC = frozenset({DataType.GEOGRAPHIC})
_NEITHER = _ALL - _STATISTICS - _GEOGRAPHIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item: the member that holds it, and what the standard says of it.

    ``choices`` is its code list, if it has one; ``types`` are the types of data it is meant for.
    """

    member: str
    label_th: str
    choices: type[StrEnum] | None = None
    types: frozenset[DataType] = _ALL
    is_mandatory: bool = False

    @property
    def can_be_other(self) -> bool:
        """Whether อื่นๆ is among its choices, which then demands a text."""
        return self.choices is not None and not OTHER_LABELS.isdisjoint(self.choices)


def _item(
    member: str,
    label_th: str,
    choices: type[StrEnum] | None = None,
    types: frozenset[DataType] = _ALL,
    mark: str = "",
) -> Item:
    return Item(member=member, label_th=label_th, choices=choices, types=types, is_mandatory=mark == "*")


ITEMS = (
    _item("data_type", "ประเภทชุดข้อมูล", DataType, mark="*"),
    _item("title", "ชื่อชุดข้อมูล", mark="*"),
    _item("name", "URL"),
    _item("owner_org", "องค์กร", mark="*"),
    _item("maintainer", "ชื่อผู้ติดต่อ", mark="*"),
    _item("maintainer_email", "อีเมลผู้ติดต่อ", mark="*"),
    _item("tags", "คำสำคัญ", mark="*"),
    _item("notes", "รายละเอียด", mark="*"),
    _item("objective", "วัตถุประสงค์", Objective, mark="*"),
    _item("update_frequency_unit", "หน่วยความถี่ของการปรับปรุงข้อมูล", FrequencyUnit, mark="*"),
    _item("update_frequency_interval", "ค่าความถี่ของการปรับปรุงข้อมูล"),
    _item("geo_coverage", "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่", GeoCoverage, mark="*"),
    _item("data_source", "แหล่งที่มา", mark="*"),
    _item("data_format", "รูปแบบการเก็บข้อมูล", DataFormat, mark="*"),
    _item("data_category", "หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ", DataCategory, mark="*"),
    _item("licence", "สัญญาอนุญาตให้ใช้ข้อมูล", Licence, mark="*"),
    _item("classification", "ระดับชั้นข้อมูล", Classification),
    _item("accessible_condition", "เงื่อนไขในการเข้าถึงข้อมูล"),
    _item("reference_url", "อ้างอิง URL Catalog"),
    _item("url", "URL"),
    _item("data_language", "ภาษาที่ใช้", DataLanguage),
    _item("last_updated", "วันที่ปรับปรุงข้อมูลล่าสุด"),
    _item("created", "วันที่เริ่มต้นสร้าง", types=_NEITHER),
    _item("data_support", "ผู้สนับสนุนหรือผู้ร่วมดำเนินการ", DataSupport, _NEITHER),
    _item("data_collect", "หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล", CollectionUnit, _NEITHER),
    _item("is_high_value", "ชุดข้อมูลที่มีคุณค่าสูง", types=_NEITHER),
    _item("is_reference_data", "ข้อมูลอ้างอิง", types=_NEITHER),
    _item("data_release_calendar", "วันที่กำหนดเผยแพร่ข้อมูล", types=_STATISTICS | _GEOGRAPHIC),
    _item("first_year_of_data", "ปีข้อมูลที่เริ่มต้นจัดทำ", types=_STATISTICS),
    _item("last_year_of_data", "ปีข้อมูลล่าสุดที่เผยแพร่", types=_STATISTICS),
    _item("disaggregate", "การจัดจำแนก", Disaggregation, _STATISTICS),
    _item("unit_of_measure", "หน่วยวัด", types=_STATISTICS),
    _item("unit_of_multiplier", "หน่วยตัวคูณ", Multiplier, _STATISTICS),
    _item("calculation_method", "วิธีการคำนวณ", types=_STATISTICS),
    _item("standard", "มาตรฐานการจัดทำข้อมูล", types=_STATISTICS),
    _item("is_official_statistics", "สถิติทางการ", types=_STATISTICS),
    _item("geographic_data_set", "ชุดข้อมูลภูมิศาสตร์", GeographicLayer, _GEOGRAPHIC),
    _item("equivalent_scale", "มาตราส่วน", Scale, _GEOGRAPHIC),
    _item("west_bound", "ค่าพิกัดกรอบพื้นที่", types=_GEOGRAPHIC),
    _item("east_bound", "ค่าพิกัดกรอบพื้นที่", types=_GEOGRAPHIC),
    _item("north_bound", "ค่าพิกัดกรอบพื้นที่", types=_GEOGRAPHIC),
    _item("south_bound", "ค่าพิกัดกรอบพื้นที่", types=_GEOGRAPHIC),
    _item("positional_accuracy", "ความถูกต้องของตำแหน่ง", types=_GEOGRAPHIC),
    _item("reference_period", "เวลาอ้างอิง", types=_GEOGRAPHIC),
    _item("data_release_date", "วันที่เผยแพร่ข้อมูล", types=_GEOGRAPHIC),
)
"""The items of a dataset; those marked mandatory are the standard's fourteen."""

RESOURCE_ITEMS = (
    _item("accessible_condition", "เงื่อนไขในการเข้าถึงข้อมูล"),
    _item("created", "วันที่เริ่มต้นสร้าง", types=_ALL - _STATISTICS),
    _item("last_updated", "วันที่ปรับปรุงข้อมูลล่าสุด"),
    _item("data_collect", "หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล", CollectionUnit, _NEITHER),
    _item("first_year_of_data", "ปีข้อมูลที่เริ่มต้นจัดทำ", types=_STATISTICS),
    _item("last_year_of_data", "ปีข้อมูลล่าสุดที่เผยแพร่", types=_STATISTICS),
    _item("disaggregate", "การจัดจำแนก", Disaggregation, _STATISTICS),
    _item("unit_of_measure", "หน่วยวัด", types=_STATISTICS),
    _item("unit_of_multiplier", "หน่วยตัวคูณ", Multiplier, _STATISTICS),
    _item("data_release_calendar", "วันที่กำหนดเผยแพร่ข้อมูล", types=_STATISTICS),
    _item("is_official_statistics", "สถิติทางการ", types=_STATISTICS),
    _item("geographic_data_set", "ชุดข้อมูลภูมิศาสตร์", GeographicLayer, _GEOGRAPHIC),
    _item("equivalent_scale", "มาตราส่วน", Scale, _GEOGRAPHIC),
    _item("positional_accuracy", "ความถูกต้องของตำแหน่ง", types=_GEOGRAPHIC),
    _item("data_release_date", "วันที่เผยแพร่ข้อมูล", types=_GEOGRAPHIC),
)
"""The items of a table or file; each has its namesake in the dataset. Name and description come besides."""
