"""What a service portal is told and tells: launches, cases, notifications, registrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ..errors import Problem
from .identity import CitizenId, JuristicId, Passport

__all__ = [
    "CaseOpening",
    "CaseReceipt",
    "CaseState",
    "CaseUpdate",
    "Launch",
    "Message",
    "NotificationReceipt",
    "RegistrationCheck",
    "RegistrationStep",
    "ServiceManifest",
    "StepActor",
    "WaitingFor",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What a portal passed to the agency's page when a person opened the service.

    ``token`` is spent by one identification and never sent twice.
    """

    app_id: str
    token: str = field(repr=False)


class CaseState(StrEnum):
    """How far a case is, in portal-neutral words; each adapter maps them to its own."""

    CHECKING = "checking"
    CONSIDERING = "considering"
    FEE_DUE = "fee_due"
    ISSUING = "issuing"
    COMPLETED = "completed"
    REJECTED = "rejected"


class WaitingFor(StrEnum):
    """Whose turn it is."""

    AGENCY = "agency"
    APPLICANT = "applicant"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpening:
    """A case to be shown on a portal.

    ``reference_id`` (a UUID) and ``reference_number`` are the agency's own and unique for ever: they
    are what a repeated opening is recognised by. ``url`` shows the case on the agency's site.
    """

    applicant: CitizenId | JuristicId | Passport
    service_code: str
    reference_id: str
    reference_number: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReceipt:
    """The portal's own number of the case."""

    case_id: str
    reference_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUpdate:
    """A new state of an opened case; ``remark_th`` is shown to the applicant."""

    applicant: CitizenId | JuristicId | Passport
    service_code: str
    case_id: str
    state: CaseState
    waiting_for: WaitingFor
    remark_th: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notification to one person, addressed by the portal's user id."""

    portal_user_id: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationReceipt:
    """What the portal accepted: its transaction ids, which need not map one to one to messages.

    An empty tuple means the portal took the call and pushed nothing, because nobody subscribed.
    """

    transaction_ids: tuple[str, ...]
    scheduled_for: datetime | None = None


class StepActor(StrEnum):
    """Who must act in a registration step."""

    AGENCY = "agency"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStep:
    """One documented step of registering a service on a portal."""

    number: int
    phase: int
    actor: StepActor
    title_th: str
    title_en: str
    working_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceManifest:
    """A service as an agency registers it on a portal.

    ``requested_fields`` are the personal items asked for at identification; ``short_description_th``
    is what the portal's list shows. ``testers`` are e-mail addresses of test accounts.
    """

    service_code: str
    name_th: str
    name_en: str
    agency_th: str
    short_description_th: str
    description_th: str
    landing_url_uat: str
    landing_url_production: str
    requested_fields: tuple[str, ...]
    uses_notifications: bool
    minimum_ial: str
    legal_basis: str
    privacy_notice_url: str
    data_controller: str
    retention_days: int
    contact_email: str
    icon_file: str
    screenshot_files: tuple[str, ...]
    desired_opening: date
    testers: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationCheck:
    """The outcome of checking a manifest; ``problems`` block, ``warnings`` do not."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    steps: tuple[RegistrationStep, ...]
