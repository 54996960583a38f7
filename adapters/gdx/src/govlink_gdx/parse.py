"""From an answer to a typed value: yes or no, a record, and an officer's session; lists are in ``lists``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from govlink.flow import Response
from govlink.models.registry import RegistryRecord
from govlink.wire import field_ci, text_field

from .answers import open_answer, open_content, unexpected
from .catalogue import AGENT_PERMISSION, AnswerKind, Service
from .codes import PLATFORM, failure_code
from .lists import parse_flat_text, parse_rows, parse_text, rows_of
from .members import dates_of, known_by_name, split

__all__ = [
    "SessionState",
    "parse_agent_permission",
    "parse_look_up",
    "parse_record",
    "parse_record_or_rows",
    "parse_yes_no",
]


class SessionState(StrEnum):
    """Which cards are in GovAMI, in the platform's words (documented: Linkage API guide)."""

    AGENT_NOT_AVAILABLE = "AgentNotAvailable"
    """No officer is logged in."""
    AGENT_AVAILABLE = "AgentAvailable"
    """The officer is logged in."""
    CITIZEN_AVAILABLE = "CitizenAvailable"
    """The officer is logged in and a citizen's card is in the reader."""


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


def _record(content: Mapping[str, object], service: Service) -> RegistryRecord:
    known = known_by_name(service.members)
    texts, extra = split(content, known)
    is_strange = known.keys().isdisjoint(name.lower() for name in content) if known else not extra
    # A Message without a code is no datum either: clients of Linkage tell a failure by it (seen in code).
    if is_strange or isinstance(field_ci(content, "Message"), str):
        raise unexpected("the members of a record", operation=service.endpoint.operation)
    return RegistryRecord(service=service.name, fields=texts, dates=dates_of(texts, known), extra=extra)


def parse_record(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """A flat object: known members as text under the catalogue's spelling, all others in ``extra``.

    Raises:
        UnexpectedAnswerError: the object has none of the known members, or is a bare message.
    """
    operation = service.endpoint.operation
    return _record(open_answer(response, operation=operation, limit_bytes=limit_bytes), service)


def parse_record_or_rows(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """An object as ``parse_record`` reads it, or an array as ``parse_rows`` does.

    That Linkage answers some data sets with an array is modelled: no document shows their form.
    """
    operation = service.endpoint.operation
    content = open_content(response, operation=operation, limit_bytes=limit_bytes)
    if isinstance(content, dict):
        return _record(content, service)
    rows, dates = rows_of(content, service, where="a record or an array of records")
    return RegistryRecord(service=service.name, rows=rows, dates=dates)


_PARSERS = {
    AnswerKind.YES_NO: parse_yes_no,
    AnswerKind.RECORD: parse_record,
    AnswerKind.ROWS: parse_rows,
    AnswerKind.RECORD_OR_ROWS: parse_record_or_rows,
    AnswerKind.TEXT: parse_text,
    AnswerKind.FLAT_TEXT: parse_flat_text,
}


def parse_look_up(response: Response, *, service: Service, limit_bytes: int) -> RegistryRecord:
    """Read the answer of a service in the kind its record names, which is one of ``RECORDS``."""
    return _PARSERS[service.answer](response, service=service, limit_bytes=limit_bytes)


def parse_agent_permission(response: Response, *, limit_bytes: int) -> SessionState:
    """The ``SessionState`` of an officer; the citizen numbers beside it are not kept."""
    operation = AGENT_PERMISSION.operation
    content = open_answer(response, operation=operation, limit_bytes=limit_bytes)
    state = text_field(content, "SessionState", response=response, platform=PLATFORM, operation=operation)
    try:
        return SessionState(state)
    except ValueError:
        raise unexpected("SessionState", operation=operation) from None
