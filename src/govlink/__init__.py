"""One SDK for the central platforms of the Thai government.

``Client`` and ``AsyncClient`` reach GDX, data.go.th, Citizen Portal (ทางรัฐ), Biz Portal and E-OCS OBEC
through one set of verbs. Importing this package does no I/O and loads no HTTP library: each public
name is imported from its module when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .async_client import AsyncClient
    from .client import Client
    from .config import Config, load_config
    from .errors import (
        AuthError,
        ConfigError,
        ConflictError,
        GovlinkError,
        NotFoundError,
        OfficerLoginRequired,
        OutcomeUnknownError,
        ProtectionError,
        QuotaError,
        RejectedError,
        TransportError,
        TryAgainError,
        UnavailableError,
        UnexpectedAnswerError,
        VerificationError,
    )
    from .flow import Context, Effect, Flow, Page, Request, Response
    from .interfaces import Absence, AbsenceReason, Adapter, Capabilities
    from .policy import Policies, RateLimiter, RetryPolicy, TrafficEvent
    from .settings import Endpoint, Environment, PlatformSettings

_MODULES = {
    "async_client": ("AsyncClient",),
    "client": ("Client",),
    "config": ("Config", "load_config"),
    "errors": (
        "AuthError",
        "ConfigError",
        "ConflictError",
        "GovlinkError",
        "NotFoundError",
        "OfficerLoginRequired",
        "OutcomeUnknownError",
        "ProtectionError",
        "QuotaError",
        "RejectedError",
        "TransportError",
        "TryAgainError",
        "UnavailableError",
        "UnexpectedAnswerError",
        "VerificationError",
    ),
    "flow": ("Context", "Effect", "Flow", "Page", "Request", "Response"),
    "interfaces": ("Absence", "AbsenceReason", "Adapter", "Capabilities"),
    "policy": ("Policies", "RateLimiter", "RetryPolicy", "TrafficEvent"),
    "settings": ("Endpoint", "Environment", "PlatformSettings"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Absence",
    "AbsenceReason",
    "Adapter",
    "AsyncClient",
    "AuthError",
    "Capabilities",
    "Client",
    "Config",
    "ConfigError",
    "ConflictError",
    "Context",
    "Effect",
    "Endpoint",
    "Environment",
    "Flow",
    "GovlinkError",
    "NotFoundError",
    "OfficerLoginRequired",
    "OutcomeUnknownError",
    "Page",
    "PlatformSettings",
    "Policies",
    "ProtectionError",
    "QuotaError",
    "RateLimiter",
    "RejectedError",
    "Request",
    "Response",
    "RetryPolicy",
    "TrafficEvent",
    "TransportError",
    "TryAgainError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "VerificationError",
    "load_config",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
