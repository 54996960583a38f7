"""The cheapest set of cells that keeps every inequality known so far."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import highspy
import numpy as np

from .cuts import Cut, alone, pair_cut, row_cuts
from .net import Floats, Mask, Net
from .solver import Meter, SpentError, run, size_of, solver

__all__ = ["Answer", "Cover"]

NEAR = 1e-6
HALF = 0.5  # costs are whole, so a gap below 1 is none
NODES_AT_ONCE = 30
BRANCHING = 30  # what an iteration weighs when branching, cuts and rounding come with it
PATIENCE = 15_000_000  # effort of branching in which the bound has to rise by a part of itself
PART = 0.01
MOST_SPLIT = 150  # cells hidden by a fraction; with more, branching does not come to an end


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """The places to hide besides those hidden in any case; ``bound`` holds for every safe pattern."""

    chosen: Mask
    bound: int
    cheapest: bool


class Cover:
    """A covering program that grows by inequalities.

    Attributes:
        bound: No safe pattern costs less than this.
        hopeless: Some inequality cannot be kept whatever is hidden.
        needs: The inequalities that every safe pattern keeps, and not only the cheapest.
        share: How far each place was hidden in the last answer, from 0 to 1.
    """

    def __init__(self, net: Net, meter: Meter) -> None:
        self._net, self._meter = net, meter
        self._places = np.flatnonzero(~net.held)
        self._column = np.full(net.size, -1)
        self._column[self._places] = np.arange(self._places.size)
        self._known: set[tuple[bytes, bytes]] = set()
        self.needs: list[Cut] = []
        self._highs = solver(presolve="off", simplex_strategy=1)
        lp = highspy.HighsLp()
        lp.num_col_ = self._places.size
        lp.col_cost_ = net.cost[self._places].astype(np.float64)
        lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
        self._highs.passModel(lp)
        self.bound = 0
        self._stalled, self._risen = 0, 0
        self.hopeless = False
        self.share = np.zeros(net.size)
        self.require(row_cuts(net))

    def require(self, cuts: Iterable[Cut]) -> int:
        """Add inequalities that are not there yet; returns how many."""
        new = []
        for cut in cuts:
            key = cut.key()
            if key not in self._known:
                self._known.add(key)
                new.append(cut)
        self.hopeless |= any(cut.places.size == 0 and cut.least > 0 for cut in new)
        self.needs += [cut for cut in new if cut.least > 0]
        if new:
            starts = np.cumsum([0, *(c.places.size for c in new)])[:-1].astype(np.int32)
            columns = self._column[np.concatenate([c.places for c in new])].astype(np.int32)
            self._highs.addRows(
                len(new),
                np.array([c.least for c in new]),
                np.full(len(new), highspy.kHighsInf),
                columns.size,
                starts,
                columns,
                np.concatenate([c.weights for c in new]),
            )
        return len(new)

    def relax(self) -> Floats | None:
        """How far each place is hidden when fractions are allowed; None if nothing keeps them all.

        Raises:
            SpentError: the budget is used up.
        """
        while True:
            if self.hopeless or not run(self._highs, self._meter):
                return None
            self.share = share = self._spread(np.array(self._highs.getSolution().col_value, dtype=np.float64))
            self._raise_bound(float(self._highs.getInfo().objective_function_value))
            if not self.require(pair_cut(self._net, int(term)) for term in alone(self._net, share)):
                return share

    @property
    def split(self) -> int:
        """How many places the last answer hides by a fraction."""
        return int(np.count_nonzero(np.abs(self.share - HALF) < HALF - NEAR))

    def solve(self, known: Mask | None = None) -> Answer | None:
        """The cheapest whole answer, no cell of which is hidden alone; None if there is none.

        ``known`` is a pattern that keeps every inequality, where there is one to begin with.

        Raises:
            SpentError: the budget is used up, or much was spent and the bound hardly rose.
        """
        while True:
            share = self.relax()
            if share is None:
                return None
            if self.split > MOST_SPLIT:
                return Answer(chosen=share > HALF, bound=self.bound, cheapest=False)
            answer = self._branch(known)
            if answer is None:
                return None
            self.share = answer.chosen.astype(np.float64)
            if not self.require(self._around(answer.chosen)):
                return answer

    def _around(self, chosen: Mask) -> Iterator[Cut]:
        """Where a cell is hidden alone in an equation, every cell of it would be worth no more."""
        lonely = self._net.rows[alone(self._net, chosen.astype(np.float64))]
        for term in np.flatnonzero(np.isin(self._net.rows, lonely)):
            yield pair_cut(self._net, int(term))

    def _branch(self, known: Mask | None) -> Answer | None:
        left = self._meter.budget.nodes - self._meter.nodes
        if left <= 0 or self._stalled > PATIENCE:
            raise SpentError
        before = self._meter.effort
        highs = solver(mip_rel_gap=0.0, mip_abs_gap=HALF, mip_max_nodes=min(left, NODES_AT_ONCE))
        highs.passModel(self._highs.getLp())
        columns = np.arange(self._places.size, dtype=np.int32)
        highs.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
        if known is not None:
            highs.setSolution(columns.size, columns, known[self._places].astype(np.float64))
        highs.run()
        info = highs.getInfo()
        self._meter.nodes += max(1, int(info.mip_node_count))
        self._meter.effort += BRANCHING * size_of(highs) * max(1, int(info.simplex_iteration_count))
        status = highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        self._raise_bound(float(info.mip_dual_bound))
        self._stalled += self._meter.effort - before
        if self.bound > self._risen * (1 + PART):
            self._stalled, self._risen = 0, self.bound
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise SpentError
        chosen = self._spread(np.array(highs.getSolution().col_value, dtype=np.float64)) > HALF
        cheapest = status == highspy.HighsModelStatus.kOptimal
        if cheapest:
            self._raise_bound(float(info.objective_function_value))
        return Answer(chosen=chosen, bound=self.bound, cheapest=cheapest)

    def _raise_bound(self, value: float) -> None:
        if math.isfinite(value):
            self.bound = max(self.bound, math.ceil(value - HALF))

    def _spread(self, columns: Floats) -> Floats:
        share = np.zeros(self._net.size)
        share[self._places] = columns
        return share
