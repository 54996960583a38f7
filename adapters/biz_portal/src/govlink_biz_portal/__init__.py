"""Biz Portal for govlink: cases of an agency's own system, shown and tracked on the portal."""

from __future__ import annotations

from typing import Any

from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.mark import Mark

from .codes import lint_update
from .flows import BizPortalCases
from .settings import ENDPOINTS, PLATFORM, BizPortalSettings

__all__ = ["BizPortalSettings", "adapter", "connect", "lint_update"]


def connect(settings: BizPortalSettings) -> Capabilities:
    """What Biz Portal can do with these settings; sends nothing."""
    return Capabilities(cases=BizPortalCases(settings=settings))


def _simulator(world: Any, /) -> Any:
    from .sandbox import simulator

    return simulator(world)


def _cannot(capability: str, explanation: str) -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.PLATFORM_CANNOT, explanation=explanation)


def _not_yet(capability: str, explanation: str) -> Absence:
    return Absence(capability=capability, reason=AbsenceReason.NOT_YET, explanation=explanation)


adapter = Adapter(
    name=PLATFORM,
    contract=CONTRACT,
    title_th="ศูนย์กลางบริการภาครัฐเพื่อภาคธุรกิจ (Biz Portal)",
    title_en="Biz Portal",
    homepage="https://bizportal.go.th",
    mark=Mark.DOCUMENTED,
    settings=BizPortalSettings,
    connect=connect,
    provides=frozenset({"cases"}),
    absences=(
        _cannot("registry", "Biz Portal keeps no registry that agencies look up; GDX does."),
        _cannot("documents", "It hands out files of its own requests only, no registry documents."),
        _cannot("sealing", "It does not sign documents for agencies; GDX and e-Document do."),
        _cannot("delivery", "It carries no documents between agencies; GDX does."),
        _cannot("catalogue", "It publishes no data sets; data.go.th does."),
        _not_yet(
            "registration",
            "DGA assigns ApplicationId and Consumer-Key by e-mail; no form, check list or order of "
            "steps is published that a manifest could be checked against.",
        ),
        _not_yet(
            "identification",
            "Opening an agency's form with an encrypted query is documented, but not which header "
            "carries the session token afterwards, nor the production host.",
        ),
        _cannot(
            "notifications", "There is no call of its own: the portal notifies at each update of a case."
        ),
        _cannot("cards", "It has no virtual cards; the Citizen Portal does."),
        _cannot("intake", "Submitted requests are pulled from SRAT, a service of the gateway: see GDX."),
        _cannot("reports", "The state of a request is a case's; see cases."),
        _cannot("payments", "Fees go through DGA e-Payment, a service of the gateway: see GDX."),
    ),
    endpoints=ENDPOINTS,
    simulator=_simulator,
    sandbox_values={"agency_short_name": "OBEC"},
)
