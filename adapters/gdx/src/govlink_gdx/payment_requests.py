"""From an order or a pair of references to the request that e-Payment takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from govlink.errors import ConfigError, Fault, Problem, RejectedError
from govlink.flow import Effect, Request, Response, transient_status
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.models.documents import PaymentOrder, PaymentReference
from govlink.models.identity import CitizenId, PersonName
from govlink.settings import Endpoint
from govlink.wire import JSON_TYPE, json_body

from .codes import PLATFORM
from .payment_codes import PASSING, BankCode
from .payment_parse import error_code_of
from .payment_settings import CLOSE, CREATE, STATUS, VOID
from .settings import GdxSettings

__all__ = ["BANGKOK", "request_close", "request_create", "request_status", "request_void"]

BANGKOK = timezone(timedelta(hours=7))

ORDER_INVALID = Fault(
    "gdx.payment_order_invalid",
    en="the payment was not sent, because e-Payment could not take it",
    th="ไม่ได้ส่งรายการชำระเงิน เนื่องจากข้อมูลไม่เป็นไปตามข้อกำหนด",
)
BAD_REFERENCE = Fault(
    "gdx.payment_bad_reference",
    en="a reference is 1 to 50 letters, digits or -./_ and no citizen number",
    th="เลขอ้างอิงต้องเป็นตัวอักษร ตัวเลข หรือ -./_ ไม่เกิน 50 อักขระ และไม่ใช่เลขประจำตัวประชาชน",
)
BAD_AMOUNT = Fault(
    "gdx.payment_bad_amount",
    en="the amount is more than nothing and has at most two decimals",
    th="จำนวนเงินต้องมากกว่าศูนย์และมีทศนิยมไม่เกินสองตำแหน่ง",
)
BAD_DEADLINE = Fault(
    "gdx.payment_bad_deadline",
    en="the last moment to pay has a time zone and has not passed",
    th="กำหนดชำระต้องระบุเขตเวลาและต้องยังไม่ผ่านไป",
)
BAD_PAYER = Fault(
    "gdx.payment_bad_payer",
    en="the payer's title, first name and, at Krungthai, last name must not be empty",
    th="ต้องระบุคำนำหน้าชื่อ ชื่อ และนามสกุล (เมื่อชำระผ่านกรุงไทย) ของผู้ชำระเงิน",
)
SETTING_MISSING = Fault(
    "gdx.payment_setting_missing",
    en="no order can be opened without the setting {setting}",
    th="เปิดรายการชำระเงินไม่ได้เพราะยังไม่ได้กำหนดค่า {setting}",
)

_REFERENCE = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{0,49}")


def _is_reference(text: str) -> bool:
    if _REFERENCE.fullmatch(text) is None:
        return False
    try:
        CitizenId(text)
    except RejectedError:
        return True
    return False


def _refuse_if(faults: Mapping[str, Fault | None], *, endpoint: Endpoint) -> None:
    problems = tuple(Problem(pointer=p, fault=fault) for p, fault in faults.items() if fault is not None)
    if problems:
        raise RejectedError(ORDER_INVALID, platform=PLATFORM, operation=endpoint.operation, problems=problems)


def _needed(value: str | None, setting: str) -> str:
    if value is None:
        raise ConfigError(
            SETTING_MISSING, platform=PLATFORM, operation=CREATE.operation, setting=f"platforms.gdx.{setting}"
        )
    return value


def _status_may_pass(response: Response) -> bool:
    code = error_code_of(response)
    return code in PASSING if code is not None else transient_status(response)


def _request(endpoint: Endpoint, settings: GdxSettings, *, content: Mapping[str, object]) -> Request:
    return Request(
        method="POST",
        url=settings.url_of(endpoint, platform=PLATFORM, hosts=DEFAULT_HOSTS),
        operation=endpoint.operation,
        effect=Effect.WRITE,
        headers=(JSON_TYPE,),
        body=json_body(content),
        timeout_s=settings.document_timeout_s,
        max_body_bytes=settings.document_limit_bytes,
        auth=gateway_auth(settings, platform=PLATFORM),
    )


def _check_reference(reference: PaymentReference, *, endpoint: Endpoint) -> None:
    _refuse_if(
        {
            "/reference/reference1": None if _is_reference(reference.reference1) else BAD_REFERENCE,
            "/reference/reference2": None if _is_reference(reference.reference2) else BAD_REFERENCE,
        },
        endpoint=endpoint,
    )


def request_status(settings: GdxSettings, *, reference: PaymentReference) -> Request:
    """``GET ws/dga/payment/status`` with both references in the query; asks not to be cached.

    Source: e-Payment guides, "status" (documented). The CGD guide leaves the Token header out, which
    reads as a slip beside its sibling: it is sent.

    Raises:
        RejectedError: a reference cannot be one.
    """
    _check_reference(reference, endpoint=STATUS)
    return Request(
        method="GET",
        url=settings.url_of(STATUS, platform=PLATFORM, hosts=DEFAULT_HOSTS),
        operation=STATUS.operation,
        effect=Effect.READ,
        query=(("reference1", reference.reference1), ("reference2", reference.reference2)),
        headers=(JSON_TYPE, ("Cache-Control", "no-cache")),
        timeout_s=settings.timeout_s,
        max_body_bytes=settings.record_limit_bytes,
        auth=gateway_auth(settings, platform=PLATFORM),
        transient=_status_may_pass,
    )


def request_close(settings: GdxSettings, *, reference: PaymentReference) -> Request:
    """``POST …/payment/close`` with both references (documented; its production address is not)."""
    _check_reference(reference, endpoint=CLOSE)
    content = {"reference1": reference.reference1, "reference2": reference.reference2}
    return _request(CLOSE, settings, content=content)


def request_void(settings: GdxSettings, *, reference: PaymentReference, paid_reference: str) -> Request:
    """``POST …/payment/void`` with both references and the one the bank gave the payment (documented)."""
    _check_reference(reference, endpoint=VOID)
    content = {
        "reference1": reference.reference1,
        "reference2": reference.reference2,
        "paymentReference": paid_reference,
    }
    return _request(VOID, settings, content=content)


def _amount_text(amount_baht: Decimal) -> str:
    whole = amount_baht == amount_baht.to_integral_value()
    return f"{amount_baht:.0f}" if whole else f"{amount_baht:.2f}"


def _is_amount(amount_baht: Decimal) -> bool:
    if not amount_baht.is_finite() or amount_baht <= 0:
        return False
    return amount_baht == round(amount_baht, 2)


def _moment(moment: datetime) -> str:
    return moment.astimezone(BANGKOK).isoformat(timespec="milliseconds")


def _cgd_data(settings: GdxSettings, order: PaymentOrder, *, now: datetime) -> dict[str, object]:
    """What the Comptroller General's Department wants inside the order, its account included."""
    user, password = settings.cgd_username, settings.cgd_password
    catalog = {
        **settings.cgd_catalog,
        "catalogDesc": order.description_th,
        "amount": _amount_text(order.amount_baht),
    }
    return {
        "username": _needed(user.get_secret_value() if user else None, "cgd_username"),
        "password": _needed(password.get_secret_value() if password else None, "cgd_password"),
        **settings.cgd_organisation,
        "invoiceStartDate": _moment(now),
        "invoiceEndDate": _moment(order.payable_until),
        "catalogs": [catalog],
    }


def _payer_faults(payer: PersonName, *, bank: BankCode | None) -> dict[str, Fault | None]:
    """The parts of a name that the guides mark as required; CGD's leaves the last name free (documented)."""
    needed = {"title": payer.title, "first": payer.first}
    if bank is not BankCode.CGD:
        needed["last"] = payer.last
    return {f"/payer_name/{part}": None if text.strip() else BAD_PAYER for part, text in needed.items()}


def request_create(settings: GdxSettings, *, order: PaymentOrder, now: datetime) -> Request:
    """``POST ws/dga/payment/create`` (documented: e-Payment guides, "create").

    Amounts are texts. ``customerID`` may be any number that tells the payer apart, so the order's own
    reference is sent and no citizen number. Both guides want a title and a first name, Krungthai's a last
    name too. Only CGD takes a last day to pay; where the bank is Krungthai, close the order when it has
    passed.

    Raises:
        RejectedError: the order cannot be one; ``problems`` says what.
        ConfigError: a setting of the payment service is missing.
    """
    payer, bank, second = order.payer_name, settings.payment_bank, order.reference.reference2
    is_late = order.payable_until.utcoffset() is None or order.payable_until <= now.astimezone(UTC)
    _refuse_if(
        {
            "/reference/reference1": None if _is_reference(order.reference.reference1) else BAD_REFERENCE,
            "/reference/reference2": BAD_REFERENCE if second and not _is_reference(second) else None,
            "/amount_baht": None if _is_amount(order.amount_baht) else BAD_AMOUNT,
            **_payer_faults(order.payer_name, bank=bank),
            "/payable_until": BAD_DEADLINE if is_late else None,
        },
        endpoint=CREATE,
    )
    content: dict[str, object] = {
        "source": _needed(settings.payment_source, "payment_source"),
        "customerID": order.reference.reference1,
        "customerTitleName": payer.title,
        "customerFirstName": payer.first,
        "customerMiddleName": payer.middle,
        "customerLastName": payer.last,
        "bankCode": _needed(bank, "payment_bank"),
        "paymentType": _needed(settings.payment_type, "payment_type"),
        "amount": _amount_text(order.amount_baht),
        "requestReference1": order.reference.reference1,
        "requestReference2": second,
        "requestReference3": "",
    }
    if bank is BankCode.CGD:
        content["data"] = _cgd_data(settings, order, now=now)
    return _request(CREATE, settings, content=content)
