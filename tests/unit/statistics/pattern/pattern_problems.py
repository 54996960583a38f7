"""Random problems of a few cells, of every kind that a pattern is asked for."""

from __future__ import annotations

from math import prod

from hypothesis import strategies as st

from govlink.models.release import Dimension
from govlink.statistics.hierarchy import canonical_codes, tree_of
from govlink.statistics.pattern.problem import Problem
from govlink.statistics.system import Equation, LinearSystem, Tree, crossed_grid, crossed_system, flat_tree

__all__ = ["crossed", "linked", "tree"]


def tree(**parents: str) -> Tree:
    """A dimension whose codes have these parents."""
    dimension = Dimension(id="d", label_th="มิติ", label_en="d", parents=tuple(parents.items()))
    return tree_of(dimension, canonical_codes(dimension, {*parents, *parents.values()}))


SHAPES: dict[str, tuple[Tree, ...]] = {
    "line": (flat_tree(4),),
    "square": (flat_tree(2), flat_tree(3)),
    "cube": (flat_tree(2), flat_tree(2), flat_tree(2)),
    "tree": (tree(a="p", b="p", c="q", d="q"),),
    "deep tree": (tree(a="p", b="p", p="r", c="r", d="s", e="s"),),
    "crossed tree": (tree(a="p", b="p", c="q"), flat_tree(2)),
    "crossed trees": (tree(a="p", b="p"), tree(x="y", z="y")),
}
MOST = 6


@st.composite
def crossed(draw: st.DrawFn, shapes: tuple[str, ...] = tuple(SHAPES)) -> Problem:
    """A cross-tabulation, with or without sub-totals, sampling zeros, fixed cells and given ones."""
    trees = SHAPES[draw(st.sampled_from(shapes))]
    system = crossed_system(trees=trees)
    return _problem(draw, system, total=system.cells - 1, grid=trees)


@st.composite
def linked(draw: st.DrawFn) -> Problem:
    """Two tables that share a margin, as one system without a grid: rows by one column and by another."""
    rows, left, right = draw(st.sampled_from([(2, 2, 2), (3, 2, 1), (2, 2, 1)]))
    # The finest cells are rows x left x right; what is published are rows x left and rows x right.
    finest = rows * left * right
    equations, margins = list[Equation](), finest
    for row in range(rows):
        first = row * left * right
        for a in range(left):
            parts = tuple(first + a * right + b for b in range(right))
            equations.append(Equation(total=margins, parts=parts))
            margins += 1
        for b in range(right):
            parts = tuple(first + a * right + b for a in range(left))
            equations.append(Equation(total=margins, parts=parts))
            margins += 1
        equations.append(
            Equation(total=margins, parts=tuple(e.total for e in equations[-left - right : -right]))
        )
        equations.append(Equation(total=margins, parts=tuple(e.total for e in equations[-right - 1 : -1])))
        margins += 1
    sums = tuple(e.total for e in equations[left + right + 1 :: left + right + 2])
    equations.append(Equation(total=margins, parts=sums))
    system = LinearSystem(cells=margins + 1, equations=tuple(equations))
    return _problem(draw, system, total=margins, grid=None, given=frozenset(range(finest)))


def _problem(
    draw: st.DrawFn,
    system: LinearSystem,
    *,
    total: int,
    grid: tuple[Tree, ...] | None,
    given: frozenset[int] = frozenset(),
) -> Problem:
    counts = _counts(draw, system)
    sampling = draw(st.booleans())
    threshold = draw(st.integers(2, 4))
    asked = [c for c, n in enumerate(counts) if (0 if sampling else 1) <= n < threshold and c not in given]
    secret = draw(st.lists(st.sampled_from(asked), min_size=1, max_size=4)) if asked else []
    at_least = dict.fromkeys(secret, threshold)
    others = st.sets(st.sampled_from(sorted(set(range(system.cells)) - set(at_least))), max_size=2)
    holes = {c for c in given if not at_least.get(c)}
    return Problem(
        system=system,
        counts=counts,
        at_least=at_least,
        fixed=frozenset({total, *(draw(others) - holes)}),
        given=frozenset(holes | draw(others)) - {total},
        costs=tuple(draw(st.lists(st.integers(1, 9), min_size=system.cells, max_size=system.cells))),
        least=tuple(0 if sampling or c in holes else 1 for c in range(system.cells)),
        grids=(crossed_grid(trees=grid),) if grid else (),
    )


def _counts(draw: st.DrawFn, system: LinearSystem) -> tuple[int, ...]:
    totals = {e.total for e in system.equations}
    finest = system.cells - len(totals)
    inner = draw(st.lists(st.integers(0, 4), min_size=finest, max_size=finest))
    while sum(inner) > max(MOST, prod([finest, 1])):
        inner[inner.index(max(inner))] -= 1
    values = dict(zip([c for c in range(system.cells) if c not in totals], inner, strict=True))
    while len(values) < system.cells:
        for e in system.equations:
            if e.total not in values and values.keys() >= set(e.parts):
                values[e.total] = sum(values[p] for p in e.parts)
    return tuple(values[c] for c in range(system.cells))
