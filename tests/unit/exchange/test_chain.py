"""A chain of entries: every change is told with its place, except the one a chain cannot see."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import VerificationError
from govlink.exchange.chain import ChainReport, check_chain, read_chain
from govlink.exchange.entries import GENESIS, MAX_LINE_BYTES, Entry, Head, make_entry

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@cache
def chain(length: int, *, flavour: str = "a") -> tuple[Entry, ...]:
    """A chain whose entries differ from those of another flavour."""
    entries, head = [], GENESIS
    for number in range(length):
        entries.append(make_entry("sending", {"n": f"{flavour}{number}"}, at=AT, after=head))
        head = entries[-1].head
    return tuple(entries)


def lines(length: int, *, flavour: str = "a") -> list[bytes]:
    """The same as lines."""
    return [entry.to_line() for entry in chain(length, flavour=flavour)]


def check(parts: list[bytes], *, expected_head: Head | None = None) -> ChainReport:
    """The report on a log of these lines."""
    return check_chain(BytesIO(b"".join(parts)), expected_head=expected_head)


@pytest.mark.parametrize("length", [0, 1, 2, 50])
def test_a_whole_chain_is_in_order(length: int) -> None:
    """Of any length, the empty one included."""
    report = check(lines(length))
    assert report.intact
    assert report.first_broken_seq is None
    assert report.head.seq == length
    assert tuple(read_chain(BytesIO(b"".join(lines(length))))) == chain(length)


LENGTH = 8
places = st.integers(0, LENGTH - 1)


@settings(deadline=None)
@given(place=places, data=st.data())
def test_a_changed_byte_is_told(place: int, data: st.DataObject) -> None:
    """At the line it is in; where it makes a line feed, in that line as well."""
    log = lines(LENGTH)
    position = data.draw(st.integers(0, len(log[place]) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != log[place][position]))
    log[place] = log[place][:position] + bytes([value]) + log[place][position + 1 :]
    assert check(log).first_broken_seq == place + 1


@settings(deadline=None)
@given(place=st.integers(0, LENGTH - 2))
def test_a_removed_line_is_told(place: int) -> None:
    """By the number that is missing."""
    log = lines(LENGTH)
    del log[place]
    report = check(log)
    assert (report.first_broken_seq, report.head.seq) == (place + 1, place)
    assert report.error is not None
    assert report.error.code == "exchange.evidence_out_of_place"


@settings(deadline=None)
@given(pair=st.lists(places, min_size=2, max_size=2, unique=True).map(sorted))
def test_swapped_lines_are_told(pair: list[int]) -> None:
    """By the first of the two."""
    log = lines(LENGTH)
    first, second = pair
    log[first], log[second] = log[second], log[first]
    assert check(log).first_broken_seq == first + 1


@settings(deadline=None)
@given(place=places, copied=places)
def test_an_inserted_line_is_told(place: int, copied: int) -> None:
    """A line of the log itself, repeated elsewhere, is told no later than where the log goes on."""
    log = lines(LENGTH)
    log.insert(place, log[copied])
    told = check(log).first_broken_seq
    assert told == (place + 2 if copied == place else place + 1)


@settings(deadline=None)
@given(place=places)
def test_a_forged_line_is_told_where_the_log_goes_on(place: int) -> None:
    """A line computed anew from the right predecessor is in order itself; its successor does not follow."""
    log = lines(LENGTH)
    after = GENESIS if place == 0 else chain(LENGTH)[place - 1].head
    forged = make_entry("sending", {"n": "forged"}, at=AT, after=after)
    log[place] = forged.to_line()
    report = check(log, expected_head=chain(LENGTH)[-1].head)
    assert report.first_broken_seq == min(place + 2, LENGTH)
    assert report.error is not None
    wanted = "unlinked" if place < LENGTH - 1 else "other_head"
    assert report.error.code == f"exchange.evidence_{wanted}"


@settings(deadline=None)
@given(data=st.data())
def test_a_log_cut_within_a_line_is_told(data: st.DataObject) -> None:
    """By the line that is torn."""
    whole = b"".join(lines(LENGTH))
    size = data.draw(st.integers(1, len(whole) - 1).filter(lambda n: whole[n - 1 : n] != b"\n"))
    report = check([whole[:size]])
    assert report.first_broken_seq == whole[:size].count(b"\n") + 1
    assert report.error is not None
    assert report.error.code == "exchange.evidence_torn"


@settings(deadline=None)
@given(kept=st.integers(0, LENGTH - 1))
def test_whole_lines_cut_off_the_end_are_seen_with_a_noted_head_only(kept: int) -> None:
    """The limit of a chain, told in the docs: it is the noted head that shows them missing."""
    log = lines(LENGTH)[:kept]
    assert check(log).intact
    report = check(log, expected_head=chain(LENGTH)[-1].head)
    assert report.first_broken_seq == kept + 1
    assert report.error is not None
    assert report.error.code == "exchange.evidence_shortened"


@settings(deadline=None)
@given(noted=st.integers(1, LENGTH))
def test_a_log_computed_anew_is_seen_with_a_noted_head_only(noted: int) -> None:
    """The other limit: all entries replaced by others that link."""
    log = lines(LENGTH, flavour="b")
    assert check(log).intact
    report = check(log, expected_head=chain(LENGTH)[noted - 1].head)
    assert report.first_broken_seq == noted
    assert report.error is not None
    assert report.error.code == "exchange.evidence_other_head"


@settings(deadline=None)
@given(noted=st.integers(0, LENGTH))
def test_a_log_may_grow_after_its_head_was_noted(noted: int) -> None:
    """An old head is still right."""
    head = GENESIS if noted == 0 else chain(LENGTH)[noted - 1].head
    assert check(lines(LENGTH), expected_head=head).intact


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_report(content: bytes) -> None:
    """A damaged file never raises."""
    report = check([content])
    assert report.intact == (content == b"")


def test_reading_ends_where_the_log_ended() -> None:
    """What a writer adds meanwhile does not disturb a reader."""
    log = lines(LENGTH)
    size = len(b"".join(log[:3]))
    assert check_chain(BytesIO(b"".join(log)), size_bytes=size).head.seq == 3


def test_entries_before_the_break_are_given() -> None:
    """And then the error, with the place."""
    log = lines(LENGTH)
    del log[3]
    reader = read_chain(BytesIO(b"".join(log)))
    assert [next(reader).seq for _ in range(3)] == [1, 2, 3]
    with pytest.raises(VerificationError) as caught:
        next(reader)
    assert caught.value.values == {"seq": "4"}


def test_a_line_without_end_is_not_read_into_memory() -> None:
    """A hostile file of one huge line costs one line's worth."""
    file = BytesIO(b"[" * (MAX_LINE_BYTES * 200))
    tracemalloc.start()
    report = check_chain(file)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.first_broken_seq == 1
    assert peak_bytes < 10 * MAX_LINE_BYTES
