"""RFC 3161 time-stamps: proof by a third party that a digest existed at a time.

What goes over the wire is a SHA-256 digest and a nonce, never content. The authority's answer is kept
whole (the DER of a TimeStampResp, which other tools read too) and is checked offline, years later,
against root certificates that the agency chose. No authority and no root is built in. How an authority
must answer is documented: RFC 3161, sections 2.4 and 3.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.x509 import Certificate
from rfc3161_client import PKIStatus, decode_timestamp_response

from ..errors import ConfigError, Fault, RejectedError, UnavailableError, UnexpectedAnswerError
from ..flow import Context, Flow, Request, Response
from ..wire import raise_for_status
from .timestamp_tokens import load_roots, parse_token, verify_timestamp

__all__ = ["TimestampSettings", "load_roots", "request_timestamp", "timestamp_query", "verify_timestamp"]

URL_INVALID = Fault(
    "exchange.timestamp_url_invalid",
    en="the URL of the time-stamp authority must begin with http:// or https:// and name a host",
    th="URL ของผู้ให้บริการประทับเวลาต้องขึ้นต้นด้วย http:// หรือ https:// และมีชื่อโฮสต์",
)
NOT_A_DIGEST = Fault(
    "exchange.timestamp_not_a_digest",
    en="a time-stamp is asked for the 32 bytes of a SHA-256 digest",
    th="การขอประทับเวลาต้องใช้ค่า SHA-256 ขนาด 32 ไบต์",
)
NOT_A_REPLY = Fault(
    "exchange.timestamp_not_a_reply",
    en="what answered at the time-stamp authority's URL did not send a time-stamp reply",
    th="คำตอบจาก URL ของผู้ให้บริการประทับเวลาไม่ใช่ข้อมูลประทับเวลา",
)
NOT_GRANTED = Fault(
    "exchange.timestamp_not_granted",
    en="the time-stamp authority did not grant the time-stamp (status {status})",
    th="ผู้ให้บริการประทับเวลาไม่ออกตราประทับเวลาให้ (สถานะ {status})",
)
OTHER_REPLY = Fault(
    "exchange.timestamp_other_reply",
    en="the time-stamp authority answered another request than this one",
    th="ผู้ให้บริการประทับเวลาตอบคำขออื่น ไม่ใช่คำขอนี้",
)

_SHA256_DER = bytes.fromhex("0609608648016503040201")
_DIGEST_BYTES = 32
_OPERATION = "timestamp.request"
_PLATFORM = "timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampSettings:
    """Which authority is asked. There is no default: trusting one is the agency's decision.

    Plain http is allowed, as many authorities offer nothing else: the answer is signed, and a changed
    or replayed one is refused. ``max_answer_bytes`` keeps an answer small enough for one evidence entry.

    Raises:
        ConfigError: the URL is none.
    """

    url: str
    timeout_s: float = 15.0
    max_answer_bytes: int = 32 * 1024

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
        except ValueError:
            raise ConfigError(URL_INVALID) from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigError(URL_INVALID)


def _der(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content  # lengths under 128 bytes have this one form


def timestamp_query(digest: bytes, *, nonce: int) -> bytes:
    """The DER of a TimeStampReq for a SHA-256 digest, asking for the certificate (RFC 3161, 2.4.1).

    The library's own builder hashes its input once more and draws the nonce itself, which a flow may not.

    Args:
        digest: 32 bytes.
        nonce: a number under 2 to the 64th.

    Raises:
        RejectedError: the digest has another length.
    """
    if len(digest) != _DIGEST_BYTES:
        raise RejectedError(NOT_A_DIGEST)
    imprint = _der(0x30, _der(0x30, _SHA256_DER + b"\x05\x00") + _der(0x04, digest))
    number = _der(0x02, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big"))
    return _der(0x30, b"\x02\x01\x01" + imprint + number + b"\x01\x01\xff")


def request_timestamp(
    digest: bytes, *, settings: TimestampSettings, roots: tuple[Certificate, ...], context: Context
) -> Flow[bytes]:
    """Ask for a time-stamp of a digest; the token comes back verified, ready to be kept.

    Raises:
        UnavailableError: the authority cannot serve now, or did not grant it.
        UnexpectedAnswerError: no time-stamp reply, one to another request, or one too large.
        VerificationError: as ``verify_timestamp``.
    """
    nonce = int.from_bytes(context.random_bytes("timestamp-nonce")[:8], "big")
    response = yield Request(
        method="POST",
        url=settings.url,
        operation=_OPERATION,
        headers=(("Content-Type", "application/timestamp-query"), ("Accept", "application/timestamp-reply")),
        body=timestamp_query(digest, nonce=nonce),
        timeout_s=settings.timeout_s,
        max_body_bytes=settings.max_answer_bytes,
    )
    raise_for_status(response, platform=_PLATFORM, operation=_OPERATION)
    _check_granted(response, limit_bytes=settings.max_answer_bytes)
    if parse_token(response.body).tst_info.nonce != nonce:
        raise UnexpectedAnswerError(OTHER_REPLY, platform=_PLATFORM, operation=_OPERATION)
    verify_timestamp(response.body, digest, roots=roots)
    return response.body


def _status(response: Response, *, limit_bytes: int) -> int | None:
    kind = (response.header("Content-Type") or "").partition(";")[0].strip().lower()
    if kind != "application/timestamp-reply" or len(response.body) > limit_bytes:
        return None
    try:
        return decode_timestamp_response(response.body).status
    except ValueError:
        return None


def _check_granted(response: Response, *, limit_bytes: int) -> None:
    status = _status(response, limit_bytes=limit_bytes)
    if status is None:
        raise UnexpectedAnswerError(NOT_A_REPLY, platform=_PLATFORM, operation=_OPERATION)
    if status != PKIStatus.GRANTED:
        raise UnavailableError(NOT_GRANTED, platform=_PLATFORM, operation=_OPERATION, status=status)
