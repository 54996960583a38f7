"""Every installed adapter passes the kit, and the published matrix is what the code says."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from govlink.registry import installed_adapters, load_adapter
from govlink.testing.conformance import CHECKS, capability_matrix, run_checks
from govlink.testing.matrix import DEFAULT_FILE, installed, main, page

ROOT = Path(__file__).parents[2]

PROVIDED = {
    "registry": {"gdx"},
    "documents": {"gdx"},
    "sealing": {"gdx"},
    "delivery": {"gdx"},
    "catalogue": {"data_go_th"},
    "registration": {"citizen_portal"},
    "identification": {"citizen_portal"},
    "cases": {"biz_portal"},
    "notifications": {"citizen_portal"},
    "cards": {"citizen_portal"},
    "intake": {"eocs", "gdx"},
    "reports": {"eocs"},
    "payments": {"gdx"},
}


def _examples_of(name: str) -> ModuleType:
    """Imported from a package of their own folder, because they may lie in several modules."""
    package = ModuleType(f"examples_of_{name}")
    package.__path__ = [str(ROOT / "adapters" / name / "tests")]
    sys.modules[package.__name__] = package
    return importlib.import_module(f"{package.__name__}.examples_{name}")


@pytest.mark.parametrize("name", list(installed_adapters()))
def test_installed_adapter_passes_every_check(name: str) -> None:
    """No adapter is installed that does not keep the contract."""
    examples = _examples_of(name)
    results = run_checks(
        load_adapter(name),
        examples.EXAMPLES,
        settings=getattr(examples, "SETTINGS", None),
        refusals=getattr(examples, "REFUSALS", None),
    )
    assert [result.check.id for result in results] == [check.id for check in CHECKS]
    assert [str(result) for result in results if not result.passed] == []


def test_five_platforms_are_there() -> None:
    """The adapters of this repository are installed, and no check is skipped for want of them."""
    assert set(installed_adapters()) == {"biz_portal", "citizen_portal", "data_go_th", "eocs", "gdx"}


def test_matrix_says_who_provides_what() -> None:
    """What the documentation will promise, spelt out here so that a change of it is noticed."""
    rows = capability_matrix(installed())
    shown = {row.capability: {c.adapter for c in row.cells if c.state == "provided"} for row in rows}
    assert shown == PROVIDED
    assert all(cell.state == "provided" or cell.explanation for row in rows for cell in row.cells)


def test_published_page_is_current() -> None:
    """The reference page is the one the code makes; run ``python -m govlink.testing.matrix``."""
    assert (ROOT / DEFAULT_FILE).read_text(encoding="utf-8") == page(installed())


def test_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    """The command makes the folder and writes the same bytes again."""
    file = tmp_path / "reference" / "capabilities.md"
    main([str(file)])
    first = file.read_bytes()
    main([str(file)])
    assert file.read_bytes() == first == page(installed()).encode()
