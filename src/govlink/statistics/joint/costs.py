"""What hiding each cell costs: large counts more, and what was hidden last time a quarter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product

from ..published import Subject
from .conditions import Conditions, Layout
from .past import Laid

__all__ = ["costs_of"]

_UNIT = 1000  # costs are whole, so that no machine's logarithm can change the pattern
_AGAIN = 4  # hiding what was hidden last time costs this part


def costs_of(
    counts: Sequence[int], layout: Layout, *, subject: Subject, past: tuple[Laid, ...]
) -> tuple[int, ...]:
    """The cost of each cell of the new table.

    It grows with the logarithm of the count, and by as much again for each dimension in which the cell is a
    total or sub-total: readers need those most. Cells that the latest earlier release of the same make
    hid, the period apart, cost a quarter: readers of a series then miss the same cells each time.
    """
    plain = [
        round(_UNIT * math.log(count + 2)) * (1 + sums)
        for count, sums in zip(counts, _sums(layout), strict=True)
    ]
    hidden = _hidden_before(layout, subject=subject, past=past)
    if not hidden:
        return tuple(plain)
    cells = (_apart_from(conditions, subject.period) for conditions in layout.conditions())
    return tuple(
        max(1, cost // _AGAIN) if cell in hidden else cost for cost, cell in zip(plain, cells, strict=True)
    )


def _sums(layout: Layout) -> Iterator[int]:
    """In how many dimensions each cell is the sum of others that the table shows."""
    axes = []
    for axis, codes in enumerate(layout.categories):
        parts = frozenset(layout.finest(axis))
        axes.append([*(int(number not in parts) for number in range(len(codes))), 1])
    return (sum(found) for found in product(*axes))


def _hidden_before(layout: Layout, *, subject: Subject, past: tuple[Laid, ...]) -> frozenset[Conditions]:
    make = _make(layout, subject.period)
    for laid in reversed(past):
        period = laid.published.subject.period
        if _make(laid.layout, period) == make:
            cells = zip(laid.published.table.cells, laid.layout.conditions(), strict=True)
            return frozenset(_apart_from(found, period) for cell, found in cells if cell.value is None)
    return frozenset()


def _make(layout: Layout, period: str | None) -> tuple[frozenset[str], Conditions]:
    """What releases of one series have in common: what is shown, and whom it counts."""
    shown = frozenset(d.id for d in layout.dimensions if d.id != period)
    return shown, _apart_from(frozenset(layout.box().items()), period)


def _apart_from(conditions: Conditions, period: str | None) -> Conditions:
    return frozenset(part for part in conditions if part[0] != period)
