"""The recipient's table of messages that arrived: which content an id stands for, and its receipt.

Ids are each sender's own: what one sender uses says nothing of the same id from another.

The path: RECEIVED (being processed) -> ACCEPTED or REFUSED, with the receipt; or -> UNPROCESSED, when
processing raised, and from there to RECEIVED by a repeat. A message found RECEIVED by somebody who holds its
workplace was under way when a process ended.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from .database import Database

__all__ = ["Arrival", "ArrivalKey", "ArrivalState", "Arrivals"]

_SCHEMA = """
CREATE TABLE message (
    sender TEXT NOT NULL,
    message_id TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    is_received_noted INTEGER NOT NULL DEFAULT 0,
    arrived_at REAL NOT NULL,
    receipt TEXT,
    PRIMARY KEY (sender, message_id)
) STRICT, WITHOUT ROWID
"""


class ArrivalState(StrEnum):
    """Where a message that arrived stands."""

    RECEIVED = "received"
    """It was opened and is being processed."""
    UNPROCESSED = "unprocessed"
    """Processing raised; a repeat processes it again."""
    ACCEPTED = "accepted"
    """Processed; the receipt is kept and answers every repeat."""
    REFUSED = "refused"
    """Refused for good by processing; the receipt says so, is kept and answers every repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalKey:
    """What makes two deliveries the same message: who sent it, and under which id."""

    sender: str
    message_id: UUID

    def values(self) -> tuple[str, str]:
        """As the table has it."""
        return self.sender, str(self.message_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message as the table has it; ``is_received_noted`` says that the evidence log holds its arrival."""

    key: ArrivalKey
    manifest_sha256: str
    state: ArrivalState
    is_received_noted: bool
    receipt: str | None = field(repr=False)


class Arrivals:
    """The table in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, schema=_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def find(self, key: ArrivalKey) -> Arrival | None:
        """That sender's message of that id, or None when none was ever opened."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM message WHERE sender = ? AND message_id = ?", key.values()
            ).fetchone()
        return _arrival(row) if row is not None else None

    def begin(self, key: ArrivalKey, *, manifest_sha256: str, at: datetime) -> None:
        """RECEIVED; from now on the id stands for this content."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO message (sender, message_id, manifest_sha256, state, arrived_at)"
                " VALUES (?, ?, ?, 'received', ?)"
                " ON CONFLICT (sender, message_id) DO UPDATE SET state = 'received'",
                (*key.values(), manifest_sha256, at.timestamp()),
            )

    def give_up(self, key: ArrivalKey, *, is_received_noted: bool) -> None:
        """UNPROCESSED, and what evidence there is of its arrival."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = 'unprocessed', is_received_noted = ?"
                " WHERE sender = ? AND message_id = ?",
                (int(is_received_noted), *key.values()),
            )

    def settle(self, key: ArrivalKey, state: ArrivalState, *, receipt: str) -> None:
        """ACCEPTED or REFUSED, with the receipt; the first receipt stays."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = ?, is_received_noted = 1, receipt = ?"
                " WHERE sender = ? AND message_id = ? AND receipt IS NULL",
                (state.value, receipt, *key.values()),
            )

    def count(self, state: ArrivalState) -> int:
        """How many messages are in that state."""
        with self._database.reading() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM message WHERE state = ?", (state.value,)
            ).fetchone()
        return int(count)


def _arrival(row: sqlite3.Row) -> Arrival:
    return Arrival(
        key=ArrivalKey(sender=row["sender"], message_id=UUID(row["message_id"])),
        manifest_sha256=row["manifest_sha256"],
        state=ArrivalState(row["state"]),
        is_received_noted=bool(row["is_received_noted"]),
        receipt=row["receipt"],
    )
