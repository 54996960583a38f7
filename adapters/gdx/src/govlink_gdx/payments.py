"""Fees by DGA e-Payment: opened, looked at, closed, undone, and callbacks that nobody has to believe."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from govlink.errors import ConflictError, Fault, GovlinkError, OutcomeUnknownError
from govlink.flow import Context, Flow
from govlink.models.documents import PaymentOrder, PaymentReceipt, PaymentReference, PaymentState

from .codes import PLATFORM
from .payment_parse import (
    OTHER_REFERENCES,
    Status,
    callback_reference,
    parse_created,
    parse_done,
    parse_status,
)
from .payment_requests import request_close, request_create, request_status, request_void
from .payment_settings import CLOSE, VOID
from .settings import GdxSettings

__all__ = ["PaymentFlows", "callback_answer"]

NOT_PAID = Fault(
    "gdx.payment_not_paid",
    en="there is nothing to undo: nobody has paid (state {state})",
    th="ไม่มีรายการให้ยกเลิก เนื่องจากยังไม่มีการชำระเงิน (สถานะ {state})",
)


def callback_answer(*, accepted: bool, at: datetime) -> dict[str, object]:
    """What an agency answers a callback: whether it was taken in, and when (aware).

    Source: e-Payment guide of Krungthai Bank, 7 (documented). Answer ``accepted`` only after
    ``confirm_callback`` gave a receipt: how often the platform calls again is not documented.
    """
    return {
        "requestTimeStamp": int(at.timestamp()),
        "message": "Success" if accepted else "Failed",
        "result": accepted,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFlows:
    """``Payments`` on DGA e-Payment, through Krungthai Bank or the Comptroller General's Department."""

    settings: GdxSettings

    def create_payment(self, order: PaymentOrder, *, context: Context) -> Flow[PaymentReceipt]:
        """Open an order; ``receipt.reference`` is the platform's own pair, to ask by from then on.

        When no answer comes back, the order is looked for under the agency's references
        (``payment_reads_back``); a receipt found so has no bill and no address to pay at. Where it is
        not found, nobody can say whether it was opened, and the ``OutcomeUnknownError`` stays. The
        platform refuses a reference it has (code 21, documented; that it means the agency's is our
        reading), so opening the order again under the same one should not ask twice for the fee.

        Raises:
            RejectedError: the order cannot be one, or the platform refused it.
            ConflictError: the reference was used before.
            ConfigError: a setting is missing, or the platform does not know ``payment_source``.
            UnavailableError: the bank behind the platform cannot serve now.
            OutcomeUnknownError: sent, no answer, and not found afterwards.
        """
        request = request_create(self.settings, order=order, now=context.now())
        try:
            response = yield request
        except OutcomeUnknownError as lost:
            return (yield from self._found(order, lost))
        return parse_created(response, order=order)

    def _found(self, order: PaymentOrder, lost: OutcomeUnknownError) -> Flow[PaymentReceipt]:
        """The order's receipt if the platform has it, else the error of its sending."""
        if not self.settings.payment_reads_back:
            raise lost
        try:
            found = yield from self._status(order.reference)
        except GovlinkError:
            raise lost from None
        receipt = found.receipt
        if receipt.amount_baht not in {None, order.amount_baht}:
            raise lost
        # The platform's pair takes over, as in an answer that was not lost.
        caveats = tuple(caveat for caveat in receipt.caveats if caveat != OTHER_REFERENCES)
        return replace(receipt, reference=found.answered or order.reference, caveats=caveats)

    def _status(self, reference: PaymentReference) -> Flow[Status]:
        response = yield request_status(self.settings, reference=reference)
        return parse_status(response, reference=reference)

    def payment_status(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:  # noqa: ARG002 - the verb's signature
        """Where a payment stands. Look at ``caveats`` before anything is handed out on it.

        Raises:
            NotFoundError: the platform has no such payment.
            UnavailableError: the bank behind it cannot serve now.
            UnexpectedAnswerError: an unknown state or code.
        """
        return (yield from self._status(reference)).receipt

    def void_payment(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:  # noqa: ARG002 - the verb's signature
        """Undo a payment by card (documented: FastPay only).

        The platform wants the reference the bank gave the payment, so its status is asked for first;
        what it says of the payment afterwards is returned. One that is void already is returned as
        it is. When no answer comes back, the status decides.

        Raises:
            ConflictError: nobody has paid, or this payment cannot be undone (codes 19, 22).
            NotFoundError: the platform has no such payment.
            OutcomeUnknownError: sent, no answer, and not seen as void afterwards.
        """
        before = yield from self._status(reference)
        if before.receipt.state is PaymentState.VOID:
            return before.receipt
        if before.paid_reference is None:
            state = before.receipt.state.value
            raise ConflictError(NOT_PAID, platform=PLATFORM, operation=VOID.operation, state=state)
        request = request_void(self.settings, reference=reference, paid_reference=before.paid_reference)
        try:
            response = yield request
        except OutcomeUnknownError as lost:
            return (yield from self._voided(reference, lost))
        parse_done(response, operation=VOID.operation)
        return (yield from self._status(reference)).receipt

    def _voided(self, reference: PaymentReference, lost: OutcomeUnknownError) -> Flow[PaymentReceipt]:
        try:
            receipt = (yield from self._status(reference)).receipt
        except GovlinkError:
            raise lost from None
        if receipt.state is not PaymentState.VOID:
            raise lost
        return receipt

    def close_payment(self, reference: PaymentReference, *, context: Context) -> Flow[PaymentReceipt]:  # noqa: ARG002 - the verb's signature
        """Stop accepting payment; returns what the platform then says of the order.

        The guide prints the test address as the production one, so ``endpoints`` must name it there.
        No document says which state a closed order has, so a lost answer stays ``OutcomeUnknownError``.

        Raises:
            ConflictError: it was paid already (code 14), or is locked (22).
            NotFoundError: the platform has no such payment.
            ConfigError: the production address is not set.
            OutcomeUnknownError: sent, and no answer came.
        """
        response = yield request_close(self.settings, reference=reference)
        parse_done(response, operation=CLOSE.operation)
        return (yield from self._status(reference)).receipt

    def confirm_callback(self, body: bytes, *, context: Context) -> Flow[PaymentReceipt]:  # noqa: ARG002 - the verb's signature
        """Read the references out of a callback and ask the platform what became of that payment.

        A callback bears no signature, secret or source address (documented by absence), so anybody
        can send one: state, amount and dates in it are not read. The caller compares the receipt's
        reference with the orders it opened, and answers with ``callback_answer``.

        Raises:
            RejectedError: the body is no callback; nothing was sent.
            NotFoundError: the platform has no such payment: the callback was not its own.
            GovlinkError: as for ``payment_status``.
        """
        return (yield from self._status(callback_reference(body))).receipt
