"""A dataset as the Thai government metadata standard describes it.

The stored values are the Thai labels themselves: the national catalogue extension has no codes. The
lists here are those of the public extension (thai_gdc 2.x) and serve as a fallback; the live
portal's own schema wins, because deployed versions differ.
Source: ckanext-thai_gdc, ckan_dataset schema, release 2.1.0 (seen in code).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = [
    "DataCategory",
    "DataFormat",
    "DataType",
    "Dataset",
    "FrequencyUnit",
    "GeoCoverage",
    "Licence",
    "Objective",
    "PublicationResult",
    "PublicationState",
]


class DataType(StrEnum):
    """ประเภทชุดข้อมูล."""

    RECORD = "ข้อมูลระเบียน"
    STATISTICS = "ข้อมูลสถิติ"
    GEOGRAPHIC = "ข้อมูลภูมิสารสนเทศเชิงพื้นที่"
    MIXED = "ข้อมูลหลากหลายประเภท"
    OTHER = "ข้อมูลประเภทอื่นๆ"


class Objective(StrEnum):
    """วัตถุประสงค์."""

    NATIONAL_STRATEGY = "ยุทธศาสตร์ชาติ"
    NATIONAL_PLAN = "แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ"
    SECURITY_PLAN = "แผนความมั่นคงแห่งชาติ"
    MASTER_PLAN = "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ"
    REFORM_PLAN = "แผนปฏิรูปประเทศ"
    LEVEL_3_PLAN = "แผนระดับที่ 3 (มติครม. 4 ธ.ค. 2560)"
    GOVERNMENT_POLICY = "นโยบายรัฐบาล/ข้อสั่งการนายกรัฐมนตรี"
    CABINET_RESOLUTION = "มติคณะรัฐมนตรี"
    PUBLIC_SERVICE = "เพื่อการให้บริการประชาชน"
    LAW = "กฎหมายที่เกี่ยวข้อง"
    AGENCY_MISSION = "พันธกิจหน่วยงาน"
    INTERNATIONAL_INDEX = "ดัชนี/ตัวชี้วัดระดับนานาชาติ"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class FrequencyUnit(StrEnum):
    """หน่วยความถี่ของการปรับปรุงข้อมูล."""

    UNKNOWN = "ไม่ทราบ"
    YEAR = "ปี"
    HALF_YEAR = "ครึ่งปี"
    QUARTER = "ไตรมาส"
    MONTH = "เดือน"
    WEEK = "สัปดาห์"
    DAY = "วัน"
    WORKING_DAY = "วันทำการ"
    HOUR = "ชั่วโมง"
    MINUTE = "นาที"
    REAL_TIME = "ตามเวลาจริง"
    NEVER = "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล"
    OTHER = "อื่นๆ"


class GeoCoverage(StrEnum):
    """ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่."""

    NONE = "ไม่มี"
    WORLD = "โลก"
    CONTINENT = "ทวีป/กลุ่มประเทศในทวีป"
    ECONOMIC_GROUP = "กลุ่มประเทศทางเศรษฐกิจ"
    COUNTRY = "ประเทศ"
    REGION = "ภาค"
    PROVINCE = "จังหวัด"
    DISTRICT = "อำเภอ"
    SUBDISTRICT = "ตำบล"
    VILLAGE = "หมู่บ้าน"
    LOCAL_GOVERNMENT = "เทศบาล/อบต."
    COORDINATES = "พิกัด"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class DataFormat(StrEnum):
    """รูปแบบการเก็บข้อมูล."""

    DATABASE = "Database"
    CSV = "CSV"
    XML = "XML"
    IMAGE = "Image"
    VIDEO = "Video"
    AUDIO = "Audio"
    TEXT = "Text"
    JSON = "JSON"
    HTML = "HTML"
    DOC = "DOC/DOCX"
    XLS = "XLS"
    PDF = "PDF"
    RDF = "RDF"
    NOSQL = "NoSQL"
    ARC_INFO = "Arc/Info Coverage"
    SHAPEFILE = "Shapefile"
    GEOTIFF = "GeoTiff"
    GML = "GML"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class DataCategory(StrEnum):
    """หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ."""

    PUBLIC = "ข้อมูลสาธารณะ"
    PERSONAL = "ข้อมูลส่วนบุคคล"
    SECURITY = "ข้อมูลความมั่นคง"
    SECRET = "ข้อมูลความลับทางราชการ"  # noqa: S105 - a category label, not a password
    INTERNAL = "ข้อมูลใช้ภายใน"


class Licence(StrEnum):
    """สัญญาอนุญาตให้ใช้ข้อมูล."""

    NOT_SPECIFIED = "License not specified"
    CC_BY = "Creative Commons Attributions"
    CC_BY_SA = "Creative Commons Attribution Share-Alike"
    CC_NC = "Creative Commons Non-Commercial (Any)"
    OPEN_DATA_COMMON = "Open Data Common"
    GNU_FDL = "GNU Free Documentation License"
    OTHER = "อื่นๆ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The 14 mandatory items of the standard, and those a statistics dataset adds.

    ``name`` is the catalogue's identity of the dataset: 2 to 70 characters of a-z, 0-9, ``-``, ``_``.
    ``other`` gives, by field name, the free text that a choice of อื่นๆ demands.
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
    update_frequency_interval: str
    geo_coverage: GeoCoverage
    data_source: str
    data_format: tuple[DataFormat, ...]
    data_category: DataCategory
    licence: Licence
    other: tuple[tuple[str, str], ...] = ()
    unit_of_measure: str = ""
    first_year_of_data: str = ""
    last_year_of_data: str = ""
    last_updated: date | None = field(default=None)


class PublicationState(StrEnum):
    """Where a dataset stands on the portal."""

    ABSENT = "absent"
    PRIVATE = "private"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationResult:
    """What a publication did. ``writes`` counts write requests sent; 0 means nothing had changed."""

    dataset: str
    dataset_id: str
    resource_id: str
    state: PublicationState
    rows: int
    writes: int
