"""Settings of ทางรัฐ and the URLs of its operations.

The version belongs to the operation: personal data and notifications are v1, the virtual card is v4.
Only UAT URLs are published; the agency receives the production ones with its production credential,
and two shapes seen in public code contradict each other. So production has no default here: set
``endpoints.<operation>``. (documented: czp developer guide, sensitivedata, notification, virtualcard,
overview step 9; the contradiction seen in code)
"""

from __future__ import annotations

from pydantic import Field

from govlink.gateway import GatewaySettings
from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

__all__ = ["CARD", "DEPROC", "ENDPOINTS", "MOCK", "PLATFORM", "PUSH", "CitizenPortalSettings"]

PLATFORM = "citizen_portal"


class CitizenPortalSettings(GatewaySettings):
    """The gateway account and the mini app it serves.

    ``app_id`` is the mini app's id from DGA, another one in UAT than in production. It is public:
    ทางรัฐ hands it to the page with every launch. ``lint_registration`` also holds a manifest to rules
    of ours (modelled): privacy notice, controller, legal basis, retention, service code, proofing level,
    and no data items but those the guide names.
    """

    app_id: str = Field(min_length=1, pattern=r"^\S+$")
    lint_registration: bool = True


def _endpoint(operation: str, path: str, *, page: str) -> Endpoint:
    return Endpoint(
        operation=operation,
        urls={
            Environment.SANDBOX: "{sandbox}/citizen_portal/ws/dga/czp/uat" + path,
            Environment.UAT: "{gateway}/ws/dga/czp/uat" + path,
        },
        mark=Mark.DOCUMENTED,
        source=f"czp developer guide, {page}",
    )


DEPROC = _endpoint("shield.data.deproc", "/v1/core/shield/data/deproc", page="sensitivedata")
MOCK = _endpoint("shield.data.mock", "/v1/core/shield/data/mock", page="sensitivedata")
PUSH = _endpoint("notification.push", "/v1/core/notification/push", page="notification")
CARD = _endpoint("qr.generate.vc", "/v4/core/qr/generate/vc", page="virtualcard")

ENDPOINTS = (DEPROC, MOCK, PUSH, CARD)
