"""SRAT: petitions pulled by day, read whole, and acknowledged by nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from govlink.errors import ConfigError, NotFoundError, RejectedError, UnexpectedAnswerError
from govlink.flow import Effect, Response
from govlink.models.petition import Channel
from govlink_gdx.settings import GdxSettings
from govlink_gdx.srat import SratIntake
from govlink_gdx.srat_parse import flattened

from .examples_gdx_more import application
from .service_box import CONTEXT, Box, answer, boxed, play

SINCE = datetime(2025, 1, 1, 7, tzinfo=timezone(timedelta(hours=7)))


def intake(settings: GdxSettings, **extra: object) -> SratIntake:
    """The intake under more settings."""
    values = {**settings.model_dump(), "srat_service_no": "S-1", **extra}
    return SratIntake(settings=GdxSettings.model_validate(values))


def results(*applications: object) -> Response:
    """An answer in the guide's form."""
    content = {"lastSyncDate": "2025-01-15T00:00:00Z", "status": "Completed", "results": list(applications)}
    return answer({**content, "message": None})


def test_the_request_is_the_documented_one(settings: GdxSettings) -> None:
    """The doubled segment as printed, the day in UTC, only reading."""
    request = next(intake(settings).pull(since=SINCE, cursor=None, context=CONTEXT))
    assert request.url == "https://api.egov.go.th/ws/ws/dga/srat/v1/application"
    assert request.effect is Effect.READ
    assert request.query == (
        ("serviceNo", "S-1"),
        ("fromDate", "2025-01-01T00:00:00.000Z"),
        ("onlySuccess", "false"),
    )
    changed = intake(settings, srat_only_success=True, environment="uat")
    uat = next(changed.pull(since=None, cursor=None, context=CONTEXT))
    assert uat.url == "https://api.egov.go.th/ws/ws/dga/srat/v1/test/application"
    assert uat.query == (("serviceNo", "S-1"), ("onlySuccess", "true"))
    moved = intake(settings, endpoints={"srat.application": "{gateway}/ws/dga/srat/v1/application"})
    assert "ws/ws" not in next(moved.pull(since=None, cursor=None, context=CONTEXT)).url


def test_a_petition_is_read_whole(settings: GdxSettings) -> None:
    """Every answer as text under its path; nulls are left out; attachments keep their FileId."""
    flow = intake(settings, srat_document_kinds={"สำเนาใบแสดงผลการเรียน": "TRANSCRIPT"})
    page, _ = play(flow.pull(since=None, cursor=None, context=CONTEXT), results(application(7)))
    (petition,) = page.items
    assert petition.reference == "63033298a6168d5f00000007"
    assert petition.filed_at == datetime(2025, 1, 1, 7, 39, 0, 119000, tzinfo=UTC)
    assert (petition.service, petition.channel) == ("S-1", Channel.SRAT)
    assert petition.form["ApplicationNo"] == "C680101007"
    assert petition.form["FormData.General.Area"] == "199"
    assert petition.form["FormData.General.Agreed"] == "true"
    assert "FormData.General.Nothing" not in petition.form
    assert petition.form["ApplicationAttachments[0].FileId"] == "62a15da470b8b30600000007"
    (paper,) = petition.documents
    assert (paper.kind, paper.file_name, paper.sha256_hex) == ("TRANSCRIPT", "สำเนาใบแสดงผลการเรียน", "")


def test_an_attachment_is_of_a_kind_that_names_nobody(settings: GdxSettings) -> None:
    """A DocName goes on behind its beginning, with a file's number or with a person."""
    flow = intake(settings, srat_document_kinds={"หนังสือมอบอำนาจ": "POWER_OF_ATTORNEY"})
    names = ("หนังสือมอบอำนาจ(ไฟล์ที่ 1)", "ใบรับรองแพทย์ (นาย สังเคราะห์)")
    one = {**application(1), "ApplicationAttachments": [{"DocName": name} for name in names]}
    page, _ = play(flow.pull(since=None, cursor=None, context=CONTEXT), results(one))
    assert [paper.kind for paper in page.items[0].documents] == ["POWER_OF_ATTORNEY", "OTHER"]
    assert "สังเคราะห์" not in repr(page)


def test_a_service_of_its_own_may_be_told(settings: GdxSettings) -> None:
    """The guide lists Service: where it is sent it counts before the number that was asked for."""
    flow = intake(settings)
    one = {**application(1), "Service": {"ServiceId": "S-9"}}
    page, _ = play(flow.pull(since=None, cursor=None, context=CONTEXT), results(one))
    assert page.items[0].service == "S-9"


def test_pages_are_made_here_oldest_first(settings: GdxSettings) -> None:
    """Each page asks again and goes on behind the cursor; none is lost and none comes twice."""
    flow = intake(settings, srat_page_size=2)
    everything = results(*(application(number) for number in (3, 1, 4, 0, 2)))
    seen, cursor = [], None
    while True:
        page, _ = play(flow.pull(since=None, cursor=cursor, context=CONTEXT), everything)
        seen += [petition.form["ApplicationNo"][-1] for petition in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("cursor", ["", "x", "WzFd", "eyJhIjogMX0=", "W251bGwsIG51bGxd"])
def test_a_strange_cursor_is_refused_unsent(settings: GdxSettings, cursor: str) -> None:
    """One of another adapter would silently skip petitions."""
    with pytest.raises(RejectedError):
        next(intake(settings).pull(since=None, cursor=cursor, context=CONTEXT))


def test_what_must_be_set_and_aware(settings: GdxSettings) -> None:
    """A service to ask for, and a moment that means one."""
    with pytest.raises(ConfigError, match="srat_service_no"):
        next(intake(settings, srat_service_no=None).pull(since=None, cursor=None, context=CONTEXT))
    with pytest.raises(RejectedError):
        next(intake(settings).pull(since=SINCE.replace(tzinfo=None), cursor=None, context=CONTEXT))


def test_no_matching_data_is_an_empty_page(settings: GdxSettings) -> None:
    """204 is the gateway's word for it; 404 may be a wrong address and is told."""
    pull = intake(settings).pull
    page, _ = play(pull(since=None, cursor=None, context=CONTEXT), Response(status=204))
    assert (page.items, page.cursor) == ((), None)
    with pytest.raises(NotFoundError):
        play(pull(since=None, cursor=None, context=CONTEXT), Response(status=404))


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"Id": None}, "/results/0/Id"),
        ({"Id": "x" * 65}, "/results/0/Id"),
        ({"SubmitDate": "yesterday"}, "/results/0/SubmitDate"),
        ({"SubmitDate": None}, "/results/0/SubmitDate"),
        ({"ApplicationAttachments": {}}, "/results/0/ApplicationAttachments"),
        ({"ApplicationAttachments": [{}]}, "/results/0/ApplicationAttachments/0/DocName"),
    ],
)
def test_a_malformed_petition_is_named_by_its_place(
    settings: GdxSettings, change: dict[str, object], pointer: str
) -> None:
    """And by nothing of its content."""
    flow = intake(settings).pull(since=None, cursor=None, context=CONTEXT)
    with pytest.raises(UnexpectedAnswerError) as caught:
        play(flow, results({**application(1), **change}))
    assert [problem.pointer for problem in caught.value.problems] == [pointer]


@pytest.mark.parametrize("content", [{}, {"results": None}, {"results": {}}, {"results": ["x"]}])
def test_an_answer_without_results_is_none(settings: GdxSettings, content: dict[str, object]) -> None:
    """Nothing to read is not the same as nothing filed."""
    flow = intake(settings).pull(since=None, cursor=None, context=CONTEXT)
    with pytest.raises(UnexpectedAnswerError):
        play(flow, answer(content))


def test_depth_has_an_end() -> None:
    """A form nested without end must not exhaust the stack."""
    deep: object = "x"
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(UnexpectedAnswerError):
        dict(flattened(deep))


def test_acknowledging_sends_nothing(settings: GdxSettings) -> None:
    """SRAT has no call that would take it."""
    assert play(intake(settings).acknowledge(("a",), context=CONTEXT)) == (None, [])


@pytest.fixture
def box() -> Iterator[Box]:
    """A running GDX."""
    with boxed() as running:
        yield running


def test_what_was_filed_in_the_box_is_pulled(box: Box) -> None:
    """By service and day; the same again replaces."""
    flow = SratIntake(settings=box.settings(srat_service_no="S-1"))
    empty = box.drive(flow.pull(since=None, cursor=None, context=box.context()))
    assert empty.items == ()
    rows = [{"service_no": "S-1", "application": application(n)} for n in (0, 30)]
    rows.append({"service_no": "S-2", "application": application(31)})
    box.control("srat", rows)
    box.control("srat", rows[:1])
    since = datetime(2025, 1, 2, tzinfo=UTC)
    everything = box.drive(flow.pull(since=None, cursor=None, context=box.context()))
    later = box.drive(flow.pull(since=since, cursor=None, context=box.context()))
    assert [p.form["ApplicationNo"] for p in everything.items] == ["C680101000", "C680101030"]
    assert [p.form["ApplicationNo"] for p in later.items] == ["C680101030"]
