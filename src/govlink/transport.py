"""Carrying one request over HTTP: the only module that knows an HTTP library.

httpx is the library; httpx2, its maintained successor with the same interface, is taken instead when
asked for. Neither's types leave this module. Certificates are always verified and redirects are never
followed. An answer is limited in size before it is kept, and in time while it arrives.
"""

from __future__ import annotations

import hashlib
import importlib
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from .errors import ConfigError, Fault, Sent, TransportError, UnexpectedAnswerError
from .flow import FileBody, Request, Response

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncTransport", "HttpLibrary", "Transport", "open_async_transport", "open_transport"]

HttpLibrary = Literal["httpx", "httpx2"]

CHUNK_BYTES = 256 * 1024

NO_ANSWER = Fault(
    "transport.no_answer",
    en="no answer came ({kind}); the request may have arrived: {sent}",
    th="ไม่ได้รับคำตอบ ({kind}) คำขออาจถึงปลายทางแล้วหรือไม่: {sent}",
)
TOO_LARGE = Fault(
    "transport.too_large",
    en="the answer is larger than the {limit} bytes allowed here",
    th="คำตอบมีขนาดเกิน {limit} ไบต์ที่อนุญาต",
)
TOO_SLOW = Fault(
    "transport.too_slow",
    en="the answer did not end within {limit} seconds",
    th="คำตอบไม่จบภายใน {limit} วินาที",
)
BAD_URL = Fault("transport.bad_url", en="the URL is not a valid one", th="URL ไม่ถูกต้อง")
NO_LIBRARY = Fault(
    "transport.no_library",
    en="the HTTP library {name} is not installed; install govlink[{name}]",
    th="ยังไม่ได้ติดตั้ง {name} ให้ติดตั้ง govlink[{name}]",
)
BAD_CA_BUNDLE = Fault(
    "transport.bad_ca_bundle",
    en="the CA bundle cannot be read as PEM certificates",
    th="อ่านไฟล์ใบรับรอง CA ไม่ได้",
)


class Transport(Protocol):
    """Sends a request and waits for the whole answer, or raises ``TransportError``."""

    def send(self, request: Request) -> Response:
        """Carry one request."""
        ...

    def close(self) -> None:
        """Give back the connections."""
        ...


class AsyncTransport(Protocol):
    """The same for an asynchronous caller."""

    async def send(self, request: Request) -> Response:
        """Carry one request."""
        ...

    async def aclose(self) -> None:
        """Give back the connections."""
        ...


def open_transport(*, library: HttpLibrary = "httpx", ca_bundle: Path | None = None) -> Transport:
    """A transport for threads: one connection pool, safe to share between them."""
    http = _load(library)
    return _SyncTransport(http, http.Client(**_client_options(http, ca_bundle)))


def open_async_transport(*, library: HttpLibrary = "httpx", ca_bundle: Path | None = None) -> AsyncTransport:
    """A transport for tasks, on asyncio or trio."""
    http = _load(library)
    return _AsyncTransport(http, http.AsyncClient(**_client_options(http, ca_bundle)))


def _load(library: HttpLibrary) -> Any:  # either module; their types are one another's copies
    try:
        return importlib.import_module(library)
    except ImportError as error:
        raise ConfigError(NO_LIBRARY, name=library) from error


def _client_options(http: Any, ca_bundle: Path | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "follow_redirects": False,
        "headers": {"User-Agent": "govlink"},
        "limits": http.Limits(max_connections=100, max_keepalive_connections=50),
    }
    if ca_bundle is not None:
        try:
            options["verify"] = ssl.create_default_context(cafile=str(ca_bundle))
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(BAD_CA_BUNDLE) from error
    return options


def _arguments(http: Any, request: Request) -> dict[str, Any]:
    headers = list(request.headers)
    content: object = request.body
    if isinstance(request.body, FileBody):
        headers.append(("Content-Length", str(_length_bytes(request.body))))
        content = None
    return {
        "method": request.method,
        "url": request.url,
        "params": list(request.query) or None,
        "headers": headers,
        "content": content,
        # The pool is ours: waiting for a free connection is queueing, not a slow platform.
        "timeout": http.Timeout(request.timeout_s, pool=None),
    }


def _length_bytes(body: FileBody) -> int:
    rest = body.path.stat().st_size - body.offset_bytes
    return rest if body.length_bytes is None else min(rest, body.length_bytes)


def _file_chunks(body: FileBody) -> Iterator[bytes]:
    left = _length_bytes(body)
    with body.path.open("rb") as file:
        file.seek(body.offset_bytes)
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


@contextmanager
def _own_errors(http: Any, request: Request) -> Iterator[None]:
    """Turn the library's errors into ours. Its texts may hold the URL, so only the kind is kept."""
    try:
        yield
    except (http.ConnectError, http.ConnectTimeout, http.PoolTimeout) as error:
        raise _no_answer(request, error, Sent.NO) from error
    except http.UnsupportedProtocol as error:
        raise ConfigError(BAD_URL, operation=request.operation) from error
    except http.InvalidURL as error:
        raise ConfigError(BAD_URL, operation=request.operation) from error
    except http.HTTPError as error:
        raise _no_answer(request, error, Sent.MAYBE) from error


def _no_answer(request: Request, error: Exception, sent: Sent) -> TransportError:
    values = {"kind": type(error).__name__}
    return TransportError(NO_ANSWER, sent=sent, operation=request.operation, **values)


class _Collector:
    """Takes the body as it arrives: limits size and time, hashes and stores what goes to a sink."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._deadline_s = time.monotonic() + request.timeout_s
        self._parts: list[bytes] = []
        self._size_bytes = 0
        self._digest = hashlib.sha256()
        self._part_path = request.sink.with_name(request.sink.name + ".part") if request.sink else None
        self._file = self._part_path.open("wb") if self._part_path else None

    def take(self, chunk: bytes) -> None:
        request = self._request
        self._size_bytes += len(chunk)
        if self._file is None and self._size_bytes > request.max_body_bytes:
            raise UnexpectedAnswerError(TOO_LARGE, operation=request.operation, limit=request.max_body_bytes)
        if time.monotonic() > self._deadline_s:
            raise TransportError(
                TOO_SLOW, sent=Sent.MAYBE, operation=request.operation, limit=request.timeout_s
            )
        if self._file is None:
            self._parts.append(chunk)
        else:
            self._digest.update(chunk)
            self._file.write(chunk)

    def finish(self, response: httpx.Response) -> Response:
        sha256_hex = None
        if self._file is not None and self._part_path is not None and self._request.sink is not None:
            self._file.close()
            self._part_path.replace(self._request.sink)
            sha256_hex = self._digest.hexdigest()
        return Response(
            status=response.status_code,
            headers=tuple(response.headers.multi_items()),
            body=b"".join(self._parts),
            sha256_hex=sha256_hex,
        )

    def discard(self) -> None:
        """Leave nothing half-written behind; does nothing after ``finish``."""
        if self._file is not None and self._part_path is not None:
            self._file.close()
            self._part_path.unlink(missing_ok=True)


class _SyncTransport:
    def __init__(self, http: Any, client: httpx.Client) -> None:
        self._http = http
        self._client = client

    def send(self, request: Request) -> Response:
        arguments = _arguments(self._http, request)
        if isinstance(request.body, FileBody):
            arguments["content"] = _file_chunks(request.body)
        with _own_errors(self._http, request):
            stream: AbstractContextManager[httpx.Response] = self._client.stream(**arguments)
            with stream as response:
                collector = _Collector(request)
                try:
                    for chunk in response.iter_bytes(CHUNK_BYTES):
                        collector.take(chunk)
                    return collector.finish(response)
                finally:
                    collector.discard()

    def close(self) -> None:
        self._client.close()


async def _async_file_chunks(body: FileBody) -> AsyncIterator[bytes]:
    for chunk in _file_chunks(body):
        yield chunk


class _AsyncTransport:
    def __init__(self, http: Any, client: httpx.AsyncClient) -> None:
        self._http = http
        self._client = client

    async def send(self, request: Request) -> Response:
        arguments = _arguments(self._http, request)
        if isinstance(request.body, FileBody):
            arguments["content"] = _async_file_chunks(request.body)
        with _own_errors(self._http, request):
            stream: AbstractAsyncContextManager[httpx.Response] = self._client.stream(**arguments)
            async with stream as response:
                collector = _Collector(request)
                try:
                    async for chunk in response.aiter_bytes(CHUNK_BYTES):
                        collector.take(chunk)
                    return collector.finish(response)
                finally:
                    collector.discard()

    async def aclose(self) -> None:
        await self._client.aclose()
