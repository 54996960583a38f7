"""Check a rounded table with nothing but the table at hand.

What anybody can reckon from such a table is known in full. Let every figure be a multiple of the base, every
whole the sum of its parts, and no true count further from its figure than the base less 1. Add that much to
one finest cell and to every whole that holds it, and to nothing else: all sums still hold and no figure is
left further behind than it may be, so the cell, and each of these wholes, may count as much as its own figure
allows. Take as much away where the cell shows more than 0: it shows the base or more, and so do its wholes,
so none falls below 1, and all may count as little as their figures allow. A whole above 0 has a finest cell
above 0. Hence whoever knows all figures and all sums knows no more of a cell than its own figure tells: the
claim of the ESSnet Handbook on Statistical Disclosure Control, chapter 5, and the reason why rounding that
adds up cannot be undone. Where counts moved further steps, the same holds of the greatest counts; a whole
then counts at least one for each of its finest cells above 0.

It is a claim about what the sums allow. That the table moved least of all is a further fact, by which
somebody who tries all tables may rule some of them out (``deterministic`` in ``CAVEATS``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import Fault, RejectedError

if TYPE_CHECKING:
    from ...models.release import ProtectedTable

__all__ = ["CAVEATS", "RoundedTableAudit", "audit_rounded"]

PROMISE_INVALID = Fault(
    "statistics.rounding_promise",
    en="a rounded table is checked for a base of 2 or more, no fewer than 0 further steps and a threshold of"
    " 1 or more",
    th="การตรวจตารางที่ปัดเศษต้องระบุฐานตั้งแต่ 2 จำนวนขั้นตั้งแต่ 0 และเกณฑ์ขั้นต่ำตั้งแต่ 1 ขึ้นไป",
)

CAVEATS = (
    "deterministic",  # rounded again, the table is the same, and a count below half a base is mostly 0
    "other_tables",  # the same cell may be rounded otherwise in another table, which narrows it
    "known_totals",  # who has a true total from elsewhere knows more of its parts
)
"""What a reader of rounded figures must know, by the codes a report names it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedTableAudit:
    """What was found, by the cells' codes; all empty when the table holds.

    Attributes:
        cells: How many cells were looked at.
        reach: How far a true count may lie from its figure, at most.
        unbalanced: Wholes that are not the sum of their parts.
        uneven: Figures that are no multiple of the base.
        small: Figures from 1 to the threshold - 1, whatever they are multiples of.
        weak: Whether the base is below the threshold, so that small counts may show.
    """

    cells: int
    reach: int
    unbalanced: tuple[tuple[str, ...], ...] = ()
    uneven: tuple[tuple[str, ...], ...] = ()
    small: tuple[tuple[str, ...], ...] = ()
    weak: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not (self.unbalanced or self.uneven or self.small or self.weak)

    def interval(self, figure: int) -> tuple[int, int]:
        """The least and the greatest true count behind a figure, for all that the table tells."""
        return max(int(figure > 0), figure - self.reach), figure + self.reach


def audit_rounded(
    table: ProtectedTable, *, base: int, threshold: int = 1, widened: int = 0
) -> RoundedTableAudit:
    """Check that a published table is what a table rounded to this base must be.

    A table that passes tells of each cell what ``interval`` says of its figure, and no more (see the module).
    With a base of at least the threshold no figure lies between 0 and the threshold; a figure of 0 stands for
    any count below the base, nobody included; the next one, the base itself, for any from 1 to nearly twice
    the base. So whether a small count is there, and how small it is, is never told.

    Whether the true counts lie within reach only the agency can check: ``audit_rounding``.

    Args:
        table: Any table whose every cell shows a figure.
        base: What figures are said to be multiples of.
        threshold: The smallest count of people that may show.
        widened: By how many further steps counts were said to move.

    Raises:
        RejectedError: the numbers make no sense, or the table does not show every cell once.
    """
    from ..layout import lay_out  # loads the library of arrays

    if base < 2 or widened < 0 or threshold < 1:
        raise RejectedError(PROMISE_INVALID)
    laid = lay_out(table)
    figures = laid.figures
    return RoundedTableAudit(
        cells=figures.size,
        reach=(widened + 1) * base - 1,
        unbalanced=laid.unbalanced(),
        uneven=laid.named(figures % base != 0),
        small=laid.named((figures > 0) & (figures < threshold)),
        weak=base < threshold,
    )
