"""The offline verifier: every combination of what may be wrong, told apart, and nothing raises."""

from __future__ import annotations

import errno
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.exchange import jose, verify
from govlink.exchange.anchors import TIMESTAMP, anchor_data, check_anchors, head_digest
from govlink.exchange.document import DocumentInfo
from govlink.exchange.envelope import read_layout
from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.keys import Suite, generate_decryption_key, generate_signing_key
from govlink.exchange.manifest import Manifest, manifest_sha256_hex
from govlink.exchange.receipts import Outcome, issue_receipt
from govlink.exchange.sealing import seal
from govlink.exchange.timestamps import timestamp_query
from govlink.exchange.trust import TrustEntry, TrustList
from govlink.exchange.verdict import FileKind, Validity, Verdict
from govlink.exchange.verify import verify_file

from .authority import Authority, Root

NOW = datetime.now(UTC)  # the time-stamp authority's own command knows no other clock
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORGANISATION = "obec.go.th"
KEY = generate_signing_key()
RECIPIENT_KEY = generate_decryption_key(suite=Suite.P256).encryption_key()
V, I, S, E = Validity.VALID, Validity.INVALID, Validity.SKIPPED, Validity.ERROR  # noqa: E741 - a table's letters


def entry(**changes: Any) -> TrustEntry:
    """The signer as it was pinned."""
    pinned = TrustEntry(
        organisation=ORGANISATION,
        name_th="หน่วยงาน",
        name_en="Agency",
        key=KEY.verifying_key(),
        valid_from=NOW - 100 * DAY,
        valid_until=NOW + 100 * DAY,
        pinned_at=NOW - 100 * DAY,
    )
    return replace(pinned, **changes)


def write_envelope(path: Path, *, at: datetime, content: bytes = b"a transcript") -> Manifest:
    """An envelope signed by ``KEY``."""
    document = path.with_suffix(".plain")
    document.write_bytes(content)
    return seal(
        document,
        into=path,
        info=DocumentInfo(file_name="transcript.pdf"),
        message_id=UUID(int=5),
        sender=ORGANISATION,
        recipient="ocsc.go.th",
        purpose="equivalence",
        case_reference="EQ-1",
        signing_key=KEY,
        recipient_key=RECIPIENT_KEY,
        at=at,
        overwrite=True,
    ).manifest


def write_receipt(path: Path, *, at: datetime) -> Manifest:
    """A receipt signed by ``KEY``, for a message that came to its organisation."""
    other = write_envelope(path.with_suffix(".envelope"), at=at)
    manifest = replace(other, sender="ocsc.go.th", recipient=ORGANISATION)
    path.write_text(issue_receipt(manifest, outcome=Outcome.ACCEPTED, key=KEY, at=at) + "\n", "ascii")
    return manifest


WRITERS: dict[FileKind, Callable[..., Manifest]] = {
    FileKind.ENVELOPE: write_envelope,
    FileKind.RECEIPT: write_receipt,
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One in good order."""
    return Authority.make(tmp_path_factory.mktemp("tsa") / "good")


def told(verdict: Verdict) -> tuple[tuple[Validity, ...], tuple[str, ...], int]:
    """Results, reasons and exit code."""
    parts = [part for _, part in verdict.parts()]
    codes = tuple(part.reason.code.removeprefix("exchange.") if part.reason else "" for part in parts)
    return tuple(part.validity for part in parts), codes, verdict.exit_code


def stamp_of(authority: Authority, digest: bytes) -> bytes:
    """A token over that digest."""
    return authority.reply(timestamp_query(digest, nonce=1))


def stamp(authority: Authority, content: bytes) -> bytes:
    """A token over the digest of that content."""
    return stamp_of(authority, hashlib.sha256(content).digest())


# --- envelopes and receipts ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row: how the file was made and what it is judged by, in the times of ``NOW``."""

    signed: timedelta = -HOUR
    asked: timedelta = timedelta()
    pinned: dict[str, Any] | None = None
    trust: bool = True
    token: str = ""
    roots: bool = True
    wanted: tuple[Validity, ...]
    reasons: tuple[str, ...]
    exit_code: int


CASES = {
    "good": Case(wanted=(V, V, S, V), reasons=("", "", "no_timestamp", ""), exit_code=0),
    "good, stamped": Case(token="its own", wanted=(V, V, V, V), reasons=("", "", "", ""), exit_code=0),
    "stamped, no roots given": Case(
        token="its own",
        roots=False,
        wanted=(V, V, S, V),
        reasons=("", "", "no_timestamp_roots", ""),
        exit_code=0,
    ),
    "stamp of another file": Case(
        token="another's", wanted=(V, V, I, V), reasons=("", "", "timestamp_wrong_digest", ""), exit_code=1
    ),
    "stamp of another authority": Case(
        token="foreign", wanted=(V, V, I, V), reasons=("", "", "timestamp_untrusted", ""), exit_code=1
    ),
    "damaged stamp": Case(
        token="junk", wanted=(V, V, I, V), reasons=("", "", "timestamp_unreadable", ""), exit_code=1
    ),
    "unknown issuer": Case(
        pinned={"key": generate_signing_key().verifying_key()},
        wanted=(V, I, S, S),
        reasons=("signature_unchecked", "key_unknown", "no_timestamp", "not_determined"),
        exit_code=2,
    ),
    "pinned for sealing only": Case(
        pinned={"key": RECIPIENT_KEY},
        wanted=(V, I, S, S),
        reasons=("signature_unchecked", "key_unknown", "no_timestamp", "not_determined"),
        exit_code=2,
    ),
    "unknown issuer, bad stamp": Case(
        pinned={"key": generate_signing_key().verifying_key()},
        token="another's",
        wanted=(V, I, I, S),
        reasons=("signature_unchecked", "key_unknown", "timestamp_wrong_digest", "not_determined"),
        exit_code=1,
    ),
    "no trust list": Case(
        trust=False,
        wanted=(V, S, S, S),
        reasons=("signature_unchecked", "no_trust_list", "no_timestamp", "no_trust_list"),
        exit_code=2,
    ),
    "no trust list, stamped": Case(
        trust=False,
        token="its own",
        wanted=(V, S, V, S),
        reasons=("signature_unchecked", "no_trust_list", "", "no_trust_list"),
        exit_code=2,
    ),
    "key of another organisation": Case(
        pinned={"organisation": "moe.go.th"},
        wanted=(V, I, S, S),
        reasons=("", "signed_by_another", "no_timestamp", "not_determined"),
        exit_code=1,
    ),
    "revoked before it signed": Case(
        pinned={"revoked_at": NOW - 2 * HOUR},
        wanted=(V, V, S, I),
        reasons=("", "", "no_timestamp", "key_revoked"),
        exit_code=1,
    ),
    "revoked before it signed, stamped": Case(
        pinned={"revoked_at": NOW - 2 * HOUR},
        token="its own",
        wanted=(V, V, V, I),
        reasons=("", "", "", "key_revoked"),
        exit_code=1,
    ),
    "revoked since": Case(
        pinned={"revoked_at": NOW + HOUR},
        asked=DAY,
        wanted=(V, V, S, I),
        reasons=("", "", "no_timestamp", "key_revoked_since"),
        exit_code=1,
    ),
    "revoked since, stamped before": Case(
        pinned={"revoked_at": NOW + HOUR},
        asked=DAY,
        token="its own",
        wanted=(V, V, V, V),
        reasons=("", "", "", ""),
        exit_code=0,
    ),
    "revoked since, stamped before, by an authority nobody chose": Case(
        pinned={"revoked_at": NOW + HOUR},
        asked=DAY,
        token="foreign",
        wanted=(V, V, I, I),
        reasons=("", "", "timestamp_untrusted", "key_revoked_since"),
        exit_code=1,
    ),
    "revoked since, stamped later": Case(
        pinned={"revoked_at": NOW - HOUR / 2},
        token="its own",
        wanted=(V, V, V, I),
        reasons=("", "", "", "key_revoked_since"),
        exit_code=1,
    ),
    "a revocation to come": Case(
        pinned={"revoked_at": NOW + HOUR},
        wanted=(V, V, S, V),
        reasons=("", "", "no_timestamp", ""),
        exit_code=0,
    ),
    "expired since": Case(
        asked=200 * DAY, wanted=(V, V, S, V), reasons=("", "", "no_timestamp", ""), exit_code=0
    ),
    "expired when it signed": Case(
        pinned={"valid_until": NOW - 2 * HOUR},
        wanted=(V, V, S, I),
        reasons=("", "", "no_timestamp", "key_expired"),
        exit_code=1,
    ),
    "not yet valid when it signed": Case(
        pinned={"valid_from": NOW + HOUR},
        asked=DAY,
        wanted=(V, V, S, I),
        reasons=("", "", "no_timestamp", "key_not_yet_valid"),
        exit_code=1,
    ),
    "signed in the future": Case(
        signed=HOUR, wanted=(V, V, I, V), reasons=("", "", "signed_in_future", ""), exit_code=1
    ),
    "signed after its own stamp": Case(
        signed=2 * HOUR,
        asked=3 * HOUR,
        token="its own",
        wanted=(V, V, I, V),
        reasons=("", "", "stamped_before_signed", ""),
        exit_code=1,
    ),
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_told(kind: FileKind, case: Case, authority: Authority, tmp_path: Path) -> None:
    """Each row of the table, for both kinds of signed file."""
    path = tmp_path / "file"
    WRITERS[kind](path, at=NOW + case.signed)
    if case.token == "foreign":
        token: bytes | None = stamp(Authority.make(tmp_path / "foreign"), path.read_bytes())
    elif case.token:
        content = {"its own": path.read_bytes(), "another's": b"another"}.get(case.token)
        token = stamp(authority, content) if content is not None else b"junk"
    else:
        token = None
    verdict = verify_file(
        path,
        trust=TrustList(entries=(entry(**(case.pinned or {})),)) if case.trust else None,
        at=NOW + case.asked,
        roots=authority.roots if case.roots else (),
        token=token,
    )
    wanted = case.wanted
    if kind is FileKind.RECEIPT and case.reasons[0] == "signature_unchecked":
        wanted = (S, *wanted[1:])  # without its signature nothing of a receipt can be checked
    assert verdict.kind is kind
    assert told(verdict) == (wanted, case.reasons, case.exit_code)


@pytest.mark.parametrize("kind", WRITERS)
def test_the_last_moment_of_the_calendar_gets_a_verdict(kind: FileKind, tmp_path: Path) -> None:
    """A pinned signer may write any time there is."""
    path = tmp_path / "file"
    WRITERS[kind](path, at=datetime.max.replace(tzinfo=UTC))
    assert told(verify_file(path, trust=TRUST, at=NOW)) == (
        (V, V, I, I),
        ("", "", "signed_in_future", "key_expired"),
        1,
    )


@pytest.mark.parametrize("kind", WRITERS)
def test_the_details_are_what_a_person_compares(kind: FileKind, tmp_path: Path, authority: Authority) -> None:
    """The manifest's digest ties a receipt to its envelope."""
    manifest = WRITERS[kind](tmp_path / "file", at=NOW - HOUR)
    token = stamp(authority, tmp_path.joinpath("file").read_bytes())
    verdict = verify_file(
        tmp_path / "file", trust=TrustList(entries=(entry(),)), at=NOW, roots=authority.roots, token=token
    )
    details = dict(verdict.details)
    assert details["manifest_sha256"] == manifest_sha256_hex(manifest)
    assert (details["sender"], details["recipient"]) == (manifest.sender, manifest.recipient)
    assert (details["message_id"], details["kid"]) == (str(UUID(int=5)), KEY.kid)
    assert details["time_stamped_at"].endswith("Z")


TRUST = TrustList(entries=(entry(),))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[FileKind, bytes]:
    """The bytes of one good file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    for kind, write in WRITERS.items():
        write(folder / kind.value, at=NOW - HOUR)
    log = EvidenceLog(folder / FileKind.EVIDENCE.value)
    for number in range(4):
        log.append("sending", {"n": str(number)}, at=NOW)
    return {kind: folder.joinpath(kind.value).read_bytes() for kind in (*WRITERS, FileKind.EVIDENCE)}


def judged(folder: Path, content: bytes, *, trust: TrustList | None = TRUST) -> Verdict:
    """The verdict on a file of these bytes."""
    path = folder / "judged"
    path.write_bytes(content)
    return verify_file(path, trust=trust, at=NOW)


KINDS = (FileKind.ENVELOPE, FileKind.RECEIPT, FileKind.EVIDENCE)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_changed_below_is_good(kind: FileKind, whole: dict[FileKind, bytes], tmp_path: Path) -> None:
    """Or the tests below would pass for the wrong reason."""
    assert judged(tmp_path, whole[kind]).exit_code == 0


@settings(deadline=None)
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_no_changed_byte_is_called_valid(
    kind: FileKind,
    data: st.DataObject,
    whole: dict[FileKind, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Anywhere in the file, with and without a trust list; and nothing raises."""
    content, folder = whole[kind], tmp_path_factory.getbasetemp()
    place = data.draw(st.integers(0, len(content) - 1))
    byte = content[place] ^ data.draw(st.integers(1, 255))
    changed = content[:place] + bytes([byte]) + content[place + 1 :]
    assert judged(folder, changed).exit_code != 0
    assert judged(folder, changed, trust=None).exit_code != 0


@settings(deadline=None)
@given(kind=st.sampled_from(KINDS), data=st.data())
def test_no_cut_or_longer_file_is_called_valid(
    kind: FileKind,
    data: st.DataObject,
    whole: dict[FileKind, bytes],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Except a log that ends after a whole line, which is a shorter log."""
    content, folder = whole[kind], tmp_path_factory.getbasetemp()
    size = data.draw(st.integers(0, len(content) - 1))
    cut = content[:size]
    shorter_log = kind is FileKind.EVIDENCE and cut.endswith(b"\n")
    without_line_feed = kind is FileKind.RECEIPT and size == len(content) - 1
    assert (judged(folder, cut).exit_code == 0) == (shorter_log or without_line_feed)
    longer = content + data.draw(st.binary(min_size=1, max_size=40))
    assert judged(folder, longer).exit_code == 1


@settings(deadline=None)
@given(start=st.sampled_from([b"", b"{", b"eyJ", b"GOVLINK-", b"GOVLINK-ENVELOPE\x01\n"]), rest=st.binary())
def test_any_bytes_get_a_verdict(start: bytes, rest: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A damaged file never raises, whatever it begins like."""
    for trust in (TRUST, None):
        assert judged(tmp_path_factory.getbasetemp(), start + rest, trust=trust).exit_code == 1


@pytest.mark.parametrize(
    ("kind", "old", "new", "code"),
    [
        (FileKind.ENVELOPE, b"GOVLINK-E", b"GOVLINK-X", "not_an_envelope"),
        (FileKind.RECEIPT, b"\n", b"\n\n", "base64url_not_canonical"),
        (FileKind.EVIDENCE, b'"n":"2"', b'"n":"9"', "evidence_altered"),
    ],
)
def test_damage_says_where(
    kind: FileKind, old: bytes, new: bytes, code: str, whole: dict[FileKind, bytes], tmp_path: Path
) -> None:
    """Integrity has the reason; for a signed file the other parts wait for it."""
    verdict = judged(tmp_path, whole[kind].replace(old, new, 1))
    results, codes, exit_code = told(verdict)
    assert (verdict.kind, results[0], codes[0], exit_code) == (kind, I, code, 1)
    left = "evidence_not_signed" if kind is FileKind.EVIDENCE else "not_determined"
    assert (codes[1], codes[3], results[1:]) == (left, left, (S, S, S))


def test_a_changed_body_is_told_as_such(whole: dict[FileKind, bytes], tmp_path: Path) -> None:
    """The ciphertext is checked against the signed manifest without any private key."""
    content = bytearray(whole[FileKind.ENVELOPE])
    layout = read_layout(BytesIO(content))
    content[layout.body_offset_bytes + layout.body_bytes - 1] ^= 1
    assert told(judged(tmp_path, bytes(content)))[1][0] == "body_foreign"


@pytest.mark.parametrize("trust", [TRUST, None])
def test_a_signature_of_another_type_is_no_receipt(tmp_path: Path, trust: TrustList | None) -> None:
    """With or without its key."""
    jws = jose.sign(b"{}", key=KEY, typ="govlink-manifest+jws")
    assert told(judged(tmp_path, jws.encode(), trust=trust))[1][0] == "type_wrong"


def test_a_huge_receipt_is_not_read(tmp_path: Path) -> None:
    """Its limit is looked at first."""
    assert told(judged(tmp_path, b"eyJ" + b"x" * 100_000))[1][0] == "receipt_oversize"


# --- evidence logs -------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path: Path) -> EvidenceLog:
    """A log with four entries."""
    log = EvidenceLog(tmp_path / "evidence.jsonl")
    for number in range(4):
        log.append("sending", {"n": str(number)}, at=NOW)
    return log


@pytest.mark.parametrize("trust", [TRUST, None])
def test_a_log_is_chained_and_not_signed(log: EvidenceLog, trust: TrustList | None) -> None:
    """So a missing trust list is no fault of its."""
    verdict = verify_file(log.path, trust=trust, at=NOW)
    not_signed = "evidence_not_signed"
    assert told(verdict) == ((V, S, S, S), ("", not_signed, "no_timestamp", not_signed), 0)
    assert verdict.details == (("entries", "4"), ("head", log.head.hash_hex))


def test_a_time_stamp_in_a_log_is_verified(log: EvidenceLog, authority: Authority) -> None:
    """Good; not checked without roots; refused with other roots."""
    head = log.head
    log.append(TIMESTAMP, anchor_data(head, stamp_of(authority, head_digest(head))), at=NOW)
    good = verify_file(log.path, trust=None, at=NOW, roots=authority.roots)
    assert (good.time.validity, good.exit_code) == (V, 0)
    assert dict(good.details)["time_stamped_entries"] == "4"
    assert told(verify_file(log.path, trust=None, at=NOW))[1][2] == "no_timestamp_roots"
    other = verify_file(log.path, trust=None, at=NOW, roots=(Root.make("other").certificate,))
    assert (told(other)[0][2], told(other)[1][2], other.exit_code) == (I, "timestamp_untrusted", 1)


def test_a_log_may_grow_while_it_is_judged(
    log: EvidenceLog, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a line that a writer is just adding does not count."""
    head = log.head
    log.append(TIMESTAMP, anchor_data(head, stamp_of(authority, head_digest(head))), at=NOW)

    def later(*arguments: Any, **options: Any) -> object:
        with log.path.open("ab") as file:
            file.write(b'{"at":')
        return check_anchors(*arguments, **options)

    monkeypatch.setattr(verify, "check_anchors", later)
    assert verify_file(log.path, trust=None, at=NOW, roots=authority.roots).time.validity is V


def test_roots_without_a_time_stamp_skip(log: EvidenceLog, authority: Authority) -> None:
    """Nothing to check is not a failure."""
    verdict = verify_file(log.path, trust=None, at=NOW, roots=authority.roots)
    assert told(verdict)[1][2] == "no_timestamp"
    assert verdict.exit_code == 0


def test_a_broken_log_says_where(log: EvidenceLog, authority: Authority) -> None:
    """The first entry that is not in order."""
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join((lines[0], *lines[2:])))
    verdict = verify_file(log.path, trust=None, at=NOW, roots=authority.roots)
    assert (verdict.exit_code, dict(verdict.details)["first_broken_seq"]) == (1, "2")
    assert told(verdict)[1][2] == "not_determined"


def test_a_shortened_log_is_told_with_a_noted_head(log: EvidenceLog) -> None:
    """And is valid without one: the limit of a chain."""
    head = log.head
    log.path.write_bytes(b"".join(log.path.read_bytes().splitlines(keepends=True)[:2]))
    assert verify_file(log.path, trust=None, at=NOW).exit_code == 0
    verdict = verify_file(log.path, trust=None, at=NOW, expected_head=head)
    assert (verdict.exit_code, told(verdict)[1][0]) == (1, "evidence_shortened")


# --- files that are none -------------------------------------------------------------------------


def test_what_cannot_be_read_is_an_error_and_no_exception(tmp_path: Path) -> None:
    """A missing file, a directory, a pipe that would block."""
    os.mkfifo(tmp_path / "pipe")
    for path, reason in ((tmp_path / "no", "ENOENT"), (tmp_path, "EISDIR"), (tmp_path / "pipe", "EINVAL")):
        verdict = verify_file(path, trust=TRUST, at=NOW)
        assert told(verdict)[:2] == ((E, S, S, S), ("file_unreadable", *("not_determined",) * 3))
        assert (verdict.kind, verdict.exit_code) == (FileKind.UNKNOWN, 1)
        assert verdict.integrity.text("en") == f"could not be checked: the file cannot be read ({reason})"


def test_a_disk_that_fails_while_reading_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a verdict on the content."""

    def failing(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    write_receipt(tmp_path / "receipt", at=NOW)
    monkeypatch.setattr(verify, "_sha256", failing)
    verdict = verify_file(
        tmp_path / "receipt", trust=TRUST, at=NOW, token=b"x", roots=(Root.make().certificate,)
    )
    assert (verdict.integrity.validity, verdict.integrity.values) == (E, (("reason", "EIO"),))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\0" * 100, b"eyI"])
def test_other_files_are_not_recognised(content: bytes, tmp_path: Path) -> None:
    """Also an empty one."""
    verdict = judged(tmp_path, content)
    assert (verdict.kind, told(verdict)[1][0], verdict.exit_code) == (
        FileKind.UNKNOWN,
        "file_not_recognised",
        1,
    )


def test_a_large_envelope_costs_the_memory_of_a_chunk(tmp_path: Path) -> None:
    """Whatever its size."""
    write_envelope(tmp_path / "large", at=NOW - HOUR, content=bytes(16 * 1024 * 1024))
    tracemalloc.start()
    verdict = verify_file(
        tmp_path / "large", trust=TRUST, at=NOW, token=b"junk", roots=(Root.make().certificate,)
    )
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert verdict.integrity.validity is V
    assert peak_bytes < 4 * 1024 * 1024
