"""Showing a case on Biz Portal: open it once, then report each new state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govlink.errors import Fault, Problem, RejectedError
from govlink.flow import Context, Effect, Flow, Request
from govlink.gateway import gateway_auth
from govlink.models.portal import CaseOpening, CaseReceipt, CaseUpdate
from govlink.settings import Endpoint
from govlink.wire import JSON_TYPE, json_body

from .codes import STATE_WORDS, TURN_WORDS, identity_of, lint_update
from .parse import parse_opened, parse_updated
from .settings import OPEN_CASE, PLATFORM, UPDATE_CASE, BizPortalSettings

__all__ = ["BizPortalCases", "request_open_case", "request_update_case"]

CASE_INVALID = Fault(
    "biz_portal.case_invalid",
    en="the case was not sent, because the portal would not show it rightly",
    th="ไม่ได้ส่งคำขอ เนื่องจากข้อมูลไม่ครบหรือขัดแย้งกัน",
)
FIELD_EMPTY = Fault(
    "biz_portal.field_empty", en="this field is required and empty", th="ช่องนี้จำเป็นต้องมีค่า แต่ว่างอยู่"
)


def _post(endpoint: Endpoint, content: Mapping[str, object], *, settings: BizPortalSettings) -> Request:
    return Request(
        method="POST",
        url=settings.url_of(endpoint, platform=PLATFORM),
        operation=endpoint.operation,
        effect=Effect.WRITE,
        headers=(JSON_TYPE,),
        body=json_body(content),
        timeout_s=settings.timeout_s,
        auth=gateway_auth(settings, platform=PLATFORM),
    )


def _application_id(service_code: str, *, settings: BizPortalSettings) -> str:
    return settings.application_ids.get(service_code, service_code)


def _empty_fields(fields: Mapping[str, str]) -> tuple[Problem, ...]:
    return tuple(
        Problem(pointer=pointer, fault=FIELD_EMPTY) for pointer, value in fields.items() if not value.strip()
    )


def _refuse_if(problems: tuple[Problem, ...], *, operation: str) -> None:
    if problems:
        raise RejectedError(CASE_INVALID, platform=PLATFORM, operation=operation, problems=problems)


def request_open_case(opening: CaseOpening, *, settings: BizPortalSettings) -> Request:
    """``POST applicationrequest/import`` (documented: DGA knowledge base, biz/2).

    Raises:
        RejectedError: a required field is empty, or cases of foreigners are not sent.
    """
    identity_id, identity_type = identity_of(opening.applicant, foreign_id=settings.foreign_id)
    application_id = _application_id(opening.service_code, settings=settings)
    required = {
        "/ApplicationId": application_id,
        "/Data/Url": opening.url,
        "/Data/ReferenceId": opening.reference_id,
        "/Data/ReferenceNumber": opening.reference_number,
    }
    _refuse_if(_empty_fields(required), operation=OPEN_CASE.operation)
    content = {
        "IdentityId": identity_id,
        "IdentityType": identity_type,
        "ApplicationId": application_id,
        "Data": {
            "Name": settings.agency_short_name,
            "Url": opening.url,
            "ReferenceId": opening.reference_id,
            "ReferenceNumber": opening.reference_number,
        },
    }
    return _post(OPEN_CASE, content, settings=settings)


def request_update_case(update: CaseUpdate, *, settings: BizPortalSettings) -> Request:
    """``POST applicationrequest/update`` (documented: DGA knowledge base, biz/2).

    An empty remark is left out. The optional button that leads back to the agency's page is not sent.

    Raises:
        RejectedError: a required field is empty, or the update contradicts itself while
            ``lint_updates`` is on.
    """
    identity_id, identity_type = identity_of(update.applicant, foreign_id=settings.foreign_id)
    application_id = _application_id(update.service_code, settings=settings)
    problems = _empty_fields({"/ApplicationId": application_id, "/RequestId": update.case_id})
    if settings.lint_updates:
        problems += lint_update(state=update.state, waiting_for=update.waiting_for)
    _refuse_if(problems, operation=UPDATE_CASE.operation)
    content = {
        "IdentityId": identity_id,
        "IdentityType": identity_type,
        "ApplicationId": application_id,
        "RequestId": update.case_id,
        "Status": STATE_WORDS[update.state],
        "StatusOther": TURN_WORDS[update.waiting_for],
    }
    if update.remark_th:
        content["Remark"] = update.remark_th
    return _post(UPDATE_CASE, content, settings=settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class BizPortalCases:
    """Case reporting by the status link ("SSO and status update") of Biz Portal."""

    settings: BizPortalSettings

    def open_case(self, opening: CaseOpening, *, context: Context) -> Flow[CaseReceipt]:  # noqa: ARG002 - the interface's shape
        """Create the case on the portal; ``reference_id`` is what a second opening is known by.

        The portal has no documented way to look a case up by the agency's reference. So when the
        answer is lost the outcome stays unknown. References must be unique (documented); that the
        portal refuses a second case with the same ones is modelled, and even then its
        ``ConflictError`` does not tell the first one's ``case_id``.

        Raises:
            ConflictError: the portal says that one of these references was used (modelled).
            RejectedError: a required field is empty, or the portal answered failed.
            OutcomeUnknownError: no usable answer came; the case may exist.
        """
        response = yield request_open_case(opening, settings=self.settings)
        return parse_opened(
            response,
            reference_number=opening.reference_number,
            duplicate_pattern=self.settings.duplicate_pattern,
        )

    def update_case(self, update: CaseUpdate, *, context: Context) -> Flow[None]:  # noqa: ARG002 - the interface's shape
        """Report a new state; the portal itself then sends the applicant SMS and e-mail (documented).

        Each update notifies, so a lost answer is not repeated by itself.

        Raises:
            RejectedError: the update is unsound, or the portal answered failed.
            OutcomeUnknownError: no usable answer came; the update may stand.
        """
        parse_updated((yield request_update_case(update, settings=self.settings)))
