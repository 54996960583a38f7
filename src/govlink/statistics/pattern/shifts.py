"""Short ways to change a table so that one cell grows and every equation still holds.

A shift is what separates an attacker's other table from the true one. The solver works on real
numbers; whether a shift is whole, and holds, is decided in exact arithmetic.
"""

from __future__ import annotations

import highspy
import numpy as np
from numpy.typing import NDArray

from .evidence import Shift
from .net import Floats, Mask, Net, Places
from .solver import Meter, UnsettledError, model, run, size_of, solver

__all__ = ["Shifts"]

NEAR = 1e-6
CORNERS = 3
DEPTH = 12  # fractions settled before another corner is tried
MULTIPLES = (1.0, 2.0, 3.0)  # of a corner in halves or thirds, where there is room for it
MAX_NODES = 2_000
BRANCHING = 10  # what an iteration weighs when branching, cuts and rounding come with it
SECRET_PRICE, OTHER_PRICE = 1, 4  # a shift among cells that stay hidden serves longer


class Shifts:
    """Shifts of a net in which only some places move, each at a price per unit.

    Attributes:
        proof: After a search that found nothing, the combination of equations that rules a shift out: a
            coefficient for each place of the net. None if the solver knows no such combination.
    """

    def __init__(
        self, net: Net, hidden: Mask, meter: Meter, *, prices: Places | Floats | None = None
    ) -> None:
        self._net, self._meter = net, meter
        self._places = np.flatnonzero(hidden)
        self._column = np.full(net.size, -1)
        self._column[self._places] = np.arange(self._places.size)
        plain = np.where(net.secret, SECRET_PRICE, OTHER_PRICE)
        self._prices = (plain if prices is None else prices)[self._places].astype(np.float64)
        used = hidden[net.terms]
        self._terms, self._signs = self._column[net.terms[used]], net.signs[used]
        counts = np.bincount(net.rows[used], minlength=net.starts.size - 1)
        self._starts = np.concatenate([[0], np.cumsum(counts[counts > 0])]).astype(np.int64)
        self._row = np.where(counts > 0, np.cumsum(counts > 0) - 1, -1)
        self.proof: Floats | None = None
        self._highs = self._build()

    def freeze(self, place: int) -> None:
        """Let the place move no more."""
        self._limit(place, 0.0, 0.0)

    def thaw(self, place: int) -> None:
        """Let the place move again."""
        self._limit(place, highspy.kHighsInf, float(self._net.fall[place]))

    def charge(self, place: int, price: float) -> None:
        """From here on the place moves at this price."""
        column = int(self._column[place])
        self._prices[column] = price
        self._highs.changeColCost(2 * column, price)
        self._highs.changeColCost(2 * column + 1, price)

    def find(self, place: int, *, rounded: bool = False) -> Shift | None:
        """A cheap shift in which the place rises as far as it must; None if there is none.

        ``rounded`` asks for an attempt at whole numbers where the cheapest is not in them.

        Raises:
            SpentError: the budget is used up.
        """
        self._highs.clearSolver()  # from scratch the search stays near the place
        column = 2 * int(self._column[place])
        self._highs.changeColBounds(column, float(self._net.rise[place]), highspy.kHighsInf)
        self._highs.changeColBounds(column + 1, 0.0, 0.0)
        try:
            if run(self._highs, self._meter):
                shift = self._read(self._highs)
                return shift if shift.whole or not rounded else self._dive() or shift
            self.proof = self._combination()
            return None
        finally:
            self.thaw(place)

    def _dive(self) -> Shift | None:
        """From a corner, settle one fraction after another."""
        settled = list[int]()
        try:
            for _ in range(DEPTH):
                moves = self._moves(self._highs)
                off = np.abs(moves - np.rint(moves))
                column = int(np.argmin(np.where(off > NEAR, off, 1.0)))
                settled.append(column)
                down, up = float(np.floor(moves[column])), float(np.ceil(moves[column]))
                nearest = (up, down) if up - moves[column] < moves[column] - down else (down, up)
                if not any(self._settle(column, value) for value in nearest):
                    return None
                shift = self._read(self._highs)
                if shift.whole:
                    return shift
            return None
        finally:
            for column in settled:
                self.thaw(int(self._places[column]))

    def _settle(self, column: int, value: float) -> bool:
        self._highs.changeColBounds(2 * column, max(value, 0.0), max(value, 0.0))
        self._highs.changeColBounds(2 * column + 1, max(-value, 0.0), max(-value, 0.0))
        return run(self._highs, self._meter)

    def find_whole(self, place: int, *, everywhere: bool = True) -> Shift | None:
        """The same in whole numbers: another corner, else a search with branching.

        Without ``everywhere`` only what makes up the corners is branched on, which may not settle it.

        Raises:
            SpentError: the budget is used up.
            UnsettledError: the search took too long.
        """
        columns = np.arange(2 * self._places.size, dtype=np.int32)
        used = np.zeros(self._net.size, dtype=np.bool_)
        try:
            for attempt in range(CORNERS):
                noise = (np.arange(self._places.size) * 7919 + attempt * 104_729) % 97 / 97.0
                self._charge(columns, self._prices + noise * (attempt > 0))
                found = self.find(place, rounded=True)
                if found is None or found.whole:
                    return found
                used[found.places] = True
        finally:
            self._charge(columns, self._prices)
        among = Shifts(self._net, used, self._meter)  # what makes up the corners is often enough
        shift = among._branch(place)
        if shift is None and not everywhere:
            raise UnsettledError
        return shift or self._branch(place)

    def _combination(self) -> Floats | None:
        _, known, values = self._highs.getDualRay()  # type: ignore[attr-defined]  # its stubs lack it
        if not known:
            return None
        net = self._net
        dual = np.append(np.array(values, dtype=np.float64), 0.0)[self._row]
        slopes = np.bincount(net.terms, weights=net.signs * dual[net.rows], minlength=net.size)
        return slopes.astype(np.float64)

    def _branch(self, place: int) -> Shift | None:
        highs = solver(mip_max_nodes=MAX_NODES, mip_max_improving_sols=1)
        highs.passModel(self._highs.getLp())
        column = 2 * int(self._column[place])
        highs.changeColBounds(column, float(self._net.rise[place]), highspy.kHighsInf)
        highs.changeColBounds(column + 1, 0.0, 0.0)
        columns = np.arange(2 * self._places.size, dtype=np.int32)
        highs.changeColsIntegrality(columns.size, columns, np.ones(columns.size, dtype=np.uint8))
        highs.run()
        iterations = max(0, int(highs.getInfo().simplex_iteration_count))
        self._meter.effort += BRANCHING * (iterations + 1) * size_of(highs)
        if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return None
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise UnsettledError
        shift = self._read(highs)
        if not shift.whole:
            raise UnsettledError
        return shift

    def _limit(self, place: int, up: float, down: float) -> None:
        column = 2 * int(self._column[place])
        self._highs.changeColBounds(column, 0.0, up)
        self._highs.changeColBounds(column + 1, 0.0, down)

    def _charge(self, columns: NDArray[np.int32], prices: Floats) -> None:
        self._highs.changeColsCost(columns.size, columns, np.repeat(prices, 2))

    def _read(self, highs: highspy.Highs) -> Shift:
        moves = self._moves(highs)
        for times in MULTIPLES:
            rounded = np.rint(times * moves)
            if self._fits(times * moves, rounded):
                moving = np.flatnonzero(rounded)
                return Shift(places=self._places[moving], moves=rounded[moving], whole=True)
        moving = np.flatnonzero(np.abs(moves) > NEAR)
        return Shift(places=self._places[moving], moves=moves[moving], whole=False)

    def _moves(self, highs: highspy.Highs) -> Floats:
        values = np.array(highs.getSolution().col_value, dtype=np.float64)
        return values[0::2] - values[1::2]

    def _fits(self, moves: Floats, rounded: Floats) -> bool:
        """Whether whole numbers are near enough, and keep every equation and limit exactly."""
        return (
            bool(np.all(np.abs(moves - rounded) < NEAR))
            and not np.any(np.add.reduceat(self._signs * rounded[self._terms], self._starts[:-1]))
            and bool(np.all(rounded >= -self._net.fall[self._places]))
        )

    def _build(self) -> highspy.Highs:
        upper = np.full(2 * self._places.size, highspy.kHighsInf)
        upper[1::2] = self._net.fall[self._places]
        lp = model(
            cost=np.repeat(self._prices, 2),
            upper=upper,
            starts=2 * self._starts,
            columns=np.column_stack([2 * self._terms, 2 * self._terms + 1]).ravel(),
            values=np.column_stack([self._signs, -self._signs]).ravel().astype(np.float64),
        )
        highs = solver(presolve="off", simplex_strategy=1)
        highs.passModel(lp)
        return highs
