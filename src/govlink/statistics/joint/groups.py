"""What the group rule asks of a pattern beyond the new table's own lines.

Where a line is known not to be empty and too few of its categories are possible, an empty one must seem
possible; where that cannot be, the line must be possibly empty.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..pattern.problem import Problem
from ..published import GroupRule
from .lines import Line
from .seen import Seen, seen_in

__all__ = ["Groups", "LineNeeds", "line_needs"]

MOST_UNIONS = 500


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Groups:
    """The group rule, and the lines that it may be broken in.

    Attributes:
        rule: The rule.
        lines: Those in which few categories are certainly possible.
        at_least: What a category must be able to reach to count as possible.
        public: Cells whose values were published before.
    """

    rule: GroupRule
    lines: tuple[Line, ...]
    at_least: int
    public: frozenset[int]

    def without(self, done: Collection[int]) -> Groups:
        """Without lines that something was asked for; by number."""
        left = tuple(line for number, line in enumerate(self.lines) if number not in done)
        return replace(self, lines=left)


@dataclass(slots=True, kw_only=True, repr=False)
class LineNeeds:
    """What to ask for, and for which lines it is, by number."""

    at_least: dict[int, int] = field(default_factory=dict)
    falls: dict[int, int] = field(default_factory=dict)
    lines: set[int] = field(default_factory=set)


def line_needs(
    problem: Problem, groups: Groups, *, seen: Seen, hidden: frozenset[int], cells: int
) -> LineNeeds:
    """What the group rule lacks with a pattern.

    Args:
        problem: What was asked of the pattern.
        groups: The rule.
        seen: What cells were seen to be able to be with the pattern.
        hidden: The cells it hides of the new table's.
        cells: The new table's cells are those with smaller numbers than this.
    """
    needs = LineNeeds()
    now = _View(problem, groups, lambda cell: cell >= cells or cell in hidden, seen=seen)
    broken = now.broken(range(len(groups.lines)))
    if not broken:
        return needs
    most, known = _View(problem, groups, lambda _: True), _known_before(problem, groups)
    for number in sorted(set(broken).difference(known)):
        line = groups.lines[number]
        at_least, falls = _asked(line, now, most, problem) or _fallen(line, most, problem) or ({}, {})
        if not at_least and not falls:  # nothing helps, and the search will say so
            at_least = {next(iter(_empty(line, now)), line.members()[0]): groups.at_least}
        needs.lines.add(number)
        needs.at_least |= at_least
        needs.falls |= falls
    return needs


def _known_before(problem: Problem, groups: Groups) -> tuple[int, ...]:
    """The lines that are broken by what was published before, whatever the new table shows."""
    before = _View(replace(problem, fixed=groups.public), groups, lambda _: True)
    return before.broken(range(len(groups.lines)))


class _View:
    """What is possible when some of the cells may move."""

    def __init__(
        self,
        problem: Problem,
        groups: Groups,
        may_move: Callable[[int], bool],
        *,
        seen: Seen | None = None,
    ) -> None:
        self._problem, self.groups = problem, groups
        self._may_move = may_move
        self._seen = seen or seen_in(problem, may_move=may_move)
        self._none = set[int]()
        empty = {c for line in groups.lines for c in line.cells.values() if not problem.counts[c]}
        self._seen.look(dict.fromkeys(empty, 1))

    def may_be(self, cell: int) -> bool:
        """Whether somebody may be there."""
        if cell in self._none:
            return False
        found = self._seen.greatest(cell, enough=1) > 0
        self._none |= set() if found else {cell}
        return found

    def reaches(self, cell: int, wanted: int) -> bool:
        """Whether so many may be there."""
        return self._seen.greatest(cell, enough=wanted) >= wanted

    def may_be_empty(self, lines: Iterable[Line]) -> bool:
        """Whether there may be nobody in all these lines together."""
        return self._seen.may_be_nobody({cell for line in lines for cell in line.members()})

    def wanted(self, line: Line, possible: frozenset[int]) -> int:
        """How many categories must be possible."""
        rule = self.groups.rule
        unseen = (piece in line.spare or self._is_unseen(line.cells[piece]) for piece in possible)
        return rule.min_groups + (rule.within_group and any(unseen))

    def broken(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Those of these lines that too few categories are possible in although they are not empty.

        Lines that leave the same categories may be known not to be empty together only.
        """
        lines, possible = self.groups.lines, dict[int, frozenset[int]]()
        for number in numbers:
            found = lines[number].possible(self.may_be)
            wanted = self.wanted(lines[number], found)
            if not lines[number].is_fine(found, wanted=wanted, least=self.groups.rule.min_groups):
                possible[number] = found
        if self.may_be_empty(lines[number] for number in possible):
            return ()
        limits = {n: self.wanted(lines[n], found) for n, found in possible.items()}
        broken = set[int]()
        for union in _unions(
            set(possible.values()), is_few=lambda u: any(lines[n].count(u) < limits[n] for n in limits)
        ):
            those = [n for n, f in possible.items() if f <= union and lines[n].count(union) < limits[n]]
            if not self.may_be_empty(lines[number] for number in those):
                certain = [number for number in those if not self.may_be_empty([lines[number]])]
                broken.update(certain or those)
        return tuple(sorted(broken))

    def _is_unseen(self, cell: int) -> bool:
        return cell not in self._problem.fixed and self._may_move(cell)


def _unions(single: set[frozenset[int]], *, is_few: Callable[[frozenset[int]], bool]) -> set[frozenset[int]]:
    """What some of the lines leave between them, as far as that is too few."""
    found, queue = set(single), list(single)
    while queue and len(found) < MOST_UNIONS:
        one = queue.pop()
        fresh = {both for other in single if is_few(both := one | other)} - found
        found |= fresh
        queue += fresh
    return found


def _empty(line: Line, now: _View) -> list[int]:
    """The cells of the categories that nobody may have so far and that somebody could."""
    return [c for p, c in line.cells.items() if p not in line.barred and not now.may_be(c)]


def _asked(
    line: Line, now: _View, most: _View, problem: Problem
) -> tuple[dict[int, int], dict[int, int]] | None:
    """Empty categories that can seem possible, as many as are lacking, the more frequent ones first."""
    possible = line.possible(now.may_be)
    rule, wanted = now.groups.rule, now.groups.at_least
    lacking = rule.min_groups + rule.within_group - line.count(possible)
    kinds = {line.kinds[piece] for piece in possible}
    able = {
        line.kinds[piece]: cell
        for piece, cell in line.cells.items()
        if piece not in line.barred and line.kinds[piece] not in kinds and most.reaches(cell, wanted)
    }
    frequent: Mapping[int, int] = {
        c: sum(problem.counts[other.cells[p]] for other in now.groups.lines if p in other.cells)
        for p, c in line.cells.items()
    }
    if not able or len(able) < lacking - rule.within_group:
        return None
    cells = sorted(able.values(), key=lambda cell: (-frequent[cell], cell))
    return dict.fromkeys(cells[:lacking], wanted), {}


def _fallen(line: Line, most: _View, problem: Problem) -> tuple[dict[int, int], dict[int, int]] | None:
    """What must be able to be nothing for the line to be possibly empty."""
    if not most.may_be_empty([line]):
        return None
    return {}, {cell: problem.counts[cell] for cell in line.members() if problem.counts[cell]}
