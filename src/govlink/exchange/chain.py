"""The evidence chain read from its start: every entry in order, or the first that is not and why.

A chain shows a changed, missing, inserted or moved line. It cannot show that whole lines were taken off
its end, or that all of it was computed anew: for that, give ``check_chain`` a head that was noted
elsewhere, or anchor the head with an RFC 3161 time-stamp (``govlink.exchange.timestamps``).

Nothing here writes or locks: a copy of a log can be checked wherever it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from ..errors import Fault, VerificationError
from .entries import GENESIS, MAX_LINE_BYTES, Entry, Head, parse_entry

__all__ = ["ChainReport", "check_chain", "read_chain"]

OUT_OF_PLACE = Fault(
    "exchange.evidence_out_of_place",
    en="entry {seq} of the evidence log is missing; another stands in its place",
    th="รายการหลักฐานลำดับที่ {seq} หายไปหรือมีรายการอื่นอยู่แทน",
)
UNLINKED = Fault(
    "exchange.evidence_unlinked",
    en="entry {seq} of the evidence log does not follow from the entry before it",
    th="รายการหลักฐานลำดับที่ {seq} ไม่ต่อเนื่องจากรายการก่อนหน้า",
)
SHORTENED = Fault(
    "exchange.evidence_shortened",
    en="the evidence log ends before entry {seq}, which was there when the head was noted",
    th="บันทึกหลักฐานสิ้นสุดก่อนรายการลำดับที่ {seq} ซึ่งเคยมีอยู่เมื่อจดค่าท้ายสายไว้",
)
OTHER_HEAD = Fault(
    "exchange.evidence_other_head",
    en="entry {seq} of the evidence log is not the one whose hash was noted",
    th="รายการหลักฐานลำดับที่ {seq} ไม่ตรงกับค่าแฮชที่จดไว้",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """What checking a log found.

    ``head`` is the last entry that is in order, ``first_broken_seq`` the number of the first that is not
    (None when all are), and ``error`` says why.
    """

    head: Head
    first_broken_seq: int | None = None
    error: VerificationError | None = None

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong with the chain."""
        return self.error is None


def _follow(line: bytes, after: Head) -> Entry:
    seq = after.seq + 1
    entry = parse_entry(line, seq=seq)
    if entry.seq != seq:
        raise VerificationError(OUT_OF_PLACE, seq=seq)
    if entry.prev_hex != after.hash_hex:
        raise VerificationError(UNLINKED, seq=seq)
    return entry


def read_chain(
    file: BinaryIO, *, size_bytes: int | None = None, expected_head: Head | None = None
) -> Iterator[Entry]:
    """The entries from the file's start, each checked before it is given, in constant memory.

    ``size_bytes`` ends the reading early, where the log ended at some moment. ``expected_head`` is a head
    noted earlier, outside the log: that entry must still be there. The log may have grown since.

    Raises:
        VerificationError: at the first entry that is not in order; its value ``seq`` is the place.
    """
    head, expected, left = GENESIS, expected_head or GENESIS, size_bytes
    while line := file.readline(MAX_LINE_BYTES + 1 if left is None else min(MAX_LINE_BYTES + 1, left)):
        entry = _follow(line, head)
        if entry.seq == expected.seq and entry.head != expected:
            raise VerificationError(OTHER_HEAD, seq=entry.seq)
        yield entry
        head = entry.head
        left = None if left is None else left - len(line)
    if head.seq < expected.seq:
        raise VerificationError(SHORTENED, seq=head.seq + 1)


def check_chain(
    file: BinaryIO, *, size_bytes: int | None = None, expected_head: Head | None = None
) -> ChainReport:
    """Read all of a log and report; bad content never raises."""
    head = GENESIS
    try:
        for entry in read_chain(file, size_bytes=size_bytes, expected_head=expected_head):
            head = entry.head
    except VerificationError as error:
        return ChainReport(head=head, first_broken_seq=head.seq + 1, error=error)
    return ChainReport(head=head)
