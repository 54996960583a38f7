"""No network while a cassette plays: a socket that opens is an error, whoever opened it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from unittest import mock

__all__ = ["no_network"]


@contextmanager
def no_network(refuse: Callable[[], NoReturn]) -> Iterator[None]:
    """Call ``refuse`` when a name is resolved or a socket connects, in any thread of this process.

    Sockets inside the machine (``AF_UNIX``) are let through: event loops wake themselves by them.
    """
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    send_to = socket.socket.sendto

    def guarded_connect(self: socket.socket, address: Any, /) -> None:
        if isinstance(address, tuple):
            refuse()
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any, /) -> int:
        if isinstance(address, tuple):
            refuse()
        return connect_ex(self, address)

    def guarded_send_to(self: socket.socket, *args: Any) -> int:
        if isinstance(args[-1], tuple):
            refuse()
        return send_to(self, *args)

    def guarded_resolve(*_args: Any, **_kwargs: Any) -> NoReturn:
        refuse()

    with (
        mock.patch.object(socket.socket, "connect", guarded_connect),
        mock.patch.object(socket.socket, "connect_ex", guarded_connect_ex),
        mock.patch.object(socket.socket, "sendto", guarded_send_to),
        mock.patch.object(socket, "getaddrinfo", guarded_resolve),
    ):
        yield
