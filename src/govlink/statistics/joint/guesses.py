"""Whole numbers that some cells could be while the others stay as they are; all by the solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import highspy
import numpy as np

from ...errors import Fault, ProtectionError
from ..pattern.solver import solver
from ..system import Equation

__all__ = ["Guesses"]

GAVE_UP = Fault(
    "statistics.joint_solver_gave_up",
    en="whether this table and earlier ones go together was not decided within the work limit; publish "
    "fewer cells",
    th="ตัดสินไม่ได้ภายในขีดจำกัดการคำนวณว่าตารางนี้กับตารางก่อนหน้าใช้ร่วมกันได้หรือไม่ ให้เผยแพร่ช่องน้อยลง",
)
MOST_NODES = 20_000
ROUGHLY = 0.05  # is near enough where any guess will do
NEAR = 1e-6
_Feasible = highspy.SolutionStatus.kSolutionStatusFeasible


class Guesses:
    """What the free cells can be. ``values`` says what the others are; ``least`` bounds every free one."""

    def __init__(
        self,
        equations: Iterable[Equation],
        *,
        values: Sequence[int],
        free: Sequence[int],
        least: Mapping[int, int],
    ) -> None:
        self._free = tuple(free)
        self._column = {cell: column for column, cell in enumerate(self._free)}
        self._least = np.array([least[cell] for cell in self._free], dtype=np.float64)
        rows: dict[tuple[tuple[int, int], ...], int] = {}
        self._named: list[int] = []
        for equation in equations:
            terms = [(equation.total, -1), *((part, 1) for part in equation.parts)]
            row = tuple(sorted((self._column[c], sign) for c, sign in terms if c in self._column))
            wanted = -sum(sign * values[c] for c, sign in terms if c not in self._column)
            if (row or wanted) and rows.setdefault((*row, (-1, wanted)), len(rows)) == len(self._named):
                self._named.append(equation.total)
        self._rows = list(rows)
        self._kept: highspy.Highs | None = None

    def moves(self, cell: int) -> bool:
        """Whether the cell is a free one."""
        return cell in self._column

    def near(self, wanted: Mapping[int, int]) -> dict[int, int] | None:
        """What the free cells can be, as little as possible below what is wanted; None if nothing fits."""
        if not self._free:
            return None if self._rows else {}
        below = [(self._column[cell], value) for cell, value in sorted(wanted.items())]
        highs = self._model(extra=len(below))
        for number, (column, value) in enumerate(below):
            highs.changeColCost(len(self._free) + number, 1.0)
            columns = np.array([column, len(self._free) + number], dtype=np.int32)
            highs.addRow(float(value), highspy.kHighsInf, 2, columns, np.ones(2))
        return self._solved(highs, best=False)

    def greatest(self, caps: Mapping[int, int]) -> dict[int, int]:
        """A guess in which these cells are together as great as they can be, each no greater than its cap."""
        return self._extreme(caps, price=-1.0)

    def smallest(self, cell: int, *, cap: int) -> dict[int, int]:
        """A guess in which the cell is as small as it can be; it can be ``cap``."""
        return self._extreme({cell: cap}, price=1.0)

    def least(self, caps: Mapping[int, int]) -> dict[int, int]:
        """A guess in which these cells are together as small as they can be, each no greater than its cap."""
        return self._extreme(caps, price=1.0)

    def broken(self) -> tuple[int, ...]:
        """The totals of a few sums that cannot all hold."""
        rows = len(self._rows)
        highs = self._model(extra=2 * rows)
        for row in range(rows):
            for side, sign in enumerate((1.0, -1.0)):
                column = len(self._free) + 2 * row + side
                highs.changeColCost(column, 1.0)
                highs.changeCoeff(row, column, sign)
        highs.run()
        spare = np.array(highs.getSolution().col_value)[len(self._free) :].reshape(rows, 2).sum(axis=1)
        return tuple(self._named[row] for row in np.flatnonzero(spare > NEAR))

    def _extreme(self, caps: Mapping[int, int], *, price: float) -> dict[int, int]:
        highs = self._kept = self._kept or self._model(extra=0)
        columns = np.array([self._column[cell] for cell in caps], dtype=np.int32)
        size, least = columns.size, self._least[columns]
        # Those that come first weigh most, so that some are brought all the way and not all of them halfway.
        prices = price * np.linspace(2.0, 1.0, num=size)
        try:
            highs.changeColsCost(size, columns, prices)
            highs.changeColsBounds(size, columns, least, np.array(list(caps.values()), dtype=np.float64))
            found = self._solved(highs)
        finally:
            highs.changeColsCost(size, columns, np.zeros(size))
            highs.changeColsBounds(size, columns, least, np.full(size, highspy.kHighsInf))
        if found is None:
            raise ProtectionError(GAVE_UP)
        return found

    def _solved(self, highs: highspy.Highs, *, best: bool = True) -> dict[int, int] | None:
        highs.run()
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        if not self._is_whole(highs):
            linear, highs = highs, solver(mip_max_nodes=MOST_NODES, mip_rel_gap=0.0 if best else ROUGHLY)
            highs.passModel(linear.getLp())
            columns = np.arange(len(self._free), dtype=np.int32)
            highs.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
            highs.run()
            if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                return None
            is_best = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
            if (best and not is_best) or not self._is_whole(highs):
                raise ProtectionError(GAVE_UP)
        values = np.rint(np.array(highs.getSolution().col_value)[: len(self._free)]).astype(int)
        return {cell: int(value) for cell, value in zip(self._free, values, strict=True)}

    def _is_whole(self, highs: highspy.Highs) -> bool:
        """Whether the solution is whole, and keeps every sum exactly once it is rounded."""
        if highs.getInfo().primal_solution_status != _Feasible:
            return False
        found = np.array(highs.getSolution().col_value)[: len(self._free)]
        whole = np.rint(found)
        if np.any(np.abs(found - whole) > NEAR) or np.any(whole < self._least):
            return False
        return all(sum(sign * whole[c] for c, sign in row[:-1]) == row[-1][1] for row in self._rows)

    def _model(self, *, extra: int) -> highspy.Highs:
        highs, size = solver(), len(self._free) + extra
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = size, len(self._rows)
        lp.col_cost_ = np.zeros(size)
        lp.col_lower_ = np.concatenate([self._least, np.zeros(extra)])
        lp.col_upper_ = np.full(size, highspy.kHighsInf)
        wanted = np.array([row[-1][1] for row in self._rows], dtype=np.float64)
        lp.row_lower_ = lp.row_upper_ = wanted
        terms = [term for row in self._rows for term in row[:-1]]
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row) - 1 for row in self._rows)])
        lp.a_matrix_.index_ = np.array([c for c, _ in terms], dtype=np.int64)
        lp.a_matrix_.value_ = np.array([s for _, s in terms], dtype=np.float64)
        highs.passModel(lp)
        return highs
