"""e-Payment: what is sent, what each answer becomes, and that no callback is believed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    ConfigError,
    ConflictError,
    GovlinkError,
    NotFoundError,
    OutcomeUnknownError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Effect
from govlink.models.documents import PaymentReference, PaymentState
from govlink.models.identity import check_digit
from govlink_gdx import callback_answer
from govlink_gdx.payment_codes import ERRORS, STATES, ErrorCode
from govlink_gdx.payment_parse import callback_reference
from govlink_gdx.settings import GdxSettings

from .payment_orders import CGD, KTB, KTB_CREATED, ORDER, PAYER, THEIRS, failure, flows, status_answer
from .service_box import CONTEXT, LOST, NOW, answer, play


def test_an_order_at_krungthai_goes_out_as_the_guide_writes_it(settings: GdxSettings) -> None:
    """Text amount, the agency's references, no citizen number; a write, to the production address."""
    flow = flows(settings, **KTB).create_payment(ORDER, context=CONTEXT)
    receipt, (request,) = play(flow, answer(KTB_CREATED))
    content = json.loads(request.body)
    assert request.url == "https://api.egov.go.th/ws/dga/payment/create"
    assert (request.method, request.effect) == ("POST", Effect.WRITE)
    assert content["amount"] == "200.50"
    assert content["customerID"] == content["requestReference1"] == "EQ0001"
    parts = [content[f"customer{part}Name"] for part in ("Title", "First", "Middle", "Last")]
    assert parts == ["นางสาว", "ปิ่นมณี", "มะลิ", "ณ ตัวอย่าง"]
    assert "data" not in content
    assert receipt.reference == PaymentReference(reference1="202212091544433591", reference2="690001")
    assert receipt.state is PaymentState.PENDING
    assert receipt.pay_url == "https://payment.invalid/payForm.jsp"
    assert receipt.pay_form["securityKey"] == "SYNTHETIC"
    assert "gatewayUrl" not in receipt.pay_form
    assert receipt.bill is None


def test_an_order_at_the_comptroller_carries_its_account_and_brings_a_bill(settings: GdxSettings) -> None:
    """User and password travel in the body, days in Bangkok time; the bill is decoded and not followed."""
    flow = flows(settings, **CGD).create_payment(ORDER, context=CONTEXT)
    bill = b"%PDF-1.4 synthetic bill"
    data = {
        "reference1": THEIRS.reference1,
        "reference2": THEIRS.reference2,
        "billPaymentBase64String": base64.b64encode(bill).decode(),
        "billPaymentFileSize": len(bill),
        "billPaymentFileUrl": "http://payment.invalid/file",
    }
    receipt, (request,) = play(flow, answer({**KTB_CREATED, "data": data}))
    sent = json.loads(request.body)["data"]
    assert (sent["username"], sent["password"]) == ("cgd-user-good-nowhere", "cgd-password-good-nowhere")
    assert sent["invoiceStartDate"] == "2026-07-01T16:00:00.000+07:00"
    assert sent["invoiceEndDate"] == "2026-07-08T16:00:00.000+07:00"
    assert sent["catalogs"][0]["amount"] == "200.50"
    assert sent["catalogs"][0]["catalogDesc"] == "ค่าธรรมเนียมเทียบวุฒิ"
    assert (receipt.reference, receipt.bill, receipt.pay_url) == (THEIRS, bill, None)


def test_the_comptroller_takes_a_payer_without_a_last_name(settings: GdxSettings) -> None:
    """Its guide marks title and first name only; nothing is made up for what a person does not have."""
    order = replace(ORDER, payer_name=replace(PAYER, middle="", last=""))
    content = json.loads(next(flows(settings, **CGD).create_payment(order, context=CONTEXT)).body)
    assert (content["customerMiddleName"], content["customerLastName"]) == ("", "")


def test_secrets_stay_out_of_repr(settings: GdxSettings) -> None:
    """Settings, request and receipt may be logged."""
    both = flows(settings, **CGD)
    request = next(both.create_payment(ORDER, context=CONTEXT))
    shown = f"{both!r} {request!r}"
    assert "good-nowhere" not in shown
    assert "ปิ่นมณี" not in shown


@pytest.mark.parametrize(
    "missing", ["payment_source", "payment_bank", "payment_type", "cgd_username", "cgd_password"]
)
def test_a_missing_setting_is_named(settings: GdxSettings, missing: str) -> None:
    """Nothing is sent before all that the bank wants is there."""
    flow = flows(settings, **{**CGD, missing: None}).create_payment(ORDER, context=CONTEXT)
    with pytest.raises(ConfigError, match=missing):
        next(flow)


def test_members_that_the_guide_does_not_have_are_refused(settings: GdxSettings) -> None:
    """A misspelt member of the comptroller's order would be lost silently."""
    with pytest.raises(ValueError, match="orgNameTH"):
        flows(settings, cgd_organisation={"orgNameTh": "x"})


CITIZEN = "398000000002" + check_digit("398000000002")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reference": PaymentReference(reference1=CITIZEN, reference2="1")}, "/reference/reference1"),
        ({"reference": PaymentReference(reference1="", reference2="1")}, "/reference/reference1"),
        ({"reference": PaymentReference(reference1="1", reference2="a b")}, "/reference/reference2"),
        ({"amount_baht": Decimal(0)}, "/amount_baht"),
        ({"amount_baht": Decimal("0.001")}, "/amount_baht"),
        ({"amount_baht": Decimal("NaN")}, "/amount_baht"),
        ({"payer_name": replace(PAYER, title="")}, "/payer_name/title"),
        ({"payer_name": replace(PAYER, first=" ")}, "/payer_name/first"),
        ({"payer_name": replace(PAYER, last="")}, "/payer_name/last"),
        ({"payable_until": NOW}, "/payable_until"),
        ({"payable_until": datetime(2030, 1, 1)}, "/payable_until"),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_a_bad_order_is_refused_unsent(
    settings: GdxSettings, change: dict[str, object], pointer: str
) -> None:
    """Every problem has its place; a citizen number is never a reference."""
    order = replace(ORDER, **change)
    with pytest.raises(RejectedError) as caught:
        next(flows(settings, **KTB).create_payment(order, context=CONTEXT))
    assert [problem.pointer for problem in caught.value.problems] == [pointer]
    assert CITIZEN not in caught.value.explain()


def test_only_the_documented_codes_have_a_rule() -> None:
    """22 codes and "Others": a code more or less is a slip in the table."""
    assert {code.value for code in ErrorCode} == {*range(1, 23), 999}
    assert ERRORS.keys() == set(ErrorCode)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, RejectedError),
        ("7", RejectedError),
        (2, ConfigError),
        (8, NotFoundError),
        (9, ConfigError),
        (10, NotFoundError),
        ("TransactionNotFound", NotFoundError),
        (12, UnavailableError),
        (13, UnexpectedAnswerError),
        (14, ConflictError),
        (18, UnavailableError),
        (19, ConflictError),
        (21, ConflictError),
        (22, ConflictError),
        (999, UnexpectedAnswerError),
        (23, UnexpectedAnswerError),
        (None, UnexpectedAnswerError),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_each_code_asks_what_it_asks(
    settings: GdxSettings, code: object, kind: type[GovlinkError], status: int
) -> None:
    """By number, as text or by name, and whatever the HTTP status; the message is not repeated."""
    flow = flows(settings).payment_status(THEIRS, context=CONTEXT)
    if status != 200 and code in {23, None}:
        kind = RejectedError if status == 400 else UnavailableError  # then the HTTP status is all there is
    with pytest.raises(kind) as caught:
        play(flow, answer(failure(code), status))
    assert "ลับ" not in caught.value.explain()


def test_a_passing_failure_may_be_asked_again_and_no_other(settings: GdxSettings) -> None:
    """A bank that is down passes; a payment that is not there does not."""
    request = next(flows(settings).payment_status(THEIRS, context=CONTEXT))
    assert request.effect is Effect.READ
    assert request.transient(answer(failure(12)))
    assert request.transient(answer(b"", 503))
    assert not request.transient(answer(failure(8), 503))


@pytest.mark.parametrize(("number", "state"), tuple(enumerate(STATES)))
def test_every_state_is_read_by_number_and_by_name(
    settings: GdxSettings, number: int, state: PaymentState
) -> None:
    """The status sample has names, the callback sample numbers."""
    for written in (number, str(number), state.value):
        flow = flows(settings).payment_status(THEIRS, context=CONTEXT)
        assert play(flow, answer(status_answer(paidStatus=written)))[0].state is state


def test_an_unknown_state_is_no_state(settings: GdxSettings) -> None:
    """A new one must not be taken for paid."""
    flow = flows(settings).payment_status(THEIRS, context=CONTEXT)
    with pytest.raises(UnexpectedAnswerError):
        play(flow, answer(status_answer(paidStatus=9)))


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-09-22T11:03:36", datetime(2022, 9, 22, 4, 3, 36, tzinfo=UTC)),
        ("2021-08-26T08:27:34.713Z", datetime(2021, 8, 26, 8, 27, 34, 713000, tzinfo=UTC)),
        ("", None),
    ],
)
def test_days_are_read_in_both_forms(settings: GdxSettings, written: str, moment: datetime | None) -> None:
    """Krungthai's have no offset, the comptroller's have one."""
    flow = flows(settings).payment_status(THEIRS, context=CONTEXT)
    assert play(flow, answer(status_answer(paidDate=written)))[0].paid_at == moment


def test_what_the_platform_reserves_is_told(settings: GdxSettings) -> None:
    """A half success, a warning, a message beside success, and an answer about another payment."""
    half = {**status_answer(), "status": 1, "errorCode": 4}
    unconfirmed = {**status_answer(), "message": "[200] ยืนยันไม่ได้"}
    cases = [
        (half, ("SuccessWithError", "InvalidPaidDate")),
        ({**status_answer(), "status": "Warning"}, ("Warning",)),
        (unconfirmed, ("MessageBesideSuccess",)),
        (status_answer(ref1="6500000100", ref2="62025465"), ("OtherReferences",)),
        (status_answer(ref1=THEIRS.reference1, ref2=THEIRS.reference2), ()),
    ]
    for content, caveats in cases:
        flow = flows(settings).payment_status(THEIRS, context=CONTEXT)
        receipt, _ = play(flow, answer(content))
        assert receipt.caveats == caveats
        assert receipt.reference == THEIRS


def test_a_lost_order_is_read_back(settings: GdxSettings) -> None:
    """Found under the agency's references, it goes on under the platform's."""
    flow = flows(settings, **KTB).create_payment(ORDER, context=CONTEXT)
    found = status_answer(paidStatus="Pending", ref1="6500000100", ref2="62025465", amount=200.5)
    receipt, requests = play(flow, LOST, answer(found))
    assert requests[1].query == (("reference1", "EQ0001"), ("reference2", "690001"))
    assert receipt.reference == PaymentReference(reference1="6500000100", reference2="62025465")
    assert receipt.caveats == ()


@pytest.mark.parametrize(
    "back",
    [answer(failure(8)), answer(b"<html>"), answer({}, 503), answer(status_answer(amount=1)), LOST],
)
def test_a_lost_order_that_is_not_found_stays_unknown(settings: GdxSettings, back: object) -> None:
    """Nothing found is no proof that nothing was opened; another amount is another order."""
    flow = flows(settings, **KTB).create_payment(ORDER, context=CONTEXT)
    with pytest.raises(OutcomeUnknownError) as caught:
        play(flow, LOST, back)
    assert caught.value is LOST


def test_reading_back_can_be_switched_off(settings: GdxSettings) -> None:
    """That the platform knows the agency's references is our reading."""
    flow = flows(settings, **KTB, payment_reads_back=False).create_payment(ORDER, context=CONTEXT)
    with pytest.raises(OutcomeUnknownError):
        play(flow, LOST)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"orderRef": "1"},
        {"orderRef": "1", "orderRef1": "2", "amount": 999},
        {"orderRef": "1", "orderRef1": "2", "gatewayUrl": "http://payment.invalid/"},
        {"reference1": "1", "reference2": "2", "billPaymentBase64String": "JVBE", "billPaymentFileSize": 4},
        {"reference1": "1", "reference2": "2", "billPaymentBase64String": "ไม่ใช่"},
    ],
)
def test_an_order_without_what_it_needs_is_no_order(settings: GdxSettings, data: dict[str, object]) -> None:
    """References, the amount asked, https to pay at, a whole bill."""
    flow = flows(settings, **KTB).create_payment(ORDER, context=CONTEXT)
    with pytest.raises(UnexpectedAnswerError):
        play(flow, answer({**KTB_CREATED, "data": data}))


def test_closing_in_production_needs_an_address(settings: GdxSettings) -> None:
    """The guide prints the test address there: no order is closed on a test service by mistake."""
    with pytest.raises(ConfigError, match=r"payment\.close"):
        next(flows(settings).close_payment(THEIRS, context=CONTEXT))
    uat = flows(settings, environment="uat").close_payment(THEIRS, context=CONTEXT)
    assert next(uat).url == "https://api.egov.go.th/ws/dga/uat/payment/close"


def test_voiding_asks_first_and_looks_after(settings: GdxSettings) -> None:
    """The bank's reference comes from the status; a lost answer is decided by it, too."""
    void = flows(settings).void_payment(THEIRS, context=CONTEXT)
    done = {"status": 0, "errorCode": None, "message": "Success", "data": None}
    steps = (answer(status_answer()), answer(done), answer(status_answer(paidStatus=4)))
    receipt, requests = play(void, *steps)
    assert json.loads(requests[1].body)["paymentReference"] == "7447066"
    assert receipt.state is PaymentState.VOID
    lost = flows(settings).void_payment(THEIRS, context=CONTEXT)
    assert play(lost, answer(status_answer()), LOST, answer(status_answer(paidStatus=4)))[0] == receipt
    still = flows(settings).void_payment(THEIRS, context=CONTEXT)
    with pytest.raises(OutcomeUnknownError):
        play(still, answer(status_answer()), LOST, answer(status_answer()))


def test_voiding_twice_sends_once_and_unpaid_never(settings: GdxSettings) -> None:
    """A void payment is returned as it is; one nobody paid has nothing to undo."""
    again = flows(settings).void_payment(THEIRS, context=CONTEXT)
    assert play(again, answer(status_answer(paidStatus="Void")))[0].state is PaymentState.VOID
    unpaid = flows(settings).void_payment(THEIRS, context=CONTEXT)
    with pytest.raises(ConflictError, match="Pending"):
        play(unpaid, answer(status_answer(paidStatus="Pending", refId="")))


def test_a_callback_is_asked_about_and_not_believed(settings: GdxSettings) -> None:
    """It says paid, the platform says pending: pending it is."""
    body = json.dumps({" PaidStatus": 1, " Ref1": "6500000100", " Ref2": "62025465"}).encode()
    flow = flows(settings).confirm_callback(body, context=CONTEXT)
    receipt, (request,) = play(flow, answer(status_answer(paidStatus="Pending")))
    assert request.query == (("reference1", "6500000100"), ("reference2", "62025465"))
    assert receipt.state is PaymentState.PENDING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"<html>",
        b'{"Ref1": "1"}',
        b'{"Ref1": "1", " ref1": "2", "Ref2": "3"}',
        b'{"Ref1": "1", "Ref2": {"$ne": 1}}',
        b'{"Ref1": "1", "Ref2": "' + b"2" * 65536 + b'"}',
        b'{"Ref1": "1 OR 1", "Ref2": "2"}',
    ],
)
def test_what_is_no_callback_sends_nothing(settings: GdxSettings, body: bytes) -> None:
    """Anybody can post to the agency's address."""
    with pytest.raises(RejectedError):
        next(flows(settings).confirm_callback(body, context=CONTEXT))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_reference_or_refused(body: bytes) -> None:
    """A parser that strangers reach fails in one way only."""
    try:
        assert callback_reference(body).reference1
    except RejectedError as error:
        assert error.code == "gdx.callback_invalid"  # noqa: PT017 - the other outcome is as good


def test_the_answer_to_a_callback_is_the_documented_one() -> None:
    """Seconds since 1970, and a JSON boolean."""
    at = datetime(2022, 12, 15, 9, 18, 10, tzinfo=UTC)
    yes, no = callback_answer(accepted=True, at=at), callback_answer(accepted=False, at=at)
    assert yes == {"requestTimeStamp": 1671095890, "message": "Success", "result": True}
    assert no["result"] is False
