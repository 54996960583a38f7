"""Linkage Center 2's requests, and how they get an officer's token. All seen in code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from govlink.errors import ConfigError, Fault, OfficerLoginRequired, RejectedError
from govlink.flow import Auth, Context, Effect, Flow, Request, Token
from govlink.models.identity import AgentId
from govlink.settings import Endpoint, Environment
from govlink.wire import JSON_TYPE, json_body

from .codes import PLATFORM
from .linkage2_parse import parse_renewed, parse_token
from .linkage2_settings import JOBS, LOGIN, LOGIN_CONFIRM, LOGIN_RENEW, LOGOUT, REQUEST
from .settings import GdxSettings

__all__ = [
    "linkage2_auth",
    "needed_setting",
    "request_batch",
    "request_jobs",
    "request_login",
    "request_logout",
]

LK2_SETTING = Fault(
    "gdx.linkage2_setting_missing",
    en="Linkage Center 2 cannot be asked without the setting {setting}, which is published nowhere",
    th="ใช้ Linkage Center 2 ไม่ได้เพราะยังไม่ได้กำหนดค่า {setting} ซึ่งไม่มีการเผยแพร่",
)
LK2_OFFICER = Fault(
    "gdx.linkage2_officer",
    en="the officer must be a person's citizen number, the one that ThaID confirmed",
    th="ต้องระบุเลขประจำตัวประชาชนของเจ้าหน้าที่ที่ยืนยันตัวตนด้วย ThaID",
)
LK2_THAID = Fault(
    "gdx.linkage2_thaid_missing",
    en="the officer has no open session and no ThaID access token was given",
    th="เจ้าหน้าที่ยังไม่มีเซสชันที่ใช้ได้ และไม่ได้ส่งโทเคน ThaID มาด้วย",
)


def needed_setting(value: int | str | None, name: str, *, endpoint: Endpoint) -> int | str:
    """The setting's value.

    Raises:
        ConfigError: it is not set; the error names it.
    """
    if value is None:
        raise ConfigError(
            LK2_SETTING, platform=PLATFORM, operation=endpoint.operation, setting=f"platforms.gdx.{name}"
        )
    return value


def _url(settings: GdxSettings, endpoint: Endpoint) -> str:
    is_known = "linkage2" in settings.hosts or endpoint.operation in settings.endpoints
    if settings.environment is not Environment.SANDBOX and not is_known:
        needed_setting(None, "hosts.linkage2", endpoint=endpoint)
    return settings.url_of(endpoint, platform=PLATFORM)


def _request(
    settings: GdxSettings,
    endpoint: Endpoint,
    *,
    method: str = "POST",
    content: Mapping[str, object] | None = None,
    effect: Effect = Effect.READ,
    auth: Auth | None = None,
) -> Request:
    return Request(
        method=method,
        url=_url(settings, endpoint),
        operation=endpoint.operation,
        effect=effect,
        headers=(JSON_TYPE,),
        body=None if content is None else json_body(content),
        timeout_s=settings.timeout_s,
        max_body_bytes=settings.record_limit_bytes,
        auth=auth,
    )


def _person_number(officer: AgentId) -> int:
    """A citizen number as the center takes it: a JSON number. None begins with 0 but for the stateless."""
    if not officer.is_officer:
        raise RejectedError(LK2_OFFICER, platform=PLATFORM, operation=LOGIN.operation)
    return int(officer.value)


def request_login(settings: GdxSettings, *, officer: AgentId) -> Request:
    """``POST api/center/login`` with loginType and personalID: answers the officer's offices.

    Raises:
        RejectedError: the officer is a system's name.
        ConfigError: the center's host is not set.
    """
    content = {"loginType": settings.linkage2_login_type, "personalID": _person_number(officer)}
    return _request(settings, LOGIN, content=content)


def linkage2_auth(settings: GdxSettings, *, officer: AgentId, thaid_token: SecretStr | None) -> Auth:
    """How requests in this officer's name get their bearer token; one session per host and officer.

    Without an open session the log-in is confirmed with the officer's ThaID access token (that it is
    ThaID's is inferred from clients), which is kept nowhere. A session is renewed when little of its
    time remains; one that has died is not, and needs a ThaID token again.
    """
    number = _person_number(officer)
    office_id = needed_setting(settings.linkage2_office_id, "linkage2_office_id", endpoint=LOGIN_CONFIRM)
    url = _url(settings, LOGIN_CONFIRM)
    life = timedelta(seconds=settings.linkage2_token_life_s)

    def login(context: Context) -> Flow[Token]:
        if thaid_token is None:
            raise OfficerLoginRequired(LK2_THAID, platform=PLATFORM, operation=LOGIN_CONFIRM.operation)
        content = {
            "loginType": settings.linkage2_login_type,
            "officeID": office_id,
            "personalID": number,
            "accessToken": thaid_token.get_secret_value(),
        }
        response = yield _request(settings, LOGIN_CONFIRM, content=content)
        return Token(value=parse_token(response), issued_at=context.now())

    def renew(token: Token, context: Context) -> Flow[Token]:
        if context.now() - token.issued_at >= life:
            return (yield from login(context))
        request = _request(settings, LOGIN_RENEW, content={})
        response = yield attach(request, token)
        return Token(value=parse_renewed(response), issued_at=context.now())

    def attach(request: Request, token: Token) -> Request:
        return request.with_headers(("Authorization", f"Bearer {token.value}"))

    return Auth(
        key=("linkage2", url, officer.value),
        login=login,
        attach=attach,
        idle_s=settings.linkage2_token_life_s,
        renew=renew,
        renew_after_s=settings.linkage2_token_life_s - settings.linkage2_renew_margin_s,
    )


def request_logout(settings: GdxSettings, *, auth: Auth) -> Request:
    """``DELETE api/center/login`` with the token: ends the session; doing it twice changes nothing."""
    return _request(settings, LOGOUT, method="DELETE", effect=Effect.IDEMPOTENT, auth=auth)


def request_jobs(settings: GdxSettings, *, auth: Auth) -> Request:
    """``GET api/center/user/job``: the purposes the officer may ask for."""
    return _request(settings, JOBS, method="GET", auth=auth)


def request_batch(
    settings: GdxSettings,
    *,
    queries: tuple[tuple[int, Mapping[str, str | int]], ...],
    auth: Auth,
) -> Request:
    """``POST api/center/request`` with a purpose and any number of services, each with its query.

    Raises:
        ConfigError: ``linkage2_job_id`` is not set.
    """
    content = {
        "jobID": needed_setting(settings.linkage2_job_id, "linkage2_job_id", endpoint=REQUEST),
        "data": [{"serviceID": number, "query": dict(query)} for number, query in queries],
    }
    request = _request(settings, REQUEST, content=content, auth=auth)
    return replace(request, max_body_bytes=settings.document_limit_bytes)
