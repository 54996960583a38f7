"""Private keys as JWK files of mode 600, one a file, never overwritten."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519

from ..errors import ConfigError, Fault, VerificationError
from .encoding import base64url, canonical_json, from_base64url, strict_json_object
from .jwk import parse_public_jwk
from .keys import (
    DecryptionKey,
    EncryptionKey,
    HybridPrivate,
    HybridPublic,
    KeyUse,
    SigningKey,
    Suite,
    VerifyingKey,
)
from .output import write_whole
from .restating import restated

__all__ = ["private_jwk", "read_private_key", "write_private_key"]

KEY_FILE_OPEN = Fault(
    "exchange.key_file_open",
    en="the key file {name} may be read by others; set its mode to 600",
    th="ไฟล์กุญแจ {name} เปิดให้ผู้อื่นอ่านได้ ให้ตั้งสิทธิเป็น 600",
)
KEY_FILE_UNREADABLE = Fault(
    "exchange.key_file_unreadable",
    en="the key file {name} cannot be read, or is no private key of this form",
    th="อ่านไฟล์กุญแจ {name} ไม่ได้ หรือไม่ใช่กุญแจส่วนตัวในรูปแบบที่กำหนด",
)

_MAX_FILE_BYTES = 16 * 1024
_SCALAR_BYTES, _SEED_BYTES, _X25519_BYTES = 32, 64, 32


def private_jwk(key: SigningKey | DecryptionKey) -> dict[str, str]:
    """The private key as a JWK: ``d`` (RFC 7518, section 6.2.2), or for a hybrid key ``priv``.

    ``priv`` is the 64-byte ML-KEM-768 seed followed by the X25519 key. The result is a secret.
    """
    if isinstance(key, SigningKey):
        public = key.verifying_key().public_jwk()
    else:
        public = key.encryption_key().public_jwk()
    if isinstance(key.native, HybridPrivate):
        both = key.native.mlkem.private_bytes_raw() + key.native.x25519.private_bytes_raw()
        return {**public, "priv": base64url(both)}
    scalar = key.native.private_numbers().private_value
    return {**public, "d": base64url(scalar.to_bytes(_SCALAR_BYTES, "big"))}


def write_private_key(key: SigningKey | DecryptionKey, path: Path) -> None:
    """Write the key to a new file of mode 600.

    Raises:
        ConflictError: there is a file already.
        UnavailableError: it cannot be written.
    """
    write_whole(path, canonical_json(private_jwk(key)) + b"\n")


def read_private_key(path: Path, *, use: KeyUse) -> SigningKey | DecryptionKey:
    """Read what ``write_private_key`` wrote: a ``SigningKey`` for ``SIGN``, else a ``DecryptionKey``.

    Raises:
        ConfigError: others may read the file, or it is no such key, or its halves do not belong together.
    """
    content = _private_bytes(path)
    try:
        members = strict_json_object(content, what=path.name)
        secret = members.pop("priv" if members.get("kty") == "AKP" else "d", None)
        public = parse_public_jwk(members, use=use)
        key = _private_half(public, secret=from_base64url(str(secret), what=path.name))
    except VerificationError as error:
        raise restated(error, ConfigError) from None
    except ValueError:  # its text would tell of the secret
        raise ConfigError(KEY_FILE_UNREADABLE, name=path.name) from None
    half = key.verifying_key() if isinstance(key, SigningKey) else key.encryption_key()
    if half.public_jwk() != public.public_jwk():
        raise ConfigError(KEY_FILE_UNREADABLE, name=path.name)
    return key


def _private_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            about = os.fstat(file.fileno())
            if about.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise ConfigError(KEY_FILE_OPEN, name=path.name)
            return file.read(_MAX_FILE_BYTES)
    except OSError as error:
        raise ConfigError(KEY_FILE_UNREADABLE, name=path.name) from error


def _private_half(public: VerifyingKey | EncryptionKey, *, secret: bytes) -> SigningKey | DecryptionKey:
    if isinstance(public.native, HybridPublic):
        if len(secret) != _SEED_BYTES + _X25519_BYTES:
            raise ValueError
        pair = HybridPrivate(
            mlkem=mlkem.MLKEM768PrivateKey.from_seed_bytes(secret[:_SEED_BYTES]),
            x25519=x25519.X25519PrivateKey.from_private_bytes(secret[_SEED_BYTES:]),
        )
        return DecryptionKey(kid=public.kid, suite=Suite.HYBRID, native=pair)
    if len(secret) != _SCALAR_BYTES or not isinstance(public.native, ec.EllipticCurvePublicKey):
        raise ValueError
    native = ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1())
    if isinstance(public, VerifyingKey):
        return SigningKey(kid=public.kid, native=native)
    return DecryptionKey(kid=public.kid, suite=Suite.P256, native=native)
