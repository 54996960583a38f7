"""Check a perturbed table with nothing but the table and the public numbers of its noise at hand.

Noise that nobody knows can still be caught at its limits. True counts add up; the published ones do not, and
where a whole and its parts differ by nearly as much as their noise may be, all of them are known nearly
exactly (Enderle, Giessing and Tent 2020 reckon how often that happens). So the table is attacked: every count
starts with the range that its own figure allows, and every sum narrows the ranges of its whole and its parts,
again and again, until nothing changes. A cell that is then known to count 1 or more but fewer than the
threshold is exposed. Somebody who solves all sums at once may narrow some ranges further; such attacks are
not tried here, and the report of a perturbed table says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from ...errors import Fault, RejectedError
from .noise import KEY_SPACE, NoiseTable, noise_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ...models.release import ProtectedTable
    from ..layout import Layout

__all__ = ["PerturbedTableAudit", "audit_perturbed_table", "hides_small_counts"]

THRESHOLD_INVALID = Fault(
    "statistics.perturbed_threshold",
    en="a perturbed table is checked for a threshold of 1 or more",
    th="การตรวจตารางที่ใส่สัญญาณรบกวนต้องระบุเกณฑ์ขั้นต่ำตั้งแต่ 1 ขึ้นไป",
)

UNLIKELY = 1e-6
_SWEEPS = 200

Cells: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerturbedTableAudit:
    """What was found, by the cells' codes; all empty when the table holds.

    Attributes:
        cells: How many cells were looked at.
        forbidden: Figures from 1 to what is never shown.
        inconsistent: Wholes of one part that show another figure than it, though both count the same people.
        impossible: Cells that no true count fits: more noise was added than the numbers allow.
        exposed: Cells that the sums prove to count 1 or more but fewer than the threshold.
        exact: Whether every sum holds, which true counts do and noise, but for one chance in a million, not.
        weak: Whether some figure can only stand for counts from 1 to the threshold - 1.
    """

    cells: int
    forbidden: Cells = ()
    inconsistent: Cells = ()
    impossible: Cells = ()
    exposed: Cells = ()
    exact: bool = False
    weak: bool = False

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        found = (self.forbidden, self.inconsistent, self.impossible, self.exposed, self.exact, self.weak)
        return not any(found)


def hides_small_counts(table: NoiseTable, *, threshold: int) -> bool:
    """Whether no figure alone tells that somebody is there, but fewer than the threshold.

    Each figure that a count from 1 to the threshold - 1 can become must also come from another count: from 0,
    or from the threshold or more. Noise within a bound of the threshold - 1 does it, and so does noise that
    never shows a count below the threshold.
    """
    small = range(1, threshold)
    figures = {
        figure for count in small for figure in range(max(0, count - table.bound), count + table.bound + 1)
    }
    origins = [table.origins(figure) for figure in sorted(figures)]
    return not any(counts and all(count in small for count in counts) for counts in origins)


def audit_perturbed_table(
    table: ProtectedTable,
    *,
    variance: Decimal | str,
    bound: int,
    never_up_to: int = 0,
    threshold: int = 1,
) -> PerturbedTableAudit:
    """Check that a published table can be one of true counts with this noise, and attack it.

    What cannot be seen from the table: whether each cell got the noise of its key rather than another, and
    whether somebody left single figures as they were. The agency checks that: ``audit_perturbed``.

    Args:
        table: Any table whose every cell shows a figure.
        variance: Of the noise.
        bound: The most that was added or taken away.
        never_up_to: Counts from 1 to this never show.
        threshold: The smallest count of people that may be known.

    Raises:
        RejectedError: the numbers make no noise, or the table does not show every cell once.
    """
    from ..layout import lay_out

    if threshold < 1:
        raise RejectedError(THRESHOLD_INVALID)
    noise = noise_table(variance=Decimal(variance), bound=bound, never_up_to=never_up_to)
    laid = lay_out(table)
    least, greatest = _ranges(laid, noise)
    _narrow(laid, least, greatest)
    shown = laid.figures
    fits = least <= greatest
    return PerturbedTableAudit(
        cells=shown.size,
        forbidden=laid.named((shown > 0) & (shown <= never_up_to)),
        inconsistent=_inconsistent(laid),
        impossible=laid.named(~fits),
        exposed=laid.named(fits & (least >= 1) & (greatest < threshold)),
        exact=_exact(laid, noise),
        weak=not hides_small_counts(noise, threshold=threshold),
    )


def _ranges(laid: Layout, noise: NoiseTable) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The least and greatest count that each figure allows; an empty range where there is none."""
    import numpy as np

    figures, places = np.unique(laid.figures, return_inverse=True)
    ends = []
    for figure in figures.tolist():
        counts = noise.origins(figure)
        ends.append((counts[0], counts[-1]) if counts else (1, 0))
    both = np.array(ends, dtype=np.int64)[places.reshape(laid.figures.shape)]
    return both[..., 0].copy(), both[..., 1].copy()


def _narrow(laid: Layout, least: NDArray[np.int64], greatest: NDArray[np.int64]) -> None:
    """Let every sum narrow the ranges until none does, or some range is empty."""
    import numpy as np

    for _ in range(_SWEEPS):
        before = int((greatest - least).sum())
        for one in laid.sums:
            low, high = (np.moveaxis(ends, one.axis, 0) for ends in (least, greatest))
            parts = list(one.parts)
            lows, highs = low[parts], high[parts]
            fewest, most = lows.sum(0), highs.sum(0)
            low[one.whole] = np.maximum(low[one.whole], fewest)
            high[one.whole] = np.minimum(high[one.whole], most)
            high[parts] = np.minimum(highs, high[one.whole] - (fewest - lows))
            low[parts] = np.maximum(lows, low[one.whole] - (most - highs))
        if int((greatest - least).sum()) == before or (least > greatest).any():
            return


def _inconsistent(laid: Layout) -> Cells:
    import numpy as np

    wrong = np.zeros(laid.figures.shape, dtype=bool)
    for one in laid.sums:
        if len(one.parts) == 1:
            along, marks = (np.moveaxis(a, one.axis, 0) for a in (laid.figures, wrong))
            marks[one.whole] |= along[one.whole] != along[one.parts[0]]
    return laid.named(wrong)


def _exact(laid: Layout, noise: NoiseTable) -> bool:
    """Whether all sums hold although so many wholes have noise of their own."""
    import numpy as np

    own = np.zeros(laid.figures.shape, dtype=bool)
    for one in laid.sums:
        along, marks = (np.moveaxis(a, one.axis, 0) for a in (laid.figures, own))
        marks[one.whole] |= (along[list(one.parts)] > 0).sum(0) > 1
    likeliest = max(share for row in noise.rows for share in row.shares()) / KEY_SPACE
    return bool(likeliest ** int(own.sum()) < UNLIKELY and not laid.unbalanced())
