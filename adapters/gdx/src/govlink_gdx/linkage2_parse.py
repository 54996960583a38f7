"""From Linkage Center 2's answers: tokens, purposes, and per-item outcomes under one HTTP status.

All forms were seen in code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from govlink.errors import (
    AuthError,
    Fault,
    GovlinkError,
    OfficerLoginRequired,
    Problem,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.wire import field_ci, parse_json_object, raise_for_status, text_field

from .code_rules import NO_RIGHT
from .codes import PLATFORM
from .linkage2_settings import JOBS, LOGIN, LOGIN_CONFIRM, LOGIN_RENEW, REQUEST

__all__ = [
    "BatchItem",
    "parse_batch",
    "parse_done",
    "parse_jobs",
    "parse_offices",
    "parse_renewed",
    "parse_token",
]

LK2_FORM = Fault(
    "gdx.linkage2_wrong_form",
    en="the answer of Linkage Center 2 lacks {what} or has it in another form",
    th="คำตอบของ Linkage Center 2 ไม่มี {what} หรือมีรูปแบบไม่ถูกต้อง",
)
LK2_NUMBER = Fault(
    "gdx.linkage2_number", en="its errorNumber is {number}", th="รหัสข้อผิดพลาด errorNumber คือ {number}"
)
LK2_LOGIN = Fault(
    "gdx.linkage2_login",
    en="Linkage Center 2 refused the officer's log-in (HTTP {status}); a new ThaID token is needed",
    th="Linkage Center 2 ไม่รับการเข้าสู่ระบบของเจ้าหน้าที่ (HTTP {status}) ต้องยืนยันตัวตนด้วย ThaID ใหม่",
)
LK2_ITEM_FAILED = Fault(
    "gdx.linkage2_item_failed",
    en="service {service} answered with an error in place of data",
    th="บริการ {service} ตอบเป็นข้อผิดพลาดแทนข้อมูล",
)
LK2_MESSAGE = Fault(
    "gdx.linkage2_message",
    en="service {service} answered with a message in place of data",
    th="บริการ {service} ตอบเป็นข้อความแทนข้อมูล",
)

MAX_TOKEN_CHARS = 8192
_NO_RIGHT = frozenset({95004, 95011})
"""No permission in Linkage, and none for the service (seen in code), whatever the status beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """What one service of a batch answered: ``rows``, or ``error`` where it failed, never both.

    ``status`` is the item's own, which an HTTP 200 around it hides. ``elapsed_ms`` is the time the
    service took, by the center's word.
    """

    service_id: int
    status: int
    rows: tuple[Mapping[str, object], ...] = field(default=(), repr=False)
    error: GovlinkError | None = None
    elapsed_ms: int | None = None


def _unexpected(what: str, *, operation: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(LK2_FORM, platform=PLATFORM, operation=operation, what=what)


def _integer(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number_problem(content: Mapping[str, object]) -> tuple[Problem, ...]:
    number = _integer(field_ci(content, "errorNumber"))
    if number is None or not 0 < number < 1_000_000:  # a longer one could be a person's
        return ()
    return (Problem(pointer="/errorNumber", fault=LK2_NUMBER, values=(("number", str(number)),)),)


def _refusal(content: Mapping[str, object], *, operation: str) -> AuthError | None:
    """The error of a number that denies the right; every other number is told beside the status's error."""
    number = _integer(field_ci(content, "errorNumber"))
    if number not in _NO_RIGHT:
        return None
    return AuthError(NO_RIGHT, platform=PLATFORM, operation=operation, code=number)


def _raise_for_failure(response: Response, *, operation: str) -> None:
    """The error of the HTTP status, with the center's ``errorNumber`` as a problem; its text is not kept."""
    try:
        raise_for_status(response, platform=PLATFORM, operation=operation)
    except GovlinkError as error:
        try:
            content = parse_json_object(response, platform=PLATFORM, operation=operation)
        except UnexpectedAnswerError:
            raise error from None
        error.problems = _number_problem(content)
        raise _refusal(content, operation=operation) or error from None


def parse_offices(response: Response) -> tuple[Mapping[str, object], ...]:
    """The offices an officer may log in for, as sent: their members are not known beyond that."""
    _raise_for_failure(response, operation=LOGIN.operation)
    content = parse_json_object(response, platform=PLATFORM, operation=LOGIN.operation)
    offices = field_ci(content, "office")
    if not isinstance(offices, list) or not all(isinstance(office, dict) for office in offices):
        raise _unexpected("office", operation=LOGIN.operation)
    return tuple(offices)


def _token(response: Response, *, operation: str) -> str:
    _raise_for_failure(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    token = text_field(content, "token", response=response, platform=PLATFORM, operation=operation)
    if len(token) > MAX_TOKEN_CHARS or not token.isascii() or any(c.isspace() for c in token):
        raise _unexpected("token", operation=operation)
    return token


def parse_token(response: Response) -> str:
    """The bearer token of a confirmed log-in.

    Raises:
        OfficerLoginRequired: the officer or the ThaID token was refused (401, 403).
    """
    operation = LOGIN_CONFIRM.operation
    try:
        return _token(response, operation=operation)
    except AuthError as error:
        refusal = OfficerLoginRequired(
            LK2_LOGIN, platform=PLATFORM, operation=operation, status=response.status
        )
        refusal.problems = error.problems
        raise refusal from None


def parse_renewed(response: Response) -> str:
    """The token that replaces the one it was asked with."""
    return _token(response, operation=LOGIN_RENEW.operation)


def parse_done(response: Response, *, operation: str) -> None:
    """Nothing for a call whose answer has no content; 204 is a good answer here."""
    if response.status != 204:
        _raise_for_failure(response, operation=operation)


def parse_jobs(response: Response) -> tuple[str, ...]:
    """The numbers of the purposes an officer may ask for."""
    _raise_for_failure(response, operation=JOBS.operation)
    content = parse_json_object(response, platform=PLATFORM, operation=JOBS.operation)
    jobs = field_ci(content, "job")
    if not isinstance(jobs, list):
        raise _unexpected("job", operation=JOBS.operation)
    return tuple(str(job) for job in jobs if isinstance(job, str | int) and not isinstance(job, bool))


def _rows(data: object, *, service_id: int, operation: str) -> tuple[Mapping[str, object], ...]:
    """``responseData`` as rows: an object is one, an array is many, nothing is none."""
    if data is None:
        return ()
    if isinstance(data, dict):
        return (data,)
    if isinstance(data, list) and all(isinstance(row, dict) for row in data):
        return tuple(data)
    raise UnexpectedAnswerError(LK2_MESSAGE, platform=PLATFORM, operation=operation, service=service_id)


def _item(value: object, *, operation: str) -> BatchItem:
    if not isinstance(value, dict):
        raise _unexpected("data (objects)", operation=operation)
    service_id, status = (_integer(field_ci(value, name)) for name in ("serviceID", "responseStatus"))
    if service_id is None or status is None:
        raise _unexpected("serviceID or responseStatus", operation=operation)
    rows: tuple[Mapping[str, object], ...] = ()
    refusal, error = field_ci(value, "responseError"), None
    try:
        raise_for_status(Response(status=status), platform=PLATFORM, operation=operation)
        rows = _rows(field_ci(value, "responseData"), service_id=service_id, operation=operation)
        if refusal and not rows:  # else a failure under a good status would read as "no such person"
            raise UnexpectedAnswerError(
                LK2_ITEM_FAILED, platform=PLATFORM, operation=operation, service=service_id
            )
    except GovlinkError as failure:
        error = failure
        if isinstance(refusal, dict):
            error.problems = _number_problem(refusal)
            error = _refusal(refusal, operation=operation) or error
    elapsed_ms = _integer(field_ci(value, "responseTimeMs"))
    return BatchItem(service_id=service_id, status=status, rows=rows, error=error, elapsed_ms=elapsed_ms)


def parse_batch(response: Response, *, service_ids: tuple[int, ...]) -> tuple[BatchItem, ...]:
    """One item for each service asked, in the order asked.

    An answer that has items is read whatever its HTTP status: a client was seen to take them from a
    404, too.

    Raises:
        UnexpectedAnswerError: a service is missing or came twice, or an item is malformed.
        GovlinkError: what the HTTP status of an answer without items means.
    """
    operation = REQUEST.operation
    if response.status != 404:
        _raise_for_failure(response, operation=operation)
    content = parse_json_object(response, platform=PLATFORM, operation=operation)
    items = field_ci(content, "data")
    if not isinstance(items, list):
        _raise_for_failure(response, operation=operation)
        raise _unexpected("data", operation=operation)
    read = [_item(item, operation=operation) for item in items]
    by_service = {item.service_id: item for item in read}
    if len(by_service) != len(read) or by_service.keys() != set(service_ids):
        raise _unexpected("one item for each service", operation=operation)
    return tuple(by_service[service_id] for service_id in service_ids)
