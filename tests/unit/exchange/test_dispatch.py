"""Durable sending: one document, one message, one receipt, whatever happens between."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import anyio
import anyio.lowlevel
import pytest

from govlink.errors import (
    AuthError,
    ConfigError,
    ConflictError,
    Fault,
    GovlinkError,
    NotFoundError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    Sent,
    TransportError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.exchange.claims import holding
from govlink.exchange.dispatch import Backoff, Dispatch
from govlink.exchange.evidence import EvidencePolicy
from govlink.exchange.inbox import Inbox
from govlink.exchange.journal import OutgoingState
from govlink.exchange.manifest import parse_manifest
from govlink.exchange.opening import Opened, read_manifest
from govlink.exchange.receipts import Outcome, issue_receipt, read_receipt
from govlink.exchange.sending import Report, arun, run

from .fuse import Fuse, Killed, fused
from .parties import MINISTRY, SCHOOL, Side, Time, pinned, two_sides

FAULT = Fault("test.fault", en="a fault", th="ความผิดพลาด")


class Post:
    """Carries envelopes to the ministry's inbox, badly if told so, and remembers what it carried."""

    def __init__(self, ministry: Side) -> None:
        self.ministry = ministry
        self.inbox = Inbox(ministry.folder / "inbox", party=ministry.party())
        self.processed: list[UUID] = []
        self.carried: list[tuple[UUID, bytes]] = []
        self.before: list[GovlinkError | None] = []
        self.after: list[GovlinkError | None] = []
        self.change: Callable[[str], str] = lambda receipt: receipt
        self.at_once = self.most_at_once = 0
        self.guard = threading.Lock()

    def __call__(self, envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        """Deliver one envelope."""
        assert recipient == MINISTRY
        with self.guard:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.carried.append((message_id, envelope.read_bytes()))
            before = self.before.pop(0) if self.before else None
            after = self.after.pop(0) if self.after else None
        try:
            if before is not None:
                raise before
            receipt = self.inbox.accept(envelope, process=self.process, message_id=message_id)
            if after is not None:
                raise after
            return self.change(receipt)
        finally:
            with self.guard:
                self.at_once -= 1

    def process(self, opened: Opened) -> None:
        """Take a document."""
        self.processed.append(opened.manifest.message_id)


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
def post(sides: tuple[Side, Side]) -> Iterator[Post]:
    """The way to the ministry."""
    post = Post(sides[1])
    yield post
    post.inbox.close()


@pytest.fixture
def dispatch(school: Side) -> Iterator[Dispatch]:
    """The school's."""
    with open_dispatch(school) as opened:
        yield opened


def open_dispatch(school: Side, *, policy: EvidencePolicy = EvidencePolicy.FAIL_CLOSED) -> Dispatch:
    """The school's dispatch, opened as after a start."""
    return Dispatch(school.folder / "dispatch", party=school.party(policy=policy))


def document(school: Side, content: bytes = b"a transcript") -> Path:
    """A file to send."""
    path = school.folder / "transcript.pdf"
    path.write_bytes(content)
    return path


def enqueue(dispatch: Dispatch, path: Path, *, case: str = "CASE-1", recipient: str = MINISTRY) -> UUID:
    """Queue it with what never changes here."""
    return dispatch.enqueue(
        path,
        recipient=recipient,
        purpose="equivalence of a qualification",
        case_reference=case,
        file_name="transcript.pdf",
        media_type="application/pdf",
    )


def spool(school: Side) -> list[Path]:
    """The envelopes waiting."""
    return sorted((school.folder / "dispatch" / "spool").iterdir())


def test_a_document_is_sent_and_its_receipt_kept(
    school: Side, dispatch: Dispatch, post: Post, time: Time
) -> None:
    """The document may go once it is queued; the receipt verifies; the spool is empty in the end."""
    path = document(school)
    message_id = enqueue(dispatch, path)
    path.unlink()
    (envelope,) = spool(school)
    assert b"a transcript" not in envelope.read_bytes()
    assert run(dispatch, post) == Report(delivered=1, postponed=0, failed=0, next_due_at=None)
    message = dispatch.message(message_id)
    assert message.state is OutgoingState.DELIVERED
    sent = parse_manifest(message.manifest)
    receipt = read_receipt(message.receipt or "", trust=school.trust, sent=sent, at=time.now)
    assert receipt.outcome is Outcome.ACCEPTED
    assert (sent.sender, sent.recipient, sent.message_id) == (SCHOOL, MINISTRY, message_id)
    assert school.evidence() == [("sending", str(message_id)), ("receipt", str(message_id))]
    assert spool(school) == []


def test_the_same_document_is_one_message(school: Side, dispatch: Dispatch, post: Post) -> None:
    """Queued twice, before and after it was sent; another case, content or recipient is another message."""
    first = enqueue(dispatch, document(school))
    assert enqueue(dispatch, document(school)) == first
    run(dispatch, post)
    with open_dispatch(school) as later:
        assert enqueue(later, document(school)) == first
    assert run(dispatch, post).delivered == 0
    assert enqueue(dispatch, document(school), case="CASE-2") != first
    assert enqueue(dispatch, document(school, b"another")) != first
    assert run(dispatch, post).delivered == 2
    assert len(set(post.processed)) == len(post.processed) == 3


@pytest.mark.parametrize("threads", [8])
def test_queueing_from_many_threads_at_once(school: Side, dispatch: Dispatch, threads: int) -> None:
    """All get the same id, and there is one envelope."""
    path, ids, start = document(school), list[UUID](), threading.Barrier(threads)

    def queue() -> None:
        start.wait(10)
        ids.append(enqueue(dispatch, path))

    workers = [threading.Thread(target=queue) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)
    assert len(ids) == threads
    assert len(set(ids)) == 1
    assert len(spool(school)) == 1


def test_another_that_queues_just_before_is_seen(
    school: Side, dispatch: Dispatch, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that another process sealed and even sent meanwhile is not sealed again."""

    @contextmanager
    def late_holding(path: Path, *, busy: Fault, is_waiting: bool = False) -> Iterator[None]:
        monkeypatch.setattr("govlink.exchange.dispatch.holding", holding)
        with open_dispatch(school) as other:
            enqueue(other, document(school))
            assert run(other, post).delivered == 1
        with holding(path, busy=busy, is_waiting=is_waiting):
            yield

    monkeypatch.setattr("govlink.exchange.dispatch.holding", late_holding)
    message_id = enqueue(dispatch, document(school))
    assert dispatch.message(message_id).state is OutgoingState.DELIVERED
    assert run(dispatch, post).delivered == 0
    assert len(post.carried) == 1


@pytest.mark.parametrize(
    ("error", "wait_s"),
    [
        (UnavailableError(FAULT), 5.0),
        (TransportError(FAULT, sent=Sent.MAYBE), 5.0),
        (OutcomeUnknownError(FAULT), 5.0),
        (QuotaError(FAULT), 5.0),
        (QuotaError(FAULT, retry_after_s=90.0), 90.0),
    ],
    ids=["unavailable", "transport", "unknown", "quota", "quota-told"],
)
def test_what_may_pass_is_tried_again_later(
    school: Side, dispatch: Dispatch, post: Post, time: Time, error: GovlinkError, wait_s: float
) -> None:
    """Not before its time, then under the same id with the same bytes; evidence is written once."""
    message_id = enqueue(dispatch, document(school))
    post.before = [error]
    report = run(dispatch, post)
    assert (report.delivered, report.postponed) == (0, 1)
    assert report.next_due_at is not None
    assert wait_s <= (report.next_due_at - time.now).total_seconds() <= wait_s * 1.25
    assert dispatch.message(message_id).code == "test.fault"
    assert run(dispatch, post).postponed == 0
    time.forward(seconds=wait_s * 1.25)
    assert run(dispatch, post).delivered == 1
    assert post.carried[0] == post.carried[1]
    assert school.evidence() == [("sending", str(message_id)), ("receipt", str(message_id))]


@pytest.mark.parametrize("error", [OutcomeUnknownError(FAULT), TransportError(FAULT, sent=Sent.MAYBE)])
def test_a_lost_answer_is_asked_for_again(
    school: Side, dispatch: Dispatch, post: Post, time: Time, error: GovlinkError
) -> None:
    """The recipient had it: the repeat brings the receipt it gave first, and nothing is processed twice."""
    enqueue(dispatch, document(school))
    post.after = [error]
    run(dispatch, post)
    time.forward(hours=1)
    assert run(dispatch, post).delivered == 1
    assert len(post.processed) == 1


@pytest.mark.parametrize(
    "error",
    [ConflictError(FAULT), RejectedError(FAULT), NotFoundError(FAULT), UnexpectedAnswerError(FAULT)],
    ids=lambda error: type(error).__name__,
)
def test_a_refusal_parks_the_message(
    school: Side, dispatch: Dispatch, post: Post, time: Time, error: GovlinkError
) -> None:
    """It stays, with its code and envelope, is not sent by itself, and a person can have it sent again."""
    message_id = enqueue(dispatch, document(school))
    post.before = [error]
    assert run(dispatch, post).failed == 1
    (failed,) = dispatch.messages(OutgoingState.FAILED)
    assert (failed.message_id, failed.code) == (message_id, "test.fault")
    assert "a fault" in (failed.reason or "")
    time.forward(days=30)
    assert run(dispatch, post).delivered == 0
    dispatch.retry(message_id)
    assert run(dispatch, post).delivered == 1
    with pytest.raises(ConflictError) as caught:
        dispatch.retry(message_id)
    assert caught.value.code == "exchange.message_not_failed"


@pytest.mark.parametrize("error", [ConfigError(FAULT), AuthError(FAULT)])
def test_what_strikes_all_stops_the_run(
    school: Side, dispatch: Dispatch, post: Post, time: Time, error: GovlinkError
) -> None:
    """One message tells it; the others are not tried, and all are sent once it is put right."""
    for number in range(5):
        enqueue(dispatch, document(school), case=f"CASE-{number}")
    post.before = [error]
    with pytest.raises(type(error)):
        run(dispatch, post, parallel=1)
    assert len(post.carried) == 1
    assert len(dispatch.messages(OutgoingState.QUEUED)) == 5
    time.forward(hours=1)
    assert run(dispatch, post).delivered == 5


def forged(receipt: str) -> str:
    """The receipt with another signature."""
    head, body, signature = receipt.split(".")
    return ".".join((head, body, ("A" if signature[0] != "A" else "B") + signature[1:]))


@pytest.mark.parametrize("change", [forged, lambda _: "", lambda _: "<html>", lambda r: r[:-20]])
def test_a_receipt_that_does_not_verify_is_not_accepted(
    school: Side, dispatch: Dispatch, post: Post, change: Callable[[str], str]
) -> None:
    """Neither the journal nor the log takes it; once the true one comes, all is well."""
    message_id = enqueue(dispatch, document(school))
    true_change, post.change = post.change, change
    assert run(dispatch, post).failed == 1
    message = dispatch.message(message_id)
    assert (message.state, message.receipt) == (OutgoingState.FAILED, None)
    assert (message.code or "").startswith("exchange.")
    assert school.evidence("receipt") == []
    post.change = true_change
    dispatch.retry(message_id)
    assert run(dispatch, post).delivered == 1


def test_the_receipt_of_another_message_is_not_accepted(school: Side, dispatch: Dispatch, post: Post) -> None:
    """A peer that mixes up its answers proves nothing."""
    enqueue(dispatch, document(school), case="CASE-1")
    receipts: list[str] = []

    def always_the_first(receipt: str) -> str:
        receipts.append(receipt)
        return receipts[0]

    post.change = always_the_first
    assert run(dispatch, post).delivered == 1
    enqueue(dispatch, document(school), case="CASE-2")
    assert run(dispatch, post).failed == 1
    (failed,) = dispatch.messages(OutgoingState.FAILED)
    assert failed.code == "exchange.receipt_foreign"


def test_a_receipt_from_a_clock_ahead_is_waited_for(
    school: Side, dispatch: Dispatch, post: Post, time: Time
) -> None:
    """The recipient answers a repeat with the same receipt, and by then its time has come."""
    message_id = enqueue(dispatch, document(school))
    later = issue_receipt(
        parse_manifest(dispatch.message(message_id).manifest),
        outcome=Outcome.ACCEPTED,
        key=post.ministry.keys.current_signing(time.now),
        at=time.now + timedelta(hours=1),
    )
    post.change = lambda _: later
    report = run(dispatch, post)
    assert (report.postponed, report.failed, report.next_due_at is None) == (1, 0, False)
    message = dispatch.message(message_id)
    assert (message.state, message.code) == (OutgoingState.QUEUED, "exchange.received_in_future")
    assert school.evidence("receipt") == []
    time.forward(hours=1)
    assert run(dispatch, post).delivered == 1
    assert dispatch.message(message_id).receipt == later


def test_a_signed_refusal_is_kept_and_parks(school: Side, dispatch: Dispatch, post: Post, time: Time) -> None:
    """Receipt and evidence are there for whoever asks why."""
    message_id = enqueue(dispatch, document(school))

    def refuse(_receipt: str) -> str:
        return issue_receipt(
            parse_manifest(dispatch.message(message_id).manifest),
            outcome=Outcome.REFUSED,
            key=post.ministry.keys.current_signing(time.now),
            at=time.now,
            reason_code="ministry.wrong_case",
        )

    post.change = refuse
    assert run(dispatch, post).failed == 1
    message = dispatch.message(message_id)
    assert message.code == "exchange.refused_by_receipt"
    assert "ministry.wrong_case" in (message.reason or "")
    assert message.receipt is not None
    assert [kind for kind, _ in school.evidence()] == ["sending", "receipt"]


def test_a_key_that_ran_out_is_answered_by_sealing_anew(
    school: Side, dispatch: Dispatch, post: Post, time: Time
) -> None:
    """Under the same id, to today's key, with evidence of both sendings; only with the same document."""
    message_id = enqueue(dispatch, document(school))
    ministry = post.ministry
    ministry.keys.rotate(at=time.now, overlap=timedelta(days=1))
    time.forward(days=2)
    school.trust = ministry.trust = pinned(school.keys, ministry.keys, at=time.now)
    assert run(dispatch, post).failed == 1
    assert dispatch.message(message_id).code == "exchange.recipient_key_retired"
    with pytest.raises(RejectedError) as caught:
        reseal(dispatch, message_id, document(school, b"another"))
    assert caught.value.code == "exchange.other_document"
    reseal(dispatch, message_id, document(school))
    assert run(dispatch, post).delivered == 1
    assert post.processed == [message_id]
    assert [kind for kind, _ in school.evidence()] == ["sending", "sending", "receipt"]
    with pytest.raises(ConflictError):
        reseal(dispatch, message_id, document(school))


def reseal(dispatch: Dispatch, message_id: UUID, path: Path) -> None:
    """Seal anew with what never changes here."""
    dispatch.reseal(message_id, path, file_name="transcript.pdf", media_type="application/pdf")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"recipient": "Not An Organisation"}, RejectedError),
        ({"recipient": "unknown"}, ConfigError),
        ({"purpose": ""}, RejectedError),
        ({"case_reference": "CASE\n1"}, RejectedError),
        ({"file_name": "../x"}, RejectedError),
        ({"media_type": "pdf"}, RejectedError),
        ({"document": Path("no such file")}, RejectedError),
    ],
)
def test_what_cannot_be_sent_is_not_queued(
    school: Side, dispatch: Dispatch, change: dict[str, str | Path], kind: type[GovlinkError]
) -> None:
    """It is refused at once, and neither journal nor spool knows of it."""
    texts: dict[str, object] = {
        "document": document(school),
        "recipient": MINISTRY,
        "purpose": "equivalence",
        "case_reference": "CASE-1",
        "file_name": "transcript.pdf",
        "media_type": "application/pdf",
        **change,
    }
    path = texts.pop("document")
    enqueue_any: Callable[..., UUID] = dispatch.enqueue
    with pytest.raises(kind):
        enqueue_any(path, **texts)
    assert dispatch.messages() == ()
    assert spool(school) == []


def test_without_evidence_nothing_leaves(school: Side, dispatch: Dispatch, post: Post) -> None:
    """The run stops before the wire, and goes on once the log can be written."""
    message_id, log = enqueue(dispatch, document(school)), school.folder / "evidence.jsonl"
    log.mkdir()
    with pytest.raises(UnavailableError):
        run(dispatch, post)
    assert post.carried == []
    log.rmdir()
    assert run(dispatch, post).delivered == 1
    assert school.evidence() == [("sending", str(message_id)), ("receipt", str(message_id))]


def test_without_evidence_of_the_receipt_it_is_not_delivered(
    school: Side, dispatch: Dispatch, post: Post
) -> None:
    """A receipt that could not be noted is asked for again: the recipient has it."""
    message_id, log = enqueue(dispatch, document(school)), school.folder / "evidence.jsonl"
    aside = log.with_suffix(".aside")

    def lose_the_log(receipt: str) -> str:
        log.rename(aside)
        log.mkdir()
        return receipt

    post.change = lose_the_log
    with pytest.raises(GovlinkError):
        run(dispatch, post)
    log.rmdir()
    aside.rename(log)
    post.change = lambda receipt: receipt
    with open_dispatch(school) as later:
        assert run(later, post).delivered == 1
    assert school.evidence() == [("sending", str(message_id)), ("receipt", str(message_id))]
    assert len(post.processed) == 1


def test_the_policy_may_be_to_go_on_without_evidence(school: Side, post: Post) -> None:
    """What is missing is told by the log's next entry."""
    log = school.folder / "evidence.jsonl"
    with open_dispatch(school, policy=EvidencePolicy.CONTINUE) as dispatch:
        enqueue(dispatch, document(school))
        log.mkdir()
        assert run(dispatch, post).delivered == 1
        log.rmdir()
        enqueue(dispatch, document(school), case="CASE-2")
        assert run(dispatch, post).delivered == 1
    entries = list(school.party().evidence.entries())
    assert [entry.kind for entry in entries] == ["gap", "sending", "receipt"]


def test_one_run_at_a_time(school: Side, dispatch: Dispatch, post: Post) -> None:
    """A second run would send what the first has under way."""
    with (
        open_dispatch(school) as other,
        other.sending(),
        pytest.raises(UnavailableError) as caught,
    ):
        run(dispatch, post)
    assert caught.value.code == "exchange.dispatch_running"
    assert run(dispatch, post).delivered == 0


def test_a_lost_envelope_parks_its_message(school: Side, dispatch: Dispatch, post: Post) -> None:
    """Somebody tidied the spool: it is told, the rest is sent, and sealing anew mends it."""
    message_id = enqueue(dispatch, document(school))
    enqueue(dispatch, document(school), case="CASE-2")
    dispatch.envelope_of(message_id).unlink()
    report = run(dispatch, post)
    assert (report.delivered, report.failed) == (1, 1)
    assert dispatch.message(message_id).code == "exchange.envelope_missing"
    reseal(dispatch, message_id, document(school))
    assert run(dispatch, post).delivered == 1


def test_envelopes_can_be_kept(school: Side, post: Post, time: Time) -> None:
    """For whoever wants to show envelope and receipt together later."""
    keeping = Dispatch(school.folder / "keeping", party=school.party(), is_keeping_envelopes=True)
    with keeping:
        message_id = enqueue(keeping, document(school))
        run(keeping, post)
        run(keeping, post)
        manifest = read_manifest(keeping.envelope_of(message_id), trust=school.trust, at=time.now)
    assert manifest.message_id == message_id


def test_what_a_killed_sealer_left_goes_unless_somebody_seals(
    school: Side, dispatch: Dispatch, post: Post
) -> None:
    """An envelope that never got its name is nobody's, but for the one who is writing it now."""
    left = school.folder / "dispatch" / "spool" / ".govlink-0123456789abcdef.partial"
    left.write_bytes(b"half an envelope")
    sealing = (school.folder / "dispatch" / "sealing.lock").open("w")
    with sealing:
        fcntl.flock(sealing, fcntl.LOCK_EX)
        run(dispatch, post)
        assert spool(school) == [left]
    run(dispatch, post)
    assert spool(school) == []


def test_several_are_in_flight(school: Side, dispatch: Dispatch, post: Post) -> None:
    """Up to the number asked for, and no more."""
    meet = threading.Barrier(3)

    def wait_for_others(receipt: str) -> str:
        meet.wait(10)
        return receipt

    post.change = wait_for_others
    for number in range(6):
        enqueue(dispatch, document(school), case=f"CASE-{number}")
    assert run(dispatch, post, parallel=3).delivered == 6
    assert post.most_at_once == 3


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_do_the_same(school: Side, dispatch: Dispatch, post: Post, time: Time, backend: str) -> None:
    """The same journal, decisions and evidence, on either loop."""
    post.before = [UnavailableError(FAULT), RejectedError(FAULT)]
    for number in range(6):
        enqueue(dispatch, document(school), case=f"CASE-{number}")

    async def deliver(envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        await anyio.lowlevel.checkpoint()
        return post(envelope, message_id=message_id, recipient=recipient)

    report = anyio.run(lambda: arun(dispatch, deliver, parallel=3), backend=backend)
    assert (report.delivered, report.postponed, report.failed) == (4, 1, 1)
    assert len(school.evidence("sending")) == 6
    assert len(school.evidence("receipt")) == 4
    post.before = [AuthError(FAULT)]
    time.forward(hours=1)
    with pytest.raises(AuthError):
        anyio.run(lambda: arun(dispatch, deliver), backend=backend)


def test_a_bug_in_the_way_loses_nothing(school: Side, dispatch: Dispatch, post: Post) -> None:
    """What is no error of ours passes, and the message is tried by the next run."""
    message_id = enqueue(dispatch, document(school))

    def buggy(envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        run(dispatch, buggy)
    assert run(dispatch, post).delivered == 1
    assert school.evidence() == [("sending", str(message_id)), ("receipt", str(message_id))]


def test_ended_at_any_moment_it_goes_on(school: Side, post: Post, time: Time) -> None:
    """Before and after each durable write of queueing and sending: one message, one entry of each kind."""
    with fused() as fuse:
        points = 0
        while end_at(fuse, points, school, post, time):
            points += 1
    assert points >= 12


def end_at(fuse: Fuse, points: int, school: Side, post: Post, time: Time) -> bool:
    """Send one document in a process that ends at that point, and go on in another; whether it did end."""
    post.carried.clear()
    processed = len(post.processed)

    def deliver(envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        left, fuse.left = fuse.left, None  # the recipient is another process
        receipt = post(envelope, message_id=message_id, recipient=recipient)
        fuse.left = left
        return receipt

    path = document(school)
    with suppress(Killed), open_dispatch(school) as dispatch:
        fuse.light(points)
        enqueue(dispatch, path, case=f"CASE-{points}")
        run(dispatch, deliver, parallel=1)
    has_burnt = not fuse.put_out()
    with open_dispatch(school) as dispatch:
        message_id = enqueue(dispatch, path, case=f"CASE-{points}")
        run(dispatch, post)
        assert dispatch.message(message_id).state is OutgoingState.DELIVERED
    mine = [kind for kind, about in school.evidence() if about == str(message_id)]
    assert mine == ["sending", "receipt"]
    assert {carried for carried, _ in post.carried} <= {message_id}
    assert len({content for _, content in post.carried}) == 1
    assert len(post.processed) == processed + 1
    assert spool(school) == []
    return has_burnt


def test_the_wait_grows_to_its_cap(time: Time) -> None:
    """Doubled each time, lengthened by at most a quarter, never past any number of attempts."""
    backoff = Backoff(first_s=5.0, most_s=60.0)
    waits = [
        (backoff.due_at(attempts=n, at=time.now, fraction=0.0, retry_after_s=None) - time.now).total_seconds()
        for n in (1, 2, 3, 4, 5, 10_000)
    ]
    assert waits == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]
    latest = backoff.due_at(attempts=1, at=time.now, fraction=1.0, retry_after_s=2.0)
    assert latest - time.now == timedelta(seconds=6.25)
