"""Events as JSON: exact, strict, and masked for the export."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.equivalence import commands as c
from govlink.equivalence.codec import MASK, canonical_json, decode_event, encode_event, mask_event
from govlink.equivalence.events import Event
from govlink.errors import RejectedError
from govlink.models.identity import PersonName

from .cases import OFFICER, Case


def log() -> tuple[Event, ...]:
    """A log with personal data in it."""
    case = Case().issued(title="พระมหา")
    case.do(c.Correct(actor=OFFICER, name=PersonName(title="นาย", first="สมชัย", last="ใจดี")))
    return case.log


def read(text: str, event: Event) -> Event:
    """The text read as an event of that event's type."""
    return decode_event(text, type_name=type(event).__name__, version=1)


def test_what_is_written_is_read_back() -> None:
    """Every event of a log survives, and its text is canonical."""
    for event in log():
        text = encode_event(event)
        assert read(text, event) == event
        assert text == canonical_json(json.loads(text))


def test_reading_is_strict() -> None:
    """A field more, a field less, another type, another spelling: none is accepted."""
    event = log()[1]
    good = json.loads(encode_event(event))
    for broken in (
        {**good, "more": 1},
        {key: value for key, value in good.items() if key != "number"},
        {**good, "revision": "1"},
        {**good, "facts": {**good["facts"], "identity": "perhaps"}},
        {**good, "application": {**good["application"], "secret": "x"}},
    ):
        with pytest.raises(RejectedError):
            read(canonical_json(broken), event)
    with pytest.raises(RejectedError):
        read(encode_event(event) + " ", event)


def test_an_invalid_person_cannot_be_read_back() -> None:
    """A citizen number changed in the database is refused, and not repeated in the error."""
    event = log()[1]
    broken = encode_event(event).replace("1999000000017", "1999000000018")
    with pytest.raises(RejectedError) as caught:
        read(broken, event)
    assert "1999000000018" not in str(caught.value) + repr(caught.value.__context__.__class__)
    assert caught.value.__suppress_context__


def test_other_types_and_versions_are_not_guessed() -> None:
    """A log of a later release is refused, not misread."""
    text = encode_event(log()[0])
    for type_name, version in (("Created", 2), ("Unheard", 1)):
        with pytest.raises(RejectedError) as caught:
            decode_event(text, type_name=type_name, version=version)
        assert caught.value.code == "equivalence.event_type_unknown"


def test_masked_events_hold_nothing_personal() -> None:
    """Names, numbers, codes and file names are gone; what counts for an audit stays."""
    masked = canonical_json([mask_event(event) for event in log()])
    for secret in ("1999000000017", "พระมหา", "สมชาย", "สมชัย", "ใจดี", "paper.pdf", "ตรวจแล้ว"):
        assert secret not in masked
    assert MASK in masked
    for kept in ('"FOREIGN_EQ"', '"High School Diploma"', '"F11"', '"officer-1"'):
        assert kept in masked
    assert set(mask_event(log()[1])) == set(json.loads(encode_event(log()[1])))


@given(st.text(max_size=30), st.sampled_from([kind.__name__ for kind in get_args(Event)]))
def test_any_text_is_refused(text: str, type_name: str) -> None:
    """Damage in the database gives our error and no other."""
    with pytest.raises(RejectedError):
        decode_event(text, type_name=type_name, version=1)
