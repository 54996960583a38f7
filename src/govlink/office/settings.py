"""Who the office is towards platforms, and how it asks registries about an applicant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..equivalence.application import Applicant
from ..equivalence.rules import Finding
from ..models.identity import AgentId, CitizenId
from ..models.registry import RegistryRecord
from ..models.text import clean_text

__all__ = [
    "OfficePlatforms",
    "OfficeSettings",
    "RegistryService",
    "gdx_card_service",
    "gdx_person_service",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryService:
    """A registry's service by its adapter's name.

    ``keys`` makes the service's keys of an applicant's data; ``finding`` is what a record says of the
    applicant. That there is no record denies the applicant.
    """

    name: str
    keys: Callable[[Applicant], Mapping[str, str]] = field(repr=False)
    finding: Callable[[Applicant, RegistryRecord], Finding] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlatforms:
    """Which connected platform serves each interface."""

    registry: str = "gdx"
    intake: str = "eocs"
    portal: str = "citizen_portal"
    business_portal: str = "biz_portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeSettings:
    """Who the office is towards registries and portals.

    ``officer`` is in whose name registries are asked. ``business_service_code`` is the ApplicationId
    the business portal assigned. ``case_url`` shows a petition on the office's site; ``{number}``
    stands for its number. The three registry services are named as the registry's adapter names them.
    """

    officer: AgentId
    legal_basis: str
    purpose: str
    business_service_code: str
    case_url: str
    person_service: RegistryService
    card_service: RegistryService
    company_service: str
    company_key: str


def gdx_person_service() -> RegistryService:
    """The civil registry over Linkage, as the ``gdx`` adapter names it.

    A record without a name is silent: the right granted does not reach these members.
    """

    def keys(applicant: Applicant) -> Mapping[str, str]:
        return {"CitizenID": _citizen(applicant)}

    def finding(applicant: Applicant, record: RegistryRecord) -> Finding:
        first, last = (clean_text(record.fields.get(name, "")) for name in ("firstName", "lastName"))
        if not first or not last:
            return Finding.SILENT
        same = (first, last) == (applicant.name.first, applicant.name.last)
        return Finding.CONFIRMED if same else Finding.DENIED

    return RegistryService(name="dopa.linkage_person", keys=keys, finding=finding)


def gdx_card_service() -> RegistryService:
    """The check of the identity card's laser code, as the ``gdx`` adapter names it."""

    def keys(applicant: Applicant) -> Mapping[str, str]:
        born = applicant.birth_date
        return {
            "CitizenID": _citizen(applicant),
            "FirstName": applicant.name.first,
            "LastName": applicant.name.last,
            "BEBirthDate": born.compact_be() if born else "",
            "LaserCode": applicant.laser_code or "",
        }

    def finding(_applicant: Applicant, record: RegistryRecord) -> Finding:
        return Finding.CONFIRMED if record.confirmed is True else Finding.DENIED

    return RegistryService(name="dopa.laser_code", keys=keys, finding=finding)


def _citizen(applicant: Applicant) -> str:
    identity = applicant.identity
    return identity.value if isinstance(identity, CitizenId) else ""
