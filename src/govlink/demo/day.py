"""A day at the office: petitions come in, registers answer, people act, everybody is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from ..client import Client
from ..equivalence.bangkok import bangkok_day
from ..equivalence.form import read_service
from ..equivalence.petition import Petition
from ..equivalence.service import PetitionDesk
from ..equivalence.states import State
from ..errors import ConflictError, GovlinkError, Problem, RejectedError
from ..models.petition import Channel, FiledPetition
from ..office import EquivalenceOffice
from .officers import Cast
from .stage import Stage

__all__ = ["Day", "FormRefusal"]

_ACTIVE = frozenset({State.INTAKE, State.RETURNED, State.REVIEW, State.SOURCE_CHECK, State.SIGNOFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRefusal:
    """A petition refused at the form. ``outcome`` is ``form_refused`` or ``duplicate``."""

    reference: str
    service: str
    outcome: str
    error: GovlinkError
    problems: tuple[Problem, ...]


class Day:
    """Works one day after another; remembers which petitions are still open."""

    def __init__(
        self, *, office: EquivalenceOffice, desk: PetitionDesk, stage: Stage, client: Client, seed: int
    ) -> None:
        self._office = office
        self._desk = desk
        self._stage = stage
        self._client = client
        self._cast = Cast(seed=seed)
        self._open: dict[str, Petition] = {}
        self._fresh: list[str] = []
        self._refusals: list[FormRefusal] = []
        self.effects_failed = 0

    @property
    def refusals(self) -> tuple[FormRefusal, ...]:
        """Petitions refused at the form so far."""
        return tuple(self._refusals)

    def work(self, filed_today: tuple[FiledPetition, ...], *, advance: Callable[[int], None]) -> None:
        """One day from the first filing to the last effect."""
        self._stage.file_on_eocs([f for f in filed_today if f.channel is Channel.E_OCS])
        intake = self._office.take_in_filed()
        self._fresh += [petition.id for petition in intake.taken]
        for refusal in intake.refused:
            self._note(refusal.filed, refusal.error)
        advance(len(intake.taken) + len(intake.refused))
        for filed in filed_today:
            if filed.channel is not Channel.E_OCS:
                self._take_in(self._with_identity(filed))
                advance(1)
        self._effects()
        self._act(today=bangkok_day(self._office.now()))
        self._effects()

    def _with_identity(self, filed: FiledPetition) -> FiledPetition:
        """The petition of somebody who came through ทางรัฐ, under the identity the portal vouches for."""
        launch = self._stage.open_mini_app(filed)
        identity = self._client.identify(launch)
        form = {**filed.form, "portal_user_id": identity.portal_user_id}
        if identity.citizen_id is not None:
            form["citizen_id"] = identity.citizen_id.value
        return replace(filed, form=form)

    def _take_in(self, filed: FiledPetition) -> None:
        """Take in a petition from the service's own page, which tells a refusal at once."""
        try:
            petition = self._office.take_in(filed)
        except (RejectedError, ConflictError) as error:
            self._note(filed, error)
        else:
            self._fresh.append(petition.id)

    def _note(self, filed: FiledPetition, error: GovlinkError) -> None:
        refusal = FormRefusal(
            reference=filed.reference,
            service=_service_code(filed),
            outcome="duplicate" if isinstance(error, ConflictError) else "form_refused",
            error=error,
            problems=error.problems,
        )
        self._refusals.append(refusal)

    def _effects(self) -> None:
        self.effects_failed += self._office.perform_effects().failed

    def _act(self, *, today: date) -> None:
        """Let people act on every open petition until nobody has anything more to do today."""
        # Registers have answered since these were taken in; nothing but people changes the others.
        fresh = {petition_id: self._desk.petition(petition_id) for petition_id in self._fresh}
        self._fresh.clear()
        for petition in ({**self._open, **fresh}).values():
            while (command := self._cast.next_command(petition, today=today)) is not None:
                petition = self._desk.handle(petition.id, command)
            if petition.state in _ACTIVE:
                self._open[petition.id] = petition
            else:
                self._open.pop(petition.id, None)


def _service_code(filed: FiledPetition) -> str:
    try:
        return read_service(filed.service).value
    except RejectedError:
        return "unknown"
