"""One thing goes out under one name of a column: by the policy's word, and by codes that everybody knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from govlink.errors import ProtectionError
from govlink.models.countries import COUNTRIES
from govlink.models.provinces import PROVINCES
from govlink.models.release import Dimension
from govlink.statistics import (
    ColumnNames,
    DisclosurePolicy,
    Ledger,
    PolicyMark,
    PublishedTable,
    Subject,
    prepare,
    tabulate,
)
from govlink.statistics.columns import are_all_apart, columns_of, demand_one_name

PolicyOf = Callable[..., DisclosurePolicy]
Pairs = tuple[tuple[str, str], ...]
NOBODY = Subject(population="")
ALIKE, SAME = "statistics.columns_alike", "statistics.columns_same"
TENS = ("10", "11", "50", "51")
BY_REGION: Pairs = tuple((p.code, p.region) for p in PROVINCES)
MONTHS = tuple(f"2568-{month:02d}" for month in range(1, 13))


def policy(names: ColumnNames | None = None, **said: object) -> DisclosurePolicy:
    """One that says so of names of columns."""
    content = {"id": "p", "version": "1", "threshold": 5, "columns": names or ColumnNames()}
    return DisclosurePolicy.signed(by="test role", on=date(2026, 1, 1), **(content | said))


def refusal(
    own: Mapping[str, tuple[str, ...]],
    earlier: Mapping[str, tuple[str, ...]],
    *,
    parents: Mapping[str, Pairs] | None = None,
    names: ColumnNames | None = None,
    **said: object,
) -> ProtectionError | None:
    """What a table with these columns and codes is refused with, after one with those; None if it is not."""
    known = parents or {}

    def columns(codes: Mapping[str, tuple[str, ...]], table: str) -> object:
        shown = (
            (Dimension(id=name, label_th=name, label_en=name, parents=known.get(name, ())), those)
            for name, those in codes.items()
        )
        return columns_of(shown, NOBODY, table=table)

    try:
        demand_one_name(columns(own, "new"), columns(earlier, "old"), policy=policy(names, **said))  # type: ignore[arg-type]  # ``columns`` gives what it takes
    except ProtectionError as error:
        return error
    return None


TOLD_BY_CODES = [
    ({"region": ("central", "north")}, {"province": TENS}, {}),
    ({"province": TENS}, {"region": ("central", "_T")}, {}),
    ({"area": ("ภาคกลาง", "ภาคเหนือ")}, {"province": ("กรุงเทพมหานคร", "เชียงใหม่")}, {}),
    ({"home": TENS}, {"province": TENS}, {"province": BY_REGION}),
    ({"home": TENS[:2]}, {"province": TENS}, {"province": BY_REGION}),
    ({"home": tuple(p.code for p in PROVINCES)}, {"province": tuple(p.code for p in PROVINCES[:60])}, {}),
    ({"home": (*TENS, "00")}, {"province": ("central", "unknown")}, {}),
    ({"year": ("2568", "2569")}, {"month": MONTHS}, {}),
    ({"quarter": ("2568-Q1",)}, {"month": ("2568-02", "2568-03")}, {}),
    ({"budget_year": ("FY2568",)}, {"month": ("2567-11",)}, {}),
    ({"decided": ("2567", "2568")}, {"filed": ("2568", "2569")}, {}),
    ({"country_code": ("JPN", "LAO")}, {"country": ("JP", "DE", "other")}, {}),
    ({"continent": ("142", "150")}, {"country": ("JP", "DE")}, {}),
    ({"tier": ("low", "high")}, {"grade": ("1", "2", "3")}, {"grade": (("1", "low"), ("3", "high"))}),
]
TOLD_BY_NOTHING = [
    ({"sex": ("f", "m")}, {"outcome": ("approved", "refused")}, {}),
    ({"ward": ("a", "b")}, {"district": ("a", "b", "c")}, {}),
    ({"age": ("15", "16", "17")}, {"grade": ("10", "11", "16")}, {}),
    ({"age": tuple(map(str, range(15, 61)))}, {"region": ("central", "north")}, {}),
    ({"month": MONTHS}, {"cohort": ("2560", "2561")}, {}),
    ({"answer": ("YES", "NO")}, {"country": ("NO", "SE")}, {}),
    ({"answer": ("unknown",)}, {"province": ("central", "unknown")}, {}),
    ({"north": ("50", "51")}, {"south": ("80", "90")}, {"north": BY_REGION, "south": BY_REGION}),
    ({"grade": ("1", "2", "3")}, {"level": ("low", "x", "y")}, {"grade": (("1", "low"),)}),
]


@pytest.mark.parametrize(("own", "earlier", "parents"), TOLD_BY_CODES)
def test_codes_that_everybody_knows_are_seen_through(
    own: Mapping[str, tuple[str, ...]],
    earlier: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, Pairs],
) -> None:
    """Whichever table comes first, and in one table; the refusal names both columns and what to say."""
    both, other = (*own, *earlier), dict(parents)
    for new, old in ((own, earlier), (earlier, own), ({**own, **earlier}, {})):
        found = refusal(new, old, parents=other)
        assert found is not None
        assert found.code == ALIKE
        for language in ("en", "th"):
            assert all(name in found.explain(language) for name in (*both, "[columns] apart"))
        assert refusal(new, old, parents=other, names=ColumnNames(apart=(both,))) is None


@pytest.mark.parametrize(("own", "earlier", "parents"), TOLD_BY_NOTHING)
def test_what_only_might_be_the_same_is_let_through(
    own: Mapping[str, tuple[str, ...]],
    earlier: Mapping[str, tuple[str, ...]],
    parents: Mapping[str, Pairs],
) -> None:
    """Unless the policy says that it is."""
    assert refusal(own, earlier, parents=parents) is None
    assert refusal(earlier, own, parents=parents) is None
    said = refusal(own, earlier, names=ColumnNames(same=((*own, *earlier),)))
    assert said is not None
    assert said.code == SAME
    assert "old" in said.explain("en")


def test_a_hierarchy_of_the_policy_counts_for_every_table() -> None:
    """Also for a table that went out before the policy named it, and for a column that is only filtered."""
    homes = ({"home": TENS[:2]}, {"province": TENS})
    assert refusal(*homes) is None
    assert refusal(*homes, hierarchies=(("province", "th-province-region"),)) is not None
    assert refusal(*homes, hierarchies=(("province", "be-month"),)) is None
    wards = ({"ward": ("a", "b")}, {"district": ("x",)})
    assert refusal(*wards) is None
    assert refusal(*wards, hierarchies=(("ward", (("a", "x"), ("b", "x"))),)) is not None


def test_a_name_stays_free_to_be_used_again() -> None:
    """One name is no pair, whatever its codes; two old tables are no business of a third."""
    assert refusal({"province": TENS}, {"province": ("central",)}) is None
    assert refusal({"sex": ("f",)}, {"province": TENS, "region": ("central",)}) is None


def test_every_province_and_country_is_known() -> None:
    """By code and by name, and as a part of its region."""
    places = [(p.label_th, p.label_en, p.region) for p in PROVINCES]
    places += [(c.label_th, c.label_en, c.region) for c in COUNTRIES]
    for label_th, label_en, region in places:
        assert refusal({"a": (label_th,)}, {"b": (label_en,)}) is not None, label_en
        assert refusal({"a": (label_th,)}, {"b": (region,)}) is not None, label_en


def test_all_pairs_must_be_declared() -> None:
    """One list of three names says all of it; two lists of two leave a pair open."""
    shown = [(Dimension(id=name, label_th=name, label_en=name), ("x",)) for name in "abc"]
    own = columns_of(shown[:2], NOBODY, table="new")
    earlier = columns_of(shown[2:], NOBODY, table="old")
    whole, parts = ColumnNames(apart=(("a", "b", "c"),)), ColumnNames(apart=(("a", "b"), ("b", "c")))
    assert are_all_apart(own, earlier, policy=policy(whole))
    assert not are_all_apart(own, earlier, policy=policy(parts))
    assert are_all_apart(own[:1], (), policy=policy())


PROVINCE = Dimension(id="province", label_th="จังหวัด", label_en="province")
REGION = Dimension(id="region", label_th="ภาค", label_en="region")
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
COUNTS = (("10", "central", 3), ("11", "central", 60), ("50", "north", 20), ("51", "north", 70))


def records(*columns: str) -> list[dict[str, object]]:
    """Petitions by province and region, with these columns alone."""
    whole = ({"province": p, "region": r, "outcome": "approved"} for p, r, n in COUNTS for _ in range(n))
    return [{name: record[name] for name in columns} for record in whole]


def note(ledger: Ledger, policy: DisclosurePolicy) -> None:
    """Publish the table by province."""
    raw = tabulate(records("province"), dimensions=(PROVINCE,), hierarchies=policy.parents_for)
    made = prepare(raw, policy=policy, ledger=ledger, name="by_province").release
    assert made.table.cells[0].value is None
    ledger.append(PublishedTable.of(made, name="by_province"), mark=PolicyMark.of(policy))


@pytest.mark.parametrize("hierarchies", [(), (("province", "th-province-region"),)])
def test_a_region_s_table_does_not_give_its_province_away(
    policy_of: PolicyOf, tmp_path: Path, hierarchies: tuple[tuple[str, str], ...]
) -> None:
    """63 in the central region, 60 in one of its two provinces: 3 in the other, which was hidden."""
    policy, ledger = policy_of(hierarchies=hierarchies), Ledger.open(tmp_path / "ledger.jsonl")
    note(ledger, policy)
    raw = tabulate(records("region"), dimensions=(REGION,))
    with pytest.raises(ProtectionError, match="by_province") as caught:
        prepare(raw, policy=policy, ledger=ledger, name="by_region")
    assert caught.value.code == ALIKE
    plain = tabulate(records("outcome"), dimensions=(OUTCOME,), limited=(("region", ("central",)),))
    with pytest.raises(ProtectionError, match="by_province") as caught:
        prepare(plain, policy=policy, ledger=ledger, name="of_the_centre")
    assert caught.value.code == ALIKE


def test_under_one_name_a_region_goes_out(policy_of: PolicyOf, tmp_path: Path) -> None:
    """What the refusal advises works: the ledger relates the two, and no difference gives the 3 away."""
    policy = policy_of(hierarchies=(("province", "th-province-region"),))
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    note(ledger, policy)
    by_region = [{"province": record["region"]} for record in records("region")]
    raw = tabulate(by_region, dimensions=(PROVINCE,), hierarchies=policy.parents_for)
    made = prepare(raw, policy=policy, ledger=ledger, name="by_region").release
    shown = {cell.keys: cell.value for cell in (*ledger.entries[0].published.table.cells, *made.table.cells)}
    assert None in (shown["central",], shown["11",])
    assert shown["10",] is None


def test_the_report_tells_of_names_that_nobody_declared(policy_of: PolicyOf, tmp_path: Path) -> None:
    """The risk goes only where the policy says that no column here or in the ledger tells another."""
    open_, said = policy_of(), policy_of(columns=ColumnNames(apart=(("outcome", "province"),)))
    for policy, is_told in ((open_, True), (said, False)):
        ledger = Ledger.open(tmp_path / f"{is_told}.jsonl")
        note(ledger, policy)
        raw = tabulate(records("outcome"), dimensions=(OUTCOME,))
        made = prepare(raw, policy=policy, ledger=ledger, name="by_outcome").release
        assert ("related_columns" in made.report.not_covered) == is_told


def test_other_registers_have_names_of_their_own(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Tables that count other people cannot be subtracted."""
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    note(ledger, policy_of(population="petitions"))
    raw, other = (
        tabulate(records("region"), dimensions=(REGION,)),
        policy_of(id="schools", population="schools"),
    )
    assert (
        prepare(raw, policy=other, ledger=ledger, name="by_region").release.report.audit_verdict == "passed"
    )
