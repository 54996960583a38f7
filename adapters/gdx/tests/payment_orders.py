"""Orders, settings and answers that the tests of fees share."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from govlink.models.documents import PaymentOrder, PaymentReference
from govlink.models.identity import PersonName
from govlink_gdx.payments import PaymentFlows
from govlink_gdx.settings import GdxSettings

from .service_box import NOW

OURS = PaymentReference(reference1="EQ0001", reference2="690001")
THEIRS = PaymentReference(reference1="2108260000000003", reference2="21080003")
PAYER = PersonName(title="นางสาว", first="ปิ่นมณี", middle="มะลิ", last="ณ ตัวอย่าง")
ORDER = PaymentOrder(
    reference=OURS,
    amount_baht=Decimal("200.50"),
    payer_name=PAYER,
    description_th="ค่าธรรมเนียมเทียบวุฒิ",
    payable_until=NOW + timedelta(days=7),
)
KTB = {"payment_source": "OBEC", "payment_bank": "KTB", "payment_type": "FastPay"}
CGD = {
    "payment_source": "OBEC",
    "payment_bank": "CGD",
    "payment_type": "BillPayment",
    "cgd_username": "cgd-user-good-nowhere",
    "cgd_password": "cgd-password-good-nowhere",
    "cgd_organisation": {"orgNameTH": "หน่วยงานสังเคราะห์"},
    "cgd_catalog": {"catalogCode": "2100700033", "catalogName": "ค่าธรรมเนียม"},
}
KTB_CREATED = {
    "status": 0,
    "errorCode": None,
    "message": "Success",
    "data": {
        "orderRef": "202212091544433591",
        "orderRef1": "690001",
        "orderRef2": None,
        "amount": 200.5,
        "merchantId": "900000001",
        "securityKey": "SYNTHETIC",
        "gatewayUrl": "https://payment.invalid/payForm.jsp",
    },
}


def flows(settings: GdxSettings, **extra: object) -> PaymentFlows:
    """The flows with more settings."""
    return PaymentFlows(settings=GdxSettings.model_validate({**settings.model_dump(), **extra}))


def status_answer(**data: object) -> dict[str, object]:
    """A status answer in the guide's form."""
    content = {"paidStatus": "Success", "paidDate": "2022-09-22T11:03:36", "refId": "7447066", **data}
    return {"status": 0, "errorCode": None, "message": "Success", "data": content}


def failure(code: object, *, status: object = 3) -> dict[str, object]:
    """A failure in the guide's form."""
    return {"status": status, "errorCode": code, "message": "นาย ลับ", "data": None}
