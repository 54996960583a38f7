"""The files of a release that ``govlink statistics protect`` writes, and the ledger's entry with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._private_files import replace_private
from ..errors import ProtectionError
from .output import language
from .statistics_labels import labels_for

if TYPE_CHECKING:  # the counting engine and the solver are loaded by the command
    from ..statistics.ledger import Entry, Ledger, OutputFile
    from ..statistics.output import Format
    from ..statistics.policy import DisclosurePolicy
    from ..statistics.release import Prepared

__all__ = ["files_of", "places_of", "write_files"]


def files_of(
    prepared: Prepared,
    kinds: tuple[Format, ...],
    *,
    policy: DisclosurePolicy,
    name: str,
    labels: Path | None,
    structure: str | None,
) -> tuple[OutputFile, ...]:
    """All files as they will be written, the public report last.

    Raises:
        RejectedError: a format cannot hold the table, or the structure is not named as SDMX does.
    """
    from ..statistics.ledger import OutputFile
    from ..statistics.output import rendered
    from ..statistics.releasing.files import REPORT_NAME, RESTRICTED_NAME, report_json, restricted_json

    named = labels_for(prepared.release, name=name, given=labels, policy=policy)
    dataflow = structure or f"LOCAL:{_sdmx_id(name)}(1.0)"
    made = [
        rendered(prepared.release, kind, labels=named, language=language(), structure=dataflow)
        for kind in kinds
    ]
    return (
        OutputFile(name=RESTRICTED_NAME, content=restricted_json(prepared.restricted), mode=0o600),
        *(OutputFile(name=file, content=content) for file, content in made),
        OutputFile(name=REPORT_NAME, content=report_json(prepared.release)),
    )


def write_files(
    files: tuple[OutputFile, ...],
    out: Path,
    *,
    book: Ledger | None,
    prepared: Prepared,
    policy: DisclosurePolicy,
    restricted: Path | None = None,
) -> Entry | None:
    """Write them; with a ledger, together with its entry or not at all. Leftovers of another table go.

    Args:
        files: All files.
        out: Where they go.
        book: The ledger.
        prepared: What they are of.
        policy: What it was prepared by.
        restricted: Where the restricted report goes instead; it is written first.

    Raises:
        ProtectionError: the ledger holds other figures.
        OSError: the folder cannot be written.
    """
    from ..statistics.ledger import PolicyMark, publish_files
    from ..statistics.published import PublishedTable
    from ..statistics.releasing.files import RESTRICTED_NAME, write_file

    report = prepared.release.report
    leftovers = _leftovers(out, files, table_sha256_hex=report.table_sha256_hex)
    if restricted is not None and restricted.absolute() != (out / RESTRICTED_NAME).absolute():
        for file in (file for file in files if file.name == RESTRICTED_NAME):
            replace_private(restricted.absolute(), file.content)
        files = tuple(file for file in files if file.name != RESTRICTED_NAME)
        leftovers = (*leftovers, out / RESTRICTED_NAME)
    if book is None:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            write_file(out / file.name, file.content, mode=file.mode)
        _remove(leftovers)
        return None
    published, mark = PublishedTable.of(prepared.release, name=prepared.name), PolicyMark.of(policy)
    entry = publish_files(out, files, ledger=book, published=published, mark=mark, restates=prepared.restates)
    _remove(leftovers)
    return entry


def places_of(files: tuple[OutputFile, ...], out: Path, *, restricted: Path | None) -> tuple[Path, ...]:
    """Where each of the files is."""
    from ..statistics.releasing.files import RESTRICTED_NAME

    return tuple(
        restricted if restricted is not None and file.name == RESTRICTED_NAME else out / file.name
        for file in files
    )


def _leftovers(out: Path, files: tuple[OutputFile, ...], *, table_sha256_hex: str) -> tuple[Path, ...]:
    """Other formats of an earlier table: beside a newer table.csv they would be taken for the same."""
    from ..statistics.output import FILE_NAMES
    from ..statistics.releasing.files import REPORT_NAME
    from ..statistics.releasing.reading import read_report

    try:
        earlier = read_report(out / REPORT_NAME).table_sha256_hex
    except ProtectionError:
        return ()
    kept = {file.name for file in files}
    return () if earlier == table_sha256_hex else tuple(out / n for n in FILE_NAMES.values() if n not in kept)


def _remove(paths: tuple[Path, ...]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sdmx_id(name: str) -> str:
    """The release's name as SDMX takes an id; a placeholder until the agency names its own structure."""
    letters = (character if character.isascii() and character.isalnum() else "_" for character in name)
    return "".join(letters).upper() or "TABLE"
