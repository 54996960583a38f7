"""The services on GDX, as data: adding a service of a known kind is adding a record.

What differs between services stands in the record: where it is, which parameters it takes and how
they are checked, in whose name it is asked, and in which of the gateway's answer kinds it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from govlink.models.mark import Mark
from govlink.settings import Endpoint, Environment

from .keys import Key, LinkageCode, be_birth_date, citizen_id, juristic_id, laser_code, thai_name

__all__ = ["AGENT_PERMISSION", "SERVICES", "AnswerKind", "AskedAs", "Member", "Service"]


class AnswerKind(StrEnum):
    """The forms in which services answer."""

    YES_NO = "yes_no"
    """``{"Result": true}``."""
    RECORD = "record"
    """A flat object of the record's members."""
    PDF = "pdf"
    """An object holding a PDF in Base64, its size and its digest."""


class AskedAs(StrEnum):
    """Whose AgentID the session of a call bears."""

    AGENCY = "agency"
    """The configured ``agent_id``."""
    OFFICER = "officer"
    """The officer of the query, whose card is in GovAMI (documented: GDX API guide, AgentID)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of a record. ``width`` restores leading zeros that a numeric answer lost; 0: none."""

    name: str
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service: ``name`` is govlink's, ``code`` the number in the GDX catalogue.

    ``denials`` are codes in an HTTP 500 that mean "no" and not a failure. ``members`` are the known
    members of a record answer.
    """

    name: str
    code: str
    endpoint: Endpoint
    keys: tuple[Key, ...]
    answer: AnswerKind
    asked_as: AskedAs = AskedAs.AGENCY
    linkage: LinkageCode | None = None
    denials: frozenset[str] = frozenset()
    members: tuple[Member, ...] = ()


def _endpoint(operation: str, path: str, *, mark: Mark, source: str) -> Endpoint:
    """Sandbox and production; no UAT address of these services is published, so it must be configured."""
    return Endpoint(
        operation=operation,
        urls={
            Environment.SANDBOX: f"{{sandbox}}/gdx/{path}",
            Environment.PRODUCTION: f"{{gateway}}/{path}",
        },
        mark=mark,
        source=source,
    )


AGENT_PERMISSION = _endpoint(
    "dopa.agent_permission",
    "ws/dopa/linkage/v1/agent/permission",
    mark=Mark.DOCUMENTED,
    source="DGA knowledge base, Linkage API guide, agent/permission",
)
"""Asks whether an officer's GovAMI session is open."""

_PERSON_MEMBERS = (
    "titleCode", "titleDesc", "titleName", "titleSex", "firstName", "middleName", "lastName",
    "fullnameAndRank", "englishTitleDesc", "englishFirstName", "englishMiddleName", "englishLastName",
    "genderCode", "genderDesc", "dateOfBirth", "age", "nationalityCode", "nationalityDesc",
    "fatherName", "fatherNationalityCode", "fatherNationalityDesc",
    "motherName", "motherNationalityCode", "motherNationalityDesc",
    "ownerStatusDesc", "statusOfPersonCode", "statusOfPersonDesc", "dateOfMoveIn",
    "recordNumber", "totalRecord",
)  # fmt: skip

SERVICES: tuple[Service, ...] = (
    Service(
        name="dopa.laser_code",
        code="PUBLIC-001-01",
        endpoint=_endpoint(
            "dopa.laser_code",
            "ws/dopa/verification/personal",
            mark=Mark.DOCUMENTED,
            source="DGA knowledge base, Laser Code API guide; GovAPI manual of 22 Nov 2018, p. 57-58",
        ),
        keys=(
            Key(name="CitizenID", check=citizen_id),
            Key(name="FirstName", check=thai_name),
            Key(name="LastName", check=thai_name),
            Key(name="BEBirthDate", check=be_birth_date),
            Key(name="LaserCode", check=laser_code),
        ),
        answer=AnswerKind.YES_NO,
        denials=frozenset({"2", "4"}),
    ),
    Service(
        name="dopa.linkage_person",
        code="00023/001/01",
        endpoint=_endpoint(
            "dopa.linkage_person",
            "ws/dopa/linkage/v1/link",
            mark=Mark.SEEN,
            source="DGA knowledge base, Linkage API guide (the call); members of the answer seen in code",
        ),
        keys=(Key(name="CitizenID", check=citizen_id),),
        answer=AnswerKind.RECORD,
        asked_as=AskedAs.OFFICER,
        linkage=LinkageCode(office="00023", service="001", version="01"),
        members=(
            *(Member(name=name) for name in _PERSON_MEMBERS),
            Member(name="fatherPersonalID", width=13),
            Member(name="motherPersonalID", width=13),
        ),
    ),
    Service(
        name="dbd.certificate",
        code="DBD-002-04",
        endpoint=_endpoint(
            "dbd.certificate",
            "ws/dbd/juristic/v4/profile/information/pdf",
            mark=Mark.DOCUMENTED,
            source="DGA knowledge base, DBD API guide, DBD-002-04",
        ),
        keys=(Key(name="JuristicID", check=juristic_id),),
        answer=AnswerKind.PDF,
    ),
)
