"""Receipts: the recipient's signed word on what became of one message. govlink's own format, version 1.

A receipt is a compact JWS of type ``govlink-receipt+jws`` over canonical JSON. It names the manifest by
its SHA-256, and so binds sender, recipient, message and every byte of the envelope.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from ..errors import Fault, RejectedError, VerificationError
from . import jose
from .encoding import canonical_json, from_rfc3339, rfc3339, strict_json_object
from .keys import SigningKey, VerifyingKey
from .manifest import Manifest, manifest_sha256_hex
from .restating import restated
from .standing import CLOCK_SKEW, standing_fault
from .texts import check_organisation
from .trust import KEY_UNKNOWN, TrustList

__all__ = [
    "MAX_RECEIPT_BYTES",
    "RECEIPT_TYPE",
    "Outcome",
    "Receipt",
    "issue_receipt",
    "parse_receipt",
    "parse_receipt_content",
    "read_receipt",
]

RECEIPT_INVALID = Fault(
    "exchange.receipt_invalid",
    en="the receipt lacks {what}, has it in another form, or has a member that version 1 does not know",
    th="ใบรับไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง หรือมีสมาชิกที่รุ่น 1 ไม่รู้จัก",
)
RECEIPT_VERSION = Fault(
    "exchange.receipt_version",
    en="the receipt is of a version that this govlink does not know",
    th="ใบรับเป็นรุ่นที่ govlink รุ่นนี้ไม่รู้จัก",
)
RECEIPT_OVERSIZE = Fault(
    "exchange.receipt_oversize",
    en="the receipt is longer than {most_bytes} bytes",
    th="ใบรับยาวเกิน {most_bytes} ไบต์",
)
RECEIPT_FOREIGN = Fault(
    "exchange.receipt_foreign",
    en="the receipt is for another message: its {what} differs",
    th="ใบรับนี้เป็นของข้อความอื่น: {what} ไม่ตรงกัน",
)

RECEIVED_IN_FUTURE = Fault(
    "exchange.received_in_future",
    en="the receipt says that the message was received in the future",
    th="ใบรับระบุเวลาที่ได้รับข้อความเป็นเวลาในอนาคต",
)

RECEIPT_TYPE = "govlink-receipt+jws"
MAX_RECEIPT_BYTES = 8 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REASON = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_MOST_REASON_CHARACTERS = 100


class Outcome(StrEnum):
    """What the recipient did with the message."""

    ACCEPTED = "accepted"
    """It was opened and processed."""
    REFUSED = "refused"
    """It will never be processed as it is; ``reason_code`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a recipient signed. ``reason_code`` is an error code when refused, and empty when accepted.

    Raises:
        RejectedError: a value is outside what the format allows.
    """

    version: int = 1
    receipt_id: UUID
    message_id: UUID
    manifest_sha256: str
    sender: str
    recipient: str
    received_at: datetime
    outcome: Outcome
    reason_code: str = ""

    def __post_init__(self) -> None:
        check_organisation(self.sender)
        check_organisation(self.recipient)
        reason = self.reason_code
        has_reason = _REASON.fullmatch(reason) is not None and len(reason) <= _MOST_REASON_CHARACTERS
        for what, is_right in (
            ("version", self.version == 1),
            ("received_at", self.received_at.tzinfo is not None),
            ("manifest_sha256", _SHA256.fullmatch(self.manifest_sha256)),
            ("reason_code", has_reason if self.outcome is Outcome.REFUSED else reason == ""),
        ):
            if not is_right:
                raise RejectedError(RECEIPT_INVALID, what=what)

    def to_bytes(self) -> bytes:
        """Canonical JSON. These bytes are what is signed."""
        return canonical_json(
            {
                **asdict(self),
                "receipt_id": str(self.receipt_id),
                "message_id": str(self.message_id),
                "received_at": rfc3339(self.received_at),
                "outcome": self.outcome.value,
            }
        )


def issue_receipt(
    manifest: Manifest, *, outcome: Outcome, key: SigningKey, at: datetime, reason_code: str = ""
) -> str:
    """Sign a receipt for a message; the caller keeps the text and gives the same one to every repeat.

    Args:
        manifest: of the message; its recipient is who signs.
        outcome: what was done.
        key: the recipient's current signing key.
        at: now.
        reason_code: the code of the error for which the message was refused, and only then.

    Raises:
        RejectedError: a reason without a refusal, a refusal without one, or a time without a zone.
    """
    digest = manifest_sha256_hex(manifest)
    receipt = Receipt(
        receipt_id=uuid5(manifest.message_id, f"{digest} {outcome.value} {at.timestamp()}"),
        message_id=manifest.message_id,
        manifest_sha256=digest,
        sender=manifest.sender,
        recipient=manifest.recipient,
        received_at=at,
        outcome=outcome,
        reason_code=reason_code,
    )
    return jose.sign(receipt.to_bytes(), key=key, typ=RECEIPT_TYPE)


def parse_receipt(text: str, *, key: VerifyingKey) -> Receipt:
    """The receipt that this key signed. Whose key it is, and for which message, is for the caller.

    Raises:
        VerificationError: the signature or anything about the form is wrong.
    """
    if len(text) > MAX_RECEIPT_BYTES:
        raise VerificationError(RECEIPT_OVERSIZE, most_bytes=MAX_RECEIPT_BYTES)
    return parse_receipt_content(jose.verify(text, key=key, typ=RECEIPT_TYPE))


def parse_receipt_content(content: bytes) -> Receipt:
    """Read what ``Receipt.to_bytes`` wrote, in that one spelling. The signature is checked elsewhere.

    Raises:
        VerificationError: it is anything else.
    """
    members = strict_json_object(content, what="receipt", is_canonical=True)
    version = members.pop("version", None)
    if type(version) is int and version != 1:
        raise VerificationError(RECEIPT_VERSION)
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    if type(version) is not int or texts.keys() != _TEXTS or len(texts) != len(members):
        raise VerificationError(RECEIPT_INVALID, what="a member")
    try:
        receipt = _from_texts(texts)
    except RejectedError as error:
        raise restated(error, VerificationError) from None
    if receipt.to_bytes() != content:  # a UUID in capitals
        raise VerificationError(RECEIPT_INVALID, what="receipt_id or message_id")
    return receipt


_TEXTS = {field.name for field in fields(Receipt)} - {"version"}


def _from_texts(texts: Mapping[str, str]) -> Receipt:
    try:
        receipt_id, message_id = UUID(texts["receipt_id"]), UUID(texts["message_id"])
        outcome = Outcome(texts["outcome"])
    except ValueError:
        raise VerificationError(RECEIPT_INVALID, what="receipt_id, message_id or outcome") from None
    return Receipt(
        receipt_id=receipt_id,
        message_id=message_id,
        manifest_sha256=texts["manifest_sha256"],
        sender=texts["sender"],
        recipient=texts["recipient"],
        received_at=from_rfc3339(texts["received_at"], what="received_at"),
        outcome=outcome,
        reason_code=texts["reason_code"],
    )


def read_receipt(text: str, *, trust: TrustList, sent: Manifest, at: datetime) -> Receipt:
    """The recipient's receipt for the message we sent, fully checked.

    A receipt may be older than its key's life: a recipient answers a repeat with the original.

    Args:
        text: the compact JWS, nothing around it.
        trust: whose keys are believed.
        sent: the manifest of our message.
        at: now; a key that is revoked by now is not believed.

    Raises:
        VerificationError: the signature, its key's standing, the message it names or its time is not right.
    """
    entry = trust.find(jose.header_of(text)["kid"])
    if entry is None or not isinstance(entry.key, VerifyingKey) or entry.organisation != sent.recipient:
        raise VerificationError(KEY_UNKNOWN)
    receipt = parse_receipt(text, key=entry.key)
    for what, is_ours in (
        ("message_id", receipt.message_id == sent.message_id),
        ("sender", receipt.sender == sent.sender),
        ("recipient", receipt.recipient == sent.recipient),
        ("manifest_sha256", receipt.manifest_sha256 == manifest_sha256_hex(sent)),
    ):
        if not is_ours:
            raise VerificationError(RECEIPT_FOREIGN, what=what)
    if receipt.received_at - at > CLOCK_SKEW:
        raise VerificationError(RECEIVED_IN_FUTURE)
    fault = standing_fault(entry, signed_at=receipt.received_at, at=at)
    if fault is not None:
        raise VerificationError(fault)
    return receipt
