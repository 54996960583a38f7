"""``Client``: every platform's verbs for threads, a line each.

A verb picks the capability, wraps its flow in the policies and drives it. There is nothing else here;
a parity test holds it together with ``AsyncClient``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from . import _drive
from ._offer import Offer
from ._platforms import Connected, Platforms
from .config import Config
from .flow import Context, Flow
from .interfaces import AnyAdapter, PublicationJournal
from .models.dataset import Dataset
from .models.documents import (
    CardRequest,
    PaymentOrder,
    PaymentReceipt,
    PaymentReference,
    SealRequest,
    VirtualCard,
)
from .models.identity import PersonIdentity
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
    Consent,
    Declaration,
    NationalState,
    PublicationPlan,
    PublicationResult,
    PublicationState,
)
from .models.registry import RegistryDocument, RegistryQuery, RegistryRecord
from .models.release import Release
from .models.table import Table
from .policy import Policies
from .transport import Transport, open_transport

if TYPE_CHECKING:  # loaded by whoever publishes statistics
    from .statistics import DisclosurePolicy, Ledger

__all__ = ["Client"]

T = TypeVar("T")

Make = Callable[[Connected, Context], Flow[T]]


class Client:
    """Every platform behind one set of verbs, for threads.

    ``config`` says where and as whom; ``adapters`` are handed in without packaging and win over
    installed ones of the same name. ``context`` makes the clock and randomness of each call. Close it,
    or use it as a context manager. It may be shared between threads. One client is for one
    process: make it after a fork. In a forked child every verb raises ``ConfigError``.

    Every verb raises the errors of ``govlink.errors``: ``ConfigError`` before anything is sent, or in
    place of an answer that cannot be audited; ``AuthError``, ``QuotaError``, ``UnavailableError``,
    ``TransportError`` and ``UnexpectedAnswerError`` for what happened on the way; a verb's own with it.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        adapters: Iterable[AnyAdapter] = (),
        policies: Policies | None = None,
        transport: Transport | None = None,
        context: Callable[[], Context] = Context.system,
    ) -> None:
        config = config or Config()
        self._platforms = Platforms(
            config, adapters=adapters, policies=policies or Policies(), context=context
        )
        carrier = transport or open_transport(library=config.transport, ca_bundle=config.ca_bundle)
        self._transport = _drive.SingleFlight(carrier, shared=self._platforms.shared_answers)

    def run(self, platform: str, make: Make[T]) -> T:
        """Drive a flow of your own under this client's policies; ``make`` builds it."""
        return _drive.run(self._platforms.flow(platform, make), self._transport)

    def look_up(self, query: RegistryQuery, *, platform: str = "gdx") -> RegistryRecord:
        """Look up a registry record; ``NotFoundError`` when there is none. One request, audited."""
        return self.run(platform, lambda p, x: p.registry.look_up(query, context=x))

    def fetch_document(self, query: RegistryQuery, *, platform: str = "gdx") -> RegistryDocument:
        """Fetch a document a registry hands out, byte for byte. One request, audited."""
        return self.run(platform, lambda p, x: p.documents.fetch(query, context=x))

    def seal(self, request: SealRequest, *, platform: str = "gdx") -> RegistryDocument:
        """Have the platform seal a document with the organisation's signature. Writes."""
        return self.run(platform, lambda p, x: p.sealing.seal(request, context=x))

    def send_sealed(self, envelope: Path, *, message_id: UUID, recipient: str, platform: str = "gdx") -> str:
        """Send a sealed envelope to another agency; returns its signed receipt. Repeating is harmless."""
        return self.run(
            platform,
            lambda p, x: p.delivery.send(envelope, message_id=message_id, recipient=recipient, context=x),
        )

    def plan(
        self,
        content: Release | Table,
        *,
        dataset: Dataset,
        declaration: Declaration | None = None,
        consent: Consent | None = None,
        journal: PublicationJournal | None = None,
        policy: DisclosurePolicy | None = None,
        ledger: Ledger | None = None,
        platform: str = "data_go_th",
    ) -> PublicationPlan:
        """What ``publish`` would change, row by row and field by field, without writing; it refuses alike."""
        offer = Offer(
            content=content,
            dataset=dataset,
            declaration=declaration,
            consent=consent,
            journal=journal,
            policy=policy,
            ledger=ledger,
        )
        return self.run(platform, lambda p, x: offer.plan(p.catalogue, context=x))

    def publish(
        self,
        content: Release | Table,
        *,
        dataset: Dataset,
        declaration: Declaration | None = None,
        consent: Consent | None = None,
        journal: PublicationJournal | None = None,
        policy: DisclosurePolicy | None = None,
        ledger: Ledger | None = None,
        platform: str = "data_go_th",
    ) -> PublicationResult:
        """Publish an audited release, or a table that was declared open; the same twice writes once.

        ``policy`` is the disclosure policy in force, ``ledger`` that of the register: a release is refused
        that was made by another wording, or is not noted there, and is attacked with what was out before.
        Raises ``ProtectionError`` where it could be taken apart, or rows have no declaration;
        ``ConflictError`` where somebody else changed what would be written. Writes.
        """
        offer = Offer(
            content=content,
            dataset=dataset,
            declaration=declaration,
            consent=consent,
            journal=journal,
            policy=policy,
            ledger=ledger,
        )
        return self.run(platform, lambda p, x: offer.publish(p.catalogue, context=x))

    def publication_state(self, name: str, *, platform: str = "data_go_th") -> PublicationState:
        """Where the dataset of that name stands on the portal."""
        return self.run(platform, lambda p, x: p.catalogue.state_of(name, context=x))

    def national_state(self, name: str, *, platform: str = "data_go_th") -> NationalState:
        """Where the dataset of that name stands at the national catalogue, which people approve."""
        return self.run(platform, lambda p, x: p.catalogue.national_state_of(name, context=x))

    def withdraw(self, name: str, *, platform: str = "data_go_th") -> PublicationState:
        """Take a dataset out of public view, without deleting it. Writes."""
        return self.run(platform, lambda p, x: p.catalogue.withdraw(name, context=x))

    def check_registration(
        self, manifest: ServiceManifest, *, platform: str = "citizen_portal"
    ) -> RegistrationCheck:
        """Check a service manifest against the portal's rules. Sends nothing."""
        return self.run(
            platform,
            lambda p, x: p.registration.check_registration(manifest, context=x),
        )

    def identify(self, launch: Launch, *, platform: str = "citizen_portal") -> PersonIdentity:
        """Learn who opened the service. Spends the launch token; never call it twice with one."""
        return self.run(
            platform,
            lambda p, x: p.identification.identify(launch, context=x),
        )

    def open_case(self, opening: CaseOpening, *, platform: str = "biz_portal") -> CaseReceipt:
        """Show a new case on the portal; ``OutcomeUnknownError`` when no answer came. Writes."""
        return self.run(platform, lambda p, x: p.cases.open_case(opening, context=x))

    def update_case(self, update: CaseUpdate, *, platform: str = "biz_portal") -> None:
        """Report a case's new state on the portal. Writes."""
        return self.run(platform, lambda p, x: p.cases.update_case(update, context=x))

    def notify(
        self,
        messages: tuple[Message, ...],
        *,
        send_at: datetime | None = None,
        platform: str = "citizen_portal",
    ) -> NotificationReceipt:
        """Send messages to people through the portal, now or at ``send_at`` (aware). Writes."""
        return self.run(
            platform,
            lambda p, x: p.notifications.notify(messages, send_at=send_at, context=x),
        )

    def issue_card(self, request: CardRequest, *, platform: str = "citizen_portal") -> VirtualCard:
        """Issue a card as a short-lived QR text; the one before it dies at once. Writes."""
        return self.run(platform, lambda p, x: p.cards.issue_card(request, context=x))

    def pull_petitions(
        self, *, since: datetime | None = None, platform: str = "eocs"
    ) -> Iterator[FiledPetition]:
        """Petitions filed at or after ``since``, oldest first, one page at a time as they are used."""
        return _drive.each(
            lambda cursor: self._platforms.flow(
                platform, lambda p, x: p.intake.pull(since=since, cursor=cursor, context=x)
            ),
            self._transport,
        )

    def acknowledge(self, references: tuple[str, ...], *, platform: str = "eocs") -> None:
        """Say that these petitions were taken in; repeating it is harmless. Writes."""
        return self.run(platform, lambda p, x: p.intake.acknowledge(references, context=x))

    def report_state(self, report: StateReport, *, platform: str = "eocs") -> None:
        """Tell the filing system a petition's state; repeating a report is harmless. Writes."""
        return self.run(platform, lambda p, x: p.reports.report_state(report, context=x))

    def create_payment(self, order: PaymentOrder, *, platform: str = "gdx") -> PaymentReceipt:
        """Open a payment order; a used reference is a ``ConflictError``. Writes."""
        return self.run(platform, lambda p, x: p.payments.create_payment(order, context=x))

    def payment_status(self, reference: PaymentReference, *, platform: str = "gdx") -> PaymentReceipt:
        """Where a payment stands; the only thing a callback may be believed by."""
        return self.run(platform, lambda p, x: p.payments.payment_status(reference, context=x))

    def void_payment(self, reference: PaymentReference, *, platform: str = "gdx") -> PaymentReceipt:
        """Undo a payment where its type allows it. Writes."""
        return self.run(platform, lambda p, x: p.payments.void_payment(reference, context=x))

    def close_payment(self, reference: PaymentReference, *, platform: str = "gdx") -> PaymentReceipt:
        """Stop accepting payment for an order that nobody has paid. Writes."""
        return self.run(platform, lambda p, x: p.payments.close_payment(reference, context=x))

    def confirm_callback(self, body: bytes, *, platform: str = "gdx") -> PaymentReceipt:
        """Find out what a payment callback is about, by asking the platform. One request."""
        return self.run(platform, lambda p, x: p.payments.confirm_callback(body, context=x))

    def close(self) -> None:
        """Give back the connections and forget the session tokens' answers."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
