"""Cell-key perturbation: noise that a cell carries with it into every table and release.

A perturbation table turns a cell's key and true count into noise. The method is that of the Australian
Bureau of Statistics (Fraser and Wooton 2005, Marley and Leaver 2011), as the ``cellKey`` package describes
it.

What it does not give stands in ``CAVEATS``, which every report of it must repeat: the published figures do
not add up, because each carries its own noise. In exchange any number of tables may overlap.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import Fault, RejectedError
from .noise import KEY_SPACE, NoiseTable

__all__ = ["CAVEATS", "Perturbed", "perturb_counts"]

CELLS_MISMATCHED = Fault(
    "statistics.cell_key_cells",
    en="each of {cells} cells needs a whole count of 0 or more and a key; a cell without records has key 0",
    th="ทั้ง {cells} ช่องต้องมีจำนวนเต็มตั้งแต่ 0 ขึ้นไปพร้อมกุญแจ และช่องที่ไม่มีระเบียนต้องมีกุญแจเป็น 0",
)

CAVEATS = (
    "not_additive",  # figures of one table do not add up to its totals
    "differences_noisy",  # a change between two releases is blurred, not hidden
    "method_known",  # who knows the table of noise knows the bound and what is likely within it
    "sums_one_by_one",  # whoever solves all sums at once may narrow a count further than the audit tried
    "secret_needed",  # with another secret the same cell has other noise, and averaging undoes both
)
"""What a reader of perturbed figures must know, by the codes a report names it by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Perturbed:
    """Counts that may be published, and how they came about.

    Attributes:
        counts: By cell number. They do not add up.
        table: The noise they carry.
        caveats: What their report must say.
    """

    counts: tuple[int, ...]
    table: NoiseTable = field(repr=False)
    caveats: tuple[str, ...] = CAVEATS

    def interval(self, cell: int) -> tuple[int, int]:
        """The least and the greatest true count that this one published figure allows."""
        published = self.counts[cell]
        return max(int(published > 0), published - self.table.bound), published + self.table.bound


def perturb_counts(*, counts: tuple[int, ...], keys: tuple[int, ...], table: NoiseTable) -> Perturbed:
    """Add every cell's noise to its true count.

    Noise depends on a cell's count and key only, so a cell has the same in whatever table it stands, and a
    total of one part has that part's. Zeros stay zero and nothing becomes negative.

    Args:
        counts: True counts by cell number, totals included.
        keys: Each cell's key, the sum of its records' keys.
        table: The noise.

    Raises:
        RejectedError: counts or keys are no whole numbers in range, or contradict each other.
    """
    whole = all(type(n) is int and n >= 0 for n in (*counts, *keys))
    if len(keys) != len(counts) or not whole or max(keys, default=0) >= KEY_SPACE:
        raise RejectedError(CELLS_MISMATCHED, cells=len(counts))
    pairs = tuple(zip(counts, keys, strict=True))
    if any(key and not count for count, key in pairs):
        raise RejectedError(CELLS_MISMATCHED, cells=len(counts))
    noisy = (count + table.noise(count=count, key=key) for count, key in pairs)
    return Perturbed(counts=tuple(noisy), table=table)
