"""Columns and key as a catalogue can store them, and a first proposal of columns for given headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ..errors import Fault
from ..models.table import Column, ColumnType
from .problems import Problems

__all__ = ["check_columns", "suggest_columns"]

COLUMN_ID = Fault(
    "table.column_id",
    en="a column id is 1 to 63 ASCII letters, digits and _, and begins with a letter; put the Thai name in"
    " label_th",
    th="id ของคอลัมน์ต้องเป็นอักษรอังกฤษ ตัวเลข หรือ _ ยาว 1-63 ตัว ขึ้นต้นด้วยตัวอักษร ให้ใส่ชื่อภาษาไทยไว้ใน label_th",
)
COLUMN_TWICE = Fault(
    "table.column_twice",
    en="another column has the same id, capitals apart; give each its own",
    th="มีคอลัมน์อื่นใช้ id เดียวกัน (ไม่แยกตัวพิมพ์ใหญ่เล็ก) ให้ตั้ง id ไม่ซ้ำกัน",
)
NO_KEY = Fault(
    "table.no_key",
    en="the table has no key; name the columns that together tell one row from every other",
    th="ตารางไม่มีคีย์ ให้ระบุคอลัมน์ที่ใช้แยกแต่ละแถวออกจากกัน",
)
KEY_UNKNOWN = Fault(
    "table.key_unknown",
    en="the key names a column that the table lacks, or one twice; name ids of its columns, each once",
    th="คีย์อ้างถึงคอลัมน์ที่ไม่มีในตารางหรืออ้างซ้ำ ให้ระบุ id ของคอลัมน์ที่มีอยู่ คอลัมน์ละครั้ง",
)
HARMLESS_UNKNOWN = Fault(
    "table.harmless_unknown",
    en="a column named as harmless is none of the table; name ids of its columns",
    th="คอลัมน์ที่ระบุว่าไม่เป็นอันตรายไม่มีในตาราง ให้ระบุ id ของคอลัมน์ที่มีอยู่",
)

_MOST_BYTES = 63
_ID = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{_MOST_BYTES - 1}}}")
_OTHERS = re.compile("[^A-Za-z0-9]+")


def check_columns(
    columns: tuple[Column, ...], *, key: tuple[str, ...], harmless_numbers: frozenset[str] = frozenset()
) -> None:
    """Refuse what a catalogue would cut, merge or refuse.

    CKAN's database cuts column names after 63 bytes, which is 21 Thai letters, without saying so, and
    forbids a leading ``_`` and quotes (seen on CKAN 2.10 to 2.12).

    Raises:
        RejectedError: with a problem for each column id, or part of the key, that is unfit.
    """
    problems = Problems()
    times = Counter(column.id.lower() for column in columns)
    for index, column in enumerate(columns):
        if _ID.fullmatch(column.id) is None:
            problems.add(f"/columns/{index}/id", COLUMN_ID)
        elif times[column.id.lower()] > 1:
            problems.add(f"/columns/{index}/id", COLUMN_TWICE)
    ids = {column.id for column in columns}
    if not key:
        problems.add("/key", NO_KEY)
    for index, name in enumerate(key):
        if name not in ids or name in key[:index]:
            problems.add(f"/key/{index}", KEY_UNKNOWN)
    if not harmless_numbers <= ids:
        problems.add("/harmless_numbers", HARMLESS_UNKNOWN)
    problems.raise_if_any()


def suggest_columns(headers: Iterable[str]) -> tuple[Column, ...]:
    """Text columns for the headers of a sheet, to be edited: ASCII ids, the header as Thai label.

    The id is made of a header's ASCII words; one without any, as Thai headers are, becomes ``c01``, ``c02``
    and so on by its place. The same headers give the same ids, each once.
    """
    columns: list[Column] = []
    taken: set[str] = set()
    for place, header in enumerate(headers, start=1):
        name = _unused(_id_of(header, place=place), taken)
        taken.add(name)
        columns.append(Column(id=name, type=ColumnType.TEXT, label_th=header.strip() or name))
    return tuple(columns)


def _id_of(header: str, *, place: int) -> str:
    words = _OTHERS.sub("_", header).strip("_").lower()
    is_word = _ID.fullmatch(words[:_MOST_BYTES]) is not None
    return words[:_MOST_BYTES] if is_word else f"c{place:02d}"


def _unused(name: str, taken: set[str]) -> str:
    candidate, times = name, 1
    while candidate in taken:
        times += 1
        suffix = f"_{times}"
        candidate = name[: _MOST_BYTES - len(suffix)] + suffix
    return candidate
