"""Rounding and noise by a signed policy: every cell shows, promises are kept, weak policies are refused."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink.errors import ProtectionError, RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable
from govlink.statistics.cell_key import RecordKeys
from govlink.statistics.methods import (
    PerturbationFacts,
    RoundingFacts,
    audit_published,
    confirm_published,
    perturb_table,
    round_table,
    with_cell_keys,
)
from govlink.statistics.policy import DisclosurePolicy, NoiseRule
from govlink.statistics.tabulate import Contribution, RawTable, tabulate

DAY = date(2025, 11, 3)
KEYS = RecordKeys(SecretStr(sha256(b"of tests, and of nothing else: 99").hexdigest()))
PROVINCE = Dimension(
    id="province",
    label_th="จังหวัด",
    label_en="province",
    parents=(("10", "central"), ("11", "central"), ("50", "north"), ("51", "north"), ("90", "south")),
)
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
YEAR = Dimension(id="year", label_th="ปี", label_en="year")
MILD = NoiseRule(bound=8, variance=Decimal(4))
Policies = Callable[..., DisclosurePolicy]
Rows = list[dict[str, object]]


def rows_of(count: int, seed: int = 1) -> Rows:
    """Petitions; nobody comes from 90, and some cells count one or two."""
    chance = random.Random(seed)
    return [
        {
            "case": f"EQ-{i:05d}",
            "province": chance.choices(("10", "11", "50", "51"), (60, 30, 8, 2))[0],
            "outcome": chance.choices(("granted", "refused", "withdrawn"), (80, 15, 5))[0],
            "year": chance.choice(("2567", "2568")),
        }
        for i in range(count)
    ]


def counted(rows: Rows, *dimensions: Dimension) -> RawTable:
    """A table with keys."""
    raw = tabulate(rows, dimensions=dimensions)
    return with_cell_keys(raw, rows, keys=KEYS, identifier="case")


def noisy(policy_of: Policies, **values: Any) -> DisclosurePolicy:
    """A policy for noise."""
    return policy_of(**({"method": "cell_key", "noise": MILD} | values))


def figures(table: ProtectedTable) -> dict[frozenset[tuple[str, str]], int]:
    """Each figure by what it counts, totals left out."""
    assert all(cell.status is CellStatus.FREE for cell in table.cells)
    ids = [dimension.id for dimension in table.dimensions]
    return {
        frozenset((i, code) for i, code in zip(ids, cell.keys, strict=True) if code != TOTAL): cell.value or 0
        for cell in table.cells
    }


def shown(table: ProtectedTable) -> dict[tuple[str, ...], int]:
    """Each figure by its codes."""
    return {cell.keys: cell.value or 0 for cell in table.cells}


@pytest.mark.parametrize("base", [5, 10])
def test_a_rounded_table_adds_up_through_its_hierarchy(policy_of: Policies, base: int) -> None:
    """Regions and totals are multiples next to the truth, and the sums of what they show."""
    raw = tabulate(rows_of(300), dimensions=(PROVINCE, OUTCOME))
    table, facts = round_table(raw, policy=policy_of(method="round", rounding_base=base))
    at_all = figures(table)
    for outcome in ("granted", "refused", "withdrawn"):
        at = {code: at_all[frozenset({("province", code), ("outcome", outcome)})] for code in ("10", "11")}
        assert at_all[frozenset({("province", "central"), ("outcome", outcome)})] == sum(at.values())
    assert all(value % base == 0 for value in at_all.values())
    moved = [
        abs(new.value - old)
        for new, old in zip(table.cells, raw.counts, strict=True)
        if new.value is not None
    ]
    assert len(moved) == len(raw.counts)
    assert max(moved) < base * (facts.widened + 1)
    assert facts.distance == sum(moved) > 0
    assert (facts.base, facts.audited, facts.passed) == (base, len(raw.counts), True)
    assert facts.parameters() == (("base", str(base)), ("widened", str(facts.widened)))


def test_the_noise_of_a_cell_is_the_same_in_every_table(policy_of: Policies) -> None:
    """Of other dimensions, in another order, of another day, and with codes that came later."""
    rows = rows_of(400)
    later = [
        *rows,
        *({**r, "case": f"N-{i}", "year": "2569", "province": "90"} for i, r in enumerate(rows[:60])),
    ]
    policy = noisy(policy_of)
    tables = [
        figures(perturb_table(counted(records, *dimensions), policy=policy)[0])
        for records, dimensions in (
            (rows, (PROVINCE, OUTCOME)),
            (rows[::-1], (OUTCOME, PROVINCE)),
            (rows, (YEAR, PROVINCE)),
            (later, (PROVINCE, YEAR, OUTCOME)),
        )
    ]
    everybody = frozenset[tuple[str, str]]()
    assert tables[0] == tables[1]
    assert {m: tables[2][m] for m in tables[0].keys() & tables[2].keys()} == {
        m: tables[0][m] for m in tables[0].keys() & tables[2].keys()
    }
    unchanged = {m for m in tables[2] if dict(m).get("year")}
    assert len(unchanged) > 10
    assert {m: tables[3][m] for m in unchanged} == {m: tables[2][m] for m in unchanged}
    old = {m for m in tables[0] if dict(m).get("province") in {"10", "11", "50", "51", "central", "north"}}
    assert {m: tables[3][m] for m in old} == {m: tables[0][m] for m in old}
    assert abs(tables[3][everybody] - tables[0][everybody] - 60) <= 2 * MILD.bound


def test_noise_keeps_its_bound_and_its_report(policy_of: Policies) -> None:
    """Zeros stay, nothing is further off than the bound, and the facts say what was done."""
    raw = counted(rows_of(400), PROVINCE, OUTCOME)
    table, facts = perturb_table(raw, policy=noisy(policy_of))
    moved = [(cell.value or 0) - count for cell, count in zip(table.cells, raw.counts, strict=True)]
    assert any(moved)
    assert all(abs(noise) <= MILD.bound for noise in moved)
    assert all(not noise for noise, count in zip(moved, raw.counts, strict=True) if not count)
    assert facts == PerturbationFacts(
        noise_bound=8,
        variance=Decimal(4),
        never_up_to=0,
        key_id=KEYS.key_id,
        audited=len(raw.counts),
        passed=True,
    )
    assert dict(facts.parameters()) == {
        "bound": "8",
        "variance": "4",
        "never_up_to": "0",
        "key_id": KEYS.key_id,
    }


def test_what_goes_out_is_what_an_outsider_can_check(policy_of: Policies) -> None:
    """From the table and the report's parameters alone, and a changed figure of a rounded table is found."""
    raw = counted(rows_of(400), PROVINCE, OUTCOME)
    rounded, rounding = round_table(raw, policy=policy_of(method="round", rounding_base=5))
    perturbed, noise = perturb_table(raw, policy=noisy(policy_of))
    for table, facts in ((rounded, rounding), (perturbed, noise)):
        asked = {"method": facts.method, "threshold": 5, "parameters": dict(facts.parameters())}
        assert audit_published(table, **asked).passed  # type: ignore[arg-type]  # one dict for two calls
        assert confirm_published(table, **asked) == facts.caveats  # type: ignore[arg-type]  # as above
    first = rounded.cells[0]
    changed = replace(rounded, cells=(replace(first, value=(first.value or 0) + 5), *rounded.cells[1:]))
    with pytest.raises(ProtectionError) as caught:
        confirm_published(changed, method="round", threshold=5, parameters=dict(rounding.parameters()))
    assert caught.value.code == "statistics.method_audit_failed"
    assert "unbalanced" in str(caught.value)
    with pytest.raises(ProtectionError, match="small"):
        confirm_published(rounded, method="round", threshold=7, parameters=dict(rounding.parameters()))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 120))
def test_no_small_count_shows(seed: int, people: int) -> None:
    """Any table: under rounding no figure lies between 0 and the threshold, and 0 stands for nobody too."""
    policy = DisclosurePolicy.signed(
        by="test role", on=DAY, id="test", version="1", threshold=5, method="round", rounding_base=5
    )
    raw = tabulate(rows_of(people, seed), dimensions=(PROVINCE, OUTCOME), personal_dimensions=("province",))
    table, facts = round_table(raw, policy=policy)
    assert facts.passed
    assert not any(0 < (cell.value or 0) < 5 for cell in table.cells)
    assert all(cell.value == 0 for cell, count in zip(table.cells, raw.counts, strict=True) if not count)


def test_a_cell_keeps_the_figure_it_had_in_another_table(policy_of: Policies) -> None:
    """One by province and outcome, one by outcome and year: where they meet, they show the same."""
    policy = policy_of(method="round", rounding_base=5)
    rows = rows_of(150)
    first, _ = round_table(tabulate(rows, dimensions=(PROVINCE, OUTCOME)), policy=policy)
    shared = {(keys[1], TOTAL): figure for keys, figure in shown(first).items() if keys[0] == TOTAL}
    other = tabulate(rows, dimensions=(OUTCOME, YEAR))
    second, facts = round_table(other, policy=policy, kept=shared)
    assert facts.passed
    assert {keys: shown(second)[keys] for keys in shared} == shared
    moved = shared | {("refused", TOTAL): shared["refused", TOTAL] + 100}
    with pytest.raises(RejectedError):
        round_table(other, policy=policy, kept=moved)


def test_a_base_below_the_threshold_is_refused(policy_of: Policies) -> None:
    """Three is no hiding place from a rule of five."""
    raw = tabulate(rows_of(100), dimensions=(OUTCOME,))
    with pytest.raises(RejectedError):
        round_table(raw, policy=policy_of(method="round", rounding_base=3, threshold=5))
    assert round_table(raw, policy=policy_of(method="round", rounding_base=3, threshold=3))[1].passed


def test_noise_that_cannot_hide_the_threshold_is_refused(policy_of: Policies) -> None:
    """And the error says what would."""
    raw = counted(rows_of(100), OUTCOME)
    weak = NoiseRule(bound=3, variance=Decimal(2))
    with pytest.raises(RejectedError) as caught:
        perturb_table(raw, policy=noisy(policy_of, noise=weak, threshold=5))
    assert caught.value.code == "statistics.noise_too_weak"
    assert "4 or more" in str(caught.value)
    assert perturb_table(raw, policy=noisy(policy_of, noise=weak, threshold=4))[1].passed


def test_a_table_that_its_sums_expose_is_refused(policy_of: Policies) -> None:
    """A sparse table whose noise meets its limits somewhere: the cells are named, no count is."""
    policy = noisy(policy_of, noise=NoiseRule(bound=4, variance=Decimal(2)))
    chance = random.Random(5)
    codes = [f"c{i}" for i in range(12)]
    rows: Rows = [
        {
            "case": str(i),
            "province": chance.choice(codes),
            "outcome": chance.choice(codes),
            "year": "abcd"[i % 4],
        }
        for i in range(600)
    ]
    raw = counted(rows, replace(PROVINCE, parents=()), OUTCOME, YEAR)
    with pytest.raises(ProtectionError) as caught:
        perturb_table(raw, policy=policy)
    assert caught.value.code == "statistics.method_audit_failed"
    assert "exposed" in str(caught.value)
    assert "(c" in str(caught.value)
    assert perturb_table(raw, policy=noisy(policy_of))[1].passed


def test_keys_must_be_there_and_right(policy_of: Policies) -> None:
    """A table without them, with a key missing, or with one changed gets no noise."""
    raw = counted(rows_of(60), OUTCOME)
    assert raw.cell_keys is not None
    wrong = (raw.cell_keys[0] ^ 1, *raw.cell_keys[1:])
    for keys in (None, raw.cell_keys[1:], wrong):
        with pytest.raises(RejectedError) as caught:
            perturb_table(replace(raw, cell_keys=keys), policy=noisy(policy_of))
        assert caught.value.code == "statistics.cell_keys_missing"
    with pytest.raises(RejectedError):
        perturb_table(replace(raw, cell_key_id=""), policy=noisy(policy_of))


def test_sums_and_other_methods_are_refused(policy_of: Policies) -> None:
    """What is made for counts would hide nothing in a sum; a policy means what it says."""
    raw = counted(rows_of(60), OUTCOME)
    sums = replace(
        raw, contributions=tuple(Contribution(contributors=1, paying=1, largest=(1,)) for _ in raw.counts)
    )
    rounding, suppressing = policy_of(method="round", rounding_base=5), policy_of()
    for method, policy in ((round_table, rounding), (perturb_table, noisy(policy_of))):
        with pytest.raises(RejectedError) as caught:
            method(sums, policy=policy)
        assert caught.value.code == "statistics.method_counts_only"
    with pytest.raises(RejectedError) as caught:
        round_table(raw, policy=suppressing)
    assert caught.value.code == "statistics.rounding_rule_missing"
    with pytest.raises(RejectedError) as caught:
        perturb_table(raw, policy=rounding)
    assert caught.value.code == "statistics.noise_rule_missing"


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("round", {}),
        ("round", {"base": "five", "widened": "0"}),
        ("cell_key", {"bound": "5", "never_up_to": "0"}),
        ("cell_key", {"bound": "5", "never_up_to": "0", "variance": "much"}),
    ],
)
def test_a_report_without_its_numbers_is_refused(
    policy_of: Policies, method: Any, parameters: dict[str, str]
) -> None:
    """A table is never checked against defaults."""
    raw = tabulate(rows_of(60), dimensions=(OUTCOME,))
    table, _ = round_table(raw, policy=policy_of(method="round", rounding_base=5))
    with pytest.raises(RejectedError) as caught:
        confirm_published(table, method=method, threshold=5, parameters=parameters)
    assert caught.value.code == "statistics.method_parameters"


def test_how_far_counts_moved_is_not_shown() -> None:
    """A distance of 0 would say that every figure is exact."""
    facts = RoundingFacts(base=5, widened=0, audited=9, passed=True, gap=0.25, distance=7777, bound=6666)
    assert "7777" not in repr(facts) + str(facts.parameters())
    assert "6666" not in repr(facts) + str(facts.parameters())
