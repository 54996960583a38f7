"""govlink adapter for Citizen Portal (ทางรัฐ): identify, notify, virtual card, register a mini app."""

from __future__ import annotations

from typing import Any

from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.mark import Mark

from .flows import CitizenPortalFlows
from .requests import TestProfile
from .settings import ENDPOINTS, PLATFORM, CitizenPortalSettings

__all__ = ["CitizenPortalFlows", "CitizenPortalSettings", "TestProfile", "adapter", "connect"]


def connect(settings: CitizenPortalSettings) -> Capabilities:
    """Pair settings with what ทางรัฐ can do; sends nothing."""
    flows = CitizenPortalFlows(settings=settings)
    return Capabilities(identification=flows, notifications=flows, cards=flows, registration=flows)


def _simulator(world: Any) -> Any:  # the shape of interfaces.Simulator
    from .sandbox import simulator

    return simulator(world)


def _cannot(capability: str, explanation: str) -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.PLATFORM_CANNOT, explanation=explanation)


adapter: Adapter[CitizenPortalSettings] = Adapter(
    name=PLATFORM,
    contract=CONTRACT,
    title_th="ทางรัฐ (Citizen Portal)",
    title_en="Citizen Portal",
    homepage="https://czp.dga.or.th/czpdocs/",
    mark=Mark.SEEN,  # the form of refusals; the calls are documented
    settings=CitizenPortalSettings,
    connect=connect,
    provides=frozenset({"identification", "notifications", "cards", "registration"}),
    absences=(
        _cannot("registry", "Registry records are exchanged over GDX."),
        _cannot("documents", "The developer guide offers no document box or wallet to mini apps."),
        _cannot("sealing", "Documents are sealed by DGA's signing service on GDX."),
        _cannot("delivery", "The portal carries no documents between agencies."),
        _cannot("catalogue", "Open data are published on data.go.th."),
        _cannot("cases", "No public call tracks a request inside ทางรัฐ."),
        _cannot("intake", "A mini app runs on the agency's own server, so the portal holds no petitions."),
        _cannot("reports", "The portal holds no petitions; it is told by a notification."),
        _cannot("payments", "The developer guide has no payment; DGA e-Payment is a service of its own."),
    ),
    endpoints=ENDPOINTS,
    simulator=_simulator,
)
