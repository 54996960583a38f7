"""Reading and writing JSON on the wire, strictly: helpers every adapter's ``parse`` module shares.

A gateway, a firewall or a captive page may answer in a platform's place, so nothing is believed
before it parsed: wrong charset, HTML, truncation, a duplicate key or a non-object is an
``UnexpectedAnswerError``. The answer's text never goes into the error, because it may hold a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NoReturn

from .errors import (
    AuthError,
    ConflictError,
    Fault,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from .flow import Response

__all__ = [
    "RepeatedMemberError",
    "field_ci",
    "json_body",
    "parse_json",
    "parse_json_object",
    "raise_for_status",
    "retry_after_s",
    "strict_json",
    "text_field",
]

EMPTY_ANSWER = Fault(
    "wire.empty_answer", en="the answer (HTTP {status}) is empty", th="คำตอบ (HTTP {status}) ว่างเปล่า"
)
HTML_ANSWER = Fault(
    "wire.html_answer",
    en="an HTML page came instead of JSON (HTTP {status}); a firewall or proxy may have answered",
    th="ได้รับหน้า HTML แทน JSON (HTTP {status}) อาจเป็นไฟร์วอลล์หรือพร็อกซีตอบแทน",
)
NOT_JSON = Fault(
    "wire.not_json",
    en="the answer (HTTP {status}) is not whole, valid JSON in UTF-8",
    th="คำตอบ (HTTP {status}) ไม่ใช่ JSON ที่ครบถ้วนในรหัส UTF-8",
)
WRONG_ENVELOPE = Fault(
    "wire.wrong_envelope",
    en="the answer (HTTP {status}) lacks {what} or has it in another form",
    th="คำตอบ (HTTP {status}) ไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)
UNAUTHORIZED = Fault(
    "wire.unauthorized",
    en="the session token was refused (HTTP 401)",
    th="โทเคนถูกปฏิเสธ (HTTP 401)",
)
FORBIDDEN = Fault(
    "wire.forbidden", en="no right to this operation (HTTP 403)", th="ไม่มีสิทธิใช้บริการนี้ (HTTP 403)"
)
NOT_FOUND = Fault("wire.not_found", en="no such record (HTTP {status})", th="ไม่พบข้อมูล (HTTP {status})")
CONFLICT = Fault(
    "wire.conflict", en="it clashes with what is there (HTTP 409)", th="ขัดแย้งกับข้อมูลที่มีอยู่ (HTTP 409)"
)
QUOTA = Fault("wire.quota", en="too many calls (HTTP 429)", th="เรียกใช้บ่อยเกินกำหนด (HTTP 429)")
REFUSED = Fault(
    "wire.refused", en="the platform refused the data (HTTP {status})", th="แพลตฟอร์มไม่รับข้อมูล (HTTP {status})"
)
UNAVAILABLE = Fault(
    "wire.unavailable",
    en="the platform cannot serve now (HTTP {status})",
    th="แพลตฟอร์มยังไม่พร้อมให้บริการ (HTTP {status})",
)
UNEXPECTED_STATUS = Fault(
    "wire.unexpected_status",
    en="an answer with HTTP status {status} has no meaning here",
    th="สถานะ HTTP {status} ไม่มีความหมายสำหรับคำขอนี้",
)

JSON_TYPE = ("Content-Type", "application/json")


# one for all: json.dumps makes an encoder for each call, which costs more than a row of a table does
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_body(content: Mapping[str, object]) -> bytes:
    """The content as UTF-8 JSON with real Thai characters, in the order given."""
    return _ENCODER.encode(content).encode()


class RepeatedMemberError(ValueError):
    """A member stands twice in one object, so that two readers may see two things."""


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RepeatedMemberError("duplicate member")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def strict_json(text: str) -> object:
    """JSON with no member twice and no NaN, however deep.

    Raises:
        RepeatedMemberError: a member stands twice.
        ValueError: it is no JSON.
        RecursionError: it is nested deeper than the interpreter reads.
    """
    content: object = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    return content


def _strict_json(body: bytes) -> object:
    content = strict_json(body.decode())
    if b"\\ud" in body.lower():  # half a surrogate pair is no text and would fail wherever it is written
        json.dumps(content, ensure_ascii=False).encode()
    return content


def parse_json(response: Response, *, platform: str, operation: str) -> object:
    """The body as JSON of any kind, or ``UnexpectedAnswerError``."""

    def unexpected(fault: Fault) -> UnexpectedAnswerError:
        return UnexpectedAnswerError(fault, platform=platform, operation=operation, status=response.status)

    start = response.body.lstrip()[:1]
    if not start:
        raise unexpected(EMPTY_ANSWER)
    if start == b"<":
        raise unexpected(HTML_ANSWER)
    try:
        return _strict_json(response.body)
    except (ValueError, RecursionError):
        raise unexpected(NOT_JSON) from None


def parse_json_object(response: Response, *, platform: str, operation: str) -> dict[str, object]:
    """The body as a JSON object, or ``UnexpectedAnswerError``."""
    content = parse_json(response, platform=platform, operation=operation)
    if not isinstance(content, dict):
        raise UnexpectedAnswerError(
            WRONG_ENVELOPE, platform=platform, operation=operation, status=response.status, what="an object"
        )
    return content


def field_ci(content: Mapping[str, object], name: str) -> object:
    """The member of that name compared without case, or None: platforms vary the case of names."""
    if name in content:
        return content[name]
    wanted = name.lower()
    return next((value for key, value in content.items() if key.lower() == wanted), None)


def text_field(
    content: Mapping[str, object], name: str, *, response: Response, platform: str, operation: str
) -> str:
    """A non-empty text member, compared without case, or ``UnexpectedAnswerError``."""
    value = field_ci(content, name)
    if not isinstance(value, str) or not value:
        raise UnexpectedAnswerError(
            WRONG_ENVELOPE, platform=platform, operation=operation, status=response.status, what=name
        )
    return value


def retry_after_s(response: Response) -> float | None:
    """Retry-After in its seconds form; the date form needs a clock and is left to the caller's delay."""
    text = response.header("Retry-After")
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


_BY_STATUS: Mapping[int, tuple[type[GovlinkError], Fault]] = {
    204: (NotFoundError, NOT_FOUND),
    400: (RejectedError, REFUSED),
    401: (AuthError, UNAUTHORIZED),
    403: (AuthError, FORBIDDEN),
    404: (NotFoundError, NOT_FOUND),
    409: (ConflictError, CONFLICT),
    413: (RejectedError, REFUSED),
    415: (RejectedError, REFUSED),
    422: (RejectedError, REFUSED),
}


def _fail(response: Response, *, platform: str, operation: str) -> NoReturn:
    status = response.status
    if status == 429:
        raise QuotaError(QUOTA, platform=platform, operation=operation, retry_after_s=retry_after_s(response))
    if status >= 500:
        raise UnavailableError(UNAVAILABLE, platform=platform, operation=operation, status=status)
    kind, fault = _BY_STATUS.get(status, (UnexpectedAnswerError, UNEXPECTED_STATUS))
    raise kind(fault, platform=platform, operation=operation, status=status)


def raise_for_status(response: Response, *, platform: str, operation: str) -> None:
    """Do nothing for 200 to 203; raise the error that the status means by HTTP for any other.

    204 is ``NotFoundError``, as the gateway uses it (documented). A redirect is unexpected: drivers
    do not follow them. An adapter whose platform hides business answers in a status looks at the
    body first and calls this for what it does not recognise.
    """
    if not 200 <= response.status <= 203:
        _fail(response, platform=platform, operation=operation)
