"""The transports that remember what went through them."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from govlink.flow import Effect, FileBody, Request, Response
from govlink.testing.recording import AsyncRecordingTransport, RecordingTransport, SentRequest

ANSWER = Response(status=200, body=b"{}")


def _request(host: str = "a.invalid", *, body: bytes | FileBody | None = b"x") -> Request:
    return Request(
        method="POST",
        url=f"https://{host}/p/q",
        operation="things.do",
        effect=Effect.WRITE,
        query=(("k", "secret-in-query"),),
        headers=(("X-Token", "secret-in-header"),),
        body=body,
    )


class _Carrier:
    """Answers everything, and fails when it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails, self.closed = fails, 0

    def send(self, request: Request) -> Response:
        if self.fails:
            raise ConnectionError
        return ANSWER

    def close(self) -> None:
        self.closed += 1


class _AsyncCarrier(_Carrier):
    async def send(self, request: Request) -> Response:  # type: ignore[override]  # the same for tasks
        return _Carrier.send(self, request)

    async def aclose(self) -> None:
        self.close()


def test_record_holds_what_was_sent() -> None:
    """Everything a server would see is in the record, all but the host."""
    transport = RecordingTransport(_Carrier())
    assert transport.send(_request()) is ANSWER
    assert transport.sent == [
        SentRequest(
            operation="things.do",
            method="POST",
            path="/p/q",
            effect=Effect.WRITE,
            timeout_s=30.0,
            query=(("k", "secret-in-query"),),
            headers=(("X-Token", "secret-in-header"),),
            body=b"x",
        )
    ]


def test_records_of_two_servers_compare() -> None:
    """The host is left out, so that runs against two sandboxes can be held against one another."""
    assert SentRequest.of(_request("a.invalid")) == SentRequest.of(_request("b.invalid"))
    assert SentRequest.of(_request()) != SentRequest.of(_request(body=b"y"))


def test_repr_shows_no_secret() -> None:
    """A record in a failure message tells neither query, headers nor body."""
    shown = repr(SentRequest.of(_request(body=b"secret-in-body")))
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("offset_bytes", "length_bytes", "expected"),
    [(0, None, b"0123456789"), (3, None, b"3456789"), (2, 4, b"2345")],
)
def test_file_body_is_read_as_it_is_sent(
    tmp_path: Path, offset_bytes: int, length_bytes: int | None, expected: bytes
) -> None:
    """A body in a file is compared by its bytes, and only by the part that is sent."""
    path = tmp_path / "body"
    path.write_bytes(b"0123456789")
    body = FileBody(path=path, offset_bytes=offset_bytes, length_bytes=length_bytes)
    assert SentRequest.of(_request(body=body)).body == expected


def test_no_body_is_an_empty_one() -> None:
    """A request without a body compares with one whose body is empty."""
    assert SentRequest.of(_request(body=None)).body == b""


def test_request_without_an_answer_is_recorded() -> None:
    """What was tried is remembered although it failed, and the failure passes."""
    transport = RecordingTransport(_Carrier(fails=True))
    with pytest.raises(ConnectionError):
        transport.send(_request())
    assert len(transport.sent) == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_record_the_same(backend: str) -> None:
    """Both transports make equal records of equal requests, and close what carries."""
    carrier, other = _Carrier(), _AsyncCarrier()
    threads, tasks = RecordingTransport(carrier), AsyncRecordingTransport(other)

    async def main() -> None:
        assert await tasks.send(_request()) is ANSWER
        await tasks.aclose()

    anyio.run(main, backend=backend)
    threads.send(_request())
    threads.close()
    assert threads.sent == tasks.sent
    assert (carrier.closed, other.closed) == (1, 1)
