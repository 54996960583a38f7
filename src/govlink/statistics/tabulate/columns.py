"""What a dimension and its codes may be called: they are published as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from ...errors import Fault, RejectedError
from ...models.release import TOTAL, Dimension
from ...models.text import clean_text
from ..hierarchy import finest

__all__ = ["Hierarchies", "Pairs", "check_codes", "check_hierarchy", "check_ids", "named", "with_parents"]

DIMENSIONS_INVALID = Fault(
    "statistics.dimensions_invalid",
    en="dimensions must be one or more different ids of letters A to z, digits and _, other than value and"
    " status; rename the one in place {places}, in the data too",
    th="มิติต้องมีอย่างน้อยหนึ่งรายการ ใช้อักษรอังกฤษ ตัวเลข และ _ ไม่ซ้ำกัน และไม่ใช่ value หรือ status"
    " ให้เปลี่ยนชื่อมิติลำดับที่ {places} ทั้งในข้อมูลด้วย",
)
CATEGORY_EMPTY = Fault(
    "statistics.category_empty",
    en="column {column} is empty in some record; give the unknown a category of its own",
    th="คอลัมน์ {column} ว่างในบางระเบียน ให้กำหนดหมวดหมู่สำหรับกรณีไม่ทราบ",
)
CATEGORY_RESERVED = Fault(
    "statistics.category_reserved",
    en="column {column} holds {total}, which is the code of a total",
    th="คอลัมน์ {column} มีค่า {total} ซึ่งเป็นรหัสของยอดรวม",
)
CATEGORY_NOT_NFC = Fault(
    "statistics.category_not_nfc",
    en="column {column} holds a category whose letters are not put together as Unicode NFC has them, such as"
    " {example}: it looks like another one and is not the same; govlink.models.text.clean_text mends it",
    th="คอลัมน์ {column} มีหมวดหมู่ที่อักขระไม่เป็นรูปแบบ Unicode NFC เช่น {example}"
    " จึงดูเหมือนหมวดหมู่อื่นแต่ไม่ใช่รหัสเดียวกัน แก้ได้ด้วย govlink.models.text.clean_text",
)
CATEGORY_UNCLEAN = Fault(
    "statistics.category_unclean",
    en="column {column} holds a category with stray blanks or invisible characters",
    th="คอลัมน์ {column} มีหมวดหมู่ที่มีช่องว่างเกินหรืออักขระที่มองไม่เห็น",
)
HIERARCHY_UNKNOWN = Fault(
    "statistics.hierarchy_unknown_codes",
    en="the hierarchy of {column} does not know {codes}",
    th="ลำดับชั้นของ {column} ไม่มีรหัส {codes}",
)
NOT_FINEST = Fault(
    "statistics.hierarchy_code_whole",
    en="column {column} holds {codes} and also codes that are parts of it; records are coded at the finest"
    " level, and one that is not known so far needs a code of its own",
    th="คอลัมน์ {column} มีรหัส {codes} ปนกับรหัสที่เป็นส่วนย่อยของรหัสนั้น ให้ระบุระเบียนด้วยรหัสระดับละเอียดที่สุด"
    " หากไม่ทราบให้กำหนดรหัสสำหรับกรณีไม่ทราบ",
)

Pairs: TypeAlias = tuple[tuple[str, str], ...]

Hierarchies: TypeAlias = Mapping[str, Pairs] | Callable[[str, Collection[str]], Pairs]
"""Codes with the code they are part of, by dimension, or a function of a dimension's id and its codes."""

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_RESERVED = {"value", "status"}
_NAMED = 20


def check_ids(ids: tuple[str, ...]) -> None:
    """Refuse ids that cannot be columns side by side.

    Raises:
        RejectedError: there are none, or one is unfit.
    """
    names = [i.lower() for i in ids]  # the engine does not tell case apart in names
    unfit = [
        place
        for place, name in enumerate(names, start=1)
        if name in _RESERVED or name in names[: place - 1] or not _ID.fullmatch(ids[place - 1])
    ]
    if unfit or not ids:
        raise RejectedError(DIMENSIONS_INVALID, places=", ".join(map(str, unfit or [1])))


def check_codes(codes: Iterable[str | None], *, column: str) -> tuple[str, ...]:
    """The codes as they may be published.

    Raises:
        RejectedError: one is empty, the code of a total, or not what it looks like.
    """
    given = tuple(codes)
    texts = tuple(code for code in given if code)
    if len(texts) < len(given):
        raise RejectedError(CATEGORY_EMPTY, column=column)
    if TOTAL in texts:
        raise RejectedError(CATEGORY_RESERVED, column=column, total=TOTAL)
    if any(" ".join(code.split()) != code or not code.isprintable() for code in texts):
        raise RejectedError(CATEGORY_UNCLEAN, column=column)
    if apart := [code for code in texts if clean_text(code) != code]:
        raise RejectedError(CATEGORY_NOT_NFC, column=column, example=_apart(min(apart)))
    return texts


def _apart(code: str) -> str:
    """The first characters that clean text has otherwise, by their numbers: a code may be somebody's name."""
    clean = clean_text(code)
    at = next((i for i, (a, b) in enumerate(zip(code, clean, strict=False)) if a != b), len(clean))
    return " ".join(f"U+{ord(letter):04X}" for letter in code[at : at + 2])


def with_parents(dimension: Dimension, codes: Collection[str], hierarchies: Hierarchies | None) -> Dimension:
    """The dimension with its parents: its own if it has any, or those that the hierarchies give."""
    if dimension.parents or hierarchies is None:
        return dimension
    given = (
        hierarchies.get(dimension.id, ())
        if isinstance(hierarchies, Mapping)
        else hierarchies(dimension.id, codes)
    )
    return replace(dimension, parents=given)


def check_hierarchy(dimension: Dimension, codes: Collection[str], *, mixed: bool = False) -> None:
    """Refuse codes that the dimension's hierarchy, if it has one, does not place.

    Args:
        dimension: The dimension.
        codes: Its codes, as found.
        mixed: Whether a code may stand beside its own parts.

    Raises:
        RejectedError: the hierarchy is not a tree, some codes are not in it, or some have others below
            them. They are named; check them before.
    """
    if not dimension.parents:
        return
    wholes = set(codes) - set(finest(dimension, codes))
    unknown = set(codes) - {code for pair in dimension.parents for code in pair}
    if unknown:
        raise RejectedError(HIERARCHY_UNKNOWN, column=dimension.id, codes=named(unknown))
    if wholes and not mixed:
        raise RejectedError(NOT_FINEST, column=dimension.id, codes=named(wholes))


def named(codes: Collection[str]) -> str:
    """Codes for a message: some of them, and how many there are."""
    some = ", ".join(sorted(codes)[:_NAMED])
    return some if len(codes) <= _NAMED else f"{some}, … ({len(codes)})"
