"""What Biz Portal's flows send, driven by hand."""

import json
from dataclasses import replace

import pytest

from govlink.errors import ConfigError, Fault, OutcomeUnknownError, RejectedError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.interfaces import Absence, Capabilities
from govlink.models.identity import CitizenId, JuristicId, Passport, check_digit
from govlink.models.mark import Mark
from govlink.models.portal import CaseOpening, CaseReceipt, CaseState, CaseUpdate, WaitingFor
from govlink_biz_portal import adapter
from govlink_biz_portal.codes import STATE_WORDS, TERMINAL, TURN_WORDS, lint_update
from govlink_biz_portal.flows import BizPortalCases
from govlink_biz_portal.settings import BizPortalSettings

CITIZEN = CitizenId("199000000001" + check_digit("199000000001"))
VALUES: dict[str, object] = {
    "environment": "production",
    "consumer_key": "key",
    "consumer_secret": "secret",
    "agent_id": "govlink-demo",
    "agency_short_name": "OBEC",
}
CONTEXT = Context(entropy=b"0" * 32)
OPENING = CaseOpening(
    applicant=CITIZEN,
    service_code="EQ_FOREIGN",
    reference_id="3f2b0c9e-1111-4222-8333-444455556666",
    reference_number="EQ-2569-0001",
    url="https://eq.example.go.th/cases/1",
)
UPDATE = CaseUpdate(
    applicant=CITIZEN,
    service_code="EQ_FOREIGN",
    case_id="case-1",
    state=CaseState.CHECKING,
    waiting_for=WaitingFor.APPLICANT,
    remark_th="โปรดแนบใบแสดงผลการเรียน",
)


def settings(**extra: object) -> BizPortalSettings:
    """Production settings with changes."""
    return BizPortalSettings.from_values({**VALUES, **extra}, platform="biz_portal")


def cases(**extra: object) -> BizPortalCases:
    """The capability with those settings."""
    return BizPortalCases(settings=settings(**extra))


def first(flow: Flow[object]) -> Request:
    """The flow's first request."""
    return next(flow)


def finish(flow: Flow[CaseReceipt] | Flow[None], content: object) -> CaseReceipt | None:
    """What the flow returns when its one request is answered so."""
    next(flow)
    with pytest.raises(StopIteration) as stop:
        flow.send(Response(status=200, body=json.dumps(content).encode()))
    value = stop.value.value
    assert value is None or isinstance(value, CaseReceipt)
    return value


def body(request: Request) -> dict[str, object]:
    """The JSON a request sends."""
    assert isinstance(request.body, bytes)
    content: dict[str, object] = json.loads(request.body)
    return content


def test_import_sends_the_documented_body() -> None:
    """Names, nesting and words are those of the knowledge base, and nothing is added."""
    request = first(cases().open_case(OPENING, context=CONTEXT))
    assert (request.method, request.url) == (
        "POST",
        "https://api.egov.go.th/ws/dga/bizportal/applicationrequest/import",
    )
    assert request.effect is Effect.WRITE
    assert request.auth is not None
    assert ("Content-Type", "application/json") in request.headers
    assert body(request) == {
        "IdentityId": CITIZEN.value,
        "IdentityType": "Citizen",
        "ApplicationId": "EQ_FOREIGN",
        "Data": {
            "Name": "OBEC",
            "Url": OPENING.url,
            "ReferenceId": OPENING.reference_id,
            "ReferenceNumber": "EQ-2569-0001",
        },
    }


def test_the_test_segment_stands_behind_the_product() -> None:
    """UAT's path is not production's with a prefix: the segment comes after bizportal."""
    opened = first(cases(environment="uat").open_case(OPENING, context=CONTEXT))
    updated = first(cases(environment="uat").update_case(UPDATE, context=CONTEXT))
    assert opened.url == "https://api.egov.go.th/ws/dga/bizportal/uat/applicationrequest/import"
    assert updated.url == "https://api.egov.go.th/ws/dga/bizportal/uat/applicationrequest/update"


@pytest.mark.parametrize(
    ("applicant", "number", "word"),
    [
        (CITIZEN, CITIZEN.value, "Citizen"),
        (JuristicId("0105500000001"), "0105500000001", "Juristic"),
        (Passport(number="AB1234567", issuing_state="LAO"), "AB1234567", "Foreigner"),
    ],
)
def test_identity_types_are_words(
    applicant: CitizenId | JuristicId | Passport, number: str, word: str
) -> None:
    """Import and update take words, and a juristic number keeps its leading zero."""
    for request in (
        first(cases().open_case(replace(OPENING, applicant=applicant), context=CONTEXT)),
        first(cases().update_case(replace(UPDATE, applicant=applicant), context=CONTEXT)),
    ):
        assert (body(request)["IdentityId"], body(request)["IdentityType"]) == (number, word)


def test_cases_of_foreigners_can_be_switched_off() -> None:
    """Which number stands for a foreigner is our guess, so it can be kept from going out."""
    passport = Passport(number="AB1234567", issuing_state="LAO")
    careful = cases(foreign_id="none")
    for flow in (
        careful.open_case(replace(OPENING, applicant=passport), context=CONTEXT),
        careful.update_case(replace(UPDATE, applicant=passport), context=CONTEXT),
    ):
        with pytest.raises(RejectedError) as caught:
            next(flow)
        assert caught.value.code == "biz_portal.no_foreign_id"
        assert passport.number not in caught.value.explain("th")
    assert first(careful.open_case(OPENING, context=CONTEXT)).method == "POST"


def test_application_ids_come_from_settings() -> None:
    """A service code may stand for another ApplicationId in each environment."""
    mapped = cases(application_ids={"EQ_FOREIGN": "A-77"})
    assert body(first(mapped.open_case(OPENING, context=CONTEXT)))["ApplicationId"] == "A-77"
    assert body(first(mapped.update_case(UPDATE, context=CONTEXT)))["ApplicationId"] == "A-77"


@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("turn", list(WaitingFor))
def test_update_sends_the_documented_words(state: CaseState, turn: WaitingFor) -> None:
    """All 6 × 3 combinations go out in the portal's words when nothing is linted."""
    update = replace(UPDATE, state=state, waiting_for=turn, remark_th="")
    content = body(first(cases(lint_updates=False).update_case(update, context=CONTEXT)))
    assert (content["Status"], content["StatusOther"]) == (STATE_WORDS[state], TURN_WORDS[turn])
    assert "Remark" not in content


def test_the_words_are_the_documented_ones() -> None:
    """The six and the three words, letter by letter."""
    assert set(STATE_WORDS.values()) == {
        "CHECK", "PENDING", "APPROVED_WAITING_PAY_FEE", "PAID_FEE_CREATING_LICENSE", "COMPLETED", "REJECTED",
    }  # fmt: skip
    assert set(TURN_WORDS.values()) == {"WAITING_AGENT_WORKING", "WAITING_USER_WORKING", "DONE"}
    assert (STATE_WORDS[CaseState.REJECTED], TURN_WORDS[WaitingFor.AGENCY]) == (
        "REJECTED",
        "WAITING_AGENT_WORKING",
    )


def test_update_carries_case_and_remark() -> None:
    """The portal's RequestId and the Thai remark go out as they are."""
    request = first(cases().update_case(UPDATE, context=CONTEXT))
    assert request.effect is Effect.WRITE
    assert body(request)["RequestId"] == "case-1"
    assert body(request)["Remark"] == UPDATE.remark_th
    assert isinstance(request.body, bytes)
    assert "โปรดแนบ".encode() in request.body


@pytest.mark.parametrize("name", ["service_code", "reference_id", "reference_number", "url"])
def test_an_empty_required_field_is_never_sent(name: str) -> None:
    """All fields of import are required, so an empty one is refused here."""
    flow = cases().open_case(replace(OPENING, **{name: "  "}), context=CONTEXT)
    with pytest.raises(RejectedError) as caught:
        next(flow)
    assert [p.fault.code for p in caught.value.problems] == ["biz_portal.field_empty"]


def test_an_unsound_update_is_refused_before_sending_unless_switched_off() -> None:
    """The rule is ours, so it stops by default and can be switched off."""
    update = replace(UPDATE, state=CaseState.COMPLETED, waiting_for=WaitingFor.AGENCY)
    with pytest.raises(RejectedError) as caught:
        next(cases().update_case(update, context=CONTEXT))
    assert [p.pointer for p in caught.value.problems] == ["/StatusOther"]
    assert first(cases(lint_updates=False).update_case(update, context=CONTEXT)).method == "POST"


@pytest.mark.parametrize("previous", [None, *CaseState])
@pytest.mark.parametrize("state", list(CaseState))
@pytest.mark.parametrize("turn", list(WaitingFor))
def test_lint_says_exactly_what_is_unsound(
    previous: CaseState | None, state: CaseState, turn: WaitingFor
) -> None:
    """Finished means nobody is waited for, and finished stays finished."""
    expected = []
    if (state in TERMINAL) != (turn is WaitingFor.NOBODY):
        expected.append("/StatusOther")
    if previous in {CaseState.COMPLETED, CaseState.REJECTED} and state is not previous:
        expected.append("/Status")
    problems = lint_update(state=state, waiting_for=turn, previous=previous)
    assert [p.pointer for p in problems] == expected
    for problem in problems:
        assert STATE_WORDS[state] in problem.text("en")
        assert STATE_WORDS[state] in problem.text("th")


def test_flows_end_with_their_values() -> None:
    """An import ends in the receipt, an update in None."""
    receipt = finish(
        cases().open_case(OPENING, context=CONTEXT), {"Status": 0, "Data": {"RequestId": "case-1"}}
    )
    assert receipt == CaseReceipt(case_id="case-1", reference_number="EQ-2569-0001")
    assert finish(cases().update_case(UPDATE, context=CONTEXT), {"status": 0}) is None


def test_an_unknown_outcome_passes_through() -> None:
    """There is no look-up by reference, so the flow neither resends nor swallows it."""
    flow = cases().open_case(OPENING, context=CONTEXT)
    next(flow)
    with pytest.raises(OutcomeUnknownError) as caught:
        flow.throw(OutcomeUnknownError(Fault("test.lost", en="lost", th="ไม่ได้รับคำตอบ")))
    assert caught.value.code == "test.lost"


def test_flows_are_lazy_and_pure() -> None:
    """Nothing happens before the first step, and the same input makes the same bytes."""
    unconfigured = cases(environment="sandbox")
    flow = unconfigured.open_case(OPENING, context=CONTEXT)
    with pytest.raises(ConfigError):
        next(flow)
    bodies = {first(cases().open_case(OPENING, context=Context.system())).body for _ in range(3)}
    assert len(bodies) == 1


def test_no_secret_and_no_person_in_repr() -> None:
    """A request can be logged by repr."""
    shown = repr(first(cases().open_case(OPENING, context=CONTEXT))) + repr(settings())
    assert CITIZEN.value not in shown
    assert "'secret'" not in shown


@pytest.mark.parametrize(
    ("name", "value"), [("agency_short_name", ""), ("agency_short_name", "สพฐ"), ("duplicate_pattern", "(")]
)
def test_bad_settings_name_their_field(name: str, value: str) -> None:
    """A setting that cannot work is refused when it is read."""
    with pytest.raises(ConfigError) as caught:
        settings(**{name: value})
    assert [p.pointer for p in caught.value.problems] == [f"/{name}"]


def test_the_record_accounts_for_every_capability() -> None:
    """Each capability is provided or its absence explained, never both."""
    capabilities = adapter.connect_from(VALUES)
    absent = {a.capability for a in adapter.absences if isinstance(a, Absence) and a.explanation}
    assert capabilities.provided() == adapter.provides == {"cases"}
    assert absent | adapter.provides == set(Capabilities.__dataclass_fields__)
    assert not absent & adapter.provides
    assert adapter.mark is Mark.DOCUMENTED
