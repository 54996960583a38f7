"""E-OCS OBEC for govlink: petitions for equivalence of qualifications, taken in and answered.

No public interface of E-OCS OBEC exists. This adapter speaks one that govlink models and describes in
``openapi.json``; only the system's name and what it is for are documented.
"""

from __future__ import annotations

from typing import Any

from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.mark import Mark

from .description import interface_description
from .flows import EocsIntake
from .settings import ENDPOINTS, PLATFORM, EocsSettings

__all__ = ["EocsSettings", "adapter", "connect", "interface_description"]

_NOT_ITS_TASK = "E-OCS files petitions for equivalence; {}."


def connect(settings: EocsSettings) -> Capabilities:
    """What E-OCS can do with these settings; sends nothing."""
    flows = EocsIntake(settings=settings)
    return Capabilities(intake=flows, reports=flows)


def _simulator(world: Any, /) -> Any:
    from .sandbox import simulator

    return simulator(world)


def _cannot(capability: str, elsewhere: str) -> Absence:
    return Absence(
        capability=capability,
        reason=AbsenceReason.PLATFORM_CANNOT,
        explanation=_NOT_ITS_TASK.format(elsewhere),
    )


adapter = Adapter(
    name=PLATFORM,
    contract=CONTRACT,
    title_th="ระบบยื่นคำร้องขอเทียบวุฒิออนไลน์ (E-OCS OBEC)",
    title_en="E-OCS OBEC, online petitions for equivalence of qualifications",
    homepage="https://bet.obec.go.th",
    mark=Mark.MODELLED,
    settings=EocsSettings,
    connect=connect,
    provides=frozenset({"intake", "reports"}),
    absences=(
        _cannot("registry", "registries are asked through GDX"),
        _cannot("documents", "registry documents are fetched through GDX"),
        _cannot("sealing", "GDX seals documents"),
        _cannot("delivery", "GDX carries documents between agencies"),
        _cannot("catalogue", "data sets are published on data.go.th"),
        _cannot("registration", "services are registered on the portals"),
        _cannot("identification", "the portals say who a person is"),
        _cannot("cases", "a petition's state is told back through reports"),
        _cannot("notifications", "the portals notify people"),
        _cannot("cards", "the Citizen Portal shows cards"),
        Absence(
            capability="payments",
            reason=AbsenceReason.NOT_YET,
            explanation="Whether E-OCS takes a fee, and how, is not published.",
        ),
    ),
    endpoints=ENDPOINTS,
    simulator=_simulator,
)
