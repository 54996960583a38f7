"""Files that exist whole or not at all, with unnamed files and without."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from govlink.errors import ConfigError, ConflictError, UnavailableError
from govlink.exchange.output import output_file, write_whole


@pytest.fixture(params=["unnamed", "named"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose filesystem has unnamed files, and one whose has none."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    return tmp_path


def test_a_file_appears_whole(folder: Path) -> None:
    """Of mode 600, under its name and no other, only when the block ended."""
    target = folder / "เอกสาร.pdf"
    with output_file(target) as file:
        file.write(b"one ")
        assert not target.exists()
        file.write(memoryview(b"two"))
    assert target.read_bytes() == b"one two"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(folder.iterdir()) == [target]


def test_a_failure_leaves_nothing(folder: Path) -> None:
    """Whatever was raised, an interruption too."""

    def fail(kind: type[BaseException]) -> None:
        with output_file(folder / "x") as file:
            file.write(b"half")
            raise kind

    for kind in (ValueError, KeyboardInterrupt):
        with pytest.raises(kind):
            fail(kind)
    assert list(folder.iterdir()) == []


def test_nothing_is_overwritten_unless_asked(folder: Path) -> None:
    """Neither what was there before nor what appeared while writing; a dead link counts."""
    target = folder / "x"
    with pytest.raises(ConflictError), output_file(target):
        target.write_bytes(b"theirs")
    assert target.read_bytes() == b"theirs"
    begun = []
    with pytest.raises(ConflictError), output_file(target):
        begun.append("the work that would be lost")
    assert begun == []
    write_whole(target, b"mine", overwrite=True)
    assert target.read_bytes() == b"mine"
    (folder / "link").symlink_to(folder / "nowhere")
    with pytest.raises(ConflictError):
        write_whole(folder / "link", b"mine")
    assert {item.name for item in folder.iterdir()} == {"x", "link"}


def test_a_full_disk_is_told_and_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While writing, and when the last bytes go to the disk."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    for name in ("write", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            with pytest.raises(UnavailableError) as caught:
                write_whole(folder / "x", b"content")
        assert caught.value.code == "exchange.target_unwritable"
        assert "ENOSPC" in caught.value.explain("th")
        assert list(folder.iterdir()) == []


def test_a_folder_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """Missing, or a file itself."""
    (tmp_path / "file").touch()
    for place in (tmp_path / "missing" / "x", tmp_path / "file" / "x"):
        with pytest.raises(ConfigError) as caught:
            write_whole(place, b"x")
        assert caught.value.code == "exchange.target_unwritable"


def test_a_long_write_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel may take less than it is given."""
    whole = os.write
    monkeypatch.setattr(os, "write", lambda handle, content: whole(handle, bytes(content[:3])))
    write_whole(folder / "x", b"0123456789")
    assert (folder / "x").read_bytes() == b"0123456789"
