"""Find which further cells to hide so that the small ones cannot be worked out.

An attacker knows every published cell, that a hidden count is a whole number, and that it is not
zero, because zeros are always published. A small cell is safe when some other table that fits all
this holds ``threshold`` or more there. So each small cell asks for the cheapest shift to such a
table, the cells that move are hidden, and then every cell that proves not to be needed is published
again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .shifts import FREE, ShiftModel
from .system import LinearSystem

__all__ = ["Pattern", "Task", "hide"]

PRICE_UNIT = 1000  # prices are whole, so that no machine's logarithm can change the pattern


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Task:
    """True counts, what ties them together, which cells are small, which must be published."""

    system: LinearSystem
    counts: tuple[int, ...]
    small: tuple[int, ...]
    published: frozenset[int]
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The cells to hide besides the small ones, and the small ones nothing can protect."""

    extra: frozenset[int] = frozenset()
    exposed: tuple[int, ...] = ()


def hide(task: Task) -> Pattern:
    """A pattern from which no cell can be left out, or the cells for which there is none.

    Raises:
        ProtectionError: the solver reached its work limit.
    """
    if not task.small:
        return Pattern()
    search = _Search(task)
    exposed = search.cover()
    if exposed:
        return Pattern(exposed=exposed)
    search.prune()
    return Pattern(extra=frozenset(search.extra))


class _Search:
    """The state of one search: what is hidden, and the shifts that prove cells safe."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._counts = np.array(task.counts, dtype=np.int64)
        prices = {c: _price(n) for c, n in enumerate(task.counts) if n > 0 and c not in task.published}
        self._model = ShiftModel(task.system, task.counts, prices)
        self._model.make_free(task.small)
        self._shifts: list[NDArray[np.int64]] = []
        self._asked_by: dict[int, int] = {}
        self.extra: set[int] = set()

    def cover(self) -> tuple[int, ...]:
        """Hide what the small cells need; returns those that cannot be helped."""
        exposed = []
        reach = self._counts.copy()
        small = frozenset(self._task.small)
        for cell in sorted(small, key=lambda c: (self._task.counts[c], c)):
            if reach[cell] >= self._task.threshold:
                continue
            shift = self._raise(cell)
            if shift is None:
                exposed.append(cell)
                continue
            new = frozenset(shift.nonzero()[0].tolist()) - small - self.extra
            self._model.make_free(new)
            self.extra |= new
            self._asked_by.update(dict.fromkeys(new, cell))
            self._keep(shift, reach)
        return tuple(sorted(exposed))

    def prune(self) -> None:
        """Publish again, dearest first, every extra cell the others can do without."""
        hidden = self.extra | frozenset(self._task.small)
        self._model = ShiftModel(self._task.system, self._task.counts, dict.fromkeys(hidden, FREE))
        for cell in sorted(self.extra, key=lambda c: (-self._task.counts[c], c)):
            self._model.freeze(cell)
            if self._holds_without(cell):
                self.extra.remove(cell)
                self._shifts = [s for s in self._shifts if not s[cell]]
            else:
                self._model.thaw(cell)

    def _holds_without(self, cell: int) -> bool:
        reach = self._counts.copy()
        for shift in self._shifts:
            if not shift[cell]:
                reach = reach.clip(min=self._counts + shift)
        first = self._asked_by[cell]  # likeliest to need it still, and one failure settles it
        for small in sorted(self._task.small, key=lambda c: (c != first, c)):
            if reach[small] >= self._task.threshold:
                continue
            found = self._raise(small)
            if found is None:
                return False
            self._keep(found, reach)
        return True

    def _raise(self, cell: int) -> NDArray[np.int64] | None:
        return self._model.cheapest(cell, rise=self._task.threshold - self._task.counts[cell])

    def _keep(self, shift: NDArray[np.int64], reach: NDArray[np.int64]) -> None:
        self._shifts.append(shift)
        reach[:] = reach.clip(min=self._counts + shift)


def _price(count: int) -> int:
    return round(PRICE_UNIT * math.log(count + 2))
