"""The search of the lattice against every node of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.statistics.microdata import (
    Hierarchy,
    LatticeResult,
    Node,
    by_intervals,
    by_mapping,
    by_prefix,
    search_lattice,
)
from govlink.statistics.microdata.tagging import search

Rows = list[dict[str, object]]
Levels = tuple[int, ...]
KINDS = {"x": "u", "y": "u", "z": "v"}
HIERARCHIES = (
    by_intervals("age", widths=(2, 6)),
    by_prefix("place", lengths=(1,)),
    by_mapping("kind", KINDS),
)
# What each level makes of a value, written out once more.
GROUPS: tuple[tuple[Callable[[Any], object], ...], ...] = (
    (str, lambda v: int(v) // 2, lambda v: int(v) // 6, lambda _: 0),
    (str, lambda v: v[:1], lambda _: 0),
    (lambda v: v, lambda v: v and KINDS[v], lambda _: 0),
)
COLUMNS = ("age", "place", "kind")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "age": st.integers(0, 11).map(str),
            "place": st.sampled_from(("10", "11", "12", "20", "21")),
            "kind": st.sampled_from(("x", "y", "z", None)),
        }
    ),
    min_size=1,
    max_size=40,
)


def sizes_at(rows: Rows, levels: Levels) -> list[int]:
    """How large the classes are at a node."""
    columns = ("age", "place", "kind")
    keys = (
        tuple(
            GROUPS[i][level](row[column])
            for i, (level, column) in enumerate(zip(levels, columns, strict=True))
        )
        for row in rows
    )
    return list(Counter(keys).values())


def by_trying(rows: Rows, k: int, share: str, weights: Levels) -> dict[Levels, Node]:
    """Every node that will do."""
    allowed = int(Fraction(share) * len(rows))
    found = {}
    for levels in product(*(range(len(groups)) for groups in GROUPS)):
        sizes = sizes_at(rows, levels)
        kept = [size for size in sizes if size >= k]
        if len(rows) - sum(kept) <= allowed:
            cost = sum(w * level for w, level in zip(weights, levels, strict=True))
            found[levels] = Node(
                levels=levels,
                cost=cost,
                suppressed=len(rows) - sum(kept),
                classes=len(kept),
                k=min(kept, default=0),
            )
    return found


def minimal(nodes: dict[Levels, Node]) -> tuple[Node, ...]:
    """Those without a lower one, cheapest first."""
    lowest = [
        node
        for levels, node in nodes.items()
        if not any(o != levels and all(a <= b for a, b in zip(o, levels, strict=True)) for o in nodes)
    ]
    return tuple(sorted(lowest, key=lambda node: (node.cost, node.levels)))


@settings(max_examples=25, deadline=None)
@given(
    ROWS,
    st.sampled_from((2, 3, 5)),
    st.sampled_from((0.0, 0.1, 0.3)),
    st.sampled_from(((1, 1, 1), (1, 3, 2))),
)
def test_the_search_finds_what_trying_every_node_finds(
    rows: Rows, k: int, share: float, weights: Levels
) -> None:
    """All minimal nodes, the cheapest one, and under a limit of work none that is not minimal."""
    nodes = by_trying(rows, k, str(share), weights)
    asked: dict[str, Any] = {"hierarchies": HIERARCHIES, "k": k, "weights": weights, "suppress_share": share}
    found = search_lattice(rows, **asked)
    assert found == LatticeResult(
        columns=("age", "place", "kind"),
        tops=(3, 2, 2),
        k=k,
        may_suppress=int(Fraction(str(share)) * len(rows)),
        nodes=minimal(nodes),
        lattice=36,
        evaluated=found.evaluated,
        complete=True,
    )
    assert found.evaluated <= 36
    cheapest = search_lattice(rows, find="cheapest", **asked)
    assert cheapest.nodes == tuple(sorted(nodes.values(), key=lambda node: (node.cost, node.levels)))[:1]
    assert cheapest.complete
    limited = search_lattice(rows, max_evaluations=3, **asked)
    assert limited.evaluated <= 3
    assert set(limited.nodes) <= set(minimal(nodes))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_tagging_needs_no_more_than_the_property(data: st.DataObject) -> None:
    """Any property that is kept going up, on lattices of one to three columns; no node is asked twice."""
    tops = tuple(data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=3)))
    every = list(product(*(range(top + 1) for top in tops)))
    seeds = data.draw(st.lists(st.sampled_from(every), max_size=4))
    holding = {n for n in every if any(all(a <= b for a, b in zip(s, n, strict=True)) for s in seeds)}
    weights = tuple(data.draw(st.integers(1, 3)) for _ in tops)
    asked: list[Levels] = []

    def holds(node: Levels) -> bool:
        asked.append(node)
        return node in holding

    def order(node: Levels) -> tuple[int, Levels]:
        return sum(w * level for w, level in zip(weights, node, strict=True)), node

    found = search(tops=tops, weights=weights, holds=holds, cheapest=False, limit=10_000)
    lowest = [
        n
        for n in holding
        if not any(o != n and all(a <= b for a, b in zip(o, n, strict=True)) for o in holding)
    ]
    assert found.nodes == tuple(sorted(lowest, key=order))
    assert found.complete
    assert len(asked) == len(set(asked)) == found.evaluated
    best = search(tops=tops, weights=weights, holds=holds, cheapest=True, limit=10_000)
    assert best.nodes == tuple(sorted(holding, key=order))[:1]


def test_the_search_asks_about_fewer_nodes_than_there_are() -> None:
    """That is what it is for."""
    rows: Rows = [
        {c: str((i * p) % 16) for c, p in zip("abcd", (1, 3, 5, 7), strict=True)} for i in range(400)
    ]
    hierarchies = tuple(by_intervals(c, widths=(2, 4, 8)) for c in "abcd")
    found = search_lattice(rows, hierarchies=hierarchies, k=5)
    assert found.lattice == 5**4
    assert found.evaluated < found.lattice / 2
    assert found.complete


def test_the_top_is_reached_where_nothing_less_will_do() -> None:
    """And where even that fails, nothing is found."""
    rows: Rows = [{"age": str(i), "place": str(10 + i), "kind": None} for i in range(4)]
    assert [n.levels for n in search_lattice(rows, hierarchies=HIERARCHIES[:2], k=4).nodes] == [(2, 1)]
    assert search_lattice(rows, hierarchies=HIERARCHIES[:2], k=5).nodes == ()


def test_a_missing_value_is_one_of_its_own_up_to_the_top() -> None:
    """Two of them are alike; one needs the top."""
    rows: Rows = [{"kind": "x"}, {"kind": "y"}, {"kind": None}]
    (node,) = search_lattice(rows, hierarchies=HIERARCHIES[2:], k=2).nodes
    assert node.levels == (2,)
    (node,) = search_lattice([*rows, {"kind": ""}], hierarchies=HIERARCHIES[2:], k=2).nodes
    assert node.levels == (1,)


def bad() -> list[tuple[dict[str, Any], str]]:
    """What cannot be searched, with the reason's code."""
    wide = tuple(by_intervals(f"c{i}", widths=tuple(2**j for j in range(1, 9))) for i in range(8))
    crossing = by_mapping("kind", {"x": "1", "y": "1", "z": "2"}, {"x": "1", "y": "2", "z": "2"})
    return [
        ({"k": 1}, "lattice_asked"),
        ({"hierarchies": ()}, "lattice_asked"),
        ({"hierarchies": (HIERARCHIES[0], HIERARCHIES[0])}, "lattice_asked"),
        ({"weights": (1, 0, 1)}, "lattice_asked"),
        ({"weights": (1, 1)}, "lattice_asked"),
        ({"suppress_share": 1.0}, "lattice_asked"),
        ({"max_evaluations": 0}, "lattice_asked"),
        ({"hierarchies": wide}, "lattice_too_large"),
        ({"hierarchies": (by_mapping("kind", {"x": "1"}),)}, "microdata_unplaced"),
        ({"hierarchies": (crossing,)}, "microdata_levels_cross"),
        (
            {"hierarchies": (by_intervals("place", widths=(2,)), by_intervals("kind", widths=(2,)))},
            "microdata_unplaced",
        ),
    ]


@pytest.mark.parametrize(("asked", "reason"), bad())
def test_what_makes_no_search_is_refused(asked: dict[str, Any], reason: str) -> None:
    """By its code, and without a value."""
    rows: Rows = [{"age": "1", "place": "10", "kind": kind} for kind in "xyz"]
    with pytest.raises(RejectedError) as caught:
        search_lattice(rows, **({"hierarchies": HIERARCHIES, "k": 2} | asked))
    assert caught.value.code == f"statistics.{reason}"


def test_no_records_are_no_file() -> None:
    """Rather than a file that is anonymous for want of people."""
    with pytest.raises(RejectedError) as caught:
        search_lattice([], hierarchies=HIERARCHIES, k=2)
    assert caught.value.code == "statistics.lattice_empty"


@pytest.mark.parametrize(
    "make",
    [
        lambda: by_intervals("a", widths=(2, 3)),
        lambda: by_intervals("a", widths=(1,)),
        lambda: by_intervals("a", widths=(4, 4)),
        lambda: by_prefix("a", lengths=(2, 3)),
        lambda: by_prefix("a", lengths=(2, 0)),
    ],
)
def test_levels_must_grow(make: Callable[[], Hierarchy]) -> None:
    """A level that does not keep together what the one before did would make the search lie."""
    with pytest.raises(RejectedError) as caught:
        make()
    assert caught.value.code == "statistics.microdata_hierarchy"


def test_intervals_start_where_they_are_told() -> None:
    """15 to 19 are one group of five from 15, and negative numbers fall into theirs."""
    (level,) = by_intervals("age", widths=(5,), start=15).levels
    assert level("15") == level("19") != level("20")
    assert level("14") == level("10") != level("9")
    assert level("-1") == level("-5")
    assert level("1.0") is None
    assert level("007") is None
