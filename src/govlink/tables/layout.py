"""How a row lies on disk: a line of UTF-8 that sorts by its key.

The fields of a row are parted by U+001F and end with a line feed; a line feed inside a text becomes U+001D.
None of the three may stand in a value, so a line can be read in one way only, and an empty field is an empty
value. While rows are sorted their key and number stand before them, parted by U+001E.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from ..models.table import Column, ColumnType, Row, Value

__all__ = ["BLOCK_ROWS", "Layout"]

BLOCK_ROWS = 1024
"""Rows that are handled at once; with the longest texts allowed they still fit in little memory."""

_FIELD, _PART, _LINE_FEED = "\x1f", "\x1e", "\x1d"
_NUMBER_WIDTH = 12
_SHIFT = 2**31
_NAME = "govlink table 1"


def _texts(column: Sequence[str]) -> list[Value]:
    return [field or None for field in column]


def _integers(column: Sequence[str]) -> list[Value]:
    return [int(field) if field else None for field in column]


def _booleans(column: Sequence[str]) -> list[Value]:
    return [field == "true" if field else None for field in column]


_READERS: Mapping[ColumnType, Callable[[Sequence[str]], list[Value]]] = MappingProxyType(
    {ColumnType.INTEGER: _integers, ColumnType.BOOLEAN: _booleans}
)


def _sortable(column: Sequence[str]) -> list[str]:
    return [f"{int(field) + _SHIFT:010d}" for field in column]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns and the key that a line is made of."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def key_places(self) -> tuple[int, ...]:
        """Where the key's columns stand, in the key's order."""
        ids = [column.id for column in self.columns]
        return tuple(ids.index(name) for name in self.key)

    def head(self) -> bytes:
        """What a digest begins with: ids, types and key, as one line."""
        content = [_NAME, [[c.id, c.type.value] for c in self.columns], list(self.key)]
        return json.dumps(content, separators=(",", ":")).encode() + b"\n"

    def sort_keys(self, columns: Sequence[Sequence[str]]) -> Sequence[str]:
        """The sorting key of each row: whole numbers sort by value, anything else by its bytes."""
        parts = [
            _sortable(columns[place]) if self.columns[place].type is ColumnType.INTEGER else columns[place]
            for place in self.key_places()
        ]
        return parts[0] if len(parts) == 1 else [_FIELD.join(fields) for fields in zip(*parts, strict=True)]

    def lines(self, numbers: Sequence[int], columns: Sequence[Sequence[str]]) -> list[bytes]:
        """Lines to sort, of columns in canonical texts; the keys are not empty."""
        rows = [_FIELD.join(fields) for fields in zip(*columns, strict=True)]
        if any("\n" in row for row in rows):
            rows = [row.replace("\n", _LINE_FEED) for row in rows]
        parts = zip(self.sort_keys(columns), numbers, rows, strict=True)
        return [
            f"{key}{_PART}{number:0{_NUMBER_WIDTH}d}{_PART}{row}\n".encode() for key, number, row in parts
        ]

    @staticmethod
    def parts(line: bytes) -> list[bytes]:
        """Sorting key, number and row of such a line."""
        return line.split(_PART.encode(), 2)

    def rows(self, lines: Sequence[bytes]) -> Iterator[Row]:
        """The rows of lines without key and number, as they go over the wire."""
        if not lines:
            return iter(())
        columns = self.fields(lines)
        if any(_LINE_FEED.encode() in line for line in lines):
            columns = [[field.replace(_LINE_FEED, "\n") for field in column] for column in columns]
        readers = [_READERS.get(column.type, _texts) for column in self.columns]
        return zip(*(read(column) for read, column in zip(readers, columns, strict=True)), strict=True)

    @staticmethod
    def fields(lines: Sequence[bytes]) -> Sequence[Sequence[str]]:
        """The canonical texts of each column of some lines; line feeds inside still are U+001D."""
        texts = b"".join(lines).decode().split("\n")[:-1]
        return list(zip(*(text.split(_FIELD) for text in texts), strict=True))
