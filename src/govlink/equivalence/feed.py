"""What is new in an event store, for whoever keeps something made from its events.

Reads only: it adds no table, needs no secret of the store, and works with a role that may only select.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sqlalchemy import Row, Select, func, select

from .codec import decode_event
from .database import open_engine, reading
from .events import Event
from .tables import EVENTS

__all__ = ["EventFeed"]

_OVERLAP = 1000
"""How many positions are read again: PostgreSQL may show a later position before an earlier one, which
was taken first and committed last. No transaction of a store stays open while so many others commit."""
_ROWS_AT_ONCE = 500


class EventFeed:
    """The events of some kinds, each once, from the beginning of the store. For one thread at a time.

    Args:
        url: The event store's database URL, as for ``EventStore``.
        kinds: The classes of the events that are wanted.

    Raises:
        ConfigError: the URL is none.
    """

    def __init__(self, url: str, *, kinds: tuple[type[Event], ...]) -> None:
        self._engine = open_engine(url)
        self._types = tuple(kind.__name__ for kind in kinds)
        self._read: set[int] = set()
        self._newest = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def new(self) -> Iterator[tuple[str, Event]]:
        """What was committed since the last call, with its stream, in the order of the store.

        An event counts as read when the one after it is asked for, so that one which could not be taken
        comes again.

        Raises:
            RejectedError: a stored event cannot be read.
            UnavailableError: the database failed.
        """
        with reading(self._engine) as connection:
            newest = connection.scalar(select(func.max(EVENTS.c.position))) or 0
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            wanted = self._wanted().where(EVENTS.c.position > self._newest - _OVERLAP)
            for row in streamed.execute(wanted.order_by(EVENTS.c.position)):
                if row.position not in self._read:
                    yield row.stream, _event(row)
                    self._read.add(row.position)
        self._newest = newest
        self._read = {position for position in self._read if position > newest - _OVERLAP}

    def of(self, stream: str) -> tuple[Event, ...]:
        """All there is of one stream now, in order. Safe to call from any thread.

        Raises:
            RejectedError: a stored event cannot be read.
            UnavailableError: the database failed.
        """
        wanted = self._wanted().where(EVENTS.c.stream == stream).order_by(EVENTS.c.version)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        return tuple(_event(row) for row in rows)

    def _wanted(self) -> Select[int, str, str, int, str]:
        columns = select(EVENTS.c.position, EVENTS.c.stream, EVENTS.c.type, EVENTS.c.codec, EVENTS.c.data)
        return columns.where(EVENTS.c.type.in_(self._types))


def _event(row: Row[int, str, str, int, str]) -> Event:
    return decode_event(row.data, type_name=row.type, version=row.codec)
