"""Made-up tables to hide cells in: skewed counts of independent dimensions, the same for the same seed."""

from __future__ import annotations

from math import prod

import numpy as np

from govlink.statistics.system import Equation, Tree, crossed_system, flat_tree

__all__ = ["ROWS", "TABLES", "make_table"]


def _grouped(*sizes: int) -> Tree:
    """Finest codes in groups of these sizes, the total of the groups last."""
    leaves, sums, first = sum(sizes), list[Equation](), 0
    for size in sizes:
        sums.append(Equation(total=leaves + len(sums), parts=tuple(range(first, first + size))))
        first += size
    groups = tuple(range(leaves, leaves + len(sizes)))
    return (*sums, Equation(total=leaves + len(sizes), parts=groups))


def _flat(*sizes: int) -> tuple[Tree, ...]:
    return tuple(map(flat_tree, sizes))


TABLES: dict[str, tuple[Tree, ...]] = {
    "8x6x4": _flat(8, 6, 4),
    "10x8x5": _flat(10, 8, 5),
    "20x12x6": _flat(20, 12, 6),
    "60x24x6": _flat(60, 24, 6),
    "6x5x4x3": _flat(6, 5, 4, 3),
    "20x12x6x3": _flat(20, 12, 6, 3),
    "H-12x6": (_grouped(3, 3, 3, 3), flat_tree(6)),
    "H-15x8x4": (_grouped(4, 5, 6), flat_tree(8), flat_tree(4)),
    "H-20x12x4": (_grouped(5, 5, 6, 4), _grouped(3, 3, 3, 3), flat_tree(4)),
}
ROWS = {
    "8x6x4": 1_000,
    "10x8x5": 2_500,
    "20x12x6": 12_000,
    "60x24x6": 20_000,
    "6x5x4x3": 1_000,
    "20x12x6x3": 1_000_000,
    "H-12x6": 2_000,
    "H-15x8x4": 5_000,
    "H-20x12x4": 12_000,
}
SKEW = 1.15


def make_table(name: str, seed: int, rows: int) -> tuple[tuple[Tree, ...], tuple[int, ...]]:
    """The trees of a table's dimensions, and a count for each cell of their cross-tabulation.

    Args:
        name: One of ``TABLES``.
        seed: Another seed gives another table.
        rows: How many records are counted.
    """
    trees = TABLES[name]
    draw = np.random.default_rng(seed)
    finest = tuple(_finest(tree) for tree in trees)
    shares = np.ones(())
    for size in finest:
        weights = draw.permutation(1.0 / np.arange(1, size + 1) ** SKEW)
        shares = np.multiply.outer(shares, weights / weights.sum())
    shares = shares * draw.lognormal(sigma=0.5, size=finest)
    inner = draw.multinomial(rows, shares.ravel() / shares.sum()).reshape(finest)
    extents = tuple(1 + max(e.total for e in tree) for tree in trees)
    counts = np.zeros(extents, dtype=np.int64)
    counts[tuple(slice(size) for size in finest)] = inner
    flat = counts.reshape(prod(extents)).tolist()
    for equation in crossed_system(trees=trees).equations:
        flat[equation.total] = sum(flat[part] for part in equation.parts)
    return trees, tuple(flat)


def _finest(tree: Tree) -> int:
    """How many codes are no sum of others; they are numbered first."""
    return min(equation.total for equation in tree)
