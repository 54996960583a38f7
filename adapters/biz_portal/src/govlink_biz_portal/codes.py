"""Biz Portal's words for applicants, states and turns, and what a sound update looks like."""

from __future__ import annotations

from collections.abc import Mapping

from govlink.errors import Fault, Problem, RejectedError
from govlink.models.identity import CitizenId, JuristicId, Passport
from govlink.models.portal import CaseState, WaitingFor

from .settings import PLATFORM

__all__ = ["STATE_WORDS", "TERMINAL", "TURN_WORDS", "identity_of", "lint_update"]

NO_FOREIGN_ID = Fault(
    "biz_portal.no_foreign_id",
    en="the setting foreign_id says that cases of foreigners are not sent",
    th="ค่าตั้ง foreign_id กำหนดไม่ให้ส่งคำขอของชาวต่างชาติ",
)
TERMINAL_TURN = Fault(
    "biz_portal.terminal_turn",
    en="a case in state {state} is finished, so nobody is waited for",
    th="คำขอสถานะ {state} สิ้นสุดแล้ว ต้องไม่มีผู้ใดต้องดำเนินการต่อ",
)
OPEN_WITHOUT_TURN = Fault(
    "biz_portal.open_without_turn",
    en="a case in state {state} is not finished, so somebody must be waited for",
    th="คำขอสถานะ {state} ยังไม่สิ้นสุด ต้องระบุว่ารอผู้ใดดำเนินการ",
)
TERMINAL_LEFT = Fault(
    "biz_portal.terminal_left",
    en="a case that ended in {previous} cannot go on to {state}",
    th="คำขอที่สิ้นสุดด้วยสถานะ {previous} แล้ว ไม่สามารถเปลี่ยนเป็น {state}",
)

STATE_WORDS: Mapping[CaseState, str] = {
    CaseState.CHECKING: "CHECK",
    CaseState.CONSIDERING: "PENDING",
    CaseState.FEE_DUE: "APPROVED_WAITING_PAY_FEE",
    CaseState.ISSUING: "PAID_FEE_CREATING_LICENSE",
    CaseState.COMPLETED: "COMPLETED",
    CaseState.REJECTED: "REJECTED",
}
"""``Status`` of an update (documented: DGA knowledge base, biz/2)."""

TURN_WORDS: Mapping[WaitingFor, str] = {
    WaitingFor.AGENCY: "WAITING_AGENT_WORKING",
    WaitingFor.APPLICANT: "WAITING_USER_WORKING",
    WaitingFor.NOBODY: "DONE",
}
"""``StatusOther`` of an update (documented: DGA knowledge base, biz/2)."""

TERMINAL = frozenset({CaseState.COMPLETED, CaseState.REJECTED})


def identity_of(applicant: CitizenId | JuristicId | Passport, *, foreign_id: str | None) -> tuple[str, str]:
    """``IdentityId`` and ``IdentityType`` as import and update take them.

    The three words are documented; which number a foreigner has is not, so it is the setting
    ``foreign_id``, by default the passport's (modelled).

    Raises:
        RejectedError: the applicant is a foreigner and ``foreign_id`` is None.
    """
    match applicant:
        case CitizenId():
            return applicant.value, "Citizen"
        case JuristicId():
            return applicant.value, "Juristic"
        case Passport():
            if foreign_id is None:
                raise RejectedError(NO_FOREIGN_ID, platform=PLATFORM)
            return applicant.number, "Foreigner"


def lint_update(
    *, state: CaseState, waiting_for: WaitingFor, previous: CaseState | None = None
) -> tuple[Problem, ...]:
    """What is wrong with an update by rules of ours (modelled); empty when it is sound.

    Exactly the finished states have nobody to wait for, and a finished case stays as it ended.
    ``previous`` is the state before, where the caller knows it: the portal has no call to ask.
    Pointers lead into the body of ``applicationrequest/update``.
    """
    words = (("state", STATE_WORDS[state]),)
    problems: list[Problem] = []
    if state in TERMINAL and waiting_for is not WaitingFor.NOBODY:
        problems.append(Problem(pointer="/StatusOther", fault=TERMINAL_TURN, values=words))
    if state not in TERMINAL and waiting_for is WaitingFor.NOBODY:
        problems.append(Problem(pointer="/StatusOther", fault=OPEN_WITHOUT_TURN, values=words))
    if previous in TERMINAL and state is not previous:
        values = (*words, ("previous", STATE_WORDS[previous]))
        problems.append(Problem(pointer="/Status", fault=TERMINAL_LEFT, values=values))
    return tuple(problems)
