"""What follows from published sums without any search, by exact arithmetic.

Multipliers of the sums, wherever they come from, give a bound that anybody can check: add the sums up and
see what is left. The solver's are tried; those that prove nothing are dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from .matrix import Floats, Matrix, Whole

__all__ = ["Bound", "bound_above", "bound_below"]

LARGEST_PART = 1_000
LARGEST_FACTOR = 1_000_000
SMALL = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A proven bound on an unknown.

    Attributes:
        value: No possible value lies beyond it.
        multipliers: The sums that prove it, by their number in the matrix, each with its factor.
    """

    value: Fraction
    multipliers: tuple[tuple[int, int], ...]


def bound_above(matrix: Matrix, column: int, multipliers: Floats) -> Bound | None:
    """The upper bound that these multipliers prove, if they prove one."""
    return _bound(matrix, column, multipliers, side=1)


def bound_below(matrix: Matrix, column: int, multipliers: Floats) -> Bound | None:
    """The lower bound that these multipliers prove, if they prove one."""
    return _bound(matrix, column, multipliers, side=-1)


def _bound(matrix: Matrix, column: int, multipliers: Floats, *, side: int) -> Bound | None:
    rational = {
        int(row): Fraction(float(multipliers[row])).limit_denominator(LARGEST_PART)
        for row in np.flatnonzero(np.abs(multipliers) > SMALL)
    }
    scale = lcm(*(value.denominator for value in rational.values()))
    factors = {row: int(value * scale) for row, value in rational.items() if value}
    if any(abs(factor) > LARGEST_FACTOR for factor in factors.values()):
        return None
    shared = gcd(*factors.values()) or 1
    for sign in (1, -1):
        whole: Whole = np.zeros(matrix.rest.size, dtype=np.int64)
        for row, factor in factors.items():
            whole[row] = sign * factor // shared
        left: Whole = np.zeros(matrix.floor.size, dtype=np.int64)
        np.add.at(left, matrix.columns, whole[matrix.rows] * matrix.signs)
        own = int(left[column])
        left[column] = 0
        if own > 0 and np.all(left * side >= 0):
            reached = sum(int(whole[row]) * int(matrix.rest[row]) for row in factors)
            value = Fraction(reached - int(left @ matrix.floor), own)
            return Bound(value=value, multipliers=tuple((r, int(whole[r])) for r in sorted(factors)))
    return None
