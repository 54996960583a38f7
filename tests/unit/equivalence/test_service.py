"""The desk: loads, decides, appends, plans effects."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from govlink.equivalence import commands as c
from govlink.equivalence.actors import SYSTEM
from govlink.equivalence.application import Agent
from govlink.equivalence.events import Event, Outcome
from govlink.equivalence.outbox import PlannedEffect
from govlink.equivalence.petition import Petition
from govlink.equivalence.procedure import Procedure
from govlink.equivalence.rules import Facts, Finding
from govlink.equivalence.service import PetitionDesk, petition_id_of
from govlink.equivalence.states import State
from govlink.equivalence.store import EventStore
from govlink.errors import ConflictError, NotFoundError, RejectedError
from govlink.models.petition import Channel

from .cases import APPLICANT, OFFICER, SIGNER, at, filed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    """An open store."""
    with EventStore(f"sqlite:///{tmp_path / 'p.db'}", person_secret=b"a secret of the tests") as opened:
        yield opened


def planned(petition: Petition, events: tuple[Event, ...]) -> tuple[PlannedEffect, ...]:
    """One effect for each event."""
    first = petition.version - len(events) + 1
    return tuple(
        PlannedEffect(kind=type(event).__name__, key=f"{petition.id}:{version}", payload={})
        for version, event in enumerate(events, start=first)
    )


def desk(store: EventStore) -> PetitionDesk:
    """A desk in a context that stands still."""
    return PetitionDesk(store, procedure=Procedure(), context_factory=at, effects_of=planned)


def test_a_filed_petition_is_taken_in_once(store: EventStore) -> None:
    """Opened, submitted and accepted in one transaction; the second time nothing happens."""
    petition = desk(store).take_in(filed())
    assert (petition.state, petition.version) == (State.INTAKE, 3)
    assert desk(store).take_in(filed()) == petition
    assert [effect.kind for effect in store.effects()] == ["Created", "Submitted", "IntakeAccepted"]
    assert store.streams() == (petition.id,)


def test_out_of_scope_stops_after_the_redirect(store: EventStore) -> None:
    """There is nothing to accept of a petition that belongs elsewhere."""
    petition = desk(store).take_in(filed(purpose="higher_education"))
    assert (petition.state, petition.version) == (State.REDIRECTED, 2)


def test_a_refused_form_leaves_nothing(store: EventStore) -> None:
    """Neither an unreadable form nor a duplicate opens a petition."""
    with pytest.raises(RejectedError):
        desk(store).take_in(filed(citizen_id="1999000000018"))
    desk(store).take_in(filed())
    for again in (replace(filed(), reference="EOCS-2"), replace(filed(), channel=Channel.COUNTER)):
        with pytest.raises(ConflictError):
            desk(store).take_in(again)
    assert len(store.streams()) == 1
    assert len(store.effects()) == 3


def test_a_petition_is_carried_to_its_certificate(store: EventStore) -> None:
    """Each command loads, decides and appends; the store gives the same petition back."""
    office = desk(store)
    stream = office.take_in(filed(), facts=Facts(identity=Finding.CONFIRMED)).id
    office.handle(stream, c.CompleteIntake(actor=OFFICER))
    office.handle(stream, c.Propose(actor=OFFICER, outcome=Outcome.APPROVE))
    office.handle(stream, c.SignApproval(actor=SIGNER))
    issued = office.handle(stream, c.Issue(actor=SYSTEM))
    assert issued.state is State.ISSUED
    assert office.petition(stream) == issued
    assert len(store.effects()) == issued.version


def test_a_refused_command_writes_nothing(store: EventStore) -> None:
    """The log and the outbox stay as they were."""
    office = desk(store)
    stream = office.take_in(filed()).id
    with pytest.raises(ConflictError):
        office.handle(stream, c.Issue(actor=SYSTEM))
    assert office.petition(stream).version == 3
    with pytest.raises(RejectedError):
        office.handle("nowhere", c.Withdraw(actor=APPLICANT))
    with pytest.raises(NotFoundError):
        office.petition("nowhere")


def test_somebody_elses_change_is_noticed(store: EventStore) -> None:
    """Between loading and appending another machine may act; then this command must be repeated."""
    office = desk(store)
    stream = office.take_in(filed()).id

    class Stale:
        def load(self, name: str) -> tuple[Event, ...]:
            return store.load(name)[:2]

        append = store.append

    with pytest.raises(ConflictError) as caught:
        PetitionDesk(Stale(), procedure=Procedure()).handle(stream, c.AcceptIntake(actor=SYSTEM))
    assert caught.value.code == "equivalence.stale_version"


def test_an_agent_is_recorded_as_one(store: EventStore) -> None:
    """Who files for another is not the applicant; and no number becomes an actor's id."""
    petition = desk(store).take_in(filed(agent_juristic_id="0999000000001"))
    assert petition.application is not None
    assert isinstance(petition.application.agent, Agent)
    actors = {(event.actor.role.value, event.actor.id) for event in store.load(petition.id)}
    assert actors == {("agent", petition.id), ("system", "govlink")}


def test_the_id_of_a_petition_follows_from_where_it_was_filed() -> None:
    """The same reference in two systems names two petitions; every id can be an actor's."""
    ids = {petition_id_of(channel=channel, reference=f"R-{n}") for channel in Channel for n in range(200)}
    assert len(ids) == 200 * len(Channel)
    assert all(replace(APPLICANT, id=name).id == name for name in ids)


def test_importing_the_package_loads_no_database() -> None:
    """Only the store needs SQLAlchemy."""
    modules = ["decide", "service", "effects", "codec", "form", "intake_file", "synthetic", "procedure"]
    code = "import sys\nimport govlink.equivalence\n" + "".join(
        f"import govlink.equivalence.{name}\n" for name in modules
    )
    code += "print(sorted({'sqlalchemy', 'httpx', 'duckdb', 'starlette'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
