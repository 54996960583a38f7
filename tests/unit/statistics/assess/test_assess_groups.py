"""The group rule, against a reading of it cell by cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL
from govlink.statistics import DisclosurePolicy, RawTable
from govlink.statistics.assess import assess, close_groups
from govlink.statistics.published import GroupRule

PolicyOf = Callable[..., DisclosurePolicy]
TableOf = Callable[..., RawTable]
Keys = tuple[str, ...]
PLACES = {"place": (("p", "north"), ("q", "north"), ("r", "south"))}
OUTCOMES = ("o1", "o2", "o3")
SEXES = ("f", "m")
IMPOSSIBLE = (("place", "north"), ("outcome", "o3"))

COUNTS = st.lists(
    st.sampled_from([0, 0, 0, 1, 2, 6, 7]),
    min_size=18,
    max_size=18,
)
RULES = st.builds(
    GroupRule, dimension=st.just("outcome"), min_groups=st.integers(2, 3), within_group=st.booleans()
)


def table(table_of: TableOf, counts: Collection[int], *, impossible: bool) -> RawTable:
    """Places with regions, by sex and by outcome."""
    cells = dict(zip(product("pqr", SEXES, OUTCOMES), counts, strict=True))
    if impossible:
        cells = {keys: 0 if keys[0] in "pq" and keys[2] == "o3" else n for keys, n in cells.items()}
    return table_of({"place": tuple("pqr"), "sex": SEXES, "outcome": OUTCOMES}, cells, PLACES)


def lines(raw: RawTable) -> Iterator[Mapping[str, Keys]]:
    """Each group's cells by outcome."""
    for place, sex in product(("p", "q", "r", "north", "south", TOTAL), (*SEXES, TOTAL)):
        yield {outcome: (place, sex, outcome) for outcome in OUTCOMES}


def unmet(raw: RawTable, hidden: Collection[int], rule: GroupRule, *, impossible: bool) -> int:
    """How many groups may be seen to be of too few categories, by what is published."""
    seen = {
        keys: None if number in hidden else count
        for number, (keys, count) in enumerate(zip(raw.keys(), raw.counts, strict=True))
    }
    broken = 0
    for line in lines(raw):
        may_be = [
            outcome
            for outcome, keys in line.items()
            if not (impossible and outcome == "o3" and keys[0] in {"p", "q", "north"})
        ]
        possible = [outcome for outcome in may_be if seen[line[outcome]] != 0]
        single = any(seen[line[outcome]] is None for outcome in may_be)
        wanted = min(len(may_be), rule.min_groups + (rule.within_group and single))
        broken += bool(possible) and len(possible) < wanted
    return broken


def policy_for(policy_of: PolicyOf, rule: GroupRule, *, impossible: bool) -> DisclosurePolicy:
    """A policy with this group rule."""
    return policy_of(
        zeros="sampling",
        group=rule,
        grand_total="suppressible",
        structural_zeros=(IMPOSSIBLE,) if impossible else (),
    )


@settings(max_examples=80, deadline=None)
@given(counts=COUNTS, rule=RULES, impossible=st.booleans())
def test_after_flagging_every_group_may_be_of_enough_categories(
    table_of: TableOf, policy_of: PolicyOf, counts: list[int], rule: GroupRule, impossible: bool
) -> None:
    """In every line, totals and regions too, and no flag could be left out."""
    raw = table(table_of, counts, impossible=impossible)
    policy = policy_for(policy_of, rule, impossible=impossible)
    found = assess(raw, policy=policy)
    hidden = {p.number for p in found.primaries} | {
        p.number for p in close_groups(raw, policy=policy, hidden={p.number for p in found.primaries})
    }
    assert unmet(raw, hidden, rule, impossible=impossible) == 0
    zeros = [p for p in found.primaries if raw.counts[p.number] == 0]
    for zero in zeros:
        assert set(zero.reasons) <= {"group", "within_group"}
        assert zero.at_least == policy.threshold
        assert unmet(raw, hidden - {zero.number}, rule, impossible=impossible) >= 1
    small = {p.number for p in found.primaries} - {p.number for p in zeros}
    assert small == {n for n, count in enumerate(raw.counts) if 0 < count < policy.threshold}


@settings(max_examples=80, deadline=None)
@given(counts=COUNTS, rule=RULES, impossible=st.booleans(), data=st.data())
def test_closing_a_pattern_ends_with_every_group_closed(
    table_of: TableOf,
    policy_of: PolicyOf,
    counts: list[int],
    rule: GroupRule,
    impossible: bool,
    data: st.DataObject,
) -> None:
    """Whatever a pattern hides, what is asked for in addition settles it; then nothing more is asked."""
    raw = table(table_of, counts, impossible=impossible)
    policy = policy_for(policy_of, rule, impossible=impossible)
    found = assess(raw, policy=policy)
    free = sorted(set(range(len(raw.counts))) - found.fixed)
    hidden = {p.number for p in found.primaries} | data.draw(st.sets(st.sampled_from(free), max_size=10))
    lacking = close_groups(raw, policy=policy, hidden=hidden)
    assert bool(lacking) == (unmet(raw, hidden, rule, impossible=impossible) > 0)
    closed = hidden | {p.number for p in lacking}
    assert not closed & found.fixed
    assert close_groups(raw, policy=policy, hidden=closed) == ()
    assert unmet(raw, closed, rule, impossible=impossible) == 0


def zeros_by_reason(raw: RawTable, policy: DisclosurePolicy) -> dict[Keys, str]:
    """The empty cells that are flagged, each with its only reason."""
    keys = tuple(raw.keys())
    primaries = assess(raw, policy=policy).primaries
    return {keys[p.number]: p.reasons[0] for p in primaries if raw.counts[p.number] == 0}


def test_six_people_all_refused_are_not_seen_to_be(table_of: TableOf, policy_of: PolicyOf) -> None:
    """The full cell, with no small count in sight: the commonest other category is hidden beside it."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("approved", "refused", "withdrawn")},
        {("g", "refused"): 6, ("h", "approved"): 9, ("h", "refused"): 20, ("h", "withdrawn"): 8},
    )
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    assert zeros_by_reason(raw, policy) == {("g", "approved"): "group"}


def test_the_odd_one_out_learns_nothing_of_the_others(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Where a hidden category may be one person, one more category is possible for the rest."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("approved", "refused", "withdrawn")},
        {
            ("g", "refused"): 6,
            ("g", "withdrawn"): 1,
            ("h", "approved"): 9,
            ("h", "refused"): 20,
            ("h", "withdrawn"): 8,
        },
    )
    plain = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    strict = policy_of(zeros="sampling", group=GroupRule(dimension="outcome", within_group=True))
    assert zeros_by_reason(raw, plain) == {}
    assert zeros_by_reason(raw, strict) == {("g", "approved"): "within_group"}


def test_an_empty_group_needs_nothing(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Where nobody is, nobody is found out."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("approved", "refused")},
        {("h", "approved"): 9, ("h", "refused"): 20},
    )
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    assert zeros_by_reason(raw, policy) == {}


def test_ties_go_by_code(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Two machines choose the same cell."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("o3", "o2", "o1")},
        {("g", "o1"): 6, ("h", "o1"): 6, ("h", "o2"): 9, ("h", "o3"): 9},
    )
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    assert zeros_by_reason(raw, policy) == {("g", "o2"): "group"}


def test_a_table_without_the_dimension_is_not_touched(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Nothing is said about outcomes where outcomes are not shown."""
    raw = table_of({"group": ("g", "h")}, {("g",): 6, ("h",): 0})
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    assert zeros_by_reason(raw, policy) == {}
    assert close_groups(raw, policy=policy, hidden=()) == ()


def test_a_table_with_one_category_only_is_refused(table_of: TableOf, policy_of: PolicyOf) -> None:
    """There is nothing to hide it behind."""
    raw = table_of(
        {"outcome": ("refused",), "group": ("g", "h")}, {("refused", "g"): 60, ("refused", "h"): 70}
    )
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    with pytest.raises(ProtectionError, match="outcome") as caught:
        assess(raw, policy=policy)
    assert caught.value.code == "statistics.group_too_few_categories"
    assert not any(number in caught.value.explain("th") for number in ("60", "70", "130"))


def test_categories_with_parts_are_no_categories_of_their_own(table_of: TableOf, policy_of: PolicyOf) -> None:
    """All refused, for one reason or another, is two categories by the finest codes and no less."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("approved", "late", "wrong")},
        {("g", "late"): 6, ("g", "wrong"): 7, ("h", "late"): 8, ("h", "approved"): 30},
        {"outcome": (("late", "refused"), ("wrong", "refused"))},
    )
    two = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    three = policy_of(zeros="sampling", group=GroupRule(dimension="outcome", min_groups=3))
    assert zeros_by_reason(raw, two) == {}
    assert zeros_by_reason(raw, three) == {("g", "approved"): "group", ("h", "wrong"): "group"}


def test_reasons_are_counted_apart(table_of: TableOf, policy_of: PolicyOf) -> None:
    """What the rule wants in any case, and what it wants because of a single person."""
    raw = table_of(
        {"group": ("g", "h"), "outcome": ("o1", "o2", "o3", "o4")},
        {("g", "o1"): 1, **{("h", o): 9 for o in ("o1", "o2", "o3", "o4")}},
    )
    rule = GroupRule(dimension="outcome", within_group=True)
    reasons = zeros_by_reason(raw, policy_of(zeros="sampling", group=rule))
    assert Counter(reasons.values()) == {"group": 1, "within_group": 1}
