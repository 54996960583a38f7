"""A table in memory, for tests of publishing: the same promises as a real one, a few rows at a time."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from govlink.models.release import Release
from govlink.models.table import Column, ColumnType, CsvFile, Row, Value

__all__ = ["MemoryChanges", "MemoryTable", "columns_of_release", "table_of_release"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryChanges:
    """What differs, all of it at once."""

    new_rows: tuple[Row, ...]
    changed_rows: tuple[Row, ...]
    stale: tuple[int, ...]

    @property
    def new_count(self) -> int:
        """Rows to add."""
        return len(self.new_rows)

    @property
    def changed_count(self) -> int:
        """Rows to replace."""
        return len(self.changed_rows)

    @property
    def stale_count(self) -> int:
        """Rows to delete."""
        return len(self.stale)

    def new(self) -> Iterator[Row]:
        """Rows to add."""
        return iter(self.new_rows)

    def changed(self) -> Iterator[Row]:
        """Rows to replace."""
        return iter(self.changed_rows)

    def stale_ids(self) -> Iterator[int]:
        """Row numbers to delete."""
        return iter(self.stale)


def _read(column: Column, text: str) -> Value:
    if text == "":
        return None
    if column.type is ColumnType.INTEGER:
        return int(text)
    if column.type is ColumnType.BOOLEAN:
        return text.lower().startswith("t")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryTable:
    """Rows in key order; ``folder`` is for its files."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    held: tuple[Row, ...]
    folder: Path
    files: list[CsvFile] = field(default_factory=list)

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self.held)

    @property
    def sha256_hex(self) -> str:
        """Digest of columns, key and rows."""
        columns = [[c.id, c.type.value] for c in self.columns]
        text = json.dumps([columns, self.key, self.held], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def rows(self, *, skip: int = 0) -> Iterator[Row]:
        """The rows in key order."""
        return iter(self.held[skip:])

    def __post_init__(self) -> None:
        with self._csv_path().open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([c.id for c in self.columns])
            writer.writerows(self.held)
        content = self._csv_path().read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        self.files.append(CsvFile(path=self._csv_path(), size_bytes=len(content), sha256_hex=digest))

    def _csv_path(self) -> Path:
        return self.folder / f"{self.sha256_hex[:16]}.csv"

    def csv_file(self) -> CsvFile:
        """The table as a file."""
        return self.files[0]

    def _key_of(self, row: Row) -> Row:
        ids = [c.id for c in self.columns]
        return tuple(row[ids.index(name)] for name in self.key)

    def csv_file_within(self, max_bytes: int) -> CsvFile | None:
        """The file, if it is no larger."""
        made = self.csv_file()
        return made if made.size_bytes <= max_bytes else None

    def changes_since(self, stored: Path) -> AbstractContextManager[MemoryChanges]:
        """Compare with a dump."""
        wanted = {self._key_of(row): row for row in self.held}
        missing, changed, stale = dict(wanted), [], []
        with stored.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.DictReader(file):
                row = tuple(_read(c, record.get(c.id) or "") for c in self.columns)
                key = self._key_of(row)
                if missing.pop(key, None) is None:
                    stale.append(int(record["_id"]))
                elif wanted[key] != row:
                    changed.append(wanted[key])
        return nullcontext(
            MemoryChanges(new_rows=tuple(missing.values()), changed_rows=tuple(changed), stale=tuple(stale))
        )

    def scratch_path(self, name: str) -> Path:
        """A path for something to be kept."""
        return self.folder / name


def columns_of_release(release: Release) -> tuple[Column, ...]:
    """One text column for each dimension, then the count and its status."""
    dimensions = (
        Column(id=d.id, type=ColumnType.TEXT, label_th=d.label_th, label_en=d.label_en)
        for d in release.table.dimensions
    )
    return (
        *dimensions,
        Column(id="count", type=ColumnType.INTEGER, label_th="จำนวน", label_en="Count"),
        Column(id="conf_status", type=ColumnType.TEXT, label_th="สถานะการปกปิดข้อมูล", label_en="Status"),
    )


def table_of_release(release: Release, folder: Path) -> MemoryTable:
    """The table a release becomes."""
    rows: Iterable[Row] = ((*c.keys, c.value, c.status.value) for c in release.table.cells)
    return MemoryTable(
        columns=columns_of_release(release),
        key=tuple(d.id for d in release.table.dimensions),
        held=tuple(sorted(rows, key=lambda row: row[: len(release.table.dimensions)])),
        folder=folder,
    )
