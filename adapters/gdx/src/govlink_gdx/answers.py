"""Opening an answer: size, code, status and form are judged before anything in it is believed."""

from __future__ import annotations

from govlink.errors import AuthError, Fault, NotFoundError, UnexpectedAnswerError
from govlink.flow import Response
from govlink.wire import parse_json, raise_for_status

from .codes import PLATFORM, raise_for_code

__all__ = ["EMPTY_LIST", "open_answer", "open_content", "unexpected"]

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
NOTHING_AT_404 = Fault(
    "gdx.nothing_at_404",
    en="no such record, or no such service for this key (HTTP 404 may mean either)",
    th="ไม่พบข้อมูล หรือไม่มีบริการนี้สำหรับกุญแจที่ใช้ (HTTP 404 หมายถึงได้ทั้งสองอย่าง)",
)
REFUSED_AT_401 = Fault(
    "gdx.refused_at_401",
    en="the session token was refused, or there is no right to this data (HTTP 401 may mean either)",
    th="โทเคนถูกปฏิเสธ หรือไม่มีสิทธิเข้าถึงข้อมูลนี้ (HTTP 401 หมายถึงได้ทั้งสองอย่าง)",
)
EMPTY_LIST = Fault(
    "gdx.empty_list", en="the registry answered with an empty list", th="ทะเบียนตอบเป็นรายการว่าง"
)


def unexpected(what: str, *, operation: str) -> UnexpectedAnswerError:
    """The error of an answer that lacks a member or has it in another form."""
    return UnexpectedAnswerError(WRONG_FORM, platform=PLATFORM, operation=operation, what=what)


def open_content(response: Response, *, operation: str, limit_bytes: int) -> object:
    """The JSON of a successful answer.

    Codes are read before the status, because outcomes hide in 500 and failures in 200. Of a 404 the
    two documents of the gateway say different things, no such service and no such data; it is
    ``NotFoundError``, and its text names both. So they do of a 401, session dead and no right to the
    data; it is ``AuthError``.

    Raises:
        UnexpectedAnswerError: the answer is too large, or no JSON.
        GovlinkError: what the code or the status means.
    """
    if len(response.body) > limit_bytes:
        raise UnexpectedAnswerError(TOO_LARGE, platform=PLATFORM, operation=operation, limit=limit_bytes)
    raise_for_code(response, operation=operation)
    if response.status == 401:
        raise AuthError(REFUSED_AT_401, platform=PLATFORM, operation=operation)
    if response.status == 404:
        raise NotFoundError(NOTHING_AT_404, platform=PLATFORM, operation=operation)
    raise_for_status(response, platform=PLATFORM, operation=operation)
    return parse_json(response, platform=PLATFORM, operation=operation)


def open_answer(response: Response, *, operation: str, limit_bytes: int) -> dict[str, object]:
    """The object of a successful answer.

    Raises:
        UnexpectedAnswerError: the answer is too large, or no JSON object.
        GovlinkError: what the code or the status means.
    """
    content = open_content(response, operation=operation, limit_bytes=limit_bytes)
    if not isinstance(content, dict):
        raise unexpected("an object", operation=operation)
    return content
