"""Reading what ทางรัฐ answers, believing nothing before it is checked.

The envelope is ``{result, requestTimeStamp, messageCode, message}`` and messageCode 200 means success
(documented). No list of other codes is published, and failures were seen as HTTP 200 with a null
result; so HTTP status, messageCode and result must all be right. The ``message`` text is never quoted
in an error, because nobody says what it may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from govlink.errors import Fault, OutcomeUnknownError, RejectedError, UnexpectedAnswerError
from govlink.flow import Response
from govlink.models.dates import Era, PartialDate
from govlink.models.documents import VirtualCard
from govlink.models.identity import CitizenId, PersonIdentity, PersonName
from govlink.models.portal import Launch
from govlink.settings import Endpoint
from govlink.wire import field_ci, parse_json_object, raise_for_status

from .codes import LAUNCH_REFUSED, LAUNCH_SPENT, MEMBER_INVALID, NO_SUCH_PATH, PUSH_UNCERTAIN, REFUSED
from .settings import CARD, DEPROC, MOCK, PLATFORM, PUSH

__all__ = ["parse_card", "parse_identity", "parse_push", "parse_test_launch"]

T = TypeVar("T")

SUCCESS = frozenset({200})
MOCK_SUCCESS = frozenset({0, 200})
"""The guide's table says 200 and its sample shows 0; 0 counts for the mock operation only."""


def _unexpected(endpoint: Endpoint, member: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        MEMBER_INVALID, platform=PLATFORM, operation=endpoint.operation, member=member
    )


def _result(
    response: Response, endpoint: Endpoint, *, success: Collection[int] = SUCCESS, refusal: Fault = REFUSED
) -> object:
    if response.status == 404:  # no "no such record" is documented, and production URLs are typed by hand
        raise UnexpectedAnswerError(NO_SUCH_PATH, platform=PLATFORM, operation=endpoint.operation)
    raise_for_status(response, platform=PLATFORM, operation=endpoint.operation)
    content = parse_json_object(response, platform=PLATFORM, operation=endpoint.operation)
    code = field_ci(content, "messageCode")
    if not isinstance(code, int) or isinstance(code, bool):
        raise _unexpected(endpoint, "messageCode")
    result = field_ci(content, "result")
    if code not in success or result is None:
        raise RejectedError(refusal, platform=PLATFORM, operation=endpoint.operation, message_code=code)
    return result


def _members(
    response: Response, endpoint: Endpoint, *, success: Collection[int] = SUCCESS, refusal: Fault = REFUSED
) -> Mapping[str, object]:
    result = _result(response, endpoint, success=success, refusal=refusal)
    if not isinstance(result, dict):
        raise _unexpected(endpoint, "result")
    return result


def _text(content: Mapping[str, object], name: str, endpoint: Endpoint) -> str | None:
    value = field_ci(content, name)
    if value is not None and not isinstance(value, str):
        raise _unexpected(endpoint, name)
    return (value or "").strip() or None


def _required(content: Mapping[str, object], name: str, endpoint: Endpoint) -> str:
    value = _text(content, name, endpoint)
    if value is None:
        raise _unexpected(endpoint, name)
    return value


def _read(content: Mapping[str, object], name: str, convert: Callable[[str], T]) -> T | None:
    text = _text(content, name, DEPROC)
    if text is None:
        return None
    try:
        return convert(text)
    except RejectedError as error:
        raise _unexpected(DEPROC, name) from error


def _birth_date(text: str) -> PartialDate:
    return PartialDate.parse_compact(text, era=Era.CE)


def _name(content: Mapping[str, object]) -> PersonName | None:
    first, last = _text(content, "firstName", DEPROC), _text(content, "lastName", DEPROC)
    return PersonName(first=first or "", last=last or "") if first or last else None


def _user_id(content: Mapping[str, object]) -> str:
    present = _text(content, "userId", DEPROC)
    return present or _text(content, "czpUserId", DEPROC) or _required(content, "userId", DEPROC)


def _wants_push(content: Mapping[str, object]) -> bool:
    value = field_ci(content, "notification")
    if value is not None and not isinstance(value, bool):
        raise _unexpected(DEPROC, "notification")
    return bool(value)


def parse_identity(response: Response) -> PersonIdentity:
    """The person behind a launch.

    Every member but ``userId`` may be absent or empty, because a person consents to each (the
    absence is modelled; the consent is documented): such a field is None. ``czpUserId`` is read where
    ``userId`` is missing (seen in code). ``dateOfBirthString`` is Common-era ``yyyyMMdd`` with dashes
    for unknown parts (documented).

    Raises:
        RejectedError: refused, for which a used or outdated token is the likely cause: no list of
            codes is published.
        OutcomeUnknownError: an HTTP 5xx; the token counts as spent all the same.
        UnexpectedAnswerError: not this operation's answer.
    """
    if response.status >= 500:
        raise OutcomeUnknownError(
            LAUNCH_SPENT, platform=PLATFORM, operation=DEPROC.operation, status=response.status
        )
    content = _members(response, DEPROC, refusal=LAUNCH_REFUSED)
    return PersonIdentity(
        portal_user_id=_user_id(content),
        citizen_id=_read(content, "citizenId", CitizenId),
        name=_name(content),
        birth_date=_read(content, "dateOfBirthString", _birth_date),
        mobile=_text(content, "mobile", DEPROC),
        email=_text(content, "email", DEPROC),
        wants_push=_wants_push(content),
    )


def parse_test_launch(response: Response) -> Launch:
    """The launch that mock made; messageCode 0 counts as success here."""
    content = _members(response, MOCK, success=MOCK_SUCCESS)
    return Launch(app_id=_required(content, "appId", MOCK), token=_required(content, "mToken", MOCK))


def parse_push(response: Response) -> tuple[str, ...]:
    """The transaction ids. Empty: nobody subscribed, nothing was pushed (documented).

    The documented sample has two ids for one message, so they stand for no message in particular.

    Raises:
        OutcomeUnknownError: HTTP 5xx other than 503; the portal may have pushed before it failed.
        RejectedError: the portal refused the push.
        UnexpectedAnswerError: not this operation's answer.
    """
    if response.status >= 500 and response.status != 503:
        raise OutcomeUnknownError(
            PUSH_UNCERTAIN, platform=PLATFORM, operation=PUSH.operation, status=response.status
        )
    result = _result(response, PUSH)
    if not isinstance(result, list):
        raise _unexpected(PUSH, "result")
    ids = tuple(item for item in result if isinstance(item, str) and item)
    if len(ids) != len(result):
        raise _unexpected(PUSH, "result")
    return ids


def parse_card(response: Response) -> VirtualCard:
    """The QR text and when it dies (``expiryDate``: seconds since 1970, UTC, documented)."""
    content = _members(response, CARD)
    expiry = field_ci(content, "expiryDate")
    if not isinstance(expiry, int) or isinstance(expiry, bool):
        raise _unexpected(CARD, "expiryDate")
    try:
        expires_at = datetime.fromtimestamp(expiry, tz=UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise _unexpected(CARD, "expiryDate") from error
    return VirtualCard(qr_text=_required(content, "qrText", CARD), expires_at=expires_at)
