"""One call of each verb of Biz Portal that its simulator answers, for the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping

from govlink.models.identity import CitizenId
from govlink.models.portal import CaseOpening, CaseState, CaseUpdate, WaitingFor
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import EXAMPLE_PERSON, THAI_TEXT, Example, ask_sandbox

__all__ = ["EXAMPLES", "SETTINGS"]

SETTINGS = {"agency_short_name": "OBEC"}

APPLICANT = CitizenId(EXAMPLE_PERSON.citizen_id)
SERVICE = "EQ_FOREIGN"


def _with_person(sandbox: RunningSandbox) -> Mapping[str, object]:
    sandbox.world.add_person(EXAMPLE_PERSON)
    return {}


def _of_the_opened_case(sandbox: RunningSandbox) -> Mapping[str, object]:
    cases = ask_sandbox(sandbox, "/biz_portal/_sandbox/requests")
    assert isinstance(cases, list)
    update = CaseUpdate(
        applicant=APPLICANT,
        service_code=SERVICE,
        case_id=cases[-1]["RequestId"],
        state=CaseState.CONSIDERING,
        waiting_for=WaitingFor.AGENCY,
        remark_th=THAI_TEXT,
    )
    return {"update": update}


EXAMPLES = (
    Example(
        capability="cases",
        verb="open_case",
        arguments={
            "opening": CaseOpening(
                applicant=APPLICANT,
                service_code=SERVICE,
                reference_id="7e0d3c1e-5a3f-4d7e-9c55-0a4f0c0f2a11",
                reference_number="ทว 0001/2568",
                url="https://equivalence.example/cases/1",
            )
        },
        prepare=_with_person,
        carries=("ทว 0001/2568",),
        returns=("ทว 0001/2568",),
    ),
    Example(
        capability="cases",
        verb="update_case",
        prepare=_of_the_opened_case,
        carries=(THAI_TEXT,),
    ),
)
