"""What is safe and what it costs at least, by trying every table; for problems of a few cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from govlink.statistics.pattern.problem import Problem
from govlink.statistics.system import LinearSystem

__all__ = ["Oracle"]


class Oracle:
    """Every table that adds up, with a total no larger than ``reach`` above the true one."""

    def __init__(self, problem: Problem, *, reach: int = 0) -> None:
        self._problem = problem
        cells = problem.system.cells
        counts, least = np.array(problem.counts), np.array(problem.least)
        tables = _tables(problem.system, sum_of=_finest_sum(problem), reach=reach)
        moved = tables != counts
        can_move = counts >= least
        can_move[sorted(problem.fixed)] = False
        fits = np.all(~moved | (can_move & (tables >= least)), axis=1)
        self._tables, moved = tables[fits], moved[fits]
        self._masks = moved @ (1 << np.arange(cells, dtype=np.int64))
        self._always = _mask({*problem.at_least, *problem.given} - problem.fixed)

    def unsafe(self, hidden: frozenset[int]) -> set[int]:
        """The secret cells that reach what is asked in no table that differs in hidden cells only."""
        open_to = (self._masks & ~_mask(hidden)) == 0
        return {
            cell
            for cell, wanted in self._wanted().items()
            if not np.any(self._tables[open_to, cell] >= wanted)
        }

    def cheapest(self) -> int | None:
        """What the cheapest safe pattern costs; None if none is safe."""
        ways = [
            _minimal(self._masks[self._tables[:, cell] >= wanted] | self._always)
            for cell, wanted in self._wanted().items()
        ]
        if not all(ways):
            return None
        return self._search(sorted(ways, key=len), self._always, None)

    def _wanted(self) -> dict[int, int]:
        return {c: max(n, self._problem.counts[c] + 1) for c, n in self._problem.at_least.items()}

    def _search(self, ways: list[list[int]], chosen: int, best: int | None) -> int | None:
        cost = self._cost(chosen)
        if best is not None and cost >= best:
            return best
        if not ways:
            return cost
        for mask in sorted({way | chosen for way in ways[0]}, key=self._cost):
            best = self._search(ways[1:], mask, best)
        return best

    def _cost(self, mask: int) -> int:
        extra = mask & ~self._always
        return sum(cost for cell, cost in enumerate(self._problem.costs) if extra >> cell & 1)


def _mask(cells: set[int] | frozenset[int]) -> int:
    return sum(1 << cell for cell in cells)


def _minimal(masks: NDArray[np.int64]) -> list[int]:
    kept: list[int] = []
    for mask in sorted({int(m) for m in masks}, key=int.bit_count):
        if not any(smaller & ~mask == 0 for smaller in kept):
            kept.append(mask)
    return kept


def _finest_sum(problem: Problem) -> int:
    totals = {e.total for e in problem.system.equations}
    return sum(n for c, n in enumerate(problem.counts) if c not in totals)


def _tables(system: LinearSystem, *, sum_of: int, reach: int) -> NDArray[np.int64]:
    totals = {e.total for e in system.equations}
    finest = [c for c in range(system.cells) if c not in totals]
    sums = range(max(0, sum_of - reach), sum_of + reach + 1)
    inner = np.array([row for n in sums for row in _compositions(n, len(finest))], dtype=np.int64)
    tables = np.zeros((len(inner), system.cells), dtype=np.int64)
    tables[:, finest] = inner
    known = set(finest)
    while len(known) < system.cells:
        for equation in system.equations:
            if equation.total not in known and known.issuperset(equation.parts):
                tables[:, equation.total] = tables[:, list(equation.parts)].sum(axis=1)
                known.add(equation.total)
    holds = np.ones(len(inner), dtype=np.bool_)
    for equation in system.equations:
        holds &= tables[:, equation.total] == tables[:, list(equation.parts)].sum(axis=1)
    return tables[holds]


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)
