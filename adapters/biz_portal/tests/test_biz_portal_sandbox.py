"""The adapter and its simulator together, over loopback, with the client's policies."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

import pytest

from govlink._drive import run
from govlink.errors import AuthError, ConflictError, OutcomeUnknownError, RejectedError
from govlink.flow import Context, Flow, Request
from govlink.interfaces import CaseReporting
from govlink.models.identity import CitizenId, check_digit
from govlink.models.portal import CaseOpening, CaseState, CaseUpdate, WaitingFor
from govlink.policy import Policies, apply_policies
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.transport import Transport, open_transport
from govlink_biz_portal import adapter

T = TypeVar("T")

CITIZEN = CitizenId("199000000001" + check_digit("199000000001"))
OTHER = CitizenId("197000000002" + check_digit("197000000002"))
OPENING = CaseOpening(
    applicant=CITIZEN,
    service_code="EQ_FOREIGN",
    reference_id="3f2b0c9e-1111-4222-8333-444455556666",
    reference_number="EQ-2569-0001",
    url="https://eq.example.go.th/cases/1",
)


class Desk:
    """One sandbox, reached through flows as a client drives them."""

    def __init__(self, sandbox: RunningSandbox, transport: Transport) -> None:
        self.sandbox, self._transport, self._policies = sandbox, transport, Policies()

    def cases(self, **extra: object) -> CaseReporting:
        """The capability, with settings changed."""
        values = settings_for(adapter, self.sandbox, extra={"agency_short_name": "OBEC", **extra})
        capability = adapter.connect_from(values).cases
        assert capability is not None
        return capability

    def run(self, flow: Flow[T]) -> T:
        """Drive a flow in the policies of one client."""
        context = Context.system()
        flow = apply_policies(flow, policies=self._policies, platform="biz_portal", context=context)
        return run(flow, self._transport)

    def open(self, opening: CaseOpening = OPENING) -> str:
        """Open a case; returns the portal's number."""
        return self.run(self.cases().open_case(opening, context=Context.system())).case_id

    def update(self, case_id: str, state: CaseState, turn: WaitingFor, **changes: object) -> None:
        """Report a state."""
        update = CaseUpdate(
            applicant=CITIZEN, service_code="EQ_FOREIGN", case_id=case_id, state=state, waiting_for=turn
        )
        self.run(self.cases().update_case(replace(update, **changes), context=Context.system()))

    def requests(self) -> list[dict[str, object]]:
        """What the simulated portal holds."""
        url = f"{self.sandbox.url}/biz_portal/_sandbox/requests"
        response = self._transport.send(Request(method="GET", url=url, operation="sandbox"))
        shown: list[dict[str, object]] = json.loads(response.body)
        return shown


@pytest.fixture(scope="module")
def transport() -> Iterator[Transport]:
    """One connection pool for all tests."""
    opened = open_transport()
    yield opened
    opened.close()


@pytest.fixture
def desk(transport: Transport) -> Iterator[Desk]:
    """A fresh sandbox for each test."""
    with running_sandbox([adapter]) as sandbox:
        yield Desk(sandbox, transport)


def test_a_case_from_opening_to_its_end(desk: Desk) -> None:
    """The whole life of a case, each update told to the applicant by the portal."""
    case_id = desk.open()
    UUID(case_id)
    desk.update(case_id, CaseState.CHECKING, WaitingFor.APPLICANT, remark_th="โปรดแนบเอกสาร")
    desk.update(case_id, CaseState.CONSIDERING, WaitingFor.AGENCY)
    desk.update(case_id, CaseState.COMPLETED, WaitingFor.NOBODY)
    (shown,) = desk.requests()
    assert (shown["RequestId"], shown["Status"], shown["IdentityType"]) == (case_id, "COMPLETED", "Citizen")
    updates = shown["Updates"]
    assert isinstance(updates, list)
    assert [(u["Status"], u["StatusOther"], u["Findings"]) for u in updates] == [
        ("CHECK", "WAITING_USER_WORKING", []),
        ("PENDING", "WAITING_AGENT_WORKING", []),
        ("COMPLETED", "DONE", []),
    ]
    assert updates[0]["Notifications"]["sms"] == "คำขอ EQ-2569-0001 มีสถานะ CHECK โปรดแนบเอกสาร"
    assert desk.sandbox.world.sessions.validated_count == 1


@pytest.mark.parametrize(
    "change", [{"reference_number": "EQ-2569-0002"}, {"reference_id": "another-reference"}, {}]
)
def test_a_reference_is_taken_once(desk: Desk, change: dict[str, str]) -> None:
    """Either reference alone, used before, is a conflict and makes no second case."""
    desk.open()
    with pytest.raises(ConflictError):
        desk.open(replace(OPENING, **change))
    assert len(desk.requests()) == 1


def test_two_references_make_two_cases(desk: Desk) -> None:
    """New references are a new case with an id of its own."""
    second = replace(OPENING, reference_id="r2", reference_number="n2")
    assert desk.open() != desk.open(second)
    assert len(desk.requests()) == 2


def test_a_lost_answer_leaves_the_outcome_unknown_and_the_reference_taken(desk: Desk) -> None:
    """The portal committed and the answer was lost: not resent, and the reference is the key."""
    desk.open(replace(OPENING, reference_id="warm-up", reference_number="warm-up"))
    desk.sandbox.faults.append(
        FaultRule(kind=FaultKind.RESET_AFTER, platform="biz_portal", path_part="import")
    )
    with pytest.raises(OutcomeUnknownError):
        desk.open()
    assert len(desk.requests()) == 2
    with pytest.raises(ConflictError):
        desk.open()


def test_an_update_is_not_sent_twice(desk: Desk) -> None:
    """Each update notifies a person, so a lost answer is told instead of repeated."""
    case_id = desk.open()
    desk.sandbox.faults.append(
        FaultRule(kind=FaultKind.RESET_AFTER, platform="biz_portal", path_part="update", times=5)
    )
    with pytest.raises(OutcomeUnknownError):
        desk.update(case_id, CaseState.CHECKING, WaitingFor.AGENCY)
    (shown,) = desk.requests()
    assert isinstance(shown["Updates"], list)
    assert len(shown["Updates"]) == 1


@pytest.mark.parametrize("change", [{"case_id": "no-such-case"}, {"applicant": OTHER}])
def test_an_update_of_no_case_of_theirs_is_refused(desk: Desk, change: dict[str, object]) -> None:
    """RequestId and applicant belong together (modelled)."""
    case_id = desk.open()
    with pytest.raises(RejectedError) as caught:
        desk.update(**{"case_id": case_id, "state": CaseState.CHECKING, "turn": WaitingFor.AGENCY, **change})
    assert caught.value.code == "biz_portal.failed"


def test_leaving_a_terminal_state_is_noted_not_refused(desk: Desk) -> None:
    """What the portal enforces is unknown, so the simulator shows the regress in its log."""
    case_id = desk.open()
    desk.update(case_id, CaseState.REJECTED, WaitingFor.NOBODY)
    desk.update(case_id, CaseState.CHECKING, WaitingFor.AGENCY)
    (shown,) = desk.requests()
    assert isinstance(shown["Updates"], list)
    assert [u["Findings"] for u in shown["Updates"]] == [[], ["biz_portal.terminal_left"]]


def test_an_expired_session_is_renewed_once(desk: Desk) -> None:
    """A 401 leads to one new login and the call is made, once."""
    desk.open()
    desk.sandbox.world.sessions.expire_all()
    desk.open(replace(OPENING, reference_id="r2", reference_number="n2"))
    assert desk.sandbox.world.sessions.validated_count == 2
    assert len(desk.requests()) == 2


def test_a_wrong_secret_is_an_auth_error(desk: Desk) -> None:
    """A refused login ends as a credential error."""
    cases = desk.cases(consumer_secret="wrong")
    with pytest.raises(AuthError):
        desk.run(cases.open_case(OPENING, context=Context.system()))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"IdentityId":"1"}', b"\xff", b"not json"])
@pytest.mark.parametrize(("path", "status"), [("import", "Status"), ("update", "status")])
def test_the_simulator_refuses_what_is_incomplete(
    desk: Desk, transport: Transport, body: bytes, path: str, status: str
) -> None:
    """A call without the required fields fails under HTTP 200, in that call's own case."""
    world = desk.sandbox.world
    token = world.sessions.validate(
        consumer_key=world.account.consumer_key,
        consumer_secret=world.account.consumer_secret,
        agent_id="test",
    )
    assert token is not None
    request = Request(
        method="POST",
        url=f"{desk.sandbox.url}/biz_portal/ws/dga/bizportal/applicationrequest/{path}",
        operation="raw",
        headers=(("Consumer-Key", world.account.consumer_key), ("Token", token)),
        body=body,
    )
    response = transport.send(request)
    assert response.status == 200
    assert json.loads(response.body)[status] == 3
