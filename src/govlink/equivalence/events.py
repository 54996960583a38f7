"""What happened to a petition, for ever: each event says when, who, from which state to which.

Personal data stand in ``Submitted`` and, when a misspelt name is put right, in ``Corrected``. Fields
that may hold some have ``repr=False``: that one mark keeps them out of logs and out of the export.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from ..models.identity import PersonName
from ..models.petition import Channel
from .actors import Actor
from .application import Application, Paper, Service
from .levels import Level
from .rules import Facts, Finding
from .states import State
from .verdicts import Judgement, Target

__all__ = [
    "AppealAllowed",
    "AppealDismissed",
    "AppealForwarded",
    "AppealNotice",
    "Appealed",
    "ApprovalSigned",
    "Corrected",
    "Created",
    "DecisionProposed",
    "Delivered",
    "DeliveryMeans",
    "Event",
    "EvidenceRecorded",
    "FeePaid",
    "FeeRequested",
    "FixRequested",
    "Gap",
    "IntakeAccepted",
    "IntakeCompleted",
    "Issued",
    "LapseCause",
    "Lapsed",
    "Move",
    "Outcome",
    "Redirected",
    "RefusalNotified",
    "RefusalSigned",
    "Revoked",
    "SentBack",
    "SourceAnswered",
    "SourceAsked",
    "SourceKind",
    "Submitted",
    "Withdrawn",
]


class LapseCause(StrEnum):
    """Which period ran out."""

    NOT_FIXED = "not_fixed"
    NOT_PAID = "not_paid"


class Outcome(StrEnum):
    """Which way a decision goes."""

    APPROVE = "approve"
    REFUSE = "refuse"


class AppealNotice(StrEnum):
    """Whether the refusal told how and until when to appeal."""

    GIVEN = "given"
    MISSING = "missing"


class SourceKind(StrEnum):
    """Who is asked whether a qualification is real."""

    SCHOOL = "school"
    BOARD = "board"
    REGISTER = "register"


class DeliveryMeans(StrEnum):
    """How the document reached the applicant."""

    ELECTRONIC = "electronic"
    COUNTER = "counter"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing the applicant must supply or put right."""

    reason_code: str
    paper: Paper | None = None
    note_th: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """When, who, from which state (None at the beginning) to which."""

    at: datetime
    actor: Actor
    was: State | None
    now: State


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happened:
    move: Move

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.move.at

    @property
    def actor(self) -> Actor:
        """Who did it."""
        return self.move.actor

    @property
    def was(self) -> State | None:
        """The state before, None at the beginning."""
        return self.move.was

    @property
    def now(self) -> State:
        """The state after; the same when nothing moved."""
        return self.move.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Created(_Happened):
    """A petition was opened (T1). ``reference`` is the filing system's number."""

    petition_id: str
    service: Service
    channel: Channel
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(_Happened):
    """The application came in, for the first time (T3) or again after a request to fix it (T6)."""

    number: str
    revision: int
    application: Application
    facts: Facts
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAccepted(_Happened):
    """The office began to check for completeness (T4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecorded(_Happened):
    """A register or check answered; the facts and the judgement are new, the state is not."""

    facts: Facts
    judgement: Judgement
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FixRequested(_Happened):
    """Every gap at once, and until when to close them (T5)."""

    gaps: tuple[Gap, ...]
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapsed(_Happened):
    """A period ran out (T7, T8c)."""

    cause: LapseCause


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeRequested(_Happened):
    """A fee fell due (T8a)."""

    amount_baht: Decimal
    payment_reference: str
    payable_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePaid(_Happened):
    """The fee came in (T8b)."""

    payment_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCompleted(_Happened):
    """Nothing is missing (T9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirected(_Happened):
    """It belongs to another office (T2, T10). Of a draft nothing about the person is kept."""

    target: Target
    reason_code: str
    judgement: Judgement | None = None
    note_th: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAsked(_Happened):
    """A school, board or register was asked (T11a)."""

    kind: SourceKind
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswered(_Happened):
    """It answered, or its silence was recorded (T11b)."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionProposed(_Happened):
    """An officer proposes (T12). ``judgement`` is the rule trace the signer sees."""

    outcome: Outcome
    level: Level | None
    reason_code: str | None
    judgement: Judgement
    statement: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalSigned(_Happened):
    """The signer approved; what the certificate says is settled (T13)."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalSigned(_Happened):
    """The signer refused, with facts, law and considerations (T14)."""

    reason_code: str
    facts_found: str = field(repr=False)
    law: str = field(repr=False)
    considerations: str = field(repr=False)
    notice: AppealNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalNotified(_Happened):
    """The applicant was told of the refusal that day; the period for an appeal begins."""

    notified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack(_Happened):
    """The signer did not agree (T15)."""

    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(_Happened):
    """The certificate exists (T16). The holder's name is the one applied with."""

    number: str
    verify_code: str = field(repr=False)
    issued_on: date
    sha256_hex: str
    replaces: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered(_Happened):
    """The applicant has it (T17)."""

    means: DeliveryMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class Appealed(_Happened):
    """The applicant appealed (T18)."""

    answer_by: date
    grounds: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealForwarded(_Happened):
    """The appeal went up to the superior, or more time was taken; ``answer_by`` is new."""

    answer_by: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealAllowed(_Happened):
    """The appeal succeeded: approved with ``level``, or to be examined again (T19a)."""

    level: Level | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDismissed(_Happened):
    """The appeal failed and there is no second one (T19b)."""

    reasons: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(_Happened):
    """The applicant withdrew (T20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected(_Happened):
    """A clerical error in the certificate was put right; it is a new version (T21)."""

    version: int
    verify_code: str = field(repr=False)
    issued_on: date
    sha256_hex: str
    name: PersonName = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(_Happened):
    """The certificate holds no longer (T22)."""

    reason_code: str
    statement: str = field(repr=False)


Event: TypeAlias = (
    Created
    | Submitted
    | IntakeAccepted
    | EvidenceRecorded
    | FixRequested
    | Lapsed
    | FeeRequested
    | FeePaid
    | IntakeCompleted
    | Redirected
    | SourceAsked
    | SourceAnswered
    | DecisionProposed
    | ApprovalSigned
    | RefusalSigned
    | RefusalNotified
    | SentBack
    | Issued
    | Delivered
    | Appealed
    | AppealForwarded
    | AppealAllowed
    | AppealDismissed
    | Withdrawn
    | Corrected
    | Revoked
)
"""Every kind of event, for exhaustive matching."""
