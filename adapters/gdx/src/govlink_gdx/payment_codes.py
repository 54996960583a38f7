"""e-Payment's enumerations as data, and the error each of its codes becomes.

Source: DGA knowledge base, e-Payment guide of Krungthai Bank, 8 (documented). The platform writes a
member by its number or by its name, so both are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from govlink.errors import (
    ConfigError,
    ConflictError,
    Fault,
    GovlinkError,
    NotFoundError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.models.documents import PaymentState

__all__ = ["ERRORS", "PASSING", "STATES", "AnswerStatus", "BankCode", "ErrorCode", "PaymentType"]


class BankCode(StrEnum):
    """Through whom a fee is paid."""

    CGD = "CGD"
    """The Comptroller General's Department."""
    KTB = "KTB"
    """Krungthai Bank."""


class PaymentType(StrEnum):
    """The way of paying."""

    BILL_PAYMENT = "BillPayment"
    DIRECT_LINK = "DirectLink"
    FAST_PAY = "FastPay"
    PAGE_TO_PAGE = "PageToPage"
    QR_PAYMENT = "QRPayment"
    APP_TO_APP = "AppToApp"


class AnswerStatus(IntEnum):
    """What became of a call."""

    Success = 0
    SuccessWithError = 1
    Warning = 2
    Error = 3


class ErrorCode(IntEnum):
    """Why a call failed, by the platform's own names."""

    InvalidRequest = 1
    InvalidSource = 2
    InvalidData = 3
    InvalidPaidDate = 4
    InvalidExpiredDate = 5
    InvalidInvoice = 6
    InvalidAmount = 7
    TransactionNotFound = 8
    SourceNotFound = 9
    DataNotFound = 10
    UnsupportedPaymentType = 11
    EndpointServiceUnavailable = 12
    InvalidEndpointData = 13
    PaidPaymentCannotBeClosed = 14
    FileDownloadingFailed = 15
    FileUploadingFailed = 16
    FileRenderingFailed = 17
    FileServiceUnavailable = 18
    UnableToVoidTransaction = 19
    UnableToRefundTransaction = 20
    ReferenceNumberDuplicate = 21
    TransactionLocked = 22
    Others = 999


STATES: tuple[PaymentState, ...] = (
    PaymentState.PENDING,
    PaymentState.SUCCESS,
    PaymentState.REJECTED,
    PaymentState.FAILED,
    PaymentState.VOID,
    PaymentState.OTHERS,
    PaymentState.EXPIRED,
    PaymentState.REFUNDED,
    PaymentState.REQUEST_REFUND,
)
"""``paidStatus`` by number."""

ORDER_REFUSED = Fault(
    "gdx.payment_refused",
    en="e-Payment refused the data (error {number}, {name})",
    th="ระบบ e-Payment ไม่รับข้อมูล (รหัส {number} {name})",
)
SOURCE_REFUSED = Fault(
    "gdx.payment_source_refused",
    en="e-Payment does not know the source of this agency (error {number}, {name}); see payment_source",
    th="ระบบ e-Payment ไม่รู้จักรหัสต้นทางของหน่วยงาน (รหัส {number} {name}) ตรวจสอบ payment_source",
)
NO_PAYMENT = Fault(
    "gdx.payment_not_found",
    en="e-Payment has no such payment (error {number}, {name})",
    th="ระบบ e-Payment ไม่พบรายการชำระเงินนี้ (รหัส {number} {name})",
)
BANK_DOWN = Fault(
    "gdx.payment_unavailable",
    en="a service behind e-Payment cannot serve now (error {number}, {name})",
    th="ระบบปลายทางของ e-Payment ยังไม่พร้อมให้บริการ (รหัส {number} {name})",
)
NOT_POSSIBLE = Fault(
    "gdx.payment_conflict",
    en="the payment does not allow it, or its reference is taken (error {number}, {name})",
    th="สถานะของรายการไม่อนุญาต หรือเลขอ้างอิงถูกใช้แล้ว (รหัส {number} {name})",
)
BANK_ODD = Fault(
    "gdx.payment_unexpected",
    en="e-Payment failed in a way its guide does not explain (error {number}, {name})",
    th="ระบบ e-Payment แจ้งข้อผิดพลาดที่คู่มือไม่ได้อธิบาย (รหัส {number} {name})",
)

_REFUSED = (RejectedError, ORDER_REFUSED)
_DOWN = (UnavailableError, BANK_DOWN)
_CONFLICT = (ConflictError, NOT_POSSIBLE)

ERRORS: Mapping[ErrorCode, tuple[type[GovlinkError], Fault]] = {
    ErrorCode.InvalidRequest: _REFUSED,
    ErrorCode.InvalidSource: (ConfigError, SOURCE_REFUSED),
    ErrorCode.InvalidData: _REFUSED,
    ErrorCode.InvalidPaidDate: _REFUSED,
    ErrorCode.InvalidExpiredDate: _REFUSED,
    ErrorCode.InvalidInvoice: _REFUSED,
    ErrorCode.InvalidAmount: _REFUSED,
    ErrorCode.TransactionNotFound: (NotFoundError, NO_PAYMENT),
    ErrorCode.SourceNotFound: (ConfigError, SOURCE_REFUSED),
    ErrorCode.DataNotFound: (NotFoundError, NO_PAYMENT),
    ErrorCode.UnsupportedPaymentType: _REFUSED,
    ErrorCode.EndpointServiceUnavailable: _DOWN,
    ErrorCode.InvalidEndpointData: (UnexpectedAnswerError, BANK_ODD),
    ErrorCode.PaidPaymentCannotBeClosed: _CONFLICT,
    ErrorCode.FileDownloadingFailed: _DOWN,
    ErrorCode.FileUploadingFailed: _DOWN,
    ErrorCode.FileRenderingFailed: _DOWN,
    ErrorCode.FileServiceUnavailable: _DOWN,
    ErrorCode.UnableToVoidTransaction: _CONFLICT,
    ErrorCode.UnableToRefundTransaction: _CONFLICT,
    ErrorCode.ReferenceNumberDuplicate: _CONFLICT,
    ErrorCode.TransactionLocked: _CONFLICT,
    ErrorCode.Others: (UnexpectedAnswerError, BANK_ODD),
}
"""What each code asks of the caller. The codes are documented; which error each becomes is ours."""

PASSING = frozenset({ErrorCode.EndpointServiceUnavailable, ErrorCode.FileServiceUnavailable})
"""Codes after which a look at the status may be repeated soon."""
