"""What a release is on disk, as bytes and as files."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ...models.release import Release, RestrictedReport
from .table_file import table_csv

__all__ = [
    "REPORT_NAME",
    "RESTRICTED_NAME",
    "TABLE_NAME",
    "ReleaseFiles",
    "report_json",
    "restricted_json",
    "write_file",
    "write_release",
]

TABLE_NAME = "table.csv"
REPORT_NAME = "report.json"
RESTRICTED_NAME = "restricted.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFiles:
    """Where a release was written; ``restricted`` is not for publication."""

    table: Path
    report: Path
    restricted: Path | None = None


def write_release(
    release: Release, directory: Path, *, restricted: RestrictedReport | None = None
) -> ReleaseFiles:
    """Write ``table.csv`` and ``report.json``; the same release gives the same bytes.

    For the form of the table see ``table_csv``. Each file appears whole or not at all, the report last. With
    a ledger, ``ledger.publish_files`` is the way: it writes all of them and the ledger's entry, or none.

    Args:
        release: What may be published.
        directory: Where to; made if it is not there.
        restricted: What only the agency may read: ``restricted.json``, with mode 600.

    Raises:
        ProtectionError: the release was altered after it was sealed.
        OSError: the directory cannot be written.
    """
    release.verify_seal()
    directory.mkdir(parents=True, exist_ok=True)
    private = None if restricted is None else directory / RESTRICTED_NAME
    if private is not None and restricted is not None:
        write_file(private, restricted_json(restricted), mode=0o600)
    files = ReleaseFiles(table=directory / TABLE_NAME, report=directory / REPORT_NAME, restricted=private)
    write_file(files.table, table_csv(release.table))
    write_file(files.report, report_json(release))
    return files


def report_json(release: Release) -> bytes:
    """The public report as its file holds it."""
    return _json(release.report.content())


def restricted_json(restricted: RestrictedReport) -> bytes:
    """The restricted report as its private file holds it."""
    return _json(restricted.content())


def write_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put the content in the file's place, wholly or not at all.

    Raises:
        OSError: the folder does not take it.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)  # a temporary file is private, and most of these are made to be published
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _json(content: dict[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
