"""Served by a real server on loopback, as an agency would, with the chained access log on disk."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.provider import EvidenceAccessLog, HeaderCallers

from .serving import CITIZEN, PATH, REASON, application, entry, key_of, on_loopback

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
