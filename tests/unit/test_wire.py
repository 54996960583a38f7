"""Reading answers: nothing is believed before it parsed, and whatever comes is a typed error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink import errors
from govlink.errors import GovlinkError, QuotaError, UnexpectedAnswerError
from govlink.flow import Response
from govlink.wire import (
    field_ci,
    json_body,
    parse_json,
    parse_json_object,
    raise_for_status,
    retry_after_s,
    text_field,
)


def parse(body: bytes) -> object:
    """The body read as an answer's."""
    return parse_json(Response(status=200, body=body), platform="gdx", operation="op")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "wire.empty_answer"),
        (b" \r\n\t", "wire.empty_answer"),
        (b"<!doctype html><title>CANARY</title>", "wire.html_answer"),
        (b"\n  <?xml version='1.0'?><CANARY/>", "wire.html_answer"),
        (b'{"name": "CANARY', "wire.not_json"),
        (b'{"name": "CANARY"} trailing', "wire.not_json"),
        (b'{"a": 1, "a": 2}', "wire.not_json"),
        (b'{"x": {"a": 1, "a": 1}}', "wire.not_json"),
        ('{"name": "สมชาย"}'.encode("cp874"), "wire.not_json"),
        ('{"name": "สมชาย"}'.encode("utf-16"), "wire.not_json"),
        (b'{"a": NaN}', "wire.not_json"),
        (b'{"a": -Infinity}', "wire.not_json"),
        (b'{"a": "\\ud800"}', "wire.not_json"),
        (b'{"a": ' + b"9" * 5000 + b"}", "wire.not_json"),
        (b"[" * 100_000, "wire.not_json"),
    ],
)
def test_what_is_not_this_platforms_json(body: bytes, code: str) -> None:
    """Firewalls, truncation, wrong charsets, duplicates and traps all end in one class of error."""
    with pytest.raises(UnexpectedAnswerError) as caught:
        parse(body)
    assert caught.value.code == code
    assert "CANARY" not in caught.value.explain()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_whole_json_is_read() -> None:
    """Thai text and paired surrogates come through."""
    assert parse('{"ชื่อ": "สมชาย", "x": [1, null]}'.encode()) == {"ชื่อ": "สมชาย", "x": [1, None]}
    assert parse(b'"\\ud83d\\ude00"') == "\U0001f600"


@given(body=st.binary(max_size=200), status=st.integers(100, 999))
def test_arbitrary_bytes_never_raise_an_untyped_error(body: bytes, status: int) -> None:
    """Whatever arrives under whatever status, the caller has one family to catch."""
    response = Response(status=status, body=body)
    for read in (raise_for_status, parse_json, parse_json_object):
        try:
            read(response, platform="gdx", operation="op")
        except GovlinkError as error:
            assert error.platform == "gdx"  # noqa: PT017 - most bytes fail, some may pass


@given(
    content=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.integers() | st.text(st.characters(codec="utf-8")),
    )
)
def test_what_is_written_is_read_back(content: dict[str, object]) -> None:
    """``json_body`` and ``parse_json_object`` are each other's reverse."""
    body = json_body(content)
    assert parse_json_object(Response(status=200, body=body), platform="p", operation="o") == content


@given(text=st.text())
def test_json_written_by_others_is_read_or_refused(text: str) -> None:
    """Any JSON string is read as it is, except one with half a surrogate pair."""
    body = json.dumps(text).encode()
    try:
        assert parse(body) == text
    except UnexpectedAnswerError:
        assert any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def test_thai_goes_out_unescaped() -> None:
    """Real characters in UTF-8, no blanks, in the order given."""
    assert json_body({"b": "ก", "a": 1}) == '{"b":"ก","a":1}'.encode()


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"true"])
def test_an_envelope_is_an_object(body: bytes) -> None:
    """Any other JSON is not an envelope."""
    with pytest.raises(UnexpectedAnswerError, match=r"wire\.wrong_envelope"):
        parse_json_object(Response(status=200, body=body), platform="p", operation="o")


def test_fields_are_found_without_case() -> None:
    """Platforms vary the case of names; the exact spelling wins."""
    assert field_ci({"RESULT": 1}, "Result") == 1
    assert field_ci({"result": 2, "Result": 1}, "Result") == 1
    assert field_ci({}, "Result") is None


@pytest.mark.parametrize("value", [None, "", 5, ["x"], {"a": "b"}])
def test_a_text_field_is_text_and_not_empty(value: object) -> None:
    """A token that is a number or empty is no token."""
    response = Response(status=200)
    with pytest.raises(UnexpectedAnswerError, match="lacks Result"):
        text_field({"result": value}, "Result", response=response, platform="p", operation="o")
    assert text_field({"result": "t"}, "Result", response=response, platform="p", operation="o") == "t"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, errors.NotFoundError),
        (206, errors.UnexpectedAnswerError),
        (301, errors.UnexpectedAnswerError),
        (302, errors.UnexpectedAnswerError),
        (400, errors.RejectedError),
        (401, errors.AuthError),
        (403, errors.AuthError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (413, errors.RejectedError),
        (418, errors.UnexpectedAnswerError),
        (422, errors.RejectedError),
        (429, errors.QuotaError),
        (500, errors.UnavailableError),
        (503, errors.UnavailableError),
    ],
)
def test_statuses_mean_what_http_says(status: int, kind: type[GovlinkError]) -> None:
    """The class says what the caller does next; platform and operation are told."""
    with pytest.raises(kind) as caught:
        raise_for_status(Response(status=status), platform="gdx", operation="op")
    assert type(caught.value) is kind
    assert (caught.value.platform, caught.value.operation) == ("gdx", "op")


@pytest.mark.parametrize("status", [200, 201, 202, 203])
def test_successes_pass(status: int) -> None:
    """Nothing is raised."""
    raise_for_status(Response(status=status), platform="gdx", operation="op")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("-1", None),
        ("1.5", None),
        ("๗", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_retry_after_in_seconds(text: str, seconds: float | None) -> None:
    """Only HTTP's own seconds form is read, and a quota error carries it."""
    response = Response(status=429, headers=(("retry-after", text),))
    assert retry_after_s(response) == seconds
    with pytest.raises(QuotaError) as caught:
        raise_for_status(response, platform="p", operation="o")
    assert caught.value.retry_after_s == seconds
