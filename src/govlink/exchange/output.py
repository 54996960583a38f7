"""Files that exist whole or not at all.

What is being written has no name: on Linux it is an ``O_TMPFILE``, which the kernel forgets when the
process dies, however it dies. It gets its name with one ``linkat`` once its bytes are on the disk.
Where a filesystem has no such files, a temporary one of mode 600 stands in; it is removed on every
failure, but a process that is killed outright leaves it behind.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from ..errors import ConfigError, ConflictError, Fault, GovlinkError, UnavailableError

__all__ = ["OutputFile", "check_target", "output_file", "remove_partial", "write_whole"]

TARGET_EXISTS = Fault(
    "exchange.target_exists",
    en="{name} exists already and was left as it is",
    th="มีไฟล์ {name} อยู่แล้ว จึงไม่ได้เขียนทับ",
)
TARGET_UNWRITABLE = Fault(
    "exchange.target_unwritable",
    en="{name} cannot be written ({reason}); nothing was left behind",
    th="เขียนไฟล์ {name} ไม่ได้ ({reason}) และไม่มีไฟล์ค้างอยู่",
)

_NO_UNNAMED_FILES = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
_MODE = 0o600


class OutputFile(Protocol):
    """What the writer of a file sees of it."""

    def write(self, content: bytes | memoryview) -> None:
        """Append. Raises ``UnavailableError`` when the disk takes no more."""


class _Unpublished:
    """A file that is not to be seen yet. ``temporary`` is its name while it needs one."""

    def __init__(self, folder: int, target: Path) -> None:
        self._folder, self._target = folder, target
        self.temporary: str | None = None
        self.descriptor = self._unnamed()

    def _unnamed(self) -> int:
        if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
            try:
                return os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, _MODE, dir_fd=self._folder)
            except OSError as error:
                if error.errno not in _NO_UNNAMED_FILES:
                    raise
        self.temporary = self._fresh_name()
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        return os.open(self.temporary, flags, _MODE, dir_fd=self._folder)

    def _fresh_name(self) -> str:
        return f".govlink-{secrets.token_hex(8)}.partial"

    def write(self, content: bytes | memoryview) -> None:
        """Append, as ``OutputFile`` says."""
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
        except OSError as error:
            raise _unwritable(self._target, error) from error

    def publish(self, *, overwrite: bool) -> None:
        """Give the file its name, its bytes being on the disk."""
        os.fsync(self.descriptor)
        if overwrite:
            if self.temporary is None:
                name = self._fresh_name()
                self._link(name)
                self.temporary = name
            os.replace(self.temporary, self._target.name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self.temporary = None
        else:
            self._link(self._target.name)
        os.fsync(self._folder)

    def _link(self, name: str) -> None:
        source = self.temporary or f"/proc/self/fd/{self.descriptor}"
        os.link(source, name, src_dir_fd=self._folder, dst_dir_fd=self._folder, follow_symlinks=True)

    def discard(self) -> None:
        """Close; an unnamed file is gone with that, a temporary one is removed."""
        os.close(self.descriptor)
        if self.temporary is not None:
            with suppress(FileNotFoundError):
                os.unlink(self.temporary, dir_fd=self._folder)


def remove_partial(folder: Path) -> None:
    """Remove what writers left that were killed; only where none can be writing now."""
    for path in folder.glob(".govlink-*.partial"):
        path.unlink(missing_ok=True)


# Where the place itself is wrong, trying again later is no advice.
_WRONG_PLACE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM, errno.EROFS})


def _unwritable(target: Path, error: OSError) -> GovlinkError:
    reason = errno.errorcode.get(error.errno or 0, "unknown")
    kind = ConfigError if error.errno in _WRONG_PLACE else UnavailableError
    return kind(TARGET_UNWRITABLE, name=target.name, reason=reason)


def check_target(target: Path) -> None:
    """Refuse a place where ``output_file`` would find something, or no folder; for a dry run.

    Raises:
        ConflictError: something is at ``target``.
        ConfigError: its folder is not there.
    """
    if target.exists():
        raise ConflictError(TARGET_EXISTS, name=target.name)
    if not target.parent.is_dir():
        raise ConfigError(TARGET_UNWRITABLE, name=target.name, reason="ENOENT")


@contextmanager
def output_file(target: Path, *, overwrite: bool = False) -> Iterator[OutputFile]:
    """A file of mode 600 that appears at ``target`` when the block ends, and never when it raises.

    Raises:
        ConflictError: something is there already, and ``overwrite`` was not asked for.
        UnavailableError: the folder or the disk does not take it.
    """
    try:
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        if not overwrite and os.path.lexists(target):  # before the work, not only after it
            raise ConflictError(TARGET_EXISTS, name=target.name)
        with _closing(folder, target) as file:
            yield file
            _publish(file, target, overwrite=overwrite)
    finally:
        os.close(folder)


@contextmanager
def _closing(folder: int, target: Path) -> Iterator[_Unpublished]:
    try:
        file = _Unpublished(folder, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        yield file
    finally:
        file.discard()


def _publish(file: _Unpublished, target: Path, *, overwrite: bool) -> None:
    try:
        file.publish(overwrite=overwrite)
    except FileExistsError:
        raise ConflictError(TARGET_EXISTS, name=target.name) from None
    except OSError as error:
        raise _unwritable(target, error) from error


def write_whole(target: Path, content: bytes, *, overwrite: bool = False) -> None:
    """Write a small file of mode 600, whole or not at all; errors as ``output_file``."""
    with output_file(target, overwrite=overwrite) as file:
        file.write(content)
