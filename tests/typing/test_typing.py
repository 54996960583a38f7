"""What users' type checkers see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_third_party_code_type_checks() -> None:
    """``checked.py`` under mypy --strict: shapes fit, wrong ones are refused, verbs have their types."""
    command = [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", str(HERE / "checked.py")]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", ["govlink", "govlink_gdx", "govlink_eocs"])
def test_packages_say_that_they_are_typed(package: str) -> None:
    """Without ``py.typed`` a user's checker sees nothing of all this."""
    import importlib

    module = importlib.import_module(package)
    assert (Path(module.__file__ or "").parent / "py.typed").is_file()
