"""Public keys read from JWK, strictly: one spelling, known members, strong enough, on their curve."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mlkem, rsa, x25519

from ..errors import Fault, VerificationError
from .encoding import from_base64url
from .keys import EncryptionKey, HybridPublic, KeyUse, Suite, VerifyingKey, name_of_today
from .thumbprint import HYBRID_ALGORITHM, thumbprint

__all__ = ["jwk_members", "p256_numbers", "parse_public_jwk"]

KEY_INVALID = Fault(
    "exchange.key_invalid",
    en="this is not a public key in JWK form: {what} is missing, of another form, or not allowed there",
    th="ไม่ใช่กุญแจสาธารณะในรูปแบบ JWK: {what} ขาดหายไป ผิดรูปแบบ หรือไม่อนุญาตให้มี",
)
KEY_UNSUPPORTED = Fault(
    "exchange.key_unsupported",
    en="keys of this type or curve are not accepted",
    th="ไม่รับกุญแจชนิดหรือเส้นโค้งนี้",
)
KEY_WEAK = Fault(
    "exchange.key_weak",
    en="the RSA key must have 2048 to 8192 bits and the exponent 65537",
    th="กุญแจ RSA ต้องมีความยาว 2048 ถึง 8192 บิต และใช้เลขชี้กำลัง 65537",
)
THUMBPRINT_WRONG = Fault(
    "exchange.thumbprint_wrong",
    en="the key id is not the RFC 7638 thumbprint of the key",
    th="รหัสกุญแจไม่ตรงกับลายพิมพ์ (thumbprint) ของกุญแจตาม RFC 7638",
)

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192
_MLKEM_BYTES, _X25519_BYTES = 1184, 32
_FIELD = 2**255 - 19
_COMMON = {"kty", "kid", "use", "alg"}


def jwk_members(content: Mapping[str, object], *, required: set[str]) -> dict[str, str]:
    """The members as text, when exactly the required ones and no unknown ones are there.

    Raises:
        VerificationError: one is missing, unknown or no text.
    """
    members = {name: value for name, value in content.items() if isinstance(value, str)}
    for name in required | {"kty"}:
        if name not in members:
            raise VerificationError(KEY_INVALID, what=name)
    if len(members) != len(content) or not members.keys() <= required | _COMMON:
        raise VerificationError(KEY_INVALID, what="a member")
    return members


def _fixed_bytes(members: Mapping[str, str], name: str, *, length_bytes: int) -> bytes:
    content = from_base64url(members[name], what=name)
    if len(content) != length_bytes:
        raise VerificationError(KEY_INVALID, what=name)
    return content


def p256_numbers(members: Mapping[str, str]) -> ec.EllipticCurvePublicNumbers:
    """The point of a P-256 key; whether it lies on the curve is checked when it is used.

    Raises:
        VerificationError: another curve, or a coordinate that is not 32 bytes.
    """
    if members["crv"] != "P-256":
        raise VerificationError(KEY_UNSUPPORTED)
    x, y = (int.from_bytes(_fixed_bytes(members, name, length_bytes=32), "big") for name in ("x", "y"))
    return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1())


def _p256(content: Mapping[str, object]) -> tuple[dict[str, str], ec.EllipticCurvePublicKey]:
    members = jwk_members(content, required={"crv", "x", "y"})
    try:
        return members, p256_numbers(members).public_key()
    except ValueError:  # not a point of the curve
        raise VerificationError(KEY_INVALID, what="x, y") from None


def _ed25519(content: Mapping[str, object]) -> tuple[dict[str, str], ed25519.Ed25519PublicKey]:
    members = jwk_members(content, required={"crv", "x"})
    if members["crv"] != "Ed25519":
        raise VerificationError(KEY_UNSUPPORTED)
    public = _fixed_bytes(members, "x", length_bytes=32)
    _refuse_small_order(public)
    return members, ed25519.Ed25519PublicKey.from_public_bytes(public)


def _refuse_small_order(public: bytes) -> None:
    """Refuse the few points under which one signature fits every content, so that nobody has signed it.

    Seen as a point of X25519 (RFC 7748, section 4.1, the birational map) such a one agrees on nothing.
    """
    y = int.from_bytes(public, "little") & (1 << 255) - 1
    if y >= _FIELD:  # a second spelling
        raise VerificationError(KEY_INVALID, what="x")
    try:
        u = (1 + y) * pow(1 - y, -1, _FIELD) % _FIELD
        point = x25519.X25519PublicKey.from_public_bytes(u.to_bytes(32, "little"))
        x25519.X25519PrivateKey.generate().exchange(point)
    except ValueError:  # also where the map has no value, at the neutral point
        raise VerificationError(KEY_INVALID, what="x") from None


def _rsa(content: Mapping[str, object]) -> tuple[dict[str, str], rsa.RSAPublicKey]:
    members = jwk_members(content, required={"n", "e"})
    n_bytes, e_bytes = (from_base64url(members[name], what=name) for name in ("n", "e"))
    n, e = int.from_bytes(n_bytes, "big"), int.from_bytes(e_bytes, "big")
    if not MIN_RSA_BITS <= n.bit_length() <= MAX_RSA_BITS or e != 65537:
        raise VerificationError(KEY_WEAK)
    if n % 2 == 0:  # no product of two primes
        raise VerificationError(KEY_INVALID, what="n")
    if n_bytes[0] == 0 or len(e_bytes) != 3:  # leading zeros would be a second spelling
        raise VerificationError(KEY_INVALID, what="n, e")
    try:
        return members, rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError:
        raise VerificationError(KEY_INVALID, what="n") from None


def _hybrid(content: Mapping[str, object]) -> tuple[dict[str, str], HybridPublic]:
    members = jwk_members(content, required={"alg", "pub"})
    if members["alg"] != HYBRID_ALGORITHM:
        raise VerificationError(KEY_UNSUPPORTED)
    public = _fixed_bytes(members, "pub", length_bytes=_MLKEM_BYTES + _X25519_BYTES)
    try:
        pair = HybridPublic(
            mlkem=mlkem.MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_BYTES]),
            x25519=x25519.X25519PublicKey.from_public_bytes(public[_MLKEM_BYTES:]),
        )
        # A point of small order is noticed only when something is agreed with it.
        x25519.X25519PrivateKey.generate().exchange(pair.x25519)
    except ValueError:
        raise VerificationError(KEY_INVALID, what="pub") from None
    return members, pair


def _checked_kid(members: Mapping[str, str], *, algorithm: str, use: KeyUse) -> str:
    kid = thumbprint(members)
    if members.get("kid", kid) != kid:
        raise VerificationError(THUMBPRINT_WRONG)
    if name_of_today(members.get("alg", algorithm)) != algorithm:
        raise VerificationError(KEY_INVALID, what="alg")
    wanted = "sig" if use is KeyUse.SIGN else "enc"
    if members.get("use", wanted) != wanted:
        raise VerificationError(KEY_INVALID, what="use")
    return kid


def _verifying(content: Mapping[str, object]) -> VerifyingKey:
    native: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
    match content.get("kty"):
        case "EC":
            algorithm, (members, native) = "ES256", _p256(content)
        case "OKP":
            algorithm, (members, native) = "Ed25519", _ed25519(content)
        case "RSA":
            algorithm, (members, native) = "PS256", _rsa(content)
        case _:
            raise VerificationError(KEY_UNSUPPORTED)
    kid = _checked_kid(members, algorithm=algorithm, use=KeyUse.SIGN)
    return VerifyingKey(kid=kid, algorithm=algorithm, native=native)


def _encryption(content: Mapping[str, object]) -> EncryptionKey:
    native: ec.EllipticCurvePublicKey | HybridPublic
    match content.get("kty"):
        case "EC":
            suite, algorithm, (members, native) = Suite.P256, "ECDH-ES+A256KW", _p256(content)
        case "AKP":
            suite, algorithm, (members, native) = Suite.HYBRID, HYBRID_ALGORITHM, _hybrid(content)
        case _:
            raise VerificationError(KEY_UNSUPPORTED)
    kid = _checked_kid(members, algorithm=algorithm, use=KeyUse.SEAL)
    return EncryptionKey(kid=kid, suite=suite, native=native)


def parse_public_jwk(content: Mapping[str, object], *, use: KeyUse) -> VerifyingKey | EncryptionKey:
    """The public key of a JWK: a ``VerifyingKey`` for ``SIGN``, an ``EncryptionKey`` for ``SEAL``.

    Raises:
        VerificationError: a private or unknown member, an unsupported or weak key, a point off its
            curve, a ``kid`` that is not the thumbprint, or an ``alg`` or ``use`` that contradicts.
    """
    return _verifying(content) if use is KeyUse.SIGN else _encryption(content)
