"""The cells of a correction whose difference from the earlier figures would tell of a few people."""

from __future__ import annotations

from collections.abc import Collection

from ...errors import Fault, ProtectionError
from ..assess import Primary
from ..published import PublishedTable, Subject
from ..tabulate import RawTable
from .conditions import Layout, layout_of, overlap
from .facts import listed
from .past import Laid, laid_out

__all__ = ["counting_some", "restated_primaries"]

CORRECT_ONCE_A_YEAR = Fault(
    "statistics.restatement_too_small",
    en="the correction would tell of a few people by the difference in {cells}, which is never hidden; "
    "gather corrections and restate once a year",
    th="การแก้ไขนี้จะเปิดเผยบุคคลจำนวนน้อยผ่านผลต่างของ {cells} ซึ่งเป็นช่องที่ไม่ปกปิด ให้รวบรวมการแก้ไขแล้วเผยแพร่ใหม่ปีละครั้ง",
)


def counting_some(raw: RawTable, *, subject: Subject, earlier: tuple[PublishedTable, ...]) -> tuple[str, ...]:
    """The names of the tables that count some of a new table's records, oldest first.

    Args:
        raw: The new table; its values are not looked at.
        subject: Which records it counts.
        earlier: What is out.

    Raises:
        RejectedError: an earlier table is not a whole cross-tabulation.
    """
    laid, parents = laid_out(earlier, subject=subject, dimensions=raw.dimensions)
    new = layout_of(subject=subject, dimensions=raw.dimensions, categories=raw.categories, parents=parents)
    near = (old for old in laid if overlap(new.box(), old.layout.box()))
    return tuple(dict.fromkeys(old.published.name for old in near))


def restated_primaries(
    raw: RawTable,
    layout: Layout,
    old: tuple[Laid, ...],
    *,
    threshold: int,
    fixed: Collection[int],
    out: Collection[int],
) -> tuple[Primary, ...]:
    """The cells that differ by 1 to ``threshold`` - 1 from a figure that is out.

    Each must seem able to differ by the threshold. Those in ``out`` are public as they are now, whatever
    they were once.

    Raises:
        ProtectionError: such a cell is never hidden.
    """
    before: dict[int, int] = {}
    numbers = {conditions: number for number, conditions in enumerate(layout.conditions())}
    for laid in old:
        for cell, conditions in zip(laid.published.table.cells, laid.layout.conditions(), strict=True):
            number = numbers.get(conditions)
            if number is None or number in out or cell.value is None:
                continue
            if 0 < abs(raw.counts[number] - cell.value) < threshold:
                before[number] = max(cell.value, before.get(number, 0))
    keys = tuple(raw.keys())
    stuck = [f"({', '.join(keys[number])})" for number in before if number in fixed]
    if stuck:
        raise ProtectionError(CORRECT_ONCE_A_YEAR, cells=listed(stuck))
    return tuple(
        Primary(number=number, reasons=("ledger",), at_least=value + threshold)
        for number, value in sorted(before.items())
    )
