"""Ends a process, as far as files can tell, before or after any of its durable writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from unittest.mock import patch

from govlink.exchange.database import Database
from govlink.exchange.entries import Entry
from govlink.exchange.evidence import EvidenceLog


class Killed(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


class Fuse:
    """Raises ``Killed`` at the point it was lit for; each durable write is two points."""

    def __init__(self) -> None:
        self.left: int | None = None

    def light(self, points: int) -> None:
        """Let that many points pass, and burn at the next."""
        self.left = points

    def put_out(self) -> bool:
        """No more burning; whether it did not burn."""
        was_lit, self.left = self.left is not None, None
        return was_lit

    def point(self) -> None:
        """A moment at which a process might end."""
        if self.left == 0:
            self.left = None
            raise Killed
        if self.left is not None:
            self.left -= 1


@contextmanager
def fused() -> Iterator[Fuse]:
    """A fuse in every transaction and every append to an evidence log."""
    fuse, append, writing = Fuse(), EvidenceLog.append, Database.writing

    def fused_append(self: EvidenceLog, kind: str, data: Mapping[str, str], *, at: datetime) -> Entry:
        fuse.point()
        entry = append(self, kind, data, at=at)
        fuse.point()
        return entry

    @contextmanager
    def fused_writing(self: Database) -> Iterator[sqlite3.Connection]:
        fuse.point()
        with writing(self) as connection:
            yield connection
        fuse.point()

    with ExitStack() as stack:
        stack.enter_context(patch.object(EvidenceLog, "append", fused_append))
        stack.enter_context(patch.object(Database, "writing", fused_writing))
        yield fuse
