"""The data.go.th adapter: open data on an agency's CKAN catalogue with the Thai metadata standard.

``adapter`` is what the entry point ``govlink.adapters`` exports. Importing this package loads no web
framework; the simulator's modules are imported when a sandbox asks for it.
"""

from __future__ import annotations

from typing import Any

from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.mark import Mark

from .flows import DataGoThFlows
from .settings import ENDPOINTS, PLATFORM, DataGoThSettings

__all__ = ["DataGoThFlows", "DataGoThSettings", "adapter", "connect"]


def connect(settings: DataGoThSettings) -> Capabilities:
    """Pair the settings with the flows; nothing is sent."""
    return Capabilities(catalogue=DataGoThFlows(settings=settings))


def _simulator(world: Any, /) -> Any:  # the Simulator protocol types both loosely, see govlink.interfaces
    from .sandbox import simulator

    return simulator(world)


def _cannot(capability: str, explanation: str) -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.PLATFORM_CANNOT, explanation=explanation)


adapter = Adapter(
    name=PLATFORM,
    contract=CONTRACT,
    title_th="ศูนย์กลางข้อมูลเปิดภาครัฐ (data.go.th)",
    title_en="Open Government Data of Thailand (data.go.th)",
    homepage="https://data.go.th",
    mark=Mark.SEEN,  # metadata labels; CKAN's own actions were tried
    settings=DataGoThSettings,
    connect=connect,
    provides=frozenset({"catalogue"}),
    absences=(
        _cannot("registry", "An open-data catalogue holds no registry of persons; GDX does."),
        _cannot("documents", "An open-data catalogue holds no registry documents; GDX does."),
        _cannot("sealing", "A catalogue seals no documents; DGA's e-Document service does."),
        _cannot("delivery", "A catalogue publishes to everyone; it sends nothing to one agency."),
        _cannot("registration", "Services for people are registered on a portal."),
        _cannot("identification", "Nobody is identified here; Citizen Portal and Biz Portal do that."),
        _cannot("cases", "A catalogue shows no cases; the portals do."),
        _cannot("notifications", "A catalogue notifies nobody; Citizen Portal does."),
        _cannot("cards", "A catalogue shows no cards; Citizen Portal does."),
        _cannot("intake", "Petitions are not filed on a catalogue."),
        _cannot("reports", "Petitions are not filed on a catalogue."),
        _cannot("payments", "A catalogue takes no payments."),
    ),
    endpoints=ENDPOINTS,
    simulator=_simulator,
)
