"""What sealing and opening cost over bare ``cryptography``, and how much memory a large document takes.

Run ``python -m tests.bench.exchange``. The bare side signs the document (ES256), encrypts it whole
(ephemeral ECDH on P-256, HKDF, AES-256-GCM) and writes and flushes the same files. Ratios are of
medians of interleaved rounds, so that a machine that slows down slows both. Nothing is asserted: times
belong to the machine.
"""

from __future__ import annotations

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from govlink.exchange import (
    DocumentInfo,
    EncryptionKey,
    KeyRing,
    SigningKey,
    Suite,
    TrustList,
    open_envelope,
    seal,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SIZES = {"10 kB": (10_000, 60), "1 MB": (1_000_000, 20), "50 MB": (50_000_000, 7)}
ECDSA = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Two organisations that trust each other, in one folder."""

    folder: Path
    ring: KeyRing
    trust: TrustList
    signing_key: SigningKey
    recipient_key: EncryptionKey

    @classmethod
    def in_folder(cls, folder: Path, *, suite: Suite) -> Peers:
        """Make their keys."""
        trust = TrustList()
        rings = {}
        for name in ("sender.example", "recipient.example"):
            rings[name] = KeyRing(folder / f"{name}-{suite}")
            rings[name].generate(name, suite=suite, at=NOW)
            for entry in rings[name].public_entries(name_th="หน่วยงาน", name_en="Agency", at=NOW):
                trust = trust.pin(entry, fingerprint=entry.kid, at=NOW)
        return cls(
            folder=folder,
            ring=rings["recipient.example"],
            trust=trust,
            signing_key=rings["sender.example"].current_signing(NOW),
            recipient_key=trust.sealer(organisation="recipient.example", at=NOW),
        )

    def seal(self, source: Path, envelope: Path) -> None:
        """As a caller would."""
        seal(
            source,
            into=envelope,
            info=DocumentInfo(file_name="ใบรับรอง.pdf", media_type="application/pdf"),
            message_id=uuid4(),
            sender="sender.example",
            recipient="recipient.example",
            purpose="วัดเวลา",
            case_reference="BENCH-1",
            signing_key=self.signing_key,
            recipient_key=self.recipient_key,
            at=NOW,
        )

    def open(self, envelope: Path, target: Path) -> None:
        """As a caller would."""
        open_envelope(
            envelope, into=target, keys=self.ring, trust=self.trust, recipient="recipient.example", at=NOW
        )


def written(path: Path, *parts: bytes) -> None:
    """A new file whose bytes are on the disk."""
    with path.open("xb", buffering=0) as file:
        for part in parts:
            file.write(part)
        os.fsync(file.fileno())


class Bare:
    """The same work with nothing around it: one buffer, no format, no checks."""

    def __init__(self) -> None:
        self._signing = ec.generate_private_key(ec.SECP256R1())
        self._receiving = ec.generate_private_key(ec.SECP256R1())

    @staticmethod
    def _derive(shared: bytes) -> bytes:
        return HKDF(hashes.SHA256(), length=32, salt=None, info=b"bench").derive(shared)

    def seal(self, source: Path, envelope: Path) -> None:
        """Sign, encrypt, write."""
        document = source.read_bytes()
        signature = self._signing.sign(document, ECDSA)
        ephemeral = ec.generate_private_key(ec.SECP256R1())
        key = self._derive(ephemeral.exchange(ec.ECDH(), self._receiving.public_key()))
        point = ephemeral.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(key).encrypt(nonce, document, None)
        written(envelope, point, nonce, len(signature).to_bytes(1, "big"), signature, sealed)

    def open(self, envelope: Path, target: Path) -> None:
        """Read, decrypt, verify, write."""
        content = envelope.read_bytes()
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), content[:65])
        nonce, end = content[65:77], 78 + content[77]
        key = self._derive(self._receiving.exchange(ec.ECDH(), point))
        document = AESGCM(key).decrypt(nonce, memoryview(content)[end:], None)
        self._signing.public_key().verify(content[78:end], document, ECDSA)
        written(target, document)


def timed(work: Callable[[Path, Path], None], source: Path, target: Path) -> float:
    """Seconds for one file into another."""
    started = time.perf_counter()
    work(source, target)
    return time.perf_counter() - started


def round_trip(side: Peers | Bare, source: Path) -> tuple[float, float]:
    """Seconds to seal and to open; the files are removed outside of the time."""
    envelope, target = source.with_suffix(".sealed"), source.with_suffix(".opened")
    times = timed(side.seal, source, envelope), timed(side.open, envelope, target)
    if target.stat().st_size != source.stat().st_size:
        raise AssertionError("the document did not come back")
    envelope.unlink()
    target.unlink()
    return times


def compare(ours: Peers, bare: Bare, source: Path, *, rounds: int) -> tuple[float, float, float]:
    """Median milliseconds to seal, to open, and of the bare round trip."""
    pairs = [(round_trip(ours, source), round_trip(bare, source)) for _ in range(rounds)]
    sealing = statistics.median(times[0] for times, _ in pairs)
    opening = statistics.median(times[1] for times, _ in pairs)
    raw = statistics.median(sum(times) for _, times in pairs)
    return sealing * 1e3, opening * 1e3, raw * 1e3


MEMORY = """
import sys
from pathlib import Path
from govlink.exchange import Suite
from tests.bench.exchange import Bare, Peers, round_trip
folder, which, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
side = Bare() if which == "bare" else Peers.in_folder(folder, suite=Suite(which))
def run(count):
    source = folder / f"{which}-{count}"
    with source.open("wb") as file:
        for _ in range(count // 10_000):
            file.write(b"x" * 10_000)
    round_trip(side, source)
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
before = run(10_000)
print(run(size) - before)
"""


def extra_memory_mib(which: str) -> float:
    """How much the peak of a process rises by 50 MB after a round trip of 10 kB.

    Read from the kernel and not from ``getrusage``, whose peak begins at the parent's.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", MEMORY, folder, which, "50000000"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout) / 1024


def main() -> None:
    """Measure and print, a line each."""
    bare = Bare()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for suite in Suite:
            peers = Peers.in_folder(folder, suite=suite)
            for label, (size, rounds) in SIZES.items():
                source = folder / "document.pdf"
                source.write_bytes(secrets.token_bytes(size))
                sealing, opening, raw = compare(peers, bare, source, rounds=rounds)
                ratio = (sealing + opening) / raw
                print(
                    f"{suite.value:7} {label:6} seal {sealing:7.2f} ms  open {opening:7.2f} ms"
                    f"  bare {raw:7.2f} ms  ratio {ratio:5.2f}"
                )
    for which in (*Suite, "bare"):
        print(f"{which:7} 50 MB  extra memory {extra_memory_mib(which):6.1f} MiB")


if __name__ == "__main__":
    main()
