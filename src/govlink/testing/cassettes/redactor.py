"""From what went over the wire to what is kept of it, by the allow-list and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .allow_list import AllowList, credential_kind, split_scheme
from .bodies import BOUNDARY, decoded, read_body
from .document import BodyKind, Interaction, Pairs, StoredBody, StoredRequest, StoredResponse
from .errors import BARE_QUERY, MALFORMED, PLACEHOLDER_SENT, CassetteError
from .placeholders import PLACEHOLDER, Placeholders, is_placeholder
from .shapes import SHORTEST_SECRET, UUID_SHAPE, is_name, is_token_shaped, real_people

__all__ = ["RawExchange", "Redactor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """A request and its answer as they went over the wire; all of it stays in memory."""

    method: str
    url: str = field(repr=False)
    headers: Pairs = field(repr=False)
    body: bytes = field(repr=False)
    status: int
    answer_headers: Pairs = field(repr=False)
    answer: bytes = field(repr=False)


def _header(headers: Pairs, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


class Redactor:
    """Redacts the exchanges of one cassette. ``secrets`` are values that are secret wherever they stand.

    What stands in a credential's place of a request is secret too, in every exchange; those values
    are in ``secrets`` afterwards, so that the persister can look for them.
    """

    def __init__(self, allow: AllowList, *, is_synthetic: bool, secrets: Iterable[str] = ()) -> None:
        self._allow = allow
        self._is_synthetic = is_synthetic
        self._places = Placeholders()
        self._hosts: list[str] = []
        self._kind_of = dict.fromkeys((s for s in secrets if s), "secret")

    @property
    def secrets(self) -> frozenset[str]:
        """Every value known to be secret."""
        return frozenset(self._kind_of) - self._allow.literals

    def interactions(self, exchanges: Iterable[RawExchange]) -> tuple[Interaction, ...]:
        """Redact them all, in order.

        Raises:
            CassetteError: something that was sent or answered looks like a placeholder.
        """
        taken = tuple(exchanges)
        for exchange in taken:
            self._learn(exchange)
        return tuple(self._interaction(exchange) for exchange in taken)

    def _learn(self, exchange: RawExchange) -> None:
        parts = urlsplit(exchange.url)
        if parts.netloc not in self._hosts:
            self._hosts.append(parts.netloc)
        body = read_body(exchange.body, content_type=_header(exchange.headers, "content-type"))
        pairs = [*exchange.headers, *parse_qsl(parts.query, keep_blank_values=True)]
        if body.kind is BodyKind.FORM:
            pairs += body.content
        if body.kind is BodyKind.JSON:
            pairs += _members(body.content)
        for name, value in pairs:
            kind = credential_kind(name)
            if kind and value not in self._allow.literals:
                self._kind_of[split_scheme(value)[1]] = kind

    def _interaction(self, exchange: RawExchange) -> Interaction:
        parts = urlsplit(exchange.url)
        if parts.query and not all("=" in part for part in parts.query.split("&")):
            raise CassetteError(BARE_QUERY)
        request = StoredRequest(
            method=exchange.method,
            host=self._places.label("host", parts.netloc),
            path="/".join(self._name(unquote(segment)) for segment in parts.path.split("/")),
            query=self._pairs(parse_qsl(parts.query, keep_blank_values=True)),
            headers=self._headers(exchange.headers, keep=self._allow.request_headers),
            body=self._body(exchange.body, exchange.headers, path=""),
        )
        response = StoredResponse(
            status=exchange.status,
            headers=self._headers(exchange.answer_headers, keep=self._allow.response_headers),
            body=self._body(exchange.answer, exchange.answer_headers, path=parts.path),
        )
        return Interaction(request=request, response=response)

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> Pairs:
        return tuple((self._name(name), self._scalar(name, value)) for name, value in sorted(pairs))

    def _headers(self, headers: Pairs, *, keep: frozenset[str]) -> Pairs:
        kept: list[tuple[str, str]] = []
        for name, value in headers:
            if credential_kind(name):
                kept.append((name.lower(), self._scalar(name, value)))
            elif name.lower() in keep:
                kept.append((name.lower(), self._masked(_without_boundary(value))))
        return tuple(sorted(kept))

    def _body(self, body: bytes, headers: Pairs, *, path: str) -> StoredBody:
        plain = decoded(body, encoding=_header(headers, "content-encoding").strip().lower())
        if plain is None:
            coded = base64.b64encode(body).decode()
            return StoredBody(kind=BodyKind.TEXT, content=self._places.label("bytes", coded))
        read = read_body(plain, content_type=_header(headers, "content-type"))
        content = read.content
        match read.kind:
            case BodyKind.NONE:
                return read
            case BodyKind.JSON:
                content = self._json("", content, path=path)
            case BodyKind.FORM:
                content = self._pairs(content)
            case BodyKind.MULTIPART:
                content = [self._part(part) for part in content]
            case BodyKind.TEXT:
                kind = _header(headers, "content-type").partition(";")[0].strip().lower()
                kept = kind in self._allow.text_types
                content = self._masked(content) if kept else self._places.label("text", content)
            case BodyKind.BASE64:
                if not self._allow.binary:
                    return StoredBody(kind=BodyKind.TEXT, content=self._places.label("bytes", content))
        return StoredBody(kind=read.kind, content=content)

    def _part(self, part: dict[str, Any]) -> dict[str, object]:
        name = str(part.get("name", ""))
        kept: dict[str, object] = {key: part[key] for key in ("name", "content_type") if key in part}
        if "name" in part:
            kept["name"] = self._name(name)
        if "file_name" in part:
            kept["file_name"] = self._scalar("file_name", part["file_name"])
        for kind in ("text", "base64"):
            if kind in part:
                whole = kind == "base64" and self._allow.binary
                kept[kind] = part[kind] if whole else self._scalar(name, part[kind])
        if "json" in part:
            kept["json"] = self._json(name, part["json"], path="")
        if "form" in part:
            raise CassetteError(MALFORMED, name="-", what="a form inside a multipart body")
        return kept

    def _json(self, name: str, value: object, *, path: str) -> object:
        if isinstance(value, dict):
            return {self._name(key): self._json(key, part, path=path) for key, part in value.items()}
        if isinstance(value, list):
            return [self._json(name, part, path=path) for part in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._scalar(name, value, path=path)
        kept = self._allow.keeps(name, is_synthetic=self._is_synthetic) and not credential_kind(name)
        text = str(value)
        return value if kept and not any(real_people(text)) else self._places.label("number", text)

    def _scalar(self, name: str, value: str, *, path: str = "") -> str:
        if value in self._allow.literals:
            return value
        kind = credential_kind(name)
        if kind is None and path and self._allow.is_token(path, name):
            kind = "token"
        if kind:
            scheme, secret = split_scheme(value)
            return scheme + self._places.label(self._kind_of.setdefault(secret, kind), secret)
        masked = self._masked(value)
        if self._allow.keeps(name, is_synthetic=self._is_synthetic) or is_placeholder(masked):
            return masked
        return self._places.label("text", value)

    def _name(self, text: str) -> str:
        """A member's name or a part of a path: a server may put values there, which look otherwise."""
        masked = self._masked(text)
        if self._is_synthetic or masked != text or not text or is_name(text):
            return masked
        return self._places.label("text", text)

    def _masked(self, text: str) -> str:
        """The text with secrets, hosts, tokens and real people in it replaced."""
        if PLACEHOLDER.search(text):
            raise CassetteError(PLACEHOLDER_SENT)
        for secret in sorted(self._kind_of, key=len, reverse=True):
            if secret == text or (len(secret) >= SHORTEST_SECRET and secret in text):
                text = text.replace(secret, self._places.label(self._kind_of[secret], secret))
        for host in self._hosts:
            if host in text:
                text = text.replace(host, self._places.label("host", host))
        text = UUID_SHAPE.sub(lambda match: self._places.label("uuid", match[0]), text)
        for number in tuple(real_people(text)):
            text = text.replace(number, self._places.label("citizen_id", number))
        if is_token_shaped(text):
            return self._places.label("secret", text)
        return text


def _without_boundary(content_type: str) -> str:
    head, found, _ = content_type.partition("boundary=")
    return f"{head}{found}{BOUNDARY}" if found else content_type


def _members(value: object, name: str = "") -> list[tuple[str, str]]:
    """Every text in a JSON value with its member's name."""
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in _members(part, key)]
    if isinstance(value, list):
        return [pair for part in value for pair in _members(part, name)]
    return [(name, value)] if isinstance(value, str) else []
