"""What may be asked of a petition. A command says who asks; the time comes from the context."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from ..models.identity import PersonName
from ..models.petition import Channel
from .actors import Actor
from .application import Application, Service
from .events import AppealNotice, DeliveryMeans, Gap, Outcome, SourceKind
from .levels import Level
from .places import GraduatedIn
from .rules import NO_FACTS, Facts, Finding
from .verdicts import Target

__all__ = [
    "AcceptIntake",
    "AfterCommand",
    "AllowAppeal",
    "Appeal",
    "AskSource",
    "Command",
    "CompleteIntake",
    "Correct",
    "Create",
    "Deliver",
    "DismissAppeal",
    "ExpirePayment",
    "FilingCommand",
    "ForwardAppeal",
    "Issue",
    "NotifyRefusal",
    "PassDue",
    "Propose",
    "RecordEvidence",
    "RecordPayment",
    "RecordSource",
    "Redirect",
    "RequestFee",
    "RequestFix",
    "Resubmit",
    "ReviewCommand",
    "Revoke",
    "SendBack",
    "SignApproval",
    "SignRefusal",
    "Submit",
    "Withdraw",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(_Asked):
    """Open a petition (T1)."""

    petition_id: str
    service: Service
    channel: Channel
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit(_Asked):
    """File the application (T3), or learn that it belongs elsewhere (T2)."""

    application: Application
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptIntake(_Asked):
    """Begin to check for completeness (T4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvidence(_Asked):
    """Record what a register or a check answered; None leaves a fact as it is.

    ``source`` names the register or check (``dopa.laser_code``) and holds no personal datum.
    """

    source: str
    identity: Finding | None = None
    prior_certificate: Finding | None = None
    graduated_in: GraduatedIn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFix(_Asked):
    """Ask for everything that is missing, at once (T5). Without ``due_on`` the procedure sets it."""

    gaps: tuple[Gap, ...]
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resubmit(_Asked):
    """File the application again after a request to fix it (T6)."""

    application: Application


@dataclass(frozen=True, slots=True, kw_only=True)
class PassDue(_Asked):
    """Close a petition that was not fixed in time (T7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFee(_Asked):
    """Ask for the fee (T8a)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment(_Asked):
    """Record that the fee came in (T8b); the same reference twice changes nothing."""

    payment_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpirePayment(_Asked):
    """Close a petition that was not paid for in time (T8c)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteIntake(_Asked):
    """Find the application complete (T9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(_Asked):
    """Send the applicant to the office in charge (T10)."""

    target: Target
    reason_code: str
    note_th: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSource(_Asked):
    """Ask a school, board or register (T11a)."""

    kind: SourceKind
    source: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSource(_Asked):
    """Record the source's answer, or its silence (T11b)."""

    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(_Asked):
    """Propose a decision to the signer (T12).

    ``level`` is what would be certified; it may be left out where the application itself names it.
    ``statement`` is needed when the proposal goes against the rules' judgement.
    """

    outcome: Outcome
    level: Level | None = None
    reason_code: str | None = None
    statement: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignApproval(_Asked):
    """Approve what was proposed (T13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRefusal(_Asked):
    """Refuse as was proposed (T14), with the three parts of a reasoned order.

    Facts, law and considerations are asked for by the Administrative Procedure Act 2539, section 37;
    the notice of appeal by section 40.
    """

    facts_found: str = field(repr=False)
    law: str = field(repr=False)
    considerations: str = field(repr=False)
    notice: AppealNotice = AppealNotice.GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(_Asked):
    """Disagree with the proposal (T15)."""

    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(_Asked):
    """Make the certificate (T16). Without ``number`` the procedure's scheme makes one."""

    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(_Asked):
    """Record that the applicant has the document (T17)."""

    means: DeliveryMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRefusal(_Asked):
    """Record the day the applicant was told of the refusal."""

    notified_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal(_Asked):
    """Appeal against the refusal (T18)."""

    grounds: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardAppeal(_Asked):
    """Pass the appeal to the superior, or take the one extension there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowAppeal(_Asked):
    """Allow the appeal (T19a): approve with ``level``, or have it examined again when None."""

    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissAppeal(_Asked):
    """Dismiss the appeal for good (T19b)."""

    reasons: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(_Asked):
    """Withdraw the petition (T20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(_Asked):
    """Put a misspelt name in the certificate right (T21)."""

    name: PersonName = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(_Asked):
    """Revoke the certificate (T22)."""

    reason_code: str
    statement: str = field(repr=False)


FilingCommand: TypeAlias = (
    Create
    | Submit
    | AcceptIntake
    | RequestFix
    | Resubmit
    | PassDue
    | RequestFee
    | RecordPayment
    | ExpirePayment
    | CompleteIntake
    | RecordEvidence
    | Withdraw
)
"""Commands that bring a petition to review."""

ReviewCommand: TypeAlias = (
    Redirect | AskSource | RecordSource | Propose | SignApproval | SignRefusal | SendBack
)
"""Commands by which it is decided."""

AfterCommand: TypeAlias = (
    Issue | Deliver | NotifyRefusal | Appeal | ForwardAppeal | AllowAppeal | DismissAppeal | Correct | Revoke
)
"""Commands that follow a decision."""

Command: TypeAlias = FilingCommand | ReviewCommand | AfterCommand
