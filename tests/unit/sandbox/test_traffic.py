"""The traffic record: what is kept of a request, what never is, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from govlink.interfaces import CONTRACT, Adapter, Capabilities
from govlink.models.mark import Mark
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox
from govlink.sandbox.traffic import TrafficRecord, TrafficRecorder
from govlink.settings import PlatformSettings

AT = datetime(2027, 1, 4, 3, 0, tzinfo=UTC)


async def no_content(scope: Scope, receive: Receive, send: Send) -> None:
    """A simulator that has nothing to say."""
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


TOY = Adapter(
    name="toy",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=PlatformSettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
    simulator=lambda _world: no_content,
)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A sandbox that plays one toy platform."""
    with running_sandbox([TOY]) as running:
        yield running


def pass_through(path: str, record: TrafficRecord) -> None:
    """One request through the middleware alone."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request"}

    async def send(message: object) -> None:
        del message

    recorder = TrafficRecorder(no_content, record=record, platforms=frozenset({"toy"}), now=lambda: AT)
    asyncio.run(recorder({"type": "http", "method": "GET", "path": path}, receive, send))


def test_a_request_is_kept_without_query_headers_and_body(sandbox: RunningSandbox, citizen_number) -> None:
    """Secrets and people travel in those, and a citizen number in a path is masked."""
    number = citizen_number("199000000123")
    secrets = {"query": "query-secret", "header": "header-secret", "body": "body-secret"}
    httpx.post(
        f"{sandbox.url}/toy/people/{number}?ConsumerSecret={secrets['query']}",
        headers={"Token": secrets["header"]},
        content=secrets["body"],
    )
    answer = httpx.get(f"{sandbox.url}/_sandbox/traffic")
    [entry] = answer.json()["requests"]
    assert (entry["platform"], entry["method"], entry["path"]) == ("toy", "POST", "/toy/people/***")
    assert entry["status"] == 204
    assert entry["duration_ms"] >= 0
    assert datetime.fromisoformat(entry["at"]).tzinfo is not None
    page = httpx.get(f"{sandbox.url}/console/traffic").text
    assert "/toy/people/***" in page
    for text in (answer.text, page):
        assert not [secret for secret in (*secrets.values(), number) if secret in text]


def test_a_fault_is_noted_as_the_caller_saw_it(sandbox: RunningSandbox) -> None:
    """The record stands outside fault injection; a broken connection has no status."""
    for kind in (FaultKind.STATUS_503, FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER):
        sandbox.faults.append(FaultRule(kind=kind))
    assert httpx.get(f"{sandbox.url}/toy/a").status_code == 503
    for path in ("b", "c"):
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{sandbox.url}/toy/{path}")
    assert [entry.status for entry in sandbox.traffic.entries()] == [503, None, None]


def test_pages_are_not_noted_and_spare_faults(sandbox: RunningSandbox) -> None:
    """Looking at the record neither fills it nor uses up a rule meant for a platform."""
    sandbox.faults.append(FaultRule(kind=FaultKind.STATUS_500))
    for path in ("/", "/console/traffic", "/_sandbox/traffic"):
        assert httpx.get(sandbox.url + path).status_code == 200
    assert sandbox.traffic.entries() == ()
    assert sandbox.faults[0].times == 1


def test_a_path_of_no_platform_is_noted_as_such(sandbox: RunningSandbox) -> None:
    """A wrong base URL is what somebody looks for here."""
    assert httpx.get(f"{sandbox.url}/tyo/x").status_code == 404
    assert [(e.platform, e.path) for e in sandbox.traffic.entries()] == [("", "/tyo/x")]


def test_only_the_last_are_kept() -> None:
    """A day of the demo makes thousands of requests; the record does not grow with them."""
    record = TrafficRecord(kept=3)
    for index in range(5):
        pass_through(f"/toy/{index}", record)
    assert [entry.path for entry in record.entries()] == ["/toy/2", "/toy/3", "/toy/4"]
    assert record.seen_count == 5
    assert TrafficRecord()._entries.maxlen == 500


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("//toy/x", "//toy/x"),
        ("/toy/[x", "/toy/[x"),
        ("/toy/a?token=b", "/toy/a"),
        ("/toy/" + "x" * 1000, "/toy/" + "x" * 295),
    ],
)
def test_odd_paths_break_nothing(path: str, shown: str) -> None:
    """A path that looks like a URL, holds a decoded question mark or has no end is still only a path."""
    record = TrafficRecord()
    pass_through(path, record)
    assert [entry.path for entry in record.entries()] == [shown]


def test_a_request_that_fails_inside_is_noted() -> None:
    """An exception goes on to the server, and the entry is made all the same."""
    record = TrafficRecord()

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    recorder = TrafficRecorder(broken, record=record, platforms=frozenset({"toy"}), now=lambda: AT)
    scope = {"type": "http", "method": "GET", "path": "/toy/x"}
    with pytest.raises(ZeroDivisionError):
        asyncio.run(recorder(scope, None, None))  # type: ignore[arg-type]  # neither is reached
    [entry] = record.entries()
    assert entry.status is None


def test_each_sandbox_has_its_own_record() -> None:
    """Two sandboxes in one process, as parallel tests have them, do not see each other."""
    with running_sandbox([TOY]) as one, running_sandbox([replace(TOY, name="other")]) as other:
        httpx.get(f"{one.url}/toy/x")
        assert len(one.traffic.entries()) == 1
        assert other.traffic.entries() == ()
