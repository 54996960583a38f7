"""Make an unfinished pattern safe, then take out whatever it can do without."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .cover import Cover
from .cuts import sloped
from .evidence import Evidence, Shift, Watch
from .net import Floats, Mask, Net, Places
from .quick import Quick
from .shifts import Shifts
from .solver import Meter, SpentError
from .thin import LARGE, Thinning

__all__ = ["Finish"]

MOSTLY = 0.6
DISCOUNT = 0.9
WHOLE = 2_500  # with no more places than this, all of them are searched for every secret one
GATHERING = 0.4  # of what is left of the budget may go into that
FINE = 10  # among shifts of the same cost the shortest


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
                box = self._quick.cheapest(place, hidden, self._net.cost)
                if box is None:
                    return None
                watch.hide(box.places)
                watch.add(box)
        return hidden

    def complete(self, share: Floats) -> tuple[Mask, tuple[int, ...]]:
        """Hide more, until every secret place is safe; also those that nothing makes safe.

        A place is the cheaper the larger its ``share`` is. Where there are too many to search them all for
        every secret one, what is hidden by most of its share is hidden from the start.

        Raises:
            SpentError: the budget is used up.
        """
        costs = np.ceil(self._net.cost * (1.0 - DISCOUNT * share)).astype(np.int64)
        if self._net.size <= WHOLE and not self._quick.linked:
            everywhere = np.ones(self._net.size, dtype=np.bool_)
            try:
                with self._meter.limited(GATHERING):
                    return self._gather(everywhere, FINE * costs / costs.min(), whole=Shifts.find_whole)
            except SpentError:
                pass  # what was learned helps the quicker way
        hidden = self._net.held | (share > MOSTLY)
        watch = Watch(self._net, hidden, self._evidence)
        unsafe = watch.unproven()
        small = np.count_nonzero(hidden) <= LARGE or not self._quick.able
        if small and not self._quick.linked:
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
        if np.count_nonzero(hidden) > LARGE:
            return hidden
        prices = FINE * self._net.cost / self._net.cost.min()

        def whole(shifts: Shifts, place: int) -> Shift | None:
            shift = shifts.find(place, rounded=True)
            if shift is None or shift.whole:
                return shift
            return self._evidence.cheapest(place, hidden, prices) or shifts.find_whole(place)

        part, lost = self._gather(hidden, prices, whole=whole)
        return hidden if lost else part  # the solver contradicts itself: keep what is known to be safe

    def _gather(
        self, among: Mask, prices: Floats, *, whole: Callable[[Shifts, int], Shift | None]
    ) -> tuple[Mask, tuple[int, ...]]:
        """Hide some of ``among``: each secret place in turn takes what is cheapest beside what is hidden.

        Also returned are those that nothing makes safe.
        """
        part, lost = self._net.held.copy(), list[int]()
        watch = Watch(self._net, part, self._evidence)
        shifts = Shifts(self._net, among, self._meter, prices=np.where(part, 1.0, prices))
        for place in watch.unproven():
            if watch.safe[place] == 0:
                shift = whole(shifts, place)
                if shift is None:
                    lost.append(place)
                    continue
                for used in shift.places[~part[shift.places]].tolist():
                    shifts.charge(used, 1)
                watch.hide(shift.places)
                watch.add(shift)
        return part, tuple(sorted(lost))

    def thin(self, hidden: Mask) -> None:
        """Publish again whatever no secret place needs.

        Raises:
            SpentError: the budget is used up, or it could not be settled whether some place is needed;
                ``hidden`` is as thin then as it was shown to be safe.
        """
        Thinning(self._net, hidden, self._quick, self._evidence, self._cover, self._meter).run()

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
