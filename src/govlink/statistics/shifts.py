"""The cheapest way to change a table so that one cell grows and every equation still holds.

A shift is what separates an attacker's other table from the true one. The solver works on real
numbers and only proposes; a shift is handed out when it is whole and holds in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import highspy
import numpy as np
from numpy.typing import NDArray

from ..errors import Fault, ProtectionError
from .system import LinearSystem

__all__ = ["ShiftModel"]

SOLVER_GAVE_UP = Fault(
    "statistics.solver_gave_up",
    en="no pattern was found within the work limit; collapse categories",
    th="หารูปแบบการปกปิดไม่ได้ภายในขีดจำกัดการคำนวณ ให้รวมหมวดหมู่",
)

# Limits of work, not of seconds: a slower machine must come to the same pattern.
MAX_ITERATIONS = 1_000_000
MAX_NODES = 5_000
CORNERS = 3
FREE = 1  # not 0, so that shifts stay short and disturb few other cells


class ShiftModel:
    """Shifts of one table. Cells that have a price may move, the others stay.

    A cell never falls below 1, because an attacker knows that a hidden cell is not zero.
    """

    def __init__(self, system: LinearSystem, counts: tuple[int, ...], prices: Mapping[int, int]) -> None:
        self._counts = np.array(counts, dtype=np.int64)
        self._cells = np.array(sorted(prices), dtype=np.int64)
        self._place = {int(cell): i for i, cell in enumerate(self._cells)}
        self._prices = np.array([prices[int(c)] for c in self._cells], dtype=np.int64)
        self._starts, self._terms, self._signs = _equations(system, self._place)
        self._highs = self._build()

    def make_free(self, cells: Iterable[int]) -> None:
        """Let these cells move for next to nothing: they are hidden already."""
        for cell in sorted(cells):
            self._prices[self._place[cell]] = FREE
        self._charge(np.zeros_like(self._prices))

    def freeze(self, cell: int) -> None:
        """Let the cell move no more."""
        up = 2 * self._place[cell]
        self._highs.changeColBounds(up, 0.0, 0.0)
        self._highs.changeColBounds(up + 1, 0.0, 0.0)

    def thaw(self, cell: int) -> None:
        """Let the cell move again."""
        up = 2 * self._place[cell]
        self._highs.changeColBounds(up, 0.0, highspy.kHighsInf)
        self._highs.changeColBounds(up + 1, 0.0, float(self._counts[cell] - 1))

    def cheapest(self, cell: int, *, rise: int) -> NDArray[np.int64] | None:
        """A cheap whole shift in which the cell grows by ``rise``, or None if there is none.

        Raises:
            ProtectionError: the solver reached its work limit.
        """
        up = 2 * self._place[cell]
        self._highs.changeColBounds(up, float(rise), float(rise))
        self._highs.changeColBounds(up + 1, 0.0, 0.0)
        try:
            if not _solved(self._highs):
                return None
            shift = self._whole(self._highs)
            if shift is None:
                shift = self._near_by()
        finally:
            self.thaw(cell)
        if shift is not None and shift[cell] != rise:
            raise ProtectionError(SOLVER_GAVE_UP)
        return shift

    def _near_by(self) -> NDArray[np.int64] | None:
        """A whole shift close to a fractional one: another corner, else a search in whole numbers.

        The search first keeps to cells that are free or already moving, and widens when it must.
        """
        moving = self._moves(self._highs) != 0
        far = np.flatnonzero(~moving & (self._prices > FREE))
        try:
            for attempt in range(1, CORNERS + 1):
                self._charge((np.arange(self._cells.size) * 7919 + attempt * 104_729) % 97)
                if _solved(self._highs) and (shift := self._whole(self._highs)) is not None:
                    return shift
        finally:
            self._charge(np.zeros_like(self._prices))
        shift = self._search(still=far)
        return self._search(still=far[:0]) if shift is None and far.size else shift

    def _search(self, *, still: NDArray[np.int64]) -> NDArray[np.int64] | None:
        highs = _solver()
        highs.passModel(self._highs.getLp())
        columns = np.arange(2 * self._cells.size, dtype=np.int32)
        highs.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
        pinned = np.concatenate([2 * still, 2 * still + 1]).astype(np.int32)
        highs.changeColsBounds(pinned.size, pinned, np.zeros(pinned.size), np.zeros(pinned.size))
        if not _solved(highs):
            return None
        shift = self._whole(highs)
        if shift is None:
            raise ProtectionError(SOLVER_GAVE_UP)
        return shift

    def _whole(self, highs: highspy.Highs) -> NDArray[np.int64] | None:
        """The solver's shift over all cells, rounded, if exact arithmetic confirms it."""
        whole = np.rint(self._moves(highs)).astype(np.int64)
        if np.any(np.add.reduceat(self._signs * whole[self._terms], self._starts[:-1])):
            return None
        if np.any(self._counts[self._cells] + whole < 1):
            return None
        shift = np.zeros_like(self._counts)
        shift[self._cells] = whole
        return shift

    def _moves(self, highs: highspy.Highs) -> NDArray[np.float64]:
        values = np.array(highs.getSolution().col_value, dtype=np.float64)
        moves: NDArray[np.float64] = values[0::2] - values[1::2]
        return moves

    def _charge(self, noise: NDArray[np.int64]) -> None:
        columns = np.arange(2 * self._cells.size, dtype=np.int32)
        self._highs.changeColsCost(columns.size, columns, np.repeat(self._prices + noise, 2).astype(float))

    def _build(self) -> highspy.Highs:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * self._cells.size, self._starts.size - 1
        lp.col_cost_ = np.repeat(self._prices, 2).astype(np.float64)
        lp.col_lower_ = np.zeros(lp.num_col_)
        upper = np.full(lp.num_col_, highspy.kHighsInf)
        upper[1::2] = self._counts[self._cells] - 1
        lp.col_upper_ = upper
        lp.row_lower_ = lp.row_upper_ = np.zeros(lp.num_row_)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = 2 * self._starts
        lp.a_matrix_.index_ = np.ravel(np.column_stack([2 * self._terms, 2 * self._terms + 1]))
        lp.a_matrix_.value_ = np.ravel(np.column_stack([self._signs, -self._signs])).astype(np.float64)
        highs = _solver()
        highs.passModel(lp)
        return highs


def _equations(
    system: LinearSystem, place: Mapping[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Where each equation over cells that may move starts, its cells by place, and their signs."""
    starts, terms, signs = [0], list[int](), list[int]()
    for equation in system.equations:
        row = [(place[c], 1) for c in equation.parts if c in place]
        if equation.total in place:
            row.append((place[equation.total], -1))
        if row:
            terms += [term for term, _ in row]
            signs += [sign for _, sign in row]
            starts.append(len(terms))
    return np.array(starts), np.array(terms), np.array(signs)


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
    """Whether a solution was found; False when it is proven that there is none."""
    highs.run()
    status = highs.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return False
    found = highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if found and status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit):
        return True
    raise ProtectionError(SOLVER_GAVE_UP)
