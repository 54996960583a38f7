"""Envelopes and receipts read for judging: their content compared with their own digests and signature.

Where the signing key is known, its signature is part of that; where it is not, everything else still is.
Whether the key may be believed is judged in ``verify``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from ..errors import VerificationError
from . import jose
from .encoding import from_base64url, rfc3339
from .envelope import BODY_FOREIGN, MANIFEST_TYPE, body_sha256_hex, check_layout, read_layout
from .keys import VerifyingKey
from .manifest import manifest_sha256_hex, parse_manifest
from .receipts import MAX_RECEIPT_BYTES, RECEIPT_OVERSIZE, RECEIPT_TYPE, parse_receipt_content
from .trust import TrustEntry, TrustList

__all__ = ["Claim", "read_envelope_claim", "read_receipt_claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a signed file says of itself.

    ``entry`` is the pinned entry of the key that signed; None when the key is unknown, and then the
    signature was not checked.
    """

    entry: TrustEntry | None
    signer: str
    signed_at: datetime
    details: tuple[tuple[str, str], ...]


def _signed_content(text: str, *, trust: TrustList | None, typ: str) -> tuple[TrustEntry | None, str, bytes]:
    """The pinned entry of the signer, the key's id and the payload, its signature checked if it can be."""
    header = jose.header_of(text)
    entry = trust.find(header["kid"]) if trust is not None else None
    if entry is not None and isinstance(entry.key, VerifyingKey):
        return entry, entry.kid, jose.verify(text, key=entry.key, typ=typ)
    if header["typ"] != typ:
        raise VerificationError(jose.TYPE_WRONG, typ=typ)
    return None, header["kid"], from_base64url(text.split(".")[1], what="JWS")


def read_envelope_claim(file: BinaryIO, *, trust: TrustList | None) -> Claim:
    """Read an envelope whole, in the memory of one chunk. Nothing is decrypted.

    Raises:
        VerificationError: form, sizes, signature, head or body are not right.
    """
    layout = read_layout(file, most_bytes=sys.maxsize)  # reading takes time, not memory
    entry, kid, content = _signed_content(layout.manifest_jws, trust=trust, typ=MANIFEST_TYPE)
    manifest = parse_manifest(content)
    check_layout(layout, manifest)
    if body_sha256_hex(file, layout, manifest) != manifest.body_sha256:
        raise VerificationError(BODY_FOREIGN)
    return Claim(
        entry=entry,
        signer=manifest.sender,
        signed_at=manifest.sealed_at,
        details=(
            ("message_id", str(manifest.message_id)),
            ("sender", manifest.sender),
            ("recipient", manifest.recipient),
            ("purpose", manifest.purpose),
            ("case_reference", manifest.case_reference),
            ("sealed_at", rfc3339(manifest.sealed_at)),
            ("manifest_sha256", manifest_sha256_hex(manifest)),
            ("kid", kid),
        ),
    )


def read_receipt_claim(file: BinaryIO, *, trust: TrustList | None) -> Claim:
    """Read a receipt: a compact JWS, with or without a line feed after it.

    Raises:
        VerificationError: form or signature is not right.
    """
    text = file.read(MAX_RECEIPT_BYTES + 2).decode("latin-1").removesuffix("\n")
    if len(text) > MAX_RECEIPT_BYTES:
        raise VerificationError(RECEIPT_OVERSIZE, most_bytes=MAX_RECEIPT_BYTES)
    entry, kid, content = _signed_content(text, trust=trust, typ=RECEIPT_TYPE)
    receipt = parse_receipt_content(content)
    return Claim(
        entry=entry,
        signer=receipt.recipient,
        signed_at=receipt.received_at,
        details=(
            ("receipt_id", str(receipt.receipt_id)),
            ("message_id", str(receipt.message_id)),
            ("sender", receipt.sender),
            ("recipient", receipt.recipient),
            ("outcome", receipt.outcome.value),
            ("reason_code", receipt.reason_code),
            ("received_at", rfc3339(receipt.received_at)),
            ("manifest_sha256", receipt.manifest_sha256),
            ("kid", kid),
        ),
    )
