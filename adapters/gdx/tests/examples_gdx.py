"""One call of each verb of GDX that its simulator answers, for the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping

from govlink.models.identity import AgentId
from govlink.models.registry import Purpose, RegistryQuery
from govlink.sandbox.people import SyntheticOrganisation
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import EXAMPLE_OFFICER, EXAMPLE_PERSON, Example

from .examples_gdx_more import MORE_EXAMPLES

__all__ = ["EXAMPLES"]

PURPOSE = Purpose(text="เทียบวุฒิ", legal_basis="synthetic", case_reference="EQ-0001")
COMPANY = SyntheticOrganisation(juristic_id="0105599000017", name_th="บริษัท ตัวอย่าง จำกัด")


def _query(service: str, **keys: str) -> RegistryQuery:
    return RegistryQuery(service=service, keys=keys, purpose=PURPOSE, officer=AgentId(EXAMPLE_OFFICER))


def _with_person(sandbox: RunningSandbox) -> Mapping[str, object]:
    sandbox.world.add_person(EXAMPLE_PERSON)
    return {}


def _with_company(sandbox: RunningSandbox) -> Mapping[str, object]:
    sandbox.world.add_organisation(COMPANY)
    return {}


EXAMPLES = (
    Example(
        capability="registry",
        verb="look_up",
        arguments={
            "query": _query(
                "dopa.laser_code",
                CitizenID=EXAMPLE_PERSON.citizen_id,
                FirstName=EXAMPLE_PERSON.first_name,
                LastName=EXAMPLE_PERSON.last_name,
                BEBirthDate=EXAMPLE_PERSON.birth_date.compact_be(),
                LaserCode=EXAMPLE_PERSON.laser_code,
            )
        },
        prepare=_with_person,
        carries=(EXAMPLE_PERSON.first_name, EXAMPLE_PERSON.last_name),
    ),
    Example(
        capability="registry",
        verb="look_up",
        arguments={"query": _query("dopa.linkage_person", CitizenID=EXAMPLE_PERSON.citizen_id)},
        prepare=_with_person,
        returns=(EXAMPLE_PERSON.first_name, EXAMPLE_PERSON.last_name),
    ),
    Example(
        capability="registry",
        verb="look_up",
        arguments={"query": _query("dbd.juristic_person", JuristicID=COMPANY.juristic_id)},
        prepare=_with_company,
        returns=(COMPANY.name_th,),
    ),
    Example(
        capability="registry",
        verb="look_up",
        arguments={
            "query": _query(
                "dopa.linkage_by_name",
                firstName=EXAMPLE_PERSON.first_name,
                lastName=EXAMPLE_PERSON.last_name,
                limit="10",
            )
        },
        prepare=_with_person,
        returns=(EXAMPLE_PERSON.first_name, EXAMPLE_PERSON.last_name),
    ),
    Example(
        capability="documents",
        verb="fetch",
        arguments={"query": _query("dbd.certificate", JuristicID=COMPANY.juristic_id)},
        prepare=_with_company,
    ),
    Example(
        capability="documents",
        verb="fetch",
        arguments={"query": _query("dbd.shareholders_image", JuristicID=COMPANY.juristic_id)},
        prepare=_with_company,
    ),
    *MORE_EXAMPLES,
)
