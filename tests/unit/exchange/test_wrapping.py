"""Content keys: wrapped to one recipient, for one message between two parties."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import VerificationError
from govlink.exchange import Suite
from govlink.exchange.encoding import base64url, from_base64url
from govlink.exchange.keys import HybridPrivate, generate_decryption_key
from govlink.exchange.wrapping import ContentSecrets, Parties, unwrap_content_key, wrap_content_key

CONTENT_KEY = bytes(range(32))
PARTIES = Parties(message_id=UUID(int=1), sender="a.example", recipient="b.example")
KEYS = {suite: generate_decryption_key(suite=suite) for suite in Suite}


@pytest.mark.parametrize("suite", list(Suite))
def test_only_the_recipient_unwraps(suite: Suite) -> None:
    """And between the same two parties only."""
    wrapped = wrap_content_key(CONTENT_KEY, recipient=KEYS[suite].encryption_key(), parties=PARTIES)
    assert unwrap_content_key(wrapped, key=KEYS[suite], parties=PARTIES) == CONTENT_KEY
    other = replace(generate_decryption_key(suite=suite), kid=KEYS[suite].kid)
    for key, parties in (
        (other, PARTIES),
        (KEYS[suite], replace(PARTIES, sender="c.example")),
        (KEYS[suite], replace(PARTIES, recipient="c.example")),
    ):
        with pytest.raises(VerificationError):
            unwrap_content_key(wrapped, key=key, parties=parties)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_changed_hybrid_wrapping_is_refused(data: st.DataObject) -> None:
    """Any bit of it, either half, or another length."""
    wrapped = wrap_content_key(CONTENT_KEY, recipient=KEYS[Suite.HYBRID].encryption_key(), parties=PARTIES)
    content = bytearray(from_base64url(wrapped, what="x"))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    for changed in (bytes(content), bytes(content[:-1]), bytes(content) + b"x", b"", bytes(len(content))):
        with pytest.raises(VerificationError) as caught:
            unwrap_content_key(base64url(changed), key=KEYS[Suite.HYBRID], parties=PARTIES)
        assert caught.value.code == "exchange.unwrap_failed"


def test_one_content_key_never_serves_two_messages() -> None:
    """What is derived differs with the message and with either party, and not otherwise."""
    kinds = [
        PARTIES,
        replace(PARTIES, message_id=UUID(int=2)),
        replace(PARTIES, sender="c.example"),
        replace(PARTIES, recipient="c.example"),
        replace(PARTIES, sender=PARTIES.recipient, recipient=PARTIES.sender),
    ]
    derived = [ContentSecrets.derive(CONTENT_KEY, parties=parties) for parties in kinds]
    assert len({one.record_key for one in derived} | {one.commitment for one in derived}) == 10
    assert ContentSecrets.derive(CONTENT_KEY, parties=PARTIES) == derived[0]
    assert derived[0].record_key.hex() not in repr(derived[0])
    derived[0].check(derived[0].commitment)
    with pytest.raises(VerificationError) as caught:
        derived[0].check(derived[1].commitment)
    assert caught.value.code == "exchange.commitment_wrong"


def test_either_half_alone_opens_no_hybrid_wrapping() -> None:
    """Who breaks one of ML-KEM-768 and X25519 has nothing yet."""
    mine, other = KEYS[Suite.HYBRID].native, generate_decryption_key(suite=Suite.HYBRID).native
    assert isinstance(mine, HybridPrivate)
    assert isinstance(other, HybridPrivate)
    wrapped = wrap_content_key(CONTENT_KEY, recipient=KEYS[Suite.HYBRID].encryption_key(), parties=PARTIES)
    for half in (replace(mine, x25519=other.x25519), replace(mine, mlkem=other.mlkem)):
        with pytest.raises(VerificationError):
            unwrap_content_key(wrapped, key=replace(KEYS[Suite.HYBRID], native=half), parties=PARTIES)


def test_a_hybrid_wrapping_is_hpke_that_others_can_compute() -> None:
    """RFC 9180 in base mode over X-Wing, written out from its parts: no library's own invention is in it."""
    key = KEYS[Suite.HYBRID].native
    assert isinstance(key, HybridPrivate)
    wrapped = wrap_content_key(CONTENT_KEY, recipient=KEYS[Suite.HYBRID].encryption_key(), parties=PARTIES)
    content = from_base64url(wrapped, what="x")
    mlkem_part, point, ciphertext = content[:1088], content[1088:1120], content[1120:]
    shared = hashlib.sha3_256(
        key.mlkem.decapsulate(mlkem_part)
        + key.x25519.exchange(X25519PublicKey.from_public_bytes(point))
        + point
        + key.x25519.public_key().public_bytes_raw()
        + bytes.fromhex("5c2e2f2f5e5c")
    ).digest()
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 0x0001, 0x0002)

    def extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + secret, "sha256")

    def expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
        labelled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    schedule = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", PARTIES.info())
    secret = extract(shared, b"secret", b"")
    nonce = expand(secret, b"base_nonce", schedule, 12)
    assert AESGCM(expand(secret, b"key", schedule, 32)).decrypt(nonce, ciphertext, b"") == CONTENT_KEY
