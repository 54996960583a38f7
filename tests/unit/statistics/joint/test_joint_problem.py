"""What a problem with a past holds, refuses and says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError
from govlink.statistics.assess import assess
from govlink.statistics.joint import Joint, joint_problem
from govlink.statistics.pattern.problem import Budget, Pattern
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.protect import protect
from govlink.statistics.published import PublishedTable
from govlink.statistics.system import crossed_grid, crossed_system

from .offices import Office, office_of

BUDGET = Budget(lps=2000, effort=50_000_000, nodes=2000)
COUNTS = {("LA", "1"): 10, ("LA", "2"): 20, ("TH", "1"): 30, ("TH", "2"): 40, ("MM", "1"): 2, ("MM", "2"): 9}
JANUARY, BOTH = ("1",), ("1", "2")


def office(counts: Mapping[tuple[str, ...], int] = COUNTS, **policy: object) -> Office:
    """Petitions by country and month, threshold 5."""
    return office_of(("country", "month"), counts, period="month", **({"threshold": 5} | policy))


def joint(
    of: Office,
    months: tuple[str, ...],
    *,
    earlier: tuple[PublishedTable, ...] = (),
    restated: tuple[PublishedTable, ...] = (),
) -> Joint:
    """The problem of a table by country."""
    raw = of.register.raw(("country",), month=months)
    return joint_problem(
        raw,
        policy=of.policy,
        subject=of.subject(month=months),
        assessment=assess(raw, policy=of.policy),
        earlier=earlier,
        restated=restated,
    )


def visible(of: Office, name: str, months: tuple[str, ...], *hidden: str) -> PublishedTable:
    """A table by country as it went out, with these codes hidden."""
    raw = of.register.raw(("country",), month=months)
    shown = {
        n: count
        for n, (keys, count) in enumerate(zip(raw.keys(), raw.counts, strict=True))
        if keys[0] not in hidden
    }
    return of.protected_by(name, ("country",), shown, month=months)


def moved(of: Office, **more: int) -> Office:
    """The register with some January counts changed."""
    counts = dict(of.register.counts)
    for country, by in more.items():
        counts[(country, "1")] += by
    return replace(of, register=replace(of.register, counts=counts))


def test_without_a_past_it_is_the_plain_problem() -> None:
    """The table's own sums and boxes, its primaries, its costs; nothing left open."""
    of = office()
    raw = of.register.raw(("country",), month=JANUARY)
    found = joint(of, JANUARY)
    assert found.problem.system == crossed_system(trees=raw.trees())
    assert found.problem.grids == (crossed_grid(trees=raw.trees()),)
    assert found.problem.counts == raw.counts
    assert dict(found.problem.at_least) == {1: 5}
    assert found.problem.given == frozenset()
    assert found.stricter(Pattern(hidden=(0, 1))) is None
    assert found.name(1) == "(MM)"


def test_tables_of_other_months_stay_out_and_what_they_hid_is_cheap() -> None:
    """Only the cost shows that there is a past: a quarter for what the last table of the series hid."""
    of = office()
    last, older = visible(of, "February", ("2",), "LA", "MM"), visible(of, "older", ("2",), "TH", "MM")
    plain, found = joint(of, JANUARY), joint(of, JANUARY, earlier=(older, last))
    assert found.problem.system == plain.problem.system
    assert found.problem.costs[0] == plain.problem.costs[0] // 4
    assert found.problem.costs[2:] == plain.problem.costs[2:]
    elsewhere = replace(last, subject=replace(last.subject, population="another"))
    assert joint(of, JANUARY, earlier=(elsewhere,)).problem.costs == plain.problem.costs


def test_a_table_tied_through_another_comes_in() -> None:
    """January says nothing of February, but the sum of both is out."""
    of = office()
    both, february = visible(of, "both", BOTH, "MM", "LA"), visible(of, "February", ("2",))
    found = joint(of, JANUARY, earlier=(both, february))
    names = {found.name(n) for n in range(found.cells, len(found.problem.counts))}
    assert {"(MM) / both", "(LA) / both", "(TH) / February"} <= names


def test_what_is_out_is_fixed_and_what_was_hidden_stays_hidden() -> None:
    """The same cells again: published ones cost nothing to leave, hidden ones are hidden already."""
    of = office()
    out = visible(of, "January", JANUARY, "LA", "MM")
    found = joint(of, JANUARY, earlier=(out,))
    assert found.problem.fixed == {2, 3}
    assert found.problem.given | found.problem.at_least.keys() == {0, 1}
    assert found.hidden(Pattern()) == {0, 1}


def test_a_hidden_cell_that_the_union_would_give_away_is_asked_for() -> None:
    """Both months out with LA and MM hidden: January may show neither, or February's small cell is known."""
    of = office()
    both, february = visible(of, "both", BOTH), visible(of, "February", ("2",), "LA", "MM")
    found = joint(of, JANUARY, earlier=(both, february))
    assert {found.name(n) for n in found.problem.at_least if n >= found.cells} == set()
    pattern = find_pattern(found.problem, budget=BUDGET)
    assert found.hidden(pattern) == {0, 1}
    naked = found.stricter(Pattern(hidden=(1,)))
    assert naked is not None
    assert naked.problem.at_least != found.problem.at_least


def test_a_hole_between_two_tables_is_protected() -> None:
    """Nobody published February, and its two people of MM must not follow from January and both."""
    of = office({**COUNTS, ("MM", "1"): 9, ("MM", "2"): 2})
    found = joint(of, BOTH, earlier=(visible(of, "January", JANUARY),))
    holes = {found.name(n): wanted for n, wanted in found.problem.at_least.items() if n >= found.cells}
    assert holes == {"[country: MM; month: 2]": 5}
    hidden = found.hidden(find_pattern(found.problem, budget=BUDGET))
    assert 1 in hidden
    assert len(hidden) == 2


def test_an_empty_hole_may_be_empty_for_sure_but_not_small() -> None:
    """Nothing happened in February: both months equal January, and may. Hidden, it must have room."""
    of = office({**COUNTS, ("MM", "1"): 9, ("MM", "2"): 0})
    found = joint(of, BOTH, earlier=(visible(of, "January", JANUARY),))
    assert not any(n >= found.cells for n in found.problem.at_least)
    assert found.stricter(Pattern()) is None


def test_figures_that_changed_are_refused_by_name() -> None:
    """The error names cells and tables in words and no count."""
    of = office()
    out = visible(of, "January", JANUARY, "LA", "MM")
    for changed, named in ((moved(of, TH=3), "(TH)"), (moved(of, LA=4), "(_T)")):
        with pytest.raises(ProtectionError) as caught:
            joint(changed, JANUARY, earlier=(out,))
        assert caught.value.code == "statistics.contradicts_earlier"
        assert named in str(caught.value)
        assert not any(character.isdigit() for character in str(caught.value))


def test_figures_that_cannot_be_together_are_refused() -> None:
    """No cell is published twice, but there are fewer of TH in both months than in January."""
    out = visible(office(), "January", JANUARY)
    fewer = office({**COUNTS, ("TH", "1"): 9, ("TH", "2"): 20, ("MM", "2"): 90})
    with pytest.raises(ProtectionError) as caught:
        joint(fewer, BOTH, earlier=(out,))
    assert caught.value.code == "statistics.contradicts_earlier"
    assert "TH" in str(caught.value)


def test_a_cell_hidden_before_that_is_empty_now_is_a_contradiction() -> None:
    """With structural zeros whoever was hidden was there."""
    of = office()
    out = visible(of, "January", JANUARY, "LA", "MM")
    with pytest.raises(ProtectionError) as caught:
        joint(moved(of, MM=-2, LA=2), JANUARY, earlier=(out,))
    assert caught.value.code == "statistics.contradicts_earlier"


def test_what_must_be_hidden_and_is_out_is_refused() -> None:
    """A stricter policy comes too late for what was published before it."""
    of = office()
    out = visible(of, "January", JANUARY)
    with pytest.raises(ProtectionError) as caught:
        joint(of, JANUARY, earlier=(out,))
    assert caught.value.code == "statistics.already_published"
    assert "(MM)" in str(caught.value)


def test_a_small_correction_is_hidden() -> None:
    """A figure that changes by a few must seem able to have changed by the threshold."""
    of = office(grand_total="suppressible")
    out = visible(of, "January", JANUARY, "MM")
    changed = moved(of, LA=-3, TH=30)
    found = joint(changed, JANUARY, restated=(out,))
    assert [(p.number, p.reasons, p.at_least) for p in found.primaries] == [(0, ("ledger",), 15)]
    assert found.problem.at_least[0] == 15
    assert "10" not in repr(found.primaries)
    assert joint(changed, JANUARY, earlier=(out,), restated=(out,)).problem == found.problem


def test_a_small_correction_of_the_grand_total_waits_for_the_year() -> None:
    """It is never hidden, so the difference would be out."""
    of = office()
    out = visible(of, "January", JANUARY, "MM", "LA")
    with pytest.raises(ProtectionError) as caught:
        joint(moved(of, LA=1), JANUARY, restated=(out,))
    assert caught.value.code == "statistics.restatement_too_small"
    assert "once a year" in str(caught.value)
    assert "(_T)" in str(caught.value)
    assert joint(moved(of, LA=5), JANUARY, restated=(out,)).primaries == ()


def test_repr_shows_no_count() -> None:
    """Neither the problem nor what it is made of."""
    found = joint(office(), JANUARY, earlier=(visible(office(), "both", BOTH, "MM", "LA"),))
    others = len(found.problem.counts) - 4
    assert repr(found) == f"Joint(cells=4, others={others})"


def test_sampling_zeros_that_are_hidden_can_be_large() -> None:
    """An empty cell hidden for another must not turn out to be small for sure."""
    of = office_of(
        ("country", "month"),
        {("LA", "1"): 2, ("TH", "1"): 0, ("MM", "1"): 90},
        period="month",
        zeros="sampling",
        threshold=5,
    )
    found = joint(of, JANUARY)
    stricter = found.stricter(Pattern(hidden=(0, 2)))
    assert stricter is not None
    assert stricter.problem.at_least[2] == 5
    assert found.stricter(Pattern(hidden=(0, 1))) is None


def two_vintages(office_by_sex: Office, changed: Mapping[tuple[str, ...], int]) -> tuple[PublishedTable, ...]:
    """A table by country and sex, and its correction."""
    first = office_by_sex.publish("first", ("country", "sex"))
    counts = {**office_by_sex.register.counts, **changed}
    later = replace(office_by_sex, register=replace(office_by_sex.register, counts=counts))
    raw = later.register.raw(("country", "sex"))
    table = protect(raw, policy=later.policy, subject=later.subject(), restated=(first,)).table
    return first, replace(first, table=table)


BY_SEX = {
    ("LA", "1"): 3, ("LA", "2"): 20, ("LA", "3"): 21,
    ("MM", "1"): 30, ("MM", "2"): 20, ("MM", "3"): 31,
    ("TH", "1"): 300, ("TH", "2"): 300, ("TH", "3"): 300,
}  # fmt: skip


def test_a_correction_gives_nothing_away_of_lines_that_did_not_change() -> None:
    """One cell of another country changed: what hides the three people of LA must be what hid them."""
    first, second = two_vintages(office_of(("country", "sex"), BY_SEX, threshold=5), {("MM", "2"): 300})
    hidden = [
        {cell.keys for cell in table.table.cells if cell.value is None and cell.keys[0] == "LA"}
        for table in (first, second)
    ]
    assert ("LA", "1") in hidden[0]
    assert hidden[0] == hidden[1]


@settings(max_examples=15, deadline=None)
@given(draw=st.randoms(use_true_random=False))
def test_two_vintages_together_give_nothing_away(draw: Random) -> None:
    """Of countries in which nothing changed nobody learns more from both vintages than from the first."""
    cells = list(product(("LA", "MM", "TH"), ("f", "m")))
    office_by_sex = office_of(("country", "sex"), {cell: draw.choice((0, 1, 2, 3, 4)) for cell in cells})
    try:
        first, second = two_vintages(office_by_sex, {("TH", draw.choice("fm")): 20})
    except ProtectionError:
        return
    before, after = office_by_sex.attacker(), replace(office_by_sex, out=[first, second]).attacker()
    after.cells = [cell for cell in after.cells if cell.keys[0] in ("LA", "MM")]
    assert before.finds(with_holes=False) == []
    assert after.finds(with_holes=False) == []


def test_a_table_that_was_restated_for_nothing_still_counts() -> None:
    """Declared as corrected and the same as ever, it is known as before."""
    of = office()
    both, january = visible(of, "both", BOTH, "LA", "MM"), visible(of, "January", JANUARY, "LA", "MM")
    stands = joint(of, JANUARY, earlier=(both, january))
    restated = joint(of, JANUARY, earlier=(both,), restated=(january,))
    assert restated.problem.fixed == stands.problem.fixed
    assert restated.hidden(Pattern()) == stands.hidden(Pattern()) == {0, 1}


def test_a_shared_margin_counts_where_one_side_only_has_tables() -> None:
    """All, one province of two dimensions, and others by sex: together they leave two people of a fourth."""
    people = {"10": 70, "11": 40, "50": 90, "51": 2}
    counts = {(province, sex, "1"): n // 2 for province, n in people.items() for sex in "fm"}
    of = office_of(("province", "sex", "month"), counts, period="month", threshold=5)
    of.publish("all", ("month",))
    of.publish("two provinces", ("province", "month"), province=("10", "50"))
    where = {"province": ("10", "11")}
    raw = of.register.raw(("sex", "month"), **where)
    found = joint_problem(
        raw,
        policy=of.policy,
        subject=of.subject(**where),
        assessment=assess(raw, policy=of.policy),
        earlier=tuple(of.out),
    )
    holes = {found.name(n): wanted for n, wanted in found.problem.at_least.items() if n >= found.cells}
    assert holes["[month: 1; province: …]"] == 5
    with pytest.raises(ProtectionError):
        of.publish("by sex", ("sex", "month"), **where)
