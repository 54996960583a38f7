"""The three text forms of the exchange, each with exactly one spelling: base64url, JSON and times.

A format in which one value has two spellings lets a message change without its meaning changing, so
whatever is not canonical is refused here, before anything else looks at it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from ..errors import Fault, VerificationError
from ..wire import RepeatedMemberError, strict_json

__all__ = [
    "base64url",
    "canonical_json",
    "from_base64url",
    "from_rfc3339",
    "rfc3339",
    "strict_json_object",
]

BASE64URL_INVALID = Fault(
    "exchange.base64url_not_canonical",
    en="{what} is not base64url in its one canonical form",
    th="{what} ไม่ใช่ base64url ในรูปแบบมาตรฐานเพียงแบบเดียว",
)
MEMBER_REPEATED = Fault(
    "exchange.member_repeated",
    en="{what} names one JSON member twice",
    th="{what} มีชื่อสมาชิก JSON ซ้ำกัน",
)
JSON_INVALID = Fault(
    "exchange.json_invalid",
    en="{what} is not a valid JSON object in UTF-8",
    th="{what} ไม่ใช่ออบเจกต์ JSON ที่ถูกต้องในรหัส UTF-8",
)
TIME_INVALID = Fault(
    "exchange.time_invalid",
    en="{what} is not a UTC time in RFC 3339 form",
    th="{what} ไม่ใช่เวลา UTC ตามรูปแบบ RFC 3339",
)

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)


def base64url(content: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def from_base64url(text: str, *, what: str) -> bytes:
    """The bytes that ``base64url`` spells as ``text``; ``what`` names the part in the error.

    Raises:
        VerificationError: padding, another alphabet, white space, or stray bits in the last character.
    """
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise VerificationError(BASE64URL_INVALID, what=what) from None
    if base64url(content) != text:
        raise VerificationError(BASE64URL_INVALID, what=what)
    return content


def canonical_json(content: Mapping[str, object]) -> bytes:
    """JSON in UTF-8 with sorted members, without spaces, with real Thai characters."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def strict_json_object(content: bytes, *, what: str, is_canonical: bool = False) -> dict[str, object]:
    """The JSON object in ``content``, with no member twice, no NaN and no half character.

    Args:
        content: the bytes.
        what: the name of the part for the error's text.
        is_canonical: also refuse any spelling but that of ``canonical_json``.

    Raises:
        VerificationError: it is something else.
    """
    try:
        found = strict_json(content.decode())
        # Written again even if it may be spelt freely: half a surrogate pair parses, and is no text.
        if isinstance(found, dict) and (canonical_json(found) == content or not is_canonical):
            return found
    except RepeatedMemberError:
        raise VerificationError(MEMBER_REPEATED, what=what) from None
    except (ValueError, RecursionError):
        pass
    raise VerificationError(JSON_INVALID, what=what)


def rfc3339(moment: datetime) -> str:
    """``2026-11-23T05:48:11Z``, with six decimals only where there is a fraction of a second.

    Raises:
        ValueError: the moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def from_rfc3339(text: object, *, what: str) -> datetime:
    """The moment that ``rfc3339`` spells as ``text``.

    Raises:
        VerificationError: another spelling, another zone, or no such moment.
    """
    if isinstance(text, str) and _TIME.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise VerificationError(TIME_INVALID, what=what) from None
        if rfc3339(moment) == text:
            return moment
    raise VerificationError(TIME_INVALID, what=what)
