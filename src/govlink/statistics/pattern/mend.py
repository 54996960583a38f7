"""Make whole again a shift that uses a place no longer hidden, by another one that uses it too; no solver."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .evidence import Shift
from .net import Net

__all__ = ["Mender"]

MOST = 40  # shifts put together with one another; the shortest ones


class Mender:
    """Shifts that lack one and the same place.

    Of two of them so much is put together that the place moves no more: that is a shift again if no cell
    falls too far in it.

    Attributes:
        work: Moves looked at so far.
    """

    def __init__(self, net: Net, place: int, shifts: Sequence[Shift]) -> None:
        shifts = sorted(shifts, key=lambda shift: shift.places.size)[:MOST]
        used = [np.array([place]), *(shift.places for shift in shifts)]
        self._places = np.unique(np.concatenate(used))
        self._moves = np.zeros((len(shifts), self._places.size))
        for row, shift in enumerate(shifts):
            self._moves[row, np.searchsorted(self._places, shift.places)] = shift.moves
        self._missing = self._moves[:, np.searchsorted(self._places, place)]
        self._fall, self._rise = net.fall[self._places], net.rise[self._places]
        self._counts = ~net.held[self._places]
        self.work = 0

    def mended(self, secret: int) -> Shift | None:
        """One in which this place rises as far as it must, with the fewest cells hidden for others."""
        column = int(np.searchsorted(self._places, secret))
        if column == self._places.size or self._places[column] != secret:
            return None
        best: tuple[int, Shift] | None = None
        for row in np.flatnonzero(self._moves[:, column] >= self._rise[column]).tolist():
            self.work += self._moves.size
            times = self._missing[row] / self._missing
            together = self._moves[row] - times[:, None] * self._moves
            holds = (times == np.rint(times)) & np.all(together >= -self._fall, axis=1)
            holds &= together[:, column] >= self._rise[column]
            for moves in together[holds]:
                moving = np.flatnonzero(moves)
                used = int(np.count_nonzero(self._counts[moving]))
                if best is None or used < best[0]:
                    best = used, Shift(places=self._places[moving], moves=moves[moving], whole=True)
        return best[1] if best is not None else None
