"""Parameters are read strictly: encoding, names, number, sizes, media types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.exchange.provider import Answer, Caller, Limits, Method

from .serving import CITIZEN, THAI_NAME, application, call, service
from .test_provider_application import code

FORM = (("content-type", "application/x-www-form-urlencoded"),)
JSON = (("content-type", "application/json; charset=UTF-8"),)
NAME = quote(THAI_NAME)


def echoing(seen: list[Mapping[str, str]], **changes: Any) -> Any:
    """An application whose registry keeps what it was asked."""

    async def handler(values: Mapping[str, str], _caller: Caller) -> Answer | None:
        seen.append(dict(values))
        return {"Graduated": True}

    return application(service(handler, **changes), limits=Limits(url_bytes=400, body_bytes=600, body_s=0.2))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        (f"CitizenID={CITIZEN}&Name={NAME}", THAI_NAME),
        (f"CitizenID={CITIZEN}&Name={NAME.replace('%20', '+')}", THAI_NAME),
        (f"CitizenID={CITIZEN}&Name={NAME.lower()}", THAI_NAME),
        ("CitizenID=1-9990-00000-01-7&Name=%2B%26%3D", "+&="),
        (f"CitizenID={CITIZEN}&Name=", None),
        (f"CitizenID={CITIZEN}", None),
    ],
)
def test_percent_encoded_thai_arrives_whole(query: str, name: str | None) -> None:
    """Blanks in both spellings, checked values in their clean form, an empty optional one left out."""
    seen: list[Mapping[str, str]] = []
    assert call(echoing(seen), query=query.encode()).status == 200
    assert seen == [{"CitizenID": CITIZEN} | ({} if name is None else {"Name": name})]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (b"", "parameter_missing"),
        (b"Name=x", "parameter_missing"),
        (b"CitizenID=", "parameter_missing"),
        (b"CitizenID=1999000000018", "parameter_wrong"),
        (f"CitizenID={CITIZEN}&Name=a%00b".encode(), "parameter_wrong"),
        (f"CitizenID={CITIZEN}&Name=a%0D%0Ab".encode(), "parameter_wrong"),
        (f"CitizenID={CITIZEN}&Name={'x' * 201}".encode(), "parameter_wrong"),
        (f"CitizenID={CITIZEN}&citizenid={CITIZEN}".encode(), "parameter_unknown"),
        (f"CitizenID={CITIZEN}&Admin=1".encode(), "parameter_unknown"),
        (f"CitizenID={CITIZEN}&CitizenID={CITIZEN}".encode(), "parameter_twice"),
        (f"CitizenID={CITIZEN}&%43itizenID={CITIZEN}".encode(), "parameter_twice"),
        (f"CitizenID={CITIZEN}&Name={THAI_NAME}".encode(), "unreadable"),
        (f"CitizenID={CITIZEN}&Name=%E0%B8".encode(), "unreadable"),
        (f"CitizenID={CITIZEN}&Name=%zz".encode(), "unreadable"),
        (f"CitizenID={CITIZEN}&Name".encode(), "unreadable"),
        ("&".join(["a=1"] * 65).encode(), "unreadable"),
    ],
)
def test_a_wrong_query_is_400(query: bytes, reason: str) -> None:
    """Nothing is guessed, and the registry is not asked."""
    seen: list[Mapping[str, str]] = []
    got = call(echoing(seen), query=query)
    assert (got.status, code(got.json), seen) == (400, reason, [])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (urlencode({"CitizenID": CITIZEN, "Name": THAI_NAME}).encode(), FORM),
        (f'{{"CitizenID": "{CITIZEN}", "Name": "{THAI_NAME}"}}'.encode(), JSON),
        (f'{{"CitizenID": "{CITIZEN}", "Name": "{THAI_NAME}"}}'.encode().replace(b"C", b"\\u0043", 1), JSON),
    ],
)
def test_a_body_is_a_form_or_a_json_object(body: bytes, headers: Any) -> None:
    """With POST nothing personal stands in the URL."""
    seen: list[Mapping[str, str]] = []
    app = echoing(seen, method=Method.POST)
    assert call(app, method="POST", body=body, extra=headers).status == 200
    assert seen == [{"CitizenID": CITIZEN, "Name": THAI_NAME}]


OBJECT = f'{{"CitizenID": "{CITIZEN}"}}'.encode()


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        (OBJECT.replace(b'"1999000000017"', b"1999000000017"), JSON, 400, "unreadable"),
        (OBJECT[:-1] + b', "CitizenID": "1"}', JSON, 400, "unreadable"),
        (OBJECT[:-1] + b', "Name": null}', JSON, 400, "unreadable"),
        (OBJECT[:-1] + b', "Name": "\\ud800"}', JSON, 400, "unreadable"),
        (b"[" * 500, JSON, 400, "unreadable"),
        (b'{"CitizenID": "\xff"}', JSON, 400, "unreadable"),
        (b"", JSON, 400, "unreadable"),
        (b"", FORM, 400, "parameter_missing"),
        (b"", (), 400, "parameter_missing"),
        (b"{}", JSON, 400, "parameter_missing"),
        (OBJECT[:-1] + b', "Admin": "1"}', JSON, 400, "parameter_unknown"),
        (OBJECT + b" " * 600, JSON, 413, "body_large"),
        (OBJECT, (("content-type", "text/plain"),), 415, "media_type"),
        (OBJECT, (("content-type", "application/json; charset=tis-620"),), 415, "media_type"),
        (OBJECT, (*JSON, ("content-encoding", "gzip")), 415, "media_type"),
        (OBJECT, (), 415, "media_type"),
    ],
)
def test_a_wrong_body_is_refused(body: bytes, headers: Any, status: int, reason: str) -> None:
    """Numbers lose zeros, two members of one name are two truths, large and strange bodies are not read."""
    got = call(echoing([], method=Method.POST), method="POST", body=body, extra=headers)
    assert (got.status, code(got.json)) == (status, reason)


def test_a_body_may_come_in_pieces_but_not_too_many() -> None:
    """The limit holds while reading, whatever length was announced."""
    pieces = tuple({"type": "http.request", "body": OBJECT[i : i + 5], "more_body": True} for i in (0, 5))
    rest = {"type": "http.request", "body": OBJECT[10:], "more_body": False}
    app = echoing([], method=Method.POST)
    assert call(app, method="POST", body=(*pieces, rest), extra=JSON).status == 200
    endless = tuple({"type": "http.request", "body": b"x" * 100, "more_body": True} for _ in range(100))
    assert call(app, method="POST", body=endless, extra=JSON).status == 413


def test_a_body_that_never_comes_is_not_waited_for() -> None:
    """Cut off by the caller, or trickling."""
    app = echoing([], method=Method.POST)
    part = {"type": "http.request", "body": b"{", "more_body": True}
    slow = call(app, method="POST", body=(part,), extra=JSON)
    assert (slow.status, code(slow.json)) == (408, "body_slow")
    cut = call(app, method="POST", body=(part, {"type": "http.disconnect"}), extra=JSON)
    assert (cut.status, code(cut.json)) == (400, "body_cut")


def test_get_takes_no_body_and_post_no_query() -> None:
    """Parameters in the wrong place are unknown, not merged."""
    query = {"CitizenID": CITIZEN}
    assert code(call(echoing([]), query=query, body=b"x").json) == "parameter_unknown"
    posted = call(echoing([], method=Method.POST), method="POST", query=query, body=OBJECT, extra=JSON)
    assert code(posted.json) == "parameter_unknown"


def test_a_long_url_is_414_before_anything_is_asked() -> None:
    """Path and query count together; a stranger's too."""
    seen: list[Mapping[str, str]] = []
    got = call(echoing(seen), query=b"Name=" + b"x" * 400, caller=None)
    assert (got.status, code(got.json), seen) == (414, "url_long", [])


@settings(max_examples=200, deadline=None)
@given(query=st.binary(max_size=60), is_posted=st.booleans(), media=st.sampled_from([FORM, JSON]))
def test_no_bytes_break_the_reading(query: bytes, is_posted: bool, media: Any) -> None:
    """Any bytes are a 400: no parameter they name can be the right one."""
    seen: list[Mapping[str, str]] = []
    if is_posted:
        got = call(echoing(seen, method=Method.POST), method="POST", body=query, extra=media)
    else:
        got = call(echoing(seen), query=query)
    assert (got.status, seen) == (400, [])


@settings(max_examples=100, deadline=None)
@given(name=st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cc", "Cs"]), max_size=40))
def test_any_text_round_trips(name: str) -> None:
    """What is encoded as the gateway's clients should arrives as it was, by URL, form and JSON."""
    seen: list[Mapping[str, str]] = []
    values = {"CitizenID": CITIZEN, "Name": name}
    limits = Limits()

    async def handler(found: Mapping[str, str], _caller: Caller) -> Answer | None:
        seen.append(dict(found))
        return None

    get = application(service(handler), limits=limits)
    post = application(service(handler, method=Method.POST), limits=limits)
    assert call(get, query=values).status == 204
    assert call(post, method="POST", body=urlencode(values).encode(), extra=FORM).status == 204
    expected = values if name else {"CitizenID": CITIZEN}
    assert seen == [expected] * 2
