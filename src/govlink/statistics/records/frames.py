"""Data frames of any library: without a copy where their memory can be read, row by row otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .sources import RECORDS, ArrowStream

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["OnlyStream", "rows_of_frame", "view_frame"]


class OnlyStream:
    """The Arrow stream of a frame or relation and nothing else of it.

    The engine asks polars for more than it needs, and takes no other connection's relation by its name.
    """

    __slots__ = ("_frame",)

    def __init__(self, frame: ArrowStream) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The capsule of the stream."""
        return self._frame.__arrow_c_stream__(requested_schema)


def view_frame(connection: DuckDBPyConnection, frame: object) -> bool:
    """Name the frame ``RECORDS`` in the connection; ``False`` where it is none, or cannot be read in place.

    pandas gives Arrow streams only where pyarrow is installed, but the engine knows pandas itself.
    """
    import duckdb

    if not isinstance(frame, ArrowStream):
        return False
    for offered in (OnlyStream(frame), frame):
        try:
            connection.register(RECORDS, offered)
            connection.execute(f"DESCRIBE {RECORDS}")
        except duckdb.Error:
            connection.unregister(RECORDS)
        else:
            return True
    return False


def rows_of_frame(frame: object, columns: tuple[str, ...]) -> Iterator[Mapping[str, Any]] | None:
    """The rows of a frame that narwhals knows, if it is installed; ``None`` for anything else."""
    try:
        import narwhals as nw
    except ImportError:
        return None
    known = nw.from_native(frame, pass_through=True)
    if isinstance(known, nw.LazyFrame):
        there = [name for name in known.collect_schema().names() if name in columns]
        known = (known.select(*there) if there else known.head(1)).collect()
    return known.iter_rows(named=True) if isinstance(known, nw.DataFrame) else None
