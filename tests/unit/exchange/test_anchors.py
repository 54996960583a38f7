"""Time-stamps in an evidence log: one covers all before it, and a wrong one is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from govlink.errors import VerificationError
from govlink.exchange.anchors import TIMESTAMP, Anchored, anchor_data, check_anchors, head_digest, read_anchor
from govlink.exchange.entries import GENESIS, Entry, Head, make_entry
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.timestamps import timestamp_query

from .authority import Authority, Root

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One in good order."""
    return Authority.make(tmp_path_factory.mktemp("tsa") / "good")


@pytest.fixture
def log(tmp_path: Path) -> EvidenceLog:
    """A log with five entries."""
    log = EvidenceLog(tmp_path / "evidence.jsonl")
    for number in range(5):
        log.append("sending", {"n": str(number)}, at=AT)
    return log


def stamp(authority: Authority, head: Head) -> bytes:
    """A token over that head."""
    return authority.reply(timestamp_query(head_digest(head), nonce=1))


def checked(log: EvidenceLog, roots: tuple[x509.Certificate, ...]) -> Anchored | None:
    """What the anchors of the log say."""
    with log.path.open("rb") as file:
        return check_anchors(file, roots=roots)


def test_a_log_without_time_stamps_says_nothing(log: EvidenceLog, authority: Authority) -> None:
    """And that is no error."""
    assert checked(log, authority.roots) is None


def test_one_time_stamp_covers_all_entries_before_it(log: EvidenceLog, authority: Authority) -> None:
    """Also with entries written while the authority was asked; the newest one is told."""
    old, token = log.head, stamp(authority, log.head)
    log.append("sending", {"n": "meanwhile"}, at=AT)
    log.append(TIMESTAMP, anchor_data(old, token), at=AT)
    found = checked(log, authority.roots)
    assert found is not None
    assert found.head == old
    assert abs(found.at - datetime.now(UTC)) < timedelta(minutes=1)
    newer = log.head
    log.append(TIMESTAMP, anchor_data(newer, stamp(authority, newer)), at=AT)
    found = checked(log, authority.roots)
    assert found is not None
    assert found.head == newer


def test_an_empty_log_may_be_anchored(tmp_path: Path, authority: Authority) -> None:
    """It proves when the log began."""
    log = EvidenceLog(tmp_path / "new.jsonl")
    log.append(TIMESTAMP, anchor_data(GENESIS, stamp(authority, GENESIS)), at=AT)
    found = checked(log, authority.roots)
    assert found is not None
    assert found.head == GENESIS


def test_what_is_kept_is_read_back(log: EvidenceLog) -> None:
    """Head and token."""
    anchor = read_anchor(log.append(TIMESTAMP, anchor_data(log.head, b"token"), at=AT))
    assert (anchor.head.seq, anchor.token) == (5, b"token")


@pytest.mark.parametrize(
    "change",
    [
        {"covers_seq": "6"},
        {"covers_seq": "4"},
        {"covers_seq": "05"},
        {"covers_seq": "-1"},
        {"covers_seq": "5" * 30},
        {"covers_hash": "A" * 64},
        {"covers_hash": "0"},
        {"token": "hello"},
        {"token": "ก"},
        {"more": "x"},
    ],
)
def test_an_anchor_that_covers_something_else_is_told(
    log: EvidenceLog, authority: Authority, change: dict[str, str]
) -> None:
    """The wrong number, a number of its own or later, or what is no anchor."""
    data = {**anchor_data(log.head, stamp(authority, log.head)), **change}
    log.append(TIMESTAMP, data, at=AT)
    with pytest.raises(VerificationError) as caught:
        checked(log, authority.roots)
    assert caught.value.code == "exchange.anchor_invalid"


def test_two_anchors_may_not_disagree(log: EvidenceLog, authority: Authority) -> None:
    """One place has one hash, also where the second token is good for its own."""
    first, other = log.head, Head(seq=5, hash_hex="0" * 64)
    log.append(TIMESTAMP, anchor_data(first, stamp(authority, first)), at=AT)
    log.append(TIMESTAMP, anchor_data(other, stamp(authority, other)), at=AT)
    with pytest.raises(VerificationError, match="anchor_invalid"):
        checked(log, authority.roots)


def test_a_log_computed_anew_does_not_fit_its_old_time_stamp(
    log: EvidenceLog, authority: Authority, tmp_path: Path
) -> None:
    """The chain links; the authority's signature over the old head betrays it."""
    head = log.head
    data = anchor_data(head, stamp(authority, head))
    forged = EvidenceLog(tmp_path / "forged.jsonl")
    for number in range(5):
        forged.append("sending", {"n": f"forged {number}"}, at=AT)
    forged.append(TIMESTAMP, data, at=AT)
    assert forged.verify().intact
    with pytest.raises(VerificationError, match="anchor_invalid"):
        checked(forged, authority.roots)


def test_the_roots_decide(log: EvidenceLog, authority: Authority) -> None:
    """A token of somebody else's authority is told with its own reason."""
    log.append(TIMESTAMP, anchor_data(log.head, stamp(authority, log.head)), at=AT)
    with pytest.raises(VerificationError, match="timestamp_untrusted"):
        checked(log, (Root.make("another").certificate,))


def test_a_broken_chain_is_not_anchored(log: EvidenceLog, authority: Authority) -> None:
    """The reason of the chain comes through."""
    log.path.write_bytes(log.path.read_bytes()[:-1])
    with pytest.raises(VerificationError, match="evidence_torn"):
        checked(log, authority.roots)


def test_a_missing_member_is_told() -> None:
    """An entry of the right kind with other data."""
    entry: Entry = make_entry(TIMESTAMP, {"token": ""}, at=AT, after=GENESIS)
    with pytest.raises(VerificationError, match="anchor_invalid"):
        read_anchor(entry)
