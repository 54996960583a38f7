"""Counting only the records that have certain codes, and knowing when others were counted."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeAlias

from ...errors import Fault, RejectedError
from ...models.release import Dimension
from .collapsing import into_of
from .columns import Hierarchies, Pairs, check_codes, named, with_parents
from .personal import check_titles, check_values

if TYPE_CHECKING:
    from ..policy import Collapse

__all__ = ["Where", "check_limited", "check_within", "kept_codes"]

WHERE_COLLAPSED = Fault(
    "statistics.where_collapsed",
    en="the policy counts these codes of {column} under others, so nothing is limited to them: {codes}",
    th="นโยบายนับรหัสของ {column} ต่อไปนี้รวมไว้ในรหัสอื่น จึงจำกัดเฉพาะรหัสเหล่านี้ไม่ได้: {codes}",
)
OUTSIDE = Fault(
    "statistics.outside_where",
    en="the table is said to be limited, and column {column} holds codes outside of that: {codes}",
    th="ตารางนี้ระบุว่าจำกัดขอบเขตไว้ แต่คอลัมน์ {column} มีรหัสนอกขอบเขต: {codes}",
)
LIMITED_TWICE = Fault(
    "statistics.limited_twice",
    en="column {column} is counted by or chosen from, so a limit on it belongs into where, which leaves the"
    " other records out",
    th="คอลัมน์ {column} ใช้นับหรือใช้เลือกระเบียนอยู่แล้ว จึงต้องจำกัดด้วย where ซึ่งจะตัดระเบียนอื่นออก",
)

Where: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""For a column the only codes that are counted; a code stands for its parts too. As ``Subject.where``."""


def kept_codes(
    where: Where,
    *,
    dimensions: tuple[Dimension, ...],
    hierarchies: Hierarchies | None,
    collapse: tuple[Collapse, ...],
    permitted: tuple[str, ...],
) -> Where:
    """By column, every code that a record may hold to be counted: parts, and codes counted under others, too.

    Raises:
        RejectedError: a code may not be published, as what a table is limited to always is, or is counted
            under another one.
    """
    known = {d.id: d for d in dimensions}
    kept = []
    for column, codes in where:
        dimension = known.get(column, Dimension(id=column, label_th="", label_en=""))
        check_titles((dimension,), permitted=permitted)
        check_values(check_codes(codes, column=column), column=column, permitted=permitted)
        into = into_of(collapse, column)
        if gone := [code for code in codes if into.get(code, code) != code]:
            raise RejectedError(WHERE_COLLAPSED, column=column, codes=named(gone))
        within = _within(codes, with_parents(dimension, set(codes), hierarchies).parents)
        held = {code for code in within if into.get(code, code) in within}
        held |= {code for code, other in into.items() if other in within}
        kept.append((column, tuple(sorted(held))))
    return tuple(kept)


def check_limited(limited: Where, *, columns: Collection[str]) -> None:
    """Refuse to take somebody's word for columns that can be looked at.

    Raises:
        RejectedError: there is such a column.
    """
    for column, _ in limited:
        if column in columns:
            raise RejectedError(LIMITED_TWICE, column=column)


def check_within(where: Where, dimension: Dimension, codes: Collection[str]) -> None:
    """Refuse codes of a dimension that are outside of what a table is said to be limited to.

    Raises:
        RejectedError: there are such; they are named.
    """
    limits = dict(where)
    if dimension.id in limits:
        outside = set(codes) - _within(limits[dimension.id], dimension.parents)
        if outside:
            raise RejectedError(OUTSIDE, column=dimension.id, codes=named(outside))


def _within(codes: Collection[str], parents: Pairs) -> set[str]:
    """The codes, all their parts, and the wholes of which nothing else is part."""
    found = set(codes)
    while more := {part for part, whole in parents if whole in found} - found:
        found |= more
    while more := {w for _, w in parents} - {w for part, w in parents if part not in found} - found:
        found |= more
    return found
