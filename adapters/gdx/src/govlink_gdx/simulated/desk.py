"""One desk for all services: the gateway's checks around the answer a register gives.

The order is the gateway's, as far as it is told, and modelled beyond: key and token, the service, its
parameters, a failure forced by a control call, the officer's session, hours and quota, the register.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.toolkit import forbidden, thai_json
from govlink.settings import Environment

from ..catalogue import AskedAs, Family, Service
from .state import Box, failure

__all__ = ["Asked", "Handler", "Responder", "has_keys", "missing", "path_of", "service_routes"]

Asked: TypeAlias = Mapping[str, str]
Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Responder: TypeAlias = Callable[[Box, Asked], Response]
Pick: TypeAlias = Callable[[Box, tuple[Service, ...], Request, Asked], Service | Response]


def path_of(service: Service) -> str:
    """Where the simulator answers: the catalogue's own path."""
    return service.endpoint.urls[Environment.SANDBOX].removeprefix("{sandbox}/gdx")


def missing() -> Response:
    """400 for a missing parameter (documented); the text is modelled."""
    return thai_json({"Message": "BadRequestException: missing parameter"}, status=400)


def has_keys(service: Service, asked: Asked) -> bool:
    """Whether every required parameter came with a value."""
    return all(asked.get(key.name) for key in service.keys if key.is_required)


def by_keys(_box: Box, services: tuple[Service, ...], _request: Request, asked: Asked) -> Service | Response:
    """Of the services at one path, the first whose parameters came (IKNO-007 and 008 share theirs)."""
    return next((service for service in services if has_keys(service, asked)), None) or missing()


def _forced(box: Box, service: Service) -> Response | None:
    forced = box.forced.get(service.name)
    if forced is None or forced.times < 1:
        return None
    forced.times -= 1
    if forced.code is None:
        return Response(status_code=forced.status)
    return failure(service.family, forced.code, status=forced.status)


def _gate(box: Box, service: Service, officer: str) -> Response | None:
    """The officer's open session; for IKNO hours and quota, too (documented: GovAPI manual)."""
    if service.asked_as is AskedAs.OFFICER and not box.is_open(officer):
        is_linkage = service.family is Family.LINKAGE
        code, status = ("90001", 200) if is_linkage else ("90026", 500)
        return failure(service.family, code, "ยังไม่ได้เข้าสู่ระบบ", status=status)
    if service.family is not Family.IKNO:
        return None
    if not box.in_hours():
        return failure(service.family, "90005", "นอกเวลาให้บริการ")
    if not box.take(service.quota_cost):
        return failure(service.family, "90008", "ใช้โควตาครบแล้ว")
    return None


def _lower_cased(response: Response) -> Response:
    """The same answer with its members' names in lower case, as one guide prints some of them."""
    content = json.loads(bytes(response.body)) if response.body else None
    if not isinstance(content, dict):
        return response
    members = {name[:1].lower() + name[1:]: value for name, value in content.items()}
    return thai_json(members, status=response.status_code)


def service_routes(
    box: Box,
    services: tuple[Service, ...],
    responders: Mapping[str, Responder],
    *,
    methods: tuple[str, ...] = ("GET",),
    pick: Pick = by_keys,
) -> list[Route]:
    """A route for each path of these services; every service must have its responder."""
    by_path: dict[str, list[Service]] = {}
    for service in services:
        by_path.setdefault(path_of(service), []).append(service)
    return [
        Route(
            path,
            _handler(box, tuple(here), responders, methods=methods, pick=pick),
            methods=["GET", "POST"],
        )
        for path, here in by_path.items()
    ]


def _handler(
    box: Box,
    services: tuple[Service, ...],
    responders: Mapping[str, Responder],
    *,
    methods: tuple[str, ...],
    pick: Pick,
) -> Handler:
    answered = {service.name: responders[service.name] for service in services}

    async def handle(request: Request) -> Response:
        if refusal := forbidden(request, box.world):
            return refusal
        if request.method not in methods:
            return Response(status_code=405)
        asked: Asked = dict(request.query_params)
        if request.method == "POST":
            asked = dict(parse_qsl((await request.body()).decode()))
        service = pick(box, services, request, asked)
        if isinstance(service, Response):
            return service
        officer = box.world.sessions.agent_of(request) or ""
        response = _forced(box, service) or _gate(box, service, officer)
        if response is None:
            answer = box.answers.get(service.name)
            respond = answered[service.name]
            response = thai_json(answer.content, status=answer.status) if answer else respond(box, asked)
        return _lower_cased(response) if box.has_lower_case else response

    return handle
