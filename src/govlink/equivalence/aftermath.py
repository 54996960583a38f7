"""After the decision: the certificate, its correction and revocation, and the appeal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from ..errors import ConflictError, Fault, RejectedError
from .application import CertificateReissue, EquivalenceReissue
from .bangkok import bangkok_day
from .certificate import CertificateRecord, new_verify_code, record_sha256
from .commands import (
    AfterCommand,
    AllowAppeal,
    Appeal,
    Correct,
    Deliver,
    DismissAppeal,
    ForwardAppeal,
    Issue,
    NotifyRefusal,
    Revoke,
)
from .events import (
    AppealAllowed,
    AppealDismissed,
    Appealed,
    AppealForwarded,
    AppealNotice,
    Corrected,
    Delivered,
    Event,
    Issued,
    RefusalNotified,
    Revoked,
)
from .reasons import REASON_NEEDED, checked_reason
from .states import State
from .step import Step

__all__ = ["aftermath_events"]

NUMBER_INVALID = Fault(
    "equivalence.certificate_number_invalid",
    en="a certificate number has 1 to 64 characters",
    th="เลขที่เอกสารต้องมี 1 ถึง 64 ตัวอักษร",
)
NOTHING_TO_CORRECT = Fault(
    "equivalence.nothing_to_correct",
    en="the certificate already says this",
    th="เอกสารระบุข้อมูลนี้อยู่แล้ว",
)
NOTICE_DATE_INVALID = Fault(
    "equivalence.notice_date_invalid",
    en="the day of notification lies before the refusal or after today, or is recorded already",
    th="วันที่แจ้งคำสั่งอยู่ก่อนวันที่มีคำสั่ง อยู่หลังวันนี้ หรือบันทึกไว้แล้ว",
)
APPEAL_LATE = Fault(
    "equivalence.appeal_late",
    en="the {days} days for an appeal have passed",
    th="พ้นกำหนดอุทธรณ์ {days} วันแล้ว",
)
APPEAL_CLOSED = Fault(
    "equivalence.appeal_closed",
    en="an appeal was dismissed; there is no second one, the court is the way",
    th="ยกอุทธรณ์แล้ว อุทธรณ์ซ้ำไม่ได้ ให้ใช้สิทธิฟ้องคดีต่อศาลปกครอง",
)
APPEAL_STAGES_USED = Fault(
    "equivalence.appeal_stages_used",
    en="the superior's period and the one extension are used up",
    th="ใช้ระยะเวลาของผู้มีอำนาจพิจารณาและการขยายเวลาครบแล้ว",
)
_MOST_FORWARDS = 2  # to the superior, then one extension (section 45)


def aftermath_events(command: AfterCommand, step: Step) -> tuple[Event, ...]:
    """The events of a command that follows a decision."""
    match command:
        case Issue() | Correct():
            return (_certify(command, step),)
        case Deliver():
            return (Delivered(move=step.to(State.DELIVERED), means=command.means),)
        case Revoke():
            if not command.statement:
                raise RejectedError(REASON_NEEDED)
            reason_code = checked_reason(command.reason_code)
            move = step.to(State.REVOKED)
            return (Revoked(move=move, reason_code=reason_code, statement=command.statement),)
        case NotifyRefusal():
            return (_notify(command, step),)
        case _:
            return (_on_appeal(command, step),)


def _certify(command: Issue | Correct, step: Step) -> Event:
    verify_code = new_verify_code(step.context, label=step.label("verify_code"))
    move = step.to(State.ISSUED)
    if isinstance(command, Correct):
        before = step.petition.certificate
        assert before is not None  # an issued petition has a certificate
        if before.name_at_issue == command.name:
            raise RejectedError(NOTHING_TO_CORRECT)
        record = replace(
            before,
            version=before.version + 1,
            verify_code=verify_code,
            issued_on=step.today,
            name_at_issue=command.name,
        )
        return Corrected(
            move=move,
            version=record.version,
            verify_code=verify_code,
            issued_on=record.issued_on,
            sha256_hex=record_sha256(record),
            name=command.name,
        )
    record = _new_record(command, step, verify_code=verify_code)
    return Issued(
        move=move,
        number=record.number,
        verify_code=verify_code,
        issued_on=record.issued_on,
        sha256_hex=record_sha256(record),
        replaces=record.replaces,
    )


def _new_record(command: Issue, step: Step, *, verify_code: str) -> CertificateRecord:
    petition, scheme = step.petition, step.procedure.certificate_numbers
    assert petition.application is not None  # an approved petition was submitted,
    assert petition.number is not None  # numbered
    assert petition.level is not None  # and its level settled
    if command.number is not None and not 1 <= len(command.number.strip()) <= 64:
        raise RejectedError(NUMBER_INVALID)
    number = command.number or scheme.number(
        service=petition.service, on=step.today, context=step.context, label=step.label("certificate")
    )
    details = petition.application.details
    replaced = (
        details.certificate_number if isinstance(details, EquivalenceReissue | CertificateReissue) else None
    )
    return CertificateRecord(
        number=number,
        version=1,
        verify_code=verify_code,
        petition_number=petition.number,
        service=petition.service,
        level=petition.level,
        issued_on=step.today,
        name_at_issue=petition.application.applicant.name,
        replaces=replaced,
    )


def _notify(command: NotifyRefusal, step: Step) -> Event:
    refusal = step.petition.refusal
    assert refusal is not None  # a refused petition has its refusal
    refused_on = bangkok_day(refusal.at)
    known = step.petition.notified_on is not None
    if known or not refused_on <= command.notified_on <= step.today:
        raise RejectedError(NOTICE_DATE_INVALID)
    return RefusalNotified(move=step.stay(), notified_on=command.notified_on)


def _on_appeal(command: Appeal | ForwardAppeal | AllowAppeal | DismissAppeal, step: Step) -> Event:
    match command:
        case Appeal():
            return _appeal(command, step)
        case ForwardAppeal():
            if step.petition.appeal_forwards >= _MOST_FORWARDS:
                raise ConflictError(APPEAL_STAGES_USED)
            due = step.petition.appeal_answer_by or step.today
            answer_by = due + timedelta(days=step.procedure.appeal_answer_days)
            return AppealForwarded(move=step.stay(), answer_by=answer_by)
        case AllowAppeal():
            state = State.REVIEW if command.level is None else State.APPROVED
            return AppealAllowed(move=step.to(state), level=command.level)
        case DismissAppeal():
            if not command.reasons:
                raise RejectedError(REASON_NEEDED)
            return AppealDismissed(move=step.to(State.REFUSED), reasons=command.reasons)


def _appeal(command: Appeal, step: Step) -> Event:
    petition, procedure = step.petition, step.procedure
    if petition.appeal_closed:
        raise ConflictError(APPEAL_CLOSED)
    assert petition.refusal is not None  # a refused petition has its refusal
    told = petition.refusal.notice is AppealNotice.GIVEN
    days = procedure.appeal_period_days if told else procedure.appeal_without_notice_days
    # An order binds from its notification (section 42): before it no period runs.
    if petition.notified_on is not None and (step.today - petition.notified_on).days > days:
        raise ConflictError(APPEAL_LATE, days=days)
    if not command.grounds:
        raise RejectedError(REASON_NEEDED)
    answer_by = step.today + timedelta(days=procedure.appeal_answer_days)
    return Appealed(move=step.to(State.APPEALED), answer_by=answer_by, grounds=command.grounds)
