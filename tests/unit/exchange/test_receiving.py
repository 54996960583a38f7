"""The receiving application on a real server: its answers, its limits, and senders on a bad day."""

from __future__ import annotations

import socket
import stat
import threading
import time as clocks
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from govlink.errors import (
    ConflictError,
    Fault,
    RejectedError,
    Sent,
    TransportError,
    UnavailableError,
)
from govlink.exchange.dispatch import Dispatch
from govlink.exchange.inbox import Inbox
from govlink.exchange.journal import OutgoingState
from govlink.exchange.opening import Opened, OpenLimits
from govlink.exchange.receiving import receiving_app
from govlink.exchange.sending import run
from govlink.sandbox.faults import FaultInjector, FaultKind, FaultRule

from .parties import MINISTRY, Side, Time, sealed_envelope, two_sides
from .server import serving

T = TypeVar("T")
LIMIT_BYTES = 400_000
FAULT = Fault("test.answer", en="HTTP {status}", th="HTTP {status} ผิด")


class Ministry:
    """A ministry that serves, and what it did."""

    def __init__(self, side: Side, *, url: str, faults: list[FaultRule], inbox: Inbox) -> None:
        self.side, self.url, self.faults, self.inbox = side, url, faults, inbox
        self.processed: list[UUID] = []
        self.error: Exception | None = None

    def process(self, opened: Opened) -> None:
        """Take a document, or fail as told."""
        self.processed.append(opened.manifest.message_id)
        if self.error is not None:
            raise self.error

    def left_lying(self) -> list[Path]:
        """What is in the inbox's working folders."""
        folder = self.side.folder / "inbox"
        return [p for name in ("work", "incoming") for p in (folder / name).rglob("*") if p.is_file()]


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
def ministry(sides: tuple[Side, Side]) -> Iterator[Ministry]:
    """Who receives, over HTTP."""
    side, faults = sides[1], list[FaultRule]()
    limits = OpenLimits(max_envelope_bytes=LIMIT_BYTES)
    with Inbox(side.folder / "inbox", party=side.party(), limits=limits) as inbox:
        made: list[Ministry] = []
        app = receiving_app(inbox, process=lambda opened: made[0].process(opened))
        outer = FaultInjector(Starlette(routes=[Mount("/ministry/messages", app)]), rules=faults)
        with serving(outer) as url:
            made.append(Ministry(side, url=f"{url}/ministry/messages", faults=faults, inbox=inbox))
            yield made[0]


def post(ministry: Ministry, envelope: Path, message_id: UUID) -> httpx.Response:
    """Send an envelope, as any HTTP client would."""
    return httpx.post(f"{ministry.url}/{message_id}", content=envelope.read_bytes(), timeout=10)


class HttpDelivery:
    """What a dispatch delivers with, impatient."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        """Post, and tell the answers as an adapter does."""
        try:
            answer = httpx.post(
                f"{self._url}/{message_id}", content=envelope.read_bytes(), timeout=httpx.Timeout(0.8)
            )
        except httpx.HTTPError as error:
            raise TransportError(FAULT, sent=Sent.MAYBE, status=type(error).__name__) from error
        if answer.status_code == 200:
            return answer.text
        kinds = {409: ConflictError, 413: RejectedError, 422: RejectedError}
        raise kinds.get(answer.status_code, UnavailableError)(FAULT, status=answer.status_code)


def test_the_receipt_comes_back(school: Side, ministry: Ministry, tmp_path: Path) -> None:
    """As plain text, the same bytes to every repeat; nothing stays in the working folders."""
    message_id = uuid4()
    envelope = sealed_envelope(school, tmp_path / "e", message_id=message_id)
    first = post(ministry, envelope, message_id)
    assert first.status_code == 200
    assert first.headers["Content-Type"].startswith("text/plain")
    assert post(ministry, envelope, message_id).content == first.content
    assert ministry.processed == [message_id]
    assert ministry.left_lying() == []


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Status and code."""
    content = answer.json()
    assert content.keys() == {"Message", "Code"}
    assert str(content["Code"]) in content["Message"]
    return answer.status_code, content["Code"]


def test_refusals_bear_their_code(school: Side, ministry: Ministry, tmp_path: Path) -> None:
    """So that the sender's journal can say why."""
    message_id = uuid4()
    envelope = sealed_envelope(school, tmp_path / "e", message_id=message_id)
    assert refusal(post(ministry, envelope, uuid4())) == (422, "exchange.message_id_wrong")
    broken = tmp_path / "broken"
    broken.write_bytes(envelope.read_bytes()[:-1])
    assert refusal(post(ministry, broken, message_id)) == (422, "exchange.truncated")
    broken.write_bytes(b"")
    assert refusal(post(ministry, broken, message_id)) == (422, "exchange.not_an_envelope")
    assert post(ministry, envelope, message_id).status_code == 200
    other = sealed_envelope(school, tmp_path / "o", message_id=message_id, content=b"other")
    assert refusal(post(ministry, other, message_id)) == (409, "exchange.message_id_used")
    content = other.read_bytes()  # its manifest's signature ends before the trailer of 25 bytes
    broken.write_bytes(content[:-28] + (b"A" if content[-28:-27] != b"A" else b"B") + content[-27:])
    assert refusal(post(ministry, broken, message_id)) == (422, "exchange.signature_wrong")
    assert ministry.processed == [message_id]
    assert ministry.left_lying() == []


def test_failed_processing_asks_for_patience(school: Side, ministry: Ministry, tmp_path: Path) -> None:
    """503 with a time to wait, then the receipt."""
    message_id = uuid4()
    envelope = sealed_envelope(school, tmp_path / "e", message_id=message_id)
    ministry.error = RuntimeError("secret of the registry")
    answer = post(ministry, envelope, message_id)
    assert refusal(answer) == (503, "exchange.processing_failed")
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text
    ministry.error = None
    assert post(ministry, envelope, message_id).status_code == 200


@pytest.mark.parametrize("path", ["/not-a-number", "/", f"/{uuid4()}/more"])
def test_other_paths_are_not_found(ministry: Ministry, path: str) -> None:
    """Nothing else is served."""
    assert httpx.post(ministry.url + path, content=b"").status_code == 404
    assert httpx.get(f"{ministry.url}/{uuid4()}").status_code == 405


def raw(ministry: Ministry, *headers: str) -> socket.socket:
    """A connection on which the head of a request was sent, and nothing of its body."""
    address = urlsplit(ministry.url)
    connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=10)
    head = (f"POST {address.path}/{uuid4()} HTTP/1.1", f"Host: {address.netloc}", *headers, "", "")
    connection.sendall("\r\n".join(head).encode())
    return connection


def test_an_announced_oversize_is_refused_before_it_comes(ministry: Ministry) -> None:
    """By Content-Length alone, not a byte of the body having been sent."""
    with raw(ministry, f"Content-Length: {LIMIT_BYTES + 1}") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_an_unannounced_oversize_is_cut_off(ministry: Ministry) -> None:
    """A sender that does not say how much comes is stopped at the limit."""
    chunks = (b"x" * 50_000 for _ in range(LIMIT_BYTES // 50_000 + 1))
    answer = httpx.post(f"{ministry.url}/{uuid4()}", content=chunks, timeout=10)
    assert refusal(answer) == (413, "exchange.envelope_too_large")
    assert ministry.left_lying() == []


def test_what_arrives_is_private_and_goes_when_the_sender_does(ministry: Ministry) -> None:
    """Mode 600 in a folder of mode 700 while it comes; nothing after the connection broke."""
    with raw(ministry, "Content-Length: 300000") as connection:
        connection.sendall(b"x" * 100_000)
        (arriving,) = eventually(ministry.left_lying)
        assert stat.S_IMODE(arriving.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(arriving.stat().st_mode) & 0o077 == 0
    eventually(lambda: ministry.left_lying() == [])
    assert ministry.processed == []


def eventually(look: Callable[[], T]) -> T:
    """What ``look`` gives once it gives something."""
    deadline_s = clocks.monotonic() + 10
    while not (seen := look()):
        assert clocks.monotonic() < deadline_s, "it never came"
        clocks.sleep(0.01)
    return seen


def test_many_at_once(school: Side, ministry: Ministry, tmp_path: Path) -> None:
    """Each of many messages sent twice at the same time is processed once."""
    ids = [uuid4() for _ in range(8)]
    envelopes = {i: sealed_envelope(school, tmp_path / str(i), message_id=i) for i in ids}
    answers: list[tuple[UUID, httpx.Response]] = []
    threads = [
        threading.Thread(target=lambda i=i: answers.append((i, post(ministry, envelopes[i], i))))
        for i in ids * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(ministry.processed) == sorted(ids)
    assert {answer.status_code for _, answer in answers} <= {200, 503}
    receipts = {(i, answer.text) for i, answer in answers if answer.status_code == 200}
    assert len(receipts) == len(ids)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.LATENCY,
        FaultKind.STATUS_503,
        FaultKind.RESET_BEFORE,
        FaultKind.RESET_AFTER,
        FaultKind.DUPLICATE_DELIVERY,
        FaultKind.TRUNCATED,
    ],
)
def test_on_a_bad_day_each_document_arrives_once(
    school: Side, ministry: Ministry, time: Time, kind: FaultKind
) -> None:
    """Sent by a dispatch through the fault: one receipt and one processing each, evidence on both sides."""
    ministry.faults.append(FaultRule(kind=kind, platform="ministry", times=5, delay_s=1.0))
    document = school.folder / "document"
    document.write_bytes(b"a transcript")
    deliver = HttpDelivery(ministry.url)
    with Dispatch(school.folder / "dispatch", party=school.party()) as dispatch:
        for number in range(4):
            dispatch.enqueue(
                document,
                recipient=MINISTRY,
                purpose="equivalence",
                case_reference=f"CASE-{number}",
                file_name="transcript.pdf",
                media_type="application/pdf",
            )
        while run(dispatch, deliver, parallel=2).next_due_at is not None:
            time.forward(hours=2)
        delivered = dispatch.messages(OutgoingState.DELIVERED)
    assert ministry.faults[0].times < 5, "the fault struck nothing"
    assert len(delivered) == 4
    assert sorted(ministry.processed) == sorted(message.message_id for message in delivered)
    assert len(school.evidence("sending")) == len(school.evidence("receipt")) == 4
    assert len(ministry.side.evidence("received")) == len(ministry.side.evidence("receipt_given")) == 4
