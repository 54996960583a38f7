"""Sealing, cards and payments: what is asked for and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "CardRequest",
    "PaymentOrder",
    "PaymentReceipt",
    "PaymentState",
    "SealRequest",
    "VirtualCard",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRequest:
    """A PDF to be sealed with the organisation's certificate, and why."""

    content: bytes = field(repr=False)
    certificate_id: str
    template_id: str
    reason: str


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
class PaymentOrder:
    """A fee asked of a payer. ``reference`` is the agency's own and unique for ever."""

    reference: str
    amount_baht: Decimal
    payer_name: str = field(repr=False)
    description_th: str
    payable_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """The state of a payment; ``pay_url`` is where the payer goes while it is pending."""

    reference: str
    state: PaymentState
    pay_url: str | None = field(default=None, repr=False)
    paid_at: datetime | None = None
