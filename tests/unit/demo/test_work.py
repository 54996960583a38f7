"""The folder a demo leaves: replaced whole at the end, or not touched at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlink.demo.work import MARKER, WorkFolder
from govlink.errors import ConfigError


def earlier_demo(folder: Path) -> Path:
    """What a demo left before."""
    folder.mkdir()
    (folder / MARKER).write_text("{}", "utf-8")
    (folder / "events.jsonl").write_text("old\n", "utf-8")
    return folder


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failed_run_leaves_the_earlier_demo_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    """Ctrl-C in the middle included."""
    out = earlier_demo(tmp_path / "out")

    def fail() -> None:
        with WorkFolder(out) as folder:
            (folder.path / "half").write_text("written", "utf-8")
            (folder.scratch / "db").write_text("rows", "utf-8")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == ["out"]
    assert names(out) == ["events.jsonl", MARKER]


def test_a_new_demo_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    """Nothing of the old one stays behind."""
    out = earlier_demo(tmp_path / "out")
    with WorkFolder(out) as folder:
        (folder.path / "new").write_text("new", "utf-8")
        folder._take_place()
    assert names(tmp_path) == ["out"]
    assert names(out) == ["new"]


def test_the_earlier_demo_comes_back_when_the_new_one_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one moment in which neither stands is undone."""
    out = earlier_demo(tmp_path / "out")
    plain = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name == "out" and target == out and self.parent.name.startswith(".govlink"):
            raise PermissionError
        return plain(self, target)

    with WorkFolder(out) as folder:
        monkeypatch.setattr(Path, "rename", rename)
        with pytest.raises(PermissionError):
            folder._take_place()
    assert names(out) == ["events.jsonl", MARKER]


@pytest.mark.parametrize("kept", ["notes.txt", "events.jsonl.bak", ".git"])
def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path, kept: str) -> None:
    """A summary.json does not make a folder ours to delete."""
    out = earlier_demo(tmp_path / "out")
    (out / kept).write_text("mine", "utf-8")
    with pytest.raises(ConfigError) as caught:
        WorkFolder(out)
    assert caught.value.code == "demo.folder_in_use"


def test_half_a_demo_is_not_ours(tmp_path: Path) -> None:
    """Without the summary, which is written last, nobody knows what the files are."""
    out = earlier_demo(tmp_path / "out")
    (out / MARKER).unlink()
    with pytest.raises(ConfigError):
        WorkFolder(out)


def test_a_file_and_a_link_are_no_folder(tmp_path: Path) -> None:
    """Neither is replaced."""
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "link").symlink_to(earlier_demo(tmp_path / "out"))
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link", "dangling"):
        with pytest.raises(ConfigError):
            WorkFolder(tmp_path / name)


def test_the_folder_one_stands_in_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one above it."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    for out in (Path(), Path(".."), inner):
        with pytest.raises(ConfigError):
            WorkFolder(out)


def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    """Below a file there is no folder to make."""
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(ConfigError) as caught, WorkFolder(tmp_path / "file" / "out"):
        pass
    assert caught.value.code == "demo.folder_not_writable"


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    """What is not there is made."""
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "a" / "b" / "c"):
        with WorkFolder(out) as folder:
            folder._take_place()
        assert out.is_dir()
