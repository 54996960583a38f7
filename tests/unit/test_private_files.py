"""Private files: their mode, their locks, and replacing them whole."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from govlink import _private_files
from govlink._private_files import (
    locked,
    open_private,
    private_folder,
    read_private,
    replace_private,
    try_lock,
    unlock,
    write_new_private,
)
from govlink.errors import ConfigError


def mode(path: Path) -> int:
    """The file's permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0, 0o077])
def test_what_is_made_is_its_owners_alone(tmp_path: Path, umask: int) -> None:
    """Whatever the process's umask is."""
    before = os.umask(umask)
    try:
        private_folder(tmp_path / "a" / "b")
        os.close(open_private(tmp_path / "opened", os.O_RDWR))
        replace_private(tmp_path / "replaced", b"x")
        write_new_private(tmp_path / "new", b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b") == 0o700
    assert {mode(tmp_path / name) for name in ("opened", "replaced", "new")} == {0o600}


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602])
def test_a_file_open_to_others_is_refused(tmp_path: Path, bits: int) -> None:
    """To read it or to write it."""
    file = tmp_path / "file"
    file.write_bytes(b"x")
    file.chmod(bits)
    for use in (lambda: open_private(file, os.O_RDWR), lambda: read_private(file), lambda: try_lock(file)):
        with pytest.raises(ConfigError, match=r"files\.exposed"):
            use()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Somebody else's link must not choose what is written to."""
    (tmp_path / "target").write_bytes(b"theirs")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(ConfigError, match=r"files\.unusable"):
        open_private(tmp_path / "link", os.O_RDWR)


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    """None is an answer; a folder is none."""
    assert read_private(tmp_path / "nothing") is None
    with pytest.raises(ConfigError, match=r"files\.unusable"):
        read_private(tmp_path)


def test_replacing_leaves_nothing_beside_it(tmp_path: Path) -> None:
    """The new content under the old name, and no scratch."""
    file = tmp_path / "file"
    replace_private(file, b"1")
    replace_private(file, b"2")
    assert file.read_bytes() == b"2"
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_there_is_not_replaced_by_a_new_file(tmp_path: Path) -> None:
    """Also when it appeared only just now."""
    file = tmp_path / "file"
    write_new_private(file, b"1")
    with pytest.raises(ConfigError, match=r"files\.unusable.*FileExistsError"):
        write_new_private(file, b"2")
    assert file.read_bytes() == b"1"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_missing_or_closed_is_named(tmp_path: Path) -> None:
    """By its last part: a path may say more than it should."""
    with pytest.raises(ConfigError) as caught:
        replace_private(tmp_path / "none" / "file", b"")
    assert str(tmp_path) not in str(caught.value)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"files\.unusable"):
        private_folder(tmp_path / "file" / "inside")


def test_a_lock_is_held_until_it_is_given_back(tmp_path: Path) -> None:
    """By whoever opened it, in this process or another."""
    file = tmp_path / "lock"
    with locked(file):
        assert try_lock(file) is None
    descriptor = try_lock(file)
    assert descriptor is not None
    assert try_lock(file) is None
    unlock(descriptor)
    with locked(file):
        pass


def test_a_forked_child_does_not_keep_a_lock(tmp_path: Path) -> None:
    """It has a copy of the descriptor, which must not matter after the parent gave the lock back."""
    file = tmp_path / "lock"
    with locked(file) as descriptor:
        copy = os.dup(descriptor)
    try:
        again = try_lock(file)
        assert again is not None
        unlock(again)
    finally:
        os.close(copy)


@pytest.mark.parametrize("change", ["renamed", "deleted"])
def test_a_file_that_goes_while_its_lock_is_waited_for_is_not_the_one_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """Two who hold locks of two files of one name would both think they are alone."""
    file, waiting = tmp_path / "lock", threading.Event()
    genuine, got = _private_files._lock, list[int]()

    def telling(descriptor: int, **options: Any) -> bool:
        waiting.set()
        return genuine(descriptor, **options)

    def wait() -> None:
        with locked(file) as descriptor:
            got.append(os.fstat(descriptor).st_ino)

    with locked(file) as held:
        monkeypatch.setattr(_private_files, "_lock", telling)
        other = threading.Thread(target=wait)
        other.start()
        assert waiting.wait(10)
        old = os.fstat(held).st_ino
        if change == "renamed":
            file.rename(tmp_path / "lock.1")
        else:
            (tmp_path / "kept").hardlink_to(file)  # so that the number of the file is not given out again
            file.unlink()
    other.join(10)
    assert got == [file.stat().st_ino]
    assert got != [old]


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    """A pipe in the file's place would stop whoever reads it."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for use in (read_private, lambda path: open_private(path, os.O_RDWR)):
        with pytest.raises(ConfigError, match=r"files\.unusable"):
            use(tmp_path / "pipe")


def test_a_file_too_large_to_be_one_of_these_is_not_read(tmp_path: Path) -> None:
    """Whatever put it there, it does not fill the memory."""
    with os.fdopen(open_private(tmp_path / "file", os.O_RDWR), "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigError, match=r"files\.unusable"):
        read_private(tmp_path / "file")


def test_a_lock_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its holder may be stopped, and with it every process of the agency would be."""
    monkeypatch.setattr(_private_files, "_LIMIT_S", 0.05)
    with locked(tmp_path / "lock"):
        with pytest.raises(ConfigError, match=r"files\.unusable.*locked"), locked(tmp_path / "lock"):
            pass
        assert try_lock(tmp_path / "lock") is None
    with locked(tmp_path / "lock"):
        pass
