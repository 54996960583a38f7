"""How far places can move at most, as single equations tell; no solver.

In an equation no cell can move further than the others together make room for, and what limits one cell
limits those that it shares other equations with. Where a secret place cannot rise as far as it must, the
equations used on the way add up to a combination that shows it. The reverse is not true: places that only
many equations together hold back are not noticed.
"""

from __future__ import annotations

import copy
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .cuts import TINY, Cut, sloped
from .net import Floats, Mask, Net, Places

__all__ = ["Limits", "cuts_of"]

ROUNDS = 40  # limits hold after any number of rounds; the last ones hardly change them
LONGEST = 400  # substitutions in a proof; a longer one asks little of any single place
BREACH = 1e-3  # by how much a cut must be broken to be worth having
LEVELS = 6  # rises that are looked at each for itself
RISES, FALLS = 0, 1  # which way a place moves

_Step = tuple[Places, Places]
"""For each place the equation that limited its rise in one round, and its fall; -1 where none did."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Terms:
    """Terms of equations whose places can move.

    Attributes:
        places: The place.
        rows: The equation.
        parts: Whether it is a part there.
        times: How often it is in it.
    """

    places: Places
    rows: Places
    parts: Mask
    times: Floats


class Limits:
    """What every place can rise and fall at most.

    What no secret place needs to exceed counts as no limit, which keeps the numbers small.

    Attributes:
        work: Terms and places looked at.
    """

    def __init__(self, net: Net, up: Floats, down: Floats) -> None:
        most = float(net.rise.max(initial=0)) + 1.0
        up, down = np.minimum(up, most), np.minimum(down, most)
        used = (up[net.terms] > 0) | (down[net.terms] > 0)
        signs = net.signs[used]
        times = np.abs(signs).astype(np.float64)
        terms = _Terms(places=net.terms[used], rows=net.rows[used], parts=signs > 0, times=times)
        self._settle(net, terms, (up, down), np.ones(net.size, dtype=np.bool_))

    @classmethod
    def of(cls, net: Net, hidden: Mask) -> Limits:
        """Those in a pattern."""
        return cls(net, np.where(hidden, np.inf, 0.0), np.where(hidden, net.fall, 0.0))

    def without(self, place: int) -> Limits:
        """Those in the pattern without this place."""
        less = copy.copy(self)
        less._lose(place)  # noqa: SLF001 - of the same class
        return less

    @property
    def unsafe(self) -> Places:
        """Secret places that cannot rise as far as they must, for certain."""
        return np.flatnonzero(self._most[RISES] < self._net.rise - TINY)

    def proof(self, place: int) -> Floats | None:
        """The combination of equations that limits the rise of a place: a coefficient for every place.

        From the last round to the first every move that an equation limited is replaced by what limits it.
        None if that takes too long.
        """
        net, slopes, left = self._net, np.zeros(self._net.size), _Left(self._steps)
        left.add(place, RISES, 1.0, before=len(self._steps))
        for _ in range(LONGEST):
            if not left:
                return slopes
            number, moved, way, times = left.take()
            places, signs = net.row(int(self._steps[number][way][moved]))
            own = float(signs[places == moved][0])
            toward = signs / (own if way == RISES else -own)
            slopes[places] += times * toward
            for other, sign in zip(places.tolist(), toward.tolist(), strict=True):
                if other != moved:
                    left.add(other, RISES if sign < 0 else FALLS, times * abs(sign), before=number)
        return None

    def _lose(self, place: int) -> None:
        up, down = (limits.copy() for limits in self._most)
        up[place] = down[place] = 0.0
        changed = np.zeros(self._net.size, dtype=np.bool_)
        changed[place] = True
        self._settle(self._net, self._terms, (up, down), changed)

    def _settle(self, net: Net, terms: _Terms, most: tuple[Floats, Floats], changed: Mask) -> None:
        """Let equations limit their places, again and again where something has changed."""
        self._net, self._terms, self._most, self.work = net, terms, most, 0
        self._steps: list[_Step] = []
        for _ in range(ROUNDS):
            step = self._round(changed)
            changed = (step[RISES] >= 0) | (step[FALLS] >= 0)
            if not changed.any():
                return
            self._steps.append(step)

    def _round(self, changed: Mask) -> _Step:
        touched = np.zeros(self._net.starts.size - 1, dtype=np.bool_)
        touched[self._terms.rows[changed[self._terms.places]]] = True
        active = np.flatnonzero(touched[self._terms.rows])
        self.work += active.size + self._net.size
        places, rows = self._terms.places[active], self._terms.rows[active]
        parts, times = self._terms.parts[active], self._terms.times[active]
        up, down = times * self._most[RISES][places], times * self._most[FALLS][places]
        room = self._others(rows, np.where(parts, down, up))  # for a part to rise and for a total to fall
        slack = self._others(rows, np.where(parts, up, down))
        return (
            _lower(self._most[RISES], places, rows, np.where(parts, room, slack) / times),
            _lower(self._most[FALLS], places, rows, np.where(parts, slack, room) / times),
        )

    def _others(self, rows: Places, values: Floats) -> Floats:
        """The sum over all others of the same equation."""
        sums = np.bincount(rows, weights=values, minlength=self._net.starts.size - 1)
        return sums[rows] - values


class _Left:
    """Moves that are still to be replaced, and how often each is needed; the latest limited come first."""

    def __init__(self, steps: Sequence[_Step]) -> None:
        self._steps = steps
        self._queue: list[tuple[int, int, int]] = []
        self._times: dict[tuple[int, int, int], float] = {}

    def __bool__(self) -> bool:
        return bool(self._queue)

    def add(self, place: int, way: int, times: float, *, before: int) -> None:
        """A move as it was limited before that round, if it was."""
        for number in range(before - 1, -1, -1):
            if self._steps[number][way][place] >= 0:
                key = (-number, place, way)
                if key not in self._times:
                    heapq.heappush(self._queue, key)
                self._times[key] = self._times.get(key, 0.0) + times
                return

    def take(self) -> tuple[int, int, int, float]:
        """The round, the place, which way it moves, and how often."""
        key = heapq.heappop(self._queue)
        return -key[0], key[1], key[2], self._times.pop(key)


def cuts_of(net: Net, share: Floats) -> Iterator[Cut]:
    """Cuts broken where places are hidden by these fractions, which then let them move but a part."""
    rises = np.unique(net.rise[net.secret])
    free = net.held | (share > 1.0 - TINY)
    least = 0
    looked_at = np.linspace(0, rises.size - 1, min(LEVELS, rises.size)).astype(np.int64)
    for rise in rises[looked_at].tolist():
        up = np.where(free, np.inf, rise * share)
        down = np.where(free, net.fall, np.minimum(rise, net.fall) * share)
        limits = Limits(net, up, down)
        asked = net.rise[limits.unsafe]
        for place in limits.unsafe[(asked > least) & (asked <= rise)].tolist():
            slopes = limits.proof(place)
            cut = sloped(net, place, slopes) if slopes is not None else None
            if cut is not None and cut.weights @ share[cut.places] < cut.least - BREACH:
                yield cut
        least = rise


def _lower(limits: Floats, places: Places, rows: Places, found: Floats) -> Places:
    """Lower limits to what was found; for each place the equation that did it, -1 where none did."""
    by = np.full(limits.size, -1)
    less = found < limits[places] - TINY
    places, rows, found = places[less], rows[less], found[less]
    np.minimum.at(limits, places, found)
    least = found <= limits[places]
    by[places[least]] = rows[least]
    return by
