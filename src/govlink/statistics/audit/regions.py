"""Whom each cell of each table counts, as sets of finest codes.

A cell stands for a region: for each dimension a set of finest codes, everybody where neither the table nor
its subject says anything. Sets are whole numbers, one bit for each finest code, and one more for the codes
that no table names where some table counts them. Two cells of different tables are about the same people
exactly when their regions are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ...errors import Fault, ProtectionError
from ...models.release import TOTAL
from ..published import PublicRules, Subject
from .periods import months_of
from .result import Keys
from .sheet import Axis, Sheet

__all__ = ["REST", "Layout", "Plate", "Region", "Source", "lay_out"]

OUTSIDE = Fault(
    "statistics.audit_outside",
    en="{table} shows {code}, which its subject says it does not count",
    th="{table} มี {code} ซึ่งขอบเขตของตารางระบุว่าไม่ได้นับ",
)

Region: TypeAlias = tuple[int, ...]
"""A set of finest codes for each dimension of a layout."""

Zero: TypeAlias = tuple[tuple[str, str], ...]
REST = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table as it is attacked together with others."""

    name: str
    subject: Subject
    sheet: Sheet
    rules: PublicRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """A table by regions.

    Attributes:
        source: The table.
        whole: The region of its total over everything.
        masks: For each of the table's dimensions, the set of each code; the total's included.
        empty: Regions of codes that the table does not show although it counts them: nobody is there.
    """

    source: Source
    whole: Region
    masks: tuple[Mapping[str, int], ...]
    at: tuple[int, ...]
    empty: tuple[Region, ...]

    def region(self, keys: Keys) -> Region:
        """Whom a cell counts."""
        region = list(self.whole)
        for place, masks, code in zip(self.at, self.masks, keys, strict=True):
            region[place] = masks[code]
        return tuple(region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Tables by regions over common dimensions.

    Attributes:
        dimensions: All dimensions that tell cells apart.
        leaves: The finest codes of each, by bit; an empty one stands for all that no table names.
        plates: The tables.
        zeros: Regions where nobody can be, of dimensions that no table of everybody shows together.
        barred: All regions where nobody can be, those that a table shows among them.
    """

    dimensions: tuple[str, ...]
    leaves: tuple[tuple[str, ...], ...]
    plates: tuple[Plate, ...]
    zeros: tuple[Region, ...] = ()
    barred: tuple[Region, ...] = ()

    def everything(self) -> Region:
        """Everybody."""
        return tuple((1 << len(codes)) - 1 for codes in self.leaves)

    def atoms(self) -> tuple[tuple[int, ...], ...]:
        """For each dimension the largest sets that no table's code cuts."""
        used: list[set[int]] = [set() for _ in self.dimensions]
        for plate in self.plates:
            for at, mask in enumerate(plate.whole):
                used[at].add(mask)
            for at, masks in zip(plate.at, plate.masks, strict=True):
                used[at].update(masks.values())
        for region in self.zeros:
            for at, mask in enumerate(region):
                used[at].add(mask)
        return tuple(_cut(whole, sorted(masks)) for whole, masks in zip(self.everything(), used, strict=True))


def lay_out(sources: Sequence[Source], *, closed: bool = False) -> Layout:
    """Tell for every cell of these tables whom it counts.

    Args:
        sources: The tables.
        closed: Whether the codes that any of them names are taken for all there are; a single code
            is no list of them.

    Raises:
        ProtectionError: a table shows a code that its subject excludes.
    """
    dimensions = tuple(sorted({d for source in sources for d in _named(source)}))
    parts = {d: [_parts(axis) for s in sources for axis in s.sheet.axes if axis.id == d] for d in dimensions}
    timed = {source.subject.period for source in sources}
    spread: list[dict[str, Mapping[str, frozenset[str]]]] = [
        {d: _leaf_sets(source, d, parts[d], timed=d in timed) for d in _named(source)} for source in sources
    ]
    barred = _barred(sources, dimensions)
    zeros = _loose_zeros(sources, barred)
    spread.append(
        {d: {code: _leaves(code, parts[d]) for code in codes} for d, codes in _codes_of(zeros).items()}
    )
    met = (
        sorted({leaf for sets in spread for codes in sets.get(d, {}).values() for leaf in codes})
        for d in dimensions
    )
    leaves = tuple(
        (
            *found,
            *([] if (closed and len(found) > 1) or all(d in sets for sets in spread[:-1]) else [REST]),
        )
        for d, found in zip(dimensions, met, strict=True)
    )
    bits = tuple({leaf: 1 << at for at, leaf in enumerate(codes)} for codes in leaves)
    plates = tuple(
        _plate(source, sets, dimensions, bits) for source, sets in zip(sources, spread[:-1], strict=True)
    )
    regions = {
        zero: tuple(
            _any(each.get(leaf, 0) for leaf in _leaves(dict(zero)[d], parts[d]))
            if d in dict(zero)
            else sum(each.values())
            for d, each in zip(dimensions, bits, strict=True)
        )
        for zero in barred
    }
    return Layout(
        dimensions=dimensions,
        leaves=leaves,
        plates=plates,
        zeros=tuple(regions[zero] for zero in zeros),
        barred=tuple(region for region in regions.values() if all(region)),
    )


def _barred(sources: Sequence[Source], dimensions: tuple[str, ...]) -> tuple[Zero, ...]:
    """What nobody can be, of dimensions that tables name."""
    found = dict.fromkeys(zero for source in sources for zero in source.rules.structural_zeros)
    return tuple(zero for zero in found if {d for d, _ in zero} <= set(dimensions))


def _loose_zeros(sources: Sequence[Source], barred: Iterable[Zero]) -> tuple[Zero, ...]:
    """Those whose dimensions no table of everybody shows together; one that does shows the zero."""
    shown = [frozenset(axis.id for axis in s.sheet.axes) for s in sources if _counts_everybody(s)]
    return tuple(zero for zero in barred if not any({d for d, _ in zero} <= axes for axes in shown))


def _counts_everybody(source: Source) -> bool:
    return not source.subject.where and source.subject.period not in _named(source)


def _codes_of(zeros: Iterable[Zero]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for dimension, code in (pair for zero in zeros for pair in zero):
        found[dimension] = (*found.get(dimension, ()), code)
    return found


def _cut(whole: int, masks: Sequence[int]) -> tuple[int, ...]:
    """The coarsest partition of a set that none of the masks cuts, in the order of the lowest bits."""
    sides: dict[tuple[bool, ...], int] = {}
    for at in range(whole.bit_length()):
        side = tuple(bool(mask >> at & 1) for mask in masks)
        sides[side] = sides.get(side, 0) | 1 << at
    return tuple(sides.values())


def _named(source: Source) -> tuple[str, ...]:
    """The dimensions a table shows or is limited in."""
    return tuple(
        dict.fromkeys([*(axis.id for axis in source.sheet.axes), *(d for d, _ in source.subject.where)])
    )


def _parts(axis: Axis) -> Mapping[str, tuple[str, ...]]:
    below: dict[str, list[str]] = {}
    for part, whole in axis.parents.items():
        below.setdefault(whole, []).append(part)
    return {whole: tuple(parts) for whole, parts in below.items()}


def _leaf_sets(
    source: Source, dimension: str, known: Sequence[Mapping[str, tuple[str, ...]]], *, timed: bool
) -> Mapping[str, frozenset[str]]:
    """The finest codes of each code that a table shows or is limited to, by its own hierarchy first."""
    axis = next((axis for axis in source.sheet.axes if axis.id == dimension), None)
    own = [_parts(axis)] if axis else []
    sets = {code: _leaves(code, [*own, *reversed(known)]) for code in _codes(source, dimension, axis)}
    if timed:
        sets = {code: frozenset(m for leaf in found for m in months_of(leaf)) for code, found in sets.items()}
    if axis is not None and dimension == source.subject.period:
        # A year up to March is three months; what has not come yet is not part of it.
        for whole, below in axis.sums:
            if whole != TOTAL:
                sets[whole] = frozenset[str]().union(*(sets[c] for c in _finest_below(axis, below)))
    return sets


def _codes(source: Source, dimension: str, axis: Axis | None) -> tuple[str, ...]:
    limits = dict(source.subject.where).get(dimension, ())
    return tuple(dict.fromkeys((*(axis.codes if axis else ()), *limits)))


def _finest_below(axis: Axis, codes: Iterable[str]) -> Iterable[str]:
    sums = dict(axis.sums)
    for code in codes:
        if code in sums:
            yield from _finest_below(axis, sums[code])
        else:
            yield code


def _leaves(code: str, known: Sequence[Mapping[str, tuple[str, ...]]]) -> frozenset[str]:
    found, queue, met = set[str](), [code], {code}
    while queue:
        at = queue.pop()
        below = next((parts[at] for parts in known if at in parts), ())
        fresh = [part for part in below if part not in met]
        met.update(fresh)
        queue.extend(fresh)
        if not below:
            found.add(at)
    return frozenset(found)


def _plate(
    source: Source,
    sets: Mapping[str, Mapping[str, frozenset[str]]],
    dimensions: tuple[str, ...],
    bits: tuple[Mapping[str, int], ...],
) -> Plate:
    where = dict(source.subject.where)
    whole = [sum(each.values()) for each in bits]
    for at, dimension in enumerate(dimensions):
        if dimension in where:
            whole[at] = _union(sets[dimension], where[dimension], bits[at])
    masks, places, missing = [], [], []
    for axis in source.sheet.axes:
        at = dimensions.index(axis.id)
        shown = {code: _union(sets[axis.id], (code,), bits[at]) for code in axis.codes}
        if axis.id == source.subject.period and axis.codes:
            whole[at] &= _union(sets[axis.id], axis.codes, bits[at])
        for code in shown:
            shown[code] &= whole[at]
            if not shown[code]:
                raise ProtectionError(OUTSIDE, table=source.name, code=code)
        places.append(at)
        masks.append(shown | {TOTAL: whole[at]})
        missing.append(whole[at] & ~_any(shown[code] for code in axis.finest))
    empty = tuple(
        tuple(lack if at == place else whole[at] for at in range(len(dimensions)))
        for place, lack in zip(places, missing, strict=True)
        if lack
    )
    return Plate(source=source, whole=tuple(whole), masks=tuple(masks), at=tuple(places), empty=empty)


def _union(sets: Mapping[str, frozenset[str]], codes: Iterable[str], bits: Mapping[str, int]) -> int:
    return _any(bits[leaf] for code in codes for leaf in sets[code])


def _any(masks: Iterable[int]) -> int:
    joined = 0
    for mask in masks:
        joined |= mask
    return joined
