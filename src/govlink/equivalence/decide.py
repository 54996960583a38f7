"""Deciding a command: pure, and the only place where events begin."""

from __future__ import annotations

from ..errors import ConflictError, Fault, RejectedError
from ..flow import Context
from .aftermath import aftermath_events
from .commands import AfterCommand, Command, Create, RecordPayment, ReviewCommand
from .events import Created, Event, Move
from .filing import filing_events
from .guards import check_role, check_state
from .petition import Petition
from .procedure import Procedure
from .review import review_events
from .states import State
from .step import Step

__all__ = ["decide"]

ALREADY_OPENED = Fault(
    "equivalence.already_opened", en="this petition was opened before", th="เปิดคำร้องนี้ไว้ก่อนแล้ว"
)
NOT_OPENED = Fault("equivalence.not_opened", en="there is no such petition", th="ไม่พบคำร้องนี้")


def decide(
    petition: Petition | None, command: Command, *, context: Context, procedure: Procedure | None = None
) -> tuple[Event, ...]:
    """The events that follow from a command; none when it is a repetition that changes nothing.

    Time never runs backwards in a petition: an event is at least as late as the one before, even when
    the machines' clocks disagree.

    Raises:
        RejectedError: the role may not ask this, or what is asked is incomplete.
        ConflictError: the petition is not in a state for it, a period is over, or the person has an
            open petition for the same matter.
    """
    check_role(command, command.actor)
    if isinstance(command, Create):
        return _create(petition, command, context=context)
    if petition is None:
        raise RejectedError(NOT_OPENED)
    if _is_paid_already(petition, command):
        return ()
    check_state(command, petition.state)
    step = Step(
        petition=petition,
        actor=command.actor,
        at=max(context.now(), petition.changed_at),
        procedure=procedure or Procedure(),
        context=context,
    )
    if isinstance(command, ReviewCommand):
        return review_events(command, step)
    if isinstance(command, AfterCommand):
        return aftermath_events(command, step)
    return filing_events(command, step)


def _create(petition: Petition | None, command: Create, *, context: Context) -> tuple[Event, ...]:
    if petition is not None:
        raise ConflictError(ALREADY_OPENED)
    return (
        Created(
            move=Move(at=context.now(), actor=command.actor, was=None, now=State.DRAFT),
            petition_id=command.petition_id,
            service=command.service,
            channel=command.channel,
            reference=command.reference,
        ),
    )


def _is_paid_already(petition: Petition, command: Command) -> bool:
    """Payment platforms call back more than once about one payment."""
    return isinstance(command, RecordPayment) and command.payment_reference == petition.paid_reference
