"""The journal of publications as a file of this machine: a JSON object on each line.

Only the owner may read it: the description of a dataset names a maintainer. It is for people and for the
reports they read; the catalogue itself tells how far a publication got. So whatever cannot be read in it
is passed over, and a journal that can no longer be written stops no publication.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from .._private_files import open_private, read_private
from ..errors import GovlinkError
from ..models.publication import PublicationStep
from ..wire import strict_json

__all__ = ["FileJournal", "read_published"]

FINISHED = "done"
_MOST_BYTES = 1024 * 1024


class FileJournal:
    """Appends each step and has it on the disk before the next request is sent.

    It starts anew when a publication is finished, with the line that tells what was stored, so that it
    stays short. ``complain`` is told, once, that the file takes no more. Use it under the lock of its
    dataset.
    """

    def __init__(
        self,
        path: Path,
        *,
        complain: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._path = path
        self._complain = complain
        self._now = now
        self._is_broken = False
        self._published = read_published(path)

    def note(self, step: PublicationStep) -> None:
        """Keep the step; it is on the disk when this returns."""
        if self._is_broken:
            return
        try:
            self._keep(step)
        except (OSError, GovlinkError) as error:
            self._is_broken = True
            self._complain(f"the journal cannot be written ({type(error).__name__}); going on without it")

    def published(self) -> tuple[tuple[str, str], ...]:
        """The metadata as the last finished publication stored them; empty where that is not known."""
        return self._published

    def _keep(self, step: PublicationStep) -> None:
        if _is_finished(step):
            self._published = step.fields
            _start_anew(self._path, self._line(step))
            return
        if _size(self._path) > _MOST_BYTES:  # many runs that never finished, or one with very many rows
            last = PublicationStep(name=FINISHED, target="", fields=self._published)
            _start_anew(self._path, self._line(last))
        _append(self._path, self._line(step))

    def _line(self, step: PublicationStep) -> bytes:
        content: dict[str, object] = {
            "at": self._now().isoformat(timespec="seconds"),
            "step": step.name,
            "target": step.target,
            "outcome": step.outcome,
        }
        if step.rows_total:
            content |= {"rows_done": step.rows_done, "rows_total": step.rows_total}
        if step.fields:
            content["fields"] = dict(step.fields)
        return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def read_published(path: Path) -> tuple[tuple[str, str], ...]:
    """What the last finished publication stored, from the journal of that path; empty where there is none.

    Raises:
        ConfigError: others may read the file, or it cannot be read.
    """
    found: tuple[tuple[str, str], ...] = ()
    for line in (read_private(path) or b"").splitlines():
        fields = _fields_of(line)
        found = found if fields is None else fields
    return found


def _fields_of(line: bytes) -> tuple[tuple[str, str], ...] | None:
    """The fields of a line that tells of a finished publication. A torn line tells nothing."""
    try:
        content = strict_json(line.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, Mapping) or content.get("step") != FINISHED:
        return None
    fields = content.get("fields", {})
    if content.get("outcome") != "done" or not isinstance(fields, Mapping):
        return None
    return tuple((str(name), str(value)) for name, value in fields.items())


def _is_finished(step: PublicationStep) -> bool:
    return step.name == FINISHED and step.outcome == "done"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _append(path: Path, line: bytes) -> None:
    descriptor = open_private(path, os.O_RDWR | os.O_APPEND)
    try:
        size = os.fstat(descriptor).st_size
        torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
        _write_all(descriptor, b"\n" + line if torn else line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _start_anew(path: Path, line: bytes) -> None:
    """Replace the file by this line; whoever reads it after a power cut finds one or the other."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = open_private(fresh, os.O_WRONLY | os.O_TRUNC)
    try:
        _write_all(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    fresh.replace(path)


def _write_all(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
