"""Whether several tables together tell that all members of a group are of one category.

It does not take a small count for that: what two tables show may leave one category for everybody in their
difference. A line is broken when too few categories are possible in it and it is known not to be empty; so
are several lines together that leave too few between them. What is not shown to be possible counts as
impossible, and what is not shown to be possibly empty as not empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from ..published import GroupRule
from .fixed import fixed_values
from .joint import Joint, join, words_of
from .lines import Lines, lines_of
from .matrix import Mask, Whole, matrix_of
from .regions import Layout
from .result import Exposure
from .witnesses import Aim, Witnesses
from .words import equation

__all__ = ["broken_across", "is_whole"]

MOST_UNIONS = 500
MOST_NAMED = 25


def is_whole(joint: Joint, rule: GroupRule) -> bool:
    """Whether all lines that may be told apart lie in one grid.

    Where tables of different dimensions are tied by what they share, lines over the dimensions of both are
    not looked at.
    """
    if joint.layout is None or rule.dimension not in joint.layout.dimensions:
        return True
    place = joint.layout.dimensions.index(rule.dimension)
    return sum(place in grid.places for grid in joint.grids) <= 1


def broken_across(
    joint: Joint, *, rule: GroupRule, bears: Collection[int], home: str
) -> tuple[Exposure, ...]:
    """The lines that are broken now and were not before, each with a category that is shown to be empty.

    Args:
        joint: All that is known.
        rule: How many categories must be possible.
        bears: The counts that the table under attack has, or bears on; lines without any are let be.
        home: The table whose cells need no table's name.
    """
    if joint.layout is None:
        return ()
    lines = _all_lines(joint, joint.layout, rule, skip=0)
    told = np.array(sorted(bears), dtype=np.int64)
    near = tuple(_any(np.isin(each.counts, told)) for each in lines)
    now = _Across(joint, rule, lines, near)
    broken = now.broken(near)
    if not any(rows.any() for rows in broken):
        return ()
    past = join(joint.sources, closed=joint.closed, before=True)
    if past.layout is not None:
        old = _Across(past, rule, _all_lines(past, past.layout, rule, skip=1), near).broken(near)
        if any(rows.any() for rows in old):
            broken = now.broken(tuple(rows & ~known for rows, known in zip(near, old, strict=True)))
    return tuple(now.exposures(broken, joint.layout, home=home))


def _any(cells: Mask) -> Mask:
    """The lines with any of these cells."""
    found: Mask = np.any(cells, axis=1)
    return found


def _all_lines(joint: Joint, layout: Layout, rule: GroupRule, *, skip: int) -> tuple[Lines, ...]:
    plates = layout.plates[skip:]
    found = (lines_of(layout, grid, rule.dimension, plates=plates) for grid in joint.grids)
    return tuple(lines for lines in found if lines is not None)


class _Across:
    """The group rule over all regions that the tables tell apart."""

    def __init__(
        self, joint: Joint, rule: GroupRule, lines: tuple[Lines, ...], near: tuple[Mask, ...]
    ) -> None:
        self._joint, self._rule, self._lines = joint, rule, lines
        self._ones: dict[int, bool] = {}
        size = len(joint.system.counts)
        values = [count.value for count in joint.system.counts]
        self._known = np.array([value is not None for value in values], dtype=np.bool_)
        self._possible: Mask = np.ones(size + 1, dtype=np.bool_)  # the last: where no table looks
        self._possible[:size] = [bool(value) for value in values]
        cells = {int(c) for lines, rows in self._pairs(near) for c in np.unique(lines.counts[rows])}
        leaves = frozenset(c for c in cells if c >= 0)
        own = joint.own | leaves
        self._matrix = matrix_of(joint.system, sums=joint.system.touched(own), also=sorted(leaves))
        self._column = {int(count): at for at, count in enumerate(self._matrix.counts)}
        self._search = Witnesses(self._matrix)
        self._fixed = fixed_values(self._matrix)
        for column, value in self._fixed.items():
            self._possible[self._matrix.counts[column]] = value > 0
        self._look(near)

    def broken(self, among: tuple[Mask, ...]) -> tuple[Mask, ...]:
        """The lines among these that are broken, by grid."""
        return tuple(self._broken(lines, rows) for lines, rows in self._pairs(among))

    def exposures(self, broken: tuple[Mask, ...], layout: Layout, *, home: str) -> Iterator[Exposure]:
        """These lines in words, each with the reason why one of its categories is not possible."""
        for lines, rows in self._pairs(broken):
            for row in np.flatnonzero(rows).tolist():
                english, thai = self._reason(lines.counts[row], home)
                words = words_of(lines.region(row), layout)
                keys = tuple(word for word in words if not word.startswith(f"{self._rule.dimension}="))
                yield Exposure(table="", keys=keys, equation=english, equation_th=thai)

    def _pairs(self, rows: tuple[Mask, ...]) -> Iterator[tuple[Lines, Mask]]:
        return zip(self._lines, rows, strict=True)

    def _look(self, near: tuple[Mask, ...]) -> None:
        """Look for witnesses that somebody may be there, as far as lines lack categories."""
        wanted: dict[int, Aim] = {}
        for lines, rows in self._pairs(near):
            for count in np.unique(lines.counts[rows & ~self._is_fine(lines)]).tolist():
                column = self._column.get(count)
                if column is not None and column not in self._fixed:
                    wanted[column] = Aim(at_least=1, width=0)
        self._search.settle(wanted)
        seen = self._search.greatest >= 1
        self._possible[self._matrix.counts[seen]] = True

    def _is_fine(self, lines: Lines) -> Mask:
        """The lines that leave enough categories possible, or all that people there can have."""
        possible = self._possible[lines.counts]
        there = lines.named | (lines.rest & possible)
        full = ~np.any(there & ~lines.barred & ~possible, axis=1)
        every = full & (lines.hits(there) >= self._rule.min_groups)
        found: Mask = every | (lines.hits(possible & ~lines.barred) >= self._wanted(lines, possible))
        return found

    def _wanted(self, lines: Lines, possible: Mask) -> Whole:
        wanted = np.full(len(lines.counts), self._rule.min_groups)
        if self._rule.within_group:
            for row in np.flatnonzero(lines.hits(possible & ~lines.barred) == self._rule.min_groups):
                held = lines.counts[row][possible[row]].tolist()
                wanted[row] += any(self._may_be_one(count) for count in held)
        return wanted

    def _may_be_one(self, count: int) -> bool:
        if count not in self._ones:
            self._ones[count] = self._is_not_shown_larger(count)
        return self._ones[count]

    def _is_not_shown_larger(self, count: int) -> bool:
        """Whether a single person may be there; so it is unless the opposite is shown."""
        column = self._column.get(count)
        if count >= 0 and self._known[count]:
            return self._joint.system.counts[count].value == 1
        if column is None or column in self._fixed:
            return column is None or self._fixed[column] == 1
        if self._search.may_be(column, high=1):
            return True
        proof = self._search.proven_below(column)
        return proof is None or proof.value <= 1

    def _broken(self, lines: Lines, among: Mask) -> Mask:
        short = among & ~self._is_fine(lines)
        none: Mask = np.zeros_like(short)
        if self._may_be_empty(lines, short):
            return none
        possible = self._possible[lines.counts]
        wanted = self._wanted(lines, possible)
        unions = self._unions(lines, short, possible, wanted)
        if unions is None:
            return short
        for union in unions:
            rows = short & ~np.any(possible & ~union, axis=1) & (lines.hits(union) < wanted)
            if not self._may_be_empty(lines, rows):
                none |= self._named(lines, rows)
        return none

    def _unions(self, lines: Lines, short: Mask, possible: Mask, wanted: Whole) -> list[Mask] | None:
        """The sets of pieces that some of the lines leave between them; None if they are too many."""
        single = np.unique(possible[short], axis=0)
        found = {row.tobytes(): row for row in single}
        queue = list(found.values())
        while queue:
            one = queue.pop()
            for other in single:
                both = one | other
                if both.tobytes() not in found and np.any(short & (lines.hits(both) < wanted)):
                    found[both.tobytes()] = both
                    queue.append(both)
            if len(found) > MOST_UNIONS:
                return None
        return list(found.values())

    def _named(self, lines: Lines, rows: Mask) -> Mask:
        """Those that are not empty by themselves, as far as that is looked at; all, if none is."""
        found: Mask = np.zeros_like(rows)
        for row in np.flatnonzero(rows)[:MOST_NAMED]:
            only: Mask = np.zeros_like(rows)
            only[row] = True
            found |= only & ~np.bool_(self._may_be_empty(lines, only))
        return found if found.any() else rows

    def _may_be_empty(self, lines: Lines, rows: Mask) -> bool:
        """Whether it is shown that there may be nobody in all these lines together."""
        inner = lines.inner(rows).tolist()
        fixed = (count for count in inner if self._known[count] or self._column.get(count) in self._fixed)
        if any(self._possible[count] for count in fixed):
            return False
        columns = [self._column[count] for count in inner if count in self._column]
        return self._search.may_be_nobody(columns)

    def _reason(self, cells: Whole, home: str) -> tuple[str, str]:
        for count in cells.tolist():
            column = self._column.get(count)
            if column is None or self._possible[count]:
                continue
            bound = self._search.proven_above(column, cap=1)
            if bound is not None and bound.value < 1:
                sums = [(int(self._matrix.sums[row]), factor) for row, factor in bound.multipliers]
                english, thai = (
                    equation(
                        self._joint.system, sums=sums, cell=count, home=home, language=language, empty=True
                    )
                    for language in ("en", "th")
                )
                return english, thai
        return "", ""
