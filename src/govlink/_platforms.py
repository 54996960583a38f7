"""The platforms a client has connected, and the demand that a capability be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

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
from .models.dataset import Dataset, PublicationResult
from .models.release import Release
from .policy import Policies, apply_policies
from .registry import checked, load_adapter

__all__ = ["Connected", "Platforms", "publish_audited"]

T = TypeVar("T")
C = TypeVar("C")

CAPABILITY_ABSENT = Fault(
    "client.capability_absent",
    en="platform {name} does not provide {capability} ({why})",
    th="แพลตฟอร์ม {name} ไม่มีความสามารถ {capability} ({why})",
)


class Connected:
    """A connected platform whose capabilities are asked for by name; an absent one raises."""

    def __init__(self, capabilities: Capabilities, adapter: AnyAdapter) -> None:
        self._capabilities = capabilities
        self._adapter = adapter

    def _need(self, value: C | None, capability: str) -> C:
        if value is not None:
            return value
        reasons = {a.capability: a.explanation for a in self._adapter.absences}
        why = reasons.get(capability, "not provided")
        raise ConfigError(CAPABILITY_ABSENT, name=self._adapter.name, capability=capability, why=why)

    @property
    def registry(self) -> RegistryLookup:
        """The capability ``registry``, or ``ConfigError``."""
        return self._need(self._capabilities.registry, "registry")

    @property
    def documents(self) -> RegistryDocuments:
        """The capability ``documents``, or ``ConfigError``."""
        return self._need(self._capabilities.documents, "documents")

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
        self._policies = policies
        self._context = context

    def connected(self, name: str) -> Connected:
        """The platform, connected at its first use: the adapter given in code, else the installed one."""
        if name not in self._connected:
            adapter = self._given[name] if name in self._given else load_adapter(name)
            capabilities = adapter.connect_from(self._config.values_for(adapter))
            self._connected[name] = Connected(capabilities, adapter)
        return self._connected[name]

    def flow(self, platform: str, make: Callable[[Connected, Context], Flow[T]]) -> Flow[T]:
        """The flow that ``make`` builds, in all the client's policies."""
        context = self._context()
        flow = make(self.connected(platform), context)
        return apply_policies(flow, policies=self._policies, platform=platform, context=context)


def publish_audited(
    catalogue: OpenDataCatalogue, release: Release, *, dataset: Dataset, context: Context
) -> Flow[PublicationResult]:
    """Attack the table once more before anything is sent: the gate trusts no type."""
    from .statistics import audit  # loads the solver, which only publishing needs

    release.verify_seal()
    audit.confirm(release.table, threshold=release.report.threshold)
    return (yield from catalogue.publish(release, dataset=dataset, context=context))
