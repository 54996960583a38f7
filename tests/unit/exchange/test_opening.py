"""Sealing and opening: what goes in comes out, and nothing else does."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import struct
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, FileIO
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ConfigError, ConflictError, RejectedError, UnavailableError, VerificationError
from govlink.exchange import (
    DocumentInfo,
    OpenLimits,
    SigningKey,
    Suite,
    inputs,
    open_envelope,
    read_manifest,
    save_trust,
    seal,
)
from govlink.exchange.document import head_bytes
from govlink.exchange.envelope import body_sha256_hex, check_layout, read_layout

from .peers import AT, CHUNK, MESSAGE, NAME, RECIPIENT, SENDER, STRANGER, Parts, Scene, ring_of, trusting

HEAD = len(head_bytes(DocumentInfo(file_name=NAME, media_type="application/pdf")))
SIZES = (0, 1, CHUNK - HEAD - 1, CHUNK - HEAD, CHUNK - HEAD + 1, CHUNK, 5 * CHUNK - HEAD, 5 * CHUNK + 7)


@pytest.fixture(scope="module", params=list(Suite))
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Both suites, each with keys of its own."""
    return Scene.in_folder(tmp_path_factory.mktemp("scene"), suite=request.param)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The default suite, for what does not depend on it."""
    return Scene.in_folder(tmp_path_factory.mktemp("scene"))


@pytest.mark.parametrize("size", SIZES)
def test_a_document_comes_back(scene: Scene, size: int) -> None:
    """Empty, at either side of a chunk's end, and of many chunks."""
    document = os.urandom(size)
    opened, found = scene.opened(scene.sealed(document))
    assert found == document
    assert opened.sha256_hex == hashlib.sha256(document).hexdigest()
    assert opened.info == DocumentInfo(file_name=NAME, media_type="application/pdf")
    assert (opened.manifest.sender, opened.manifest.message_id) == (SENDER, MESSAGE)
    assert opened.manifest.chunk_count == max(1, -(-(size + HEAD) // CHUNK))


@settings(max_examples=25, deadline=None)
@given(document=st.binary(max_size=3 * CHUNK), name=st.text("กขคงๆ่ำ ๑๒๓aZ.-_", min_size=1, max_size=60))
def test_any_document_comes_back_under_any_name(plain: Scene, document: bytes, name: str) -> None:
    """Thai names as they were written; ``.`` and ``..`` are none."""
    if name in {".", ".."}:
        return
    opened, found = plain.opened(plain.sealed(document, info=DocumentInfo(file_name=name)))
    assert (found, opened.info.file_name) == (document, name)


def test_a_stream_that_hands_out_crumbs_is_sealed_whole(plain: Scene, tmp_path: Path) -> None:
    """A pipe returns less than was asked for at any time; that is not the end."""

    class Crumbs(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    document = os.urandom(2 * CHUNK + 5)
    manifest = plain.seal_into(tmp_path / "e", b"")
    seal(
        Crumbs(document),
        into=tmp_path / "envelope",
        info=DocumentInfo(file_name=NAME),
        message_id=manifest.message_id,
        sender=SENDER,
        recipient=RECIPIENT,
        purpose="x",
        case_reference="y",
        signing_key=plain.sender.current_signing(AT),
        recipient_key=plain.trust.sealer(organisation=RECIPIENT, at=AT),
        at=AT,
        chunk_bytes=CHUNK,
    )
    assert plain.opened((tmp_path / "envelope").read_bytes())[1] == document


def test_neither_name_nor_content_is_in_the_clear(scene: Scene) -> None:
    """Nor a digest of the content, by which a short document could be guessed."""
    document = b"grade point average 3.97 " * 40
    envelope = scene.sealed(document)
    clear = Parts.of(envelope)
    payload = clear.manifest().to_bytes() + clear.prelude
    for secret in (
        document[:24],
        NAME.encode(),
        b"application/pdf",
        hashlib.sha256(document).hexdigest().encode(),
    ):
        assert secret not in envelope
        assert secret not in payload


def test_two_envelopes_of_one_document_share_nothing(scene: Scene) -> None:
    """Same message id, same time: still other keys, so that no nonce is ever used twice."""
    one, two = (Parts.of(scene.sealed(b"same" * 100)) for _ in range(2))
    assert one.prelude != two.prelude
    assert one.records != two.records


def test_the_manifest_is_read_without_any_key(scene: Scene, tmp_path: Path) -> None:
    """And an auditor without keys can tell that the body is the one that was signed for."""
    path = tmp_path / "envelope"
    sealed = scene.seal_into(path, os.urandom(CHUNK * 2))
    assert read_manifest(path, trust=scene.trust, at=AT) == sealed
    with path.open("rb") as file:
        layout = read_layout(file)
        check_layout(layout, sealed)
        assert body_sha256_hex(file, layout, sealed) == sealed.body_sha256


def test_nothing_is_overwritten(plain: Scene, tmp_path: Path) -> None:
    """Neither by sealing, unless asked, nor by opening."""
    path, target = tmp_path / "envelope", tmp_path / "document"
    first = plain.seal_into(path, b"first")
    with pytest.raises(ConflictError) as caught:
        plain.seal_into(path, b"second")
    assert caught.value.code == "exchange.target_exists"
    assert read_manifest(path, trust=plain.trust, at=AT) == first
    plain.seal_into(path, b"second", overwrite=True)
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError):
        open_envelope(path, into=target, keys=plain.recipient, trust=plain.trust, recipient=RECIPIENT, at=AT)
    assert target.read_bytes() == b"mine"
    assert {item.name for item in tmp_path.iterdir()} == {"envelope", "document"}


@pytest.mark.parametrize("is_stream", [False, True], ids=["path", "stream"])
def test_a_document_is_not_replaced_by_its_envelope(plain: Scene, tmp_path: Path, *, is_stream: bool) -> None:
    """Under whatever name it is known; another file may be replaced when that was asked for."""
    document, link, other = (tmp_path / name for name in ("document", "link", "other"))
    document.write_bytes(b"the only copy")
    link.hardlink_to(document)
    other.write_bytes(b"old")

    def seal_into(path: Path) -> None:
        with document.open("rb") as stream:
            seal(
                stream if is_stream else document,
                into=path,
                info=DocumentInfo(file_name=NAME),
                message_id=MESSAGE,
                sender=SENDER,
                recipient=RECIPIENT,
                purpose="x",
                case_reference="y",
                signing_key=plain.sender.current_signing(AT),
                recipient_key=plain.trust.sealer(organisation=RECIPIENT, at=AT),
                at=AT,
                overwrite=True,
            )

    for path in (document, link):
        with pytest.raises(RejectedError) as caught:
            seal_into(path)
        assert caught.value.code == "exchange.source_is_target"
        assert path.read_bytes() == b"the only copy"
    seal_into(other)
    assert plain.opened(other.read_bytes())[1] == b"the only copy"


def test_a_folder_that_is_not_there_is_told(plain: Scene, tmp_path: Path) -> None:
    """As a fault of the place and not of the document."""
    with pytest.raises(ConfigError) as caught:
        plain.seal_into(tmp_path / "no" / "envelope", b"x")
    assert caught.value.code == "exchange.target_unwritable"


def test_a_source_that_is_not_there_leaves_nothing(plain: Scene, tmp_path: Path) -> None:
    """A missing document is the user's own error."""
    with pytest.raises(RejectedError) as caught:
        seal(
            tmp_path / "missing",
            into=tmp_path / "envelope",
            info=DocumentInfo(file_name=NAME),
            message_id=MESSAGE,
            sender=SENDER,
            recipient=RECIPIENT,
            purpose="x",
            case_reference="y",
            signing_key=plain.sender.current_signing(AT),
            recipient_key=plain.trust.sealer(organisation=RECIPIENT, at=AT),
            at=AT,
        )
    assert caught.value.code == "exchange.source_unreadable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"purpose": ""}, "exchange.text_invalid"),
        ({"purpose": "two\nlines"}, "exchange.text_invalid"),
        ({"case_reference": "x" * 201}, "exchange.text_invalid"),
        ({"sender": "Ministry of Education"}, "exchange.organisation_invalid"),
        ({"recipient": "-x"}, "exchange.organisation_invalid"),
        ({"chunk_bytes": 1024}, "exchange.manifest_invalid"),
        ({"chunk_bytes": 8 * 1024 * 1024}, "exchange.manifest_invalid"),
    ],
)
def test_what_may_not_be_sealed_leaves_no_file(
    plain: Scene, tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    """Refused before a byte is written."""
    with pytest.raises(RejectedError) as caught:
        plain.seal_into(tmp_path / "envelope", b"x", **changes)
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


# -- who may be believed, and when


def test_an_envelope_for_another_is_refused(plain: Scene) -> None:
    """By its name, and when that fits, because the key is not ours."""
    stranger = ring_of(plain.folder, STRANGER)
    trust = trusting(stranger, trust=plain.trust)
    key = trust.sealer(organisation=STRANGER, at=AT)
    named = plain.sealed(b"x", recipient=STRANGER, recipient_key=key)
    assert plain.refusal(named) == "exchange.recipient_wrong"
    misdirected = plain.sealed(b"x", recipient_key=key)
    assert plain.refusal(misdirected) == "exchange.recipient_key_unknown"
    assert plain.refusal(misdirected, keys=stranger, recipient=STRANGER) == "exchange.recipient_wrong"


def test_a_signer_must_be_known_valid_and_the_sender(plain: Scene, tmp_path: Path) -> None:
    """Unknown, revoked, expired, not yet valid, and somebody else's key: each has its own code."""
    envelope = plain.sealed(b"x")
    kid = plain.sender.current_signing(AT).kid
    entry = plain.trust.find(kid)
    assert entry is not None
    others = replace(plain.trust, entries=tuple(e for e in plain.trust.entries if e.kid != kid))
    for trust, code in (
        (others, "exchange.key_unknown"),
        (plain.trust.revoke(kid, at=AT), "exchange.key_revoked"),
        (
            replace(others, entries=(replace(entry, valid_until=AT + timedelta(seconds=1)),)),
            "exchange.key_expired",
        ),
        (
            replace(others, entries=(replace(entry, valid_from=AT + timedelta(hours=1)),)),
            "exchange.key_not_yet_valid",
        ),
        (replace(others, entries=(replace(entry, organisation=STRANGER),)), "exchange.key_unknown"),
    ):
        assert plain.refusal(envelope, trust=trust) == code
        assert plain.manifest_refusal(envelope, trust=trust, at=AT + timedelta(minutes=1)) == code
    backdated = replace(others, entries=(replace(entry, valid_from=AT + timedelta(minutes=10)),))
    assert (
        plain.refusal(envelope, trust=backdated, at=AT + timedelta(hours=1)) == "exchange.key_not_yet_valid"
    )


def test_a_sealing_key_signs_nothing(plain: Scene) -> None:
    """A key pinned for one use is unknown for the other."""
    sealing = plain.recipient.public_entries(name_th="ก", name_en="x", at=AT)[1]
    private = plain.recipient.decryption(sealing.kid, at=AT).native
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    forged = plain.sealed(b"x", sender=RECIPIENT, signing_key=SigningKey(kid=sealing.kid, native=private))
    assert plain.refusal(forged) == "exchange.key_unknown"


def test_a_message_from_the_future_is_refused(plain: Scene) -> None:
    """Beyond the clock skew allowed, and not within it."""
    assert plain.refusal(plain.sealed(b"x", at=AT + timedelta(minutes=10))) == "exchange.sealed_in_future"
    assert plain.opened(plain.sealed(b"x", at=AT + timedelta(minutes=5)))[1] == b"x"


def test_a_larger_envelope_than_allowed_is_refused(plain: Scene) -> None:
    """By its size on the disk, before anything is read."""
    envelope = plain.sealed(b"x" * 5000)
    limits = OpenLimits(max_envelope_bytes=len(envelope) - 1)
    assert plain.refusal(envelope, limits=limits) == "exchange.oversize"
    assert plain.opened(envelope, limits=OpenLimits(max_envelope_bytes=len(envelope)))[1] == b"x" * 5000


def test_a_rotated_key_opens_within_the_overlap(tmp_path: Path) -> None:
    """An envelope sealed to the old key, and signed with the old one, is taken until both retire."""
    scene = Scene.in_folder(tmp_path)
    envelope = scene.sealed(b"in transit")
    scene.recipient.rotate(at=AT, overlap=timedelta(days=7), suite=Suite.HYBRID)
    scene.sender.rotate(at=AT, overlap=timedelta(days=30))
    trust = trusting(scene.sender, scene.recipient, trust=scene.trust)
    within, after = AT + timedelta(days=6, hours=23), AT + timedelta(days=7)
    assert scene.opened(envelope, trust=trust, at=within)[1] == b"in transit"
    assert scene.refusal(envelope, trust=trust, at=after) == "exchange.recipient_key_retired"
    assert scene.refusal(envelope, trust=trust, at=AT + timedelta(days=30)) == "exchange.key_expired"
    fresh = scene.sealed(
        b"new key",
        signing_key=scene.sender.current_signing(after),
        recipient_key=trust.sealer(organisation=RECIPIENT, at=after),
        at=after,
    )
    opened, found = scene.opened(fresh, trust=trust, at=after)
    assert (found, opened.manifest.suite) == (b"new key", Suite.HYBRID)


# -- memory, and what a killed process leaves behind

PEAK = """
import sys
from datetime import timedelta
from pathlib import Path
from govlink.exchange import *
from govlink.exchange.keyring import KeyRing
from tests.unit.exchange.peers import AT, MESSAGE, NAME, RECIPIENT, SENDER, Scene
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
folder = Path(sys.argv[1])
scene = Scene.in_folder(folder, suite=Suite(sys.argv[2]))
def round_trip(name):
    seal(folder / name, into=folder / f"{name}.sealed", info=DocumentInfo(file_name=NAME), message_id=MESSAGE,
        sender=SENDER, recipient=RECIPIENT, purpose="x", case_reference="y",
        signing_key=scene.sender.current_signing(AT), at=AT,
        recipient_key=scene.trust.sealer(organisation=RECIPIENT, at=AT))
    open_envelope(folder / f"{name}.sealed", into=folder / f"{name}.out", keys=scene.recipient,
        trust=scene.trust, recipient=RECIPIENT, at=AT)
(folder / "small").write_bytes(b"x")
with (folder / "large").open("wb") as file:
    for _ in range(50):
        file.write(b"x" * 1_000_000)
round_trip("small")
before = peak()
round_trip("large")
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
@pytest.mark.parametrize("suite", list(Suite))
def test_fifty_megabytes_take_little_memory(tmp_path: Path, suite: Suite) -> None:
    """Sealing and opening together raise the peak of a process by less than 16 MiB."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", PEAK, str(tmp_path), suite.value]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 16 * 1024
    assert (tmp_path / "large.out").stat().st_size == 50_000_000


STALLED = """
import sys, time
from pathlib import Path
from govlink.exchange import KeyRing, load_trust, open_envelope, output
from tests.unit.exchange.peers import AT, RECIPIENT
class Stalled(output._Unpublished):
    written = 0
    def write(self, content):
        super().write(content)
        Stalled.written += len(content)
        if Stalled.written > 200_000:
            print("stalled", flush=True)
            time.sleep(600)
output._Unpublished = Stalled
folder = Path(sys.argv[1])
open_envelope(folder / "out" / "envelope", into=folder / "out" / "document",
    keys=KeyRing(folder / RECIPIENT), trust=load_trust(folder / "trust.json"), recipient=RECIPIENT, at=AT)
"""


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="needs unnamed files, which Linux has")
def test_a_killed_process_leaves_no_plaintext(tmp_path: Path) -> None:
    """Killed outright when most of the document is written: the folder holds the envelope only."""
    scene = Scene.in_folder(tmp_path)
    save_trust(scene.trust, tmp_path / "trust.json")
    (tmp_path / "out").mkdir()
    scene.seal_into(tmp_path / "out" / "envelope", os.urandom(300_000))
    command = [sys.executable, "-c", STALLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"stalled\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["envelope"]


def test_a_pipe_in_place_of_an_envelope_does_not_block(plain: Scene, tmp_path: Path) -> None:
    """Nor does a folder or a device: each is simply no envelope."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(VerificationError) as caught:
            read_manifest(path, trust=plain.trust, at=AT)
        assert caught.value.code == "exchange.not_an_envelope"


def test_a_file_that_is_not_there_is_the_users_error(plain: Scene, tmp_path: Path) -> None:
    """And says nothing of any envelope."""
    with pytest.raises(RejectedError) as caught:
        read_manifest(tmp_path / "missing", trust=plain.trust, at=AT)
    assert (caught.value.code, caught.value.values["reason"]) == ("exchange.file_unreadable", "ENOENT")


def test_a_machine_in_want_is_no_bad_envelope(
    plain: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender who is told so tries again; one whose envelope is refused does not."""
    path = tmp_path / "envelope"
    plain.seal_into(path, b"x")

    class Failing(FileIO):
        def readinto(self, buffer: object, /) -> int:
            raise OSError(errno.EIO, "read error")

    def no_handles(path: Path, *_: object, **__: object) -> NoReturn:
        raise OSError(errno.EMFILE, "too many open files")

    for opener, reason in ((no_handles, "EMFILE"), (lambda p, *_, **__: Failing(p), "EIO")):
        with monkeypatch.context() as patch:
            patch.setattr(inputs, "FileIO", opener)
            with pytest.raises(UnavailableError) as caught:
                open_envelope(
                    path,
                    into=tmp_path / "document",
                    keys=plain.recipient,
                    trust=plain.trust,
                    recipient=RECIPIENT,
                    at=AT,
                )
        assert (caught.value.code, caught.value.values["reason"]) == ("exchange.file_unreadable", reason)
    assert [item.name for item in tmp_path.iterdir()] == ["envelope"]


def test_inflated_lengths_cost_no_memory(plain: Scene) -> None:
    """The largest length in any place is refused for what it is, not allocated."""
    envelope = plain.sealed(os.urandom(3 * CHUNK))
    layout = read_layout(BytesIO(envelope))
    most = struct.pack(">I", 2**32 - 1)
    end = len(envelope) - 13
    places = {len(envelope[:18]), layout.body_offset_bytes, end - 12}
    tracemalloc.start()
    for place in places:
        changed = envelope[:place] + most + envelope[place + 4 :]
        assert plain.refusal(changed) == "exchange.length_wrong"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
