"""The only two places that wait: a driver for threads and a driver for tasks.

Rules. Only our own ``TransportError`` is thrown into a flow, which may answer it. On any other
exception, cancellation and Ctrl-C included, the flow is closed and the exception passes. The
``StopIteration`` of a finished flow is looked for around the generator calls alone, so that one
leaking out of a transport is not taken for the flow's end.
"""

from __future__ import annotations

import copy
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

from ._one_process import OneProcess, OneProcessLock
from .errors import Fault, TransportError, UnexpectedAnswerError
from .flow import Flow, Page, Request, Response
from .transport import AsyncTransport, Transport

__all__ = ["AsyncSingleFlight", "SharedAnswers", "SingleFlight", "aeach", "arun", "each", "run"]

T = TypeVar("T")
L = TypeVar("L")

STUCK_CURSOR = Fault(
    "drive.stuck_cursor",
    en="the platform gave the same page cursor twice; reading on would never end",
    th="แพลตฟอร์มส่งตัวชี้หน้าซ้ำเดิม การอ่านต่อจะไม่สิ้นสุด",
)


def run(flow: Flow[T], transport: Transport) -> T:
    """Drive a flow to its end in the calling thread."""
    step: Callable[[], Request] = partial(next, flow)
    while True:
        try:
            request = step()
        except StopIteration as stop:
            result: T = stop.value
            return result
        try:
            if request.wait_s > 0:
                time.sleep(request.wait_s)
            response = transport.send(request)
        except TransportError as error:
            step = partial(flow.throw, error)
        except BaseException:
            flow.close()
            raise
        else:
            step = partial(flow.send, response)


async def arun(flow: Flow[T], transport: AsyncTransport) -> T:
    """Drive a flow to its end in the calling task, on asyncio or trio."""
    import anyio  # here, so that synchronous use never loads it

    step: Callable[[], Request] = partial(next, flow)
    while True:
        try:
            request = step()
        except StopIteration as stop:
            result: T = stop.value
            return result
        try:
            if request.wait_s > 0:
                await anyio.sleep(request.wait_s)
            response = await transport.send(request)
        except TransportError as error:
            step = partial(flow.throw, error)
        except BaseException:
            flow.close()
            raise
        else:
            step = partial(flow.send, response)


def _next_cursor(page: Page[T], seen: set[str]) -> str | None:
    if page.cursor in seen:
        raise UnexpectedAnswerError(STUCK_CURSOR)
    if page.cursor is not None:
        seen.add(page.cursor)
    return page.cursor


def each(page_after: Callable[[str | None], Flow[Page[T]]], transport: Transport) -> Iterator[T]:
    """Every item of every page, asking for the next page when the one before is used up."""
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = run(page_after(cursor), transport)
        yield from page.items
        cursor = _next_cursor(page, seen)
        if cursor is None:
            return


async def aeach(
    page_after: Callable[[str | None], Flow[Page[T]]], transport: AsyncTransport
) -> AsyncIterator[T]:
    """The same for a task."""
    cursor: str | None = None
    seen: set[str] = set()
    while True:
        page = await arun(page_after(cursor), transport)
        for item in page.items:
            yield item
        cursor = _next_cursor(page, seen)
        if cursor is None:
            return


class SharedAnswers(Protocol):
    """Good answers to coalesced requests, shared with the other processes of this machine.

    A key is that of ``Request.coalesce`` without its last part, the generation.
    """

    def try_lock(self, key: tuple[str, ...]) -> Callable[[], None] | None:
        """The right to ask, as what gives it back; None while another process asks."""
        ...

    def recall(self, key: tuple[str, ...], *, generation: str) -> Response | None:
        """The answer remembered for this generation."""
        ...

    def remember(self, key: tuple[str, ...], *, generation: str, response: Response) -> None:
        """Keep a good answer for the others."""
        ...


_POLL_S = 0.02
_PATIENCE = (
    2  # of a request's time limits: after that the other process hangs, and asking twice is the lesser evil
)


def _end_of_patience(request: Request) -> float:
    """Until when to wait; by chance up to half as long again, so that of many one asks and is remembered."""
    share = random.uniform(1.0, 1.5)  # noqa: S311 - spreads processes apart, and guards no secret
    return time.monotonic() + share * _PATIENCE * request.timeout_s


@dataclass(slots=True)
class _Desk(Generic[L]):
    """Where those who ask for one ``coalesce`` key wait, and the last outcome given out there."""

    lock: L
    turn: int = 0
    generation: str = ""
    outcome: Response | TransportError | None = None

    def settle(self, generation: str, outcome: Response | TransportError) -> None:
        self.turn, self.generation, self.outcome = self.turn + 1, generation, outcome

    def answer(self, generation: str, *, turn: int) -> Response | None:
        """A good answer serves all that follow; a failure only those who were waiting for it."""
        outcome = self.outcome
        if outcome is None or self.generation != generation:
            return None
        good = isinstance(outcome, Response) and outcome.status == 200
        if not good and self.turn == turn:
            return None
        if isinstance(outcome, TransportError):
            raise copy.copy(outcome) from outcome.__cause__  # one error object is not for many threads
        return outcome


class SingleFlight:
    """Answers every request of one ``coalesce`` key from the first good answer to it.

    The last part of a key is a generation: asking for a newer one forgets the older answer. A failure
    is shared by those who waited for it, so that a platform that is down or refuses a credential is
    not asked once by each of them, and is then forgotten: whoever comes later tries for itself. Good
    answers are ``shared`` with other processes; one of them asks while the others wait.
    """

    def __init__(self, transport: Transport, *, shared: SharedAnswers | None = None) -> None:
        self._transport = transport
        self._shared = shared
        self._guard = OneProcessLock()
        self._desks: dict[tuple[str, ...], _Desk[threading.Lock]] = {}

    def send(self, request: Request) -> Response:
        """Carry the request, or wait for the one that is already under way; not in a forked child."""
        self._guard.demand()
        if request.coalesce is None:
            return self._transport.send(request)
        key, generation = request.coalesce[:-1], request.coalesce[-1]
        with self._guard:
            desk = self._desks.setdefault(key, _Desk(threading.Lock()))
            turn = desk.turn
        with desk.lock:
            known = desk.answer(generation, turn=turn)
            if known is not None:
                return known
            try:
                response = self._ask(request, key=key, generation=generation)
            except TransportError as error:
                desk.settle(generation, error)
                raise
            desk.settle(generation, response)
            return response

    def _ask(self, request: Request, *, key: tuple[str, ...], generation: str) -> Response:
        shared = self._shared
        if shared is None:
            return self._transport.send(request)
        until = _end_of_patience(request)
        while (unlock := shared.try_lock(key)) is None and time.monotonic() < until:
            time.sleep(_POLL_S)
        try:
            known = shared.recall(key, generation=generation)
            if known is not None:
                return known
            response = self._transport.send(request)
            if response.status == 200:
                shared.remember(key, generation=generation, response=response)
            return response
        finally:
            if unlock is not None:
                unlock()

    def close(self) -> None:
        """Forget the answers and close what carries."""
        self._desks.clear()
        self._transport.close()


class AsyncSingleFlight:
    """The same for tasks."""

    def __init__(self, transport: AsyncTransport, *, shared: SharedAnswers | None = None) -> None:
        import anyio

        self._new_lock, self._sleep = anyio.Lock, anyio.sleep
        self._home = OneProcess()
        self._shared = shared
        self._transport = transport
        self._desks: dict[tuple[str, ...], _Desk[anyio.Lock]] = {}

    async def send(self, request: Request) -> Response:
        """Carry the request, or wait for the one that is already under way; not in a forked child."""
        self._home.demand()
        if request.coalesce is None:
            return await self._transport.send(request)
        key, generation = request.coalesce[:-1], request.coalesce[-1]
        desk = self._desks.setdefault(key, _Desk(self._new_lock()))
        turn = desk.turn
        async with desk.lock:
            known = desk.answer(generation, turn=turn)
            if known is not None:
                return known
            try:
                response = await self._ask(request, key=key, generation=generation)
            except TransportError as error:
                desk.settle(generation, error)
                raise
            desk.settle(generation, response)
            return response

    async def _ask(self, request: Request, *, key: tuple[str, ...], generation: str) -> Response:
        shared = self._shared
        if shared is None:
            return await self._transport.send(request)
        until = _end_of_patience(request)
        while (unlock := shared.try_lock(key)) is None and time.monotonic() < until:
            await self._sleep(_POLL_S)
        try:
            known = shared.recall(key, generation=generation)
            if known is not None:
                return known
            response = await self._transport.send(request)
            if response.status == 200:
                shared.remember(key, generation=generation, response=response)
            return response
        finally:
            if unlock is not None:
                unlock()

    async def aclose(self) -> None:
        """Forget the answers and close what carries."""
        self._desks.clear()
        await self._transport.aclose()
