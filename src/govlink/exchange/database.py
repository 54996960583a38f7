"""A small SQLite file that survives a power cut: how the journal and the inbox keep what must not be lost.

Write-ahead logging with full synchronisation: what a block committed is on the disk when the block ends.
Any number of threads and processes of one machine may use the file; not one over a network file system.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import ConfigError, Fault, UnavailableError

__all__ = ["Database", "private_directory"]

UNAVAILABLE = Fault(
    "exchange.store_unavailable",
    en="the exchange's own database or folder does not serve now ({kind})",
    th="ฐานข้อมูลหรือโฟลเดอร์ของระบบแลกเปลี่ยนไม่พร้อมใช้งานขณะนี้ ({kind})",
)
OTHER_VERSION = Fault(
    "exchange.store_version",
    en="{file} is of version {found}; this govlink knows version {known}",
    th="{file} เป็นรุ่น {found} แต่ govlink รุ่นนี้รู้จักรุ่น {known}",
)

_VERSION = 1
_WAIT_S = 30.0  # how long a writer waits for another process's transaction


def private_directory(path: Path) -> Path:
    """The directory, made if need be, for its owner alone.

    Raises:
        UnavailableError: the operating system refused.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(UNAVAILABLE, kind=type(error).__name__) from error
    return path


class Database:
    """One connection, lent to one thread at a time."""

    def __init__(self, path: Path, *, schema: str) -> None:
        self._guard = threading.Lock()
        with _own_errors():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            self._connection = sqlite3.connect(
                path, timeout=_WAIT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode=WAL", "synchronous=FULL"):
                self._connection.execute(f"PRAGMA {pragma}")
        with self.writing() as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found == 0:
                for statement in schema.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            elif found != _VERSION:
                raise ConfigError(OTHER_VERSION, file=path.name, found=found, known=_VERSION)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed to the disk at the block's end, undone on any exception.

        Raises:
            UnavailableError: SQLite failed; nothing of the block is kept.
        """
        with self._guard, _own_errors():
            # The write lock is taken at once: taking it later fails without waiting when others wrote.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for single statements that only read.

        Raises:
            UnavailableError: SQLite failed.
        """
        with self._guard, _own_errors():
            yield self._connection

    def close(self) -> None:
        """Give the file back."""
        with self._guard:
            self._connection.close()


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise UnavailableError(UNAVAILABLE, kind=type(error).__name__) from error
