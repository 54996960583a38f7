"""Checks before anything is sent. The server enforces 12 of the 14 items, and few values (tried)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from govlink.errors import Fault, Problem, RejectedError
from govlink.models.dataset import DataCategory, Dataset

from .metadata import OTHER_LABELS, WIRE_NAMES, Wanted
from .parse import Schema
from .settings import PLATFORM

__all__ = ["check_against", "check_dataset"]

INVALID = Fault(
    "data_go_th.dataset_invalid",
    en="the dataset's description does not meet the metadata standard",
    th="คำอธิบายชุดข้อมูลไม่เป็นไปตามมาตรฐานเมทาดาตา",
)
MISSING = Fault("data_go_th.missing", en="this item is mandatory", th="รายการนี้จำเป็นต้องระบุ")
NAME = Fault(
    "data_go_th.name",
    en="a name is 2 to 70 of a-z, 0-9, - and _, and not one the catalogue reserves",
    th="ชื่อต้องยาว 2-70 ตัว ใช้ได้เฉพาะ a-z 0-9 - _ และไม่ใช่ชื่อที่แค็ตตาล็อกสงวนไว้",
)
TAG = Fault(
    "data_go_th.tag",
    en="a tag is 2 to 100 letters, digits, spaces, -, _ and dots, and given once",
    th="คำสำคัญต้องยาว 2-100 ตัว ใช้ได้เฉพาะตัวอักษร ตัวเลข เว้นวรรค - _ . และไม่ซ้ำกัน",
)
EMAIL = Fault(
    "data_go_th.email",
    en="give one e-mail address in ASCII",
    th="ระบุอีเมลเพียงหนึ่งรายการ เป็นอักษรอังกฤษเท่านั้น",
)
OTHER_TEXT = Fault(
    "data_go_th.other_text",
    en="the choice อื่นๆ needs a text under other, and only it may have one",
    th="เมื่อเลือก อื่นๆ ต้องระบุข้อความใน other และระบุได้เฉพาะเมื่อเลือก อื่นๆ",
)
NOT_PUBLIC = Fault(
    "data_go_th.not_public",
    en="data of this category may not be published as open data",
    th="ข้อมูลหมวดหมู่นี้ไม่สามารถเผยแพร่เป็นข้อมูลเปิดได้",
)
BUDDHIST_DATE = Fault(
    "data_go_th.buddhist_date",
    en="dates are Gregorian; this year looks Buddhist",
    th="วันที่ต้องเป็นปีคริสต์ศักราช ปีนี้ดูเหมือนเป็นพุทธศักราช",
)
YEAR = Fault("data_go_th.year", en="a year has four digits", th="ปีต้องเป็นตัวเลขสี่หลัก")
CONTROL = Fault(
    "data_go_th.control_character",
    en="the text holds a control character",
    th="ข้อความมีอักขระควบคุม",
)
CHOICE_UNKNOWN = Fault(
    "data_go_th.choice_unknown",
    en="this catalogue's schema offers no such choice for {field}",
    th="สคีมาของแค็ตตาล็อกนี้ไม่มีตัวเลือกดังกล่าวสำหรับ {field}",
)
FIELD_UNKNOWN = Fault(
    "data_go_th.field_unknown",
    en="this catalogue's schema has no field {field}; it would be dropped without a word",
    th="สคีมาของแค็ตตาล็อกนี้ไม่มีรายการ {field} ค่าจะถูกทิ้งโดยไม่แจ้ง",
)
FIELD_WANTED = Fault(
    "data_go_th.field_wanted",
    en="this catalogue also demands {field}; give it in the setting extra_fields",
    th="แค็ตตาล็อกนี้ต้องการ {field} เพิ่มเติม ให้ระบุในค่าตั้ง extra_fields",
)

_RESERVED = frozenset({"new", "edit", "search"})
_RESERVED_PREFIXES = ("gprepare-", "gprocessing-", "garchive-")
_TEXTS = (
    "title",
    "owner_org",
    "maintainer",
    "notes",
    "data_source",
    "update_frequency_interval",
    "unit_of_measure",
)
_MAY_BE_EMPTY = frozenset({"update_frequency_interval", "unit_of_measure"})
_CORE = frozenset({"title", "notes", "tags", "maintainer", "maintainer_email", "license_id", "state"})
_FIRST_BUDDHIST_YEAR = 2400
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_TAG = re.compile(r"[ก-๙\w .-]{2,100}")


def _name(dataset: Dataset) -> Iterator[Problem]:
    name = dataset.name
    is_slug = re.fullmatch(r"[a-z0-9_-]{2,70}", name) is not None
    if not is_slug or name in _RESERVED or name.startswith(_RESERVED_PREFIXES):
        yield Problem(pointer="/name", fault=NAME)


def _has_control(text: str) -> bool:
    return any(ord(c) < 32 and c not in "\n\r\t" for c in text) or "\x7f" in text


def _texts(dataset: Dataset) -> Iterator[Problem]:
    for name in _TEXTS:
        text: str = getattr(dataset, name)
        if not text.strip() and name not in _MAY_BE_EMPTY:
            yield Problem(pointer=f"/{name}", fault=MISSING)
        elif _has_control(text):
            yield Problem(pointer=f"/{name}", fault=CONTROL)
    if _EMAIL.fullmatch(dataset.maintainer_email) is None:
        yield Problem(pointer="/maintainer_email", fault=EMAIL)


def _lists(dataset: Dataset) -> Iterator[Problem]:
    for name in ("tags", "objective", "data_format"):
        if not getattr(dataset, name):
            yield Problem(pointer=f"/{name}", fault=MISSING)
    for index, tag in enumerate(dataset.tags):
        if _TAG.fullmatch(tag) is None or tag != tag.strip() or tag in dataset.tags[:index]:
            yield Problem(pointer=f"/tags/{index}", fault=TAG)


def _others(dataset: Dataset) -> Iterator[Problem]:
    texts = dict(dataset.other)
    chosen = {
        "data_type": (dataset.data_type,),
        "objective": dataset.objective,
        "update_frequency_unit": (dataset.update_frequency_unit,),
        "geo_coverage": (dataset.geo_coverage,),
        "data_format": dataset.data_format,
        "licence": (dataset.licence,),
    }
    wanting = {name for name, choices in chosen.items() if OTHER_LABELS & {c.value for c in choices}}
    given = {name for name, text in texts.items() if text.strip() and not _has_control(text)}
    for name in sorted(wanting ^ given | (texts.keys() - given)):
        yield Problem(pointer="/other/" + name.replace("~", "~0").replace("/", "~1"), fault=OTHER_TEXT)


def _category(dataset: Dataset) -> Iterator[Problem]:
    """The server does not stop personal data from being public, so this does."""
    if dataset.data_category is not DataCategory.PUBLIC:
        yield Problem(pointer="/data_category", fault=NOT_PUBLIC)


def _dates(dataset: Dataset) -> Iterator[Problem]:
    """2567-01-05 would be stored as the Gregorian year 2567 (tried)."""
    if dataset.last_updated is not None and dataset.last_updated.year >= _FIRST_BUDDHIST_YEAR:
        yield Problem(pointer="/last_updated", fault=BUDDHIST_DATE)
    for name in ("first_year_of_data", "last_year_of_data"):
        if re.fullmatch(r"([0-9]{4})?", getattr(dataset, name)) is None:
            yield Problem(pointer=f"/{name}", fault=YEAR)


_CHECKS: tuple[Callable[[Dataset], Iterator[Problem]], ...] = (
    _name,
    _texts,
    _lists,
    _others,
    _category,
    _dates,
)


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise RejectedError(INVALID, platform=PLATFORM, problems=problems)


def check_dataset(dataset: Dataset) -> None:
    """Check what needs no catalogue to know.

    Raises:
        RejectedError: one problem for every item that is missing or wrong.
    """
    _refuse(tuple(problem for check in _CHECKS for problem in check(dataset)))


def _against(wanted: Wanted, schema: Schema) -> Iterator[Problem]:
    members = {wire: name for name, wire in WIRE_NAMES.items()}
    for name, value in wanted.filled().items():
        field = schema.fields.get(name)
        pointer, values = f"/{members.get(name, name)}", (("field", name),)
        if field is None and name not in _CORE:
            yield Problem(pointer=pointer, fault=FIELD_UNKNOWN, values=values)
        elif field is not None and field.choices is not None:
            chosen = value if isinstance(value, list) else [value]
            if not {str(choice) for choice in chosen} <= field.choices:
                yield Problem(pointer=pointer, fault=CHOICE_UNKNOWN, values=values)
    known = {*wanted.filled(), "tag_string", "owner_org", "name"}
    for name, field in schema.fields.items():
        if field.is_required and name not in known:
            yield Problem(pointer=f"/{name}", fault=FIELD_WANTED, values=(("field", name),))


def check_against(wanted: Wanted, schema: Schema) -> None:
    """Check against the live schema, which wins over the lists the SDK knows: versions differ.

    Raises:
        RejectedError: a field the schema lacks, a choice it does not offer, or an item it demands.
    """
    _refuse(tuple(_against(wanted, schema)))
