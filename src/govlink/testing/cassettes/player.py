"""Playing and recording: what a test opens.

``replaying`` and ``recording`` give a transport for a client or a driver. Both watch that nothing goes
past them: a transport whose client vcrpy does not know would otherwise reach the network in silence.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ...flow import Request, Response
from ...transport import AsyncTransport, HttpLibrary, Transport, open_async_transport, open_transport
from .allow_list import AllowList
from .document import Cassette, Origin
from .errors import NETWORK_REFUSED, NOT_INTERCEPTED, NOT_RECORDED, OUTCOME_OF_SERVER, CassetteError
from .persister import read_cassette, write_cassette
from .redactor import Redactor
from .sockets import no_network

if TYPE_CHECKING:
    from .tape import PlayingTape, RecordingTape

__all__ = ["Deck", "opened_recording", "opened_replay", "recording", "replaying", "replaying_async"]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Deck:
    """An open cassette. Transports made here are watched; ``call`` and ``expected`` are kept on recording."""

    def __init__(self, tape: PlayingTape | RecordingTape) -> None:
        self._tape = tape
        self._lock = threading.Lock()
        self._carried = 0
        self.call: Mapping[str, object] = {}
        self.expected: Mapping[str, object] = {}

    def transport(self, inner: Transport | None = None, *, library: HttpLibrary = "httpx") -> Transport:
        """A transport for threads that goes through the cassette; the caller closes it."""
        return _Watched(inner or open_transport(library=library), carried=self.carried)

    def async_transport(
        self, inner: AsyncTransport | None = None, *, library: HttpLibrary = "httpx"
    ) -> AsyncTransport:
        """The same for tasks."""
        return _AsyncWatched(inner or open_async_transport(library=library), carried=self.carried)

    def carried(self) -> None:
        """Note that a transport carried a request.

        Raises:
            CassetteError: the cassette did not see it.
        """
        with self._lock:
            self._carried += 1
            went_past = self._tape.seen < self._carried
        if went_past:
            raise self._tape.failed(CassetteError(NOT_INTERCEPTED, name=self._tape.name))


class _Watched:
    def __init__(self, inner: Transport, *, carried: Callable[[], None]) -> None:
        self._inner = inner
        self._carried = carried

    def send(self, request: Request) -> Response:
        response = self._inner.send(request)
        self._carried()
        return response

    def close(self) -> None:
        self._inner.close()


class _AsyncWatched:
    def __init__(self, inner: AsyncTransport, *, carried: Callable[[], None]) -> None:
        self._inner = inner
        self._carried = carried

    async def send(self, request: Request) -> Response:
        response = await self._inner.send(request)
        self._carried()
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


@contextmanager
def _inserted(tape: PlayingTape | RecordingTape) -> Iterator[Deck]:
    """Vcrpy's patches around the block, and the tape's first failure after it, even a swallowed one."""
    logger = logging.getLogger("vcr")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)  # it logs whole URLs, and a query may hold a secret
    try:
        with type(tape).use(path=tape.name, tape=tape):
            yield Deck(tape)
    finally:
        logger.setLevel(level)
    if tape.failure is not None:
        raise tape.failure


@contextmanager
def opened_replay(path: Path, *, ordered: bool = True) -> Iterator[Deck]:
    """Replay a cassette strictly: its requests, all of them, no others, in its order unless told not.

    No socket is opened meanwhile by anything in this process.

    Raises:
        CassetteError: the cassette is missing or was refused, a request is not the one recorded, some
            were not made, one went past the cassette, or a socket was opened.
    """
    from .tape import PlayingTape

    tape = PlayingTape(read_cassette(path), name=_name(path), ordered=ordered)

    def refuse() -> NoReturn:
        raise tape.failed(CassetteError(NETWORK_REFUSED, name=tape.name))

    with no_network(refuse), _inserted(tape) as deck:
        yield deck
    tape.finish()


@contextmanager
def opened_recording(
    path: Path,
    *,
    origin: Origin,
    allow: AllowList | None = None,
    secrets: Iterable[str] = (),
    hosts: Iterable[str] = (),
) -> Iterator[Deck]:
    """Record what goes through the deck's transports; written when the block ends without an error.

    ``secrets`` are values that may stand nowhere in the file. Servers other than the loopback are
    recorded only when their host names are in ``hosts``.

    Raises:
        CassetteError: a server that may not be recorded, a request that went past the recorder, no request
            at all, a value that may not be kept, or a call or outcome of a real server, which would be
            kept as it is; nothing was written.
    """
    from .tape import RecordingTape

    allowed = _LOOPBACK | frozenset(hosts)
    known = tuple(secrets)
    tape = RecordingTape(name=_name(path), may_record=lambda host: host in allowed)
    with _inserted(tape) as deck:
        yield deck
    if not tape.exchanges:
        raise CassetteError(NOT_RECORDED, name=tape.name)
    if not origin.is_synthetic and (deck.call or deck.expected):
        raise CassetteError(OUTCOME_OF_SERVER, name=tape.name)
    redactor = Redactor(allow or AllowList(), is_synthetic=origin.is_synthetic, secrets=known)
    cassette = Cassette(
        origin=origin,
        interactions=redactor.interactions(tape.exchanges),
        call=deck.call,
        expected=deck.expected,
    )
    write_cassette(path, cassette, secrets=known, wire_secrets=redactor.secrets)


@contextmanager
def replaying(
    path: Path, *, ordered: bool = True, library: HttpLibrary = "httpx", transport: Transport | None = None
) -> Iterator[Transport]:
    """A transport for threads that replays a cassette; see ``opened_replay``."""
    with opened_replay(path, ordered=ordered) as deck:
        carrier = deck.transport(transport, library=library)
        try:
            yield carrier
        finally:
            carrier.close()


@asynccontextmanager
async def replaying_async(
    path: Path,
    *,
    ordered: bool = True,
    library: HttpLibrary = "httpx",
    transport: AsyncTransport | None = None,
) -> AsyncIterator[AsyncTransport]:
    """The same for tasks."""
    with opened_replay(path, ordered=ordered) as deck:
        carrier = deck.async_transport(transport, library=library)
        try:
            yield carrier
        finally:
            await carrier.aclose()


@contextmanager
def recording(
    path: Path,
    *,
    origin: Origin,
    transport: Transport | None = None,
    allow: AllowList | None = None,
    secrets: Iterable[str] = (),
    hosts: Iterable[str] = (),
) -> Iterator[Transport]:
    """A transport for threads whose traffic becomes a cassette; see ``opened_recording``."""
    with opened_recording(path, origin=origin, allow=allow, secrets=secrets, hosts=hosts) as deck:
        carrier = deck.transport(transport)
        try:
            yield carrier
        finally:
            carrier.close()


def _name(path: Path) -> str:
    return "/".join(path.with_suffix("").parts[-3:])
