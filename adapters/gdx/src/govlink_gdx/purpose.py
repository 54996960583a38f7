"""Telling a provider why it is asked, in headers that the agency names; GDX itself publishes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, model_validator

from govlink.errors import Fault, Problem, RejectedError
from govlink.models.registry import RegistryQuery

from .keys import plain_text

__all__ = ["PurposeHeaders"]

PURPOSE_UNKNOWN = Fault(
    "gdx.purpose_unknown",
    en="the service's provider has no code for this purpose (setting purpose_headers.codes)",
    th="ผู้ให้บริการไม่มีรหัสสำหรับวัตถุประสงค์นี้ (ค่าตั้ง purpose_headers.codes)",
)

HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$")]
_TAKEN = frozenset(
    {
        "accept", "authorization", "connection", "consumer-key", "content-length", "content-type",
        "cookie", "host", "token", "transfer-encoding", "user-agent",
    }
)  # fmt: skip
"""What the gateway's session and HTTP itself use: a purpose must not stand in their place."""


class PurposeHeaders(BaseModel):
    """The headers in which a declared service is told why, for which case and by whom it is asked.

    Each names a header of the provider's, and only those named are sent. No document says that the
    gateway carries any to a provider, or under which names (modelled), so there is no default: agree on
    them with the provider. One served by ``govlink.exchange.provider`` asks for ``X-Purpose``,
    ``X-Case-Reference`` and ``X-Officer`` unless it was set up otherwise.

    ``codes`` gives the provider's code of each purpose's text; with it, a query for another purpose is
    not sent, and without it the text itself is. ``officer`` sends the citizen number of the query's
    officer to the provider: name it only where the provider may have it. Values are percent-encoded
    UTF-8, because a header takes no Thai.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    purpose: HeaderName | None = None
    case_reference: HeaderName | None = None
    officer: HeaderName | None = None
    codes: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        named = (self.purpose, self.case_reference, self.officer)
        names = [name.lower() for name in named if name is not None]
        if not names or len(set(names)) < len(names) or not _TAKEN.isdisjoint(names):
            raise ValueError("name at least one header, each once, and none of the session's or of HTTP's")
        if self.codes and self.purpose is None:
            raise ValueError("codes belong to the header purpose")
        return self

    def headers(self, query: RegistryQuery, *, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
        """The headers of this query; what cannot be sent is added to ``problems``."""
        said = self._said(query)
        return tuple((name, quote(_checked(at, text, problems), safe="")) for name, at, text in said)

    def _said(self, query: RegistryQuery) -> Iterator[tuple[str, str, str | Fault]]:
        if self.purpose is not None:
            text = query.purpose.text
            yield self.purpose, "/purpose/text", self.codes.get(text, PURPOSE_UNKNOWN) if self.codes else text
        if self.case_reference is not None:
            yield self.case_reference, "/purpose/case_reference", query.purpose.case_reference
        if self.officer is not None:
            yield self.officer, "/officer", query.officer.value


def _checked(pointer: str, text: str | Fault, problems: list[Problem]) -> str:
    if isinstance(text, Fault):
        problems.append(Problem(pointer=pointer, fault=text))
        return ""
    try:
        return plain_text(text)
    except RejectedError as error:
        problems.append(Problem(pointer=pointer, fault=error.fault))
        return ""
