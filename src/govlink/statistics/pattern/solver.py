"""The solver, set so that it always does the same, and an account of what it did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import highspy
import numpy as np

from .net import Floats, Places
from .problem import Budget, Work

__all__ = ["Meter", "SpentError", "UnsettledError", "model", "run", "size_of", "solver"]

Status = highspy.HighsModelStatus


class SpentError(Exception):
    """The budget is used up; never leaves this package."""


class UnsettledError(SpentError):
    """One question took too long; others may still be answered."""


@dataclass(slots=True, kw_only=True)
class Meter:
    """What is left of a budget, and what was used."""

    budget: Budget
    lps: int = 0
    effort: int = 0
    nodes: int = 0

    @contextmanager
    def limited(self, share: float) -> Iterator[None]:
        """Let no more than this share of what is left of the linear programs and the effort be used."""
        whole = self.budget
        self.budget = replace(
            whole,
            lps=self.lps + int(share * max(0, whole.lps - self.lps)),
            effort=self.effort + int(share * max(0, whole.effort - self.effort)),
        )
        try:
            yield
        finally:
            self.budget = whole

    def spend(self, effort: int) -> None:
        """Account for work without a solver.

        Raises:
            SpentError: the budget is used up.
        """
        self.effort += effort
        if self.effort > self.budget.effort:
            raise SpentError

    @property
    def work(self) -> Work:
        """What was used so far."""
        return Work(lps=self.lps, effort=self.effort, nodes=self.nodes)


def solver(**options: bool | float | str) -> highspy.Highs:
    """A silent solver on one thread with a fixed seed."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor bears no types
    fixed: dict[str, bool | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
    }
    for name, value in (fixed | options).items():
        highs.setOptionValue(name, value)
    return highs


def model(*, cost: Floats, upper: Floats, starts: Places, columns: Places, values: Floats) -> highspy.HighsLp:
    """Columns from 0 to ``upper`` under equations that sum to 0, given row by row."""
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = cost.size, starts.size - 1
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(cost.size), upper
    lp.row_lower_ = lp.row_upper_ = np.zeros(starts.size - 1)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, columns, values
    return lp


def size_of(highs: highspy.Highs) -> int:
    """What an iteration of this program weighs."""
    return int(highs.getNumRow()) + int(highs.getNumCol()) // 10 + 1


def run(highs: highspy.Highs, meter: Meter) -> bool:
    """Solve a linear program; False when it is proven that nothing fits.

    Raises:
        SpentError: the budget does not allow it, or ran out on the way.
    """
    size = size_of(highs)
    left = (meter.budget.effort - meter.effort) // size
    if left <= 0 or meter.lps >= meter.budget.lps:
        raise SpentError
    highs.setOptionValue("simplex_iteration_limit", min(left, 1_000_000_000))
    highs.run()
    meter.lps += 1
    meter.effort += size * (max(0, highs.getInfo().simplex_iteration_count) + 1)
    status = highs.getModelStatus()
    if status == Status.kInfeasible:
        return False
    if status not in (Status.kOptimal, Status.kModelEmpty):
        raise SpentError
    return True
