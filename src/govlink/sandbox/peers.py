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
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ..errors import GovlinkError, RejectedError
from ..exchange.evidence import EvidenceLog
from ..exchange.inbox import Inbox
from ..exchange.keyring import KeyRing
from ..exchange.manifest import check_organisation
from ..exchange.party import RECEIPT_GIVEN, RECEIVED, Party
from ..exchange.receiving import receiving_app
from ..exchange.trust import TrustList
from ..exchange.trust_file import load_entries, save_entries
from ..flow import Context
from .toolkit import World, thai_json

__all__ = ["Arrival", "Peers", "peer_routes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message that an agency took in, as its evidence log has it; ``receipt`` is the one it gave."""

    message_id: str
    sender: str
    recipient: str
    purpose: str
    case_reference: str
    received_at: datetime
    receipt: str


@dataclass(slots=True, kw_only=True)
class _Agency:
    folder: Path
    party: Party
    inbox: Inbox
    app: ASGIApp
    trust: TrustList = field(default_factory=TrustList)


class Peers:
    """The agencies of one running sandbox; their files lie in ``folder``, which outlives them."""

    def __init__(self, folder: Path, *, world: World) -> None:
        self._folder, self._world = folder, world
        self._agencies: dict[str, _Agency] = {}
        self._lock = threading.Lock()

    def receiver(self, name: str) -> ASGIApp | None:
        """The application that takes in messages for the agency of that name; None if it is no name."""
        try:
            return self._agency(name).app
        except RejectedError:
            return None

    def public_keys(self, name: str) -> bytes:
        """The agency's public keys as a file to pin from.

        Raises:
            RejectedError: it is no organisation's id.
        """
        agency, now = self._agency(name), self._world.now()
        path = agency.folder / "public.json"
        save_entries(agency.party.keys.public_entries(name_th=name, name_en=name, at=now), path)
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

    def arrivals(self) -> tuple[Arrival, ...]:
        """What arrived anywhere, oldest first."""
        with self._lock:
            agencies = dict(self._agencies)
        found = [arrival for name, agency in agencies.items() for arrival in _arrivals(name, agency)]
        return tuple(sorted(found, key=lambda arrival: arrival.received_at))

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
        app = receiving_app(inbox, process=lambda _: None)  # opened, receipted, and let go
        return _Agency(folder=folder, party=party, inbox=inbox, app=app)


def _arrivals(name: str, agency: _Agency) -> Iterator[Arrival]:
    entries = tuple(agency.party.evidence.entries())
    given = (entry.data for entry in entries if entry.kind == RECEIPT_GIVEN)
    receipts = {(data["sender"], data["message_id"]): data["receipt"] for data in given}
    for entry in entries:
        if entry.kind == RECEIVED:
            yield Arrival(
                message_id=entry.data["message_id"],
                sender=entry.data["sender"],
                recipient=name,
                purpose=entry.data["purpose"],
                case_reference=entry.data["case_reference"],
                received_at=entry.at,
                receipt=receipts.get((entry.data["sender"], entry.data["message_id"]), ""),
            )


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
        rows = [{**asdict(a), "received_at": a.received_at.isoformat()} for a in peers.arrivals()]
        return thai_json({"messages": rows})

    return [
        Route("/_sandbox/peers/{name}", keys, methods=["GET", "POST"]),
        Route("/_sandbox/messages", messages),
    ]
