"""The ledger's file: the whole chain read and checked, a torn end mended, a line added.

What changes the file happens while it is locked, by the one who holds the descriptor.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ..._private_files import replace_private
from ...errors import ConfigError, Fault, VerificationError
from .entries import GENESIS, MOST_LINE_BYTES, UNREADABLE, Entry, parse_entry

__all__ = ["add_line", "read_as_it_is", "read_chain", "sync_folder"]

UNWRITABLE = Fault(
    "statistics.ledger_unwritable",
    en="the ledger {name} cannot be read or written ({reason}); nothing was published",
    th="อ่านหรือเขียนบัญชีผลเผยแพร่ {name} ไม่ได้ ({reason}) จึงไม่ได้เผยแพร่",
)

MISSING = Fault(
    "statistics.ledger_missing",
    en="there is no ledger {name}; correct its path (only protecting begins a new one)",
    th="ไม่พบบัญชีผลเผยแพร่ {name} ให้แก้ไขที่อยู่ไฟล์ (บัญชีใหม่เริ่มได้เมื่อปกปิดข้อมูลเท่านั้น)",
)


def read_chain(descriptor: int, path: Path) -> tuple[Entry, ...]:
    """Every entry, each checked to follow from the one before.

    A line that a crash cut off, which has no line feed and is no entry, was never promised to anybody: it
    is put into a file beside the ledger and taken off. One that is whole but for its line feed counts.

    Raises:
        VerificationError: a line was altered, removed, added or moved.
        ConfigError: the file cannot be read or mended.
    """
    with _own_errors(path), os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        entries, torn, place = _whole_lines(file)
        if torn:
            head = entries[-1].hash_hex if entries else GENESIS
            entries += _mended(descriptor, path, torn, place, seq=len(entries) + 1, head=head)
    return tuple(entries)


def read_as_it_is(path: Path) -> tuple[Entry, ...]:
    """The same without a lock, for whoever may not write; a line that is not whole is left out.

    Raises:
        VerificationError: a line was altered, removed, added or moved.
        ConfigError: the file is not there or cannot be read.
    """
    if not path.exists():
        raise ConfigError(MISSING, name=path.name)
    with _own_errors(path), path.open("rb") as file:
        return tuple(_whole_lines(file)[0])


def _whole_lines(file: BinaryIO) -> tuple[list[Entry], bytes, int]:
    """The entries, what stands behind the last line feed, and where."""
    entries: list[Entry] = []
    head, place = GENESIS, 0
    while line := file.readline(MOST_LINE_BYTES + 1):
        seq = len(entries) + 1
        if len(line) > MOST_LINE_BYTES:
            raise VerificationError(UNREADABLE, seq=seq)
        if not line.endswith(b"\n"):
            return entries, line, place
        entry = parse_entry(line[:-1], seq=seq, prev_hex=head)
        entries.append(entry)
        head, place = entry.hash_hex, place + len(line)
    return entries, b"", place


@contextlib.contextmanager
def _own_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(UNWRITABLE, name=path.name, reason=type(error).__name__) from error


def _mended(
    descriptor: int, path: Path, line: bytes, place: int, *, seq: int, head: str
) -> tuple[Entry, ...]:
    try:
        entry = parse_entry(line, seq=seq, prev_hex=head)
    except VerificationError:
        digest = hashlib.sha256(line).hexdigest()[:8]
        replace_private(path.with_name(f"{path.name}.torn-{seq}-{digest}"), line)
        os.ftruncate(descriptor, place)
        os.fsync(descriptor)
        return ()
    os.pwrite(descriptor, b"\n", place + len(line))
    os.fsync(descriptor)
    return (entry,)


def add_line(descriptor: int, path: Path, line: bytes) -> None:
    """Append and sync; when this returns the line is on the disk. On an error the file is cut back.

    Raises:
        ConfigError: the file cannot be written.
    """
    size = os.fstat(descriptor).st_size
    try:
        rest, place = memoryview(line), size
        while rest:
            written = os.pwrite(descriptor, rest, place)
            rest, place = rest[written:], place + written
        os.fsync(descriptor)
        if not size:
            sync_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):  # what stays is a torn end, which the next reader mends
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        if isinstance(error, OSError):
            raise ConfigError(UNWRITABLE, name=path.name, reason=type(error).__name__) from error
        raise


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk too."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
