"""A forked child is told, instead of waiting for ever or writing into its parent's connections."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import anyio
import pytest

from govlink import AsyncClient, Client
from govlink._one_process import OneProcessLock
from govlink.errors import ConfigError
from govlink.flow import Allowance, Auth, Context, Flow, Request, Response, Token
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.policy import AllowanceBook, RateLimiter, SharedSession, TokenCache
from govlink.settings import PlatformSettings

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
PLAIN = Request(method="GET", url="https://platform.example", operation="op")
HANGS_S = 10


def ending_in_a_child(act: Callable[[], object]) -> str:
    """The code of the ``ConfigError`` that the act ends with in a forked child, or how else it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(HANGS_S)  # a child that waits for a lock dies of it, and says nothing
        with suppress(BaseException):
            try:
                act()
                os.write(writing, b"returned")
            except ConfigError as error:
                os.write(writing, error.code.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


class Wire:
    """Answers everything."""

    def send(self, request: Request) -> Response:
        """Yes."""
        return Response(status=200)

    def close(self) -> None:
        """Nothing to give back."""


class AsyncWire:
    """The same for tasks."""

    async def send(self, request: Request) -> Response:
        """Yes."""
        return Response(status=200)

    async def aclose(self) -> None:
        """Nothing to give back."""


def asking(*_: object) -> Flow[None]:
    """One request without a session."""
    yield PLAIN


def login(context: Context) -> Flow[Token]:
    """A log-in that nobody gets to."""
    yield PLAIN
    return Token(value="t", issued_at=context.now())


AUTH = Auth(key=("k",), login=login, attach=lambda request, _token: request, idle_s=60)
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
)


class Waiting:
    """A store in which a thread stays until it is let go."""

    def __init__(self) -> None:
        self.entered, self.let_go = threading.Event(), threading.Event()

    def session(self, key: tuple[str, ...]) -> SharedSession:
        """After a while."""
        self.entered.set()
        self.let_go.wait(2 * HANGS_S)
        return SharedSession(generation=0, since=None, last_used=None)


def test_a_lock_that_another_thread_held_at_the_fork_is_not_waited_for() -> None:
    """The thread is not in the child, so nobody would ever give the lock back."""
    store = Waiting()
    cache = TokenCache(store=store)  # type: ignore[arg-type]  # nothing else of it is asked for
    thread = threading.Thread(target=lambda: cache.current(AUTH, now=NOW))
    thread.start()
    try:
        assert store.entered.wait(HANGS_S)
        assert ending_in_a_child(lambda: cache.current(AUTH, now=NOW)) == "client.forked"
    finally:
        store.let_go.set()
        thread.join()


def allowances() -> Callable[[], object]:
    """What counts a call."""
    return partial(AllowanceBook().take, Allowance(key=("k",), calls_per_day=1), at=NOW)


def limiter() -> Callable[[], object]:
    """What takes a turn."""
    return partial(RateLimiter(calls=1, per_s=1).reserve, now=NOW)


def thread() -> Callable[[], object]:
    """A verb of the client's."""
    return partial(Client(adapters=[TOY], transport=Wire()).run, "toy", asking)


def task() -> Callable[[], object]:
    """The same of the asynchronous client's."""
    return partial(anyio.run, AsyncClient(adapters=[TOY], transport=AsyncWire()).run, "toy", asking)


@pytest.mark.parametrize("made", [allowances, limiter, thread, task])
def test_a_client_and_its_parts_say_so_in_a_child(made: Callable[[], Callable[[], object]]) -> None:
    """Also for a request without a session, for its connection is the parent's. In the parent all work."""
    act = made()
    assert ending_in_a_child(act) == "client.forked"
    act()


def test_a_lock_made_in_the_child_is_its_own() -> None:
    """A client made after the fork works there."""

    def lock_and_unlock() -> None:
        with OneProcessLock():
            pass

    assert ending_in_a_child(lock_and_unlock) == "returned"
