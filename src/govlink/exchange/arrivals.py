"""The recipient's table of messages that arrived: which content an id stands for, and its receipt.

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

__all__ = ["Arrival", "ArrivalState", "Arrivals"]

_SCHEMA = """
CREATE TABLE message (
    message_id TEXT PRIMARY KEY,
    manifest_sha256 TEXT NOT NULL,
    sender TEXT NOT NULL,
    state TEXT NOT NULL,
    is_received_noted INTEGER NOT NULL DEFAULT 0,
    arrived_at REAL NOT NULL,
    receipt TEXT
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
class Arrival:
    """One message as the table has it; ``is_received_noted`` says that the evidence log holds its arrival."""

    message_id: UUID
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

    def find(self, message_id: UUID) -> Arrival | None:
        """The message of that id, or None when none was ever opened."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM message WHERE message_id = ?", (str(message_id),)
            ).fetchone()
        return _arrival(row) if row is not None else None

    def begin(self, message_id: UUID, *, manifest_sha256: str, sender: str, at: datetime) -> None:
        """RECEIVED; from now on the id stands for this content."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO message (message_id, manifest_sha256, sender, state, arrived_at)"
                " VALUES (?, ?, ?, 'received', ?)"
                " ON CONFLICT (message_id) DO UPDATE SET state = 'received'",
                (str(message_id), manifest_sha256, sender, at.timestamp()),
            )

    def give_up(self, message_id: UUID, *, is_received_noted: bool) -> None:
        """UNPROCESSED, and what evidence there is of its arrival."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = 'unprocessed', is_received_noted = ? WHERE message_id = ?",
                (int(is_received_noted), str(message_id)),
            )

    def settle(self, message_id: UUID, state: ArrivalState, *, receipt: str) -> None:
        """ACCEPTED or REFUSED, with the receipt; the first receipt stays."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = ?, is_received_noted = 1, receipt = ?"
                " WHERE message_id = ? AND receipt IS NULL",
                (state.value, receipt, str(message_id)),
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
        message_id=UUID(row["message_id"]),
        manifest_sha256=row["manifest_sha256"],
        state=ArrivalState(row["state"]),
        is_received_noted=bool(row["is_received_noted"]),
        receipt=row["receipt"],
    )
