"""Two agencies that trust each other, a stranger, and a workbench for taking envelopes apart."""

from __future__ import annotations

import hashlib
import struct
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from govlink.errors import VerificationError
from govlink.exchange import (
    DocumentInfo,
    KeyRing,
    Manifest,
    Opened,
    OpenLimits,
    SigningKey,
    Suite,
    TrustList,
    open_envelope,
    read_manifest,
    seal,
)
from govlink.exchange.encoding import from_base64url
from govlink.exchange.envelope import MAGIC, MANIFEST_TYPE, read_layout, trailer
from govlink.exchange.jose import sign
from govlink.exchange.manifest import MIN_CHUNK_BYTES, parse_manifest

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
MESSAGE = UUID("0b9f6f0e-52b0-4a0e-9a55-0f6f3a3f9d10")
SENDER, RECIPIENT, STRANGER = "sender.example", "recipient.example", "stranger.example"
NAME = "ใบเทียบวุฒิ ๑.pdf"
CHUNK = MIN_CHUNK_BYTES


def ring_of(folder: Path, organisation: str, *, suite: Suite = Suite.P256, at: datetime = AT) -> KeyRing:
    """A new key ring."""
    ring = KeyRing(folder / organisation)
    ring.generate(organisation, suite=suite, at=at)
    return ring


def trusting(*rings: KeyRing, trust: TrustList | None = None, at: datetime = AT) -> TrustList:
    """A trust list with all keys of these rings, each pinned with its fingerprint."""
    trust = trust or TrustList()
    for ring in rings:
        for entry in ring.public_entries(name_th="หน่วยงานสมมติ", name_en="Made-up agency", at=at):
            trust = trust.pin(entry, fingerprint=entry.kid, at=at)
    return trust


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The agencies' keys in one folder."""

    folder: Path
    sender: KeyRing
    recipient: KeyRing
    trust: TrustList

    @classmethod
    def in_folder(cls, folder: Path, *, suite: Suite = Suite.P256) -> Scene:
        """Make their keys."""
        sender, recipient = (ring_of(folder, name, suite=suite) for name in (SENDER, RECIPIENT))
        return cls(folder=folder, sender=sender, recipient=recipient, trust=trusting(sender, recipient))

    def seal_into(self, path: Path, document: bytes, **changes: object) -> Manifest:
        """Seal to the recipient with chunks of the smallest size, unless told otherwise."""
        wanted: dict[str, object] = {
            "info": DocumentInfo(file_name=NAME, media_type="application/pdf"),
            "message_id": MESSAGE,
            "sender": SENDER,
            "recipient": RECIPIENT,
            "purpose": "เทียบวุฒิการศึกษา",
            "case_reference": "ศธ 04001/2569",
            "signing_key": self.sender.current_signing(AT),
            "recipient_key": self.trust.sealer(organisation=RECIPIENT, at=AT),
            "at": AT,
            "chunk_bytes": CHUNK,
        }
        return seal(BytesIO(document), into=path, **(wanted | changes)).manifest  # type: ignore[arg-type]  # a table of keywords

    def sealed(self, document: bytes, **changes: object) -> bytes:
        """The envelope of a document."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            path = Path(folder) / "envelope"
            self.seal_into(path, document, **changes)
            return path.read_bytes()

    def opened(self, envelope: bytes, **changes: object) -> tuple[Opened, bytes]:
        """What comes out of an envelope; nothing else may be left in the folder."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            path, target = Path(folder) / "envelope", Path(folder) / "document"
            path.write_bytes(envelope)
            opened = self._open(path, target, changes)
            assert {item.name for item in Path(folder).iterdir()} == {"envelope", "document"}
            assert target.stat().st_mode & 0o777 == 0o600
            return opened, target.read_bytes()

    def refusal(self, envelope: bytes, **changes: object) -> str:
        """The code with which an envelope is refused; the folder must hold nothing but the envelope."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            path, target = Path(folder) / "envelope", Path(folder) / "document"
            path.write_bytes(envelope)
            with pytest.raises(VerificationError) as caught:
                self._open(path, target, changes)
            assert [item.name for item in Path(folder).iterdir()] == ["envelope"]
            assert caught.value.code.startswith("exchange.")
            return caught.value.code

    def manifest_refusal(self, envelope: bytes, **changes: object) -> str:
        """The code with which ``read_manifest`` refuses it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            path = Path(folder) / "envelope"
            path.write_bytes(envelope)
            wanted: dict[str, object] = {"trust": self.trust, "at": AT}
            with pytest.raises(VerificationError) as caught:
                read_manifest(path, **(wanted | changes))  # type: ignore[arg-type]  # a table of keywords
            return caught.value.code

    def _open(self, path: Path, target: Path, changes: dict[str, object]) -> Opened:
        wanted: dict[str, object] = {
            "into": target,
            "keys": self.recipient,
            "trust": self.trust,
            "recipient": RECIPIENT,
            "at": AT + timedelta(minutes=1),
            "limits": OpenLimits(),
        }
        return open_envelope(path, **(wanted | changes))  # type: ignore[arg-type]  # a table of keywords


@dataclass(frozen=True, kw_only=True)
class Parts:
    """An envelope taken apart by its lengths, to be put together again otherwise."""

    prelude: bytes
    records: tuple[bytes, ...]
    manifest_jws: str

    @classmethod
    def of(cls, envelope: bytes) -> Parts:
        """Take it apart."""
        layout = read_layout(BytesIO(envelope))
        start = len(MAGIC)
        (length,) = struct.unpack_from(">I", envelope, start)
        body = envelope[layout.body_offset_bytes :][: layout.body_bytes]
        records = []
        while body:
            (size,) = struct.unpack_from(">I", body)
            records.append(body[: size + 4])
            body = body[size + 4 :]
        return cls(
            prelude=envelope[start + 4 : start + 4 + length],
            records=tuple(records),
            manifest_jws=layout.manifest_jws,
        )

    def joined(self) -> bytes:
        """Put it together."""
        start = MAGIC + struct.pack(">I", len(self.prelude)) + self.prelude + b"".join(self.records)
        return start + trailer(manifest_jws=self.manifest_jws, size_before_bytes=len(start))

    def manifest(self) -> Manifest:
        """What was signed."""
        return parse_manifest(from_base64url(self.manifest_jws.split(".")[1], what="payload"))

    def with_manifest(self, key: SigningKey, **changes: object) -> Parts:
        """Signed anew over what it now holds: what a sender could do who is trusted and hostile."""
        honest: dict[str, object] = {
            "prelude_sha256": hashlib.sha256(self.prelude).hexdigest(),
            "body_sha256": hashlib.sha256(b"".join(self.records)).hexdigest(),
        }
        manifest = replace(self.manifest(), **(honest | changes))  # type: ignore[arg-type]  # a table of fields
        return self.with_payload(key, manifest.to_bytes())

    def with_payload(self, key: SigningKey, payload: bytes) -> Parts:
        """Signed anew over any payload."""
        return replace(self, manifest_jws=sign(payload, key=key, typ=MANIFEST_TYPE))
