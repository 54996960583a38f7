"""Values for the cells whose truth is not known here, that fit everything that is."""

from __future__ import annotations

from ...errors import ProtectionError
from .facts import CONTRADICTED, Facts, listed

__all__ = ["completed", "least_of"]


def least_of(facts: Facts, own: tuple[int, ...]) -> tuple[int, ...]:
    """What everybody knows each cell to be at least while it is hidden; ``own`` is the new table's."""
    least = [*own, *(0 for _ in range(facts.size - len(own)))]
    for number, hidden in facts.hidden.items():
        least[number] = max(least[number], hidden.least)
    return tuple(least)


def completed(facts: Facts, least: tuple[int, ...]) -> tuple[int, ...]:
    """A value for each cell: the true one in the new table, and one that fits in others.

    Those that were hidden, and those that nobody published, are half as large as they must seem able to be
    where that fits: there is room then to show that they could be more, and others with them less.

    Raises:
        ProtectionError: no values fit.
    """
    cells = len(facts.counts)
    low = [n for n in facts.hidden if n < cells and facts.counts[n] < facts.hidden[n].least]
    if low:
        raise ProtectionError(CONTRADICTED, cells=listed(facts.words[n] for n in low))
    counts = [*facts.counts, *(facts.published.get(n, 0) for n in range(cells, facts.size))]
    free = [n for n in range(cells, facts.size) if n not in facts.published]
    if not free and not facts.equations:
        return tuple(counts)
    from .guesses import Guesses  # loads the solver

    guesses = Guesses(facts.equations, values=counts, free=free, least={n: least[n] for n in free})
    most = max([hidden.threshold for hidden in facts.hidden.values()], default=0)
    found = guesses.near(dict.fromkeys(free, (most + 1) // 2))
    if found is None:
        raise ProtectionError(CONTRADICTED, cells=listed(facts.words[n] for n in guesses.broken()))
    for number, value in found.items():
        counts[number] = value
    return tuple(counts)
