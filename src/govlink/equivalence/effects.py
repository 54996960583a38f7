"""What must happen outside after each event: planned here as data, performed elsewhere.

An effect names the petition and what to do, never a person: whoever performs it reads the petition.
Its key is unique for ever, so that doing it twice can be recognised as the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from ..models.identity import CitizenId
from ..models.petition import Channel
from ..models.portal import CaseState, WaitingFor
from .application import Application
from .events import Event, IntakeAccepted, RefusalSigned
from .outbox import PlannedEffect
from .petition import Petition
from .states import State

__all__ = ["CASE_STATES", "EffectKind", "case_key", "effects_of"]


class EffectKind(StrEnum):
    """What is to be done, by the interface that does it."""

    CONFIRM_PERSON = "confirm_person"
    """Look the applicant up in the civil registry."""
    CHECK_LASER_CODE = "check_laser_code"
    """Ask whether the identity card is the applicant's and still good."""
    FETCH_AGENT_CERTIFICATE = "fetch_agent_certificate"
    """Fetch the company certificate of the organisation that filed."""
    ISSUE = "issue"
    """Make the certificate that was approved."""
    NOTE_REFUSAL = "note_refusal"
    """Record that the applicant was told of the refusal, from which the appeal period runs.

    Its payload's ``told_by`` names the effects that tell, parted by spaces.
    """
    REPORT_STATE = "report_state"
    """Tell the system the petition was filed in."""
    NOTIFY = "notify"
    """Tell the applicant through the portal."""
    OPEN_CASE = "open_case"
    """Show the case to the organisation that filed, on the business portal."""
    UPDATE_CASE = "update_case"
    """Show it the case's new state."""


REPORTED = frozenset(
    {
        State.INTAKE,
        State.RETURNED,
        State.AWAIT_PAYMENT,
        State.REVIEW,
        State.ISSUED,
        State.REFUSED,
        State.REDIRECTED,
        State.LAPSED,
        State.WITHDRAWN,
        State.REVOKED,
    }
)
"""States told to the filing system. SIGNOFF and APPROVED are the office's own affair until issued."""

NOTIFIED = REPORTED - {State.INTAKE, State.REVIEW, State.WITHDRAWN}
"""States the applicant is told of: those in which something is asked or decided."""

CASE_STATES: dict[State, tuple[CaseState, WaitingFor]] = {
    State.INTAKE: (CaseState.CHECKING, WaitingFor.AGENCY),
    State.RETURNED: (CaseState.CHECKING, WaitingFor.APPLICANT),
    State.AWAIT_PAYMENT: (CaseState.FEE_DUE, WaitingFor.APPLICANT),
    State.REVIEW: (CaseState.CONSIDERING, WaitingFor.AGENCY),
    State.ISSUED: (CaseState.COMPLETED, WaitingFor.NOBODY),
    State.REFUSED: (CaseState.REJECTED, WaitingFor.NOBODY),
    State.REDIRECTED: (CaseState.REJECTED, WaitingFor.NOBODY),
    State.LAPSED: (CaseState.REJECTED, WaitingFor.NOBODY),
    State.WITHDRAWN: (CaseState.REJECTED, WaitingFor.NOBODY),
    State.REVOKED: (CaseState.REJECTED, WaitingFor.NOBODY),
}
"""How a petition's state reads on the business portal; our reading of its six words."""

_SEEN_AS_REVIEW = frozenset({State.SOURCE_CHECK, State.SIGNOFF})
"""States that are still the review to everybody outside: coming back from them is no news."""


def case_key(petition_id: str) -> str:
    """The key of the one effect that opens the petition's case on the business portal."""
    return f"{petition_id}:{EffectKind.OPEN_CASE.value}"


def effects_of(petition: Petition, events: tuple[Event, ...]) -> tuple[PlannedEffect, ...]:
    """The effects that ``events``, the newest of ``petition``, bring about, in the order to do them."""
    first = petition.version - len(events) + 1
    return tuple(
        effect for i, event in enumerate(events) for effect in _of_event(petition, event, version=first + i)
    )


def _of_event(petition: Petition, event: Event, *, version: int) -> Iterator[PlannedEffect]:
    def plan(kind: EffectKind, **payload: str) -> PlannedEffect:
        return PlannedEffect(kind=kind.value, key=f"{petition.id}:{version}:{kind.value}", payload=payload)

    application = petition.application
    if isinstance(event, IntakeAccepted) and application is not None:
        yield from (plan(kind) for kind in _evidence(application))
        if application.agent is not None:
            yield PlannedEffect(kind=EffectKind.OPEN_CASE.value, key=case_key(petition.id), payload={})
    if event.now is State.APPROVED and event.was is not event.now:  # signed, or granted on appeal
        yield plan(EffectKind.ISSUE)
    told = tuple(plan(kind, **payload) for kind, payload in _of_move(petition, event))
    yield from told
    # Without an effect that tells, the office tells by letter, and an officer records the day.
    if isinstance(event, RefusalSigned) and told:
        yield plan(EffectKind.NOTE_REFUSAL, told_by=" ".join(effect.key for effect in told))


def _of_move(petition: Petition, event: Event) -> Iterator[tuple[EffectKind, dict[str, str]]]:
    """Who is told of a new state: the filing system, the applicant, the organisation that filed."""
    application, state = petition.application, event.now
    if event.was is state or (state is State.REVIEW and event.was in _SEEN_AS_REVIEW):
        return
    if petition.channel is Channel.E_OCS and state in REPORTED:
        yield EffectKind.REPORT_STATE, {"state": state.value, "at": event.at.isoformat()}
    if application is None:
        return
    if application.applicant.portal_user_id and state in NOTIFIED:
        yield EffectKind.NOTIFY, {"state": state.value}
    # The opening already says that it is being checked; the portal needs no second word for it.
    opened = isinstance(event, IntakeAccepted)
    if application.agent is not None and state in CASE_STATES and not opened:
        yield EffectKind.UPDATE_CASE, {"state": state.value}


def _evidence(application: Application) -> Iterator[EffectKind]:
    """What registers are asked for: a citizen's record, the card when it can be asked about, the agent."""
    applicant = application.applicant
    if isinstance(applicant.identity, CitizenId):
        yield EffectKind.CONFIRM_PERSON
        if applicant.laser_code and applicant.birth_date is not None:  # the register wants both
            yield EffectKind.CHECK_LASER_CODE
    if application.agent is not None:
        yield EffectKind.FETCH_AGENT_CERTIFICATE
