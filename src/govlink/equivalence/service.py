"""The desk: loads a petition, decides a command, appends what follows. Synchronous and small."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

from ..errors import Fault, NotFoundError
from ..flow import Context
from ..models.petition import Channel, FiledPetition
from .actors import SYSTEM, Actor, Role
from .commands import AcceptIntake, Command, Create, Submit
from .decide import decide
from .events import Event
from .form import read_application
from .outbox import EffectsOf, PlannedEffect, no_effects
from .petition import Petition, apply, replay
from .procedure import Procedure
from .rules import NO_FACTS, Facts
from .states import State

__all__ = ["PetitionDesk", "PetitionLog", "petition_id_of"]

PETITION_UNKNOWN = Fault(
    "equivalence.petition_unknown", en="there is no petition with this id", th="ไม่พบคำร้องตามรหัสนี้"
)


class PetitionLog(Protocol):
    """What the desk needs of a store; ``govlink.equivalence.store.EventStore`` is one."""

    def append(
        self,
        stream: str,
        *,
        expected_version: int,
        events: Sequence[Event],
        effects: Sequence[PlannedEffect] = (),
    ) -> int:
        """Add events and effects to a stream that is at that version."""
        ...

    def load(self, stream: str) -> tuple[Event, ...]:
        """Every event of a stream in order."""
        ...


def petition_id_of(*, channel: Channel, reference: str) -> str:
    """The id of the petition that was filed under this reference: filing twice names one petition."""
    digest = hashlib.sha256(f"{channel.value}\x1f{reference}".encode()).digest()
    return f"petition-{base64.b32encode(digest).decode().lower()[:26]}"


class PetitionDesk:
    """Carries commands to petitions.

    Args:
        store: Where the events are kept.
        procedure: How the office runs the procedure.
        context_factory: Gives a fresh context, with fresh randomness, for each command.
        effects_of: Plans what must happen outside after new events.
    """

    def __init__(
        self,
        store: PetitionLog,
        *,
        procedure: Procedure,
        context_factory: Callable[[], Context] = Context.system,
        effects_of: EffectsOf = no_effects,
    ) -> None:
        self._store = store
        self._procedure = procedure
        self._context_factory = context_factory
        self._effects_of = effects_of

    def petition(self, stream: str) -> Petition:
        """The petition as it stands.

        Raises:
            NotFoundError: there is none with this id.
        """
        petition = replay(self._store.load(stream))
        if petition is None:
            raise NotFoundError(PETITION_UNKNOWN)
        return petition

    def handle(self, stream: str, command: Command) -> Petition:
        """Decide one command and append what follows.

        Raises:
            RejectedError, ConflictError: as ``decide`` and the store say; nothing was written.
            UnavailableError: the database failed; nothing was written.
        """
        return self._handle_all(stream, replay(self._store.load(stream)), (command,))

    def take_in(self, filed: FiledPetition, *, facts: Facts = NO_FACTS) -> Petition:
        """Open and submit a filed petition in one step; taking it in again changes nothing.

        Raises:
            RejectedError: the form cannot be read; the problems say where.
            ConflictError: the person has an open petition for the same matter.
            UnavailableError: the database failed; nothing was written.
        """
        stream = petition_id_of(channel=filed.channel, reference=filed.reference)
        known = replay(self._store.load(stream))
        if known is not None:
            return known
        application = read_application(filed)
        filer = Actor(role=Role.APPLICANT if application.agent is None else Role.AGENT, id=stream)
        create = Create(
            actor=filer,
            petition_id=stream,
            service=application.service,
            channel=filed.channel,
            reference=filed.reference,
        )
        submit = Submit(actor=filer, application=application, facts=facts)
        return self._handle_all(stream, None, (create, submit, AcceptIntake(actor=SYSTEM)))

    def _handle_all(self, stream: str, petition: Petition | None, commands: tuple[Command, ...]) -> Petition:
        version = petition.version if petition else 0
        context = self._context_factory()
        events: tuple[Event, ...] = ()
        for command in commands:
            if events and petition is not None and petition.state is State.REDIRECTED:
                break
            for event in decide(petition, command, context=context, procedure=self._procedure):
                petition = apply(petition, event)
                events += (event,)
        if petition is None:
            raise NotFoundError(PETITION_UNKNOWN)
        if events:
            effects = self._effects_of(petition, events)
            self._store.append(stream, expected_version=version, events=events, effects=effects)
        return petition
