"""Which cells can move at all, and which can only move together.

A cell that would move alone in an equation cannot move. Two cells that move alone in an equation, one for
and one against the other, are twins: they rise and fall by the same amount, so what is worked out of one is
worked out of both. Taking twins for one may leave other equations with two cells, or with one.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..system import Equation

__all__ = ["Row", "Twins"]

Row = tuple[tuple[int, int], ...]
"""The cells of an equation that is 0 in sum, each with its sign; 2 and more where twins stand for one."""


class Twins:
    """The equations of a problem over the cells that can move, twins taken for one.

    Attributes:
        first: For each cell the one of its twins with the smallest number, which stands for all.
        stopped: The cells that cannot move.
    """

    def __init__(self, equations: Iterable[Equation], *, cells: int, still: Iterable[int]) -> None:
        self.first = list(range(cells))
        self.stopped = set(still)
        self._touching: dict[int, set[int]] = {}
        self._rows = [self._row(equation) for equation in dict.fromkeys(equations)]
        for number, row in enumerate(self._rows):
            for cell in row:
                self._touching.setdefault(cell, set()).add(number)
        self._settle()
        for cell in range(cells):  # those that stand for others have smaller numbers, so one step is enough
            self.first[cell] = self.first[self.first[cell]]
            if self.first[cell] in self.stopped:
                self.stopped.add(cell)

    def rows(self) -> list[Row]:
        """The equations in canonical order, none empty and none twice."""
        return sorted({tuple(sorted(row.items())) for row in self._rows if row})

    def _row(self, equation: Equation) -> dict[int, int]:
        signs = {equation.total: -1} | dict.fromkeys(equation.parts, 1)
        return {cell: sign for cell, sign in signs.items() if cell not in self.stopped}

    def _settle(self) -> None:
        queue = list(range(len(self._rows)))
        while queue:
            row = self._rows[queue.pop()]
            if len(row) == 1:
                queue += self._stop(next(iter(row)))
            elif len(row) == 2 and sum(row.values()) == 0:
                queue += self._merge(*sorted(row))

    def _stop(self, cell: int) -> set[int]:
        self.stopped.add(cell)
        changed = self._touching.pop(cell)
        for number in changed:
            del self._rows[number][cell]
        return changed

    def _merge(self, first: int, other: int) -> set[int]:
        self.first[other] = first
        changed = self._touching.pop(other)
        for number in changed:
            row = self._rows[number]
            sign = row.pop(other) + row.get(first, 0)
            if sign:
                row[first] = sign
                self._touching[first].add(number)
            else:
                del row[first]
                self._touching[first].discard(number)
        return changed
