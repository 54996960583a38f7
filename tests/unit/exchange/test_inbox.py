"""Receiving: one message, one receipt, whatever is repeated, fails or ends in between."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from govlink.errors import (
    ConflictError,
    Fault,
    GovlinkError,
    RejectedError,
    UnavailableError,
    VerificationError,
)
from govlink.exchange.arrivals import ArrivalState
from govlink.exchange.claims import workplace
from govlink.exchange.inbox import Inbox
from govlink.exchange.manifest import manifest_sha256_hex
from govlink.exchange.opening import Opened, OpenLimits, read_manifest
from govlink.exchange.receipts import Outcome, read_receipt

from .fuse import Fuse, Killed, fused
from .parties import SCHOOL, Side, Time, key_ring, pinned, sealed_envelope, two_sides

WRONG_CASE = Fault("test.wrong_case", en="no such case", th="ไม่มีเรื่องนี้")


class Registry:
    """What the ministry does with documents: remembers them, or fails as it is told."""

    def __init__(self) -> None:
        self.seen: list[tuple[UUID, bytes]] = []
        self.error: BaseException | None = None

    def __call__(self, opened: Opened) -> None:
        """Process a document."""
        self.seen.append((opened.manifest.message_id, opened.path.read_bytes()))
        if self.error is not None:
            raise self.error


@pytest.fixture
def time() -> Time:
    """The time of both sides."""
    return Time()


@pytest.fixture
def sides(tmp_path: Path, time: Time) -> tuple[Side, Side]:
    """The school and the ministry."""
    return two_sides(tmp_path, context=time.context)


@pytest.fixture
def school(sides: tuple[Side, Side]) -> Side:
    """Who sends."""
    return sides[0]


@pytest.fixture
def ministry(sides: tuple[Side, Side]) -> Side:
    """Who receives."""
    return sides[1]


@pytest.fixture
def inbox(ministry: Side) -> Iterator[Inbox]:
    """The ministry's."""
    with open_inbox(ministry) as opened:
        yield opened


@pytest.fixture
def registry() -> Registry:
    """What takes the documents."""
    return Registry()


def open_inbox(ministry: Side, *, limits: OpenLimits | None = None) -> Inbox:
    """The ministry's inbox, opened as after a start."""
    return Inbox(ministry.folder / "inbox", party=ministry.party(), limits=limits)


def left_lying(ministry: Side) -> list[Path]:
    """Files of the inbox other than its database."""
    return [p for p in (ministry.folder / "inbox").rglob("*") if p.is_file() and "arrivals.db" not in p.name]


def test_a_message_is_processed_and_receipted(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, time: Time, tmp_path: Path
) -> None:
    """The receipt verifies at the sender's, evidence tells the story, and no document stays behind."""
    envelope = sealed_envelope(school, tmp_path / "e")
    manifest = read_manifest(envelope, trust=ministry.trust, at=time.now)
    text = inbox.accept(envelope, process=registry)
    receipt = read_receipt(text, trust=school.trust, sent=manifest, at=time.now)
    assert receipt.outcome is Outcome.ACCEPTED
    assert registry.seen == [(manifest.message_id, b"a transcript")]
    assert [kind for kind, _ in ministry.evidence()] == ["received", "receipt_given"]
    assert left_lying(ministry) == []
    assert envelope.exists()


def test_a_repeat_gets_the_first_receipt(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, time: Time, tmp_path: Path
) -> None:
    """Byte for byte, also after a restart, when every key of the sender has run out and ours were rotated."""
    envelope = sealed_envelope(school, tmp_path / "e")
    first = inbox.accept(envelope, process=registry)
    assert inbox.accept(envelope, process=registry) == first
    time.forward(days=5000)
    with open_inbox(ministry) as later:
        assert later.accept(envelope, process=registry) == first
    assert len(registry.seen) == 1
    assert len(ministry.evidence()) == 2


def test_failed_processing_leaves_no_receipt(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """The sender hears so, and a repeat processes again; its arrival is noted once."""
    envelope = sealed_envelope(school, tmp_path / "e")
    registry.error = RuntimeError("the registry is closed")
    for _ in range(2):
        with pytest.raises(UnavailableError) as caught:
            inbox.accept(envelope, process=registry)
        assert caught.value.code == "exchange.processing_failed"
    assert inbox.count(ArrivalState.UNPROCESSED) == 1
    registry.error = None
    assert inbox.accept(envelope, process=registry)
    assert len(registry.seen) == 3
    assert [kind for kind, _ in ministry.evidence()] == ["received", "receipt_given"]
    assert left_lying(ministry) == []


def test_a_refusal_by_the_process_is_signed(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, time: Time, tmp_path: Path
) -> None:
    """For good: every repeat gets the same refusal, with its code, and nothing is processed again."""
    registry.error = RejectedError(WRONG_CASE)
    envelope = sealed_envelope(school, tmp_path / "e")
    manifest = read_manifest(envelope, trust=ministry.trust, at=time.now)
    text = inbox.accept(envelope, process=registry)
    receipt = read_receipt(text, trust=school.trust, sent=manifest, at=time.now)
    assert (receipt.outcome, receipt.reason_code) == (Outcome.REFUSED, "test.wrong_case")
    registry.error = None
    assert inbox.accept(envelope, process=registry) == text
    assert len(registry.seen) == 1
    assert inbox.count(ArrivalState.REFUSED) == 1
    assert [kind for kind, _ in ministry.evidence()] == ["received", "receipt_given"]


@pytest.mark.parametrize("error", [None, RuntimeError("no")], ids=["accepted", "failed"])
def test_other_content_under_a_used_id_is_refused(
    school: Side, inbox: Inbox, registry: Registry, tmp_path: Path, error: Exception | None
) -> None:
    """Also when the first was never processed: its content is what the id stands for."""
    message_id = uuid4()
    first = sealed_envelope(school, tmp_path / "a", message_id=message_id)
    second = sealed_envelope(school, tmp_path / "b", message_id=message_id, content=b"forged")
    registry.error = error
    try:
        inbox.accept(first, process=registry)
    except UnavailableError:
        assert error is not None
    with pytest.raises(ConflictError) as caught:
        inbox.accept(second, process=registry)
    assert caught.value.code == "exchange.message_id_used"
    assert [content for _, content in registry.seen] == [b"a transcript"]


def test_a_refused_envelope_binds_nothing(
    school: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """An id whose envelope was damaged on the way, or forged, is free for the right one."""
    message_id = uuid4()
    good = sealed_envelope(school, tmp_path / "a", message_id=message_id)
    bad = tmp_path / "b"
    content = bytearray(sealed_envelope(school, bad, message_id=message_id).read_bytes())
    content[len(content) // 2] ^= 1
    bad.write_bytes(content)
    with pytest.raises(VerificationError):
        inbox.accept(bad, process=registry)
    assert registry.seen == []
    assert inbox.accept(good, process=registry)


def test_an_envelope_for_somebody_else_is_refused(
    school: Side, ministry: Side, registry: Registry, tmp_path: Path
) -> None:
    """Nothing is processed, nothing is noted."""
    envelope = sealed_envelope(school, tmp_path / "e")
    with (
        Inbox(tmp_path / "other", party=school.party()) as inbox,
        pytest.raises(VerificationError) as caught,
    ):
        inbox.accept(envelope, process=registry)
    assert caught.value.code == "exchange.recipient_wrong"
    assert registry.seen == []


def another(school: Side, folder: Path, organisation: str) -> Side:
    """A side with new keys under that name, which knows whom the school knows and nobody has pinned."""
    folder.mkdir()
    keys = key_ring(folder / "keys", organisation, at=school.context().now())
    return Side(folder=folder, keys=keys, trust=school.trust, context=school.context)


def test_an_id_is_each_senders_own(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, time: Time, tmp_path: Path
) -> None:
    """A trusted peer that learnt another's id neither blocks it, not even at work, nor gets its receipt."""
    college, message_id = another(school, tmp_path / "college", "college"), uuid4()
    ministry.trust = pinned(school.keys, ministry.keys, college.keys, at=time.now)
    sides = {"college": college, "school": school}
    envelopes = {
        name: sealed_envelope(
            side, tmp_path / f"{name}.envelope", content=name.encode(), message_id=message_id
        )
        for name, side in sides.items()
    }
    receipts: dict[str, str] = {}

    def meanwhile(opened: Opened) -> None:
        receipts["school"] = inbox.accept(envelopes["school"], process=registry)
        registry(opened)

    receipts["college"] = inbox.accept(envelopes["college"], process=meanwhile)
    assert registry.seen == [(message_id, b"school"), (message_id, b"college")]
    for name, envelope in envelopes.items():
        assert inbox.accept(envelope, process=registry) == receipts[name]
        sent = read_manifest(envelope, trust=ministry.trust, at=time.now)
        assert read_receipt(receipts[name], trust=ministry.trust, sent=sent, at=time.now).sender == name
    assert len(registry.seen) == inbox.count(ArrivalState.ACCEPTED) == 2


def test_whom_we_do_not_believe_learns_of_no_message(
    school: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """Under an id that is used, free or in work: the signature is refused, and that is all that is told."""
    forger, used, busy = another(school, tmp_path / "forger", SCHOOL), uuid4(), uuid4()
    forged = {i: sealed_envelope(forger, tmp_path / str(i), message_id=i) for i in (used, busy, uuid4())}
    inbox.accept(sealed_envelope(school, tmp_path / "used", message_id=used), process=registry)

    def told() -> list[str]:
        codes = []
        for envelope in forged.values():
            with pytest.raises(GovlinkError) as caught:
                inbox.accept(envelope, process=registry)
            codes.append(caught.value.code)
        return codes

    seen: list[str] = []
    inbox.accept(
        sealed_envelope(school, tmp_path / "busy", message_id=busy), process=lambda _: seen.extend(told())
    )
    assert [*seen, *told()] == ["exchange.key_unknown"] * 6
    assert [message_id for message_id, _ in registry.seen] == [used]


@pytest.mark.parametrize(
    ("make", "kind", "code"),
    [
        (os.mkfifo, VerificationError, "exchange.not_an_envelope"),
        (Path.mkdir, VerificationError, "exchange.not_an_envelope"),
        (lambda _: None, RejectedError, "exchange.file_unreadable"),
        (lambda path: path.symlink_to(path), UnavailableError, "exchange.file_unreadable"),
    ],
    ids=["pipe", "folder", "nothing", "unreadable"],
)
def test_what_is_no_readable_file_is_told(
    inbox: Inbox,
    registry: Registry,
    tmp_path: Path,
    make: Callable[[Path], None],
    kind: type[GovlinkError],
    code: str,
) -> None:
    """By its reason, never as the operating system's own error, and without waiting for a pipe."""
    path = tmp_path / "e"
    make(path)
    # Else a reader that does wait would wait for ever, and the test with it.
    held = os.open(path, os.O_RDWR | os.O_NONBLOCK) if path.is_fifo() else None
    with pytest.raises(kind) as caught:
        inbox.accept(path, process=registry)
    assert caught.value.code == code
    if held is not None:
        os.close(held)


def test_the_id_it_was_sent_under_must_be_its_own(
    school: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """A right envelope under a wrong id is a mix-up at the sender's."""
    with pytest.raises(RejectedError) as caught:
        inbox.accept(sealed_envelope(school, tmp_path / "e"), process=registry, message_id=uuid4())
    assert caught.value.code == "exchange.message_id_wrong"


def test_an_oversize_envelope_is_refused(
    school: Side, ministry: Side, registry: Registry, tmp_path: Path
) -> None:
    """By its size alone."""
    with (
        open_inbox(ministry, limits=OpenLimits(max_envelope_bytes=1000)) as inbox,
        pytest.raises(VerificationError) as caught,
    ):
        inbox.accept(sealed_envelope(school, tmp_path / "e"), process=registry)
    assert caught.value.code == "exchange.oversize"


def test_of_two_at_once_one_is_processed(school: Side, ministry: Side, inbox: Inbox, tmp_path: Path) -> None:
    """The other is told to come again, whichever process or thread it reached, and then gets the receipt."""
    envelope = sealed_envelope(school, tmp_path / "e")
    entered, leave, receipts = threading.Event(), threading.Event(), list[str]()

    def slow(_opened: Opened) -> None:
        entered.set()
        assert leave.wait(10)

    thread = threading.Thread(target=lambda: receipts.append(inbox.accept(envelope, process=slow)))
    thread.start()
    assert entered.wait(10)
    with open_inbox(ministry) as second, pytest.raises(UnavailableError) as caught:
        second.accept(envelope, process=slow)
    assert caught.value.code == "exchange.message_in_progress"
    leave.set()
    thread.join(10)
    assert receipts == [inbox.accept(envelope, process=slow)]


@pytest.mark.parametrize("is_rival", [False, True], ids=["same", "other content"])
def test_another_that_finishes_just_before_is_seen(
    school: Side,
    ministry: Side,
    inbox: Inbox,
    registry: Registry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_rival: bool,
) -> None:
    """Between looking for a receipt and taking the message up, another process may give one for the id."""
    message_id = uuid4()
    mine = sealed_envelope(school, tmp_path / "a", message_id=message_id)
    rival = sealed_envelope(school, tmp_path / "b", message_id=message_id, content=b"rival")
    receipts = list[str]()

    @contextmanager
    def late_workplace(path: Path, *, busy: Fault) -> Iterator[Path]:
        monkeypatch.setattr("govlink.exchange.inbox.workplace", workplace)
        with open_inbox(ministry) as other:
            receipts.append(other.accept(rival if is_rival else mine, process=registry))
        with workplace(path, busy=busy) as folder:
            yield folder

    monkeypatch.setattr("govlink.exchange.inbox.workplace", late_workplace)
    if is_rival:
        with pytest.raises(ConflictError):
            inbox.accept(mine, process=registry)
    else:
        assert inbox.accept(mine, process=registry) == receipts[0]
    assert len(registry.seen) == 1


def test_a_start_removes_what_a_killed_process_left(ministry: Side, inbox: Inbox) -> None:
    """Documents above all; what another process works on stays."""
    folder = ministry.folder / "inbox"
    for name in ("work", "incoming"):
        (folder / name / str(uuid4())).mkdir()
        (folder / name / str(uuid4())).mkdir()
        next((folder / name).iterdir()).joinpath("document").write_bytes(b"left lying")
    with inbox.incoming() as arriving:
        arriving.write_bytes(b"arriving")
        open_inbox(ministry).close()
        assert left_lying(ministry) == [arriving]
    assert left_lying(ministry) == []


def test_evidence_that_cannot_be_written_stops_receiving(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """Nothing is processed and no receipt given without evidence; once it can be written, all goes on."""
    envelope, log = sealed_envelope(school, tmp_path / "e"), ministry.folder / "evidence.jsonl"
    log.mkdir()
    with pytest.raises(UnavailableError):
        inbox.accept(envelope, process=registry)
    assert registry.seen == []
    log.rmdir()
    assert inbox.accept(envelope, process=registry)
    assert [kind for kind, _ in ministry.evidence()] == ["received", "receipt_given"]


def test_a_damaged_log_of_ours_is_not_the_senders_fault(
    school: Side, ministry: Side, inbox: Inbox, registry: Registry, tmp_path: Path
) -> None:
    """It is told to come again later, and does not park its message."""
    (ministry.folder / "evidence.jsonl").write_bytes(b"no entry\n")
    with pytest.raises(UnavailableError) as caught:
        inbox.accept(sealed_envelope(school, tmp_path / "e"), process=registry)
    assert caught.value.code == "exchange.inbox_evidence_damaged"
    assert registry.seen == []


@pytest.mark.parametrize("refusal", [None, RejectedError(WRONG_CASE)], ids=["accepted", "refused"])
def test_ended_at_any_moment_it_goes_on(
    school: Side, ministry: Side, tmp_path: Path, refusal: RejectedError | None
) -> None:
    """Before and after each durable write: one receipt, one entry of each kind, processed once or twice."""
    with fused() as fuse:
        points = 0
        while accept_with(fuse, points, school, ministry, tmp_path / f"e{points}", refusal):
            points += 1
    assert points >= 8


def accept_with(
    fuse: Fuse, points: int, school: Side, ministry: Side, path: Path, refusal: RejectedError | None
) -> bool:
    """Deliver one message to a process that ends at that point, and again; whether it did end."""
    envelope, registry = sealed_envelope(school, path), Registry()
    registry.error = refusal
    manifest = read_manifest(envelope, trust=ministry.trust, at=school.context().now())
    with open_inbox(ministry) as inbox:
        fuse.light(points)
        with suppress(Killed):
            inbox.accept(envelope, process=registry)
        has_burnt = not fuse.put_out()
    with open_inbox(ministry) as inbox:
        text = inbox.accept(envelope, process=registry)
        assert inbox.accept(envelope, process=registry) == text
        settled = ArrivalState.REFUSED if refusal else ArrivalState.ACCEPTED
        assert inbox.count(settled) == points + 1
    entries = [entry for entry in ministry.party().evidence.entries() if entry.kind != "recovered"]
    mine = [e for e in entries if e.data["manifest_sha256"] == manifest_sha256_hex(manifest)]
    assert [entry.kind for entry in mine] == ["received", "receipt_given"]
    assert mine[1].data["receipt"] == text
    assert mine[1].data.get("refusal") == (refusal and refusal.code)
    assert 1 <= len(registry.seen) <= 2
    assert left_lying(ministry) == []
    return has_burnt


def test_errors_of_the_process_are_never_lost(school: Side, inbox: Inbox, tmp_path: Path) -> None:
    """What it raised is the cause of what is told."""
    registry = Registry()
    registry.error = KeyError("a bug")
    with pytest.raises(GovlinkError) as caught:
        inbox.accept(sealed_envelope(school, tmp_path / "e"), process=registry)
    assert caught.value.__cause__ is registry.error
