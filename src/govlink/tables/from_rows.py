"""Tables of rows that a program makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from ..errors import Fault
from ..models.table import Column, Table
from .building import build_table
from .checking import Batch
from .header import source_names_of
from .layout import BLOCK_ROWS
from .problems import Problems

__all__ = ["SourceRow", "table_of_rows"]

SourceRow: TypeAlias = Sequence[object] | Mapping[str, object]

ROW_WIDTH = Fault(
    "table.row_width",
    en="the row has {found} values and the table {wanted} columns; give one value for each column",
    th="แถวนี้มี {found} ค่า แต่ตารางมี {wanted} คอลัมน์ ให้ระบุค่าครบทุกคอลัมน์",
)
ROW_SHAPE = Fault(
    "table.row_shape",
    en="the row is neither a sequence of values nor a mapping from names to values",
    th="แถวนี้ไม่ใช่ลำดับของค่าหรือ mapping จากชื่อไปยังค่า",
)
MEMBER_MISSING = Fault(
    "table.member_missing",
    en="the row lacks this column; give None where the value is empty",
    th="แถวนี้ไม่มีคอลัมน์นี้ หากค่าว่างให้ระบุ None",
)
MEMBER_UNKNOWN = Fault(
    "table.member_unknown",
    en="the row holds names that are no column; declare a column for each, or ask to ignore the others",
    th="แถวนี้มีชื่อที่ไม่ใช่คอลัมน์ของตาราง ให้กำหนดคอลัมน์ให้ครบ หรือเลือกไม่ใช้ชื่ออื่น",
)


def table_of_rows(
    rows: Iterable[SourceRow],
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    source_names: Mapping[str, str] | None = None,
    ignore_others: bool = False,
    harmless_numbers: frozenset[str] = frozenset(),
    progress: Callable[[int], None] | None = None,
) -> AbstractContextManager[Table]:
    """A table of rows from any iterable, read once and never held in memory.

    Values are texts, numbers, dates, times and booleans, or texts of them in canonical form; None and the
    empty text are both empty.

    Args:
        rows: Sequences in column order, or mappings.
        columns: The table's columns.
        key: Ids of the columns that together name a row.
        source_names: Of mappings: from column id to the name in the rows, where it is another one.
        ignore_others: Of mappings: leave out names that are no column, which are refused otherwise.
        harmless_numbers: Ids of columns whose 13-digit numbers are known to be no citizen numbers.
        progress: Told now and then how many rows were read.

    Raises:
        RejectedError: columns, key or rows are unfit; ``problems`` point to ``/rows/<n>/<column id>``, rows
            counted from 1.
        ProtectionError: a row holds a citizen number.
    """
    names = source_names_of(columns, source_names)

    def source(problems: Problems, _folder: Path) -> Iterator[Batch]:
        reader = _Reader(columns=columns, names=names, ignore_others=ignore_others, problems=problems)
        stream, read = iter(rows), 0
        while batch := list(islice(stream, BLOCK_ROWS)):
            yield reader.read(batch, first=read + 1)
            read += len(batch)

    return build_table(source, columns=columns, key=key, harmless_numbers=harmless_numbers, progress=progress)


class _Reader:
    def __init__(
        self,
        *,
        columns: tuple[Column, ...],
        names: tuple[str, ...],
        ignore_others: bool,
        problems: Problems,
    ) -> None:
        self._columns = columns
        self._names = names
        self._known = frozenset(names)
        self._ignore_others = ignore_others
        self._problems = problems

    def read(self, batch: list[SourceRow], *, first: int) -> Batch:
        """The values of those rows that have one for each column, with their numbers."""
        width = len(self._columns)
        if set(map(type, batch)) <= {tuple, list} and set(map(len, batch)) == {width}:
            return range(first, first + len(batch)), batch  # type: ignore[return-value]  # no mapping among them
        found = [(n, self._values(row, number=n)) for n, row in enumerate(batch, start=first)]
        return [n for n, v in found if v is not None], [v for _, v in found if v is not None]

    def _values(self, row: object, *, number: int) -> Sequence[object] | None:
        if isinstance(row, Mapping):
            return self._members(row, number=number)
        if not isinstance(row, Sequence) or isinstance(row, str | bytes):
            self._problems.add_row(number, ROW_SHAPE)
            return None
        if len(row) != len(self._columns):
            self._problems.add_row(number, ROW_WIDTH, found=len(row), wanted=len(self._columns))
            return None
        return row

    def _members(self, row: Mapping[str, object], *, number: int) -> Sequence[object] | None:
        try:
            values = [row[name] for name in self._names]
        except KeyError:
            for place, (column, name) in enumerate(zip(self._columns, self._names, strict=True)):
                if name not in row:
                    self._problems.add_row(number, MEMBER_MISSING, column=column.id, place=place)
            return None
        if not self._ignore_others and len(row) != len(self._known):
            self._problems.add_row(number, MEMBER_UNKNOWN)
            return None
        return values
