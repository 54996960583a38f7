"""Base64url, JSON and times: one spelling each."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import VerificationError
from govlink.exchange.encoding import (
    base64url,
    canonical_json,
    from_base64url,
    from_rfc3339,
    rfc3339,
    strict_json_object,
)

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def objects(inner: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """JSON objects of these values."""
    return st.dictionaries(st.text(), inner, max_size=5)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | objects(inner)
)


@given(content=st.binary())
def test_base64url_comes_back(content: bytes) -> None:
    """Without padding and in the URL-safe alphabet."""
    text = base64url(content)
    assert set(text) <= set(ALPHABET)
    assert from_base64url(text, what="x") == content


@given(text=st.text(ALPHABET + "=+/ \n.é", max_size=12))
def test_a_text_that_is_taken_is_the_only_spelling(text: str) -> None:
    """Whatever is taken would be written exactly so."""
    with suppress(VerificationError):
        assert base64url(from_base64url(text, what="x")) == text


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A A", "AAA\n", "+A", "_é", "AAAAA", "QUJ"])
def test_other_spellings_are_refused(text: str) -> None:
    """A lone character, stray bits, padding, blanks, the other alphabet."""
    with pytest.raises(VerificationError):
        from_base64url(text, what="x")


@given(content=objects(VALUES))
def test_canonical_json_comes_back(content: dict[str, object]) -> None:
    """And is taken as canonical."""
    assert strict_json_object(canonical_json(content), what="x", is_canonical=True) == content


def test_canonical_json_is_sorted_tight_and_thai() -> None:
    """So that two programs write the same bytes."""
    assert canonical_json({"ข": 1, "ก": "ำ", "a": [True, None]}) == '{"a":[true,null],"ก":"ำ","ข":1}'.encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"a":1,"a":1}', "exchange.member_repeated"),
        (b'{"a":{"b":1,"b":2}}', "exchange.member_repeated"),
        (b'{"a":1,"\\u0061":2}', "exchange.member_repeated"),
        (b"[]", "exchange.json_invalid"),
        (b"", "exchange.json_invalid"),
        (b'{"a":NaN}', "exchange.json_invalid"),
        (b'{"a":Infinity}', "exchange.json_invalid"),
        (b'{"a":"\\ud800"}', "exchange.json_invalid"),
        (b'{"a":"\xff"}', "exchange.json_invalid"),
        (b'\xef\xbb\xbf{"a":1}', "exchange.json_invalid"),
        (b'{"a":1} x', "exchange.json_invalid"),
        (b'{"a":' * 100_000, "exchange.json_invalid"),
        (b'{"a":' + b"9" * 5000 + b"}", "exchange.json_invalid"),
    ],
)
def test_other_json_is_refused(content: bytes, code: str) -> None:
    """Each under its own code, and none with an error of the parser."""
    with pytest.raises(VerificationError) as caught:
        strict_json_object(content, what="x")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "content", [b'{ "a":1}', b'{"b":1,"a":1}', b'{"a":"\\u0061"}', b'{"a":1.0e0}', b'{"a":1}\n']
)
def test_another_spelling_is_taken_only_where_allowed(content: bytes) -> None:
    """Files that people edit may be spelt freely; what is signed may not."""
    strict_json_object(content, what="x")
    with pytest.raises(VerificationError):
        strict_json_object(content, what="x", is_canonical=True)


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_a_time_comes_back(moment: datetime) -> None:
    """To the microsecond."""
    assert from_rfc3339(rfc3339(moment), what="x") == moment


def test_a_time_is_written_in_utc() -> None:
    """Whatever its zone; and one without a zone is not written at all."""
    bangkok = timezone(timedelta(hours=7))
    assert rfc3339(datetime(2026, 7, 1, 2, 0, tzinfo=bangkok)) == "2026-06-30T19:00:00Z"
    with pytest.raises(ValueError, match="zone"):
        rfc3339(datetime(2026, 7, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-01T09:00:00+00:00",
        "2026-07-01T09:00:00z",
        "2026-07-01 09:00:00Z",
        "2026-07-01T09:00Z",
        "2026-07-01T09:00:00.5Z",
        "2026-07-01T09:00:00.000000Z",
        "2026-02-30T09:00:00Z",
        "2026-07-01T24:00:00Z",
        "2026-07-01T09:00:60Z",
        "๒๐๒๖-07-01T09:00:00Z",
        "2026-07-01T09:00:00Z\n",
        "",
        1,
        None,
    ],
)
def test_other_times_are_refused(text: object) -> None:
    """Other zones, fractions, digits, and moments that never were."""
    with pytest.raises(VerificationError) as caught:
        from_rfc3339(text, what="x")
    assert caught.value.code == "exchange.time_invalid"
