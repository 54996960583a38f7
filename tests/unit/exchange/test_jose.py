"""JWS and JWE in compact form: others can read ours, and theirs is read by our rules."""

from __future__ import annotations

import json
from contextlib import nullcontext, suppress

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey

from govlink.errors import VerificationError
from govlink.exchange.encoding import base64url, from_base64url
from govlink.exchange.jose import header_of, sign, unwrap, verify, wrap
from govlink.exchange.keys import VerifyingKey, generate_signing_key
from govlink.exchange.thumbprint import p256_jwk, thumbprint, verifying_jwk

TYPE = "test+jws"
KEY = generate_signing_key()
PUBLIC = KEY.verifying_key()
PRIVATE = ec.generate_private_key(ec.SECP256R1())
KID = thumbprint(p256_jwk(PRIVATE.public_key()))
CONTENT_KEY = bytes(range(32))
PARTIES = {"apu": b"sender.example", "apv": b"recipient.example"}
QUICK = settings(max_examples=60, deadline=None)


def wrapped() -> str:
    """A content key on its way."""
    return wrap(CONTENT_KEY, recipient=PRIVATE.public_key(), kid=KID, **PARTIES)


def jwe_code(text: str) -> str:
    """Why a JWE is refused."""
    with pytest.raises(VerificationError) as caught:
        unwrap(text, key=PRIVATE, kid=KID, **PARTIES)
    return caught.value.code


def with_header(text: str, header: dict[str, object] | bytes) -> str:
    """The same text behind another header."""
    content = header if isinstance(header, bytes) else json.dumps(header).encode()
    return ".".join((base64url(content), *text.split(".")[1:]))


@QUICK
@given(payload=st.binary(min_size=1, max_size=2000))
def test_a_signature_comes_back(payload: bytes) -> None:
    """And another library takes it, with the public key alone."""
    text = sign(payload, key=KEY, typ=TYPE)
    assert verify(text, key=PUBLIC, typ=TYPE) == payload
    assert header_of(text) == {"alg": "ES256", "typ": TYPE, "kid": KEY.kid}
    theirs = jws.deserialize_compact(text, ECKey.import_key(dict(PUBLIC.public_jwk())), algorithms=["ES256"])
    assert theirs.payload == payload


def test_a_peers_ed25519_signature_is_taken() -> None:
    """Under its name of RFC 9864, and under the one of RFC 8037 that older libraries write."""
    private = ed25519.Ed25519PrivateKey.generate()
    native = private.public_key()
    key = VerifyingKey(kid=thumbprint(verifying_jwk(native)), algorithm="Ed25519", native=native)
    for alg, other in (("Ed25519", "EdDSA"), ("EdDSA", "Ed25519")):
        header = {"alg": alg, "typ": TYPE, "kid": key.kid}
        with pytest.warns(SecurityWarning) if alg == "EdDSA" else nullcontext():
            text = jws.serialize_compact(header, b"hello", OKPKey.import_key(private), algorithms=[alg])
        assert verify(text, key=key, typ=TYPE) == b"hello"
        for renamed, code in ((other, "exchange.signature_wrong"), ("ES256", "exchange.algorithm_refused")):
            with pytest.raises(VerificationError) as caught:
                verify(with_header(text, {**header, "alg": renamed}), key=key, typ=TYPE)
            assert caught.value.code == code


def test_the_older_name_is_that_of_one_kind_of_key() -> None:
    """A key of another kind takes nothing under it, and we write it nowhere."""
    text = sign(b"hello", key=KEY, typ=TYPE)
    with pytest.raises(VerificationError) as caught:
        verify(with_header(text, {**header_of(text), "alg": "EdDSA"}), key=PUBLIC, typ=TYPE)
    assert caught.value.code == "exchange.algorithm_refused"


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "ก.ข.ค", "....", "AA..AA", "AA.AA."])
def test_what_is_no_jws_is_refused(text: str) -> None:
    """By its form, with one code or the other."""
    for read in (header_of, lambda t: verify(t, key=PUBLIC, typ=TYPE)):
        with pytest.raises(VerificationError) as caught:
            read(text)
        assert caught.value.code in {"exchange.jose_malformed", "exchange.base64url_not_canonical"}


def test_a_long_text_is_refused_before_it_is_read() -> None:
    """Megabytes of base64url are no manifest."""
    with pytest.raises(VerificationError) as caught:
        header_of("A" * 70_000)
    assert caught.value.code == "exchange.jose_oversize"
    assert jwe_code("A" * 5_000) == "exchange.jose_oversize"


def test_a_signature_is_good_for_one_type_and_key() -> None:
    """A receipt is no manifest; and the key that was asked for is the one that signed."""
    text = sign(b"hello", key=KEY, typ=TYPE)
    other = generate_signing_key().verifying_key()
    renamed = with_header(text, {"alg": "ES256", "typ": TYPE, "kid": other.kid})
    for key, typ, candidate, code in (
        (PUBLIC, "other+jws", text, "exchange.type_wrong"),
        (other, TYPE, text, "exchange.kid_wrong"),
        (other, TYPE, renamed, "exchange.signature_wrong"),
    ):
        with pytest.raises(VerificationError) as caught:
            verify(candidate, key=key, typ=typ)
        assert caught.value.code == code


@QUICK
@given(data=st.data())
def test_a_changed_jws_is_refused(data: st.DataObject) -> None:
    """Any character for any other, whatever the library says to it."""
    text = sign(b'{"a":1}', key=KEY, typ=TYPE)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters())
    assume(letter != text[place])
    with pytest.raises(VerificationError):
        verify(text[:place] + letter + text[place + 1 :], key=PUBLIC, typ=TYPE)


def test_a_content_key_comes_back() -> None:
    """And any JOSE library unwraps it."""
    text = wrapped()
    assert unwrap(text, key=PRIVATE, kid=KID, **PARTIES) == CONTENT_KEY
    theirs = jwe.decrypt_compact(text, ECKey.import_key(PRIVATE), algorithms=["ECDH-ES+A256KW", "A256GCM"])
    assert theirs.plaintext == CONTENT_KEY
    header = json.loads(from_base64url(text.split(".")[0], what="header"))
    assert header.keys() == {"alg", "enc", "kid", "epk", "apu", "apv"}
    assert wrapped() != text


@QUICK
@given(data=st.data())
def test_a_changed_jwe_is_refused(data: st.DataObject) -> None:
    """Any character for any other."""
    text = wrapped()
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters())
    assume(letter != text[place])
    jwe_code(text[:place] + letter + text[place + 1 :])


@QUICK
@given(
    text=st.text("AQgw.-_=", max_size=80), segments=st.lists(st.binary(max_size=40), min_size=5, max_size=5)
)
def test_no_error_but_ours_comes_out(text: str, segments: list[bytes]) -> None:
    """Whatever the text: the library's own errors, of several kinds, stay inside."""
    header, *rest = wrapped().split(".")
    for candidate in (
        text,
        ".".join(map(base64url, segments)),
        ".".join((header, *map(base64url, segments[1:]))),
    ):
        with suppress(VerificationError):
            unwrap(candidate, key=PRIVATE, kid=KID, **PARTIES)
        with suppress(VerificationError):
            verify(candidate, key=PUBLIC, typ=TYPE)
    assert len(rest) == 4


def test_other_jwe_headers_are_refused() -> None:
    """Other algorithms, keys, parties; compression; and ephemeral keys that are none."""
    text = wrapped()
    header = json.loads(from_base64url(text.split(".")[0], what="header"))
    epk = header["epk"]
    for change, code in (
        ({"alg": "ECDH-ES"}, "exchange.algorithm_refused"),
        ({"alg": "dir"}, "exchange.algorithm_refused"),
        ({"alg": "RSA1_5"}, "exchange.algorithm_refused"),
        ({"enc": "A128CBC-HS256"}, "exchange.algorithm_refused"),
        ({"zip": "DEF"}, "exchange.header_refused"),
        ({"crit": ["x"]}, "exchange.header_refused"),
        ({"kid": "other"}, "exchange.kid_wrong"),
        ({"apu": base64url(b"stranger.example")}, "exchange.parties_wrong"),
        ({"apv": base64url(b"stranger.example")}, "exchange.parties_wrong"),
        ({"epk": "x"}, "exchange.header_refused"),
        ({"epk": {**epk, "d": "AA"}}, "exchange.header_refused"),
        ({"epk": {**epk, "kty": "OKP"}}, "exchange.header_refused"),
        ({"epk": {**epk, "x": 1}}, "exchange.header_refused"),
        ({"epk": {**epk, "crv": "P-521"}}, "exchange.key_unsupported"),
        ({"epk": {**epk, "x": "AA"}}, "exchange.key_invalid"),
        ({"epk": {**epk, "y": epk["x"]}}, "exchange.unwrap_failed"),
    ):
        assert jwe_code(with_header(text, {**header, **change})) == code
    doubled = json.dumps(header).replace('"crv"', '"crv": "P-256", "crv"').encode()
    assert jwe_code(with_header(text, doubled)) == "exchange.member_repeated"


def test_a_content_key_of_another_length_is_refused() -> None:
    """Rightly wrapped, and still not what a record's key is made from."""
    short = wrap(b"short", recipient=PRIVATE.public_key(), kid=KID, **PARTIES)
    assert jwe_code(short) == "exchange.unwrap_failed"
