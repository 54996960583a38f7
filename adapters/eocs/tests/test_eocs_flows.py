"""What E-OCS's flows send, driven by hand."""

import json
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

import pytest

from govlink.errors import ConfigError, RejectedError, UnexpectedAnswerError
from govlink.flow import Context, Effect, Flow, Page, Request, Response
from govlink.interfaces import Capabilities
from govlink.models.mark import Mark
from govlink.models.petition import StateReport
from govlink_eocs import adapter
from govlink_eocs.flows import EocsIntake
from govlink_eocs.settings import ENDPOINTS, EocsSettings

T = TypeVar("T")

CONTEXT = Context(entropy=b"0" * 32)
TOKEN = "not-a-real-token"
VALUES: dict[str, object] = {
    "environment": "sandbox",
    "sandbox_url": "http://127.0.0.1:1",
    "access_token": TOKEN,
}
REPORT = StateReport(
    reference="EQ-2569-000001",
    state="REVIEW",
    note_th="อยู่ระหว่างพิจารณา",
    at=datetime(2026, 7, 2, 8, 0, tzinfo=timezone(timedelta(hours=7))),
    report_id="r-1",
)
EMPTY_PAGE = {"items": [], "next_cursor": None}


def intake(**extra: object) -> EocsIntake:
    """The capability with settings changed."""
    return EocsIntake(settings=EocsSettings.from_values({**VALUES, **extra}, platform="eocs"))


def pull(
    *, since: datetime | None = None, cursor: str | None = None, **extra: object
) -> Flow[Page[object]] | Generator[Request, Response, object]:
    """A pull with settings changed."""
    return intake(**extra).pull(since=since, cursor=cursor, context=CONTEXT)


def answer(content: object) -> Response:
    """A good answer."""
    return Response(status=200, body=json.dumps(content).encode())


def body(request: Request) -> dict[str, object]:
    """The JSON a request sends."""
    assert isinstance(request.body, bytes)
    content: dict[str, object] = json.loads(request.body)
    return content


def test_a_pull_is_a_read_with_a_bearer_token() -> None:
    """The token goes in a header, the page size in the query, and the call may be repeated."""
    request = next(pull())
    assert (request.method, request.url) == ("GET", "http://127.0.0.1:1/eocs/v1/petitions")
    assert request.effect is Effect.READ
    assert request.query == (("limit", "100"),)
    assert ("Authorization", f"Bearer {TOKEN}") in request.headers
    assert request.auth is None


def test_since_goes_out_in_utc_with_the_cursor() -> None:
    """A local moment is the same moment on the wire, and a cursor keeps its since."""
    since = datetime(2026, 7, 1, 7, 0, tzinfo=timezone(timedelta(hours=7)))
    request = next(pull(since=since, cursor="c/+=", page_size=2, include_acknowledged=True))
    assert dict(request.query) == {
        "limit": "2",
        "since": "2026-07-01T00:00:00Z",
        "cursor": "c/+=",
        "include_acknowledged": "true",
    }


def test_a_moment_without_a_zone_is_not_guessed() -> None:
    """Bangkok or UTC is seven hours' difference, so a naive moment is refused."""
    naive = datetime(2026, 7, 1)  # noqa: DTZ001 - the mistake under test
    with pytest.raises(RejectedError) as pulled:
        next(pull(since=naive))
    with pytest.raises(RejectedError) as told:
        next(intake().report_state(replace(REPORT, at=naive), context=CONTEXT))
    assert [p.pointer for p in pulled.value.problems] == ["/since"]
    assert [p.pointer for p in told.value.problems] == ["/at"]


def test_a_pull_ends_in_its_page() -> None:
    """The answer's page is the flow's value."""
    flow = pull()
    next(flow)
    with pytest.raises(StopIteration) as stop:
        flow.send(answer(EMPTY_PAGE))
    assert stop.value.value == Page(items=(), cursor=None)


def test_acknowledging_nothing_sends_nothing() -> None:
    """An empty tuple is done before it begins."""
    assert list(intake().acknowledge((), context=CONTEXT)) == []


def test_acknowledgements_are_distinct_and_split() -> None:
    """Each reference is sent once, in order, in calls of the size set."""
    flow = intake(acknowledge_batch=2).acknowledge(("a", "b", "a", "c"), context=CONTEXT)
    first = next(flow)
    second = flow.send(answer({"acknowledged": 2}))
    with pytest.raises(StopIteration):
        flow.send(answer({"acknowledged": 1}))
    assert [body(first), body(second)] == [{"references": ["a", "b"]}, {"references": ["c"]}]
    assert first.url == "http://127.0.0.1:1/eocs/v1/petitions/acknowledgements"
    assert {first.effect, second.effect} == {Effect.IDEMPOTENT}


def test_an_acknowledgement_of_another_number_is_unexpected() -> None:
    """A server that took only some of them must not pass for one that took all."""
    flow = intake().acknowledge(("a", "b"), context=CONTEXT)
    next(flow)
    with pytest.raises(UnexpectedAnswerError):
        flow.send(answer({"acknowledged": 1}))


def test_a_bad_reference_stops_before_the_first_call() -> None:
    """Nothing of a batch is acknowledged when one of it cannot be."""
    flow = intake(acknowledge_batch=1).acknowledge(("a", "", "../b"), context=CONTEXT)
    with pytest.raises(RejectedError) as caught:
        next(flow)
    assert [p.pointer for p in caught.value.problems] == ["/references/1", "/references/2"]


def test_a_report_is_an_idempotent_put() -> None:
    """The report's id goes in the body and makes repeating it harmless."""
    request = next(intake().report_state(REPORT, context=CONTEXT))
    assert (request.method, request.effect) == ("PUT", Effect.IDEMPOTENT)
    assert request.url == "http://127.0.0.1:1/eocs/v1/petitions/EQ-2569-000001/state"
    assert body(request) == {
        "report_id": "r-1",
        "state": "REVIEW",
        "note_th": "อยู่ระหว่างพิจารณา",
        "at": "2026-07-02T01:00:00Z",
    }


@pytest.mark.parametrize(
    ("reference", "encoded"),
    [
        ("ทว 12/2569", "%E0%B8%97%E0%B8%A7%2012%2F2569"),
        ("a?b#c%2F", "a%3Fb%23c%252F"),
        ("a/../b", "a%2F..%2Fb"),
    ],
)
def test_a_reference_is_one_path_segment(reference: str, encoded: str) -> None:
    """No character of a reference changes where the call goes."""
    request = next(intake().report_state(replace(REPORT, reference=reference), context=CONTEXT))
    assert request.url == f"http://127.0.0.1:1/eocs/v1/petitions/{encoded}/state"


@pytest.mark.parametrize(
    ("name", "value"), [("reference", ""), ("reference", ".."), ("state", ""), ("report_id", "")]
)
def test_a_report_that_cannot_be_taken_is_not_sent(name: str, value: str) -> None:
    """What the interface excludes is refused here, by name."""
    with pytest.raises(RejectedError) as caught:
        next(intake().report_state(replace(REPORT, **{name: value}), context=CONTEXT))
    assert [p.pointer for p in caught.value.problems] == [f"/{name}"]


@pytest.mark.parametrize("environment", ["uat", "production"])
def test_no_url_is_invented(environment: str) -> None:
    """Nothing is published, so other environments work only with configured endpoints."""
    with pytest.raises(ConfigError) as caught:
        next(pull(environment=environment))
    assert caught.value.code == "config.url_unpublished"
    endpoints = {"petitions.pull": "https://eocs.example.go.th/api/v1/petitions"}
    request = next(pull(environment=environment, endpoints=endpoints))
    assert request.url == "https://eocs.example.go.th/api/v1/petitions"


def test_every_endpoint_says_it_is_modelled() -> None:
    """Nobody can take this interface for the platform's own."""
    assert {endpoint.mark for endpoint in ENDPOINTS} == {adapter.mark} == {Mark.MODELLED}
    assert all("modelled" in endpoint.source for endpoint in ENDPOINTS)


def test_flows_are_lazy_and_the_same_each_time() -> None:
    """Making a flow raises nothing, and equal calls make equal requests."""
    flow = intake(sandbox_url=None).report_state(REPORT, context=CONTEXT)
    with pytest.raises(ConfigError):
        next(flow)
    sent = [next(intake().report_state(REPORT, context=Context.system())) for _ in range(2)]
    assert (sent[0].url, sent[0].body) == (sent[1].url, sent[1].body)


def test_the_token_is_in_no_repr() -> None:
    """Settings, capability and request can be logged."""
    assert TOKEN not in repr(intake()) + repr(next(pull()))


@pytest.mark.parametrize(
    ("name", "value"), [("page_size", 0), ("page_size", 501), ("acknowledge_batch", 501)]
)
def test_sizes_stay_within_the_interface(name: str, value: int) -> None:
    """A size the server would refuse is refused when settings are read."""
    with pytest.raises(ConfigError) as caught:
        intake(**{name: value})
    assert [p.pointer for p in caught.value.problems] == [f"/{name}"]


def test_the_record_accounts_for_every_capability() -> None:
    """Each capability is provided or its absence explained, never both."""
    absent = [a.capability for a in adapter.absences if a.explanation]
    assert adapter.connect_from(VALUES).provided() == adapter.provides == {"intake", "reports"}
    assert sorted([*absent, *adapter.provides]) == sorted(Capabilities.__dataclass_fields__)


def test_utc_is_written_with_z() -> None:
    """Fractions of a second survive."""
    moment = datetime(2026, 7, 1, 0, 0, 0, 5, tzinfo=UTC)
    assert dict(next(pull(since=moment)).query)["since"] == "2026-07-01T00:00:00.000005Z"
