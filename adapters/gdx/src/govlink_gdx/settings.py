"""The settings of the GDX adapter and the table of its URLs."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from govlink.flow import MAX_BODY_BYTES
from govlink.gateway import GatewaySettings
from govlink.settings import Endpoint

from .catalogue import AGENT_PERMISSION, SERVICES

__all__ = ["ENDPOINTS", "GdxSettings"]

ENDPOINTS: tuple[Endpoint, ...] = (*(service.endpoint for service in SERVICES), AGENT_PERMISSION)
"""Every operation's URL templates; the session's own is ``govlink.gateway.VALIDATE``."""


class GdxSettings(GatewaySettings):
    """The gateway's settings and what GDX adds.

    ``document_timeout_s`` is the time a document may take; records use ``timeout_s``.
    ``record_limit_bytes`` and ``document_limit_bytes`` bound an answer, Base64 and envelope included,
    before it is parsed. ``hash_algorithm`` is how a document's ``Hashes`` are computed: the platform
    names no algorithm, and 32 hexadecimal digits are the size of MD5, so ``md5`` is our reading
    (modelled). ``None``, or the word ``none`` where a file cannot say nothing, leaves the digest
    unchecked; size and file type are checked all the same.
    """

    document_timeout_s: float = Field(default=60.0, gt=0, le=600)
    record_limit_bytes: int = Field(default=1024 * 1024, gt=0)
    document_limit_bytes: int = Field(default=MAX_BODY_BYTES, gt=0)
    hash_algorithm: Literal["md5", "sha1", "sha256"] | None = "md5"

    @field_validator("hash_algorithm", mode="before")
    @classmethod
    def _none_in_words(cls, value: object) -> object:
        return None if value == "none" else value
