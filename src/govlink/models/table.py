"""A table to be published: its columns, its rows in key order, and what differs from a stored copy.

The rows may be many more than fit in memory: whoever makes a ``Table`` keeps them on disk, checked and
sorted, and gives them out in order. ``govlink.tables`` makes tables; adapters only read them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

__all__ = ["Column", "ColumnType", "CsvFile", "Row", "RowChanges", "Table", "Value"]

Value: TypeAlias = str | int | bool | None
Row: TypeAlias = tuple[Value, ...]
"""One row as it goes over the wire, in column order.

``integer`` is int, ``boolean`` bool; ``numeric`` is its exact decimal text, ``date`` is ``YYYY-MM-DD`` and
``timestamp`` ``YYYY-MM-DDTHH:MM:SS``, Gregorian. An empty text is None: catalogues do not keep the two apart.
"""


class ColumnType(StrEnum):
    """What a column holds; the members are named by the catalogue's own words for them."""

    TEXT = "text"
    INTEGER = "int"
    NUMERIC = "numeric"
    DATE = "date"
    TIMESTAMP = "timestamp"
    BOOLEAN = "bool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column. ``id`` is 1 to 63 ASCII letters, digits and ``_``, and begins with a letter.

    The labels say what it is: the Thai one stands above the column on the portal. ``notes`` explain it.
    """

    id: str
    type: ColumnType
    label_th: str
    label_en: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """The whole table as an RFC 4180 file in UTF-8 with a byte-order mark, safe to open in a spreadsheet."""

    path: Path
    size_bytes: int
    sha256_hex: str


class RowChanges(Protocol):
    """What makes a stored copy equal to a table. The counts are known; the rows are read when asked for.

    ``new`` rows have keys that the copy lacks, ``changed`` rows other values under a key it has; both come
    in key order. ``stale_ids`` are the copy's own row numbers (``_id``), ascending, of rows to delete.
    """

    new_count: int
    changed_count: int
    stale_count: int

    def new(self) -> Iterator[Row]:
        """Rows to add."""
        ...

    def changed(self) -> Iterator[Row]:
        """Rows to replace."""
        ...

    def stale_ids(self) -> Iterator[int]:
        """Row numbers to delete."""
        ...


class Table(Protocol):
    """Checked rows in key order, with a digest of all of them."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""
        ...

    @property
    def key(self) -> tuple[str, ...]:
        """The ids of the columns that together name a row: never empty, no value twice."""
        ...

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        ...

    @property
    def sha256_hex(self) -> str:
        """Digest of column ids and types, key, and rows in key order; labels are not in it.

        The same rows in any order, from any source, on any machine give the same digest.
        """
        ...

    def rows(self, *, skip: int = 0) -> Iterator[Row]:
        """The rows in key order, without the first ``skip``.

        Values of type ``int`` are ordered by value, all others by the bytes of UTF-8.
        """
        ...

    def csv_file(self) -> CsvFile:
        """The table as a file, written when first asked for; it lives as long as the table."""
        ...

    def csv_file_within(self, max_bytes: int) -> CsvFile | None:
        """The same file, or None where it would be larger; no more than that is written to find out."""
        ...

    def changes_since(self, stored: Path) -> AbstractContextManager[RowChanges]:
        """Compare with a stored copy: a CSV file as a CKAN DataStore dumps it, ``_id`` first.

        Columns that the copy lacks count as empty there; columns of the copy that the table lacks are
        left out of the comparison. A stored row whose key is empty or twice there is stale.

        Raises:
            UnexpectedAnswerError: the file is not such a dump.
        """
        ...

    def scratch_path(self, name: str) -> Path:
        """A path beside the table's own files for something to be kept while the table lives."""
        ...
