"""A raw server that records what arrives byte for byte, and every way to drive a flow at it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from govlink._drive import arun, run
from govlink.flow import Flow
from govlink.transport import open_async_transport, open_transport

Behaviour = Callable[[socket.socket], None]
DRIVERS = [(driver, library) for driver in ("sync", "asyncio", "trio") for library in ("httpx", "httpx2")]


def answer(body: bytes = b"{}", *, status: str = "200 OK", headers: bytes = b"") -> Behaviour:
    """A whole answer, after which the connection ends."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n".encode()
    return lambda peer: peer.sendall(head + headers + b"\r\n" + body)


def reset(peer: socket.socket) -> None:
    """End the connection with a reset instead of an answer."""
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass
class RawServer:
    """Serves one behaviour and keeps the requests: head lines without their order changed, and body."""

    listener: socket.socket
    behaviour: Behaviour = field(default_factory=answer)
    seen: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Take connections until the listener is shut."""
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(peer,), daemon=True).start()

    def _one(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            peer.settimeout(10)
            data = b""
            while b"\r\n\r\n" not in data:
                chunk = peer.recv(65536)
                if not chunk:
                    return
                data += chunk
            head, body = data.split(b"\r\n\r\n", 1)
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if b"content-length" in line
                ),
                0,
            )
            while len(body) < length and (chunk := peer.recv(1 << 20)):
                body += chunk
            self.seen.append((head, body))
            self.behaviour(peer)


@pytest.fixture
def server() -> Iterator[RawServer]:
    """The recording server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        raw = RawServer(listener)
        thread = threading.Thread(target=raw.serve)
        thread.start()
        yield raw
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def drive(flow: Flow[Any], driver: str, library: Any, **options: Any) -> Any:
    """Run a flow by the driver named, over the library named."""
    if driver == "sync":
        transport = open_transport(library=library, **options)
        try:
            return run(flow, transport)
        finally:
            transport.close()

    async def main() -> Any:
        wire = open_async_transport(library=library, **options)
        try:
            return await arun(flow, wire)
        finally:
            await wire.aclose()

    return anyio.run(main, backend=driver)


@pytest.fixture(params=DRIVERS, ids=["-".join(pair) for pair in DRIVERS])
def go(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Run a flow; the test is repeated for every driver and library."""
    driver, library = request.param
    return lambda flow, **options: drive(flow, driver, library, **options)


@pytest.fixture
def go_everywhere() -> Callable[[Callable[[], Flow[Any]]], list[Any]]:
    """Run a freshly made flow under every driver and library; the results in order."""
    return lambda make: [drive(make(), driver, library) for driver, library in DRIVERS]


@pytest.fixture
def answers() -> Callable[..., Behaviour]:
    """Makes whole answers."""
    return answer


@pytest.fixture
def resets() -> Behaviour:
    """Resets instead of answering."""
    return reset
