"""One call of each verb of ทางรัฐ that its simulator answers, for the conformance kit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from govlink.errors import UnexpectedAnswerError
from govlink.models.documents import CardRequest
from govlink.models.portal import Launch, Message, ServiceManifest
from govlink.sandbox.server import RunningSandbox
from govlink.testing.conformance import EXAMPLE_PERSON, THAI_TEXT, Example, tell_sandbox

__all__ = ["EXAMPLES"]

USER_ID = "5d0c8b8a-2a64-4a57-8a0e-4f9f1d3c7b21"
FULL_NAME = f"{EXAMPLE_PERSON.first_name} {EXAMPLE_PERSON.last_name}"
MANIFEST = ServiceManifest(
    service_code="FOREIGN_EQ",
    name_th="การขอเทียบวุฒิ",
    name_en="Equivalence",
    agency_th="หน่วยงานตัวอย่าง",
    short_description_th="ขอเทียบวุฒิการศึกษา",
    description_th="ยื่นคำขอพร้อมหลักฐานและติดตามผล",
    landing_url_uat="https://uat.equivalence.example/landing",
    landing_url_production="https://equivalence.example/landing",
    requested_fields=("citizenId", "firstName", "lastName"),
    uses_notifications=True,
    minimum_ial="2.3",
    legal_basis="ฐานกฎหมายตัวอย่าง",
    privacy_notice_url="https://equivalence.example/privacy",
    data_controller="หน่วยงานตัวอย่าง",
    retention_days=365,
    contact_email="service@agency.invalid",
    icon_file="icon.png",
    screenshot_files=("one.png",),
    desired_opening=date(2025, 6, 2),
    testers=("tester@example.com",),
)


def _with_profile(sandbox: RunningSandbox) -> None:
    sandbox.world.add_person(EXAMPLE_PERSON)
    profile = {
        "userId": USER_ID,
        "citizenId": EXAMPLE_PERSON.citizen_id,
        "firstName": EXAMPLE_PERSON.first_name,
        "lastName": EXAMPLE_PERSON.last_name,
        "dateOfBirthString": "19950413",
        "mobile": EXAMPLE_PERSON.mobile,
        "email": EXAMPLE_PERSON.email,
        "notification": True,
    }
    tell_sandbox(sandbox, "/citizen_portal/_sandbox/profiles", [profile])


def _launched(sandbox: RunningSandbox) -> Mapping[str, object]:
    _with_profile(sandbox)
    launch = tell_sandbox(sandbox, "/citizen_portal/_sandbox/launches", {"userId": USER_ID})
    assert isinstance(launch, dict)
    return {"launch": Launch(app_id=launch["appId"], token=launch["mToken"])}


EXAMPLES = (
    Example(
        capability="identification",
        verb="identify",
        prepare=_launched,
        private=(USER_ID,),
        returns=(EXAMPLE_PERSON.first_name, EXAMPLE_PERSON.last_name),
        missing=UnexpectedAnswerError,  # no "no such record" is documented
    ),
    Example(
        capability="notifications",
        verb="notify",
        arguments={"messages": (Message(portal_user_id=USER_ID, text=THAI_TEXT),)},
        carries=(THAI_TEXT,),
        missing=UnexpectedAnswerError,
    ),
    Example(
        capability="cards",
        verb="issue_card",
        arguments={
            "request": CardRequest(portal_user_id=USER_ID, document_name="ใบเทียบวุฒิ", full_name=FULL_NAME)
        },
        carries=("ใบเทียบวุฒิ", FULL_NAME),
        missing=UnexpectedAnswerError,
    ),
    Example(
        capability="registration",
        verb="check_registration",
        arguments={"manifest": MANIFEST},
    ),
)
