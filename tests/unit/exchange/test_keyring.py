"""Key rings and key files: modes, rotation with an overlap, damage."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from govlink.errors import ConfigError, ConflictError, RejectedError, VerificationError
from govlink.exchange import DecryptionKey, KeyRing, KeyUse, SigningKey, Suite
from govlink.exchange.key_files import private_jwk, read_private_key, write_private_key
from govlink.exchange.keys import generate_decryption_key, generate_signing_key

from .peers import AT, ring_of

DAY = timedelta(days=1)


def kids(ring: KeyRing, *, at: object = AT) -> dict[str, KeyUse]:
    """The keys that peers are told of."""
    entries = ring.public_entries(name_th="ก", name_en="x", at=at)  # type: ignore[arg-type]  # a time
    return {entry.kid: entry.use for entry in entries}


@pytest.mark.parametrize("suite", list(Suite))
def test_a_new_ring_has_a_key_for_each_use(tmp_path: Path, suite: Suite) -> None:
    """Of mode 600 in a folder of mode 700, named by their thumbprints."""
    ring = ring_of(tmp_path, "a.example", suite=suite)
    folder = tmp_path / "a.example"
    assert ring.organisation == "a.example"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert sorted(kids(ring).values()) == ["seal", "sign"]
    assert {path.stem for path in folder.glob("*.jwk")} == kids(ring).keys()
    signing = ring.current_signing(AT)
    sealing = next(kid for kid, use in kids(ring).items() if use is KeyUse.SEAL)
    assert kids(ring)[signing.kid] is KeyUse.SIGN
    assert ring.decryption(sealing, at=AT).suite is suite
    assert ring.public_entries(name_th="ก", name_en="x", at=AT)[1].suite is suite


def test_a_ring_is_not_made_twice(tmp_path: Path) -> None:
    """The second would hide the first one's keys."""
    ring = ring_of(tmp_path, "a.example")
    before = kids(ring)
    with pytest.raises(ConfigError) as caught:
        ring.generate("b.example", at=AT)
    assert caught.value.code == "exchange.keyring_exists"
    assert kids(ring) == before


def test_a_ring_needs_an_organisation(tmp_path: Path) -> None:
    """And makes no folder for what is none."""
    with pytest.raises(RejectedError):
        KeyRing(tmp_path / "x").generate("กระทรวง", at=AT)
    assert not (tmp_path / "x").exists()


def test_a_rotation_overlaps(tmp_path: Path) -> None:
    """The new key signs at once; the old one opens until the overlap ends, then is refused by name."""
    ring = ring_of(tmp_path, "a.example")
    old = kids(ring)
    old_seal = next(kid for kid, use in old.items() if use is KeyUse.SEAL)
    old_sign = ring.current_signing(AT).kid
    ring.rotate(at=AT + DAY, overlap=7 * DAY, suite=Suite.HYBRID)
    assert ring.current_signing(AT + DAY).kid != old_sign
    assert ring.current_signing(AT).kid == old_sign
    assert len(kids(ring, at=AT + DAY)) == 4
    assert ring.decryption(old_seal, at=AT + 8 * DAY - timedelta(seconds=1)).kid == old_seal
    with pytest.raises(VerificationError) as caught:
        ring.decryption(old_seal, at=AT + 8 * DAY)
    assert caught.value.code == "exchange.recipient_key_retired"
    left = ring.public_entries(name_th="ก", name_en="x", at=AT + 8 * DAY)
    assert not old.keys() & {entry.kid for entry in left}
    assert {entry.suite for entry in left} == {None, Suite.HYBRID}


def test_new_keys_may_be_announced_before_they_are_used(tmp_path: Path) -> None:
    """So that peers have pinned them when the first message comes; they open early, for fast clocks."""
    ring = ring_of(tmp_path, "a.example")
    old_sign = ring.current_signing(AT).kid
    ring.rotate(at=AT, overlap=DAY, starts_in=3 * DAY)
    assert len(kids(ring)) == 4
    assert ring.current_signing(AT + 2 * DAY).kid == old_sign
    assert ring.current_signing(AT + 3 * DAY).kid != old_sign
    for kid, use in kids(ring).items():
        if use is KeyUse.SEAL:
            assert ring.decryption(kid, at=AT).kid == kid


@pytest.mark.parametrize("starts_in", [timedelta(0), 3 * DAY, 10 * DAY])
def test_announced_keys_begin_before_others_are_made(tmp_path: Path, starts_in: timedelta) -> None:
    """Peers who pinned them as the newest will seal to them, so nothing may retire them before."""
    ring = ring_of(tmp_path, "a.example")
    ring.rotate(at=AT, overlap=DAY, starts_in=3 * DAY)
    before, moment = kids(ring), timedelta(microseconds=1)
    with pytest.raises(ConfigError) as caught:
        ring.rotate(at=AT + 3 * DAY - moment, overlap=timedelta(0), starts_in=starts_in)
    assert caught.value.code == "exchange.rotation_pending"
    assert "2026-07-04T09:00:00Z" in caught.value.explain("th")
    assert kids(ring) == before
    assert len(list((tmp_path / "a.example").glob("*.jwk"))) == 4
    ring.rotate(at=AT + 3 * DAY, overlap=DAY, starts_in=starts_in)
    assert len(kids(ring)) == 6


def test_unknown_keys_and_other_uses_are_refused(tmp_path: Path) -> None:
    """A signing key opens nothing."""
    ring = ring_of(tmp_path, "a.example")
    for kid in ("unknown", "../keyring", ring.current_signing(AT).kid):
        with pytest.raises(VerificationError) as caught:
            ring.decryption(kid, at=AT)
        assert caught.value.code == "exchange.recipient_key_unknown"


def test_a_ring_that_ran_out_says_so(tmp_path: Path) -> None:
    """Nothing is signed with an expired key."""
    ring = ring_of(tmp_path, "a.example")
    with pytest.raises(ConfigError) as caught:
        ring.current_signing(AT + 731 * DAY)
    assert caught.value.code == "exchange.no_signing_key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o602, 0o610])
def test_a_key_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    """To read, to write, group or all."""
    ring = ring_of(tmp_path, "a.example")
    kid = ring.current_signing(AT).kid
    path = tmp_path / "a.example" / f"{kid}.jwk"
    path.chmod(mode)
    with pytest.raises(ConfigError) as caught:
        ring.current_signing(AT)
    assert caught.value.code == "exchange.key_file_open"
    path.chmod(0o400)
    assert ring.current_signing(AT).kid == kid


def test_a_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    """They could put a key of theirs in it."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x").chmod(0o777)
    with pytest.raises(ConfigError) as caught:
        KeyRing(tmp_path / "x").generate("a.example", at=AT)
    assert caught.value.code == "exchange.keyring_open"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"version":2,"organisation":"a.example","keys":[]}',
        b'{"version":1,"organisation":"A","keys":[]}',
        b'{"version":1,"organisation":"a.example","keys":[{}]}',
        b'{"version":1,"version":1,"organisation":"a.example","keys":[]}',
    ],
)
def test_a_damaged_ring_is_told(tmp_path: Path, content: bytes) -> None:
    """As a fault of the file."""
    ring = ring_of(tmp_path, "a.example")
    (tmp_path / "a.example" / "keyring.json").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        ring.current_signing(AT)
    assert caught.value.code == "exchange.keyring_invalid"


def test_no_ring_is_told(tmp_path: Path) -> None:
    """Before anything is asked of it."""
    acts: tuple[Callable[[KeyRing], object], ...] = (
        lambda ring: ring.organisation,
        lambda ring: ring.rotate(at=AT, overlap=DAY),
        lambda ring: ring.current_signing(AT),
    )
    for act in acts:
        with pytest.raises(ConfigError) as caught:
            act(KeyRing(tmp_path))
        assert caught.value.code == "exchange.keyring_unreadable"


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    """The lock keeps one from overwriting what the other wrote."""
    ring = ring_of(tmp_path, "a.example")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(ring.rotate, at=AT, overlap=DAY) for _ in range(8)]:
            done.result()
    assert len(kids(ring)) == 18
    assert len(list((tmp_path / "a.example").glob("*.jwk"))) == 18


def test_a_key_file_comes_back(tmp_path: Path) -> None:
    """Each kind, and is never overwritten."""
    keys: list[SigningKey | DecryptionKey] = [
        generate_signing_key(),
        *(generate_decryption_key(suite=suite) for suite in Suite),
    ]
    for number, key in enumerate(keys):
        path = tmp_path / f"{number}.jwk"
        write_private_key(key, path)
        use = KeyUse.SIGN if isinstance(key, SigningKey) else KeyUse.SEAL
        found = read_private_key(path, use=use)
        assert found == key
        assert private_jwk(found) == private_jwk(key)
        with pytest.raises(ConflictError):
            write_private_key(key, path)


@pytest.mark.parametrize("suite", list(Suite))
def test_halves_that_do_not_belong_together_are_refused(tmp_path: Path, suite: Suite) -> None:
    """Or what is sealed to the public half is lost for ever."""
    mine, other = (private_jwk(generate_decryption_key(suite=suite)) for _ in range(2))
    secret = "priv" if suite is Suite.HYBRID else "d"
    bad: list[tuple[dict[str, object], str]] = [
        ({**mine, secret: other[secret]}, "exchange.key_file_unreadable"),
        ({**mine, secret: "AAAA"}, "exchange.key_file_unreadable"),
        ({**mine, secret: "A" * len(mine[secret])}, "exchange.key_file_unreadable"),
        ({**mine, secret: None}, "exchange.key_file_unreadable"),
        ({k: v for k, v in mine.items() if k != secret}, "exchange.key_file_unreadable"),
        ({**mine, "kid": other["kid"]}, "exchange.thumbprint_wrong"),
        ({**mine, "use": "sig"}, "exchange.key_invalid"),
    ]
    for content, code in bad:
        path = tmp_path / "key.jwk"
        path.touch(mode=0o600)
        path.write_text(json.dumps(content))
        with pytest.raises(ConfigError) as caught:
            read_private_key(path, use=KeyUse.SEAL)
        assert caught.value.code == code
        assert mine[secret][8:20] not in caught.value.explain("th")


def test_retired_keys_are_forgotten(tmp_path: Path) -> None:
    """Their files go, what is in use stays, and the ring still tells a retired key from a foreign one."""
    ring = ring_of(tmp_path, "a.example")
    old = kids(ring)
    sealing = next(kid for kid, use in old.items() if use is KeyUse.SEAL)
    ring.rotate(at=AT + DAY, overlap=7 * DAY)
    files = tmp_path / "a.example"
    assert ring.forget(at=AT + 8 * DAY - timedelta(seconds=1)) == ()
    assert sorted(ring.forgettable(at=AT + 8 * DAY)) == sorted(old)
    assert len(list(files.glob("*.jwk"))) == 4
    assert sorted(ring.forget(at=AT + 8 * DAY)) == sorted(old)
    assert {path.stem for path in files.glob("*.jwk")} == kids(ring, at=AT + 8 * DAY).keys()
    assert ring.forget(at=AT + 8 * DAY) == ring.forgettable(at=AT + 8 * DAY) == ()
    assert ring.current_signing(AT + 8 * DAY).kid not in old
    with pytest.raises(VerificationError) as caught:
        ring.decryption(sealing, at=AT + 8 * DAY)
    assert caught.value.code == "exchange.recipient_key_retired"
