"""Who may ask what of a petition in which state: the state machine as a table.

``step`` numbers the transitions; they are modelled, because E-OCS publishes no procedure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import ConflictError, Fault, RejectedError
from .actors import Actor, Role
from .commands import (
    AcceptIntake,
    AllowAppeal,
    Appeal,
    AskSource,
    Command,
    CompleteIntake,
    Correct,
    Create,
    Deliver,
    DismissAppeal,
    ExpirePayment,
    ForwardAppeal,
    Issue,
    NotifyRefusal,
    PassDue,
    Propose,
    RecordEvidence,
    RecordPayment,
    RecordSource,
    Redirect,
    RequestFee,
    RequestFix,
    Resubmit,
    Revoke,
    SendBack,
    SignApproval,
    SignRefusal,
    Submit,
    Withdraw,
)
from .states import State

__all__ = ["GUARDS", "Guard", "check_role", "check_state"]

NOT_IN_STATE = Fault(
    "equivalence.not_in_state",
    en="{command} is not possible while the petition is {state}",
    th="ดำเนินการ {command} ไม่ได้ เพราะคำร้องอยู่ในสถานะ {state}",
)
ROLE_REFUSED = Fault(
    "equivalence.role_refused",
    en="{command} is not for a {role}",
    th="ผู้มีบทบาท {role} ไม่มีสิทธิ์ดำเนินการ {command}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """From which states a command is taken, and from whom."""

    step: str
    states: frozenset[State]
    roles: frozenset[Role]


def _guard(step: str, states: set[State], roles: set[Role]) -> Guard:
    return Guard(step=step, states=frozenset(states), roles=frozenset(roles))


_S, _R = State, Role
_FILER = {_R.APPLICANT, _R.AGENT}
_DESK = {_R.OFFICER, _R.SYSTEM}
_BEFORE_DECISION = {
    _S.SUBMITTED,
    _S.INTAKE,
    _S.RETURNED,
    _S.AWAIT_PAYMENT,
    _S.SOURCE_CHECK,
    _S.REVIEW,
    _S.SIGNOFF,
}
_EVIDENCE_MATTERS = _BEFORE_DECISION - {_S.SIGNOFF}  # the signer sees what the maker saw

GUARDS: Mapping[type[Command], Guard] = {
    Create: _guard("T1", set(), _FILER),
    Submit: _guard("T2, T3", {_S.DRAFT}, _FILER),
    AcceptIntake: _guard("T4", {_S.SUBMITTED}, _DESK),
    RecordEvidence: _guard("evidence", _EVIDENCE_MATTERS, _DESK),
    RequestFix: _guard("T5", {_S.INTAKE}, {_R.OFFICER}),
    Resubmit: _guard("T6", {_S.RETURNED}, _FILER),
    PassDue: _guard("T7", {_S.RETURNED}, {_R.TIMER}),
    RequestFee: _guard("T8a", {_S.INTAKE}, _DESK),
    RecordPayment: _guard("T8b", {_S.AWAIT_PAYMENT}, {_R.SYSTEM}),
    ExpirePayment: _guard("T8c", {_S.AWAIT_PAYMENT}, {_R.TIMER}),
    CompleteIntake: _guard("T9", {_S.INTAKE}, {_R.OFFICER}),
    Redirect: _guard("T10", {_S.INTAKE, _S.REVIEW}, {_R.OFFICER}),
    AskSource: _guard("T11a", {_S.REVIEW}, {_R.OFFICER}),
    RecordSource: _guard("T11b", {_S.SOURCE_CHECK}, _DESK),
    Propose: _guard("T12", {_S.REVIEW}, {_R.OFFICER}),
    SignApproval: _guard("T13", {_S.SIGNOFF}, {_R.SIGNER}),
    SignRefusal: _guard("T14", {_S.SIGNOFF}, {_R.SIGNER}),
    SendBack: _guard("T15", {_S.SIGNOFF}, {_R.SIGNER}),
    Issue: _guard("T16", {_S.APPROVED}, {_R.SYSTEM}),
    Deliver: _guard("T17", {_S.ISSUED}, _DESK),
    NotifyRefusal: _guard("notice", {_S.REFUSED}, _DESK),
    Appeal: _guard("T18", {_S.REFUSED}, _FILER),
    ForwardAppeal: _guard("T19", {_S.APPEALED}, {_R.AUTHORITY}),
    AllowAppeal: _guard("T19a", {_S.APPEALED}, {_R.AUTHORITY}),
    DismissAppeal: _guard("T19b", {_S.APPEALED}, {_R.AUTHORITY}),
    Withdraw: _guard("T20", {_S.DRAFT, *_BEFORE_DECISION}, _FILER),
    Correct: _guard("T21", {_S.ISSUED, _S.DELIVERED}, {_R.OFFICER}),
    Revoke: _guard("T22", {_S.ISSUED, _S.DELIVERED}, {_R.SIGNER}),
}
"""Every command's guard."""


def check_role(command: Command, actor: Actor) -> None:
    """Raise unless the actor's role may ask this.

    Raises:
        RejectedError: it may not.
    """
    if actor.role not in GUARDS[type(command)].roles:
        raise RejectedError(ROLE_REFUSED, command=type(command).__name__, role=actor.role.value)


def check_state(command: Command, state: State) -> None:
    """Raise unless the command is taken in this state.

    Raises:
        ConflictError: it is not; somebody may have moved the petition on.
    """
    if state not in GUARDS[type(command)].states:
        raise ConflictError(NOT_IN_STATE, command=type(command).__name__, state=state.value)
