"""A call taken through every check, logged, and only then answered.

The order is: size of the URL (414), caller (401), calls per minute (429), service (404), right (403),
method (405), purpose (400, 403), parameters (400), the registry itself (500, 503), the access log (503),
the answer. Who is not known learns nothing, not even which services there are. Calls that are refused
before it is known that they may be made at all (401, 414, 429) are told to the logger
``govlink.exchange.provider`` and not to the access log, so that nobody without a right can fill its disk.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from ...errors import (
    AuthError,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    TryAgainError,
    UnavailableError,
    UnexpectedAnswerError,
)
from ...wire import json_body
from .access_log import AccessLog
from .answers import answer_body
from .callers import Arrival, Caller, Callers
from .incoming import Incoming
from .limits import Limits, RateLimiter
from .parameters import check_url, read_parameters
from .purpose import PurposeHeaders, check_right, read_purpose
from .refusals import (
    CALLER_UNKNOWN,
    FAILED,
    METHOD_WRONG,
    SERVICE_UNKNOWN,
    SLOW,
    UNLOGGED,
    UPSTREAM,
    is_refusal,
    refusal_body,
    status_of,
)
from .service import Answer, Method, RegistryService
from .threads import OwnThreads
from .visit import Visit

__all__ = ["Describe", "DescriptionReaders", "Provider"]

_LOG = logging.getLogger("govlink.exchange.provider")

_LOG_THREADS = 40
"""Threads of the access log's own: handlers that hang in the common ones must not hold up the refusals."""

_ALLOWED = {Method.GET: "GET, HEAD, OPTIONS", Method.POST: "POST, OPTIONS"}

Describe: TypeAlias = Callable[[Sequence[RegistryService], str], Mapping[str, object]]
"""Describes services, given where the application is mounted."""


class DescriptionReaders(StrEnum):
    """Who may read ``openapi.json``."""

    NOBODY = "nobody"
    CALLERS = "callers"
    """Those on the allow-list; each reads about the services it may call."""
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What will be answered."""

    status: int
    body: bytes = b""
    code: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The application itself. ``services`` are by their whole path; ``begin`` opens a visit."""

    services: Mapping[str, RegistryService]
    callers: Callers
    access_log: AccessLog
    limits: Limits
    purpose_headers: PurposeHeaders
    rates: RateLimiter
    begin: Callable[[], Visit] = field(repr=False)
    description_path: str
    description_readers: DescriptionReaders
    describe: Describe = field(repr=False)
    log_threads: OwnThreads = field(default_factory=lambda: OwnThreads(_LOG_THREADS), repr=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; a web socket is closed."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        incoming = Incoming(receive)
        request, visit = Request(scope, incoming), self.begin()
        outcome = await self._admit(request, visit)
        if outcome.status >= 400 and _may_still_send(request):
            await incoming.linger(most_bytes=self.limits.body_bytes)
        await _response(outcome, request, visit)(scope, receive, send)

    async def _admit(self, request: Request, visit: Visit) -> _Outcome:
        arrival = _arrival(request)
        try:
            check_url(request, self.limits)
            if self.description_readers is DescriptionReaders.ANYONE and self._asks_description(request):
                return self._description(request, tuple(self.services.values()))
            caller = await self._known(arrival)
            self.rates.take(caller)
        except Exception as error:  # noqa: BLE001 - any failure here must end as a refusal
            outcome = _refused(error, visit)
            _LOG.warning("%s turned away: %s %s", visit.request_id, outcome.status, outcome.code)
            return outcome
        try:
            outcome = await self._serve(request, arrival, caller, visit)
        except Exception as error:  # noqa: BLE001 - a registry may fail in any way; none may leak
            outcome = _refused(error, visit)
        return await self._logged(outcome, caller, visit)

    async def _known(self, arrival: Arrival) -> Caller:
        caller = await self.callers.identify(arrival)
        if caller is None:
            raise AuthError(CALLER_UNKNOWN)
        return caller

    async def _logged(self, outcome: _Outcome, caller: Caller, visit: Visit) -> _Outcome:
        """The outcome once it is in the access log; a refusal where it cannot be logged."""
        record = visit.record(caller, status=outcome.status, code=outcome.code)
        try:
            await self.log_threads.run(lambda: self.access_log.write(record))
        except Exception as error:  # noqa: BLE001 - however the log fails, nothing may go out
            _tell(error, visit)
            return _refused(UnavailableError(UNLOGGED), visit)
        return outcome

    async def _serve(self, request: Request, arrival: Arrival, caller: Caller, visit: Visit) -> _Outcome:
        if self._asks_description(request) and self.description_readers is DescriptionReaders.CALLERS:
            visit.service = "openapi"
            mine = tuple(s for s in self.services.values() if s.name in caller.services)
            return self._description(request, mine)
        service = self.services.get(_path(request))
        if service is None:
            raise NotFoundError(SERVICE_UNKNOWN)
        visit.service, visit.version = service.name, service.version
        check_right(caller, service)
        if request.method == "OPTIONS":
            return _Outcome(status=204, headers=(("Allow", _ALLOWED[service.method]),))
        _check_method(request, service.method)
        visit.asked = read_purpose(arrival, headers=self.purpose_headers, caller=caller, service=service)
        values = await read_parameters(request, service=service, limits=self.limits)
        visit.about(service, values.get(service.subject or ""))
        answer = await self._ask(service, values, caller)
        if answer is None:
            return _Outcome(status=204)
        return _Outcome(status=200, body=answer_body(answer, members=service.answer, service=service.name))

    async def _ask(
        self, service: RegistryService, values: Mapping[str, str], caller: Caller
    ) -> Answer | None:
        try:
            with anyio.fail_after(self.limits.handler_s):
                return await service.handler(values, caller)
        except TimeoutError:
            raise UnavailableError(SLOW) from None
        except (TryAgainError, QuotaError) as error:
            raise UnavailableError(UPSTREAM) from error

    def _asks_description(self, request: Request) -> bool:
        return _path(request) == self.description_path

    def _description(self, request: Request, services: Sequence[RegistryService]) -> _Outcome:
        _check_method(request, Method.GET)
        mounted_at: str = request.scope.get("root_path", "") or "/"
        return _Outcome(status=200, body=json_body(self.describe(services, mounted_at)))


def _path(request: Request) -> str:
    """The path below where the application is mounted, as it was sent; empty when that is spelled otherwise.

    No path here needs percent-encoding. One that has it may have passed a proxy's rules by it.
    """
    path: str = request.scope["path"]
    below = path.removeprefix(request.scope.get("root_path", ""))
    sent: bytes = request.scope.get("raw_path") or path.encode("utf-8", "surrogatepass")
    return below if sent.endswith(below.encode("utf-8", "surrogatepass")) else ""


def _arrival(request: Request) -> Arrival:
    peer = request.client.host if request.client else None
    return Arrival(headers=tuple(request.headers.items()), peer=peer)


def _check_method(request: Request, method: Method) -> None:
    if request.method != method and not (request.method == "HEAD" and method is Method.GET):
        raise RejectedError(METHOD_WRONG, method=_ALLOWED[method])


def _refused(error: Exception, visit: Visit) -> _Outcome:
    """How this error is answered: a refusal as itself, anything else as 500, without its text."""
    if isinstance(error, GovlinkError) and is_refusal(error):
        refusal = error
        if isinstance(error.__cause__, GovlinkError):
            _tell(error.__cause__, visit)
    else:
        _tell(error, visit)
        refusal = UnexpectedAnswerError(FAILED)
    headers: tuple[tuple[str, str], ...] = ()
    if refusal.fault is METHOD_WRONG:
        headers = (("Allow", refusal.values["method"]),)
    if isinstance(refusal, QuotaError):
        headers = (("Retry-After", str(refusal.retry_after_s)),)
    return _Outcome(status=status_of(refusal), body=refusal_body(refusal), code=refusal.code, headers=headers)


def _tell(error: Exception, visit: Visit) -> None:
    """Log what failed and where; an exception's own text may hold personal data, so it is left out."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{place[0].name}, line {place[0].lineno}" if place else "?"
    code = error.code if isinstance(error, GovlinkError) else type(error).__name__
    _LOG.error("%s %s failed: %s in %s", visit.request_id, visit.service, code, where)


def _may_still_send(request: Request) -> bool:
    """Whether a refused body may be on its way: by trickling it, anybody could hold the connection for ever.

    HTTP/2 has no header for it; there the server ends the stream.
    """
    announced = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    return announced and request.scope.get("http_version", "").startswith("1")


def _response(outcome: _Outcome, request: Request, visit: Visit) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Request-Id": visit.request_id,
        **dict(outcome.headers),
    }
    if outcome.status >= 400 and _may_still_send(request):
        headers["Connection"] = "close"
    if outcome.body:
        headers["Content-Type"] = "application/json; charset=utf-8"
    response = Response(outcome.body, status_code=outcome.status, headers=headers)
    if request.method == "HEAD":
        response.body = b""  # its length stays told
    return response
