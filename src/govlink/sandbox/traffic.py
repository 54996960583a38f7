"""The last requests that reached the simulated platforms: what came, what was answered, how fast.

Kept by the running sandbox and shown on its console. An entry is made from an allow-list: never a
query, a header or a body, where tokens, secrets and people are.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..redaction import redacted_path
from .faults import addressed_platform

__all__ = ["TrafficEntry", "TrafficRecord", "TrafficRecorder"]

KEPT = 500
LONGEST_PATH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficEntry:
    """One request. ``platform`` is empty when no platform has that path.

    ``at`` is the sandbox's own time; ``status`` is None when the connection broke before an answer;
    ``duration_ms`` is the time until the answer began, in milliseconds.
    """

    at: datetime
    platform: str
    method: str
    path: str
    status: int | None
    duration_ms: float

    def wire(self) -> dict[str, object]:
        """The entry as ``GET /_sandbox/traffic`` tells it."""
        return {
            "at": self.at.isoformat(),
            "platform": self.platform,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "duration_ms": self.duration_ms,
        }


class TrafficRecord:
    """The last entries, oldest first. Written by the server's thread, read from any."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._entries: deque[TrafficEntry] = deque(maxlen=kept)
        self.seen_count = 0

    def add(self, entry: TrafficEntry) -> None:
        """Keep the entry; the oldest makes room."""
        self._entries.append(entry)
        self.seen_count += 1

    def entries(self) -> tuple[TrafficEntry, ...]:
        """What is kept now."""
        return tuple(self._entries.copy())


class TrafficRecorder:
    """ASGI middleware outside fault injection, so that it notes what the caller was answered.

    Requests for the sandbox's own pages are not noted: looking at the record would fill it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        record: TrafficRecord,
        platforms: frozenset[str],
        now: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._record = record
        self._platforms = platforms
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note it when it is answered, or when it failed."""
        platform = addressed_platform(scope["path"]) if scope["type"] == "http" else ""
        if not platform:
            await self._app(scope, receive, send)
            return
        at, started = self._now(), time.perf_counter()
        is_noted = False

        def note(status: int | None) -> None:
            nonlocal is_noted
            is_noted = True
            entry = TrafficEntry(
                at=at,
                platform=platform if platform in self._platforms else "",
                method=scope["method"][:20],
                path=_shown_path(scope["path"]),
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )
            self._record.add(entry)

        async def watch(message: Message) -> None:
            if message["type"] == "http.response.start":
                note(message["status"])  # before the caller has it, who may look at once
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            if not is_noted:
                note(None)


def _shown_path(path: str) -> str:
    # Under a fixed host a path that begins with // cannot be taken for one that names a host.
    return redacted_path(f"http://sandbox{path}")[:LONGEST_PATH]
