"""The catalogue as it is listed to people."""

from __future__ import annotations

from govlink.models.mark import Mark
from govlink.models.registry import ServiceListing

from .catalogue import DOCUMENTS, RECORDS, SERVICES, AskedAs, Service
from .linkage2_settings import EDUCATION_SERVICES

__all__ = ["LISTING"]


def _listed(service: Service) -> ServiceListing:
    verbs = {"look_up": service.answer in RECORDS, "fetch": service.answer in DOCUMENTS}
    return ServiceListing(
        name=service.name,
        code=service.code,
        keys=tuple(key.name for key in service.keys),
        optional_keys=frozenset(key.name for key in service.keys if not key.is_required),
        verbs=tuple(verb for verb, is_answered in verbs.items() if is_answered),
        needs_officer=service.asked_as is AskedAs.OFFICER,
        mark=service.endpoint.mark,
    )


def _education(name: str) -> ServiceListing:
    """Beside the gateway: Linkage Center 2, whose codes an agency must know and set."""
    return ServiceListing(
        name=name,
        code="",
        keys=("CitizenID", "ThaIDAccessToken"),
        optional_keys=frozenset({"ThaIDAccessToken"}),
        verbs=("look_up",),
        needs_officer=True,
        mark=Mark.SEEN,
    )


LISTING: tuple[ServiceListing, ...] = (
    *(_listed(service) for service in SERVICES),
    *(_education(name) for name in EDUCATION_SERVICES),
)
