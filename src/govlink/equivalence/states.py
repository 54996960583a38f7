"""The states of a petition, what the applicant reads, and whether the office's clock runs.

All modelled: E-OCS publishes neither its states nor their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..models.mark import Mark

__all__ = ["DECIDED_STATES", "OPEN_STATES", "STATES", "TERMINAL_STATES", "Clock", "State", "StateInfo"]


class State(StrEnum):
    """Where a petition stands."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    INTAKE = "INTAKE"
    RETURNED = "RETURNED"
    AWAIT_PAYMENT = "AWAIT_PAYMENT"
    SOURCE_CHECK = "SOURCE_CHECK"
    REVIEW = "REVIEW"
    SIGNOFF = "SIGNOFF"
    APPROVED = "APPROVED"
    ISSUED = "ISSUED"
    DELIVERED = "DELIVERED"
    REFUSED = "REFUSED"
    REDIRECTED = "REDIRECTED"
    APPEALED = "APPEALED"
    WITHDRAWN = "WITHDRAWN"
    LAPSED = "LAPSED"
    REVOKED = "REVOKED"


class Clock(StrEnum):
    """Whose time passes in a state."""

    OFF = "off"
    WORKING = "working"
    """The office's: it counts against a service target."""
    STOPPED = "stopped"
    """Somebody else's: the applicant's, or the source's that was asked."""
    APPEAL = "appeal"
    """The appeal's own period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateInfo:
    """What is told about a state. A terminal state is left only by the few moves that reopen it."""

    label_th: str
    label_en: str
    clock: Clock
    terminal: bool = False
    mark: Mark = Mark.MODELLED


def _info(label_th: str, label_en: str, clock: Clock) -> StateInfo:
    return StateInfo(label_th=label_th, label_en=label_en, clock=clock)


def _end(label_th: str, label_en: str) -> StateInfo:
    return StateInfo(label_th=label_th, label_en=label_en, clock=Clock.OFF, terminal=True)


STATES = {
    State.DRAFT: _info("ฉบับร่าง", "draft", Clock.OFF),
    State.SUBMITTED: _info("ยื่นคำร้องแล้ว", "submitted", Clock.WORKING),
    State.INTAKE: _info("ตรวจความครบถ้วน", "checked for completeness", Clock.WORKING),
    State.RETURNED: _info("รอผู้ยื่นแก้ไขหรือส่งเอกสารเพิ่ม", "waiting for the applicant", Clock.STOPPED),
    State.AWAIT_PAYMENT: _info("รอชำระค่าธรรมเนียม", "waiting for the fee", Clock.STOPPED),
    State.SOURCE_CHECK: _info("รอผลตรวจสอบจากต้นทาง", "waiting for the source", Clock.STOPPED),
    State.REVIEW: _info("อยู่ระหว่างพิจารณา", "under review", Clock.WORKING),
    State.SIGNOFF: _info("เสนอผู้มีอำนาจลงนาม", "before the signer", Clock.WORKING),
    State.APPROVED: _info("อนุมัติ", "approved", Clock.WORKING),
    State.ISSUED: _info("ออกเอกสารแล้ว", "document issued", Clock.OFF),
    State.DELIVERED: _end("รับเอกสารแล้ว", "document delivered"),
    State.REFUSED: _end("ไม่อนุมัติ", "refused"),
    State.REDIRECTED: _end("แนะนำหน่วยงานที่รับผิดชอบ", "sent to the office in charge"),
    State.APPEALED: _info("อยู่ระหว่างอุทธรณ์", "under appeal", Clock.APPEAL),
    State.WITHDRAWN: _end("ถอนคำร้อง", "withdrawn"),
    State.LAPSED: _end("ยุติเรื่อง (พ้นกำหนด)", "closed, time ran out"),
    State.REVOKED: _end("เพิกถอนเอกสาร", "document revoked"),
}
"""Every state; the labels are proposals."""

TERMINAL_STATES = frozenset(state for state, info in STATES.items() if info.terminal)
"""States that nothing but an appeal, a correction or a revocation leaves."""

OPEN_STATES = frozenset(State) - TERMINAL_STATES - {State.DRAFT, State.ISSUED}
"""States in which the matter is pending, so that no second petition about it is taken."""

DECIDED_STATES = frozenset({State.APPROVED, State.REFUSED, State.REDIRECTED, State.WITHDRAWN, State.LAPSED})
"""States in which the office is done with the petition for the first time."""
