"""From a query to the one request that asks it; everything is checked before it can be sent."""

from __future__ import annotations

import hashlib
from urllib.parse import urlencode

from govlink.errors import Fault, Problem, RejectedError
from govlink.flow import Allowance, Auth, Effect, Request
from govlink.gateway import DEFAULT_HOSTS, gateway_auth
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryQuery
from govlink.settings import Endpoint

from .catalogue import AGENT_PERMISSION, LARGE, AnswerKind, AskedAs, CallStyle, Family, Service
from .codes import PLATFORM, answer_may_pass
from .settings import GdxSettings

__all__ = ["request_agent_permission", "request_service", "service_of"]

QUERY_INVALID = Fault(
    "gdx.query_invalid",
    en="the query is not one that {service} takes; nothing was sent",
    th="คำค้นไม่ตรงตามที่ {service} กำหนด ยังไม่มีการส่งข้อมูล",
)
SERVICE_UNKNOWN = Fault(
    "gdx.service_unknown", en="this verb takes one of: {known}", th="คำสั่งนี้ใช้ได้กับ: {known}"
)
KEY_MISSING = Fault("gdx.key_missing", en="this key is missing", th="ไม่ได้ระบุค่านี้")
KEYS_UNKNOWN = Fault(
    "gdx.keys_unknown",
    en="there are keys beside the ones taken: {known}",
    th="มีค่าอื่นนอกเหนือจากที่กำหนด: {known}",
)
OFFICER_NEEDED = Fault(
    "gdx.officer_needed",
    en="the officer must be a person's citizen number, the one of the card in GovAMI",
    th="ต้องระบุเลขประจำตัวประชาชนของเจ้าหน้าที่ซึ่งเป็นเจ้าของบัตรที่ใช้กับ GovAMI",
)

# The guide asks for it on every GET service and on the Linkage POST (documented: GDX API guide, headers).
_FORM_TYPE = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")


def service_of(settings: GdxSettings, *, query: RegistryQuery, kinds: frozenset[AnswerKind]) -> Service:
    """The record of the service asked for, among govlink's and the agency's own.

    Raises:
        RejectedError: there is no such service, or it does not answer in one of these kinds.
    """
    fitting = {service.name: service for service in settings.catalogue() if service.answer in kinds}
    if query.service not in fitting:
        problem = Problem(pointer="/service", fault=SERVICE_UNKNOWN, values=(("known", ", ".join(fitting)),))
        raise RejectedError(QUERY_INVALID, platform=PLATFORM, problems=(problem,), service="GDX")
    return fitting[query.service]


def _officer_problems(officer: AgentId) -> list[Problem]:
    return [] if officer.is_officer else [Problem(pointer="/officer", fault=OFFICER_NEEDED)]


def _checked_keys(
    query: RegistryQuery, service: Service, *, problems: list[Problem]
) -> tuple[tuple[str, str], ...]:
    """The parameters to send, in the documented order; what is wrong is added to ``problems``."""
    pairs: list[tuple[str, str]] = []
    for key in service.keys:
        pointer = f"/keys/{key.name}"
        if key.name not in query.keys:
            if key.is_required:
                problems.append(Problem(pointer=pointer, fault=KEY_MISSING))
            continue
        try:
            pairs.append((key.name, key.check(query.keys[key.name])))
        except RejectedError as error:
            problems.append(Problem(pointer=pointer, fault=error.fault, values=tuple(error.values.items())))
    known = {key.name for key in service.keys}
    if not query.keys.keys() <= known:  # a stray key's name may be a person's datum: it is not told
        problems.append(
            Problem(pointer="/keys", fault=KEYS_UNKNOWN, values=(("known", ", ".join(sorted(known))),))
        )
    return tuple(pairs)


def _refuse_if(problems: list[Problem], *, operation: str, service: str) -> None:
    if problems:
        raise RejectedError(
            QUERY_INVALID, platform=PLATFORM, operation=operation, problems=tuple(problems), service=service
        )


def _read(
    endpoint: Endpoint,
    *,
    settings: GdxSettings,
    query: tuple[tuple[str, str], ...],
    form: tuple[tuple[str, str], ...] | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    auth: Auth,
    is_large: bool = False,
    allowance: Allowance | None = None,
) -> Request:
    """A request that only asks, by GET, or by POST where the keys stand in a form."""
    return Request(
        method="GET" if form is None else "POST",
        url=settings.url_of(endpoint, platform=PLATFORM, hosts=DEFAULT_HOSTS),
        operation=endpoint.operation,
        effect=Effect.READ,
        query=query,
        headers=(_FORM_TYPE, *headers),
        body=None if form is None else urlencode(form).encode(),
        timeout_s=settings.document_timeout_s if is_large else settings.timeout_s,
        max_body_bytes=settings.document_limit_bytes if is_large else settings.record_limit_bytes,
        auth=auth,
        transient=answer_may_pass,
        allowance=allowance,
    )


def _allowance(settings: GdxSettings, service: Service) -> Allowance | None:
    """What a call of the service counts against: only IKNO has a published quota and hours.

    The quota belongs to the agency's key, which is counted under a digest so that a counter's file
    holds no key.
    """
    if service.family is not Family.IKNO:
        return None
    if settings.ikno_calls_per_day is None and settings.ikno_opens is None:
        return None
    has_hours = settings.ikno_opens is not None
    key = hashlib.sha256(settings.consumer_key.get_secret_value().encode()).hexdigest()[:16]
    return Allowance(
        key=(PLATFORM, Family.IKNO.value, settings.environment.value, key),
        calls_per_day=settings.ikno_calls_per_day,
        cost=service.quota_cost,
        opens=settings.ikno_opens,
        closes=settings.ikno_closes,
        is_weekdays_only=has_hours,
        holidays=settings.holidays if has_hours else frozenset(),
    )


def request_service(settings: GdxSettings, *, service: Service, query: RegistryQuery) -> Request:
    """Ask the service with its checked parameters, Thai in plain text in the query of a ``GET``.

    A Linkage data set asked by ``POST`` has its codes in the query and its keys in a form, in UTF-8
    (documented: Linkage API guide); a declared service asked so has its keys in a form, too. A service
    asked in the officer's name gets a session whose AgentID is that officer, because the AgentID must be
    the holder of the card in GovAMI (documented: GDX API guide, AgentID).

    Raises:
        RejectedError: parameters are missing, wrong or too many, the officer is a system's name, or the
            purpose cannot be told as the service wants it; every problem is told at once.
        ConfigError: no URL is known in this environment.
    """
    problems = _officer_problems(query.officer) if service.asked_as is AskedAs.OFFICER else []
    pairs = _checked_keys(query, service, problems=problems)
    told = service.purpose_headers.headers(query, problems=problems) if service.purpose_headers else ()
    _refuse_if(problems, operation=service.endpoint.operation, service=service.name)
    codes = service.linkage.query() if service.linkage else ()
    agent = query.officer if service.asked_as is AskedAs.OFFICER else None
    is_form = service.style is CallStyle.POST_FORM
    return _read(
        service.endpoint,
        settings=settings,
        query=codes if is_form else codes + pairs,
        form=pairs if is_form else None,
        headers=told,
        auth=gateway_auth(settings, platform=PLATFORM, agent=agent),
        is_large=service.answer in LARGE,
        allowance=_allowance(settings, service),
    )


def request_agent_permission(settings: GdxSettings, *, officer: AgentId) -> Request:
    """``GET`` the state of an officer's session; Consumer-Key and AgentID stand in the query.

    It asks not to be cached: a gateway that kept the answer would tell of a session that has ended
    (modelled: the guide's screenshots show that answers may be cached).

    Source: DGA knowledge base, Linkage API guide, agent/permission (documented).

    Raises:
        RejectedError: the officer is a system's name.
    """
    operation = AGENT_PERMISSION.operation
    _refuse_if(_officer_problems(officer), operation=operation, service=operation)
    return _read(
        AGENT_PERMISSION,
        settings=settings,
        query=(
            ("Consumer", settings.consumer_key.get_secret_value()),
            ("CitizenID", officer.value),
        ),
        headers=(("Cache-Control", "no-cache"),),
        auth=gateway_auth(settings, platform=PLATFORM, agent=officer),
    )
