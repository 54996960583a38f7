"""Other agencies behind the sandbox's gateway: each with keys, a trust list and an inbox of its own.

Nothing here is simulated: the envelopes are opened and the receipts signed by ``govlink.exchange``. An
agency comes into being when it is first asked for. The sandbox's own routes let a test exchange keys,
which agencies do by letter and telephone:

- ``GET /_sandbox/peers/{name}``: the agency's public keys, as ``govlink exchange keys show -o`` writes them
- ``POST /_sandbox/peers/{name}``: our public keys in that form; the agency believes them from now on
- ``GET /_sandbox/messages``: what arrived where, newest last
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ..errors import GovlinkError
from ..exchange.evidence import EvidenceLog
from ..exchange.inbox import Inbox
from ..exchange.keyring import KeyRing
from ..exchange.manifest import check_organisation
from ..exchange.opening import Opened
from ..exchange.party import Party
from ..exchange.receiving import receiving_app
from ..exchange.trust import TrustList
from ..exchange.trust_file import load_entries, save_entries
from ..flow import Context
from .toolkit import World, thai_json

__all__ = ["Arrival", "Peers", "peer_routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that an agency took in, without its document or the document's name."""

    message_id: str
    sender: str
    recipient: str
    purpose: str
    case_reference: str
    plain_bytes: int
    received_at: datetime


@dataclass(slots=True, kw_only=True)
class _Agency:
    folder: Path
    keys: KeyRing
    inbox: Inbox
    app: ASGIApp
    trust: TrustList = field(default_factory=TrustList)


class Peers:
    """The agencies of one running sandbox; their files lie in ``folder``, which outlives them."""

    def __init__(self, folder: Path, *, world: World) -> None:
        self._folder, self._world = folder, world
        self._agencies: dict[str, _Agency] = {}
        self._lock = threading.Lock()
        self.arrivals: list[Arrival] = []

    def receiver(self, name: str) -> ASGIApp:
        """The application that takes in messages for the agency of that name.

        Raises:
            RejectedError: it is no organisation's id.
        """
        return self._agency(name).app

    def public_keys(self, name: str) -> bytes:
        """The agency's public keys as a file to pin from.

        Raises:
            RejectedError: it is no organisation's id.
        """
        agency, now = self._agency(name), self._world.now()
        path = agency.folder / "public.json"
        save_entries(agency.keys.public_entries(name_th=name, name_en=name, at=now), path)
        return path.read_bytes()

    def believe(self, name: str, handed: bytes) -> int:
        """Have the agency pin every key in that file; returns how many it believes now.

        Raises:
            GovlinkError: it is no organisation's id, or no file of keys.
        """
        agency, now = self._agency(name), self._world.now()
        path = agency.folder / f"handed-{secrets.token_hex(8)}.json"
        path.write_bytes(handed)
        try:
            entries = load_entries(path)
        finally:
            path.unlink()
        with self._lock:
            for entry in entries:
                agency.trust = agency.trust.pin(entry, fingerprint=entry.kid, at=now)
        return len(agency.trust.entries)

    def close(self) -> None:
        """Give the inboxes' databases back."""
        for agency in self._agencies.values():
            agency.inbox.close()

    def _agency(self, name: str) -> _Agency:
        with self._lock:
            if check_organisation(name) not in self._agencies:
                self._agencies[name] = self._new_agency(name)
            return self._agencies[name]

    def _new_agency(self, name: str) -> _Agency:
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        keys = KeyRing(folder / "keys")
        keys.generate(name, at=self._world.now())
        party = Party(
            keys=keys,
            trust=lambda: self._agencies[name].trust,
            evidence=EvidenceLog(folder / "evidence.jsonl"),
            context=lambda: Context(clock=self._world.now, entropy=secrets.token_bytes(32)),
        )
        inbox = Inbox(folder / "inbox", party=party)
        return _Agency(folder=folder, keys=keys, inbox=inbox, app=receiving_app(inbox, process=self._note))

    def _note(self, opened: Opened) -> None:
        """Processing is at least once, so a message is noted once by its id."""
        manifest = opened.manifest
        arrival = Arrival(
            message_id=str(manifest.message_id),
            sender=manifest.sender,
            recipient=manifest.recipient,
            purpose=manifest.purpose,
            case_reference=manifest.case_reference,
            plain_bytes=manifest.plain_bytes,
            received_at=self._world.now(),
        )
        with self._lock:
            if all(known.message_id != arrival.message_id for known in self.arrivals):
                self.arrivals.append(arrival)


def peer_routes(peers: Peers) -> list[Route]:
    """The sandbox's own routes to its agencies."""

    async def keys(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            if request.method == "POST":
                return thai_json({"believed": peers.believe(name, await request.body())})
            return Response(peers.public_keys(name), media_type="application/json")
        except GovlinkError as error:
            return thai_json({"Message": str(error), "Code": error.code}, status=422)

    async def messages(_: Request) -> Response:
        return thai_json({"messages": [_shown(arrival) for arrival in peers.arrivals]})

    return [
        Route("/_sandbox/peers/{name}", keys, methods=["GET", "POST"]),
        Route("/_sandbox/messages", messages),
    ]


def _shown(arrival: Arrival) -> dict[str, object]:
    return {
        "message_id": arrival.message_id,
        "sender": arrival.sender,
        "recipient": arrival.recipient,
        "purpose": arrival.purpose,
        "case_reference": arrival.case_reference,
        "plain_bytes": arrival.plain_bytes,
        "received_at": arrival.received_at.isoformat(),
    }
