"""Bodies between bytes and the readable form they are kept in.

JSON is kept as JSON, so that a change shows member by member; its white space is lost. Forms are kept
as pairs, multipart bodies as parts (their boundary, a random text, is not kept), other text as text,
and everything else as Base64.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Mapping
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ...wire import strict_json
from .document import BodyKind, StoredBody

__all__ = ["BOUNDARY", "body_bytes", "decoded", "read_body"]

BOUNDARY = "govlink-cassette"
"""Stands for a multipart body's own boundary in a Content-Type."""


def decoded(body: bytes, *, encoding: str) -> bytes | None:
    """The body freed of ``Content-Encoding``; None when it does not decode and nobody can look inside."""
    if not body:
        return body
    try:
        match encoding:
            case "" | "identity":
                return body
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
            case _:
                return None
    except (OSError, EOFError, zlib.error):
        return None


def read_body(body: bytes, *, content_type: str) -> StoredBody:
    """The readable form of a decoded body."""
    if not body:
        return StoredBody()
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("multipart/"):
        parts = _parts(body, content_type)
        if parts is not None:
            return StoredBody(kind=BodyKind.MULTIPART, content=parts)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return StoredBody(kind=BodyKind.BASE64, content=base64.b64encode(body).decode())
    if kind.endswith("json") or text.lstrip()[:1] in {"{", "["}:
        try:
            return StoredBody(kind=BodyKind.JSON, content=_json(text))
        except ValueError:
            return StoredBody(kind=BodyKind.TEXT, content=text)
    if kind == "application/x-www-form-urlencoded":
        pairs = tuple(parse_qsl(text, keep_blank_values=True))
        if pairs and all("=" in part for part in text.split("&")):
            return StoredBody(kind=BodyKind.FORM, content=pairs)
    return StoredBody(kind=BodyKind.TEXT, content=text)


def body_bytes(body: StoredBody) -> bytes:
    """The bytes to replay. Multipart bodies are only compared, never replayed."""
    content = body.content
    match body.kind:
        case BodyKind.NONE | BodyKind.MULTIPART:
            return b""
        case BodyKind.JSON:
            return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        case BodyKind.FORM:
            return urlencode(content).encode()
        case BodyKind.TEXT:
            return str(content).encode()
        case BodyKind.BASE64:
            return base64.b64decode(content)


def _json(text: str) -> Any:  # any JSON value
    try:
        return strict_json(text)
    except RecursionError:
        raise ValueError from None


def _parts(body: bytes, content_type: str) -> list[dict[str, object]] | None:
    whole = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body
    )
    inner = whole.get_payload()
    if not whole.is_multipart() or not isinstance(inner, list):
        return None
    return [_part(part) for part in inner if isinstance(part, Message)]


def _part(part: Message) -> dict[str, object]:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    kind = part.get_content_type()
    read = read_body(data, content_type="" if kind == "text/plain" else kind)
    told: Mapping[str, object] = {
        "name": str(part.get_param("name", "", header="content-disposition")),
        "file_name": part.get_filename() or "",
        "content_type": kind,
        read.kind.value: read.content,
    }
    return {name: value for name, value in told.items() if value not in ("", None)}
