"""The sender's journal: each document to be sent, where it stands, and the receipt that came for it.

Decides nothing about times or errors (``govlink.exchange.dispatch`` does) and writes each change in one
transaction. The path: NEW (named, not yet sealed) -> QUEUED -> SENDING -> DELIVERED or FAILED, and from
SENDING back to QUEUED when it must be tried again. A message found SENDING at a start was under way when
its process ended.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from ..errors import Fault, NotFoundError
from .database import Database

__all__ = ["DocumentKey", "Journal", "Outgoing", "OutgoingState"]

MESSAGE_UNKNOWN = Fault(
    "exchange.message_unknown",
    en="the journal holds no message of that id",
    th="ไม่มีข้อความรหัสนี้ในบันทึกการส่ง",
)

_SCHEMA = """
CREATE TABLE message (
    position INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    recipient TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    document_sha256 TEXT NOT NULL,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    manifest BLOB,
    is_sending_noted INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at REAL NOT NULL DEFAULT 0,
    code TEXT,
    reason TEXT,
    receipt TEXT,
    UNIQUE (recipient, case_reference, document_sha256)
) STRICT;
CREATE INDEX work ON message (state, due_at, position)
"""


class OutgoingState(StrEnum):
    """Where a message stands."""

    NEW = "new"
    """It has its id; queueing it was cut short before it was sealed, so it was never sent."""
    QUEUED = "queued"
    """Sealed; to be sent when it is due."""
    SENDING = "sending"
    """Under way."""
    DELIVERED = "delivered"
    """Its receipt was verified and is kept."""
    FAILED = "failed"
    """A person must look at it; ``code`` says why. Nothing sends it again by itself."""
    DROPPED = "dropped"
    """A person gave it up. The same document to the same recipient in the same case stays this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKey:
    """What makes two documents the same message: the same bytes, to the same recipient, in the same case."""

    recipient: str
    case_reference: str
    document_sha256: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message as the journal has it.

    ``attempts`` counts sendings since it was queued or put back by a person. ``due_at`` is when it may be
    sent next, ``code`` and ``reason`` (English) what stopped it last, ``receipt`` the recipient's receipt.
    ``is_sending_noted`` says that the evidence log holds its sending under this manifest.
    """

    message_id: UUID
    key: DocumentKey
    purpose: str
    state: OutgoingState
    manifest: bytes = field(repr=False)
    is_sending_noted: bool
    attempts: int
    due_at: datetime
    code: str | None
    reason: str | None
    receipt: str | None = field(repr=False)


class Journal:
    """The table of messages in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, schema=_SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def named(self, key: DocumentKey, *, message_id: UUID, purpose: str) -> Outgoing:
        """The message of this document: the one known, or a new one under ``message_id``."""
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO message (message_id, recipient, case_reference, document_sha256, purpose, state)"
                " VALUES (?, ?, ?, ?, ?, 'new')"
                " ON CONFLICT (recipient, case_reference, document_sha256) DO NOTHING",
                (str(message_id), key.recipient, key.case_reference, key.document_sha256, purpose),
            )
            return _one(
                connection,
                "recipient = ? AND case_reference = ? AND document_sha256 = ?",
                (key.recipient, key.case_reference, key.document_sha256),
            )

    def sealed(self, message_id: UUID, manifest: bytes) -> None:
        """It has an envelope, which nobody was sent yet, and is due."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = 'queued', manifest = ?, is_sending_noted = 0, attempts = 0,"
                " due_at = 0, code = NULL, reason = NULL WHERE message_id = ?",
                (manifest, str(message_id)),
            )

    def take(self, *, at: datetime) -> Outgoing | None:
        """The message that has been due for longest, now SENDING; None when none is due."""
        with self._database.writing() as connection:
            row = connection.execute(
                "UPDATE message SET state = 'sending' WHERE position = (SELECT position FROM message"
                " WHERE state = 'queued' AND due_at <= ? ORDER BY due_at, position LIMIT 1) RETURNING *",
                (at.timestamp(),),
            ).fetchone()
            return _outgoing(row) if row is not None else None

    def put_back(self, message: Outgoing) -> None:
        """QUEUED as it was before it was taken; ``message`` says what evidence there is."""
        self._settle(message, OutgoingState.QUEUED, attempts=message.attempts, due_at=message.due_at)

    def postpone(self, message: Outgoing, *, due_at: datetime, code: str, reason: str) -> None:
        """QUEUED again, an attempt the wiser."""
        attempts = message.attempts + 1
        self._settle(
            message, OutgoingState.QUEUED, attempts=attempts, due_at=due_at, code=code, reason=reason
        )

    def park(self, message: Outgoing, *, code: str, reason: str, receipt: str | None = None) -> None:
        """FAILED, with the reason and the signed refusal if there is one."""
        attempts = message.attempts + 1
        self._settle(
            message, OutgoingState.FAILED, attempts=attempts, code=code, reason=reason, receipt=receipt
        )

    def deliver(self, message: Outgoing, *, receipt: str) -> None:
        """DELIVERED, with the receipt."""
        self._settle(message, OutgoingState.DELIVERED, attempts=message.attempts + 1, receipt=receipt)

    def _settle(
        self,
        message: Outgoing,
        state: OutgoingState,
        *,
        attempts: int,
        due_at: datetime | None = None,
        code: str | None = None,
        reason: str | None = None,
        receipt: str | None = None,
    ) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE message SET state = ?, is_sending_noted = ?, attempts = ?, due_at = ?, code = ?,"
                " reason = ?, receipt = ? WHERE message_id = ? AND state = 'sending'",
                (
                    state.value,
                    int(message.is_sending_noted),
                    attempts,
                    (due_at or message.due_at).timestamp(),
                    code,
                    reason,
                    receipt,
                    str(message.message_id),
                ),
            )

    def release(self, message_id: UUID, state: OutgoingState) -> bool:
        """A FAILED message is QUEUED anew, or NEW to be sealed anew, or DROPPED; whether it was one."""
        with self._database.writing() as connection:
            done = connection.execute(
                "UPDATE message SET state = ?, attempts = 0, due_at = 0, code = NULL, reason = NULL,"
                " receipt = NULL"
                " WHERE message_id = ? AND state = 'failed'",
                (state.value, str(message_id)),
            )
            return done.rowcount == 1

    def message(self, message_id: UUID) -> Outgoing:
        """One message.

        Raises:
            NotFoundError: there is none of that id.
        """
        with self._database.reading() as connection:
            return _one(connection, "message_id = ?", (str(message_id),))

    def messages(self, *states: OutgoingState) -> tuple[Outgoing, ...]:
        """The messages in these states, or all, oldest first."""
        wanted = [state.value for state in states or OutgoingState]
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT * FROM message WHERE state IN ({','.join('?' * len(wanted))}) ORDER BY position",  # noqa: S608 - question marks only
                wanted,
            ).fetchall()
        return tuple(_outgoing(row) for row in rows)

    def next_due_at(self) -> datetime | None:
        """When the next queued message may be sent; None when none is queued."""
        with self._database.reading() as connection:
            (due_at,) = connection.execute(
                "SELECT min(due_at) FROM message WHERE state = 'queued'"
            ).fetchone()
        return None if due_at is None else datetime.fromtimestamp(due_at, UTC)


def _one(connection: sqlite3.Connection, where: str, values: tuple[str, ...]) -> Outgoing:
    row = connection.execute(f"SELECT * FROM message WHERE {where}", values).fetchone()  # noqa: S608 - constants of this module
    if row is None:
        raise NotFoundError(MESSAGE_UNKNOWN)
    return _outgoing(row)


def _outgoing(row: sqlite3.Row) -> Outgoing:
    return Outgoing(
        message_id=UUID(row["message_id"]),
        key=DocumentKey(
            recipient=row["recipient"],
            case_reference=row["case_reference"],
            document_sha256=row["document_sha256"],
        ),
        purpose=row["purpose"],
        state=OutgoingState(row["state"]),
        manifest=row["manifest"] or b"",
        is_sending_noted=bool(row["is_sending_noted"]),
        attempts=row["attempts"],
        due_at=datetime.fromtimestamp(row["due_at"], UTC),
        code=row["code"],
        reason=row["reason"],
        receipt=row["receipt"],
    )
