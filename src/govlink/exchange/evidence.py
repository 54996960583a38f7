"""The evidence log: what this organisation sent, received and confirmed, appended and never changed.

Each append holds an exclusive ``flock`` on the log (safe among the threads and processes of one machine,
not over a network file system), writes one line, and has it on the disk before it returns. A line that a
crash cut off was never acknowledged: it is moved into a file beside the log and noted by an entry of
kind ``recovered``. Times are the writers' clocks and may go backwards; the numbers tell the order.

The log is kept for years: give it ids, digests and signed texts, never a document, a person's name or
number. The format is told in ``govlink.exchange.entries``, what a chain can show in ``chain``.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from ..errors import Fault, UnavailableError, VerificationError
from .chain import ChainReport, check_chain, read_chain
from .entries import GENESIS, MAX_LINE_BYTES, Entry, Head, make_entry, parse_entry
from .logfile import REPLACED, LockedFile, exists, locked, reading, write_beside

__all__ = ["GAP", "RECOVERED", "EvidenceLog", "EvidencePolicy"]

DAMAGED_END = Fault(
    "exchange.evidence_damaged_end",
    en="the last entry of the evidence log is not in order; nothing is added to such a log",
    th="รายการสุดท้ายของบันทึกหลักฐานไม่ถูกต้อง จึงไม่เขียนต่อท้าย",
)

RECOVERED = "recovered"
"""Kind of the entry that notes a line moved aside, with ``torn_sha256``, ``torn_bytes`` and ``moved_to``."""
GAP = "gap"
"""Kind of the entry that notes how many entries (``missed``) could not be written before it."""

_TAIL_BYTES = 2 * (MAX_LINE_BYTES + 1)  # the last whole line and a torn one


class EvidencePolicy(StrEnum):
    """What sending does when evidence cannot be written."""

    FAIL_CLOSED = "fail_closed"
    """It stops: nothing leaves without evidence."""
    CONTINUE = "continue"
    """It goes on; how many entries are missing is noted by the next that can be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """The end of the whole lines of a log, in one file; ``line`` is the last of them."""

    file_id: tuple[int, int]
    size_bytes: int
    head: Head
    line: bytes = field(repr=False)


class EvidenceLog:
    """An append-only log in one file, for any number of writers on one machine.

    The file appears with the first append, readable by its owner alone. ``lock_limit_s`` is how long to
    wait for another writer.
    """

    def __init__(self, path: Path, *, lock_limit_s: float = 10.0) -> None:
        self._path = path
        self._lock_limit_s = lock_limit_s
        self._known: _End | None = None  # read and replaced only while the file is locked
        self._missed = 0
        self._missed_guard = threading.Lock()

    @property
    def path(self) -> Path:
        """Where the log is."""
        return self._path

    @property
    def head(self) -> Head:
        """The end of the chain now, with number 0 while the log is empty.

        Raises:
            UnavailableError: the log cannot be read, or another program holds it.
            VerificationError: its last entry is not in order, or it was changed, shortened or replaced
                while in use.
        """
        if not self._exists():
            return GENESIS
        with locked(self._path, flags=os.O_RDONLY, limit_s=self._lock_limit_s) as file:
            return self._end(file).head

    def append(self, kind: str, data: Mapping[str, str], *, at: datetime) -> Entry:
        """Write one entry; when this returns, it is on the disk.

        After an error the entry is not in the log, and no part of it. (Where the disk refuses even to be
        cut back, what stays is set aside by the next append.)

        Raises:
            RejectedError: ``exchange.evidence_bad_entry``: this is no entry; nothing was touched.
            UnavailableError: ``exchange.evidence_unusable`` (full or read-only disk, missing rights)
                or ``exchange.evidence_busy``.
            VerificationError: the log is damaged at its end, or was changed, shortened or replaced while
                in use.
        """
        make_entry(kind, data, at=at, after=GENESIS)  # refuses what is no entry before a file appears
        with self._locked_for_writing() as file:
            self._mend(file, at=at)
            self._note_gap(file, at=at)
            return self._write(file, kind, data, at=at)

    def record(
        self,
        kind: str,
        data: Mapping[str, str],
        *,
        at: datetime,
        policy: EvidencePolicy = EvidencePolicy.FAIL_CLOSED,
    ) -> Entry | None:
        """Append; under ``CONTINUE`` an entry that cannot be written is counted, and None comes back."""
        try:
            return self.append(kind, data, at=at)
        except (UnavailableError, VerificationError):
            if policy is EvidencePolicy.FAIL_CLOSED:
                raise
            with self._missed_guard:
                self._missed += 1
            return None

    def recover(self, *, at: datetime) -> Entry | None:
        """Move a line that a crash cut off aside and note it; None when there is none.

        ``append`` does so by itself; a program calls this at its start, so that the log verifies before
        its first append.
        """
        if not self._exists():
            return None
        with self._locked_for_writing() as file:
            return self._mend(file, at=at)

    def entries(self) -> Iterator[Entry]:
        """The entries there are now, each checked before it is given.

        Raises:
            UnavailableError: the log cannot be read.
            VerificationError: at the first entry that is not in order, or the log was removed while in use.
        """
        if self._exists():
            with reading(self._path, limit_s=self._lock_limit_s) as (file, size_bytes):
                yield from read_chain(file, size_bytes=size_bytes)

    def verify(self, *, expected_head: Head | None = None) -> ChainReport:
        """Check every entry, in constant memory.

        The chain alone cannot show that whole lines were cut off its end. ``expected_head``, a head that
        was noted elsewhere (in a time-stamp, at a peer, in yesterday's report), shows that too.

        Raises:
            UnavailableError: the log cannot be read.
            VerificationError: the log was removed while in use.
        """
        if not self._exists():
            return check_chain(BytesIO(), expected_head=expected_head)
        with reading(self._path, limit_s=self._lock_limit_s) as (file, size_bytes):
            return check_chain(file, size_bytes=size_bytes, expected_head=expected_head)

    def _exists(self) -> bool:
        was_known = self._known is not None  # before the look: another thread may begin the log meanwhile
        if exists(self._path):
            return True
        if was_known:
            raise VerificationError(REPLACED)
        return False

    def _locked_for_writing(self) -> AbstractContextManager[LockedFile]:
        self._exists()
        create = os.O_CREAT if self._known is None else 0  # a log that vanished is not begun anew
        flags = os.O_RDWR | os.O_APPEND | create
        return locked(self._path, flags=flags, limit_s=self._lock_limit_s)

    def _end(self, file: LockedFile) -> _End:
        """Where the whole lines end; what this object knew as the end must still stand where it was."""
        known = self._known
        if known is None:
            return _read_end(file)
        if file.file_id != known.file_id or file.size_bytes < known.size_bytes:
            raise VerificationError(REPLACED)
        length_bytes = len(known.line)
        if file.read(offset_bytes=known.size_bytes - length_bytes, length_bytes=length_bytes) != known.line:
            raise VerificationError(REPLACED)
        return known if file.size_bytes == known.size_bytes else _read_end(file)

    def _mend(self, file: LockedFile, *, at: datetime) -> Entry | None:
        """Learn the end of the log; when a torn line follows, move it aside and note that."""
        end = self._known = self._end(file)
        torn = file.read(offset_bytes=end.size_bytes, length_bytes=file.size_bytes - end.size_bytes)
        if not torn:
            return None
        digest = hashlib.sha256(torn).hexdigest()
        # The digest in the name: a crash while recovering may leave two different pieces of one number.
        aside = self._path.with_name(f"{self._path.name}.torn-{end.head.seq + 1}-{digest[:8]}")
        write_beside(aside, torn)
        file.cut(end.size_bytes)
        data = {"moved_to": aside.name, "torn_bytes": str(len(torn)), "torn_sha256": digest}
        return self._write(file, RECOVERED, data, at=at)

    def _note_gap(self, file: LockedFile, *, at: datetime) -> None:
        with self._missed_guard:
            missed, self._missed = self._missed, 0
        if not missed:
            return
        try:
            self._write(file, GAP, {"missed": str(missed)}, at=at)
        except BaseException:
            with self._missed_guard:
                self._missed += missed
            raise

    def _write(self, file: LockedFile, kind: str, data: Mapping[str, str], *, at: datetime) -> Entry:
        assert self._known is not None  # _mend has learnt it
        entry = make_entry(kind, data, at=at, after=self._known.head)
        line = entry.to_line()
        file.add(line)
        self._known = _End(file_id=file.file_id, size_bytes=file.size_bytes, head=entry.head, line=line)
        return entry


def _read_end(file: LockedFile) -> _End:
    offset_bytes = max(0, file.size_bytes - _TAIL_BYTES)
    tail = file.read(offset_bytes=offset_bytes, length_bytes=_TAIL_BYTES)
    end = tail.rfind(b"\n") + 1
    start = tail.rfind(b"\n", 0, max(0, end - 1)) + 1
    if b"\0" in tail[start:end]:  # after a power cut a file system may show zeros for what was not written
        end = start
        start = tail.rfind(b"\n", 0, max(0, end - 1)) + 1
    if end == 0 and offset_bytes == 0:
        return _End(file_id=file.file_id, size_bytes=0, head=GENESIS, line=b"")
    try:
        entry = parse_entry(tail[start:end], seq=0)
    except VerificationError:
        raise VerificationError(DAMAGED_END) from None
    return _End(file_id=file.file_id, size_bytes=offset_bytes + end, head=entry.head, line=tail[start:end])
