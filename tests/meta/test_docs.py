"""The documentation in two languages: the same pages, saying the same."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TWINS = runpy.run_path(str(ROOT / "tests" / "meta" / "sync_twins.py"))
PAIRS = list(TWINS["pairs"]())


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0].relative_to(ROOT)))
def test_pages_have_twins_that_say_the_same(pair: tuple[Path, Path]) -> None:
    """Each page's note is the digest of its twin as it is now; see ``sync_twins``."""
    for page, twin in (pair, pair[::-1]):
        assert page.is_file(), f"{twin.relative_to(ROOT)} has no twin"
        assert TWINS["noted"](page) == TWINS["digest"](twin), (
            f"{twin.relative_to(ROOT)} changed since {page.relative_to(ROOT)} was written: carry the change "
            "over, then run python -m tests.meta.sync_twins"
        )


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0].relative_to(ROOT)))
def test_thai_pages_are_thai(pair: tuple[Path, Path]) -> None:
    """A copied page is no translation."""
    if not pair[1].is_file():
        pytest.skip("told by the test above")
    letters = [letter for letter in pair[1].read_text("utf-8") if letter.isalpha()]
    thai = sum("\u0e00" <= letter <= "\u0e7f" for letter in letters)
    assert thai > len(letters) / 5


def test_the_script_notes_and_the_check_notices(tmp_path: Path) -> None:
    """After syncing notes fit; after a change of one page the other's does not, and its own still does."""
    english, thai = tmp_path / "docs/en/a.md", tmp_path / "docs/th/a.md"
    for page in (english, thai, tmp_path / "README.md", tmp_path / "README.th.md"):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"# {page.name}\n", "utf-8")
    assert TWINS["main"](tmp_path) == 0
    assert TWINS["main"](tmp_path) == 0
    assert TWINS["noted"](thai) == TWINS["digest"](english)
    english.write_text(english.read_text("utf-8") + "more\n", "utf-8")
    assert TWINS["noted"](thai) != TWINS["digest"](english)
    assert TWINS["noted"](english) == TWINS["digest"](thai)
    (tmp_path / "docs/en/alone.md").write_text("x", "utf-8")
    assert TWINS["main"](tmp_path) == 1
