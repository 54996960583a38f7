"""Reading the modelled interface's answers: strict about form, silent about persons."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import (
    AuthError,
    ConflictError,
    GovlinkError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from govlink.flow import Page, Response
from govlink.models.petition import Channel, FiledDocument, FiledPetition
from govlink_eocs.parse import is_reference, parse_done, parse_moment, parse_page

PETITION: dict[str, object] = {
    "reference": "EQ-2569-000001",
    "service": "EQ_FOREIGN",
    "channel": "counter",
    "filed_at": "2026-07-01T09:30:00+07:00",
    "form": {"first_name": "สมมุติ", "country": "NZ"},
    "documents": [{"kind": "transcript", "file_name": "ใบแสดงผล.pdf", "sha256": "ab" * 32}],
}


def answer(content: object, status: int = 200) -> Response:
    """An answer of E-OCS, or raw bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status=status, body=body)


def page(response: Response) -> Page[FiledPetition]:
    """The page in an answer."""
    return parse_page(response, operation="petitions.pull")


def with_changes(**changes: object) -> dict[str, object]:
    """A page of one good petition and one with members changed."""
    return {"items": [PETITION, {**PETITION, **changes}], "next_cursor": None}


def test_a_page_is_read_whole() -> None:
    """Every member arrives, moments in UTC."""
    read = page(answer({"items": [PETITION], "next_cursor": "c1"}))
    assert read == Page(
        items=(
            FiledPetition(
                reference="EQ-2569-000001",
                service="EQ_FOREIGN",
                channel=Channel.COUNTER,
                filed_at=datetime(2026, 7, 1, 2, 30, tzinfo=UTC),
                form={"first_name": "สมมุติ", "country": "NZ"},
                documents=(FiledDocument(kind="transcript", file_name="ใบแสดงผล.pdf", sha256_hex="ab" * 32),),
            ),
        ),
        cursor="c1",
    )


def test_optional_members_have_their_described_defaults() -> None:
    """Without channel and documents a petition was filed in E-OCS with no papers."""
    bare = {k: v for k, v in PETITION.items() if k not in {"channel", "documents"}}
    (petition,) = page(answer({"items": [{**bare, "new_member": 1}], "next_cursor": None})).items
    assert (petition.channel, petition.documents) == (Channel.E_OCS, ())


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reference": None}, "/items/1/reference"),
        ({"reference": "../x"}, "/items/1/reference"),
        ({"reference": "x" * 65}, "/items/1/reference"),
        ({"service": ""}, "/items/1/service"),
        ({"channel": "fax"}, "/items/1/channel"),
        ({"channel": ["e_ocs"]}, "/items/1/channel"),
        ({"filed_at": "2026-07-01T09:30:00"}, "/items/1/filed_at"),
        ({"filed_at": "2026-02-30T09:30:00Z"}, "/items/1/filed_at"),
        ({"filed_at": 1751337000}, "/items/1/filed_at"),
        ({"form": None}, "/items/1/form"),
        ({"form": {"age": 17}}, "/items/1/form"),
        ({"documents": {}}, "/items/1/documents"),
        ({"documents": ["a"]}, "/items/1/documents/0"),
        (
            {"documents": [{"kind": "t", "file_name": "", "sha256": "ab" * 32}]},
            "/items/1/documents/0/file_name",
        ),
        (
            {"documents": [{"kind": "t", "file_name": "f", "sha256": "AB" * 32}]},
            "/items/1/documents/0/sha256",
        ),
    ],
)
def test_a_malformed_petition_is_named_by_its_place(changes: dict[str, object], pointer: str) -> None:
    """One bad member makes the page unusable and says exactly where."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        page(answer(with_changes(**changes)))
    assert [p.pointer for p in caught.value.problems] == [pointer]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        ({"next_cursor": None}, "/items"),
        ({"items": {}, "next_cursor": None}, "/items"),
        ({"items": []}, "/next_cursor"),
        ({"items": [], "next_cursor": ""}, "/next_cursor"),
        ({"items": [], "next_cursor": 2}, "/next_cursor"),
        ({"items": ["x"], "next_cursor": None}, "/items/0"),
    ],
)
def test_a_malformed_page_is_never_taken_for_the_last(content: object, pointer: str) -> None:
    """A page without its cursor would end the walk silently, so it is an error."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        page(answer(content))
    assert [p.pointer for p in caught.value.problems] == [pointer]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"items":[', b"[]", b'{"x":"\\ud800"}', b'{"items":[],"items":[]}']
)
def test_what_is_no_json_object_is_unexpected(body: bytes) -> None:
    """A firewall's page or a truncated body is not an empty page."""
    with pytest.raises(UnexpectedAnswerError):
        page(answer(body))


def test_an_error_never_shows_what_was_filed() -> None:
    """The error of a malformed petition holds places, not people."""
    secret = "สมมุติ-ลับ"
    with pytest.raises(UnexpectedAnswerError) as caught:
        page(answer(with_changes(reference="\x01" + secret, form={secret: 1})))
    assert secret not in caught.value.explain("th") + str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthError),
        (403, AuthError),
        (404, NotFoundError),
        (409, ConflictError),
        (429, QuotaError),
        (500, UnavailableError),
        (503, UnavailableError),
        (302, UnexpectedAnswerError),
    ],
)
def test_statuses_mean_what_http_says(status: int, error: type[GovlinkError]) -> None:
    """Without a readable problem document the status still decides."""
    with pytest.raises(error):
        page(answer({"type": "about:blank", "title": "x", "status": status}, status))


def test_a_problem_document_points_at_what_was_refused() -> None:
    """Pointers and reasons arrive as problems; texts and odd entries do not."""
    errors = [
        {"pointer": "/references/1", "reason": "unknown-reference"},
        {"pointer": "/references/2", "reason": "นายสมมุติ"},
        {"pointer": "/สมมุติ", "reason": "unknown-reference"},
        {"pointer": 3},
        "x",
    ]
    content = {"type": "urn:x", "title": "สมมุติ", "status": 422, "detail": "สมมุติ", "errors": errors}
    with pytest.raises(RejectedError) as caught:
        page(answer(content, 422))
    assert [p.pointer for p in caught.value.problems] == ["/references/1"]
    assert "สมมุติ" not in caught.value.explain("th")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"errors":7}'])
def test_a_refusal_without_a_readable_document_is_still_a_refusal(body: bytes) -> None:
    """400 means refused whatever the body is."""
    with pytest.raises(RejectedError) as caught:
        page(answer(body, 400))
    assert caught.value.problems == ()


def test_an_answer_must_be_the_answer_to_this_call() -> None:
    """A receipt that repeats something else belongs to another call."""
    parse_done(answer({"acknowledged": 2}), member="acknowledged", expected=2, operation="x")
    for content in ({"acknowledged": 1}, {}):
        with pytest.raises(UnexpectedAnswerError) as caught:
            parse_done(answer(content), member="acknowledged", expected=2, operation="x")
        assert [p.pointer for p in caught.value.problems] == ["/acknowledged"]


@pytest.mark.parametrize(
    "text",
    ["2026-07-01T09:30:00Z", "2026-07-01t09:30:00.5z", "2026-07-01T09:30:00.123456789-05:00"],
)
def test_rfc_3339_moments_are_read(text: str) -> None:
    """Every form RFC 3339 allows gives an aware moment."""
    moment = parse_moment(text)
    assert moment is not None
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01",
        "2026-07-01T09:30Z",
        "2026-W27-1T00:00:00Z",
        "20260701T093000Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_other_forms_of_a_moment_are_not(text: str) -> None:
    """ISO 8601 has many forms; the interface has one."""
    assert parse_moment(text) is None


@given(moment=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants it naive
def test_a_written_moment_is_read_back(moment: datetime) -> None:
    """Nothing of a moment is lost on the wire."""
    assert parse_moment(moment.isoformat()) == moment


@given(text=st.text(max_size=70))
def test_a_reference_can_always_be_sent(text: str) -> None:
    """Whatever is accepted as a reference encodes as UTF-8 and is no dot segment."""
    if is_reference(text):
        assert 1 <= len(text.encode().decode()) <= 64
        assert text not in {".", ".."}


MEMBERS = ["items", "next_cursor", *PETITION, "sha256", "kind", "file_name"]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(["e_ocs", "2026-07-01T00:00:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS), inner),
    max_leaves=15,
)


@given(content=JSON, items=st.lists(JSON, max_size=2), status=st.sampled_from([200, 400, 422]))
def test_no_answer_breaks_the_parser(content: object, items: list[object], status: int) -> None:
    """Any JSON gives a page or one of our errors, never another exception."""
    for candidate in (content, {"items": items, "next_cursor": None}, with_changes(form=content)):
        try:
            read = page(answer(candidate, status))
        except GovlinkError:
            continue
        assert all(p.filed_at.utcoffset() is not None and is_reference(p.reference) for p in read.items)
