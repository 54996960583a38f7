"""Nobody learns from a table that all members of a group share a category."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL
from govlink.models.rules import GroupRule, PublicRules
from govlink.statistics import audit

from .tables import Keys, table_of

AXES = {"place": ("a", "b"), "outcome": ("yes", "no", "open")}
FULL = {("a", "no"): 6, ("b", "yes"): 20, ("b", "no"): 30, ("b", "open"): 9}
RULE = GroupRule(dimension="outcome")


def rules(rule: GroupRule, **more: object) -> PublicRules:
    """Sampling zeros, which a group rule needs."""
    return PublicRules(threshold=5, zeros="sampling", group=rule, **more)  # type: ignore[arg-type]  # test values


def broken(counts: Mapping[Keys, int], hidden: set[Keys], held: PublicRules) -> tuple[Keys, ...]:
    """The lines that break the rule."""
    return audit.attack(table_of(AXES, counts, hidden=hidden), rules=held).groups


def test_a_group_of_one_outcome_is_found_without_any_small_count() -> None:
    """Six people, all refused: everybody knows it of each of them."""
    assert broken(FULL, set(), rules(RULE)) == (("a", TOTAL),)
    with pytest.raises(ProtectionError) as caught:
        audit.confirm(table_of(AXES, FULL), rules=rules(RULE))
    assert caught.value.code == "statistics.audit_groups"
    assert broken(FULL, set(), PublicRules(threshold=5)) == ()


def test_a_hidden_zero_beside_it_keeps_the_secret() -> None:
    """Two categories are possible once a zero is hidden and the square lets it be large."""
    hidden = {(place, outcome) for place in ("a", "b") for outcome in ("no", "open")}
    result = audit.attack(table_of(AXES, FULL, hidden=hidden), rules=rules(RULE))
    assert (result.failures, result.groups) == ((), ())


def test_a_hidden_zero_that_can_be_worked_out_is_not_possible() -> None:
    """The lonely hidden zero is exposed, and so the line stays broken."""
    result = audit.attack(table_of(AXES, FULL, hidden={("a", "open")}), rules=rules(RULE))
    assert [e.keys for e in result.failures] == [("a", "open")]
    assert result.groups == (("a", TOTAL),)


def test_a_member_who_may_be_alone_must_not_learn_about_the_rest() -> None:
    """Two possible categories are too few where one of them may be a single person."""
    hidden = {(place, outcome) for place in ("a", "b") for outcome in ("no", "open")}
    within = GroupRule(dimension="outcome", within_group=True)
    assert broken(FULL, hidden, rules(RULE)) == ()
    assert broken(FULL, hidden, rules(within)) == (("a", TOTAL),)


def test_one_category_that_may_be_a_single_person_is_enough() -> None:
    """It does not help that the other hidden category is certainly large."""
    counts = {("a", "no"): 90, ("a", "yes"): 4, ("b", "no"): 3, ("b", "yes"): 20, ("b", "open"): 0}
    hidden = {(place, outcome) for place in ("a", "b") for outcome in ("no", "yes")}
    result = audit.attack(
        table_of(AXES, counts, hidden=hidden), rules=rules(GroupRule(dimension="outcome", within_group=True))
    )
    assert result.groups == (("a", TOTAL), ("b", TOTAL))
    reach = {r.keys: r.least for r in result.reaches}
    assert reach["a", "no"] >= 70


def test_what_nobody_can_have_does_not_count_as_possible() -> None:
    """A structural zero hides nobody, and a group with all that is left to it tells nothing."""
    zero = ((("place", "a"), ("outcome", "yes")),)
    counts = FULL | {("a", "no"): 6, ("a", "open"): 7}
    assert broken(counts, set(), rules(RULE, structural_zeros=zero)) == ()
    three = GroupRule(dimension="outcome", min_groups=3)
    assert broken(counts, set(), rules(three)) == (("a", TOTAL),)
    assert broken(counts, set(), rules(three, structural_zeros=zero)) == ()


def test_a_structural_zero_that_is_not_zero_or_is_hidden_is_found() -> None:
    """Everybody knows what it counts, so it can be neither hidden nor anything else."""
    zero = ((("place", "a"), ("outcome", "no")),)
    held = rules(RULE, structural_zeros=zero)
    result = audit.attack(table_of(AXES, FULL), rules=held)
    assert [e.keys for e in result.unbalanced] == [("a", "no")]
    hidden = {("a", "no"), ("b", "no"), ("a", TOTAL), ("b", TOTAL)}
    result = audit.attack(table_of(AXES, FULL, hidden=hidden), rules=held)
    assert ("a", "no") in {e.keys for e in result.failures}


def test_a_group_of_nobody_breaks_nothing() -> None:
    """A line of published zeros says nothing about anybody."""
    counts = {("b", "yes"): 20, ("b", "no"): 30}
    assert broken(counts, set(), rules(RULE)) == ()


def test_wholes_of_categories_do_not_count_twice() -> None:
    """Only finest categories are told apart."""
    axes = {"place": ("a",), "outcome": ("yes", "part", "no", "closed")}
    parents = {"outcome": (("no", "closed"), ("part", "closed"))}
    table = table_of(axes, {("a", "no"): 7}, parents=parents)
    assert audit.attack(table, rules=rules(RULE)).groups == (("a", TOTAL), (TOTAL, TOTAL))
