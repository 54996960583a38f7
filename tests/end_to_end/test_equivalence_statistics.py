"""The equivalence service's statistics, from a petition store through one ledger to releases."""

from __future__ import annotations

import runpy
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from govlink.demo.years import Register, fill_log
from govlink.equivalence.petition import Petition
from govlink.equivalence.statistics_rows import (
    Row,
    first_decisions,
    origin_rows,
    petition_rows,
    province_rows,
    refusal_rows,
    reissue_rows,
    turnaround_rows,
)
from govlink.equivalence.store import EventStore
from govlink.statistics import EQUIVALENCE_DATASETS, ReadyDataset, audit, load_policy, release
from govlink.statistics.ledger import Ledger, PolicyMark
from govlink.statistics.published import PublishedTable

POLICIES = Path(__file__).parents[2] / "fixtures" / "statistics"
TODAY = date(2024, 1, 1)
OPENED, DAYS = date(2023, 11, 1), 50
PETITIONS = 500

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EventStore, Register, Path]]:
    """A real store with the petitions of the first months."""
    path = tmp_path_factory.mktemp("store") / "petitions.db"
    with EventStore(f"sqlite:///{path}", person_secret=b"only for these tests") as opened:
        register = fill_log(opened, petitions=PETITIONS, first_day=OPENED, days=DAYS)
        yield opened, register, path


@pytest.fixture(scope="module")
def decided(store: tuple[EventStore, Register, Path]) -> tuple[Petition, ...]:
    """Its petitions as they were first decided."""
    return tuple(first_decisions(store[0], store[0].streams()))


@pytest.fixture(scope="module")
def rows(
    store: tuple[EventStore, Register, Path], decided: tuple[Petition, ...]
) -> Mapping[str, tuple[Row, ...]]:
    """The rows of every data set."""
    made = {
        "eq_petitions_month": petition_rows(decided, as_of=TODAY),
        "eq_foreign_origin_year": origin_rows(decided, as_of=TODAY),
        "eq_reissue_year": reissue_rows(decided, as_of=TODAY),
        "eq_refusal_reasons_year": refusal_rows(decided, as_of=TODAY),
        "eq_turnaround_quarter": turnaround_rows(decided, as_of=TODAY),
        "eq_applicant_province_year": province_rows(decided, as_of=TODAY, provinces=store[1].provinces),
    }
    return {name: tuple(some) for name, some in made.items()}


def test_the_shipped_counts_are_what_their_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte."""
    script = POLICIES.parents[1] / "tests" / "releases" / "counts.py"
    monkeypatch.setattr(sys, "argv", [str(script), "--into", str(tmp_path)])
    runpy.run_path(str(script), run_name="__main__")
    for data in EQUIVALENCE_DATASETS:
        name = f"{data.name}.csv"
        assert (tmp_path / name).read_bytes() == (POLICIES / name).read_bytes(), name


def test_the_store_holds_what_was_filed(store: tuple[EventStore, Register, Path]) -> None:
    """Most petitions are taken in, under numbers that no citizen has."""
    opened, register, path = store
    assert len(opened.streams()) == register.petitions == len(register.provinces)
    assert PETITIONS * 0.9 < register.petitions < PETITIONS
    with sqlite3.connect(path) as connection:
        submitted = connection.execute("SELECT data FROM govlink_events WHERE type = 'Submitted'").fetchall()
    assert len(submitted) > PETITIONS * 0.8


def test_the_same_seed_fills_the_same_store(rows: Mapping[str, tuple[Row, ...]], tmp_path: Path) -> None:
    """Figures made from it can be compared from run to run."""
    again: list[tuple[Row, ...]] = []
    for name in ("one", "two"):
        with EventStore(f"sqlite:///{tmp_path / name}.db", person_secret=b"only for these tests") as other:
            fill_log(other, petitions=40, first_day=OPENED, days=20)
            again.append(tuple(petition_rows(first_decisions(other, other.streams()), as_of=TODAY)))
    assert again[0] == again[1] != ()


def test_all_data_sets_count_the_same_petitions(rows: Mapping[str, tuple[Row, ...]]) -> None:
    """What one leaves out is what its definition leaves out, and nothing else."""
    every = rows["eq_petitions_month"]
    assert len(rows["eq_applicant_province_year"]) == len(every)
    for data in EQUIVALENCE_DATASETS:
        where = dict(data.where)
        kept = [row for row in every if all(row[name] in codes for name, codes in where.items())]
        assert len(rows[data.name]) == len(kept), data.name


def test_all_are_released_through_one_ledger(rows: Mapping[str, tuple[Row, ...]], tmp_path: Path) -> None:
    """Each is protected with those that are out, and all of them together still hold."""
    path = tmp_path / "ledger.jsonl"
    for data in EQUIVALENCE_DATASETS:
        _publish(data, rows[data.name], path)
    ledger, first = Ledger.open(path), EQUIVALENCE_DATASETS[0]
    subject = first.subject(load_policy(POLICIES / f"{first.name}.policy.toml"))
    tables = ledger.published(subject)
    assert [table.name for table in tables] == [data.name for data in EQUIVALENCE_DATASETS]
    for at in (0, len(tables) - 1):
        out, others = tables[at], (*tables[:at], *tables[at + 1 :])
        assert any(cell.value is None for cell in out.table.cells)
        found = audit.attack(out.table, rules=out.rules, subject=out.subject, name=out.name, earlier=others)
        assert found.passed


def _publish(data: ReadyDataset, rows: tuple[Row, ...], path: Path) -> None:
    policy, ledger = load_policy(POLICIES / f"{data.name}.policy.toml"), Ledger.open(path)
    raw, subject = data.count(rows, as_of=TODAY), data.subject(policy)
    made = release(raw, policy=policy, subject=subject, ledger=ledger, name=data.name, as_of=TODAY)
    shown = [cell.value for cell in made.table.cells if cell.value is not None]
    assert not any(0 < value < policy.threshold for value in shown)
    table = PublishedTable(name=data.name, subject=subject, table=made.table, rules=made.report.rules)
    ledger.append(table, mark=PolicyMark.of(policy))
