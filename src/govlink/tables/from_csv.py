"""Tables of CSV files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from ..errors import Fault, RejectedError
from ..models.table import Column, Table
from .building import build_table
from .checking import Batch
from .header import check_header, source_names_of
from .layout import BLOCK_ROWS
from .problems import Problems
from .values import NOT_UTF8, text_fault

__all__ = ["table_of_csv"]

UNREADABLE = Fault(
    "table.file_unreadable",
    en="the file cannot be opened ({reason})",
    th="เปิดไฟล์ไม่ได้ ({reason})",
)
MALFORMED = Fault(
    "table.csv_malformed",
    en="a quotation mark is not closed, text follows a closed one, or a value has over 131072 characters;"
    " write quotation marks inside a value twice",
    th="เครื่องหมายคำพูดปิดไม่ครบ มีข้อความต่อท้ายหลังปิด หรือค่ายาวเกิน 131072 ตัวอักษร"
    " หากเครื่องหมายคำพูดอยู่ในค่าให้เขียนซ้ำสองครั้ง",
)
RAGGED = Fault(
    "table.ragged",
    en="the row has {found} fields and the header {wanted}; put values that hold a comma or line break in"
    " quotation marks",
    th="แถวนี้มี {found} ช่อง แต่หัวตารางมี {wanted} ช่อง ค่าที่มีจุลภาคหรือขึ้นบรรทัดใหม่ต้องอยู่ในเครื่องหมายคำพูด",
)


def table_of_csv(
    path: Path,
    *,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    source_names: Mapping[str, str] | None = None,
    ignore_others: bool = False,
    harmless_numbers: frozenset[str] = frozenset(),
    delimiter: str = ",",
    progress: Callable[[int], None] | None = None,
) -> AbstractContextManager[Table]:
    """A table of an RFC 4180 file in UTF-8, with or without a byte-order mark.

    Its first line is the header. An empty field is an empty value. Empty lines at the end are overlooked.

    Args:
        path: The file.
        columns: The table's columns, in any order of the file's.
        key: Ids of the columns that together name a row.
        source_names: From column id to the name in the header, where it is another one.
        ignore_others: Leave out columns of the file that the table lacks, which are refused otherwise.
        harmless_numbers: Ids of columns whose 13-digit numbers are known to be no citizen numbers.
        delimiter: What parts the fields.
        progress: Told now and then how many rows were read.

    Raises:
        RejectedError: the file cannot be read, or columns, key, header or rows are unfit; ``problems`` point
            to ``/header`` or ``/rows/<n>/<column id>``, rows counted from 1 without the header.
        ProtectionError: a row holds a citizen number.
    """
    names = source_names_of(columns, source_names)

    def source(problems: Problems, _folder: Path) -> Iterator[Batch]:
        try:
            # Bytes that are no UTF-8 become lone surrogates, which are told with row and column.
            file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
        except OSError as error:
            raise RejectedError(UNREADABLE, reason=type(error).__name__) from None
        with file:
            records = _records(csv.reader(file, strict=True, delimiter=delimiter), problems)
            header = next(records, [])
            if any(text_fault(name) is NOT_UTF8 for name in header):
                problems.add("/header", NOT_UTF8)
            if problems.count:
                return
            places = check_header(header, names=names, ignore_others=ignore_others, problems=problems)
            if places is not None:
                yield from _batches(records, width=len(header), places=places, problems=problems)

    return build_table(source, columns=columns, key=key, harmless_numbers=harmless_numbers, progress=progress)


def _records(reader: Iterator[list[str]], problems: Problems) -> Iterator[list[str]]:
    read = 0
    try:
        for record in reader:
            yield record
            read += 1
    except csv.Error:
        # Where a quotation mark is amiss, all that follows is, so reading ends.
        if read:
            problems.add_row(read, MALFORMED)
        else:
            problems.add("/header", MALFORMED)


def _batches(
    records: Iterator[list[str]], *, width: int, places: tuple[int, ...], problems: Problems
) -> Iterator[Batch]:
    straight = places == tuple(range(width))
    read, blank = 0, list[int]()
    while batch := list(islice(records, BLOCK_ROWS)):
        numbers: range | list[int] = range(read + 1, read + len(batch) + 1)
        read += len(batch)
        if set(map(len, batch)) != {width}:
            numbers, batch = _whole(numbers, batch, width=width, blank=blank, problems=problems)
        elif blank:
            _note_ragged(blank, problems, width=width)
        yield numbers, batch if straight else [[record[place] for place in places] for record in batch]


def _whole(
    numbers: range | list[int], batch: list[list[str]], *, width: int, blank: list[int], problems: Problems
) -> tuple[list[int], list[list[str]]]:
    kept = []
    for number, record in zip(numbers, batch, strict=True):
        if not record:
            blank.append(number)
            continue
        _note_ragged(blank, problems, width=width)
        if len(record) == width:
            kept.append((number, record))
        else:
            problems.add_row(number, RAGGED, found=len(record), wanted=width)
    return [number for number, _ in kept], [record for _, record in kept]


def _note_ragged(blank: list[int], problems: Problems, *, width: int) -> None:
    for number in blank:
        problems.add_row(number, RAGGED, found=0, wanted=width)
    blank.clear()
