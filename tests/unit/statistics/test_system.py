"""The margin system names every sum of a cross-tabulation."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest

from govlink.statistics.system import crossed_system, flat_tree


@pytest.mark.parametrize("sizes", [(1,), (3,), (2, 3), (3, 2, 4), (2, 2, 2, 2)])
def test_every_margin_is_the_sum_of_its_parts(sizes: tuple[int, ...]) -> None:
    """Numbers follow canonical order, and each total appears once for each dimension it spans."""
    system = crossed_system(trees=tuple(map(flat_tree, sizes)))
    cells = list(product(*(range(size + 1) for size in sizes)))
    assert system.cells == len(cells)
    expected = {
        (cells.index(cell), tuple(cells.index((*cell[:axis], i, *cell[axis + 1 :])) for i in range(size)))
        for axis, size in enumerate(sizes)
        for cell in cells
        if cell[axis] == size
    }
    assert {(e.total, e.parts) for e in system.equations} == expected
    assert len(system.equations) == sum(prod(s + 1 for s in sizes) // (size + 1) for size in sizes)


def test_taking_the_equations_in_turn_fills_every_margin() -> None:
    """The order of the equations is a promise: totals can be computed in one pass."""
    sizes = (2, 3, 2)
    cells = list(product(*(range(size + 1) for size in sizes)))
    inner = {cell: 10 + i for i, cell in enumerate(product(*map(range, sizes)))}
    counts = [inner.get(cell, 0) for cell in cells]
    for equation in crossed_system(trees=tuple(map(flat_tree, sizes))).equations:
        counts[equation.total] = sum(counts[part] for part in equation.parts)
    for cell, count in zip(cells, counts, strict=True):
        covered = [
            n
            for key, n in inner.items()
            if all(c in (k, s) for c, k, s in zip(cell, key, sizes, strict=True))
        ]
        assert count == sum(covered)
