"""Columns about one person each, which must not become the categories of a published table.

What is looked for is ours (modelled): columns called as registers call such data, values that are citizen
numbers, and columns in which nearly every record has a value of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ...errors import Fault, RejectedError
from ...models.release import Dimension
from ...tables.persons import holds_citizen_number

__all__ = ["check_groups", "check_titles", "check_values"]

COLUMN_PERSONAL = Fault(
    "statistics.column_personal",
    en="column {column} is called like a column about single people; count by groups, or let the"
    " policy name it among its personal dimensions",
    th="ชื่อคอลัมน์ {column} บ่งว่าเป็นข้อมูลรายบุคคล ให้นับตามกลุ่ม หรือให้นโยบายระบุไว้ในมิติข้อมูลส่วนบุคคล",
)
CATEGORY_PERSONAL = Fault(
    "statistics.category_personal",
    en="column {column} holds a citizen number, and categories are published; count by groups of people",
    th="คอลัมน์ {column} มีเลขประจำตัวประชาชน ซึ่งจะถูกเผยแพร่เป็นชื่อหมวดหมู่ ให้นับตามกลุ่มบุคคลแทน",
)
COLUMN_UNIQUE = Fault(
    "statistics.column_unique",
    en="nearly every record has a value of its own in column {column}; count by groups, or let the"
    " policy name it among its personal dimensions",
    th="เกือบทุกระเบียนมีค่าไม่ซ้ำกันในคอลัมน์ {column} ให้นับตามกลุ่ม หรือให้นโยบายระบุไว้ในมิติข้อมูลส่วนบุคคล",
)

# Few records differ by chance.
UNIQUE_FROM = 30
UNIQUE_TENTHS = 9

_WORDS = frozenset({
    "address", "birthdate", "birthday", "cid", "citizenid", "dob", "email", "firstname", "fullname",
    "lastname", "mail", "mobile", "nationalid", "nid", "passport", "phone", "pid", "surname", "tel",
    "telephone",
})  # fmt: skip
_PHRASES = (
    "birth date", "citizen id", "citizen no", "citizen number", "date of birth", "e mail", "family name",
    "first name", "full name", "given name", "id card", "last name", "middle name", "national id",
    "person id", "person name", "personal id",
)  # fmt: skip
_WHOLE = frozenset({"name"})
_LABELS = (
    "ชื่อ", "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อ สกุล", "ชื่อ นามสกุล", "ชื่อและนามสกุล", "ชื่อตัว", "ชื่อสกุล", "ชื่อเต็ม",
    "ชื่อกลาง",
)  # fmt: skip
_LABEL_PARTS = (
    "นามสกุล", "เลขประจำตัวประชาชน", "เลขบัตรประชาชน", "หมายเลขประจำตัวประชาชน", "วันเกิด", "วันเดือนปีเกิด",
    "วัน เดือน ปี เกิด", "ที่อยู่", "บ้านเลขที่", "โทรศัพท์", "เบอร์โทร", "มือถือ", "อีเมล", "หนังสือเดินทาง",
)  # fmt: skip
_BREAK = re.compile(r"[^A-Za-z]+|(?<=[a-z])(?=[A-Z])")


def check_titles(dimensions: tuple[Dimension, ...], *, permitted: Collection[str] = ()) -> None:
    """Refuse dimensions whose id or Thai label says that they are about single people.

    Args:
        dimensions: The dimensions.
        permitted: Ids that the policy names.

    Raises:
        RejectedError: one is, and is not permitted.
    """
    for dimension in dimensions:
        if dimension.id not in permitted and (_tells(dimension.id) or _tells_thai(dimension.label_th)):
            raise RejectedError(COLUMN_PERSONAL, column=dimension.id)


def check_values(codes: Collection[str], *, column: str, permitted: Collection[str] = ()) -> None:
    """Refuse codes that are citizen numbers.

    Raises:
        RejectedError: one is, and the column is not permitted. No code is named.
    """
    if column not in permitted and any(map(holds_citizen_number, codes)):
        raise RejectedError(CATEGORY_PERSONAL, column=column)


def check_groups(codes: int, *, column: str, records: int, permitted: Collection[str] = ()) -> None:
    """Refuse so many codes that they tell the records apart rather than group them.

    Raises:
        RejectedError: they do, and the column is not permitted.
    """
    unique = records >= UNIQUE_FROM and codes * 10 >= records * UNIQUE_TENTHS
    if unique and column not in permitted:
        raise RejectedError(COLUMN_UNIQUE, column=column)


def _tells(name: str) -> bool:
    words = [word.lower() for word in _BREAK.split(name) if word]
    spoken = f" {' '.join(words)} "
    return (
        not _WORDS.isdisjoint(words)
        or "".join(words) in _WORDS | _WHOLE
        or any(f" {phrase} " in spoken for phrase in _PHRASES)
    )


def _tells_thai(label: str) -> bool:
    plain = " ".join(label.split())
    return plain in _LABELS or any(part in plain for part in _LABEL_PARTS)
