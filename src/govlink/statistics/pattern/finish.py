"""Make an unfinished pattern safe, then take out whatever it can do without."""

from __future__ import annotations

import numpy as np

from .cover import Cover
from .cuts import sloped
from .evidence import Evidence, Shift, Watch
from .needs import Needs
from .net import Floats, Mask, Net, Places
from .quick import Quick
from .shifts import Shifts
from .solver import Meter

__all__ = ["Finish"]

MOSTLY = 0.6
DISCOUNT = 0.9
LARGE = 1_500  # with more hidden places only parts of them are searched
FINE = 10  # among shifts of the same cost the shortest
UNTRIED = 50  # shifts had better not use what may be taken out later


class Finish:
    """Completes and thins out patterns of one net; what it learns goes to the evidence and the cover."""

    def __init__(self, net: Net, quick: Quick, evidence: Evidence, cover: Cover, meter: Meter) -> None:
        self._net, self._evidence, self._cover, self._meter = net, evidence, cover, meter
        self._quick = quick

    def seed(self) -> Mask | None:
        """A safe pattern of boxes, without any solver; None where some secret place is in no box."""
        hidden = self._net.held.copy()
        watch = Watch(self._net, hidden, self._evidence)
        for place in watch.unproven():
            if watch.safe[place] == 0:
                box = self._quick.box(place, np.where(hidden, 0, self._net.cost))
                if box is None:
                    return None
                watch.hide(box.places)
                watch.add(box)
        return hidden

    def complete(self, share: Floats) -> tuple[Mask, tuple[int, ...]]:
        """Hide more, until every secret place is safe; also those that nothing makes safe.

        What is hidden by most of its ``share`` is hidden from the start; the others are the cheaper the
        larger theirs is.

        Raises:
            SpentError: the budget is used up.
        """
        hidden = self._net.held | (share > MOSTLY)
        costs = np.ceil(self._net.cost * (1.0 - DISCOUNT * share)).astype(np.int64)
        watch = Watch(self._net, hidden, self._evidence)
        unsafe = watch.unproven()
        if np.count_nonzero(hidden) <= LARGE or not self._quick.able:
            unsafe = self._inside(watch, hidden)
        lost = []
        for place in unsafe:
            if watch.safe[place] == 0:
                shift = self._outside(place, hidden, costs)
                if shift is None:
                    lost.append(place)
                    continue
                watch.hide(shift.places)
                watch.add(shift)
        return hidden, tuple(sorted(lost))

    def refine(self, hidden: Mask) -> Mask:
        """A part of a safe pattern that is safe too: each secret place in turn takes what it can share.

        A large pattern is given back as it is: thinning it out uses what is left of the budget better.

        Raises:
            SpentError: the budget is used up.
        """
        net, part = self._net, self._net.held.copy()
        if np.count_nonzero(hidden) > LARGE:
            return hidden
        watch = Watch(net, part, self._evidence)
        shifts = Shifts(net, hidden, self._meter, prices=np.where(part, 1, FINE * net.cost))
        for place in watch.unproven():
            if watch.safe[place] == 0:
                shift = shifts.find_whole(place)
                if shift is None:
                    return hidden  # the solver contradicts itself: keep what is known to be safe
                for used in shift.places[~part[shift.places]].tolist():
                    shifts.charge(used, 1)
                watch.hide(shift.places)
                watch.add(shift)
        return part

    def thin(self, hidden: Mask) -> Mask:
        """Publish again, dearest first, every other place that no secret one needs.

        Safety only shrinks with the pattern, so what was needed once is needed still and one pass is
        enough.

        Raises:
            SpentError: the budget is used up; ``hidden`` is as thin then as it was shown to be safe.
        """
        net = self._net
        watch, needs = Watch(net, hidden, self._evidence), Needs(self._cover, hidden)
        prices = np.where(net.held, 1, UNTRIED)
        shifts = Shifts(net, hidden, self._meter, prices=prices)
        others = np.flatnonzero(hidden & ~net.held)
        loss = {p: watch.serves(p) / int(net.cost[p]) for p in others.tolist()}
        for place in sorted(loss, key=lambda p: (loss[p], p)):
            if needs.needed(place):
                prices[place] = 1
                shifts.charge(place, 1)
                continue
            lost = watch.show(place)
            shifts.freeze(place)
            safe = False
            try:
                safe = self._again(lost, watch, hidden, shifts, prices)
            finally:
                if not safe:
                    watch.hide(np.array([place]))
                    shifts.thaw(place)
                    shifts.charge(place, 1)
                    prices[place] = 1
            if safe:
                needs.show(place)
            else:
                needs.renew()
        return hidden

    def _again(self, lost: list[int], watch: Watch, hidden: Mask, shifts: Shifts, prices: Places) -> bool:
        """Look for other shifts for places that have lost theirs."""
        for place in lost:
            if watch.safe[place] == 0:
                shift = self._quick.within(place, hidden, prices) or shifts.find_whole(place)
                if shift is None:
                    self._learn(place, shifts.proof)
                    return False
                watch.add(shift)
        return True

    def _inside(self, watch: Watch, hidden: Mask) -> list[int]:
        """Look for shifts among the hidden places; returns the secret places without one."""
        shifts, unsafe = Shifts(self._net, hidden, self._meter), dict[int, None]()
        for place in watch.unproven():
            if watch.safe[place] > 0 or place in unsafe:
                continue
            shift = self._quick.within(place, hidden, np.ones(self._net.size, dtype=np.int64)) or shifts.find(
                place
            )
            if shift is not None and shift.whole:
                watch.add(shift)
                continue
            unsafe[place] = None
            if shift is None and shifts.proof is not None:
                self._learn(place, shifts.proof)
                unsafe.update(dict.fromkeys(self._likewise(shifts.proof, hidden)))
        return [place for place in watch.unproven() if place in unsafe]

    def _likewise(self, slopes: Floats, hidden: Mask) -> list[int]:
        """All secret places that a combination of equations shows to be unsafe."""
        found = []
        for place in np.flatnonzero(self._net.secret & (slopes != 0)).tolist():
            cut = sloped(self._net, place, slopes)
            if cut is not None and cut.broken_by(hidden):
                found.append(place)
        return found

    def _learn(self, place: int, slopes: Floats | None) -> None:
        cut = sloped(self._net, place, slopes) if slopes is not None else None
        if cut is not None:
            self._cover.require([cut])

    def _outside(self, place: int, hidden: Mask, costs: Places) -> Shift | None:
        """A shift that may use places not hidden yet, at their cost."""
        net = self._net
        shift = self._quick.outside(place, hidden, costs)
        if shift is not None:
            return shift
        everywhere = np.ones(net.size, dtype=np.bool_)
        prices = np.where(hidden, 0, costs) + 1
        return Shifts(net, everywhere, self._meter, prices=prices).find_whole(place)
