"""Sums: the threshold on contributors, the p % rule and the (n,k) rule, against their definitions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.statistics import DisclosurePolicy, RawTable
from govlink.statistics.assess import assess, contributors_of
from govlink.statistics.policy import MagnitudeRule

PolicyOf = Callable[..., DisclosurePolicy]
TableOf = Callable[..., RawTable]
AB, XY = ("a", "b"), ("x", "y")

VALUES = st.lists(st.integers(0, 40), max_size=5).map(tuple)
P = st.none() | st.integers(1, 100)
MILD = MagnitudeRule(p_percent=1)
N_K = st.none() | st.tuples(st.integers(1, 3), st.integers(1, 99))


def too_close(values: list[int], p: int) -> bool:
    """Whether the runner-up, taking its own value off the sum, comes within p percent of the largest."""
    largest, *others = sorted(values, reverse=True)
    estimate = sum(values) - (others[0] if others else 0)
    return Fraction(estimate - largest) < Fraction(p, 100) * largest


def dominated(values: list[int], n: int, k: int) -> bool:
    """Whether the n largest hold more than k percent."""
    return Fraction(sum(sorted(values, reverse=True)[:n])) > Fraction(k, 100) * sum(values)


@settings(max_examples=120, deadline=None)
@given(cells=st.lists(VALUES, min_size=4, max_size=4), threshold=st.integers(2, 4), p=P, n_k=N_K)
def test_flags_what_the_definitions_say(
    table_of: TableOf,
    policy_of: PolicyOf,
    cells: list[tuple[int, ...]],
    threshold: int,
    p: int | None,
    n_k: tuple[int, int] | None,
) -> None:
    """Every cell and margin, with exactly the rules it breaks, and a safe distance to be hidden by."""
    inner = dict(zip(product(AB, XY), cells, strict=True))
    raw = table_of({"d0": AB, "d1": XY}, inner)
    n, k = n_k or (None, None)
    assume(p or n_k)
    rule = MagnitudeRule(p_percent=p, contributors=n, share_percent=k)
    policy = policy_of(
        threshold=threshold, magnitude=rule, zeros="sampling", grand_total="suppressible", interval_width=2
    )
    found = {p_.number: p_ for p_ in assess(raw, policy=policy).primaries}
    for number, keys in enumerate(raw.keys()):
        values = [
            value
            for cell, own in inner.items()
            if all(mine in ("_T", its) for mine, its in zip(keys, cell, strict=True))
            for value in own
        ]
        reasons = []
        paying = sum(value > 0 for value in values)
        if 0 < len(values) < threshold or 0 < paying < threshold:
            reasons.append("threshold")
        if n_k and values and dominated(values, *n_k):
            reasons.append("dominance")
        if p and values and too_close(values, p):
            reasons.append("p_percent")
        assert (found[number].reasons if number in found else ()) == tuple(reasons)
        if number in found:
            reach = found[number].at_least
            assert reach >= max(threshold, sum(values) + 2)
            assert paying >= threshold or reach >= 2 * sum(values)
            assert p is None or reach >= Fraction(100 + p, 100) * sum(values)
            if n_k:
                assert Fraction(sum(sorted(values, reverse=True)[: n_k[0]])) <= Fraction(n_k[1], 100) * reach


@pytest.mark.parametrize(("p", "flagged"), [(10, False), (11, True)])
def test_an_estimate_off_by_p_percent_is_far_enough(
    table_of: TableOf, policy_of: PolicyOf, p: int, flagged: bool
) -> None:
    """Who gave 40 knows that the largest of 100 + 40 + 10 is at most 110: 10 percent too much."""
    raw = table_of({"d0": AB}, {("a",): (100, 40, 10), ("b",): (50, 50, 50)})
    policy = policy_of(threshold=2, magnitude=MagnitudeRule(p_percent=p), grand_total="suppressible")
    assert (0 in {primary.number for primary in assess(raw, policy=policy).primaries}) == flagged


def test_names_a_rule_that_too_few_values_were_kept_for(table_of: TableOf, policy_of: PolicyOf) -> None:
    """A rule is never judged by less than it looks at."""
    raw = table_of({"d0": AB}, {("a",): (5, 4, 3, 2, 1), ("b",): (9, 9, 9)}, top=2)
    rule = MagnitudeRule(contributors=3, share_percent=90)
    with pytest.raises(ProtectionError) as caught:
        assess(raw, policy=policy_of(threshold=2, magnitude=rule))
    assert caught.value.code == "statistics.largest_not_kept"
    fine = MagnitudeRule(contributors=2, share_percent=90)
    assert assess(raw, policy=policy_of(threshold=2, magnitude=fine)).primaries == ()


@pytest.mark.parametrize("zeros", ["structural", "sampling"])
def test_few_people_who_add_up_to_nothing_are_hidden(
    table_of: TableOf, policy_of: PolicyOf, zeros: str
) -> None:
    """A sum of 0 may be hidden whatever the policy says of empty cells, for it may be people."""
    raw = table_of({"d0": AB}, {("a",): (0, 0), ("b",): (9, 9, 9)})
    found = assess(raw, policy=policy_of(threshold=3, zeros=zeros, magnitude=MILD))
    assert [(p.number, p.reasons, p.at_least) for p in found.primaries] == [(0, ("threshold",), 3)]
    assert set(found.least) == {0}


def test_many_people_who_add_up_to_nothing_are_published(table_of: TableOf, policy_of: PolicyOf) -> None:
    """It is people that are counted by the threshold, not what they add up to."""
    raw = table_of({"d0": AB}, {("a",): (0,) * 5, ("b",): (1,) * 5})
    assert assess(raw, policy=policy_of(threshold=5, magnitude=MILD)).primaries == ()


def test_a_total_of_one_contributor_is_not_published(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Refused by its own reason, which is not that the table is small."""
    raw = table_of({"d0": AB}, {("a",): (1000, 1, 1), ("b",): (1, 1, 1)})
    with pytest.raises(ProtectionError) as caught:
        assess(raw, policy=policy_of(threshold=2, magnitude=MagnitudeRule(p_percent=10)))
    assert caught.value.code == "statistics.total_unsafe"
    assert "1000" not in caught.value.explain("en") + caught.value.explain("th")


def test_the_magnitude_rule_leaves_counts_alone(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Every person of a count contributes 1."""
    raw = table_of({"d0": AB}, {("a",): 6, ("b",): 60})
    assert assess(raw, policy=policy_of(magnitude=MagnitudeRule(p_percent=100))).primaries == ()


def test_sums_without_a_rule_to_protect_them_by_are_refused(table_of: TableOf, policy_of: PolicyOf) -> None:
    """The threshold alone would let a sum that is one person's out, or hide it within one unit."""
    raw = table_of({"d0": AB}, {("a",): (1_000_000, 1, 1), ("b",): (1, 1, 1)})
    with pytest.raises(ProtectionError) as caught:
        assess(raw, policy=policy_of(threshold=2))
    assert caught.value.code == "statistics.magnitude_rule_missing"


def test_few_who_add_anything_are_few(table_of: TableOf, policy_of: PolicyOf) -> None:
    """Records of 0 add nothing: the sum is of three people, and must seem able to be twice as much."""
    raw = table_of({"d0": AB}, {("a",): (0,) * 9 + (7, 7, 7), ("b",): (7,) * 5})
    (found,) = assess(raw, policy=policy_of(threshold=4, magnitude=MILD)).primaries
    assert (found.number, found.reasons, found.at_least) == (0, ("threshold",), 42)


@pytest.mark.parametrize(("zeros", "fixed"), [("structural", {1, 2}), ("sampling", {2})])
def test_a_sum_over_no_records_is_published_like_an_empty_cell(
    table_of: TableOf, policy_of: PolicyOf, zeros: str, fixed: set[int]
) -> None:
    """Where the policy publishes empty cells; the grand total is published in any case."""
    raw = table_of({"d0": AB}, {("a",): (7,) * 5})
    assert assess(raw, policy=policy_of(zeros=zeros, magnitude=MILD)).fixed == fixed


def test_the_count_in_a_sum_is_of_those_who_add_to_it(table_of: TableOf) -> None:
    """It is a table of counts like any other, margins included; a table of counts is its own."""
    raw = table_of({"d0": AB, "d1": XY}, {("a", "x"): (0, 7, 7), ("b", "y"): (7, 0)})
    people = contributors_of(raw)
    assert (people.contributions, people.measured) == (None, "")
    assert dict(zip(people.keys(), people.counts, strict=True)) == {
        ("a", "x"): 2,
        ("a", "y"): 0,
        ("a", "_T"): 2,
        ("b", "x"): 0,
        ("b", "y"): 1,
        ("b", "_T"): 1,
        ("_T", "x"): 2,
        ("_T", "y"): 1,
        ("_T", "_T"): 3,
    }
    assert contributors_of(people) is people
