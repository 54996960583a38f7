"""What documentation is made from code is what the code gives now."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlink.equivalence.guards import GUARDS
from govlink.equivalence.rulebook import RULEBOOK
from govlink.equivalence.verdicts import Basis
from govlink.testing.conformance import CHECKS

from .generate_equivalence import TO, Side, page, with_tables
from .generate_reference import PAGES, REFERENCE

ROOT = REFERENCE.parents[1]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_page_is_current(name: str) -> None:
    """A changed fault or setting shows in the reference; if not: python -m tests.meta.generate_reference."""
    assert (REFERENCE / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("side", ["en", "th"])
def test_equivalence_tables_are_current(side: Side) -> None:
    """A changed state or rule shows in its page; if not: python -m tests.meta.generate_equivalence."""
    text = page(side).read_text(encoding="utf-8")
    assert text == with_tables(text, side=side)


def test_every_transition_has_its_goal() -> None:
    """A new command of the state machine also says in the documentation where it leads."""
    assert TO.keys() == GUARDS.keys()


def test_counts_in_texts_are_the_code_s() -> None:
    """How many rules and checks there are is told in prose; it must be so."""
    of_the_letter = sum(rule.basis is Basis.SEED for rule in RULEBOOK)
    english, thai, changes = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.th.md", "CHANGELOG.md")
    )
    assert f"{of_the_letter} of {len(RULEBOOK)} rules" in english
    assert f"กฎ {of_the_letter} จาก {len(RULEBOOK)} ข้อ" in thai
    assert f"{len(CHECKS)} checks" in changes


def test_fixtures_say_where_they_come_from() -> None:
    """Each folder of fixtures that holds files has its SOURCE.md, or one above it has."""
    root = ROOT / "fixtures"
    folders = {file.parent for file in root.rglob("*") if file.is_file()}

    def is_told(folder: Path) -> bool:
        above = (folder, *folder.parents)
        return any((up / "SOURCE.md").is_file() for up in above if up.is_relative_to(root))

    assert {folder.name for folder in folders if not is_told(folder)} == set()
    assert folders
