"""The code lists of the Thai government metadata standard, as the catalogue extension stores them.

The stored values are the Thai labels themselves: the national catalogue extension has no codes. The
lists here are those of the public extension, and those choices of its known forks that mean something
of their own; ``NOT_EVERYWHERE`` names the latter. They serve as a fallback: the live portal's own
schema wins, because deployed versions differ.
Source: ckanext-thai_gdc, ckan_dataset schema, release 2.1.0, and thai-gdc-opal (seen in code).
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "NOT_EVERYWHERE",
    "Classification",
    "CollectionUnit",
    "DataCategory",
    "DataFormat",
    "DataLanguage",
    "DataSupport",
    "DataType",
    "Disaggregation",
    "FrequencyUnit",
    "GeoCoverage",
    "GeographicLayer",
    "Licence",
    "Multiplier",
    "Objective",
    "Scale",
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


class Classification(StrEnum):
    """ระดับชั้นข้อมูล; which of them may be is a matter of the category.

    Source: thai-gdc-opal, form scripts (seen in code).
    """

    OPEN = "เปิดเผย"
    WITHIN_ORGANISATION = "ชั้นเผยแพร่ภายในองค์กร"
    CONFIDENTIAL = "ลับ"
    SECRET = "ลับมาก"  # noqa: S105 - a class of documents, not a password
    TOP_SECRET = "ลับที่สุด"  # noqa: S105 - likewise


class Licence(StrEnum):
    """สัญญาอนุญาตให้ใช้ข้อมูล."""

    NOT_SPECIFIED = "License not specified"
    CC_BY = "Creative Commons Attributions"
    CC_BY_SA = "Creative Commons Attribution Share-Alike"
    CC_NC = "Creative Commons Non-Commercial (Any)"
    OPEN_DATA_COMMON = "Open Data Common"
    GNU_FDL = "GNU Free Documentation License"
    OTHER = "อื่นๆ"
    CC_BY_NC = "Creative Commons Attribution Non-Commercial"
    CC_BY_NC_SA = "Creative Commons Attribution Non-Commercial Share-Alike"
    CC_BY_NC_ND = "Creative Commons Attribution Non-Commercial No-Derivs"
    CC_BY_ND = "Creative Commons Attribution No-Derivs"
    DGA_OPEN = "DGA Open Government License"


class DataSupport(StrEnum):
    """ผู้สนับสนุนหรือผู้ร่วมดำเนินการ."""

    NONE = "ไม่มี"
    STATE = "หน่วยงานของรัฐ"
    PRIVATE = "หน่วยงานเอกชน"
    INTERNATIONAL = "หน่วยงาน/องค์กรระหว่างประเทศ"
    FOUNDATION = "มูลนิธิ/สมาคม"
    EDUCATION = "สถาบันการศึกษา"
    OTHER = "อื่นๆ"


class CollectionUnit(StrEnum):
    """หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล."""

    NONE = "ไม่มี"
    PERSON = "บุคคล"
    HOUSEHOLD = "ครัวเรือน/ครอบครัว"
    DWELLING = "บ้าน/ที่อยู่อาศัย"
    ESTABLISHMENT = "บริษัท/ห้างร้าน/สถานประกอบการ"
    BUILDING = "อาคาร/สิ่งปลูกสร้าง"
    FARMLAND = "พื้นที่การเกษตร ประมง ป่าไม้"
    ANIMAL_OR_PLANT = "สัตว์และพันธุ์พืช"
    AREA = "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่"
    WATER = "แหล่งน้ำ เช่น แม่น้ำ อ่างเก็บน้ำ"
    ROUTE = "เส้นทางการเดินทาง เช่น ถนน ทางรถไฟ"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class DataLanguage(StrEnum):
    """ภาษาที่ใช้."""

    THAI = "ไทย"
    ENGLISH = "อังกฤษ"
    CHINESE = "จีน"
    MALAY = "มลายู"
    BURMESE = "พม่า"
    LAO = "ลาว"
    KHMER = "เขมร"
    JAPANESE = "ญี่ปุ่น"
    KOREAN = "เกาหลี"
    FRENCH = "ฝรั่งเศส"
    GERMAN = "เยอรมัน"
    ARABIC = "อารบิก"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class Disaggregation(StrEnum):
    """การจัดจำแนก."""

    NONE = "ไม่มี"
    SEX = "เพศ"
    AGE = "อายุ/กลุ่มอายุ"
    MARITAL_STATUS = "สถานภาพสมรส"
    RELIGION = "ศาสนา"
    EDUCATION = "ระดับการศึกษา"
    OCCUPATION = "อาชีพ"
    EMPLOYMENT_STATUS = "สถานภาพการทำงาน"
    INDUSTRY = "อุตสาหกรรม/ประเภทกิจการ"
    INCOME = "รายได้"
    AREA = "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่"
    PRODUCT = "ผลิตภัณฑ์"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class Multiplier(StrEnum):
    """หน่วยตัวคูณ."""

    ONE = "หน่วย"
    TEN = "สิบ"
    HUNDRED = "ร้อย"
    THOUSAND = "พัน"
    TEN_THOUSAND = "หมื่น"
    HUNDRED_THOUSAND = "แสน"
    MILLION = "ล้าน"
    TEN_MILLION = "สิบล้าน"
    HUNDRED_MILLION = "ร้อยล้าน"
    BILLION = "พันล้าน"
    TEN_BILLION = "หมื่นล้าน"
    HUNDRED_BILLION = "แสนล้าน"
    TRILLION = "ล้านล้าน"
    UNKNOWN = "ไม่ทราบ"
    OTHER = "อื่นๆ"


class GeographicLayer(StrEnum):
    """ชุดข้อมูลภูมิศาสตร์."""

    PARCELS = "ชั้นข้อมูลแปลงที่ดิน"
    ADMINISTRATIVE_AREAS = "ชั้นข้อมูลขอบเขตการปกครอง"
    TRANSPORT = "ชั้นข้อมูลเส้นทางคมนาคม"
    SETTLEMENTS = "ชั้นข้อมูลชุมนุม/อาคาร"
    FORESTS = "ชั้นข้อมูลป่าไม้"
    LAND_USE = "ชั้นข้อมูลการใช้ประโยชน์ที่ดิน"
    WATER = "ชั้นข้อมูลแหล่งน้ำ"
    HYDROGRAPHY = "ชั้นข้อมูลอุทกศาสตร์"
    CONTROL_POINTS = "ชั้นข้อมูลหมุดหลักฐานแผนที่"
    ELEVATION = "ชั้นข้อมูลความสูงภูมิประเทศเชิงตัวเลข"
    TOPOGRAPHIC_MAPS = "ชั้นข้อมูลภาพแผนที่ภูมิประเทศ"
    AERIAL_PHOTO_MAPS = "ชั้นข้อมูลแผนที่ภาพถ่ายทางอากาศ"
    CORRECTED_SATELLITE_IMAGES = "ชั้นข้อมูลภาพวาดดาวเทียมดัดแก้"  # spelt so in the schema


class Scale(StrEnum):
    """มาตราส่วน."""

    S4000 = "1:4,000"
    S10000 = "1:10,000"
    S25000 = "1:25,000"
    S50000 = "1:50,000"
    S250000 = "1:250,000"
    OTHER = "อื่นๆ"


NOT_EVERYWHERE: frozenset[StrEnum] = frozenset(
    {
        DataCategory.INTERNAL,
        Licence.CC_BY_NC,
        Licence.CC_BY_NC_SA,
        Licence.CC_BY_NC_ND,
        Licence.CC_BY_ND,
        Licence.DGA_OPEN,
    }
)
"""Choices that the public extension's release 2.1.0 does not offer, but a fork or the schema of 2020 does."""
