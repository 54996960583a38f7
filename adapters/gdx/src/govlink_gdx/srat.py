"""Taking in petitions from SRAT, DGA's back office for portal services: pulled, never acknowledged."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from govlink.errors import ConfigError, Fault, RejectedError
from govlink.flow import Context, Effect, Flow, Page, Request
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.models.petition import FiledPetition
from govlink.wire import JSON_TYPE

from .codes import PLATFORM
from .settings import GdxSettings
from .srat_parse import parse_applications
from .srat_settings import APPLICATION

__all__ = ["SratIntake", "request_applications"]

NO_SERVICE = Fault(
    "gdx.srat_no_service",
    en="nothing can be pulled without the setting platforms.gdx.srat_service_no",
    th="ดึงคำร้องไม่ได้เพราะยังไม่ได้กำหนดค่า platforms.gdx.srat_service_no",
)
SRAT_NAIVE = Fault("gdx.srat_naive", en="since has no time zone", th="since ไม่ได้ระบุเขตเวลา")
SRAT_CURSOR = Fault("gdx.srat_cursor", en="this cursor is none of this adapter's", th="ตัวชี้หน้านี้ไม่ใช่ของตัวเชื่อมนี้")

_Key = tuple[str, str]


def request_applications(settings: GdxSettings, *, since: datetime | None) -> Request:
    """``GET …/srat/v1/application?serviceNo=&fromDate=&onlySuccess=`` (documented: SRAT guide, 2).

    ``fromDate`` is sent in UTC, and left out without ``since``.

    Raises:
        ConfigError: ``srat_service_no`` is not set.
        RejectedError: ``since`` has no time zone.
    """
    if settings.srat_service_no is None:
        raise ConfigError(NO_SERVICE, platform=PLATFORM, operation=APPLICATION.operation)
    query = [("serviceNo", settings.srat_service_no)]
    if since is not None:
        if since.utcoffset() is None:
            raise RejectedError(SRAT_NAIVE, platform=PLATFORM, operation=APPLICATION.operation)
        moment = since.astimezone(UTC).isoformat(timespec="milliseconds")
        query.append(("fromDate", moment.replace("+00:00", "Z")))
    query.append(("onlySuccess", "true" if settings.srat_only_success else "false"))
    return Request(
        method="GET",
        url=settings.url_of(APPLICATION, platform=PLATFORM, hosts=DEFAULT_HOSTS),
        operation=APPLICATION.operation,
        effect=Effect.READ,
        query=tuple(query),
        headers=(JSON_TYPE,),
        timeout_s=settings.document_timeout_s,
        max_body_bytes=settings.document_limit_bytes,
        auth=gateway_auth(settings, platform=PLATFORM),
    )


def _key(petition: FiledPetition) -> _Key:
    return petition.filed_at.isoformat(timespec="microseconds"), petition.reference


def _cursor_of(key: _Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _key_of(cursor: str) -> _Key:
    try:
        filed_at, reference = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        filed_at = reference = None
    if not isinstance(filed_at, str) or not isinstance(reference, str):
        raise RejectedError(SRAT_CURSOR, platform=PLATFORM, operation=APPLICATION.operation)
    return filed_at, reference


@dataclass(frozen=True, slots=True, kw_only=True)
class SratIntake:
    """``PetitionIntake`` on SRAT's one published call (documented)."""

    settings: GdxSettings

    def pull(
        self,
        *,
        since: datetime | None,
        cursor: str | None,
        context: Context,  # noqa: ARG002 - the verb's signature
    ) -> Flow[Page[FiledPetition]]:
        """Petitions by day of filing, ``srat_page_size`` at a time; one request each.

        SRAT has no pages and answers with everything from ``since`` on, so each page asks for all of
        it again and hands on the part after ``cursor``: give the same ``since`` with each. Which of a
        petition's dates ``fromDate`` is compared with is not documented, so one filed before ``since``
        may come, too, when it changed later. Petitions are known by ``reference``: taking one in
        twice is for the caller to notice.

        Raises:
            ConfigError: ``srat_service_no`` is not set.
            RejectedError: ``since`` has no time zone, or the cursor is none.
            UnexpectedAnswerError: a petition is malformed; ``problems`` says where.
        """
        after = _key_of(cursor) if cursor is not None else None
        response = yield request_applications(self.settings, since=since)
        petitions = parse_applications(response, settings=self.settings)
        rest = tuple(p for p in petitions if after is None or _key(p) > after)
        items = rest[: self.settings.srat_page_size]
        more = len(rest) > len(items)
        return Page(items=items, cursor=_cursor_of(_key(items[-1])) if more else None)

    def acknowledge(self, references: tuple[str, ...], *, context: Context) -> Flow[None]:  # noqa: ARG002 - the verb's signature
        """Send nothing: SRAT has no call that takes an acknowledgement, and pulls the same again."""
        yield from ()
