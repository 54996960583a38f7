"""The settings of the GDX adapter and the table of its URLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from govlink.flow import MAX_BODY_BYTES
from govlink.gateway import GatewaySettings
from govlink.settings import Endpoint

from .catalogue import AGENT_PERMISSION, SERVICES, CallStyle, Service
from .declared import DeclaredService, linkage_code
from .services import SERVICE_ENDPOINTS, ServiceFields

__all__ = ["ENDPOINTS", "GdxSettings"]

ENDPOINTS: tuple[Endpoint, ...] = (
    *(service.endpoint for service in SERVICES),
    AGENT_PERMISSION,
    *SERVICE_ENDPOINTS,
)
"""Every operation's URL templates; the session's own is ``govlink.gateway.VALIDATE``."""


class GdxSettings(GatewaySettings, ServiceFields):
    """The gateway's settings and what GDX adds.

    ``document_timeout_s`` is the time a document may take; records use ``timeout_s``.
    ``record_limit_bytes`` and ``document_limit_bytes`` bound an answer, Base64 and envelope included,
    before it is parsed. ``hash_algorithm`` is how a document's ``Hashes`` are computed: the platform
    names no algorithm, and 32 hexadecimal digits are the size of MD5, so ``md5`` is our reading
    (modelled). ``None``, or the word ``none`` where a file cannot say nothing, leaves the digest
    unchecked; size and file type are checked all the same. ``check_image_size`` does the same for the
    sizes beside page images and photographs, which no document calls bytes.

    ``ikno_calls_per_day`` is DOPA's quota of look-ups, 300 unless it agreed to more, and
    ``ikno_opens`` to ``ikno_closes`` on working days are its hours, Bangkok time (documented: GovAPI
    manual, p. 13 and 24); a call beyond them is not sent. ``none`` switches either guard off.
    ``holidays`` are further days without service: the cabinet names them, the platform does not.
    Linkage has no published quota or hours.

    ``call_styles`` asks a Linkage data set the other way (``get``, ``post_form``); ``linkage_codes``
    replaces its codes (``00023/013/02``). ``services`` declares services of the agency's own.
    """

    document_timeout_s: float = Field(default=60.0, gt=0, le=600)
    record_limit_bytes: int = Field(default=1024 * 1024, gt=0)
    document_limit_bytes: int = Field(default=MAX_BODY_BYTES, gt=0)
    hash_algorithm: Literal["md5", "sha1", "sha256"] | None = "md5"
    check_image_size: bool = True
    ikno_calls_per_day: int | None = Field(default=300, gt=0)
    ikno_opens: time | None = time(8, 30)
    ikno_closes: time | None = time(17, 30)
    holidays: frozenset[date] = frozenset()
    call_styles: Mapping[str, CallStyle] = Field(default_factory=dict)
    linkage_codes: Mapping[str, str] = Field(default_factory=dict)
    services: tuple[DeclaredService, ...] = ()

    @field_validator("hash_algorithm", "ikno_calls_per_day", "ikno_opens", "ikno_closes", mode="before")
    @classmethod
    def _none_in_words(cls, value: object) -> object:
        return None if value == "none" else value

    @field_validator("holidays", mode="before")
    @classmethod
    def _days_in_words(cls, value: object) -> object:
        """An environment variable has them in one text, ``2026-12-10,2026-12-31``."""
        return [day.strip() for day in value.split(",")] if isinstance(value, str) else value

    @field_validator("linkage_codes")
    @classmethod
    def _are_codes(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for text in value.values():
            linkage_code(text)
        return value

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.ikno_opens is None) != (self.ikno_closes is None):
            raise ValueError("ikno_opens and ikno_closes are set or none together")
        names = [declared.name for declared in self.services]
        if len(set(names)) != len(names):
            raise ValueError("two of services have the same name")
        by_codes = {service.name for service in self._listed() if service.linkage}
        if not {*self.call_styles, *self.linkage_codes} <= by_codes:
            raise ValueError("call_styles and linkage_codes name Linkage data sets only")
        return self

    def _listed(self) -> tuple[Service, ...]:
        return (*SERVICES, *(declared.service() for declared in self.services))

    def catalogue(self) -> tuple[Service, ...]:
        """The services this agency can ask: govlink's, as overridden, and its own."""
        return tuple(self._as_set(service) for service in self._listed())

    def _as_set(self, service: Service) -> Service:
        if service.name not in self.call_styles and service.name not in self.linkage_codes:
            return service
        style = self.call_styles.get(service.name, service.style)
        code = self.linkage_codes.get(service.name)
        linkage = linkage_code(code) if code else service.linkage
        return replace(service, style=style, linkage=linkage)
