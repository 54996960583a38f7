"""The offline verifier: what can be said of an envelope, a receipt or an evidence log without anybody's help.

Needs no private key and no network: an envelope's ciphertext is checked against its signed manifest, not
decrypted. Bad content never raises; it is what a verdict is for.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from cryptography.x509 import Certificate

from ..errors import Fault, VerificationError
from .anchors import TIMESTAMP, check_anchors
from .chain import ChainReport, check_chain, read_chain
from .encoding import rfc3339
from .entries import Head
from .inputs import FILE_UNREADABLE, open_regular, reason_of
from .signed_files import Claim, read_envelope_claim, read_receipt_claim
from .standing import CLOCK_SKEW, standing_fault
from .timestamp_tokens import verify_timestamp
from .trust import KEY_UNKNOWN, TrustList
from .verdict import NO_TRUST_LIST, NOT_DETERMINED, VALID, FileKind, Part, Validity, Verdict

__all__ = ["verify_file"]

NOT_RECOGNISED = Fault(
    "exchange.file_not_recognised",
    en="this does not begin as an envelope, a receipt or an evidence log of govlink",
    th="ไฟล์นี้ไม่ได้ขึ้นต้นเป็นซองเอกสาร ใบรับ หรือบันทึกหลักฐานของ govlink",
)
SIGNATURE_UNCHECKED = Fault(
    "exchange.signature_unchecked",
    en="the signature could not be checked, because its key is not known here",
    th="ยังไม่ได้ตรวจลายมือชื่อ เพราะไม่รู้จักกุญแจที่ใช้ลงนาม",
)
OTHER_ORGANISATION = Fault(
    "exchange.signed_by_another",
    en="the key that signed is pinned for another organisation than the file names",
    th="กุญแจที่ลงนามเป็นของหน่วยงานอื่น ไม่ใช่หน่วยงานที่ระบุในไฟล์",
)
NO_TIMESTAMP = Fault("exchange.no_timestamp", en="there is no time-stamp", th="ไม่มีตราประทับเวลา")
NO_ROOTS = Fault(
    "exchange.no_timestamp_roots",
    en="there is a time-stamp, and no root certificate was given to check it with",
    th="มีตราประทับเวลา แต่ไม่ได้ระบุใบรับรองรากสำหรับตรวจ",
)
SIGNED_IN_FUTURE = Fault(
    "exchange.signed_in_future",
    en="it says that it was signed later than now",
    th="ระบุเวลาลงนามเป็นเวลาในอนาคต",
)
STAMPED_BEFORE_SIGNED = Fault(
    "exchange.stamped_before_signed",
    en="it says that it was signed later than the time-stamp over it",
    th="ระบุเวลาลงนามหลังเวลาในตราประทับเวลาของไฟล์นี้",
)
NOT_SIGNED = Fault(
    "exchange.evidence_not_signed",
    en="an evidence log is chained, not signed; only its time-stamps come from somebody else",
    th="บันทึกหลักฐานร้อยเป็นสายแต่ไม่ได้ลงนาม มีเพียงตราประทับเวลาที่มาจากผู้อื่น",
)

_START_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What a file is judged by."""

    trust: TrustList | None
    at: datetime
    roots: tuple[Certificate, ...]
    token: bytes | None
    expected_head: Head | None


def verify_file(
    path: Path,
    *,
    trust: TrustList | None,
    at: datetime,
    roots: tuple[Certificate, ...] = (),
    token: bytes | None = None,
    expected_head: Head | None = None,
) -> Verdict:
    """Judge one file, in constant memory.

    Args:
        path: an envelope, a receipt (the JWS as text) or an evidence log.
        trust: the pinned keys; with None, issuer and status are skipped and the exit code is 2 at best.
        at: now.
        roots: root certificates of time-stamp authorities; with none, time-stamps are not checked.
        token: a time-stamp over the SHA-256 of the whole file, of an envelope or a receipt. An evidence
            log holds its own.
        expected_head: a head of the evidence log that was noted elsewhere; it must still be there.
    """
    question = _Question(trust=trust, at=at, roots=roots, token=token, expected_head=expected_head)
    try:
        with open_regular(path) as raw, BufferedReader(raw) as file:
            return _judge(file, question)
    except OSError as error:
        values = (("reason", reason_of(error)),)
        broken = Part(validity=Validity.ERROR, reason=FILE_UNREADABLE, values=values)
        return _undetermined(FileKind.UNKNOWN, broken)


def _undetermined(kind: FileKind, integrity: Part) -> Verdict:
    left = Part.skipped(NOT_DETERMINED)
    return Verdict(kind=kind, integrity=integrity, issuer=left, time=left, status=left)


def _judge(file: BinaryIO, question: _Question) -> Verdict:
    start = file.read(_START_BYTES)
    file.seek(0)
    if start[:1] == b"{":
        return _judge_log(file, question)
    if start == b"GOVLINK-":
        kind, read_claim = FileKind.ENVELOPE, read_envelope_claim
    elif start[:3] == b"eyJ":  # how base64url of a JSON object begins
        kind, read_claim = FileKind.RECEIPT, read_receipt_claim
    else:
        return _undetermined(FileKind.UNKNOWN, _invalid(NOT_RECOGNISED))
    try:
        claim = read_claim(file, trust=question.trust)
    except VerificationError as error:
        return _undetermined(kind, Part.refused(error))
    return _judge_claim(kind, claim, question, file=file)


def _judge_claim(kind: FileKind, claim: Claim, question: _Question, *, file: BinaryIO) -> Verdict:
    time, proven_at = _time_of(claim, question, file=file)
    stamped = (("time_stamped_at", rfc3339(proven_at)),) if proven_at else ()
    issuer = _issuer_of(claim, question)
    return Verdict(
        kind=kind,
        integrity=_integrity_of(kind, claim),
        issuer=issuer,
        time=time,
        status=_status_of(claim, question, issuer=issuer, proven_at=proven_at),
        details=claim.details + stamped,
    )


def _integrity_of(kind: FileKind, claim: Claim) -> Part:
    if claim.entry is not None:
        return VALID
    # An envelope's digests were compared all the same; a receipt has nothing but its signature.
    validity = Validity.VALID if kind is FileKind.ENVELOPE else Validity.SKIPPED
    return Part(validity=validity, reason=SIGNATURE_UNCHECKED)


def _issuer_of(claim: Claim, question: _Question) -> Part:
    if question.trust is None:
        return Part.skipped(NO_TRUST_LIST)
    if claim.entry is None:
        return _invalid(KEY_UNKNOWN)
    return VALID if claim.entry.organisation == claim.signer else _invalid(OTHER_ORGANISATION)


def _time_of(claim: Claim, question: _Question, *, file: BinaryIO) -> tuple[Part, datetime | None]:
    if claim.signed_at > question.at + CLOCK_SKEW:
        return _invalid(SIGNED_IN_FUTURE), None
    if question.token is None:
        return Part.skipped(NO_TIMESTAMP), None
    if not question.roots:
        return Part.skipped(NO_ROOTS), None
    try:
        proven_at = verify_timestamp(question.token, _sha256(file), roots=question.roots)
    except VerificationError as error:
        return Part.refused(error), None
    if proven_at + CLOCK_SKEW < claim.signed_at:
        return _invalid(STAMPED_BEFORE_SIGNED), None
    return VALID, proven_at


def _sha256(file: BinaryIO) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    return digest.digest()


def _status_of(claim: Claim, question: _Question, *, issuer: Part, proven_at: datetime | None) -> Part:
    if question.trust is None:
        return Part.skipped(NO_TRUST_LIST)
    if claim.entry is None or issuer.validity is not Validity.VALID:
        return Part.skipped(NOT_DETERMINED)
    fault = standing_fault(claim.entry, signed_at=claim.signed_at, at=question.at, proven_at=proven_at)
    return VALID if fault is None else _invalid(fault)


def _judge_log(file: BinaryIO, question: _Question) -> Verdict:
    report = check_chain(file, expected_head=question.expected_head)
    time, details = _time_of_log(file, report, question)
    broken = report.first_broken_seq
    return Verdict(
        kind=FileKind.EVIDENCE,
        integrity=VALID if report.error is None else Part.refused(report.error),
        issuer=Part.skipped(NOT_SIGNED),
        time=time,
        status=Part.skipped(NOT_SIGNED),
        details=(
            ("entries", str(report.head.seq)),
            ("head", report.head.hash_hex),
            *((("first_broken_seq", str(broken)),) if broken is not None else ()),
            *details,
        ),
    )


def _time_of_log(
    file: BinaryIO, report: ChainReport, question: _Question
) -> tuple[Part, tuple[tuple[str, str], ...]]:
    size_bytes = file.tell()  # a log in use may grow while it is read
    file.seek(0)
    if not report.intact:
        return Part.skipped(NOT_DETERMINED), ()
    if not question.roots:
        stamped = any(entry.kind == TIMESTAMP for entry in read_chain(file, size_bytes=size_bytes))
        return Part.skipped(NO_ROOTS if stamped else NO_TIMESTAMP), ()
    try:
        anchored = check_anchors(file, roots=question.roots, size_bytes=size_bytes)
    except VerificationError as error:
        return Part.refused(error), ()
    if anchored is None:
        return Part.skipped(NO_TIMESTAMP), ()
    return VALID, (
        ("time_stamped_at", rfc3339(anchored.at)),
        ("time_stamped_entries", str(anchored.head.seq)),
    )


def _invalid(reason: Fault) -> Part:
    return Part(validity=Validity.INVALID, reason=reason)
