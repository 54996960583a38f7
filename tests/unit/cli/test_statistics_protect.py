"""``govlink statistics protect`` and ``audit``: what is written, what is never told, and what a flip does."""

from __future__ import annotations

import csv
import json
import stat
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from govlink.cli.app import run

from .statistics_desk import Desk, Statistics

CANARIES = (70901, 80903, 90907)
PROTECT = ("protect", "counts.csv", "--policy", "policy.toml", "--out", "out")
ALL_FORMATS = "csv,sdmx-csv,json-stat,parquet,html"
PROTECTED = 80
REJECTED = 65
MISCONFIGURED = 78


def cells(path: Path) -> dict[tuple[str, ...], tuple[str, str]]:
    """Value and status of each cell of a ``table.csv``."""
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    return {tuple(row[:-2]): (row[-2], row[-1]) for row in rows[1:]}


def rewrite(path: Path, keys: tuple[str, ...], value: str, status: str) -> None:
    """Give one cell of a ``table.csv`` another value and status."""
    lines = path.read_text("utf-8-sig").splitlines()
    start = ",".join(keys) + ","
    changed = [f"{start}{value},{status}" if line.startswith(start) else line for line in lines]
    assert changed != lines
    path.write_text("".join(f"{line}\r\n" for line in changed), "utf-8-sig", newline="")


# --- protected --------------------------------------------------------------------------------


def test_what_protect_writes(desk: Desk, statistics: Statistics) -> None:
    """The table with the same columns, the report, and the restricted half that only its owner may read."""
    told = statistics(*PROTECT)
    out = desk.folder / "out"
    assert sorted(p.name for p in out.iterdir()) == ["report.json", "restricted.json", "table.csv"]
    assert stat.S_IMODE((out / "restricted.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((out / "table.csv").stat().st_mode) == 0o644
    found = cells(out / "table.csv")
    assert len(found) == 9
    assert {k for k, (value, status) in found.items() if (value, status) == ("", "C")} == {
        ("เหนือ", "approved"),
        ("เหนือ", "refused"),
        ("ใต้", "approved"),
        ("ใต้", "refused"),
    }
    assert found["_T", "_T"] == (str(sum(CANARIES) + 3), "F")
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert (report["policy_id"], report["threshold"], report["audit_verdict"]) == ("desk", 5, "passed")
    assert (told["cells"], told["suppressed"], told["audit"], told["ledger_entry"]) == (9, 4, "passed", None)
    restricted = json.loads((out / "restricted.json").read_text("utf-8"))
    assert restricted["primaries"] == [{"keys": ["เหนือ", "refused"], "reasons": ["threshold"]}]
    assert {tuple(i["keys"]) for i in restricted["intervals"]} == {k for k, v in found.items() if not v[0]}
    assert all(i["least"] < i["greatest"] for i in restricted["intervals"])
    assert restricted["input_hmac_sha256_hex"] is None


def test_protect_audit_flip_audit(desk: Desk, statistics: Statistics) -> None:
    """Exit 0 as it was published; with one masked cell published again 80, and that cell is named."""
    statistics(*PROTECT)
    table = desk.folder / "out" / "table.csv"
    passed = statistics("audit", "out/table.csv")
    assert (passed["passed"], passed["audited"], passed["failures"], passed["altered"]) == (
        True,
        4,
        [],
        False,
    )
    rewrite(table, ("ใต้", "refused"), "90907", "F")
    failed = statistics("audit", "out/table.csv", code=PROTECTED)
    assert failed["opened"] == [["ใต้", "refused"]]
    assert (failed["passed"], failed["altered"]) == (False, True)
    assert {tuple(f["keys"]) for f in failed["failures"]} == {
        ("เหนือ", "approved"),
        ("เหนือ", "refused"),
        ("ใต้", "approved"),
    }
    assert failed["error"]["code"] == "statistics.audit_opened_more"
    assert "(ใต้, refused)" in failed["error"]["en"]
    assert "(ใต้, refused)" in failed["error"]["th"]


@pytest.mark.parametrize("keys", [("เหนือ", "approved"), ("เหนือ", "refused"), ("ใต้", "approved")])
@pytest.mark.parametrize(("value", "status"), [("12", "F"), ("12", "C"), ("0", "F")])
def test_whatever_stands_in_a_masked_cell_it_is_named(
    desk: Desk, statistics: Statistics, keys: tuple[str, str], value: str, status: str
) -> None:
    """Also a wrong value, and one whose status still says that it is hidden."""
    statistics(*PROTECT)
    rewrite(desk.folder / "out" / "table.csv", keys, value, status)
    assert statistics("audit", "out/table.csv", code=PROTECTED)["opened"] == [list(keys)]


def test_a_sorted_copy_is_still_recognised(desk: Desk, statistics: Statistics) -> None:
    """A spreadsheet that sorted the rows changed nothing; and the flip is named all the same."""
    statistics(*PROTECT)
    table = desk.folder / "out" / "table.csv"
    header, *rows = table.read_text("utf-8-sig").splitlines()
    table.write_text("\r\n".join((header, *sorted(rows), "")), "utf-8-sig", newline="")
    assert statistics("audit", "out/table.csv")["passed"]
    rewrite(table, ("เหนือ", "refused"), "3", "F")
    assert statistics("audit", "out/table.csv", code=PROTECTED)["opened"] == [["เหนือ", "refused"]]


def test_a_published_figure_that_was_changed_is_found(desk: Desk, statistics: Statistics) -> None:
    """The table is not the one of the report, even where nothing can be worked out."""
    statistics(*PROTECT)
    rewrite(desk.folder / "out" / "table.csv", ("_T", "_T"), "7", "F")
    found = statistics("audit", "out/table.csv", code=PROTECTED)
    assert (found["passed"], found["altered"], found["opened"]) == (False, True, [])


def test_an_audit_needs_rules(desk: Desk, statistics: Statistics) -> None:
    """Those of the report beside the table, or a policy's; a stricter policy fails a table that passed."""
    statistics(*PROTECT)
    alone = desk.folder / "alone.csv"
    alone.write_bytes((desk.folder / "out" / "table.csv").read_bytes())
    assert statistics("audit", "alone.csv", code=PROTECTED)["error"]["code"] == "statistics.rules_missing"
    assert statistics("audit", "alone.csv", "--policy", "policy.toml")["passed"]
    rewrite(alone, ("ใต้", "refused"), "90907", "F")
    assert len(statistics("audit", "alone.csv", "--policy", "policy.toml", code=PROTECTED)["failures"]) == 3
    strict = desk.policy(name="strict.toml", threshold=1000)
    assert statistics("audit", "out/table.csv", "--policy", strict)["passed"]
    wider = desk.policy("interval_width = 900", name="wider.toml")
    assert not statistics("audit", "out/table.csv", "--policy", wider)["failures"]


def test_an_audit_tells_of_policy_and_ledger(
    desk: Desk, statistics: Statistics, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether the report is of the policy in force, and which entry the table has: told, not judged."""
    statistics(*PROTECT, "--ledger", "ledger.jsonl")
    bare = statistics("audit", "out/table.csv")
    assert (bare["policy_in_force"], bare["ledger_entry"]) == (None, None)
    both = ("--policy", "policy.toml", "--ledger", "ledger.jsonl")
    whole = statistics("audit", "out/table.csv", *both)
    assert (whole["passed"], whole["policy_in_force"], whole["ledger_entry"]) == (True, True, 1)
    newer = desk.policy('interval_width = 1\n[columns]\nsame = [["province", "region"]]\n', name="newer.toml")
    statistics("audit", "out/table.csv", "--ledger", "other.jsonl", code=MISCONFIGURED)
    assert not (desk.folder / "other.jsonl").exists()
    (desk.folder / "other.jsonl").touch()
    stale = statistics("audit", "out/table.csv", "--policy", newer, "--ledger", "other.jsonl")
    assert (stale["passed"], stale["policy_in_force"], stale["ledger_entry"]) == (True, False, None)
    assert run(["statistics", "audit", "out/table.csv", "--policy", newer, "--ledger", "ledger.jsonl"]) == 0
    printed = capsys.readouterr().out
    assert "older wording" in printed
    assert "ledger entry" in printed


def test_the_same_input_gives_the_same_bytes(desk: Desk, statistics: Statistics) -> None:
    """In every format, whatever the order of the rows."""
    statistics(*PROTECT, "--format", ALL_FORMATS)
    first = {p.name: p.read_bytes() for p in (desk.folder / "out").iterdir()}
    header, *rows = (desk.folder / "counts.csv").read_text("utf-8").splitlines()
    desk.table(*reversed(rows), header=header)
    statistics(*PROTECT, "--format", ALL_FORMATS)
    assert {p.name: p.read_bytes() for p in (desk.folder / "out").iterdir()} == first
    assert set(first) == {
        "table.csv", "table.sdmx.csv", "table.json-stat.json", "table.parquet", "table.html",
        "report.json", "restricted.json",
    }  # fmt: skip


def test_no_format_of_an_earlier_table_is_left(desk: Desk, statistics: Statistics) -> None:
    """The page of last month beside the table of this one would be taken for this month's."""
    statistics(*PROTECT, "--format", ALL_FORMATS)
    statistics(*PROTECT)
    assert (desk.folder / "out" / "table.html").exists()
    desk.table("เหนือ,approved,500", "เหนือ,refused,40", "ใต้,approved,600", "ใต้,refused,70")
    (desk.folder / "out" / "notes.txt").write_text("mine", "utf-8")
    statistics(*PROTECT, "--format", "parquet")
    assert sorted(p.name for p in (desk.folder / "out").iterdir()) == [
        "notes.txt", "report.json", "restricted.json", "table.csv", "table.parquet",
    ]  # fmt: skip


def test_a_dry_run_writes_nothing(desk: Desk, statistics: Statistics) -> None:
    """All of it is done and told, and the folder is as it was."""
    before = sorted(desk.folder.rglob("*"))
    told = statistics(*PROTECT, "--dry-run", "--ledger", "ledger.jsonl")
    assert (told["dry_run"], told["suppressed"], told["files"]) == (True, 4, [])
    assert sorted(desk.folder.rglob("*")) == before


# --- what is never told -----------------------------------------------------------------------


def holds(text: str) -> list[int]:
    """The canaries that occur in a text, grouped by commas or not."""
    return [number for number in CANARIES if str(number) in text or f"{number:,}" in text]


def test_no_hidden_count_is_in_any_output(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Every file, the ledger, what is printed, and what errors say."""
    base = ["statistics", *PROTECT, "--format", ALL_FORMATS, "--ledger", "ledger.jsonl"]
    for arguments in (
        base,
        [*base, "--json"],
        ["statistics", "assess", "counts.csv", "--policy", "policy.toml", "--cells"],
        ["statistics", "audit", "out/table.csv", "--ledger", "ledger.jsonl"],
        ["statistics", "report", "out", "--html", "page.html"],
    ):
        assert run(arguments) == 0
    printed = capsys.readouterr()
    assert holds(printed.out + printed.err) == []
    inputs = {"counts.csv", "policy.toml"}
    files = [p for p in desk.folder.rglob("*") if p.is_file() and p.name not in inputs]
    assert len(files) > 7
    told = {p.name: holds(p.read_bytes().decode("utf-8", "replace")) for p in files}
    assert [name for name, found in told.items() if found] == []
    rows = duckdb.read_parquet(str(desk.folder / "out" / "table.parquet")).fetchall()
    assert len(rows) == 9
    assert holds(str(rows)) == []
    assert sum(row[2] is None for row in rows) == 4


def test_errors_tell_no_count(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A table that nothing protects, one whose totals are wrong, and one that contradicts the ledger."""
    base = ["statistics", *PROTECT, "--ledger", "ledger.jsonl"]
    assert run(base) == 0
    first, second, third = CANARIES
    wrong = (f"เหนือ,approved,{first}", "เหนือ,refused,3", f"ใต้,approved,{second}", f"ใต้,refused,{third}")
    for lines in (
        ("เหนือ,approved,2", f"เหนือ,_T,{first}"),
        (*wrong, f"เหนือ,_T,{first}"),
        (*wrong, f"ใต้,refused,{third}"),
        (f"เหนือ,approved,{first + 1}", *wrong[1:]),
        (f"เหนือ,approved,-{first}", *wrong[1:]),
        (f"เหนือ,approved,{first}.5", *wrong[1:]),
    ):
        desk.table(*lines)
        assert run(base) in (REJECTED, PROTECTED)
        assert run([*base, "--json"]) in (REJECTED, PROTECTED)
    printed = capsys.readouterr()
    assert holds(printed.out + printed.err) == []


# --- the ledger -------------------------------------------------------------------------------


def test_the_ledger_knows_what_was_published(desk: Desk, statistics: Statistics) -> None:
    """Again: recognised, with the same bytes. Other figures: refused, and nothing is written."""
    base = (*PROTECT, "--ledger", "ledger.jsonl", "--name", "2568")
    told = statistics(*base)
    assert (told["ledger_entry"], told["ledger_begun"]) == (1, True)
    first = {p.name: p.read_bytes() for p in (desk.folder / "out").iterdir()}
    again = statistics(*base)
    assert (again["ledger_entry"], again["ledger_begun"]) == (1, False)
    assert {p.name: p.read_bytes() for p in (desk.folder / "out").iterdir()} == first
    assert statistics("audit", "out/table.csv", "--ledger", "ledger.jsonl")["passed"]
    desk.table("เหนือ,approved,70901", "เหนือ,refused,3", "ใต้,approved,80903", "ใต้,refused,95000")
    refused = statistics(*base, code=PROTECTED)
    assert refused["error"]["code"].startswith("statistics.")
    assert {p.name: p.read_bytes() for p in (desk.folder / "out").iterdir()} == first
    assert len((desk.folder / "ledger.jsonl").read_text("utf-8").splitlines()) == 1


def test_an_empty_ledger_covers_nothing(
    desk: Desk, statistics: Statistics, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped name is told on standard error, and the report does not claim to have looked back."""
    report = desk.folder / "out" / "report.json"
    (desk.folder / "new").mkdir()
    assert run(["statistics", *PROTECT, "--ledger", "new/ledger.jsonl", "--name", "first"]) == 0
    assert "is a new ledger" in capsys.readouterr().err
    assert "earlier_releases" in json.loads(report.read_text("utf-8"))["not_covered"]
    desk.table("เหนือ,approved,500", "เหนือ,refused,40", "ใต้,approved,600", "ใต้,refused,70")
    base = (*PROTECT, "--ledger", "new/ledger.jsonl", "--name", "other", "--where", "year=2568")
    statistics(*base)
    assert "earlier_releases" not in json.loads(report.read_text("utf-8"))["not_covered"]


def test_a_group_is_not_told_by_a_filter(desk: Desk, statistics: Statistics) -> None:
    """A table of the refused alone, beside one of all, would tell that all of a group were refused."""
    policy = desk.policy('zeros = "sampling"\n[group]\ndimension = "decision"', name="group.toml")
    base = ("protect", "counts.csv", "--policy", policy, "--out", "out")
    refused = statistics(*base, "--where", "decision=refused", code=REJECTED)
    assert refused["error"]["code"] == "statistics.group_filtered"


def test_a_correction_names_what_it_corrects(desk: Desk, statistics: Statistics) -> None:
    """--restate lets figures differ from what is out; the ledger notes a second entry."""
    base = (*PROTECT, "--ledger", "ledger.jsonl")
    statistics(*base, "--name", "first")
    desk.table("เหนือ,approved,70901", "เหนือ,refused,3", "ใต้,approved,80903", "ใต้,refused,95000")
    assert statistics(*base, "--name", "second", "--restate", "first")["ledger_entry"] == 2
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert "restatements" in report["not_covered"]


def test_a_filtered_table_is_compared_as_such(desk: Desk, statistics: Statistics) -> None:
    """--where goes into the report and the ledger, so tables of different people are not taken for one."""
    base = ("protect", "counts.csv", "--policy", "policy.toml", "--ledger", "ledger.jsonl")
    statistics(*base, "--out", "all", "--name", "all")
    desk.table("เหนือ,approved,500", "เหนือ,refused,40", "ใต้,approved,600", "ใต้,refused,70")
    statistics(*base, "--out", "women", "--name", "women", "--where", "sex=F", "--where", "age=20,10")
    report = json.loads((desk.folder / "women" / "report.json").read_text("utf-8"))
    assert report["subject"] == {
        "population": "",
        "where": [["age", ["10", "20"]], ["sex", ["F"]]],
        "period": None,
    }
    assert "earlier_releases" not in report["not_covered"]


def test_the_digest_of_the_input_is_keyed(
    desk: Desk, statistics: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key it is there and depends on it; a literal key is refused."""
    found = set()
    for key in (sha256(b"one").hexdigest(), sha256(b"other").hexdigest()):
        monkeypatch.setenv("DIGEST_KEY", key)
        statistics(*PROTECT, "--digest-key", "env:DIGEST_KEY")
        restricted = json.loads((desk.folder / "out" / "restricted.json").read_text("utf-8"))
        found.add(restricted["input_hmac_sha256_hex"])
    assert len(found) == 2
    assert all(len(digest) == 64 for digest in found)
    assert statistics(*PROTECT, "--digest-key", "secret", code=78)["error"]["code"] == "config.literal_secret"
    monkeypatch.setenv("DIGEST_KEY", "k" * 64)
    guessed = statistics(*PROTECT, "--digest-key", "env:DIGEST_KEY", code=MISCONFIGURED)
    assert guessed["error"]["code"] == "statistics.secret_guessable"
