"""A scene for each test of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .scene import Scene, open_scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An office among simulated platforms."""
    with open_scene(tmp_path) as opened:
        yield opened
