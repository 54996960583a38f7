"""The session protocol of the DGA API gateway, which GDX, ทางรัฐ and Biz Portal share.

``GET ws/auth/validate`` with the Consumer-Key as a header and ConsumerSecret and AgentID in the query
answers ``{"Result": token}``; later calls carry the headers ``Consumer-Key`` and ``Token``. The token
dies after 60 minutes without a call. Member names vary in case. (documented: DGA knowledge base,
GDX API guide; the case variation in its e-payment guide.) That each call extends the session is our
reading of "without a call" (modelled); where it is wrong, a 401 leads to one new log-in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from .errors import Fault, RejectedError, UnexpectedAnswerError
from .flow import Auth, Context, Flow, Request, Token
from .models.identity import AgentId
from .models.mark import Mark
from .settings import Endpoint, Environment, PlatformSettings
from .wire import parse_json_object, raise_for_status, text_field

__all__ = ["DEFAULT_HOSTS", "VALIDATE", "GatewaySettings", "gateway_auth"]

NOT_A_TOKEN = Fault(
    "gateway.not_a_token",
    en="validate answered, but not with a token of the expected shape",
    th="validate ตอบกลับ แต่ค่าที่ได้ไม่ใช่รูปแบบของโทเคน",
)

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}")
_PERSON = re.compile(r"\d{13}")

DEFAULT_HOSTS: Mapping[str, str] = {"gateway": "https://api.egov.go.th"}
"""The gateway's host in every environment; test services differ by path (documented). The test host
``trial.dga.or.th``, printed for sessions and e-Documents, is reached by setting ``hosts``."""

VALIDATE = Endpoint(
    operation="auth.validate",
    urls={
        Environment.SANDBOX: "{sandbox}/gateway/ws/auth/validate",
        Environment.UAT: "{gateway}/ws/auth/validate",
        Environment.PRODUCTION: "{gateway}/ws/auth/validate",
    },
    mark=Mark.DOCUMENTED,
    source="DGA knowledge base, GDX API guide, authentication",
)


class GatewaySettings(PlatformSettings):
    """What every service on the gateway needs.

    ``consumer_key`` and ``consumer_secret`` come from DGA by e-mail. ``agent_id`` is whom the access
    log names: an officer's citizen number or the declared system name. ``token_idle_s`` is the
    documented 60 minutes less a margin for a slow call. ``token_pattern`` is the shape a token must
    have; the default is that of the documented sample, a UUID.
    """

    consumer_key: SecretStr
    consumer_secret: SecretStr
    agent_id: str = Field(repr=False)
    token_idle_s: float = Field(default=55 * 60, gt=0)
    token_pattern: str = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"  # noqa: S105 - a shape, not a secret

    def default_hosts(self) -> Mapping[str, str]:
        """The gateway's documented host."""
        return DEFAULT_HOSTS

    @field_validator("agent_id")
    @classmethod
    def _is_agent_id(cls, value: str) -> str:
        try:
            return AgentId(value).value
        except RejectedError as error:
            raise ValueError(error.fault.en) from None

    @model_validator(mode="after")
    def _is_no_key(self) -> Self:
        """Integrations put one where another belongs, so that a key or a person ends up in access logs."""
        if _UUID.fullmatch(self.agent_id) or self.agent_id == self.consumer_key.get_secret_value():
            raise ValueError("agent_id is an officer's number or a system's name, not a key")
        if self.agent_id == self.consumer_secret.get_secret_value():
            raise ValueError("agent_id is an officer's number or a system's name, not the secret")
        if _PERSON.fullmatch(self.consumer_key.get_secret_value()):
            raise ValueError("consumer_key is the key that DGA mailed, not a citizen number")
        return self

    @field_validator("token_pattern")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error:
            raise ValueError("this is not a regular expression") from None
        return value


def _key_header(settings: GatewaySettings) -> tuple[str, str]:
    return ("Consumer-Key", settings.consumer_key.get_secret_value())


def gateway_auth(settings: GatewaySettings, *, platform: str, agent: AgentId | None = None) -> Auth:
    """How requests of this platform get their token: one session per host, key and agent.

    ``agent`` replaces the configured AgentID where a call must be made in a person's own name.
    """
    url = settings.url_of(VALIDATE, platform=platform, hosts=DEFAULT_HOSTS)
    agent_id = agent.value if agent else settings.agent_id
    key = (url, settings.consumer_key.get_secret_value(), agent_id)

    def login(context: Context) -> Flow[Token]:
        response = yield Request(
            method="GET",
            url=url,
            operation=VALIDATE.operation,
            query=(
                ("ConsumerSecret", settings.consumer_secret.get_secret_value()),
                ("AgentID", agent_id),
            ),
            headers=(_key_header(settings),),
            timeout_s=settings.timeout_s,
        )
        raise_for_status(response, platform=platform, operation=VALIDATE.operation)
        content = parse_json_object(response, platform=platform, operation=VALIDATE.operation)
        value = text_field(
            content, "Result", response=response, platform=platform, operation=VALIDATE.operation
        )
        if re.fullmatch(settings.token_pattern, value) is None:
            raise UnexpectedAnswerError(NOT_A_TOKEN, platform=platform, operation=VALIDATE.operation)
        return Token(value=value, issued_at=context.now())

    def attach(request: Request, token: Token) -> Request:
        return request.with_headers(_key_header(settings), ("Token", token.value))

    return Auth(key=key, login=login, attach=attach, idle_s=settings.token_idle_s)
