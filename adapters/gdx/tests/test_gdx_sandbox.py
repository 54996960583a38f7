"""The flows against the simulator on loopback, under the client's policies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import pytest

from govlink._drive import SingleFlight, run
from govlink.errors import AuthError, NotFoundError, OfficerLoginRequired, UnavailableError
from govlink.flow import Context, Flow, Request, Response
from govlink.gateway import gateway_auth
from govlink.models.identity import AgentId, check_digit
from govlink.models.registry import RegistryQuery
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.faults import FaultKind, FaultRule
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.transport import open_transport
from govlink_gdx import adapter
from govlink_gdx.flows import GdxFlows
from govlink_gdx.parse import SessionState
from govlink_gdx.settings import GdxSettings

T = TypeVar("T")
Ask = Callable[..., RegistryQuery]
CONTEXT = Context.system()
JURISTIC_ID = "0999900000001"


class Gdx:
    """GDX in a box with its flows and their policies."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.flows = GdxFlows(settings=GdxSettings.model_validate(settings_for(adapter, sandbox)))
        self.transport = SingleFlight(open_transport())
        self._policies = Policies(retry=RetryPolicy(first_wait_s=0.01))

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow as the client does."""
        return run(
            apply_policies(flow, policies=self._policies, platform="gdx", context=CONTEXT), self.transport
        )

    def control(self, route: str, content: object) -> Response:
        """Call a control route, which is no part of the platform."""
        body = json.dumps(content).encode()
        url = f"{self.sandbox.url}/gdx/_sandbox/{route}"
        return self.transport.send(Request(method="POST", url=url, operation="control", body=body))

    def get(self, path: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        """One bare GET."""
        url = f"{self.sandbox.url}/gdx/{path}"
        return self.transport.send(Request(method="GET", url=url, operation="bare", headers=headers))


@pytest.fixture
def gdx(laser_keys: dict[str, str]) -> Iterator[Gdx]:
    """A running GDX that knows one person and one company."""
    with running_sandbox([adapter]) as sandbox:
        box = Gdx(sandbox)
        assert box.control("people", [row(laser_keys)]).status == 200
        assert (
            box.control("organisations", [{"juristic_id": JURISTIC_ID, "name_th": "บริษัท ทดสอบ จำกัด"}]).status
            == 200
        )
        yield box
        box.transport.close()


def row(keys: dict[str, str], **changes: object) -> dict[str, object]:
    """The person of the laser keys, as the control route takes people."""
    return {
        "citizen_id": keys["CitizenID"],
        "title": "นางสาว",
        "first_name": keys["FirstName"],
        "last_name": keys["LastName"],
        "birth_date_be": keys["BEBirthDate"],
        "laser_code": keys["LaserCode"],
        **changes,
    }


def test_laser_code_answers(gdx: Gdx, ask: Ask, laser_keys: dict[str, str]) -> None:
    """True, false, and the two codes in a 500, with one token for all four and no retry."""

    def look_up(**changes: str) -> tuple[bool | None, str | None]:
        query = ask("dopa.laser_code", {**laser_keys, **changes})
        record = gdx.drive(gdx.flows.look_up(query, context=CONTEXT))
        return record.confirmed, record.fields.get("reason_code")

    unknown = "197000000003" + check_digit("197000000003")
    assert look_up() == (True, None)
    assert look_up(CitizenID=unknown) == (False, None)
    assert look_up(LaserCode="ZZ9999999999") == (False, "4")
    assert look_up(BEBirthDate="25380400") == (False, "4")
    gdx.control("people", [row(laser_keys, card_valid=False)])
    assert look_up() == (False, "2")
    assert gdx.sandbox.world.sessions.validated_count == 1


def test_linkage_person(gdx: Gdx, ask: Ask, person: str, officer: str) -> None:
    """A record for an officer whose session is open, a login demand once it is closed."""
    query = ask("dopa.linkage_person", {"CitizenID": person})
    record = gdx.drive(gdx.flows.look_up(query, context=CONTEXT))
    assert record.fields["firstName"] == "สมหญิง"
    assert record.fields["dateOfBirth"] == "25380000"
    with pytest.raises(NotFoundError) as caught:
        gdx.drive(gdx.flows.look_up(ask("dopa.linkage_person", {"CitizenID": officer}), context=CONTEXT))
    assert caught.value.values["code"] == "00815"
    gdx.control("officers", [{"citizen_id": officer, "open": False}])
    with pytest.raises(OfficerLoginRequired):
        gdx.drive(gdx.flows.look_up(query, context=CONTEXT))
    gdx.control("officers", [{"citizen_id": officer, "open": True}])
    assert gdx.drive(gdx.flows.look_up(query, context=CONTEXT)).fields == record.fields


@pytest.mark.parametrize(
    ("office", "service", "code"), [("00024", "001", "95004"), ("00023", "002", "95011")]
)
def test_linkage_rights(gdx: Gdx, ask: Ask, person: str, office: str, service: str, code: str) -> None:
    """A data set that was not granted is an AuthError that tells its code."""

    def elsewhere() -> Flow[object]:
        flow = gdx.flows.look_up(ask("dopa.linkage_person", {"CitizenID": person}), context=CONTEXT)
        request = next(flow)
        query = dict(request.query) | {"OfficeID": office, "ServiceID": service}
        response = yield replace(request, query=tuple(query.items()))
        flow.send(response)
        return None

    with pytest.raises(AuthError) as caught:
        gdx.drive(elsewhere())
    assert caught.value.values["code"] == code


def test_session_probe_tells_three_states(gdx: Gdx, officer: str, person: str) -> None:
    """Open, with a citizen's card, and closed."""

    def state() -> SessionState:
        return gdx.drive(gdx.flows.officer_session(AgentId(officer), context=CONTEXT))

    assert state() is SessionState.AGENT_AVAILABLE
    gdx.control("officers", [{"citizen_id": officer, "open": True, "card_holder": person}])
    assert state() is SessionState.CITIZEN_AVAILABLE
    gdx.control("officers", [{"citizen_id": officer, "open": False}])
    assert state() is SessionState.AGENT_NOT_AVAILABLE


def test_company_certificate(gdx: Gdx, ask: Ask) -> None:
    """The same synthetic PDF each time, and not found for a company that is not there."""
    flows, query = gdx.flows, ask("dbd.certificate", {"JuristicID": JURISTIC_ID})
    one, two = (gdx.drive(flows.fetch(query, context=CONTEXT)) for _ in range(2))
    assert one == two
    assert one.content.startswith(b"%PDF-1.7")
    start = int(one.content.split(b"startxref\n")[1].split(b"\n")[0])
    assert one.content[start:].startswith(b"xref")
    assert (one.page_count, one.file_name) == (1, f"{JURISTIC_ID}.pdf")
    with pytest.raises(NotFoundError):
        gdx.drive(flows.fetch(ask("dbd.certificate", {"JuristicID": "0999900000002"}), context=CONTEXT))


def test_refusals_of_the_gateway(gdx: Gdx) -> None:
    """403 without a key, 401 without a token, 404 for an unknown service, 400 without parameters."""
    key = ("Consumer-Key", gdx.sandbox.world.account.consumer_key)
    path = "ws/dopa/verification/personal"
    assert (gdx.get(path).status, b"consumer not found" in gdx.get(path).body) == (403, True)
    refused = gdx.get(path, headers=(key,))
    assert (refused.status, b"token not found" in refused.body) == (401, True)
    auth = gateway_auth(gdx.flows.settings, platform="gdx")
    token = ("Token", run(auth.login(CONTEXT), gdx.transport).value)
    assert gdx.get("ws/dopa/nothing", headers=(key, token)).status == 404
    assert gdx.get(path, headers=(key, token)).status == 400


def test_a_session_that_died_is_renewed_once(gdx: Gdx, ask: Ask, laser_keys: dict[str, str]) -> None:
    """An idle hour costs one more validate and nothing else."""
    query = ask("dopa.laser_code", laser_keys)
    gdx.drive(gdx.flows.look_up(query, context=CONTEXT))
    gdx.sandbox.world.sessions.expire_all()
    assert gdx.drive(gdx.flows.look_up(query, context=CONTEXT)).confirmed is True
    assert gdx.sandbox.world.sessions.validated_count == 2


def test_an_outage_is_retried_and_then_told(gdx: Gdx, ask: Ask, laser_keys: dict[str, str]) -> None:
    """One 503 is passed over; an outage that lasts is UnavailableError."""
    query = ask("dopa.laser_code", laser_keys)
    gdx.sandbox.faults.append(FaultRule(kind=FaultKind.STATUS_503, platform="gdx", times=1))
    assert gdx.drive(gdx.flows.look_up(query, context=CONTEXT)).confirmed is True
    gdx.sandbox.faults.append(FaultRule(kind=FaultKind.STATUS_503, platform="gdx", times=99))
    with pytest.raises(UnavailableError):
        gdx.drive(gdx.flows.look_up(query, context=CONTEXT))


def test_a_registry_time_out_is_retried(
    gdx: Gdx, ask: Ask, laser_keys: dict[str, str], answer: Callable[..., Response]
) -> None:
    """Code 00101 in a 500 is sent again; a used-up quota is not."""
    query, answers = (
        ask("dopa.laser_code", laser_keys),
        [answer(500, {"Message": "[00101] x"}), answer(200, {"Result": True})],
    )
    flow = apply_policies(
        gdx.flows.look_up(query, context=CONTEXT), policies=Policies(), platform="gdx", context=CONTEXT
    )
    login = next(flow)
    assert login.operation == "auth.validate"
    request = flow.send(answer(200, {"Result": str(gdx.sandbox.world.uuid("token"))}))
    assert (request.operation, request.wait_s) == ("dopa.laser_code", 0.0)
    again = flow.send(answers[0])
    assert again.operation == "dopa.laser_code"
    assert again.wait_s > 0
    with pytest.raises(StopIteration) as stop:
        flow.send(answers[1])
    assert stop.value.value.confirmed is True


def test_control_routes_take_synthetic_people_only(gdx: Gdx, laser_keys: dict[str, str]) -> None:
    """A number of a real province, or a row in another form, is refused and changes nothing."""
    real = "110000000000" + check_digit("110000000000")
    assert gdx.control("people", [row(laser_keys, citizen_id=real)]).status == 422
    assert gdx.control("people", [{}]).status == 422
    assert gdx.control("organisations", [{"juristic_id": "1", "name_th": "x"}]).status == 422
    assert len(gdx.sandbox.world.people) == len(gdx.sandbox.world.organisations) == 1
