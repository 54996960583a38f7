"""Hide the small counts of a table, and whatever would give them away.

In this form zeros are always published: an empty cell says that nobody is in it, whether that is
impossible or happened so. A group all of whose members share one outcome is therefore visible; a
policy for such groups is not part of the threshold rule, and the report says so (``not_covered``).
"""

from __future__ import annotations

from ..errors import Fault, ProtectionError
from ..models.release import CellStatus, ProtectedTable, ReleasedCell
from .policy import DisclosurePolicy
from .system import margin_system
from .tabulate import RawTable

__all__ = ["protect", "small_cells"]

TOO_MANY_DIMENSIONS = Fault(
    "statistics.too_many_dimensions",
    en="the table is counted by {dimensions} columns and the policy allows {limit}",
    th="ตารางมี {dimensions} มิติ แต่นโยบายอนุญาตไม่เกิน {limit} มิติ",
)
TOTAL_TOO_SMALL = Fault(
    "statistics.total_too_small",
    en="the whole table counts fewer than the policy's threshold",
    th="จำนวนรวมทั้งตารางน้อยกว่าเกณฑ์ขั้นต่ำของนโยบาย",
)
NO_PATTERN = Fault(
    "statistics.no_pattern",
    en="nothing that may be hidden protects {cells}",
    th="ไม่มีรูปแบบการปกปิดใดคุ้มครองช่องต่อไปนี้ได้: {cells}",
)
NAMED_CELLS = 10


def small_cells(raw: RawTable, *, threshold: int) -> tuple[int, ...]:
    """The cells that count 1 to ``threshold`` - 1, by number in canonical order."""
    return tuple(number for number, count in enumerate(raw.counts) if 0 < count < threshold)


def protect(raw: RawTable, *, policy: DisclosurePolicy) -> ProtectedTable:
    """The table with small cells, and as few others as make them safe, left empty.

    A small cell is safe when somebody who knows every published cell, that counts are whole numbers
    and that zeros are never hidden must still hold it possible that the cell counts ``threshold`` or
    more. The same table and policy give the same result. It is not released yet: ``release`` audits it.

    Raises:
        ProtectionError: the table has more dimensions than the policy allows, counts too few in all,
            or cannot be protected; the error then names the cells by their categories, which tells
            that they are small, so it is for the agency's eyes.
    """
    from .complement import Task, hide  # loads the solver

    if len(raw.dimensions) > policy.max_dimensions:
        limit = policy.max_dimensions
        raise ProtectionError(TOO_MANY_DIMENSIONS, dimensions=len(raw.dimensions), limit=limit)
    grand_total = len(raw.counts) - 1
    small = small_cells(raw, threshold=policy.threshold)
    published = frozenset({grand_total} if policy.grand_total == "publish" else ())
    if published.intersection(small):
        raise ProtectionError(TOTAL_TOO_SMALL)
    task = Task(
        system=margin_system(sizes=raw.sizes()),
        counts=raw.counts,
        small=small,
        published=published,
        threshold=policy.threshold,
    )
    pattern = hide(task)
    if pattern.exposed:
        raise ProtectionError(NO_PATTERN, cells=_names(raw, pattern.exposed))
    return _masked(raw, hidden=pattern.extra.union(small))


def _masked(raw: RawTable, *, hidden: frozenset[int]) -> ProtectedTable:
    cells = tuple(
        ReleasedCell(keys=keys, value=None, status=CellStatus.CONFIDENTIAL)
        if number in hidden
        else ReleasedCell(keys=keys, value=count, status=CellStatus.FREE)
        for number, (keys, count) in enumerate(zip(raw.keys(), raw.counts, strict=True))
    )
    return ProtectedTable(dimensions=raw.dimensions, cells=cells)


def _names(raw: RawTable, cells: tuple[int, ...]) -> str:
    keys = tuple(raw.keys())
    names = [f"({', '.join(keys[cell])})" for cell in cells[:NAMED_CELLS]]
    return "; ".join([*names, "…"] if len(cells) > NAMED_CELLS else names)
