"""Nothing secret, personal or local is in the tree: every file git knows or would take is read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from govlink.models.identity import check_digit
from govlink.models.text import from_thai_digits

ROOT = Path(__file__).parents[2]
RESERVED = {"97", "98", "99"}
_NUMBER = re.compile(r"(?<![\w.])(?:\d{13}|\d-\d{4}-\d{5}-\d{2}-\d)(?![\w])")
_KEY_BLOCK = re.compile("-----BEGIN [A-Z ]*" + "PRIVATE KEY-----")
_TOKEN_SHAPES = re.compile(
    r"eyJ[\w-]{10,}\.[\w-]{5,}"
    r"|(?i:consumer-?secret|consumer-?key|authorization|api-?key|mtoken|\btoken)[\"']?\s*[:=]\s*[\"']?"
    r"(?!\*\*\*|redacted|sandbox)[\w+/=.-]{16,}"
)
_REGISTRY = re.compile(
    r"pythonhosted|https?://[^\s\"'<>)]*/simple\b|\bindex-url\b|extra-index", re.IGNORECASE
)


def tree() -> list[Path]:
    """Tracked files, and untracked ones that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    files = (ROOT / name for name in done.stdout.decode().split("\0") if name)
    return [path for path in files if path.is_file()]


def text_of(path: Path) -> str:
    """The file's text, byte by byte where it is none."""
    data = path.read_bytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Every file's text by its name."""
    return {str(path.relative_to(ROOT)): text_of(path) for path in tree()}


def found(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Where the pattern is, without repeating what was found."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in texts.items()
        for match in pattern.finditer(text)
    ]


def test_no_citizen_number_of_a_real_province(texts: dict[str, str]) -> None:
    """13 digits with a right check digit are allowed only with the provinces that do not exist."""
    real = []
    for name, text in texts.items():
        for match in _NUMBER.finditer(from_thai_digits(text)):
            digits = match[0].replace("-", "")
            valid = digits[0] != "9" and check_digit(digits[:12]) == digits[12]
            if valid and digits[1:3] not in RESERVED:
                real.append(f"{name}:{text.count(chr(10), 0, match.start()) + 1}")
    assert real == []


def test_no_private_key(texts: dict[str, str]) -> None:
    """Test keys are made when a test runs."""
    assert found(_KEY_BLOCK, texts) == []


def test_no_token_in_fixtures(texts: dict[str, str]) -> None:
    """Recorded answers hold no token, key or secret."""
    assert found(_TOKEN_SHAPES, {n: t for n, t in texts.items() if n.startswith("fixtures/")}) == []


def test_no_package_registry(texts: dict[str, str]) -> None:
    """Where packages come from is the installing machine's affair."""
    mine = str(Path(__file__).relative_to(ROOT))
    assert found(_REGISTRY, {n: t for n, t in texts.items() if n != mine}) == []


def test_no_path_of_this_machine(texts: dict[str, str]) -> None:
    """Neither the checkout's place nor a home directory."""
    places = [place for place in (ROOT, ROOT.parent, Path.home()) if len(place.parts) > 1]
    pattern = re.compile("|".join(rf"(?<![\w.:]){re.escape(str(place))}/" for place in places))
    assert found(pattern, texts) == []


def test_no_lock_file_is_tracked() -> None:
    """It would name a package host."""
    done = subprocess.run(
        ["git", "ls-files", "*uv.lock"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""


def test_the_patterns_find_what_they_are_for() -> None:
    """Planted examples, put together here so that this file holds none of them."""
    number = "110000000000" + check_digit("110000000000")
    assert _NUMBER.search(f"x {number}.")
    assert _KEY_BLOCK.search("-----BEGIN EC " + "PRIVATE KEY-----")
    assert _TOKEN_SHAPES.search('"Token": "' + "a" * 20 + '"')
    assert _TOKEN_SHAPES.search("eyJ" + "a" * 12 + ".bbbbbb")
    assert not _TOKEN_SHAPES.search('"Token": "***"')
