"""Opening an envelope: everything that can be checked is checked before the first byte is decrypted."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import Fault, VerificationError
from . import jose
from .document import DocumentInfo, split_head
from .envelope import (
    BODY_FOREIGN,
    DEFAULT_MAX_ENVELOPE_BYTES,
    MANIFEST_TYPE,
    Layout,
    check_layout,
    read_layout,
    read_records,
)
from .inputs import envelope_file
from .keyring import KeyRing
from .keys import DecryptionKey
from .manifest import Manifest, parse_manifest
from .output import OutputFile, output_file
from .trust import KEY_NOT_YET_VALID, TrustList
from .wrapping import ContentSecrets, Parties, unwrap_content_key

__all__ = ["OpenLimits", "Opened", "open_envelope", "read_manifest"]

RECIPIENT_WRONG = Fault(
    "exchange.recipient_wrong",
    en="the envelope is for another organisation",
    th="ซองเอกสารนี้ส่งถึงหน่วยงานอื่น",
)
SUITE_WRONG = Fault(
    "exchange.suite_wrong",
    en="the envelope's suite is not that of the key it names",
    th="ชุดวิธีเข้ารหัสของซองเอกสารไม่ตรงกับกุญแจที่ระบุ",
)
SEALED_IN_FUTURE = Fault(
    "exchange.sealed_in_future",
    en="the envelope says it was sealed in the future",
    th="ซองเอกสารระบุเวลาผนึกเป็นเวลาในอนาคต",
)
RECORD_DAMAGED = Fault(
    "exchange.record_damaged",
    en="record {number} of the envelope was changed, moved or taken from another one",
    th="ข้อมูลส่วนที่ {number} ของซองเอกสารถูกแก้ไข ย้ายที่ หรือนำมาจากซองอื่น",
)

_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLimits:
    """What is taken at most. ``clock_skew_s`` is how far the sender's clock may be ahead of ours."""

    max_envelope_bytes: int = DEFAULT_MAX_ENVELOPE_BYTES
    clock_skew_s: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A document that came out of an envelope. ``sha256_hex`` is the digest of the file at ``path``.

    ``info.file_name`` is what the sender called it: it was checked to be a bare name, and nothing was
    written under it.
    """

    manifest: Manifest
    info: DocumentInfo
    path: Path
    sha256_hex: str


DEFAULT_LIMITS = OpenLimits()


def read_manifest(
    path: Path, *, trust: TrustList, at: datetime, limits: OpenLimits = DEFAULT_LIMITS
) -> Manifest:
    """The manifest of an envelope whose signature, signer, head and sizes are right. Decrypts nothing.

    The body's digest is not compared; ``envelope.body_sha256_hex`` does that, without a key.

    Raises:
        VerificationError: one of them is wrong.
        RejectedError: there is no such file.
        UnavailableError: it cannot be read now.
    """
    with envelope_file(path) as file:
        return _checked_manifest(file, trust=trust, at=at, limits=limits)[1]


def open_envelope(
    path: Path,
    *,
    into: Path,
    keys: KeyRing,
    trust: TrustList,
    recipient: str,
    at: datetime,
    limits: OpenLimits = DEFAULT_LIMITS,
) -> Opened:
    """Open an envelope into a file of mode 600 that appears only when everything was right.

    The plaintext is written to a file without a name, which does not outlive the process (see
    ``output``). Takes about two chunks of memory.

    Args:
        path: the envelope.
        into: where the document appears; nothing there is overwritten.
        keys: the recipient's key ring.
        trust: whose signatures are believed.
        recipient: our own organisation's id, which the manifest must name.
        at: now; decides which keys are valid.
        limits: sizes and clock skew.

    Raises:
        VerificationError: anything about the envelope is wrong; each reason has its own code.
        ConflictError: something is at ``into``.
        RejectedError: there is no such file.
        ConfigError: the key ring cannot be read.
        UnavailableError: the envelope cannot be read now, or the document cannot be written.
    """
    with envelope_file(path) as file:
        layout, manifest = _checked_manifest(file, trust=trust, at=at, limits=limits)
        if manifest.recipient != recipient:
            raise VerificationError(RECIPIENT_WRONG)
        key = keys.decryption(layout.prelude.recipient_kid, at=at)
        record_key = _record_key(layout, manifest, key=key)
        with output_file(into) as output:
            info, sha256_hex = _decrypt(file, output, layout=layout, manifest=manifest, record_key=record_key)
    return Opened(manifest=manifest, info=info, path=into, sha256_hex=sha256_hex)


def _checked_manifest(
    file: BinaryIO, *, trust: TrustList, at: datetime, limits: OpenLimits
) -> tuple[Layout, Manifest]:
    layout = read_layout(file, most_bytes=limits.max_envelope_bytes)
    kid = jose.header_of(layout.manifest_jws)["kid"]
    entry, key = trust.signer(kid=kid, at=at)
    manifest = parse_manifest(jose.verify(layout.manifest_jws, key=key, typ=MANIFEST_TYPE))
    trust.signer(kid=kid, at=at, organisation=manifest.sender)
    skew = timedelta(seconds=limits.clock_skew_s)
    if manifest.sealed_at > at + skew:
        raise VerificationError(SEALED_IN_FUTURE)
    if manifest.sealed_at + skew < entry.valid_from:
        raise VerificationError(KEY_NOT_YET_VALID)
    check_layout(layout, manifest)
    return layout, manifest


def _record_key(layout: Layout, manifest: Manifest, *, key: DecryptionKey) -> bytes:
    prelude = layout.prelude
    if prelude.suite is not key.suite:
        raise VerificationError(SUITE_WRONG)
    parties = Parties(message_id=manifest.message_id, sender=manifest.sender, recipient=manifest.recipient)
    content_key = unwrap_content_key(prelude.wrapped_key, key=key, parties=parties)
    derived = ContentSecrets.derive(content_key, parties=parties)
    derived.check(prelude.commitment)
    return derived.record_key


def _decrypt(
    file: BinaryIO, output: OutputFile, *, layout: Layout, manifest: Manifest, record_key: bytes
) -> tuple[DocumentInfo, str]:
    cipher, additional = AESGCM(record_key), bytes.fromhex(layout.prelude_sha256)
    body, document = hashlib.sha256(), hashlib.sha256()
    info: DocumentInfo | None = None
    for index, record in enumerate(read_records(file, layout, manifest)):
        body.update(record)
        nonce = layout.prelude.nonce(index, is_last=index == manifest.chunk_count - 1)
        try:
            chunk: bytes | memoryview = cipher.decrypt(nonce, record[_LENGTH.size :], additional)
        except InvalidTag:
            raise VerificationError(RECORD_DAMAGED, number=index + 1) from None
        if info is None:
            info, chunk = split_head(bytes(chunk))
        document.update(chunk)
        output.write(chunk)
    if info is None or body.hexdigest() != manifest.body_sha256:
        raise VerificationError(BODY_FOREIGN)
    return info, document.hexdigest()
