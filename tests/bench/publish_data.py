"""Synthetic rows to publish, like a list of schools; the same for the same number, and no persons."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from govlink.models.dataset import (
    DataCategory,
    DataFormat,
    Dataset,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
)
from govlink.models.publication import Declaration
from govlink.models.table import Column, ColumnType

__all__ = ["CKAN_FIELDS", "COLUMNS", "DECLARATION", "KEY", "dataset", "write_rows"]

KEY = "code"
_TEXT = ColumnType.TEXT
COLUMNS = tuple(
    Column(id=name, type=kind, label_th=label)
    for name, kind, label in (
        (KEY, _TEXT, "รหัสสถานศึกษา"),
        ("name_th", _TEXT, "ชื่อสถานศึกษา"),
        ("name_en", _TEXT, "ชื่อภาษาอังกฤษ"),
        ("office", _TEXT, "สำนักงานเขตพื้นที่"),
        ("province", _TEXT, "จังหวัด"),
        ("district", _TEXT, "อำเภอ"),
        ("subdistrict", _TEXT, "ตำบล"),
        ("level", _TEXT, "ระดับที่เปิดสอน"),
        ("opened_on", ColumnType.DATE, "วันที่ก่อตั้ง"),
        ("pupils", ColumnType.INTEGER, "จำนวนนักเรียน"),
        ("area_rai", ColumnType.NUMERIC, "พื้นที่ (ไร่)"),
    )
)
DECLARATION = Declaration(
    decided_by="คณะกรรมการข้อมูลตัวอย่าง", reference="ตัวอย่าง 1/2569", decided_on=date(2026, 11, 2)
)
_PROVINCES = ("กำแพงเพชร", "น่าน", "ลำพูน", "สุรินทร์", "ตรัง", "พระนครศรีอยุธยา", "บึงกาฬ")
_WORDS = ("บ้านหนองน้ำใส", "วัดดอนยาง", "ชุมชนบ้านไร่", "อนุบาลทุ่งกว้าง", "บ้านห้วยทราย")
_LEVELS = ("ก่อนประถมศึกษา", "ประถมศึกษา", "มัธยมศึกษาตอนต้น", "มัธยมศึกษาตอนปลาย", "")
_STEP = 7_919_999
"""Going round in steps of it meets every row once, where the count shares no factor with it."""


def _row(number: int) -> tuple[str, ...]:
    place = number % len(_PROVINCES)
    return (
        f"{1_010_000_000 + number}",
        f"โรงเรียน{_WORDS[number % len(_WORDS)]} {number}",
        "" if number % 17 == 0 else f"School No. {number}",
        f"สำนักงานเขตพื้นที่การศึกษา{_PROVINCES[place]} เขต {number % 4 + 1}",
        _PROVINCES[place],
        f"อำเภอที่ {number % 25 + 1}",
        f"ตำบลที่ {number % 180 + 1}",
        _LEVELS[number % len(_LEVELS)],
        (date(1921, 1, 1) + timedelta(days=number % 36_000)).isoformat(),
        str(number * 7919 % 3000),
        f"{number * 31 % 5000 / 4:.2f}",
    )


def _rows(count: int, *, is_changed: bool, is_scattered: bool) -> Iterator[tuple[str, ...]]:
    for place in range(count):
        number = place * _STEP % count if is_scattered else place
        row = _row(number)
        yield (*row[:9], f"{int(row[9]) + 1}", row[10]) if is_changed and number % 100 == 0 else row


def write_rows(path: Path, count: int, *, is_changed: bool = False, is_scattered: bool = False) -> Path:
    """Write a CSV file, in key order or in none; one row in a hundred is another where they changed."""
    if math.gcd(count, _STEP) > 1:
        raise ValueError("choose another number of rows")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.id for column in COLUMNS])
        writer.writerows(_rows(count, is_changed=is_changed, is_scattered=is_scattered))
    return path


def dataset(name: str) -> Dataset:
    """What is said of the rows."""
    return Dataset(
        name=name,
        data_type=DataType.RECORD,
        title=f"รายชื่อสถานศึกษาสังเคราะห์ {name}",
        owner_org="obec",
        maintainer="กลุ่มสารสนเทศตัวอย่าง",
        maintainer_email="data@agency.example.org",
        tags=("สถานศึกษา",),
        notes="ข้อมูลสังเคราะห์สำหรับวัดความเร็ว",
        objective=(Objective.PUBLIC_SERVICE,),
        update_frequency_unit=FrequencyUnit.YEAR,
        update_frequency_interval="1",
        geo_coverage=GeoCoverage.COUNTRY,
        data_source="ทะเบียนตัวอย่าง",
        data_format=(DataFormat.CSV,),
        data_category=DataCategory.PUBLIC,
        licence=Licence.CC_BY,
    )


CKAN_FIELDS: Mapping[str, object] = {
    "owner_org": "obec",
    "data_type": "ข้อมูลระเบียน",
    "maintainer": "กลุ่มสารสนเทศตัวอย่าง",
    "maintainer_email": "data@agency.example.org",
    "tag_string": "สถานศึกษา",
    "notes": "ข้อมูลสังเคราะห์สำหรับวัดความเร็ว",
    "objective": ["เพื่อการให้บริการประชาชน"],
    "update_frequency_unit": "ปี",
    "update_frequency_interval": "1",
    "geo_coverage": "ประเทศ",
    "data_source": "ทะเบียนตัวอย่าง",
    "data_format": ["CSV"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Creative Commons Attributions",
}
"""The same as a script gives it to CKAN."""
