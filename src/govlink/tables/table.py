"""A table on disk: its rows as sorted lines in one file, found again by blocks."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from ..errors import Fault
from ..models.table import Column, CsvFile, Row, RowChanges
from .changes import changes_between
from .csv_file import write_csv
from .layout import BLOCK_ROWS, Layout
from .problems import Problems

__all__ = ["DiskTable", "written_table"]

DUPLICATE_KEY = Fault(
    "table.duplicate_key",
    en="the key is the same as in row {first}; a catalogue would keep one of them, so correct one, or name"
    " more columns as the key",
    th="คีย์ซ้ำกับแถวที่ {first} บัญชีข้อมูลจะเก็บไว้เพียงแถวเดียว ให้แก้ไขคีย์ หรือเพิ่มคอลัมน์ในคีย์",
)


class DiskTable:
    """Implements ``Table``; it lives as long as its folder."""

    def __init__(
        self, *, layout: Layout, folder: Path, offsets: tuple[int, ...], row_count: int, sha256_hex: str
    ) -> None:
        self._layout = layout
        self._folder = folder
        self._offsets = offsets
        self._row_count = row_count
        self._sha256_hex = sha256_hex
        self._csv: CsvFile | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""
        return self._layout.columns

    @property
    def key(self) -> tuple[str, ...]:
        """The ids of the columns that together name a row."""
        return self._layout.key

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self._row_count

    @property
    def sha256_hex(self) -> str:
        """Digest of column ids and types, key, and rows in key order."""
        return self._sha256_hex

    def rows(self, *, skip: int = 0) -> Iterator[Row]:
        """The rows in key order, without the first ``skip``; skipping costs the same anywhere."""
        blocks = self._blocks(first=skip // BLOCK_ROWS)
        for index, block in enumerate(blocks):
            yield from self._layout.rows(block[skip % BLOCK_ROWS :] if index == 0 else block)

    def csv_file(self) -> CsvFile:
        """The table as a file, written when first asked for."""
        made = self.csv_file_within(sys.maxsize)
        assert made is not None  # no disk holds more than that
        return made

    def csv_file_within(self, max_bytes: int) -> CsvFile | None:
        """The same file, or None where it would be larger; no more than that is written to find out."""
        if self._csv is None:
            path = self._folder / "table.csv"
            self._csv = write_csv(self.rows(), columns=self.columns, path=path, max_bytes=max_bytes)
        return self._csv if self._csv is not None and self._csv.size_bytes <= max_bytes else None

    def changes_since(self, stored: Path) -> AbstractContextManager[RowChanges]:
        """Compare with a stored copy, a CSV file as a CKAN DataStore dumps it.

        Raises:
            UnexpectedAnswerError: the file is not such a dump.
        """
        return changes_between(self._blocks(first=0), stored, layout=self._layout, folder=self._folder)

    def scratch_path(self, name: str) -> Path:
        """A path beside the table's own files for something to be kept while the table lives."""
        folder = self._folder / "scratch"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / Path(name).name

    def _blocks(self, *, first: int) -> Iterator[list[bytes]]:
        if first >= len(self._offsets):
            return
        with _rows_path(self._folder).open("rb") as file:
            file.seek(self._offsets[first])
            while block := list(islice(file, BLOCK_ROWS)):
                yield block


def _rows_path(folder: Path) -> Path:
    return folder / "rows"


def written_table(lines: Iterable[bytes], *, layout: Layout, folder: Path, problems: Problems) -> DiskTable:
    """Write lines that come in order, with key and number before them; a key that comes again is noted."""
    digest, offsets, row_count = hashlib.sha256(layout.head()), list[int](), 0
    rows = _distinct(lines, layout=layout, problems=problems)
    with _rows_path(folder).open("wb") as file:
        while block := list(islice(rows, BLOCK_ROWS)):
            content = b"".join(block)
            digest.update(content)
            offsets.append(file.tell())
            file.write(content)
            row_count += len(block)
    return DiskTable(
        layout=layout,
        folder=folder,
        offsets=tuple(offsets),
        row_count=row_count,
        sha256_hex=digest.hexdigest(),
    )


def _distinct(lines: Iterable[bytes], *, layout: Layout, problems: Problems) -> Iterator[bytes]:
    place = layout.key_places()[0]
    previous, first = b"", b""
    for line in lines:
        key, number, row = layout.parts(line)
        if key == previous:
            column = layout.key[0]
            problems.add_row(int(number), DUPLICATE_KEY, column=column, place=place, first=int(first))
            continue
        previous, first = key, number
        yield row
