"""One broken adapter for each check of the kit: the reference adapter with one thing wrong in it."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, cast

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from govlink.errors import Fault, RejectedError, TransportError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.interfaces import Capabilities, VirtualCards
from govlink.models.registry import RegistryQuery, RegistryRecord
from govlink.sandbox.toolkit import World, thai_json
from govlink.settings import Environment
from govlink.testing.conformance import Subject
from govlink.wire import json_body

from .reference import (
    ENDPOINTS,
    LOOK_UP,
    PULL,
    REPORT,
    SUBJECT,
    ReferenceFlows,
    ReferenceSettings,
    Twist,
    connect,
    connect_twisted,
    content_of,
    simulator,
)

__all__ = ["BROKEN"]

REPEATED = Fault("broken.repeated", en="it says: {message}", th="แจ้งว่า: {message}")
NOWHERE = 204  # read by the reference adapter as "no such record"


def _adapter(**changes: Any) -> Subject:
    return replace(SUBJECT, adapter=replace(SUBJECT.adapter, **changes))


def _twisted(twist: Twist) -> Subject:
    return _adapter(connect=lambda settings: connect_twisted(settings, twist))


def _only(operation: str, change: Callable[[Request], Request]) -> Subject:
    return _twisted(Twist(request=lambda r: change(r) if r.operation == operation else r))


def _answering(change: Callable[[Response], Response]) -> Subject:
    return _twisted(Twist(response=lambda _, response: change(response)))


def _status(found: set[int], becomes: int) -> Subject:
    return _answering(lambda r: replace(r, status=becomes) if r.status in found else r)


def _undeclared() -> Subject:
    cards = cast("VirtualCards", object())
    return _adapter(connect=lambda settings: replace(connect(settings), cards=cards))


def _insecure() -> Subject:
    urls = {**PULL.urls, Environment.UAT: "http://uat.reference.invalid/petitions"}
    table = tuple(replace(e, urls=urls) if e is PULL else e for e in ENDPOINTS)
    return _adapter(endpoints=table)


def _guessing() -> Subject:
    def guess(settings: ReferenceSettings) -> Capabilities:
        if settings.environment is Environment.PRODUCTION:
            urls = {REPORT.operation: "https://reference.invalid/petitions/state"}
            settings = settings.model_copy(update={"endpoints": urls})
        return connect(settings)

    return _adapter(connect=guess)


def _unserved() -> Subject:
    def broken(world: World) -> Any:
        async def fail(request: HttpRequest) -> HttpResponse:
            return thai_json({}, status=500)

        app = simulator(world)
        app.router.routes.insert(0, Route("/petitions/state", fail, methods=["POST"]))
        return app

    return _adapter(simulator=broken)


class _Begun(Generator[Request, Response, RegistryRecord]):
    """A flow that asks for its first request before anybody drives it."""

    def __init__(self, flow: Flow[RegistryRecord]) -> None:
        self._flow, self._first = flow, next(flow)

    def send(self, value: Any, /) -> Request:
        return self._first if value is None else self._flow.send(value)

    def throw(
        self, typ: Any, val: BaseException | object = None, tb: TracebackType | None = None, /
    ) -> Request:
        return self._flow.throw(typ)

    def close(self) -> None:
        self._flow.close()


class _EagerFlows(ReferenceFlows):
    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        return _Begun(ReferenceFlows.look_up(self, query, context=context))


def _eager() -> Subject:
    def eager(settings: ReferenceSettings) -> Capabilities:
        flows = _EagerFlows(settings=settings)
        return Capabilities(registry=flows, intake=flows, reports=flows)

    return _adapter(connect=eager)


def _counting() -> Subject:
    numbers = itertools.count()
    return _only(LOOK_UP.operation, lambda r: r.with_headers(("X-Number", str(next(numbers)))))


def _dated(request: Request) -> Request:
    return request.with_headers(("X-Date-Known", str(datetime.now(UTC).year > 0)))


def _normalised(request: Request) -> Request:
    assert isinstance(request.body, bytes)
    return replace(request, body=unicodedata.normalize("NFKC", request.body.decode()).encode())


def _endless() -> Subject:
    numbers = itertools.count(2)

    def more(request: Request, response: Response) -> Response:
        content = content_of(response)
        if request.operation != PULL.operation or response.status != 200 or content is None:
            return response
        return replace(response, body=json_body({**content, "next": str(next(numbers))}))

    return _twisted(Twist(response=more))


def _impatient(response: Response) -> Response:
    return replace(response, headers=()) if response.status == 429 else response


def _no_page(response: Response) -> Response:
    is_page = response.status == 200 and response.body.startswith(b"<")
    return replace(response, status=NOWHERE) if is_page else response


def _no_body(response: Response) -> Response:
    is_empty = response.status == 200 and not response.body
    return replace(response, status=NOWHERE) if is_empty else response


def _no_half(response: Response) -> Response:
    is_half = response.body.startswith(b"{") and content_of(response) is None
    return replace(response, status=NOWHERE) if response.status == 200 and is_half else response


def _swallowed(error: TransportError) -> Response:
    return Response(status=200, body=b"{}")


def _telling(request: Request) -> Request:
    name = dict(request.query)["name"]
    return replace(request, url=f"{request.url}/{name}")


def _quoting(response: Response) -> Response:
    content = content_of(response)
    if response.status == 400 and content is not None:
        raise RejectedError(REPEATED, message=content.get("Message", ""))
    return response


BROKEN: Mapping[str, Subject] = {
    "C01": _adapter(title_th="Reference platform"),
    "C02": _undeclared(),
    "C03": _adapter(absences=SUBJECT.adapter.absences[1:]),
    "C04": _insecure(),
    "C05": _guessing(),
    "C06": _unserved(),
    "C07": _eager(),
    "C08": _only(LOOK_UP.operation, lambda r: replace(r, operation="records.lookup")),
    "C09": _only(REPORT.operation, lambda r: replace(r, effect=Effect.READ)),
    "C10": _counting(),
    "C11": _only(LOOK_UP.operation, _dated),
    "C12": _only(REPORT.operation, _normalised),
    "C13": _endless(),
    "C14": _status({401, 403}, 400),
    "C15": _status({404}, 400),
    "C16": _answering(_impatient),
    "C17": _status({503}, 409),
    "C18": _answering(_no_page),
    "C19": _answering(_no_body),
    "C20": _answering(_no_half),
    "C21": _twisted(Twist(lost=_swallowed)),
    "C22": _only(LOOK_UP.operation, _telling),
    "C23": _answering(_quoting),
}
"""By the identifier of the one check that each must fail."""
