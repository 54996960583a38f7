"""Linkage Center 2 of the registration office (DOPA): several data sets in one call, in an officer's name.

The center is no part of the DGA gateway, and its protocol is known from public clients' code only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from govlink.errors import Fault, NotFoundError, Problem, RejectedError
from govlink.flow import Context, Flow
from govlink.models.dates import PartialDate
from govlink.models.identity import AgentId, CitizenId
from govlink.models.registry import RegistryQuery, RegistryRecord

from .codes import PLATFORM
from .linkage2_parse import BatchItem, parse_batch, parse_done, parse_jobs, parse_offices
from .linkage2_records import EducationRecord, flat_row, read_education
from .linkage2_requests import (
    linkage2_auth,
    needed_setting,
    request_batch,
    request_jobs,
    request_login,
    request_logout,
)
from .linkage2_settings import EDUCATION_SERVICES, LOGOUT, REQUEST
from .settings import GdxSettings

__all__ = ["LinkageCenter2Flows"]

LK2_QUERY = Fault(
    "gdx.linkage2_query_invalid",
    en="the query is not one that {service} takes; nothing was sent",
    th="คำค้นไม่ตรงตามที่ {service} กำหนด ยังไม่มีการส่งข้อมูล",
)
LK2_KEYS = Fault(
    "gdx.linkage2_keys",
    en="the keys are CitizenID and, without an open session, ThaIDAccessToken",
    th="ค่าที่ใช้คือ CitizenID และ ThaIDAccessToken เมื่อยังไม่มีเซสชัน",
)
LK2_CITIZEN = Fault(
    "gdx.linkage2_citizen",
    en="CitizenID is 13 digits with a right check digit",
    th="CitizenID ต้องเป็นตัวเลข 13 หลักที่มีเลขตรวจสอบถูกต้อง",
)
LK2_EMPTY_BATCH = Fault(
    "gdx.linkage2_batch",
    en="a batch asks at least one service, and each of them once",
    th="คำขอต้องมีอย่างน้อยหนึ่งบริการ และแต่ละบริการต้องไม่ซ้ำกัน",
)
LK2_NO_RECORD = Fault(
    "gdx.linkage2_no_record", en="the data set holds no such person", th="ไม่พบบุคคลนี้ในฐานข้อมูล"
)

_CITIZEN_KEY, _THAID_KEY = "CitizenID", "ThaIDAccessToken"

Query = tuple[int, Mapping[str, str | int]]


def _refuse(service: str, pointer: str, fault: Fault) -> RejectedError:
    problem = Problem(pointer=pointer, fault=fault)
    return RejectedError(
        LK2_QUERY, platform=PLATFORM, operation=REQUEST.operation, problems=(problem,), service=service
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageCenter2Flows:
    """Calls in one officer's name each; ``thaid_token`` may be left out while the session is open."""

    settings: GdxSettings

    def offices(self, officer: AgentId, *, context: Context) -> Flow[tuple[Mapping[str, object], ...]]:  # noqa: ARG002 - all flows take a context
        """The offices the officer may log in for, as sent; to find ``linkage2_office_id``."""
        response = yield request_login(self.settings, officer=officer)
        return parse_offices(response)

    def jobs(
        self,
        officer: AgentId,
        *,
        thaid_token: SecretStr | None = None,
        context: Context,  # noqa: ARG002 - all flows take a context
    ) -> Flow[tuple[str, ...]]:
        """The purposes the officer may ask for; one of them is ``linkage2_job_id``."""
        auth = linkage2_auth(self.settings, officer=officer, thaid_token=thaid_token)
        response = yield request_jobs(self.settings, auth=auth)
        return parse_jobs(response)

    def log_out(
        self,
        officer: AgentId,
        *,
        thaid_token: SecretStr | None = None,
        context: Context,  # noqa: ARG002 - all flows take a context
    ) -> Flow[None]:
        """End the officer's session at the center.

        The token stays known here until its next use is refused, which leads to a new log-in.
        """
        auth = linkage2_auth(self.settings, officer=officer, thaid_token=thaid_token)
        response = yield request_logout(self.settings, auth=auth)
        parse_done(response, operation=LOGOUT.operation)

    def ask(
        self,
        queries: tuple[Query, ...],
        *,
        officer: AgentId,
        thaid_token: SecretStr | None = None,
        context: Context,  # noqa: ARG002 - all flows take a context
    ) -> Flow[tuple[BatchItem, ...]]:
        """Ask several services in one call; each answers for itself, with rows or an error.

        A query is the service's number and its parameters by the center's names (``personalID``; by
        name ``firstName``, ``middleName``, ``lastName``, ``limit``, ``recordNumber``).

        Raises:
            RejectedError: there is no query, or one service stands in two.
            OfficerLoginRequired: no session, and no ThaID token or one that was refused.
            ConfigError: host, office or purpose is not set.
            UnexpectedAnswerError: the answer does not have one item for each service.
        """
        numbers = tuple(number for number, _ in queries)
        if not numbers or len(set(numbers)) != len(numbers):
            raise RejectedError(LK2_EMPTY_BATCH, platform=PLATFORM, operation=REQUEST.operation)
        auth = linkage2_auth(self.settings, officer=officer, thaid_token=thaid_token)
        response = yield request_batch(self.settings, queries=queries, auth=auth)
        return parse_batch(response, service_ids=numbers)

    def education(
        self,
        service: str,
        *,
        citizen: CitizenId,
        officer: AgentId,
        thaid_token: SecretStr | None = None,
        context: Context,
    ) -> Flow[tuple[EducationRecord, ...]]:
        """The rows of ``moe.student`` or ``moe.graduate`` for one person, read.

        Raises:
            NotFoundError: the data set holds no such person.
            RejectedError: there is no such service.
            ConfigError: the data set's number is not set.
            GovlinkError: as for ``ask``, or the error of the item.
        """
        rows = yield from self._rows(
            service, citizen=citizen, officer=officer, thaid_token=thaid_token, context=context
        )
        return tuple(read_education(row) for row in rows)

    def _rows(
        self,
        service: str,
        *,
        citizen: CitizenId,
        officer: AgentId,
        thaid_token: SecretStr | None,
        context: Context,
    ) -> Flow[tuple[Mapping[str, object], ...]]:
        setting = EDUCATION_SERVICES.get(service)
        if setting is None:
            raise _refuse(" / ".join(EDUCATION_SERVICES), "/service", LK2_KEYS)
        number = int(needed_setting(getattr(self.settings, setting), setting, endpoint=REQUEST))
        queries = ((number, {"personalID": citizen.value}),)
        items = yield from self.ask(queries, officer=officer, thaid_token=thaid_token, context=context)
        item = items[0]
        if item.error is not None:
            raise item.error
        if not item.rows:
            raise NotFoundError(LK2_NO_RECORD, platform=PLATFORM, operation=REQUEST.operation)
        return item.rows

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """``moe.student`` or ``moe.graduate`` as a registry record with ``rows``.

        The keys are ``CitizenID`` and, while the officer has no open session, ``ThaIDAccessToken``.
        ``read_education`` reads a row's year, mark and day.

        Raises:
            RejectedError: the query has other keys or none; nothing was sent.
            GovlinkError: as for ``education``.
        """
        if not {_CITIZEN_KEY} <= query.keys.keys() <= {_CITIZEN_KEY, _THAID_KEY}:
            raise _refuse(query.service, "/keys", LK2_KEYS)
        try:
            citizen = CitizenId(query.keys[_CITIZEN_KEY])
        except RejectedError:
            raise _refuse(query.service, f"/keys/{_CITIZEN_KEY}", LK2_CITIZEN) from None
        token = query.keys.get(_THAID_KEY)
        rows = yield from self._rows(
            query.service,
            citizen=citizen,
            officer=query.officer,
            thaid_token=SecretStr(token) if token else None,
            context=context,
        )
        flat = [flat_row(row) for row in rows]
        dates: dict[str, PartialDate] = {
            f"{index}/{name}": day for index, (_, days) in enumerate(flat) for name, day in days.items()
        }
        return RegistryRecord(
            service=query.service,
            rows=tuple(texts for texts, _ in flat),
            dates=dates,
            extra={"rows_as_sent": tuple(rows)},
        )
