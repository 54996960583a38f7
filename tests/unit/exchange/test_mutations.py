"""Whatever is changed in an envelope, by accident or on purpose, it is refused and leaves no file.

One change alone is taken, because it is none: the other of the two forms of an ECDSA signature.
"""

from __future__ import annotations

import hmac
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from govlink.errors import VerificationError
from govlink.exchange import Suite, manifest_sha256_hex
from govlink.exchange.encoding import base64url, canonical_json, from_base64url
from govlink.exchange.envelope import MANIFEST_TYPE
from govlink.exchange.keys import VerifyingKey
from govlink.exchange.prelude import parse_prelude
from govlink.exchange.thumbprint import thumbprint, verifying_jwk

from .peers import AT, CHUNK, MESSAGE, SENDER, Parts, Scene

ANY = settings(max_examples=60, deadline=None)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Case:
    """A scene with an envelope of one record and one of five, and their twins for another document."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.key = scene.sender.current_signing(AT)
        self.small = scene.sealed(b"short document")
        self.large = scene.sealed(os.urandom(4 * CHUNK + 9))
        self.parts = Parts.of(self.large)
        self.other = Parts.of(scene.sealed(os.urandom(4 * CHUNK + 9)))


@pytest.fixture(scope="module", params=list(Suite))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Both suites."""
    return Case(Scene.in_folder(tmp_path_factory.mktemp("scene"), suite=request.param))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The default suite, for what does not depend on it."""
    return Case(Scene.in_folder(tmp_path_factory.mktemp("scene")))


def test_the_untouched_envelopes_open(case: Case) -> None:
    """Else every refusal below would mean nothing."""
    assert case.scene.opened(case.small)[1] == b"short document"
    for parts in (case.parts, case.other, case.parts.with_manifest(case.key)):
        assert len(case.scene.opened(parts.joined())[1]) == 4 * CHUNK + 9
    assert len(case.parts.records) == 5


def test_a_change_in_any_byte_is_refused(plain: Case) -> None:
    """Every byte of a small envelope, one bit of each."""
    for place in range(len(plain.small)):
        changed = bytearray(plain.small)
        changed[place] ^= 1 << place % 8
        plain.scene.refusal(bytes(changed))


@ANY
@given(data=st.data())
def test_flipped_bits_are_refused(case: Case, data: st.DataObject) -> None:
    """One or several, anywhere in a large envelope."""
    changed = bytearray(case.large)
    places = data.draw(st.sets(st.integers(0, len(changed) * 8 - 1), min_size=1, max_size=4))
    for place in places:
        changed[place // 8] ^= 1 << place % 8
    case.scene.refusal(bytes(changed))


@ANY
@given(data=st.data())
def test_a_cut_is_refused(case: Case, data: st.DataObject) -> None:
    """At any place, of either envelope; an empty file too."""
    envelope = data.draw(st.sampled_from((case.small, case.large)))
    case.scene.refusal(envelope[: data.draw(st.integers(0, len(envelope) - 1))])


@ANY
@given(data=st.data(), extra=st.binary(min_size=1, max_size=200))
def test_bytes_that_were_put_in_are_refused(case: Case, data: st.DataObject, extra: bytes) -> None:
    """At the end, at the start, anywhere between."""
    place = data.draw(st.one_of(st.just(len(case.large)), st.just(0), st.integers(0, len(case.large))))
    case.scene.refusal(case.large[:place] + extra + case.large[place:])


@ANY
@given(junk=st.binary(max_size=2000))
def test_junk_is_refused(plain: Case, junk: bytes) -> None:
    """And so is junk behind a right beginning."""
    plain.scene.refusal(junk)
    plain.scene.refusal(plain.small[:40] + junk)


def reordered(records: tuple[bytes, ...]) -> dict[str, tuple[bytes, ...]]:
    """What a hostile hand may do to whole records, keeping each as it is."""
    first, second, *rest = records
    return {
        "swapped": (second, first, *rest),
        "one dropped": (first, *rest),
        "the last dropped": records[:-1],
        "one twice": (first, first, *rest),
        "the last moved to the front": (records[-1], *records[:-1]),
        "the last twice": (*records, records[-1]),
    }


@pytest.mark.parametrize("what", list(reordered((b"", b""))))
def test_records_out_of_their_order_are_refused(case: Case, what: str) -> None:
    """With the old manifest, and with one that a hostile sender signs over the new body."""
    records = reordered(case.parts.records)[what]
    changed = replace(case.parts, records=records)
    assert case.scene.refusal(changed.joined()) in {
        "exchange.length_wrong",
        "exchange.record_damaged",
        "exchange.body_foreign",
    }
    plain_bytes = sum(len(record) - 20 for record in records)
    size = -(-plain_bytes // CHUNK)
    signed = changed.with_manifest(case.key, plain_bytes=plain_bytes, chunk_count=size)
    assert case.scene.refusal(signed.joined()) in {"exchange.length_wrong", "exchange.record_damaged"}


def test_a_shorter_document_cannot_pose_as_whole(case: Case) -> None:
    """Without its last record the one before it would have to carry the mark of the last."""
    shorter = replace(case.parts, records=case.parts.records[:4])
    signed = shorter.with_manifest(case.key, plain_bytes=4 * CHUNK, chunk_count=4)
    assert case.scene.refusal(signed.joined()) == "exchange.record_damaged"


def test_parts_of_two_envelopes_do_not_mix(case: Case) -> None:
    """Head, body and manifest of one are refused on another, also when a hostile sender signs the mix."""
    mine, other = case.parts, case.other
    codes = {
        "head": case.scene.refusal(replace(mine, prelude=other.prelude).joined()),
        "body": case.scene.refusal(replace(mine, records=other.records).joined()),
        "manifest": case.scene.refusal(replace(mine, manifest_jws=other.manifest_jws).joined()),
    }
    assert codes == {
        "head": "exchange.prelude_foreign",
        "body": "exchange.record_damaged",
        "manifest": "exchange.prelude_foreign",
    }
    for mixed in (
        replace(mine, prelude=other.prelude),
        replace(mine, records=(mine.records[0], other.records[1], *mine.records[2:])),
    ):
        assert case.scene.refusal(mixed.with_manifest(case.key).joined()) == "exchange.record_damaged"


def test_a_manifest_for_another_body_is_refused_though_all_records_open(case: Case) -> None:
    """The digest of the body is checked too: auditors without keys rely on it."""
    signed = case.parts.with_manifest(case.key, body_sha256="0" * 64)
    assert case.scene.refusal(signed.joined()) == "exchange.body_foreign"


def test_nobody_passes_on_an_envelope_as_his_own(case: Case) -> None:
    """A key that was wrapped by one sender opens nothing under another's name, or under another id."""
    own = case.scene.recipient.current_signing(AT)
    stolen = case.parts.with_manifest(own, sender="recipient.example")
    assert case.scene.refusal(stolen.joined()) in {"exchange.parties_wrong", "exchange.unwrap_failed"}
    renamed = case.parts.with_manifest(case.key, message_id=UUID(int=MESSAGE.int ^ 1))
    assert case.scene.refusal(renamed.joined()) in {"exchange.commitment_wrong", "exchange.unwrap_failed"}


def test_a_head_with_another_commitment_is_refused(case: Case) -> None:
    """AES-GCM would open one ciphertext under two keys; the commitment does not."""
    members = json.loads(case.parts.prelude)
    members["commitment"] = base64url(bytes(32))
    changed = replace(case.parts, prelude=canonical_json(members)).with_manifest(case.key)
    assert case.scene.refusal(changed.joined()) == "exchange.commitment_wrong"


def test_a_head_of_the_other_suite_is_refused(case: Case) -> None:
    """The suite follows from the key, not from what the envelope claims."""
    members = json.loads(case.parts.prelude)
    other = Suite.HYBRID if members["suite"] == "p256" else Suite.P256
    members["suite"] = other.value
    prelude = canonical_json(members)
    unsigned = replace(case.parts, prelude=prelude).with_manifest(case.key)
    assert case.scene.refusal(unsigned.joined()) == "exchange.prelude_foreign"
    signed = replace(case.parts, prelude=prelude).with_manifest(case.key, suite=other)
    assert case.scene.refusal(signed.joined()) == "exchange.suite_wrong"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:-1] + b',"suite":"p256"}', "exchange.member_repeated"),
        (lambda text: text.replace(b'","', b'", "', 1), "exchange.json_invalid"),
        (
            lambda text: text.replace(b'"chunk_bytes":65536', b'"chunk_bytes":1', 1),
            "exchange.prelude_invalid",
        ),
        (
            lambda text: text.replace(b'"chunk_bytes":65536', b'"chunk_bytes":true', 1),
            "exchange.prelude_invalid",
        ),
        (lambda text: text.replace(b'"suite":"', b'"suite":"x', 1), "exchange.prelude_invalid"),
        (lambda text: text.replace(b'"recipient_kid"', b'"recipient_kif"', 1), "exchange.prelude_invalid"),
        (lambda text: b"[" + text + b"]", "exchange.json_invalid"),
        (lambda text: b"\xff" + text, "exchange.json_invalid"),
    ],
)
def test_a_head_in_another_spelling_is_refused(plain: Case, change: object, code: str) -> None:
    """Even if the sender signed it: one head has one spelling."""
    assert callable(change)
    changed = replace(plain.parts, prelude=change(plain.parts.prelude))
    with pytest.raises(VerificationError) as caught:
        parse_prelude(changed.prelude)
    assert caught.value.code == code
    assert plain.scene.refusal(changed.joined()) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:-1] + b',"sender":"x"}', "exchange.member_repeated"),
        (lambda text: text.replace(b'"sender"', b' "sender"', 1), "exchange.json_invalid"),
        (lambda text: text.replace(b'"version":1', b'"version":2', 1), "exchange.manifest_version"),
        (lambda text: text.replace(b'"version":1', b'"version":true', 1), "exchange.manifest_invalid"),
        (lambda text: text.replace(b'"version":1', b'"version":1,"x":1', 1), "exchange.manifest_invalid"),
        (lambda text: text.replace(b'"purpose":"', b'"purpose":"\\n', 1), "exchange.text_invalid"),
        (lambda text: text.replace(SENDER.encode(), b"Sender", 1), "exchange.organisation_invalid"),
        (lambda text: text.replace(b"2026-07-01T", b"2026-07-32T", 1), "exchange.time_invalid"),
        (lambda text: text.replace(b"09:00:00Z", b"16:00:00+07:00", 1), "exchange.time_invalid"),
        (lambda text: text.replace(b"0b9f6f0e", b"0B9F6F0E", 1), "exchange.manifest_invalid"),
        (lambda text: text.replace(b'"chunk_count":5', b'"chunk_count":6', 1), "exchange.manifest_invalid"),
        (lambda text: text.replace(b'"chunk_count":5', b'"chunk_count":5.0', 1), "exchange.manifest_invalid"),
        (lambda text: text.replace(b'"chunk_count":5', b'"chunk_count":NaN', 1), "exchange.json_invalid"),
        (lambda text: b"[" * 5000, "exchange.json_invalid"),
    ],
)  # fmt: skip
def test_a_manifest_in_another_form_is_refused(plain: Case, change: object, code: str) -> None:
    """Even with a right signature, under its own code."""
    assert callable(change)
    payload = from_base64url(plain.parts.manifest_jws.split(".")[1], what="payload")
    changed = change(payload)
    assert changed != payload
    assert plain.scene.refusal(plain.parts.with_payload(plain.key, changed).joined()) == code


# -- the signature's own form and algorithm


def jws_with(plain: Case, header: Mapping[str, object] | bytes, *, signature: bytes | None = None) -> bytes:
    """The large envelope with another JWS header, its old signature unless told otherwise."""
    old_header, payload, old_signature = plain.parts.manifest_jws.split(".")
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    assert content != from_base64url(old_header, what="header")
    last = old_signature if signature is None else base64url(signature)
    return replace(plain.parts, manifest_jws=f"{base64url(content)}.{payload}.{last}").joined()


def test_swapped_algorithms_are_refused(plain: Case) -> None:
    """None, a secret made from the public key, another algorithm than the key's, an unknown one."""
    kid = plain.key.kid
    _, payload, _ = plain.parts.manifest_jws.split(".")
    for alg in ("none", "HS256", "RS256", "ES384", "Ed25519", "EdDSA", "PS256", "es256", "", "ES256K"):
        header = {"alg": alg, "typ": MANIFEST_TYPE, "kid": kid}
        for signature in (b"", b"\0", bytes(64)):
            code = plain.scene.refusal(jws_with(plain, header, signature=signature))
            assert code in {"exchange.algorithm_refused", "exchange.jose_malformed"}
    public = ECKey.import_key(plain.key.native.public_key())
    header = {"alg": "HS256", "typ": MANIFEST_TYPE, "kid": kid}
    signed = f"{base64url(json.dumps(header).encode())}.{payload}"
    for secret in (public.as_pem(private=False), json.dumps(public.as_dict(private=False)).encode()):
        forged = f"{signed}.{base64url(hmac.digest(secret, signed.encode(), 'sha256'))}"
        changed = replace(plain.parts, manifest_jws=forged).joined()
        assert plain.scene.refusal(changed) == "exchange.algorithm_refused"


def test_the_keys_algorithm_decides(plain: Case) -> None:
    """A PS256 signature is taken from an RSA key and not under the name of an EC key, and back."""
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key()
    key = VerifyingKey(kid=thumbprint(verifying_jwk(public)), algorithm="PS256", native=public)
    entry = plain.scene.trust.find(plain.key.kid)
    assert entry is not None
    trust = plain.scene.trust.pin(replace(entry, key=key), fingerprint=key.kid, at=AT)
    payload = from_base64url(plain.parts.manifest_jws.split(".")[1], what="payload")

    def signed(alg: str, kid: str) -> bytes:
        header = {"alg": alg, "typ": MANIFEST_TYPE, "kid": kid}
        text = jws.serialize_compact(header, payload, RSAKey.import_key(private), algorithms=[alg])
        return replace(plain.parts, manifest_jws=text).joined()

    assert plain.scene.opened(signed("PS256", key.kid), trust=trust)[0].manifest.sender == SENDER
    assert plain.scene.refusal(signed("PS256", plain.key.kid), trust=trust) == "exchange.algorithm_refused"
    assert plain.scene.refusal(signed("RS256", key.kid), trust=trust) == "exchange.algorithm_refused"
    header = {"alg": "ES256", "typ": MANIFEST_TYPE, "kid": key.kid}
    assert plain.scene.refusal(jws_with(plain, header), trust=trust) == "exchange.algorithm_refused"


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"crit": ["exp"], "exp": 1}, "exchange.header_refused"),
        ({"b64": False, "crit": ["b64"]}, "exchange.header_refused"),
        ({"jwk": {"kty": "EC"}}, "exchange.header_refused"),
        ({"jku": "https://evil.example/keys"}, "exchange.header_refused"),
        ({"x5c": ["AA"]}, "exchange.header_refused"),
        ({"typ": "JWT"}, "exchange.type_wrong"),
        ({"typ": "govlink-receipt+jws"}, "exchange.type_wrong"),
        ({"typ": 1}, "exchange.header_refused"),
        ({"kid": "unknown"}, "exchange.key_unknown"),
        ({"kid": "../../etc/passwd"}, "exchange.key_unknown"),
    ],
)
def test_other_headers_are_refused(plain: Case, extra: dict[str, object], code: str) -> None:
    """Whatever a header asks for beyond algorithm, type and key id, and keys it brings along."""
    header = {"alg": "ES256", "typ": MANIFEST_TYPE, "kid": plain.key.kid, **extra}
    assert plain.scene.refusal(jws_with(plain, header)) == code


def test_a_repeated_header_member_is_refused(plain: Case) -> None:
    """Two readers would take two different ones."""
    header = json.dumps({"alg": "ES256", "typ": MANIFEST_TYPE, "kid": plain.key.kid}).encode()
    doubled = header[:-1] + b',"alg":"ES256"}'
    assert plain.scene.refusal(jws_with(plain, doubled)) == "exchange.member_repeated"


@pytest.mark.parametrize("change", ["=", "==", " ", "\n", "+", "/", "é", "\0"])
@pytest.mark.parametrize("segment", [0, 1, 2])
def test_base64url_in_another_spelling_is_refused(plain: Case, change: str, segment: int) -> None:
    """Padding, blanks, another alphabet: behind each of the three parts."""
    parts = plain.parts.manifest_jws.split(".")
    parts[segment] += change
    text = ".".join(parts).encode("latin-1").decode("latin-1")
    whole = replace(plain.parts, manifest_jws="x" * len(text)).joined()
    changed = whole.replace(b"x" * len(text), text.encode("latin-1"))
    assert plain.scene.refusal(changed) in {"exchange.base64url_not_canonical", "exchange.jose_malformed"}


def test_stray_bits_in_the_last_character_are_refused(plain: Case) -> None:
    """64 bytes leave four bits over in base64url: sixteen spellings, of which one counts."""
    text = plain.parts.manifest_jws
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = alphabet[alphabet.index(text[-1]) | 1]
    assert stray != text[-1]
    changed = replace(plain.parts, manifest_jws=text[:-1] + stray)
    assert plain.scene.refusal(changed.joined()) == "exchange.base64url_not_canonical"


def test_the_other_ecdsa_signature_changes_nothing(plain: Case) -> None:
    """(r, n - s) fits wherever (r, s) does: the one change that is taken, as it is by all JOSE libraries.

    Nothing that a signature is good for depends on which it is: same signer, same manifest, same digest by
    which receipts, the inbox and the evidence name the message.
    """
    signature = from_base64url(plain.parts.manifest_jws.rpartition(".")[2], what="signature")
    other = ORDER - int.from_bytes(signature[32:], "big")
    header, payload, _ = plain.parts.manifest_jws.split(".")
    twisted = f"{header}.{payload}.{base64url(signature[:32] + other.to_bytes(32, 'big'))}"
    assert twisted != plain.parts.manifest_jws
    one, other_one = (
        plain.scene.opened(replace(plain.parts, manifest_jws=text).joined())[0]
        for text in (plain.parts.manifest_jws, twisted)
    )
    assert manifest_sha256_hex(one.manifest) == manifest_sha256_hex(other_one.manifest)
    assert one.sha256_hex == other_one.sha256_hex


@ANY
@given(signature=st.binary(max_size=100))
def test_no_other_signature_fits(plain: Case, signature: bytes) -> None:
    """Of any length, zeros included, which are a number no signature may hold."""
    header, payload, _ = plain.parts.manifest_jws.split(".")
    for content in (signature, bytes(64), b"\0" * 32 + signature[:32]):
        text = f"{header}.{payload}.{base64url(content)}"
        plain.scene.refusal(replace(plain.parts, manifest_jws=text).joined())


def test_a_manifest_of_another_size_is_refused_before_the_body_is_read(case: Case) -> None:
    """One byte more or less of plaintext, or other chunks, than the file can hold."""
    size = case.parts.manifest().plain_bytes
    for changes in (
        {"plain_bytes": size + 1},
        {"plain_bytes": size - 1},
        {"plain_bytes": 1, "chunk_count": 1},
    ):
        changed = case.parts.with_manifest(case.key, **changes).joined()
        assert case.scene.manifest_refusal(changed) == "exchange.length_wrong"
        assert case.scene.refusal(changed) == "exchange.length_wrong"


def test_a_length_that_lies_is_refused(case: Case) -> None:
    """Each record's length must be the one that follows from the manifest."""
    first, *rest = case.parts.records
    for wrong in (0, 1, len(first) - 5, len(first) - 3, 2**32 - 1):
        lying = struct.pack(">I", wrong) + first[4:]
        changed = replace(case.parts, records=(lying, *rest))
        assert case.scene.refusal(changed.joined()) == "exchange.length_wrong"
        assert case.scene.refusal(changed.with_manifest(case.key).joined()) == "exchange.length_wrong"
