"""The one place that reads and writes cassettes; it takes nothing that may not be kept.

The form is JSON with one member a line: Thai is readable, a change shows as the lines that changed, and
reading it can make nothing but plain values.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...errors import Problem
from .document import Cassette
from .errors import MALFORMED, MISSING, REFUSED, CassetteError
from .guard import findings

__all__ = ["SUFFIX", "cassette_files", "from_text", "read_cassette", "to_text", "write_cassette"]

SUFFIX = ".json"
_MOST_BYTES = 4 * 1024 * 1024


def to_text(cassette: Cassette) -> str:
    """The cassette as it stands in its file."""
    return json.dumps(cassette.content(), ensure_ascii=False, indent=2) + "\n"


def from_text(text: str, *, name: str) -> Cassette:
    """Read a file's text.

    Raises:
        CassetteError: it is no cassette, or something in it may not be kept.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CassetteError(MALFORMED, name=name, what="not JSON") from error
    cassette = Cassette.from_content(content, name=name)
    _refuse(name, findings(content))
    return cassette


def read_cassette(path: Path) -> Cassette:
    """Read a cassette's file.

    Raises:
        CassetteError: it is missing, too large, no cassette, or holds what may not be kept.
    """
    name = _name(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CassetteError(MISSING, name=name) from error
    if len(data) > _MOST_BYTES:
        raise CassetteError(MALFORMED, name=name, what="too large")
    try:
        return from_text(data.decode(), name=name)
    except UnicodeDecodeError as error:
        raise CassetteError(MALFORMED, name=name, what="not UTF-8") from error


def write_cassette(
    path: Path, cassette: Cassette, *, secrets: Iterable[str] = (), wire_secrets: Iterable[str] = ()
) -> None:
    """Write a cassette's file whole, or leave what was there.

    ``secrets`` are values that may stand nowhere in it, ``wire_secrets`` nowhere in its interactions.

    Raises:
        CassetteError: something in it may not be kept; nothing was written.
    """
    name = _name(path)
    text = to_text(cassette)
    _refuse(name, findings(json.loads(text), secrets=secrets, wire_secrets=wire_secrets))
    from_text(text, name=name)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(part).chmod(0o644)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def cassette_files(folder: Path) -> Iterator[Path]:
    """Every cassette's file under a folder, in the order of their names."""
    yield from sorted(folder.rglob(f"*{SUFFIX}"))


def _name(path: Path) -> str:
    """Platform, operation and case; never where the file lies on this machine."""
    return "/".join(path.with_suffix("").parts[-3:] if path.suffix == SUFFIX else path.parts[-3:])


def _refuse(name: str, problems: tuple[Problem, ...]) -> None:
    if problems:
        raise CassetteError(REFUSED, name=name, count=len(problems), problems=problems)
