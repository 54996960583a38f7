"""The lines along the group rule's dimension that all tables together tell apart.

A line is whoever shares the codes of all dimensions of a scope but the rule's. What one table shows of its
own lines is seen to elsewhere; here are those that only several tables tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..published import GroupRule
from .atoms import ELSE, Atoms, Place, Slab
from .conditions import Codes, Layout

__all__ = ["Categories", "Line", "lines_in"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Line:
    """One line; its pieces are the atoms of the rule's dimension, by number.

    Attributes:
        cells: The cell of each piece, as far as tables look at it.
        kinds: The category of each piece; pieces that no table looking there tells apart share one.
        spare: Pieces that no table looks at there; somebody may always be in them.
        barred: Pieces that nobody there can have, as everybody knows.
        others: The cells of codes that no table names, or that a table leaves out.
    """

    cells: Mapping[int, int]
    kinds: tuple[int, ...]
    spare: frozenset[int]
    barred: frozenset[int]
    others: tuple[int, ...]

    def members(self) -> tuple[int, ...]:
        """All cells that tables look at."""
        return (*self.cells.values(), *self.others)

    def possible(self, may_be: Callable[[int], bool]) -> frozenset[int]:
        """The pieces that somebody may have."""
        return self.spare.union(piece for piece, cell in self.cells.items() if may_be(cell))

    def count(self, pieces: Iterable[int]) -> int:
        """How many categories these pieces belong to, those left out that nobody can have."""
        return len({self.kinds[piece] for piece in pieces if piece not in self.barred})

    def is_fine(self, possible: frozenset[int], *, wanted: int, least: int) -> bool:
        """Whether enough categories are possible, or all that people there can have.

        Args:
            possible: The pieces that somebody may have.
            wanted: How many categories there must be.
            least: How many a line must have at all, for all of them to tell nothing.
        """
        if self.count(possible) >= wanted:
            return True
        every = self.spare.union(self.cells)
        return len({self.kinds[p] for p in every}) >= least and every <= possible | self.barred

    def is_certain(self, counts: Sequence[int], rule: GroupRule) -> bool:
        """Whether the rule is kept by counts that are possible whatever is hidden."""
        possible = self.possible(lambda cell: counts[cell] > 0)
        return self.is_fine(possible, wanted=rule.min_groups + rule.within_group, least=rule.min_groups)


class Categories:
    """What tables tell apart of the rule's dimension, and where."""

    def __init__(self, parts: tuple[Codes, ...], dimension: str, tables: Sequence[Layout]) -> None:
        self._parts = parts
        self._boxes = [dict(table.box()) for table in tables]
        self._told: list[tuple[Codes, ...]] = []
        for table, box in zip(tables, self._boxes, strict=True):
            shown = (axis for axis, d in enumerate(table.dimensions) if d.id == dimension)
            codes = [table.meaning[axis][n] for axis in shown for n in table.finest(axis)]
            limit = box.pop(dimension, None)
            self._told.append(tuple(each for each in (*codes, limit) if each is not None))
        every = dict.fromkeys(codes for told in self._told for codes in told)
        self._wide = [codes for codes in every if sum(part <= codes for part in parts) > 1]
        self.coarsest = self._merged([])

    def kinds(self, where: Mapping[str, Codes]) -> tuple[int, ...]:
        """A number for each piece, the same for pieces that no table looking there tells apart."""
        if not self._wide:
            return tuple(range(len(self._parts)))
        pairs = zip(self._boxes, self._told, strict=True)
        looking = (told for box, told in pairs if all(box.get(n, part) & part for n, part in where.items()))
        return self._merged([codes for told in looking for codes in told])

    def _merged(self, telling: Collection[Codes]) -> tuple[int, ...]:
        kinds = list(range(len(self._parts)))
        for wide in self._wide:
            sides: dict[tuple[bool, ...], int] = {}
            for piece, part in enumerate(self._parts):
                if part <= wide:
                    first = sides.setdefault(tuple(part <= codes for codes in telling), kinds[piece])
                    kinds = [first if kind == kinds[piece] else kind for kind in kinds]
        return tuple(kinds)


def lines_in(
    scope: Sequence[str],
    atoms: Atoms,
    rule: GroupRule,
    *,
    known: Mapping[Place, int],
    slabs: Sequence[Slab],
    barred: Sequence[Slab],
    categories: Categories,
    certain: Callable[[int], bool],
) -> Iterator[Line]:
    """The lines of a scope that too few categories are certainly possible in.

    Args:
        scope: Its dimensions.
        atoms: What the tables tell apart.
        rule: The group rule, of one of the dimensions.
        known: The numbers of the atomic cells that tables look at.
        slabs: The tables of the scope.
        barred: Where nobody can be, as everybody knows.
        categories: What the tables tell apart of the rule's dimension.
        certain: Whether somebody may be in a cell whatever is hidden.
    """
    axis = tuple(scope).index(rule.dimension)
    parts = atoms.parts[rule.dimension]
    named = [piece for piece, codes in enumerate(parts) if ELSE not in codes]
    # One name is no list of categories: whoever does not have it has some other.
    counted = set(named if sum(len(parts[piece]) for piece in named) > 1 else range(len(parts)))
    rows: dict[Place, dict[int, int]] = {}
    for place, number in known.items():
        rows.setdefault((*place[:axis], *place[axis + 1 :]), {})[place[axis]] = number
    enough = rule.min_groups + rule.within_group
    names = [name for name in scope if name != rule.dimension]
    for row, found in rows.items():
        sure = {categories.coarsest[p] for p, number in found.items() if p in counted and certain(number)}
        if len(sure) >= enough:
            continue
        places = {piece: (*row[:axis], piece, *row[axis:]) for piece in counted}
        shown = {p for p, place in places.items() if not any(slab.leaves_out(place) for slab in slabs)}
        where = {name: atoms.parts[name][number] for name, number in zip(names, row, strict=True)}
        yield Line(
            cells={piece: number for piece, number in found.items() if piece in shown},
            kinds=categories.kinds(where),
            spare=frozenset(shown - found.keys()),
            barred=frozenset(p for p in shown if any(slab.holds(places[p]) for slab in barred)),
            others=tuple(number for piece, number in found.items() if piece not in shown),
        )
