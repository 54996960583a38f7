"""Trust lists: pinning, revoking, choosing, and the file."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from govlink.errors import ConfigError, RejectedError, VerificationError
from govlink.exchange import (
    KeyUse,
    Suite,
    TrustEntry,
    TrustList,
    edit_trust,
    load_entries,
    load_trust,
    save_entries,
    save_trust,
)
from govlink.exchange.encoding import base64url

from .peers import AT, RECIPIENT, SENDER, STRANGER, Scene, ring_of, trusting

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Two agencies."""
    return Scene.in_folder(tmp_path_factory.mktemp("trust"), suite=Suite.HYBRID)


@pytest.fixture
def entry(scene: Scene) -> TrustEntry:
    """The sender's signing key, unpinned."""
    return scene.sender.public_entries(name_th="กรมสมมติ", name_en="Made-up Department", at=AT)[0]


def test_only_the_whole_fingerprint_pins(entry: TrustEntry) -> None:
    """A part of it, one letter off, or nothing does not; blanks between groups do not matter."""
    spaced = " ".join((entry.kid[:20], entry.kid[20:]))
    for wrong in ("", entry.kid[:-1], entry.kid[:8], entry.kid.swapcase(), entry.kid + "A"):
        with pytest.raises(RejectedError) as caught:
            TrustList().pin(entry, fingerprint=wrong, at=AT)
        assert caught.value.code == "exchange.fingerprint_wrong"
    assert TrustList().pin(entry, fingerprint=spaced, at=AT).find(entry.kid) == replace(entry, pinned_at=AT)


def test_a_revocation_stays(entry: TrustEntry) -> None:
    """Pinning the same key again, or revoking it later, does not give it back its time."""
    trust = TrustList().pin(entry, fingerprint=entry.kid, at=AT).revoke(entry.kid, at=AT + DAY)
    for again in (
        trust.pin(entry, fingerprint=entry.kid, at=AT + 3 * DAY),
        trust.revoke(entry.kid, at=AT + 5 * DAY),
    ):
        found = again.find(entry.kid)
        assert found is not None
        assert found.revoked_at == AT + DAY
    with pytest.raises(RejectedError):
        trust.revoke("unknown", at=AT)


def test_a_key_belongs_to_one_organisation(entry: TrustEntry) -> None:
    """Pinning it for a second one is refused, and a list that holds it twice is none."""
    trust = TrustList().pin(entry, fingerprint=entry.kid, at=AT)
    with pytest.raises(RejectedError) as caught:
        trust.pin(replace(entry, organisation=STRANGER), fingerprint=entry.kid, at=AT)
    assert caught.value.code == "exchange.key_elsewhere"
    with pytest.raises(ConfigError):
        TrustList(entries=(entry, replace(entry, organisation=STRANGER)))


def test_validity_has_exact_edges(entry: TrustEntry) -> None:
    """From its beginning on, up to but not at its end, and revoked from the moment on."""
    moment = timedelta(microseconds=1)
    codes = [
        fault.code if (fault := entry.fault_at(at)) else None
        for at in (entry.valid_from - moment, entry.valid_from, entry.valid_until - moment, entry.valid_until)
    ]
    assert codes == ["exchange.key_not_yet_valid", None, None, "exchange.key_expired"]
    revoked = replace(entry, revoked_at=AT + DAY)
    assert revoked.fault_at(AT + DAY - moment) is None
    fault = revoked.fault_at(AT + DAY)
    assert fault is not None
    assert fault.code == "exchange.key_revoked"
    late = revoked.fault_at(entry.valid_until + DAY)
    assert late is not None
    assert late.code == "exchange.key_revoked"


def test_the_signer_is_found_by_key_use_and_organisation(scene: Scene, entry: TrustEntry) -> None:
    """A sealing key, another organisation or an unknown key is no signer."""
    found, key = scene.trust.signer(kid=entry.kid, at=AT, organisation=SENDER)
    assert (found.organisation, key) == (SENDER, entry.key)
    sealing = scene.trust.sealer(organisation=SENDER, at=AT)
    for kid, organisation in ((sealing.kid, None), (entry.kid, STRANGER), ("unknown", None)):
        with pytest.raises(VerificationError) as caught:
            scene.trust.signer(kid=kid, at=AT, organisation=organisation)
        assert caught.value.code == "exchange.key_unknown"


def test_the_newest_valid_key_is_sealed_to(tmp_path: Path) -> None:
    """Not one that is only announced, expired or revoked; and none at all is told with the name."""
    ring = ring_of(tmp_path, RECIPIENT)
    first = trusting(ring).sealer(organisation=RECIPIENT, at=AT)
    ring.rotate(at=AT, overlap=5 * DAY, starts_in=2 * DAY)
    trust = trusting(ring)
    assert trust.sealer(organisation=RECIPIENT, at=AT) == first
    second = trust.sealer(organisation=RECIPIENT, at=AT + 2 * DAY)
    assert second != first
    assert trust.revoke(second.kid, at=AT).sealer(organisation=RECIPIENT, at=AT + 3 * DAY) == first
    for organisation, at in ((STRANGER, AT), (RECIPIENT, AT - DAY)):
        with pytest.raises(ConfigError) as caught:
            trust.sealer(organisation=organisation, at=at)
        assert organisation in caught.value.explain("th")


def test_an_entry_that_contradicts_itself_is_none(entry: TrustEntry) -> None:
    """Names, and times in their order and with their zone."""
    for changes in (
        {"name_th": ""},
        {"organisation": "X"},
        {"valid_until": entry.valid_from},
        {"valid_from": entry.valid_from.replace(tzinfo=None)},
        {"revoked_at": entry.valid_from.replace(tzinfo=None)},
    ):
        with pytest.raises(RejectedError):
            replace(entry, **changes)


def test_the_file_comes_back(scene: Scene, tmp_path: Path) -> None:
    """Names in Thai as they are, every time and key; saving again replaces it whole."""
    path = tmp_path / "trust.json"
    kid = scene.trust.entries[0].kid
    for trust in (scene.trust, scene.trust.revoke(kid, at=AT + DAY)):
        save_trust(trust, path)
        assert load_trust(path) == trust
    assert "หน่วยงานสมมติ" in path.read_text("utf-8")
    assert [item.name for item in tmp_path.iterdir()] == ["trust.json"]
    found = load_trust(path).find(kid)
    assert found is not None
    assert found.public_jwk() == scene.trust.entries[0].public_jwk()


def test_an_edit_waits_for_the_one_before(scene: Scene, tmp_path: Path) -> None:
    """Of two that run at once neither is lost; the first of all makes the file."""
    path, started = tmp_path / "trust.json", threading.Event()
    first, second = scene.trust.entries[:2]

    def pin(entry: TrustEntry) -> Callable[[TrustList], TrustList]:
        return lambda trust: trust.pin(entry, fingerprint=entry.kid, at=AT)

    def late() -> None:
        started.set()
        edit_trust(path, pin(second))

    other = threading.Thread(target=late)

    def slow(trust: TrustList) -> TrustList:
        other.start()
        assert started.wait(10)
        other.join(0.2)  # long enough for one that does not wait to write, and to be overwritten
        return pin(first)(trust)

    assert edit_trust(path, slow) == TrustList(entries=(first,))
    other.join(10)
    assert load_trust(path) == TrustList(entries=(first, second))


def test_an_edit_that_is_refused_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    """Nor does it keep the next one waiting."""
    path = tmp_path / "trust.json"
    save_trust(scene.trust, path)
    before = path.read_bytes()
    with pytest.raises(RejectedError):
        edit_trust(path, lambda trust: trust.revoke("unknown", at=AT))
    assert path.read_bytes() == before
    kid = scene.trust.entries[0].kid
    assert edit_trust(path, lambda trust: trust.revoke(kid, at=AT)) == load_trust(path)
    assert load_trust(path) != scene.trust


def test_handed_out_keys_are_not_trusted_before_they_are_pinned(entry: TrustEntry, tmp_path: Path) -> None:
    """A peer's file is read to be shown; as a trust list it is refused."""
    path = tmp_path / "peer.json"
    save_entries([entry], path)
    assert load_entries(path) == (entry,)
    with pytest.raises(ConfigError) as caught:
        load_trust(path)
    assert caught.value.code == "exchange.not_pinned"


WRONG: list[tuple[str, Callable[[dict[str, object]], object]]] = [
    (
        "exchange.key_weak",
        lambda e: e | {"public_jwk": {"kty": "RSA", "e": "AQAB", "n": base64url(b"\x81" * 128)}},
    ),
    (
        "exchange.key_unsupported",
        lambda e: e | {"public_jwk": {"kty": "EC", "crv": "P-192", "x": "AA", "y": "AA"}},
    ),
    ("exchange.key_unsupported", lambda e: e | {"public_jwk": {"kty": "oct", "k": "AA"}}),
    ("exchange.trust_entry_invalid", lambda e: e | {"kid": "my-key"}),
    ("exchange.trust_entry_invalid", lambda e: e | {"suite": "p256"}),
    ("exchange.key_invalid", lambda e: e | {"use": "seal"}),
    ("exchange.trust_file_invalid", lambda e: e | {"use": "any"}),
    ("exchange.trust_file_invalid", lambda e: e | {"more": 1}),
    ("exchange.trust_file_invalid", lambda e: {k: v for k, v in e.items() if k != "revoked_at"}),
    ("exchange.trust_file_invalid", lambda e: e | {"name_en": None}),
    ("exchange.trust_file_invalid", lambda e: e | {"public_jwk": "x"}),
    ("exchange.trust_file_invalid", lambda _e: "x"),
    ("exchange.time_invalid", lambda e: e | {"valid_from": "yesterday"}),
    ("exchange.time_invalid", lambda e: e | {"revoked_at": 5}),
    ("exchange.organisation_invalid", lambda e: e | {"organisation": "X"}),
]


@pytest.mark.parametrize(("code", "change"), WRONG)
def test_a_wrong_file_is_refused(
    scene: Scene, tmp_path: Path, code: str, change: Callable[[dict[str, object]], object]
) -> None:
    """Weak keys, names that are not the key's, and anything unknown or missing."""
    path = tmp_path / "trust.json"
    signing = [entry for entry in scene.trust.entries if entry.use is KeyUse.SIGN][:1]
    save_entries(signing, path)
    content = json.loads(path.read_text("utf-8"))
    content["entries"] = [change(content["entries"][0])]
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_trust(path)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "exchange.json_invalid"),
        (b"[]", "exchange.json_invalid"),
        (b'{"version":1}', "exchange.trust_file_invalid"),
        (b'{"version":2,"entries":[]}', "exchange.trust_file_invalid"),
        (b'{"version":true,"entries":[]}', "exchange.trust_file_invalid"),
        (b'{"version":1,"entries":{}}', "exchange.trust_file_invalid"),
        (b'{"version":1,"entries":[],"entries":[]}', "exchange.member_repeated"),
    ],
)
def test_what_is_no_trust_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    """And a file that is not there is told as such."""
    path = tmp_path / "trust.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_trust(path)
    assert caught.value.code == code
    with pytest.raises(ConfigError) as caught:
        load_trust(tmp_path / "missing.json")
    assert caught.value.code == "exchange.trust_file_unreadable"


@pytest.mark.parametrize(("mode", "is_taken"), [(0o600, True), (0o664, True), (0o666, False), (0o602, False)])
def test_a_trust_list_that_anybody_may_write_is_refused(
    scene: Scene, tmp_path: Path, mode: int, *, is_taken: bool
) -> None:
    """Whoever writes it decides who is believed."""
    path = tmp_path / "trust.json"
    save_trust(scene.trust, path)
    path.chmod(mode)
    if is_taken:
        assert load_trust(path) == scene.trust
        return
    with pytest.raises(ConfigError) as caught:
        load_trust(path)
    assert caught.value.code == "exchange.trust_file_open"
