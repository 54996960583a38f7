"""The joint attack finds what somebody who tries every state of the register finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from govlink.models.rules import PublicRules
from govlink.statistics import audit
from govlink.statistics.audit.joint import alone, join
from govlink.statistics.audit.regions import Source
from govlink.statistics.audit.sheet import read_sheet
from govlink.statistics.audit.verdicts import judge
from govlink.statistics.published import PublishedTable

from .register import CODES, Keys, View, possible_states

THRESHOLD = 3
PLACES: tuple[tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]], ...] = (
    ({"a": ("a",), "b": ("b",), "c": ("c",)}, ()),
    ({"a": ("a",), "b": ("b",), "north": ("a", "b"), "c": ("c",)}, (("a", "north"), ("b", "north"))),
    ({"north": ("a", "b"), "c": ("c",)}, (("a", "north"), ("b", "north"))),
    ({"a": ("a",), "coast": ("b", "c")}, (("b", "coast"), ("c", "coast"))),
)
MONTHS = ({"m1": ("m1",)}, {"m2": ("m2",)}, {"m1": ("m1",), "m2": ("m2",)})
OUTCOMES = {"x": ("x",), "y": ("y",)}
LIMITS: tuple[tuple[str, ...], ...] = (("m1",), ("m2",), ("m1", "m2"))

Values = Mapping[tuple[str, Keys], list[int]]


@st.composite
def views(draw: st.DrawFn, name: str) -> View:
    """A table of one, two or three dimensions, each at some grain, with or without limits."""
    shown, parents, where = {}, {}, {}
    dimensions = draw(st.sets(st.sampled_from(sorted(CODES)), min_size=1, max_size=3))
    if "month" in dimensions:
        shown["month"] = draw(st.sampled_from(MONTHS))
    else:
        where["month"] = draw(st.sampled_from(LIMITS))
    if "place" in dimensions:
        shown["place"], parents["place"] = draw(st.sampled_from(PLACES))
    if "outcome" in dimensions:
        shown["outcome"] = OUTCOMES
    elif draw(st.booleans()):
        where["outcome"] = ("x",)
    return View(name=name, shown=shown, parents=parents, where=where)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[tuple[View, PublishedTable], ...]:
    """Tables of one register, each with some cells hidden; the first is the one to attack."""
    cells = [c for c in product(*CODES.values()) if "(other)" not in c]
    people = draw(st.lists(st.sampled_from(cells), min_size=1, max_size=9))
    state = {c: people.count(c) for c in cells}
    zeros = draw(st.sampled_from(("structural", "sampling")))
    tables = []
    for number in range(draw(st.integers(1, 3))):
        view = draw(views(f"t{number}"))
        rules = PublicRules(threshold=THRESHOLD, zeros=zeros)  # type: ignore[arg-type]  # one of both
        truth = view.published(state, rules=rules)
        may_hide = [
            c.keys
            for c in truth.table.cells
            if any(k != "_T" for k in c.keys) and (c.value or zeros == "sampling")
        ]
        chance = draw(st.sampled_from((2, 4)))
        hidden = [k for k in may_hide if draw(st.integers(1, 4)) <= chance]
        tables.append((view, view.published(state, hidden=hidden, rules=rules)))
    return tuple(tables)


def hidden_values(tables: Sequence[tuple[View, PublishedTable]], states: list[dict[Keys, int]]) -> Values:
    """The possible values of every hidden cell."""
    return {
        (table.name, cell.keys): [sum(s.get(c, 0) for c in view.members(cell.keys)) for s in states]
        for view, table in tables
        for cell in table.table.cells
        if cell.value is None
    }


def unsafe(values: Values) -> set[tuple[str, Keys]]:
    """The cells that cannot reach the threshold or have one value only."""
    return {cell for cell, seen in values.items() if max(seen) < THRESHOLD or min(seen) == max(seen)}


def judged(tables: Sequence[tuple[View, PublishedTable]]) -> audit.AuditResult:
    """The attack by somebody who does not know whether the codes met are all there are."""
    sources = [
        Source(name=t.name, subject=t.subject, sheet=read_sheet(t.table), rules=t.rules) for _, t in tables
    ]
    return judge(join(sources) if len(sources) > 1 else alone(sources[0]), required={})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=ledgers())
def test_agrees_with_trying_every_state_of_the_register(
    tables: tuple[tuple[View, PublishedTable], ...],
) -> None:
    """New cells fail exactly when they must; earlier ones when the new table opens them."""
    states, before = (possible_states(t) for t in (tables, tables[1:]))
    assume(states is not None and before is not None)
    assert states
    assert before
    result = judged(tables)
    assert result.unbalanced == ()
    bad, bad_before = unsafe(hidden_values(tables, states)), unsafe(hidden_values(tables[1:], before))
    found = {(e.table, e.keys) for e in result.failures}
    assert {cell for cell in found if cell[0] == "t0"} == {cell for cell in bad if cell[0] == "t0"}
    earlier = {cell for cell in found if cell[0] not in ("t0", "")}
    assert earlier <= bad
    assert bad - bad_before <= found
    for table, keys in found:
        if not table and not any("(other)" in words for words in keys):
            seen = [sum(s.get(c, 0) for c in _told(keys)) for s in states]
            assert 0 < max(seen) < THRESHOLD


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=ledgers())
def test_no_small_difference_between_tables_is_missed(
    tables: tuple[tuple[View, PublishedTable], ...],
) -> None:
    """A group that tables tell apart together, and that is now known to be small, fails the new table."""
    states, before = (possible_states(t) for t in (tables, tables[1:]))
    assume(states is not None and before is not None)
    assert states
    assert before
    new = tables[0][1]
    result = audit.attack(
        new.table,
        rules=new.rules,
        subject=new.subject,
        name=new.name,
        earlier=tuple(table for _, table in tables[1:]),
    )
    for view, _ in tables:
        for other, _ in tables:
            for group in _differences(view, other):
                now, then = ({sum(s.get(c, 0) for c in group) for s in known} for known in (states, before))
                if 0 < max(now) < THRESHOLD and max(then) >= THRESHOLD:
                    assert not result.passed


def _differences(one: View, other: View) -> set[frozenset[Keys]]:
    """What remains of each cell of a table without a cell of another that lies in it."""
    cells = [frozenset(one.members(keys)) for keys in one.cells()]
    inner = [frozenset(other.members(keys)) for keys in other.cells()]
    return {cell - part for cell in cells for part in inner if part < cell}


def _told(keys: Keys) -> list[Keys]:
    """The register's cells that a count of no table is about."""
    sets = dict(CODES)
    for words in keys:
        dimension, codes = words.split("=")
        sets[dimension] = tuple(codes.split("+"))
    return list(product(*sets.values()))
