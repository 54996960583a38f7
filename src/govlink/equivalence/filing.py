"""From the draft to the review: filing, completeness, evidence, fee."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from ..errors import ConflictError, Fault, RejectedError
from .actors import SYSTEM
from .application import Application
from .commands import (
    AcceptIntake,
    CompleteIntake,
    ExpirePayment,
    FilingCommand,
    PassDue,
    RecordEvidence,
    RecordPayment,
    RequestFee,
    RequestFix,
    Resubmit,
    Submit,
)
from .events import (
    Event,
    EvidenceRecorded,
    FeePaid,
    FeeRequested,
    FixRequested,
    IntakeAccepted,
    IntakeCompleted,
    LapseCause,
    Lapsed,
    Redirected,
    Submitted,
    Withdrawn,
)
from .reasons import checked_reason
from .rules import NO_FACTS, Facts, judge, refuse_form
from .states import State
from .step import Step
from .verdicts import Verdict

__all__ = ["filing_events"]

SERVICE_CHANGED = Fault(
    "equivalence.service_changed",
    en="the application is for another service than the petition",
    th="คำขอเป็นคนละบริการกับคำร้องที่เปิดไว้",
)
PERSON_CHANGED = Fault(
    "equivalence.person_changed",
    en="the application names another person than the one filed first",
    th="ผู้ยื่นในคำขอฉบับแก้ไขไม่ใช่บุคคลเดิม",
)
GAPS_MISSING = Fault(
    "equivalence.gaps_missing",
    en="a request to fix must list what is missing",
    th="การขอให้แก้ไขต้องระบุรายการที่ต้องแก้ไขหรือส่งเพิ่ม",
)
FIX_USED_UP = Fault(
    "equivalence.fix_used_up",
    en="the applicant was already asked to fix it {most} time(s), which is the most allowed",
    th="ขอให้ผู้ยื่นแก้ไขครบ {most} ครั้งตามที่กำหนดแล้ว",
)
DUE_IN_PAST = Fault(
    "equivalence.due_in_past",
    en="the date due must lie after today",
    th="วันครบกำหนดต้องเป็นวันหลังจากวันนี้",
)
NOT_YET_DUE = Fault("equivalence.not_yet_due", en="the period has not run out", th="ยังไม่พ้นกำหนดเวลา")
NO_FEE = Fault(
    "equivalence.no_fee",
    en="no fee is configured for this procedure",
    th="ขั้นตอนนี้ไม่ได้กำหนดค่าธรรมเนียม",
)
FEE_DUE = Fault(
    "equivalence.fee_due",
    en="a fee is configured: ask for it before the review",
    th="มีค่าธรรมเนียมที่ต้องชำระก่อนเข้าสู่การพิจารณา",
)
PAYMENT_UNKNOWN = Fault(
    "equivalence.payment_unknown",
    en="the payment reference is not the one asked for",
    th="เลขอ้างอิงการชำระเงินไม่ตรงกับที่เรียกชำระ",
)
EVIDENCE_SOURCE_INVALID = Fault(
    "equivalence.evidence_source_invalid",
    en="the source of evidence is a name like dopa.laser_code",
    th="แหล่งที่มาของหลักฐานต้องเป็นชื่อ เช่น dopa.laser_code",
)
_SOURCE = re.compile(r"[a-z][a-z0-9_.-]{1,63}")


def filing_events(command: FilingCommand, step: Step) -> tuple[Event, ...]:
    """The events of a command that brings a petition to review."""
    match command:
        case Submit() | Resubmit():
            return _file(command, step)
        case RequestFix():
            return (_request_fix(command, step),)
        case PassDue():
            return (_pass_due(step),)
        case RequestFee() | RecordPayment() | ExpirePayment():
            return (_fee(command, step),)
        case RecordEvidence():
            return (_evidence(command, step),)
        case AcceptIntake():
            return (IntakeAccepted(move=step.to(State.INTAKE)),)
        case CompleteIntake():
            if step.procedure.fee_baht is not None:
                raise ConflictError(FEE_DUE)
            return (IntakeCompleted(move=step.to(State.REVIEW)),)
        case _:
            return (Withdrawn(move=step.to(State.WITHDRAWN)),)


def _file(command: Submit | Resubmit, step: Step) -> tuple[Event, ...]:
    petition, application = step.petition, command.application
    if application.service is not petition.service:
        raise RejectedError(SERVICE_CHANGED)
    facts = command.facts if isinstance(command, Submit) else _facts_kept(application, step)
    judgement = judge(application, facts, rulebook=step.procedure.rulebook)
    refuse_form(judgement, rulebook=step.procedure.rulebook)
    first = petition.state is State.DRAFT
    if first and judgement.verdict is Verdict.REDIRECT:
        heaviest = judgement.failed[0]
        assert heaviest.target is not None  # a rule that redirects names where to
        assert heaviest.reason_code is not None
        return (
            Redirected(
                move=step.to(State.REDIRECTED, actor=SYSTEM),
                target=heaviest.target,
                reason_code=heaviest.reason_code,
                judgement=judgement,
            ),
        )
    return (
        Submitted(
            move=step.to(State.SUBMITTED if first else State.INTAKE),
            number=petition.number or _number(step),
            revision=petition.revision + 1,
            application=application,
            facts=facts,
            judgement=judgement,
        ),
    )


def _facts_kept(application: Application, step: Step) -> Facts:
    """What was found out before, as far as it is about what the applicant still says."""
    before, facts = step.petition.application, step.petition.facts
    if before is None or before.applicant.identity != application.applicant.identity:
        raise RejectedError(PERSON_CHANGED)
    if before.applicant != application.applicant:
        facts = replace(facts, identity=NO_FACTS.identity)
    if before.details != application.details:
        facts = replace(
            facts, prior_certificate=NO_FACTS.prior_certificate, graduated_in=NO_FACTS.graduated_in
        )
    return facts


def _number(step: Step) -> str:
    return step.procedure.petition_numbers.number(
        service=step.petition.service, on=step.today, context=step.context, label=step.label("number")
    )


def _request_fix(command: RequestFix, step: Step) -> Event:
    most = step.procedure.max_fix_requests
    if step.petition.fix_requests >= most:
        raise ConflictError(FIX_USED_UP, most=most)
    if not command.gaps:
        raise RejectedError(GAPS_MISSING)
    for gap in command.gaps:
        checked_reason(gap.reason_code)
    due_on = command.due_on or step.today + timedelta(days=step.procedure.fix_period_days)
    if due_on <= step.today:
        raise RejectedError(DUE_IN_PAST)
    return FixRequested(move=step.to(State.RETURNED), gaps=command.gaps, due_on=due_on)


def _pass_due(step: Step) -> Event:
    due_on = step.petition.due_on
    if due_on is None or step.today <= due_on:
        raise ConflictError(NOT_YET_DUE)
    return Lapsed(move=step.to(State.LAPSED), cause=LapseCause.NOT_FIXED)


def _evidence(command: RecordEvidence, step: Step) -> Event:
    application, facts = step.petition.application, step.petition.facts
    assert application is not None  # the guard takes evidence of submitted petitions only
    if _SOURCE.fullmatch(command.source) is None:
        raise RejectedError(EVIDENCE_SOURCE_INVALID)
    facts = replace(
        facts,
        identity=command.identity or facts.identity,
        prior_certificate=command.prior_certificate or facts.prior_certificate,
        graduated_in=command.graduated_in or facts.graduated_in,
    )
    judgement = judge(application, facts, rulebook=step.procedure.rulebook)
    return EvidenceRecorded(move=step.stay(), facts=facts, judgement=judgement, source=command.source)


def _fee(command: RequestFee | RecordPayment | ExpirePayment, step: Step) -> Event:
    if isinstance(command, RequestFee):
        if step.procedure.fee_baht is None:
            raise RejectedError(NO_FEE)
        return FeeRequested(
            move=step.to(State.AWAIT_PAYMENT),
            amount_baht=step.procedure.fee_baht,
            payment_reference=str(step.context.uuid(step.label("payment"))),
            payable_until=step.at + timedelta(days=step.procedure.payment_period_days),
        )
    fee = step.petition.fee
    assert fee is not None  # the guard takes these while a fee is awaited only
    if isinstance(command, RecordPayment):
        if command.payment_reference != fee.payment_reference:
            raise RejectedError(PAYMENT_UNKNOWN)
        return FeePaid(move=step.to(State.REVIEW), payment_reference=command.payment_reference)
    if step.at <= fee.payable_until:
        raise ConflictError(NOT_YET_DUE)
    return Lapsed(move=step.to(State.LAPSED), cause=LapseCause.NOT_PAID)
