"""Files from elsewhere, opened without waiting on what else may bear their name: a pipe or a device."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from ..errors import Fault, RejectedError, UnavailableError, VerificationError
from .envelope import NOT_AN_ENVELOPE

__all__ = ["FILE_UNREADABLE", "NoRegularFileError", "envelope_file", "open_regular", "reason_of"]

FILE_UNREADABLE = Fault(
    "exchange.file_unreadable", en="the file cannot be read ({reason})", th="อ่านไฟล์ไม่ได้ ({reason})"
)


class NoRegularFileError(OSError):
    """There is something of that name, and it is no file with bytes in it."""


def reason_of(error: OSError) -> str:
    """The operating system's short name for what went wrong, which tells nothing of the file."""
    return errno.errorcode.get(error.errno or 0, "unknown")


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # else a pipe waits for somebody to write


def open_regular(path: Path) -> FileIO:
    """The file, open for reading without a buffer.

    What was opened is looked at, not what the name stood for a moment earlier.

    Raises:
        NoRegularFileError: it is a pipe or a device.
        OSError: it cannot be opened, or is a folder.
    """
    file = FileIO(path, "rb", opener=_at_once)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NoRegularFileError(errno.EINVAL, "no regular file")
    return file


@contextmanager
def envelope_file(path: Path) -> Iterator[BinaryIO]:
    """The envelope, open for reading; also tells what goes wrong while it is read.

    A machine in want (of open files, of an answering file server) is told apart from a bad envelope: for
    the one a sender tries again, for the other a person must look.

    Raises:
        VerificationError: it is a pipe, a device or a folder.
        RejectedError: there is no such file.
        UnavailableError: it cannot be read now.
    """
    try:
        with open_regular(path) as file:
            yield file
    except (NoRegularFileError, IsADirectoryError):
        raise VerificationError(NOT_AN_ENVELOPE) from None
    except FileNotFoundError as error:
        raise RejectedError(FILE_UNREADABLE, reason=reason_of(error)) from error
    except OSError as error:
        raise UnavailableError(FILE_UNREADABLE, reason=reason_of(error)) from error
