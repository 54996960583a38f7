"""The sums over unknown counts as arrays, and the exact test of a table that claims to fit them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .system import System

__all__ = ["TOLERANCE", "Floats", "Mask", "Matrix", "Whole", "matrix_of"]

Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Matrix:
    """Sums over unknown counts, one after the other.

    Attributes:
        counts: The number, in the system, of each unknown.
        floor: What each unknown counts at least.
        sums: The number, in the system, of each sum that has an unknown.
        starts: Where each sum begins in ``columns``, and one more for the end.
        columns: The unknowns of each sum.
        signs: Their signs.
        rows: The sum that each term belongs to.
        rest: What each sum's unknowns add up to.
    """

    counts: Whole
    floor: Whole
    sums: Whole
    starts: Whole
    columns: Whole
    signs: Whole
    rows: Whole
    rest: Whole

    def fits(self, values: Whole) -> bool:
        """Whether these values are possible, by whole-number arithmetic."""
        if np.any(values < self.floor):
            return False
        if not self.rest.size:
            return True
        totals = np.add.reduceat(self.signs * values[self.columns], self.starts[:-1])
        return bool(np.all(totals == self.rest))

    def whole_part(self, proposed: Floats, base: Whole) -> Whole:
        """The base with every change taken over that can be, though other changes are no whole numbers.

        Changes that no sum ties to each other stand or fall alone.
        """
        near = np.rint(proposed).astype(np.int64)
        broken = np.abs(proposed - near) > TOLERANCE
        label = np.where(broken | (near != base), np.arange(base.size), base.size)
        while True:
            joined = np.minimum.reduceat(label[self.columns], self.starts[:-1])[self.rows]
            lower = label.copy()
            np.minimum.at(lower, self.columns, joined)
            lower[label == base.size] = base.size
            if np.array_equal(lower, label):
                break
            label = lower
        bad = np.zeros(base.size + 1, dtype=np.bool_)
        bad[label[broken]] = True
        return np.where(bad[label] | (label == base.size), base, near)


TOLERANCE = 1e-6


def matrix_of(system: System, *, sums: Iterable[int], also: Iterable[int] = ()) -> Matrix:
    """The sums of these numbers that have an unknown, over their unknowns and these others."""
    value = [count.value for count in system.counts]
    kept = [number for number in sums if any(value[c] is None for c, _ in system.sums[number])]
    found = {c for number in kept for c, _ in system.sums[number] if value[c] is None}
    counts = sorted(found | {c for c in also if value[c] is None})
    column = {number: at for at, number in enumerate(counts)}
    terms = [[(column[c], s) for c, s in system.sums[n] if c in column] for n in kept]
    known = [sum(s * (value[c] or 0) for c, s in system.sums[n]) for n in kept]
    lengths = np.array([len(each) for each in terms], dtype=np.int64)
    return Matrix(
        counts=np.array(counts, dtype=np.int64),
        floor=np.array([system.counts[number].least for number in counts], dtype=np.int64),
        sums=np.array(kept, dtype=np.int64),
        starts=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)]),
        columns=np.array([c for each in terms for c, _ in each], dtype=np.int64),
        signs=np.array([s for each in terms for _, s in each], dtype=np.int64),
        rows=np.repeat(np.arange(len(terms)), lengths),
        rest=-np.array(known, dtype=np.int64),
    )
