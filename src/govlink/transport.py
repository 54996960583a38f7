"""Carrying one request over HTTP: the only module that knows an HTTP library.

httpx is the library; httpx2, its maintained successor with the same interface, is taken instead when
asked for. Neither's types leave this module. Certificates are always verified, redirects are never
followed, cookies are never kept (one client speaks for many officers), and a proxy of the environment
never stands before the loopback. An answer is limited in size before it is kept, and in time while it
arrives.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from contextvars import ContextVar
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlencode

from .errors import ConfigError, Fault, Sent, TransportError, UnexpectedAnswerError
from .flow import FileBody, Request, Response

if TYPE_CHECKING:
    import httpx

__all__ = ["AsyncTransport", "HttpLibrary", "Transport", "open_async_transport", "open_transport"]

HttpLibrary = Literal["httpx", "httpx2"]

CHUNK_BYTES = 256 * 1024
_WORDY_LOGGERS = ("{library}", "{core}.connection", "{core}.http11", "{core}.proxy")
_sending: ContextVar[bool] = ContextVar("govlink_sending", default=False)

NO_ANSWER = Fault(
    "transport.no_answer",
    en="no answer came ({kind}); the request may have arrived: {arrived}",
    th="ไม่ได้รับคำตอบ ({kind}) คำขออาจถึงปลายทางแล้วหรือไม่: {arrived}",
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
UNTRUSTED = Fault(
    "transport.untrusted",
    en="the server's certificate is not trusted; where a proxy of the agency re-signs traffic, set ca_bundle",
    th="ไม่เชื่อถือใบรับรองของเซิร์ฟเวอร์ หากพร็อกซีของหน่วยงานลงนามใหม่ ให้กำหนด ca_bundle",
)
BAD_VALUE = Fault(
    "transport.bad_value",
    en="a header or query value (a key, a token) has a character that HTTP cannot carry there",
    th="ค่าในส่วนหัวหรือพารามิเตอร์ (เช่นรหัสหรือโทเคน) มีอักขระที่ส่งทาง HTTP ไม่ได้",
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
        http = importlib.import_module(library)
    except ImportError as error:
        raise ConfigError(NO_LIBRARY, name=library) from error
    for name in _WORDY_LOGGERS:
        logging.getLogger(name.format(library=library, core=library.replace("x", "core"))).addFilter(
            _not_ours
        )
    return http


def _not_ours(_record: logging.LogRecord) -> bool:
    # The library logs whole URLs, and a query may hold a secret; ours are told to the observer instead.
    return not _sending.get()


def _client_options(http: Any, ca_bundle: Path | None) -> dict[str, Any]:
    options: dict[str, Any] = {
        "follow_redirects": False,
        "headers": {"User-Agent": "govlink", "Accept-Encoding": "gzip, deflate"},
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
        "mounts": {"all://127.0.0.1": None, "all://localhost": None},
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
        "url": _url(request),
        "headers": headers,
        "content": content,
        # The pool is ours: waiting for a free connection is queueing, not a slow platform.
        "timeout": http.Timeout(request.timeout_s, pool=None),
    }


def _url(request: Request) -> str:
    # Not the library's own parameters: they drop a query that the URL already has, and regroup pairs.
    mark = "&" if "?" in request.url else "?"
    return f"{request.url}{mark}{urlencode(request.query)}" if request.query else request.url


def _file_bytes(body: FileBody) -> int:
    rest = body.path.stat().st_size - body.offset_bytes
    return rest if body.length_bytes is None else min(rest, body.length_bytes)


def _length_bytes(body: FileBody) -> int:
    return len(body.before) + _file_bytes(body) + len(body.after)


def _file_chunks(body: FileBody) -> Iterator[bytes]:
    left = _file_bytes(body)
    if body.before:
        yield body.before
    with body.path.open("rb") as file:
        file.seek(body.offset_bytes)
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
    if body.after:
        yield body.after


@contextmanager
def _own_errors(http: Any, request: Request) -> Iterator[None]:
    """Turn the library's errors into ours. Its texts may hold the URL, so only the kind is kept."""
    sending = _sending.set(True)
    try:
        yield
    except (http.ConnectError, http.ConnectTimeout, http.PoolTimeout, http.ProxyError) as error:
        if _is_untrusted(error):
            raise ConfigError(UNTRUSTED, operation=request.operation) from error
        raise _no_answer(request, error, Sent.NO) from error
    except (http.UnsupportedProtocol, http.InvalidURL):
        raise ConfigError(BAD_URL, operation=request.operation) from None
    except UnicodeEncodeError:
        raise ConfigError(BAD_VALUE, operation=request.operation) from None
    except http.HTTPError as error:
        raise _no_answer(request, error, Sent.MAYBE) from error
    finally:
        _sending.reset(sending)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _no_answer(request: Request, error: Exception, sent: Sent) -> TransportError:
    values = {"kind": type(error).__name__, "arrived": sent.value}
    return TransportError(NO_ANSWER, sent=sent, operation=request.operation, **values)


class _Collector:
    """Takes the body as it arrives: limits size and time, hashes and stores what goes to a sink."""

    def __init__(self, request: Request, *, status: int) -> None:
        self._request = request
        self._sink = request.sink if 200 <= status < 300 else None
        self._deadline_s = time.monotonic() + request.timeout_s
        self._parts: list[bytes] = []
        self._size_bytes = 0
        self._digest = hashlib.sha256()
        self._part_path = self._sink.with_name(self._sink.name + ".part") if self._sink else None
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
        if self._file is not None and self._part_path is not None and self._sink is not None:
            self._file.close()
            self._part_path.replace(self._sink)
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
        with _own_errors(self._http, request):
            arguments = _arguments(self._http, request)
            if isinstance(request.body, FileBody):
                arguments["content"] = _file_chunks(request.body)
            stream: AbstractContextManager[httpx.Response] = self._client.stream(**arguments)
            with stream as response:
                collector = _Collector(request, status=response.status_code)
                try:
                    for chunk in response.iter_bytes():
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
        with _own_errors(self._http, request):
            arguments = _arguments(self._http, request)
            if isinstance(request.body, FileBody):
                arguments["content"] = _async_file_chunks(request.body)
            stream: AbstractAsyncContextManager[httpx.Response] = self._client.stream(**arguments)
            async with stream as response:
                collector = _Collector(request, status=response.status_code)
                try:
                    async for chunk in response.aiter_bytes():
                        collector.take(chunk)
                    return collector.finish(response)
                finally:
                    collector.discard()

    async def aclose(self) -> None:
        await self._client.aclose()
