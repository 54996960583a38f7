"""Take sealed documents in: an ASGI application, served by any ASGI server behind the agency's TLS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.types import ASGIApp

from govlink.exchange.evidence import EvidenceLog
from govlink.exchange.inbox import Inbox
from govlink.exchange.keyring import KeyRing
from govlink.exchange.opening import Opened
from govlink.exchange.party import Party
from govlink.exchange.receiving import receiving_app
from govlink.exchange.trust_file import load_trust

OURS = Party(
    keys=KeyRing(Path("exchange/keys")),
    trust=lambda: load_trust(Path("exchange/trust.json")),
    evidence=EvidenceLog(Path("exchange/evidence.jsonl")),
)
TAKEN = Path("taken")


def take_over(opened: Opened) -> None:
    """Keep the document under its sender and message id, so that a second call changes nothing."""
    TAKEN.mkdir(exist_ok=True)
    opened.path.replace(TAKEN / f"{opened.manifest.sender}_{opened.manifest.message_id}")


@contextmanager
def application() -> Iterator[ASGIApp]:
    """The application while the block lasts."""
    with Inbox(Path("exchange/inbox"), party=OURS) as inbox:
        yield receiving_app(inbox, process=take_over)
