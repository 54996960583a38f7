"""A dataset as the Thai government metadata standard describes it.

The standard is that of DGA, the National Statistical Office and GBDi for government datasets, in the
form the national catalogue extension gives it: 14 mandatory items, and further ones by type of data.
Source: ckanext-thai_gdc, ckan_dataset schema, release 2.1.0 (seen in code).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

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

__all__ = [
    "Classification",
    "CollectionUnit",
    "DataCategory",
    "DataFormat",
    "DataLanguage",
    "DataSupport",
    "DataType",
    "Dataset",
    "DatasetResource",
    "Disaggregation",
    "FrequencyUnit",
    "GeoCoverage",
    "GeographicLayer",
    "Licence",
    "Multiplier",
    "Objective",
    "Scale",
]

Others = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetResource:
    """What is said of the table, or of the file beside it (ทรัพยากร), where it differs from the dataset.

    Both hold the whole dataset, so that whatever is empty here is taken from the dataset. ``name`` is
    the dataset's title then, and ``description`` says what the table or the file is.

    Attributes:
        name: ชื่อ. Names need not be unique.
        description: รายละเอียด.
        accessible_condition: เงื่อนไขในการเข้าถึงข้อมูล.
        created: วันที่เริ่มต้นสร้าง. Not for statistics.
        last_updated: วันที่ปรับปรุงข้อมูลล่าสุด.
        data_collect: หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล. For records, mixed and other data.
        first_year_of_data: ปีข้อมูลที่เริ่มต้นจัดทำ. For statistics.
        last_year_of_data: ปีข้อมูลล่าสุดที่เผยแพร่. For statistics.
        disaggregate: การจัดจำแนก. For statistics.
        unit_of_measure: หน่วยวัด. For statistics.
        unit_of_multiplier: หน่วยตัวคูณ. For statistics.
        data_release_calendar: วันที่กำหนดเผยแพร่ข้อมูล. For statistics.
        is_official_statistics: สถิติทางการ. For statistics.
        geographic_data_set: ชุดข้อมูลภูมิศาสตร์. For geo-information.
        equivalent_scale: มาตราส่วน. For geo-information.
        positional_accuracy: ความถูกต้องของตำแหน่ง. For geo-information.
        data_release_date: วันที่เผยแพร่ข้อมูล. For geo-information.
        other: By the member's name, the text that a choice of อื่นๆ demands.
    """

    name: str = ""
    description: str = ""
    accessible_condition: str = ""
    created: date | None = None
    last_updated: date | None = None
    data_collect: CollectionUnit | None = None
    first_year_of_data: str = ""
    last_year_of_data: str = ""
    disaggregate: tuple[Disaggregation, ...] = ()
    unit_of_measure: str = ""
    unit_of_multiplier: Multiplier | None = None
    data_release_calendar: date | None = None
    is_official_statistics: bool | None = None
    geographic_data_set: GeographicLayer | None = None
    equivalent_scale: Scale | None = None
    positional_accuracy: str = ""
    data_release_date: date | None = None
    other: Others = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The 14 mandatory items of the standard, and what it has for each type of data.

    The mandatory items have no defaults. Whether the dataset is private, and whether it may be
    harvested, is decided by the publication and not described here. Dates are Gregorian. An optional
    item left empty says nothing: what a person entered there on the portal stands.

    Attributes:
        name: URL. The catalogue's identity of the dataset: 2 to 70 of a-z, 0-9, ``-``, ``_``.
        data_type: ประเภทชุดข้อมูล. (1)
        title: ชื่อชุดข้อมูล, unique on the catalogue. (2)
        owner_org: องค์กร, by its name or id on the catalogue. (3)
        maintainer: ชื่อผู้ติดต่อ. A unit of the agency, not a person. (4)
        maintainer_email: อีเมลผู้ติดต่อ. One address, in ASCII. (5)
        tags: คำสำคัญ. (6)
        notes: รายละเอียด. (7)
        objective: วัตถุประสงค์. (8)
        update_frequency_unit: หน่วยความถี่ของการปรับปรุงข้อมูล. (9)
        update_frequency_interval: ค่าความถี่ของการปรับปรุงข้อมูล, how many of these units; a number.
        geo_coverage: ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่. (10)
        data_source: แหล่งที่มา. (11)
        data_format: รูปแบบการเก็บข้อมูล. (12)
        data_category: หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ. (13)
        licence: สัญญาอนุญาตให้ใช้ข้อมูล. (14)
        other: By the member's name, the text that a choice of อื่นๆ demands. Where the catalogue itself
            offers that text as a choice, it is stored as that choice.
        classification: ระดับชั้นข้อมูล. Public data are open (เปิดเผย) unless it says otherwise.
        accessible_condition: เงื่อนไขในการเข้าถึงข้อมูล.
        reference_url: อ้างอิง URL Catalog.
        url: URL of the agency's own page about the data.
        data_language: ภาษาที่ใช้.
        last_updated: วันที่ปรับปรุงข้อมูลล่าสุด.
        created: วันที่เริ่มต้นสร้าง. For records, mixed and other data, as the next four.
        data_support: ผู้สนับสนุนหรือผู้ร่วมดำเนินการ.
        data_collect: หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล.
        is_high_value: ชุดข้อมูลที่มีคุณค่าสูง.
        is_reference_data: ข้อมูลอ้างอิง.
        data_release_calendar: วันที่กำหนดเผยแพร่ข้อมูล. For statistics and geo-information.
        first_year_of_data: ปีข้อมูลที่เริ่มต้นจัดทำ. For statistics, as the next eight. Four digits; portals show
            years of the Buddhist era.
        last_year_of_data: ปีข้อมูลล่าสุดที่เผยแพร่.
        disaggregate: การจัดจำแนก.
        unit_of_measure: หน่วยวัด.
        unit_of_multiplier: หน่วยตัวคูณ.
        calculation_method: วิธีการคำนวณ.
        standard: มาตรฐานการจัดทำข้อมูล.
        is_official_statistics: สถิติทางการ.
        geographic_data_set: ชุดข้อมูลภูมิศาสตร์. For geo-information, as all that follow.
        equivalent_scale: มาตราส่วน.
        west_bound: ค่าพิกัดกรอบพื้นที่, its west: a longitude in decimal degrees.
        east_bound: ค่าพิกัดกรอบพื้นที่, its east: a longitude.
        north_bound: ค่าพิกัดกรอบพื้นที่, its north: a latitude.
        south_bound: ค่าพิกัดกรอบพื้นที่, its south: a latitude.
        positional_accuracy: ความถูกต้องของตำแหน่ง.
        reference_period: เวลาอ้างอิง.
        data_release_date: วันที่เผยแพร่ข้อมูล.
        table: What is said of the table where it differs.
        file: What is said of the file beside the table where it differs.
    """

    name: str
    data_type: DataType
    title: str
    owner_org: str
    maintainer: str
    maintainer_email: str
    tags: tuple[str, ...]
    notes: str
    objective: tuple[Objective, ...]
    update_frequency_unit: FrequencyUnit
    update_frequency_interval: str = ""
    geo_coverage: GeoCoverage
    data_source: str
    data_format: tuple[DataFormat, ...]
    data_category: DataCategory
    licence: Licence
    other: Others = ()
    classification: Classification | None = None
    accessible_condition: str = ""
    reference_url: str = ""
    url: str = ""
    data_language: tuple[DataLanguage, ...] = ()
    last_updated: date | None = None
    created: date | None = None
    data_support: DataSupport | None = None
    data_collect: CollectionUnit | None = None
    is_high_value: bool | None = None
    is_reference_data: bool | None = None
    data_release_calendar: date | None = None
    first_year_of_data: str = ""
    last_year_of_data: str = ""
    disaggregate: tuple[Disaggregation, ...] = ()
    unit_of_measure: str = ""
    unit_of_multiplier: Multiplier | None = None
    calculation_method: str = ""
    standard: str = ""
    is_official_statistics: bool | None = None
    geographic_data_set: GeographicLayer | None = None
    equivalent_scale: Scale | None = None
    west_bound: Decimal | None = None
    east_bound: Decimal | None = None
    north_bound: Decimal | None = None
    south_bound: Decimal | None = None
    positional_accuracy: str = ""
    reference_period: str = ""
    data_release_date: date | None = None
    table: DatasetResource = field(default_factory=DatasetResource)
    file: DatasetResource = field(default_factory=DatasetResource)
