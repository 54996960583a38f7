"""``govlink exchange keys | seal | open | verify | evidence``: two organisations on one machine."""

from __future__ import annotations

import fcntl
import hashlib
import json
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govlink.cli.app import run
from govlink.exchange import load_entries, load_trust, save_trust
from govlink.exchange.evidence import EvidenceLog

CLEAR = ["--purpose", "เพื่อการศึกษาต่อ", "--case", "EQ-2569-0042"]
DOCUMENT = "ใบแสดงผลการเรียน.pdf"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, wide enough for a fingerprint, in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("GOVLINK_LANG", "en")
    for name in ("KEYS", "TRUST", "SPOOL", "EVIDENCE"):
        monkeypatch.delenv(f"GOVLINK_EXCHANGE_{name}", raising=False)


class Organisation:
    """One of the two, with a folder for its keys and trust list."""

    def __init__(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.name, self._capsys = name, capsys
        self.keys, self.trust = ["--keys", f"{name}/keys"], ["--trust", f"{name}/trust.json"]

    def call(self, *arguments: str, code: int = 0) -> dict[str, object]:
        """Run a command of ``govlink exchange`` with ``--json``; its output."""
        assert run(["exchange", *arguments, "--json"]) == code
        content = json.loads(self._capsys.readouterr().out)
        assert isinstance(content, dict)
        return content

    def keyed(self, *options: str) -> list[str]:
        """Make keys and the file to hand over; the fingerprints."""
        self.call("keys", "generate", self.name, *self.keys, *options)
        shown = self.call("keys", "show", *self.keys, "--name-th", "หน่วยงาน", "-o", f"{self.name}.json")
        return fingerprints(shown)

    def believes(self, other: Organisation, prints: list[str]) -> None:
        """Pin the other's keys."""
        given = [part for text in prints for part in ("--fingerprint", text)]
        self.call("keys", "pin", f"{other.name}.json", *given, *self.trust)


def fingerprints(shown: dict[str, object]) -> list[str]:
    """Of every key shown."""
    keys = shown["keys"]
    assert isinstance(keys, list)
    return [key["fingerprint"] for key in keys]


@pytest.fixture
def pair(capsys: pytest.CaptureFixture[str]) -> tuple[Organisation, Organisation]:
    """A sender and a recipient who believe each other."""
    sender, recipient = Organisation("obec", capsys), Organisation("university", capsys)
    theirs, ours = recipient.keyed(), sender.keyed()
    sender.believes(recipient, theirs)
    recipient.believes(sender, ours)
    Path(DOCUMENT).write_bytes(b"%PDF-1.7 synthetic" * 1000)
    return sender, recipient


def sealed(sender: Organisation, to: str = "university") -> dict[str, object]:
    """Seal the document."""
    return sender.call("seal", DOCUMENT, "--to", to, "-o", "a.envelope", *CLEAR, *sender.keys, *sender.trust)


def opened(recipient: Organisation, *options: str, code: int = 0) -> dict[str, object]:
    """Open it."""
    return recipient.call(
        "open", "a.envelope", "-o", "out.pdf", *recipient.keys, *recipient.trust, *options, code=code
    )


def test_a_document_arrives_as_it_was(pair: tuple[Organisation, Organisation]) -> None:
    """Sealed by one, verified by anybody, opened by the other: same bytes, same name."""
    sender, recipient = pair
    assert sealed(sender)["suite"] == "p256"
    verdict = recipient.call("verify", "a.envelope", *recipient.trust)
    assert (verdict["kind"], verdict["exit_code"]) == ("envelope", 0)
    result = opened(recipient)
    assert Path("out.pdf").read_bytes() == Path(DOCUMENT).read_bytes()
    assert stat.S_IMODE(Path("out.pdf").stat().st_mode) == 0o600
    assert (result["file_name"], result["media_type"]) == (DOCUMENT, "application/pdf")
    assert result["sha256"] == hashlib.sha256(Path(DOCUMENT).read_bytes()).hexdigest()
    assert (result["sender"], result["case"]) == ("obec", "EQ-2569-0042")


def test_a_recipient_is_an_organisation_a_fingerprint_or_a_file(
    pair: tuple[Organisation, Organisation],
) -> None:
    """All three lead to the same key."""
    sender, _ = pair
    key = sealed(sender)["recipient_key"]
    for to in (str(key), "university.json"):
        Path("a.envelope").unlink()
        assert sealed(sender, to)["recipient_key"] == key


def test_hybrid_keys_are_sealed_to_in_their_suite(capsys: pytest.CaptureFixture[str]) -> None:
    """The recipient's key decides."""
    sender, recipient = Organisation("obec", capsys), Organisation("university", capsys)
    sender.believes(recipient, recipient.keyed("--suite", "hybrid"))
    recipient.believes(sender, sender.keyed())
    Path(DOCUMENT).write_bytes(b"x")
    assert sealed(sender)["suite"] == "hybrid"
    opened(recipient)
    assert Path("out.pdf").read_bytes() == b"x"


def test_dry_runs_write_nothing(pair: tuple[Organisation, Organisation]) -> None:
    """Neither sealing nor opening nor pinning."""
    sender, recipient = pair
    arguments = ("-o", "b.envelope", *CLEAR, *sender.keys, *sender.trust, "--dry-run")
    sender.call("seal", DOCUMENT, "--to", "university", *arguments)
    assert not Path("b.envelope").exists()
    sealed(sender)
    assert opened(recipient, "--dry-run")["purpose"] == "เพื่อการศึกษาต่อ"
    assert not Path("out.pdf").exists()


def test_a_damaged_envelope_is_refused_and_leaves_nothing(pair: tuple[Organisation, Organisation]) -> None:
    """One flipped bit: exit 79 and no file; the verifier says which part, exit 1."""
    sender, recipient = pair
    sealed(sender)
    content = bytearray(Path("a.envelope").read_bytes())
    content[len(content) // 2] ^= 1
    Path("a.envelope").write_bytes(content)
    before = sorted(path.name for path in Path().iterdir())
    assert "error" in opened(recipient, code=79)
    assert sorted(path.name for path in Path().iterdir()) == before
    verdict = recipient.call("verify", "a.envelope", *recipient.trust, code=1)
    integrity = verdict["integrity"]
    assert isinstance(integrity, dict)
    assert integrity["result"] == "invalid"


def test_an_unknown_issuer_is_exit_2(pair: tuple[Organisation, Organisation]) -> None:
    """Without a trust list nobody's signature can be recognised; our own keys are ours."""
    sealed(pair[0])
    assert pair[0].call("verify", "a.envelope", code=2)["exit_code"] == 2
    assert pair[0].call("verify", "a.envelope", *pair[0].keys)["exit_code"] == 0


def test_a_document_may_be_sealed_to_oneself(capsys: pytest.CaptureFixture[str]) -> None:
    """To keep it closed on one's own disk; nothing need be pinned for that."""
    alone = Organisation("obec", capsys)
    alone.keyed()
    Path(DOCUMENT).write_bytes(b"x")
    alone.call("seal", DOCUMENT, "--to", "obec", "-o", "a.envelope", *CLEAR, *alone.keys)
    alone.call("open", "a.envelope", "-o", "out.pdf", *alone.keys)
    assert Path("out.pdf").read_bytes() == b"x"


def test_a_wrong_fingerprint_pins_nothing(pair: tuple[Organisation, Organisation]) -> None:
    """Half a fingerprint is none."""
    sender, recipient = pair
    wrong = (
        fingerprints(recipient.call("keys", "show", *recipient.keys))[0][:-1] + "B"
    )  # never the last of one
    arguments = ("university.json", "--fingerprint", wrong, "--trust", "new/trust.json")
    sender.call("keys", "pin", *arguments, code=65)
    assert not Path("new").exists()


def test_rotation_opens_old_envelopes_and_revocation_ends_a_key(
    pair: tuple[Organisation, Organisation],
) -> None:
    """An envelope under way when the recipient rotates still opens; one from a revoked signer does not."""
    sender, recipient = pair
    sealed(sender)
    assert len(fingerprints(recipient.call("keys", "rotate", *recipient.keys))) == 4
    opened(recipient)
    Path("out.pdf").unlink()
    signing = next(
        key["fingerprint"]
        for key in recipient.call("keys", "trusted", *recipient.trust)["keys"]  # type: ignore[attr-defined]  # JSON
        if key["use"] == "sign"
    )
    recipient.call("keys", "revoke", signing, *recipient.trust)
    assert "exchange.key_revoked" in str(opened(recipient, code=79)["error"])


def test_the_first_message_after_a_rotation_is_believed(pair: tuple[Organisation, Organisation]) -> None:
    """New keys are announced a week ahead; until then the pinned ones sign, and no others are made."""
    sender, recipient = pair
    assert len(fingerprints(sender.call("keys", "rotate", *sender.keys))) == 4
    sealed(sender)
    opened(recipient)
    refusal = sender.call("keys", "rotate", *sender.keys, "--starts-in-days", "0", code=78)
    assert "exchange.rotation_pending" in str(refusal["error"])


def test_lost_keys_are_replaced_at_once(pair: tuple[Organisation, Organisation]) -> None:
    """Peers must pin the new ones first, and refuse until then."""
    sender, recipient = pair
    sender.call("keys", "rotate", *sender.keys, "--starts-in-days", "0", "--overlap-days", "0")
    sealed(sender)
    assert "exchange.key_unknown" in str(opened(recipient, code=79)["error"])
    shown = sender.call("keys", "show", *sender.keys, "-o", "obec.json")
    recipient.believes(sender, fingerprints(shown))
    opened(recipient)


def test_retired_keys_are_forgotten(
    pair: tuple[Organisation, Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run says which and leaves them; what is in use stays."""
    sender, folder = pair[0], Path("obec/keys")
    old = sorted(path.stem for path in folder.glob("*.jwk"))
    assert sender.call("keys", "forget", *sender.keys) == {"dry_run": False, "forgotten": []}
    sender.call("keys", "rotate", *sender.keys, "--starts-in-days", "0", "--overlap-days", "0")
    tried = sender.call("keys", "forget", *sender.keys, "--dry-run")
    assert (tried["dry_run"], sorted(tried["forgotten"])) == (True, old)  # type: ignore[call-overload]  # JSON
    assert len(list(folder.glob("*.jwk"))) == 4
    assert run(["exchange", "keys", "forget", *sender.keys]) == 0
    shown = capsys.readouterr().out
    assert all(kid in shown for kid in old)
    left = fingerprints(sender.call("keys", "show", *sender.keys))
    assert sorted(path.stem for path in folder.glob("*.jwk")) == sorted(left)
    assert not set(old) & set(left)


def test_of_two_edits_of_a_trust_list_none_is_lost(capsys: pytest.CaptureFixture[str]) -> None:
    """One waits for the other, and then changes what that one wrote."""
    alone, others = Organisation("obec", capsys), [Organisation(name, capsys) for name in ("a", "b")]
    prints = [other.keyed() for other in others]
    alone.believes(others[0], prints[0][:1])
    path, codes = Path("obec/trust.json"), list[int]()
    more = ["exchange", "keys", "pin", "b.json", "--fingerprint", prints[1][0], *alone.trust]
    with Path("obec/trust.json.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pins = threading.Thread(target=lambda: codes.append(run(more)))
        revokes = threading.Thread(
            target=lambda: codes.append(run(["exchange", "keys", "revoke", prints[0][0], *alone.trust]))
        )
        for thread in (pins, revokes):
            thread.start()
            thread.join(0.3)  # long enough for one that does not wait to write, and to be overwritten
        entry = next(entry for entry in load_entries(Path("a.json")) if entry.kid == prints[0][1])
        save_trust(load_trust(path).pin(entry, fingerprint=entry.kid, at=datetime.now(UTC)), path)
        assert codes == []
    for thread in (pins, revokes):
        thread.join(30)
    assert codes == [0, 0]
    found = load_trust(path)
    assert {entry.kid for entry in found.entries} == {*prints[0], prints[1][0]}
    assert [entry.kid for entry in found.entries if entry.revoked_at] == [prints[0][0]]


def test_a_key_that_is_not_pinned_is_not_revoked(pair: tuple[Organisation, Organisation]) -> None:
    """Neither in a list nor where there is none, and nothing is made there."""
    before = Path("obec/trust.json").read_bytes()
    for unknown in ("unknown", "-nEpBYgimTu5ATL7Z8hZ-UJqoEcrt9gszq6tdDjYdCc", "--EpBYgimTu5ATL7Z8hZ"):
        refusal = pair[0].call("keys", "revoke", unknown, *pair[0].trust, code=65)
        assert "exchange.key_unknown" in str(refusal["error"])
    assert Path("obec/trust.json").read_bytes() == before
    pair[0].call("keys", "revoke", "unknown", "--trust", "new/trust.json", code=78)
    assert not Path("new").exists()


def test_a_citizen_number_may_not_travel_in_clear(pair: tuple[Organisation, Organisation]) -> None:
    """Nor may the error repeat it."""
    sender, _ = pair
    number = "1989900000013"
    arguments = ("-o", "b.envelope", "--purpose", f"for {number}", "--case", "C-1")
    refusal = sender.call(
        "seal", DOCUMENT, "--to", "university", *arguments, *sender.keys, *sender.trust, code=65
    )
    assert number not in str(refusal)


def test_keys_are_shown_in_a_table(
    pair: tuple[Organisation, Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    """For people: use, fingerprint, state."""
    assert run(["exchange", "keys", "trusted", *pair[0].trust]) == 0
    shown = capsys.readouterr().out
    assert "university" in shown
    whole = fingerprints(pair[0].call("keys", "trusted", *pair[0].trust))
    assert all(any(line.endswith(f": {text}") for line in shown.splitlines()) for text in whole)
    assert "seal" in shown
    assert "valid" in shown


def test_the_head_of_a_log_is_shown_and_held_to(
    pair: tuple[Organisation, Organisation], capsys: pytest.CaptureFixture[str]
) -> None:
    """A log cut after its head was noted no longer verifies."""
    log = EvidenceLog(Path("evidence.jsonl"))
    for number in range(3):
        log.append("note", {"number": str(number)}, at=datetime(2026, 7, 1, tzinfo=UTC))
    head = str(pair[0].call("evidence", "head", "--log", "evidence.jsonl")["head"])
    assert head.startswith("3:")
    pair[0].call("verify", "evidence.jsonl", "--head", head)
    lines = Path("evidence.jsonl").read_bytes().splitlines(keepends=True)
    Path("evidence.jsonl").write_bytes(b"".join(lines[:-1]))
    pair[0].call("verify", "evidence.jsonl")
    pair[0].call("verify", "evidence.jsonl", "--head", head, code=1)
    assert run(["exchange", "verify", "evidence.jsonl", "--head", "three"]) == 65
    assert "exchange.not_a_head" in capsys.readouterr().err


def test_a_dry_run_of_sealing_checks_what_sealing_would(pair: tuple[Organisation, Organisation]) -> None:
    """A missing document, a taken name, a missing folder, a person in clear: the same refusals."""
    sender, _ = pair
    base = ("--to", "university", *sender.keys, *sender.trust, "--dry-run")

    def code(*arguments: str, code: int) -> str:
        answer = sender.call("seal", *arguments, *base, code=code)["error"]
        assert isinstance(answer, dict)
        return str(answer["code"])

    assert code("gone.pdf", "-o", "b", *CLEAR, code=65) == "exchange.source_gone"
    assert code(DOCUMENT, "-o", DOCUMENT, *CLEAR, code=73) == "exchange.target_exists"
    assert code(DOCUMENT, "-o", "no/b", *CLEAR, code=78) == "exchange.target_unwritable"
    clear = ("--purpose", "for 1989900000013", "--case", "c")
    assert code(DOCUMENT, "-o", "b", *clear, code=65) == "exchange.person_in_clear"


def test_a_log_that_is_not_there_has_no_head(pair: tuple[Organisation, Organisation]) -> None:
    """A misspelt name must not be noted as an empty log for ever."""
    assert "exchange.log_missing" in str(pair[0].call("evidence", "head", "--log", "no.jsonl", code=78))
