"""What is new in a store: everything once, in order, however late it is committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, insert, text

from govlink.equivalence import feed
from govlink.equivalence.codec import CODEC_VERSION, encode_event
from govlink.equivalence.events import Created, Event, Submitted
from govlink.equivalence.feed import EventFeed
from govlink.equivalence.store import EventStore
from govlink.equivalence.tables import EVENTS
from govlink.errors import ConfigError, UnavailableError

from .cases import Case

SECRET = b"a secret of the tests"
CREATED = Case().created().log[0]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[tuple[str, EventStore]]:
    """An open store and its URL."""
    url = f"sqlite:///{tmp_path / 'petitions.db'}"
    with EventStore(url, person_secret=SECRET) as opened:
        yield url, opened


def row(stream: str, event: Event = CREATED) -> dict[str, object]:
    """An event as the store writes it."""
    return {
        "stream": stream,
        "version": 1,
        "type": type(event).__name__,
        "codec": CODEC_VERSION,
        "data": encode_event(event),
    }


def test_each_event_of_its_kinds_comes_once(store: tuple[str, EventStore]) -> None:
    """From the beginning, then what was added; other kinds stay away; another feed begins anew."""
    url, opened = store
    log = Case().submitted().log
    opened.append("one", expected_version=0, events=log)
    with EventFeed(url, kinds=(Created,)) as events:
        assert list(events.new()) == [("one", log[0])]
        assert list(events.new()) == []
        opened.append("two", expected_version=0, events=(CREATED,))
        assert [stream for stream, _ in events.new()] == ["two"]
    with EventFeed(url, kinds=(Created, Submitted)) as events:
        kinds = [(stream, type(event).__name__) for stream, event in events.new()]
        assert kinds == [("one", "Created"), ("one", "Submitted"), ("two", "Created")]
        assert events.of("one") == tuple(e for e in log if isinstance(e, Created | Submitted))
        assert events.of("none") == ()


def test_what_was_not_taken_comes_again(store: tuple[str, EventStore]) -> None:
    """A reader that failed in the middle goes on where it stopped."""
    url, opened = store
    for stream in ("one", "two", "three"):
        opened.append(stream, expected_version=0, events=(CREATED,))
    with EventFeed(url, kinds=(Created,)) as events:
        for stream, _ in events.new():
            if stream == "two":
                break
        assert [stream for stream, _ in events.new()] == ["two", "three"]


def test_old_positions_are_forgotten(store: tuple[str, EventStore], monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of what was read does not grow with the store."""
    monkeypatch.setattr(feed, "_OVERLAP", 3)
    url, opened = store
    with EventFeed(url, kinds=(Created,)) as events:
        for number in range(9):
            opened.append(f"s{number}", expected_version=0, events=(CREATED,))
            assert [stream for stream, _ in events.new()] == [f"s{number}"]
        assert len(events._read) <= 3


def test_it_adds_nothing_to_the_database(tmp_path: Path) -> None:
    """A database without a store in it is told as one that does not serve; a wrong URL is never repeated."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    with EventFeed(url, kinds=(Created,)) as events, pytest.raises(UnavailableError):
        list(events.new())
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar() == 0
    engine.dispose()
    with pytest.raises(ConfigError) as caught:
        EventFeed("nosuch://user:hunter2@host/db", kinds=(Created,))
    assert "hunter2" not in str(caught.value)


def test_what_is_committed_late_is_not_missed(postgresql: str) -> None:
    """PostgreSQL shows position 2 while 1 is still open; 1 comes when it is there, and only then, once."""
    name = f"test_{uuid4().hex}"
    server = create_engine(postgresql.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = postgresql.format(name=name)
    writer = create_engine(url)
    with (
        EventStore(url, person_secret=SECRET) as opened,
        EventFeed(url, kinds=(Created,)) as events,
        writer.connect() as slow,
    ):
        slow.execute(insert(EVENTS), row("slow"))
        opened.append("quick", expected_version=0, events=(CREATED,))
        assert [stream for stream, _ in events.new()] == ["quick"]
        slow.commit()
        assert [stream for stream, _ in events.new()] == ["slow"]
        assert list(events.new()) == []
        slow.execute(insert(EVENTS), row("undone"))
        slow.rollback()
        opened.append("last", expected_version=0, events=(CREATED,))
        assert [stream for stream, _ in events.new()] == ["last"]
    writer.dispose()
    server.dispose()
