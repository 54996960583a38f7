"""What follows from published sums without any search, by exact arithmetic.

Multipliers of the sums, wherever they come from, give a bound that anybody can check: add the sums up and
see what is left. The solver's are tried; those that prove nothing are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from .matrix import Floats, Mask, Matrix, Whole

__all__ = ["Bound", "at_floor", "bound_above", "bound_below"]

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


def at_floor(matrix: Matrix, multipliers: Floats) -> Mask:
    """The unknowns that these multipliers prove to be no more than they are at least."""
    for whole, left in _added_up(matrix, multipliers):
        if np.all(left >= 0) and _total(matrix, whole) == int(left @ matrix.floor):
            return left > 0
    return np.zeros(matrix.floor.size, dtype=np.bool_)


def _bound(matrix: Matrix, column: int, multipliers: Floats, *, side: int) -> Bound | None:
    for whole, left in _added_up(matrix, multipliers):
        own = int(left[column])
        left[column] = 0
        if own > 0 and np.all(left * side >= 0):
            value = Fraction(_total(matrix, whole) - int(left @ matrix.floor), own)
            rows = np.flatnonzero(whole)
            return Bound(value=value, multipliers=tuple((int(row), int(whole[row])) for row in rows))
    return None


def _total(matrix: Matrix, factors: Whole) -> int:
    """What the sums come to, each so many times; without a limit to its size."""
    return sum(int(factors[row]) * int(matrix.rest[row]) for row in np.flatnonzero(factors))


def _added_up(matrix: Matrix, multipliers: Floats) -> Iterator[tuple[Whole, Whole]]:
    """The multipliers in whole numbers, either way round, and how often each unknown is in the sums then."""
    rational = {
        int(row): Fraction(float(multipliers[row])).limit_denominator(LARGEST_PART)
        for row in np.flatnonzero(np.abs(multipliers) > SMALL)
    }
    scale = lcm(*(value.denominator for value in rational.values()))
    factors = {row: int(value * scale) for row, value in rational.items() if value}
    if any(abs(factor) > LARGEST_FACTOR for factor in factors.values()):
        return
    shared = gcd(*factors.values()) or 1
    for sign in (1, -1):
        whole: Whole = np.zeros(matrix.rest.size, dtype=np.int64)
        for row, factor in factors.items():
            whole[row] = sign * factor // shared
        left: Whole = np.zeros(matrix.floor.size, dtype=np.int64)
        np.add.at(left, matrix.columns, whole[matrix.rows] * matrix.signs)
        yield whole, left
