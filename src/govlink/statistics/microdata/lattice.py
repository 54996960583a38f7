"""Search the levels of all columns for those that make every record one of at least ``k``.

Full-domain generalisation: a node is one level for each column, the same for all records. Going up can
only bring classes together, so what a node proves holds for all above it, or all below: this predictive
tagging is that of Flash (Kohlmayer and others 2012), and the search runs, as there, along chains of nodes
not yet known, halving each. Records in classes that stay too small would have to be left out; a limit says
how many may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Literal, TypeAlias

from ...errors import Fault, RejectedError
from ..records import Records, asking
from .generalise import Hierarchy

if TYPE_CHECKING:
    from .grouping import Grouped

__all__ = ["LatticeResult", "Node", "search_lattice"]

ASKED_INVALID = Fault(
    "statistics.lattice_asked",
    en="a search needs k of 2 or more, one or more different columns, weights above 0 for columns that have"
    " one, a limit of 1 node or more, and a share of records to leave out from 0 to below 1",
    th="การค้นหาต้องกำหนด k ตั้งแต่ 2 ขึ้นไป คอลัมน์ที่ไม่ซ้ำกันอย่างน้อยหนึ่งคอลัมน์ น้ำหนักมากกว่า 0"
    " จำนวนจุดตรวจอย่างน้อย 1 และสัดส่วนระเบียนที่ตัดออกตั้งแต่ 0 แต่น้อยกว่า 1",
)
LATTICE_TOO_LARGE = Fault(
    "statistics.lattice_too_large",
    en="the levels make {nodes} nodes, more than {limit}",
    th="ระดับทั้งหมดรวมกันเป็น {nodes} จุด เกินขีดจำกัด {limit} จุด",
)
NO_RECORDS = Fault(
    "statistics.lattice_empty",
    en="there are no records to search",
    th="ไม่มีระเบียนให้ค้นหา",
)

Find: TypeAlias = Literal["all_minimal", "cheapest"]
MAX_NODES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One level for each column, and what it does.

    Attributes:
        levels: The level of each column, in the order asked; 0 is as it stands, the highest makes all one.
        cost: The weighted sum of the levels.
        suppressed: How many records would have to be left out.
        classes: How many classes would stay.
        k: The size of the smallest of these.
    """

    levels: tuple[int, ...]
    cost: int
    suppressed: int
    classes: int
    k: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LatticeResult:
    """What a search found; numbers only.

    Attributes:
        columns: Whose levels these are.
        tops: The highest level of each.
        k: What was asked.
        may_suppress: How many records may be left out.
        nodes: All minimal ones by cost and then levels, or the cheapest alone; none if even the top fails.
        lattice: How many nodes there are.
        evaluated: For how many of them the records were grouped.
        complete: False when the limit of work came first. The nodes listed are minimal even so, but others
            may be missing; of a search for the cheapest, the one listed need not be.
    """

    columns: tuple[str, ...]
    tops: tuple[int, ...]
    k: int
    may_suppress: int
    nodes: tuple[Node, ...]
    lattice: int
    evaluated: int
    complete: bool


def search_lattice(
    records: Records,
    *,
    hierarchies: tuple[Hierarchy, ...],
    k: int,
    find: Find = "all_minimal",
    weights: tuple[int, ...] | None = None,
    suppress_share: float = 0.0,
    max_evaluations: int = 100_000,
) -> LatticeResult:
    """Find the lowest levels at which the file is k-anonymous, by one GROUP BY over its records.

    The same records in any order give the same result.

    Args:
        records: A .csv or .parquet file, mappings, or a DuckDB relation. Nothing leaves the process.
        hierarchies: The quasi-identifiers, each with its levels.
        k: How many records must be alike at the least.
        find: All nodes of which no lower one will do, or the one of least cost, the first of equal ones.
        weights: What a level of each column costs; 1 for each if not given.
        suppress_share: Up to which share of the records may be left out.
        max_evaluations: For how many nodes records may be grouped: work is limited, not time.

    Raises:
        RejectedError: what is asked makes no sense or is too large, the records cannot be read or are none,
            or a hierarchy does not fit its column. No value of a record is shown.
    """
    from .grouping import combinations  # loads the library of arrays
    from .tagging import search

    columns = tuple(h.column for h in hierarchies)
    costs = (1,) * len(columns) if weights is None else weights
    _check(columns, k, costs, suppress_share, max_evaluations)
    tops = tuple(h.top for h in hierarchies)
    size = prod(top + 1 for top in tops)
    if size > MAX_NODES:
        raise RejectedError(LATTICE_TOO_LARGE, nodes=size, limit=MAX_NODES)
    with asking(records, columns=columns) as ask:
        file = combinations(ask, hierarchies)
    total = int(file.counts.sum())
    if not total:
        raise RejectedError(NO_RECORDS)
    allowed = int(Fraction(str(suppress_share)) * total)
    holding: dict[tuple[int, ...], Grouped] = {}

    def holds(levels: tuple[int, ...]) -> bool:
        grouped = file.group(levels, k=k)
        if grouped.small <= allowed:
            holding[levels] = grouped
        return levels in holding

    found = search(tops=tops, weights=costs, holds=holds, cheapest=find == "cheapest", limit=max_evaluations)
    return LatticeResult(
        columns=columns,
        tops=tops,
        k=k,
        may_suppress=allowed,
        nodes=tuple(_node(levels, costs, holding[levels]) for levels in found.nodes),
        lattice=size,
        evaluated=found.evaluated,
        complete=found.complete,
    )


def _node(levels: tuple[int, ...], weights: tuple[int, ...], grouped: Grouped) -> Node:
    cost = sum(weight * level for weight, level in zip(weights, levels, strict=True))
    return Node(levels=levels, cost=cost, suppressed=grouped.small, classes=grouped.classes, k=grouped.k)


def _check(
    columns: tuple[str, ...], k: int, weights: tuple[int, ...], share: float, evaluations: int
) -> None:
    different = len({name.lower() for name in columns}) == len(columns) > 0
    weighted = len(weights) == len(columns) and all(weight > 0 for weight in weights)
    if not (different and weighted and k >= 2 and 0 <= share < 1 and evaluations >= 1):
        raise RejectedError(ASKED_INVALID)
