"""The audit log: a record for every look-up, before its answer, and nobody in it who can be read."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from govlink import _private_files
from govlink._drive import arun, run
from govlink.audit import AuditRecord, FileAuditLog, LoggingAuditLog, with_audit
from govlink.errors import AuthError, ConfigError, Fault, RejectedError, Sent, TransportError
from govlink.flow import Context, Flow, Request, Response
from govlink.models.identity import AgentId
from govlink.models.registry import DocumentKind, Purpose, RegistryDocument, RegistryQuery, RegistryRecord

KEY = SecretStr("a-key-of-the-agency-that-is-good-nowhere")
LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
OFFICER, PERSON = "3979900000010", "1979900000013"
PURPOSE = Purpose(text="เทียบวุฒิการศึกษา", legal_basis="ระเบียบ ข้อ 5", case_reference="P-2569-0001")
QUERY = RegistryQuery(
    service="dopa.laser_code",
    keys={"CitizenID": PERSON, "FirstName": "CANARY-ชื่อ", "LaserCode": "ZZ0123456789"},
    purpose=PURPOSE,
    officer=AgentId(OFFICER),
)
RECORD = RegistryRecord(service="dopa.laser_code", fields={"firstName": "CANARY-คำตอบ"})
DOCUMENT = RegistryDocument(
    service="dbd.certificate",
    kind=DocumentKind.PDF,
    file_name="CANARY.pdf",
    media_type="application/pdf",
    content=b"CANARY",
    sha256_hex="0" * 64,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the log is."""
    return tmp_path / "audit.jsonl"


@pytest.fixture
def log(path: Path) -> FileAuditLog:
    """A log in that file."""
    return FileAuditLog(path, key=KEY)


def asking(answer: object) -> Flow[object]:
    """One request; the answer is returned, or raised."""
    yield Request(method="GET", url="u", operation="op", headers=(("Token", "CANARY-TOKEN"),))
    if isinstance(answer, Exception):
        raise answer
    return answer


def audited(answer: object, log, context: Context, query: RegistryQuery = QUERY) -> Flow[object]:
    """The flow with its audit."""
    return with_audit(asking(answer), query=query, log=log, verb="look_up", platform="gdx", context=context)


def lines(path: Path) -> list[dict[str, object]]:
    """The records of the file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- the record -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (RECORD, "found"),
        (replace(RECORD, confirmed=True), "confirmed"),
        (replace(RECORD, confirmed=False), "denied"),
        (DOCUMENT, "found"),
    ],
)
def test_an_answer_is_recorded(script, log, path: Path, clock, answer: object, outcome: str) -> None:
    """Who, about whom, why, what came of it, and how long it took."""
    context = Context(clock=clock, entropy=b"x" * 32)
    flow = audited(answer, log, context)
    next(flow)
    clock.forward(seconds=1.5)
    with pytest.raises(StopIteration) as stop:
        flow.send(Response(status=200))
    assert stop.value.value is answer
    (record,) = lines(path)
    assert record == {
        "record_id": str(context.uuid("audit-record")),
        "at": "2026-07-01T09:00:00+00:00",
        "key_id": log.key_id,
        "verb": "look_up",
        "platform": "gdx",
        "service": "dopa.laser_code",
        "officer": log.pseudonym(OFFICER),
        "subjects": [log.pseudonym(PERSON)],
        "purpose": "เทียบวุฒิการศึกษา",
        "legal_basis": "ระเบียบ ข้อ 5",
        "case_reference": "P-2569-0001",
        "outcome": outcome,
        "duration_s": 1.5,
        "request_id": None,
    }


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (AuthError(LOST, request_id="R-1"), "test.lost"),
        (RejectedError(LOST), "test.lost"),
        (ValueError("CANARY"), "internal"),
    ],
)
def test_a_failure_is_recorded_too(script, log, path: Path, context: Context, error, outcome: str) -> None:
    """By its code, with the platform's number for it; a bug of ours as what it is. The error goes on."""
    with pytest.raises(type(error)):
        script(Response(status=200)).play(audited(error, log, context))
    (record,) = lines(path)
    assert record["outcome"] == outcome
    assert record["request_id"] == getattr(error, "request_id", None)
    assert "CANARY" not in path.read_text("utf-8")


def test_a_lost_connection_is_recorded(script, log, path: Path, context: Context) -> None:
    """The platform may have answered into the void: somebody was looked up."""
    with pytest.raises(TransportError):
        script(TransportError(LOST, sent=Sent.MAYBE)).play(audited(RECORD, log, context))
    assert [r["outcome"] for r in lines(path)] == ["test.lost"]


def test_a_cancelled_call_is_recorded(log, path: Path, context: Context) -> None:
    """It may have been sent."""
    flow = audited(RECORD, log, context)
    next(flow)
    flow.close()
    assert [r["outcome"] for r in lines(path)] == ["abandoned"]


def test_nobody_can_be_read_in_it(script, log, path: Path, context: Context) -> None:
    """No name, number, laser code, token or answer; the file is its owner's alone."""
    for answer in (RECORD, DOCUMENT):
        script(Response(status=200, body=b"CANARY")).play(audited(answer, log, context))
    text = path.read_text("utf-8")
    for private in ("CANARY", OFFICER, PERSON, "ZZ0123456789", "0123456789", KEY.get_secret_value()):
        assert private not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def subjects(log, keys: Mapping[str, str], path: Path, context: Context) -> object:
    """Whom a query is recorded to be about."""
    run(audited(RECORD, log, context, replace(QUERY, keys=keys)), Answering())
    return lines(path)[-1]["subjects"]


class Answering:
    """A transport that answers 200 to everything."""

    def send(self, request: Request) -> Response:
        """200."""
        return Response(status=200)

    def close(self) -> None:
        """Nothing."""


def test_a_person_is_found_under_any_service(log, path: Path, context: Context) -> None:
    """By the number alone, however it was written and whatever else was asked."""
    ours = [log.pseudonym(PERSON)]
    for keys in (
        {"CitizenID": PERSON},
        {"pid": "1-9799-00000-01-3", "other": "x"},
        {"a": "๑๙๗๙๙๐๐๐๐๐๐๑๓"},
    ):
        assert subjects(log, keys, path, context) == ours
    both = subjects(log, {"a": PERSON, "b": "0105599000017"}, path, context)
    assert both == [log.pseudonym("0105599000017"), log.pseudonym(PERSON)]


def test_a_query_without_a_number_is_told_apart(log, path: Path, context: Context) -> None:
    """Equal ones are equal, in any order; others are not."""
    one = subjects(log, {"passport": "AA1234567", "state": "LAO"}, path, context)
    assert subjects(log, {"state": "LAO", "passport": "AA1234567"}, path, context) == one
    assert subjects(log, {"state": "LAO", "passport": "AA1234568"}, path, context) != one


def test_each_line_tells_which_key_it_was_written_with(path: Path, context: Context) -> None:
    """After a change of keys a person is found by the key of each line, which the line does not give away."""
    old, new = (
        FileAuditLog(path, key=KEY),
        FileAuditLog(path, key=SecretStr("the-key-after-that-one-" + "x" * 20)),
    )
    for log in (old, new):
        run(audited(RECORD, log, context), Answering())
    first, second = lines(path)
    assert first["key_id"] != second["key_id"]
    by_id = {log.key_id: log for log in (old, new)}
    for line in (first, second):
        assert line["subjects"] == [by_id[str(line["key_id"])].pseudonym(PERSON)]
    assert re.fullmatch("[0-9a-f]{16}", old.key_id)
    assert FileAuditLog(path, key=KEY).key_id == old.key_id == LoggingAuditLog(key=KEY).key_id
    assert old.key_id not in {
        KEY.get_secret_value()[:16],
        hashlib.sha256(KEY.get_secret_value().encode()).hexdigest()[:16],
    }


def test_hashes_follow_from_the_key(path: Path) -> None:
    """With another key nothing can be compared."""
    other = FileAuditLog(path, key=SecretStr("another-key-that-is-long-enough-too"))
    assert FileAuditLog(path, key=KEY).pseudonym(PERSON) == FileAuditLog(path, key=KEY).pseudonym(PERSON)
    assert other.pseudonym(PERSON) != FileAuditLog(path, key=KEY).pseudonym(PERSON)
    with pytest.raises(ConfigError, match=r"audit\.key_short"):
        FileAuditLog(path, key=SecretStr("short"))


# --- the purpose ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["text", "legal_basis", "case_reference"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "audit.purpose_missing"),
        (" \t", "audit.purpose_missing"),
        (f"ของ {PERSON}", "audit.purpose_personal"),
        ("1 9799 00000 01 3", "audit.purpose_personal"),
        ("๑๙๗๙๙๐๐๐๐๐๐๑๓", "audit.purpose_personal"),
        ("1.9799.00000.01.3", "audit.purpose_personal"),
        ("1 – 9799 – 00000 – 01 – 3", "audit.purpose_personal"),
        ("197\u200b9900000013", "audit.purpose_personal"),
        (PERSON.translate({ord(str(i)): 0xFF10 + i for i in range(10)}), "audit.purpose_personal"),
        ("ที่ 22/1/9799/00000/01/3", "audit.purpose_personal"),
    ],
)
def test_a_purpose_must_be_one(script, log, context: Context, part: str, value: str, code: str) -> None:
    """Empty, or with a citizen number in what is kept in clear: nothing is sent, and the part is named."""
    wire = script()
    query = replace(QUERY, purpose=replace(PURPOSE, **{part: value}))
    with pytest.raises(RejectedError) as caught:
        wire.play(audited(RECORD, log, context, query))
    assert caught.value.code == code
    assert [p.pointer for p in caught.value.problems] == [f"/purpose/{part}"]
    assert wire.sent == []
    assert PERSON not in str(caught.value) + caught.value.explain("th")


@pytest.mark.parametrize(
    "text", ["ศธ 04010/12345 ลว. 1 ก.ค. 2569", "P-2569-0001", "1.9799.00000.01.4", "02-1234567"]
)
def test_a_reference_that_only_looks_long_is_one(
    script, log, path: Path, context: Context, text: str
) -> None:
    """Numbers of letters and telephones are no citizen numbers."""
    query = replace(QUERY, purpose=replace(PURPOSE, case_reference=text))
    script(Response(status=200)).play(audited(RECORD, log, context, query))
    assert lines(path)[0]["case_reference"] == text


def test_a_number_in_the_services_place_is_refused_and_not_told(script, log, context: Context) -> None:
    """Two arguments changed places: the number would stand in the log as the service."""
    wire = script()
    with pytest.raises(RejectedError) as caught:
        wire.play(audited(RECORD, log, context, replace(QUERY, service=PERSON)))
    assert [p.pointer for p in caught.value.problems] == ["/service"]
    assert wire.sent == []
    assert PERSON not in repr(caught.value) + str(caught.value) + caught.value.explain("th")


# --- writing ----------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_recorded_is_withheld(
    script, log, path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform answered, the disk is full: the caller gets an error and not the answer."""

    def full(descriptor: int, content: bytes) -> int:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("govlink.audit.os.write", full)
    wire = script(Response(status=200))
    with pytest.raises(ConfigError) as caught:
        wire.play(audited(RECORD, log, context))
    assert caught.value.code == "audit.unwritable"
    assert caught.value.retry.value == "never"
    assert len(wire.sent) == 1


def test_a_failure_that_cannot_be_recorded_says_both(
    script, log, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's error, with the call's behind it."""

    def full(descriptor: int, content: bytes) -> int:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr("govlink.audit.os.write", full)
    with pytest.raises(ConfigError, match=r"audit\.unwritable") as caught:
        script(Response(status=200)).play(audited(AuthError(LOST), log, context))
    assert isinstance(caught.value.__context__, OSError)
    assert isinstance(caught.value.__context__.__context__, AuthError)


def test_a_log_that_is_not_there_is_noticed_before_anything_is_sent(
    script, path: Path, context: Context
) -> None:
    """Nobody is looked up into the void; a log that others may read is none."""
    for broken in (path.parent / "none" / "audit.jsonl", path):
        path.touch(0o644)
        wire = script()
        with pytest.raises(ConfigError, match=r"files\.(unusable|exposed)"):
            wire.play(audited(RECORD, FileAuditLog(broken, key=KEY), context))
        assert wire.sent == []


def test_cancelling_passes_although_the_log_is_broken(
    log, path: Path, context: Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error out of ``close`` would replace the cancellation; it is logged instead."""
    flow = audited(RECORD, log, context)
    next(flow)
    path.chmod(0o644)
    with caplog.at_level(logging.ERROR, "govlink.audit"):
        flow.close()
    assert "not in the audit log" in caplog.text


@pytest.mark.parametrize("torn", ['{"record_id": "half', "x"])
def test_a_torn_last_line_spoils_no_other(log, path: Path, context: Context, torn: str) -> None:
    """A crash in the middle of a line: it stays as it is, and the next record begins a new one."""
    run(audited(RECORD, log, context), Answering())
    with path.open("a", encoding="utf-8") as file:
        file.write(torn)
    run(audited(RECORD, log, context), Answering())
    first, middle, last = path.read_text("utf-8").splitlines()
    assert middle == torn
    assert json.loads(first) == json.loads(last)


def test_a_short_write_is_finished(
    log, path: Path, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system may take less than it was given."""
    write = _private_files.os.write
    monkeypatch.setattr("govlink.audit.os.write", lambda d, content: write(d, content[:7]))
    run(audited(RECORD, log, context), Answering())
    assert len(lines(path)) == 1


@pytest.mark.parametrize(("sync", "calls"), [(True, 1), (False, 0)])
def test_records_are_synced_when_asked(
    path: Path, context: Context, monkeypatch: pytest.MonkeyPatch, sync: bool, calls: int
) -> None:
    """By default they are on the disk before the answer is handed over, and a new file's name with them."""
    path.touch(0o600)
    path.write_text("\n", "utf-8")
    synced: list[int] = []
    monkeypatch.setattr("govlink.audit.os.fsync", synced.append)
    run(audited(RECORD, FileAuditLog(path, key=KEY, sync=sync), context), Answering())
    assert len(synced) == calls
    path.unlink()
    run(audited(RECORD, FileAuditLog(path, key=KEY, sync=sync), context), Answering())
    assert len(synced) == 3 * calls


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(text=st.text(st.characters(codec=None), min_size=1))
def test_whatever_a_purpose_holds_it_is_one_line(path: Path, context: Context, text: str) -> None:
    """Line ends of any kind, quotes, half characters: each record stays a line that can be read back."""
    path.unlink(missing_ok=True)
    log = FileAuditLog(path, key=KEY, sync=False)
    query = replace(QUERY, keys={"name": text}, purpose=replace(PURPOSE, text=f"a{text}"))
    try:
        run(audited(RECORD, log, context, query), Answering())
    except RejectedError:  # thirteen digits
        return
    run(audited(RECORD, log, context), Answering())
    found = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    assert [r["purpose"] for r in found] == [f"a{text}", PURPOSE.text]


def test_processes_do_not_tear_each_others_lines(path: Path) -> None:
    """Four processes, fifty records each: two hundred whole lines."""
    code = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from pydantic import SecretStr\n"
        "from govlink.audit import AuditRecord, FileAuditLog\n"
        "log = FileAuditLog(Path(sys.argv[1]), key=SecretStr('k' * 32), sync=False)\n"
        "for n in range(50):\n"
        "    log.append(AuditRecord(record_id=str(n), at=datetime.now(UTC), key_id='i', verb='v',\n"
        "        platform='p', service='s', officer='o', subjects=(), purpose='x' * 5000, legal_basis='b',\n"
        "        case_reference='c', outcome='found', duration_s=0.0))\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [worker.wait(timeout=60) for worker in workers] == [0] * 4
    assert sorted(int(str(r["record_id"])) for r in lines(path)) == sorted([*range(50)] * 4)


def test_a_log_that_was_renamed_goes_on_in_a_new_file(log, path: Path, context: Context) -> None:
    """Rotation between two records, and between opening the file and having its lock, loses none."""
    old = path.with_name("audit.jsonl.1")
    run(audited(RECORD, log, context), Answering())
    path.rename(old)
    run(audited(RECORD, log, context), Answering())
    assert (len(lines(old)), len(lines(path))) == (1, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_that_was_cut_in_place_goes_on_at_its_beginning(log, path: Path, context: Context) -> None:
    """What the cut took is lost, as the text says; what follows is whole."""
    run(audited(RECORD, log, context), Answering())
    os.truncate(path, 0)
    run(audited(RECORD, log, context), Answering())
    assert len(lines(path)) == 1


_NO_ROOM = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from pydantic import SecretStr
from govlink.audit import AuditRecord, FileAuditLog
from govlink.errors import ConfigError
log = FileAuditLog(Path(sys.argv[1]), key=SecretStr("k" * 32))
record = AuditRecord(record_id="1", at=datetime.now(UTC), key_id="i", verb="v", platform="p", service="s",
    officer="o", subjects=(),
    purpose="x" * 300, legal_basis="b", case_reference="c", outcome="found", duration_s=0.0)
log.append(record)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (Path(sys.argv[1]).stat().st_size + 50, hard))
try:
    log.append(record)
except ConfigError as error:
    print(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.append(record)
"""


def test_a_disk_that_fills_up_in_the_middle_of_a_record(path: Path) -> None:
    """The record that did not fit is an error, and the one after it begins a line of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "audit.unwritable\n"
    first, torn, last = path.read_text("utf-8").splitlines()
    assert json.loads(first) == json.loads(last) | {"at": json.loads(first)["at"]}
    assert len(torn) == 50


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit])
def test_a_signal_while_the_answer_is_read_leaves_a_record(
    log, path: Path, context: Context, ending: type[BaseException]
) -> None:
    """The person was looked up, whoever stopped the program."""

    def interrupted() -> Flow[object]:
        yield Request(method="GET", url="u", operation="op")
        raise ending

    flow = with_audit(interrupted(), query=QUERY, log=log, verb="look_up", platform="gdx", context=context)
    with pytest.raises(ending):
        run(flow, Answering())
    assert [record["outcome"] for record in lines(path)] == ["abandoned"]


def test_a_cancelled_task_leaves_a_record(log, path: Path, context: Context) -> None:
    """Cancelled while the answer is on its way: the platform has seen the look-up."""

    class Slow:
        async def send(self, request: Request) -> Response:
            """Never."""
            sent.set()
            await asyncio.Event().wait()
            return Response(status=200)

        async def aclose(self) -> None:
            """Nothing."""

    async def scene() -> None:
        task = asyncio.create_task(arun(audited(RECORD, log, context), Slow()))
        await sent.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    sent = asyncio.Event()
    asyncio.run(scene())
    assert [record["outcome"] for record in lines(path)] == ["abandoned"]


# --- the logger -------------------------------------------------------------------------------


def test_the_logger_gets_the_same_record(context: Context, caplog: pytest.LogCaptureFixture) -> None:
    """Level INFO of ``govlink.audit``; two logs without a key cannot be compared."""
    log = LoggingAuditLog()
    with caplog.at_level(logging.INFO, "govlink.audit"):
        run(audited(RECORD, log, context), Answering())
    record = json.loads(caplog.messages[0])
    assert record["outcome"] == "found"
    assert record["officer"] == log.pseudonym(OFFICER) != LoggingAuditLog().pseudonym(OFFICER)
    assert LoggingAuditLog(key=KEY).pseudonym(OFFICER) == LoggingAuditLog(key=KEY).pseudonym(OFFICER)
    assert PERSON not in caplog.text


def test_the_log_is_ones_own_to_write(script, context: Context) -> None:
    """Any object with these methods takes records, say into a database."""
    kept: list[AuditRecord] = []

    class Own:
        key_id = "k"

        def pseudonym(self, number: str) -> str:
            """Not one."""
            return "p"

        def ready(self) -> None:
            """Always."""

        def append(self, record: AuditRecord) -> None:
            """Keep it."""
            kept.append(record)

    script(Response(status=200)).play(audited(RECORD, Own(), context))
    assert [(r.officer, r.subjects, r.key_id, r.outcome) for r in kept] == [("p", ("p",), "k", "found")]
