"""Sealed delivery: the inboxes of other agencies. All of it is modelled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel, Field, field_validator

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = ["DELIVERY_ENDPOINTS", "SEND", "DeliveryFields"]

SEND = Endpoint(
    operation="exchange.send",
    urls={Environment.SANDBOX: "{sandbox}/gdx/ws"},
    mark=Mark.MODELLED,
    source="modelled: govlink's own receiving interface; GDX publishes none for sending documents",
)
"""Where inboxes begin in the sandbox; elsewhere each recipient's stands in ``inboxes``."""

DELIVERY_ENDPOINTS = (SEND,)

_INBOX = re.compile(
    r"(?:https?://[A-Za-z0-9.:\[\]-]+|\{[a-z][a-z0-9_]*\})(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*/?"
)


class DeliveryFields(BaseModel):
    """Where sealed envelopes are sent (modelled: GDX publishes no such interface).

    ``inboxes`` maps a recipient's name to the URL of its inbox, to which ``/`` and the message's
    number are added. A URL may begin with a host in braces (``{gateway}/ws/obec/messages/v1``); one
    under the gateway's host is called with a session of the gateway, any other without.
    """

    inboxes: Mapping[str, str] = Field(default_factory=dict)

    @field_validator("inboxes")
    @classmethod
    def _are_places(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        if not all(_INBOX.fullmatch(url) for url in value.values()):
            raise ValueError("an inbox is https, a host and a path, without account, query or fragment")
        return value
