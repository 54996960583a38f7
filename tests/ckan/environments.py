"""A virtual environment for each version of CKAN, made once and kept in the user's cache."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .processes import ServerFailed

__all__ = ["VERSIONS", "environment"]

VERSIONS = ("2.11", "2.12")
_PYTHON = ">=3.11,<3.13"
"""What both versions' pinned packages have wheels for; uv finds one, or fetches one."""

_PROJECT = '[project]\nname = "ckan-environments"\nversion = "0"\n[tool.uv.workspace]\n'
"""Ends uv's search upwards for a project, whose constraints would be applied to CKAN's packages."""


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "govlink"


def _requirements(version: str) -> Path:
    return Path(__file__).with_name(f"requirements-{version}.txt")


def environment(version: str) -> Path:
    """The folder of the environment with this CKAN, made now if it is not there yet.

    Raises:
        ServerFailed: uv is missing, or could not install something.
    """
    requirements = _requirements(version)
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    place = _cache() / f"ckan-{version}-{digest}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "complete").exists():
            _make(place, requirements)
    return place


def _make(place: Path, requirements: Path) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise ServerFailed("uv is not on the path; install it with: python -m pip install uv")
    place.with_name("pyproject.toml").write_text(_PROJECT)
    # Not moved into place when done: the scripts of an environment know where it was made.
    shutil.rmtree(place, ignore_errors=True)
    _run(uv, "venv", "--quiet", "--python", _PYTHON, place, folder=place.parent)
    install = (
        uv,
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--no-deps",
        "--python",
        place / "bin" / "python",
    )
    _run(*install, "--requirement", requirements, folder=place.parent)
    (place / "complete").touch()


def _run(*command: str | Path, folder: Path) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)
    if result.returncode:
        raise ServerFailed(f"could not make CKAN's environment:\n{result.stderr[-4000:]}")
