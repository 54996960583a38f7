"""Where petitions are kept: an append-only log, the index of open matters, the outbox.

One transaction writes all three, so an effect is planned exactly when its event is there. SQLite
serves one machine, PostgreSQL several; the code is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ..errors import ConflictError, Fault, NotFoundError
from .application import Application
from .codec import CODEC_VERSION, canonical_json, decode_event, encode_event, mask_event
from .database import open_engine, reading, refusing, writing
from .events import Appealed, Event, Submitted
from .matters import MatterKeys
from .outbox import EffectStatus, PlannedEffect, StoredEffect
from .rules import DUPLICATE
from .states import OPEN_STATES
from .tables import EFFECTS, EVENTS, MATTERS, METADATA

__all__ = ["EventStore"]

STALE_VERSION = Fault(
    "equivalence.stale_version",
    en="the petition was changed meanwhile: version {expected} was expected",
    th="คำร้องถูกแก้ไขไปแล้วระหว่างดำเนินการ (คาดว่าเป็นลำดับที่ {expected})",
)
EFFECT_REPEATED = Fault(
    "equivalence.effect_repeated",
    en="an effect with the same key was planned before",
    th="มีการสั่งงานที่มีกุญแจเดียวกันอยู่ก่อนแล้ว",
)
EFFECT_UNKNOWN = Fault("equivalence.effect_unknown", en="there is no such effect", th="ไม่พบงานนี้")
EFFECT_NOT_IN_STATUS = Fault(
    "equivalence.effect_not_in_status",
    en="the effect is not {wanted}",
    th="งานนี้ไม่อยู่ในสถานะ {wanted}",
)
_ROWS_AT_ONCE = 500


class EventStore:
    """The event store of one office. Open it with ``with``, or ``close`` it.

    Args:
        url: A database URL of SQLAlchemy, such as ``sqlite:///petitions.db``.
        person_secret: At least 16 secret bytes that key the digests of persons. With another secret
            the open petitions of before are not recognised.

    Raises:
        ConfigError: the URL is none, or the secret is too short.
        UnavailableError: the database does not answer.
    """

    def __init__(self, url: str, *, person_secret: bytes) -> None:
        self._keys = MatterKeys(person_secret)
        self._engine = open_engine(url)
        with writing(self._engine) as connection:
            METADATA.create_all(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def append(
        self,
        stream: str,
        *,
        expected_version: int,
        events: Sequence[Event],
        effects: Sequence[PlannedEffect] = (),
    ) -> int:
        """Add events and effects to a stream that is at that version, and return its new version.

        All or nothing; on disk when it returns.

        Raises:
            ConflictError: the stream is at another version; or the person has an open petition for
                the same matter (rule X5); or an effect's key was used before.
            UnavailableError: the database failed; nothing was written.
        """
        last = expected_version + len(events)
        stale = ConflictError(STALE_VERSION, expected=expected_version)
        with writing(self._engine) as connection:
            # A new stream needs no look: its first version is a key, and taken keys are refused.
            if expected_version and _version(connection, stream) != expected_version:
                raise stale
            if events:
                with refusing(stale):
                    connection.execute(insert(EVENTS), _event_rows(stream, expected_version, events))
                self._keep_matter(connection, stream, events)
            if effects:
                with refusing(ConflictError(EFFECT_REPEATED)):
                    connection.execute(insert(EFFECTS), _effect_rows(stream, last, effects))
        return last

    def load(self, stream: str) -> tuple[Event, ...]:
        """Every event of a stream in order; none for a stream that does not exist.

        Raises:
            RejectedError: a stored event is not one this release can read.
        """
        wanted = (
            select(EVENTS.c.data, EVENTS.c.type, EVENTS.c.codec)
            .where(EVENTS.c.stream == stream)
            .order_by(EVENTS.c.version)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(wanted).all()
        return tuple(decode_event(row.data, type_name=row.type, version=row.codec) for row in rows)

    def streams(self) -> tuple[str, ...]:
        """The name of every stream, in order."""
        with reading(self._engine) as connection:
            names = connection.scalars(select(EVENTS.c.stream).distinct().order_by(EVENTS.c.stream))
            return tuple(names)

    def open_petition(self, application: Application) -> str | None:
        """The stream of this person's open petition for the same matter, or None."""
        key = self._keys.of(application)
        wanted = select(MATTERS.c.stream).where(
            MATTERS.c.person == key.person,
            MATTERS.c.service == key.service,
            MATTERS.c.open_matter == key.matter,
        )
        with reading(self._engine) as connection:
            return connection.scalars(wanted).one_or_none()

    def export(self) -> Iterator[str]:
        """The whole log as lines of canonical JSON, by stream and version, personal data masked."""
        wanted = select(EVENTS).order_by(EVENTS.c.stream, EVENTS.c.version)
        with reading(self._engine) as connection:
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
            for row in streamed.execute(wanted):
                event = decode_event(row.data, type_name=row.type, version=row.codec)
                yield canonical_json(
                    {
                        "codec": row.codec,
                        "data": mask_event(event),
                        "stream": row.stream,
                        "type": row.type,
                        "version": row.version,
                    }
                )

    def effects(
        self, *, status: EffectStatus = EffectStatus.PENDING, limit: int = 100
    ) -> tuple[StoredEffect, ...]:
        """The oldest effects of that status, in the order they were planned."""
        wanted = select(EFFECTS).where(EFFECTS.c.status == status.value)
        with reading(self._engine) as connection:
            rows = connection.execute(wanted.order_by(EFFECTS.c.position).limit(limit)).all()
        return tuple(_stored_effect(row) for row in rows)

    def effect(self, effect_id: str) -> StoredEffect:
        """One effect.

        Raises:
            NotFoundError: there is none with this id.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(EFFECTS).where(EFFECTS.c.effect_id == effect_id)).one_or_none()
        if row is None:
            raise NotFoundError(EFFECT_UNKNOWN)
        return _stored_effect(row)

    def settle_effect(
        self,
        effect_id: str,
        *,
        status: EffectStatus,
        result: str,
        was: EffectStatus = EffectStatus.PENDING,
    ) -> None:
        """Record that a pending effect is done, or failed. ``result`` holds no personal datum.

        With ``was`` set to failed, one that was given up is settled: it turned out to have been done.

        Raises:
            ConflictError: it is not what it was said to be: somebody else settled it.
        """
        self._change_effect(effect_id, wanted=was, status=status, result=result)

    def retry_effect(self, effect_id: str) -> None:
        """Make a failed effect pending again.

        Raises:
            ConflictError: it has not failed.
        """
        self._change_effect(effect_id, wanted=EffectStatus.FAILED, status=EffectStatus.PENDING, result=None)

    def _change_effect(
        self, effect_id: str, *, wanted: EffectStatus, status: EffectStatus, result: str | None
    ) -> None:
        change = (
            update(EFFECTS)
            .where(EFFECTS.c.effect_id == effect_id, EFFECTS.c.status == wanted.value)
            .values(status=status.value, result=result)
        )
        with writing(self._engine) as connection:
            if connection.execute(change).rowcount != 1:
                raise ConflictError(EFFECT_NOT_IN_STATUS, wanted=wanted.value)

    def _keep_matter(self, connection: Connection, stream: str, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Submitted):
                self._claim_matter(connection, stream, event)
            elif isinstance(event, Appealed):
                _reclaim_matter(connection, stream)
        if events[-1].now not in OPEN_STATES:
            mine = MATTERS.c.stream == stream
            connection.execute(update(MATTERS).where(mine).values(open_matter=None))

    def _claim_matter(self, connection: Connection, stream: str, event: Submitted) -> None:
        if event.revision > 1:
            connection.execute(delete(MATTERS).where(MATTERS.c.stream == stream))
        key = self._keys.of(event.application)
        claim = {
            "stream": stream,
            "person": key.person,
            "service": key.service,
            "matter": key.matter,
            "open_matter": key.matter,
        }
        with refusing(ConflictError(DUPLICATE)):
            connection.execute(insert(MATTERS), claim)


def _reclaim_matter(connection: Connection, stream: str) -> None:
    """An appeal keeps others out when it can, and is never itself kept out by a newer petition."""
    mine = MATTERS.alias()
    taken = (
        select(MATTERS.c.stream)
        .join(mine, (mine.c.person == MATTERS.c.person) & (mine.c.service == MATTERS.c.service))
        .where(mine.c.stream == stream, MATTERS.c.open_matter == mine.c.matter)
    )
    if connection.execute(taken).first() is None:
        reopen = update(MATTERS).where(MATTERS.c.stream == stream).values(open_matter=MATTERS.c.matter)
        with refusing(ConflictError(DUPLICATE)):
            connection.execute(reopen)


def _version(connection: Connection, stream: str) -> int:
    newest = select(func.max(EVENTS.c.version)).where(EVENTS.c.stream == stream)
    return connection.scalar(newest) or 0


def _event_rows(stream: str, version: int, events: Sequence[Event]) -> list[dict[str, object]]:
    return [
        {
            "stream": stream,
            "version": number,
            "type": type(event).__name__,
            "codec": CODEC_VERSION,
            "data": encode_event(event),
        }
        for number, event in enumerate(events, start=version + 1)
    ]


def _effect_rows(stream: str, version: int, effects: Sequence[PlannedEffect]) -> list[dict[str, object]]:
    return [
        {
            "effect_id": effect.key,
            "stream": stream,
            "event_version": version,
            "kind": effect.kind,
            "payload": canonical_json(dict(effect.payload)),
            "status": EffectStatus.PENDING.value,
        }
        for effect in effects
    ]


def _stored_effect(row: Row[tuple[object, ...]]) -> StoredEffect:
    return StoredEffect(
        effect_id=row.effect_id,
        stream=row.stream,
        event_version=row.event_version,
        kind=row.kind,
        payload=json.loads(row.payload),
        status=EffectStatus(row.status),
        result=row.result,
    )
