"""Each fault on the wire, as the SDK meets it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as AsgiRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from govlink._drive import run
from govlink.errors import Sent, TransportError, UnexpectedAnswerError
from govlink.flow import Flow, Request
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox
from govlink.sandbox.toolkit import World
from govlink.settings import PlatformSettings
from govlink.transport import Transport, open_transport
from govlink.wire import parse_json


def simulator(world: World) -> Starlette:
    """Counts the writes it took."""

    async def write(request: AsgiRequest) -> Response:
        await request.body()
        return JSONResponse({"writes": world.next_number("writes"), "padding": "x" * 100})

    return Starlette(routes=[Route("/write", write, methods=["POST"])])


TOY: AnyAdapter = Adapter(
    name="toy",
    contract=CONTRACT,
    title_th="ของเล่น",
    title_en="Toy",
    homepage="https://toy.example",
    mark=Mark.MODELLED,
    settings=PlatformSettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
    simulator=simulator,
)


@pytest.fixture
def toy() -> Iterator[RunningSandbox]:
    """A sandbox with the counting simulator."""
    with running_sandbox([TOY]) as running:
        yield running


@pytest.fixture
def wire() -> Iterator[Transport]:
    """A real transport."""
    transport = open_transport()
    yield transport
    transport.close()


def write(sandbox: RunningSandbox, wire: Transport, path: str = "/toy/write") -> tuple[int, object]:
    """One write; its status and answer."""

    def flow() -> Flow[tuple[int, object]]:
        response = yield Request(method="POST", url=sandbox.url + path, operation="write", body=b"{}")
        return response.status, parse_json(response, platform="toy", operation="write")

    return run(flow(), wire)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.STATUS_429, 429),
        (FaultKind.STATUS_500, 500),
        (FaultKind.STATUS_503, 503),
        (FaultKind.EXPIRED_TOKEN, 401),
        (FaultKind.LATENCY, 200),
    ],
)
def test_answers_of_a_bad_day(toy: RunningSandbox, wire: Transport, kind: FaultKind, status: int) -> None:
    """The status comes once, and the next call is served."""
    toy.faults.append(FaultRule(kind=kind, delay_s=0.01))
    assert write(toy, wire)[0] == status
    assert write(toy, wire)[0] == 200


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.EMPTY])
def test_somebody_else_answers(toy: RunningSandbox, wire: Transport, kind: FaultKind) -> None:
    """A firewall's page and an empty answer are not this platform's."""
    toy.faults.append(FaultRule(kind=kind))
    with pytest.raises(UnexpectedAnswerError):
        write(toy, wire)


@pytest.mark.parametrize(
    ("kind", "committed"),
    [(FaultKind.RESET_BEFORE, 0), (FaultKind.RESET_AFTER, 1), (FaultKind.TRUNCATED, 1)],
)
def test_broken_connections(wire: Transport, kind: FaultKind, committed: int) -> None:
    """The caller cannot tell whether the write was taken: that is what an unknown outcome is."""
    with running_sandbox([TOY]) as fresh:
        fresh.faults.append(FaultRule(kind=kind))
        with pytest.raises(TransportError) as caught:
            write(fresh, wire)
        assert caught.value.sent is Sent.MAYBE
        _, answer = write(fresh, wire)
        assert isinstance(answer, dict)
        assert answer["writes"] == committed + 1


def test_duplicate_delivery(wire: Transport) -> None:
    """A gateway delivers one request twice: the platform takes it twice, the caller sees one answer."""
    with running_sandbox([TOY]) as fresh:
        fresh.faults.append(FaultRule(kind=FaultKind.DUPLICATE_DELIVERY))
        _, answer = write(fresh, wire)
        assert isinstance(answer, dict)
        assert answer["writes"] == 2


def test_a_rule_strikes_where_and_as_often_as_it_says(toy: RunningSandbox, wire: Transport) -> None:
    """By platform, by part of the path, so many times; the first fitting rule counts."""
    toy.faults.append(FaultRule(kind=FaultKind.STATUS_503, platform="other"))
    toy.faults.append(FaultRule(kind=FaultKind.STATUS_503, path_part="/elsewhere"))
    toy.faults.append(FaultRule(kind=FaultKind.STATUS_429, platform="toy", path_part="/wri", times=2))
    assert [write(toy, wire)[0] for _ in range(3)] == [429, 429, 200]
    assert [rule.times for rule in toy.faults] == [1, 1, 0]


def test_the_sandboxs_own_pages_are_spared(toy: RunningSandbox, wire: Transport) -> None:
    """The front page and the controls work on the worst day, and use up no rule."""

    def look(path: str) -> Flow[int]:
        response = yield Request(method="GET", url=toy.url + path, operation="look")
        return response.status

    toy.faults.append(FaultRule(kind=FaultKind.STATUS_500))
    assert run(look("/"), wire) == 200
    assert run(look("/_sandbox/faults"), wire) == 405
    assert toy.faults[0].times == 1


def test_a_request_can_ask_for_its_own_fault(toy: RunningSandbox, wire: Transport) -> None:
    """One call is struck without touching the calls beside it."""
    url = f"{toy.url}/toy/write"
    struck = Request(method="POST", url=url, operation="w", headers=(("X-Govlink-Fault", "status_503"),))
    assert wire.send(struck).status == 503
    assert wire.send(Request(method="POST", url=url, operation="w")).status == 200


def test_an_unknown_fault_header_is_no_fault(toy: RunningSandbox, wire: Transport) -> None:
    """A slip in the header spoils nothing."""
    request = Request(
        method="POST",
        url=f"{toy.url}/toy/write",
        operation="w",
        headers=(("X-Govlink-Fault", "no-such"),),
    )
    assert wire.send(request).status == 200


def test_the_clock_can_be_skewed(toy: RunningSandbox, wire: Transport) -> None:
    """A platform's clock may be off by minutes; the sandbox plays that on demand."""
    before = toy.world.now()
    request = Request(
        method="POST",
        url=f"{toy.url}/_sandbox/clock",
        operation="clock",
        headers=(("Content-Type", "application/json"),),
        body=b'{"skew_s": 600}',
    )
    assert wire.send(request).status == 200
    assert (toy.world.now() - before).total_seconds() >= 600
    assert wire.send(replace(request, body=b'{"skew_s": "soon"}')).status == 422
