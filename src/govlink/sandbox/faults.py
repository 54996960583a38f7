"""Faults that can be switched on: what a real platform does on a bad day, on demand.

A rule says where (platform, a part of the path), what, and how many times. ``before`` faults strike
before the simulator sees the request; ``after`` faults let it commit and spoil the answer, which is
how a write with an unknown outcome comes about. A skewed clock is no rule: it is the world's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FaultInjector", "FaultKind", "FaultRule", "addressed_platform"]


class FaultKind(StrEnum):
    """What goes wrong."""

    LATENCY = "latency"
    STATUS_429 = "status_429"
    STATUS_500 = "status_500"
    STATUS_503 = "status_503"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TRUNCATED = "truncated"
    HTML = "html"
    EMPTY = "empty"
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - the name of a fault
    DUPLICATE_DELIVERY = "duplicate_delivery"


FAULT_HEADER = b"x-govlink-fault"
"""A request that bears this header with a fault's name is struck by it, whatever the rules say."""


_OWN_PAGES = frozenset({"", "console", "phone"})


def addressed_platform(path: str) -> str:
    """The first part of a path, which names a platform; empty for the sandbox's own pages."""
    first = path.lstrip("/").split("/", 1)[0]
    return "" if first in _OWN_PAGES or first.startswith("_") else first


@dataclass(slots=True, kw_only=True)
class FaultRule:
    """One fault: strikes ``times`` calls whose path holds ``path_part`` on ``platform`` ("*": any)."""

    kind: FaultKind
    platform: str = "*"
    path_part: str = ""
    times: int = 1
    delay_s: float = 0.2


_ANSWERS: Mapping[FaultKind, Callable[[], Response]] = {
    FaultKind.STATUS_429: lambda: JSONResponse({}, status_code=429, headers={"Retry-After": "1"}),
    FaultKind.STATUS_500: lambda: JSONResponse({}, status_code=500),
    FaultKind.STATUS_503: lambda: JSONResponse({}, status_code=503),
    FaultKind.HTML: lambda: HTMLResponse("<!doctype html><title>Request blocked</title>"),
    FaultKind.EMPTY: lambda: Response(b""),
    FaultKind.EXPIRED_TOKEN: lambda: JSONResponse(
        {"Message": "UnauthorizedException: token not found"}, status_code=401
    ),
}


def _abort(receive: Receive) -> None:
    """Reset the connection. ASGI has no word for it, so this reaches into uvicorn's request cycle."""
    cycle = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is not None:
        transport.abort()


class FaultInjector:
    """ASGI middleware that applies the first rule that fits each request."""

    def __init__(self, app: ASGIApp, *, rules: list[FaultRule]) -> None:
        self._app = app
        self._rules = rules

    def _take(self, scope: Scope) -> FaultRule | None:
        path: str = scope.get("path", "")
        platform = addressed_platform(path)
        if not platform or "/_sandbox/" in path:
            return None
        asked = dict(scope.get("headers", ())).get(FAULT_HEADER, b"").decode("latin-1")
        if asked in set(FaultKind):
            return FaultRule(kind=FaultKind(asked))
        for rule in self._rules:
            if rule.times > 0 and rule.platform in {"*", platform} and rule.path_part in path:
                rule.times -= 1
                return rule
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or spoil it."""
        rule = self._take(scope) if scope["type"] == "http" else None
        if rule is None:
            await self._app(scope, receive, send)
        elif rule.kind is FaultKind.LATENCY:
            await asyncio.sleep(rule.delay_s)
            await self._app(scope, receive, send)
        elif rule.kind is FaultKind.RESET_BEFORE:
            _abort(receive)
        elif rule.kind in _ANSWERS:
            await _ANSWERS[rule.kind]()(scope, receive, send)
        else:
            await self._after(rule, scope, receive, send)

    async def _after(self, rule: FaultRule, scope: Scope, receive: Receive, send: Send) -> None:
        body, sent = await _read_all(receive), list[Message]()

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def capture(message: Message) -> None:
            sent.append(message)

        await self._app(dict(scope), replay, capture)
        if rule.kind is FaultKind.RESET_AFTER:
            _abort(receive)
            return
        if rule.kind is FaultKind.DUPLICATE_DELIVERY:
            sent.clear()
            await self._app(dict(scope), replay, capture)
            for message in sent:
                await send(message)
            return
        for message in sent:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                half = body[: len(body) // 2]
                await send({"type": "http.response.body", "body": half, "more_body": True})
                _abort(receive)
                return
            await send(message)


async def _read_all(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
