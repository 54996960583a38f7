"""What the tests share: for ``publish`` a catalogue of their own, for ``statistics`` a table and a policy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from govlink.cli.app import run
from govlink.registry import load_adapter
from govlink.sandbox.files import write_sandbox_config
from govlink.sandbox.server import RunningSandbox, running_sandbox

from .statistics_desk import Desk, Statistics

FIXTURES = Path(__file__).parents[3] / "fixtures"


@dataclass(frozen=True)
class Shelf:
    """A sandbox with one catalogue, and a folder of release files, which is the working folder."""

    sandbox: RunningSandbox
    folder: Path

    @property
    def options(self) -> list[str]:
        """Reach the catalogue; keep the state here."""
        return ["--sandbox", self.sandbox.url, "--state", str(self.folder / "state")]

    def control(self, path: str, **content: object) -> None:
        """Change the catalogue as a person or its operator would."""
        httpx.post(f"{self.sandbox.url}/data_go_th/_sandbox/{path}", json=content).raise_for_status()

    def public(self, action: str, **query: object) -> httpx.Response:
        """What a citizen is answered."""
        url = f"{self.sandbox.url}/data_go_th/api/3/action/{action}"
        return httpx.get(url, params={name: str(value) for name, value in query.items()})

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file of the folder."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """An empty catalogue, and copies of what is shipped; 80 columns, English, no terminal."""
    folder = tmp_path / "releases"
    shutil.copytree(FIXTURES / "releases", folder)
    (tmp_path / "statistics").mkdir()
    for policy in (FIXTURES / "statistics").glob("*.policy.toml"):
        shutil.copy(policy, tmp_path / "statistics")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("GOVLINK_LANG", "en")
    for name in ("XDG_STATE_HOME", "FORCE_COLOR", "TTY_COMPATIBLE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    with running_sandbox([load_adapter("data_go_th")]) as running:
        yield Shelf(sandbox=running, folder=folder)


@pytest.fixture
def settings_file(shelf: Shelf) -> Path:
    """The settings file that ``govlink sandbox --write-config`` leaves."""
    path = shelf.folder / "govlink.toml"
    write_sandbox_config(path, [load_adapter("data_go_th")], shelf.sandbox)
    return path


@pytest.fixture
def large_release(shelf: Shelf) -> Callable[[int], Path]:
    """A release file of the schools with that many rows."""

    def make(rows: int) -> Path:
        header = (shelf.folder / "schools.csv").read_text("utf-8-sig").splitlines()[0]
        lines = [f"{n:08d},โรงเรียนสมมติ {n},จังหวัดสมมติใต้,00010,,6,,true" for n in range(rows)]
        (shelf.folder / "schools.csv").write_text("\n".join((header, *lines, "")), "utf-8")
        return shelf.folder / "schools.toml"

    return make


CANARIES = (70901, 80903, 90907)
"""Counts that must be hidden to protect a small one; nothing else in the table is or adds up to any."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An office with one table, in which the north's refusals are small; English, no terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("GOVLINK_LANG", "en")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "GOVLINK_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    made = Desk(folder=tmp_path)
    first, second, third = CANARIES
    made.table(f"เหนือ,approved,{first}", "เหนือ,refused,3", f"ใต้,approved,{second}", f"ใต้,refused,{third}")
    made.policy()
    return made


@pytest.fixture
def statistics(desk: Desk, capsys: pytest.CaptureFixture[str]) -> Statistics:
    """The one JSON object that a command prints."""

    def call(*arguments: str, code: int = 0) -> dict[str, Any]:
        assert run(["statistics", *arguments, "--json"]) == code
        content = json.loads(capsys.readouterr().out)
        assert isinstance(content, dict)
        return content

    return call
