"""The ready data sets are counted, protected and named as described."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from govlink.equivalence.application import Service
from govlink.equivalence.rulebook import RULEBOOK
from govlink.equivalence.statistics_rows import DAY_BANDS, NOT_EXAMINED, OUTCOMES
from govlink.equivalence.verdicts import Verdict
from govlink.errors import RejectedError
from govlink.models.dates import be_month
from govlink.models.periods import YearKind
from govlink.publishing import load_spec
from govlink.publishing.spec import StatisticsSource
from govlink.statistics import (
    EQ_APPLICANT_PROVINCE_YEAR,
    EQ_FOREIGN_ORIGIN_YEAR,
    EQ_PETITIONS_MONTH,
    EQ_REFUSAL_REASONS_YEAR,
    EQ_REISSUE_YEAR,
    EQ_TURNAROUND_QUARTER,
    EQUIVALENCE_DATASETS,
    DisclosurePolicy,
    ReadyDataset,
    load_policy,
    release,
)
from govlink.statistics.tabulate import read_counts

FIXTURES = Path(__file__).parents[3] / "fixtures"
NEW_YEAR = date(2025, 1, 1)
names = pytest.mark.parametrize("dataset", EQUIVALENCE_DATASETS, ids=lambda dataset: dataset.name)


def policy_file(dataset: ReadyDataset) -> Path:
    """Its example policy."""
    return FIXTURES / "statistics" / f"{dataset.name}.policy.toml"


def parents(dataset: ReadyDataset, column: str, *periods: str, as_of: date = NEW_YEAR) -> Mapping[str, str]:
    """A column's hierarchy, in a table of these periods."""
    columns = dataset.columns(periods, as_of=as_of)
    return dict(next(d.parents for d in columns if d.id == column))


def test_months_are_buddhist_and_sort_by_time() -> None:
    """The year turns in January, and text order is time order."""
    days = [date(2024, 1, 1) + timedelta(days=31 * i) for i in range(30)]
    months = [be_month(day) for day in days]
    assert months[0] == "2567-01"
    assert months == sorted(months)


def test_a_year_of_petitions_can_be_released() -> None:
    """Synthetic petitions at a plausible rate pass the example policy, most cells published."""
    draw = random.Random(7)
    rows = [
        {
            "period": be_month(date(2024, 1, 1) + timedelta(days=draw.randrange(366))),
            "service": draw.choices([service.value for service in Service], [60, 15, 20, 5])[0],
            "outcome": draw.choices(["approved", "refused", "redirected", "closed"], [80, 8, 8, 4])[0],
        }
        for _ in range(6000)
    ]
    data, policy = EQ_PETITIONS_MONTH, load_policy(policy_file(EQ_PETITIONS_MONTH))
    raw = data.count(rows, as_of=NEW_YEAR)
    made = release(raw, policy=policy, subject=data.subject(policy), as_of=NEW_YEAR)
    assert made.report.cells_published + made.report.cells_suppressed == 13 * 5 * 5
    assert 0 < made.report.suppressed_share < 0.6
    assert [d.id for d in made.table.dimensions] == ["period", "service", "outcome"]


@names
def test_every_data_set_has_a_signed_example_policy(dataset: ReadyDataset) -> None:
    """Its file says that nobody signed it in earnest, and that the threshold is the agency's decision."""
    policy, text = load_policy(policy_file(dataset)), policy_file(dataset).read_text("utf-8")
    assert policy.subject(where=dataset.where) == dataset.subject(policy)
    assert "no real sign-off" in policy.sign_off.by
    assert "No agency has signed this" in text
    assert "the agency's decision" in text
    shown = {d.id for d in dataset.dimensions}
    assert {name for name, _ in policy.hierarchies} - {"period"} == {name for name, _ in dataset.hierarchies}
    assert {name for name, _ in dataset.hierarchies} <= shown


@names
def test_every_data_set_has_a_release_file(dataset: ReadyDataset) -> None:
    """Its metadata can be published as they are, and declare whose years these are."""
    spec = load_spec(FIXTURES / "releases" / f"{dataset.name}.toml")
    assert isinstance(spec.source, StatisticsSource)
    assert spec.source.dimensions == dataset.dimensions
    assert spec.source.directory.name == dataset.name
    assert "ปีปฏิทิน" in spec.dataset.notes
    assert dataset.year_kind is YearKind.CALENDAR
    assert spec.dataset.name == dataset.name.replace("_", "-")


@names
def test_every_data_set_has_counts_to_try(dataset: ReadyDataset) -> None:
    """They are read with the policy's hierarchies, and hold something to protect."""
    policy = load_policy(policy_file(dataset))
    raw = read_counts(FIXTURES / "statistics" / f"{dataset.name}.csv", hierarchies=policy.parents_for)
    assert [d.id for d in raw.dimensions] == [d.id for d in dataset.dimensions]
    assert any(0 < count < policy.threshold for count in raw.counts)
    labels = dataset.code_labels(dict(zip((d.id for d in raw.dimensions), raw.categories, strict=True)))
    for dimension, codes in zip(raw.dimensions, raw.categories, strict=True):
        assert set(labels[dimension.id]) == set(codes), dimension.id


def test_codes_that_rows_use_have_names() -> None:
    """Rows are made in another part, so the lists are held together here."""
    for data in EQUIVALENCE_DATASETS:
        if "service" in data.labels:
            assert set(data.labels["service"]) == {service.value for service in Service}
        if "outcome" in data.labels:
            assert set(data.labels["outcome"]) == set(OUTCOMES.values())
    assert set(EQ_TURNAROUND_QUARTER.labels["days"]) == {
        *(band for band, _ in DAY_BANDS),
        "61+",
        NOT_EXAMINED,
    }
    given = {
        rule.reason_code
        for rule in RULEBOOK
        if rule.verdict_on_failure not in (Verdict.REDIRECT, Verdict.WARN) and not rule.guards_form
    }
    assert given <= set(EQ_REFUSAL_REASONS_YEAR.labels["refusal_reason"])


def test_all_count_the_same_register() -> None:
    """Otherwise a ledger would take their figures for unrelated ones."""
    subjects = [data.subject(load_policy(policy_file(data))) for data in EQUIVALENCE_DATASETS]
    assert {subject.population for subject in subjects} == {"equivalence-petitions"}
    assert {subject.period for subject in subjects} == {"period"}


def test_a_policy_that_names_no_register_leaves_the_data_sets_own() -> None:
    """Nor must it forget which dimension is time."""
    plain = DisclosurePolicy.signed(by="Synthetic agency", on=NEW_YEAR, id="p", version="1", threshold=5)
    subject = EQ_REISSUE_YEAR.subject(plain)
    assert (subject.population, subject.period) == ("equivalence-petitions", "period")
    assert subject.where == EQ_REISSUE_YEAR.where


def test_a_year_knows_its_months_and_a_quarter_its_year_when_it_is_over() -> None:
    """The figure of a year that goes on would change with the next release, so it is not shown."""
    assert parents(EQ_REISSUE_YEAR, "period", "2567")["2567-Q1"] == "2567"
    assert "2567" not in parents(EQ_REISSUE_YEAR, "period", "2567")
    quarters = parents(EQ_TURNAROUND_QUARTER, "period", "2567-Q4", "2568-Q1", as_of=date(2025, 4, 1))
    assert quarters["2567-Q4"] == "2567"
    assert quarters["2568-01"] == "2568-Q1"
    assert "2568-Q1" not in quarters
    assert parents(EQ_PETITIONS_MONTH, "period", "2567-01") == {}


def test_a_fiscal_year_is_another_data_set() -> None:
    """Its quarters begin in October, its year is over at the end of September."""
    fiscal = replace(EQ_TURNAROUND_QUARTER, year_kind=YearKind.FISCAL)
    over = parents(fiscal, "period", "FY2567-Q4", as_of=date(2024, 10, 1))
    assert over["FY2567-Q4"] == "FY2567"
    assert over["2566-10"] == "FY2567-Q1"
    assert "FY2567-Q3" not in parents(fiscal, "period", "FY2567-Q3", as_of=date(2024, 9, 30))
    with pytest.raises(RejectedError, match="classification_codes_unknown"):
        fiscal.columns(["2567-Q4"], as_of=NEW_YEAR)


def test_places_stand_in_their_regions() -> None:
    """A region is a figure of its own, so small countries and provinces lose less."""
    assert parents(EQ_FOREIGN_ORIGIN_YEAR, "origin", "2567")["JP"] == "142"
    assert parents(EQ_APPLICANT_PROVINCE_YEAR, "province", "2567")["64"] == "central"
    rows = [{"period": "2567", "origin": origin, "outcome": "approved"} for origin in ("JP", "TW", "ZZ")]
    (_, origins, _) = EQ_FOREIGN_ORIGIN_YEAR.count(rows, as_of=NEW_YEAR).categories
    assert set(origins) == {"JP", "TW", "ZZ", "142", "XTW", "XZZ"}


def test_labels_for_the_shown_file_are_its_data_sets() -> None:
    """The names file for the command line says what the definition says."""
    named = tomllib.loads((FIXTURES / "statistics/eq_foreign_origin_year.labels.toml").read_text("utf-8"))
    for dimension in EQ_FOREIGN_ORIGIN_YEAR.dimensions:
        assert named[dimension.id]["th"] == dimension.label_th
        assert named[dimension.id]["en"] == dimension.label_en
    outcomes = {code: tuple(said) for code, said in named["outcome"]["codes"].items()}
    assert outcomes == EQ_FOREIGN_ORIGIN_YEAR.labels["outcome"]
