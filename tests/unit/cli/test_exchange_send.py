"""``govlink exchange send | outbox`` through a real gateway to a real inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from govlink.cli.app import run
from govlink.registry import load_adapter
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.server import RunningSandbox, running_sandbox

WHY = ["--purpose", "เพื่อการศึกษาต่อ", "--case", "EQ-1", "--to", "university"]


@pytest.fixture
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningSandbox]:
    """GDX with a university behind it; keys exchanged, settings and three documents in the folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GOVLINK_LANG", "en")
    for name in ("KEYS", "TRUST", "SPOOL"):
        monkeypatch.delenv(f"GOVLINK_EXCHANGE_{name}", raising=False)
    adapter = load_adapter("gdx")
    with running_sandbox([adapter]) as running:
        write_sandbox_config(Path("govlink.toml"), [adapter], running)
        assert run(["exchange", "keys", "generate", "obec"]) == 0
        assert run(["exchange", "keys", "show", "-o", "ours.json"]) == 0
        peer = f"{running.url}/_sandbox/peers/university"
        Path("theirs.json").write_bytes(httpx.get(peer).raise_for_status().content)
        httpx.post(peer, content=Path("ours.json").read_bytes()).raise_for_status()
        prints = [entry["kid"] for entry in json.loads(Path("theirs.json").read_text("utf-8"))["entries"]]
        given = [part for text in prints for part in ("--fingerprint", text)]
        assert run(["exchange", "keys", "pin", "theirs.json", *given]) == 0
        for number in range(3):
            Path(f"{number}.pdf").write_bytes(b"%PDF synthetic" * (number + 1))
        yield running


def told(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, object]:
    """The JSON that a command printed."""
    capsys.readouterr()
    assert run(["exchange", *arguments, "--json"]) == code
    content = json.loads(capsys.readouterr().out)
    assert isinstance(content, dict)
    return content


def test_documents_are_delivered_once(sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Sent again, nothing is; the receipts verify, and so does the evidence."""
    documents = [f"{number}.pdf" for number in range(3)]
    first = told(capsys, "send", *documents, *WHY)
    assert (first["delivered_now"], first["waiting"], first["failed"]) == (3, 0, 0)
    again = told(capsys, "send", *documents, *WHY)
    assert (again["delivered_now"], again["delivered"]) == (0, 3)
    arrived = httpx.get(f"{sandbox.url}/_sandbox/messages").json()["messages"]
    rows = told(capsys, "outbox", "list")["messages"]
    assert isinstance(rows, list)
    assert {row["message_id"] for row in rows} == {m["message_id"] for m in arrived}
    Path("receipt").write_text(rows[0]["receipt"], "utf-8")
    assert told(capsys, "verify", "receipt")["kind"] == "receipt"
    assert told(capsys, "verify", "exchange/evidence.jsonl")["exit_code"] == 0
    page = httpx.get(f"{sandbox.url}/console/messages").text
    assert all(m["message_id"] in page for m in arrived)
    assert "0.pdf" not in page


def test_what_cannot_be_sent_now_waits(sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """A recipient that is down: exit 75 for a scheduler, and the message is still there."""
    sandbox.faults.append(FaultRule(kind=FaultKind.STATUS_503, platform="gdx", times=1000))
    report = told(capsys, "send", "0.pdf", *WHY, code=75)
    assert (report["delivered"], report["waiting"]) == (0, 1)
    assert report["next_due_at"] is not None


def test_a_refused_message_waits_for_a_person(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sender nobody there believes: exit 65, the code in the list, and a retry once it is mended."""
    assert run(["exchange", "keys", "rotate", "--overlap-days", "0", "--starts-in-days", "0"]) == 0
    assert told(capsys, "send", "0.pdf", *WHY, code=65)["failed"] == 1
    rows = told(capsys, "outbox", "list")["messages"]
    assert isinstance(rows, list)
    assert rows[0]["state"] == "failed"
    assert run(["exchange", "keys", "show", "-o", "ours.json"]) == 0
    peer = f"{sandbox.url}/_sandbox/peers/university"
    httpx.post(peer, content=Path("ours.json").read_bytes()).raise_for_status()
    assert told(capsys, "outbox", "retry", rows[0]["message_id"])["state"] == "queued"
    assert told(capsys, "send", *WHY)["delivered_now"] == 1


def test_a_dry_run_seals_nothing(sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what would be queued."""
    capsys.readouterr()
    assert run(["exchange", "send", "0.pdf", *WHY, "--dry-run"]) == 0
    assert "0.pdf" in capsys.readouterr().out
    assert told(capsys, "send", "0.pdf", *WHY, "--dry-run")["documents"] == ["0.pdf"]
    assert not Path("exchange/outbox").exists()
    assert httpx.get(f"{sandbox.url}/_sandbox/messages").json() == {"messages": []}


def test_a_document_that_is_gone_holds_up_no_other(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are delivered, the missing one is named, and the exit code says that a person must look."""
    report = told(capsys, "send", "0.pdf", "gone.pdf", "1.pdf", *WHY, code=65)
    assert (report["delivered"], report["unreadable"]) == (2, "gone.pdf")
    assert told(capsys, "send", "gone.pdf", *WHY, "--dry-run", code=65)["unreadable"] == ["gone.pdf"]
    assert len(httpx.get(f"{sandbox.url}/_sandbox/messages").json()["messages"]) == 2


@pytest.mark.usefixtures("sandbox")
def test_a_dry_run_checks_what_sending_would(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown recipient and a person in clear are refused before anything is queued."""
    nobody = ["--purpose", "p", "--case", "c", "--to", "nobody"]
    assert "exchange.no_sealing_key" in str(told(capsys, "send", "0.pdf", *nobody, "--dry-run", code=78))
    person = ["--purpose", "for 1989900000013", "--case", "c", "--to", "university"]
    assert "exchange.person_in_clear" in str(told(capsys, "send", "0.pdf", *person, "--dry-run", code=65))


def test_a_message_given_up_is_no_failure_any_more(
    sandbox: RunningSandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays in the list with its reason's place empty, its envelope goes, and later runs end in 0."""
    assert run(["exchange", "keys", "rotate", "--overlap-days", "0", "--starts-in-days", "0"]) == 0
    told(capsys, "send", "0.pdf", *WHY, code=65)
    rows = told(capsys, "outbox", "list")["messages"]
    assert isinstance(rows, list)
    assert rows[0]["reason"]
    assert told(capsys, "outbox", "drop", rows[0]["message_id"])["state"] == "dropped"
    assert list(Path("exchange/outbox/spool").iterdir()) == []
    assert told(capsys, "send", *WHY)["failed"] == 0
    assert sandbox.url
