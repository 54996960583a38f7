"""The Thai metadata standard as the portal's schema tells it, in the form ckanext-scheming reads.

Names, labels and values are those of the public extension, release 2.1.0. Written out here rather than
taken from the SDK: the peer must not agree with the code under test by construction.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["presets", "schema"]

_OTHER = "อื่นๆ"
_UNKNOWN = "ไม่ทราบ"
_AREA = "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่"
_YES_NO = (("True", "ใช่"), ("False", "ไม่ใช่"))

_LISTS: Mapping[str, str] = {
    "data_type": "ข้อมูลระเบียน|ข้อมูลสถิติ|ข้อมูลภูมิสารสนเทศเชิงพื้นที่|ข้อมูลหลากหลายประเภท|ข้อมูลประเภทอื่นๆ",
    "objective": (
        "ยุทธศาสตร์ชาติ|แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ|แผนความมั่นคงแห่งชาติ|แผนแม่บทภายใต้ยุทธศาสตร์ชาติ|"
        "แผนปฏิรูปประเทศ|แผนระดับที่ 3 (มติครม. 4 ธ.ค. 2560)|นโยบายรัฐบาล/ข้อสั่งการนายกรัฐมนตรี|มติคณะรัฐมนตรี|"
        f"เพื่อการให้บริการประชาชน|กฎหมายที่เกี่ยวข้อง|พันธกิจหน่วยงาน|ดัชนี/ตัวชี้วัดระดับนานาชาติ|{_UNKNOWN}|{_OTHER}"
    ),
    "update_frequency_unit": (
        f"{_UNKNOWN}|ปี|ครึ่งปี|ไตรมาส|เดือน|สัปดาห์|วัน|วันทำการ|ชั่วโมง|นาที|ตามเวลาจริง|"
        f"ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล|{_OTHER}"
    ),
    "geo_coverage": (
        "ไม่มี|โลก|ทวีป/กลุ่มประเทศในทวีป|กลุ่มประเทศทางเศรษฐกิจ|ประเทศ|ภาค|จังหวัด|อำเภอ|ตำบล|หมู่บ้าน|"
        f"เทศบาล/อบต.|พิกัด|{_UNKNOWN}|{_OTHER}"
    ),
    "data_format": (
        "Database|CSV|XML|Image|Video|Audio|Text|JSON|HTML|DOC/DOCX|XLS|PDF|RDF|NoSQL|Arc/Info Coverage|"
        f"Shapefile|GeoTiff|GML|{_UNKNOWN}|{_OTHER}"
    ),
    "data_category": "ข้อมูลสาธารณะ|ข้อมูลส่วนบุคคล|ข้อมูลความมั่นคง|ข้อมูลความลับทางราชการ",
    "license_id": (
        "License not specified|Creative Commons Attributions|Creative Commons Attribution Share-Alike|"
        f"Creative Commons Non-Commercial (Any)|Open Data Common|GNU Free Documentation License|{_OTHER}"
    ),
    "data_support": (
        "ไม่มี|หน่วยงานของรัฐ|หน่วยงานเอกชน|หน่วยงาน/องค์กรระหว่างประเทศ|มูลนิธิ/สมาคม|สถาบันการศึกษา|" + _OTHER
    ),
    "data_collect": (
        "ไม่มี|บุคคล|ครัวเรือน/ครอบครัว|บ้าน/ที่อยู่อาศัย|บริษัท/ห้างร้าน/สถานประกอบการ|อาคาร/สิ่งปลูกสร้าง|"
        f"พื้นที่การเกษตร ประมง ป่าไม้|สัตว์และพันธุ์พืช|{_AREA}|แหล่งน้ำ เช่น แม่น้ำ อ่างเก็บน้ำ|"
        f"เส้นทางการเดินทาง เช่น ถนน ทางรถไฟ|{_UNKNOWN}|{_OTHER}"
    ),
    "data_language": (f"ไทย|อังกฤษ|จีน|มลายู|พม่า|ลาว|เขมร|ญี่ปุ่น|เกาหลี|ฝรั่งเศส|เยอรมัน|อารบิก|{_UNKNOWN}|{_OTHER}"),
    "disaggregate": (
        "ไม่มี|เพศ|อายุ/กลุ่มอายุ|สถานภาพสมรส|ศาสนา|ระดับการศึกษา|อาชีพ|สถานภาพการทำงาน|อุตสาหกรรม/ประเภทกิจการ|"
        f"รายได้|{_AREA}|ผลิตภัณฑ์|{_UNKNOWN}|{_OTHER}"
    ),
    "unit_of_multiplier": (
        f"หน่วย|สิบ|ร้อย|พัน|หมื่น|แสน|ล้าน|สิบล้าน|ร้อยล้าน|พันล้าน|หมื่นล้าน|แสนล้าน|ล้านล้าน|{_UNKNOWN}|{_OTHER}"
    ),
    "geographic_data_set": "|".join(
        f"ชั้นข้อมูล{layer}"
        for layer in (
            "แปลงที่ดิน",
            "ขอบเขตการปกครอง",
            "เส้นทางคมนาคม",
            "ชุมนุม/อาคาร",
            "ป่าไม้",
            "การใช้ประโยชน์ที่ดิน",
            "แหล่งน้ำ",
            "อุทกศาสตร์",
            "หมุดหลักฐานแผนที่",
            "ความสูงภูมิประเทศเชิงตัวเลข",
            "ภาพแผนที่ภูมิประเทศ",
            "แผนที่ภาพถ่ายทางอากาศ",
            "ภาพวาดดาวเทียมดัดแก้",
        )
    ),
    "equivalent_scale": f"1:4,000|1:10,000|1:25,000|1:50,000|1:250,000|{_OTHER}",
}

# Name, label, kind. A kind in capitals is required; "one" and "many" take the list of the field's name.
_DATASET = """
title|ชื่อชุดข้อมูล|TITLE
name|URL|SLUG
owner_org|องค์กร|ORGANISATION
data_type|ประเภทชุดข้อมูล|ONE
data_type_other||text
maintainer|ชื่อผู้ติดต่อ|TEXT
maintainer_email|อีเมลผู้ติดต่อ|EMAIL
tag_string|คำสำคัญ|TAGS
notes|รายละเอียด|TEXT
objective|วัตถุประสงค์|MANY
objective_other||text
update_frequency_unit|หน่วยความถี่ของการปรับปรุงข้อมูล|ONE
update_frequency_unit_other||text
update_frequency_interval|ค่าความถี่ของการปรับปรุงข้อมูล|text
geo_coverage|ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่|ONE
geo_coverage_other||text
data_source|แหล่งที่มา|TEXT
data_format|รูปแบบการเก็บข้อมูล|MANY
data_format_other||text
data_category|หมวดหมู่ข้อมูลตามธรรมาภิบาลข้อมูลภาครัฐ|CHOICE
license_id|สัญญาอนุญาตให้ใช้ข้อมูล|ONE
license_id_other||text
accessible_condition|เงื่อนไขในการเข้าถึงข้อมูล|text
allow_harvest|ยินยอมให้นำชื่อชุดข้อมูลไปใช้ที่ GD-Catalog|yes_no
reference_url_catalog|อ้างอิง URL Catalog|text
url|URL|text
data_language|ภาษาที่ใช้|many
data_language_other||text
last_updated_date|วันที่ปรับปรุงข้อมูลล่าสุด|date
created_date|วันที่เริ่มต้นสร้าง|date
data_support|ผู้สนับสนุนหรือผู้ร่วมดำเนินการ|one
data_support_other||text
data_collect|หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล|one
data_collect_other||text
high_value_dataset|ชุดข้อมูลที่มีคุณค่าสูง|yes_no
reference_data|ข้อมูลอ้างอิง|yes_no
data_release_calendar|วันที่กำหนดเผยแพร่ข้อมูล|date
first_year_of_data|ปีข้อมูลที่เริ่มต้นจัดทำ|text
last_year_of_data|ปีข้อมูลล่าสุดที่เผยแพร่|text
disaggregate|การจัดจำแนก|many
disaggregate_other||text
unit_of_measure|หน่วยวัด|text
unit_of_multiplier|หน่วยตัวคูณ|one
unit_of_multiplier_other||text
calculation_method|วิธีการคำนวณ|text
standard|มาตรฐานการจัดทำข้อมูล|text
official_statistics|สถิติทางการ|yes_no
geographic_data_set|ชุดข้อมูลภูมิศาสตร์|one
equivalent_scale|มาตราส่วน|one
equivalent_scale_other||text
west_bound_longitude|ค่าพิกัดกรอบพื้นที่ด้านตะวันตก|text
east_bound_longitude|ค่าพิกัดกรอบพื้นที่ด้านตะวันออก|text
north_bound_longitude|ค่าพิกัดกรอบพื้นที่ด้านเหนือ|text
south_bound_longitude|ค่าพิกัดกรอบพื้นที่ด้านใต้|text
positional_accuracy|ความถูกต้องของตำแหน่ง|text
reference_period|เวลาอ้างอิง|text
data_release_date|วันที่เผยแพร่ข้อมูล|date
"""
_RESOURCE = """
url|URL|FILE
name|ชื่อ|TEXT
description|รายละเอียด|text
format|รูปแบบ|format
resource_private|การเข้าถึง|yes_no
resource_accessible_condition|เงื่อนไขในการเข้าถึงข้อมูล|text
resource_created_date|วันที่เริ่มต้นสร้าง|date
resource_last_updated_date|วันที่ปรับปรุงข้อมูลล่าสุด|date
resource_data_collect|หน่วยที่ย่อยที่สุดของการจัดเก็บข้อมูล|one
resource_data_collect_other||text
resource_first_year_of_data|ปีข้อมูลที่เริ่มต้นจัดทำ|text
resource_last_year_of_data|ปีข้อมูลล่าสุดที่เผยแพร่|text
resource_disaggregate|การจัดจำแนก|many
resource_disaggregate_other||text
resource_unit_of_measure|หน่วยวัด|text
resource_unit_of_multiplier|หน่วยตัวคูณ|one
resource_unit_of_multiplier_other||text
resource_data_release_calendar|วันที่กำหนดเผยแพร่ข้อมูล|date
resource_official_statistics|สถิติทางการ|yes_no
resource_geographic_data_set|ชุดข้อมูลภูมิศาสตร์|one
resource_equivalent_scale|มาตราส่วน|one
resource_equivalent_scale_other||text
resource_positional_accuracy|ความถูกต้องของตำแหน่ง|text
resource_data_release_date|วันที่เผยแพร่ข้อมูล|date
"""

_VALIDATORS: Mapping[str, str] = {
    "title": "if_empty_same_as(name) unicode_safe thai_title_unique",
    "slug": (
        "not_empty unicode_safe name_validator thai_name_length thai_name_not_in_trash package_name_validator"
    ),
    "organisation": "owner_org_validator unicode_safe",
    "tags": "ignore_missing not_empty tag_string_convert",
    "text": "scheming_required unicode_safe",
    "email": "scheming_required unicode_safe email_validator",
    "one": "scheming_required unicode_safe",
    "choice": "scheming_required scheming_choices",
    "many": "scheming_multiple_choice",
    "yes_no": "scheming_required unicode_safe",
    "date": "scheming_required isodate convert_to_json_if_date",
    "file": "ignore_missing unicode_safe remove_whitespace",
    "format": "if_empty_guess_format ignore_missing clean_format unicode_safe",
}


def presets() -> dict[str, object]:
    """One preset for each kind of field. They must be the only file of presets, or come first."""
    values: dict[str, dict[str, str]] = {kind: {"validators": v} for kind, v in _VALIDATORS.items()}
    values["many"]["output_validators"] = "scheming_multiple_choice_output"
    listed = [{"preset_name": f"thai_{kind}", "values": preset} for kind, preset in values.items()]
    return {"scheming_presets_version": 1, "about": "Thai catalogue", "about_url": "", "presets": listed}


def schema() -> dict[str, object]:
    """The dataset type ``dataset``."""
    return {
        "scheming_version": 2,
        "dataset_type": "dataset",
        "about": "Thai government metadata",
        "about_url": "",
        "dataset_fields": [_field(line) for line in _DATASET.split("\n") if line],
        "resource_fields": [_field(line) for line in _RESOURCE.split("\n") if line],
    }


def _field(line: str) -> dict[str, object]:
    name, label, kind = line.split("|")
    field: dict[str, object] = {"field_name": name, "label": label or name, "preset": f"thai_{kind.lower()}"}
    if kind.isupper() and kind not in {"ORGANISATION", "FILE"}:
        field["required"] = True
    choices = (
        _YES_NO if kind == "yes_no" else _choices(name) if kind.lower() in {"one", "many", "choice"} else ()
    )
    if choices:
        field["choices"] = [{"value": value, "label": shown} for value, shown in choices]
    return field


def _choices(name: str) -> tuple[tuple[str, str], ...]:
    return tuple((value, value) for value in _LISTS[name.removeprefix("resource_")].split("|"))
