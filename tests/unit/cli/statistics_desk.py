"""What the tests of ``govlink statistics`` work with: a folder of their own, and the command as a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from govlink.statistics.policy import sign_policy

__all__ = ["Desk", "Statistics"]


@dataclass(frozen=True)
class Desk:
    """A folder with a long table of counts and a signed policy, which is the working folder."""

    folder: Path

    def table(self, *lines: str, name: str = "counts.csv", header: str = "province,outcome,count") -> str:
        """Write a long table; its name."""
        (self.folder / name).write_text("\n".join((header, *lines, "")), "utf-8")
        return name

    def policy(self, text: str = "", *, name: str = "policy.toml", threshold: int = 5) -> str:
        """Write a policy and sign it; its name."""
        path = self.folder / name
        path.write_text(f'id = "desk"\nversion = "1"\nthreshold = {threshold}\n{text}', "utf-8")
        sign_policy(path, by="test role", on=date(2025, 11, 3))
        return name


class Statistics(Protocol):
    """Runs a command with --json."""

    def __call__(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The JSON it prints."""
        ...
