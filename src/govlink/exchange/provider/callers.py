"""Who calls: the agencies on the allow-list, and how a request shows which of them it comes from.

How the gateway tells a provider which agency asks is not published. So the strategy is replaceable and
has no default: ``Callers`` is what the application needs, ``HeaderCallers`` the likely case of a key
(and perhaps a token) that the provider issued and that arrives in headers. One agency issues an account
for each consumer and the gateway holds it (documented for the company register in the GDX knowledge base).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ...errors import ConfigError, Fault
from ...flow import Context

__all__ = ["Arrival", "Caller", "Callers", "HashedKey", "HeaderCallers", "KeyedCaller", "new_key"]

CALLER_INVALID = Fault(
    "exchange.provider_caller_invalid",
    en="a caller on the allow-list has no usable id, no calls per minute, or an id that is used twice",
    th="ผู้เรียกในรายการที่อนุญาตไม่มีรหัสที่ใช้ได้ ไม่กำหนดจำนวนครั้งต่อนาที หรือใช้รหัสซ้ำ",
)
KEY_WEAK = Fault(
    "exchange.provider_key_weak",
    en="a caller's key must have at least {least} characters",
    th="กุญแจของผู้เรียกต้องมีอย่างน้อย {least} ตัวอักษร",
)
HEADER_NAME_INVALID = Fault(
    "exchange.provider_header_name_invalid",
    en="a header's name is not usable, or two are the same",
    th="ชื่อส่วนหัวใช้ไม่ได้ หรือซ้ำกัน",
)

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_LEAST_CHARACTERS = 32
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An agency that may call: which services, for which purposes, how often.

    ``id`` is what the access log shows. ``services`` are the names of services.
    """

    id: str
    name: str
    services: frozenset[str]
    purposes: frozenset[str]
    calls_per_minute: int

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None or self.calls_per_minute < 1:
            raise ConfigError(CALLER_INVALID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What a request shows of where it comes from.

    Names of ``headers`` are in lower case. ``peer`` is an address: a proxy's, where one stands in front.
    """

    headers: tuple[tuple[str, str], ...] = field(repr=False)
    peer: str | None = None

    def header(self, name: str) -> str | None:
        """The one header of that name; None when there is none, or more than one."""
        values = [value for sent, value in self.headers if sent == name.lower()]
        return values[0] if len(values) == 1 else None


class Callers(Protocol):
    """Tells which caller a request comes from."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers it reads, for the description of the services."""
        ...

    async def identify(self, arrival: Arrival) -> Caller | None:
        """The caller, or None when it is not one of the allow-list."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedKey:
    """A key as the provider keeps it: HMAC-SHA-256 of the key under a salt of its own.

    A slow password hash would cost every call some 50 ms and gain nothing: it protects secrets that can
    be guessed, and a key of 256 random bits cannot. That is why ``of`` refuses short keys, and why keys
    are made by ``new_key`` and never chosen by a person.
    """

    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, key: str, *, context: Context) -> HashedKey:
        """The key, hashed under a fresh salt.

        Raises:
            ConfigError: the key is shorter than 32 characters.
        """
        if len(key) < _LEAST_CHARACTERS:
            raise ConfigError(KEY_WEAK, least=_LEAST_CHARACTERS)
        salt = context.random_bytes("provider.salt")[:_SALT_BYTES]
        return cls(salt=salt, digest=_digest(salt, key))

    def matches(self, key: str) -> bool:
        """Whether this is the key; takes as long for a wrong one."""
        return hmac.compare_digest(_digest(self.salt, key), self.digest)


def _digest(salt: bytes, key: str) -> bytes:
    return hmac.new(salt, key.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def new_key(context: Context) -> str:
    """A key of 256 random bits to hand to a caller once; keep ``HashedKey.of`` of it."""
    return base64.urlsafe_b64encode(context.random_bytes("provider.key")).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedCaller:
    """A caller and the keys it shows. Several keys are an overlap while one is replaced.

    ``tokens`` are the second secret, where a token header is read too.
    """

    caller: Caller
    keys: tuple[HashedKey, ...] = field(repr=False)
    tokens: tuple[HashedKey, ...] = field(default=(), repr=False)


class HeaderCallers:
    """Callers that show a key in a header, and a second secret in another where ``token_header`` is set.

    Modelled: which headers the gateway passes on to a provider is not published, so ``key_header`` has no
    default. A header that is sent twice shows nothing.

    Raises:
        ConfigError: a header's name is not usable, an id is there twice, a caller has no key, or none of
            the tokens it would have to show.
    """

    def __init__(
        self, *, key_header: str, token_header: str | None = None, entries: Sequence[KeyedCaller]
    ) -> None:
        names = (key_header,) if token_header is None else (key_header, token_header)
        if not all(_HEADER.fullmatch(name) for name in names) or len({n.lower() for n in names}) < len(names):
            raise ConfigError(HEADER_NAME_INVALID)
        ids = {entry.caller.id for entry in entries}
        keyless = any(not e.keys or bool(e.tokens) != (token_header is not None) for e in entries)
        if len(ids) != len(entries) or keyless:
            raise ConfigError(CALLER_INVALID)
        self._headers = names
        self._entries = tuple(entries)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers it reads."""
        return self._headers

    async def identify(self, arrival: Arrival) -> Caller | None:
        """The caller whose key, and token where one is asked for, the request shows.

        Every key on the list is compared, so that the time tells nothing about any of them.
        """
        shown = [arrival.header(name) or "" for name in self._headers]
        found: Caller | None = None
        for entry in self._entries:
            secrets = (entry.keys, entry.tokens)[: len(shown)]
            hits = [sum(key.matches(text) for key in keys) for keys, text in zip(secrets, shown, strict=True)]
            if all(hits):
                found = entry.caller
        return found
