"""Take out of a safe pattern whatever it can do without."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from .cover import Cover
from .cuts import sloped
from .evidence import Evidence, Watch
from .limits import Limits
from .mend import Mender
from .needs import Needs
from .net import Mask, Net
from .quick import Quick
from .shifts import Shifts
from .solver import Meter, UnsettledError

__all__ = ["LARGE", "Thinning"]

LARGE = 1_500  # with more hidden places only parts of them are searched
UNTRIED = 8  # shifts had better not use what may be taken out later
MOST_AT_ONCE = 32


class Thinning:
    """One pattern while places are taken out of it; ``hidden`` is safe whenever nothing is being tried."""

    def __init__(
        self, net: Net, hidden: Mask, quick: Quick, evidence: Evidence, cover: Cover, meter: Meter
    ) -> None:
        self._net, self._hidden, self._quick, self._cover, self._meter = net, hidden, quick, cover, meter
        self._watch, self._needs = Watch(net, hidden, evidence), Needs(cover, hidden)
        self._limits = Limits.of(net, hidden)
        self._small = int(np.count_nonzero(hidden)) <= LARGE and not quick.linked
        # Among many places unlike prices make a cheap shift long, hard to find, and full of fractions.
        self._prices = np.where(net.held | (not self._small), 1, UNTRIED)
        self._shifts = Shifts(net, hidden, meter, prices=self._prices)
        self._unsettled = False

    def run(self) -> None:
        """Try every place that is not hidden in any case, several at once and fewer after a failure.

        Safety only shrinks with the pattern, so what was needed once is needed still, and one pass is
        enough.

        Raises:
            SpentError: the budget is used up, or it could not be settled whether some place is needed.
        """
        order = self._order()
        rank = {place: number for number, place in enumerate(order)}
        todo, size = deque(order), 1
        while todo:
            block, others, less = self._next(todo, size)
            if self._try(block):
                self._limits, size = less, min(2 * size, MOST_AT_ONCE)
                self._keep(others)
                continue
            if len(block) == 1:
                self._keep(block)
            else:
                others += block
            todo.extendleft(sorted(others, key=lambda p: -rank[p]))
            size = max(1, len(block) // 2)
        if self._unsettled:
            raise UnsettledError

    def _order(self) -> list[int]:
        """The dearest first, and those whose absence harms the least."""
        others = np.flatnonzero(self._hidden & ~self._net.held).tolist()
        loss = {p: self._watch.serves(p) / int(self._net.cost[p]) for p in others}
        return sorted(others, key=lambda p: (loss[p], p))

    def _next(self, todo: deque[int], size: int) -> tuple[list[int], list[int], Limits]:
        """So many places that might all be spared, those between that are not then, and the limits then."""
        block, others, limits = list[int](), list[int](), self._limits
        while todo and len(block) < size:
            place = todo.popleft()
            less = limits.without(place)
            self._meter.spend(less.work)
            if not less.unsafe.size and not self._needs.needed(place):
                block.append(place)
                limits = less
            elif block:
                others.append(place)
            else:
                self._keep([place])
        return block, others, limits

    def _try(self, block: list[int]) -> bool:
        """Take these out, unless some secret place needs one of them."""
        safe = False
        try:
            safe = self._again(self._lost(block))
        except UnsettledError:
            self._unsettled |= len(block) == 1
        finally:
            if not safe:
                self._watch.hide(np.array(block))
                for place in block:
                    self._shifts.thaw(place)
        for place in block if safe else ():
            self._needs.show(place)
        self._needs.renew()
        return safe

    def _lost(self, block: list[int]) -> set[int]:
        """Take these out one after the other; returns the secret places left without a known shift."""
        lost = set[int]()
        for place in block:
            self._shifts.freeze(place)
            now = self._watch.show(place)
            mender = Mender(self._net, place, self._watch.lacking(place)) if now else None
            for secret in now:
                shift = mender.mended(secret) if mender and self._watch.safe[secret] == 0 else None
                if shift is not None:
                    self._watch.add(shift)
            self._meter.spend(mender.work if mender else 0)
            lost.update(now)
        return lost

    def _again(self, lost: Iterable[int]) -> bool:
        """Look for other shifts for places that have lost theirs."""
        for place in sorted(lost, key=lambda p: (-int(self._net.rise[p]), p)):
            if self._watch.safe[place] == 0:
                shift = self._quick.within(place, self._hidden, self._prices)
                shift = shift or self._shifts.find_whole(place, everywhere=self._small)
                if shift is None:
                    self._learn(place)
                    return False
                self._watch.add(shift)
        return True

    def _learn(self, place: int) -> None:
        slopes = self._shifts.proof
        cut = sloped(self._net, place, slopes) if slopes is not None else None
        if cut is not None:
            self._cover.require([cut])

    def _keep(self, places: list[int]) -> None:
        """These stay, so that shifts may use them."""
        for place in places:
            self._prices[place] = 1
            self._shifts.charge(place, 1)
