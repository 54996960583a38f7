"""Nobody learns from several tables together that all members of a group share a category."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings

from govlink.errors import ProtectionError
from govlink.models.rules import GroupRule, PublicRules, Subject
from govlink.statistics import audit
from govlink.statistics.audit.joint import join
from govlink.statistics.audit.regions import Source
from govlink.statistics.audit.sheet import read_sheet
from govlink.statistics.audit.verdicts import judge
from govlink.statistics.published import PublishedTable

from .register import CODES, Keys, View, possible_states
from .tables import Parents, table_of
from .test_audit_joint import ledgers

RULE = GroupRule(dimension="outcome")
Row = tuple[str, str]
ROWS: tuple[Row, ...] = tuple(product(CODES["month"], CODES["place"]))


def rules(group: GroupRule | None = RULE, **more: object) -> PublicRules:
    """Sampling zeros, which a group rule needs."""
    return PublicRules(threshold=5, zeros="sampling", group=group, **more)  # type: ignore[arg-type]  # test values


def published(
    name: str,
    axes: Mapping[str, tuple[str, ...]],
    counts: Mapping[Keys, int],
    *,
    hidden: Collection[Keys] = (),
    parents: dict[str, Parents] | None = None,
    held: PublicRules | None = None,
    **where: tuple[str, ...],
) -> PublishedTable:
    """A table of some of the records."""
    return PublishedTable(
        name=name,
        subject=Subject(population="p", where=tuple(where.items())),
        table=table_of(axes, counts, hidden=hidden, parents=parents),
        rules=held or rules(),
    )


def attacked(*tables: PublishedTable) -> audit.AuditResult:
    """The last table, attacked with those before it."""
    last = tables[-1]
    return audit.attack(
        last.table, rules=last.rules, subject=last.subject, name=last.name, earlier=tables[:-1]
    )


BOTH = published("both", {"outcome": ("no", "yes")}, {("no",): 20, ("yes",): 30}, place=("a", "b"))
ONE = published("one", {"outcome": ("no", "yes")}, {("no",): 14, ("yes",): 30}, place=("a",))


def test_a_difference_of_one_category_is_told_in_words() -> None:
    """Neither table breaks the rule; all six people of b were refused, as the difference tells."""
    assert attacked(BOTH).passed
    assert attacked(ONE).passed
    result = attacked(BOTH, ONE)
    assert (result.failures, result.groups, result.unjudged) == ((), (), ())
    assert [each.keys for each in result.across] == [("place=b",)]
    with pytest.raises(ProtectionError) as caught:
        audit.confirm(ONE.table, rules=ONE.rules, subject=ONE.subject, name="one", earlier=(BOTH,))
    assert caught.value.code == "statistics.audit_groups"
    assert "(place=b): (in no table: outcome=yes, place=b) = (both: yes) - (yes) = 0" in str(caught.value)


def test_a_difference_that_leaves_two_categories_tells_nothing() -> None:
    """And so does one of nobody."""
    for no, yes in ((14, 24), (20, 30)):
        other = published("one", {"outcome": ("no", "yes")}, {("no",): no, ("yes",): yes}, place=("a",))
        assert attacked(BOTH, other).passed


def test_hidden_cells_leave_the_empty_category_possible() -> None:
    """With both of its cells hidden, people of b may have either outcome."""
    other = replace(
        ONE,
        table=table_of({"outcome": ("no", "yes")}, {("no",): 14, ("yes",): 30}, hidden={("no",), ("yes",)}),
    )
    assert attacked(BOTH, other).passed


def test_what_was_told_before_is_not_held_against_a_new_table() -> None:
    """Two tables without the rule tell it of b; a third one by the rule says no more of it."""
    free = [replace(each, rules=rules(None)) for each in (BOTH, ONE)]
    places = published("places", {"place": ("a", "b")}, {("a",): 44, ("b",): 6})
    assert attacked(*free, places).across == ()
    assert attacked(*free).unjudged == ()
    halves = published("halves", {"sex": ("f", "m")}, {("f",): 30, ("m",): 20}, place=("a", "b"))
    assert attacked(*free, halves).across == ()


def test_a_category_that_nobody_can_have_is_not_missed() -> None:
    """Who can only be refused tells nothing by having been refused, as everybody knows."""
    zero = rules(structural_zeros=((("place", "b"), ("outcome", "yes")),))
    assert attacked(BOTH, replace(ONE, rules=zero)).across == ()
    elsewhere = rules(structural_zeros=((("place", "a"), ("outcome", "yes")),))
    assert attacked(BOTH, replace(ONE, rules=elsewhere)).across != ()


def test_parts_of_a_category_that_nothing_tells_apart_are_one() -> None:
    """A finer table of other people does not make two possible categories of one."""
    parents: dict[str, Parents] = {"outcome": (("no", "closed"), ("part", "closed"))}
    axes = {"outcome": ("closed", "yes")}
    coarse = published("both", axes, {("closed",): 20, ("yes",): 30}, parents=parents, place=("a", "b"))
    one = published("one", axes, {("closed",): 14, ("yes",): 30}, parents=parents, place=("a",))
    fine = published(
        "fine",
        {"outcome": ("no", "part", "yes")},
        {("no",): 9, ("part",): 9, ("yes",): 9},
        parents=parents,
        place=("c",),
    )
    assert [each.keys for each in attacked(coarse, one).across] == [("place=b",)]
    assert [each.keys for each in attacked(coarse, fine, one).across] == [("place=b",)]
    finer = replace(fine, subject=Subject(population="p", where=(("place", ("b",)),)))
    finer = replace(finer, table=table_of({"outcome": ("no", "part", "yes")}, {("no",): 3, ("part",): 3}))
    assert attacked(coarse, finer, one).across == ()


def test_a_member_who_may_be_alone_counts_across_tables() -> None:
    """In the difference two categories are possible, and either may be a single person."""
    within = rules(GroupRule(dimension="outcome", within_group=True))
    axes = {"outcome": ("no", "open", "yes")}
    counts = {("no",): 14, ("open",): 9, ("yes",): 30}
    both = published("both", axes, counts | {("no",): 20}, place=("a", "b"))
    one = published("one", axes, counts, hidden={("no",), ("yes",)}, place=("a",))
    assert attacked(both, one).passed
    assert [each.keys for each in attacked(both, replace(one, rules=within)).across] == [("place=b",)]


def test_tables_of_other_dimensions_beside_it_are_told_to_be_unjudged() -> None:
    """Lines over the dimensions of both are not looked at; one grid of both is."""
    first = published("one", {"place": ("a", "b"), "outcome": ("no", "yes")}, FOUR)
    second = published("two", {"sex": ("a", "b"), "outcome": ("no", "yes")}, FOUR)
    assert attacked(first, second).unjudged == ("group_disclosure",)
    assert attacked(first, replace(second, rules=rules(None))).unjudged == ()
    assert (
        attacked(first, published("places", {"place": ("a", "b")}, {("a",): 20, ("b",): 20})).unjudged == ()
    )


FOUR = dict.fromkeys(product("ab", ("no", "yes")), 10)


def broken_lines(tables: Sequence[tuple[View, PublishedTable]], states: list[dict[Keys, int]]) -> set[int]:
    """Every set of rows (a bit for each) that is never empty and of one category, by trying all states."""
    looked = {cell for view, _ in tables for c in view.cells() for cell in view.members(c)}
    named = {
        o for view, _ in tables for o in (*view.shown.get("outcome", ()), *view.where.get("outcome", ()))
    }
    if not named:
        return set()
    kinds = [[o] for o in sorted(named)] + [[o for o in CODES["outcome"] if o not in named]]
    filled = [
        [sum(1 << n for n, row in enumerate(ROWS) if any(s.get((*row, o)) for o in kind)) for kind in kinds]
        for s in states
    ]
    free = [
        sum(1 << n for n, row in enumerate(ROWS) if any((*row, o) not in looked for o in kind))
        for kind in kinds
    ]
    some = {sum_of(masks) for masks in filled}
    ever = [union | sum_of(masks[at] for masks in filled) for at, union in enumerate(free)]
    return {
        rows
        for rows in range(1, 1 << len(ROWS))
        if all(rows & each for each in some) and sum(bool(rows & each) for each in ever) < 2
    }


def sum_of(masks: Iterable[int]) -> int:
    """All bits that any has."""
    joined = 0
    for mask in masks:
        joined |= mask
    return joined


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=ledgers())
def test_agrees_with_trying_every_state_of_the_register(
    tables: tuple[tuple[View, PublishedTable], ...],
) -> None:
    """Whatever set of lines is now known to be of one category fails the table, and nothing else does."""
    states, before = (possible_states(t) for t in (tables, tables[1:]))
    assume(states is not None and before is not None and len(tables) > 1)
    assert states
    assert before
    held = [replace(table, rules=replace(table.rules, group=RULE)) for _, table in tables]
    sources = [Source(name=t.name, subject=t.subject, sheet=read_sheet(t.table), rules=t.rules) for t in held]
    result = judge(join(sources), required={})
    assume(not result.unjudged)
    now, old = broken_lines(tables, states), sum_of(broken_lines(tables[1:], before))
    assert bool(result.across) <= bool(now)
    assert any(not rows & old for rows in now) <= bool(result.across)
