"""Public keys as JWK members, and the RFC 7638 thumbprint that names them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mlkem, rsa, x25519

from .encoding import base64url, canonical_json

__all__ = ["HYBRID_ALGORITHM", "hybrid_jwk", "p256_jwk", "thumbprint", "verifying_jwk"]

HYBRID_ALGORITHM = "govlink-MLKEM768-X25519"
"""``alg`` of hybrid keys. Prefixed, because JOSE has registered no name for this pair yet."""

_REQUIRED = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
    "AKP": ("alg", "kty", "pub"),
}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The SHA-256 thumbprint of a public key, base64url, 43 characters (RFC 7638, section 3)."""
    required = {name: jwk[name] for name in _REQUIRED[jwk["kty"]]}
    return base64url(hashlib.sha256(canonical_json(required)).digest())


def p256_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The members of a P-256 key (RFC 7518, section 6.2.1)."""
    numbers = key.public_numbers()
    x, y = (base64url(part.to_bytes(32, "big")) for part in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def hybrid_jwk(first: mlkem.MLKEM768PublicKey, second: x25519.X25519PublicKey) -> dict[str, str]:
    """The members of a hybrid key: ``pub`` is the ML-KEM-768 key followed by the X25519 key."""
    public = first.public_bytes_raw() + second.public_bytes_raw()
    return {"kty": "AKP", "alg": HYBRID_ALGORITHM, "pub": base64url(public)}


def verifying_jwk(
    key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey,
) -> dict[str, str]:
    """The members of a key that checks signatures."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return p256_jwk(key)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_bytes_raw())}
    numbers = key.public_numbers()
    n, e = (base64url(part.to_bytes((part.bit_length() + 7) // 8, "big")) for part in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e}
