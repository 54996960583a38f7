"""Literal answers of yes-or-no and record services, and of the session probe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.models.dates import PartialDate
from govlink.wire import json_body
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.parse import SessionState, parse_agent_permission, parse_record, parse_yes_no

Answer = Callable[..., Response]
NAMED = {service.name: service for service in SERVICES}
LASER, PERSON = NAMED["dopa.laser_code"], NAMED["dopa.linkage_person"]
LIMIT = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "value"), [("Result", True), ("Result", False), ("result", True), ("RESULT", False)]
)
def test_yes_and_no(answer: Answer, name: str, value: bool) -> None:
    """The documented answer, in any case of its name."""
    record = parse_yes_no(answer(200, {name: value}), service=LASER, limit_bytes=LIMIT)
    assert record.confirmed is value
    assert record.fields == {}


@given(
    st.none()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.lists(st.booleans())
    | st.just({"Result": True})
)
def test_nothing_else_is_a_yes(value: object) -> None:
    """The text "true", 1, a list or an object is no answer, and above all no yes."""
    with pytest.raises(UnexpectedAnswerError):
        parse_yes_no(
            Response(status=200, body=json_body({"Result": value})), service=LASER, limit_bytes=LIMIT
        )


@pytest.mark.parametrize("code", ["2", "4"])
def test_denials_in_a_500_are_answers(answer: Answer, code: str) -> None:
    """A cancelled card and mismatched data are a typed no, not an outage."""
    response = answer(500, {"Message": f"java.lang.Exception: [{code}] ข้อความ"})
    record = parse_yes_no(response, service=LASER, limit_bytes=LIMIT)
    assert record.confirmed is False
    assert record.fields == {"reason_code": code}


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (200, b"", UnexpectedAnswerError),
        (200, b"<html></html>", UnexpectedAnswerError),
        (200, {}, UnexpectedAnswerError),
        (200, b'{"Result": true, "Result": false}', UnexpectedAnswerError),
        (200, {"Message": "java.lang.Exception: [4] x"}, UnexpectedAnswerError),
        (204, b"", NotFoundError),
        (400, {"Message": "x"}, RejectedError),
        (401, {"Message": "UnauthorizedException: token not found"}, AuthError),
        (403, {"Message": "ForbiddenException: consumer not found"}, AuthError),
        (404, b"", NotFoundError),
        (405, b"", UnexpectedAnswerError),
        (500, {"Message": "no code"}, UnavailableError),
        (500, {"Message": "[3] x"}, UnexpectedAnswerError),
        (503, b"", UnavailableError),
    ],
)
def test_other_answers_of_laser_code(
    answer: Answer, status: int, content: object, error: type[GovlinkError]
) -> None:
    """Each documented status, and each thing that is no answer, becomes its error."""
    with pytest.raises(error) as caught:
        parse_yes_no(answer(status, content), service=LASER, limit_bytes=LIMIT)
    assert (caught.value.platform, caught.value.operation) == ("gdx", "dopa.laser_code")


def test_denial_codes_belong_to_their_service(answer: Answer) -> None:
    """2 and 4 mean something to Laser Code alone."""
    with pytest.raises(UnexpectedAnswerError):
        parse_record(answer(500, {"Message": "[4] x"}), service=PERSON, limit_bytes=LIMIT)


def test_person_record(answer: Answer) -> None:
    """Numbers become text with their lost zeros, nulls go, strangers stay in extra."""
    content = {
        "firstname": "สมหญิง",
        "lastName": "",
        "dateOfBirth": 25380412,
        "fatherPersonalID": 98000000002,
        "motherName": None,
        "genderCode": {"odd": 1},
        "titleCode": True,
        "newMember": 7,
    }
    record = parse_record(answer(200, content), service=PERSON, limit_bytes=LIMIT)
    assert record.confirmed is None
    assert record.fields == {
        "firstName": "สมหญิง",
        "lastName": "",
        "dateOfBirth": "25380412",
        "fatherPersonalID": "0098000000002",
    }
    assert record.dates == {"dateOfBirth": PartialDate(year=1995, month=4, day=12)}
    assert record.extra == {"genderCode": {"odd": 1}, "titleCode": True, "newMember": 7}
    assert "สมหญิง" not in repr(record)


@pytest.mark.parametrize("status", [200, 500])
def test_linkage_failure_is_seen_by_its_message(answer: Answer, status: int) -> None:
    """Message with Code is a failure even under HTTP 200."""
    with pytest.raises(OfficerLoginRequired):
        parse_record(answer(status, {"Message": "x", "Code": "90001"}), service=PERSON, limit_bytes=LIMIT)


@pytest.mark.parametrize("content", [{}, {"Message": "x"}, {"data": {}}, []])
def test_an_object_without_known_members_is_no_person(answer: Answer, content: object) -> None:
    """An empty or foreign object is not an empty person."""
    with pytest.raises(UnexpectedAnswerError):
        parse_record(answer(200, content), service=PERSON, limit_bytes=LIMIT)


def test_size_is_limited_before_parsing(answer: Answer) -> None:
    """An answer over the limit is refused although it would parse."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        parse_record(answer(200, {"firstName": "x" * 100}), service=PERSON, limit_bytes=50)
    assert caught.value.code == "gdx.too_large"


@pytest.mark.parametrize("state", list(SessionState))
def test_session_states(answer: Answer, state: SessionState) -> None:
    """The three documented states are told apart."""
    content = {"AgentID": "0" * 13, "CitizenID": "0" * 13, "SessionState": state.value}
    assert parse_agent_permission(answer(200, content), limit_bytes=LIMIT) is state


@pytest.mark.parametrize("content", [{}, {"SessionState": "Maybe"}, {"SessionState": 1}])
def test_unknown_session_state_is_unexpected(answer: Answer, content: object) -> None:
    """A state that is not documented is never taken for an open session."""
    with pytest.raises(UnexpectedAnswerError):
        parse_agent_permission(answer(200, content), limit_bytes=LIMIT)
