"""The simulated registers: quota, hours, forced failures, spellings and loaded state, over loopback."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeVar

import pytest

from govlink._drive import SingleFlight, run
from govlink.errors import (
    AuthError,
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    QuotaError,
    RejectedError,
    UnavailableError,
)
from govlink.flow import Context, Flow, Request, Response
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryQuery, RegistryRecord
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.people import SyntheticOrganisation
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.testing.conformance import EXAMPLE_OFFICER, EXAMPLE_PERSON, tell_sandbox
from govlink.transport import open_transport
from govlink_gdx import adapter
from govlink_gdx.flows import GdxFlows
from govlink_gdx.settings import GdxSettings

T = TypeVar("T")
Ask = Callable[..., RegistryQuery]
MONDAY_TEN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PERSON = EXAMPLE_PERSON.citizen_id
COMPANY = SyntheticOrganisation(juristic_id="0999900000001", name_th="บริษัท ทดสอบ จำกัด")
OWN = {"name": "agency.schools", "path": "ws/agency/school", "keys": [{"name": "ID"}], "answer": "text"}

DRAFT = {
    "name": "agency.draft",
    "linkage": "00103/001/01",
    "keys": [{"name": "CitizenID", "check": "citizen_id"}],
    "answer": "record_or_rows",
}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.moment = MONDAY_TEN

    def __call__(self) -> datetime:
        """The moment that was set."""
        return self.moment


class Gdx:
    """GDX in a box, without the guards of the caller's own, so that the platform's are met."""

    def __init__(self, sandbox: RunningSandbox, clock: Clock) -> None:
        self.sandbox, self.clock = sandbox, clock
        off = {"ikno_opens": None, "ikno_closes": None, "ikno_calls_per_day": None, "services": [OWN, DRAFT]}
        values = settings_for(adapter, sandbox, extra=off)
        self.flows = GdxFlows(settings=GdxSettings.model_validate(values))
        self.context = Context.fixed(now=MONDAY_TEN, seed="gdx")
        self.transport = SingleFlight(open_transport())

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow as the client does, without repeats."""
        policies = Policies(retry=RetryPolicy(attempts=1))
        return run(
            apply_policies(flow, policies=policies, platform="gdx", context=self.context), self.transport
        )

    def look_up(self, query: RegistryQuery) -> RegistryRecord:
        """Ask."""
        return self.drive(self.flows.look_up(query, context=self.context))

    def load(self, route: str, content: object) -> object:
        """Call a control route."""
        return tell_sandbox(self.sandbox, f"/gdx/_sandbox/{route}", content)


@pytest.fixture
def gdx() -> Iterator[Gdx]:
    """One person and one company, on a Monday at ten."""
    clock = Clock()
    with running_sandbox([adapter], world=World(clock=clock)) as sandbox:
        sandbox.world.add_person(EXAMPLE_PERSON)
        sandbox.world.add_organisation(COMPANY)
        box = Gdx(sandbox, clock)
        yield box
        box.transport.close()


def test_quota_ends_and_begins_anew(gdx: Gdx, ask: Ask) -> None:
    """An extra profile takes two; what is left of three is one; the next day all three are back."""
    gdx.load("limits", {"ikno_calls_per_day": 3})
    simple, extra = (ask(f"dopa.ikno_{level}", {"CitizenID": PERSON}) for level in ("simple", "extra"))
    gdx.look_up(extra)
    with pytest.raises(QuotaError) as caught:
        gdx.look_up(extra)
    assert caught.value.values["code"] == "90008"
    gdx.look_up(simple)
    with pytest.raises(QuotaError):
        gdx.look_up(simple)
    gdx.clock.moment += timedelta(days=1)
    assert gdx.look_up(simple).fields["CitizenID"] == PERSON
    assert gdx.load("limits", {}) == {"used_today": 1}


def test_the_default_quota_is_300(gdx: Gdx, ask: Ask) -> None:
    """As documented; a look-up that is refused takes nothing."""
    query = ask("dopa.ikno_english_name", {"CitizenID": PERSON})
    gdx.load("limits", {"ikno_calls_per_day": 300})
    for _ in range(300):
        gdx.look_up(query)
    with pytest.raises(QuotaError):
        gdx.look_up(query)
    assert gdx.load("limits", {}) == {"used_today": 300}


def test_the_callers_own_guard_sends_nothing(gdx: Gdx, ask: Ask) -> None:
    """With the documented settings a call over the quota, or at night, never reaches the register."""
    values = settings_for(adapter, gdx.sandbox, extra={"ikno_calls_per_day": 3})
    flows, policies = GdxFlows(settings=GdxSettings.model_validate(values)), Policies()

    def extra(context: Context) -> RegistryRecord:
        flow = flows.look_up(ask("dopa.ikno_extra", {"CitizenID": PERSON}), context=context)
        return run(apply_policies(flow, policies=policies, platform="gdx", context=context), gdx.transport)

    extra(gdx.context)
    with pytest.raises(QuotaError):
        extra(gdx.context)
    with pytest.raises(QuotaError):
        extra(Context.fixed(now=MONDAY_TEN + timedelta(hours=12), seed="night"))
    assert gdx.load("limits", {}) == {"used_today": 2}


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (datetime(2026, 11, 23, 1, 29, 59, tzinfo=UTC), False),  # Monday 08:29:59 in Bangkok
        (datetime(2026, 11, 23, 1, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 10, 29, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 22, 3, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_hours_of_the_register(gdx: Gdx, ask: Ask, moment: datetime, is_open: bool) -> None:
    """90005 outside 08:30 to 17:30 on working days, unless a control call opens it."""
    gdx.clock.moment = moment
    query = ask("dopa.ikno_simple", {"CitizenID": PERSON})
    if is_open:
        assert gdx.look_up(query).fields
        return
    with pytest.raises(UnavailableError) as caught:
        gdx.look_up(query)
    assert caught.value.values["code"] == "90005"
    gdx.load("limits", {"keeps_hours": False})
    assert gdx.look_up(query).fields


def test_linkage_keeps_no_hours(gdx: Gdx, ask: Ask) -> None:
    """None are published, so none are played."""
    gdx.clock.moment = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert gdx.look_up(ask("dopa.linkage_person", {"CitizenID": PERSON})).fields


@pytest.mark.parametrize(
    ("service", "failure", "error"),
    [
        ("dopa.laser_code", {"code": "90001"}, OfficerLoginRequired),
        ("dopa.linkage_person", {"code": "95011", "status": 200}, AuthError),
        ("dopa.ikno_simple", {"code": "-1033"}, OfficerLoginRequired),
        ("dopa.ikno_simple", {"code": "00115"}, RejectedError),
        ("dbd.juristic_person", {"code": "00101"}, UnavailableError),
        ("dbd.juristic_person", {"status": 204}, NotFoundError),
        ("dbd.juristic_person", {"status": 404}, NotFoundError),
        ("dbd.juristic_person", {"status": 503}, UnavailableError),
    ],
)
def test_the_next_call_can_be_made_to_fail(
    gdx: Gdx, ask: Ask, service: str, failure: dict[str, object], error: type[GovlinkError]
) -> None:
    """Any code or status, in the service's own form, and only as often as told."""
    keys = {"CitizenID": PERSON} if service != "dbd.juristic_person" else {"JuristicID": COMPANY.juristic_id}
    if service == "dopa.laser_code":
        keys |= {
            "FirstName": EXAMPLE_PERSON.first_name,
            "LastName": EXAMPLE_PERSON.last_name,
            "BEBirthDate": EXAMPLE_PERSON.birth_date.compact_be(),
            "LaserCode": EXAMPLE_PERSON.laser_code,
        }
    gdx.load("failures", [{"service": service, **failure}])
    with pytest.raises(error):
        gdx.look_up(ask(service, keys))
    assert gdx.look_up(ask(service, keys)).service == service


def test_names_in_lower_case(gdx: Gdx, ask: Ask) -> None:
    """Answers are read in whatever case the platform spells its members."""
    query = ask("dopa.ikno_full", {"CitizenID": PERSON})
    usual = gdx.look_up(query)
    rows = gdx.look_up(ask("dbd.juristic_person", {"JuristicID": COMPANY.juristic_id})).rows
    gdx.load("limits", {"lower_case": True})
    assert gdx.look_up(query).fields == usual.fields
    assert gdx.look_up(ask("dbd.juristic_person", {"JuristicID": COMPANY.juristic_id})).rows == rows


def test_levels_of_the_profile(gdx: Gdx, ask: Ask) -> None:
    """Each level grants more; what it does not grant is not there."""
    granted = [
        gdx.look_up(ask(f"dopa.ikno_{level}", {"CitizenID": PERSON})).fields.keys()
        for level in ("simple", "normal", "full", "extra")
    ]
    assert all(less < more for less, more in pairwise(granted))
    assert "Address_No" not in granted[0]
    assert "Father_CitizenID" in granted[2]
    assert "NameEN_FirstName" not in granted[2]


def test_loaded_changes_of_name(gdx: Gdx, ask: Ask) -> None:
    """First names and surnames apart in Linkage, together in 039 and IKNO-010; none is not found."""
    services = ("linkage_name_changes", "linkage_first_name_changes", "linkage_surname_changes")
    queries = [ask(f"dopa.{name}", {"CitizenID": PERSON}) for name in (*services, "ikno_name_changes")]
    for query in queries:
        with pytest.raises(NotFoundError) as caught:
            gdx.look_up(query)
        assert caught.value.values["code"] == "99702"
    change = {"citizen_id": PERSON, "change_date_be": "25600615", "data_new": "ใหม่"}
    gdx.load(
        "name_changes",
        [{**change, "type_id": "102", "data_old": "เดิม"}, {**change, "type_id": "003", "data_old": "เก่า"}],
    )
    assert [len(gdx.look_up(query).rows) for query in queries] == [2, 1, 1, 2]
    assert gdx.look_up(queries[1]).rows[0]["oldName"] == "เดิม"


def test_loaded_house(gdx: Gdx, ask: Ask) -> None:
    """One house by its number and by who lives there, with the members loaded."""
    address_id = "00990000017"
    members = {"PostCode": "99999", "HouseVolumn": 12}
    gdx.load("houses", [{"address_id": address_id, "people": [PERSON], "members": members}])
    by_person = gdx.look_up(ask("dopa.ikno_house_of_person", {"CitizenID": PERSON}))
    by_number = gdx.look_up(ask("dopa.ikno_house", {"AddressID": address_id}))
    assert by_person.fields == by_number.fields
    assert (by_number.fields["AddressID"], by_number.fields["HouseVolumn"]) == (address_id, "12")
    assert by_number.dates["PermitDate"].month is None


def test_closed_officer(gdx: Gdx, ask: Ask, officer: str) -> None:
    """Without an open session IKNO asks for a login in its own form, and takes nothing of the quota."""
    gdx.load("officers", [{"citizen_id": officer, "open": False}])
    with pytest.raises(OfficerLoginRequired) as caught:
        gdx.look_up(ask("dopa.ikno_simple", {"CitizenID": PERSON}))
    assert caught.value.values["code"] == "90026"
    assert gdx.load("limits", {}) == {"used_today": 0}


def test_search_pages_by_its_form(gdx: Gdx, ask: Ask) -> None:
    """042 takes its keys from the body; a record number beyond the last is not found."""
    keys = {"firstName": EXAMPLE_PERSON.first_name, "lastName": EXAMPLE_PERSON.last_name, "limit": "5"}
    assert gdx.look_up(ask("dopa.linkage_by_name", keys)).rows[0]["totalRecord"] == "1"
    with pytest.raises(NotFoundError):
        gdx.look_up(ask("dopa.linkage_by_name", keys | {"recordNumber": "2"}))


def test_declared_service_is_played_from_a_loaded_answer(gdx: Gdx, ask: Ask) -> None:
    """404 until an answer is loaded for its path."""
    query = ask("agency.schools", {"ID": "1"})
    with pytest.raises(NotFoundError) as caught:
        gdx.look_up(query)
    assert caught.value.code == "gdx.nothing_at_404"
    content = {"ResultList": [{"Name": "โรงเรียนทดสอบ"}]}
    gdx.load("answers", [{"path": "ws/agency/school", "content": content}])
    assert dict(gdx.look_up(query).rows[0]) == {"Name": "โรงเรียนทดสอบ"}


def test_declared_data_set_is_played_from_a_loaded_answer(gdx: Gdx, ask: Ask) -> None:
    """Another office's data set is not permitted (95004) until an answer is loaded for its codes."""
    query = ask("agency.draft", {"CitizenID": PERSON})
    with pytest.raises(AuthError) as caught:
        gdx.look_up(query)
    assert caught.value.values["code"] == "95004"
    gdx.load("answers", [{"linkage": "00103/001/01", "content": {"result": "ผ่าน"}}])
    assert gdx.look_up(query).extra == {"result": "ผ่าน"}


def test_raw_text_and_rows_tell_of_the_same_company(gdx: Gdx, ask: Ask) -> None:
    """To fetch from a text service gives the register's XML."""
    query = ask("dbd.juristic_person", {"JuristicID": COMPANY.juristic_id})
    document = gdx.drive(gdx.flows.fetch(query, context=gdx.context))
    assert document.content.startswith(b"<?xml")
    assert COMPANY.juristic_id.encode() in document.content
    row = gdx.look_up(query).rows[0]
    assert (row["JuristicID"], row["AddressInformations/0/Tumbol"]) == (COMPANY.juristic_id, "ทดสอบ")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=042&Version=01", None, 400),
        ("GET", "ws/dopa/linkage/v1/link?CitizenID=1", None, 400),
        ("POST", "ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=001&Version=01", b"\xff=1", 400),
        ("GET", "ws/dopa/house/profile", None, 400),
        ("POST", "ws/dopa/verification/personal", b"", 405),
        ("GET", "ws/dbd/juristic/v4/profile/financial/pdf", None, 404),
    ],
)
def test_refusals_by_status(gdx: Gdx, method: str, path: str, body: bytes | None, status: int) -> None:
    """400 for missing parameters, 405 for another method, 404 for a service that is not there."""
    auth = next(gdx.flows.officer_session(AgentId(EXAMPLE_OFFICER), context=gdx.context)).auth
    assert auth is not None
    token = run(auth.login(gdx.context), gdx.transport)
    request = Request(method=method, url=f"{gdx.sandbox.url}/gdx/{path}", operation="bare", body=body)
    response: Response = gdx.transport.send(auth.attach(request, token))
    assert response.status == status


@pytest.mark.parametrize(
    ("route", "content"),
    [
        ("failures", [{"service": "unknown", "code": "90001"}]),
        ("failures", [{"service": "dbd.certificate", "odd": 1}]),
        ("houses", [{"address_id": "1"}]),
        ("houses", {"address_id": 1}),
        ("companies", [{"juristic_id": "0999900000001", "name_th": "x", "odd": 1}]),
        ("name_changes", [{"citizen_id": "1"}]),
        ("answers", [{"content": {}}]),
        ("answers", [{"linkage": "103/1/1", "content": {}}]),
        ("people", 7),
    ],
)
def test_control_calls_in_another_form(gdx: Gdx, route: str, content: object) -> None:
    """A slip in a test's own loading is told, not swallowed."""
    request = Request(
        method="POST",
        url=f"{gdx.sandbox.url}/gdx/_sandbox/{route}",
        operation="control",
        body=json.dumps(content).encode(),
    )
    assert gdx.transport.send(request).status == 422


def test_image_data_is_what_the_answer_holds(gdx: Gdx, ask: Ask) -> None:
    """Both files of a page image come through unchanged."""
    content = {"Contents": [{"Data": base64.b64encode(b"%PDF-1.4 x").decode(), "Size": "10"}]}
    gdx.load("answers", [{"service": "dbd.objectives_image", "content": content}])
    query = ask("dbd.objectives_image", {"JuristicID": COMPANY.juristic_id})
    document = gdx.drive(gdx.flows.fetch(query, context=gdx.context))
    assert document.content == b"%PDF-1.4 x"
