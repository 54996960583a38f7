"""What a pattern leaves open although nothing of it was asked for by name, and how to ask for it.

Whether a cell becomes exact, or can be small only, depends on the pattern. So it is looked at once there
is one, and asked for only where it is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..pattern.problem import Moves, Problem
from ..system import Equation, LinearSystem
from .groups import Groups, LineNeeds, line_needs
from .seen import seen_in

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
        groups: The group rule, if there is one that lines of several tables may break.
    """

    widths: Mapping[int, int] = field(default_factory=dict)
    holes: Mapping[int, int] = field(default_factory=dict)
    reaches: Mapping[int, int] = field(default_factory=dict)
    groups: Groups | None = None

    def __bool__(self) -> bool:
        return bool(self.widths or self.holes or self.reaches or (self.groups and self.groups.lines))

    def without(self, done: Iterable[int], *, lines: Collection[int] = ()) -> Openings:
        """Those that are not asked for by name yet; ``lines`` are the numbers of the group rule's."""
        gone = frozenset(done)
        return replace(
            self,
            groups=self.groups and self.groups.without(lines),
            widths={cell: width for cell, width in self.widths.items() if cell not in gone},
            holes={cell: threshold for cell, threshold in self.holes.items() if cell not in gone},
            reaches={cell: wanted for cell, wanted in self.reaches.items() if cell not in gone},
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Needs:
    """What to ask for: values to reach, how far to be able to fall, and what to publish in any case.

    Attributes:
        lines: For which of the group rule's lines something is asked, by number.
    """

    at_least: Mapping[int, int]
    falls: Mapping[int, int]
    fixed: frozenset[int]
    lines: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.at_least or self.falls or self.fixed)

    def cells(self) -> frozenset[int]:
        """The cells concerned."""
        return self.fixed.union(self.at_least, self.falls)


def find_needs(
    problem: Problem, openings: Openings, *, hidden: frozenset[int], cells: int, moves: Moves
) -> Needs:
    """What a pattern lacks.

    Args:
        problem: What was asked.
        openings: What must hold besides.
        hidden: The cells that the pattern hides of the new table's.
        cells: How many the new table has.
        moves: How far cells are known to move by the pattern.
    """
    narrow = {cell: width for cell, width in openings.widths.items() if cell >= cells or cell in hidden}
    low = {cell: wanted for cell, wanted in openings.reaches.items() if cell in hidden}
    seen = seen_in(problem, may_move=lambda cell: cell >= cells or cell in hidden, moves=moves)
    seen.look({**openings.holes, **low})
    small = {n: top for n, top in openings.holes.items() if 0 < seen.greatest(n, enough=top) < top}
    low = {n: wanted for n, wanted in low.items() if seen.greatest(n, enough=wanted) < wanted}
    narrow = {n: width for n, width in narrow.items() if not seen.is_wide(n, width=width)}
    lines = LineNeeds()
    if openings.groups is not None:
        lines = line_needs(problem, openings.groups, seen=seen, hidden=hidden, cells=cells)
    if not (small or low or narrow or lines.lines):
        return Needs(at_least={}, falls={}, fixed=frozenset())
    most = seen_in(problem, may_move=lambda _: True, moves=moves)
    at_least, falls, fixed = lines.at_least, lines.falls, set[int]()
    for cell, wanted in {**small, **low}.items():
        if most.greatest(cell, enough=wanted) >= wanted:
            at_least[cell] = max(wanted, at_least.get(cell, 0))
        elif shown := {cell} if cell in low else _beside(problem, cell, hidden):
            fixed |= shown
        else:
            at_least[cell] = wanted
    for cell, width in narrow.items():
        at = problem.counts[cell]
        if most.greatest(cell, enough=at + width) < at + width and (
            most.smallest(cell, enough=at - width) <= at - width
        ):
            falls[cell] = max(width, falls.get(cell, 0))
        else:
            at_least[cell] = max(at + width, at_least.get(cell, 0))
    return Needs(
        at_least=at_least, falls=falls, fixed=frozenset(fixed - at_least.keys()), lines=frozenset(lines.lines)
    )


def _beside(problem: Problem, hole: int, hidden: frozenset[int]) -> set[int]:
    """The hidden cells whose publication may show that a hole is empty: they need not be hidden."""
    sums = ({e.total, *e.parts} for e in problem.system.equations if hole == e.total or hole in e.parts)
    near = frozenset[int]().union(*sums)
    return {cell for cell in near & hidden if cell not in problem.given and cell not in problem.at_least}


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
