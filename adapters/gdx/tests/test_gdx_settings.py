"""Overrides, limits and services of the agency's own: what the settings take, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from govlink.config import load_config
from govlink.errors import ConfigError, RejectedError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.models.dates import PartialDate
from govlink.models.registry import RegistryQuery
from govlink_gdx.catalogue import SERVICES, AskedAs, CallStyle, Family
from govlink_gdx.flows import GdxFlows
from govlink_gdx.settings import GdxSettings

Ask = Callable[..., RegistryQuery]
CONTEXT = Context.system()
ACCOUNT = {"environment": "production", "consumer_key": "k-1", "consumer_secret": "s", "agent_id": "tests"}
SCHOOLS = {
    "name": "agency.schools",
    "path": "ws/agency/registry/v1/school",
    "keys": [
        {"name": "SchoolID", "check": "plain_text"},
        {"name": "Year", "check": "be_year", "required": False},
    ],
    "answer": "rows",
    "rows_in": "Items",
    "members": [{"name": "SchoolID", "width": 10}, {"name": "Opened", "date": "be_slashed"}],
}
DRAFT = {
    "name": "agency.draft",
    "linkage": "00103/001/01",
    "keys": [{"name": "CitizenID", "check": "citizen_id"}],
    "answer": "record_or_rows",
}


def settings_with(**values: object) -> GdxSettings:
    """Settings as from a file."""
    return GdxSettings.from_values({**ACCOUNT, **values}, platform="gdx")


def first_request(flow: Flow[object]) -> Request:
    """What the flow asks first; the flow is closed."""
    request = next(flow)
    flow.close()
    return request


def asked(settings: GdxSettings, query: RegistryQuery) -> Request:
    """The request of a look-up."""
    return first_request(GdxFlows(settings=settings).look_up(query, context=CONTEXT))


def test_search_by_name_is_a_form(ask: Ask, officer: str) -> None:
    """Linkage 042: codes in the query, keys in the body as UTF-8, and still only a question."""
    keys = {"firstName": "สมหญิง", "lastName": "ณ ทดสอบ", "limit": "10"}
    request = asked(settings_with(), ask("dopa.linkage_by_name", keys))
    assert (request.method, request.effect) == ("POST", Effect.READ)
    assert request.query == (("OfficeID", "00023"), ("ServiceID", "042"), ("Version", "01"))
    assert isinstance(request.body, bytes)
    assert request.body.isascii()
    assert dict(parse_qsl(request.body.decode())) == keys
    assert dict(request.headers)["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert request.auth is not None
    assert request.auth.key[-1] == officer


def test_optional_keys_may_be_left_out_and_are_checked(ask: Ask) -> None:
    """The keys middleName and recordNumber are optional; a bad one is still refused."""
    keys = {"firstName": "สมหญิง", "lastName": "ทดสอบ", "limit": "1", "recordNumber": "2"}
    body = asked(settings_with(), ask("dopa.linkage_by_name", keys)).body
    assert isinstance(body, bytes)
    assert body.endswith(b"limit=1&recordNumber=2")
    with pytest.raises(RejectedError):
        asked(settings_with(), ask("dopa.linkage_by_name", keys | {"recordNumber": "x"}))


def test_style_of_a_call_is_a_setting(ask: Ask, person: str) -> None:
    """The same data set by the other of the two documented styles."""
    styles = {"dopa.linkage_person": "post_form", "dopa.linkage_by_name": "get"}
    settings = settings_with(call_styles=styles)
    request = asked(settings, ask("dopa.linkage_person", {"CitizenID": person}))
    assert (request.method, request.body) == ("POST", f"CitizenID={person}".encode())
    keys = {"firstName": "สมหญิง", "lastName": "ทดสอบ", "limit": "1"}
    request = asked(settings, ask("dopa.linkage_by_name", keys))
    assert (request.method, request.body) == ("GET", None)
    assert dict(request.query)["firstName"] == "สมหญิง"


def test_codes_of_a_data_set_are_a_setting(ask: Ask, person: str) -> None:
    """A version that no document prints can be corrected without code."""
    settings = settings_with(linkage_codes={"dopa.linkage_first_name_changes": "00023/013/02"})
    request = asked(settings, ask("dopa.linkage_first_name_changes", {"CitizenID": person}))
    assert dict(request.query)["Version"] == "02"


def test_ikno_counts_against_the_days_look_ups(ask: Ask, person: str) -> None:
    """The documented quota, hours and cost, under a key that shows no Consumer-Key."""
    allowance = asked(settings_with(), ask("dopa.ikno_extra", {"CitizenID": person})).allowance
    assert allowance is not None
    assert (allowance.calls_per_day, allowance.cost) == (300, 2)
    assert (allowance.opens, allowance.closes, allowance.is_weekdays_only) == (
        time(8, 30),
        time(17, 30),
        True,
    )
    assert "k-1" not in allowance.key
    full = asked(settings_with(), ask("dopa.ikno_full", {"CitizenID": person})).allowance
    assert full is not None
    assert (full.key, full.cost) == (allowance.key, 1)
    other = settings_with(consumer_key="k-2")
    assert asked(other, ask("dopa.ikno_full", {"CitizenID": person})).allowance != full


def test_limits_are_settings(ask: Ask, person: str) -> None:
    """DOPA agrees to more, a holiday is added, or a guard is switched off in words."""
    query = ask("dopa.ikno_full", {"CitizenID": person})
    for holidays in (["2026-12-10", "2026-12-31"], "2026-12-10, 2026-12-31"):
        more = asked(settings_with(ikno_calls_per_day=5000, holidays=holidays), query).allowance
        assert more is not None
        assert (more.calls_per_day, more.holidays) == (
            5000,
            frozenset({date(2026, 12, 10), date(2026, 12, 31)}),
        )
    holidays = ["2026-12-10"]
    any_time = asked(settings_with(ikno_opens="none", ikno_closes="none", holidays=holidays), query).allowance
    assert any_time is not None
    assert (any_time.opens, any_time.is_weekdays_only, any_time.holidays) == (None, False, frozenset())
    off = settings_with(ikno_opens="none", ikno_closes="none", ikno_calls_per_day="none")
    assert asked(off, query).allowance is None


def test_no_other_family_has_a_published_limit(ask: Ask, person: str) -> None:
    """Linkage, Laser Code and DBD are not kept from anything on a guess."""
    assert asked(settings_with(), ask("dopa.linkage_person", {"CitizenID": person})).allowance is None
    company = ask("dbd.juristic_person", {"JuristicID": "0999900000001"})
    assert asked(settings_with(), company).allowance is None


def test_a_text_register_may_be_as_large_as_a_document(ask: Ask) -> None:
    """Its XML comes with it, so it has a document's time and size."""
    request = asked(settings_with(), ask("dbd.juristic_person", {"JuristicID": "0999900000001"}))
    settings = settings_with()
    assert request.timeout_s == settings.document_timeout_s
    assert request.max_body_bytes == settings.document_limit_bytes


def test_declared_service_is_asked_like_any_other(ask: Ask, answer: Callable[..., Response]) -> None:
    """Path, checked keys and typed rows, without a line of code."""
    settings = settings_with(services=[SCHOOLS])
    query = ask("agency.schools", {"SchoolID": " 1010 ", "Year": "2567"})
    flow = GdxFlows(settings=settings).look_up(query, context=CONTEXT)
    request = next(flow)
    assert request.url == "https://api.egov.go.th/ws/agency/registry/v1/school"
    assert request.operation == "agency.schools"
    assert request.query == (("SchoolID", "1010"), ("Year", "2567"))
    with pytest.raises(StopIteration) as stop:
        flow.send(answer(200, {"Items": [{"schoolid": 1010, "Opened": "16/05/2500", "New": 1}]}))
    record = stop.value.value
    assert dict(record.rows[0]) == {"SchoolID": "0000001010", "Opened": "16/05/2500", "New": "1"}
    assert record.dates == {"0/Opened": PartialDate(year=1957, month=5, day=16)}
    with pytest.raises(RejectedError):
        asked(settings, ask("agency.schools", {"SchoolID": "1", "Year": "2024"}))


def test_declared_linkage_data_set_is_the_officers(ask: Ask, person: str, officer: str) -> None:
    """It goes to the Linkage path with its codes, in the officer's session, in either style."""
    settings = settings_with(services=[DRAFT], call_styles={"agency.draft": "post_form"})
    request = asked(settings, ask("agency.draft", {"CitizenID": person}))
    assert request.url.endswith("/ws/dopa/linkage/v1/link")
    assert dict(request.query)["OfficeID"] == "00103"
    assert request.method == "POST"
    assert request.auth is not None
    assert request.auth.key[-1] == officer
    service = settings.catalogue()[-1]
    assert (service.family, service.asked_as, service.style) == (
        Family.LINKAGE,
        AskedAs.OFFICER,
        CallStyle.POST_FORM,
    )


def test_declared_dates_in_a_common_era_timestamp(
    ask: Ask, person: str, answer: Callable[..., Response]
) -> None:
    """The third shape of the gateway's dates; one that cannot be read stays a text."""
    declared = {**DRAFT, "answer": "record", "members": [{"name": "at", "date": "ce_timestamp"}]}
    for text, expected in (
        ("2024-02-29T08:00:00", {"at": PartialDate(year=2024, month=2, day=29)}),
        ("2024-02-29", {"at": PartialDate(year=2024, month=2, day=29)}),
        ("2567-02-29T08:00:00", {}),
        ("29/02/2024", {}),
        ("", {}),
    ):
        flow = GdxFlows(settings=settings_with(services=[declared])).look_up(
            ask("agency.draft", {"CitizenID": person}), context=CONTEXT
        )
        next(flow)
        with pytest.raises(StopIteration) as stop:
            flow.send(answer(200, {"at": text}))
        assert (stop.value.value.fields, stop.value.value.dates) == ({"at": text}, expected)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "dopa.laser_code"},
        {"name": "no_dot"},
        {"path": "https://elsewhere.invalid/ws/a"},
        {"path": "ws/../admin"},
        {"path": "ws//a"},
        {"path": "ws/a?b=c"},
        {"path": "ws/{gateway}"},
        {"path": "other/a"},
        {"path": None},
        {"linkage": "00103/001/01"},
        {"keys": []},
        {"keys": [{"name": "A"}, {"name": "A"}]},
        {"keys": [{"name": "A", "check": "anything"}]},
        {"keys": [{"name": "A=1&B"}]},
        {"answer": "xml"},
        {"answer": "record", "rows_in": None, "members": []},
        {"answer": "record"},
        {"name": "moe.student"},
        {"name": "payment.create"},
        {"name": "auth.validate"},
        {"purpose_headers": {}},
        {"purpose_headers": {"purpose": "X Purpose"}},
        {"purpose_headers": {"purpose": "Token"}},
        {"purpose_headers": {"purpose": "X-Why", "case_reference": "x-why"}},
        {"purpose_headers": {"officer": "X-Officer", "codes": {"a": "b"}}},
        {"asked_as": "nobody"},
        {"stranger": 1},
        {"members": [{"name": "A", "date": "iso"}]},
    ],
)
def test_declaration_of_another_form_is_refused(change: Mapping[str, object]) -> None:
    """A host, a way out of the path, an unknown check or answer is a configuration error, with its place."""
    with pytest.raises(ConfigError) as caught:
        settings_with(services=[{**SCHOOLS, **change}])
    assert caught.value.problems[0].pointer.startswith("/services/0")


@pytest.mark.parametrize(
    "values",
    [
        {"services": [SCHOOLS, SCHOOLS]},
        {"call_styles": {"dopa.laser_code": "post_form"}},
        {"call_styles": {"dopa.linkage_person": "put"}},
        {"linkage_codes": {"dbd.certificate": "00023/001/01"}},
        {"linkage_codes": {"dopa.linkage_person": "23/1/1"}},
        {"ikno_opens": "none"},
        {"ikno_calls_per_day": 0},
    ],
)
def test_settings_that_contradict_are_refused(values: Mapping[str, object]) -> None:
    """Two services of one name, a style for a service without one, half of the hours."""
    with pytest.raises(ConfigError):
        settings_with(**values)


FILE = """
[platforms.gdx]
environment = "production"
consumer_key = "env:GDX_KEY"
consumer_secret = "env:GDX_SECRET"
agent_id = "tests"
ikno_opens = 09:00:00
ikno_closes = "16:30"
holidays = [2026-12-10]
call_styles = { "dopa.linkage_person" = "post_form" }

[[platforms.gdx.services]]
name = "agency.schools"
path = "ws/agency/registry/v1/school"
keys = [{ name = "SchoolID" }, { name = "Year", check = "be_year", required = false }]
answer = "rows"
rows_in = "Items"
members = [{ name = "SchoolID", width = 10 }, { name = "Opened", date = "be_slashed" }]
style = "post_form"
purpose_headers = { purpose = "X-Purpose", officer = "X-Officer", codes = { "เทียบวุฒิ" = "equivalence" } }
"""


def test_all_of_it_from_a_file(tmp_path: Path) -> None:
    """What the README shows is what a configuration file takes."""
    path = tmp_path / "govlink.toml"
    path.write_text(FILE, "utf-8")
    config = load_config(path, environ={"GDX_KEY": "k", "GDX_SECRET": "s"})
    settings = GdxSettings.from_values(config.platforms["gdx"], platform="gdx")
    declared = settings.catalogue()[-1]
    assert (declared.name, declared.style) == ("agency.schools", CallStyle.POST_FORM)
    assert declared.purpose_headers is not None
    assert declared.purpose_headers.codes == {"เทียบวุฒิ": "equivalence"}
    assert (settings.ikno_opens, settings.ikno_closes) == (time(9), time(16, 30))
    assert settings.holidays == frozenset({date(2026, 12, 10)})
    assert settings.call_styles == {"dopa.linkage_person": CallStyle.POST_FORM}


def test_catalogue_without_settings_is_govlinks() -> None:
    """Nothing is overridden unless it is set."""
    assert settings_with().catalogue() == SERVICES
