"""Taking in petitions from E-OCS: pull, acknowledge, report each state back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from govlink.errors import Fault, Problem, RejectedError
from govlink.flow import Context, Effect, Flow, Page, Request
from govlink.models.petition import FiledPetition, StateReport
from govlink.settings import Endpoint
from govlink.wire import JSON_TYPE, json_body

from .parse import is_reference, parse_done, parse_page
from .settings import ACKNOWLEDGE, PLATFORM, PULL, REPORT_STATE, EocsSettings

__all__ = ["EocsIntake", "request_acknowledge", "request_pull", "request_report_state"]

CALL_INVALID = Fault(
    "eocs.call_invalid",
    en="the call was not sent, because E-OCS could not take it",
    th="ไม่ได้ส่งคำขอ เนื่องจากข้อมูลไม่เป็นไปตามข้อกำหนดของบริการ",
)
BAD_REFERENCE = Fault(
    "eocs.bad_reference",
    en="a reference has 1 to 64 characters and begins with a letter or digit",
    th="เลขอ้างอิงต้องมี 1 ถึง 64 อักขระ และขึ้นต้นด้วยตัวอักษรหรือตัวเลข",
)
NAIVE_MOMENT = Fault("eocs.naive_moment", en="this moment has no time zone", th="วันเวลานี้ไม่ได้ระบุเขตเวลา")
EMPTY = Fault("eocs.empty", en="this must not be empty", th="ค่านี้ต้องไม่ว่าง")


def _refuse_if(faults: Mapping[str, Fault], *, endpoint: Endpoint) -> None:
    if faults:
        problems = tuple(Problem(pointer=pointer, fault=fault) for pointer, fault in faults.items())
        raise RejectedError(CALL_INVALID, platform=PLATFORM, operation=endpoint.operation, problems=problems)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _headers(settings: EocsSettings) -> tuple[tuple[str, str], ...]:
    return (
        ("Accept", "application/json, application/problem+json"),
        ("Authorization", f"Bearer {settings.access_token.get_secret_value()}"),
    )


def request_pull(*, since: datetime | None, cursor: str | None, settings: EocsSettings) -> Request:
    """``GET /v1/petitions`` (modelled); a cursor goes with the same ``since`` as the page before.

    Raises:
        RejectedError: ``since`` has no time zone.
    """
    query = [("limit", str(settings.page_size))]
    if since is not None:
        _refuse_if({"/since": NAIVE_MOMENT} if since.utcoffset() is None else {}, endpoint=PULL)
        query.append(("since", _moment(since)))
    if cursor is not None:
        query.append(("cursor", cursor))
    if settings.include_acknowledged:
        query.append(("include_acknowledged", "true"))
    return Request(
        method="GET",
        url=settings.url_of(PULL, platform=PLATFORM),
        operation=PULL.operation,
        query=tuple(query),
        headers=_headers(settings),
        timeout_s=settings.timeout_s,
    )


def request_acknowledge(references: tuple[str, ...], *, settings: EocsSettings) -> Request:
    """``POST /v1/petitions/acknowledgements`` (modelled): a set, so repeating it changes nothing."""
    return Request(
        method="POST",
        url=settings.url_of(ACKNOWLEDGE, platform=PLATFORM),
        operation=ACKNOWLEDGE.operation,
        effect=Effect.IDEMPOTENT,
        headers=(*_headers(settings), JSON_TYPE),
        body=json_body({"references": references}),
        timeout_s=settings.timeout_s,
    )


def request_report_state(report: StateReport, *, settings: EocsSettings) -> Request:
    """``PUT /v1/petitions/{reference}/state`` (modelled); ``report_id`` is the idempotency key.

    Raises:
        RejectedError: the reference cannot be one, ``at`` has no time zone, or state or id is empty.
    """
    checks = {
        "/reference": None if is_reference(report.reference) else BAD_REFERENCE,
        "/at": NAIVE_MOMENT if report.at.utcoffset() is None else None,
        "/state": None if report.state else EMPTY,
        "/report_id": None if report.report_id else EMPTY,
    }
    _refuse_if({p: fault for p, fault in checks.items() if fault is not None}, endpoint=REPORT_STATE)
    petitions = settings.url_of(REPORT_STATE, platform=PLATFORM)
    content = {
        "report_id": report.report_id,
        "state": report.state,
        "note_th": report.note_th,
        "at": _moment(report.at),
    }
    return Request(
        method="PUT",
        url=f"{petitions}/{quote(report.reference, safe='')}/state",
        operation=REPORT_STATE.operation,
        effect=Effect.IDEMPOTENT,
        headers=(*_headers(settings), JSON_TYPE),
        body=json_body(content),
        timeout_s=settings.timeout_s,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EocsIntake:
    """Petition intake by the interface that ``openapi.json`` describes (modelled throughout)."""

    settings: EocsSettings

    def pull(
        self,
        *,
        since: datetime | None,
        cursor: str | None,
        context: Context,  # noqa: ARG002 - the interface's shape
    ) -> Flow[Page[FiledPetition]]:
        """One page of petitions filed at or after ``since``, oldest first, not yet acknowledged.

        Give the same ``since`` with each cursor. A petition may reach E-OCS's list later than ones
        filed after it, so what is still open is found surely by pulling without ``since``.

        Raises:
            RejectedError: ``since`` has no time zone, or E-OCS does not know the cursor.
            UnexpectedAnswerError: a petition is malformed; ``problems`` says where.
        """
        response = yield request_pull(since=since, cursor=cursor, settings=self.settings)
        return parse_page(response, operation=PULL.operation)

    def acknowledge(self, references: tuple[str, ...], *, context: Context) -> Flow[None]:  # noqa: ARG002 - the interface's shape
        """Say that these were taken in, so that they are not pulled again.

        Each call of ``acknowledge_batch`` references is taken whole or not at all; nothing is sent
        for an empty tuple.

        Raises:
            RejectedError: E-OCS does not know one of them; ``problems`` says which of its call.
        """
        bad = {f"/references/{i}": BAD_REFERENCE for i, r in enumerate(references) if not is_reference(r)}
        _refuse_if(bad, endpoint=ACKNOWLEDGE)
        distinct, size = tuple(dict.fromkeys(references)), self.settings.acknowledge_batch
        for start in range(0, len(distinct), size):
            batch = distinct[start : start + size]
            response = yield request_acknowledge(batch, settings=self.settings)
            parse_done(response, member="acknowledged", expected=len(batch), operation=ACKNOWLEDGE.operation)

    def report_state(self, report: StateReport, *, context: Context) -> Flow[None]:  # noqa: ARG002 - the interface's shape
        """Tell a petition's state. Reports may arrive in any order: the latest ``at`` is the state.

        Raises:
            NotFoundError: E-OCS has no petition of that reference.
            ConflictError: this ``report_id`` was used before with another content.
            RejectedError: the report cannot be sent, or E-OCS refused it.
        """
        response = yield request_report_state(report, settings=self.settings)
        parse_done(response, member="report_id", expected=report.report_id, operation=REPORT_STATE.operation)
