"""All that is published about one register as one system of sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from ...errors import Fault, ProtectionError
from .matrix import Whole
from .overlay import Overlay
from .regions import REST, Layout, Plate, Region, Source, lay_out
from .result import Exposure, Keys
from .scopes import Scope, ScopeTree, scope_tree
from .system import Count, Sum, System

__all__ = ["Grid", "Joint", "alone", "join", "words_of"]

TOO_ENTANGLED = Fault(
    "statistics.audit_entangled",
    en="too many tables by too many dimensions overlap for a joint audit: publish fewer dimensions",
    th="ตารางที่ซ้อนทับกันมีมิติมากเกินกว่าจะตรวจสอบร่วมกันได้ โปรดเผยแพร่มิติให้น้อยลง",
)
OTHERS = "(other)"
NAMED_CODES = 4
MOST_CELLS = 2_000_000
MOST_ADDED = 200_000


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Grid:
    """A scope cell by cell.

    Attributes:
        places: Its dimensions, by their place in a region.
        atoms: The sets of codes along each that nothing cuts.
        counts: The number of the count that holds each cell; -1 where no table looks.
    """

    places: tuple[int, ...]
    atoms: tuple[tuple[int, ...], ...]
    counts: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A table and all that bears on it.

    Attributes:
        system: What is known.
        places: The number of each cell of the table.
        hidden: Cells hidden in tables: the table's number, 0 for the one under attack, the keys, the count.
        holes: Counts that no table has and nothing cuts further.
        own: The counts that the table under attack has, or tells to be nobody.
        empty: Those that it tells to be nobody, because it leaves their codes out.
        has_others: Whether some table counts people by codes that no table names.
        contradictions: Cells that another table publishes with another value.
        closed: Whether the codes that any table names were taken for all there are.
        layout: Whom each cell counts; None for a table alone.
        grids: The scopes that the tables were laid over each other in.
        sources: The tables, the one under attack first.
    """

    system: System
    places: dict[Keys, int]
    hidden: tuple[tuple[int, Keys, int], ...]
    own: frozenset[int]
    sources: tuple[Source, ...]
    empty: frozenset[int] = frozenset()
    has_others: bool = False
    holes: tuple[int, ...] = ()
    contradictions: tuple[Exposure, ...] = ()
    closed: bool = False
    layout: Layout | None = None
    grids: tuple[Grid, ...] = field(default=(), compare=False)


@dataclass(slots=True, kw_only=True)
class _Board:
    """Counts by region while they are collected."""

    number: dict[Region, int] = field(default_factory=dict)
    counts: list[Count] = field(default_factory=list)
    contradictions: list[Exposure] = field(default_factory=list)

    def note(self, region: Region, count: Count) -> int:
        at = self.number.setdefault(region, len(self.counts))
        if at == len(self.counts):
            self.counts.append(count)
            return at
        held = self.counts[at]
        if None not in (held.value, count.value) and held.value != count.value:
            self.contradictions.append(Exposure(table=count.table, keys=count.keys))
        teller = count if held.value is None and count.value is not None else held
        least = max(held.least, count.least)
        self.counts[at] = Count(table=teller.table, keys=teller.keys, value=teller.value, least=least)
        return at


def join(sources: Sequence[Source], *, closed: bool = False, before: bool = False) -> Joint:
    """Lay the first table and all that bear on it over each other.

    Args:
        sources: The tables, the one under attack first.
        closed: Whether the codes that any of them names are taken for all there are.
        before: Whether to leave out what the first table tells, so that what the others tell is seen over
            the same regions.

    Raises:
        ProtectionError: a table shows codes that its subject excludes, or the tables overlap in too many
            dimensions.
    """
    layout = lay_out(_bearing(lay_out(sources).plates), closed=closed)
    board = _Board()
    hidden: list[tuple[int, Keys, int]] = []
    sums: dict[Sum, None] = {}
    places: dict[Keys, int] = {}
    empty: list[int] = []
    for table, plate in enumerate(layout.plates):
        told = _counts(plate.source, silent=before and not table)
        number = {keys: board.note(plate.region(keys), count) for keys, count in told}
        if before and not table:
            places = number
            continue
        hidden += [(table, keys, at) for keys, at in number.items() if plate.source.sheet.known[keys] is None]
        for region in plate.empty:
            at = board.note(region, Count(table="", keys=words_of(region, layout), value=0))
            empty += [at] if not table else []
        for total, parts in plate.source.sheet.sums():
            sums[_sum(number[total], [number[part] for part in parts])] = None
        places = places or number
    for region in layout.zeros:
        board.note(region, Count(table="", keys=words_of(region, layout), value=0))
    holes: dict[int, None] = {}
    grids: list[Grid] = []
    for overlay in _overlays(layout):
        for whole, pieces in overlay.sums:
            above, *below = (_numbered(region, board, layout) for region in (whole, *pieces))
            sums[_sum(above, below)] = None
        leaves = [_numbered(region, board, layout) for region in overlay.leaves]
        holes |= dict.fromkeys(
            at for at in leaves if not board.counts[at].table and board.counts[at].value is None
        )
        where, atoms = overlay.grid
        grids.append(Grid(places=where, atoms=atoms, counts=overlay.numbered(board.number)))
    return Joint(
        system=System(counts=tuple(board.counts), sums=tuple(terms for terms in sums if len(terms) > 1)),
        places=places,
        hidden=tuple(hidden),
        holes=tuple(holes),
        own=frozenset((*places.values(), *empty)),
        empty=frozenset(empty),
        has_others=any(REST in codes for codes in layout.leaves),
        contradictions=tuple(board.contradictions),
        closed=closed,
        layout=layout,
        grids=tuple(grids),
        sources=tuple(plate.source for plate in layout.plates),
    )


def alone(source: Source) -> Joint:
    """The first table when nothing else was published."""
    counts = dict(_counts(source))
    number = {keys: at for at, keys in enumerate(counts)}
    sums = (_sum(number[total], [number[part] for part in parts]) for total, parts in source.sheet.sums())
    return Joint(
        system=System(counts=tuple(counts.values()), sums=tuple(sums)),
        places=number,
        hidden=tuple((0, keys, at) for keys, at in number.items() if source.sheet.known[keys] is None),
        own=frozenset(number.values()),
        sources=(source,),
    )


def _bearing(plates: Sequence[Plate]) -> list[Source]:
    """The first table, and those that count people whom one of them counts."""
    found, left = [plates[0]], list(plates[1:])
    for plate in found:  # grows while it is walked
        near = [other for other in left if all(a & b for a, b in zip(plate.whole, other.whole, strict=True))]
        left = [other for other in left if other not in near]
        found += near
    kept = {id(plate) for plate in found}
    return [plate.source for plate in plates if id(plate) in kept]


def _counts(source: Source, *, silent: bool = False) -> Iterator[tuple[Keys, Count]]:
    least = int(source.rules.zeros == "structural" and source.rules.measure == "count" and not silent)
    for keys, said in source.sheet.known.items():
        value = None if silent else said
        yield keys, Count(table=source.name, keys=keys, value=value, least=least if value is None else 0)


def _sum(total: int, parts: Iterable[int]) -> Sum:
    """A total and its parts; nothing where a total is its only part."""
    parts = tuple(parts)
    return () if parts == (total,) else ((total, -1), *((part, 1) for part in parts))


def _numbered(region: Region, board: _Board, layout: Layout) -> int:
    if region in board.number:
        return board.number[region]
    return board.note(region, Count(table="", keys=words_of(region, layout), value=None))


def _overlays(layout: Layout) -> Iterator[Overlay]:
    atoms = layout.atoms()
    size = {d: len(atoms[at]) for at, d in enumerate(layout.dimensions)}
    scopes = [_scope(plate, size) for plate in layout.plates]
    loose = [_limited(region, layout, size) for region in layout.zeros]
    tree = scope_tree([*scopes, *loose])
    _demand_sizes(tree, size)
    home = [next(at for at, scope in enumerate(tree.scopes) if mine <= scope) for mine in scopes]
    number = {d: at for at, d in enumerate(layout.dimensions)}
    for at, scope in enumerate(tree.scopes):
        overlay = Overlay(places=tuple(sorted(number[d] for d in scope)), atoms=atoms)
        regions: list[Region] = []
        for plate, its in zip(layout.plates, home, strict=True):
            if its == at:
                finest = product(*(axis.finest for axis in plate.source.sheet.axes))
                regions += [plate.region(keys) for keys in finest]
                regions += plate.empty
        for region, mine in zip(layout.zeros, loose, strict=True):
            regions += [region] if mine <= scope else []
        for one, other, common in tree.shared:
            if at in (one, other):
                regions += _margins(layout, [number[d] for d in sorted(common)], atoms)
        overlay.lay(regions)
        yield overlay


def _scope(plate: Plate, size: dict[str, int]) -> Scope:
    shown = (axis.id for axis in plate.source.sheet.axes)
    limited = (dimension for dimension, _ in plate.source.subject.where)
    return frozenset(d for d in (*shown, *limited) if size[d] > 1)


def _limited(region: Region, layout: Layout, size: dict[str, int]) -> Scope:
    """The dimensions in which a region is not everybody."""
    parts = zip(layout.dimensions, region, layout.everything(), strict=True)
    return frozenset(d for d, mask, whole in parts if mask != whole and size[d] > 1)


def _demand_sizes(tree: ScopeTree, size: dict[str, int]) -> None:
    for scope in tree.scopes:
        if prod(size[d] for d in scope) > (MOST_ADDED if scope in tree.added else MOST_CELLS):
            raise ProtectionError(TOO_ENTANGLED)


def _margins(layout: Layout, places: Sequence[int], atoms: tuple[tuple[int, ...], ...]) -> Iterator[Region]:
    """The finest margins over these dimensions."""
    for chosen in product(*(atoms[place] for place in places)):
        region = list(layout.everything())
        for place, atom in zip(places, chosen, strict=True):
            region[place] = atom
        yield tuple(region)


def words_of(region: Region, layout: Layout) -> Keys:
    """A region's codes by dimension, where it is not everybody or those are few."""
    words = []
    for dimension, codes, mask, whole in zip(
        layout.dimensions, layout.leaves, region, layout.everything(), strict=True
    ):
        inside = [code or OTHERS for at, code in enumerate(codes) if mask >> at & 1]
        if mask != whole or (REST not in codes and len(codes) <= NAMED_CODES):
            named = [*inside[:NAMED_CODES], "…"] if len(inside) > NAMED_CODES else inside
            words.append(f"{dimension}={'+'.join(named)}")
    return tuple(words)
