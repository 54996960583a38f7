"""The vocabulary every adapter writes in: flows decide, drivers wait, transports carry.

A platform call is a generator that yields ``Request`` values, is sent ``Response`` values and returns
a typed result. Rules, enforced by ``tests/meta``:

1. A flow never sleeps, reads a clock, opens a socket, reads the environment or draws randomness:
   delays are ``Request.wait_s``; time and randomness come from ``Context``.
2. A flow does not ``yield`` inside ``finally``: a closed generator cannot wait for an answer.
3. A flow is used once, by one driver.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar
from uuid import UUID

__all__ = [
    "Allowance",
    "Auth",
    "Context",
    "Effect",
    "FileBody",
    "Flow",
    "Page",
    "Request",
    "Response",
    "Token",
    "transient_status",
]

T = TypeVar("T")

MAX_BODY_BYTES = 16 * 1024 * 1024  # larger answers must be asked for with a sink


class Effect(StrEnum):
    """What sending a request does, and so whether it may be sent again."""

    READ = "read"
    """Changes nothing: may be repeated."""
    IDEMPOTENT = "idempotent"
    """Writes, and the platform gives the same result when it is repeated: may be repeated."""
    WRITE = "write"
    """Writes: never repeated blindly; an unknown outcome is resolved by reading back."""
    ONE_SHOT = "one_shot"
    """Spends something (an mToken, a one-time link): never repeated in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBody:
    """A request body read from a file while it is sent, so that its size costs no memory.

    ``before`` and ``after`` are sent around it: the other parts of a multipart form.
    """

    path: Path
    offset_bytes: int = 0
    length_bytes: int | None = None
    before: bytes = field(default=b"", repr=False)
    after: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A session token of a platform. ``repr`` does not show it."""

    value: str = field(repr=False)
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """How a request gets its session token; the token policy caches by ``key``.

    ``key`` names whose session it is, for the DGA gateway (host, Consumer-Key, AgentID).
    ``login`` makes the flow that obtains a token, ``attach`` puts it on a request. ``idle_s`` is the
    time without any call after which the platform forgets the session. Where sessions end at an age,
    ``renew`` makes the flow that obtains the next token with this one, and is used once a token is
    ``renew_after_s`` old. Both flows send one request: those who wait share its answer.
    """

    key: tuple[str, ...] = field(repr=False)
    login: Callable[[Context], Flow[Token]]
    attach: Callable[[Request, Token], Request]
    idle_s: float
    renew: Callable[[Token, Context], Flow[Token]] | None = None
    renew_after_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A platform's own limit, kept here too, so that a call bound to be refused is never sent.

    ``key`` names what is counted (a service of one agency). ``calls_per_day`` is None where only hours
    are limited; ``cost`` is how many of them this request takes. ``opens`` and ``closes`` are Bangkok
    time; both are None where there are no hours. Days outside Monday to Friday, and ``holidays``, are
    closed when ``is_weekdays_only``. The counter starts anew at midnight, Bangkok time.
    """

    key: tuple[str, ...] = field(repr=False)
    calls_per_day: int | None = None
    cost: int = 1
    opens: time | None = None
    closes: time | None = None
    is_weekdays_only: bool = False
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What came back.

    A success that the request had a sink for is in that file: ``sha256_hex`` is its digest and ``body``
    is empty. Any other answer is in ``body``, so that a refusal can be read.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    sha256_hex: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, compared without case, or None."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), None)


def transient_status(response: Response) -> bool:
    """Statuses that by HTTP's own meaning may pass: 429, 502, 503, 504."""
    return response.status in {429, 502, 503, 504}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request as data.

    ``operation`` is the adapter's own stable name of the call (``auth.validate``), used in logs,
    limits and fault injection. ``url``, ``query``, ``headers`` and ``body`` may hold secrets and personal
    data and are left out of ``repr``. ``transient`` tells the retry policy which answers may pass; an
    adapter replaces it where the platform hides such answers in other statuses. ``coalesce`` names a
    request whose one answer serves every flow that asks for it at the same time. ``allowance`` is the
    limit it counts against.
    """

    method: str
    url: str = field(repr=False)
    operation: str
    effect: Effect = Effect.READ
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | FileBody | None = field(default=None, repr=False)
    sink: Path | None = None
    timeout_s: float = 30.0
    wait_s: float = 0.0
    max_body_bytes: int = MAX_BODY_BYTES
    auth: Auth | None = field(default=None, repr=False)
    transient: Callable[[Response], bool] = field(default=transient_status, repr=False)
    coalesce: tuple[str, ...] | None = field(default=None, repr=False)
    allowance: Allowance | None = field(default=None, repr=False)

    def with_headers(self, *headers: tuple[str, str]) -> Request:
        """The same request with these headers added, replacing any of the same name."""
        names = {name.lower() for name, _ in headers}
        kept = tuple(h for h in self.headers if h[0].lower() not in names)
        return replace(self, headers=kept + headers)


Flow: TypeAlias = Generator[Request, Response, T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A part of a longer answer; ``cursor`` asks for the next part, None means there is none."""

    items: tuple[T, ...]
    cursor: str | None = None


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a flow gets time and randomness from, so that the same context replays the same bytes.

    ``clock`` returns an aware datetime. ``entropy`` is 32 random bytes; every random value a flow
    needs is derived from them and a label that is unique within the flow.
    """

    clock: Callable[[], datetime] = field(default=_utc_now, repr=False)
    entropy: bytes = field(repr=False)

    @classmethod
    def system(cls) -> Context:
        """The machine's clock and fresh randomness."""
        return cls(entropy=secrets.token_bytes(32))

    @classmethod
    def fixed(cls, *, now: datetime, seed: str) -> Context:
        """A clock that stands still and randomness that follows from ``seed``; for tests and replays."""
        return cls(clock=lambda: now, entropy=hashlib.sha256(seed.encode()).digest())

    def now(self) -> datetime:
        """The present moment, aware."""
        return self.clock()

    def random_bytes(self, label: str) -> bytes:
        """32 bytes that follow from this context and ``label``."""
        return hmac.new(self.entropy, label.encode(), hashlib.sha256).digest()

    def uuid(self, label: str) -> UUID:
        """A version 4 UUID that follows from this context and ``label``."""
        return UUID(bytes=self.random_bytes(label)[:16], version=4)

    def fraction(self, label: str) -> float:
        """A number in [0, 1) that follows from this context and ``label``; for jitter."""
        return int.from_bytes(self.random_bytes(label)[:7], "big") / 2**56

    def child(self, label: str) -> Context:
        """A context with the same clock and independent randomness, for a step inside a flow."""
        return replace(self, entropy=self.random_bytes(label))
