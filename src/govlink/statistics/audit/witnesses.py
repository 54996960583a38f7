"""What can be learnt about unknown counts from sums that are known.

A table that fits the sums and shows that a count may be large, or may differ, is a witness; one witness
usually speaks for many counts. The solver proposes, exact arithmetic accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .bounds import Bound, at_floor, bound_above, bound_below
from .matrix import TOLERANCE, Floats, Mask, Matrix, Whole
from .program import MANY, Answer, Program

__all__ = ["Aim", "Witnesses"]

MOST_RUNS = 1_000
MOST_GIVEN_UP = 200
STALLS = 4
LIGHT = 0.25
PUMPS = 2
CORNERS = 4
UNSEEN = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What an unknown must be able to be: so large, and in so many ways."""

    at_least: int
    width: int


class Witnesses:
    """Looks for witnesses, and keeps the least and the greatest value any of them gave each unknown.

    Attributes:
        nobody: Unknowns with an aim that are proven to be nobody.
    """

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.program = Program(matrix)
        size = matrix.floor.size
        self.least: Whole = np.full(size, UNSEEN)
        self.greatest: Whole = np.full(size, -1, dtype=np.int64)
        self.nobody: frozenset[int] = frozenset()
        self._base: Whole | None = None
        self._goal: Whole = np.full(size, -1, dtype=np.int64)
        self._width: Whole = np.zeros(size, dtype=np.int64)

    def claim(self, values: Whole) -> bool:
        """Take a table that is claimed to fit for a witness, if it does."""
        if not self.matrix.fits(values):
            return False
        np.minimum(self.least, values, out=self.least)
        np.maximum(self.greatest, values, out=self.greatest)
        self._base = values
        return True

    def settle(self, aims: Mapping[int, Aim]) -> tuple[int, ...]:
        """Look for witnesses until every aim is met or given up; those given up, in order.

        Where very many are given up the others are no longer looked at one by one: what no witness has shown
        by then is given up too.
        """
        self._goal[:], self._width[:] = -1, 0
        for column, aim in aims.items():
            self._goal[column], self._width[column] = aim.at_least, aim.width
        self._together()
        self.nobody = self._proven_nobody(aims)
        given_up = [column for column in aims if column in self.nobody]
        enough = len(given_up) + MOST_GIVEN_UP
        for column in aims:
            if column not in self.nobody and not self._alone(column, search=len(given_up) < enough):
                given_up.append(column)
        order = {column: at for at, column in enumerate(aims)}
        return tuple(sorted(given_up, key=order.__getitem__))

    def may_be(self, column: int, *, low: int = 0, high: float = MANY) -> bool:
        """Whether a witness is found that has an unknown between two values."""
        floor = self.matrix.floor
        if self._seen(column, low, high):
            return True
        if max(low, int(floor[column])) > high or self.program.runs >= MOST_RUNS:
            return False
        lows, highs = floor.copy(), np.full(floor.size, MANY)
        lows[column], highs[column] = max(low, int(floor[column])), high
        for corner in range(CORNERS + 1):  # the last is a search in whole numbers, which takes long
            base = floor if self._base is None else self._base
            answer = self.program.near(
                base=base, low=lows, high=highs, corner=corner % CORNERS, whole=corner == CORNERS
            )
            if answer is None:
                return False
            self._take(answer)
            if self._seen(column, low, high):
                return True
        return False

    def may_be_nobody(self, columns: Sequence[int]) -> bool:
        """Whether a witness is found that has nobody in any of these unknowns."""
        floor = self.matrix.floor
        if not columns or (self._base is not None and not self._base[columns].any()):
            return True
        if floor[columns].any() or self.program.runs >= MOST_RUNS:
            return False
        highs = np.full(floor.size, MANY)
        highs[columns] = 0.0
        for whole in (False, True):
            base = floor if self._base is None else self._base
            answer = self.program.near(base=base, low=floor, high=highs, whole=whole)
            if answer is None:
                return False
            self._take(answer)
            if self._base is not None and not self._base[columns].any():
                return True
        return False

    @property
    def found(self) -> bool:
        """Whether there is any witness."""
        return self._base is not None

    def proven_above(self, column: int, *, cap: int) -> Bound | None:
        """A proof of how much an unknown can be at most, sought where that is less than the cap."""
        return self._proven(column, cap=cap, price=0.0, proof=bound_above)

    def proven_below(self, column: int) -> Bound | None:
        """A proof of how much an unknown must be at least."""
        return self._proven(column, cap=0, price=1.0, proof=bound_below)

    def _proven_nobody(self, columns: Iterable[int]) -> frozenset[int]:
        """Those of the unknowns that are proven to be nobody, all at once; others may be too."""
        floor, prices = self.matrix.floor, np.zeros(self.matrix.floor.size)
        left = np.zeros(floor.size, dtype=np.bool_)
        left[list(columns)] = True
        left &= (floor == 0) & (self.greatest <= 0)
        while left.any() and self.program.runs < MOST_RUNS:
            weight = left.astype(np.float64)
            answer = self.program.gain(floor=floor, cap=left.astype(np.int64), weight=weight, price=prices)
            if answer is None or answer.multipliers.size < self.matrix.rest.size:
                return frozenset()
            more = left & (answer.values > TOLERANCE)
            if not more.any():
                return frozenset(np.flatnonzero(left & at_floor(self.matrix, answer.multipliers)).tolist())
            left &= ~more
        return frozenset()

    def _proven(
        self, column: int, *, cap: int, price: float, proof: Callable[[Matrix, int, Floats], Bound | None]
    ) -> Bound | None:
        if self.program.runs >= MOST_RUNS:
            return None
        floor = self.matrix.floor
        caps, weight, prices = np.zeros_like(floor), np.zeros(floor.size), np.zeros(floor.size)
        caps[column], weight[column], prices[column] = max(0, cap - int(floor[column])), 1.0 - price, price
        answer = self.program.gain(floor=floor, cap=caps, weight=weight, price=prices)
        if answer is None or answer.multipliers.size < self.matrix.rest.size:
            return None
        return proof(self.matrix, column, answer.multipliers)

    def _together(self) -> None:
        """Many aims at once, again and again with other weights, while it helps."""
        floor, attempt, stalls, left = self.matrix.floor, 0, 0, self._left()
        while left and stalls < STALLS:
            short, stiff = self._open()
            weight = _weights(floor.size, attempt)
            answer = self.program.gain(
                floor=floor,
                cap=np.where(self._goal < 0, 0, self._goal + self._width - floor),
                weight=np.where(short, weight, 0.0),
                price=np.where(stiff, weight * LIGHT, 0.0),
            )
            if answer is None:
                return
            self._take(answer)
            before, left, attempt = left, self._left(), attempt + 1
            stalls = 0 if left < before else stalls + 1

    def _left(self) -> int:
        """How much is open; what does not reach its goal has two things to show."""
        short, stiff = self._open()
        return 2 * int(short.sum()) + int(stiff.sum())

    def _open(self) -> tuple[Mask, Mask]:
        """The unknowns that do not reach their goal, and those that reach it but do not vary enough."""
        short = self.greatest < self._goal
        varied = self.greatest - np.minimum(self.least, self.greatest)
        return short, ~short & (self._goal >= 0) & (varied < self._width)

    def _alone(self, column: int, *, search: bool) -> bool:
        short, stiff = self._open()
        if not (search and (short[column] or stiff[column])):
            return not (short[column] or stiff[column])
        goal, width = int(self._goal[column]), int(self._width[column])
        if not self.may_be(column, low=goal):
            return False
        return (
            int(self.greatest[column] - self.least[column]) >= width
            or self.may_be(column, low=int(self.least[column]) + width)
            or self.may_be(column, high=int(self.greatest[column]) - width)
        )

    def _seen(self, column: int, low: int, high: float) -> bool:
        if self.greatest[column] < 0:  # no witness yet
            return False
        return any(low <= int(values[column]) <= high for values in (self.least, self.greatest))

    def _take(self, answer: Answer) -> None:
        """Take what is proposed for a witness, or as much of it as is whole, or what is near it and whole."""
        whole = np.rint(answer.values).astype(np.int64)
        if self.claim(whole):
            return
        if self._base is not None:
            self.claim(self.matrix.whole_part(answer.values, self._base))
        for _ in range(PUMPS):
            floor = self.matrix.floor
            near = self.program.near(base=whole, low=floor, high=np.full(floor.size, MANY))
            if near is None or self.claim(whole := np.rint(near.values).astype(np.int64)):
                return


def _weights(size: int, attempt: int) -> Floats:
    """Different for each attempt, so that each looks at another corner."""
    weights: Floats = 1.0 + ((np.arange(size) * 6007 + attempt * 15_485_863) % 11) / 20.0
    return weights
