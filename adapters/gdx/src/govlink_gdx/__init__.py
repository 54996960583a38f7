"""The GDX adapter: registries, sealing, fees, petitions and delivery behind the DGA API gateway.

``adapter`` is what the entry point ``govlink.adapters`` exports. Importing this package loads no web
framework; the simulator's modules are imported when a sandbox asks for it.
"""

from __future__ import annotations

from typing import Any

from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.mark import Mark

from .codes import PLATFORM
from .delivery import DeliveryFlows
from .flows import GdxFlows
from .linkage2 import LinkageCenter2Flows
from .listing import LISTING
from .payments import PaymentFlows, callback_answer
from .sealing import SealingFlows
from .services import SANDBOX_VALUES
from .settings import ENDPOINTS, GdxSettings
from .srat import SratIntake

__all__ = [
    "DeliveryFlows",
    "GdxFlows",
    "GdxSettings",
    "LinkageCenter2Flows",
    "PaymentFlows",
    "SealingFlows",
    "SratIntake",
    "adapter",
    "callback_answer",
    "connect",
]


def connect(settings: GdxSettings) -> Capabilities:
    """Pair the settings with the flows; nothing is sent."""
    flows = GdxFlows(settings=settings)
    return Capabilities(
        registry=flows,
        documents=flows,
        sealing=SealingFlows(settings=settings),
        delivery=DeliveryFlows(settings=settings),
        intake=SratIntake(settings=settings),
        payments=PaymentFlows(settings=settings),
    )


def _simulator(world: Any, /) -> Any:  # the Simulator protocol types both loosely, see govlink.interfaces
    from .sandbox import simulator

    return simulator(world)


def _cannot(capability: str, explanation: str) -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.PLATFORM_CANNOT, explanation=explanation)


adapter = Adapter(
    name=PLATFORM,
    contract=CONTRACT,
    title_th="ศูนย์แลกเปลี่ยนข้อมูลกลางภาครัฐ (GDX)",
    title_en="Government Data Exchange (GDX)",
    homepage="https://gdx.dga.or.th",
    mark=Mark.MODELLED,  # sealed delivery alone; sealing and Linkage were seen, the rest is documented
    settings=GdxSettings,
    connect=connect,
    provides=frozenset({"registry", "documents", "sealing", "delivery", "intake", "payments"}),
    absences=(
        _cannot("catalogue", "GDX carries restricted data; open data is published on data.go.th."),
        _cannot("registration", "Services for people are registered on a portal, not on GDX."),
        _cannot("identification", "GDX has no launch by a person; Citizen Portal has."),
        _cannot("cases", "GDX shows no cases; the portals do."),
        _cannot("notifications", "GDX addresses agencies, not people; Citizen Portal notifies."),
        _cannot("cards", "GDX shows no cards; Citizen Portal does."),
        _cannot("reports", "The gateway's pull of requests (SRAT) has no call to tell a state back."),
    ),
    endpoints=ENDPOINTS,
    services=LISTING,
    simulator=_simulator,
    sandbox_values=SANDBOX_VALUES,
)
