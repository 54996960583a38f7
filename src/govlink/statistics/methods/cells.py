"""What both methods do with cells."""

from __future__ import annotations

from collections.abc import Iterable

from ...errors import Fault, ProtectionError, RejectedError
from ...models.release import CellStatus, ProtectedTable, ReleasedCell
from ..tabulate import RawTable

__all__ = ["demand", "demand_counts", "published_table"]

COUNTS_ONLY = Fault(
    "statistics.method_counts_only",
    en="rounding and cell keys are for counts of records; a sum of a column must be suppressed",
    th="การปัดเศษและกุญแจของช่องใช้กับการนับจำนวนระเบียนเท่านั้น ผลรวมของคอลัมน์ต้องใช้วิธีปกปิดช่อง",
)
AUDIT_FAILED = Fault(
    "statistics.method_audit_failed",
    en="the published table does not hold what its method promises ({reasons}): {cells}",
    th="ตารางที่จะเผยแพร่ไม่เป็นไปตามที่วิธีการปกปิดรับรองไว้ ({reasons}): {cells}",
)

NAMED_CELLS = 10


def demand_counts(raw: RawTable) -> None:
    """Refuse a table of sums."""
    if raw.contributions is not None:
        raise RejectedError(COUNTS_ONLY)


def demand(reason: str, cells: tuple[tuple[str, ...], ...]) -> None:
    """Refuse to publish if there are any such cells, and name them."""
    if cells:
        names = [f"({', '.join(keys)})" for keys in cells[:NAMED_CELLS]]
        shown = "; ".join([*names, "…"] if len(cells) > NAMED_CELLS else names)
        raise ProtectionError(AUDIT_FAILED, reasons=reason, cells=shown)


def published_table(raw: RawTable, figures: Iterable[int]) -> ProtectedTable:
    """The table with these figures, none of them hidden."""
    cells = (
        ReleasedCell(keys=keys, value=figure, status=CellStatus.FREE)
        for keys, figure in zip(raw.keys(), figures, strict=True)
    )
    return ProtectedTable(dimensions=raw.dimensions, cells=tuple(cells))
