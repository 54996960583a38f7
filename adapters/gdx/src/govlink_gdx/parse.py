"""From an answer to a typed value: records, yes or no, and an officer's session state."""

from __future__ import annotations

from enum import StrEnum

from govlink.errors import Fault, UnexpectedAnswerError
from govlink.flow import Response
from govlink.models.registry import RegistryRecord
from govlink.wire import field_ci, parse_json_object, raise_for_status, text_field

from .catalogue import AGENT_PERMISSION, Member, Service
from .codes import PLATFORM, failure_code, raise_for_code

__all__ = [
    "SessionState",
    "open_answer",
    "parse_agent_permission",
    "parse_record",
    "parse_yes_no",
    "unexpected",
]

TOO_LARGE = Fault(
    "gdx.too_large",
    en="the answer is larger than the limit of {limit} bytes",
    th="คำตอบมีขนาดเกินกำหนด {limit} ไบต์",
)
WRONG_FORM = Fault(
    "gdx.wrong_form",
    en="the answer lacks {what} or has it in another form",
    th="คำตอบไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)


class SessionState(StrEnum):
    """Which cards are in GovAMI, in the platform's words (documented: Linkage API guide)."""

    AGENT_NOT_AVAILABLE = "AgentNotAvailable"
    """No officer is logged in."""
    AGENT_AVAILABLE = "AgentAvailable"
    """The officer is logged in."""
    CITIZEN_AVAILABLE = "CitizenAvailable"
    """The officer is logged in and a citizen's card is in the reader."""


def unexpected(what: str, *, operation: str) -> UnexpectedAnswerError:
    """The error of an answer that lacks a member or has it in another form."""
    return UnexpectedAnswerError(WRONG_FORM, platform=PLATFORM, operation=operation, what=what)


def open_answer(response: Response, *, operation: str, limit_bytes: int) -> dict[str, object]:
    """The object of a successful answer.

    Codes are read before the status, because outcomes hide in 500 and failures in 200.

    Raises:
        UnexpectedAnswerError: the answer is too large, or no JSON object.
        GovlinkError: what the code or the status means.
    """
    if len(response.body) > limit_bytes:
        raise UnexpectedAnswerError(TOO_LARGE, platform=PLATFORM, operation=operation, limit=limit_bytes)
    raise_for_code(response, operation=operation)
    raise_for_status(response, platform=PLATFORM, operation=operation)
    return parse_json_object(response, platform=PLATFORM, operation=operation)


def parse_yes_no(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """``{"Result": true}`` or ``{"Result": false}``, and the denials that come as an HTTP 500.

    Nothing but JSON's own true and false is an answer. A denial in a 500 (for Laser Code: 2, the card
    is no longer valid; 4, the numbers or names do not belong together) is confirmed False with its
    code as ``reason_code`` (documented: Laser Code API guide).
    """
    code = failure_code(response)
    if response.status == 500 and code is not None and code in service.denials:
        return RegistryRecord(service=service.name, confirmed=False, fields={"reason_code": code})
    operation = service.endpoint.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    result = field_ci(content, "Result")
    if not isinstance(result, bool):
        raise unexpected("Result (true or false)", operation=operation)
    extra = {name: value for name, value in content.items() if name.lower() != "result"}
    return RegistryRecord(service=service.name, confirmed=result, extra=extra)


def _text(value: object, member: Member) -> str | None:
    """A scalar as text: clients disagree on which members are numbers (seen in code)."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value).zfill(member.width)
    return None


def parse_record(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """A flat object: known members as text under the catalogue's spelling, all others in ``extra``.

    A member that is null is left out: the right granted does not reach it.

    Raises:
        UnexpectedAnswerError: the object has none of the known members.
    """
    operation = service.endpoint.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    known = {member.name.lower(): member for member in service.members}
    if known.keys().isdisjoint(name.lower() for name in content):
        raise unexpected("the members of a record", operation=operation)
    record: dict[str, str] = {}
    extra: dict[str, object] = {}
    for name, value in content.items():
        member = known.get(name.lower())
        text = _text(value, member) if member else None
        if member and text is not None:
            record[member.name] = text
        elif not member or value is not None:
            extra[name] = value
    return RegistryRecord(service=service.name, fields=record, extra=extra)


def parse_agent_permission(response: Response, *, limit_bytes: int) -> SessionState:
    """The ``SessionState`` of an officer; the citizen numbers beside it are not kept."""
    operation = AGENT_PERMISSION.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    state = text_field(content, "SessionState", response=response, platform=PLATFORM, operation=operation)
    try:
        return SessionState(state)
    except ValueError:
        raise unexpected("SessionState", operation=operation) from None
