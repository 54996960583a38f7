"""The review: redirect, ask the source, propose, sign. Whoever proposes does not sign."""

from __future__ import annotations

from ..errors import Fault, RejectedError
from .application import CertificateReissue, ForeignEquivalence, TargetLevel
from .commands import (
    AskSource,
    Propose,
    RecordSource,
    Redirect,
    ReviewCommand,
    SendBack,
    SignApproval,
    SignRefusal,
)
from .events import (
    ApprovalSigned,
    DecisionProposed,
    Event,
    Outcome,
    Redirected,
    RefusalSigned,
    SentBack,
    SourceAnswered,
    SourceAsked,
)
from .levels import KnownLevel, Level
from .reasons import REASON_NEEDED, checked_reason
from .rules import judge
from .states import State
from .step import Step
from .verdicts import Verdict

__all__ = ["review_events"]

MAKER_SIGNS = Fault(
    "equivalence.maker_signs",
    en="whoever proposed the decision may not sign it",
    th="ผู้เสนอความเห็นลงนามในเรื่องเดียวกันไม่ได้",
)
PROPOSED_OTHERWISE = Fault(
    "equivalence.proposed_otherwise",
    en="the proposal goes the other way: send it back instead",
    th="ข้อเสนอเป็นไปในทางตรงข้าม ให้ส่งเรื่องคืนแทน",
)
LEVEL_NEEDED = Fault(
    "equivalence.level_needed",
    en="say which level is to be certified",
    th="ต้องระบุระดับการศึกษาที่จะรับรอง",
)
ORDER_INCOMPLETE = Fault(
    "equivalence.order_incomplete",
    en="a refusal needs facts, law and considerations (Administrative Procedure Act 2539, s.37)",
    th="คำสั่งไม่อนุมัติต้องมีข้อเท็จจริง ข้อกฎหมาย และข้อพิจารณา (พ.ร.บ. วิธีปฏิบัติราชการทางปกครอง 2539 ม.37)",
)
_AGAINST_APPROVAL = frozenset({Verdict.REFUSE, Verdict.REDIRECT, Verdict.NEED_EVIDENCE})
_TARGETS = {TargetLevel.M3: Level.M3, TargetLevel.M6: Level.M6}


def review_events(command: ReviewCommand, step: Step) -> tuple[Event, ...]:
    """The events of a command by which a petition is decided."""
    match command:
        case Propose():
            return (_propose(command, step),)
        case SignApproval():
            return (_sign_approval(step),)
        case SignRefusal():
            return (_sign_refusal(command, step),)
        case SendBack():
            return (SentBack(move=step.to(State.REVIEW), note=command.note),)
        case Redirect():
            return (_redirect(command, step),)
        case AskSource():
            move = step.to(State.SOURCE_CHECK)
            return (SourceAsked(move=move, kind=command.kind, source=command.source),)
        case RecordSource():
            return (SourceAnswered(move=step.to(State.REVIEW), finding=command.finding),)


def _redirect(command: Redirect, step: Step) -> Event:
    return Redirected(
        move=step.to(State.REDIRECTED),
        target=command.target,
        reason_code=checked_reason(command.reason_code),
        judgement=step.petition.judgement,
        note_th=command.note_th,
    )


def _propose(command: Propose, step: Step) -> Event:
    application = step.petition.application
    assert application is not None  # the guard takes proposals on submitted petitions only
    judgement = judge(application, step.petition.facts, rulebook=step.procedure.rulebook)
    approves = command.outcome is Outcome.APPROVE
    level = (command.level or _level_asked_for(step)) if approves else None
    if approves and level is None:
        raise RejectedError(LEVEL_NEEDED)
    if approves and judgement.verdict in _AGAINST_APPROVAL and not command.statement:
        raise RejectedError(REASON_NEEDED)
    # An approval may leave the reason out; what it does name is kept in every export too.
    named = command.reason_code is not None
    reason_code = checked_reason(command.reason_code) if named or not approves else None
    return DecisionProposed(
        move=step.to(State.SIGNOFF),
        outcome=command.outcome,
        level=level,
        reason_code=reason_code,
        judgement=judgement,
        statement=command.statement,
    )


def _level_asked_for(step: Step) -> Level | None:
    """The level the application names. What a Pali grade is worth changed over time: an officer says."""
    details = step.petition.application.details if step.petition.application else None
    if isinstance(details, ForeignEquivalence):
        return _TARGETS.get(details.target_level)
    if isinstance(details, CertificateReissue) and isinstance(details.level, KnownLevel):
        return details.level.level
    return None


def _signed_proposal(step: Step, *, outcome: Outcome) -> DecisionProposed:
    proposal = step.petition.proposal
    assert proposal is not None  # a petition before the signer has a proposal
    if proposal.actor.is_same_person(step.actor):
        raise RejectedError(MAKER_SIGNS)
    if proposal.outcome is not outcome:
        raise RejectedError(PROPOSED_OTHERWISE)
    return proposal


def _sign_approval(step: Step) -> Event:
    proposal = _signed_proposal(step, outcome=Outcome.APPROVE)
    assert proposal.level is not None  # a proposal to approve names the level
    return ApprovalSigned(move=step.to(State.APPROVED), level=proposal.level)


def _sign_refusal(command: SignRefusal, step: Step) -> Event:
    proposal = _signed_proposal(step, outcome=Outcome.REFUSE)
    assert proposal.reason_code is not None  # a proposal to refuse names the reason
    if not (command.facts_found and command.law and command.considerations):
        raise RejectedError(ORDER_INCOMPLETE)
    return RefusalSigned(
        move=step.to(State.REFUSED),
        reason_code=proposal.reason_code,
        facts_found=command.facts_found,
        law=command.law,
        considerations=command.considerations,
        notice=command.notice,
    )
