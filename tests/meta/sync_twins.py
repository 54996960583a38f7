"""Thai and English pages are twins: each notes, in its first line, which version of the other it says.

The note is ``<!-- twin: sha256:… -->``, the digest of the twin's text below its own note. When one
page changes, the other's note no longer fits until somebody has carried the change over and run::

    python -m tests.meta.sync_twins

Run it only after reading both: it records that they say the same.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NOTE = re.compile(r"<!-- twin: sha256:([0-9a-f]{64}) -->\n")


def pairs(root: Path = ROOT) -> Iterator[tuple[Path, Path]]:
    """The English and the Thai page of each pair; one of the two may be missing."""
    english, thai = root / "docs" / "en", root / "docs" / "th"
    names = {page.relative_to(top) for top in (english, thai) for page in top.rglob("*.md")}
    yield from ((english / name, thai / name) for name in sorted(names))
    yield root / "README.md", root / "README.th.md"


def split(page: Path) -> tuple[str | None, str]:
    """The digest noted in the page, or None, and the text below the note."""
    text = page.read_text("utf-8")
    note = _NOTE.match(text)
    return (note[1], text[note.end() :]) if note else (None, text)


def digest(page: Path) -> str:
    """The digest of the page's text without its note."""
    return hashlib.sha256(split(page)[1].encode()).hexdigest()


def noted(page: Path) -> str | None:
    """The digest of the twin as this page last knew it."""
    return split(page)[0]


def main(root: Path = ROOT) -> int:
    """Write the notes of all pairs; 1 if a twin is missing."""
    missing = 0
    for one, other in pairs(root):
        if not (one.is_file() and other.is_file()):
            print(f"no twin: {one if one.is_file() else other}")
            missing = 1
            continue
        for page, twin in ((one, other), (other, one)):
            page.write_text(f"<!-- twin: sha256:{digest(twin)} -->\n{split(page)[1]}", "utf-8")
    return missing


if __name__ == "__main__":
    sys.exit(main())
