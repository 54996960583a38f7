"""``govlink publish``: what is printed, which code it ends with, and what is never shown."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from govlink.cli.app import run
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox

STATISTICS, SCHOOLS = "eq_petitions_month.toml", "schools.toml"


class Shelf(Protocol):
    """The fixture of ``conftest``."""

    sandbox: RunningSandbox
    folder: Path
    options: list[str]

    def control(self, path: str, **content: object) -> None:
        """Change the catalogue."""

    def public(self, action: str, **query: object) -> Any:
        """What a citizen is answered."""

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file."""


class Publish(Protocol):
    """Runs the command with --json."""

    def __call__(self, name: str, *options: str, exit_code: int) -> dict[str, Any]:
        """The JSON it prints."""
        ...


@pytest.fixture
def publish(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> Publish:
    """The one JSON document it prints, whatever happened."""

    def call(name: str, *options: str, exit_code: int) -> dict[str, Any]:
        assert run(["publish", name, *shelf.options, "--json", *options]) == exit_code
        content = json.loads(capsys.readouterr().out)
        assert isinstance(content, dict)
        assert content["exit_code"] == exit_code
        return content

    return call


# --- published, and again ---------------------------------------------------------------------


@pytest.mark.parametrize(("name", "rows"), [(STATISTICS, 80), (SCHOOLS, 200)])
def test_the_second_run_writes_nothing(shelf: Shelf, publish: Publish, name: str, rows: int) -> None:
    """0 and then 10, with the same ids; the log of the server agrees that nothing was written."""
    first = publish(name, exit_code=0)
    assert (first["outcome"], first["state"], first["rows"], first["rows_written"]) == (
        "published",
        "public",
        rows,
        rows,
    )
    assert first["writes"] > 0
    seen = shelf.sandbox.traffic.seen_count
    second = publish(name, exit_code=10)
    assert (second["outcome"], second["writes"], second["rows_written"]) == ("unchanged", 0, 0)
    for member in ("dataset_id", "resource_id", "file_resource_id"):
        assert first[member] == second[member]
    sent = [entry.path.rpartition("/")[2] for entry in shelf.sandbox.traffic.entries()[seen:]]
    assert set(sent) == {"datastore_search", "package_show", "scheming_dataset_schema_show", "status_show"}
    assert len(sent) <= 6
    assert shelf.public("package_show", id=first["dataset"]).json()["success"]


def test_only_what_changed_is_written(shelf: Shelf, publish: Publish) -> None:
    """A row changed, one gone, and a description."""
    publish(SCHOOLS, exit_code=0)
    shelf.edit("schools.csv", "โรงเรียนสมมติเนินสูง 2,", "โรงเรียนสมมติเนินต่ำ 2,")
    lines = (shelf.folder / "schools.csv").read_text("utf-8").splitlines(keepends=True)
    (shelf.folder / "schools.csv").write_text("".join(lines[:-1]), "utf-8")
    planned = publish(SCHOOLS, "--plan", exit_code=0)
    assert (planned["outcome"], planned["would_write"]) == ("planned", True)
    assert (planned["rows"], planned["rows_new"], planned["rows_changed"], planned["rows_deleted"]) == (
        199,
        0,
        1,
        1,
    )
    done = publish(SCHOOLS, exit_code=0)
    assert (done["rows"], done["rows_written"], done["rows_deleted"]) == (199, 1, 1)


def test_zero_for_schedulers_that_know_no_other_code(publish: Publish) -> None:
    """The outcome still tells."""
    publish(STATISTICS, exit_code=0)
    assert publish(STATISTICS, "--exit-zero", exit_code=0)["outcome"] == "unchanged"


def test_what_waits_for_approval_is_no_failure(shelf: Shelf, publish: Publish) -> None:
    """With the governance extension: 11, again 11, and 0 for who asks for it."""
    shelf.control("governance", enabled=True)
    assert publish(STATISTICS, exit_code=11)["state"] == "waiting_for_approval"
    assert publish(STATISTICS, exit_code=11)["writes"] == 0
    assert publish(STATISTICS, "--dry-run", exit_code=11)["outcome"] == "waiting_for_approval"
    assert publish(STATISTICS, "--exit-zero", exit_code=0)["outcome"] == "waiting_for_approval"


def test_the_settings_file_named_inside_is_used(
    shelf: Shelf, settings_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the release file's own folder, wherever the command is started; --config wins over it."""
    shelf.edit(STATISTICS, "[statistics]\n", '[publish]\nconfig = "govlink.toml"\n\n[statistics]\n')
    (shelf.folder / "elsewhere").mkdir()
    monkeypatch.chdir(shelf.folder / "elsewhere")
    state = ["--state", str(shelf.folder / "state")]
    assert run(["publish", f"../{STATISTICS}", *state]) == 0
    capsys.readouterr()
    assert run(["publish", f"../{STATISTICS}", *state, "--config", "missing.toml"]) == 78
    assert "missing.toml" in capsys.readouterr().err
    assert settings_file.is_file()


@pytest.mark.parametrize("name", [STATISTICS, SCHOOLS])
def test_what_was_published_is_described_as_linked_data(shelf: Shelf, publish: Publish, name: str) -> None:
    """At the catalogue's own addresses; the digest is that of the file as downloaded; same bytes again."""
    described = shelf.folder / "dataset.jsonld"
    content = publish(name, "--dcat", str(described), exit_code=0)
    graph = {node["@id"]: node for node in json.loads(described.read_text("utf-8"))["@graph"]}
    site = f"{shelf.sandbox.url}/data_go_th"
    assert graph[f"{site}/dataset/{content['dataset']}"]["@type"] == "dcat:Dataset"
    file = graph[f"{site}/dataset/{content['dataset']}/resource/{content['file_resource_id']}"]
    download = httpx.get(file["dcat:downloadURL"]["@id"]).content
    assert int(file["dcat:byteSize"]["@value"]) == len(download)
    assert hashlib.sha256(download).hexdigest() in json.dumps(file)
    assert stat.S_IMODE(described.stat().st_mode) == 0o644
    before = described.read_bytes()
    publish(name, "--dcat", str(described), exit_code=10)
    assert described.read_bytes() == before


def test_what_is_not_public_is_not_described(shelf: Shelf, publish: Publish) -> None:
    """It waits for approval, and so do its addresses."""
    shelf.control("governance", enabled=True)
    publish(STATISTICS, "--dcat", "dataset.jsonld", exit_code=11)
    assert not (shelf.folder / "dataset.jsonld").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--dcat", "none/dataset.jsonld"], "publishing.description_unwritable"),
        (["--dcat", "."], "publishing.description_unwritable"),
        (["--dcat", "dataset.jsonld", "--plan"], "publish.described_too_early"),
    ],
)
def test_a_description_that_cannot_be_is_found_before_publishing(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], options: list[str], code: str
) -> None:
    """Nothing is sent then."""
    assert run(["publish", STATISTICS, *shelf.options, *options]) == 78
    assert f"[{code}]" in capsys.readouterr().err
    assert shelf.sandbox.traffic.seen_count == 0


# --- before anything is written ---------------------------------------------------------------


def test_a_plan_ends_well_and_a_dry_run_as_publishing_would(shelf: Shelf, publish: Publish) -> None:
    """Neither writes, here or there."""
    planned = publish(STATISTICS, "--plan", exit_code=0)
    assert (planned["rows"], planned["rows_new"], bool(planned["steps"])) == (80, 80, True)
    tried = publish(STATISTICS, "--dry-run", exit_code=0)
    assert (tried["outcome"], tried["dry_run"], tried["state"]) == ("published", True, "absent")
    assert shelf.public("package_show", id="eq-petitions-month").status_code == 404
    assert not (shelf.folder / "state").exists()
    publish(STATISTICS, exit_code=0)
    assert publish(STATISTICS, "--plan", exit_code=0)["would_write"] is False
    assert publish(STATISTICS, "--dry-run", exit_code=10)["outcome"] == "unchanged"


def test_a_plan_shows_people_what_would_change(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    """Field by field, in 80 columns, without the name of the one to contact."""
    assert run(["publish", SCHOOLS, *shelf.options]) == 0
    shelf.edit(SCHOOLS, "ทะเบียนโรงเรียน (ข้อมูลสังเคราะห์)", "ทะเบียนใหม่")
    shelf.edit(SCHOOLS, "กลุ่มทะเบียนและสารสนเทศทางการศึกษา", "นายสมชาย ใจดี")
    capsys.readouterr()
    assert run(["publish", SCHOOLS, *shelf.options, "--plan"]) == 0
    printed = capsys.readouterr()
    assert "ทะเบียนใหม่" in printed.out
    assert "maintainer" in printed.out
    assert "สมชาย" not in printed.out + printed.err


@pytest.mark.parametrize("options", [["--plan", "--dry-run"], ["--plan", "--print-systemd"]])
def test_two_modes_at_once_are_refused(
    shelf: Shelf, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is guessed."""
    assert run(["publish", STATISTICS, *shelf.options, *options]) == 78
    assert "publish.one_mode" in capsys.readouterr().err


# --- refused ----------------------------------------------------------------------------------


def altered(folder: Path) -> None:
    """A figure of the table changed by hand."""
    path = folder / "eq_petitions_month" / "table.csv"
    rows = path.read_bytes()
    assert b",63,F" in rows
    path.write_bytes(rows.replace(b",63,F", b",64,F", 1))


def report_of_another(folder: Path) -> None:
    """A whole report, of another table."""
    path = folder / "eq_petitions_month" / "report.json"
    report = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(report | {"table_sha256_hex": "0" * 64}), "utf-8")


def without_report(folder: Path) -> None:
    """Nothing tells that the table was protected."""
    (folder / "eq_petitions_month" / "report.json").unlink()


def personal(folder: Path) -> None:
    """The category that is never open."""
    path = folder / STATISTICS
    path.write_text(path.read_text("utf-8").replace("ข้อมูลสาธารณะ", "ข้อมูลส่วนบุคคล"), "utf-8")


def statistics_without_release(folder: Path) -> None:
    """Statistics declared open like rows."""
    path = folder / SCHOOLS
    path.write_text(path.read_text("utf-8").replace("ข้อมูลระเบียน", "ข้อมูลสถิติ"), "utf-8")


def citizen_number(folder: Path) -> None:
    """A number of the kind that identifies people, in a text of a row."""
    path = folder / "schools.csv"
    path.write_text(path.read_text("utf-8").replace("เนินสูง 2", "เนินสูง 1979900000013", 1), "utf-8")


def second_key(folder: Path) -> None:
    """Two rows of one key."""
    path = folder / "schools.csv"
    path.write_text(path.read_text("utf-8").replace("09000038", "09000001", 1), "utf-8")


@pytest.mark.parametrize(
    ("name", "spoil", "code", "exit_code"),
    [
        (STATISTICS, altered, "statistics.report_not_its_own", 80),
        (STATISTICS, report_of_another, "statistics.report_not_its_own", 80),
        (STATISTICS, without_report, "statistics.report_missing", 80),
        (STATISTICS, personal, "data_go_th.dataset_invalid", 65),
        (SCHOOLS, statistics_without_release, "publication.unprotected", 80),
        (SCHOOLS, citizen_number, "table.citizen_number", 80),
        (SCHOOLS, second_key, "table.invalid", 65),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_may_not_be_published_is_refused_before_anything_is_written(
    shelf: Shelf,
    publish: Publish,
    name: str,
    spoil: Any,
    code: str,
    exit_code: int,
) -> None:
    """With the reason's code and a failure's exit code; nothing is on the catalogue."""
    spoil(shelf.folder)
    content = publish(name, exit_code=exit_code)
    assert content["error"]["code"] == code
    assert (content["outcome"], content["writes"]) == ("refused", 0)
    for dataset in ("eq-petitions-month", "synthetic-schools"):
        assert shelf.public("package_show", id=dataset).status_code == 404
    assert "1979900000013" not in json.dumps(content)


def test_problems_of_the_file_point_at_their_places(shelf: Shelf, publish: Publish) -> None:
    """Before the settings are even looked for."""
    shelf.edit(SCHOOLS, 'type = "bool"', 'type = "boolean"')
    content = publish(SCHOOLS, exit_code=65)
    assert content["dataset"] is None
    assert content["error"]["problems"] == [
        {"pointer": "/table/columns/7/type", "code": "publishing.not_one_of"}
    ]


# --- somebody else ----------------------------------------------------------------------------


def test_an_edit_on_the_portal_stands(shelf: Shelf, publish: Publish) -> None:
    """Where the release file says nothing new about the field; it is told, and not a failure."""
    publish(STATISTICS, exit_code=0)
    shelf.control("packages/eq-petitions-month", title="ชื่อที่แก้บนเว็บ")
    content = publish(STATISTICS, exit_code=10)
    (kept,) = content["kept"]
    assert (kept["name"], kept["stored"]) == ("title", "ชื่อที่แก้บนเว็บ")
    assert shelf.public("package_show", id="eq-petitions-month").json()["result"]["title"] == "ชื่อที่แก้บนเว็บ"


def test_a_conflict_shows_three_versions_and_loses_nobodys_work(
    shelf: Shelf, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands, what is wanted, what was published; the contact's values are left out."""
    publish(STATISTICS, exit_code=0)
    edits = {"title": "ชื่อที่แก้บนเว็บ", "maintainer": "นางสมศรี"}
    shelf.control("packages/eq-petitions-month", **edits)
    shelf.edit(STATISTICS, "สถิติคำร้องเทียบวุฒิการศึกษา รายเดือน (ข้อมูลสังเคราะห์)", "ชื่อใหม่ในไฟล์")
    shelf.edit(STATISTICS, "กลุ่มทะเบียนและสารสนเทศทางการศึกษา", "นายสมชาย")
    content = publish(STATISTICS, exit_code=73)
    assert (content["outcome"], content["writes"]) == ("conflict", 0)
    report = {change["name"]: change for change in content["report"]}
    assert report["title"] == {
        "name": "title",
        "stored": "ชื่อที่แก้บนเว็บ",
        "wanted": "ชื่อใหม่ในไฟล์",
        "published": "สถิติคำร้องเทียบวุฒิการศึกษา รายเดือน (ข้อมูลสังเคราะห์)",
    }
    assert report["maintainer"] == {"name": "maintainer", "values_withheld": True}
    assert run(["publish", STATISTICS, *shelf.options]) == 73
    printed = capsys.readouterr()
    assert "ชื่อที่แก้บนเว็บ" in printed.out
    assert not {"สมศรี", "สมชาย"} & set((printed.out + printed.err + json.dumps(content)).split())
    stored = shelf.public("package_show", id="eq-petitions-month").json()["result"]
    assert {name: stored[name] for name in edits} == edits


def test_consent_settles_a_conflict(shelf: Shelf, publish: Publish) -> None:
    """For the fields it names."""
    publish(STATISTICS, exit_code=0)
    shelf.control("packages/eq-petitions-month", title="ชื่อที่แก้บนเว็บ")
    shelf.edit(STATISTICS, "สถิติคำร้องเทียบวุฒิการศึกษา รายเดือน (ข้อมูลสังเคราะห์)", "ชื่อใหม่ในไฟล์")
    publish(STATISTICS, exit_code=73)
    shelf.edit(STATISTICS, "[statistics]\n", '[consent]\noverwrite = ["title"]\n\n[statistics]\n')
    publish(STATISTICS, exit_code=0)
    assert shelf.public("package_show", id="eq-petitions-month").json()["result"]["title"] == "ชื่อใหม่ในไฟล์"


def test_a_withdrawn_dataset_stays_so_until_a_person_says_otherwise(shelf: Shelf, publish: Publish) -> None:
    """No schedule brings it back; consent in the file does."""
    publish(STATISTICS, exit_code=0)
    shelf.control("packages/eq-petitions-month", private=True)
    assert publish(STATISTICS, exit_code=73)["error"]["code"] == "data_go_th.withdrawn"
    assert publish(STATISTICS, "--dry-run", exit_code=73)["outcome"] == "conflict"
    shelf.edit(STATISTICS, "[statistics]\n", "[consent]\nrepublish = true\n\n[statistics]\n")
    publish(STATISTICS, exit_code=0)
    assert shelf.public("package_show", id="eq-petitions-month").is_success


def test_a_token_without_the_right_has_a_code_of_its_own(
    shelf: Shelf, settings_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither try again nor correct the data: ask for the right. The token is not shown."""
    stranger = shelf.sandbox.world.access_token("data_go_th-stranger")
    monkeypatch.setenv("GOVLINK_DATA_GO_TH_ACCESS_TOKEN", stranger)
    assert run(["publish", STATISTICS, "--state", "none", "--json"]) == 77
    printed = capsys.readouterr()
    assert json.loads(printed.out)["outcome"] == "no_right"
    assert stranger not in printed.out + printed.err
    assert settings_file.is_file()


# --- later ------------------------------------------------------------------------------------


def test_a_catalogue_that_cannot_serve_is_tried_later(
    shelf: Shelf, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the repeats that the policies allow; the next run goes on."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    rule = FaultRule(kind=FaultKind.STATUS_503, platform="data_go_th", times=100)
    shelf.sandbox.faults.append(rule)
    content = publish(STATISTICS, exit_code=75)
    assert (content["outcome"], content["error"]["retry"]) == ("try_later", "after_delay")
    shelf.sandbox.faults.clear()
    publish(STATISTICS, exit_code=0)


def test_a_run_beside_another_is_told_to_come_back(shelf: Shelf, publish: Publish) -> None:
    """The lock is one of the machine; planning needs none."""
    from govlink.publishing import load_spec
    from govlink.publishing.state import Place

    publish(STATISTICS, exit_code=0)
    (lock,) = (shelf.folder / "state").glob("*.lock")
    place = Place(shelf.folder / "state", address="-", dataset="-")
    object.__setattr__(place, "_stem", lock.stem)
    with place.locked():
        content = publish(STATISTICS, exit_code=75)
        assert (content["error"]["code"], content["writes"]) == ("publishing.locked", 0)
        assert load_spec(shelf.folder / STATISTICS).dataset.name in content["error"]["en"]
        publish(STATISTICS, "--plan", exit_code=0)
    publish(STATISTICS, exit_code=10)


def test_without_a_state_folder_it_works_and_says_so(
    shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a pod with a read-only disk."""
    options = ["--sandbox", shelf.sandbox.url, "--state", "none", "--log", "json"]
    assert [run(["publish", STATISTICS, *options]) for _ in range(2)] == [0, 10]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    warnings = [line for line in lines if line["level"] == "warning"]
    assert len(warnings) == 2
    assert "no lock and no journal" in warnings[0]["text"]
    assert not (shelf.folder / "none").exists()


def test_a_state_folder_that_others_may_read_is_refused(shelf: Shelf, publish: Publish) -> None:
    """The journal names a maintainer."""
    (shelf.folder / "state").mkdir(mode=0o755)
    (shelf.folder / "state").chmod(0o755)
    assert publish(STATISTICS, exit_code=78)["error"]["code"] == "publishing.state_unusable"


def test_the_journal_is_the_owners_alone(shelf: Shelf, publish: Publish) -> None:
    """Folder and files."""
    publish(STATISTICS, exit_code=0)
    state = shelf.folder / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()} == {0o600}
    assert len(list(state.iterdir())) == 2


# --- what is told on the way ------------------------------------------------------------------


def test_each_line_of_the_log_is_an_object(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    """With time, level, event and dataset; steps with their rows; no value, no secret, no name."""
    assert run(["publish", SCHOOLS, *shelf.options, "--log", "json"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.err.splitlines()]
    assert all({"time", "level", "event", "dataset"} <= line.keys() for line in lines)
    assert {line["dataset"] for line in lines} == {"synthetic-schools"}
    rows = [line for line in lines if line.get("step") == "rows"]
    assert rows[-1]["rows_done"] == rows[-1]["rows_total"] == 200
    assert (lines[0]["event"], lines[-1]["event"], lines[-1]["outcome"]) == (
        "opened",
        "finished",
        "published",
    )
    token = shelf.sandbox.world.access_token("data_go_th")
    for secret in (token, "สารสนเทศ", "โรงเรียนสมมติ"):
        assert secret not in printed.err


def test_a_failure_is_a_line_of_the_log(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON with its code, or as the one line every command ends with."""
    without_report(shelf.folder)
    assert run(["publish", STATISTICS, *shelf.options, "--log", "json"]) == 80
    (line,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["level"], line["event"], line["code"], line["exit_code"]) == (
        "error",
        "failed",
        "statistics.report_missing",
        80,
    )
    assert run(["publish", STATISTICS, *shelf.options]) == 80
    assert capsys.readouterr().err.startswith("[statistics.report_missing] ")


def test_a_request_that_failed_on_the_way_is_told(
    shelf: Shelf, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write whose answer was lost, which the flow itself settles by reading back."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    rule = FaultRule(kind=FaultKind.RESET_AFTER, platform="data_go_th", path_part="datastore_upsert")
    shelf.sandbox.faults.append(rule)
    assert run(["publish", STATISTICS, *shelf.options, "--log", "text"]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if " warning request_failed " in line]
    assert len(told) == 1
    assert "operation=datastore_upsert" in told[0]


# --- units for systemd ------------------------------------------------------------------------


def test_units_name_the_absolute_paths(
    shelf: Shelf, settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the program, the release file and the settings that would be used; nothing is sent."""
    assert run(["publish", STATISTICS, "--print-systemd", "--every", "*-*-02 03:30"]) == 0
    printed = capsys.readouterr().out
    (command,) = [line for line in printed.splitlines() if line.startswith("ExecStart=")]
    assert command.startswith("ExecStart=/")
    assert str(shelf.folder / STATISTICS) in command
    assert f"--config {settings_file}" in command
    assert "OnCalendar=*-*-02 03:30\n" in printed
    assert printed.count("# /etc/systemd/system/govlink-publish-eq-petitions-month.") == 2
    assert shelf.sandbox.traffic.seen_count == 0


def test_help_tells_the_exit_codes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scheduler's operator looks there first."""
    monkeypatch.setenv("COLUMNS", "200")
    assert run(["publish", "--help"]) == 0
    printed = capsys.readouterr().out
    for code in (0, 10, 11, 65, 73, 74, 75, 76, 77, 78, 80):
        assert f"{code} " in printed
