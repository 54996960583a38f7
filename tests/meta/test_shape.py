"""Sizes, folder shapes, suppressions, linter and type checker: what keeps the tree readable."""

from __future__ import annotations

import io
import re
import statistics
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *ROOT.glob("adapters/*/src/**/*.py")])
ADAPTERS = sorted(path for path in (ROOT / "adapters").iterdir() if path.is_dir())
CEILING, MEDIAN = 400, 150
_NOQA = re.compile(r"#\s*noqa", re.IGNORECASE)
_GOOD_NOQA = re.compile(r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)* - \S.*")
_IGNORE = re.compile(r"#\s*type:\s*ignore")
_GOOD_IGNORE = re.compile(r"# type: ignore\[[a-z, -]+\]  # \S.*")


def test_modules_are_small(capsys: pytest.CaptureFixture[str]) -> None:
    """No module is longer than the ceiling, and half of them are no longer than the median allowed."""
    lines = {path.relative_to(ROOT): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    longest, longest_lines = max(lines.items(), key=lambda item: item[1])
    median = statistics.median(lines.values())
    with capsys.disabled():
        print(f"\n{len(lines)} modules, median {median:.0f} lines, longest {longest} with {longest_lines}")
    assert {str(path): count for path, count in lines.items() if count > CEILING} == {}
    assert median <= MEDIAN


@pytest.mark.parametrize("folder", ADAPTERS, ids=lambda path: path.name)
def test_adapter_folders_have_the_same_files(folder: Path) -> None:
    """Who knows one adapter finds everything in another."""
    package = folder / "src" / f"govlink_{folder.name}"
    wanted = [folder / "pyproject.toml", folder / "README.md", folder / "tests" / "test_conformance.py"]
    names = ("__init__.py", "settings.py", "flows.py", "parse.py", "sandbox.py", "py.typed")
    wanted += [package / name for name in names]
    assert [str(path.relative_to(ROOT)) for path in wanted if not path.is_file()] == []


def test_every_suppression_says_what_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    """``# noqa: CODE - reason`` and ``# type: ignore[code]  # reason``; a bare one hides the next bug."""
    count, bare = 0, []
    for path in [*SOURCES, *ROOT.glob("tests/**/*.py"), *ROOT.glob("adapters/*/tests/**/*.py")]:
        for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
            if token.type != tokenize.COMMENT:
                continue
            line = token.line[token.start[1] :].rstrip()
            if _NOQA.match(line) or _IGNORE.match(line):
                count += 1
                if not (_GOOD_NOQA.fullmatch(line) or _GOOD_IGNORE.fullmatch(line)):
                    bare.append(f"{path.relative_to(ROOT)}:{token.start[0]} {line}")
    with capsys.disabled():
        print(f"\n{count} suppressions")
    assert bare == []


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment in the repository's root."""
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_ruff_is_content() -> None:
    """Lint and format, everywhere."""
    for arguments in (("check", "--no-cache"), ("format", "--check", "--no-cache")):
        done = tool("ruff", *arguments, ".")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_mypy_is_content() -> None:
    """Strict, over the package and all adapters."""
    done = tool("mypy", "src/govlink", *(str(p / "src") for p in ADAPTERS))
    assert done.returncode == 0, done.stdout
