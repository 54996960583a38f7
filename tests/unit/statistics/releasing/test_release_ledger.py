"""Releases made one after the other: the ledger relates them, and a second run is the first again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from govlink.errors import GovlinkError, ProtectionError
from govlink.models.release import CellStatus, Dimension
from govlink.statistics import (
    ClosedPeriods,
    DisclosurePolicy,
    GroupRule,
    Ledger,
    PolicyMark,
    Prepared,
    PublishedTable,
    Subject,
    prepare,
    tabulate,
)

PolicyOf = Callable[..., DisclosurePolicy]
PERIOD = Dimension(id="period", label_th="งวด", label_en="period")
SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
LATE = date(2030, 1, 1)


def rows(
    *counts: tuple[str, str, int], columns: tuple[str, str] = ("period", "service")
) -> list[dict[str, object]]:
    """Records of that many of each."""
    return [dict(zip(columns, (one, other), strict=True)) for one, other, n in counts for _ in range(n)]


def noted(
    ledger: Ledger, made: Prepared, *, policy: DisclosurePolicy, name: str, restates: tuple[str, ...] = ()
) -> None:
    """Put what was prepared into the ledger."""
    report = made.release.report
    assert report.subject is not None
    published = PublishedTable(
        name=name, subject=report.subject, table=made.release.table, rules=report.rules
    )
    ledger.append(published, mark=PolicyMark.of(policy), restates=restates)


def monthly(policy_of: PolicyOf) -> DisclosurePolicy:
    """A policy that names the dimension of time and no hierarchy."""
    return policy_of(period=ClosedPeriods(dimension="period", wait_days=0), grand_total="suppressible")


def test_a_quarter_does_not_give_its_months_away(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Months and quarters tell of each other though no table shows both and no policy names a hierarchy."""
    policy, ledger = monthly(policy_of), Ledger.open(tmp_path / "ledger.jsonl")
    counts = (("2568-01", "a", 3), ("2568-02", "a", 20), ("2568-03", "a", 30))
    counts += (("2568-01", "b", 25), ("2568-02", "b", 4), ("2568-03", "b", 50))
    months = tabulate(rows(*counts), dimensions=(PERIOD, SERVICE))
    first = prepare(months, policy=policy, ledger=ledger, name="months", as_of=LATE)
    noted(ledger, first, policy=policy, name="months")
    shown = {c.keys: c.value for c in first.release.table.cells}
    assert shown["2568-01", "a"] is None
    quarter = tabulate(rows(*((f"{m[:4]}-Q1", s, n) for m, s, n in counts)), dimensions=(PERIOD, SERVICE))
    try:
        second = prepare(quarter, policy=policy, ledger=ledger, name="quarter", as_of=LATE)
    except ProtectionError:
        return
    cells = {c.keys: c.value for c in second.release.table.cells}
    for service, month in (("a", "2568-01"), ("b", "2568-02")):
        parts = [shown[m, service] for m in ("2568-01", "2568-02", "2568-03") if m != month]
        assert None in (*parts, cells["2568-Q1", service])


@pytest.mark.parametrize("said", ["2568", "2568-Q1"])
def test_a_part_of_the_register_said_by_hand_is_written_out(policy_of: PolicyOf, said: str) -> None:
    """A subject that the policy did not make names its months in the report all the same."""
    policy = monthly(policy_of)
    raw = tabulate(rows(("x", "a", 30), columns=("outcome", "service")), dimensions=(OUTCOME, SERVICE))
    subject = Subject(population="", where=(("period", (said,)),), period="period")
    made = prepare(raw, policy=policy, subject=subject, as_of=LATE)
    assert made.release.report.subject is not None
    assert "2568-03" in dict(made.release.report.subject.where)["period"]


def test_a_correction_may_keep_the_name(policy_of: PolicyOf, tmp_path: Path) -> None:
    """The second vintage is made under the same name, and either run is recognised when it is repeated."""
    policy, ledger = policy_of(), Ledger.open(tmp_path / "ledger.jsonl")
    wrong, right = (
        tabulate(
            rows(("x", "a", n), ("y", "a", 40), columns=("outcome", "service")), dimensions=(OUTCOME, SERVICE)
        )
        for n in (30, 50)
    )
    noted(ledger, prepare(wrong, policy=policy, ledger=ledger, name="eq"), policy=policy, name="eq")
    ledger = Ledger.open(ledger.path)
    made = prepare(right, policy=policy, ledger=ledger, restates=("eq",), name="eq")
    noted(ledger, made, policy=policy, name="eq", restates=("eq",))
    ledger = Ledger.open(ledger.path)
    for restates in ((), ("eq",)):
        again = prepare(right, policy=policy, ledger=ledger, restates=restates, name="eq")
        assert again.release.report.sha256_hex() == made.release.report.sha256_hex()
    assert "restatements" in made.release.report.not_covered
    with pytest.raises(GovlinkError):
        prepare(wrong, policy=policy, ledger=ledger, name="eq")


def test_groups_are_not_called_covered_where_a_difference_may_tell(
    policy_of: PolicyOf, tmp_path: Path
) -> None:
    """The attack judges groups table by table; with an earlier table of outcomes the report says so."""
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    raw = tabulate(
        rows(("x", "a", 30), ("y", "a", 40), columns=("outcome", "service")), dimensions=(OUTCOME, SERVICE)
    )
    alone = prepare(raw, policy=policy, ledger=ledger, name="one")
    assert "group_disclosure" not in alone.release.report.not_covered
    noted(ledger, alone, policy=policy, name="one")
    beside = prepare(raw, policy=policy, ledger=Ledger.open(ledger.path), name="two")
    assert "group_disclosure" in beside.release.report.not_covered
    assert {c.status for c in beside.release.table.cells} == {CellStatus.FREE}


def test_a_rounded_cell_keeps_its_figure(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Two rounded tables of the same people show their common margin alike, so neither narrows the other."""
    policy = policy_of(method="round", rounding_base=5)
    for seed in range(12):
        draw = random.Random(seed)
        people: list[dict[str, object]] = [
            {"c": draw.choice("AAABBCD"), "s": draw.choice("fm"), "o": draw.choice("xyyz")}
            for _ in range(draw.randint(200, 333))
        ]
        ledger = Ledger.open(tmp_path / f"{seed}.jsonl")
        shown: dict[str, int | None] = {}
        for other in "so":
            dimensions = tuple(Dimension(id=i, label_th=i, label_en=i) for i in ("c", other))
            made = prepare(tabulate(people, dimensions=dimensions), policy=policy, ledger=ledger, name=other)
            noted(ledger, made, policy=policy, name=other)
            ledger = Ledger.open(ledger.path)
            margin = {c.keys[0]: c.value for c in made.release.table.cells if c.keys[1] == "_T"}
            assert not shown or margin == shown
            shown = margin
