r"""The bytes of an envelope, shared by sealing, opening and verifying: govlink's own format, version 1.

::

    start      b"GOVLINK-ENVELOPE\x01\n"
    prelude    u32 length, canonical JSON (``Prelude``)
    body       records, each: u32 length, AES-256-GCM ciphertext with its tag
    manifest   JWS compact, ``typ`` govlink-manifest+jws, payload: canonical JSON (``Manifest``)
    trailer    u32 length of the manifest, u64 length of the whole file, b"GOVLINK-END\x01\n"

Numbers are big-endian. Lengths stand there for tools that read front to back; they are never believed:
every position follows from the size of the file and the signed manifest, and a length that says
otherwise is refused, so no input makes a reader take more memory than its own limits.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..errors import Fault, VerificationError
from .manifest import Manifest
from .prelude import Prelude, parse_prelude

__all__ = [
    "DEFAULT_MAX_ENVELOPE_BYTES",
    "END",
    "MAGIC",
    "MANIFEST_TYPE",
    "TAG_BYTES",
    "Layout",
    "body_sha256_hex",
    "check_layout",
    "read_layout",
    "read_records",
    "trailer",
]

NOT_AN_ENVELOPE = Fault(
    "exchange.not_an_envelope",
    en="the file does not begin as a govlink envelope of version 1",
    th="ไฟล์นี้ไม่ได้ขึ้นต้นเป็นซองเอกสารของ govlink รุ่น 1",
)
TRUNCATED = Fault(
    "exchange.truncated",
    en="the envelope is cut off, or something was added to it",
    th="ซองเอกสารขาดตอน หรือมีข้อมูลเพิ่มเข้ามา",
)
OVERSIZE = Fault(
    "exchange.oversize",
    en="the envelope has {size_bytes} bytes and at most {most_bytes} are taken",
    th="ซองเอกสารมีขนาด {size_bytes} ไบต์ แต่รับได้ไม่เกิน {most_bytes} ไบต์",
)
LENGTH_WRONG = Fault(
    "exchange.length_wrong",
    en="a length in the envelope does not agree with the file or the manifest",
    th="ความยาวที่ระบุในซองเอกสารไม่ตรงกับไฟล์หรือ manifest",
)
PRELUDE_FOREIGN = Fault(
    "exchange.prelude_foreign",
    en="the head of the envelope is not the one the manifest was signed for",
    th="ส่วนหัวของซองเอกสารไม่ใช่ส่วนที่ลงนามไว้ใน manifest",
)
BODY_FOREIGN = Fault(
    "exchange.body_foreign",
    en="the body of the envelope is not the one the manifest was signed for",
    th="เนื้อหาของซองเอกสารไม่ใช่ส่วนที่ลงนามไว้ใน manifest",
)

MAGIC = b"GOVLINK-ENVELOPE\x01\n"
END = b"GOVLINK-END\x01\n"
MANIFEST_TYPE = "govlink-manifest+jws"
TAG_BYTES = 16
DEFAULT_MAX_ENVELOPE_BYTES = 2 * 1024**3
MAX_PRELUDE_BYTES = 16 * 1024
MAX_MANIFEST_BYTES = 16 * 1024

_LENGTH = struct.Struct(">I")
_TRAILER = struct.Struct(f">IQ{len(END)}s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the parts of one envelope lie. ``manifest_jws`` is not yet verified."""

    size_bytes: int
    prelude: Prelude
    prelude_sha256: str
    body_offset_bytes: int
    body_bytes: int
    manifest_jws: str


def trailer(*, manifest_jws: str, size_before_bytes: int) -> bytes:
    """The manifest and what follows it, given how many bytes stand before."""
    manifest = manifest_jws.encode("ascii")
    total = size_before_bytes + len(manifest) + _TRAILER.size
    return manifest + _TRAILER.pack(len(manifest), total, END)


def _exactly(file: BinaryIO, count_bytes: int) -> bytes:
    content = file.read(count_bytes)
    if len(content) != count_bytes:
        raise VerificationError(TRUNCATED)
    return content


def _read_prelude(file: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(file, _LENGTH.size))
    if not 0 < length <= MAX_PRELUDE_BYTES:
        raise VerificationError(LENGTH_WRONG)
    return _exactly(file, length)


def read_layout(file: BinaryIO, *, most_bytes: int = DEFAULT_MAX_ENVELOPE_BYTES) -> Layout:
    """Find the parts of an envelope. Reads its two ends only, whatever its size.

    Args:
        file: a seekable file, open for reading.
        most_bytes: the largest envelope taken.

    Raises:
        VerificationError: not an envelope, cut off, too large, or lengths that contradict.
    """
    size = file.seek(0, os.SEEK_END)
    if size > most_bytes:
        raise VerificationError(OVERSIZE, size_bytes=size, most_bytes=most_bytes)
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise VerificationError(NOT_AN_ENVELOPE)
    prelude = _read_prelude(file)
    body_offset = file.tell()
    if size < body_offset + _TRAILER.size:
        raise VerificationError(TRUNCATED)
    file.seek(size - _TRAILER.size)
    manifest_bytes, total, end = _TRAILER.unpack(_exactly(file, _TRAILER.size))
    if end != END or total != size:
        raise VerificationError(TRUNCATED)
    body_bytes = size - _TRAILER.size - manifest_bytes - body_offset
    if not 0 < manifest_bytes <= MAX_MANIFEST_BYTES or body_bytes <= 0:
        raise VerificationError(LENGTH_WRONG)
    file.seek(body_offset + body_bytes)
    return Layout(
        size_bytes=size,
        prelude=parse_prelude(prelude),
        prelude_sha256=hashlib.sha256(prelude).hexdigest(),
        body_offset_bytes=body_offset,
        body_bytes=body_bytes,
        # A byte outside ASCII stays visible as a character that no JWS has.
        manifest_jws=_exactly(file, manifest_bytes).decode("latin-1"),
    )


def check_layout(layout: Layout, manifest: Manifest) -> None:
    """Refuse an envelope whose head or sizes are not those the manifest was signed for.

    Raises:
        VerificationError: they are not.
    """
    prelude = layout.prelude
    if layout.prelude_sha256 != manifest.prelude_sha256:
        raise VerificationError(PRELUDE_FOREIGN)
    if (prelude.suite, prelude.chunk_bytes) != (manifest.suite, manifest.chunk_bytes):
        raise VerificationError(PRELUDE_FOREIGN)
    per_record = _LENGTH.size + TAG_BYTES
    if layout.body_bytes != manifest.plain_bytes + manifest.chunk_count * per_record:
        raise VerificationError(LENGTH_WRONG)


def read_records(file: BinaryIO, layout: Layout, manifest: Manifest) -> Iterator[memoryview]:
    """Each record with its length before it, in one buffer that the next record overwrites.

    Call ``check_layout`` first: the sizes are taken from the manifest.

    Raises:
        VerificationError: a record's length is not the one that follows from the manifest.
    """
    whole = _LENGTH.size + manifest.chunk_bytes + TAG_BYTES
    left = layout.body_bytes
    buffer = bytearray(min(whole, left))
    file.seek(layout.body_offset_bytes)
    while left:
        record = memoryview(buffer)[: min(whole, left)]
        if _read_into(file, record) != len(record):
            raise VerificationError(TRUNCATED)
        (length,) = _LENGTH.unpack_from(record)
        if length != len(record) - _LENGTH.size:
            raise VerificationError(LENGTH_WRONG)
        left -= len(record)
        yield record


def _read_into(file: BinaryIO, target: memoryview) -> int:
    done = 0
    while done < len(target):
        count = file.readinto(target[done:])  # type: ignore[attr-defined]  # every binary file has it; typeshed's BinaryIO lacks it
        if not count:
            break
        done += count
    return done


def body_sha256_hex(file: BinaryIO, layout: Layout, manifest: Manifest) -> str:
    """The digest of all records, to compare with the manifest's; needs no key."""
    digest = hashlib.sha256()
    for record in read_records(file, layout, manifest):
        digest.update(record)
    return digest.hexdigest()
