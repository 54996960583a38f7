"""One evidence line: what is written is read back, and nothing else is read."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError, VerificationError
from govlink.exchange.entries import GENESIS, MAX_LINE_BYTES, make_entry, parse_entry

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(deadline=None)
@given(
    kind=st.from_regex(r"[a-z][a-z0-9_.-]{0,63}", fullmatch=True),
    data=st.dictionaries(texts, texts, max_size=4),
    at=st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]),
    ),
)
def test_what_is_written_is_read_back(kind: str, data: dict[str, str], at: datetime) -> None:
    """Any text, Thai and control characters included, in any time zone."""
    entry = make_entry(kind, data, at=at, after=GENESIS)
    assert parse_entry(entry.to_line(), seq=1) == entry
    assert entry.to_line().count(b"\n") == 1


def test_the_hash_is_over_canonical_json_without_the_hash() -> None:
    """Another program can check a line with a JSON and a SHA-256 library alone."""
    line = make_entry("sending", {"ก": "ข", "a": "b"}, at=AT, after=GENESIS).to_line()
    members = json.loads(line)
    claimed = members.pop("hash")
    written = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(written).hexdigest() == claimed
    assert members["prev"] == hashlib.sha256(b"govlink evidence log, version 1").hexdigest()
    assert members["at"] == "2026-11-23T09:30:00Z"


BAD: list[tuple[str, dict[str, Any]]] = [
    ("kind", {"kind": ""}),
    ("kind", {"kind": "Sending"}),
    ("kind", {"kind": "a" * 65}),
    ("kind", {"kind": "a\n"}),
    ("at", {"at": datetime(2026, 1, 1)}),  # noqa: DTZ001 - a time without a zone is the case
    ("data", {"data": {"n": 1}}),
    ("data", {"data": {"n": "\ud800"}}),
    ("size", {"data": {"n": "x" * MAX_LINE_BYTES}}),
]


@pytest.mark.parametrize(("what", "changed"), BAD)
def test_what_is_no_entry_is_refused(what: str, changed: dict[str, Any]) -> None:
    """The caller learns which part is wrong, and no value is shown."""
    given: dict[str, Any] = {"kind": "sending", "data": {}, "at": AT, **changed}
    with pytest.raises(RejectedError, match=what) as caught:
        make_entry(given["kind"], given["data"], at=given["at"], after=GENESIS)
    assert caught.value.code == "exchange.evidence_bad_entry"


def rehashed(**changes: object) -> bytes:
    """A canonical line with these members and the right hash for them; None takes a member out."""
    entry = make_entry("sending", {"a": "b"}, at=AT, after=GENESIS)
    members = {**json.loads(entry.to_line()), **changes}
    members = {name: value for name, value in members.items() if value is not None and name != "hash"}
    text = json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    members["hash"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


GOOD_LINE = rehashed()
BAD_LINES = {
    "no JSON": b"hello\n",
    "no object": b"[]\n",
    "a blank line": b"\n",
    "a space more": GOOD_LINE.replace(b",", b", ", 1),
    "carriage return": GOOD_LINE[:-1] + b"\r\n",
    "duplicate member": GOOD_LINE.replace(b'{"at"', b'{"at":"","at"', 1),
    "other order": b'{"seq":1,' + GOOD_LINE[1:].replace(b',"seq":1', b"", 1),
    "half a surrogate pair": GOOD_LINE.replace(b'"b"', b'"\\ud800"', 1),
    "wrong charset": GOOD_LINE.replace(b'"b"', b'"\xe0"', 1),
    "nested without end": b"[" * 50_000 + b"\n",
    "unknown member": rehashed(extra="x"),
    "missing member": rehashed(data=None),
    "number as text": rehashed(seq="1"),
    "a truth value as number": rehashed(seq=True),
    "fractional number": rehashed(seq=1.0),
    "no date": rehashed(at="2026-13-01T00:00:00Z"),
    "Thai digits": rehashed(at="๒๐๒๖-01-01T00:00:00Z"),
    "another zone": rehashed(at="2026-01-01T00:00:00+07:00"),
    "a number in data": rehashed(data={"a": 1}),
    "data no object": rehashed(data="a"),
    "kind no name": rehashed(kind="A"),
    "prev no text": rehashed(prev=1),
    "too long": rehashed(data={"a": "x" * MAX_LINE_BYTES})[: MAX_LINE_BYTES + 1],
}


def test_the_line_the_bad_ones_are_made_from_is_good() -> None:
    """Or every test below would pass for the wrong reason."""
    assert parse_entry(GOOD_LINE, seq=1).data == {"a": "b"}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_what_is_no_canonical_entry_is_not_read(line: bytes) -> None:
    """One entry has one spelling, so that a hash speaks of one file."""
    with pytest.raises(VerificationError) as caught:
        parse_entry(line, seq=1)
    assert caught.value.code == "exchange.evidence_unreadable"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (GOOD_LINE[:-1], "exchange.evidence_torn"),
        (GOOD_LINE[:20], "exchange.evidence_torn"),
        (GOOD_LINE.replace(b'"b"', b'"c"'), "exchange.evidence_altered"),
        (GOOD_LINE.replace(b'"seq":1', b'"seq":2'), "exchange.evidence_altered"),
    ],
)
def test_torn_and_altered_lines_are_told_apart(line: bytes, code: str) -> None:
    """A crash is not shown as a forgery."""
    with pytest.raises(VerificationError) as caught:
        parse_entry(line, seq=7)
    assert (caught.value.code, caught.value.values["seq"]) == (code, "7")


@settings(deadline=None)
@given(st.data())
def test_any_changed_byte_is_seen(data: st.DataObject) -> None:
    """No byte of a line is free."""
    position = data.draw(st.integers(0, len(GOOD_LINE) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != GOOD_LINE[position]))
    with pytest.raises(VerificationError):
        parse_entry(GOOD_LINE[:position] + bytes([value]) + GOOD_LINE[position + 1 :], seq=1)
