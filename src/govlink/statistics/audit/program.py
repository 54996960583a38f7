"""The solver: linear and whole-number programs over unknown counts that must fit the sums.

Each unknown is two columns that add up to it, so that a gain may be asked for up to a point, or a distance
kept small. What the solver says is a proposal and nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from .matrix import TOLERANCE, Floats, Matrix, Whole

__all__ = ["MANY", "Answer", "Program"]

MAX_ITERATIONS = 200_000
MAX_NODES = 5_000

UNSEEN = 2.0**62
MANY = highspy.kHighsInf


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """What the solver proposes: a value for each unknown, and a multiplier for each sum."""

    values: Floats
    multipliers: Floats


class Program:
    """One program whose aims change from run to run."""

    def __init__(self, matrix: Matrix) -> None:
        self.runs = 0
        self._size = matrix.floor.size
        self._floor = np.concatenate([matrix.floor, np.zeros(self._size)]).astype(np.float64)
        self._highs = _solver()
        self._highs.passModel(_model(matrix))
        self._columns = np.arange(2 * self._size, dtype=np.int32)

    def gain(self, *, floor: Whole, cap: Whole, weight: Floats, price: Floats) -> Answer | None:
        """Bring as many unknowns as possible towards their caps.

        Args:
            floor: The least each unknown may be.
            cap: How far above its floor a gain counts, for each unknown.
            weight: What the gain is worth.
            price: What each count of an unknown costs, with or without a gain.
        """
        low = np.concatenate([floor, np.zeros(self._size)]).astype(np.float64)
        high = np.concatenate([np.full(self._size, MANY), cap.astype(np.float64)])
        return self._run(low=low, high=high, cost=np.concatenate([price, price - weight]))

    def near(
        self, *, base: Whole, low: Whole, high: Floats, whole: bool = False, corner: int = 0
    ) -> Answer | None:
        """Between these values, as near to a base as possible; in whole numbers, near or not, on request.

        Another ``corner`` weighs distances otherwise, and so may find another solution that is as good.
        """
        start = np.clip(base, low, np.minimum(high, UNSEEN)).astype(np.float64)
        lows = np.concatenate([low.astype(np.float64), np.zeros(self._size)])
        highs = np.concatenate([start, high - start])
        weight = 1.0 + ((np.arange(self._size) * 7919 + corner * 104_729) % 97) / 97.0 * (corner > 0)
        cost = np.concatenate([-weight, weight])
        # What differs little from the base is found more quickly without looking at everything first.
        return self._run(low=lows, high=highs, cost=cost, whole=whole, presolve=whole)

    def misfits(self) -> tuple[int, ...]:
        """Sums that cannot all hold, as few as make the rest hold; none where real numbers can fit."""
        rows = self._highs.getNumRow()
        model = self._highs.getLp()
        other = _solver()
        other.passModel(model)
        zero = np.zeros(2 * self._size)
        other.changeColsCost(2 * self._size, self._columns, zero)
        other.changeColsIntegrality(2 * self._size, self._columns, zero.astype(np.uint8))
        other.changeColsBounds(2 * self._size, self._columns, self._floor, np.full(2 * self._size, MANY))
        for row in range(rows):
            for sign in (1.0, -1.0):
                other.addCol(1.0, 0.0, MANY, 1, np.array([row], dtype=np.int32), np.array([sign]))
        self.runs += 1
        if not solved(other):
            return ()
        slack = np.array(other.getSolution().col_value)[2 * self._size :].reshape(rows, 2).sum(axis=1)
        return tuple(int(row) for row in np.flatnonzero(slack > TOLERANCE))

    def _run(
        self, *, low: Floats, high: Floats, cost: Floats, whole: bool = False, presolve: bool = True
    ) -> Answer | None:
        self._highs.clearSolver()  # so that it is not bound to where it ended before
        self._highs.setOptionValue("presolve", "on" if presolve else "off")
        self._highs.changeColsBounds(self._columns.size, self._columns, low, high)
        self._highs.changeColsCost(self._columns.size, self._columns, cost)
        kinds = np.full(self._columns.size, int(whole), dtype=np.uint8)
        self._highs.changeColsIntegrality(self._columns.size, self._columns, kinds)
        self.runs += 1
        return self._answer(self._highs) if solved(self._highs) else None

    def _answer(self, highs: highspy.Highs) -> Answer:
        solution = highs.getSolution()
        both = np.array(solution.col_value)
        multipliers = np.array(solution.row_dual) if solution.dual_valid else np.zeros(0)
        return Answer(values=both[: self._size] + both[self._size :], multipliers=multipliers)


def _model(matrix: Matrix) -> highspy.HighsLp:
    size = matrix.floor.size
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = 2 * size, matrix.rest.size
    lp.col_cost_ = np.zeros(2 * size)
    lp.col_lower_ = np.concatenate([matrix.floor, np.zeros(size)]).astype(np.float64)
    lp.col_upper_ = np.full(2 * size, MANY)
    lp.row_lower_ = lp.row_upper_ = matrix.rest.astype(np.float64)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = 2 * matrix.starts
    lp.a_matrix_.index_ = np.stack([matrix.columns, matrix.columns + size], axis=1).ravel()
    lp.a_matrix_.value_ = np.repeat(matrix.signs, 2).astype(np.float64)
    return lp


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


def solved(highs: highspy.Highs) -> bool:
    """Whether there is a solution to look at; a search cut short counts as none."""
    highs.run()
    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)
