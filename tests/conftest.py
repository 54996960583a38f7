"""What all tests share: no network but loopback, a fixed context, a clock to move, scripted answers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from govlink._drive import run
from govlink.flow import Context, Flow, Request, Response
from govlink.models.identity import check_digit
from govlink.policy import relay

T = TypeVar("T")
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
_LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "", None}  # noqa: S104 - compared with, not bound to


def _refuse_network(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host: object = args[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    if (host.decode() if isinstance(host, bytes) else host) not in _LOOPBACK:
        # A BaseException: code under test must not take it for a failed connection.
        raise pytest.fail.Exception("a test reached for the network beyond loopback")


def pytest_configure() -> None:
    """Guard the whole session. An audit hook sees every socket, whatever library opened it."""
    sys.addaudithook(_refuse_network)


class Script:
    """A transport that answers from a list, in order, and keeps what it was asked."""

    def __init__(self, *answers: Response | BaseException) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []
        self.waits_s: list[float] = []

    def send(self, request: Request) -> Response:
        """The next answer, or the next exception raised; running out of them fails the test."""
        self.sent.append(request)
        assert self.answers, f"a request too many: {request.operation}"
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing to give back."""

    def play(self, flow: Flow[T]) -> T:
        """Drive a flow with these answers, noting the waits instead of waiting."""

        def at_once(request: Request) -> Flow[Response]:
            self.waits_s.append(request.wait_s)
            return (yield replace(request, wait_s=0.0))

        return run(relay(flow, at_once), self)


@pytest.fixture
def script() -> type[Script]:
    """The scripted transport; call it with the answers."""
    return Script


@pytest.fixture
def context() -> Context:
    """A context whose clock stands still."""
    return Context.fixed(now=NOW, seed="tests")


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The present moment."""
        return self.now

    def forward(self, **delta: float) -> None:
        """Move on by that much."""
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    """A clock to move by hand."""
    return Clock()


@pytest.fixture
def citizen_number() -> Callable[[str], str]:
    """Completes twelve digits to a citizen number."""
    return lambda twelve: twelve + check_digit(twelve)
