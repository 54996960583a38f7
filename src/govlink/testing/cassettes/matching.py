"""Whether a request is the one a cassette holds; the answer is None, or where they differ."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

from .bodies import read_body
from .document import BodyKind, Pairs, StoredBody, StoredRequest
from .placeholders import Placeholders, is_placeholder

__all__ = ["difference"]


def difference(
    stored: StoredRequest, *, method: str, url: str, headers: Pairs, body: bytes, places: Placeholders
) -> str | None:
    """Compare method, host, path, query, kept headers and body; what differs is told without its value.

    ``places`` learns what the stored placeholders stand for, so hand in a copy for a trial. Headers
    that the cassette does not keep are not compared, nor is the order of the query.
    """
    parts = urlsplit(url)
    if method != stored.method:
        return "method"
    if not places.meets(stored.host, parts.netloc):
        return "host"
    if not places.meets(stored.path, unquote(parts.path)):
        return "path"
    given = {name.lower(): value for name, value in headers}
    return (
        _pairs(stored.query, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True))), places, "query")
        or _headers(stored.headers, given, places)
        or _body(stored.body, read_body(body, content_type=given.get("content-type", "")), places)
    )


def _headers(stored: Pairs, given: dict[str, str], places: Placeholders) -> str | None:
    for name, value in stored:
        if name == "content-type" and value.startswith("multipart/"):
            continue  # the parts are compared; the boundary is random
        if not places.meets(value, given.get(name, "")):
            return f"header {name}"
    return None


def _pairs(stored: Pairs, given: Pairs, places: Placeholders, where: str) -> str | None:
    if [name for name, _ in stored] != [name for name, _ in given]:
        return f"names in the {where}"
    for (name, expected), (_, actual) in zip(stored, given, strict=True):
        if not places.meets(expected, actual):
            return f"{where}: {name}"
    return None


def _body(stored: StoredBody, given: StoredBody, places: Placeholders) -> str | None:
    if stored.kind is BodyKind.TEXT and given.kind in {BodyKind.TEXT, BodyKind.BASE64}:
        return None if places.meets(stored.content, given.content) else "body"
    if stored.kind is not given.kind:
        return f"body is {given.kind.value}, not {stored.kind.value}"
    match stored.kind:
        case BodyKind.NONE:
            return None
        case BodyKind.FORM:
            return _pairs(stored.content, tuple(sorted(given.content)), places, "form")
        case BodyKind.BASE64:
            return None if stored.content == given.content else "body"
        case _:
            return _json(stored.content, given.content, places, "body")


def _json(stored: object, given: object, places: Placeholders, where: str) -> str | None:
    if isinstance(stored, dict) and isinstance(given, dict):
        if stored.keys() != given.keys():
            return f"members of {where}"
        found = (_json(part, given[key], places, f"{where}/{key}") for key, part in stored.items())
        return next((text for text in found if text), None)
    if isinstance(stored, list) and isinstance(given, list):
        if len(stored) != len(given):
            return f"length of {where}"
        found = (
            _json(a, b, places, f"{where}/{i}") for i, (a, b) in enumerate(zip(stored, given, strict=True))
        )
        return next((text for text in found if text), None)
    if isinstance(stored, str) and (isinstance(given, str) or (is_placeholder(stored) and _is_number(given))):
        return None if places.meets(stored, str(given)) else where
    return None if type(stored) is type(given) and stored == given else where


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
