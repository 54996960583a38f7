"""What goes over the wire to ทางรัฐ: pure functions from values to requests.

Every call carries the gateway's ``Consumer-Key`` and ``Token`` headers, which the token policy
attaches, and a JSON body. Member names are written in the documented case: Pascal for personal data,
camel for the rest. (documented: czp developer guide)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from govlink.errors import Fault, Problem, RejectedError
from govlink.flow import Effect, Request
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.models.dates import PartialDate
from govlink.models.documents import CardRequest
from govlink.models.identity import CitizenId
from govlink.models.portal import Launch, Message
from govlink.settings import Endpoint
from govlink.wire import JSON_TYPE, json_body

from .codes import (
    APP_ID_MISMATCH,
    CARD_INCOMPLETE,
    FIELD_BLANK,
    MESSAGES_INVALID,
    NOTHING_TO_SEND,
    SEND_AT_BUDDHIST,
    SEND_AT_NAIVE,
    TOKEN_BLANK,
)
from .settings import CARD, DEPROC, MOCK, PLATFORM, PUSH, CitizenPortalSettings

__all__ = [
    "MESSAGES_PER_REQUEST",
    "TestProfile",
    "portal_minute",
    "request_card",
    "request_identification",
    "request_push",
    "request_test_launch",
    "require_messages",
]

MESSAGES_PER_REQUEST = 1000
"""The most messages one push may carry (documented: notification, batch diagram)."""

BANGKOK = timezone(timedelta(hours=7))
_FIRST_BUDDHIST_YEAR = 2400


@dataclass(frozen=True, slots=True, kw_only=True)
class TestProfile:
    """The person a test launch stands for. Every part is optional (documented)."""

    __test__ = False  # the name begins with Test, and pytest would collect it

    citizen_id: CitizenId | None = None
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    birth_date: PartialDate | None = field(default=None, repr=False)
    mobile: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    wants_push: bool = True


def _post(
    settings: CitizenPortalSettings, endpoint: Endpoint, *, effect: Effect, content: Mapping[str, object]
) -> Request:
    return Request(
        method="POST",
        url=settings.url_of(endpoint, platform=PLATFORM, hosts=DEFAULT_HOSTS),
        operation=endpoint.operation,
        effect=effect,
        headers=(JSON_TYPE,),
        body=json_body(content),
        timeout_s=settings.timeout_s,
        auth=gateway_auth(settings, platform=PLATFORM),
    )


def _rejected(fault: Fault, endpoint: Endpoint, *, problems: tuple[Problem, ...] = ()) -> RejectedError:
    return RejectedError(fault, platform=PLATFORM, operation=endpoint.operation, problems=problems)


def request_identification(settings: CitizenPortalSettings, launch: Launch) -> Request:
    """Spend the launch: POST deproc with ``AppId`` and ``MToken``.

    The appId that came with the launch is compared first, because whoever calls the agency's page
    chooses it (a check seen in code). One-shot: an mToken is good once and for 2 minutes (documented).

    Raises:
        RejectedError: the launch is another app's or carries no token.
        ConfigError: no URL is known for the environment.
    """
    if launch.app_id != settings.app_id:
        raise _rejected(APP_ID_MISMATCH, DEPROC)
    if not launch.token.strip():
        raise _rejected(TOKEN_BLANK, DEPROC)
    content = {"AppId": settings.app_id, "MToken": launch.token}
    return _post(settings, DEPROC, effect=Effect.ONE_SHOT, content=content)


def _compact_ce(day: PartialDate) -> str:
    month = "--" if day.month is None else f"{day.month:02d}"
    return f"{day.year:04d}{month}" + ("--" if day.day is None else f"{day.day:02d}")


def request_test_launch(settings: CitizenPortalSettings, profile: TestProfile) -> Request:
    """Ask UAT for a test launch: POST mock with ``AppId`` and the parts of the profile that are set."""
    optional = {
        "CitizenId": profile.citizen_id.value if profile.citizen_id else "",
        "FirstName": profile.first_name,
        "LastName": profile.last_name,
        "DateOfBirthString": _compact_ce(profile.birth_date) if profile.birth_date else "",
        "Mobile": profile.mobile,
        "Email": profile.email,
    }
    content = {
        "AppId": settings.app_id,
        **{name: value for name, value in optional.items() if value},
        "Notification": profile.wants_push,
    }
    return _post(settings, MOCK, effect=Effect.WRITE, content=content)


def portal_minute(moment: datetime) -> datetime:
    """The moment in Thai time (+07:00) with seconds 00, the only form documented for ``sendDateTime``.

    Seconds are cut off. The portal's minute is what a receipt then shows.

    Raises:
        RejectedError: no time zone is given, or the year is a Buddhist-era one. Both are refused here
            because the portal's answer to them is not documented.
    """
    if moment.utcoffset() is None:
        raise _rejected(SEND_AT_NAIVE, PUSH)
    if moment.year >= _FIRST_BUDDHIST_YEAR:
        raise _rejected(SEND_AT_BUDDHIST, PUSH)
    return moment.astimezone(BANGKOK).replace(second=0, microsecond=0)


def _blanks(pointer: str, members: Mapping[str, str]) -> tuple[Problem, ...]:
    return tuple(
        Problem(pointer=f"{pointer}/{name}", fault=FIELD_BLANK)
        for name, value in members.items()
        if not value.strip()
    )


def require_messages(messages: tuple[Message, ...]) -> None:
    """Refuse an empty list, a blank text and a blank user id, before anything is sent.

    Raises:
        RejectedError: with one problem for each blank, by its place in ``messages``.
    """
    if not messages:
        raise _rejected(NOTHING_TO_SEND, PUSH)
    problems = tuple(
        problem
        for i, message in enumerate(messages)
        for problem in _blanks(f"/{i}", {"portal_user_id": message.portal_user_id, "text": message.text})
    )
    if problems:
        raise _rejected(MESSAGES_INVALID, PUSH, problems=problems)


def request_push(
    settings: CitizenPortalSettings, messages: tuple[Message, ...], *, send_at: datetime | None
) -> Request:
    """One push of at most 1,000 messages, each with a text of its own.

    ``send_at`` is a moment from ``portal_minute``; None leaves ``sendDateTime`` out, which means now
    (documented). A write: no request key and no read-back is documented, so it is never repeated.
    """
    content: dict[str, object] = {
        "appId": settings.app_id,
        "data": [{"message": m.text, "userId": m.portal_user_id} for m in messages],
    }
    if send_at is not None:
        content["sendDateTime"] = send_at.isoformat(timespec="seconds")
    return _post(settings, PUSH, effect=Effect.WRITE, content=content)


def request_card(settings: CitizenPortalSettings, card: CardRequest) -> Request:
    """Ask for a virtual card's QR text: POST with all four required members.

    Repeatable: a person has one live QR in each mini app and a new one kills the old (documented), so
    a repeat after a lost answer leaves exactly one, the one that is returned.

    Raises:
        RejectedError: with one problem for each blank member.
    """
    members = {
        "portal_user_id": card.portal_user_id,
        "document_name": card.document_name,
        "full_name": card.full_name,
    }
    if problems := _blanks("", members):
        raise _rejected(CARD_INCOMPLETE, CARD, problems=problems)
    content = {
        "appId": settings.app_id,
        "userId": card.portal_user_id,
        "docName": card.document_name,
        "fullName": card.full_name,
    }
    return _post(settings, CARD, effect=Effect.IDEMPOTENT, content=content)
