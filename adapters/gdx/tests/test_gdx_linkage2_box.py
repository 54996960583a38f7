"""Linkage Center 2 in the box: records, sessions, rights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from govlink.errors import (
    AuthError,
    NotFoundError,
    OfficerLoginRequired,
    RejectedError,
)
from govlink.models.dates import PartialDate
from govlink.models.identity import AgentId, CitizenId
from govlink.models.registry import RegistryQuery
from govlink_gdx.flows import GdxFlows
from govlink_gdx.linkage2 import LinkageCenter2Flows
from govlink_gdx.linkage2_records import read_education

from .examples_gdx_more import PURPOSE, education_row
from .linkage2_center import THAID
from .service_box import Box, boxed


@pytest.fixture
def box(person: str) -> Iterator[Box]:
    """A running GDX that knows a student and a graduate."""
    with boxed() as running:
        rows = [
            education_row(personID=person, academicYear=y, graduateDate=f"{y}-03-31") for y in (2018, 2021)
        ]
        student = education_row(personID=person, academicYear="2567", gpax=3.5)
        running.control("linkage2", {"students": [student], "graduates": rows})
        yield running


def ask(
    box: Box, person: str, officer: str, *, token: SecretStr | None = THAID, service: str = "moe.graduate"
) -> tuple[object, ...]:
    """The education records of a person, asked for as the client does."""
    flows = LinkageCenter2Flows(settings=box.settings())
    flow = flows.education(
        service,
        citizen=CitizenId(person),
        officer=AgentId(officer),
        thaid_token=token,
        context=box.context(),
    )
    return box.drive(flow)


def test_records_come_through_the_registry(box: Box, person: str, officer: str) -> None:
    """As any other look-up: rows with dates, the ThaID token among the keys of the first."""
    flows = GdxFlows(settings=box.settings())
    keys = {"CitizenID": person, "ThaIDAccessToken": "thaid-good-nowhere"}

    def look_up(service: str, keys: dict[str, str]) -> object:
        query = RegistryQuery(service=service, keys=keys, purpose=PURPOSE, officer=AgentId(officer))
        return box.drive(flows.look_up(query, context=box.context()))

    graduate = look_up("moe.graduate", keys)
    student = look_up("moe.student", {"CitizenID": person})
    assert [row["academicYear"] for row in graduate.rows] == ["2018", "2021"]
    assert graduate.dates["1/graduateDate"] == PartialDate(year=2021, month=3, day=31)
    assert read_education(graduate.rows[0]).academic_year_be == 2561
    assert student.rows[0]["gpax"] == "3.5"
    for bad in ({}, {"CitizenID": "1"}, {**keys, "X": "y"}):
        with pytest.raises(RejectedError):
            look_up("moe.student", bad)


def test_nobody_found_is_not_found(box: Box, officer: str) -> None:
    """A plain message under an item's 404."""
    with pytest.raises(NotFoundError):
        ask(box, officer, officer)


def test_a_session_serves_until_it_is_renewed(box: Box, person: str, officer: str) -> None:
    """One log-in; after 50 minutes a renewal without ThaID; long idle, and it is needed again."""
    assert len(ask(box, person, officer)) == 2
    for _ in range(3):
        box.clock.now += timedelta(minutes=25)
        ask(box, person, officer, token=None)
    assert box.control("linkage2", {}) == {"people": 2, "confirmed": 1, "renewed": 1}
    box.clock.now += timedelta(minutes=61)
    with pytest.raises(OfficerLoginRequired):
        ask(box, person, officer, token=None)
    ask(box, person, officer)
    assert box.control("linkage2", {})["confirmed"] == 2


def test_a_session_the_center_forgot_is_opened_once_more(box: Box, person: str, officer: str) -> None:
    """With a token at hand; without one, or with one refused, the officer must log in."""
    ask(box, person, officer)
    box.control("linkage2", {"expire": True})
    assert len(ask(box, person, officer)) == 2
    box.control("linkage2", {"expire": True, "thaid_closed": True})
    for token in (None, THAID):
        with pytest.raises(OfficerLoginRequired):
            ask(box, person, officer, token=token)


def test_sessions_are_not_shared_between_officers(box: Box, person: str, officer: str) -> None:
    """The center's own log names who asked."""
    ask(box, person, officer)
    with pytest.raises(OfficerLoginRequired):
        ask(box, person, person, token=None)


def test_an_officer_can_look_around_and_leave(box: Box, officer: str) -> None:
    """Offices before the log-in, purposes after it, and a log-out that a new session follows."""
    flows = LinkageCenter2Flows(settings=box.settings())
    agent, context = AgentId(officer), box.context()
    (office,) = box.drive(flows.offices(agent, context=context))
    assert office["officeID"] == box.settings().linkage2_office_id
    jobs = box.drive(flows.jobs(agent, thaid_token=THAID, context=context))
    assert jobs == (box.settings().linkage2_job_id,)
    box.drive(flows.log_out(agent, context=context))
    with pytest.raises(OfficerLoginRequired):
        box.drive(flows.jobs(agent, context=context))


def test_a_service_without_a_right_fails_alone(box: Box, person: str, officer: str) -> None:
    """The rows of the other are there all the same."""
    flows = LinkageCenter2Flows(settings=box.settings())
    number = box.settings().linkage2_student_service_id
    queries = ((number, {"personalID": person}), (999, {"personalID": person}))
    flow = flows.ask(queries, officer=AgentId(officer), thaid_token=THAID, context=box.context())
    good, bad = box.drive(flow)
    assert len(good.rows) == 1
    assert isinstance(bad.error, AuthError)
