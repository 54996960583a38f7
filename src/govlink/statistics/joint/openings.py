"""What a pattern leaves open although nothing of it was asked for by name, and how to ask for it.

Whether a cell becomes exact, or can be small only, depends on the pattern. So it is looked at once there
is one, and asked for only where it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..pattern.problem import Problem
from ..system import Equation, LinearSystem

if TYPE_CHECKING:
    from .guesses import Guesses

__all__ = ["Needs", "Openings", "asked", "find_needs"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Openings:
    """What must hold in the end.

    Attributes:
        widths: Hidden cells with how many different values they must at least be able to have, less one.
        holes: Cells that no table shows and that may be empty, with the threshold that they must be able
            to reach if they are not empty for sure.
        reaches: Cells of the new table that may be hidden for others although few or none are in them, with
            what they must be able to reach if they are.
    """

    widths: Mapping[int, int] = field(default_factory=dict)
    holes: Mapping[int, int] = field(default_factory=dict)
    reaches: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.widths or self.holes or self.reaches)

    def without(self, done: Iterable[int]) -> Openings:
        """Those that are not asked for by name yet."""
        gone = frozenset(done)
        return Openings(
            widths={cell: width for cell, width in self.widths.items() if cell not in gone},
            holes={cell: threshold for cell, threshold in self.holes.items() if cell not in gone},
            reaches={cell: wanted for cell, wanted in self.reaches.items() if cell not in gone},
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Needs:
    """What to ask for: values to reach, how far to be able to fall, and what to publish in any case."""

    at_least: Mapping[int, int]
    falls: Mapping[int, int]
    fixed: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.at_least or self.falls or self.fixed)

    def cells(self) -> frozenset[int]:
        """The cells concerned."""
        return self.fixed.union(self.at_least, self.falls)


def find_needs(problem: Problem, openings: Openings, *, hidden: frozenset[int], cells: int) -> Needs:
    """What a pattern lacks; ``hidden`` are the cells it hides of the new table's ``cells``."""
    narrow = {cell: width for cell, width in openings.widths.items() if cell >= cells or cell in hidden}
    low = {cell: wanted for cell, wanted in openings.reaches.items() if cell in hidden}
    seen = _Seen(_guesses(problem, lambda cell: cell >= cells or cell in hidden), problem.counts)
    seen.look({**openings.holes, **low})
    small = {n: top for n, top in openings.holes.items() if 0 < seen.greatest(n, enough=top) < top}
    low = {n: wanted for n, wanted in low.items() if seen.greatest(n, enough=wanted) < wanted}
    narrow = {n: width for n, width in narrow.items() if not seen.is_wide(n, width=width)}
    if not (small or low or narrow):
        return Needs(at_least={}, falls={}, fixed=frozenset())
    most = _Seen(_guesses(problem, lambda _: True), problem.counts)
    at_least, falls, fixed = dict[int, int](), dict[int, int](), set[int]()
    for cell, wanted in {**small, **low}.items():
        if most.greatest(cell, enough=wanted) >= wanted:
            at_least[cell] = wanted
        elif shown := {cell} if cell in low else _beside(problem, cell, hidden):
            fixed |= shown
        else:
            at_least[cell] = wanted
    for cell, width in narrow.items():
        at = problem.counts[cell]
        if most.greatest(cell, enough=at + width) < at + width and (
            most.smallest(cell, enough=at - width) <= at - width
        ):
            falls[cell] = width
        else:
            at_least[cell] = max(at + width, at_least.get(cell, 0))
    return Needs(at_least=at_least, falls=falls, fixed=frozenset(fixed - at_least.keys()))


def _beside(problem: Problem, hole: int, hidden: frozenset[int]) -> set[int]:
    """The hidden cells whose publication may show that a hole is empty: they need not be hidden."""
    sums = ({e.total, *e.parts} for e in problem.system.equations if hole == e.total or hole in e.parts)
    near = frozenset[int]().union(*sums)
    return {cell for cell in near & hidden if cell not in problem.given and cell not in problem.at_least}


def _guesses(problem: Problem, may_move: Callable[[int], bool]) -> Guesses:
    from .guesses import Guesses  # loads the solver

    least = problem.least
    moving = (n for n in range(len(problem.counts)) if n not in problem.fixed and may_move(n))
    free = [number for number in moving if problem.counts[number] >= least[number]]
    return Guesses(
        problem.system.equations,
        values=problem.counts,
        free=free,
        least={number: least[number] for number in free},
    )


class _Seen:
    """The least and greatest value that each cell had in any guess so far."""

    def __init__(self, guesses: Guesses, base: tuple[int, ...]) -> None:
        self._guesses, self._base = guesses, base
        self._low, self._high = dict(enumerate(base)), dict(enumerate(base))
        self._empty = set[int]()  # for sure

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

    def is_wide(self, cell: int, *, width: int) -> bool:
        """Whether its values lie at least so far apart."""
        if self._high[cell] - self._low[cell] < width:
            self.greatest(cell, enough=self._low[cell] + width)
        if self._high[cell] - self._low[cell] < width:
            self.smallest(cell, enough=self._high[cell] - width)
        return self._high[cell] - self._low[cell] >= width

    def _note(self, guess: Mapping[int, int]) -> None:
        for cell, value in guess.items():
            self._low[cell] = min(self._low[cell], value)
            self._high[cell] = max(self._high[cell], value)


def asked(problem: Problem, needs: Needs) -> Problem:
    """The problem with these needs in it.

    The search asks how far cells can rise. A cell that must fall gets a mirror, which rises when it falls:
    the two have a fixed sum.
    """
    start, mirrored = len(problem.counts), sorted(needs.falls)
    spare = 2 * max(problem.counts)  # further than anything moves
    counts, least, equations = list(problem.counts), list(problem.least), list(problem.system.equations)
    at_least, fixed = dict(problem.at_least), set(problem.fixed | needs.fixed)
    for cell, wanted in needs.at_least.items():
        at_least[cell] = max(wanted, at_least.get(cell, 0))
    for number, cell in enumerate(mirrored):
        mirror, both = start + 2 * number, start + 2 * number + 1
        counts += [spare, spare + problem.counts[cell]]
        least += [0, 0]
        equations.append(Equation(total=both, parts=(cell, mirror)))
        at_least[mirror] = spare + needs.falls[cell]
        fixed.add(both)
    return replace(
        problem,
        system=LinearSystem(cells=len(counts), equations=tuple(equations)),
        counts=tuple(counts),
        at_least=at_least,
        given=problem.given - at_least.keys(),
        fixed=frozenset(fixed),
        costs=(*problem.costs, *(1 for _ in range(2 * len(mirrored)))),
        least=tuple(least),
    )
