"""The ASGI application an agency mounts to serve its registry."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from starlette.routing import Router
from starlette.types import ASGIApp

from ...errors import ConfigError, Fault
from ...flow import Context
from .access_log import AccessLog, Pseudonyms
from .callers import Callers
from .limits import Limits, RateLimiter
from .openapi import describe_services
from .pipeline import DescriptionReaders, Provider
from .purpose import PurposeHeaders
from .service import Bilingual, RegistryService
from .visit import Visit

__all__ = ["provider_application"]

SERVICES_INVALID = Fault(
    "exchange.provider_services_invalid",
    en="two services have the same name or path, or there is none, or the prefix is no path",
    th="ไม่มีบริการ มีบริการที่ชื่อหรือพาธซ้ำกัน หรือ prefix ไม่ใช่พาธ",
)

_DESCRIPTION = "openapi.json"


def provider_application(
    *,
    services: Sequence[RegistryService],
    callers: Callers,
    access_log: AccessLog,
    pseudonyms: Pseudonyms,
    prefix: str,
    title: Bilingual,
    version: str = "1",
    limits: Limits | None = None,
    purpose_headers: PurposeHeaders | None = None,
    description_readers: DescriptionReaders = DescriptionReaders.CALLERS,
    context: Callable[[], Context] = Context.system,
    clock_s: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """An application that serves a registry's services in the gateway's conventions.

    Mount it in an application or serve it alone, behind TLS. The server must not log URLs, which may hold
    personal data, nor name itself: with uvicorn, ``--no-access-log --no-server-header``.

    Args:
        services: What is served.
        callers: Tells who calls.
        access_log: Gets a record of every call before it is answered; when it fails, the answer is 503.
        pseudonyms: Makes the hashes in the access log.
        prefix: What every path begins with, such as ``ws/obec``. The description is at
            ``{prefix}/openapi.json``.
        title: What the registry is called.
        version: The version of the description.
        limits: Sizes and times.
        purpose_headers: Which headers say why a call is made.
        description_readers: Who may read the description.
        context: Gives each call its time and its id.
        clock_s: Seconds that only grow, for durations and calls per minute.

    Raises:
        ConfigError: two services have the same name or path, there is none, or the prefix is no path.
    """
    _check_services(services, prefix=prefix)
    asked = purpose_headers or PurposeHeaders()

    def describe(shown: Sequence[RegistryService], server_url: str) -> Mapping[str, object]:
        return describe_services(
            shown,
            title=title,
            version=version,
            prefix=prefix,
            server_url=server_url,
            purpose_headers=asked,
            key_headers=callers.headers,
        )

    provider = Provider(
        services={f"/{prefix}/{service.path}": service for service in services},
        callers=callers,
        access_log=access_log,
        limits=limits or Limits(),
        purpose_headers=asked,
        rates=RateLimiter(clock_s),
        begin=lambda: Visit.begin(context(), clock_s=clock_s, pseudonyms=pseudonyms),
        description_path=f"/{prefix}/{_DESCRIPTION}",
        description_readers=description_readers,
        describe=describe,
    )
    return Router(default=provider, redirect_slashes=False)


def _check_services(services: Sequence[RegistryService], *, prefix: str) -> None:
    names, paths = {s.name for s in services}, {s.path for s in services}
    if not services or {len(names), len(paths)} != {len(services)} or not all(prefix.split("/")):
        raise ConfigError(SERVICES_INVALID)
