"""Two organisations that pinned each other's keys, and documents to send; what the exchange's tests share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from govlink.exchange.document import DocumentInfo
from govlink.exchange.evidence import EvidenceLog, EvidencePolicy
from govlink.exchange.keyring import KeyRing
from govlink.exchange.party import Party
from govlink.exchange.sealing import seal
from govlink.exchange.trust import TrustList
from govlink.exchange.trust_file import load_trust, save_trust
from govlink.flow import Context

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
SCHOOL, MINISTRY = "school", "ministry"
BOUNDLESS = timedelta(days=3650)


class Time:
    """A clock to move by hand that gives every call its own randomness."""

    def __init__(self) -> None:
        self.now = NOW

    def context(self) -> Context:
        """A context of this moment."""
        return Context.fixed(now=self.now, seed=str(uuid4()))

    def forward(self, **delta: float) -> None:
        """Move on by that much."""
        self.now += timedelta(**delta)


def key_ring(directory: Path, organisation: str, *, at: datetime) -> KeyRing:
    """A ring with its first pair of keys."""
    ring = KeyRing(directory)
    ring.generate(organisation, at=at - timedelta(hours=1), lifetime=BOUNDLESS)
    return ring


def pinned(*rings: KeyRing, at: datetime) -> TrustList:
    """A trust list that holds the public keys of these rings."""
    trust = TrustList()
    for ring in rings:
        for entry in ring.public_entries(name_th="หน่วยงานสมมติ", name_en="A made-up agency", at=at):
            trust = trust.pin(entry, fingerprint=entry.kid, at=at)
    return trust


@dataclass(slots=True, kw_only=True)
class Side:
    """One organisation: its folder, its keys, whom it believes and when it thinks it is."""

    folder: Path
    keys: KeyRing
    trust: TrustList
    context: Callable[[], Context]

    def party(self, *, policy: EvidencePolicy = EvidencePolicy.FAIL_CLOSED) -> Party:
        """The side as the exchange takes it, with an evidence log opened anew."""
        return Party(
            keys=self.keys,
            trust=lambda: self.trust,
            evidence=EvidenceLog(self.folder / "evidence.jsonl"),
            evidence_policy=policy,
            context=self.context,
        )

    def evidence(self, *kinds: str) -> list[tuple[str, str]]:
        """Kind and message id of each entry, in order, after the chain was found intact."""
        log = EvidenceLog(self.folder / "evidence.jsonl")
        report = log.verify()
        assert report.intact, report
        return [(e.kind, e.data["message_id"]) for e in log.entries() if not kinds or e.kind in kinds]


def two_sides(folder: Path, *, context: Callable[[], Context]) -> tuple[Side, Side]:
    """A school that sends and a ministry that receives."""
    at = context().now()
    names = {"school": SCHOOL, "ministry": MINISTRY}
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
    rings = {name: key_ring(folder / name / "keys", org, at=at) for name, org in names.items()}
    trust = pinned(*rings.values(), at=at)
    save_trust(trust, folder / "trust.json")
    make = partial(Side, trust=trust, context=context)
    school, ministry = (make(folder=folder / name, keys=rings[name]) for name in names)
    return school, ministry


def sealed_envelope(
    side: Side, path: Path, *, content: bytes = b"a transcript", message_id: UUID | None = None
) -> Path:
    """An envelope from this side to the ministry, made by hand."""
    document, at = path.with_suffix(".plain"), side.context().now()
    document.write_bytes(content)
    seal(
        document,
        into=path,
        info=DocumentInfo(file_name="transcript.pdf", media_type="application/pdf"),
        message_id=message_id or uuid4(),
        sender=side.keys.organisation,
        recipient=MINISTRY,
        purpose="equivalence of a qualification",
        case_reference="CASE-1",
        signing_key=side.keys.current_signing(at),
        recipient_key=side.trust.sealer(organisation=MINISTRY, at=at),
        at=at,
        overwrite=True,
    )
    document.unlink()
    return path


def open_side(folder: Path, name: str, *, context: Callable[[], Context]) -> Side:
    """A side that ``two_sides`` made, opened by another process."""
    trust = load_trust(folder / "trust.json")
    return Side(folder=folder / name, keys=KeyRing(folder / name / "keys"), trust=trust, context=context)
