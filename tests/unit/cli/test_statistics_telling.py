"""What ``govlink statistics`` says at its end, and of what it was given: files, ledgers, days, options."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from govlink.cli.app import run
from govlink.statistics import Ledger

from .statistics_desk import Desk, Statistics

PROTECT = ("protect", "counts.csv", "--policy", "policy.toml", "--out", "out")
MISCONFIGURED = 78
REJECTED = 65
PROTECTED = 80
UNVERIFIED = 79


def test_protect_tells_machines_what_a_schedule_needs(desk: Desk, statistics: Statistics) -> None:
    """Which policy, what it was held against, what nobody looked at, and where the ledger stands now."""
    base = (*PROTECT, "--ledger", "ledger.jsonl")
    first = statistics(*base, "--name", "first")
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert first["not_covered"] == report["not_covered"]
    assert first["policy_sha256"] == report["policy_sha256_hex"]
    assert (first["earlier_tables"], first["exit_code"]) == (0, 0)
    assert first["ledger_head"] == Ledger.read(desk.folder / "ledger.jsonl").head
    desk.table("เหนือ,approved,500", "เหนือ,refused,40", "ใต้,approved,600", "ใต้,refused,70")
    second = statistics(*base, "--name", "second", "--where", "year=2568", "--out", "other")
    assert second["earlier_tables"] == 1
    assert second["ledger_head"] != first["ledger_head"]


def test_audit_tells_machines_what_nobody_looked_at(desk: Desk, statistics: Statistics) -> None:
    """Passing says nothing of these risks; the exit code is told when all is well, too."""
    statistics(*PROTECT)
    told = statistics("audit", "out/table.csv")
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert (told["exit_code"], told["not_covered"]) == (0, report["not_covered"])
    table = desk.folder / "out" / "table.csv"
    table.write_text(table.read_text("utf-8-sig").replace("_T,_T,", "_T,_T,9"), "utf-8-sig", newline="")
    failed = statistics("audit", "out/table.csv", code=PROTECTED)
    assert (failed["exit_code"], failed["error"]["exit_code"]) == (PROTECTED, PROTECTED)


@pytest.mark.parametrize(("spoken", "word"), [("th", "ช่องที่ปกปิด"), ("en", "share of cells suppressed")])
@pytest.mark.usefixtures("desk")
def test_people_read_it_in_their_language(
    spoken: str, word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result of protect and of audit, with words for what was searched."""
    monkeypatch.setenv("GOVLINK_LANG", spoken)
    assert run(["statistics", *PROTECT]) == 0
    told = capsys.readouterr().out
    assert word in told
    assert ("suppressed_share" in told, "exact" in told) == (False, True)
    assert run(["statistics", "audit", "out/table.csv"]) == 0
    told = capsys.readouterr().out
    assert ("ผ่าน" in told, "passed" in told) == (spoken == "th", spoken == "en")


@pytest.mark.parametrize(
    "arguments",
    [
        ("tabulate", "nosuch.csv", "--dimensions", "province"),
        ("assess", "nosuch.csv", "--policy", "policy.toml"),
        ("protect", "nosuch.csv", "--policy", "policy.toml", "--out", "out"),
        ("audit", "nosuch.csv"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_file_that_is_not_there_is_named(arguments: tuple[str, ...], statistics: Statistics) -> None:
    """The path is wrong, and neither the data nor the policy."""
    error = statistics(*arguments, code=MISCONFIGURED)["error"]
    for told in (error["en"], error["th"]):
        assert "nosuch.csv" in told
    assert "policy" not in error["en"]


def test_an_audit_makes_no_ledger(desk: Desk, statistics: Statistics) -> None:
    """A mistyped name is no empty ledger, and reading leaves nothing behind."""
    statistics(*PROTECT, "--ledger", "ledger.jsonl")
    error = statistics("audit", "out/table.csv", "--ledger", "typo.jsonl", code=MISCONFIGURED)["error"]
    assert error["code"] == "statistics.ledger_missing"
    assert "typo.jsonl" in error["en"]
    assert not (desk.folder / "typo.jsonl").exists()


def test_an_altered_ledger_is_told_as_a_ledger(desk: Desk, statistics: Statistics) -> None:
    """Not as a document whose issuer could be asked."""
    statistics(*PROTECT, "--ledger", "ledger.jsonl", "--name", "first")
    path = desk.folder / "ledger.jsonl"
    path.write_text(path.read_text("utf-8").replace('"first"', '"other"'), "utf-8")
    error = statistics(*PROTECT, "--ledger", "ledger.jsonl", "--name", "first", code=UNVERIFIED)["error"]
    assert "backup" in error["en"]
    assert "สำเนาสำรอง" in error["th"]
    assert "issuer" not in error["en"]


def test_protecting_makes_no_folder_for_a_ledger(desk: Desk, statistics: Statistics) -> None:
    """A mistyped path would begin a register of which nothing was ever published."""
    error = statistics(*PROTECT, "--ledger", "no/such/ledger.jsonl", code=MISCONFIGURED)["error"]
    assert error["code"] == "statistics.ledger_folder_missing"
    assert not (desk.folder / "no").exists()
    assert not (desk.folder / "out").exists()


def test_a_restatement_needs_a_ledger(desk: Desk, statistics: Statistics) -> None:
    """There is nothing to restate otherwise, and the report would say that something was."""
    error = statistics(*PROTECT, "--restate", "first", code=MISCONFIGURED)["error"]
    assert error["code"] == "statistics.restate_without_ledger"
    assert not (desk.folder / "out").exists()


@pytest.mark.usefixtures("desk")
def test_a_day_that_has_not_come_closes_nothing(statistics: Statistics) -> None:
    """Today's date in Bangkok is the last that --as-of takes."""
    today = datetime.now(timezone(timedelta(hours=7))).date()
    ahead = (today + timedelta(days=2)).isoformat()  # two, should midnight pass meanwhile
    assert (
        statistics(*PROTECT, "--as-of", ahead, code=MISCONFIGURED)["error"]["code"] == "statistics.day_ahead"
    )
    assert statistics(*PROTECT, "--as-of", today.isoformat())["audit"] == "passed"


@pytest.mark.parametrize("ledger", [(), ("--ledger", "ledger.jsonl")])
def test_the_agencys_own_report_may_go_elsewhere(
    ledger: tuple[str, ...], desk: Desk, statistics: Statistics
) -> None:
    """All of the folder may then be published; one of an earlier run there is removed."""
    statistics(*PROTECT, *ledger)
    (desk.folder / "own").mkdir()
    told = statistics(*PROTECT, *ledger, "--restricted", "own/half.json")
    assert sorted(p.name for p in (desk.folder / "out").iterdir()) == ["report.json", "table.csv"]
    own = desk.folder / "own" / "half.json"
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert json.loads(own.read_text("utf-8"))["primaries"]
    assert "own/half.json" in told["files"]
    statistics(*PROTECT, *ledger, "--restricted", "out/restricted.json")
    assert (desk.folder / "out" / "restricted.json").read_bytes() == own.read_bytes()


@pytest.mark.usefixtures("desk")
def test_what_cannot_be_written_is_told_so(statistics: Statistics) -> None:
    """Not that it could not be read."""
    Path("blocked").write_text("a file", "utf-8")
    error = statistics(*PROTECT[:-1], "blocked/out", code=MISCONFIGURED)["error"]
    assert error["code"] == "statistics.file_unwritable"


def test_a_column_of_counts_may_have_another_name(desk: Desk, statistics: Statistics) -> None:
    """A long table without one, or records, are told apart in the message."""
    desk.table("เหนือ,approved,40", "ใต้,refused,50", name="n.csv", header="province,outcome,จำนวน")
    assert statistics("assess", "n.csv", "--policy", "policy.toml", "--count", "จำนวน")["cells"] == 9
    error = statistics("assess", "n.csv", "--policy", "policy.toml", code=REJECTED)["error"]
    assert error["code"] == "statistics.counts_column_missing"
    assert "--dimensions" in error["en"]
    assert "--count" in error["en"]


def test_a_limit_can_be_tried_before_protecting(desk: Desk, statistics: Statistics) -> None:
    """--where leaves other records out when counting and when judging; --sum adds up."""
    rows = [f"เหนือ,{outcome},{year},{i}" for i in range(12) for outcome in ("a", "b") for year in (1, 2)]
    desk.table(*rows, "ใต้,c,3,7", name="rows.csv", header="province,outcome,year,fee")
    by = ("rows.csv", "--dimensions", "province,outcome")
    assert statistics("tabulate", *by)["cells"] == 12
    assert statistics("tabulate", *by, "--where", "year=1")["cells"] == 6
    assert statistics("assess", *by, "--policy", "policy.toml", "--where", "year=1")["primaries"] == 0
    assert statistics("assess", *by, "--policy", "policy.toml")["primaries"] > 0
    assert statistics("tabulate", *by, "--sum", "fee")["cells"] == 12
    refused = statistics("tabulate", *by, "--sum", "fee", "--out", "sums.csv", code=MISCONFIGURED)
    assert refused["error"]["code"] == "statistics.sums_not_written"


@pytest.mark.usefixtures("desk")
def test_help_tells_the_exit_codes_of_the_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever schedules it reads them there."""
    assert run(["statistics", "--help"]) == 0
    told = capsys.readouterr().out
    for code in ("73", "78", "79", "80"):
        assert code in told
