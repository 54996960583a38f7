"""Inequalities that every safe pattern keeps.

Any combination of equations gives one. Written for a cell that must be able to rise, it says which
cells would have to move with it; a cell that would have to rise can do so as far as needed once it is
hidden, one that would have to fall no further than its count allows. So much of them must be hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .net import Floats, Mask, Net, Places

__all__ = ["Cut", "alone", "broken", "pair_cut", "row_cuts", "sloped"]

TINY = 1e-7
GRAIN = 1e6


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Cut:
    """The weighted number of hidden cells among ``places`` is at least ``least``."""

    places: Places
    weights: Floats
    least: float

    def key(self) -> tuple[bytes, bytes]:
        """The same for equal cuts."""
        return self.places.tobytes(), self.weights.tobytes()

    def broken_by(self, hidden: Mask) -> bool:
        """Whether these hidden places are too few for it."""
        return float(self.weights @ hidden[self.places]) < self.least - TINY


def row_cuts(net: Net) -> Iterator[Cut]:
    """What single equations ask for the cells that must be protected."""
    secret = net.secret
    for number in range(net.starts.size - 1):
        places, signs = net.row(number)
        for i in np.flatnonzero(secret[places]):
            cut = _cut(net, int(places[i]), places, -signs / signs[i])
            if cut is not None:
                yield cut


def alone(net: Net, share: Floats) -> Places:
    """The terms of equations whose cell is hidden more than all others of the equation together.

    In an equation without a cell that is hidden in any case, one that is hidden alone can be worked
    out and protects nothing, so no cheapest pattern has it. ``share`` says how far each place is hidden,
    from 0 to 1.
    """
    hidden = net.row_sums(share)
    asked = net.row_sums(net.held.astype(np.float64)) > 0
    return np.flatnonzero((2 * share[net.terms] - hidden[net.rows] > TINY) & ~asked[net.rows])


def pair_cut(net: Net, term: int) -> Cut:
    """A cell is hidden no more than all others of that equation together."""
    places, _ = net.row(int(net.rows[term]))
    weights = np.where(places == net.terms[term], -1.0, 1.0)
    return Cut(places=places, weights=weights, least=0.0)


def broken(net: Net, slopes: Floats, hidden: Mask) -> Iterator[Cut]:
    """Every cut that a combination of equations gives and that these hidden places break."""
    for place in np.flatnonzero(net.secret & (np.abs(slopes) > TINY)).tolist():
        cut = sloped(net, place, slopes)
        if cut is not None and cut.broken_by(hidden):
            yield cut


def sloped(net: Net, place: int, slopes: Floats) -> Cut | None:
    """What a combination of equations, as a coefficient for every place, asks for one place."""
    if abs(slopes[place]) < TINY:
        return None
    places = np.flatnonzero(np.abs(slopes) > TINY)
    return _cut(net, place, places, -slopes[places] / slopes[place])


def _cut(net: Net, place: int, places: Places, slopes: Floats) -> Cut | None:
    """``place`` rises by the sum of ``slopes`` times the moves of the other ``places``."""
    rise = float(net.rise[place])
    worth = np.where(slopes > 0, rise, np.minimum(rise, -slopes * net.fall[places]))
    worth[places == place] = 0.0
    held = net.held[places]
    missing = rise - float(worth[held].sum())
    if missing <= TINY:
        return None
    worth = np.minimum(worth, missing) / missing
    kept = ~held & (worth > TINY)
    # Rounded up, so that no error of the solver makes the inequality ask too much.
    weights = np.ceil(worth[kept] * GRAIN - GRAIN * TINY) / GRAIN
    return Cut(places=places[kept], weights=weights, least=1.0)
