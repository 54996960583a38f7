"""The base of every adapter's settings, and the table of URLs an operation has.

An environment is not a base URL: on the DGA gateway the test segment stands before the product in one
path and behind it in another. So an adapter lists a full URL template for each operation and
environment; only the host is a placeholder, because agencies front the gateway with proxies of their
own. A URL that is not published is absent from the table, and asking for it raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ConfigError, Fault, Problem
from .models.mark import Mark

__all__ = ["Endpoint", "Environment", "PlatformSettings"]

URL_UNPUBLISHED = Fault(
    "config.url_unpublished",
    en="no {environment} URL is published for {operation}; set platforms.{name}.endpoints",
    th="ไม่มีการเผยแพร่ URL ของ {operation} สำหรับ {environment} ให้กำหนด platforms.{name}.endpoints",
)
URL_INVALID = Fault(
    "config.url_invalid",
    en="the URL set for {operation} is no URL, or names a host in braces that is not set",
    th="URL ที่กำหนดให้ {operation} ไม่ถูกต้อง หรืออ้างชื่อโฮสต์ในวงเล็บปีกกาที่ไม่ได้กำหนด",
)
URL_INSECURE = Fault(
    "config.url_insecure",
    en="{operation} must be reached over https, except on a sandbox of this machine (127.0.0.1, localhost)",
    th="{operation} ต้องใช้ https เว้นแต่ sandbox บนเครื่องนี้ (127.0.0.1, localhost)",
)
SANDBOX_MISSING = Fault(
    "config.sandbox_missing",
    en="environment sandbox needs sandbox_url; run 'govlink sandbox' and set it",
    th="สภาพแวดล้อม sandbox ต้องกำหนด sandbox_url ให้เรียก 'govlink sandbox' แล้วตั้งค่า",
)
SETTINGS_INVALID = Fault(
    "config.settings_invalid",
    en="the settings of {name} are not valid",
    th="ค่าตั้งของ {name} ไม่ถูกต้อง",
)
FIELD_INVALID = Fault("config.field_invalid", en="{reason}", th="ค่านี้ไม่ถูกต้อง ({reason})")

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Environment(StrEnum):
    """Which of a platform's worlds is meant."""

    SANDBOX = "sandbox"
    UAT = "uat"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The URL templates of one operation, by environment, and how well they are known.

    A template holds ``{host}`` (or another host's name in braces) and nothing else to fill in.
    """

    operation: str
    urls: Mapping[Environment, str] = field(repr=False)
    mark: Mark
    source: str


class PlatformSettings(BaseModel):
    """Settings every platform has. Adapters derive a frozen model and add their own fields.

    ``hosts`` replaces the adapter's default host of that name, scheme and path prefix included;
    ``endpoints`` replaces the whole URL of an operation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    environment: Environment = Environment.SANDBOX
    sandbox_url: str | None = None
    hosts: Mapping[str, str] = Field(default_factory=dict)
    endpoints: Mapping[str, str] = Field(default_factory=dict)
    timeout_s: float = Field(default=10.0, gt=0, le=600)

    def default_hosts(self) -> Mapping[str, str]:
        """The adapter's own hosts outside the sandbox, by placeholder; adapters override it."""
        return {}

    @classmethod
    def from_values(cls, values: Mapping[str, object], *, platform: str) -> Self:
        """Validate; ``ConfigError`` names each bad field and never shows a value."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            problems = tuple(
                Problem(
                    pointer="/" + "/".join(str(part) for part in item["loc"]),
                    fault=FIELD_INVALID,
                    values=(("reason", item["msg"]),),
                )
                for item in error.errors(include_input=False, include_context=False)
            )
            raise ConfigError(SETTINGS_INVALID, problems=problems, name=platform) from None

    def url_of(self, endpoint: Endpoint, *, platform: str, hosts: Mapping[str, str] | None = None) -> str:
        """The URL of an operation in this environment.

        ``hosts`` are the adapter's own defaults outside the sandbox. In the sandbox every template
        is filled from ``sandbox_url``.

        Raises:
            ConfigError: the URL is not published and not configured, or is not https.
        """
        template = self.endpoints.get(endpoint.operation) or endpoint.urls.get(self.environment)
        if template is None:
            raise ConfigError(
                URL_UNPUBLISHED,
                platform=platform,
                environment=self.environment.value,
                operation=endpoint.operation,
                name=platform,
            )
        if self.environment is Environment.SANDBOX and self.sandbox_url is None:
            raise ConfigError(SANDBOX_MISSING, platform=platform)
        names = {"sandbox": self.sandbox_url or "", **self.default_hosts(), **(hosts or {}), **self.hosts}
        try:
            url = template.format_map({k: v.rstrip("/") for k, v in names.items()})
            parts = urlsplit(url)
        except (KeyError, IndexError, AttributeError, ValueError):
            raise ConfigError(URL_INVALID, platform=platform, operation=endpoint.operation) from None
        if parts.scheme != "https" and not (
            self.environment is Environment.SANDBOX and parts.hostname in _LOOPBACK
        ):
            raise ConfigError(URL_INSECURE, platform=platform, operation=endpoint.operation)
        return url
