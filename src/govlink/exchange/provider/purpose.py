"""Why a record is asked for, for which case and by which officer: what every call must say.

An access record of officer, purpose, data set, subject and outcome is what the law on linking government
data leads to (inferred; no text names a form). Where the gateway would carry purpose, case and officer to
a provider is not published: the header names are ours, and configuration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from ...errors import AuthError, ConfigError, Fault, RejectedError
from ...models.identity import AgentId, check_digit
from ...models.text import from_thai_digits
from .callers import Arrival, Caller
from .refusals import HEADER_MISSING, HEADER_WRONG, NO_RIGHT, PURPOSE_REFUSED
from .service import RegistryService

__all__ = ["AskedFor", "PurposeHeaders", "check_right", "read_purpose"]

PURPOSE_HEADERS_INVALID = Fault(
    "exchange.provider_purpose_headers_invalid",
    en="the header names for purpose, case and officer are not usable, or two are the same",
    th="ชื่อส่วนหัวของวัตถุประสงค์ เลขที่เรื่อง และเจ้าหน้าที่ ใช้ไม่ได้หรือซ้ำกัน",
)

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CASE = re.compile(r"[\w\u0e00-\u0e7f][\w\u0e00-\u0e7f ./()-]{0,63}")
_OFFICER = re.compile(r"[\w.-]{2,50}", re.ASCII)
_PURPOSE = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_THIRTEEN = re.compile(r"(?=(\d(?:[ ./()_-]{0,2}\d){12}))")
_SEPARATORS = re.compile(r"\D")


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeHeaders:
    """The headers that carry purpose, case reference and officer; each one named is required.

    ``case_reference`` and ``officer`` are None where they are not asked for. The officer is what AgentID is
    to the gateway: a citizen number or a declared system name. Values are percent-encoded UTF-8, because a
    header takes no Thai.
    """

    purpose: str = "X-Purpose"
    case_reference: str | None = "X-Case-Reference"
    officer: str | None = "X-Officer"

    def __post_init__(self) -> None:
        names = self.names
        if not all(_HEADER.fullmatch(n) for n in names) or len({n.lower() for n in names}) < len(names):
            raise ConfigError(PURPOSE_HEADERS_INVALID)

    @property
    def names(self) -> tuple[str, ...]:
        """The headers asked for."""
        return tuple(n for n in (self.purpose, self.case_reference, self.officer) if n is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """Why, for which case and in whose name. The officer may be a citizen number and is never logged."""

    purpose: str
    case_reference: str | None
    officer: AgentId | None


def check_right(caller: Caller, service: RegistryService) -> None:
    """Raise unless the caller may use the service at all.

    Raises:
        AuthError: ``exchange.provider_no_right`` (403).
    """
    if service.name not in caller.services:
        raise AuthError(NO_RIGHT)


def read_purpose(
    arrival: Arrival, *, headers: PurposeHeaders, caller: Caller, service: RegistryService
) -> AskedFor:
    """What the call says of its purpose.

    The purpose is one of the codes that the service and the caller's entry both allow. A case reference
    goes into the access log as it is, so one that holds a citizen number is refused.

    Raises:
        RejectedError: a header is missing or wrong (400).
        AuthError: ``exchange.provider_purpose_refused`` (403).
    """
    purpose = _header(arrival, headers.purpose, form=_PURPOSE)
    case, officer = headers.case_reference, headers.officer
    asked = AskedFor(
        purpose=purpose,
        case_reference=None if case is None else _case(arrival, case),
        officer=None if officer is None else _officer(arrival, officer),
    )
    if purpose not in service.purposes & caller.purposes:
        raise AuthError(PURPOSE_REFUSED)
    return asked


def _case(arrival: Arrival, name: str) -> str:
    text = _header(arrival, name, form=_CASE)
    if _holds_citizen_number(text):
        raise RejectedError(HEADER_WRONG, header=name)
    return text


def _officer(arrival: Arrival, name: str) -> AgentId:
    text = _header(arrival, name, form=_OFFICER)
    try:
        return AgentId(text)
    except RejectedError:
        raise RejectedError(HEADER_WRONG, header=name) from None


def _header(arrival: Arrival, name: str, *, form: re.Pattern[str]) -> str:
    sent = [value for header, value in arrival.headers if header == name.lower()]
    if not any(sent):
        raise RejectedError(HEADER_MISSING, header=name)
    if len(sent) > 1 or not sent[0].isascii() or _BROKEN_ESCAPE.search(sent[0]):
        raise RejectedError(HEADER_WRONG, header=name)
    try:
        text = unquote(sent[0], errors="strict")
    except UnicodeDecodeError:
        text = ""
    if form.fullmatch(text) is None:
        raise RejectedError(HEADER_WRONG, header=name)
    return text


def _holds_citizen_number(text: str) -> bool:
    """Whether 13 digits with a right check digit stand anywhere in it, in either script."""
    for match in _THIRTEEN.finditer(from_thai_digits(text)):
        digits = _SEPARATORS.sub("", match[1])
        if check_digit(digits[:12]) == digits[12]:
            return True
    return False
