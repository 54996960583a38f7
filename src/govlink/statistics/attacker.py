"""What can be learnt about unknown counts from sums that are known.

The unknowns are whole numbers of at least 1. A table that fits the sums and shows that a count may be
large, or may differ, is a witness; one witness usually speaks for many counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

__all__ = ["Equation", "exposed"]

MAX_ITERATIONS = 1_000_000
MAX_NODES = 5_000
OBJECTIVES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Unknowns, by number and sign, that add up to ``rest``."""

    terms: tuple[tuple[int, int], ...]
    rest: int


def exposed(*, unknowns: int, equations: tuple[Equation, ...], threshold: int) -> tuple[int, ...]:
    """The unknowns that cannot reach ``threshold``, or can have one value only.

    Args:
        unknowns: How many there are.
        equations: Each names at least one of them.
        threshold: What each must be able to reach.
    """
    if not unknowns:
        return ()
    attacker = _Attacker(unknowns, equations)
    return tuple(i for i in range(unknowns) if not attacker.holds(i, threshold))


class _Attacker:
    """Looks for witnesses, and keeps the least and the greatest value any of them gave each unknown."""

    def __init__(self, unknowns: int, equations: tuple[Equation, ...]) -> None:
        self._starts = np.cumsum([0, *(len(e.terms) for e in equations)])
        self._columns = np.array([i for e in equations for i, _ in e.terms])
        self._signs = np.array([s for e in equations for _, s in e.terms])
        self._rest = np.array([e.rest for e in equations])
        self._least: NDArray[np.int64] = np.full(unknowns, np.iinfo(np.int64).max)
        self._greatest: NDArray[np.int64] = np.zeros(unknowns, dtype=np.int64)
        self._highs = self._build(unknowns)

    def holds(self, unknown: int, threshold: int) -> bool:
        """Whether it can reach the threshold and can have more than one value."""
        if self._greatest[unknown] < threshold:
            self._look(unknown, low=threshold)
        if self._greatest[unknown] < threshold:
            return False
        least, greatest = int(self._least[unknown]), int(self._greatest[unknown])
        if least == greatest:
            self._look(unknown, low=greatest + 1)
        if self._greatest[unknown] == least > 1:
            self._look(unknown, high=least - 1)
        return bool(self._least[unknown] < self._greatest[unknown])

    def _look(self, unknown: int, *, low: int = 1, high: float = highspy.kHighsInf) -> None:
        """Look for a table with this unknown between ``low`` and ``high``."""
        self._highs.changeColBounds(unknown, float(low), float(high))
        try:
            self._search()
        finally:
            self._highs.changeColBounds(unknown, 1.0, highspy.kHighsInf)

    def _search(self) -> None:
        columns = np.arange(self._least.size, dtype=np.int32)
        for objective in _objectives(columns.size):
            self._highs.changeColsCost(columns.size, columns, objective)
            if not _solved(self._highs) or self._accepts(self._highs):
                return
        whole = _solver()
        whole.passModel(self._highs.getLp())
        whole.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
        if _solved(whole):
            self._accepts(whole)

    def _accepts(self, highs: highspy.Highs) -> bool:
        """Whether the solver's table, rounded, fits exactly; if so it is a witness."""
        whole = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
        if whole.min() < 1:
            return False
        sums = np.add.reduceat(self._signs * whole[self._columns], self._starts[:-1])
        if np.any(sums != self._rest):
            return False
        np.minimum(self._least, whole, out=self._least)
        np.maximum(self._greatest, whole, out=self._greatest)
        return True

    def _build(self, unknowns: int) -> highspy.Highs:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = unknowns, self._rest.size
        lp.col_cost_ = np.zeros(unknowns)
        lp.col_lower_ = np.ones(unknowns)
        lp.col_upper_ = np.full(unknowns, highspy.kHighsInf)
        lp.row_lower_ = lp.row_upper_ = self._rest.astype(np.float64)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self._starts
        lp.a_matrix_.index_ = self._columns
        lp.a_matrix_.value_ = self._signs.astype(np.float64)
        highs = _solver()
        highs.passModel(lp)
        return highs


def _objectives(unknowns: int) -> Iterator[NDArray[np.float64]]:
    """Different corners to look at, because some are not whole."""
    numbers = np.arange(unknowns)
    yield np.zeros(unknowns)
    for attempt in range(1, OBJECTIVES):
        yield ((numbers * 6007 + attempt * 15_485_863) % 101 + 1).astype(np.float64)


def _solver() -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor bears no types
    for name, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("simplex_iteration_limit", MAX_ITERATIONS),
        ("mip_max_nodes", MAX_NODES),
        ("mip_max_improving_sols", 1),
    ):
        highs.setOptionValue(name, value)
    return highs


def _solved(highs: highspy.Highs) -> bool:
    """Whether there is a solution to look at; a search cut short counts as none."""
    highs.run()
    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)
