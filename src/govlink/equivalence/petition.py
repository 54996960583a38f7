"""The petition as its events make it. ``apply`` is pure: the same events give the same petition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ..errors import Fault, VerificationError
from ..models.petition import Channel
from .application import Application, Service
from .certificate import CertificateRecord, record_sha256
from .events import (
    AppealAllowed,
    AppealDismissed,
    Appealed,
    AppealForwarded,
    ApprovalSigned,
    Corrected,
    Created,
    DecisionProposed,
    Event,
    EvidenceRecorded,
    FeePaid,
    FeeRequested,
    FixRequested,
    Gap,
    Issued,
    RefusalNotified,
    RefusalSigned,
    SentBack,
    Submitted,
)
from .levels import Level
from .rules import NO_FACTS, Facts
from .states import DECIDED_STATES, STATES, Clock, State
from .verdicts import Judgement

__all__ = ["Elapsed", "Petition", "apply", "replay"]

LOG_BROKEN = Fault(
    "equivalence.log_broken",
    en="event {version} does not follow from the events before it",
    th="เหตุการณ์ลำดับที่ {version} ไม่ต่อเนื่องกับเหตุการณ์ก่อนหน้า",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elapsed:
    """How long the office's clock ran, and how long it stood while somebody else had the turn.

    Both count up to the petition's last event.
    """

    working: timedelta = timedelta()
    stopped: timedelta = timedelta()

    def after(self, *, clock: Clock, lapse: timedelta) -> Elapsed:
        """With the time spent under that clock added."""
        if clock is Clock.WORKING:
            return replace(self, working=self.working + lapse)
        return replace(self, stopped=self.stopped + lapse) if clock is Clock.STOPPED else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """Everything known about one petition.

    ``version`` is the number of its events. ``number`` is None while it is a draft: a draft that is
    sent elsewhere uses up no number. ``proposal``, ``refusal``, ``appeal`` and ``fee`` are the events
    that now stand. ``appeal_forwards`` counts the appeal's further stages; ``appeal_closed`` says that
    the refusal can no longer be appealed against. ``decided_as`` and ``decided_at`` are the first end
    it came to: no appeal, correction or revocation changes them, so figures by them stay as they are.
    """

    id: str
    version: int
    state: State
    service: Service
    channel: Channel
    reference: str
    changed_at: datetime
    number: str | None = None
    revision: int = 0
    submitted_at: datetime | None = None
    application: Application | None = None
    facts: Facts = NO_FACTS
    judgement: Judgement | None = field(default=None, repr=False)
    gaps: tuple[Gap, ...] = ()
    fix_requests: int = 0
    due_on: date | None = None
    fee: FeeRequested | None = None
    paid_reference: str | None = None
    proposal: DecisionProposed | None = field(default=None, repr=False)
    refusal: RefusalSigned | None = field(default=None, repr=False)
    notified_on: date | None = None
    appeal: Appealed | None = field(default=None, repr=False)
    appeal_answer_by: date | None = None
    appeal_forwards: int = 0
    appeal_closed: bool = False
    level: Level | None = None
    decided_as: State | None = None
    decided_at: datetime | None = None
    certificate: CertificateRecord | None = None
    elapsed: Elapsed = field(default_factory=Elapsed)


def replay(events: Iterable[Event]) -> Petition | None:
    """The petition after these events, None when there are none.

    Raises:
        VerificationError: the events do not follow from each other.
    """
    petition: Petition | None = None
    for event in events:
        petition = apply(petition, event)
    return petition


def apply(petition: Petition | None, event: Event) -> Petition:
    """The petition after one more event.

    Raises:
        VerificationError: the event cannot follow: it begins in another state, or a certificate's
            digest is not that of its record.
    """
    if isinstance(event, Created):
        _demand(petition is None and event.was is None, version=1)
        return Petition(
            id=event.petition_id,
            version=1,
            state=event.now,
            service=event.service,
            channel=event.channel,
            reference=event.reference,
            changed_at=event.at,
        )
    if petition is None or event.was is not petition.state:
        raise VerificationError(LOG_BROKEN, version=petition.version + 1 if petition else 1)
    moved = replace(
        petition,
        version=petition.version + 1,
        state=event.now,
        changed_at=event.at,
        elapsed=petition.elapsed.after(
            clock=STATES[petition.state].clock, lapse=event.at - petition.changed_at
        ),
    )
    if petition.decided_as is None and event.now in DECIDED_STATES:
        moved = replace(moved, decided_as=event.now, decided_at=event.at)
    return _absorb(moved, event)


def _demand(holds: bool, *, version: int) -> None:  # noqa: FBT001 - reads as the sentence it is
    if not holds:
        raise VerificationError(LOG_BROKEN, version=version)


def _absorb(petition: Petition, event: Event) -> Petition:
    match event:
        case Submitted() | EvidenceRecorded() | FixRequested() | FeeRequested() | FeePaid():
            return _absorb_filing(petition, event)
        case DecisionProposed() | ApprovalSigned() | SentBack():
            return _absorb_decision(petition, event)
        case RefusalSigned() | RefusalNotified():
            return _absorb_refusal(petition, event)
        case Appealed() | AppealForwarded() | AppealAllowed() | AppealDismissed():
            return _absorb_appeal(petition, event)
        case Issued() | Corrected():
            return _absorb_certificate(petition, event)
        case _:
            return petition


def _absorb_filing(
    petition: Petition, event: Submitted | EvidenceRecorded | FixRequested | FeeRequested | FeePaid
) -> Petition:
    match event:
        case Submitted():
            return replace(
                petition,
                number=event.number,
                revision=event.revision,
                submitted_at=petition.submitted_at or event.at,
                application=event.application,
                facts=event.facts,
                judgement=event.judgement,
                gaps=(),
                due_on=None,
            )
        case EvidenceRecorded():
            return replace(petition, facts=event.facts, judgement=event.judgement)
        case FixRequested():
            return replace(
                petition, gaps=event.gaps, due_on=event.due_on, fix_requests=petition.fix_requests + 1
            )
        case FeeRequested():
            return replace(petition, fee=event)
        case FeePaid():
            return replace(petition, paid_reference=event.payment_reference)


def _absorb_decision(petition: Petition, event: DecisionProposed | ApprovalSigned | SentBack) -> Petition:
    match event:
        case DecisionProposed():
            return replace(petition, proposal=event, judgement=event.judgement)
        case ApprovalSigned():
            return replace(petition, level=event.level)
        case SentBack():
            return replace(petition, proposal=None)


def _absorb_refusal(petition: Petition, event: RefusalSigned | RefusalNotified) -> Petition:
    if isinstance(event, RefusalNotified):
        return replace(petition, notified_on=event.notified_on)
    return replace(petition, refusal=event, notified_on=None)


def _absorb_appeal(
    petition: Petition, event: Appealed | AppealForwarded | AppealAllowed | AppealDismissed
) -> Petition:
    match event:
        case Appealed():
            return replace(petition, appeal=event, appeal_answer_by=event.answer_by, appeal_forwards=0)
        case AppealForwarded():
            forwards = petition.appeal_forwards + 1
            return replace(petition, appeal_answer_by=event.answer_by, appeal_forwards=forwards)
        case AppealAllowed():
            # Approved on appeal or examined afresh, the refusal appealed against no longer stands.
            return replace(
                petition, level=event.level, proposal=None, refusal=None, appeal=None, appeal_answer_by=None
            )
        case AppealDismissed():
            return replace(petition, appeal_closed=True, appeal_answer_by=None)


def _absorb_certificate(petition: Petition, event: Issued | Corrected) -> Petition:
    record = _issued(petition, event) if isinstance(event, Issued) else _corrected(petition, event)
    _demand(record_sha256(record) == event.sha256_hex, version=petition.version)
    return replace(petition, certificate=record)


def _issued(petition: Petition, event: Issued) -> CertificateRecord:
    if petition.application is None or petition.number is None or petition.level is None:
        raise VerificationError(LOG_BROKEN, version=petition.version)
    return CertificateRecord(
        number=event.number,
        version=1,
        verify_code=event.verify_code,
        petition_number=petition.number,
        service=petition.service,
        level=petition.level,
        issued_on=event.issued_on,
        name_at_issue=petition.application.applicant.name,
        replaces=event.replaces,
        sha256_hex=event.sha256_hex,
    )


def _corrected(petition: Petition, event: Corrected) -> CertificateRecord:
    if petition.certificate is None:
        raise VerificationError(LOG_BROKEN, version=petition.version)
    return replace(
        petition.certificate,
        version=event.version,
        verify_code=event.verify_code,
        issued_on=event.issued_on,
        name_at_issue=event.name,
        sha256_hex=event.sha256_hex,
    )
