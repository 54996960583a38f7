"""The only two places that wait: a driver for threads and a driver for tasks.

Rules. Only our own ``TransportError`` is thrown into a flow, which may answer it. On any other
exception, cancellation and Ctrl-C included, the flow is closed and the exception passes. The
``StopIteration`` of a finished flow is looked for around the generator calls alone, so that one
leaking out of a transport is not taken for the flow's end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import TypeVar

from .errors import Fault, TransportError, UnexpectedAnswerError
from .flow import Flow, Page, Request, Response
from .transport import AsyncTransport, Transport

__all__ = ["AsyncSingleFlight", "SingleFlight", "aeach", "arun", "each", "run"]

T = TypeVar("T")

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


def _next_cursor(page: Page[T], cursor: str | None) -> str | None:
    if page.cursor is not None and page.cursor == cursor:
        raise UnexpectedAnswerError(STUCK_CURSOR)
    return page.cursor


def each(page_after: Callable[[str | None], Flow[Page[T]]], transport: Transport) -> Iterator[T]:
    """Every item of every page, asking for the next page when the one before is used up."""
    cursor: str | None = None
    while True:
        page = run(page_after(cursor), transport)
        yield from page.items
        cursor = _next_cursor(page, cursor)
        if cursor is None:
            return


async def aeach(
    page_after: Callable[[str | None], Flow[Page[T]]], transport: AsyncTransport
) -> AsyncIterator[T]:
    """The same for a task."""
    cursor: str | None = None
    while True:
        page = await arun(page_after(cursor), transport)
        for item in page.items:
            yield item
        cursor = _next_cursor(page, cursor)
        if cursor is None:
            return


class SingleFlight:
    """Answers every request of one ``coalesce`` key from the first good answer to it.

    The last part of a key is a generation: asking for a newer one forgets the older answer. A failure
    is not kept, so the next caller tries for itself.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._guard = threading.Lock()
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._answers: dict[tuple[str, ...], tuple[str, Response]] = {}

    def send(self, request: Request) -> Response:
        """Carry the request, or wait for the one that is already under way."""
        if request.coalesce is None:
            return self._transport.send(request)
        key, generation = request.coalesce[:-1], request.coalesce[-1]
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            kept = self._answers.get(key)
            if kept is not None and kept[0] == generation:
                return kept[1]
            response = self._transport.send(request)
            if response.status == 200:
                self._answers[key] = (generation, response)
            return response

    def close(self) -> None:
        """Forget the answers and close what carries."""
        self._answers.clear()
        self._transport.close()


class AsyncSingleFlight:
    """The same for tasks."""

    def __init__(self, transport: AsyncTransport) -> None:
        import anyio

        self._new_lock = anyio.Lock
        self._transport = transport
        self._locks: dict[tuple[str, ...], anyio.Lock] = {}
        self._answers: dict[tuple[str, ...], tuple[str, Response]] = {}

    async def send(self, request: Request) -> Response:
        """Carry the request, or wait for the one that is already under way."""
        if request.coalesce is None:
            return await self._transport.send(request)
        key, generation = request.coalesce[:-1], request.coalesce[-1]
        async with self._locks.setdefault(key, self._new_lock()):
            kept = self._answers.get(key)
            if kept is not None and kept[0] == generation:
                return kept[1]
            response = await self._transport.send(request)
            if response.status == 200:
                self._answers[key] = (generation, response)
            return response

    async def aclose(self) -> None:
        """Forget the answers and close what carries."""
        self._answers.clear()
        await self._transport.aclose()
