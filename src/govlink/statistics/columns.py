"""Columns of two names that tell the same: by what the policy says, and by codes that are well known.

Tables are attacked together by the names of their columns. A province in one table and its region, under
another name, in the next would pass for things that have nothing to do with each other, and nobody would
subtract one from the other but a reader. So one thing has one name in all tables of a register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, product
from typing import TypeAlias

from ..errors import Fault, ProtectionError, RejectedError
from ..models.countries import COUNTRIES
from ..models.countries import REGIONS as WORLD_REGIONS
from ..models.provinces import PROVINCES
from ..models.provinces import REGIONS as THAI_REGIONS
from ..models.release import TOTAL, Dimension
from .classifications import UNKNOWN_COUNTRY, UNKNOWN_PROVINCE, calendar_of
from .hierarchy import leaves_of
from .policy import DisclosurePolicy
from .published import PublishedTable, Subject

__all__ = ["Column", "are_all_apart", "columns_met", "columns_of", "demand_one_name"]

SAME = Fault(
    "statistics.columns_same",
    en="by the policy, {one} and {other} (in {table}) are one thing; count by one name, with its hierarchy,"
    " in all tables of a register",
    th="นโยบายระบุว่า {one} กับ {other} (ใน {table}) เป็นเรื่องเดียวกัน ให้ใช้ชื่อคอลัมน์เดียวพร้อมลำดับชั้น"
    "ในทุกตารางของทะเบียนเดียวกัน",
)
ALIKE = Fault(
    "statistics.columns_alike",
    en="{one} and {other} (in {table}) look like one thing under two names: {example}. Their tables could"
    " be subtracted from each other. Count by one name, with its hierarchy; if they are different things, let"
    ' the policy say so: [columns] apart = [["{one}", "{other}"]]',
    th="{one} กับ {other} (ใน {table}) ดูเหมือนเป็นเรื่องเดียวกันที่ใช้สองชื่อ: {example} จึงอาจนำตารางมาหักลบกันได้ "
    "ให้ใช้ชื่อคอลัมน์เดียวพร้อมลำดับชั้น หากเป็นคนละเรื่องกันให้ระบุในนโยบายว่า "
    '[columns] apart = [["{one}", "{other}"]]',
)

Finest: TypeAlias = frozenset[str]

_NOBODY_KNOWS = frozenset({UNKNOWN_PROVINCE, UNKNOWN_COUNTRY, "unknown", "ZZZ", "XZZ"})
_SURELY = 40  # ages, grades and scores are numbers of two digits too, but not so many of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of one name.

    Attributes:
        name: Its name.
        table: What messages call the table that has it, the first of several.
        codes: What it shows, or is filtered by.
        parents: Which codes are said to be part of which.
    """

    name: str
    table: str
    codes: frozenset[str]
    parents: frozenset[tuple[str, str]] = frozenset()


def columns_of(
    shown: Iterable[tuple[Dimension, Collection[str]]], subject: Subject, *, table: str
) -> tuple[Column, ...]:
    """The columns of a table: those that it shows, each with its codes, and those that it filters.

    Args:
        shown: Its dimensions.
        subject: Which records it counts.
        table: What messages call it.
    """
    counted = (
        Column(name=d.id, table=table, codes=frozenset(codes) - {TOTAL}, parents=frozenset(d.parents))
        for d, codes in shown
    )
    filtered = (Column(name=name, table=table, codes=frozenset(codes)) for name, codes in subject.where)
    return _by_name((*counted, *filtered))


def columns_met(subject: Subject, tables: Iterable[PublishedTable]) -> tuple[Column, ...]:
    """The columns of those tables that count the subject's register."""
    return _by_name(
        column
        for published in tables
        if published.subject.same_register(subject)
        for column in columns_of(_shown(published), published.subject, table=published.name)
    )


def demand_one_name(
    own: tuple[Column, ...], earlier: tuple[Column, ...], *, policy: DisclosurePolicy
) -> None:
    """Refuse a table with a column that tells what another of it, or of its register's tables, tells.

    Args:
        own: The table's columns.
        earlier: Those of everything that ever went out of its register.
        policy: Says which names are the same or apart. Of two that it leaves open, a table is refused
            where one has groups of the other's codes, or both have codes of periods, provinces or
            countries, and some of the same. Its hierarchies count for earlier tables too.

    Raises:
        ProtectionError: there is such a column.
    """
    names = policy.columns
    every = tuple(_with_hierarchy(column, policy) for column in _by_name((*own, *earlier)))
    mine = {column.name for column in own}
    for one, other in product(every, every):
        if one.name not in mine or one.name == other.name or names.are_apart(one.name, other.name):
            continue
        if names.are_same(one.name, other.name):
            raise ProtectionError(SAME, one=one.name, other=other.name, table=other.table)
        if alike := _alike(one, other):
            example = f"{one.name} {alike[0]}, {other.name} {alike[1]}"
            raise ProtectionError(ALIKE, one=one.name, other=other.name, table=other.table, example=example)


def are_all_apart(own: tuple[Column, ...], earlier: tuple[Column, ...], *, policy: DisclosurePolicy) -> bool:
    """Whether the policy says of any two columns here that they are different things."""
    met = sorted({column.name for column in (*own, *earlier)})
    return all(policy.columns.are_apart(one, other) for one, other in combinations(met, 2))


def _shown(published: PublishedTable) -> Iterator[tuple[Dimension, Collection[str]]]:
    table = published.table
    return zip(table.dimensions, zip(*(cell.keys for cell in table.cells), strict=True), strict=True)


def _by_name(columns: Iterable[Column]) -> tuple[Column, ...]:
    found: dict[str, Column] = {}
    for new in columns:
        known = found.setdefault(new.name, new)
        codes, parents = known.codes | new.codes, known.parents | new.parents
        found[new.name] = replace(known, codes=codes, parents=parents)
    return tuple(found.values())


def _with_hierarchy(column: Column, policy: DisclosurePolicy) -> Column:
    try:
        said = policy.parents_for(column.name, column.codes)
    except RejectedError:  # codes of an earlier table, from before the policy named that classification
        return column
    return replace(column, parents=column.parents | frozenset(said))


# What codes mean by themselves.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """Codes that mean the same to everybody.

    Attributes:
        finest: The finest codes that a code stands for; empty where it is none of the kind.
        surely: How many bare numbers, and nothing else, are taken for codes of it without a word that says
            so: another code of the column or of the other one, or a hierarchy.
    """

    finest: Callable[[str], Finest]
    surely: int = 1

    def meaning(self, column: Column) -> Mapping[str, Finest]:
        """The codes of a column that are of this kind; none unless most are, and all that are numbers."""
        codes = column.codes - _NOBODY_KNOWS
        known = {code: finest for code in sorted(codes) if (finest := self.finest(code))}
        others = codes - known.keys()
        if len(others) >= len(known) or any(code.isdigit() for code in others):
            return {}
        return known

    def is_said(self, column: Column, known: Mapping[str, Finest]) -> bool:
        """Whether the column is of this kind and not of another that is written with the same numbers."""
        if len(known) >= self.surely or not all(code.isdigit() for code in known):
            return True
        return any(self.finest(part) and self.finest(part) <= self.finest(w) for part, w in column.parents)


def _alike(one: Column, other: Column) -> tuple[str, str] | None:
    """A code of each that shows that the two tell the same."""
    if groups := _groups(one, other):
        return groups
    if groups := _groups(other, one):
        return groups[1], groups[0]
    for kind in _KINDS:
        mine, its = kind.meaning(one), kind.meaning(other)
        if kind.is_said(one, mine) or kind.is_said(other, its):
            for (code, finest), (its_code, its_finest) in product(mine.items(), its.items()):
                if finest & its_finest:
                    return code, its_code
    return None


def _groups(fine: Column, coarse: Column) -> tuple[str, str] | None:
    """A code and its group, where most codes of the one are said to be groups of the other's."""
    found = sorted((part, whole) for part, whole in fine.parents if whole in coarse.codes)
    most = 2 * len({whole for _, whole in found}) > len(coarse.codes)
    return found[0] if most else None


def _months(code: str) -> Finest:
    """The months of a period of the Buddhist era; a fiscal year's months are those of two years."""
    parents = calendar_of((code,))
    return (
        leaves_of(Dimension(id="", label_th="", label_en="", parents=parents), code) if parents else Finest()
    )


@cache
def _provinces() -> Mapping[str, Finest]:
    found = defaultdict(set)
    for p in PROVINCES:
        for word in (p.code, p.label_th, p.label_en, p.region, *THAI_REGIONS[p.region]):
            found[word].add(p.code)
    return {word: frozenset(codes) for word, codes in found.items()}


@cache
def _countries() -> Mapping[str, Finest]:
    found = defaultdict(set)
    for c in COUNTRIES:
        for word in (c.alpha2, c.alpha3, c.label_th, c.label_en, c.region, *WORLD_REGIONS[c.region]):
            found[word].add(c.alpha2)
    return {word: frozenset(codes) for word, codes in found.items()}


_KINDS = (
    _Kind(finest=_months),
    _Kind(finest=lambda code: _provinces().get(code, Finest()), surely=_SURELY),
    _Kind(finest=lambda code: _countries().get(code, Finest()), surely=_SURELY),
)
