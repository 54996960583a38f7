"""Every recording in the tree: fit to be kept, in its place, telling where it is from; and vcrpy in its."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from govlink.registry import installed_adapters
from govlink.testing.cassettes import OriginKind, cassette_files, read_cassette

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "fixtures" / "cassettes"
FILES = list(cassette_files(FOLDER))
HOME = ROOT / "src" / "govlink" / "testing" / "cassettes"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(FOLDER).with_suffix("").as_posix())
def test_a_cassette_may_be_kept(path: Path) -> None:
    """The reader refuses secrets, token shapes, addresses and real people; each file says its origin."""
    cassette = read_cassette(path)
    assert cassette.interactions
    assert cassette.call
    assert cassette.expected
    assert path.stem.startswith("spec-") is (cassette.origin.kind is OriginKind.SPEC)


def test_cassettes_lie_where_they_are_looked_for() -> None:
    """``<platform>/<operation>/<case>.json``, and nothing else beside the page that tells their source."""
    assert FILES
    others = [p.name for p in FOLDER.rglob("*") if p.is_file() and p not in FILES]
    assert others == ["SOURCE.md"]
    for path in FILES:
        platform, _operation, _case = path.relative_to(FOLDER).parts
        assert platform in installed_adapters()


def test_vcrpy_is_known_in_one_place() -> None:
    """Replacing it must touch one package."""
    users = []
    for path in [*(ROOT / "src").rglob("*.py"), *ROOT.glob("adapters/*/src/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            if any(name.split(".")[0] == "vcr" for name in names):
                users.append(path.parent)
    assert set(users) == {HOME}
