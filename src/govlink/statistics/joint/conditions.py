"""Which records each cell of a table counts, told the same way for every table of a register.

A cell is the conditions its records meet: for some dimensions the finest codes they may have. Two cells
with the same conditions are one unknown, whatever tables they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from ...errors import Fault, RejectedError
from ...models.release import TOTAL, Dimension, ProtectedTable
from ..hierarchy import finest, leaves_of
from ..published import Subject

__all__ = [
    "Codes",
    "Conditions",
    "Keys",
    "Layout",
    "Parents",
    "categories_of",
    "in_words",
    "known_parents",
    "layout_of",
    "overlap",
]

Keys = tuple[str, ...]
Codes = frozenset[str]
Conditions = frozenset[tuple[str, Codes]]
"""By dimension the finest codes that are counted; a dimension that is not named counts everybody."""
Parents = Mapping[str, tuple[tuple[str, str], ...]]

NOT_WHOLE = Fault(
    "statistics.table_not_whole",
    en="{name} is not a whole cross-tabulation with its totals",
    th="{name} ไม่ใช่ตารางไขว้ที่ครบทุกช่องพร้อมยอดรวม",
)
_NAMED_CODES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the codes of one table stand for.

    Attributes:
        dimensions: What its cells are counted by.
        categories: Each dimension's codes as the table holds them, without the total.
        meaning: For each dimension what each code counts, the total last; None is everybody.
        elsewhere: The conditions on dimensions that the table does not show.
    """

    dimensions: tuple[Dimension, ...]
    categories: tuple[tuple[str, ...], ...]
    meaning: tuple[tuple[Codes | None, ...], ...]
    elsewhere: tuple[tuple[str, Codes], ...]

    def keys(self) -> Iterator[Keys]:
        """Each cell's codes, in the table's order."""
        return product(*((*codes, TOTAL) for codes in self.categories))

    def conditions(self) -> Iterator[Conditions]:
        """Each cell's conditions, in the same order."""
        parts = [
            [(dimension.id, codes) if codes is not None else None for codes in meaning]
            for dimension, meaning in zip(self.dimensions, self.meaning, strict=True)
        ]
        for found in product(*parts):
            yield frozenset([*self.elsewhere, *(part for part in found if part is not None)])

    def total(self) -> Conditions:
        """The conditions of the total over everything, as a cell has them."""
        return frozenset(self.box().items())

    def box(self) -> Mapping[str, Codes]:
        """The conditions of the total over everything."""
        totals = {d.id: meaning[-1] for d, meaning in zip(self.dimensions, self.meaning, strict=True)}
        return dict(self.elsewhere) | {name: codes for name, codes in totals.items() if codes is not None}

    def scope(self) -> frozenset[str]:
        """Every dimension that some cell has a condition on."""
        return frozenset([*(d.id for d in self.dimensions), *(name for name, _ in self.elsewhere)])

    def finest(self, axis: int) -> tuple[int, ...]:
        """The numbers of those codes of a dimension that no other is part of."""
        codes = self.categories[axis]
        parts = set(finest(self.dimensions[axis], codes))
        return tuple(number for number, code in enumerate(codes) if code in parts)


def layout_of(
    *,
    subject: Subject,
    dimensions: tuple[Dimension, ...],
    categories: tuple[tuple[str, ...], ...],
    parents: Parents,
) -> Layout:
    """The layout of a table; ``parents`` are used for dimensions that bring no hierarchy of their own."""
    own = {d.id: d for d in dimensions}
    where: dict[str, Codes] = {}
    for name, codes in subject.where:
        dimension = _with_parents(own.get(name, Dimension(id=name, label_th=name, label_en=name)), parents)
        where[name] = frozenset().union(*(leaves_of(dimension, code) for code in codes))
    meaning = []
    for bare, codes in zip(dimensions, categories, strict=True):
        dimension, only = _with_parents(bare, parents), where.get(bare.id)
        each = [_only(leaves_of(dimension, code), only) for code in codes]
        if bare.id == subject.period:
            each = _shown(dimension, codes, each)
            only = frozenset[str]().union(*each)
        meaning.append((*each, only))
    return Layout(
        dimensions=dimensions,
        categories=categories,
        meaning=tuple(meaning),
        elsewhere=tuple((name, codes) for name, codes in where.items() if name not in own),
    )


def _shown(dimension: Dimension, codes: tuple[str, ...], each: list[Codes]) -> list[Codes]:
    """Of time, a whole is what is shown of it: the year until March is not the year until April."""
    parts = set(finest(dimension, codes))
    shown = frozenset[str]().union(*(m for code, m in zip(codes, each, strict=True) if code in parts))
    return [codes_meant & shown for codes_meant in each]


def _with_parents(dimension: Dimension, parents: Parents) -> Dimension:
    if dimension.parents or not parents.get(dimension.id):
        return dimension
    return Dimension(
        id=dimension.id,
        label_th=dimension.label_th,
        label_en=dimension.label_en,
        parents=parents[dimension.id],
    )


def _only(codes: Codes, allowed: Codes | None) -> Codes:
    return codes if allowed is None or not codes & allowed else codes & allowed


def known_parents(tables: Iterable[tuple[Dimension, ...]]) -> Parents:
    """Each dimension's latest hierarchy among tables in the order they were published."""
    return {d.id: d.parents for dimensions in tables for d in dimensions if d.parents}


def categories_of(table: ProtectedTable, *, name: str) -> tuple[tuple[str, ...], ...]:
    """The codes of each dimension in the order the table holds them.

    Raises:
        RejectedError: cells are missing, stand twice or in another order.
    """
    width = len(table.dimensions)
    if not table.cells or any(len(cell.keys) != width for cell in table.cells):
        raise RejectedError(NOT_WHOLE, name=name)
    found = tuple(dict.fromkeys(codes) for codes in zip(*(cell.keys for cell in table.cells), strict=True))
    categories = tuple(tuple(code for code in codes if code != TOTAL) for codes in found)
    if [cell.keys for cell in table.cells] != list(product(*((*codes, TOTAL) for codes in categories))):
        raise RejectedError(NOT_WHOLE, name=name)
    return categories


def overlap(one: Mapping[str, Codes], other: Mapping[str, Codes]) -> bool:
    """Whether a record can meet both conditions."""
    return all(one[name] & other[name] for name in one.keys() & other.keys())


def in_words(conditions: Conditions) -> str:
    """The conditions as an error names them: codes, which are public, and nothing else."""
    parts = []
    for name, codes in sorted(conditions, key=lambda part: part[0]):
        shown = sorted(code or "…" for code in codes)
        more = ", …" if len(shown) > _NAMED_CODES else ""
        parts.append(f"{name}: {', '.join(shown[:_NAMED_CODES])}{more}")
    return f"[{'; '.join(parts) or TOTAL}]"
