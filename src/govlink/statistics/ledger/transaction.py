"""Files of a release and its ledger entry: both or neither, wherever the run is killed.

The ledger stays locked from the first step to the last.

1. Beside the ledger, a note of the directory; in the directory, a manifest: which ledger, which entry,
   the digest of each file.
2. Each file under a name of its own that no reader looks for, on the disk.
3. The entry in the ledger. This is the moment at which the release is out.
4. Each file under its real name, over an older one.
5. Manifest and note are removed.

Whoever opens the ledger or the directory next finds the note or the manifest and looks for the entry: if
the ledger has it, steps 4 and 5 are done, and otherwise step 2 is undone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ..._private_files import read_private
from ...errors import ConfigError, Fault, GovlinkError, RejectedError, VerificationError
from ...wire import strict_json
from ..published import PublishedTable
from .book import HeldLedger, Ledger, held_ledger
from .entries import Entry, PolicyMark
from .file import sync_folder

__all__ = ["OutputFile", "publish_files", "recover_files", "recover_ledger"]

FILE_NAME = Fault(
    "statistics.output_file_name",
    en="{name} cannot be the name of a file of a release",
    th="{name} ใช้เป็นชื่อไฟล์ของผลเผยแพร่ไม่ได้",
)
FILES_UNWRITABLE = Fault(
    "statistics.output_unwritable",
    en="the release cannot be written to {name} ({reason})",
    th="เขียนผลเผยแพร่ลงใน {name} ไม่ได้ ({reason})",
)
MANIFEST_UNREADABLE = Fault(
    "statistics.output_manifest_unreadable",
    en="{name} says that a publication was cut off there, and is not what govlink wrote; look at the "
    "ledger, then remove it",
    th="{name} ระบุว่ามีการเผยแพร่ค้างอยู่ แต่ไม่ใช่ไฟล์ที่ govlink เขียน ให้ตรวจสอบบัญชีผลเผยแพร่แล้วลบไฟล์นี้",
    next_en="Nothing was published by this run; do what is said above and run again.",
    next_th="การเรียกใช้ครั้งนี้ยังไม่ได้เผยแพร่ ให้ทำตามที่ระบุข้างต้นแล้วเรียกใช้ใหม่",
)
LEDGER_GONE = Fault(
    "statistics.output_ledger_gone",
    en="a publication was cut off in {name}, and its ledger {ledger} is not where it was; say where it is",
    th="มีการเผยแพร่ค้างอยู่ใน {name} และไม่พบบัญชีผลเผยแพร่ {ledger} ในที่เดิม ให้ระบุตำแหน่งปัจจุบัน",
)

MANIFEST = ".govlink-release.pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """One file of a release: its name without a folder, what is in it, and its mode."""

    name: str
    content: bytes = field(repr=False)
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    """What a publication under way is about: the ledger's path, the entry's hash, files with digests."""

    ledger: str
    entry: str
    files: tuple[tuple[str, str], ...]


def _no_hook(step: str) -> None:
    del step


def publish_files(
    directory: Path,
    files: tuple[OutputFile, ...],
    *,
    ledger: Ledger,
    published: PublishedTable,
    mark: PolicyMark,
    restates: tuple[str, ...] = (),
    hook: Callable[[str], None] = _no_hook,
) -> Entry:
    """Write the files of a release and note it in the ledger; both or neither.

    If the run is killed, the next opening of the ledger or of the directory (``recover_files``) settles
    which. A table that the ledger has already is recognised, and its files are written again.

    Args:
        directory: Where the files go; made if it is not there.
        files: Every file of the release.
        ledger: What the table was protected and audited against.
        published: The table as it goes out.
        mark: The policy it goes out by.
        restates: Names of the entries that it corrects.
        hook: Called after each step with its name, for tests that stop there.

    Raises:
        ProtectionError, RejectedError, ConflictError, VerificationError: as for ``Ledger.append``; nothing
            was written.
        ConfigError: the directory or the ledger cannot be written; the release is not out, unless the
            ledger has its entry, and then opening it again finishes the files.
    """
    _demand_names(files)
    with _own_errors(directory):
        directory.mkdir(parents=True, exist_ok=True)
    recover_files(directory)
    with ledger.hold() as held, _own_errors(directory):
        recover_ledger(held)
        entry = held.plan(published, mark=mark, restates=restates)
        digests = tuple((file.name, hashlib.sha256(file.content).hexdigest()) for file in files)
        manifest = _Manifest(ledger=str(held.path.absolute()), entry=entry.hash_hex, files=digests)
        try:
            _begin(held, directory, manifest, hook)
            for file in files:
                _write(_staged(directory, file.name), file.content, mode=file.mode)
                hook(f"staged {file.name}")
            sync_folder(directory)
            hook("staged")
            held.add(entry)
            hook("appended")
            _finish(held, directory, manifest, hook)
        except BaseException:
            # What cannot be settled now is settled when the ledger or the directory is opened next.
            with contextlib.suppress(GovlinkError, OSError):
                held.read_again()
                recover_ledger(held)
            raise
        return entry


def recover_files(directory: Path, *, ledger: Path | None = None) -> None:
    """Finish or undo what a killed run left in a directory; nothing to do is the usual case.

    ``ledger`` says where the ledger is if it was moved meanwhile.

    Raises:
        ConfigError: the ledger is not where it was, or a file cannot be read or written.
        VerificationError: the manifest or the ledger was altered.
    """
    with _own_errors(directory):
        manifest = _read_manifest(directory)
        if manifest is None:
            return
        path = ledger or Path(manifest.ledger)
        if not path.exists():
            raise ConfigError(LEDGER_GONE, name=directory.name, ledger=path.name)
        with held_ledger(path) as held:
            recover_ledger(held)
            _settle(held, directory)


def recover_ledger(held: HeldLedger) -> None:
    """The same from the ledger's side: finish or undo what the note beside it tells of.

    Raises:
        ConfigError: a file cannot be read or written.
        VerificationError: the manifest was altered.
    """
    note = _note(held.path)
    content = read_private(note)
    if content is None:
        return
    directory = Path(os.fsdecode(content))
    with _own_errors(directory):
        if directory.is_dir():
            _staged(directory, MANIFEST).unlink(missing_ok=True)
            manifest = _read_manifest(directory)
            if manifest is not None and Path(manifest.ledger) == held.path.absolute():
                _settle(held, directory)
        note.unlink(missing_ok=True)


def _demand_names(files: tuple[OutputFile, ...]) -> None:
    names = [file.name for file in files]
    for name in names:
        plain = name == Path(name).name and name.isprintable() and not name.startswith(".")
        if not name or not plain or names.count(name) > 1:
            raise RejectedError(FILE_NAME, name=repr(name))


def _begin(held: HeldLedger, directory: Path, manifest: _Manifest, hook: Callable[[str], None]) -> None:
    _put(_note(held.path), os.fsencode(directory.absolute()))
    hook("noted")
    content = {"entry": manifest.entry, "files": dict(manifest.files), "ledger": manifest.ledger}
    _put(directory / MANIFEST, json.dumps(content, sort_keys=True).encode())
    hook("begun")


def _settle(held: HeldLedger, directory: Path) -> None:
    manifest = _read_manifest(directory)
    if manifest is None:  # somebody else has settled it while the lock was waited for
        return
    if held.holds(manifest.entry) and all(_is_there(directory, *file) for file in manifest.files):
        _finish(held, directory, manifest, _no_hook)
    else:
        _clear(held, directory, manifest)


def _is_there(directory: Path, name: str, digest: str) -> bool:
    """Whether a file is whole under one of its names. If not, no file was given its real name yet."""
    places = (_staged(directory, name), directory / name)
    return any(
        place.is_file() and hashlib.sha256(place.read_bytes()).hexdigest() == digest for place in places
    )


def _finish(held: HeldLedger, directory: Path, manifest: _Manifest, hook: Callable[[str], None]) -> None:
    for name, _ in manifest.files:
        staged = _staged(directory, name)
        if staged.exists():
            staged.replace(directory / name)
            hook(f"placed {name}")
    sync_folder(directory)
    hook("placed")
    _clear(held, directory, manifest, hook)


def _clear(
    held: HeldLedger, directory: Path, manifest: _Manifest, hook: Callable[[str], None] = _no_hook
) -> None:
    for name, _ in manifest.files:
        _staged(directory, name).unlink(missing_ok=True)
    (directory / MANIFEST).unlink(missing_ok=True)
    sync_folder(directory)
    hook("cleared")
    _note(held.path).unlink(missing_ok=True)
    hook("done")


def _read_manifest(directory: Path) -> _Manifest | None:
    try:
        content = read_private(directory / MANIFEST)
        if content is None:
            return None
        members = strict_json(content.decode())
    except (ValueError, RecursionError):
        raise VerificationError(MANIFEST_UNREADABLE, name=MANIFEST) from None
    if isinstance(members, dict) and members.keys() == {"entry", "files", "ledger"}:
        entry, files, ledger = members["entry"], members["files"], members["ledger"]
        if isinstance(entry, str) and isinstance(ledger, str) and isinstance(files, dict):
            pairs = tuple((name, digest) for name, digest in files.items() if isinstance(digest, str))
            if len(pairs) == len(files):
                return _Manifest(ledger=ledger, entry=entry, files=pairs)
    raise VerificationError(MANIFEST_UNREADABLE, name=MANIFEST)


def _note(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.pending")


def _staged(directory: Path, name: str) -> Path:
    return directory / f".{name}.govlink-new"


def _put(path: Path, content: bytes) -> None:
    """A small private file in its place, wholly or not at all, and on the disk."""
    staged = _staged(path.parent, path.name)
    _write(staged, content, mode=0o600)
    staged.replace(path)
    sync_folder(path.parent)


def _write(path: Path, content: bytes, *, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)  # made to be published, whatever the caller's umask
        file.write(content)
        file.flush()
        os.fsync(descriptor)


@contextmanager
def _own_errors(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = type(error).__name__
        raise ConfigError(FILES_UNWRITABLE, name=directory.name, reason=reason) from error
