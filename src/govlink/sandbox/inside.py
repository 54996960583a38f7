"""Calls from the sandbox's pages to its simulators, without a socket.

A page asks the same routes that anybody on this machine may ask, so simulators know nothing of pages
and pages nothing of a simulator's inside. The call enters below fault injection and the traffic
record: looking changes neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

__all__ = ["Answer", "Inside", "objects"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status, and the JSON of the body; None where it is none."""

    status: int
    content: object


class Inside:
    """The simulators, seen from within the sandbox."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, path: str, **query: str) -> Answer:
        """Ask with GET."""
        return await self._ask("GET", path, query=urlencode(query).encode(), body=b"")

    async def post(self, path: str, content: object) -> Answer:
        """Ask with POST and a JSON body."""
        return await self._ask("POST", path, query=b"", body=json.dumps(content).encode())

    async def _ask(self, method: str, path: str, *, query: bytes, body: bytes) -> Answer:
        statuses, parts = list[int](), list[bytes]()

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            else:
                parts.append(message.get("body", b""))

        await self._app(_scope(method, path, query=query), receive, send)
        try:
            content = json.loads(b"".join(parts))
        except ValueError:
            content = None
        return Answer(status=statuses[0], content=content)


def _scope(method: str, path: str, *, query: bytes) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "root_path": "",
        "query_string": query,
        "headers": [(b"host", b"sandbox"), (b"content-type", b"application/json")],
        "client": None,
        "server": None,
    }


def objects(value: object) -> tuple[Mapping[str, object], ...]:
    """The objects of a JSON list; nothing where there is no list."""
    return tuple(item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()
