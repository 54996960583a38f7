"""The least parts that a set of tables tells apart, and which of them each table counts.

Along each dimension codes that no table tells apart are one atom. Tables are grouped by scope: the
dimensions their cells have conditions on. In a scope every finest cell of a table is a sum of atomic
cells, and whatever a table's box holds beyond its finest cells counts nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

from .conditions import Codes, Conditions, Layout

__all__ = ["ELSE", "Atoms", "Place", "Slab", "atoms_of", "slab_of"]

Place = tuple[int, ...]
"""One atomic cell of a scope: the number of an atom for each of its dimensions, by name."""

ELSE = ""
"""Stands for every code that no table names; it is no code itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Atoms:
    """Each dimension's codes, parted as finely as any table parts them."""

    parts: Mapping[str, tuple[Codes, ...]]

    def within(self, dimension: str, codes: Codes | None) -> tuple[int, ...]:
        """The atoms that make up the codes; all where nothing is asked."""
        parts = enumerate(self.parts[dimension])
        return tuple(number for number, part in parts if codes is None or part <= codes)

    def size(self, scope: Iterable[str]) -> int:
        """How many atomic cells a scope has."""
        return prod(len(self.parts[name]) for name in scope)

    def conditions(self, scope: tuple[str, ...], place: Place) -> Conditions:
        """What the records of an atomic cell have in common."""
        pairs = zip(scope, place, strict=True)
        return frozenset((name, self.parts[name][number]) for name, number in pairs)


def atoms_of(layouts: Iterable[Layout]) -> Atoms:
    """The coarsest parts that make up every code of every table."""
    used: dict[str, set[Codes]] = {}
    for layout in layouts:
        for name, codes in layout.elsewhere:
            used.setdefault(name, set()).add(codes)
        for dimension, meaning in zip(layout.dimensions, layout.meaning, strict=True):
            used.setdefault(dimension.id, set()).update(codes for codes in meaning if codes is not None)
    return Atoms(parts={name: _parted(sets) for name, sets in sorted(used.items())})


def _parted(sets: set[Codes]) -> tuple[Codes, ...]:
    ordered = sorted(sets, key=sorted)
    within: dict[str, list[int]] = {}
    for number, codes in enumerate(ordered):
        for code in codes:
            within.setdefault(code, []).append(number)
    parts: dict[tuple[int, ...], list[str]] = {}
    for code in sorted(within):
        parts.setdefault(tuple(within[code]), []).append(code)
    return (*(frozenset(codes) for codes in parts.values()), frozenset({ELSE}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slab:
    """Where a table lies in a scope.

    Attributes:
        scope: The dimensions, by name.
        box: The atoms of each that the table's grand total counts.
        shown: Those of them that a finest code stands for.
    """

    scope: tuple[str, ...]
    box: tuple[tuple[int, ...], ...]
    shown: tuple[tuple[int, ...], ...]

    def holds(self, place: Place) -> bool:
        """Whether the table's grand total counts an atomic cell."""
        return all(number in box for number, box in zip(place, self.box, strict=True))

    def leaves_out(self, place: Place) -> bool:
        """Whether the table shows that an atomic cell counts nobody: its total holds it, no code does."""
        return self.holds(place) and not all(
            number in shown for number, shown in zip(place, self.shown, strict=True)
        )

    def onto(self, names: frozenset[str]) -> Iterator[Place]:
        """What of the box is seen along some of the dimensions."""
        pairs = zip(self.scope, self.box, strict=True)
        yield from product(*(box for name, box in pairs if name in names))


def slab_of(layout: Layout, scope: tuple[str, ...], atoms: Atoms) -> Slab:
    """Where the table lies in a scope, which may be wider than its own."""
    totals, axes = layout.box(), {d.id: axis for axis, d in enumerate(layout.dimensions)}
    box = tuple(atoms.within(name, totals.get(name)) for name in scope)
    shown = []
    for name, whole in zip(scope, box, strict=True):
        if name not in axes:
            shown.append(whole)
            continue
        meaning = layout.meaning[axes[name]]
        codes = frozenset[str]().union(*(meaning[n] or frozenset() for n in layout.finest(axes[name])))
        shown.append(atoms.within(name, codes))
    return Slab(scope=scope, box=box, shown=tuple(shown))
