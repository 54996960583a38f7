"""The head of an envelope: what a recipient needs before the first record."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ..errors import Fault, VerificationError
from .encoding import base64url, canonical_json, from_base64url, strict_json_object
from .keys import Suite
from .manifest import MAX_CHUNK_BYTES, MIN_CHUNK_BYTES

__all__ = ["NONCE_PREFIX_BYTES", "Prelude", "parse_prelude"]

PRELUDE_INVALID = Fault(
    "exchange.prelude_invalid",
    en="the head of the envelope lacks {what} or has it in another form",
    th="ส่วนหัวของซองเอกสารไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)

_LENGTH = struct.Struct(">I")
NONCE_PREFIX_BYTES, _COMMITMENT_BYTES = 7, 32
_MEMBERS = {"suite", "recipient_kid", "wrapped_key", "commitment", "nonce_prefix", "chunk_bytes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prelude:
    """How the records of one envelope are encrypted, and the wrapped key to them.

    ``wrapped_key`` is a JWE compact (suite P256) or base64url of HPKE's output (suite HYBRID).
    ``commitment`` ties the content key to this envelope, since AES-GCM alone does not commit to its
    key. A record's nonce is ``nonce_prefix``, its number in 32 bits, and 1 for the last record, else 0.
    """

    suite: Suite
    recipient_kid: str
    wrapped_key: str
    commitment: bytes
    nonce_prefix: bytes
    chunk_bytes: int

    def to_bytes(self) -> bytes:
        """Canonical JSON; its SHA-256 is every record's additional data."""
        return canonical_json(
            {
                "suite": self.suite.value,
                "recipient_kid": self.recipient_kid,
                "wrapped_key": self.wrapped_key,
                "commitment": base64url(self.commitment),
                "nonce_prefix": base64url(self.nonce_prefix),
                "chunk_bytes": self.chunk_bytes,
            }
        )

    def nonce(self, index: int, *, is_last: bool) -> bytes:
        """The 12-byte nonce of one record."""
        return self.nonce_prefix + _LENGTH.pack(index) + bytes((is_last,))


def parse_prelude(content: bytes) -> Prelude:
    """Read what ``Prelude.to_bytes`` wrote, in that one spelling.

    Raises:
        VerificationError: it is anything else.
    """
    members = strict_json_object(content, what="prelude", is_canonical=True)
    if members.keys() != _MEMBERS:
        raise VerificationError(PRELUDE_INVALID, what="a member")
    chunk_bytes = members.pop("chunk_bytes")
    text = {name: value for name, value in members.items() if isinstance(value, str)}
    if type(chunk_bytes) is not int or not MIN_CHUNK_BYTES <= chunk_bytes <= MAX_CHUNK_BYTES:
        raise VerificationError(PRELUDE_INVALID, what="chunk_bytes")
    if len(text) != len(members) or text["suite"] not in {suite.value for suite in Suite}:
        raise VerificationError(PRELUDE_INVALID, what="suite")
    prelude = Prelude(
        suite=Suite(text["suite"]),
        recipient_kid=text["recipient_kid"],
        wrapped_key=text["wrapped_key"],
        commitment=from_base64url(text["commitment"], what="commitment"),
        nonce_prefix=from_base64url(text["nonce_prefix"], what="nonce_prefix"),
        chunk_bytes=chunk_bytes,
    )
    if (len(prelude.commitment), len(prelude.nonce_prefix)) != (_COMMITMENT_BYTES, NONCE_PREFIX_BYTES):
        raise VerificationError(PRELUDE_INVALID, what="commitment or nonce_prefix")
    return prelude
