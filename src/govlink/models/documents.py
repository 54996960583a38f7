"""Sealing, cards and payments: what is asked for and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from .identity import AgentId, PersonName

__all__ = [
    "CardRequest",
    "OrganisationSeal",
    "PaymentOrder",
    "PaymentReceipt",
    "PaymentReference",
    "PaymentState",
    "PersonSignature",
    "Placement",
    "SealRequest",
    "VirtualCard",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where on a page something is drawn, in the platform's own units, which no document names."""

    page: int
    left: int
    bottom: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSeal:
    """Sealed with the organisation's certificate, which the platform keeps.

    ``agent_name`` and ``agent_position`` are printed beside the seal: who ordered it, in which office.
    """

    certificate_id: str
    agent_name: str = field(repr=False)
    agent_position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignature:
    """Signed by a person with an image of the signature; the session must be that person's own."""

    signer: AgentId


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRequest:
    """A PDF to be signed on the platform, by whom, why, and what is drawn on it.

    ``template_id`` is the platform's name for the kind of document. ``verification_url`` is printed at
    ``link_placement``; ``clause`` is a sentence of the agency's own. ``image_png`` is the picture of the
    seal or signature, drawn at ``placement``.
    """

    content: bytes = field(repr=False)
    template_id: str
    signer: OrganisationSeal | PersonSignature
    reason: str
    placement: Placement
    image_png: bytes = field(repr=False)
    verification_url: str = field(repr=False)
    link_placement: Placement
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRequest:
    """A card to show as QR: what it is called and whose name it bears."""

    portal_user_id: str = field(repr=False)
    document_name: str
    full_name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualCard:
    """A QR text and the moment it dies."""

    qr_text: str = field(repr=False)
    expires_at: datetime


class PaymentState(StrEnum):
    """Where a payment stands, in the words of the DGA e-payment status list (documented)."""

    PENDING = "Pending"
    SUCCESS = "Success"
    REJECTED = "Rejected"
    FAILED = "Failed"
    VOID = "Void"
    OTHERS = "Others"
    EXPIRED = "Expired"
    REFUNDED = "Refunded"
    REQUEST_REFUND = "RequestRefund"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReference:
    """A pair of references a payment is known by; unique for ever, no personal datum.

    The two sides may hold different pairs: an agency opens an order under its own, and the platform may
    answer with another one, by which it is asked from then on (``PaymentReceipt.reference``). Keep both.
    """

    reference1: str
    reference2: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """A fee asked of a payer.

    ``reference`` is the agency's own. ``payer_name`` is in parts because platforms take it so; which of
    them must not be empty is the platform's to say.
    """

    reference: PaymentReference
    amount_baht: Decimal
    payer_name: PersonName = field(repr=False)
    description_th: str
    payable_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """The state of a payment.

    ``reference`` is the pair to ask by from now on; a platform may give out its own when an order is
    opened. While it is pending, ``pay_url`` is where the payer goes, ``pay_form`` what the payer's
    browser must post there (nothing where going there is enough), and ``bill`` the bill to print, for
    the payment types that have one. ``caveats`` are names of what the platform itself reserves: where
    there are any, the state is told and not vouched for.
    """

    reference: PaymentReference
    state: PaymentState
    amount_baht: Decimal | None = None
    pay_url: str | None = field(default=None, repr=False)
    pay_form: Mapping[str, str] = field(default_factory=dict, repr=False)
    bill: bytes | None = field(default=None, repr=False)
    paid_at: datetime | None = None
    caveats: tuple[str, ...] = ()
