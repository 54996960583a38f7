"""The catalogue: what its records say, and that each of them can be asked and answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from govlink._drive import SingleFlight, run
from govlink.errors import NotFoundError
from govlink.flow import Context, Flow
from govlink.models.registry import RegistryDocument, RegistryQuery, RegistryRecord
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.settings import Environment
from govlink.testing.conformance import EXAMPLE_PERSON, tell_sandbox
from govlink.transport import open_transport
from govlink_gdx import adapter
from govlink_gdx.catalogue import DOCUMENTS, RECORDS, SERVICES, AnswerKind, AskedAs, Family, Service
from govlink_gdx.flows import GdxFlows
from govlink_gdx.keys import CHECKS
from govlink_gdx.settings import GdxSettings

T = TypeVar("T")
Ask = Callable[..., RegistryQuery]
OFFICE_HOURS = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, 10:00 in Bangkok
ADDRESS_ID = "99000000017"
MARRIAGE = [{"marriageDate": 25600214, "spouse": None}]
KEYS = {
    "CitizenID": EXAMPLE_PERSON.citizen_id,
    "FirstName": EXAMPLE_PERSON.first_name,
    "LastName": EXAMPLE_PERSON.last_name,
    "BEBirthDate": EXAMPLE_PERSON.birth_date.compact_be(),
    "LaserCode": EXAMPLE_PERSON.laser_code,
    "firstName": EXAMPLE_PERSON.first_name,
    "lastName": EXAMPLE_PERSON.last_name,
    "limit": "10",
    "AddressID": ADDRESS_ID,
    "NameTH_FirstName": EXAMPLE_PERSON.first_name,
    "NameTH_SurName": EXAMPLE_PERSON.last_name,
    "Father_FirstName": "ทดสอบ",
    "Mother_FirstName": "ตัวอย่าง",
    "JuristicID": "0999900000001",
    "Year": "2567",
    "CMNO": "CM-1",
    "ID": "F-1",
    "EsecureNo": "E-1",
}
COMPANY = {
    "juristic_id": KEYS["JuristicID"],
    "name_th": "บริษัท ทดสอบ จำกัด",
    "cmno": "CM-1",
    "foreigner_id": "F-1",
    "esecure_no": "E-1",
}
NAMES = {"dbd.by_name": "ทดสอบ", "dbd.by_committee": "ทดสอบ ณ ตัวอย่าง"}


def keys_of(service: Service) -> dict[str, str]:
    """Good values for every required parameter of a service."""
    values = KEYS | {"Name": NAMES.get(service.name, "")}
    return {key.name: values[key.name] for key in service.keys if key.is_required}


class Gdx:
    """GDX in a box at ten in the morning, with every register filled."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.flows = GdxFlows(settings=GdxSettings.model_validate(settings_for(adapter, sandbox)))
        self.context = Context.fixed(now=OFFICE_HOURS, seed="gdx")
        self.transport = SingleFlight(open_transport())

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow as the client does."""
        policies = Policies(retry=RetryPolicy(attempts=1))
        return run(
            apply_policies(flow, policies=policies, platform="gdx", context=self.context), self.transport
        )

    def load(self, route: str, *rows: object) -> None:
        """Fill a register."""
        tell_sandbox(self.sandbox, f"/gdx/_sandbox/{route}", list(rows))

    def fill(self) -> None:
        """One person with a house and a new name, one company."""
        self.sandbox.world.add_person(replace(EXAMPLE_PERSON, former_names=(("สมหญิง", "เดิม"),)))
        self.load("houses", {"address_id": ADDRESS_ID, "people": [EXAMPLE_PERSON.citizen_id]})
        self.load("companies", COMPANY)
        self.load("answers", {"service": "dopa.linkage_marriage", "content": MARRIAGE})


@pytest.fixture(scope="module")
def gdx() -> Iterator[Gdx]:
    """One box for all services: asking changes nothing."""
    with running_sandbox([adapter], world=World(clock=lambda: OFFICE_HOURS)) as sandbox:
        box = Gdx(sandbox)
        box.fill()
        yield box
        box.transport.close()


def holds_something(record: RegistryRecord) -> bool:
    """Whether the answer says anything."""
    return record.confirmed is True or bool(record.fields or record.rows or record.extra)


@pytest.mark.parametrize(
    "service", [s for s in SERVICES if s.answer in RECORDS], ids=lambda service: service.name
)
def test_each_record_service_answers_a_look_up(gdx: Gdx, ask: Ask, service: Service) -> None:
    """Request, simulator and parser of every record agree; a new record without a simulator fails."""
    record = gdx.drive(gdx.flows.look_up(ask(service.name, keys_of(service)), context=gdx.context))
    assert record.service == service.name
    assert holds_something(record)


@pytest.mark.parametrize(
    "service", [s for s in SERVICES if s.answer in DOCUMENTS], ids=lambda service: service.name
)
def test_each_document_service_answers_a_fetch(gdx: Gdx, ask: Ask, service: Service) -> None:
    """Every document comes with its bytes, whatever the form it travels in."""
    document: RegistryDocument = gdx.drive(
        gdx.flows.fetch(ask(service.name, keys_of(service)), context=gdx.context)
    )
    assert all(file.content and file.service == service.name for file in document.files)
    assert len(document.files) == (2 if service.answer is AnswerKind.IMAGE else 1)
    assert len({file.file_name for file in document.files}) == len(document.files)


LOOKED_UP = [service for service in SERVICES if service.name != "dopa.linkage_marriage"]  # that one is loaded


@pytest.mark.parametrize("service", LOOKED_UP, ids=lambda service: service.name)
def test_each_service_says_when_there_is_nothing(gdx: Gdx, ask: Ask, service: Service) -> None:
    """Whoever is not in a register is not found, or, where the answer is yes or no, a no."""
    strangers = {
        "CitizenID": "3979900000010",
        "AddressID": "00000000001",
        "JuristicID": "0999900000009",
        "firstName": "ไม่มี",
        "NameTH_FirstName": "ไม่มี",
        "Name": "ไม่มี ใคร",
        "CMNO": "CM-2",
        "ID": "F-2",
        "EsecureNo": "E-2",
    }
    keys = keys_of(service)
    query = ask(service.name, {name: strangers.get(name, value) for name, value in keys.items()})
    verb = gdx.flows.look_up if service.answer in RECORDS else gdx.flows.fetch
    if service.answer is AnswerKind.YES_NO:
        answer = gdx.drive(gdx.flows.look_up(query, context=gdx.context))
        assert answer.confirmed is False
        return
    with pytest.raises(NotFoundError):
        gdx.drive(verb(query, context=gdx.context))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_each_record_is_sound(service: Service) -> None:
    """A code in the catalogue's pattern, an https address, checked keys, and a source for all of it."""
    assert re.fullmatch(r"(PUBLIC|IKNO|DBD)-\d{3}-\d{2}|\d{5}/\d{3}/\d{2}", service.code)
    assert service.endpoint.operation == service.name
    assert service.endpoint.urls[Environment.PRODUCTION].startswith("{gateway}/ws/")
    assert Environment.UAT not in service.endpoint.urls
    assert service.endpoint.source
    assert service.keys
    assert all(key.check in CHECKS.values() for key in service.keys)
    assert len({member.name.lower() for member in service.members}) == len(service.members)
    assert (service.linkage is not None) == (service.family is Family.LINKAGE)
    assert service.quota_cost == (2 if service.code == "IKNO-004-01" else 1)


def test_codes_and_names_are_unique() -> None:
    """A query names one service, and a service of the gateway stands here once."""
    assert len({service.name for service in SERVICES}) == len(SERVICES)
    assert len({service.code for service in SERVICES}) == len(SERVICES)


def test_civil_registration_is_asked_by_an_officer() -> None:
    """The AgentID of Linkage and IKNO is the holder of the card in GovAMI; of all others the agency's."""
    for service in SERVICES:
        is_officers = service.family in {Family.LINKAGE, Family.IKNO}
        assert (service.asked_as is AskedAs.OFFICER) == is_officers


@pytest.mark.parametrize(
    ("name", "code", "path"),
    [
        ("dopa.ikno_full", "IKNO-003-01", "ws/dopa/personal/profile/full"),
        ("dopa.ikno_photo", "IKNO-005-01", "ws/dopa/personal/profile/photo"),
        ("dopa.ikno_house_people", "IKNO-009-01", "ws/dopa/house/person"),
        ("dopa.ikno_name_changes", "IKNO-010-01", "ws/dopa/personal/change/name"),
        ("dopa.ikno_by_name", "IKNO-011-01", "ws/dopa/personal/search"),
        ("dopa.ikno_verify", "IKNO-012-01", "ws/dopa/personal/verify"),
        ("dbd.juristic_person", "DBD-001-04", "ws/dbd/juristic/v4/profile/information"),
        ("dbd.financial_image", "DBD-010-04", "ws/dbd/juristic/v4/profile/financial/image"),
        ("dbd.objectives_pdf", "DBD-014-04", "ws/dbd/juristic/v4/profile/objective/pdf"),
        ("dbd.guarantee_pdf", "DBD-020-04", "ws/dbd/juristic/v4/profile/guarantee/pdf"),
        ("dbd.by_committee", "DBD-022-04", "ws/dbd/juristic/v4/profile/infobycommittee"),
        ("dopa.linkage_name_changes", "00023/039/01", "ws/dopa/linkage/v1/link"),
        ("dopa.linkage_surname_changes", "00023/017/01", "ws/dopa/linkage/v1/link"),
    ],
)
def test_codes_and_paths_are_those_of_the_guides(name: str, code: str, path: str) -> None:
    """Literal codes and paths, so that a slip in the table is seen."""
    service = next(service for service in SERVICES if service.name == name)
    assert service.code == code
    assert service.endpoint.urls[Environment.PRODUCTION] == f"{{gateway}}/{path}"
