"""The pytest plugin: a running sandbox, cassettes, and a guard that keeps tests on this machine.

It is loaded into every suite where govlink is installed, so nothing here happens by itself: a test
asks for a fixture, or the run for ``--govlink-loopback-only``.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from .cassettes.fixture import add_options, govlink_cassette, register_marker

if TYPE_CHECKING:
    from ..sandbox.server import RunningSandbox

__all__ = ["govlink_cassette", "govlink_loopback_only", "govlink_sandbox", "loopback_only"]

_GUARD = pytest.StashKey[AbstractContextManager[None]]()


def _stays_here(host: object) -> bool:
    """Whether a host is this machine. Names other than localhost would ask a name server."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host is None or (
        isinstance(host, str) and (host in {"", "localhost", "::1"} or host.startswith("127."))
    )


def _refuse(host: object) -> None:
    pytest.fail(f"this test tried to leave the machine: {host!r}", pytrace=True)


@contextmanager
def loopback_only() -> Iterator[None]:
    """Fail the running test when a socket connects, or a name is resolved, outside this machine.

    Sockets of the operating system itself (``AF_UNIX``) are let through. Threads are guarded too.
    """
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not _stays_here(address[0]):
            _refuse(address[0])

    def guarded_connect(self: socket.socket, address: Any, /) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any, /) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _stays_here(host):
            _refuse(host)
        return resolve(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options; their defaults change nothing."""
    parser.getgroup("govlink").addoption(
        "--govlink-loopback-only",
        action="store_true",
        default=False,
        help="fail any test that opens a connection to another machine",
    )
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and guard the whole run when it was asked for."""
    register_marker(config)
    if config.getoption("--govlink-loopback-only"):
        guard = loopback_only()
        guard.__enter__()
        config.stash[_GUARD] = guard


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the guard away again."""
    guard = config.stash.get(_GUARD, None)
    if guard is not None:
        guard.__exit__(None, None, None)


@pytest.fixture
def govlink_loopback_only() -> Iterator[None]:
    """Keep this test on this machine."""
    with loopback_only():
        yield


@pytest.fixture
def govlink_sandbox() -> Iterator[RunningSandbox]:
    """A sandbox with every installed adapter, new and empty for each test, on a free loopback port."""
    from ..registry import installed_adapters, load_adapter
    from ..sandbox.server import running_sandbox

    adapters = [load_adapter(name) for name in installed_adapters()]
    with running_sandbox(adapters) as sandbox:
        yield sandbox
