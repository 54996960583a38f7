"""What differs between a table and its copy in a DataStore: both sorted by key, and walked side by side."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ..errors import Fault, UnexpectedAnswerError
from ..models.table import ColumnType, Row, RowChanges
from .checking import canonical
from .layout import BLOCK_ROWS, Layout
from .sorting import Sorter
from .values import PARSERS

__all__ = ["changes_between"]

NOT_A_DUMP = Fault(
    "table.not_a_dump",
    en="the stored copy is no DataStore dump: a CSV file in UTF-8 whose first column is _id (row {row})",
    th="สำเนาที่ได้ไม่ใช่ข้อมูลจาก DataStore ซึ่งต้องเป็น CSV แบบ UTF-8 ที่คอลัมน์แรกคือ _id (แถวที่ {row})",
)

_ID = "_id"
_UNLIKE_ANY = "\x1c"
"""Stands for a stored value that no table can hold; no value of a table equals it."""
_STORED_WORDS = {"t": "true", "f": "false"}


@dataclass(slots=True, kw_only=True)  # not frozen: the protocol's counts are plain attributes
class DiskChanges:
    """Implements ``RowChanges``; the rows lie in files."""

    layout: Layout
    folder: Path
    new_count: int
    changed_count: int
    stale_count: int

    def new(self) -> Iterator[Row]:
        """Rows to add."""
        return self._rows("new")

    def changed(self) -> Iterator[Row]:
        """Rows to replace."""
        return self._rows("changed")

    def stale_ids(self) -> Iterator[int]:
        """Row numbers to delete."""
        with (self.folder / "stale").open("rb") as file:
            yield from map(int, file)

    def _rows(self, name: str) -> Iterator[Row]:
        with (self.folder / name).open("rb") as file:
            while block := list(islice(file, BLOCK_ROWS)):
                yield from self.layout.rows(block)


@contextmanager
def changes_between(
    blocks: Iterator[list[bytes]], stored: Path, *, layout: Layout, folder: Path
) -> Iterator[RowChanges]:
    """Compare blocks of a table's lines with the dump; the files made for it are removed at the end.

    Raises:
        UnexpectedAnswerError: the file is not a dump.
    """
    with tempfile.TemporaryDirectory(prefix="changes-", dir=folder) as name:
        inside = Path(name)
        stale = Sorter(_made(inside / "stale-runs"))
        lines = _stored_lines(stored, layout=layout, folder=_made(inside / "stored-runs"), stale=stale)
        with ExitStack() as stack:
            new, changed = (stack.enter_context((inside / n).open("wb")) for n in ("new", "changed"))
            counts = _Comparison(layout=layout, new=new, changed=changed, stale=stale).run(blocks, lines)
        with (inside / "stale").open("wb") as file:
            file.writelines(stale.lines())
        yield DiskChanges(
            layout=layout,
            folder=inside,
            new_count=counts[0],
            changed_count=counts[1],
            stale_count=stale.count,
        )


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _stale_line(number: bytes) -> bytes:
    return b"%020d\n" % int(number)


class _Comparison:
    def __init__(self, *, layout: Layout, new: BinaryIO, changed: BinaryIO, stale: Sorter) -> None:
        self._layout = layout
        self._new = new
        self._changed = changed
        self._stale = stale

    def run(self, blocks: Iterator[list[bytes]], stored: Iterator[bytes]) -> tuple[int, int]:
        """Write what is new and what changed, note what is stale; counts of the first two."""
        copies = self._distinct(stored)
        copy = next(copies, None)
        new = changed = 0
        for block in blocks:
            for key, row in zip(self._keys(block), block, strict=True):
                while copy is not None and copy[0] < key:
                    self._stale.add([_stale_line(copy[1])])
                    copy = next(copies, None)
                if copy is None or copy[0] != key:
                    new += 1
                    self._new.write(row)
                    continue
                if copy[2] != row:
                    changed += 1
                    self._changed.write(row)
                copy = next(copies, None)
        while copy is not None:
            self._stale.add([_stale_line(copy[1])])
            copy = next(copies, None)
        return new, changed

    def _keys(self, block: list[bytes]) -> Iterator[bytes]:
        return (key.encode() for key in self._layout.sort_keys(self._layout.fields(block)))

    def _distinct(self, stored: Iterator[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
        previous = b""
        for line in stored:
            key, number, row = self._layout.parts(line)
            if key == previous:
                self._stale.add([_stale_line(number)])
            else:
                previous = key
                yield key, number, row


def _stored_lines(stored: Path, *, layout: Layout, folder: Path, stale: Sorter) -> Iterator[bytes]:
    sorter = Sorter(folder)
    row = 0
    try:
        with stored.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if header[:1] != [_ID] or len(set(header)) < len(header):
                raise UnexpectedAnswerError(NOT_A_DUMP, row=0)
            _demand_end(stored)
            while batch := list(islice(reader, BLOCK_ROWS)):
                sorter.add(_batch_lines(batch, header=header, layout=layout, stale=stale))
                row += len(batch)
    except (csv.Error, ValueError) as error:
        # ValueError: a ragged row, a row number that is none, no end, or bytes that are not UTF-8.
        raise UnexpectedAnswerError(NOT_A_DUMP, row=row + 1) from error
    return sorter.lines()


def _demand_end(stored: Path) -> None:
    with stored.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read() != b"\n":
            raise ValueError  # the download broke off; every line of a dump ends


def _batch_lines(
    batch: list[list[str]], *, header: Sequence[str], layout: Layout, stale: Sorter
) -> list[bytes]:
    found = dict(zip(header, zip(*batch, strict=True), strict=True))
    numbers = _row_numbers(found[_ID])
    nothing = ("",) * len(batch)
    columns = [_stored_texts(found.get(c.id, nothing), kind=c.type) for c in layout.columns]
    keys = list(zip(*(columns[place] for place in layout.key_places()), strict=True))
    kept = [i for i, key in enumerate(keys) if all(key) and _UNLIKE_ANY not in key]
    if len(kept) < len(batch):
        lost = set(range(len(batch))) - set(kept)
        stale.add([_stale_line(b"%d" % numbers[i]) for i in lost])
        numbers, columns = [numbers[i] for i in kept], [[column[i] for i in kept] for column in columns]
    return layout.lines(numbers, columns)


def _row_numbers(texts: Sequence[str]) -> list[int]:
    if not all(text.isascii() and text.isdigit() for text in texts):
        raise ValueError
    return list(map(int, texts))


def _stored_texts(texts: Iterable[str], *, kind: ColumnType) -> list[str]:
    def parse(text: str) -> str | Fault:
        word = _STORED_WORDS.get(text.lower(), text) if kind is ColumnType.BOOLEAN else text
        return PARSERS[kind](word)

    found, faults = canonical(list(texts), kind=kind, parse=parse)
    for place in faults:
        found[place] = _UNLIKE_ANY
    return found
