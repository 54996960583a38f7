"""Sealing a document of any size for one recipient, in constant memory."""

from __future__ import annotations

import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ..errors import Fault, RejectedError
from . import jose
from .document import DocumentInfo, head_bytes
from .envelope import MAGIC, MANIFEST_TYPE, trailer
from .keys import EncryptionKey, SigningKey
from .manifest import DEFAULT_CHUNK_BYTES, MAX_CHUNKS, Manifest
from .output import OutputFile, output_file
from .prelude import NONCE_PREFIX_BYTES, Prelude
from .wrapping import ContentSecrets, Parties, wrap_content_key

__all__ = ["Sealed", "seal"]

SOURCE_UNREADABLE = Fault(
    "exchange.source_unreadable",
    en="the document cannot be read",
    th="อ่านไฟล์เอกสารไม่ได้",
)
TOO_MANY_CHUNKS = Fault(
    "exchange.too_many_chunks",
    en="the document is too large for chunks of this size",
    th="เอกสารใหญ่เกินกว่าจะแบ่งเป็นชิ้นขนาดนี้ได้",
)
SOURCE_IS_TARGET = Fault(
    "exchange.source_is_target",
    en="the envelope would replace the document itself; write it elsewhere",
    th="ซองเอกสารจะเขียนทับตัวเอกสารเอง ให้เขียนไปที่อื่น",
)

_LENGTH = struct.Struct(">I")
_UNSIGNED = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """An envelope that was written."""

    manifest: Manifest
    path: Path
    size_bytes: int


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What is known of the body once it is written."""

    size_bytes: int
    plain_bytes: int = 0
    chunk_count: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


def seal(
    source: Path | BinaryIO,
    *,
    into: Path,
    info: DocumentInfo,
    message_id: UUID,
    sender: str,
    recipient: str,
    purpose: str,
    case_reference: str,
    signing_key: SigningKey,
    recipient_key: EncryptionKey,
    at: datetime,
    chunk_bytes: int = DEFAULT_CHUNK_BYTES,
    overwrite: bool = False,
) -> Sealed:
    """Seal a document into an envelope file (govlink's own format, version 1).

    ``purpose``, ``case_reference``, both organisations and the time travel in clear and must name no
    person; the document, its name and its media type are encrypted. Content keys come from the
    operating system's randomness, never from a replayable context. Takes about three chunks of memory.

    Args:
        source: a file, or a stream open for reading.
        into: where the envelope appears, whole, of mode 600, or not at all.
        info: name and media type for the recipient.
        message_id: one for one message; a repeat of the same message keeps it.
        sender: the organisation that seals; the recipient must trust ``signing_key`` as its key.
        recipient: the organisation it is for.
        purpose: why, in at most 500 characters.
        case_reference: the case it belongs to, in at most 200 characters.
        signing_key: the sender's.
        recipient_key: the recipient's; its kind decides the suite.
        at: the time that the manifest names.
        chunk_bytes: plaintext of one record, 64 KiB to 4 MiB.
        overwrite: replace what is at ``into``, but never the source itself.

    Raises:
        RejectedError: the source cannot be read, or is what is at ``into``, or a text is not allowed.
        ConflictError: something is at ``into``.
        UnavailableError: the envelope cannot be written there.
    """
    parties = Parties(message_id=message_id, sender=sender, recipient=recipient)
    draft = Manifest(
        message_id=message_id,
        sender=sender,
        recipient=recipient,
        purpose=purpose,
        case_reference=case_reference,
        sealed_at=at,
        suite=recipient_key.suite,
        chunk_bytes=chunk_bytes,
        chunk_count=1,
        plain_bytes=1,
        prelude_sha256=_UNSIGNED,
        body_sha256=_UNSIGNED,
    )
    with _opened(source) as document:
        if overwrite and _is_file_at(into, document):
            raise RejectedError(SOURCE_IS_TARGET)
        with output_file(into, overwrite=overwrite) as output:
            return _seal(
                document,
                output,
                draft=draft,
                info=info,
                parties=parties,
                path=into,
                signing_key=signing_key,
                recipient_key=recipient_key,
            )


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, Path):
        yield source
        return
    try:
        file = source.open("rb", buffering=0)
    except OSError as error:
        raise RejectedError(SOURCE_UNREADABLE) from error
    with file:
        yield file


def _is_file_at(path: Path, document: BinaryIO) -> bool:
    """Whether the stream reads the file that is there, under this name or another."""
    try:
        return os.path.samestat(os.fstat(document.fileno()), path.stat())
    except OSError:  # nothing is there, or the stream is no file of the operating system
        return False


def _seal(
    document: BinaryIO,
    output: OutputFile,
    *,
    draft: Manifest,
    info: DocumentInfo,
    parties: Parties,
    path: Path,
    signing_key: SigningKey,
    recipient_key: EncryptionKey,
) -> Sealed:
    content_key = secrets.token_bytes(jose.CONTENT_KEY_BYTES)
    derived = ContentSecrets.derive(content_key, parties=parties)
    prelude = Prelude(
        suite=recipient_key.suite,
        recipient_kid=recipient_key.kid,
        wrapped_key=wrap_content_key(content_key, recipient=recipient_key, parties=parties),
        commitment=derived.commitment,
        nonce_prefix=secrets.token_bytes(NONCE_PREFIX_BYTES),
        chunk_bytes=draft.chunk_bytes,
    )
    head = prelude.to_bytes()
    start = MAGIC + _LENGTH.pack(len(head)) + head
    output.write(start)
    tally = _write_records(
        _chunks(document, info=info, chunk_bytes=draft.chunk_bytes),
        output,
        prelude=prelude,
        record_key=derived.record_key,
        written_bytes=len(start),
    )
    manifest = replace(
        draft,
        chunk_count=tally.chunk_count,
        plain_bytes=tally.plain_bytes,
        prelude_sha256=hashlib.sha256(head).hexdigest(),
        body_sha256=tally.digest.hexdigest(),
    )
    manifest_jws = jose.sign(manifest.to_bytes(), key=signing_key, typ=MANIFEST_TYPE)
    end = trailer(manifest_jws=manifest_jws, size_before_bytes=tally.size_bytes)
    output.write(end)
    return Sealed(manifest=manifest, path=path, size_bytes=tally.size_bytes + len(end))


def _read(source: BinaryIO, count_bytes: int) -> bytes:
    """That many bytes, or fewer at the end only: a pipe hands out less at any time."""
    try:
        content = source.read(count_bytes)
        while len(content) < count_bytes and (more := source.read(count_bytes - len(content))):
            content += more
    except OSError as error:
        raise RejectedError(SOURCE_UNREADABLE) from error
    return content


def _chunks(source: BinaryIO, *, info: DocumentInfo, chunk_bytes: int) -> Iterator[bytes]:
    first = head_bytes(info)
    yield first + _read(source, chunk_bytes - len(first))
    while chunk := _read(source, chunk_bytes):
        yield chunk


def _write_records(
    chunks: Iterator[bytes], output: OutputFile, *, prelude: Prelude, record_key: bytes, written_bytes: int
) -> _Tally:
    cipher, additional = AESGCM(record_key), hashlib.sha256(prelude.to_bytes()).digest()
    tally = _Tally(size_bytes=written_bytes)
    chunk = next(chunks)
    while chunk:
        # Only the chunk after it tells whether this one is the last.
        following = next(chunks, b"")
        if tally.chunk_count == MAX_CHUNKS:
            raise RejectedError(TOO_MANY_CHUNKS)
        nonce = prelude.nonce(tally.chunk_count, is_last=not following)
        ciphertext = cipher.encrypt(nonce, chunk, additional)
        for part in (_LENGTH.pack(len(ciphertext)), ciphertext):
            tally.digest.update(part)
            output.write(part)
            tally.size_bytes += len(part)
        tally.plain_bytes += len(chunk)
        tally.chunk_count += 1
        chunk = following
    return tally
