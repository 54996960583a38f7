"""What a cell holds: how many records, or the sum of a column over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ...errors import Fault, RejectedError

__all__ = ["COUNT", "DIGITS", "MOST_TOTAL", "Count", "Measure", "Sum"]

TOP_INVALID = Fault(
    "statistics.sum_top",
    en="a sum keeps from 1 to {most} of the greatest values of each cell",
    th="ยอดรวมต้องเก็บค่าสูงสุดของแต่ละช่องไว้ 1 ถึง {most} ค่า",
)

MOST_TOP = 20
DIGITS = 12
"""How long a count or a value to be added up may be: two million counts of that size fit 64 bits."""
MOST_TOTAL = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Each cell counts its records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Each cell adds up a column of whole numbers of 0 or more over its records.

    Every record is one contributor, so records of the same contributor must be joined before.

    Attributes:
        column: The column to add up.
        top: How many of a cell's greatest values are kept for the rules on dominance: at least the n of
            an (n,k) rule, and 2 for a p% rule.

    Raises:
        RejectedError: ``top`` is out of its range.
    """

    column: str
    top: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.top <= MOST_TOP:
            raise RejectedError(TOP_INVALID, most=MOST_TOP)


Measure: TypeAlias = Count | Sum

COUNT = Count()
"""The measure when none is named."""
