"""Served by a real server on loopback, as an agency would, with the chained access log on disk."""

from __future__ import annotations

import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import EvidenceAccessLog, HeaderCallers, Limits, Method

from .serving import CITIZEN, PATH, REASON, application, entry, key_of, on_loopback, service

TARGET = f"{PATH}?CitizenID={CITIZEN}"


def ask(
    port: int, target: str = TARGET, *, method: str = "GET", key: str = "school"
) -> tuple[int, bytes, str]:
    """One call: status, body, and all headers in one text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, target, headers=REASON | {"Consumer-Key": key_of(key)})
        answer = connection.getresponse()
        return answer.status, answer.read(), str(answer.headers).lower()
    finally:
        connection.close()


def test_real_http(tmp_path: Path) -> None:
    """Answers, refusals, HEAD and OPTIONS over a socket; the log verifies and shows no person."""
    log = EvidenceLog(tmp_path / "access.jsonl")
    with on_loopback(application(log=EvidenceAccessLog(log))) as port:
        status, body, headers = ask(port)
        assert (status, body) == (200, b'{"Graduated":true}')
        assert "cache-control: no-store" in headers
        assert "server:" not in headers
        assert ask(port, PATH)[0] == 400
        assert ask(port, key="stranger")[0] == 401
        assert ask(port, "/nowhere")[0] == 404
        assert ask(port, method="DELETE")[0] == 405
        assert ask(port, method="HEAD")[:2] == (200, b"")
        assert ask(port, method="OPTIONS")[:2] == (204, b"")
    assert log.verify().intact
    assert [entry_.data["status"] for entry_ in log.entries()] == ["200", "400", "404", "405", "200", "204"]
    assert CITIZEN not in log.path.read_text("utf-8")


def raw(port: int, sent: bytes) -> bytes:
    """The answer to these very bytes, until the server closes or waits."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
        return answer


def head(target: str = TARGET, *, method: str = "GET", further: tuple[str, ...] = ()) -> bytes:
    """A request's head with everything a call needs, and more."""
    headers = [f"{name}: {value}" for name, value in REASON.items()]
    rest = (f"Consumer-Key: {key_of('school')}", "Host: localhost", *headers, *further)
    return "\r\n".join((f"{method} {target} HTTP/1.1", *rest, "", "")).encode("latin-1")


QUERY = TARGET.partition("?")[2]


@pytest.mark.parametrize(
    "path",
    [
        PATH + "/",
        PATH.upper(),
        PATH.replace("/graduates", "//graduates"),
        PATH.replace("/graduates", "%2fgraduates"),
        PATH.replace("/graduates", "/%67raduates"),
        PATH.replace("/graduates", "/x/../graduates"),
        PATH.replace("/graduates", "/%2e/graduates"),
        PATH + ";a=1",
        PATH + "%00",
        "/" + PATH,
    ],
)
def test_a_service_has_one_spelling(path: str) -> None:
    """What a proxy in front was told about a path holds for the service behind it."""
    with on_loopback(application()) as port:
        assert raw(port, head(TARGET)).startswith(b"HTTP/1.1 200 ")
        assert raw(port, head(f"{path}?{QUERY}")).startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize(
    ("further", "status"),
    [
        (("Consumer-Key: other",), b"401"),
        ((f"Consumer-Key: {key_of('school')}",), b"401"),
        (("X-Purpose: audit",), b"400"),
        (("X-Officer: other",), b"400"),
        (("Content-Length: 4", "Content-Length: 0"), b"400"),
        (("Content-Length: 4, 0",), b"400"),
        (("Content-Length: -1",), b"400"),
    ],
)
def test_a_header_sent_twice_shows_nothing(further: tuple[str, ...], status: bytes) -> None:
    """Two readers would see two different requests."""
    with on_loopback(application()) as port:
        assert raw(port, head(further=further)).split(b" ")[1] == status


@pytest.mark.parametrize(
    ("key", "body", "status"),
    [("school", b"{", b"408"), ("school", b"x" * 600, b"413"), ("stranger", b"{", b"401")],
)
def test_a_body_that_goes_on_ends_with_the_refusal(key: str, body: bytes, status: bytes) -> None:
    """The server closes: a connection that trickles is not kept, whoever holds it."""
    app = application(service(method=Method.POST), limits=Limits(body_s=0.2, body_bytes=500))
    further = ("Content-Type: application/json", "Content-Length: 100000")
    sent = head(PATH, method="POST", further=further).replace(key_of("school").encode(), key_of(key).encode())
    with on_loopback(app) as port, socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.split(b" ")[1] == status


def test_nothing_that_was_sent_becomes_a_header() -> None:
    """Line breaks in a value, encoded or not, end in a refusal without them."""
    with on_loopback(application()) as port:
        for target in (f"{TARGET}%0d%0aX-Canary:1", f"{PATH}%0d%0aX-Canary:1", f"{TARGET}&X-Canary=%0d%0a"):
            assert b"canary" not in raw(port, head(target)).lower()
        broken = (head(further=(f"X-Case-Reference: 1{sign}X-Canary: 1",)) for sign in ("%0d%0a", "\r", "\n"))
        for sent in broken:
            answer = raw(port, sent)
            assert answer.split(b" ")[1] == b"400"
            assert b"canary" not in answer.lower()


def test_parallel_calls_over_sockets(tmp_path: Path) -> None:
    """50 at once, 20 allowed: exactly 20 answers, 20 lines, one unbroken chain."""
    log = EvidenceLog(tmp_path / "access.jsonl")
    callers = HeaderCallers(key_header="Consumer-Key", entries=(entry(calls_per_minute=20),))
    app = application(log=EvidenceAccessLog(log), callers=callers)
    with on_loopback(app) as port, ThreadPoolExecutor(50) as pool:
        statuses = sorted(status for status, _, _ in pool.map(lambda _: ask(port), range(50)))
    assert statuses == [200] * 20 + [429] * 30
    report = log.verify()
    assert (report.intact, report.head.seq) == (True, 20)
