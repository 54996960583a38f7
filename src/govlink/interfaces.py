"""What platforms can do, in domain words, and the record an adapter is.

A platform is reached only through these Protocols, so the equivalence workflow knows interfaces and
no platform. They form five families; each is cut into capabilities of one to five verbs so that an
adapter provides exactly what its platform can do:

====================  ==============================================================
family                capabilities
====================  ==============================================================
DocumentExchange      ``RegistryLookup``, ``RegistryDocuments``, ``DocumentSealing``,
                      ``SealedDelivery``
OpenDataCatalogue     ``OpenDataCatalogue``
ServicePortal         ``ServiceRegistration``, ``PersonIdentification``,
                      ``CaseReporting``, ``Notifications``, ``VirtualCards``
PetitionIntake        ``PetitionIntake``, ``StateReporting``
Payments              ``Payments``
====================  ==============================================================

Every verb returns a flow and sends nothing until a driver runs it. No class here is inherited from
or tested with ``isinstance``: the type checker compares shapes where ``Capabilities`` is built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar
from uuid import UUID

from .flow import Context, Flow, Page
from .models.documents import (
    CardRequest,
    PaymentOrder,
    PaymentReceipt,
    PaymentReference,
    SealRequest,
    VirtualCard,
)
from .models.identity import PersonIdentity
from .models.mark import Mark
from .models.petition import FiledPetition, StateReport
from .models.portal import (
    CaseOpening,
    CaseReceipt,
    CaseUpdate,
    Launch,
    Message,
    NotificationReceipt,
    RegistrationCheck,
    ServiceManifest,
)
from .models.publication import (
    NationalState,
    Publication,
    PublicationPlan,
    PublicationResult,
    PublicationState,
    PublicationStep,
)
from .models.registry import RegistryDocument, RegistryQuery, RegistryRecord, ServiceListing
from .settings import Endpoint, PlatformSettings

__all__ = [
    "CONTRACT",
    "Absence",
    "AbsenceReason",
    "Adapter",
    "AnyAdapter",
    "Capabilities",
    "CaseReporting",
    "DocumentSealing",
    "Notifications",
    "OpenDataCatalogue",
    "Payments",
    "PersonIdentification",
    "PetitionIntake",
    "PublicationJournal",
    "RegistryDocuments",
    "RegistryLookup",
    "SealedDelivery",
    "ServiceRegistration",
    "Simulator",
    "StateReporting",
    "VirtualCards",
]

CONTRACT = 1
"""The number of this contract; it rises only when a field changes meaning."""

S = TypeVar("S", bound=PlatformSettings)


class RegistryLookup(Protocol):
    """Look up a registry record."""

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """Ask a registry; ``NotFoundError`` when it holds no such record."""
        ...


class RegistryDocuments(Protocol):
    """Fetch a document a registry hands out."""

    def fetch(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryDocument]:
        """Fetch the bytes, untouched; ``NotFoundError`` when there is no such document."""
        ...


class DocumentSealing(Protocol):
    """Have the platform put the organisation's signature on a document."""

    def seal(self, request: SealRequest, *, context: Context) -> Flow[RegistryDocument]:
        """Register the document, seal it, and return the sealed bytes."""
        ...


class SealedDelivery(Protocol):
    """Send a sealed document to another agency."""

    def send(self, envelope: Path, *, message_id: UUID, recipient: str, context: Context) -> Flow[str]:
        """Send the envelope file; returns the recipient's signed receipt.

        ``message_id`` is the envelope's own. A repeat under it is answered with the first receipt.
        """
        ...


class PublicationJournal(Protocol):
    """What a publication remembers from run to run, on this machine.

    The catalogue itself always tells how far a publication got, so a journal may be lost without harm:
    it tells people what happened, and what the last publication stored.
    """

    def note(self, step: PublicationStep) -> None:
        """Keep the step; it is on disk when this returns. Called between requests."""
        ...

    def published(self) -> tuple[tuple[str, str], ...]:
        """The metadata as the last finished publication stored them; empty where that is not known."""
        ...


class OpenDataCatalogue(Protocol):
    """Publish protected statistics, and tables declared open, with their description."""

    def plan(
        self, publication: Publication, *, journal: PublicationJournal, context: Context
    ) -> Flow[PublicationPlan]:
        """What ``publish`` would change, without writing; false when nothing would."""
        ...

    def publish(
        self, publication: Publication, *, journal: PublicationJournal, context: Context
    ) -> Flow[PublicationResult]:
        """Publish; doing it twice writes once."""
        ...

    def state_of(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Where the dataset of that name stands."""
        ...

    def national_state_of(self, name: str, *, context: Context) -> Flow[NationalState]:
        """Where the dataset of that name stands at the national catalogue."""
        ...

    def withdraw(self, name: str, *, context: Context) -> Flow[PublicationState]:
        """Take the dataset out of public view, without deleting it."""
        ...


class ServiceRegistration(Protocol):
    """Prepare the registration of a service; checking is local, submitting is a human's work."""

    def check_registration(self, manifest: ServiceManifest, *, context: Context) -> Flow[RegistrationCheck]:
        """Check the manifest against the portal's rules and list the steps to take."""
        ...


class PersonIdentification(Protocol):
    """Learn who opened the service."""

    def identify(self, launch: Launch, *, context: Context) -> Flow[PersonIdentity]:
        """Spend the launch token; it cannot be spent again."""
        ...


class CaseReporting(Protocol):
    """Show a case's progress on the portal."""

    def open_case(self, opening: CaseOpening, *, context: Context) -> Flow[CaseReceipt]:
        """Create the case on the portal."""
        ...

    def update_case(self, update: CaseUpdate, *, context: Context) -> Flow[None]:
        """Report a new state."""
        ...


class Notifications(Protocol):
    """Send messages to people through the portal."""

    def notify(
        self,
        messages: tuple[Message, ...],
        *,
        send_at: datetime | None = None,
        context: Context,
    ) -> Flow[NotificationReceipt]:
        """Send now, or at ``send_at`` (aware); any number of messages, split as the portal asks."""
        ...


class VirtualCards(Protocol):
    """Show a card as a short-lived QR code."""

    def issue_card(self, request: CardRequest, *, context: Context) -> Flow[VirtualCard]:
        """Issue a QR text; the one issued before for that person dies at once."""
        ...


class PetitionIntake(Protocol):
    """Take in petitions filed elsewhere. ``StateReporting`` tells back what became of them."""

    def pull(
        self, *, since: datetime | None, cursor: str | None, context: Context
    ) -> Flow[Page[FiledPetition]]:
        """Petitions filed at or after ``since``, oldest first, one page."""
        ...

    def acknowledge(self, references: tuple[str, ...], *, context: Context) -> Flow[None]:
        """Say that these were taken in; repeating it is harmless."""
        ...


class StateReporting(Protocol):
    """Tell the system a petition came from what became of it."""

    def report_state(self, report: StateReport, *, context: Context) -> Flow[None]:
        """Tell the petition's state; repeating the same ``report_id`` is harmless."""
        ...


class Payments(Protocol):
    """Ask for fees. A callback is never trusted: it is confirmed by ``payment_status``."""

    def create_payment(self, order: PaymentOrder, *, context: Context) -> Flow[PaymentReceipt]:
        """Open a payment order; a duplicate reference is a ``ConflictError``."""
        ...

    def payment_status(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:
        """Where the payment stands."""
        ...

    def void_payment(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:
        """Undo the payment where its type allows it."""
        ...

    def close_payment(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:
        """Stop accepting payment for an order that nobody has paid."""
        ...

    def confirm_callback(self, body: bytes, *, context: Context) -> Flow[PaymentReceipt]:
        """Read the reference out of a callback and ask the platform: nothing else in it is believed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What one connected platform can do; None where it cannot."""

    registry: RegistryLookup | None = None
    documents: RegistryDocuments | None = None
    sealing: DocumentSealing | None = None
    delivery: SealedDelivery | None = None
    catalogue: OpenDataCatalogue | None = None
    registration: ServiceRegistration | None = None
    identification: PersonIdentification | None = None
    cases: CaseReporting | None = None
    notifications: Notifications | None = None
    cards: VirtualCards | None = None
    intake: PetitionIntake | None = None
    reports: StateReporting | None = None
    payments: Payments | None = None

    def provided(self) -> frozenset[str]:
        """Names of the capabilities that are there."""
        return frozenset(f.name for f in fields(self) if getattr(self, f.name) is not None)


class AbsenceReason(StrEnum):
    """Why an adapter lacks a capability."""

    PLATFORM_CANNOT = "platform_cannot"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A capability an adapter does not provide, and why."""

    capability: str
    reason: AbsenceReason
    explanation: str


class Simulator(Protocol):
    """Makes the ASGI application that plays the platform in the sandbox.

    ``world`` is a ``govlink.sandbox.toolkit.World``; it is typed loosely because adapters are
    importable without the sandbox's libraries.
    """

    def __call__(self, world: Any, /) -> Any:  # ASGI apps have no common static type
        """Build the application around the shared world."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter(Generic[S]):
    """One platform, as a value. Exported through the entry-point group ``govlink.adapters``.

    ``connect`` pairs settings with capabilities and sends nothing. ``provides`` repeats, without
    settings, what ``connect`` will provide; ``absences`` says why the rest is missing. ``endpoints`` is
    the table of URLs by operation and environment; ``services`` lists what a registry can be asked,
    beside what an agency declares itself. ``simulator`` imports its libraries only when it is
    called; ``sandbox_values`` are settings that reach it, beside address and test account. ``mark`` is
    the weakest knowledge its calls and answers rest on, what is a setting left aside, so that a user can
    tell a platform's interface from a model of ours.
    """

    name: str
    contract: int
    title_th: str
    title_en: str
    homepage: str
    mark: Mark
    settings: type[S]
    connect: Callable[[S], Capabilities] = field(repr=False)
    provides: frozenset[str]
    absences: tuple[Absence, ...] = ()
    endpoints: tuple[Endpoint, ...] = field(default=(), repr=False)
    services: tuple[ServiceListing, ...] = field(default=(), repr=False)
    simulator: Simulator | None = field(default=None, repr=False)
    sandbox_values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def connect_from(self, values: Mapping[str, object]) -> Capabilities:
        """Validate ``values`` as this adapter's settings and connect."""
        return self.connect(self.settings.from_values(values, platform=self.name))

    def connect_offline(self) -> Capabilities:
        """Connect without settings, for verbs that send nothing; a verb that sends will fail."""
        return self.connect(self.settings.model_construct())


AnyAdapter: TypeAlias = Adapter[Any]
"""An adapter whose settings type is its own affair; only its ``connect_from`` pairs the two."""
