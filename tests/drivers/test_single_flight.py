"""Many callers, one login: for threads and for tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import anyio
import pytest

from govlink._drive import AsyncSingleFlight, SingleFlight
from govlink.errors import Fault, Sent, TransportError
from govlink.flow import Request, Response

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
MANY = 200


def request(generation: str = "0", key: str = "k") -> Request:
    """A request that all share."""
    return Request(method="GET", url="u", operation="login", coalesce=(key, generation))


class Slow:
    """A transport that takes a moment; ``outcome`` makes each answer from its number."""

    def __init__(self, outcome: Callable[[int], Response | Exception]) -> None:
        self.outcome, self.sent, self.lock = outcome, 0, threading.Lock()

    def _next(self) -> Response:
        with self.lock:
            self.sent += 1
            outcome = self.outcome(self.sent)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def send(self, request: Request) -> Response:
        """Answer after a moment."""
        time.sleep(0.1)
        return self._next()

    def close(self) -> None:
        """Nothing."""


class AsyncSlow(Slow):
    """The same for tasks."""

    async def send(self, request: Request) -> Response:  # type: ignore[override]  # the other kind of transport
        """Answer after a moment."""
        await anyio.sleep(0.1)
        return self._next()

    async def aclose(self) -> None:
        """Nothing."""


def together(driver: str, outcome: Callable[[int], Response | Exception]) -> tuple[int, list[object]]:
    """Ask from many threads or tasks at once; how often it was sent, and what each got."""
    got: list[object] = []
    if driver == "threads":
        wire = Slow(outcome)
        flight, barrier = SingleFlight(wire), threading.Barrier(MANY)

        def ask(_: int) -> object:
            barrier.wait()
            try:
                return flight.send(request())
            except TransportError as error:
                return error

        with ThreadPoolExecutor(MANY) as pool:
            got = list(pool.map(ask, range(MANY)))
        return wire.sent, got

    async def main() -> int:
        slow = AsyncSlow(outcome)
        tasks = AsyncSingleFlight(slow)

        async def ask_async() -> None:
            try:
                got.append(await tasks.send(request()))
            except TransportError as error:
                got.append(error)

        async with anyio.create_task_group() as group:
            for _ in range(MANY):
                group.start_soon(ask_async)
        return slow.sent

    return anyio.run(main, backend=driver), got


every = pytest.mark.parametrize("driver", ["threads", "asyncio", "trio"])


@every
def test_two_hundred_ask_and_one_is_sent(driver: str) -> None:
    """All get the one good answer."""
    sent, got = together(driver, lambda number: Response(status=200, body=str(number).encode()))
    assert sent == 1
    assert got == [Response(status=200, body=b"1")] * MANY


@every
def test_a_refusal_is_shared_by_those_who_waited(driver: str) -> None:
    """A wrong secret is not tried two hundred times: that is how accounts get locked."""
    sent, got = together(driver, lambda _: Response(status=401))
    assert sent <= 3
    assert got == [Response(status=401)] * MANY


@every
def test_a_lost_connection_is_shared_by_those_who_waited(driver: str) -> None:
    """Two hundred callers of a dead platform do not time out one after the other."""
    sent, got = together(driver, lambda _: TransportError(LOST, sent=Sent.MAYBE))
    assert sent <= 3
    assert all(isinstance(error, TransportError) and error.sent is Sent.MAYBE for error in got)
    assert len({id(error) for error in got}) == MANY, "one error object must not be raised in many threads"


def test_a_failure_is_forgotten_by_whoever_comes_later() -> None:
    """The next caller tries for itself."""
    answers = [Response(status=503), TransportError(LOST, sent=Sent.NO), Response(status=200)]
    wire = Slow(lambda number: answers[number - 1])
    flight = SingleFlight(wire)
    assert flight.send(request()).status == 503
    with pytest.raises(TransportError):
        flight.send(request())
    assert flight.send(request()).status == 200
    assert flight.send(request()).status == 200
    assert wire.sent == 3


def test_a_newer_generation_asks_again_and_keys_are_apart() -> None:
    """A token that was given up is not served from the answer kept, nor another officer's."""
    wire = Slow(lambda number: Response(status=200, body=str(number).encode()))
    flight = SingleFlight(wire)
    asked = [request("0"), request("0"), request("1"), request("1"), request("1", key="other")]
    assert [flight.send(r).body for r in asked] == [b"1", b"1", b"2", b"2", b"3"]


def test_other_requests_are_not_held_up() -> None:
    """Without ``coalesce`` every request is sent."""
    wire = Slow(lambda number: Response(status=200, body=str(number).encode()))
    flight = SingleFlight(wire)
    plain = Request(method="GET", url="u", operation="x")
    assert [flight.send(plain).body, flight.send(plain).body] == [b"1", b"2"]


def test_closing_forgets_the_answers() -> None:
    """They hold tokens."""
    wire = Slow(lambda _: Response(status=200, body=b"CANARY"))
    flight = SingleFlight(wire)
    flight.send(request())
    flight.close()
    flight.send(request())
    assert wire.sent == 2


def test_a_cancelled_leader_leaves_the_others_served() -> None:
    """When the task that is asking is cancelled, one of the waiting ones asks instead."""

    async def main() -> tuple[int, list[int]]:
        slow, got = AsyncSlow(lambda _: Response(status=200)), []
        flight = AsyncSingleFlight(slow)

        async def follow() -> None:
            got.append((await flight.send(request())).status)

        async with anyio.create_task_group() as group:
            with anyio.move_on_after(0.02):
                group.start_soon(follow)
                await flight.send(request())
        return slow.sent, got

    assert anyio.run(main, backend="asyncio") == (1, [200])


# --- shared with other processes --------------------------------------------------------------


class Neighbour:
    """Answers shared with a process that holds the lock for the first few tries."""

    def __init__(self, *, busy: int = 0, answer: Response | None = None) -> None:
        self.busy, self.answer, self.held = busy, answer, 0
        self.kept: list[tuple[tuple[str, ...], str, Response]] = []

    def try_lock(self, key: tuple[str, ...]) -> Callable[[], None] | None:
        """None while it is busy."""
        if self.busy > 0:
            self.busy -= 1
            return None
        self.held += 1
        return self._unlock

    def _unlock(self) -> None:
        self.held -= 1

    def recall(self, key: tuple[str, ...], *, generation: str) -> Response | None:
        """The neighbour's answer, which it gave for generation 0."""
        return self.answer if generation == "0" else None

    def remember(self, key: tuple[str, ...], *, generation: str, response: Response) -> None:
        """Note it."""
        self.kept.append((key, generation, response))


Outcome = tuple[Response | str, int, list[tuple[tuple[str, ...], str, Response]]]


def through_both(
    neighbour: Callable[[], Neighbour], wire: Callable[[], AsyncSlow], asked: Request
) -> Outcome:
    """What came back, was sent and was kept: alike for threads and tasks, and the lock is given back."""

    def threads(shared: Neighbour, slow: AsyncSlow) -> Response:
        plain = Slow(slow.outcome)
        try:
            return SingleFlight(plain, shared=shared).send(asked)
        finally:
            slow.sent = plain.sent

    def tasks(shared: Neighbour, slow: AsyncSlow) -> Response:
        return anyio.run(AsyncSingleFlight(slow, shared=shared).send, asked)

    outcomes: list[Outcome] = []
    for send in (threads, tasks):
        shared, slow = neighbour(), wire()
        got: Response | str
        try:
            got = send(shared, slow)
        except TransportError as error:
            got = error.code
        assert shared.held == 0
        outcomes.append((got, slow.sent, shared.kept))
    assert outcomes[0] == outcomes[1]
    return outcomes[0]


GOOD = Response(status=200, body=b"t1")


def test_another_process_s_answer_is_taken() -> None:
    """Nothing is sent when the neighbour has asked already."""
    theirs = Response(status=200, body=b"theirs")
    got, sent, kept = through_both(
        lambda: Neighbour(answer=theirs), lambda: AsyncSlow(lambda _: GOOD), request()
    )
    assert (got, sent, kept) == (theirs, 0, [])


class Hung:
    """Answers shared with a process that hangs and never gives the lock back."""

    def __init__(self) -> None:
        self.kept: Response | None = None

    def try_lock(self, key: tuple[str, ...]) -> Callable[[], None] | None:
        """Never."""
        return None

    def recall(self, key: tuple[str, ...], *, generation: str) -> Response | None:
        """What one of the others got."""
        return self.kept

    def remember(self, key: tuple[str, ...], *, generation: str, response: Response) -> None:
        """Note it."""
        self.kept = response


def test_those_who_waited_in_vain_do_not_all_ask_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance ends their patience at different moments: the first one asks, the next one is served by it."""
    spread = iter((1.0, 1.5))
    monkeypatch.setattr("govlink._drive.random.uniform", lambda least, most: next(spread))
    shared, wire = Hung(), Slow(lambda _: GOOD)
    asked = replace(request(), timeout_s=0.5)
    with ThreadPoolExecutor(2) as pool:
        flights = [SingleFlight(wire, shared=shared) for _ in range(2)]
        answers = list(pool.map(lambda flight: flight.send(asked), flights))
    assert (answers, wire.sent) == ([GOOD, GOOD], 1)


def test_a_newer_generation_is_asked_for_and_kept() -> None:
    """The neighbour's answer is of the generation before."""
    got, sent, kept = through_both(
        lambda: Neighbour(answer=GOOD), lambda: AsyncSlow(lambda _: GOOD), request("1")
    )
    assert (got, sent) == (GOOD, 1)
    assert kept == [(("k",), "1", GOOD)]


def test_it_waits_while_a_neighbour_asks() -> None:
    """The lock is tried until it is free."""
    got, sent, _ = through_both(lambda: Neighbour(busy=3), lambda: AsyncSlow(lambda _: GOOD), request())
    assert (got, sent) == (GOOD, 1)


def test_a_neighbour_that_hangs_is_not_waited_for_for_ever() -> None:
    """Two log-ins are better than none."""
    asked = replace(request(), timeout_s=0.05)
    got, sent, _ = through_both(lambda: Neighbour(busy=10_000), lambda: AsyncSlow(lambda _: GOOD), asked)
    assert (got, sent) == (GOOD, 1)


def test_failures_and_refusals_are_not_shared() -> None:
    """Each process finds out for itself whether a credential is refused."""
    lost = TransportError(LOST, sent=Sent.NO)
    got, _, kept = through_both(Neighbour, lambda: AsyncSlow(lambda _: lost), request())
    assert (got, kept) == ("test.lost", [])
    _, _, kept = through_both(Neighbour, lambda: AsyncSlow(lambda _: Response(status=403)), request())
    assert kept == []
