"""A file that many processes append to: locking, adding so that nothing half-written stays, and syncing.

Knows bytes and the operating system only; what a line means is told in ``entries``.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import Fault, UnavailableError, VerificationError

__all__ = ["LockedFile", "exists", "locked", "reading", "write_beside"]

UNUSABLE = Fault(
    "exchange.evidence_unusable",
    en="the evidence log cannot be used ({reason})",
    th="ใช้บันทึกหลักฐานไม่ได้ ({reason})",
)
BUSY = Fault(
    "exchange.evidence_busy",
    en="another program has held the evidence log for {limit_s} seconds",
    th="มีโปรแกรมอื่นถือบันทึกหลักฐานอยู่นานกว่า {limit_s} วินาที",
)
REPLACED = Fault(
    "exchange.evidence_replaced",
    en="the evidence log was changed, shortened, replaced or removed while in use",
    th="บันทึกหลักฐานถูกแก้ไข ถูกตัดให้สั้นลง ถูกแทนที่ หรือถูกลบระหว่างใช้งาน",
)

_POLL_S = 0.002


class LockedFile:
    """An open file that nobody else of this machine reads or writes through this module."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle = handle
        self._path = path
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        self.file_id = (status.st_dev, status.st_ino)
        self.size_bytes = status.st_size

    def read(self, *, offset_bytes: int, length_bytes: int) -> bytes:
        """That part of the file; shorter only where the file ends."""
        parts = []
        while length_bytes and (part := os.pread(self._handle, length_bytes, offset_bytes)):
            parts.append(part)
            offset_bytes, length_bytes = offset_bytes + len(part), length_bytes - len(part)
        return b"".join(parts)

    def add(self, line: bytes) -> None:
        """Append and sync; on any failure the file is cut back to what it was."""
        first = self.size_bytes == 0
        try:
            _write_all(self._handle, line)
            os.fsync(self._handle)
            if first:
                _sync_directory(self._path.parent)
        except BaseException:
            with contextlib.suppress(OSError):  # what stays is found and moved aside by the next append
                self.cut(self.size_bytes)
            raise
        self.size_bytes += len(line)

    def cut(self, size_bytes: int) -> None:
        """End the file there."""
        os.ftruncate(self._handle, size_bytes)
        os.fsync(self._handle)
        self.size_bytes = size_bytes


def _write_all(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_beside(path: Path, content: bytes) -> None:
    """Write a small file, on the disk with its name when this returns; never through a link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        _write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync_directory(path.parent)


def _lock(handle: int, *, limit_s: float) -> None:
    deadline_s = time.monotonic() + limit_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline_s:
                raise UnavailableError(BUSY, limit_s=limit_s) from None
            time.sleep(_POLL_S)
        else:
            return


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "unknown")
        raise UnavailableError(UNUSABLE, reason=reason) from error


def exists(path: Path) -> bool:
    """Whether there is anything of that name."""
    with _own_errors():
        return path.exists()


@contextmanager
def locked(path: Path, *, flags: int, limit_s: float) -> Iterator[LockedFile]:
    """The file opened with ``flags`` (of ``os.open``) and locked until the block ends.

    The file is opened anew each time: an open file shared with a forked child would share its lock.

    Raises:
        UnavailableError: the operating system refused (the reason is its name for that), or another
            program holds the lock for longer than ``limit_s``.
        VerificationError: the name belongs to another file by the time the lock is got.
    """
    with _own_errors():
        handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
        try:
            _lock(handle, limit_s=limit_s)
            file = LockedFile(handle, path)
            status = path.stat()
            if file.file_id != (status.st_dev, status.st_ino):
                raise VerificationError(REPLACED)
            yield file
        finally:
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone keeps it while a forked child lives
            os.close(handle)


@contextmanager
def reading(path: Path, *, limit_s: float) -> Iterator[tuple[BinaryIO, int]]:
    """The file for reading, and its size between two appends; it may grow meanwhile.

    The lock is held only to learn the size, so that a long reading stops no writer, and half a line
    under way is not taken for a torn one.

    Raises:
        UnavailableError: as ``locked``.
    """
    with locked(path, flags=os.O_RDONLY, limit_s=limit_s) as file:
        size_bytes = file.size_bytes
    with _own_errors(), path.open("rb") as stream:
        yield stream, size_bytes
