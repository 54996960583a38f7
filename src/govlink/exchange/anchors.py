"""Time-stamps in the evidence log: one over the head of the chain covers every entry up to it.

::

    head = log.head
    token = client.run(request_timestamp(head_digest(head), settings=..., roots=..., context=context))
    log.append(TIMESTAMP, anchor_data(head, token), at=context.now())

An anchor also pins the log's length: while a copy of the newest one is kept elsewhere, no entry that it
covers can be cut off unseen. govlink's own format, version 1.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from cryptography.x509 import Certificate

from ..errors import Fault, VerificationError
from .chain import read_chain
from .entries import GENESIS, Entry, Head
from .timestamp_tokens import verify_timestamp

__all__ = ["TIMESTAMP", "Anchor", "Anchored", "anchor_data", "check_anchors", "head_digest", "read_anchor"]

ANCHOR_INVALID = Fault(
    "exchange.anchor_invalid",
    en="entry {seq} is no time-stamp over an entry before it",
    th="รายการลำดับที่ {seq} ไม่ใช่ตราประทับเวลาของรายการก่อนหน้า",
)

TIMESTAMP = "timestamp"
"""Kind of an entry that anchors the head before it."""

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A time-stamp token and the head it is for."""

    head: Head
    token: bytes


def head_digest(head: Head) -> bytes:
    """What is time-stamped: the head's hash as 32 bytes."""
    return bytes.fromhex(head.hash_hex)


def anchor_data(head: Head, token: bytes) -> Mapping[str, str]:
    """The data of an entry of kind ``TIMESTAMP``."""
    return {
        "covers_hash": head.hash_hex,
        "covers_seq": str(head.seq),
        "token": base64.b64encode(token).decode("ascii"),
    }


def read_anchor(entry: Entry) -> Anchor:
    """What ``anchor_data`` wrote. The token is not verified.

    Raises:
        VerificationError: the entry holds something else.
    """
    data = entry.data
    fault = VerificationError(ANCHOR_INVALID, seq=entry.seq)
    if data.keys() != {"covers_hash", "covers_seq", "token"}:
        raise fault
    if not _NUMBER.fullmatch(data["covers_seq"]) or not _HASH.fullmatch(data["covers_hash"]):
        raise fault
    try:
        token = base64.b64decode(data["token"], validate=True)
    except (ValueError, binascii.Error):
        raise fault from None
    return Anchor(head=Head(seq=int(data["covers_seq"]), hash_hex=data["covers_hash"]), token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """The newest time-stamp of a log: at ``at`` at the latest, every entry up to ``head`` was there."""

    head: Head
    at: datetime


def check_anchors(
    file: BinaryIO, *, roots: tuple[Certificate, ...], size_bytes: int | None = None
) -> Anchored | None:
    """Verify every time-stamp of an intact log; None when it has none. Reads the log twice.

    Raises:
        VerificationError: ``exchange.anchor_invalid``, a reason of ``verify_timestamp``, or a reason of
            ``read_chain`` where the log is not intact.
    """
    wanted: dict[int, Head] = {}
    newest: Anchored | None = None
    for entry in read_chain(file, size_bytes=size_bytes):
        if entry.kind == TIMESTAMP:
            anchor = read_anchor(entry)
            at = verify_timestamp(anchor.token, head_digest(anchor.head), roots=roots)
            if wanted.setdefault(anchor.head.seq, anchor.head) != anchor.head:
                raise VerificationError(ANCHOR_INVALID, seq=entry.seq)
            if newest is None or anchor.head.seq > newest.head.seq:
                newest = Anchored(head=anchor.head, at=at)
    file.seek(0)
    there = {GENESIS.seq: GENESIS}
    for entry in read_chain(file, size_bytes=size_bytes):
        if entry.seq in wanted:
            there[entry.seq] = entry.head
    for seq, head in wanted.items():
        if there.get(seq) != head:
            raise VerificationError(ANCHOR_INVALID, seq=seq)
    return newest
