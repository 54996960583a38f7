"""Noticing that code looks at the machine."""

from __future__ import annotations

import datetime as dt
import gc
import io
import os
import random
import secrets
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from govlink.flow import Context
from govlink.testing.watch import impurities

IMPURE: dict[str, Callable[[], object]] = {
    "datetime.now": lambda: dt.datetime.now(dt.UTC),
    "datetime.today": lambda: dt.datetime.today(),  # noqa: DTZ002 - this is what must be noticed
    "date.today": lambda: dt.date.today(),  # noqa: DTZ011 - this is what must be noticed
    "time.time": time.time,
    "time.monotonic": time.monotonic,
    "time.sleep": lambda: time.sleep(0),
    "random.random": random.random,
    "random.getrandbits": lambda: random.choice([1, 2]),
    "posix.urandom": lambda: secrets.token_bytes(4),
    "uuid4": uuid.uuid4,
    "_Environ": lambda: os.environ.get("HOME"),
    "_Environ.__iter__": lambda: dict(os.environ),
    "open": lambda: Path("/dev/null").read_bytes(),
    "posix.open": lambda: os.close(os.open("/dev/null", os.O_RDONLY)),
    "socket.socket.__init__": lambda: socket.socket().close(),
    "_socket.getaddrinfo": lambda: socket.getaddrinfo("127.0.0.1", 9),
}


@pytest.mark.parametrize("name", list(IMPURE))
def test_impure_call_is_noticed(name: str) -> None:
    """Clock, chance, environment, files and sockets are seen however they are reached."""
    with impurities() as found:
        IMPURE[name]()
    wanted = "posix.urandom" if name == "uuid4" else name
    assert any(wanted in seen for seen in found), found


def test_pure_work_is_not_noticed() -> None:
    """Computing with times, bytes and a context's randomness is what flows are for."""
    context = Context.fixed(now=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), seed="pure")
    with impurities() as found:
        context.now().isoformat()
        context.uuid("a")
        context.fraction("b")
        dt.datetime.fromisoformat("2025-01-01T00:00:00+07:00").astimezone(dt.UTC)
        dt.datetime.fromtimestamp(0, tz=dt.UTC)
        io.BytesIO(b"x").read()
    assert found == []


def test_only_this_thread_is_watched() -> None:
    """A server in another thread may read its clock while a flow is watched."""
    other = threading.Thread(target=time.time)
    with impurities() as found:
        other.start()
        other.join()
    assert "time.time" not in found


def _look_twice_and_fail() -> None:
    time.time()
    time.time()
    _ = 1 / 0


def test_each_call_is_named_once_and_nothing_after_the_block() -> None:
    """Findings stay short, and watching ends with the block even when it raises."""
    before = sys.getprofile()
    with pytest.raises(ZeroDivisionError), impurities() as found:
        _look_twice_and_fail()
    time.monotonic()
    assert found == ["time.time"]
    assert sys.getprofile() is before


def test_callbacks_of_the_garbage_collector_are_not_taken_for_the_code() -> None:
    """Test libraries time collections; when one happens is luck, and no doing of the code watched."""

    def timed(_phase: str, _info: dict[str, int]) -> None:
        time.perf_counter()

    gc.callbacks.append(timed)
    try:
        with impurities() as found:
            cycles: list[object] = []
            for _ in range(5000):
                cycles.append([cycles])
    finally:
        gc.callbacks.remove(timed)
    assert found == []
    assert gc.isenabled()
