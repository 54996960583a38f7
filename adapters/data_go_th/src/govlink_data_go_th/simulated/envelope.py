"""CKAN's ways of answering and refusing, and what every action of the simulated catalogue is called with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from http import HTTPStatus

__all__ = ["Answer", "Call", "Page", "Refusal", "Role", "broken", "denied", "invalid", "missing"]

_NUMERAL = re.compile(r'"\\u0000([-+0-9.]+)\\u0000"')


def _numeral(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\x00{value:f}\x00"
    raise TypeError(type(value).__name__)


def _json_bytes(content: object) -> bytes:
    """JSON in which a decimal number keeps the digits the database holds: 1.50 stays 1.50 (tried)."""
    return _NUMERAL.sub(r"\1", json.dumps(content, default=_numeral)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status and its JSON content; ``html`` replaces the content where CKAN answers a page."""

    status: int
    content: object = None
    html: str | None = None

    @property
    def body(self) -> bytes:
        """What goes over the wire."""
        return _json_bytes(self.content) if self.html is None else self.html.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The answer of a route that is no action: a download or a dump, chunk by chunk."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]

    @classmethod
    def failed(cls, status: HTTPStatus) -> Page:
        """An error page."""
        text = f"<!doctype html><title>{status.value} {status.phrase}</title>"
        return cls(status=status, headers={"Content-Type": "text/html"}, chunks=(text.encode(),))


class Role(StrEnum):
    """Who calls. CKAN takes every wrong token for nobody's (tried)."""

    SYSADMIN = "sysadmin"
    EDITOR = "editor"
    MEMBER = "member"
    STRANGER = "stranger"
    ANONYMOUS = "anonymous"

    @property
    def belongs(self) -> bool:
        """Whether this caller sees the organisation's private datasets."""
        return self in {Role.SYSADMIN, Role.EDITOR, Role.MEMBER}

    @property
    def edits(self) -> bool:
        """Whether this caller may write to the organisation's datasets."""
        return self in {Role.SYSADMIN, Role.EDITOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An action's parameters and who calls."""

    data: dict[str, object]
    role: Role
    site_url: str


class Refusal(Exception):
    """An error in CKAN's envelope."""

    def __init__(self, status: int, error: Mapping[str, object]) -> None:
        super().__init__(status)
        self.status = status
        self.error = dict(error)


def denied() -> Refusal:
    """403, whatever is wrong with the token or the right (tried)."""
    return Refusal(403, {"__type": "Authorization Error", "message": "Access denied"})


def missing() -> Refusal:
    """404."""
    return Refusal(404, {"__type": "Not Found Error", "message": "Not found"})


def broken() -> Refusal:
    """500, where CKAN did not expect what the database says (tried)."""
    return Refusal(500, {"__type": "Internal Server Error", "message": "Internal Server Error"})


def invalid(**fields: object) -> Refusal:
    """409 with the field names beside ``__type`` (tried)."""
    return Refusal(409, {**fields, "__type": "Validation Error"})
