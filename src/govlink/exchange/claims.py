"""Claims: what is held is being worked on by somebody, here or in another process of this machine.

A claim is an exclusive ``flock``, so it ends with the process that holds it, however that ends: a
killed worker leaves nothing locked, and what it left lying in a workplace is removed by the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import Fault, UnavailableError

__all__ = ["holding", "remove_abandoned", "workplace"]

CLAIM_FAILED = Fault(
    "exchange.claim_failed",
    en="a working file or folder of the exchange cannot be used ({kind})",
    th="ใช้ไฟล์หรือโฟลเดอร์งานของระบบแลกเปลี่ยนไม่ได้ ({kind})",
)


@contextmanager
def holding(path: Path, *, busy: Fault, is_waiting: bool = False) -> Iterator[None]:
    """Hold the empty file ``path``, made if need be, until the block ends; it stays.

    Args:
        path: names what is held.
        busy: why, when somebody else holds it.
        is_waiting: wait for the other instead of raising.

    Raises:
        UnavailableError: ``busy``, or the operating system refused.
    """
    with _open(path, os.O_CREAT | os.O_RDWR) as handle, _locked(handle, busy=busy, is_waiting=is_waiting):
        yield


@contextmanager
def workplace(path: Path, *, busy: Fault) -> Iterator[Path]:
    """An empty directory, held until the block ends and then removed with whatever is left in it.

    Raises:
        UnavailableError: ``busy``: somebody else holds it; or the operating system refused.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    with (
        _open(path, os.O_RDONLY | os.O_DIRECTORY) as handle,
        _locked(handle, busy=busy, is_waiting=False),
    ):
        if not _is_there(handle, path):  # the holder before has just removed it
            raise UnavailableError(busy)
        try:
            _empty(path)
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)


def remove_abandoned(directory: Path, *, busy: Fault) -> None:
    """Remove the workplaces in ``directory`` that nobody holds."""
    for path in sorted(directory.iterdir()):
        with contextlib.suppress(UnavailableError), workplace(path, busy=busy):
            pass


@contextmanager
def _open(path: Path, flags: int) -> Iterator[int]:
    try:
        handle = os.open(path, flags | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnavailableError(CLAIM_FAILED, kind=type(error).__name__) from error
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _locked(handle: int, *, busy: Fault, is_waiting: bool) -> Iterator[None]:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if is_waiting else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UnavailableError(busy) from None
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone keeps it while a forked child lives


def _is_there(handle: int, path: Path) -> bool:
    mine = os.fstat(handle)
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)


def _empty(path: Path) -> None:
    for left in path.iterdir():
        left.unlink()
