"""Services an agency declares in its settings: a registry on the gateway that govlink does not know.

A declaration is a record of the catalogue in the words of a settings file; nothing in it is code.
"""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from govlink.errors import RejectedError
from govlink.gateway import VALIDATE
from govlink.models.mark import Mark

from .catalogue import (
    AGENT_PERMISSION,
    SERVICES,
    AnswerKind,
    AskedAs,
    CallStyle,
    Family,
    Service,
    gdx_endpoint,
)
from .catalogue.linkage import LINKAGE_PATH
from .keys import CHECKS, Key, LinkageCode
from .linkage2_settings import EDUCATION_SERVICES
from .members import DateForm, Member
from .purpose import PurposeHeaders
from .services import SERVICE_ENDPOINTS

__all__ = ["DeclaredKey", "DeclaredMember", "DeclaredService", "linkage_code"]

_NAME = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
_PATH = re.compile(r"ws(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")
_WIRE_NAME = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"
_RESERVED = frozenset(
    {
        *(service.name for service in SERVICES),
        *EDUCATION_SERVICES,
        *(endpoint.operation for endpoint in (*SERVICE_ENDPOINTS, AGENT_PERMISSION, VALIDATE)),
    }
)
"""What answers already, or names a call in ``endpoints`` and in logs: a second one would be confused."""
_TABLE = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DeclaredKey(BaseModel):
    """A parameter: ``name`` as it goes over the wire, ``check`` one of the names in ``keys.CHECKS``."""

    model_config = _TABLE

    name: str = Field(pattern=_WIRE_NAME)
    check: str = "plain_text"
    required: bool = True

    @field_validator("check")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in CHECKS:
            raise ValueError("the check is none of: " + ", ".join(CHECKS))
        return value

    def key(self) -> Key:
        """The parameter as the catalogue has it."""
        return Key(name=self.name, check=CHECKS[self.check], is_required=self.required)


class DeclaredMember(BaseModel):
    """A member of the answer: ``width`` restores lost leading zeros, ``date`` names a date's shape."""

    model_config = _TABLE

    name: str = Field(min_length=1, max_length=64)
    width: int = Field(default=0, ge=0, le=64)
    date: DateForm | None = None

    def member(self) -> Member:
        """The member as the catalogue has it."""
        return Member(name=self.name, width=self.width, date=self.date)


class DeclaredService(BaseModel):
    """One more service: ``name`` is what queries ask for, ``answer`` the form it answers in.

    ``path`` is the path behind the gateway's host and begins with ``ws/``; a Linkage data set gives its
    codes in ``linkage`` (``00103/001/01``) instead and needs no path. ``asked_as`` is whose session the
    call bears: the officer's for a Linkage data set, else the agency's, unless it is set. ``style``
    ``post_form`` sends the keys as a form in the body. ``denials`` are codes in an HTTP 500 that mean
    "no". ``purpose_headers`` names the headers in which purpose, case and officer are told to the
    provider; none are sent unless it is set.
    """

    model_config = _TABLE

    name: str = Field(pattern=_NAME)
    code: str = ""
    path: str | None = None
    linkage: str | None = None
    keys: tuple[DeclaredKey, ...] = Field(min_length=1)
    answer: AnswerKind
    rows_in: str | None = None
    members: tuple[DeclaredMember, ...] = ()
    asked_as: AskedAs | None = None
    style: CallStyle = CallStyle.GET
    denials: frozenset[str] = frozenset()
    purpose_headers: PurposeHeaders | None = None

    @field_validator("name")
    @classmethod
    def _is_free(cls, value: str) -> str:
        if value in _RESERVED:
            raise ValueError("a service or call of GDX has this name")
        return value

    @field_validator("path")
    @classmethod
    def _is_path(cls, value: str | None) -> str | None:
        if value is not None and _PATH.fullmatch(value) is None:
            raise ValueError("the path begins with ws/ and holds no host, query or placeholder")
        return value

    @field_validator("linkage")
    @classmethod
    def _is_code(cls, value: str | None) -> str | None:
        if value is not None:
            linkage_code(value)
        return value

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.path is None) == (self.linkage is None):
            raise ValueError("a service has either a path or the codes of a Linkage data set")
        if self.answer is AnswerKind.RECORD and not self.members:
            raise ValueError("a record needs its members; record_or_rows takes any")
        if self.rows_in is not None and self.answer is not AnswerKind.ROWS:
            raise ValueError("rows_in belongs to the answer kind rows")
        if len({key.name for key in self.keys}) != len(self.keys):
            raise ValueError("two keys have the same name")
        return self

    def service(self) -> Service:
        """The record as the catalogue has it."""
        asked_as = self.asked_as or (AskedAs.OFFICER if self.linkage else AskedAs.AGENCY)
        return Service(
            name=self.name,
            code=self.code or self.linkage or self.name,
            family=Family.LINKAGE if self.linkage else Family.DECLARED,
            endpoint=gdx_endpoint(
                self.name,
                self.path or LINKAGE_PATH,
                mark=Mark.MODELLED,
                source="declared in the agency's own settings",
            ),
            keys=tuple(key.key() for key in self.keys),
            answer=self.answer,
            asked_as=asked_as,
            style=self.style,
            linkage=LinkageCode.parse(self.linkage) if self.linkage else None,
            denials=self.denials,
            members=tuple(member.member() for member in self.members),
            rows_in=self.rows_in,
            purpose_headers=self.purpose_headers,
        )


def linkage_code(text: str) -> LinkageCode:
    """The code in a settings file; a ValueError says what it must look like."""
    try:
        return LinkageCode.parse(text)
    except RejectedError as error:
        raise ValueError(error.fault.en) from None
