"""A registry of one synthetic person, its callers, and ways to call it with and without a socket."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import anyio
import uvicorn
from starlette.types import ASGIApp, Message

from govlink.exchange.provider import (
    AccessRecord,
    Answer,
    Bilingual,
    Caller,
    Handler,
    HashedKey,
    HeaderCallers,
    JsonType,
    KeyedCaller,
    Member,
    Parameter,
    Pseudonyms,
    RegistryService,
    new_key,
    provider_application,
)
from govlink.flow import Context
from govlink.models.identity import CitizenId

CITIZEN = "1999000000017"
THAI_NAME = "สมชาย ใจดี"
OFFICER = "1999000000025"
PREFIX = "ws/obec"
PATH = f"/{PREFIX}/graduates/v1/person"
WORDS = Bilingual(th="ทดสอบ", en="for tests")
PSEUDONYMS = Pseudonyms(b"a key of the tests, thirty-two bytes long")
REASON = {"X-Purpose": "admission", "X-Case-Reference": "65-0001", "X-Officer": OFFICER}


def key_of(caller: str) -> str:
    """The key that caller shows."""
    return new_key(Context.fixed(now=None, seed=caller))  # type: ignore[arg-type]  # no clock is read


def entry(caller_id: str = "school", **changes: Any) -> KeyedCaller:
    """A caller who may call the test service for one purpose."""
    rights: dict[str, Any] = {
        "id": caller_id,
        "name": "โรงเรียนทดสอบ",
        "services": frozenset({"graduates.person"}),
        "purposes": frozenset({"admission"}),
        "calls_per_minute": 1000,
    }
    hashed = HashedKey.of(key_of(caller_id), context=Context.system())
    return KeyedCaller(caller=Caller(**rights | changes), keys=(hashed,))


async def found(values: Mapping[str, str], _caller: Caller) -> Answer | None:
    """The one person there is, by number."""
    return {"Graduated": True} if values["CitizenID"] == CITIZEN else None


def service(handler: Handler = found, **changes: Any) -> RegistryService:
    """A service that asks for a citizen number and perhaps a name."""
    described: dict[str, Any] = {
        "name": "graduates.person",
        "path": "graduates/v1/person",
        "version": "1",
        "title": WORDS,
        "parameters": (
            Parameter(
                name="CitizenID",
                check=lambda text: CitizenId.parse(text).value,
                description=WORDS,
                is_personal=True,
            ),
            Parameter(
                name="Name", check=lambda text: text, description=WORDS, is_personal=True, is_required=False
            ),
        ),
        "answer": (Member(name="Graduated", type=JsonType.BOOLEAN, description=WORDS),),
        "handler": handler,
        "purposes": frozenset({"admission", "audit"}),
        "confidentiality": WORDS,
        "subject": "CitizenID",
    }
    return RegistryService(**described | changes)


@dataclass
class Kept:
    """An access log in memory; raises ``fails`` instead where that is set."""

    records: list[AccessRecord] = field(default_factory=list)
    fails: Exception | None = None

    def write(self, record: AccessRecord) -> None:
        """Keep it, or fail."""
        if self.fails:
            raise self.fails
        self.records.append(record)


def application(*services: RegistryService, log: Any = None, **options: Any) -> ASGIApp:
    """The application under test."""
    settings: dict[str, Any] = {
        "callers": HeaderCallers(key_header="Consumer-Key", entries=(entry(),)),
        "pseudonyms": PSEUDONYMS,
        "prefix": PREFIX,
        "title": WORDS,
    }
    return provider_application(
        services=services or (service(),), access_log=log or Kept(), **settings | options
    )


@dataclass(frozen=True)
class Got:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


async def acall(
    app: ASGIApp,
    path: str = PATH,
    *,
    method: str = "GET",
    query: Mapping[str, str] | bytes = b"",
    body: bytes | tuple[Message, ...] = b"",
    caller: str | None = "school",
    headers: Mapping[str, str] | None = None,
    extra: tuple[tuple[str, str], ...] = (),
    root_path: str = "",
) -> Got:
    """Call the application in this process."""
    shown = {"Consumer-Key": key_of(caller)} if caller else {}
    sent = [*(shown | (REASON if headers is None else dict(headers))).items(), *extra]
    arriving = list(body) if isinstance(body, tuple) else [{"type": "http.request", "body": body}]
    messages: list[Message] = []

    async def receive() -> Message:
        if arriving:
            return arriving.pop(0)
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        messages.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "root_path": root_path,
        "query_string": query if isinstance(query, bytes) else urlencode(query).encode(),
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in sent],
        "client": ("192.0.2.1", 1),
        "server": None,
    }
    await app(scope, receive, send)
    start = messages[0]
    received = {n.decode(): v.decode() for n, v in start["headers"]}
    return Got(start["status"], received, b"".join(m.get("body", b"") for m in messages[1:]))


def call(app: ASGIApp, path: str = PATH, **options: Any) -> Got:
    """The same, outside an event loop."""

    async def main() -> Got:
        return await acall(app, path, **options)

    return anyio.run(main)


@contextmanager
def on_loopback(app: ASGIApp) -> Iterator[int]:
    """Serve with uvicorn in a thread, as an agency would; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.005)
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()
