"""One line of an evidence log: how it is written, hashed and read back.

govlink's own format, version 1; no platform documents one. A log is JSON Lines. Each line is canonical
JSON (members sorted, no spaces, UTF-8) with ``seq`` (1, 2, 3, ...), ``at`` (UTC, RFC 3339), ``kind``,
``data`` (texts by name), ``prev`` and ``hash``: the SHA-256 of the line's canonical JSON without
``hash``. ``prev`` is the hash of the line before; that of the first line names the format's version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from ..errors import Fault, RejectedError, VerificationError
from .encoding import canonical_json, from_rfc3339, rfc3339, strict_json_object

__all__ = [
    "GENESIS",
    "MAX_LINE_BYTES",
    "Entry",
    "Head",
    "make_entry",
    "parse_entry",
]

MAX_LINE_BYTES = 64 * 1024

BAD_ENTRY = Fault(
    "exchange.evidence_bad_entry",
    en="this cannot be an evidence entry: {what}",
    th="ข้อมูลนี้บันทึกเป็นหลักฐานไม่ได้: {what}",
)
TORN = Fault(
    "exchange.evidence_torn",
    en="entry {seq} of the evidence log is cut off",
    th="รายการหลักฐานลำดับที่ {seq} ถูกตัดขาดไม่ครบบรรทัด",
)
UNREADABLE = Fault(
    "exchange.evidence_unreadable",
    en="entry {seq} of the evidence log is not a canonical entry",
    th="รายการหลักฐานลำดับที่ {seq} ไม่อยู่ในรูปแบบที่กำหนด",
)
ALTERED = Fault(
    "exchange.evidence_altered",
    en="entry {seq} of the evidence log is not what was written: its hash differs",
    th="รายการหลักฐานลำดับที่ {seq} ถูกแก้ไข ค่าแฮชไม่ตรง",
)

_KIND = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_MEMBERS = frozenset({"at", "data", "hash", "kind", "prev", "seq"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: the last entry's number and its hash, 64 hexadecimal digits in lower case."""

    seq: int
    hash_hex: str


GENESIS = Head(seq=0, hash_hex=hashlib.sha256(b"govlink evidence log, version 1").hexdigest())
"""What the first entry follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of evidence. ``data`` holds ids, digests and signed texts; never a document or a person."""

    seq: int
    at: datetime
    kind: str
    data: Mapping[str, str]
    prev_hex: str
    hash_hex: str

    @property
    def head(self) -> Head:
        """The head of a chain that ends here."""
        return Head(seq=self.seq, hash_hex=self.hash_hex)

    def to_line(self) -> bytes:
        """The entry as it stands in the file, with its line feed."""
        return canonical_json({**_content(self), "hash": self.hash_hex}) + b"\n"


def _content(entry: Entry) -> dict[str, object]:
    return {
        "at": rfc3339(entry.at),
        "data": dict(entry.data),
        "kind": entry.kind,
        "prev": entry.prev_hex,
        "seq": entry.seq,
    }


def _hash_hex(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()


def make_entry(kind: str, data: Mapping[str, str], *, at: datetime, after: Head) -> Entry:
    """The entry that follows ``after``.

    Raises:
        RejectedError: ``exchange.evidence_bad_entry``: the kind is no lower-case name, a value is no text,
            the time has no zone, or the line would be longer than 64 KiB.
    """
    if _KIND.fullmatch(kind) is None:
        raise RejectedError(BAD_ENTRY, what="kind")
    if at.tzinfo is None:
        raise RejectedError(BAD_ENTRY, what="at")
    if not all(isinstance(text, str) for pair in data.items() for text in pair):
        raise RejectedError(BAD_ENTRY, what="data")
    draft = Entry(
        seq=after.seq + 1,
        at=at.astimezone(UTC),
        kind=kind,
        data=MappingProxyType(dict(data)),
        prev_hex=after.hash_hex,
        hash_hex="",
    )
    try:
        entry = replace(draft, hash_hex=_hash_hex(_content(draft)))
    except UnicodeEncodeError:  # half a surrogate pair
        raise RejectedError(BAD_ENTRY, what="data") from None
    if len(entry.to_line()) > MAX_LINE_BYTES:
        raise RejectedError(BAD_ENTRY, what=f"size > {MAX_LINE_BYTES}")
    return entry


def _texts(data: object) -> Mapping[str, str] | None:
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return None
    return MappingProxyType(data)


def parse_entry(line: bytes, *, seq: int) -> Entry:
    """The entry of one line, its hash checked, its place not; ``seq`` is the place, for the error's text.

    Raises:
        VerificationError: the line is cut off, is no canonical entry, or its hash differs.
    """
    if not line.endswith(b"\n"):
        raise VerificationError(TORN if len(line) <= MAX_LINE_BYTES else UNREADABLE, seq=seq)
    try:
        members = strict_json_object(line[:-1], what="entry", is_canonical=True)
        at = from_rfc3339(members.get("at"), what="at")
    except VerificationError:
        raise VerificationError(UNREADABLE, seq=seq) from None
    kind, data, number = members.get("kind"), _texts(members.get("data")), members.get("seq")
    prev, claimed = members.get("prev"), members.get("hash")
    if data is None or not isinstance(kind, str) or _KIND.fullmatch(kind) is None:
        raise VerificationError(UNREADABLE, seq=seq)
    if type(number) is not int or not isinstance(prev, str) or not isinstance(claimed, str):
        raise VerificationError(UNREADABLE, seq=seq)
    if members.keys() != _MEMBERS:
        raise VerificationError(UNREADABLE, seq=seq)
    if _hash_hex({name: value for name, value in members.items() if name != "hash"}) != claimed:
        raise VerificationError(ALTERED, seq=seq)
    return Entry(seq=number, at=at, kind=kind, data=data, prev_hex=prev, hash_hex=claimed)
