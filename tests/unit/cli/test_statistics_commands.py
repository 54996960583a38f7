"""``govlink statistics`` but for protect and audit: what is printed, what is refused, what stays private."""

from __future__ import annotations

import json
import stat
from hashlib import sha256

import pytest

from govlink.cli.app import run

from .statistics_desk import Desk, Statistics

CONFIG, REJECTED, PROTECTED = 78, 65, 80
PROTECT = ("protect", "counts.csv", "--policy", "policy.toml", "--out", "out")


def records(desk: Desk) -> str:
    """A file of records, 3 of them in a small cell."""
    numbers = {"เหนือ,approved": 70, "เหนือ,refused": 3, "ใต้,approved": 61, "ใต้,refused": 52}
    lines = [f"{codes},{n:04d}" for codes, count in numbers.items() for n in range(count)]
    return desk.table(*lines, name="records.csv", header="province,outcome,fee")


# --- tabulate and assess ----------------------------------------------------------------------


def test_tabulate_prints_no_count(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The size of the table; the true counts go into a private file, with a warning, and nowhere else."""
    name = records(desk)
    assert run(["statistics", "tabulate", name, "--dimensions", "province,outcome"]) == 0
    assert run(["statistics", "tabulate", name, "--dimensions", "province,outcome", "--out", "true.csv"]) == 0
    printed = capsys.readouterr()
    assert "TRUE counts" in printed.err
    assert not {"70", "61", "52", "186", "73", "113"} & set(printed.out.replace("│", " ").split())
    out = desk.folder / "true.csv"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "เหนือ,refused,3\r\n" in out.read_bytes().decode("utf-8-sig")


def test_what_tabulate_writes_protect_reads(desk: Desk, statistics: Statistics) -> None:
    """The two steps, and the one step from records, give the same table."""
    name = records(desk)
    told = statistics("tabulate", name, "--dimensions", "province,outcome", "--out", "true.csv")
    assert told == {"dimensions": {"province": 2, "outcome": 2}, "cells": 9, "out": "true.csv"}
    two = statistics("protect", "true.csv", "--policy", "policy.toml", "--out", "two")
    one = statistics(
        "protect", name, "--policy", "policy.toml", "--out", "one", "--dimensions", "province,outcome"
    )
    assert one["table_sha256"] == two["table_sha256"]
    assert one["suppressed"] == 4


def test_assess_tells_how_many_and_why(desk: Desk, statistics: Statistics) -> None:
    """Cells are named only where it is asked for."""
    found = statistics("assess", "counts.csv", "--policy", "policy.toml")
    assert found == {
        "cells": 9,
        "primaries": 1,
        "share": 0.111111,
        "reasons": {"threshold": 1},
        "warnings": [],
    }
    named = statistics("assess", "counts.csv", "--policy", "policy.toml", "--cells")["named"]
    assert named == [{"keys": ["เหนือ", "refused"], "reasons": ["threshold"]}]


def test_sums_are_protected_by_who_is_behind_them(desk: Desk, statistics: Statistics) -> None:
    """From records only: a long table does not tell contributors."""
    name = records(desk)
    policy = desk.policy("[magnitude]\np_percent = 10", name="sums.toml")
    options = ("--policy", policy, "--out", "out", "--dimensions", "province,outcome", "--sum", "fee")
    assert statistics("protect", name, *options)["suppressed"] == 4
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert (report["measure"], report["measured"]) == ("sum", "fee")
    assert "lower_bound_of_sums" in report["not_covered"]
    assert statistics("audit", "out/table.csv")["passed"]
    refused = statistics(*PROTECT, "--sum", "fee", code=REJECTED)
    assert refused["error"]["code"] == "statistics.sum_needs_records"


def test_a_filter_counts_what_it_says(desk: Desk, statistics: Statistics) -> None:
    """Records outside are left out; a long table that holds others is refused, and so is a missing column."""
    name = records(desk)
    base = ("protect", name, "--policy", "policy.toml", "--out", "out", "--dimensions", "province")
    statistics(*base, "--where", "outcome=approved")
    rows = (desk.folder / "out" / "table.csv").read_text("utf-8-sig").splitlines()
    assert rows[1:] == ["เหนือ,70,F", "ใต้,61,F", "_T,131,F"]
    refused = statistics(*base, "--where", "nothing=approved", code=REJECTED)
    assert refused["error"]["code"] == "statistics.column_missing"
    refused = statistics(*PROTECT, "--where", "outcome=approved", code=REJECTED)
    assert refused["error"]["code"] == "statistics.outside_where"
    assert "refused" in refused["error"]["en"]


# --- the other methods ------------------------------------------------------------------------


def test_rounding_by_the_command(desk: Desk, statistics: Statistics) -> None:
    """Every figure is a multiple; the audit knows the base from the report; a wrong figure fails it."""
    policy = desk.policy('method = "round"\nrounding_base = 5', name="round.toml")
    told = statistics("protect", "counts.csv", "--policy", policy, "--out", "out", "--format", "html")
    assert (told["method"], told["suppressed"]) == ("round", 0)
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert report["parameters"]["base"] == "5"
    assert statistics("audit", "out/table.csv")["passed"]
    assert statistics("report", "out")["report"]["method"] == "round"
    table = desk.folder / "out" / "table.csv"
    table.write_bytes(table.read_bytes().replace(b",F", b"1,F", 1))
    assert "error" in statistics("audit", "out/table.csv", code=PROTECTED)


def test_cell_keys_by_the_command(
    desk: Desk, statistics: Statistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From records, with a secret by reference; without one it says what is needed."""
    lines = [f"{n:05d},{'เหนือ' if n % 3 else 'ใต้'},{'approved' if n % 5 else 'refused'}" for n in range(600)]
    name = desk.table(*lines, name="records.csv", header="id,province,outcome")
    policy = desk.policy(
        'method = "cell_key"\n[noise]\nbound = 8\nvariance = "4"\nnever_up_to = 0', name="noise.toml"
    )
    base = ("protect", name, "--policy", policy, "--out", "out", "--dimensions", "province,outcome")
    refused = statistics(*base, code=CONFIG)
    assert refused["error"]["code"] == "statistics.record_keys_options"
    monkeypatch.setenv("RECORD_KEY", sha256(b"of tests").hexdigest())
    told = statistics(*base, "--identifier", "id", "--record-key", "env:RECORD_KEY")
    assert told["method"] == "cell_key"
    assert statistics("audit", "out/table.csv")["method"] == "cell_key"
    report = json.loads((desk.folder / "out" / "report.json").read_text("utf-8"))
    assert len(report["parameters"]["key_id"]) == 16
    assert "not_additive" in report["not_covered"]


# --- report and sign --------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "word"), [("th", "เกณฑ์ขั้นต่ำ"), ("en", "Threshold")])
def test_the_report_in_both_languages(
    desk: Desk, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    """On the terminal, and as a page that begins in that language."""
    assert run(["statistics", *PROTECT]) == 0
    assert run(["statistics", "report", "out", "--lang", language, "--html", "page.html"]) == 0
    assert word in capsys.readouterr().out
    page = (desk.folder / "page.html").read_text("utf-8")
    assert f'id="lang-{language}" class="away"' in page
    assert page.count('checked="checked"') == 1


def test_the_report_attacks_the_table_once_more(desk: Desk, statistics: Statistics) -> None:
    """A table that was changed gets no page."""
    statistics(*PROTECT)
    table = desk.folder / "out" / "table.csv"
    table.write_bytes(table.read_bytes().replace(b",,C", b",9,F", 1))
    refused = statistics("report", "out", "--html", "page.html", code=PROTECTED)
    assert refused["error"]["code"] == "statistics.report_not_its_own"
    assert not (desk.folder / "page.html").exists()


def test_labels_reach_the_page(desk: Desk, statistics: Statistics) -> None:
    """Names in both languages from a file; what it leaves out stays as it is."""
    labels = desk.folder / "labels.toml"
    labels.write_text(
        '[title]\nth = "คำร้องตามภาค"\nen = "Petitions by region"\n'
        '[outcome]\nth = "ผล"\nen = "Outcome"\n[outcome.codes]\napproved = ["อนุมัติ", "Approved"]\n',
        "utf-8",
    )
    statistics(*PROTECT, "--format", "html,json-stat", "--labels", "labels.toml")
    page = (desk.folder / "out" / "table.html").read_text("utf-8")
    for text in ("คำร้องตามภาค", "Petitions by region", "อนุมัติ", "Approved", "refused", "province"):
        assert text in page
    assert statistics(*PROTECT, "--labels", "policy.toml", code=CONFIG)["error"]["code"] == (
        "statistics.labels_unreadable"
    )


def test_sign_puts_a_role_under_a_policy(desk: Desk, statistics: Statistics) -> None:
    """Unsigned: refused. Signed: taken. Changed after signing: refused. Signed again: taken."""
    path = desk.folder / "new.toml"
    path.write_text('id = "new"\nversion = "1"\nthreshold = 5\n', "utf-8")
    base = ("protect", "counts.csv", "--policy", "new.toml", "--out", "out")
    assert statistics(*base, code=REJECTED)["error"]["code"] == "statistics.policy_unsigned"
    signed = statistics("sign", "new.toml", "--by", "head of statistics", "--on", "2025-11-03")
    assert (signed["policy"], signed["by"], signed["on"]) == ("new", "head of statistics", "2025-11-03")
    statistics(*base)
    path.write_text(path.read_text("utf-8").replace("threshold = 5", "threshold = 3"), "utf-8")
    assert statistics(*base, code=REJECTED)["error"]["code"] == "statistics.policy_changed"
    statistics("sign", "new.toml", "--by", "head of statistics")
    statistics(*base)


@pytest.mark.parametrize("day", ["2568-11-03", "03/11/2025", "yesterday"])
def test_days_are_gregorian(statistics: Statistics, day: str) -> None:
    """A Buddhist-era year would sign for the year 2568."""
    found = statistics("sign", "policy.toml", "--by", "role", "--on", day, code=REJECTED)
    assert found["error"]["code"] == "statistics.not_a_day"


def test_a_terminal_shows_that_work_goes_on(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On standard error and only there; a pipe gets nothing of it."""
    assert run(["statistics", *PROTECT, "--json"]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["statistics", *PROTECT, "--json"]) == 0
    printed = capsys.readouterr()
    assert "protect and attack counts" in printed.err
    assert json.loads(printed.out)["audit"] == "passed"


# --- microdata --------------------------------------------------------------------------------


def test_microdata_measures_and_shows_no_value(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """k, l and t as numbers; no value of a record is printed."""
    lines = [f"{n % 4},{'ก' if n % 2 else 'ข'},{n % 7}" for n in range(40)]
    name = desk.table(*lines, name="people.csv", header="age,sex,days")
    arguments = ["statistics", "microdata", name, "--quasi", "age", "--sensitive", "sex,days:numbers"]
    assert run(arguments) == 0
    assert "ก" not in capsys.readouterr().out
    assert run([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["classes"], found["k"]) == (40, 4, 10)
    assert [(s["column"], s["distinct_l"], s["distance"]) for s in found["sensitive"]] == [
        ("sex", 1, "total_variation"),
        ("days", 7, "ordered_emd"),
    ]


# --- bad input --------------------------------------------------------------------------------

GOOD = ("เหนือ,approved,700", "เหนือ,refused,30", "ใต้,approved,600", "ใต้,refused,50")


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (("เหนือ,approved,-700", *GOOD[1:]), "province=เหนือ, outcome=approved"),
        (("เหนือ,approved,700.5", *GOOD[1:]), "province=เหนือ, outcome=approved"),
        ((*GOOD, "เหนือ,_T,731"), "province=เหนือ, outcome=_T"),
        ((*GOOD, "ใต้,refused,50"), "province=ใต้, outcome=refused"),
        (("เหนือ,approved,2", "ใต้,approved,1"), ""),
        (("เหนือ,,700", *GOOD[1:]), ""),
    ],
    ids=["negative", "fraction", "wrong total", "twice", "too small", "empty code"],
)
def test_bad_counts_are_refused_and_named(
    desk: Desk, statistics: Statistics, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...], named: str
) -> None:
    """The cell is named by its codes; its count is not."""
    desk.table(*lines)
    assert run(["statistics", *PROTECT]) in (REJECTED, PROTECTED)
    printed = capsys.readouterr()
    assert named in printed.err
    assert not any(number in printed.err for number in ("700", "731", "600"))
    assert not (desk.folder / "out").exists()


def test_codes_outside_the_hierarchy_are_refused(desk: Desk, statistics: Statistics) -> None:
    """A province that the policy's hierarchy does not know."""
    policy = desk.policy('[hierarchies.province]\n"เหนือ" = "all"', name="regions.toml")
    found = statistics("protect", "counts.csv", "--policy", policy, "--out", "out", code=REJECTED)
    assert "ใต้" in found["error"]["en"]


def test_open_periods_are_refused(desk: Desk, statistics: Statistics) -> None:
    """A month is judged on the day given, and on today otherwise."""
    policy = desk.policy('[period]\ndimension = "period"\nwait_days = 30', name="closed.toml")
    desk.table("2567-01,700", "2567-02,600", header="period,count")
    base = ("protect", "counts.csv", "--policy", policy, "--out", "out")
    refused = statistics(*base, "--as-of", "2024-03-01", code=PROTECTED)
    assert "2567-02" in refused["error"]["en"]
    statistics(*base, "--as-of", "2024-06-01")
    statistics(*base)


def test_a_period_may_stand_in_a_filter(desk: Desk, statistics: Statistics) -> None:
    """A table of one month that has no column for it is judged by the month that was counted."""
    policy = desk.policy('[period]\ndimension = "period"\nwait_days = 30', name="closed.toml")
    base = ("protect", "counts.csv", "--policy", policy, "--out", "out", "--where", "period=2567-02")
    refused = statistics(*base, "--as-of", "2024-03-01", code=PROTECTED)
    assert "2567-02" in refused["error"]["en"]
    statistics(*base, "--as-of", "2024-06-01")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--format", "csv,xlsx"), "statistics.format_unknown"),
        (("--where", "sex"), "statistics.not_a_filter"),
        (("--where", "=F"), "statistics.not_a_filter"),
        (("--as-of", "soon"), "statistics.not_a_day"),
        (("--format", "sdmx-csv", "--structure", "no structure"), "statistics.sdmx_structure"),
        (("--labels", "nowhere.toml"), "statistics.labels_unreadable"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_bad_options_are_refused(
    desk: Desk, statistics: Statistics, options: tuple[str, ...], code: str
) -> None:
    """Before anything is written."""
    arguments = [*PROTECT, *options]
    exit_code = CONFIG if code in {"statistics.format_unknown", "statistics.labels_unreadable"} else REJECTED
    assert statistics(*arguments, code=exit_code)["error"]["code"] == code
    assert not (desk.folder / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("protect", "nowhere.csv", "--policy", "policy.toml", "--out", "out"),
        ("audit", "nowhere.csv", "--policy", "policy.toml"),
        ("report", "nowhere"),
        ("sign", "nowhere.toml", "--by", "role"),
        ("microdata", "nowhere.csv", "--quasi", "a"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_file_that_is_not_there(statistics: Statistics, arguments: tuple[str, ...]) -> None:
    """An error with a code of its own, never a trace."""
    for code in (CONFIG, REJECTED, PROTECTED):
        if run(["statistics", *arguments]) == code:
            return
    pytest.fail("neither refused nor told")
