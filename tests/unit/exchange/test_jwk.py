"""Public keys as JWK: strong, known, on their curve, and spelt one way."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import ECKey, OKPKey, RSAKey

from govlink.errors import VerificationError
from govlink.exchange import EncryptionKey, KeyUse, Suite, VerifyingKey
from govlink.exchange.encoding import base64url, from_base64url
from govlink.exchange.jwk import parse_public_jwk
from govlink.exchange.keys import generate_decryption_key, generate_signing_key
from govlink.exchange.thumbprint import thumbprint, verifying_jwk


@pytest.fixture(scope="module")
def p256() -> dict[str, str]:
    """A P-256 key for signatures."""
    return generate_signing_key().verifying_key().public_jwk()


@pytest.fixture(scope="module")
def hybrid() -> dict[str, str]:
    """A hybrid key for sealing."""
    return generate_decryption_key(suite=Suite.HYBRID).encryption_key().public_jwk()


def code_of(jwk: Mapping[str, object], use: KeyUse = KeyUse.SIGN) -> str:
    """Why the key is refused."""
    with pytest.raises(VerificationError) as caught:
        parse_public_jwk(jwk, use=use)
    return caught.value.code


def rsa_jwk(bits: int, exponent: int = 65537) -> dict[str, object]:
    """A number of that many bits posing as an RSA key; whether it has two factors does not matter here."""
    n = (1 << bits - 1) | 1
    e = exponent.to_bytes((exponent.bit_length() + 7) // 8, "big")
    return {"kty": "RSA", "n": base64url(n.to_bytes((bits + 7) // 8, "big")), "e": base64url(e)}


def test_the_thumbprint_is_that_of_the_standard() -> None:
    """The example of RFC 7638, section 3.1."""
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw"
    )
    jwk = {"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"}
    assert thumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_every_kind_of_key_comes_back() -> None:
    """Three for signatures, two for sealing."""
    for native, algorithm in (
        (ec.generate_private_key(ec.SECP256R1()).public_key(), "ES256"),
        (ed25519.Ed25519PrivateKey.generate().public_key(), "Ed25519"),
        (rsa.generate_private_key(65537, 2048).public_key(), "PS256"),
    ):
        key = parse_public_jwk(dict(verifying_jwk(native)), use=KeyUse.SIGN)
        assert isinstance(key, VerifyingKey)
        assert key.algorithm == algorithm
        assert parse_public_jwk(key.public_jwk(), use=KeyUse.SIGN) == key
    for suite in Suite:
        public = generate_decryption_key(suite=suite).encryption_key()
        assert parse_public_jwk(public.public_jwk(), use=KeyUse.SEAL) == public
        assert isinstance(public, EncryptionKey)


def test_the_older_name_of_ed25519_is_read_and_not_written(p256: dict[str, str]) -> None:
    """Libraries from before RFC 9864 put it into keys; for a key of another kind it is wrong."""
    members = dict(verifying_jwk(ed25519.Ed25519PrivateKey.generate().public_key()))
    key = parse_public_jwk({**members, "alg": "EdDSA"}, use=KeyUse.SIGN)
    assert key.public_jwk()["alg"] == "Ed25519"
    assert code_of({**p256, "alg": "EdDSA"}) == "exchange.key_invalid"


def test_other_libraries_make_the_same_jwk() -> None:
    """Joserfc writes and names the three standard kinds as we do."""
    for key in (ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519"), RSAKey.generate_key(2048)):
        ours = parse_public_jwk(key.as_dict(private=False), use=KeyUse.SIGN)
        assert ours.kid == key.thumbprint()
        assert {k: v for k, v in ours.public_jwk().items() if k not in {"alg", "kid", "use"}} == key.as_dict(
            private=False
        )


@pytest.mark.parametrize("bits", [512, 1024, 1536, 2040, 2047, 8193, 16384])
def test_rsa_of_another_strength_is_refused(bits: int) -> None:
    """Under 2048 bits it is weak, over 8192 checking it is a way to keep us busy."""
    assert code_of(rsa_jwk(bits)) == "exchange.key_weak"


@pytest.mark.parametrize("exponent", [1, 2, 3, 65539])
def test_rsa_with_another_exponent_is_refused(exponent: int) -> None:
    """Small ones have a history of forgeries."""
    assert code_of(rsa_jwk(2048, exponent)) == "exchange.key_weak"


@pytest.mark.parametrize("crv", ["P-192", "P-224", "P-384", "P-521", "secp256k1", "Ed448", "X25519", ""])
def test_other_curves_are_refused(p256: dict[str, str], crv: str) -> None:
    """For either use, and as an Edwards curve."""
    assert code_of({**p256, "crv": crv}) == "exchange.key_unsupported"
    assert code_of({"kty": "OKP", "crv": crv, "x": base64url(bytes(32))}) == "exchange.key_unsupported"
    assert code_of({**p256, "crv": crv, "use": "enc"}, KeyUse.SEAL) == "exchange.key_unsupported"


@pytest.mark.parametrize("kty", ["oct", "AKP", "ec", "", None, 1])
def test_other_types_are_refused(p256: dict[str, str], kty: object) -> None:
    """A symmetric key above all."""
    assert code_of({**p256, "kty": kty, "k": "AAAA"}) == "exchange.key_unsupported"


def test_a_point_off_the_curve_is_refused(p256: dict[str, str]) -> None:
    """It would give away the private key of whoever computes with it."""
    assert code_of({**p256, "y": p256["x"]}) == "exchange.key_invalid"
    zero = base64url(bytes(32))
    assert code_of({**p256, "x": zero, "y": zero}) == "exchange.key_invalid"


SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
)
"""The y of every Ed25519 point of order 1, 2, 4 and 8; the last two are second spellings of 0 and 1."""


@pytest.mark.parametrize("point", SMALL_ORDER)
@pytest.mark.parametrize("sign", [0, 0x80])
def test_an_ed25519_key_under_which_anything_is_signed_is_refused(point: str, sign: int) -> None:
    """Its owner could deny every receipt, since anybody could have made them."""
    content = bytearray.fromhex(point)
    content[31] |= sign
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes(content))}
    assert code_of(jwk) == "exchange.key_invalid"


def test_such_a_key_would_be_taken_by_the_library() -> None:
    """Or the test above would guard against nothing: one signature fits two contents."""
    public = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(SMALL_ORDER[0]))
    for content in (b"accepted", b"refused"):
        public.verify(b"\1" + bytes(63), content)


def test_an_even_rsa_number_is_refused() -> None:
    """It is no product of two odd primes."""
    n = ((1 << 2047) | 2).to_bytes(256, "big")
    assert code_of({"kty": "RSA", "n": base64url(n), "e": "AQAB"}) == "exchange.key_invalid"


@pytest.mark.parametrize("name", ["d", "x5c", "key_ops", "oth"])
def test_private_and_unknown_members_are_refused(p256: dict[str, str], name: str) -> None:
    """A private key handed out as a public one is refused, not quietly used."""
    assert code_of({**p256, name: "AAAA"}) == "exchange.key_invalid"


def test_contradictions_are_refused(p256: dict[str, str], hybrid: dict[str, str]) -> None:
    """A name that is not the thumbprint, a use or algorithm of another purpose, a missing or short part."""
    assert code_of({**p256, "kid": "my-key"}) == "exchange.thumbprint_wrong"
    assert code_of({**p256, "use": "enc"}) == "exchange.key_invalid"
    assert code_of({**p256, "alg": "HS256"}) == "exchange.key_invalid"
    assert code_of({**p256, "x": 5}) == "exchange.key_invalid"
    assert code_of({**p256, "x": p256["x"] + "="}) == "exchange.base64url_not_canonical"
    assert code_of({**p256, "x": base64url(bytes(33))}) == "exchange.key_invalid"
    assert code_of({"kty": "EC"}) == "exchange.key_invalid"
    assert code_of(dict(p256), KeyUse.SEAL) == "exchange.key_invalid"
    assert code_of(dict(hybrid), KeyUse.SIGN) == "exchange.key_unsupported"
    assert code_of({**hybrid, "alg": "ML-KEM-768"}, KeyUse.SEAL) == "exchange.key_unsupported"
    assert code_of({**hybrid, "pub": base64url(bytes(1215))}, KeyUse.SEAL) == "exchange.key_invalid"
    assert code_of({**hybrid, "pub": base64url(b"\xff" * 1216)}, KeyUse.SEAL) == "exchange.key_invalid"


def test_a_hybrid_key_with_a_point_of_small_order_is_refused(hybrid: dict[str, str]) -> None:
    """All that is agreed with it is known to everybody, and the library would fail while sealing."""
    whole = from_base64url(hybrid["pub"], what="pub")
    nameless = {name: value for name, value in hybrid.items() if name != "kid"}
    for point in (bytes(32), b"\1" + bytes(31)):
        weak = {**nameless, "pub": base64url(whole[:1184] + point)}
        assert code_of(weak, KeyUse.SEAL) == "exchange.key_invalid"


def test_no_private_part_is_ever_shown() -> None:
    """Neither in ``repr`` nor in ``str``."""
    signing, opening = generate_signing_key(), generate_decryption_key(suite=Suite.HYBRID)
    assert repr(signing) == f"SigningKey(kid={signing.kid!r})"
    assert "native" not in repr(opening)
    assert "Private" not in repr(opening)
