"""A registry's service as a value: where it is, what it asks, what it answers, for what, to whom.

REST over HTTPS, JSON, UTF-8, binary as Base64 and the outcome in the HTTP status are the gateway's
conventions for its consumers (documented: GDX knowledge base). That a provider behind the gateway is
expected to serve in the same manner is inferred, so paths and methods are configuration.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from ...errors import ConfigError, Fault, RejectedError
from .callers import Caller
from .refusals import PARAMETER_WRONG

__all__ = [
    "Answer",
    "Bilingual",
    "Check",
    "Handler",
    "JsonType",
    "Member",
    "Method",
    "Parameter",
    "RegistryService",
    "gateway_path",
    "matching",
]

SERVICE_INVALID = Fault(
    "exchange.provider_service_invalid",
    en="the service {name} is not described rightly: {what}",
    th="คำอธิบายบริการ {name} ไม่ถูกต้อง: {what}",
)

_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_MEMBER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")

Check: TypeAlias = Callable[[str], str]
"""Gives the value in the form the handler wants, or raises ``GovlinkError``."""

Answer: TypeAlias = Mapping[str, object]
"""An answer's members by name; bytes where the member is Base64."""

Handler: TypeAlias = Callable[[Mapping[str, str], Caller], Awaitable[Answer | None]]
"""Looks up, given the checked parameters and who asks. None is "no matching data" (204)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """The same text in Thai and in English."""

    th: str
    en: str


class Method(StrEnum):
    """How a service is called.

    Parameters are in the URL with GET and in the body (a form or JSON) with POST. Servers and proxies on
    the way write URLs into their logs, so a parameter that is personal or secret is better in a body.
    """

    GET = "GET"
    POST = "POST"


class JsonType(StrEnum):
    """What a member of an answer is."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    BASE64 = "base64"
    """Bytes, given out as a text of standard Base64."""
    OBJECT = "object"
    """An object of further members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a caller must or may send. Identifiers are texts, so that no leading zero is lost.

    ``is_personal`` says that the value is personal or secret: it is described as such, and never logged.
    """

    name: str
    check: Check = field(repr=False)
    description: Bilingual
    is_personal: bool
    is_required: bool = True
    max_characters: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of an answer. A member that is not described is never given out."""

    name: str
    type: JsonType
    description: Bilingual
    is_required: bool = True
    is_list: bool = False
    members: tuple[Member, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryService:
    """One service of a registry.

    ``path`` is relative to the application's prefix; ``gateway_path`` makes one in the gateway's shape.
    ``purposes`` are the codes of the purposes it may be asked for. ``subject`` names the parameter that
    says whom or what the answer is about; the access log keeps its keyed hash. ``confidentiality`` tells
    callers how the answer must be kept.

    Raises:
        ConfigError: the description contradicts itself.
    """

    name: str
    path: str
    version: str
    title: Bilingual
    parameters: tuple[Parameter, ...]
    answer: tuple[Member, ...]
    handler: Handler = field(repr=False)
    purposes: frozenset[str]
    confidentiality: Bilingual
    subject: str | None
    method: Method = Method.GET

    def __post_init__(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        shown = self.name if _NAME.fullmatch(self.name) else "?"
        wrong = {
            "name": shown == "?",
            "path": not all(_SEGMENT.fullmatch(part) for part in self.path.split("/")),
            "parameters": _unnamed_or_twice(names),
            "answer": not self.answer or not _sound(self.answer),
            "purposes": not self.purposes or not all(_NAME.fullmatch(p) for p in self.purposes),
            "subject": self.subject is not None and self.subject not in names,
        }
        if any(wrong.values()):
            raise ConfigError(
                SERVICE_INVALID, name=shown, what=", ".join(what for what, is_so in wrong.items() if is_so)
            )


def _unnamed_or_twice(names: list[str]) -> bool:
    return len(set(names)) != len(names) or not all(_MEMBER_NAME.fullmatch(name) for name in names)


def _sound(members: tuple[Member, ...]) -> bool:
    if _unnamed_or_twice([member.name for member in members]):
        return False
    return all(bool(m.members) == (m.type is JsonType.OBJECT) and _sound(m.members) for m in members)


def gateway_path(*, subject: str, resource: str, version: int | None = None) -> str:
    """A path in the shape of the gateway's own: ``{subject}/[vN/]{resource}``, under ``ws/{agency}``.

    Modelled: the shape is read off the gateway's published paths; no text asks providers for it.

    Raises:
        ConfigError: a part holds anything but letters, digits, ``_`` and ``-``.
    """
    parts = (subject, *(() if version is None else (f"v{version}",)), resource)
    if not all(_SEGMENT.fullmatch(part) for part in parts):
        raise ConfigError(SERVICE_INVALID, name="?", what="path")
    return "/".join(parts)


def matching(pattern: str) -> Check:
    """A check that the whole value matches a regular expression. Keep it free of nested repetition."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise RejectedError(PARAMETER_WRONG, parameter="?")
        return text

    return check
