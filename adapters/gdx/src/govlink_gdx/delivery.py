"""Sending sealed envelopes to another agency's inbox through the gateway. All of it is modelled.

GDX publishes no interface for sending documents, so this is the receiving interface of govlink's own
``exchange``: the envelope file is posted under its message's number, and the recipient answers with
a signed receipt, the same one each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from uuid import UUID

from govlink.errors import (
    ConfigError,
    ConflictError,
    Fault,
    GovlinkError,
    Problem,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Context, Effect, FileBody, Flow, Request, Response
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.settings import Environment
from govlink.wire import field_ci, parse_json, raise_for_status

from .codes import PLATFORM
from .delivery_settings import SEND
from .settings import GdxSettings

__all__ = ["DeliveryFlows", "parse_receipt", "request_send"]

RECIPIENT_INVALID = Fault(
    "gdx.recipient_invalid",
    en="a recipient is named by 1 to 63 lower-case letters, digits, dots and hyphens",
    th="ชื่อผู้รับต้องเป็นอักษรตัวพิมพ์เล็ก ตัวเลข จุด หรือขีด ไม่เกิน 63 อักขระ",
)
NO_INBOX = Fault(
    "gdx.no_inbox",
    en="no inbox of {recipient} is known; set platforms.gdx.inboxes (GDX publishes no endpoints for it)",
    th="ไม่รู้จักกล่องรับของ {recipient} ให้กำหนดใน platforms.gdx.inboxes (GDX ไม่ได้เผยแพร่ endpoints)",
)
ENVELOPE_REFUSED = Fault(
    "gdx.envelope_refused",
    en="the recipient refused the envelope (HTTP {status})",
    th="ผู้รับไม่รับซองเอกสาร (HTTP {status})",
)
ENVELOPE_CONFLICT = Fault(
    "gdx.envelope_conflict",
    en="the recipient has another envelope under this message number",
    th="ผู้รับมีซองเอกสารอื่นที่ใช้เลขข้อความนี้แล้ว",
)
RECIPIENT_BUSY = Fault(
    "gdx.recipient_busy",
    en="the recipient cannot take envelopes now (HTTP {status})",
    th="ผู้รับยังไม่พร้อมรับซองเอกสาร (HTTP {status})",
)
NOT_A_RECEIPT = Fault(
    "gdx.not_a_receipt",
    en="the recipient answered, but not with a receipt",
    th="ผู้รับตอบกลับ แต่ไม่ใช่ใบรับ",
)
REFUSAL_CODE = Fault("gdx.refusal_code", en="the recipient's code is {code}", th="รหัสจากผู้รับคือ {code}")

MAX_RECEIPT_BYTES = 16 * 1024
_RECIPIENT = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?")  # an organisation of govlink.exchange
_COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_CODE = re.compile(r"exchange\.(?!.*\d{5})[a-z][a-z0-9_]{0,48}")  # never a number that is somebody's
_REFUSALS: Mapping[int, tuple[type[GovlinkError], Fault]] = {
    409: (ConflictError, ENVELOPE_CONFLICT),
    413: (RejectedError, ENVELOPE_REFUSED),
    422: (RejectedError, ENVELOPE_REFUSED),
    503: (UnavailableError, RECIPIENT_BUSY),
}


def _inbox(settings: GdxSettings, recipient: str) -> str:
    """The URL of the recipient's inbox, without a slash at its end."""
    if _RECIPIENT.fullmatch(recipient) is None:
        raise RejectedError(RECIPIENT_INVALID, platform=PLATFORM, operation=SEND.operation)
    template = settings.inboxes.get(recipient)
    if template is None and settings.environment is Environment.SANDBOX:
        template = f"{SEND.urls[Environment.SANDBOX]}/{recipient}/messages/v1"
    if template is None:
        raise ConfigError(NO_INBOX, platform=PLATFORM, operation=SEND.operation, recipient=recipient)
    inbox = settings.model_copy(update={"endpoints": {SEND.operation: template}})
    return inbox.url_of(SEND, platform=PLATFORM, hosts=DEFAULT_HOSTS).rstrip("/")


def _is_behind_gateway(url: str, settings: GdxSettings) -> bool:
    """Whether the URL is under the gateway's own, path included: a proxy may serve others beside it."""
    base = {**DEFAULT_HOSTS, **settings.hosts}["gateway"]
    if settings.environment is Environment.SANDBOX:
        base = settings.sandbox_url or ""
    return bool(base) and url.startswith(base.rstrip("/") + "/")


def request_send(settings: GdxSettings, *, envelope: Path, message_id: UUID, recipient: str) -> Request:
    """``POST {inbox}/{message_id}`` with the envelope's bytes, read from the file while it is sent.

    The gateway's session goes with it only under the gateway's own host: key and token are nobody
    else's. A repeat is answered with the first receipt (modelled), so this is idempotent.

    Raises:
        RejectedError: the recipient's name cannot be one.
        ConfigError: its inbox is not known here.
    """
    url = f"{_inbox(settings, recipient)}/{message_id}"
    behind = _is_behind_gateway(url, settings)
    return Request(
        method="POST",
        url=url,
        operation=SEND.operation,
        effect=Effect.IDEMPOTENT,
        headers=(("Content-Type", "application/octet-stream"), ("Accept", "text/plain")),
        body=FileBody(path=envelope),
        timeout_s=settings.document_timeout_s,
        max_body_bytes=4 * MAX_RECEIPT_BYTES,
        auth=gateway_auth(settings, platform=PLATFORM) if behind else None,
    )


def _refusal_code(response: Response) -> str | None:
    """The receiving interface's code: its member ``Code``, or the body itself; nothing else is repeated."""
    text: object = response.body[:200].decode("utf-8", "replace").strip()
    try:
        content = parse_json(response, platform=PLATFORM, operation=SEND.operation)
    except UnexpectedAnswerError:
        content = None
    if isinstance(content, dict):
        text = field_ci(content, "code")
    return text if isinstance(text, str) and _CODE.fullmatch(text) else None


def _refuse(response: Response) -> NoReturn:
    kind, fault = _REFUSALS[response.status]
    code = _refusal_code(response)
    problems = (Problem(pointer="", fault=REFUSAL_CODE, values=(("code", code),)),) if code else ()
    raise kind(fault, platform=PLATFORM, operation=SEND.operation, problems=problems, status=response.status)


def parse_receipt(response: Response) -> str:
    """The receipt, a JWS in compact form; its shape is checked here, its signature by the caller.

    Raises:
        ConflictError: another envelope came under this message number (409).
        RejectedError: the envelope was refused (413, 422); ``problems`` holds the recipient's code.
        UnavailableError: the recipient cannot take it now (503).
        UnexpectedAnswerError: the answer is no receipt.
    """
    if response.status in _REFUSALS:
        _refuse(response)
    raise_for_status(response, platform=PLATFORM, operation=SEND.operation)
    text = response.body.decode("utf-8", "replace").strip()
    if len(response.body) > MAX_RECEIPT_BYTES or _COMPACT_JWS.fullmatch(text) is None:
        raise UnexpectedAnswerError(NOT_A_RECEIPT, platform=PLATFORM, operation=SEND.operation)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFlows:
    """``SealedDelivery`` to the inboxes that the settings name."""

    settings: GdxSettings

    def send(self, envelope: Path, *, message_id: UUID, recipient: str, context: Context) -> Flow[str]:  # noqa: ARG002 - the verb's signature
        """Send the envelope file; returns the recipient's receipt, which proves nothing until verified.

        Raises:
            RejectedError: the recipient's name cannot be one, or it refused the envelope.
            ConflictError: it has another envelope under this message number.
            ConfigError: its inbox is not known here.
            UnavailableError: it cannot take envelopes now.
            UnexpectedAnswerError: it answered with something that is no receipt.
        """
        response = yield request_send(
            self.settings, envelope=envelope, message_id=message_id, recipient=recipient
        )
        return parse_receipt(response)
