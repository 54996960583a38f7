"""e-Payment in a box: orders of both banks, paid and expired by control calls, with callbacks.

Documented: calls, members, enumerations, both forms of ``create``, texts for amounts, names of states
in ``status``, numbers and names that begin with a blank in the callback. Modelled: the HTTP status of
failures (200), that a status is found under the agency's references, too, that a closed order is
Expired, and every reference. Control routes, JSON by ``POST``:

- ``/_sandbox/payments/open`` ``{reference1, reference2, amount}``: an order that stands already, for
  ``FastPay``; once.
- ``/_sandbox/payments/pay`` ``{reference1, reference2}``: the payer pays; ``unconfirmed`` true makes later
  statuses carry the message of a bank that could not confirm.
- ``/_sandbox/payments/expire`` ``{reference1, reference2}``.
- ``/_sandbox/payments/callback`` ``{reference1, reference2, url, forged?}``: send the callback to a
  loopback address, the members of ``forged`` in place of the true ones; answers what came back.
- ``GET /_sandbox/payments``: all orders.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.models.documents import PaymentState
from govlink.sandbox.toolkit import World, forbidden, thai_json

from ..payment_codes import STATES, BankCode, ErrorCode, PaymentType
from ..tiny_pdf import tiny_pdf
from .desk import Handler

__all__ = ["routes"]

BANGKOK = timezone(timedelta(hours=7))
UNCONFIRMED = "[200] สำเร็จแต่ไม่สามารถยืนยันผลการชำระเงินจากปลายทางได้"


@dataclass(slots=True, kw_only=True)
class _Order:
    pair: tuple[str, str]
    asked_as: tuple[str, str]
    amount: str
    bank: str
    kind: str
    ends_at: datetime | None
    state: PaymentState = PaymentState.PENDING
    paid_at: datetime | None = None
    voided_at: datetime | None = None
    paid_reference: str = ""
    is_unconfirmed: bool = False


class _Refusal(Exception):
    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.name)
        self.code = code


def _answer(data: object, *, message: str = "Success") -> Response:
    return thai_json({"status": 0, "errorCode": None, "message": message, "data": data})


def _failed(code: ErrorCode) -> Response:
    return thai_json({"status": 3, "errorCode": code.value, "message": code.name, "data": None})


def _local(moment: datetime | None) -> str:
    return moment.astimezone(BANGKOK).strftime("%Y-%m-%dT%H:%M:%S") if moment else ""


class _Desk:
    def __init__(self, world: World) -> None:
        self.world = world
        self.orders: list[_Order] = []

    def find(self, content: Any) -> _Order:  # JSON of a call; a wrong form is refused below
        pair = (content.get("reference1"), content.get("reference2"))
        for order in self.orders:
            if pair in {order.pair, order.asked_as}:
                if (
                    order.state is PaymentState.PENDING
                    and order.ends_at
                    and order.ends_at <= self.world.now()
                ):
                    order.state = PaymentState.EXPIRED
                return order
        raise _Refusal(ErrorCode.TransactionNotFound)

    def create(self, content: dict[str, Any]) -> Response:
        needed = ("source", "customerID", "customerTitleName", "customerFirstName", "requestReference1")
        if not all(isinstance(content.get(name), str) and content[name] for name in needed):
            raise _Refusal(ErrorCode.InvalidRequest)
        if content.get("bankCode") == BankCode.KTB and not content.get("customerLastName"):
            raise _Refusal(ErrorCode.InvalidRequest)  # its guide wants one, CGD's does not (documented)
        amount = content.get("amount")
        if not isinstance(amount, str) or not amount.replace(".", "", 1).isdigit() or float(amount) <= 0:
            raise _Refusal(ErrorCode.InvalidAmount)
        bank, kind = content.get("bankCode"), content.get("paymentType")
        if bank not in set(BankCode) or kind not in set(PaymentType):
            raise _Refusal(ErrorCode.UnsupportedPaymentType)
        asked_as = (content["requestReference1"], content.get("requestReference2") or "")
        if any(order.asked_as == asked_as for order in self.orders):
            raise _Refusal(ErrorCode.ReferenceNumberDuplicate)
        data = content.get("data") or {}
        if bank == BankCode.CGD and not (data.get("username") and data.get("password")):
            raise _Refusal(ErrorCode.InvalidEndpointData)
        number = self.world.next_number("payment")
        order = _Order(
            pair=(f"{self.world.now():%y%m%d}{number:010d}", f"{self.world.now():%y%m}{number:04d}"),
            asked_as=asked_as,
            amount=amount,
            bank=bank,
            kind=kind,
            ends_at=datetime.fromisoformat(data["invoiceEndDate"]) if "invoiceEndDate" in data else None,
        )
        self.orders.append(order)
        return _answer(_bill(order) if bank == BankCode.CGD else _pay_form(order))

    def open(self, content: Any) -> Response:
        names = ("customerID", "customerTitleName", "customerFirstName", "customerLastName")
        order = {
            "source": "SANDBOX",
            **dict.fromkeys(names, "synthetic"),
            "bankCode": BankCode.KTB.value,
            "paymentType": PaymentType.FAST_PAY.value,
            "amount": content["amount"],
            "requestReference1": content["reference1"],
            "requestReference2": content["reference2"],
        }
        if all(known.asked_as != (content["reference1"], content["reference2"]) for known in self.orders):
            self.create(order)
        return thai_json({"orders": len(self.orders)})

    def status(self, content: Any) -> Response:
        order = self.find(content)
        message = UNCONFIRMED if order.is_unconfirmed else "Success"
        return _answer({**_paid(order), "paidStatus": order.state.value}, message=message)

    def close(self, content: Any) -> Response:
        order = self.find(content)
        if order.state is not PaymentState.PENDING:
            raise _Refusal(ErrorCode.PaidPaymentCannotBeClosed)
        order.state = PaymentState.EXPIRED
        return _answer(None)

    def void(self, content: Any) -> Response:
        order = self.find(content)
        is_good = order.state is PaymentState.SUCCESS and order.kind == PaymentType.FAST_PAY
        if not is_good or content.get("paymentReference") != order.paid_reference:
            raise _Refusal(ErrorCode.UnableToVoidTransaction)
        order.state, order.voided_at = PaymentState.VOID, self.world.now()
        return _answer(None)

    def pay(self, content: Any) -> Response:
        order = self.find(content)
        order.state, order.paid_at = PaymentState.SUCCESS, self.world.now()
        order.paid_reference = f"{self.world.next_number('paid'):07d}"
        order.is_unconfirmed = bool(content.get("unconfirmed"))
        return thai_json({"state": order.state.value})

    def expire(self, content: Any) -> Response:
        order = self.find(content)
        order.state = PaymentState.EXPIRED
        return thai_json({"state": order.state.value})


def _bill(order: _Order) -> dict[str, object]:
    bill = tiny_pdf(f"SYNTHETIC bill {order.pair[0]}")
    return {
        "billPaymentFileUrl": f"http://payment.invalid/e-payment/api/file/{order.pair[0]}",
        "billPaymentBase64String": base64.b64encode(bill).decode(),
        "billPaymentContentType": "application/pdf",
        "billPaymentFileSize": len(bill),
        "billPaymentFileName": f"{order.asked_as[0]}.pdf",
        "billerID": "000000000000003",
        "billNo": order.pair[0],
        "reference1": order.pair[0],
        "reference2": order.pair[1],
        "reference3": None,
    }


def _pay_form(order: _Order) -> dict[str, object]:
    page = "https://payment.invalid/e-payment"
    return {
        "orderRef": order.pair[0],
        "orderRef1": order.pair[1],
        "orderRef2": None,
        "amount": float(order.amount),
        "merchantId": "900000001",
        "currCode": "764",
        "lang": "T",
        "payType": "N",
        "payMethod": "QR" if order.kind == PaymentType.QR_PAYMENT else "CC",
        "securityKey": f"SYNTHETIC{order.pair[0]}",
        "gatewayUrl": f"{page}/payForm.jsp",
        "successUrl": f"{page}/success",
        "failUrl": f"{page}/fail",
        "cancelUrl": f"{page}/cancel",
    }


def _paid(order: _Order) -> dict[str, object]:
    return {
        "paidStatus": STATES.index(order.state),
        "description": None,
        "paidDate": _local(order.paid_at),
        "paidChannel": None,
        "confirmPaidDate": _local(order.paid_at),
        "refId": order.paid_reference,
        "ref1": order.pair[0],
        "ref2": order.pair[1],
        "paymentType": "C",
        "amount": float(order.amount),
        "feeAmount": 0,
        "voidDate": _local(order.voided_at),
        "requestRefundDate": "",
    }


def _post(url: str, body: bytes) -> dict[str, object]:
    """Post to this machine only: a sandbox calls nobody else."""
    parts = urlsplit(url)
    if parts.hostname != "127.0.0.1":
        raise ValueError("a callback goes to 127.0.0.1")
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=10)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return {"status": answer.status, "body": answer.read(65536).decode("utf-8", "replace")}
    finally:
        connection.close()


def routes(world: World) -> list[Route]:
    """e-Payment's four calls and the sandbox's own."""
    desk = _Desk(world)

    def call(act: str) -> Handler:
        async def handle(request: Request) -> Response:
            if refusal := forbidden(request, world):
                return refusal
            content = dict(request.query_params) if request.method == "GET" else await request.json()
            try:
                answer: Response = getattr(desk, act)(content)
            except _Refusal as refusal_:
                return _failed(refusal_.code)
            return answer

        return handle

    def control(act: str) -> Handler:
        async def handle(request: Request) -> Response:
            try:
                answer: Response = getattr(desk, act)(await request.json())
            except _Refusal as refusal:
                return thai_json({"Message": refusal.code.name}, status=404)
            return answer

        return handle

    async def callback(request: Request) -> Response:
        content = await request.json()
        members = {**_paid(desk.find(content)), **content.get("forged", {})}
        named = {f" {name[:1].upper()}{name[1:]}": value for name, value in members.items()}
        body = json.dumps(named, ensure_ascii=False).encode()
        return thai_json(await asyncio.to_thread(_post, content["url"], body))

    async def show(_: Request) -> Response:
        return thai_json([{**_paid(order), "requested_as": list(order.asked_as)} for order in desk.orders])

    calls = [("create", "POST"), ("status", "GET"), ("close", "POST"), ("void", "POST")]
    return [
        *(Route(f"/ws/dga/payment/{act}", call(act), methods=[method]) for act, method in calls),
        *(
            Route(f"/_sandbox/payments/{act}", control(act), methods=["POST"])
            for act in ("open", "pay", "expire")
        ),
        Route("/_sandbox/payments/callback", callback, methods=["POST"]),
        Route("/_sandbox/payments", show),
    ]
