"""From a content key to its recipient and back, in either suite, tied to one message and its parties."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..errors import Fault, VerificationError
from . import jose
from .encoding import base64url, from_base64url
from .keys import DecryptionKey, EncryptionKey, HybridPrivate, HybridPublic

__all__ = ["ContentSecrets", "Parties", "unwrap_content_key", "wrap_content_key"]

COMMITMENT_WRONG = Fault(
    "exchange.commitment_wrong",
    en="the content key is not the one this envelope was sealed with",
    th="กุญแจเนื้อหาไม่ใช่กุญแจที่ใช้ผนึกซองเอกสารนี้",
)

_WRAPPED_BYTES = 1168  # ML-KEM-768 ciphertext, X25519 key, 32 bytes and their tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """What a content key is good for: one message from one sender to one recipient."""

    message_id: UUID
    sender: str
    recipient: str

    def info(self) -> bytes:
        """Bytes that differ whenever a part does: no part can hold the NUL between them."""
        return "\0".join(("govlink-envelope-1", self.sender, self.recipient, str(self.message_id))).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentSecrets:
    """What is derived from a content key: the records' key, and what the prelude shows of it."""

    record_key: bytes = field(repr=False)
    commitment: bytes

    @classmethod
    def derive(cls, content_key: bytes, *, parties: Parties) -> ContentSecrets:
        """HKDF-SHA256 (RFC 5869) with the parties as ``info``: one key never serves two messages."""
        both = HKDF(hashes.SHA256(), length=64, salt=None, info=parties.info()).derive(content_key)
        return cls(record_key=both[:32], commitment=both[32:])

    def check(self, commitment: bytes) -> None:
        """Refuse a prelude that was made with another key: AES-GCM itself would not notice.

        Raises:
            VerificationError: ``exchange.commitment_wrong``.
        """
        if not hmac.compare_digest(self.commitment, commitment):
            raise VerificationError(COMMITMENT_WRONG)


def _hybrid_suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def wrap_content_key(content_key: bytes, *, recipient: EncryptionKey, parties: Parties) -> str:
    """Wrap a content key to its recipient.

    P256 makes a compact JWE whose ``apu`` and ``apv`` are the two organisations' ids. HYBRID makes
    base64url of HPKE's encapsulated key and ciphertext, with the parties and message id as ``info``:
    base mode, KEM 0x647A (X-Wing: ML-KEM-768 and X25519), KDF 0x0001 (HKDF-SHA256), AEAD 0x0002
    (AES-256-GCM), no additional data.
    """
    if isinstance(recipient.native, HybridPublic):
        public = hpke.MLKEM768X25519PublicKey(recipient.native.mlkem, recipient.native.x25519)
        return base64url(_hybrid_suite().encrypt(content_key, public, parties.info()))
    return jose.wrap(
        content_key,
        recipient=recipient.native,
        kid=recipient.kid,
        apu=parties.sender.encode(),
        apv=parties.recipient.encode(),
    )


def unwrap_content_key(wrapped: str, *, key: DecryptionKey, parties: Parties) -> bytes:
    """The content key.

    Raises:
        VerificationError: it was wrapped to another key or between other parties, or was changed.
    """
    if isinstance(key.native, HybridPrivate):
        return _unwrap_hybrid(wrapped, key=key.native, info=parties.info())
    return jose.unwrap(
        wrapped,
        key=key.native,
        kid=key.kid,
        apu=parties.sender.encode(),
        apv=parties.recipient.encode(),
    )


def _unwrap_hybrid(wrapped: str, *, key: HybridPrivate, info: bytes) -> bytes:
    content = from_base64url(wrapped, what="wrapped_key")
    if len(content) != _WRAPPED_BYTES:
        raise VerificationError(jose.UNWRAP_FAILED)
    private = hpke.MLKEM768X25519PrivateKey(key.mlkem, key.x25519)
    try:
        return _hybrid_suite().decrypt(content, private, info)
    except (InvalidTag, ValueError):  # a point of small order is a ValueError
        raise VerificationError(jose.UNWRAP_FAILED) from None
