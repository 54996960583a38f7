"""The platforms a client has connected, and the demand that a capability be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from ._drive import SharedAnswers
from .audit import AuditedDocuments, AuditedRegistry, AuditLog, FileAuditLog, LoggingAuditLog
from .config import Config
from .errors import ConfigError, Fault
from .flow import Context, Flow
from .interfaces import (
    AnyAdapter,
    Capabilities,
    CaseReporting,
    DocumentSealing,
    Notifications,
    OpenDataCatalogue,
    Payments,
    PersonIdentification,
    PetitionIntake,
    RegistryDocuments,
    RegistryLookup,
    SealedDelivery,
    ServiceRegistration,
    StateReporting,
    VirtualCards,
)
from .policy import AllowanceBook, FileTokenStore, Policies, TokenCache, apply_policies
from .registry import checked, load_adapter
from .settings import Environment

__all__ = ["Connected", "Platforms"]

T = TypeVar("T")
C = TypeVar("C")

CAPABILITY_ABSENT = Fault(
    "client.capability_absent",
    en="platform {name} does not provide {capability} ({why})",
    th="แพลตฟอร์ม {name} ไม่มีความสามารถ {capability} ({why})",
)

AUDIT_NOT_CONFIGURED = Fault(
    "audit.not_configured",
    en="look-ups on {name} outside the sandbox need an audit log; set audit.path and audit.key",
    th="การค้นข้อมูลจาก {name} นอก sandbox ต้องมีบันทึกการเข้าถึงข้อมูล ให้กำหนด audit.path และ audit.key",
)


class Connected:
    """A connected platform whose capabilities are asked for by name; an absent one raises.

    Look-ups and documents come with their audit: there is no way to them around it.
    """

    def __init__(self, capabilities: Capabilities, adapter: AnyAdapter, *, audit: AuditLog | None) -> None:
        self._capabilities = capabilities
        self._adapter = adapter
        self._audit = audit

    def _need_audit(self) -> AuditLog:
        if self._audit is None:
            raise ConfigError(AUDIT_NOT_CONFIGURED, name=self._adapter.name)
        return self._audit

    def _need(self, value: C | None, capability: str) -> C:
        if value is not None:
            return value
        reasons = {a.capability: a.explanation for a in self._adapter.absences}
        why = reasons.get(capability, "not provided")
        raise ConfigError(CAPABILITY_ABSENT, name=self._adapter.name, capability=capability, why=why)

    @property
    def registry(self) -> RegistryLookup:
        """The capability ``registry``, audited, or ``ConfigError``."""
        inner = self._need(self._capabilities.registry, "registry")
        return AuditedRegistry(inner=inner, log=self._need_audit(), platform=self._adapter.name)

    @property
    def documents(self) -> RegistryDocuments:
        """The capability ``documents``, audited, or ``ConfigError``."""
        inner = self._need(self._capabilities.documents, "documents")
        return AuditedDocuments(inner=inner, log=self._need_audit(), platform=self._adapter.name)

    @property
    def sealing(self) -> DocumentSealing:
        """The capability ``sealing``, or ``ConfigError``."""
        return self._need(self._capabilities.sealing, "sealing")

    @property
    def delivery(self) -> SealedDelivery:
        """The capability ``delivery``, or ``ConfigError``."""
        return self._need(self._capabilities.delivery, "delivery")

    @property
    def catalogue(self) -> OpenDataCatalogue:
        """The capability ``catalogue``, or ``ConfigError``."""
        return self._need(self._capabilities.catalogue, "catalogue")

    @property
    def registration(self) -> ServiceRegistration:
        """The capability ``registration``, or ``ConfigError``."""
        return self._need(self._capabilities.registration, "registration")

    @property
    def identification(self) -> PersonIdentification:
        """The capability ``identification``, or ``ConfigError``."""
        return self._need(self._capabilities.identification, "identification")

    @property
    def cases(self) -> CaseReporting:
        """The capability ``cases``, or ``ConfigError``."""
        return self._need(self._capabilities.cases, "cases")

    @property
    def notifications(self) -> Notifications:
        """The capability ``notifications``, or ``ConfigError``."""
        return self._need(self._capabilities.notifications, "notifications")

    @property
    def cards(self) -> VirtualCards:
        """The capability ``cards``, or ``ConfigError``."""
        return self._need(self._capabilities.cards, "cards")

    @property
    def intake(self) -> PetitionIntake:
        """The capability ``intake``, or ``ConfigError``."""
        return self._need(self._capabilities.intake, "intake")

    @property
    def reports(self) -> StateReporting:
        """The capability ``reports``, or ``ConfigError``."""
        return self._need(self._capabilities.reports, "reports")

    @property
    def payments(self) -> Payments:
        """The capability ``payments``, or ``ConfigError``."""
        return self._need(self._capabilities.payments, "payments")


class Platforms:
    """The platforms of one client: adapters by name, each connected once."""

    def __init__(
        self,
        config: Config,
        *,
        adapters: Iterable[AnyAdapter],
        policies: Policies,
        context: Callable[[], Context],
    ) -> None:
        self._config = config
        self._given = {a.name: checked(a, name=a.name, distribution="given") for a in adapters}
        self._connected: dict[str, Connected] = {}
        self._policies = _as_configured(policies, config)
        self._context = context

    @property
    def shared_answers(self) -> SharedAnswers | None:
        """Where processes share their log-ins, if they do."""
        return self._policies.tokens.store

    def connected(self, name: str) -> Connected:
        """The platform, connected at its first use: the adapter given in code, else the installed one."""
        if name not in self._connected:
            adapter = self._given[name] if name in self._given else load_adapter(name)
            values = self._config.values_for(adapter)
            audit = self._policies.audit
            if audit is None and values["environment"] == Environment.SANDBOX:
                audit = LoggingAuditLog()
            self._connected[name] = Connected(adapter.connect_from(values), adapter, audit=audit)
        return self._connected[name]

    def flow(self, platform: str, make: Callable[[Connected, Context], Flow[T]]) -> Flow[T]:
        """The flow that ``make`` builds, in all the client's policies."""
        context = self._context()
        flow = make(self.connected(platform), context)
        return apply_policies(flow, policies=self._policies, platform=platform, context=context)


def _as_configured(policies: Policies, config: Config) -> Policies:
    """What the settings name, where the policies given in code name nothing of their own."""
    if config.shared_tokens is not None and policies.tokens.store is None:
        tokens = TokenCache(store=FileTokenStore(config.shared_tokens))
        policies = replace(policies, tokens=tokens)
    if config.shared_allowance is not None and policies.allowances.share is None:
        policies = replace(policies, allowances=AllowanceBook(share=config.shared_allowance))
    if config.audit is not None and policies.audit is None:
        audit = FileAuditLog(config.audit.path, key=config.audit.key, sync=config.audit.sync)
        policies = replace(policies, audit=audit)
    return policies
