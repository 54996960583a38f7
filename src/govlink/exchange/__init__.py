"""Documents between organisations: sealed, signed, receipted. Needs the extra ``exchange``.

The envelope, manifest, receipt and evidence formats are govlink's own, version 1: no platform
documents one. They are built of published parts: JWS, JWE, JWK, HPKE, AES-256-GCM, RFC 3161.

The modules, by what they are for:

- text and files: ``encoding``, ``texts``, ``inputs``, ``output``, ``restating``; ``claims`` and
  ``database`` for what several processes share
- keys: ``keys``, ``jwk``, ``thumbprint``, ``jose``; our own in ``keyring``, ``keyring_file``, ``key_files``;
  those of others in ``trust``, ``trust_file``, ``standing``
- one envelope: ``sealing`` makes it and ``opening`` opens it; its layout is ``envelope`` with ``prelude``,
  ``manifest`` (what is signed, in clear), ``document`` (what is encrypted with the document) and ``wrapping``
- answers and proofs: ``receipts``; the evidence log in ``evidence``, ``chain``, ``entries``, ``logfile``;
  time-stamps in ``timestamps``, ``timestamp_tokens``, ``anchors``
- judging without anybody's help: ``verify``, with ``signed_files`` and ``verdict``
- many messages, once each: ``party`` (ourselves); out by ``dispatch``, ``journal`` and ``sending``, in by
  ``inbox``, ``arrivals`` and ``receiving`` (ASGI)
- a registry of our own, served: the package ``provider``, which needs of all this only the evidence log
"""

from .chain import ChainReport
from .document import DocumentInfo
from .entries import Entry, Head
from .evidence import EvidenceLog, EvidencePolicy
from .keyring import KeyRing
from .keys import DecryptionKey, EncryptionKey, KeyUse, SigningKey, Suite, VerifyingKey
from .manifest import Manifest, manifest_sha256_hex
from .opening import Opened, OpenLimits, open_envelope, read_manifest
from .receipts import Outcome, Receipt, issue_receipt, read_receipt
from .sealing import Sealed, seal
from .trust import TrustEntry, TrustList
from .trust_file import edit_trust, load_entries, load_trust, save_entries, save_trust
from .verdict import FileKind, Part, Validity, Verdict
from .verify import verify_file

__all__ = [
    "ChainReport",
    "DecryptionKey",
    "DocumentInfo",
    "EncryptionKey",
    "Entry",
    "EvidenceLog",
    "EvidencePolicy",
    "FileKind",
    "Head",
    "KeyRing",
    "KeyUse",
    "Manifest",
    "OpenLimits",
    "Opened",
    "Outcome",
    "Part",
    "Receipt",
    "Sealed",
    "SigningKey",
    "Suite",
    "TrustEntry",
    "TrustList",
    "Validity",
    "Verdict",
    "VerifyingKey",
    "edit_trust",
    "issue_receipt",
    "load_entries",
    "load_trust",
    "manifest_sha256_hex",
    "open_envelope",
    "read_manifest",
    "read_receipt",
    "save_entries",
    "save_trust",
    "seal",
    "verify_file",
]
