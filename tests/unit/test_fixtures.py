"""Finding the shipped files, in a clone and in an installed package."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlink import fixtures
from govlink.errors import ConfigError
from govlink.fixtures import fixture_path

SHIPPED = (
    "petitions/petitions-1000.csv",
    "registration/equivalence.toml",
    "statistics/eq_petitions_month.policy.toml",
)


@pytest.mark.parametrize("name", SHIPPED)
def test_what_the_code_asks_for_is_there(name: str) -> None:
    """Each file that a command reads."""
    assert fixture_path(name).is_file()


def test_an_absent_file_is_told_by_its_name() -> None:
    """And not by a path of this machine."""
    with pytest.raises(ConfigError) as caught:
        fixture_path("petitions/none.csv")
    assert caught.value.code == "fixtures.missing"
    assert "petitions/none.csv" in str(caught.value)
    assert str(Path.cwd()) not in str(caught.value)


def test_a_folder_is_no_file() -> None:
    """What is there but cannot be read as a file counts as absent."""
    with pytest.raises(ConfigError):
        fixture_path("petitions")


def test_a_wheels_own_copy_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package looks inside itself before it looks around."""
    module = tmp_path / "lib" / "govlink" / "fixtures.py"
    inside = module.parent / "_fixtures" / "a.txt"
    beside = tmp_path / "fixtures" / "a.txt"
    for path in (inside, beside):
        path.parent.mkdir(parents=True)
        path.write_text("x", "utf-8")
    monkeypatch.setattr(fixtures, "__file__", str(module))
    assert fixture_path("a.txt") == inside
    inside.unlink()
    assert fixture_path("a.txt") == beside
