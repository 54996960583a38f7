"""Fees in the box: opened, paid, seen, ended, and forged callbacks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from govlink.errors import (
    ConflictError,
)
from govlink.models.documents import PaymentState
from govlink_gdx import callback_answer
from govlink_gdx.payments import PaymentFlows

from .payment_orders import CGD, KTB, ORDER, OURS
from .service_box import NOW, Box, boxed


@pytest.fixture
def box() -> Iterator[Box]:
    """A running GDX."""
    with boxed() as running:
        yield running


@pytest.mark.parametrize("bank", ["KTB", "CGD"])
def test_an_order_is_opened_paid_and_seen(box: Box, bank: str) -> None:
    """The life of a fee, by both banks; the second order under one reference is refused."""
    extra = {"KTB": KTB, "CGD": CGD}[bank]
    payments = PaymentFlows(settings=box.settings(**extra))
    opened = box.drive(payments.create_payment(ORDER, context=box.context()))
    assert (opened.bill is not None) == (bank == "CGD")
    pair = {"reference1": opened.reference.reference1, "reference2": opened.reference.reference2}
    with pytest.raises(ConflictError):
        box.drive(payments.create_payment(ORDER, context=box.context()))
    pending = box.drive(payments.payment_status(opened.reference, context=box.context()))
    assert (pending.state, pending.paid_at) == (PaymentState.PENDING, None)
    box.control("payments/pay", {**pair, "unconfirmed": True})
    paid = box.drive(payments.payment_status(opened.reference, context=box.context()))
    assert (paid.state, paid.amount_baht, paid.paid_at) == (PaymentState.SUCCESS, Decimal("200.5"), NOW)
    assert paid.caveats == ("MessageBesideSuccess",)
    with pytest.raises(ConflictError):
        box.drive(payments.close_payment(opened.reference, context=box.context()))


def test_orders_end(box: Box) -> None:
    """Closed by the agency, expired by the bank, run out of time, and undone."""
    payments = PaymentFlows(settings=box.settings(**KTB))
    receipts = []
    for number in range(3):
        order = replace(ORDER, reference=replace(OURS, reference2=f"69000{number}"))
        receipts.append(box.drive(payments.create_payment(order, context=box.context())))
    closed, expired, undone = (receipt.reference for receipt in receipts)
    box.drive(payments.close_payment(closed, context=box.context()))
    pairs = [{"reference1": r.reference1, "reference2": r.reference2} for r in (expired, undone)]
    box.control("payments/expire", pairs[0])
    box.control("payments/pay", pairs[1])
    assert box.drive(payments.void_payment(undone, context=box.context())).state is PaymentState.VOID
    for reference in (closed, expired):
        status = box.drive(payments.payment_status(reference, context=box.context()))
        assert status.state is PaymentState.EXPIRED
    bills = PaymentFlows(settings=box.settings(**CGD))
    order = replace(ORDER, reference=replace(OURS, reference1="EQ0002"))
    bill = box.drive(bills.create_payment(order, context=box.context()))
    box.clock.now += timedelta(days=8)
    status = box.drive(bills.payment_status(bill.reference, context=box.context()))
    assert status.state is PaymentState.EXPIRED


def test_a_forged_callback_changes_nothing(box: Box) -> None:
    """The box calls a loopback address; what it forges there the status does not confirm."""
    payments = PaymentFlows(settings=box.settings(**KTB))
    receipt = box.drive(payments.create_payment(ORDER, context=box.context()))
    received: list[bytes] = []

    class Agency(BaseHTTPRequestHandler):
        """The agency's own address."""

        def do_POST(self) -> None:
            """Take a callback in."""
            received.append(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(callback_answer(accepted=True, at=NOW)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Agency)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        answered = box.control(
            "payments/callback",
            {
                "reference1": receipt.reference.reference1,
                "reference2": receipt.reference.reference2,
                "url": f"http://127.0.0.1:{server.server_port}/callback",
                "forged": {"paidStatus": 1, "amount": 1},
            },
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert json.loads(answered["body"])["result"] is True
    assert b'" PaidStatus": 1' in received[0]
    confirmed = box.drive(payments.confirm_callback(received[0], context=box.context()))
    assert confirmed.state is PaymentState.PENDING
    assert confirmed.reference == receipt.reference
