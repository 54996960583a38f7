"""What an envelope says of itself in clear, signed by the sender: govlink's own format, version 1.

The manifest can be read and checked without a key, by the recipient's gate and by an auditor years
later. So purpose and case reference must name no person, and the document's name and digest are not in
it: the digest of a short document is enough to guess the document. Those travel encrypted, as
``DocumentInfo``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from ..errors import Fault, RejectedError, VerificationError
from .document import DocumentInfo
from .encoding import canonical_json, from_rfc3339, rfc3339, strict_json_object
from .keys import Suite
from .restating import restated
from .texts import check_organisation, check_text

__all__ = [
    "DEFAULT_CHUNK_BYTES",
    "MAX_CHUNK_BYTES",
    "MIN_CHUNK_BYTES",
    "DocumentInfo",
    "Manifest",
    "check_organisation",
    "check_text",
    "manifest_sha256_hex",
    "parse_manifest",
]

MANIFEST_INVALID = Fault(
    "exchange.manifest_invalid",
    en="the manifest lacks {what}, has it in another form, or has a member that version 1 does not know",
    th="manifest ไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง หรือมีสมาชิกที่รุ่น 1 ไม่รู้จัก",
)
MANIFEST_VERSION = Fault(
    "exchange.manifest_version",
    en="the manifest is of a version that this govlink does not know",
    th="manifest เป็นรุ่นที่ govlink รุ่นนี้ไม่รู้จัก",
)

MIN_CHUNK_BYTES = 64 * 1024
DEFAULT_CHUNK_BYTES = 1024 * 1024
MAX_CHUNK_BYTES = 4 * 1024 * 1024
MAX_CHUNKS = 2**32 - 1  # the counter in the nonce has 32 bits

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One message: who, to whom, why, when, and the digests that tie it to its envelope.

    ``plain_bytes`` counts the plaintext of all chunks: the document and the ``DocumentInfo`` before
    it. Digests are lower-case hexadecimal SHA-256: of the prelude, and of all records in their order.

    Raises:
        RejectedError: a text or number is outside what the format allows.
    """

    version: int = 1
    message_id: UUID
    sender: str
    recipient: str
    purpose: str
    case_reference: str
    sealed_at: datetime
    suite: Suite
    chunk_bytes: int
    chunk_count: int
    plain_bytes: int
    prelude_sha256: str
    body_sha256: str

    def __post_init__(self) -> None:
        check_organisation(self.sender)
        check_organisation(self.recipient)
        check_text(self.purpose, what="purpose", most=500)
        check_text(self.case_reference, what="case_reference", most=200)
        for what, is_right in (
            ("version", self.version == 1),
            ("sealed_at", self.sealed_at.tzinfo is not None),
            ("chunk_bytes", MIN_CHUNK_BYTES <= self.chunk_bytes <= MAX_CHUNK_BYTES),
            ("chunk_count", 1 <= self.chunk_count <= MAX_CHUNKS),
            (
                "plain_bytes",
                self.plain_bytes > 0 and -(-self.plain_bytes // self.chunk_bytes) == self.chunk_count,
            ),
            ("prelude_sha256", _SHA256.fullmatch(self.prelude_sha256)),
            ("body_sha256", _SHA256.fullmatch(self.body_sha256)),
        ):
            if not is_right:
                raise RejectedError(MANIFEST_INVALID, what=what)

    def to_bytes(self) -> bytes:
        """Canonical JSON: sorted members, no spaces, UTF-8. These bytes are what is signed."""
        return canonical_json(
            {
                **{field.name: getattr(self, field.name) for field in fields(self)},
                "message_id": str(self.message_id),
                "sealed_at": rfc3339(self.sealed_at),
                "suite": self.suite.value,
            }
        )


def manifest_sha256_hex(manifest: Manifest) -> str:
    """The digest by which receipts and evidence name a manifest: SHA-256 of ``to_bytes``."""
    return hashlib.sha256(manifest.to_bytes()).hexdigest()


_KINDS: Mapping[str, type] = {field.name: int if field.type == "int" else str for field in fields(Manifest)}


def parse_manifest(content: bytes) -> Manifest:
    """Read what ``Manifest.to_bytes`` wrote, in that one spelling. The signature is checked elsewhere.

    Raises:
        VerificationError: it is anything else.
    """
    members = strict_json_object(content, what="manifest", is_canonical=True)
    version = members.get("version")
    if type(version) is int and version != 1:
        raise VerificationError(MANIFEST_VERSION)
    if members.keys() != _KINDS.keys():
        raise VerificationError(MANIFEST_INVALID, what="a member")
    for name, kind in _KINDS.items():
        if type(members[name]) is not kind:  # a boolean would pass for a number
            raise VerificationError(MANIFEST_INVALID, what=name)
    try:
        manifest = _from_members(members)
    except RejectedError as error:
        raise restated(error, VerificationError) from None
    if manifest.to_bytes() != content:  # a UUID in capitals
        raise VerificationError(MANIFEST_INVALID, what="message_id")
    return manifest


def _from_members(members: Mapping[str, object]) -> Manifest:
    text = {name: str(value) for name, value in members.items()}
    number = {name: value for name, value in members.items() if isinstance(value, int)}
    try:
        message_id, suite = UUID(text["message_id"]), Suite(text["suite"])
    except ValueError:
        raise VerificationError(MANIFEST_INVALID, what="message_id or suite") from None
    return Manifest(
        version=number["version"],
        message_id=message_id,
        sender=text["sender"],
        recipient=text["recipient"],
        purpose=text["purpose"],
        case_reference=text["case_reference"],
        sealed_at=from_rfc3339(text["sealed_at"], what="sealed_at"),
        suite=suite,
        chunk_bytes=number["chunk_bytes"],
        chunk_count=number["chunk_count"],
        plain_bytes=number["plain_bytes"],
        prelude_sha256=text["prelude_sha256"],
        body_sha256=text["body_sha256"],
    )
