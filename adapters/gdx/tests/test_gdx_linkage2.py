"""Linkage Center 2: batches whose items fail alone, sessions of officers, and education records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    ConfigError,
    GovlinkError,
    NotFoundError,
    OfficerLoginRequired,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Effect, Request
from govlink.models.identity import AgentId, CitizenId
from govlink_gdx.linkage2_parse import parse_batch, parse_jobs, parse_offices, parse_token
from govlink_gdx.linkage2_records import flat_row, read_education
from govlink_gdx.linkage2_requests import linkage2_auth
from govlink_gdx.settings import GdxSettings

from .examples_gdx_more import education_row
from .linkage2_center import THAID, batch, center, item
from .service_box import CONTEXT, NOW, answer, play


def test_several_services_go_in_one_call(settings: GdxSettings, officer: str) -> None:
    """Purpose, numbers and queries in the body; only reading; the officer's session."""
    queries = ((41, {"personalID": "3980000000025"}), (42, {"firstName": "ปิ่นมณี", "limit": 5}))
    flow = center(settings).ask(queries, officer=AgentId(officer), thaid_token=THAID, context=CONTEXT)
    items, (request,) = play(flow, batch(item(42, data=[{"a": 1}, {"b": 2}]), item(41, data={"c": 3})))
    assert request.url == "https://lk2.invalid/api/center/request"
    assert (request.method, request.effect) == ("POST", Effect.READ)
    assert json.loads(request.body) == {
        "jobID": "job-1",
        "data": [
            {"serviceID": 41, "query": {"personalID": "3980000000025"}},
            {"serviceID": 42, "query": {"firstName": "ปิ่นมณี", "limit": 5}},
        ],
    }
    assert [(one.service_id, one.rows) for one in items] == [
        (41, ({"c": 3},)),
        (42, ({"a": 1}, {"b": 2})),
    ]
    assert officer not in repr(request) + repr(items)


@pytest.mark.parametrize(
    ("status", "data", "kind"),
    [
        (204, None, NotFoundError),
        (404, "ไม่พบข้อมูล", NotFoundError),
        (400, None, RejectedError),
        (401, None, AuthError),
        ("403", {"x": 1}, AuthError),
        (429, None, QuotaError),
        (500, {}, UnavailableError),
        (200, "ระบบขัดข้อง", UnexpectedAnswerError),
        (200, [1], UnexpectedAnswerError),
        (200, True, UnexpectedAnswerError),
    ],
)
def test_an_item_fails_alone(status: object, data: object, kind: type[GovlinkError]) -> None:
    """Inside an HTTP 200; the others keep their rows, and the message is not repeated."""
    bad, good = parse_batch(batch(item(41, status, data), item(42, data={"a": 1})), service_ids=(41, 42))
    assert isinstance(bad.error, kind)
    assert bad.rows == ()
    assert "ระบบขัดข้อง" not in bad.error.explain()
    assert (good.error, good.rows, good.elapsed_ms) == (None, ({"a": 1},), 12)


@pytest.mark.parametrize(
    ("data", "rows"), [(None, 0), ([], 0), ({"a": 1}, 1), ([{"a": 1}], 1), ([{}, {}], 2)]
)
def test_one_row_or_many_are_rows(data: object, rows: int) -> None:
    """An object, an array or nothing."""
    (one,) = parse_batch(batch(item(data=data)), service_ids=(41,))
    assert len(one.rows) == rows


@pytest.mark.parametrize(
    "items",
    [
        (),
        (item(42),),
        (item(41), item(41)),
        (item(41), item(42)),
        ("x",),
        ({"serviceID": 41},),
        ({"serviceID": True, "responseStatus": 200},),
    ],
)
def test_an_answer_about_other_services_is_none(items: tuple[object, ...]) -> None:
    """One item for each service asked, or the whole answer is not believed."""
    with pytest.raises(UnexpectedAnswerError):
        parse_batch(batch(*items), service_ids=(41,))


def test_items_are_read_from_a_404_too() -> None:
    """A client was seen to do so; without items it is what it says."""
    (one,) = parse_batch(batch(item(41, 404, "ไม่พบ"), status=404), service_ids=(41,))
    assert isinstance(one.error, NotFoundError)
    with pytest.raises(NotFoundError):
        parse_batch(answer({"errorMessage": "x", "errorNumber": 1}, 404), service_ids=(41,))


def test_an_error_under_a_good_status_is_no_answer_that_nobody_is_there() -> None:
    """An item of 200 without rows and with an error says nothing about the person; its number is told."""
    failed = {**item(), "responseError": {"errorMessage": "นาย ลับ", "errorNumber": 1234}}
    (one,) = parse_batch(batch(failed), service_ids=(41,))
    assert isinstance(one.error, UnexpectedAnswerError)
    assert "1234" in one.error.explain()
    assert "ลับ" not in one.error.explain("th")
    (found,) = parse_batch(batch({**failed, "responseData": {"a": 1}}), service_ids=(41,))
    assert (found.rows, found.error) == (({"a": 1},), None)
    (none,) = parse_batch(batch(item()), service_ids=(41,))
    assert (none.rows, none.error) == ((), None)


@pytest.mark.parametrize("number", [95004, "95011"])
@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_number_that_denies_the_right_counts_before_the_status(status: int, number: object) -> None:
    """Without it a missing permission would read as an outage, or as nobody found."""
    refused = {"errorMessage": "นาย ลับ", "errorNumber": number}
    (one,) = parse_batch(batch({**item(status=status), "responseError": refused}), service_ids=(41,))
    assert isinstance(one.error, AuthError)
    if status != 200:
        with pytest.raises(AuthError, match=str(number)):
            parse_jobs(answer(refused, status))


def test_the_error_number_is_told_and_the_message_is_not() -> None:
    """A number of up to six digits is a code; a longer one could be a person's."""
    refusal = answer({"errorMessage": "นาย ลับ", "errorNumber": 1004}, 403)
    with pytest.raises(AuthError) as caught:
        parse_jobs(refusal)
    assert "1004" in caught.value.explain()
    assert "ลับ" not in caught.value.explain()
    with pytest.raises(AuthError) as caught:
        parse_jobs(answer({"errorNumber": 3980000000025}, 403))
    assert caught.value.problems == ()


def test_the_log_in_is_confirmed_with_the_officers_token(settings: GdxSettings, officer: str) -> None:
    """A number, an office, ThaID's token; the answer's token goes out as a bearer."""
    auth = linkage2_auth(center(settings).settings, officer=AgentId(officer), thaid_token=THAID)
    token, (request,) = play(auth.login(CONTEXT), answer({"token": "a.b.c"}))
    assert request.url == "https://lk2.invalid/api/center/login/confirm"
    assert json.loads(request.body) == {
        "loginType": 2,
        "officeID": 337,
        "personalID": int(officer),
        "accessToken": "thaid-good-nowhere",
    }
    sent = auth.attach(Request(method="GET", url="u", operation="x"), token)
    assert sent.headers == (("Authorization", "Bearer a.b.c"),)
    assert auth.renew_after_s == 3000
    renewed, (renewal,) = play(auth.renew(token, CONTEXT), answer({"token": "d.e.f"}))
    assert renewal.url.endswith("/login/renew")
    assert renewal.headers[-1] == ("Authorization", "Bearer a.b.c")
    assert renewed.value == "d.e.f"
    dead = replace(token, issued_at=NOW - timedelta(minutes=60))
    _, (confirmation,) = play(auth.renew(dead, CONTEXT), answer({"token": "g.h.i"}))
    assert confirmation.url.endswith("/login/confirm")
    assert "good-nowhere" not in f"{auth!r} {request!r} {token!r}"


def test_without_session_and_token_an_officer_must_log_in(settings: GdxSettings, officer: str) -> None:
    """Before anything is sent; and so when ThaID's token is refused."""
    auth = linkage2_auth(center(settings).settings, officer=AgentId(officer), thaid_token=None)
    with pytest.raises(OfficerLoginRequired):
        next(auth.login(CONTEXT))
    with pytest.raises(OfficerLoginRequired) as caught:
        parse_token(answer({"errorMessage": "x", "errorNumber": 1003}, 401))
    assert "1003" in caught.value.explain()


@pytest.mark.parametrize("token", [None, "", 7, "a b", "โทเคน", "x" * 8193])
def test_a_token_looks_like_one(token: object) -> None:
    """It goes into a header."""
    with pytest.raises(UnexpectedAnswerError):
        parse_token(answer({"token": token}))


def test_offices_and_jobs_are_read() -> None:
    """What an agency has to know before it can set anything."""
    assert parse_offices(answer({"office": [{"officeID": 337}]})) == ({"officeID": 337},)
    assert parse_jobs(answer({"job": ["a", 7]})) == ("a", "7")
    for parse in (parse_offices, parse_jobs):
        with pytest.raises(UnexpectedAnswerError):
            parse(answer({"job": "x", "office": ["x"]}))


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ({"hosts": {}}, r"hosts\.linkage2"),
        ({"linkage2_office_id": None}, "linkage2_office_id"),
        ({"linkage2_job_id": None}, "linkage2_job_id"),
        ({"linkage2_graduate_service_id": None}, "linkage2_graduate_service_id"),
    ],
)
def test_what_is_published_nowhere_must_be_set(
    settings: GdxSettings, officer: str, person: str, missing: Mapping[str, object], named: str
) -> None:
    """Host, office, purpose and the data set's number have no default outside the sandbox."""
    flow = center(settings, **missing).education(
        "moe.graduate",
        citizen=CitizenId(person),
        officer=AgentId(officer),
        thaid_token=THAID,
        context=CONTEXT,
    )
    with pytest.raises(ConfigError, match=named):
        next(flow)


def test_a_batch_asks_each_service_once(settings: GdxSettings, officer: str) -> None:
    """Two items of one number could not be told apart; a system has no session here."""
    for queries in ((), ((41, {}), (41, {}))):
        with pytest.raises(RejectedError):
            next(center(settings).ask(queries, officer=AgentId(officer), context=CONTEXT))
    with pytest.raises(RejectedError):
        next(center(settings).ask(((41, {}),), officer=AgentId("a-system"), context=CONTEXT))


@pytest.mark.parametrize(
    ("sent", "year"),
    [("2567", 2567), (2567, 2567), (2024, 2567), ("๒๕๖๗", 2567), ("2400", 2400), (2399, 2942), ("67", None)],
)
def test_a_year_is_of_the_buddhist_era(sent: object, year: int | None) -> None:
    """From 2400 on it is one already; before, it was counted from the other year."""
    assert read_education({"academicYear": sent}).academic_year_be == year


def test_a_number_gets_its_leading_zeros_back() -> None:
    """Clients were seen to take personID for a number; what came as text is left as it is."""
    for sent, expected in ((99970000013, "0099970000013"), ("99970000013", "99970000013"), (None, "")):
        row = {"personID": sent, "schoolName": "โรงเรียนลับ", "gpax": 3.5}
        record = read_education(row)
        assert record.person_id == expected
        assert flat_row(row)[0].get("personID", "") == expected
        assert "ลับ" not in repr(record)
        assert "3.5" not in repr(record)


def test_a_graduate_is_read() -> None:
    """Marks as number or text, days as dates, the rest as text; what was sent stays."""
    row = education_row(gpax="3.50", graduateDate="2019-03-31T00:00:00", DegreeName="ปวช.", schoolID=1001)
    record = read_education(row)
    assert (record.gpax, record.graduated_on, record.degree) == (Decimal("3.50"), date(2019, 3, 31), "ปวช.")
    assert record.school_id == "1001"
    assert record.raw == row
    assert read_education({"gpax": 3.5}).gpax == Decimal("3.5")
    assert read_education({"graduateDate": "2562-03-31"}).graduated_on == date(2019, 3, 31)
    shown = repr(record)
    assert row["personID"] not in shown
    assert row["firstName"] not in shown


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("academicYear", "gpax", "graduateDate", "personID"), SCALARS)
    )
)
def test_no_row_is_too_odd_to_be_read(row: dict[str, object]) -> None:
    """Reading never fails: what cannot be read is None."""
    assert read_education(row).raw == row
