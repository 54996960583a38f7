"""Check a rounded table against the true counts, sharing nothing with what rounded it.

Whole-number arithmetic only: no solver's word is taken for anything.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import Fault, RejectedError
from ..system import LinearSystem

__all__ = ["RoundingAudit", "audit_rounding"]

NOT_COMPARABLE = Fault(
    "statistics.rounding_not_comparable",
    en="the rounded and the true counts must each have {cells} cells, and the base must be 2 or more",
    th="จำนวนที่ปัดแล้วและจำนวนจริงต้องมี {cells} ช่องเท่ากัน และฐานต้องตั้งแต่ 2 ขึ้นไป",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundingAudit:
    """What was found, by cell number; all empty when the table holds.

    Attributes:
        cells: How many cells were looked at.
        unbalanced: Totals that are not the sum of their parts.
        uneven: Counts that are no multiple of the base, or are negative.
        far: Counts further from the true one than promised.
        emptied: True zeros that were given a count.
    """

    cells: int
    unbalanced: tuple[int, ...] = ()
    uneven: tuple[int, ...] = ()
    far: tuple[int, ...] = ()
    emptied: tuple[int, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.unbalanced or self.uneven or self.far or self.emptied)


def audit_rounding(
    *,
    system: LinearSystem,
    published: tuple[int, ...],
    counts: tuple[int, ...],
    base: int,
    widened: int,
) -> RoundingAudit:
    """Check additivity, multiples, distances and zeros of a rounded table.

    Args:
        system: The equations between the cells.
        published: The rounded counts, by cell number.
        counts: The true ones.
        base: What the published ones must be multiples of.
        widened: What the result says: 0 promises multiples next to the true count, each step more
            another base.

    Raises:
        RejectedError: the tables do not have the system's cells, or the base makes no sense.
    """
    if not len(published) == len(counts) == system.cells or base < 2 or widened < 0:
        raise RejectedError(NOT_COMPARABLE, cells=system.cells)
    left = [0] * len(system.equations)
    for number, equation in enumerate(system.equations):
        left[number] = published[equation.total]
        for part in equation.parts:
            left[number] -= published[part]
    unbalanced = sorted({system.equations[i].total for i, rest in enumerate(left) if rest})
    uneven = tuple(i for i, value in enumerate(published) if value < 0 or value % base)
    far = tuple(
        i
        for i, (value, count) in enumerate(zip(published, counts, strict=True))
        if not count - base * (widened + 1) < value < count + base * (widened + 1)
    )
    emptied = tuple(i for i, count in enumerate(counts) if count == 0 and published[i] != 0)
    return RoundingAudit(
        cells=system.cells, unbalanced=tuple(unbalanced), uneven=uneven, far=far, emptied=emptied
    )
