"""The event store: order, exactly one winner, open matters, effects, the export."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateTable

from govlink.equivalence import commands as c
from govlink.equivalence.application import Service
from govlink.equivalence.codec import encode_event
from govlink.equivalence.events import Gap
from govlink.equivalence.matters import MatterKeys
from govlink.equivalence.outbox import EffectStatus, PlannedEffect
from govlink.equivalence.store import EventStore
from govlink.equivalence.tables import METADATA
from govlink.errors import ConfigError, ConflictError, NotFoundError, RejectedError, UnavailableError
from govlink.models.identity import CitizenId, Passport

from .cases import APPLICANT, OFFICER, Case, application

SECRET = b"a secret of the tests"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'petitions.db'}"
    server: str = request.getfixturevalue("postgresql")
    name = f"test_{uuid4().hex}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.format(name=name)


@pytest.fixture
def store(url: str) -> Iterator[EventStore]:
    """An open store."""
    with EventStore(url, person_secret=SECRET) as opened:
        yield opened


def effect(key: str) -> PlannedEffect:
    """A planned effect."""
    return PlannedEffect(kind="notify", key=key, payload={"state": "INTAKE", "ก": "ข"})


def test_events_come_back_in_order(store: EventStore) -> None:
    """What was appended in parts is loaded as one log."""
    log = Case().issued().log
    assert store.load("petition-1") == ()
    assert store.append("petition-1", expected_version=0, events=log[:3]) == 3
    assert store.append("petition-1", expected_version=3, events=log[3:]) == len(log)
    assert store.load("petition-1") == log
    assert store.streams() == ("petition-1",)


def test_events_survive_closing(url: str) -> None:
    """Another process finds them."""
    log = Case().submitted().log
    with EventStore(url, person_secret=SECRET) as first:
        first.append("petition-1", expected_version=0, events=log)
    with EventStore(url, person_secret=SECRET) as second:
        assert second.load("petition-1") == log


def test_a_reader_does_not_wait_for_an_open_writer(store: EventStore, url: str) -> None:
    """Whoever looks at petitions is not held up by a transaction under way."""
    store.append("petition-1", expected_version=0, events=Case().created().log)
    engine = create_engine(url)
    with engine.connect() as writer:
        if engine.dialect.name == "sqlite":
            assert writer.scalar(text("PRAGMA journal_mode")) == "wal"
        writer.execute(text("UPDATE govlink_events SET codec = 1"))
        assert len(store.load("petition-1")) == 1
        writer.rollback()
    engine.dispose()


def test_a_stale_version_loses(store: EventStore) -> None:
    """Whoever read an older version must read again; nothing of theirs is written."""
    log = Case().submitted().log
    store.append("petition-1", expected_version=0, events=log)
    for stale in (0, 2, 4):
        with pytest.raises(ConflictError) as caught:
            store.append("petition-1", expected_version=stale, events=log[:1], effects=(effect("k"),))
        assert caught.value.code == "equivalence.stale_version"
    assert store.load("petition-1") == log
    assert store.effects() == ()


def test_of_many_threads_exactly_one_wins(url: str, store: EventStore) -> None:
    """Eight connections append at the same version at the same moment."""
    log = Case().created().log
    barrier = Barrier(8)

    def append(_number: int) -> bool:
        with EventStore(url, person_secret=SECRET) as mine:
            barrier.wait()
            try:
                mine.append("petition-1", expected_version=0, events=log)
            except ConflictError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(append, range(8))) == 1
    assert store.load("petition-1") == log


PROCESS = """
import sys
from govlink.equivalence.codec import decode_event
from govlink.equivalence.store import EventStore
from govlink.errors import ConflictError
event = decode_event(sys.argv[2], type_name="Created", version=1)
with EventStore(sys.argv[1], person_secret=b"a secret of the tests") as store:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        store.append("petition-1", expected_version=0, events=(event,))
    except ConflictError:
        print("lost")
    else:
        print("won")
"""


def test_of_two_processes_exactly_one_wins(url: str, store: EventStore) -> None:
    """The version is guarded by the database, not by a lock of one process."""
    created = encode_event(Case().created().log[0])
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url, created],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    told = [racer.communicate(timeout=60)[0].strip() for racer in racers]
    assert sorted(told) == ["lost", "won"]
    assert len(store.load("petition-1")) == 1


def test_one_open_petition_for_a_matter(store: EventStore) -> None:
    """A second petition waits until the first is closed; other matters and people do not."""
    first = Case().submitted()
    store.append("one", expected_version=0, events=first.log)
    assert store.open_petition(application()) == "one"
    with pytest.raises(ConflictError) as caught:
        store.append("two", expected_version=0, events=Case().submitted().log)
    assert caught.value.code == "equivalence.duplicate"
    assert store.load("two") == ()
    store.append("level", expected_version=0, events=Case().submitted(target_level="M3").log)
    store.append("pali", expected_version=0, events=Case().submitted(Service.PALI5_EQ).log)
    store.append("person", expected_version=0, events=Case().submitted(citizen_id="2999012345675").log)
    first.do(c.Withdraw(actor=APPLICANT))
    store.append("one", expected_version=3, events=first.log[3:])
    assert store.open_petition(application()) is None
    store.append("two", expected_version=0, events=Case().submitted().log)


def test_an_issued_certificate_closes_the_matter(store: EventStore) -> None:
    """What was issued can be lost again, so a new petition is possible."""
    store.append("one", expected_version=0, events=Case().issued().log)
    store.append("two", expected_version=0, events=Case().submitted().log)


def test_a_resubmission_moves_the_claim(store: EventStore) -> None:
    """The matter is what the latest revision asks for."""
    case = Case().submitted()
    case.do(c.RequestFix(actor=OFFICER, gaps=(Gap(reason_code="X"),)))
    case.do(c.Resubmit(actor=APPLICANT, application=application(target_level="M3")))
    store.append("one", expected_version=0, events=case.log)
    assert store.open_petition(application(target_level="M3")) == "one"
    assert store.open_petition(application()) is None


def test_an_appeal_reopens_the_matter_and_is_never_kept_out(store: EventStore) -> None:
    """The right to appeal does not depend on a newer petition."""
    appeal = c.Appeal(actor=APPLICANT, grounds="ก")
    alone = Case().refused()
    store.append("alone", expected_version=0, events=alone.log)
    before = alone.petition.version
    alone.do(appeal)
    store.append("alone", expected_version=before, events=alone.log[before:])
    assert store.open_petition(application()) == "alone"
    pali = Service.PALI5_EQ
    late = Case().refused(pali)
    store.append("late", expected_version=0, events=late.log)
    store.append("newer", expected_version=0, events=Case().submitted(pali).log)
    late.do(appeal)
    store.append("late", expected_version=before, events=late.log[before:])
    assert store.open_petition(application(pali)) == "newer"


def test_persons_are_kept_as_keyed_digests(store: EventStore, url: str, tmp_path: Path) -> None:
    """No number in the index of matters, and another secret gives another digest."""
    store.append("one", expected_version=0, events=Case().submitted().log)
    engine = create_engine(url)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT person, matter FROM govlink_matters")).one()
    engine.dispose()
    assert "1999000000017" not in "".join(row)
    other = EventStore(f"sqlite:///{tmp_path / 'other.db'}", person_secret=b"another secret of 16")
    other.append("one", expected_version=0, events=Case().submitted().log)
    engine = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT person, matter FROM govlink_matters")).one() != row
    engine.dispose()
    other.close()


def test_effects_are_written_with_their_events_and_settled_once(store: EventStore) -> None:
    """Planned together, done once, retried only after failing."""
    log = Case().submitted().log
    store.append("one", expected_version=0, events=log, effects=(effect("a"), effect("b")))
    planned = store.effects()
    assert [(e.effect_id, e.event_version, e.kind) for e in planned] == [
        ("a", 3, "notify"),
        ("b", 3, "notify"),
    ]
    assert planned[0].payload == {"state": "INTAKE", "ก": "ข"}
    store.settle_effect("a", status=EffectStatus.DONE, result="sent")
    with pytest.raises(ConflictError):
        store.settle_effect("a", status=EffectStatus.DONE, result="sent")
    store.settle_effect("b", status=EffectStatus.FAILED, result="refused")
    assert store.effects() == ()
    assert [e.effect_id for e in store.effects(status=EffectStatus.FAILED)] == ["b"]
    store.retry_effect("b")
    with pytest.raises(ConflictError):
        store.retry_effect("a")
    assert store.effect("b").status is EffectStatus.PENDING
    assert store.effect("a").result == "sent"
    with pytest.raises(NotFoundError):
        store.effect("c")


def test_an_effect_key_is_used_once(store: EventStore) -> None:
    """A repeated key takes the events back too."""
    log = Case().submitted().log
    store.append("one", expected_version=0, events=log[:2], effects=(effect("a"),))
    with pytest.raises(ConflictError) as caught:
        store.append("one", expected_version=2, events=log[2:], effects=(effect("a"),))
    assert caught.value.code == "equivalence.effect_repeated"
    assert store.load("one") == log[:2]


def test_the_export_is_ordered_canonical_and_masked(store: EventStore) -> None:
    """Whatever order petitions were written in, the export is the same, and nobody is in it."""
    second = Case().submitted(Service.PALI5_EQ).log
    first = Case().issued().log
    store.append("b", expected_version=0, events=second)
    store.append("a", expected_version=0, events=first)
    lines = list(store.export())
    places = [(json.loads(line)["stream"], json.loads(line)["version"]) for line in lines]
    assert places == [("a", n + 1) for n in range(len(first))] + [("b", n + 1) for n in range(len(second))]
    assert lines == list(store.export())
    for secret in ("1999000000017", "สมชาย", "ใจดี"):
        assert not any(secret in line for line in lines)


def test_a_damaged_row_is_told_and_not_skipped(store: EventStore, url: str) -> None:
    """A log that was changed by hand does not become a petition."""
    store.append("one", expected_version=0, events=Case().submitted().log)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE govlink_events SET data = '{}' WHERE version = 2"))
    engine.dispose()
    with pytest.raises(RejectedError):
        store.load("one")


def test_settings_that_cannot_work_are_refused(tmp_path: Path) -> None:
    """A URL that is none, a driver nobody has, a secret too short; the URL is never repeated."""
    for wrong in ("petitions.db", "nosuch://user:hunter2@host/db"):
        with pytest.raises(ConfigError) as caught:
            EventStore(wrong, person_secret=SECRET)
        assert "hunter2" not in str(caught.value)
        assert caught.value.__suppress_context__
    with pytest.raises(ConfigError):
        EventStore("sqlite://", person_secret=b"short")
    with pytest.raises(UnavailableError):
        EventStore(f"sqlite:///{tmp_path / 'no' / 'folder' / 'x.db'}", person_secret=SECRET)


def test_the_tables_are_plain_sql_for_postgresql() -> None:
    """The same tables compile for PostgreSQL, with rows that number themselves."""
    dialect = PGDialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    ddl = [str(CreateTable(table).compile(dialect=dialect)) for table in METADATA.sorted_tables]
    assert any("BIGSERIAL" in statement for statement in ddl)


def test_a_person_key_tells_kinds_of_numbers_apart() -> None:
    """A passport that looks like a citizen number is another person."""
    keys = MatterKeys(SECRET)
    lao = keys.of_person(Passport(number="TEST00001", issuing_state="LAO"))
    assert lao != keys.of_person(Passport(number="TEST00001", issuing_state="MMR"))
    assert lao != keys.of_person(CitizenId("1999000000017"))
    assert "secret" not in repr(keys).replace("MatterKeys", "")
