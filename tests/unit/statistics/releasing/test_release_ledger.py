"""Releases made one after the other: the ledger relates them, and a second run is the first again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from govlink.errors import GovlinkError, ProtectionError, RejectedError
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
from govlink.statistics.audit import AuditResult, Exposure
from govlink.statistics.published import PublicRules
from govlink.statistics.releasing.checking import FileAudit

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
    """The report names its months, whether the table tells it or a subject that the policy did not make."""
    policy, where = monthly(policy_of), (("period", (said,)),)
    people = rows(("x", "a", 30), columns=("outcome", "service"))
    raw = tabulate(people, dimensions=(OUTCOME, SERVICE), limited=where)
    subject = Subject(population="", where=where, period="period")
    for told in (None, subject):
        made = prepare(raw, policy=policy, subject=told, as_of=LATE)
        assert made.release.report.subject is not None
        assert "2568-03" in dict(made.release.report.subject.where)["period"]


@pytest.mark.parametrize("said", [(), ("2568-01",), ("2568-02", "2568-03", "2568-04"), ("2568",)])
def test_a_table_counts_what_was_counted(policy_of: PolicyOf, said: tuple[str, ...]) -> None:
    """Nobody can say otherwise of it afterwards: it would be compared with the wrong tables."""
    policy = policy_of(period=ClosedPeriods(dimension="period", wait_days=0))
    people = rows(("2568-01", "a", 20), ("2568-02", "a", 10), ("2568-03", "b", 49), ("2568-04", "b", 1))
    raw = tabulate(people, dimensions=(SERVICE,), where=(("period", ("2568-01", "2568-02")),))
    subject = policy.subject(where=(("period", said),) if said else ())
    with pytest.raises(RejectedError) as caught:
        prepare(raw, policy=policy, subject=subject, as_of=LATE)
    assert caught.value.code == "statistics.subject_differs"
    made = prepare(raw, policy=policy, as_of=LATE).release.report
    assert made.subject == policy.subject(where=raw.where)


def test_january_is_published_in_february(policy_of: PolicyOf, tmp_path: Path) -> None:
    """With a hierarchy of months: the open year is left out, and a quarter comes with its last month."""
    period = ClosedPeriods(dimension="period", wait_days=10)
    policy = policy_of(period=period, hierarchies=(("period", "be-month"),), grand_total="suppressible")
    ledger, out = Ledger.open(tmp_path / "ledger.jsonl"), dict[str, tuple[str, ...]]()
    months = ("2568-01", "2568-02", "2568-03")
    people = rows(*((month, c, n) for month in months for c, n in zip("abcd", (8, 20, 9, 30), strict=True)))
    told: tuple[tuple[str, tuple[str, ...], date], ...] = (
        ("jan", ("2568-01",), date(2025, 2, 15)),
        ("feb", ("2568-02",), date(2025, 3, 15)),
        ("q1", months, date(2025, 4, 15)),
    )
    for name, shown, day in told:
        raw = tabulate(
            people,
            dimensions=(PERIOD, SERVICE),
            where=(("period", shown),),
            hierarchies=policy.parents_for,
        )
        made = prepare(raw, policy=policy, ledger=ledger, name=name, as_of=day)
        noted(ledger, made, policy=policy, name=name)
        ledger = Ledger.open(ledger.path)
        out[name] = tuple(dict.fromkeys(cell.keys[0] for cell in made.release.table.cells))
    assert out == {
        "jan": ("2568-01", "_T"),
        "feb": ("2568-02", "_T"),
        "q1": (*months, "2568-Q1", "_T"),
    }


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


@pytest.mark.parametrize("months", [("2568-02",), ("2568-02", "2568-03")])
def test_a_month_can_be_corrected(policy_of: PolicyOf, tmp_path: Path, months: tuple[str, ...]) -> None:
    """Of one month as of two; all of one month is that month, which is one cell and no sum of itself."""
    policy, ledger = monthly(policy_of), Ledger.open(tmp_path / "ledger.jsonl")
    counts = [(month, c, n) for month in months for c, n in zip("abcd", (3, 20, 9, 30), strict=True)]
    right = [(month, c, n + 10 * ((month, c) == (months[0], "d"))) for month, c, n in counts]
    first = prepare(
        tabulate(rows(*counts), dimensions=(PERIOD, SERVICE)), policy=policy, name="eq", as_of=LATE
    )
    noted(ledger, first, policy=policy, name="eq")
    corrected = tabulate(rows(*right), dimensions=(PERIOD, SERVICE))
    ledger = Ledger.open(ledger.path)
    made = prepare(corrected, policy=policy, ledger=ledger, restates=("eq",), name="eq", as_of=LATE)
    cells = {c.keys: c.value for c in made.release.table.cells}
    assert cells[months[0], "d"] == 40
    assert cells[months[0], "a"] is None


def test_what_must_be_corrected_together_is_named(policy_of: PolicyOf, tmp_path: Path) -> None:
    """A month whose quarter is out cannot be corrected alone; with it, it can, and the quarter comes anew."""
    policy, ledger = monthly(policy_of), Ledger.open(tmp_path / "ledger.jsonl")
    months = ("2568-01", "2568-02", "2568-03")

    def out(name: str, more: int, *shown: str, restates: tuple[str, ...] = ()) -> None:
        """Publish some months, or their quarter."""
        nonlocal ledger
        counts = [
            (shown[-1] if len(shown) == 4 else month, c, n + more * ((month, c) == (months[1], "d")))
            for month in shown[:3]
            for c, n in zip("abcd", (30, 50, 7, 20), strict=True)
        ]
        raw = tabulate(rows(*counts), dimensions=(PERIOD, SERVICE))
        made = prepare(raw, policy=policy, ledger=ledger, name=name, restates=restates, as_of=LATE)
        noted(ledger, made, policy=policy, name=name, restates=restates)
        ledger = Ledger.open(ledger.path)

    for month in months:
        out(month, 0, month)
    out("quarter", 0, *months, "2568-Q1")
    with pytest.raises(ProtectionError, match="these stand: quarter") as caught:
        out(months[1], 10, months[1], restates=(months[1],))
    assert caught.value.code == "statistics.correct_together"
    assert "2568-Q1, d" in str(caught.value)
    out(months[1], 10, months[1], restates=(months[1], "quarter"))
    out("quarter", 10, *months, "2568-Q1")
    assert [entry.name for entry in ledger.entries] == [*months, "quarter", months[1], "quarter"]


def test_whoever_counts_with_what_was_corrected_says_so(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Later tables may tell how little a correction changed, even of months they share a quarter with."""
    policy, ledger = monthly(policy_of), Ledger.open(tmp_path / "ledger.jsonl")
    told: dict[str, bool] = {}
    for name, code, n, restates in (
        ("feb", "2568-02", 30, ()),
        ("feb", "2568-02", 90, ("feb",)),
        ("jan", "2568-01", 40, ()),
        ("other", "2568-04", 70, ()),
        ("quarter", "2568-Q1", 180, ()),
        ("mar", "2568-03", 50, ()),
    ):
        raw = tabulate(rows((code, "a", n), (code, "b", n)), dimensions=(PERIOD, SERVICE))
        made = prepare(raw, policy=policy, ledger=ledger, name=name, restates=restates, as_of=LATE)
        noted(ledger, made, policy=policy, name=name, restates=restates)
        ledger = Ledger.open(ledger.path)
        told[name] = "restatements" in made.release.report.not_covered
    assert told == {"feb": True, "jan": False, "other": False, "quarter": True, "mar": True}


def test_a_ledger_of_another_register_is_no_look_at_what_is_out(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Earlier releases are called covered where some were attacked, or all would have been."""
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    raw = tabulate(rows(("x", "a", 30), columns=("outcome", "service")), dimensions=(OUTCOME, SERVICE))
    seen = []
    for name, population in (("a", "schools"), ("b", "petitions"), ("c", " Petitions")):
        policy = policy_of(id=name, population="petitions" if population == " Petitions" else population)
        told = Subject(population=population)
        made = prepare(raw, policy=policy, subject=told, ledger=ledger, name=name)
        noted(ledger, made, policy=policy, name=name)
        ledger = Ledger.open(ledger.path)
        seen.append("earlier_releases" not in made.release.report.not_covered)
    assert seen == [False, False, True]


def test_groups_are_called_covered_where_they_are_judged(policy_of: PolicyOf, tmp_path: Path) -> None:
    """Alone and beside a table of the same columns; not where lines over the columns of both may tell."""
    policy = policy_of(zeros="sampling", group=GroupRule(dimension="outcome"))
    ledger = Ledger.open(tmp_path / "ledger.jsonl")
    people = rows(("x", "a", 30), ("y", "a", 40), columns=("outcome", "service"))
    sex = Dimension(id="sex", label_th="sex", label_en="sex")
    everybody = [row | {"sex": "f"} for row in people]
    for name, dimensions, judged in (
        ("one", (OUTCOME, SERVICE), True),
        ("two", (OUTCOME, SERVICE), True),
        ("three", (OUTCOME, sex), False),
    ):
        made = prepare(tabulate(everybody, dimensions=dimensions), policy=policy, ledger=ledger, name=name)
        assert ("group_disclosure" in made.release.report.not_covered) is not judged
        assert {c.status for c in made.release.table.cells} == {CellStatus.FREE}
        noted(ledger, made, policy=policy, name=name)
        ledger = Ledger.open(ledger.path)


def test_a_file_that_tells_of_a_group_with_earlier_ones_is_refused_by_name() -> None:
    """Neither its own cells nor a change of the table is to blame."""
    rules = PublicRules(threshold=5, zeros="sampling", group=GroupRule(dimension="outcome"))
    line = Exposure(table="", keys=("service=b",), equation="(both: x) - (x) = 0")
    found = FileAudit(rules=rules, report=None, result=AuditResult(rules=rules, audited=0, across=(line,)))
    assert not found.passed
    with pytest.raises(ProtectionError, match="service=b") as caught:
        found.refuse()
    assert caught.value.code == "statistics.audit_file_exposed"


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
