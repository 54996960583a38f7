"""What cells were seen to be able to be, in whole tables that fit everything an attacker knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from ..pattern.problem import Moves, Problem

if TYPE_CHECKING:
    from .guesses import Guesses

__all__ = ["Seen", "seen_in"]


def seen_in(problem: Problem, *, may_move: Callable[[int], bool], moves: Moves | None = None) -> Seen:
    """Tables in which only some of the cells differ from how they are; ``moves`` are known already."""
    from .guesses import Guesses  # loads the solver

    least = problem.least
    moving = (n for n in range(len(problem.counts)) if n not in problem.fixed and may_move(n))
    free = [number for number in moving if problem.counts[number] >= least[number]]
    guesses = Guesses(
        problem.system.equations,
        values=problem.counts,
        free=free,
        least={number: least[number] for number in free},
    )
    return Seen(guesses, problem.counts, moves or {})


class Seen:
    """The least and greatest value that each cell had in any guess so far."""

    def __init__(self, guesses: Guesses, base: tuple[int, ...], moves: Moves) -> None:
        self._guesses, self._base = guesses, base
        self._low, self._high = list(base), list(base)
        for cell, (fall, rise) in moves.items():
            self._low[cell] -= fall
            self._high[cell] += rise
        self._empty = set[int]()  # for sure

    def high(self, cell: int) -> int:
        """The greatest value so far."""
        return self._high[cell]

    def spread(self, cell: int) -> int:
        """How far apart its values are so far."""
        return self._high[cell] - self._low[cell]

    def greatest(self, cell: int, *, enough: int) -> int:
        """How great the cell can be, no further than ``enough``."""
        if self._high[cell] < enough and self._guesses.moves(cell) and cell not in self._empty:
            self._note(self._guesses.greatest({cell: enough}))
        return self._high[cell]

    def look(self, wanted: Mapping[int, int]) -> None:
        """See how great many cells can be, several in one guess, as long as that shows anything new."""
        left = dict(wanted)
        while True:
            left = {
                cell: enough
                for cell, enough in left.items()
                if self._high[cell] < enough and self._guesses.moves(cell)
            }
            before = {cell: self._high[cell] for cell in left}
            if not left:
                return
            guess = self._guesses.greatest(left)
            self._note(guess)
            if not any(guess[cell] for cell in left):  # together they cannot be more than nothing
                self._empty |= left.keys()
            if all(self._high[cell] == high for cell, high in before.items()):
                return

    def smallest(self, cell: int, *, enough: int) -> int:
        """How small the cell can be."""
        if self._low[cell] > enough and self._guesses.moves(cell):
            self._note(self._guesses.smallest(cell, cap=self._base[cell]))
        return self._low[cell]

    def may_be_nobody(self, cells: Collection[int]) -> bool:
        """Whether these can all be empty at once."""
        moving = {cell: self._base[cell] for cell in cells if self._guesses.moves(cell)}
        if any(self._base[cell] for cell in cells if cell not in moving):
            return False
        if not any(moving.values()):
            return True
        guess = self._guesses.least(moving)
        self._note(guess)
        return not any(guess[cell] for cell in moving)

    def is_wide(self, cell: int, *, width: int) -> bool:
        """Whether its values lie at least so far apart."""
        if self.spread(cell) < width:
            self.greatest(cell, enough=self._low[cell] + width)
        if self.spread(cell) < width:
            self.smallest(cell, enough=self._high[cell] - width)
        return self.spread(cell) >= width

    def _note(self, guess: Mapping[int, int]) -> None:
        for cell, value in guess.items():
            self._low[cell] = min(self._low[cell], value)
            self._high[cell] = max(self._high[cell], value)
