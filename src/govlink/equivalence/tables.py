"""The tables of the event store, in SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["EFFECTS", "EVENTS", "MATTERS", "METADATA"]

METADATA = MetaData()

# SQLite numbers rows by itself only in a column of type INTEGER.
_ROW_NUMBER = BigInteger().with_variant(Integer, "sqlite")

EVENTS = Table(
    "govlink_events",
    METADATA,
    Column("position", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("stream", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", String(40), nullable=False),
    Column("codec", Integer, nullable=False),
    Column("data", Text, nullable=False),
    UniqueConstraint("stream", "version", name="govlink_events_version"),
)

MATTERS = Table(
    "govlink_matters",
    METADATA,
    Column("stream", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("service", String(20), nullable=False),
    Column("matter", String(64), nullable=False),
    # NULL while the petition is closed: in both databases NULLs do not collide in a unique key.
    Column("open_matter", String(64), nullable=True),
    UniqueConstraint("person", "service", "open_matter", name="govlink_matters_open"),
)
"""Who has a petition about what; person and matter are keyed digests."""

EFFECTS = Table(
    "govlink_effects",
    METADATA,
    Column("position", _ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("effect_id", String(200), nullable=False, unique=True),
    Column("stream", String(64), nullable=False),
    Column("event_version", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("status", String(10), nullable=False),
    Column("result", Text, nullable=True),
    Index("govlink_effects_status", "status", "position"),
)
