"""Files that only their owner may read, shared between processes by advisory locks.

Session tokens, the counters of allowances and the audit log lie in such files. ``flock`` belongs to an
open file, so it also holds threads apart, and the system gives it back when a process dies. A file that was
renamed or deleted while its lock was waited for is left alone, and the one now in its place is locked. None
of this is reliable on network file systems: keep these files on a local disk.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ConfigError, Fault

__all__ = [
    "locked",
    "open_private",
    "private_folder",
    "read_private",
    "replace_private",
    "try_lock",
    "unlock",
    "write_new_private",
]

EXPOSED = Fault(
    "files.exposed",
    en="{name} may be read by others or is not this user's own; set its mode to {mode}",
    th="ผู้ใช้อื่นอ่าน {name} ได้หรือไม่ใช่ของผู้ใช้นี้ ให้ตั้งสิทธิเป็น {mode}",
)
UNUSABLE = Fault("files.unusable", en="{name} cannot be used ({reason})", th="ใช้งาน {name} ไม่ได้ ({reason})")
NO_LOCKS = Fault(
    "files.no_locks",
    en="this system has no file locks, so {name} cannot be shared or written safely",
    th="ระบบนี้ไม่มีการล็อกไฟล์ จึงใช้ {name} ร่วมกันหรือเขียนอย่างปลอดภัยไม่ได้",
)


_MOST_BYTES = 16 * 1024 * 1024
"""None of these files grows so large; whatever does is not one of them."""


_LIMIT_S = 30.0
_POLL_S = 0.002


def _demand_file(status: os.stat_result, *, name: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ConfigError(UNUSABLE, name=name, reason="no regular file")
    _demand_private(status, name=name, mode="600")


def _demand_private(status: os.stat_result, *, name: str, mode: str) -> None:
    if stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO) or status.st_uid != os.geteuid():
        raise ConfigError(EXPOSED, name=name, mode=mode)


def private_folder(path: Path) -> None:
    """Make the folder with mode 700 if it is not there.

    Raises:
        ConfigError: others may look into it, or it cannot be made.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _demand_private(path.stat(), name=path.name, mode="700")
    except OSError as error:
        raise ConfigError(UNUSABLE, name=path.name, reason=type(error).__name__) from error


def open_private(path: Path, flags: int) -> int:
    """Open the file, made with mode 600 if it is not there; returns the descriptor. Links are refused.

    Raises:
        ConfigError: others may read it, or it cannot be opened.
    """
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise ConfigError(UNUSABLE, name=path.name, reason=type(error).__name__) from error
    try:
        _demand_file(os.fstat(descriptor), name=path.name)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read_private(path: Path) -> bytes | None:
    """What the file holds, or None if it is not there.

    Raises:
        ConfigError: others may read it, it is too large, or it cannot be read.
    """
    try:
        # O_NONBLOCK, or a pipe put in the file's place would be waited for without end.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            _demand_file(status, name=path.name)
            if status.st_size > _MOST_BYTES:
                raise ConfigError(UNUSABLE, name=path.name, reason="too large")
            content = b""
            while part := os.read(descriptor, status.st_size + 1):
                content += part
            return content
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(UNUSABLE, name=path.name, reason=type(error).__name__) from error


def replace_private(path: Path, content: bytes) -> None:
    """Put the content in the file's place, wholly or not at all; a reader sees the old or the new one.

    Raises:
        ConfigError: the folder does not take it.
    """
    _put(path, content, place=lambda written: written.replace(path))


def write_new_private(path: Path, content: bytes) -> None:
    """The same where nothing may be replaced.

    Raises:
        ConfigError: there is a file of that name, or the folder does not take it.
    """
    _put(path, content, place=lambda written: path.hardlink_to(written))


def _put(path: Path, content: bytes, *, place: Callable[[Path], object]) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # with mode 600
        written = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            place(written)
        finally:
            written.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(UNUSABLE, name=path.name, reason=type(error).__name__) from error


def _lock(descriptor: int, *, name: str, limit_s: float) -> bool:
    try:
        import fcntl  # here, because not every system has it
    except ImportError as error:
        raise ConfigError(NO_LOCKS, name=name) from error
    until = time.monotonic() + limit_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_POLL_S)
        except OSError as error:
            raise ConfigError(UNUSABLE, name=name, reason=type(error).__name__) from error
        else:
            return True


def unlock(descriptor: int) -> None:
    """Give the lock back and close. A copy of the descriptor in a forked child does not keep it."""
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def try_lock(path: Path) -> int | None:
    """The descriptor of the file, locked, for ``unlock``; None while another holds it.

    Raises:
        ConfigError: others may read the file, or it cannot be locked.
    """
    return _locked(path, flags=os.O_RDWR, limit_s=0.0)


def _locked(path: Path, *, flags: int, limit_s: float) -> int | None:
    while True:
        descriptor = open_private(path, flags)
        try:
            had = _lock(descriptor, name=path.name, limit_s=limit_s)
            if had and _is_in_place(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if not had:
            return None


def _is_in_place(path: Path, descriptor: int) -> bool:
    """Whether the path still names the open file: whoever comes next locks what is there by then."""
    try:
        return os.path.samestat(path.stat(follow_symlinks=False), os.fstat(descriptor))
    except FileNotFoundError:
        return False


@contextmanager
def locked(path: Path, *, flags: int = os.O_RDWR) -> Iterator[int]:
    """Hold the file's lock inside the block, waiting for it; gives the descriptor.

    Locks are held for milliseconds. One that is held for longer is that of a process which was stopped.

    Raises:
        ConfigError: others may read the file, it cannot be locked, or another holds the lock for half a
            minute.
    """
    descriptor = _locked(path, flags=flags, limit_s=_LIMIT_S)
    if descriptor is None:
        raise ConfigError(UNUSABLE, name=path.name, reason="locked by another process")
    try:
        yield descriptor
    finally:
        unlock(descriptor)
