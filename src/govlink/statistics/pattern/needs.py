"""Which places of a pattern some inequality cannot do without."""

from __future__ import annotations

from .cover import Cover
from .cuts import Cut
from .net import Mask

__all__ = ["Needs"]

NEAR = 1e-6


class Needs:
    """Keeps account of the inequalities of a cover while places are taken out of a pattern."""

    def __init__(self, cover: Cover, hidden: Mask) -> None:
        self._cover, self._hidden = cover, hidden
        self._sums: list[float] = []
        self._using: dict[int, list[tuple[int, float]]] = {}
        self.renew()

    def needed(self, place: int) -> bool:
        """Whether the pattern without this place breaks an inequality, so that it is not safe."""
        return any(self._sums[number] - weight < 1.0 - NEAR for number, weight in self._using.get(place, ()))

    def show(self, place: int) -> None:
        """The place is taken out."""
        for number, weight in self._using.get(place, ()):
            self._sums[number] -= weight

    def renew(self) -> None:
        """Take in what was added to the cover since."""
        for cut in self._cover.needs[len(self._sums) :]:
            self._take(cut)

    def _take(self, cut: Cut) -> None:
        number, total = len(self._sums), 0.0
        for place, weight in zip(cut.places.tolist(), cut.weights.tolist(), strict=True):
            if self._hidden[place]:
                total += weight
                self._using.setdefault(place, []).append((number, weight))
        self._sums.append(total)
