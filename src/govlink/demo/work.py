"""The folder a demo leaves behind, written whole or not at all, the same bytes for the same seed."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..equivalence.certificate import canonical_record
from ..equivalence.columns import FORM_COLUMNS, HEADERS, REFERENCE
from ..equivalence.csv_records import csv_records
from ..errors import ConfigError, Fault
from ..policy import TrafficEvent
from ..registration import RegistrationProgress, save_progress

if TYPE_CHECKING:
    from .run import DemoResult

__all__ = ["WorkFolder"]

NOT_OURS = Fault(
    "demo.folder_in_use",
    en="{folder} holds files that no demo left; choose another with --out",
    th="{folder} มีไฟล์อื่นอยู่แล้ว ให้เลือกโฟลเดอร์อื่นด้วย --out",
)
NOT_WRITABLE = Fault(
    "demo.folder_not_writable",
    en="{folder} cannot be made or replaced ({reason}); choose another with --out",
    th="สร้างหรือแทนที่ {folder} ไม่ได้ ({reason}) ให้เลือกโฟลเดอร์อื่นด้วย --out",
)
MARKER = "summary.json"
REFERENCE_COLUMN = HEADERS.index(REFERENCE)
_FILES = frozenset(
    {
        MARKER,
        "certificates.jsonl",
        "events.jsonl",
        "petitions.csv",
        "publication",
        "registration.json",
        "rejected.csv",
        "traffic.jsonl",
    }
)


class WorkFolder:
    """Collects the files beside ``out`` and puts them in its place when everything is there.

    Raises:
        ConfigError: ``out`` holds something that no demo left, or cannot be made where it is to be.
    """

    def __init__(self, out: Path) -> None:
        self._out = out.absolute()
        with self._usable():
            if not _may_replace(self._out):
                raise ConfigError(NOT_OURS, folder=out)

    def __enter__(self) -> Self:
        parent = self._out.parent
        with self._usable():
            parent.mkdir(parents=True, exist_ok=True)
            self._base = Path(tempfile.mkdtemp(prefix=".govlink-demo-", dir=parent))
        self.path, self.scratch = self._base / "out", self._base / "scratch"
        self.path.mkdir()
        self.scratch.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._base, ignore_errors=True)

    def write(self, result: DemoResult, *, events: Iterable[str], registration: RegistrationProgress) -> None:
        """Write every file and take the place of an earlier demo."""
        from ..statistics import write_release

        write_release(result.release, self.path / "publication")
        save_progress(registration, self.path / "registration.json")
        self._lines("events.jsonl", events)
        self._lines("certificates.jsonl", _certificates(result))
        self._lines("traffic.jsonl", (_json(_traffic_line(event)) for event in result.traffic))
        (self.path / "rejected.csv").write_text(_rejected(result), encoding="utf-8-sig", newline="")
        (self.path / MARKER).write_text(_summary(result), encoding="utf-8")
        with self._usable():
            self._take_place()

    def _take_place(self) -> None:
        """Two renamings: the earlier demo is put aside, not deleted, until the new one stands."""
        earlier = self._base / "earlier"
        if self._out.exists():
            self._out.rename(earlier)
        try:
            self.path.rename(self._out)
        except OSError:
            if earlier.exists():
                earlier.rename(self._out)
            raise

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = type(error).__name__
            raise ConfigError(NOT_WRITABLE, folder=self._out.name, reason=reason) from error

    def _lines(self, name: str, lines: Iterable[str]) -> None:
        with (self.path / name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in lines)


def _may_replace(folder: Path) -> bool:
    """Whether it is absent, empty, or holds what a demo leaves and nothing else."""
    if not folder.exists() and not folder.is_symlink():
        return True
    if not folder.is_dir() or folder.is_symlink() or Path.cwd().is_relative_to(folder.resolve()):
        return False
    names = {entry.name for entry in folder.iterdir()}
    return not names or (MARKER in names and names <= _FILES)


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _certificates(result: DemoResult) -> Iterator[str]:
    for petition in result.petitions:
        if petition.certificate is not None:
            yield canonical_record(petition.certificate).decode()


def _traffic_line(event: TrafficEvent) -> dict[str, object]:
    """Without the time it took, which no seed decides."""
    return {name: value for name, value in asdict(event).items() if name != "elapsed_s"}


def _rejected(result: DemoResult) -> str:
    """Every row that did not become a petition: where it stands, and why, in both languages."""
    lines = _reference_lines(result.source)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["line", "column", "code", "reason_th", "reason_en"])
    for row in result.rejected_rows:
        writer.writerow([row.line, row.column or "", row.code, row.reason("th"), row.reason("en")])
    for refusal in result.refusals:
        line = lines.get(refusal.reference, "")
        problems = refusal.problems
        if not problems:
            fault, values = refusal.error.fault, refusal.error.values
            writer.writerow([line, "", fault.code, fault.th.format_map(values), fault.en.format_map(values)])
        for p in problems:
            writer.writerow([line, _column(p.pointer), p.fault.code, p.text("th"), p.text("en")])
    return text.getvalue()


def _column(pointer: str) -> str:
    """The file's own header of a form field."""
    headers = {field: header for header, field in FORM_COLUMNS.items()}
    return headers.get(pointer.rpartition("/")[2], pointer)


def _reference_lines(source: Path) -> dict[str, int]:
    """The first line on which each reference stands."""
    found: dict[str, int] = {}
    with source.open(encoding="utf-8-sig", newline="") as stream:
        for number, record in csv_records(stream):
            cells = next(csv.reader([record]), []) if isinstance(record, str) else []
            if cells:
                found.setdefault(cells[REFERENCE_COLUMN], number)
    return found


def _summary(result: DemoResult) -> str:
    from .summary import summary_of

    return json.dumps(summary_of(result), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
