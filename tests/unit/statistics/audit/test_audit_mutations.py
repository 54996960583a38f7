"""A pattern from which nothing can be spared holds, and with any one cell published it does not."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import pytest

from govlink.models.release import TOTAL, ProtectedTable
from govlink.models.rules import PublicRules
from govlink.statistics import audit

from .tables import Keys, masked, shown, table_of

RULES = PublicRules(threshold=5)
TABLES = {
    "2-D": ({"d0": ("a", "b", "c", "d"), "d1": ("x", "y", "z")}, {}),
    "3-D": ({"d0": ("a", "b", "c"), "d1": ("x", "y", "z"), "d2": ("1", "2")}, {}),
    "hierarchical": (
        {"d0": ("a", "b", "c", "d", "n", "s"), "d1": ("x", "y", "z")},
        {"d0": (("a", "n"), ("b", "n"), ("c", "s"), ("d", "s"))},
    ),
}


def drawn(name: str, seed: int) -> ProtectedTable:
    """A table of skewed counts with nothing hidden."""
    axes, parents = TABLES[name]
    draw = random.Random(seed)
    wholes = {whole for pairs in parents.values() for _, whole in pairs}
    finest = product(*([c for c in codes if c not in wholes] for codes in axes.values()))
    return table_of(axes, {keys: min(60, int(draw.paretovariate(0.6))) for keys in finest}, parents=parents)


def hiding(table: ProtectedTable, hidden: set[Keys]) -> ProtectedTable:
    """The table with these cells hidden."""
    return replace(table, cells=tuple(masked(c.keys) if c.keys in hidden else c for c in table.cells))


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("seed", [3, 4])
def test_publishing_any_cell_of_a_minimal_pattern_fails(name: str, seed: int) -> None:
    """Greedily thinned out until nothing can be spared; each further cell is one too many."""
    table = drawn(name, seed)
    values = {cell.keys: cell.value or 0 for cell in table.cells}
    everything = (TOTAL,) * len(table.dimensions)
    small = {keys for keys, value in values.items() if 0 < value < 5}
    hidden = {keys for keys, value in values.items() if value and keys != everything}
    assert small
    assert audit.attack(hiding(table, hidden), rules=RULES).passed
    for keys in sorted(hidden - small, key=lambda keys: (-values[keys], keys)):
        if audit.attack(hiding(table, hidden - {keys}), rules=RULES).passed:
            hidden.discard(keys)
    assert hidden > small
    thin = hiding(table, hidden)
    for keys in sorted(hidden):
        cells = tuple(shown(keys, values[keys]) if c.keys == keys else c for c in thin.cells)
        result = audit.attack(replace(thin, cells=cells), rules=RULES)
        assert not result.passed, keys
        assert result.failures or keys in small


@pytest.mark.parametrize("name", TABLES)
def test_the_order_of_cells_and_codes_does_not_matter(name: str) -> None:
    """The same cells in another order come to the same verdict on each, with the same words."""
    table = drawn(name, 5)
    draw = random.Random(1)
    keys = [c.keys for c in table.cells if c.value]
    once = hiding(table, set(draw.sample(keys, len(keys) // 3)))
    shuffled = list(once.cells)
    draw.shuffle(shuffled)
    first, second = (audit.attack(each, rules=RULES) for each in (once, replace(once, cells=tuple(shuffled))))
    assert first.failures
    assert {e.keys for e in first.failures} == {e.keys for e in second.failures}
    assert set(first.small) == set(second.small)
    assert audit.attack(once, rules=RULES) == first
