"""JWS and JWE in compact form, stricter than the library that computes them.

joserfc takes base64url and JSON in several spellings, keys of any strength and headers we have no use
for, and lets errors of other kinds out than its own. So the compact form is parsed here first, by our
rules, and joserfc is called with one algorithm and a key that was checked before. Whatever goes wrong
is a ``VerificationError``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwe, jws
from joserfc.jwk import ECKey, RSAKey

from ..errors import Fault, VerificationError
from .encoding import base64url, from_base64url, strict_json_object
from .jwk import p256_numbers
from .keys import SigningKey, VerifyingKey, name_of_today

__all__ = ["SIGNATURE_ALGORITHMS", "WRAP_ALGORITHM", "header_of", "sign", "unwrap", "verify", "wrap"]

JOSE_MALFORMED = Fault(
    "exchange.jose_malformed",
    en="this is not a compact {what}",
    th="ข้อมูลนี้ไม่ใช่ {what} แบบ compact",
)
JOSE_OVERSIZE = Fault(
    "exchange.jose_oversize",
    en="the compact {what} is longer than {most_bytes} bytes",
    th="{what} แบบ compact ยาวเกิน {most_bytes} ไบต์",
)
HEADER_REFUSED = Fault(
    "exchange.header_refused",
    en="the header of the {what} lacks a member, has one that is not allowed, or has one of a wrong form",
    th="ส่วนหัวของ {what} ขาดสมาชิก มีสมาชิกที่ไม่อนุญาต หรือมีรูปแบบไม่ถูกต้อง",
)
ALGORITHM_REFUSED = Fault(
    "exchange.algorithm_refused",
    en="the algorithm named in the header is not accepted, or is not the key's",
    th="ไม่รับอัลกอริทึมที่ระบุในส่วนหัว หรือไม่ตรงกับกุญแจ",
)
TYPE_WRONG = Fault(
    "exchange.type_wrong",
    en="it was signed as something else ({typ} was expected)",
    th="ลงนามไว้เป็นข้อมูลชนิดอื่น (ต้องเป็น {typ})",
)
KID_WRONG = Fault(
    "exchange.kid_wrong",
    en="it names another key than the one it was checked with",
    th="ระบุกุญแจอื่นที่ไม่ใช่กุญแจที่ใช้ตรวจสอบ",
)
SIGNATURE_WRONG = Fault(
    "exchange.signature_wrong",
    en="the signature does not fit the content and the key",
    th="ลายมือชื่อไม่ตรงกับเนื้อหาและกุญแจ",
)
PARTIES_WRONG = Fault(
    "exchange.parties_wrong",
    en="the content key was wrapped between other parties than the manifest names",
    th="กุญแจเนื้อหาห่อไว้ระหว่างหน่วยงานอื่น ไม่ใช่หน่วยงานที่ระบุใน manifest",
)
UNWRAP_FAILED = Fault(
    "exchange.unwrap_failed",
    en="the content key cannot be unwrapped with this key",
    th="แกะกุญแจเนื้อหาด้วยกุญแจนี้ไม่ได้",
)

SIGNATURE_ALGORITHMS = ("ES256", "Ed25519", "PS256", "EdDSA")
"""What is accepted in a signature; ES256 is what is made. ``EdDSA`` is the older name of Ed25519."""
WRAP_ALGORITHM = "ECDH-ES+A256KW"
_CONTENT_ENCRYPTION = "A256GCM"
MAX_JWS_BYTES = 64 * 1024
MAX_JWE_BYTES = 4 * 1024
CONTENT_KEY_BYTES = 32
_JWE_MEMBERS = {"alg", "enc", "kid", "epk", "apu", "apv"}


def _segments(text: str, *, count: int, most_bytes: int, what: str) -> list[bytes]:
    if len(text) > most_bytes:
        raise VerificationError(JOSE_OVERSIZE, what=what, most_bytes=most_bytes)
    parts = text.split(".")
    if len(parts) != count or not all(parts) or not text.isascii():
        raise VerificationError(JOSE_MALFORMED, what=what)
    return [from_base64url(part, what=what) for part in parts]


def _jws_header(segment: bytes) -> Mapping[str, str]:
    members = strict_json_object(segment, what="JWS")
    header = {name: value for name, value in members.items() if isinstance(value, str)}
    if header.keys() != {"alg", "typ", "kid"} or len(header) != len(members):
        raise VerificationError(HEADER_REFUSED, what="JWS")
    if header["alg"] not in SIGNATURE_ALGORITHMS:
        raise VerificationError(ALGORITHM_REFUSED)
    return header


def header_of(text: str) -> Mapping[str, str]:
    """The ``alg``, ``typ`` and ``kid`` of a compact JWS. Nothing is verified but the form.

    Raises:
        VerificationError: not a compact JWS by our rules, or an algorithm that is never accepted.
    """
    return _jws_header(_segments(text, count=3, most_bytes=MAX_JWS_BYTES, what="JWS")[0])


def sign(payload: bytes, *, key: SigningKey, typ: str) -> str:
    """Sign with ES256 as a compact JWS (RFC 7515) whose header is ``alg``, ``kid`` and ``typ``.

    A text that is signed twice has two signatures. Nothing may take a signature, or a digest over one,
    for the name of what was signed: that is ``manifest_sha256_hex``, or a receipt's id.
    """
    header = {"alg": "ES256", "kid": key.kid, "typ": typ}
    return jws.serialize_compact(header, payload, ECKey.import_key(key.native), algorithms=["ES256"])


def _check_signature(text: str, signature: bytes, *, key: VerifyingKey) -> None:
    """Raise what the libraries raise when it does not fit."""
    match key.native:
        case ed25519.Ed25519PublicKey():
            # Not by joserfc, which warns whoever meets the older name; there is no more to it than this.
            key.native.verify(signature, text.rpartition(".")[0].encode())
        case ec.EllipticCurvePublicKey():
            jws.deserialize_compact(text, ECKey.import_key(key.native), algorithms=[key.algorithm])
        case rsa.RSAPublicKey():
            jws.deserialize_compact(text, RSAKey.import_key(key.native), algorithms=[key.algorithm])


def verify(text: str, *, key: VerifyingKey, typ: str) -> bytes:
    """The payload of a compact JWS that this key signed as ``typ``.

    The key decides the algorithm; the header only has to agree with it.

    Of the two ECDSA signatures (r, s) and (r, n - s) either is taken, as by every JOSE library: those
    make one as often as the other, and a receipt that is refused for it could never be had in any other
    form. Anybody can turn one into the other, which changes neither the content nor who signed it.

    Raises:
        VerificationError: form, algorithm, type, key id or signature is wrong.
    """
    segments = _segments(text, count=3, most_bytes=MAX_JWS_BYTES, what="JWS")
    header = _jws_header(segments[0])
    if name_of_today(header["alg"]) != key.algorithm:
        raise VerificationError(ALGORITHM_REFUSED)
    if header["typ"] != typ:
        raise VerificationError(TYPE_WRONG, typ=typ)
    if header["kid"] != key.kid:
        raise VerificationError(KID_WRONG)
    try:
        _check_signature(text, segments[2], key=key)
    except Exception:  # noqa: BLE001 - joserfc lets errors of many kinds out on bad input
        raise VerificationError(SIGNATURE_WRONG) from None
    return segments[1]


def _jwe_registry() -> jwe.JWERegistry:
    return jwe.JWERegistry(algorithms=[WRAP_ALGORITHM, _CONTENT_ENCRYPTION])


def wrap(
    content_key: bytes, *, recipient: ec.EllipticCurvePublicKey, kid: str, apu: bytes, apv: bytes
) -> str:
    """Wrap a content key as a compact JWE (RFC 7516): ECDH-ES+A256KW on P-256, A256GCM.

    Args:
        content_key: 32 bytes.
        recipient: the P-256 key.
        kid: the recipient key's thumbprint.
        apu: who sends; enters the key derivation (RFC 7518, section 4.6.1.2).
        apv: who receives; enters the key derivation.
    """
    header = {
        "alg": WRAP_ALGORITHM,
        "enc": _CONTENT_ENCRYPTION,
        "kid": kid,
        "apu": base64url(apu),
        "apv": base64url(apv),
    }
    return jwe.encrypt_compact(header, content_key, ECKey.import_key(recipient), registry=_jwe_registry())


def _check_epk(epk: object) -> None:
    if not isinstance(epk, dict) or epk.keys() != {"kty", "crv", "x", "y"} or epk["kty"] != "EC":
        raise VerificationError(HEADER_REFUSED, what="JWE")
    if not all(isinstance(value, str) for value in epk.values()):
        raise VerificationError(HEADER_REFUSED, what="JWE")
    p256_numbers(epk)


def unwrap(text: str, *, key: ec.EllipticCurvePrivateKey, kid: str, apu: bytes, apv: bytes) -> bytes:
    """The content key that ``wrap`` wrapped; ``apu`` and ``apv`` are what they must have been.

    Raises:
        VerificationError: form, algorithm, key id, parties or wrapping is wrong.
    """
    segments = _segments(text, count=5, most_bytes=MAX_JWE_BYTES, what="JWE")
    header = strict_json_object(segments[0], what="JWE")
    if header.keys() != _JWE_MEMBERS:
        raise VerificationError(HEADER_REFUSED, what="JWE")
    if (header["alg"], header["enc"]) != (WRAP_ALGORITHM, _CONTENT_ENCRYPTION):
        raise VerificationError(ALGORITHM_REFUSED)
    _check_epk(header["epk"])
    if header["kid"] != kid:
        raise VerificationError(KID_WRONG)
    if (header["apu"], header["apv"]) != (base64url(apu), base64url(apv)):
        raise VerificationError(PARTIES_WRONG)
    try:
        content_key = jwe.decrypt_compact(text, ECKey.import_key(key), registry=_jwe_registry()).plaintext
    except Exception:  # noqa: BLE001 - joserfc lets errors of many kinds out on bad input
        raise VerificationError(UNWRAP_FAILED) from None
    if content_key is None or len(content_key) != CONTENT_KEY_BYTES:
        raise VerificationError(UNWRAP_FAILED)
    return content_key
