"""An exposed cell comes with the published cells that give it away, in both languages, without a count."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from govlink.errors import ProtectionError
from govlink.models.release import TOTAL, ProtectedTable
from govlink.models.rules import PublicRules, Subject
from govlink.statistics import audit
from govlink.statistics.audit.periods import months_of
from govlink.statistics.published import PublishedTable

from .tables import Keys, table_of

RULES = PublicRules(threshold=5)
BOTH = ("2568-01", "2568-02")


def subject(*months: str, **where: tuple[str, ...]) -> Subject:
    """A register of petitions, limited to months."""
    limits = (("month", months),) if months else ()
    return Subject(population="petitions", where=(*limits, *where.items()), period="month")


def by_country(counts: dict[str, int], hidden: set[str] = frozenset()) -> ProtectedTable:  # type: ignore[assignment]  # empty
    """A table by country."""
    cells = {(code,): count for code, count in counts.items()}
    return table_of({"country": tuple(counts)}, cells, hidden={(code,) for code in hidden})


def earlier(name: str, table: ProtectedTable, about: Subject) -> PublishedTable:
    """A table that is out."""
    return PublishedTable(name=name, subject=about, table=table, rules=RULES)


JANUARY = earlier("January", by_country({"JP": 10, "US": 20}), subject("2568-01"))
CUMULATIVE = earlier("cumulative table", by_country({"JP": 11, "US": 28}), subject(*BOTH))


def test_two_cumulative_tables_without_a_small_cell_give_away_their_difference() -> None:
    """Ten people until January, eleven until February: February had one."""
    result = audit.attack(
        CUMULATIVE.table, rules=RULES, subject=CUMULATIVE.subject, name="to February", earlier=(JANUARY,)
    )
    assert [e.equation for e in result.failures] == [
        "(in no table: country=JP, month=2568-02) = (JP) - (January: JP)"
    ]
    assert result.failures[0].equation_th.startswith("(ไม่มีในตารางใด: country=JP")
    assert audit.attack(CUMULATIVE.table, rules=RULES, subject=CUMULATIVE.subject).passed


def february(hidden: set[Keys]) -> ProtectedTable:
    """February by itself."""
    axes = {"month": ("2568-02",), "country": ("JP", "US")}
    return table_of(axes, {("2568-02", "JP"): 1, ("2568-02", "US"): 8}, hidden=hidden)


def test_the_equation_names_the_tables() -> None:
    """The difference of two published cells is the hidden one, and the error says so."""
    hidden = {(month, country) for month in ("2568-02", TOTAL) for country in ("JP", "US")}
    tables = {"rules": RULES, "subject": subject(), "name": "February"}
    assert audit.attack(february(hidden), **tables, earlier=(JANUARY,)).passed  # type: ignore[arg-type]  # as written
    with pytest.raises(ProtectionError) as caught:
        audit.confirm(february(hidden), **tables, earlier=(JANUARY, CUMULATIVE))  # type: ignore[arg-type]  # as written
    text = str(caught.value)
    assert "(2568-02, JP) = (cumulative table: JP) - (January: JP)" in text
    assert not re.search(r"(?<![\d-])(1|8|10|11|20|28)(?![\d-])", text.replace("2568-02", ""))


def test_a_hidden_cell_that_another_table_shows_is_named_with_it() -> None:
    """What is out cannot be hidden, and what was hidden cannot be shown."""
    again = by_country({"JP": 10, "US": 20}, {"JP", "US"})
    found = audit.attack(again, rules=RULES, subject=subject("2568-01"), name="again", earlier=(JANUARY,))
    assert "(JP) = (January: JP)" in [e.equation for e in found.failures]
    out = earlier("old", again, subject("2568-01"))
    found = audit.attack(
        JANUARY.table, rules=RULES, subject=subject("2568-01"), name="January", earlier=(out,)
    )
    assert {(e.table, e.keys) for e in found.failures} == {("old", ("JP",)), ("old", ("US",))}


def test_cells_that_share_too_little_are_told_together() -> None:
    """One and three share less than twice the threshold and neither is zero."""
    table = by_country({"JP": 1, "US": 3, "DE": 30}, {"JP", "US"})
    result = audit.attack(table, rules=RULES)
    assert [e.equation for e in result.failures] == [
        f"({one}) + ({other}) = (_T) - (DE), too little for each to be large enough"
        for one, other in (("JP", "US"), ("US", "JP"))
    ]


def test_a_part_of_the_outcomes_against_all_of_them() -> None:
    """Refused petitions by country, published beside all petitions by country."""
    everything = earlier("all", by_country({"JP": 10, "US": 20}), subject("2568-01"))
    refused = by_country({"JP": 8, "US": 20})
    result = audit.attack(
        refused,
        rules=RULES,
        subject=subject("2568-01", outcome=("refused",)),
        name="refused",
        earlier=(everything,),
    )
    assert [e.equation.split(" = ")[1] for e in result.failures] == ["(all: JP) - (JP)"]


def test_overlapping_regions_give_away_what_one_has_more() -> None:
    """Two ways to draw regions differ by one province with one person."""
    narrow, wide = (("1", "2"), ("3", "4")), (("1", "2", "3"), ("4",))
    tables = []
    for (first, second), counts in ((narrow, (20, 31)), (wide, (21, 30))):
        names = ("n" + "".join(first), "s" + "".join(second))
        parents = [(code, names[0]) for code in first] + [(code, names[1]) for code in second]
        cells = {(name,): count for name, count in zip(names, counts, strict=True)}
        tables.append(table_of({"province": names}, cells, parents={"province": parents}))
    one = earlier("narrow regions", tables[0], subject("2568-01"))
    result = audit.attack(tables[1], rules=RULES, subject=subject("2568-01"), name="wide", earlier=(one,))
    assert result.unbalanced == ()
    assert [e.equation for e in result.failures] == [
        "(in no table: month=2568-01, province=3) = (n123) - (narrow regions: n12)"
    ]


def test_tables_of_other_people_or_other_measures_are_not_compared() -> None:
    """Another register, another month, or sums against counts have nothing to do with each other."""
    others = (
        earlier("other", by_country({"JP": 11, "US": 28}), Subject(population="other", period="month")),
        earlier("March", by_country({"JP": 11, "US": 28}), subject("2568-03")),
        PublishedTable(
            name="days",
            subject=subject("2568-01"),
            table=by_country({"JP": 11, "US": 28}),
            rules=PublicRules(threshold=5, measure="sum"),
        ),
    )
    result = audit.attack(JANUARY.table, rules=RULES, subject=JANUARY.subject, name="January", earlier=others)
    assert result.passed


def test_tables_that_contradict_each_other_are_named() -> None:
    """The same people counted twice, differently."""
    again = by_country({"JP": 12, "US": 20})
    found = audit.attack(again, rules=RULES, subject=subject("2568-01"), name="again", earlier=(JANUARY,))
    assert ("January", ("JP",)) in {(e.table, e.keys) for e in found.unbalanced}


def test_a_code_outside_of_what_is_counted_is_refused() -> None:
    """A subject that excludes a shown code is a mistake that would make every comparison wrong."""
    with pytest.raises(ProtectionError) as caught:
        audit.attack(
            february(set()), rules=RULES, subject=subject("2568-01"), name="February", earlier=(JANUARY,)
        )
    assert caught.value.code == "statistics.audit_outside"


def test_sums_may_be_small_but_not_exact() -> None:
    """A small sum is no small group; a hidden one must reach what was required and must not be exact."""
    sums = PublicRules(threshold=5, measure="sum")
    table = by_country({"JP": 2, "US": 0, "DE": 30})
    assert audit.attack(table, rules=sums).passed
    lonely = by_country({"JP": 2, "US": 0, "DE": 30}, {"DE"})
    assert [e.keys for e in audit.attack(lonely, rules=sums).failures] == [("DE",)]
    pair = by_country({"JP": 2, "US": 7, "DE": 30}, {"JP", "US"})
    assert audit.attack(pair, rules=sums, required={("JP",): 9}).passed
    assert [e.keys for e in audit.attack(pair, rules=sums, required={("JP",): 10}).failures] == [("JP",)]


def test_reaches_are_witnessed_and_not_printed() -> None:
    """The least and the greatest are possible values; neither is in any text."""
    pair = by_country({"JP": 2, "US": 40, "DE": 30}, {"JP", "US"})
    result = audit.attack(pair, rules=RULES)
    assert result.passed
    reach = {r.keys: (r.least, r.greatest) for r in result.reaches}
    assert all(1 <= least < greatest <= 41 and greatest >= 5 for least, greatest in reach.values())
    assert "least" not in repr(result)
    assert "reaches" not in repr(result)


def test_a_year_is_its_months_though_no_table_brings_the_hierarchy() -> None:
    """A quarter less two of its months is the third, by the way the codes are written."""
    months = [
        earlier(code, by_country({"JP": 10, "US": 20}), subject(code)) for code in ("2568-01", "2568-02")
    ]
    quarter = by_country({"JP": 22, "US": 60})
    result = audit.attack(quarter, rules=RULES, subject=subject("2568-Q1"), name="Q1", earlier=tuple(months))
    assert [e.keys for e in result.failures] == [("country=JP", "month=2568-03")]


@pytest.mark.parametrize(
    ("code", "first", "last", "many"),
    [
        ("2568", "2568-01", "2568-12", 12),
        ("2568-Q4", "2568-10", "2568-12", 3),
        ("FY2568", "2567-10", "2568-09", 12),
        ("FY2568-Q2", "2568-01", "2568-03", 3),
        ("2568-07", "2568-07", "2568-07", 1),
        ("summer", "summer", "summer", 1),
        ("FY2568-01", "FY2568-01", "FY2568-01", 1),
    ],
)
def test_the_months_of_a_period(code: str, first: str, last: str, many: int) -> None:
    """Calendar and fiscal years and quarters are read, and nothing else is."""
    months = months_of(code) if code != "FY2568-01" else (code,)
    assert (months[0], months[-1], len(months)) == (first, last, many)


def test_a_code_that_a_table_leaves_out_says_that_nobody_has_it() -> None:
    """No approved petition from X: so the hidden refused ones are all of X."""
    axes = {"country": ("X", "Y"), "outcome": ("approved", "refused")}
    counts = {("X", "refused"): 6, ("Y", "approved"): 9, ("Y", "refused"): 20}
    sampling = PublicRules(threshold=5, zeros="sampling")
    hidden = {(c, o) for c in ("X", "Y") for o in ("approved", "refused")}
    everybody = subject("2568-01")
    out = PublishedTable(
        name="all", subject=everybody, table=table_of(axes, counts, hidden=hidden), rules=sampling
    )
    approved = table_of({"country": ("Y",)}, {("Y",): 9})
    result = audit.attack(
        approved,
        rules=sampling,
        subject=subject("2568-01", outcome=("approved",)),
        name="new",
        earlier=(out,),
    )
    assert {("all", ("X", "approved")), ("all", ("X", "refused"))} <= {
        (e.table, e.keys) for e in result.failures
    }


def test_codes_that_are_known_to_be_all_there_are_give_more_away() -> None:
    """All and the refused are out; a third table shows that the others are the approved."""
    everything = earlier("all", by_country({"X": 50, "Y": 101}), subject("2568-01"))
    refused = earlier("refused", by_country({"X": 20, "Y": 42}), subject("2568-01", outcome=("refused",)))
    approved = by_country({"X": 30, "Y": 59}, {"X", "Y", TOTAL})
    about = subject("2568-01", outcome=("approved",))
    result = audit.attack(
        approved, rules=RULES, subject=about, name="approved", earlier=(everything, refused)
    )
    assert "(Y) = (all: Y) - (refused: Y)" in [e.equation for e in result.failures]


def test_a_table_without_a_register_is_compared_with_all() -> None:
    """Naming the register in a later policy must not make the audit blind."""
    unnamed = earlier(
        "January", JANUARY.table, Subject(population="", where=JANUARY.subject.where, period="month")
    )
    result = audit.attack(CUMULATIVE.table, rules=RULES, subject=CUMULATIVE.subject, earlier=(unnamed,))
    assert not result.passed


def test_sums_of_other_columns_are_not_compared() -> None:
    """Days and fees of the same people are two numbers."""
    days, fees = (PublicRules(threshold=5, measure="sum", measured=column) for column in ("days", "fee"))
    out = PublishedTable(name="days", subject=JANUARY.subject, table=JANUARY.table, rules=days)
    other = by_country({"JP": 12, "US": 20})
    assert audit.attack(other, rules=fees, subject=JANUARY.subject, earlier=(out,)).passed
    assert audit.attack(other, rules=days, subject=JANUARY.subject, earlier=(out,)).unbalanced


def test_what_nobody_can_be_ties_tables_that_do_not_share_it() -> None:
    """Only X can be refused: so the refused are X, and X and P together are published."""
    zeros = tuple((("country", code), ("outcome", "refused")) for code in ("P", "Z"))
    rules = PublicRules(threshold=5, zeros="sampling", structural_zeros=zeros)
    countries = by_country({"X": 7, "P": 3, "Z": 52}, {"X", "P"})
    out = PublishedTable(name="countries", subject=subject("2568-01"), table=countries, rules=rules)
    outcomes = table_of({"outcome": ("approved", "refused")}, {("approved",): 55, ("refused",): 7})
    plain = PublicRules(threshold=5, zeros="sampling")
    assert audit.attack(
        outcomes, rules=plain, subject=subject("2568-01"), earlier=(replace(out, rules=plain),)
    ).passed
    found = audit.attack(outcomes, rules=rules, subject=subject("2568-01"), earlier=(out,))
    assert not found.passed
