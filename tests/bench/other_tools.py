"""An interpreter that has a tool to measure against, in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["pinned", "python_with"]


def python_with(tool: str) -> Path:
    """The interpreter of an environment with that tool, made once and kept in the user's cache."""
    requirements = _requirements(tool)
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "govlink"
    place = cache / f"bench-{tool}-{digest}"
    if not (place / "complete").exists():
        uv = shutil.which("uv") or sys.exit(
            "uv is not on the path; install it with: python -m pip install uv"
        )
        shutil.rmtree(place, ignore_errors=True)
        cache.mkdir(parents=True, exist_ok=True)
        for command in (
            (uv, "venv", "--quiet", "--python", f"{sys.version_info[0]}.{sys.version_info[1]}", place),
            (uv, "pip", "install", "--quiet", "--no-deps", "--python", place, "--requirement", requirements),
        ):
            subprocess.run(command, cwd=cache, check=True)
        (place / "complete").touch()
    return place / "bin" / "python"


def pinned(tool: str) -> str:
    """The tool and its version, for the head of a table."""
    lines = _requirements(tool).read_text().splitlines()
    return next(line for line in lines if line.startswith(f"{tool}==")).replace("==", " ")


def _requirements(tool: str) -> Path:
    return Path(__file__).with_name(f"requirements-{tool}.txt")
