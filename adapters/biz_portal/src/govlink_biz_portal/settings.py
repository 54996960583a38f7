"""Settings of Biz Portal's status link, and the URLs of its two calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from govlink.gateway import GatewaySettings
from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = ["ENDPOINTS", "OPEN_CASE", "PLATFORM", "UPDATE_CASE", "BizPortalSettings"]

PLATFORM = "biz_portal"

_SOURCE = "DGA knowledge base, Biz Portal, linking with SSO and status update (biz/2)"

OPEN_CASE = Endpoint(
    operation="cases.open",
    urls={
        Environment.SANDBOX: "{sandbox}/biz_portal/ws/dga/bizportal/applicationrequest/import",
        Environment.UAT: "{gateway}/ws/dga/bizportal/uat/applicationrequest/import",
        Environment.PRODUCTION: "{gateway}/ws/dga/bizportal/applicationrequest/import",
    },
    mark=Mark.DOCUMENTED,
    source=_SOURCE,
)
UPDATE_CASE = Endpoint(
    operation="cases.update",
    urls={
        Environment.SANDBOX: "{sandbox}/biz_portal/ws/dga/bizportal/applicationrequest/update",
        Environment.UAT: "{gateway}/ws/dga/bizportal/uat/applicationrequest/update",
        Environment.PRODUCTION: "{gateway}/ws/dga/bizportal/applicationrequest/update",
    },
    mark=Mark.DOCUMENTED,
    source=_SOURCE,
)
ENDPOINTS = (OPEN_CASE, UPDATE_CASE)


class BizPortalSettings(GatewaySettings):
    """The gateway account, and who the agency is on Biz Portal.

    ``agency_short_name`` is the agency's English abbreviation, sent as ``Data.Name`` (documented).
    ``application_ids`` gives the ApplicationId that DGA assigned, by service code; a code that is not
    listed is sent as it stands. No call says whether a permit is new, renewed, amended or cancelled,
    so each of these is an ApplicationId of its own (modelled).
    ``duplicate_pattern`` recognises, in the portal's message, the refusal of a reference used before.
    That references must be unique is documented, a refusal of used ones and its wording are not: the
    default (modelled) looks for the English and Thai words any wording is likely to hold.
    ``foreign_id`` is which number stands for a foreigner: the passport's (modelled, the only one
    govlink's applicants have), or with the word ``none`` no case of a foreigner is sent.
    ``lint_updates`` refuses, before sending, an update that contradicts itself. The rules are ours
    (modelled); what the gateway enforces is not known.
    """

    agency_short_name: str = Field(min_length=1, pattern=r"^[A-Za-z][A-Za-z0-9 ._-]*$")
    application_ids: Mapping[str, str] = Field(default_factory=dict)
    duplicate_pattern: str = r"(?i)duplicate|already (exist|used)|ซ้ำ"
    foreign_id: Literal["passport"] | None = "passport"
    lint_updates: bool = True

    @field_validator("foreign_id", mode="before")
    @classmethod
    def _none_in_words(cls, value: object) -> object:
        return None if value == "none" else value

    @field_validator("duplicate_pattern")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error:
            raise ValueError("not a regular expression") from None
        return value
