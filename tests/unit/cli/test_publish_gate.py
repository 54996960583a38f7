"""``govlink publish``: the policy in force and the ledger that ``[statistics]`` of a release file names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pytest

from govlink.cli.app import run
from govlink.statistics import Ledger

NAME, REISSUES = "eq_petitions_month", "eq_reissue_year"
NOTE = "prepared with a ledger"


class Shelf(Protocol):
    """The fixture of ``conftest``."""

    folder: Path
    options: list[str]

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a file."""


class Publish(Protocol):
    """Runs the command on the statistics with --json."""

    def __call__(self, *options: str, exit_code: int, name: str = REISSUES) -> dict[str, Any]:
        """The JSON it prints."""
        ...


@pytest.fixture
def publish(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> Publish:
    """The one JSON document it prints, whatever happened."""

    def call(*options: str, exit_code: int, name: str = REISSUES) -> dict[str, Any]:
        assert run(["publish", f"{name}.toml", *shelf.options, "--json", *options]) == exit_code
        content = json.loads(capsys.readouterr().out)
        assert isinstance(content, dict)
        return content

    return call


@pytest.fixture
def protect(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    """The release of the replacements, made as the release file's head says."""
    counts = Path(__file__).parents[3] / "fixtures" / "statistics" / f"{REISSUES}.csv"
    policy = f"../statistics/{REISSUES}.policy.toml"
    where = ["--where", "service=CERT_REISSUE,EQ_REISSUE"]
    options = ["--policy", policy, *where, "--ledger", "ledger.jsonl", "--out", REISSUES]
    assert run(["statistics", "protect", str(counts), *options]) == 0
    capsys.readouterr()


def test_a_policy_that_is_not_in_force_ends_it(shelf: Shelf, publish: Publish) -> None:
    """80 for every way to run it, before the catalogue is asked; what is missing is a setting."""
    other = "../statistics/eq_reissue_year.policy.toml"
    shelf.edit(f"{NAME}.toml", f"../statistics/{NAME}.policy.toml", other)
    for options in ((), ("--plan",), ("--dry-run",)):
        refused = publish(*options, exit_code=80, name=NAME)
        assert refused["error"]["code"] == "statistics.policy_not_in_force"
        assert refused["writes"] == 0
    shelf.edit(f"{NAME}.toml", other, "nowhere.toml")
    assert publish(exit_code=78, name=NAME)["error"]["code"] == "statistics.policy_missing"


@pytest.mark.usefixtures("protect")
def test_what_the_ledger_has_is_published(shelf: Shelf, publish: Publish) -> None:
    """Without a word; and with one where nobody named the ledger, planned or published."""
    assert publish(exit_code=0)["notes"] == []
    shelf.edit(f"{REISSUES}.toml", 'ledger = "ledger.jsonl"\n', "")
    assert NOTE in publish("--plan", exit_code=0)["notes"][-1]
    assert NOTE in publish(exit_code=10)["notes"][-1]


@pytest.mark.usefixtures("protect")
def test_what_the_ledger_lacks_is_not(shelf: Shelf, publish: Publish) -> None:
    """80 with another register's ledger; 78 without the file, and none is made."""
    book = shelf.folder / "ledger.jsonl"
    book.rename(shelf.folder / "real.jsonl")
    missing = publish(exit_code=78)
    assert missing["error"]["code"] == "statistics.ledger_missing"
    assert not book.exists()
    Ledger.open(book)
    assert publish(exit_code=80)["error"]["code"] == "statistics.release_not_noted"
