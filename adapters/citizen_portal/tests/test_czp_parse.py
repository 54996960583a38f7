"""Reading the portal's answers, literal ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    GovlinkError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Response
from govlink.models.dates import PartialDate
from govlink.models.identity import CitizenId, PersonName, check_digit
from govlink_citizen_portal.parse import parse_card, parse_identity, parse_push, parse_test_launch

NUMBER = "199000000001" + check_digit("199000000001")
WRONG_NUMBER = NUMBER[:12] + str((int(NUMBER[12]) + 1) % 10)
PERSON = {
    "userId": "00000000-0000-0000-0000-000000000001",
    "citizenId": NUMBER,
    "firstName": "ทดสอบ",
    "lastName": "ระบบดี",
    "dateOfBirthString": "19860501",
    "mobile": "0200000001",
    "email": "person@example.com",
    "notification": True,
}


def answer(result: object, *, code: object = 200, status: int = 200) -> Response:
    """An answer in the portal's envelope."""
    envelope = {"result": result, "requestTimeStamp": 1638874591, "messageCode": code, "message": "x"}
    return Response(status=status, body=json.dumps(envelope).encode())


def test_identity_of_a_full_answer() -> None:
    """Every documented member lands in its field."""
    person = parse_identity(answer(PERSON))
    assert person.portal_user_id == PERSON["userId"]
    assert person.citizen_id == CitizenId(NUMBER)
    assert person.name == PersonName(first="ทดสอบ", last="ระบบดี")
    assert person.birth_date == PartialDate(year=1986, month=5, day=1)
    assert (person.mobile, person.email, person.wants_push) == ("0200000001", "person@example.com", True)


def test_identity_without_consent_is_none() -> None:
    """A member that is absent, empty, blank or null is None, and push is off."""
    person = parse_identity(answer({"userId": "u", "citizenId": "", "firstName": None, "mobile": " "}))
    assert (person.citizen_id, person.name, person.birth_date) == (None, None, None)
    assert (person.mobile, person.email, person.wants_push) == (None, None, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("198605--", PartialDate(year=1986, month=5)),
        ("1986----", PartialDate(year=1986)),
        ("19860501", PartialDate(year=1986, month=5, day=1)),
    ],
)
def test_birth_date_with_unknown_parts(text: str, expected: PartialDate) -> None:
    """Dashes stand for unknown parts of a Common-era date."""
    assert parse_identity(answer({**PERSON, "dateOfBirthString": text})).birth_date == expected


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("dateOfBirthString", "25290501"),
        ("dateOfBirthString", "1986-05-01"),
        ("citizenId", WRONG_NUMBER),
        ("citizenId", int(NUMBER)),
        ("notification", "true"),
        ("userId", ""),
        ("mobile", 20),
    ],
)
def test_identity_with_a_malformed_member(member: str, value: object) -> None:
    """A member of another form is told by name, never by value."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        parse_identity(answer({**PERSON, member: value}))
    assert caught.value.values["member"] == member
    assert not value or str(value) not in caught.value.explain("th") + str(caught.value)


def test_identity_reads_the_other_name_of_the_user_id() -> None:
    """``czpUserId`` serves where ``userId`` is missing, and member names may vary in case."""
    assert parse_identity(answer({"czpUserId": "a"})).portal_user_id == "a"
    assert parse_identity(answer({"UserID": "b", "czpUserId": "a"})).portal_user_id == "b"


@pytest.mark.parametrize(
    ("result", "code"), [(None, 200), (PERSON, 500), (None, 400), (PERSON, 0), (PERSON, 201)]
)
def test_launch_refused_inside_http_200(result: object, code: int) -> None:
    """Neither HTTP 200 nor a result alone is success: the code and the result must both be right."""
    with pytest.raises(RejectedError) as caught:
        parse_identity(answer(result, code=code))
    assert caught.value.code == "czp.launch_refused"
    assert caught.value.values["message_code"] == str(code)


@pytest.mark.parametrize("code", [None, "200", True, 200.0])
def test_envelope_without_a_number_as_code(code: object) -> None:
    """A messageCode that is no integer is not the portal's envelope."""
    with pytest.raises(UnexpectedAnswerError):
        parse_identity(answer(PERSON, code=code))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthError),
        (403, AuthError),
        (404, UnexpectedAnswerError),
        (429, QuotaError),
        (500, OutcomeUnknownError),
        (503, OutcomeUnknownError),
        (302, UnexpectedAnswerError),
    ],
)
def test_identity_by_status(status: int, kind: type[GovlinkError]) -> None:
    """A good body under a bad status is no success, and after 5xx the token counts as spent."""
    with pytest.raises(kind):
        parse_identity(answer(PERSON, status=status))


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[]", b'{"Result": "x"}', b"\xff\xfe"])
def test_not_the_portals_answer(body: bytes) -> None:
    """A firewall's page, a torn body or another envelope is an unexpected answer."""
    with pytest.raises(UnexpectedAnswerError):
        parse_identity(Response(status=200, body=body))


def test_push_ids_and_nobody() -> None:
    """The documented sample gives two ids; an empty list is an answer, not an error."""
    ids = ["c401e530-2200-4667-97a7-9aa253ae374a", "2389dcdb-be67-47dc-b8b7-c1185654d41c"]
    assert parse_push(answer(ids)) == tuple(ids)
    assert parse_push(answer([])) == ()


@pytest.mark.parametrize("result", [{}, "id", [1], [""], [None]])
def test_push_with_another_result(result: object) -> None:
    """Anything but a list of texts is unexpected."""
    with pytest.raises(UnexpectedAnswerError):
        parse_push(answer(result))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, OutcomeUnknownError), (504, OutcomeUnknownError), (503, UnavailableError), (400, RejectedError)],
)
def test_push_by_status(status: int, kind: type[GovlinkError]) -> None:
    """After a 500 or 504 the messages may be out; 503 says that they are not."""
    with pytest.raises(kind):
        parse_push(answer(["id"], status=status))


def test_push_refused_with_null() -> None:
    """A null result is a refusal, not an empty list."""
    with pytest.raises(RejectedError):
        parse_push(answer(None))


def test_card() -> None:
    """``expiryDate`` is seconds since 1970 in UTC."""
    card = parse_card(answer({"qrText": "qr", "expiryDate": 1685644619}))
    assert card.qr_text == "qr"
    assert card.expires_at == datetime(2023, 6, 1, 18, 36, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "result",
    [
        {"qrText": "", "expiryDate": 1},
        {"qrText": "q"},
        {"qrText": "q", "expiryDate": "1685644619"},
        {"qrText": "q", "expiryDate": True},
        {"qrText": "q", "expiryDate": 10**30},
        [],
    ],
)
def test_card_of_another_form(result: object) -> None:
    """A card without text or without a real moment is unexpected."""
    with pytest.raises(UnexpectedAnswerError):
        parse_card(answer(result))


def test_mock_counts_zero_as_success() -> None:
    """The documented sample of mock has messageCode 0; the table says 200; both are success there."""
    for code in (0, 200):
        launch = parse_test_launch(answer({"appId": "app", "mToken": "m"}, code=code))
        assert (launch.app_id, launch.token) == ("app", "m")
    with pytest.raises(RejectedError):
        parse_test_launch(answer({"appId": "app", "mToken": "m"}, code=1))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(PERSON)), inner),
    max_leaves=8,
)


def _error_of(parse: Callable[[Response], object], response: Response) -> GovlinkError | None:
    try:
        parse(response)
    except GovlinkError as error:
        return error
    return None


@given(result=JSON, code=st.sampled_from([0, 200, 400]), status=st.sampled_from([200, 204, 400, 500]))
def test_any_answer_ends_in_a_value_or_our_error(result: object, code: int, status: int) -> None:
    """No answer, however odd, escapes as an error that is not ours."""
    for parse in (parse_identity, parse_push, parse_card, parse_test_launch):
        error = _error_of(parse, answer(result, code=code, status=status))
        assert error is None or (error.platform == "citizen_portal" and error.operation)
