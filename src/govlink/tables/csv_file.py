"""The table as a file for people: RFC 4180, UTF-8 with a byte-order mark, inert in a spreadsheet."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from ..models.table import Column, ColumnType, CsvFile, Row, Value
from .inert import inert, is_active
from .layout import BLOCK_ROWS

__all__ = ["write_csv"]


def _cells(column: Sequence[Value], kind: ColumnType) -> Sequence[Value]:
    if kind is ColumnType.BOOLEAN:
        return [None if value is None else "true" if value else "false" for value in column]
    # Few columns hold a text to be guarded, and a look at first characters is quick.
    if kind is ColumnType.TEXT and any(map(is_active, {v[0] for v in column if isinstance(v, str)})):
        return [inert(value) if isinstance(value, str) else None for value in column]
    return column


def _records(rows: Sequence[Row], columns: tuple[Column, ...]) -> Iterable[tuple[Value, ...]]:
    cells = (
        _cells(values, column.type) for values, column in zip(zip(*rows, strict=True), columns, strict=True)
    )
    return zip(*cells, strict=True)


def _encoded(records: Iterable[tuple[Value, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(records)
    return text.getvalue().encode()


def _parts(rows: Iterable[Row], columns: tuple[Column, ...]) -> Iterator[bytes]:
    yield codecs.BOM_UTF8 + _encoded([tuple(column.id for column in columns)])
    stream = iter(rows)
    while block := list(islice(stream, BLOCK_ROWS)):
        yield _encoded(_records(block, columns))


def write_csv(
    rows: Iterable[Row], *, columns: tuple[Column, ...], path: Path, max_bytes: int
) -> CsvFile | None:
    """Write the file, whole or not at all; its header are the column ids, an empty value is an empty field.

    Numbers keep their sign: a spreadsheet reads them as numbers. The same rows give the same bytes. A
    file that grows beyond ``max_bytes`` is given up: None.
    """
    digest, size = hashlib.sha256(), 0
    written = path.with_name(path.name + ".part")
    with written.open("wb") as file:
        for part in _parts(rows, columns):
            digest.update(part)
            size += file.write(part)
            if size > max_bytes:
                break
    if size > max_bytes:
        written.unlink()
        return None
    written.replace(path)
    return CsvFile(path=path, size_bytes=size, sha256_hex=digest.hexdigest())
