"""Documents between organisations: sealed, signed, receipted. Needs the extra ``exchange``.

The envelope, manifest, receipt and evidence formats are govlink's own, version 1: no platform
documents one. They are built of published parts: JWS, JWE, JWK, HPKE, AES-256-GCM, RFC 3161.
"""

from .document import DocumentInfo
from .keyring import KeyRing
from .keys import DecryptionKey, EncryptionKey, KeyUse, SigningKey, Suite, VerifyingKey
from .manifest import Manifest, manifest_sha256_hex
from .opening import Opened, OpenLimits, open_envelope, read_manifest
from .sealing import Sealed, seal
from .trust import TrustEntry, TrustList
from .trust_file import load_entries, load_trust, save_entries, save_trust

__all__ = [
    "DecryptionKey",
    "DocumentInfo",
    "EncryptionKey",
    "KeyRing",
    "KeyUse",
    "Manifest",
    "OpenLimits",
    "Opened",
    "Sealed",
    "SigningKey",
    "Suite",
    "TrustEntry",
    "TrustList",
    "VerifyingKey",
    "load_entries",
    "load_trust",
    "manifest_sha256_hex",
    "open_envelope",
    "read_manifest",
    "save_entries",
    "save_trust",
    "seal",
]
