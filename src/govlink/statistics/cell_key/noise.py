"""Perturbation tables: by how much a count of each size is changed, and how often.

Modelled after the published lineage of the Australian Bureau of Statistics (Marley and Leaver 2011) as
the ``ptable`` package tells it: for each true count, of all distributions that keep within a bound, have
mean 0 and a given variance, never make a count negative and never make it one of the smallest, the one of
greatest entropy. Counts above ``bound + never_up_to`` share one distribution.

The entropy problem has the solution ``p(v) ~ exp(a*v + b*v*v)``; the two multipliers are found by
Newton's method in decimal arithmetic of fixed precision, so every machine gets the same table.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from itertools import accumulate

from ...errors import Fault, RejectedError

__all__ = ["KEY_SPACE", "NoiseRow", "NoiseTable", "noise_table"]

TABLE_INVALID = Fault(
    "statistics.noise_invalid",
    en="a noise table needs a bound from 1 to {limit}, a variance above 0, and fewer counts never shown"
    " than the bound",
    th="ตารางสัญญาณรบกวนต้องมีขอบเขต 1 ถึง {limit} ความแปรปรวนมากกว่า 0 และจำนวนที่ห้ามแสดงน้อยกว่าขอบเขต",
)
VARIANCE_UNREACHABLE = Fault(
    "statistics.noise_variance",
    en="no noise within the bound gives a count of {count} that variance; it can be from {low} to {high}",
    th="สำหรับจำนวน {count} ไม่มีสัญญาณรบกวนในขอบเขตที่ให้ความแปรปรวนนี้ได้ ค่าที่เป็นไปได้คือ {low} ถึง {high}",
)

KEY_BITS = 32
KEY_SPACE = 1 << KEY_BITS
"""Keys are whole numbers from 0 up to this."""

MAX_BOUND = 50
_DIGITS = Context(prec=60)
_NEAR = Decimal("1e-24")  # the potential falls by its square, which the digits above still show
_STEPS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseRow:
    """One count's distribution.

    Attributes:
        deviations: What may be added, ascending.
        ceilings: For each, the key it ends below; the last is ``KEY_SPACE``.
    """

    deviations: tuple[int, ...]
    ceilings: tuple[int, ...]

    def shares(self) -> tuple[int, ...]:
        """How many keys each deviation has; divided by ``KEY_SPACE`` that is its probability."""
        return tuple(b - a for a, b in zip((0, *self.ceilings), self.ceilings, strict=False))

    def possible(self) -> tuple[int, ...]:
        """The deviations that have a key; the rarest may have none."""
        return tuple(v for v, share in zip(self.deviations, self.shares(), strict=True) if share)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseTable:
    """Noise by true count and cell key. It is no secret; the keys are.

    Attributes:
        variance: Of the noise on every count but 0.
        bound: The most that is added or taken away.
        never_up_to: Counts 1 to this are never shown; 0 forbids none.
        rows: For counts 1, 2 and so on; the last is for all larger ones.
    """

    variance: Decimal
    bound: int
    never_up_to: int
    rows: tuple[NoiseRow, ...]

    def noise(self, *, count: int, key: int) -> int:
        """What to add to a true count; 0 stays 0."""
        if count == 0:
            return 0
        row = self._row(count)
        return row.deviations[bisect_right(row.ceilings, key)]

    def origins(self, figure: int) -> tuple[int, ...]:
        """The true counts that some key turns into this figure, ascending."""
        around = range(max(1, figure - self.bound), figure + self.bound + 1)
        counts = tuple(count for count in around if figure - count in self._row(count).possible())
        return counts if figure else (0, *counts)

    def _row(self, count: int) -> NoiseRow:
        return self.rows[min(count, len(self.rows)) - 1]


def noise_table(*, variance: Decimal | float, bound: int, never_up_to: int = 0) -> NoiseTable:
    """The table of greatest entropy.

    Args:
        variance: Of the noise. The agency's decision, as is the bound.
        bound: The most that is added or taken away.
        never_up_to: Never show counts from 1 to this; they become 0 or more than this.

    Raises:
        RejectedError: the numbers make no table, or for some count no noise of that variance exists; the
            error names the least of these counts and the range of its variances.
    """
    spread = Decimal(str(variance))
    if not (1 <= bound <= MAX_BOUND and 0 <= never_up_to < bound and spread.is_finite() and spread > 0):
        raise RejectedError(TABLE_INVALID, limit=MAX_BOUND)
    with localcontext(_DIGITS):
        rows = tuple(_row(count, spread, bound, never_up_to) for count in range(1, bound + never_up_to + 2))
    return NoiseTable(variance=spread, bound=bound, never_up_to=never_up_to, rows=rows)


def _row(count: int, variance: Decimal, bound: int, never_up_to: int) -> NoiseRow:
    deviations = tuple(v for v in range(-min(count, bound), bound + 1) if not 1 <= count + v <= never_up_to)
    inner = 0 if 0 in deviations else max(v for v in deviations if v < 0)
    narrow = (inner, min(v for v in deviations if v > 0))
    wide = (deviations[0], deviations[-1])
    low, high = (-(pair[0] * pair[1]) for pair in (narrow, wide))
    if not low <= variance <= high:
        raise RejectedError(VARIANCE_UNREACHABLE, count=count, low=low, high=high)
    if variance in (low, high):  # only two deviations are left, and the mean fixes them
        deviations = wide if variance == high else narrow
        span = Decimal(deviations[1] - deviations[0])
        chances = [deviations[1] / span, -deviations[0] / span]
    else:
        found = _most_even(deviations, variance)
        if found is None:
            raise RejectedError(VARIANCE_UNREACHABLE, count=count, low=low, high=high)
        chances = found
    return NoiseRow(deviations=deviations, ceilings=_ceilings(chances))


def _most_even(deviations: tuple[int, ...], variance: Decimal) -> list[Decimal] | None:
    """The distribution of greatest entropy with mean 0 and this variance; None too near an edge."""
    a = b = Decimal(0)
    value, chances = _potential(deviations, variance, a, b)
    for _ in range(_STEPS):
        m1, m2, m3, m4 = (
            sum((p * v**k for p, v in zip(chances, deviations, strict=True)), Decimal(0))
            for k in (1, 2, 3, 4)
        )
        g1, g2 = m1, m2 - variance
        if max(abs(g1), abs(g2)) < _NEAR:
            return chances
        h11, h12, h22 = m2 - m1 * m1, m3 - m1 * m2, m4 - m2 * m2
        det = h11 * h22 - h12 * h12
        if det <= 0:
            return None
        da, db = (h12 * g2 - h22 * g1) / det, (h12 * g1 - h11 * g2) / det
        step = Decimal(1)
        while True:
            there, chances = _potential(deviations, variance, a + step * da, b + step * db)
            if there <= value or step < _NEAR:
                break
            step /= 2
        a, b, value = a + step * da, b + step * db, there
    return None


def _potential(
    deviations: tuple[int, ...], variance: Decimal, a: Decimal, b: Decimal
) -> tuple[Decimal, list[Decimal]]:
    """What Newton's method makes least, and the distribution it stands for."""
    powers = [a * v + b * v * v for v in deviations]
    top = max(powers)
    weights = [(power - top).exp() for power in powers]
    total = sum(weights, Decimal(0))
    return top + total.ln() - b * variance, [weight / total for weight in weights]


def _ceilings(chances: list[Decimal]) -> tuple[int, ...]:
    """Each chance as a whole number of keys, what is left over going to the largest remainders."""
    exact = [chance * KEY_SPACE for chance in chances]
    whole = [int(share.to_integral_value(rounding=ROUND_FLOOR)) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: KEY_SPACE - sum(whole)]:
        whole[i] += 1
    return tuple(accumulate(whole))
