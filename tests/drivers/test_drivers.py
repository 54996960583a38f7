"""How the drivers end a flow: by its result, by our errors, by anything else."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TypeVar

import anyio
import pytest

from govlink._drive import arun, run
from govlink.errors import Fault, Sent, TransportError, UnexpectedAnswerError
from govlink.flow import Flow, Request, Response

T = TypeVar("T")

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
REQUEST = Request(method="GET", url="u", operation="op")


class Watched:
    """A flow that notes how it ended."""

    def __init__(self) -> None:
        self.ended = ""

    def flow(self) -> Flow[str]:
        """One request; a lost connection is answered."""
        try:
            yield REQUEST
        except TransportError:
            self.ended = "thrown"
            return "answered"
        except GeneratorExit:
            self.ended = "closed"
            raise
        self.ended = "sent"
        return "done"


class Raises:
    """A transport, for threads and for tasks, that raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def send(self, request: Request) -> Response:
        """Raise."""
        raise self.error

    def close(self) -> None:
        """Nothing."""


class AsyncRaises(Raises):
    """The same for tasks."""

    async def send(self, request: Request) -> Response:  # type: ignore[override]  # the other kind of transport
        """Raise."""
        await anyio.lowlevel.checkpoint()
        raise self.error

    async def aclose(self) -> None:
        """Nothing."""


def drive(flow: Flow[str], error: BaseException, driver: str) -> str:
    """Drive at a transport that raises."""
    if driver == "sync":
        return run(flow, Raises(error))
    return anyio.run(arun, flow, AsyncRaises(error), backend=driver)


every = pytest.mark.parametrize("driver", ["sync", "asyncio", "trio"])


@every
def test_a_transport_error_is_thrown_in_and_may_be_answered(driver: str) -> None:
    """It is the only exception a flow is shown."""
    watched = Watched()
    assert drive(watched.flow(), TransportError(LOST, sent=Sent.NO), driver) == "answered"
    assert watched.ended == "thrown"


@every
@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), SystemExit(3), OSError("x"), UnexpectedAnswerError(LOST), MemoryError()],
    ids=lambda e: type(e).__name__,
)
def test_anything_else_closes_the_flow_and_passes(driver: str, error: BaseException) -> None:
    """Ctrl-C, an exit and a bug are nobody's answer."""
    watched = Watched()
    with pytest.raises(type(error)) as caught:
        drive(watched.flow(), error, driver)
    assert caught.value is error
    assert watched.ended == "closed"


def test_a_leaking_stop_iteration_is_not_the_flows_end() -> None:
    """A StopIteration out of a transport would end the loop with None as the result."""
    watched = Watched()
    with pytest.raises(StopIteration):
        run(watched.flow(), Raises(StopIteration("leaked")))
    assert watched.ended == "closed"


@pytest.mark.parametrize("driver", ["asyncio", "trio"])
def test_a_leaking_stop_iteration_in_a_task(driver: str) -> None:
    """Python itself makes a RuntimeError of it; the flow is closed all the same."""
    watched = Watched()
    with pytest.raises(RuntimeError):
        drive(watched.flow(), StopIteration("leaked"), driver)
    assert watched.ended == "closed"


class Hangs:
    """A transport that never answers."""

    async def send(self, request: Request) -> Response:
        """Wait for ever."""
        await anyio.sleep_forever()
        raise AssertionError

    async def aclose(self) -> None:
        """Nothing."""


@pytest.mark.parametrize("driver", ["asyncio", "trio"])
@pytest.mark.parametrize("wait_s", [0.0, 3600.0])
def test_cancellation_closes_the_flow(driver: str, wait_s: float) -> None:
    """While waiting for an answer, and while waiting to send."""
    ended = []

    def flow() -> Flow[None]:
        try:
            yield replace(REQUEST, wait_s=wait_s)
        except GeneratorExit:
            ended.append("closed")
            raise

    async def main() -> bool:
        with anyio.move_on_after(0.05) as scope:
            await arun(flow(), Hangs())
        return scope.cancelled_caught

    assert anyio.run(main, backend=driver)
    assert ended == ["closed"]


@every
def test_an_exception_of_the_flow_itself_passes(driver: str, script) -> None:
    """What the flow raises is the caller's."""

    def flow() -> Flow[str]:
        yield REQUEST
        raise UnexpectedAnswerError(LOST)

    with pytest.raises(UnexpectedAnswerError):
        answered(flow(), driver, script)


def answered(flow: Flow[T], driver: str, script) -> T:
    """Drive at a transport that answers 200."""
    if driver == "sync":
        return run(flow, script(Response(status=200)))
    return anyio.run(arun, flow, Answers(), backend=driver)


class Answers:
    """A transport for tasks that answers 200."""

    async def send(self, request: Request) -> Response:
        """Answer."""
        await anyio.lowlevel.checkpoint()
        return Response(status=200)

    async def aclose(self) -> None:
        """Nothing."""


@every
def test_waits_are_the_drivers(driver: str, script, monkeypatch: pytest.MonkeyPatch) -> None:
    """``wait_s`` is waited before sending, once, by the driver's own clock."""
    waited: list[float] = []

    async def asleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("govlink._drive.time.sleep", waited.append)
    monkeypatch.setattr("anyio.sleep", asleep)

    def flow() -> Flow[int]:
        response = yield replace(REQUEST, wait_s=7.0)
        return response.status

    assert answered(flow(), driver, script) == 200
    assert waited == [7.0]


def test_synchronous_use_loads_nothing_asynchronous() -> None:
    """A script on a small machine pays for what it uses."""
    code = (
        "import sys, govlink._drive as d\n"
        "def f():\n    return 1\n    yield\n"
        "assert d.run(f(), None) == 1\n"
        "print({'anyio', 'trio', 'asyncio'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
