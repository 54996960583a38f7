"""Exact versions without a lock file: everything installed is pinned in the constraints."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
INSTALLERS = {"pip", "setuptools", "uv", "wheel"}


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """The exact version of each constraint; a constraint may have a marker."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    constraints = project["tool"]["uv"].get("constraint-dependencies", [])
    matches = (
        re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.+!-]+)(?:\s*;.*)?", text) for text in constraints
    )
    return {normal(m[1]): m[2] for m in matches if m is not None}


def installed() -> dict[str, str]:
    """What is installed beside the workspace's own distributions."""
    found = {normal(d.name): d.version for d in distributions()}
    return {n: v for n, v in found.items() if n not in INSTALLERS and not re.match("govlink(-|$)", n)}


def test_everything_installed_is_pinned() -> None:
    """A version that nobody chose is a version that nobody tested."""
    pinned = pins()
    missing = sorted(f'"{n}=={v}",' for n, v in installed().items() if pinned.get(n) != v)
    assert missing == [], "add to [tool.uv] constraint-dependencies:\n" + "\n".join(missing)


def test_constraints_are_exact() -> None:
    """A range in the constraints pins nothing."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert len(pins()) == len(project["tool"]["uv"].get("constraint-dependencies", []))
