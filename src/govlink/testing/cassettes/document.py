"""A cassette as a value: where it comes from, what was called, what went over the wire.

Everything here is already redacted: a request's host is a placeholder, its query, headers and body
hold what the allow-list kept and placeholders for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from .errors import MALFORMED, ORIGIN_INVALID, CassetteError

__all__ = [
    "BodyKind",
    "Cassette",
    "Interaction",
    "Origin",
    "OriginKind",
    "Pairs",
    "StoredBody",
    "StoredRequest",
    "StoredResponse",
]

FORMAT = 1

Pairs = tuple[tuple[str, str], ...]


class OriginKind(StrEnum):
    """How a cassette came about."""

    RECORDED = "recorded"
    """From a platform's own server."""
    SANDBOX = "sandbox"
    """From the simulator, which knows synthetic people only."""
    SPEC = "spec"
    """Written from a clause of a document; no server answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a cassette comes from: a server and a time, or a document and its clause."""

    kind: OriginKind
    server: str = ""
    document: str = ""
    clause: str = ""
    recorded_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind is OriginKind.SPEC:
            if not (self.document and self.clause):
                raise CassetteError(ORIGIN_INVALID, needs="document, clause")
        elif not self.server or self.recorded_at is None or self.recorded_at.tzinfo is None:
            raise CassetteError(ORIGIN_INVALID, needs="server, recorded_at (with its zone)")

    @property
    def is_synthetic(self) -> bool:
        """Whether nobody in it can be a real person."""
        return self.kind is not OriginKind.RECORDED

    def content(self) -> dict[str, object]:
        """The members that say something."""
        at = self.recorded_at.isoformat() if self.recorded_at else ""
        members = {"kind": self.kind.value, "server": self.server, "document": self.document}
        members |= {"clause": self.clause, "recorded_at": at}
        return {name: value for name, value in members.items() if value}


class BodyKind(StrEnum):
    """In which form a body is kept."""

    NONE = "none"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BASE64 = "base64"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBody:
    """A body in its readable form: ``content`` is JSON, pairs, parts or text, as ``kind`` says."""

    kind: BodyKind = BodyKind.NONE
    content: Any = field(default=None, repr=False)  # a JSON value has no narrower type


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request as it is kept. Names in ``query`` and ``headers`` are sorted."""

    method: str
    host: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    body: StoredBody = field(default_factory=StoredBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredResponse:
    """An answer as it is kept."""

    status: int
    headers: Pairs = ()
    body: StoredBody = field(default_factory=StoredBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """A request and its answer."""

    request: StoredRequest
    response: StoredResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Cassette:
    """A whole cassette. ``call`` says what was called and ``expected`` how it ended, for whoever replays."""

    origin: Origin
    interactions: tuple[Interaction, ...]
    call: Mapping[str, object] = field(default_factory=dict, repr=False)
    expected: Mapping[str, object] = field(default_factory=dict, repr=False)

    def content(self) -> dict[str, object]:
        """The cassette as JSON."""
        members: dict[str, object] = {"govlink_cassette": FORMAT, "origin": self.origin.content()}
        if self.call:
            members["call"] = dict(self.call)
        if self.expected:
            members["expected"] = dict(self.expected)
        members["interactions"] = [
            {"request": _request_content(i.request), "response": _response_content(i.response)}
            for i in self.interactions
        ]
        return members

    @classmethod
    def from_content(cls, content: object, *, name: str) -> Cassette:
        """Read what ``content`` made; a cassette is untrusted input, so nothing is taken for granted.

        Raises:
            CassetteError: a member is missing, unknown or of another type.
        """
        try:
            return _cassette(content)
        except (KeyError, TypeError, ValueError) as error:
            raise CassetteError(MALFORMED, name=name, what=type(error).__name__) from error


def _mapped(pairs: Pairs) -> dict[str, object]:
    """Pairs as an object; a name that comes more than once has a list."""
    found: dict[str, list[str]] = {}
    for name, value in sorted(pairs, key=lambda pair: pair[0]):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _pairs(content: object) -> Pairs:
    if not isinstance(content, dict):
        raise TypeError
    pairs: list[tuple[str, str]] = []
    for name, value in content.items():
        pairs += [(name, _text(one)) for one in (value if isinstance(value, list) else [value])]
    return tuple(pairs)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _body_content(body: StoredBody) -> dict[str, object]:
    if body.kind is BodyKind.NONE:
        return {}
    content = _mapped(body.content) if body.kind is BodyKind.FORM else body.content
    return {"body": {body.kind.value: content}}


def _body(content: Mapping[str, object]) -> StoredBody:
    if "body" not in content:
        return StoredBody()
    body = content["body"]
    if not isinstance(body, dict) or len(body) != 1:
        raise TypeError
    ((name, value),) = body.items()
    kind = BodyKind(name)
    if kind is BodyKind.FORM:
        return StoredBody(kind=kind, content=_pairs(value))
    if kind in {BodyKind.TEXT, BodyKind.BASE64}:
        return StoredBody(kind=kind, content=_text(value))
    return StoredBody(kind=kind, content=value)


def _request_content(request: StoredRequest) -> dict[str, object]:
    members: dict[str, object] = {"method": request.method, "host": request.host, "path": request.path}
    if request.query:
        members["query"] = _mapped(request.query)
    if request.headers:
        members["headers"] = _mapped(request.headers)
    return {**members, **_body_content(request.body)}


def _response_content(response: StoredResponse) -> dict[str, object]:
    members: dict[str, object] = {"status": response.status}
    if response.headers:
        members["headers"] = _mapped(response.headers)
    return {**members, **_body_content(response.body)}


def _object(content: object, *, needs: set[str], may: set[str]) -> dict[str, Any]:
    if not isinstance(content, dict) or not needs <= content.keys() <= needs | may:
        raise TypeError
    return content


def _cassette(content: object) -> Cassette:
    whole = _object(content, needs={"govlink_cassette", "origin", "interactions"}, may={"call", "expected"})
    if whole["govlink_cassette"] != FORMAT or not isinstance(whole["interactions"], list):
        raise ValueError
    if not whole["interactions"]:
        raise ValueError
    return Cassette(
        origin=_origin(whole["origin"]),
        interactions=tuple(_interaction(item) for item in whole["interactions"]),
        call=dict(whole.get("call", {})),
        expected=dict(whole.get("expected", {})),
    )


def _origin(content: object) -> Origin:
    told = _object(content, needs={"kind"}, may={"server", "document", "clause", "recorded_at"})
    at = told.get("recorded_at")
    return Origin(
        kind=OriginKind(told["kind"]),
        server=_text(told.get("server", "")),
        document=_text(told.get("document", "")),
        clause=_text(told.get("clause", "")),
        recorded_at=datetime.fromisoformat(_text(at)) if at else None,
    )


def _interaction(content: object) -> Interaction:
    both = _object(content, needs={"request", "response"}, may=set())
    request = _object(both["request"], needs={"method", "host", "path"}, may={"query", "headers", "body"})
    response = _object(both["response"], needs={"status"}, may={"headers", "body"})
    if type(response["status"]) is not int:
        raise TypeError
    return Interaction(
        request=StoredRequest(
            method=_text(request["method"]),
            host=_text(request["host"]),
            path=_text(request["path"]),
            query=_pairs(request.get("query", {})),
            headers=_pairs(request.get("headers", {})),
            body=_body(request),
        ),
        response=StoredResponse(
            status=response["status"], headers=_pairs(response.get("headers", {})), body=_body(response)
        ),
    )
