"""Shifts found so far: what they prove about a pattern, and what is left when a cell is taken out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .net import Floats, Mask, Net, Places

__all__ = ["Evidence", "Shift", "Watch"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Shift:
    """The places that move and by how much; ``whole`` if it was confirmed in whole numbers."""

    places: Places
    moves: Floats
    whole: bool

    def rise(self, place: int) -> float:
        """How far the place rises."""
        return float(self.moves[self.places == place].max(initial=0.0))


class Evidence:
    """Shifts found so far. Each counts for as long as all that move in it are hidden.

    A whole shift is kept as far as it can go, and turned round where that serves other cells.
    """

    def __init__(self, net: Net) -> None:
        self._net = net
        self._most = float(net.rise.max(initial=1))
        self._places, self._moves = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        self._lengths, self._whole = list[int](), list[bool]()
        self.whole: list[Shift] = []

    def add(self, shift: Shift) -> tuple[Shift, ...]:
        """Keep a shift; returns what was kept."""
        kept = self._stretched(shift) if shift.whole else (shift,)
        for one in kept:
            self._places.append(one.places)
            self._moves.append(one.moves)
            self._lengths.append(one.places.size)
            self._whole.append(one.whole)
        if shift.whole:
            self.whole.extend(kept)
        return kept

    def reach(self, hidden: Mask, *, whole: bool) -> Floats:
        """How far each place is known to be able to rise while these are hidden."""
        reach = np.zeros(self._net.size)
        if not self._lengths:
            return reach
        self._places, self._moves = [np.concatenate(self._places)], [np.concatenate(self._moves)]
        places, lengths = self._places[0], np.array(self._lengths)
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        holds = np.logical_and.reduceat(hidden[places], starts)
        if whole:
            holds &= np.array(self._whole)
        chosen = np.repeat(holds, lengths)
        np.maximum.at(reach, places[chosen], self._moves[0][chosen])
        return reach

    def range(self, hidden: Mask) -> tuple[Floats, Floats]:
        """How far down and up each place is known to be able to go while these are hidden."""
        low, high = np.zeros(self._net.size), np.zeros(self._net.size)
        for shift in self.whole:
            if hidden[shift.places].all():
                low[shift.places] = np.minimum(low[shift.places], shift.moves)
                high[shift.places] = np.maximum(high[shift.places], shift.moves)
        return low, high

    def cheapest(self, place: int, hidden: Mask, prices: Floats) -> Shift | None:
        """The cheapest whole shift among hidden places in which the place rises as far as it must."""
        rise, found = self._net.rise[place], list[Shift]()
        for shift in self.whole:
            at = np.flatnonzero(shift.places == place)
            if at.size and shift.moves[at[0]] >= rise and hidden[shift.places].all():
                found.append(shift)
        return min(found, key=lambda shift: float(prices[shift.places].sum()), default=None)

    def _stretched(self, shift: Shift) -> tuple[Shift, ...]:
        unit = shift.moves / np.gcd.reduce(np.abs(shift.moves).astype(np.int64))
        kept = []
        for moves in (unit, -unit):
            falling = moves < 0
            falls = self._net.fall[shift.places[falling]] // -moves[falling]
            times = min(float(falls.min(initial=self._most)), self._most)
            if times >= 1 and np.any(times * moves >= self._rises(shift.places)):
                kept.append(Shift(places=shift.places, moves=times * moves, whole=True))
        return tuple(kept)

    def _rises(self, places: Places) -> Floats:
        rise = self._net.rise[places].astype(np.float64)
        rise[rise == 0] = np.inf
        return rise


class Watch:
    """Which secret places are proven safe by whole shifts, while hidden places are taken out."""

    def __init__(self, net: Net, hidden: Mask, evidence: Evidence) -> None:
        self._net, self._hidden, self._evidence = net, hidden, evidence
        self._using: dict[int, list[int]] = {}
        self._shifts, self._serves = list[Shift](), list[list[int]]()
        self._broken: list[int] = []
        self.safe = np.zeros(net.size, dtype=np.int64)
        for shift in evidence.whole:
            self._index(shift)

    def add(self, shift: Shift) -> None:
        """Take a shift into account, and into the evidence."""
        for kept in self._evidence.add(shift):
            self._index(kept)

    def unproven(self) -> list[int]:
        """Secret places that no shift is known for, those that must rise furthest first."""
        rise = self._net.rise
        unproven = np.flatnonzero((rise > 0) & (self.safe == 0)).tolist()
        return sorted(unproven, key=lambda p: (-int(rise[p]), p))

    def hide(self, places: Places) -> None:
        """Hide more."""
        for place in places.tolist():
            if not self._hidden[place]:
                self._hidden[place] = True
                self._change(place, -1)

    def show(self, place: int) -> list[int]:
        """Hide one less; returns the secret places no longer proven."""
        self._hidden[place] = False
        return self._change(place, 1)

    def serves(self, place: int) -> int:
        """How many secret places would be left unproven without this one."""
        lost = self.show(place)
        self._hidden[place] = True
        self._change(place, -1)
        return len(lost)

    def lacking(self, place: int) -> list[Shift]:
        """Shifts that would hold if this place, which is not hidden, were."""
        return [self._shifts[number] for number in self._using.get(place, ()) if self._broken[number] == 1]

    def _change(self, place: int, step: int) -> list[int]:
        lost = []
        for number in self._using.get(place, ()):
            before = self._broken[number]
            self._broken[number] = before + step
            if before == 0 or before + step == 0:
                for served in self._serves[number]:
                    self.safe[served] -= step
                    if self.safe[served] == 0:
                        lost.append(served)
        return sorted(set(lost), key=lambda p: (-int(self._net.rise[p]), p))

    def _index(self, shift: Shift) -> None:
        rise = self._net.rise[shift.places]
        serves = shift.places[(rise > 0) & (shift.moves >= rise)].tolist()
        number = len(self._serves)
        self._shifts.append(shift)
        self._serves.append(serves)
        self._broken.append(int(np.count_nonzero(~self._hidden[shift.places])))
        for place in shift.places.tolist():
            if not self._net.held[place]:
                self._using.setdefault(place, []).append(number)
        if self._broken[number] == 0:
            for served in serves:
                self.safe[served] += 1
