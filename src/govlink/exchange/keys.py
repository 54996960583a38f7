"""The four kinds of key an exchange uses, and how new ones are made.

Suites: ``P256`` seals with ECDH-ES+A256KW on P-256 (RFC 7518), readable by any JOSE library.
``HYBRID`` seals with HPKE (RFC 9180) over ML-KEM-768 and X25519 together, which holds as long as one
of the two does; its key form and wrapping are govlink's own until JOSE has registered one. Signing is
ES256 in both. Keys of peers may also verify Ed25519 (RFC 9864) and PS256 (RSA of 2048 bits or more).

A ``kid`` is always the key's own RFC 7638 SHA-256 thumbprint, never a name somebody chose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mlkem, rsa, x25519

from .thumbprint import hybrid_jwk, p256_jwk, thumbprint, verifying_jwk

__all__ = [
    "DecryptionKey",
    "EncryptionKey",
    "HybridPrivate",
    "HybridPublic",
    "KeyUse",
    "SigningKey",
    "Suite",
    "VerifyingKey",
    "generate_decryption_key",
    "generate_signing_key",
    "name_of_today",
]


class Suite(StrEnum):
    """How a content key is wrapped to its recipient."""

    P256 = "p256"
    HYBRID = "hybrid"


class KeyUse(StrEnum):
    """What a key may do; no key does both."""

    SIGN = "sign"
    SEAL = "seal"


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridPublic:
    """The public halves of a hybrid key."""

    mlkem: mlkem.MLKEM768PublicKey
    x25519: x25519.X25519PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridPrivate:
    """The private halves of a hybrid key."""

    mlkem: mlkem.MLKEM768PrivateKey = field(repr=False)
    x25519: x25519.X25519PrivateKey = field(repr=False)

    def public(self) -> HybridPublic:
        """The halves that may be shown."""
        return HybridPublic(mlkem=self.mlkem.public_key(), x25519=self.x25519.public_key())


VerifyingNative: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyingKey:
    """A key that checks signatures made with its one ``algorithm``: ``ES256``, ``Ed25519`` or ``PS256``.

    Two keys are equal when their thumbprints are.
    """

    kid: str
    algorithm: str
    native: VerifyingNative = field(repr=False, compare=False)

    def public_jwk(self) -> dict[str, str]:
        """The key as a JWK (RFC 7517) with ``alg``, ``kid`` and ``use``."""
        return {**verifying_jwk(self.native), "alg": self.algorithm, "kid": self.kid, "use": "sig"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A private ES256 key. Neither ``repr`` nor an error shows it."""

    kid: str
    native: ec.EllipticCurvePrivateKey = field(repr=False, compare=False)

    def verifying_key(self) -> VerifyingKey:
        """The public half."""
        return VerifyingKey(kid=self.kid, algorithm="ES256", native=self.native.public_key())


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionKey:
    """A recipient's public key, to which content keys are wrapped."""

    kid: str
    suite: Suite
    native: ec.EllipticCurvePublicKey | HybridPublic = field(repr=False, compare=False)

    def public_jwk(self) -> dict[str, str]:
        """The key as a JWK with ``alg``, ``kid`` and ``use``."""
        if isinstance(self.native, HybridPublic):
            members = hybrid_jwk(self.native.mlkem, self.native.x25519)
        else:
            members = {**p256_jwk(self.native), "alg": "ECDH-ES+A256KW"}
        return {**members, "kid": self.kid, "use": "enc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecryptionKey:
    """A private key that unwraps content keys. Neither ``repr`` nor an error shows it."""

    kid: str
    suite: Suite
    native: ec.EllipticCurvePrivateKey | HybridPrivate = field(repr=False, compare=False)

    def encryption_key(self) -> EncryptionKey:
        """The public half."""
        if isinstance(self.native, HybridPrivate):
            return EncryptionKey(kid=self.kid, suite=self.suite, native=self.native.public())
        return EncryptionKey(kid=self.kid, suite=self.suite, native=self.native.public_key())


def name_of_today(algorithm: str) -> str:
    """The name by which keys know a signature's algorithm.

    ``EdDSA`` (RFC 8037) did not say which curve, and RFC 9864 replaced it; older libraries write it still.
    The one curve taken for it here is Ed25519.
    """
    return "Ed25519" if algorithm == "EdDSA" else algorithm


def generate_signing_key() -> SigningKey:
    """A new ES256 key from the operating system's randomness."""
    native = ec.generate_private_key(ec.SECP256R1())
    return SigningKey(kid=thumbprint(p256_jwk(native.public_key())), native=native)


def generate_decryption_key(*, suite: Suite) -> DecryptionKey:
    """A new key pair for receiving, from the operating system's randomness."""
    if suite is Suite.P256:
        native = ec.generate_private_key(ec.SECP256R1())
        return DecryptionKey(kid=thumbprint(p256_jwk(native.public_key())), suite=suite, native=native)
    pair = HybridPrivate(mlkem=mlkem.MLKEM768PrivateKey.generate(), x25519=x25519.X25519PrivateKey.generate())
    public = pair.public()
    return DecryptionKey(kid=thumbprint(hybrid_jwk(public.mlkem, public.x25519)), suite=suite, native=pair)
