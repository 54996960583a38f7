"""From e-Payment's answers to receipts; and what a callback says, of which only references are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from govlink.errors import Fault, RejectedError, UnexpectedAnswerError
from govlink.flow import Response
from govlink.models.documents import PaymentOrder, PaymentReceipt, PaymentReference, PaymentState
from govlink.wire import field_ci, parse_json_object, raise_for_status

from .codes import PLATFORM
from .documents import decode_base64
from .payment_codes import ERRORS, STATES, AnswerStatus, ErrorCode
from .payment_settings import CREATE, STATUS

__all__ = [
    "OTHER_REFERENCES",
    "Status",
    "callback_reference",
    "error_code_of",
    "parse_created",
    "parse_done",
    "parse_status",
]

CALLBACK_INVALID = Fault(
    "gdx.callback_invalid",
    en="this is no payment callback: {what}",
    th="ข้อมูลนี้ไม่ใช่การแจ้งสถานะการชำระเงิน: {what}",
)
PAYMENT_FORM = Fault(
    "gdx.payment_wrong_form",
    en="the answer of e-Payment lacks {what} or has it in another form",
    th="คำตอบของระบบ e-Payment ไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)

OTHER_REFERENCES = "OtherReferences"
MAX_CALLBACK_BYTES = 64 * 1024
_UTC_PLUS_7 = timezone(timedelta(hours=7))
_PAY_FORM = (
    "orderRef", "orderRef1", "orderRef2", "amount", "merchantId", "currCode", "lang", "payType",
    "payMethod", "securityKey", "successUrl", "failUrl", "cancelUrl",
)  # fmt: skip
"""Members of Krungthai's answer, in its guide's order, all but the address they are posted to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status answer: the receipt, and what else stands beside it.

    ``paid_reference`` is the bank's own, wanted to undo the payment; ``answered`` the pair of references
    in the answer, where there is one.
    """

    receipt: PaymentReceipt
    paid_reference: str | None
    answered: PaymentReference | None


def _unexpected(what: str, *, operation: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(PAYMENT_FORM, platform=PLATFORM, operation=operation, what=what)


def _member(value: object, kind: type[AnswerStatus | ErrorCode]) -> AnswerStatus | ErrorCode | None:
    """A member of an enumeration by its number, as number or text, or by its name."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return next((m for m in kind if text in {str(m.value), m.name}), None)


def _error_code(content: Mapping[str, object]) -> ErrorCode | None:
    code = _member(field_ci(content, "errorCode"), ErrorCode)
    return code if isinstance(code, ErrorCode) else None


def error_code_of(response: Response) -> ErrorCode | None:
    """The error code of any answer, or None when it has none."""
    try:
        content = parse_json_object(response, platform=PLATFORM, operation="payment")
    except UnexpectedAnswerError:
        return None
    return _error_code(content)


def _raise_for_code(code: ErrorCode, *, operation: str) -> None:
    kind, fault = ERRORS[code]
    raise kind(fault, platform=PLATFORM, operation=operation, number=code.value, name=code.name)


def _open(response: Response, *, operation: str) -> tuple[Mapping[str, object], tuple[str, ...]]:
    """The ``data`` of a call that went well, and what the platform reserves about it.

    The error code counts before the status, since no document says which HTTP status it comes with. An
    answer that is neither Success nor Error goes on with the names of its status and error as caveats.
    A message beside Success is one, too: the CGD guide prints a "success" whose message says that
    the payment could not be confirmed (documented).
    """
    code = error_code_of(response)
    if code is None or response.status in {401, 403, 429}:
        raise_for_status(response, platform=PLATFORM, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    status = _member(field_ci(content, "status"), AnswerStatus)
    if status is None:
        raise _unexpected("status", operation=operation)
    data = field_ci(content, "data")
    if code is not None and (status is AnswerStatus.Error or response.status >= 400 or data is None):
        _raise_for_code(code, operation=operation)
    if status is AnswerStatus.Error:
        raise _unexpected("errorCode", operation=operation)
    caveats = [] if status is AnswerStatus.Success else [status.name]
    if code is not None:
        caveats.append(code.name)
    message = field_ci(content, "message")
    if isinstance(message, str) and message.strip() and message.strip().lower() != "success" and not caveats:
        caveats.append("MessageBesideSuccess")
    return (data if isinstance(data, dict) else {}), tuple(caveats)


def parse_done(response: Response, *, operation: str) -> None:
    """Nothing for a close or void that went well; else the error of its code."""
    _open(response, operation=operation)


def _text(data: Mapping[str, object], name: str) -> str | None:
    value = field_ci(data, name)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value else None


def _amount(data: Mapping[str, object], *, operation: str) -> Decimal | None:
    text = _text(data, "amount")
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise _unexpected("amount", operation=operation) from None
    if not amount.is_finite() or amount < 0:
        raise _unexpected("amount", operation=operation)
    return amount


def _moment(text: str | None, *, operation: str) -> datetime | None:
    """``yyyy-MM-ddTHH:mm:ss``, with an offset (CGD's sample) or without, then Bangkok's (modelled)."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unexpected("paidDate", operation=operation) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_UTC_PLUS_7)


def _bill(data: Mapping[str, object]) -> bytes | None:
    encoded = _text(data, "billPaymentBase64String")
    if encoded is None:
        return None
    try:
        bill = decode_base64(encoded)
    except ValueError:
        raise _unexpected("billPaymentBase64String", operation=CREATE.operation) from None
    size = _text(data, "billPaymentFileSize")
    if size is not None and size != str(len(bill)):
        raise _unexpected("a bill of billPaymentFileSize bytes", operation=CREATE.operation)
    return bill


def _pay_url(data: Mapping[str, object]) -> str | None:
    url = _text(data, "gatewayUrl")
    if url is not None and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
        raise _unexpected("gatewayUrl (https)", operation=CREATE.operation)
    return url


def parse_created(response: Response, *, order: PaymentOrder) -> PaymentReceipt:
    """The receipt of an order just opened, under the references the platform gave it.

    CGD answers ``reference1`` and ``reference2`` beside the bill; Krungthai ``orderRef`` and
    ``orderRef1``, which its guide calls payment references 1 and 2, beside the form that the payer's
    browser posts to ``gatewayUrl`` (documented; that all members are the form is our reading).
    CGD's ``billPaymentFileUrl`` is plain http and is not used.

    Raises:
        ConflictError: the agency's reference was used before.
        UnexpectedAnswerError: the answer names no payment, or another amount.
    """
    operation = CREATE.operation
    data, caveats = _open(response, operation=operation)
    first = _text(data, "reference1") or _text(data, "orderRef")
    second = _text(data, "reference2") or _text(data, "orderRef1")
    if first is None or second is None:
        raise _unexpected("the references of the payment", operation=operation)
    amount = _amount(data, operation=operation)
    if amount not in {None, order.amount_baht}:
        raise _unexpected("the amount of the order", operation=operation)
    pay_url = _pay_url(data)
    form = {name: text for name in _PAY_FORM if (text := _text(data, name)) is not None} if pay_url else {}
    return PaymentReceipt(
        reference=PaymentReference(reference1=first, reference2=second),
        state=PaymentState.PENDING,
        amount_baht=order.amount_baht,
        pay_url=pay_url,
        pay_form=form,
        bill=_bill(data),
        caveats=caveats,
    )


def _state(data: Mapping[str, object]) -> PaymentState:
    """``paidStatus``, by name in the status sample and by number in the callback's (documented)."""
    text = _text(data, "paidStatus") or ""
    for number, state in enumerate(STATES):
        if text in {str(number), state.value}:
            return state
    raise _unexpected("paidStatus", operation=STATUS.operation)


def parse_status(response: Response, *, reference: PaymentReference) -> Status:
    """Where a payment stands, under the references it was asked by.

    Krungthai's sample answers other references than it was asked by (documented). Such an answer goes
    on with the caveat ``OtherReferences``: nobody should hand out a certificate on it unseen.

    Raises:
        NotFoundError: there is no such payment (codes 8 and 10).
    """
    operation = STATUS.operation
    data, caveats = _open(response, operation=operation)
    state = _state(data)
    first, second = _text(data, "ref1"), _text(data, "ref2")
    answered = PaymentReference(reference1=first, reference2=second) if first and second else None
    if answered not in {None, reference}:
        caveats = (*caveats, OTHER_REFERENCES)
    receipt = PaymentReceipt(
        reference=reference,
        state=state,
        amount_baht=_amount(data, operation=operation),
        paid_at=_moment(_text(data, "paidDate"), operation=operation),
        caveats=caveats,
    )
    return Status(receipt=receipt, paid_reference=_text(data, "refId"), answered=answered)


def callback_reference(body: bytes) -> PaymentReference:
    """The references of a callback. The names in the guide's sample begin with a blank: it is dropped.

    Raises:
        RejectedError: the body is too large, no JSON object, or names no payment.
    """

    def refusal(what: str) -> RejectedError:
        return RejectedError(CALLBACK_INVALID, platform=PLATFORM, operation="payment.callback", what=what)

    if len(body) > MAX_CALLBACK_BYTES:
        raise refusal(f"more than {MAX_CALLBACK_BYTES} bytes")
    try:
        content = parse_json_object(
            Response(status=200, body=body), platform=PLATFORM, operation="payment.callback"
        )
    except UnexpectedAnswerError:
        raise refusal("no JSON object") from None
    named = {name.strip().lower(): value for name, value in content.items()}
    if len(named) != len(content):
        raise refusal("a member twice")
    first, second = _text(named, "ref1"), _text(named, "ref2")
    if first is None or second is None:
        raise refusal("Ref1 or Ref2")
    return PaymentReference(reference1=first, reference2=second)
