"""Documents sent to a peer on a bad day by a process that is killed again and again.

Run it: ``uv run python -m tests.faults.exchange_crash --documents 1000``. Two processes, each killed with
SIGKILL at moments drawn from the seed and started anew, exchange documents over HTTP on loopback with the
real client, the real receiving application, and faults drawn for each request (latency, 503, connections
reset before and after the message was taken, deliveries in duplicate, answers cut off). In the end every
document must have one message id and one receipt, must have been processed once, and must be in both
evidence logs once; and nothing in the clear may lie in the sender's or the recipient's working folders.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Scope

from govlink.client import Client
from govlink.config import Config
from govlink.exchange.dispatch import Backoff, Dispatch
from govlink.exchange.inbox import Inbox
from govlink.exchange.journal import OutgoingState
from govlink.exchange.manifest import parse_manifest
from govlink.exchange.opening import Opened
from govlink.exchange.receipts import Outcome, read_receipt
from govlink.exchange.receiving import receiving_app
from govlink.exchange.sending import run
from govlink.flow import Context
from govlink.policy import Policies, RetryPolicy
from govlink.registry import load_adapter
from govlink.sandbox.faults import FaultInjector, FaultKind, FaultRule

from ..unit.exchange.parties import MINISTRY, open_side, two_sides

ROOT = Path(__file__).parents[2]
MARKER = b"THIS LINE IS NEVER SEEN IN THE CLEAR\n"
KINDS = (
    FaultKind.LATENCY,
    FaultKind.STATUS_503,
    FaultKind.RESET_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.DUPLICATE_DELIVERY,
    FaultKind.TRUNCATED,
)
FAULTY = 0.3
"""The share of requests that a fault strikes; processing fails for a tenth of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What the show saw, every promise having been checked."""

    documents: int
    kills: int
    processed: int
    seconds: float


class RandomFaults(FaultInjector):
    """A fault for a share of the requests, of any kind."""

    def __init__(self, app: Starlette, *, rng: random.Random, share: float) -> None:
        super().__init__(app, rules=[])
        self._rng, self._share = rng, share

    def _take(self, scope: Scope) -> FaultRule | None:
        if self._rng.random() >= self._share:
            return None
        return FaultRule(kind=self._rng.choice(KINDS), delay_s=0.05)


def receive(folder: Path, *, port: int, seed: int, share: float) -> None:
    """The recipient's process."""
    ministry, rng = open_side(folder, "ministry", context=Context.system), random.Random(seed)
    kept = folder / "ministry" / "documents"

    def keep(opened: Opened) -> None:
        if rng.random() < share / 10:
            raise RuntimeError("the registry is closed for a moment")
        # Idempotent by the message's id, as ``process`` must be: moved to the name it always gets.
        opened.path.replace(kept / str(opened.manifest.message_id))
        with (folder / "ministry" / "processed.log").open("ab", buffering=0) as log:
            log.write(f"{opened.manifest.message_id}\n".encode())

    with Inbox(folder / "ministry" / "inbox", party=ministry.party()) as inbox:
        app = Starlette(routes=[Mount("/ministry", receiving_app(inbox, process=keep))])
        faulty = RandomFaults(app, rng=rng, share=share)
        uvicorn.run(faulty, host="127.0.0.1", port=port, log_level="critical", lifespan="off")


def send(folder: Path, *, port: int) -> None:
    """The sender's process: queues every document, then sends until nothing is left to send."""
    school, url = open_side(folder, "school", context=Context.system), f"http://127.0.0.1:{port}"
    key = {"consumer_key": SecretStr("a key"), "consumer_secret": SecretStr("a secret"), "agent_id": "show"}
    gdx = {**key, "inboxes": {MINISTRY: f"{url}/ministry"}}
    config = Config(sandbox_url="http://127.0.0.1:1", platforms={"gdx": gdx})  # no gateway: it is not asked
    with (
        Client(
            config, adapters=(load_adapter("gdx"),), policies=Policies(retry=RetryPolicy(attempts=1))
        ) as client,
        Dispatch(
            folder / "school" / "dispatch", party=school.party(), backoff=Backoff(first_s=0.05, most_s=0.5)
        ) as dispatch,
    ):
        for document in sorted((folder / "documents").iterdir()):
            dispatch.enqueue(
                document,
                recipient=MINISTRY,
                purpose="equivalence of a qualification",
                case_reference=document.stem,
                file_name=document.name,
                media_type="application/octet-stream",
            )
        while (due_at := run(dispatch, client.send_sealed, parallel=8).next_due_at) is not None:
            time.sleep(max(0.0, (due_at - datetime.now(UTC)).total_seconds()))


class Processes:
    """The two processes, to be killed and started anew."""

    def __init__(self, folder: Path, *, seed: int, share: float) -> None:
        self._folder, self._seed, self._share = folder, seed, share
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port: int = probe.getsockname()[1]
        self._running = {role: self._start(role) for role in ("receive", "send")}

    def _start(self, role: str) -> subprocess.Popen[bytes]:
        self._seed += 1
        command = [sys.executable, "-m", "tests.faults.exchange_crash", "--role", role]
        command += ["--folder", str(self._folder), "--port", str(self._port), "--seed", str(self._seed)]
        command += ["--faulty", str(self._share)]
        return subprocess.Popen(command, cwd=ROOT)

    def kill(self, role: str) -> None:
        """SIGKILL, and a new process in its place."""
        self._running[role].send_signal(signal.SIGKILL)
        self._running[role].wait(10)
        self._running[role] = self._start(role)

    def is_sending(self) -> bool:
        """Whether the sender has not come to its end."""
        status = self._running["send"].poll()
        assert status in {None, 0}, f"the sender ended with {status}"
        assert self._running["receive"].poll() is None, "the recipient ended"
        return status is None

    def end(self) -> None:
        """Leave nothing running."""
        for process in self._running.values():
            process.kill()
            process.wait(10)


def progress(folder: Path) -> int:
    """How many steps (sealed, delivered) the documents have made together."""
    path = folder / "school" / "dispatch" / "journal.db"
    with contextlib.suppress(sqlite3.OperationalError):  # not made yet
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        with contextlib.closing(connection):
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE state != 'new') + count(*) FILTER (WHERE state = 'delivered')"
                " FROM message"
            ).fetchone()
            return int(row[0])
    return 0


def exchange_under_fire(
    folder: Path, *, documents: int, kills: int, roles: tuple[str, ...], rng: random.Random, share: float
) -> int:
    """Start both processes, kill one of ``roles`` at each drawn moment, wait for the end; kills made."""
    processes, made = Processes(folder, seed=rng.randrange(2**32), share=share), 0
    try:
        # The last tenth of the steps is left out: a kill that comes after the end proves nothing.
        for moment in sorted(rng.sample(range(2 * documents * 9 // 10), kills)):
            while processes.is_sending() and progress(folder) < moment:
                time.sleep(0.002)
            time.sleep(rng.uniform(0.0, 0.02))
            if processes.is_sending():
                processes.kill(rng.choice(roles))
                made += 1
        while processes.is_sending():
            time.sleep(0.01)
    finally:
        processes.end()
    return made


def write_documents(folder: Path, *, count: int, rng: random.Random) -> Counter[str]:
    """Documents of 1 to 64 kB, each with the marker; their digests."""
    folder.mkdir()
    digests = Counter[str]()
    for number in range(count):
        content = MARKER + rng.randbytes(rng.randrange(1000, 64_000))
        (folder / f"CASE-{number:05}.bin").write_bytes(content)
        digests[hashlib.sha256(content).hexdigest()] += 1
    return digests


def files_of(*folders: Path) -> Iterator[Path]:
    """Every file in them, at any depth."""
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file())


def check(folder: Path, *, digests: Counter[str], is_exact: bool) -> int:
    """Every promise; how often a document was processed."""
    school, ministry = (open_side(folder, n, context=Context.system) for n in ("school", "ministry"))
    with Dispatch(folder / "school" / "dispatch", party=school.party()) as dispatch:
        messages = dispatch.messages()
    ids = {str(message.message_id) for message in messages}
    assert len(messages) == len(ids) == digests.total()
    parked = [message.reason for message in messages if message.state is not OutgoingState.DELIVERED]
    assert parked == [], parked
    receipts: dict[str, str] = {}
    for message in messages:
        sent, text = parse_manifest(message.manifest), message.receipt or ""
        receipt = read_receipt(text, trust=school.trust, sent=sent, at=datetime.now(UTC))
        assert receipt.outcome is Outcome.ACCEPTED
        receipts[str(message.message_id)] = text
    assert len(set(receipts.values())) == len(receipts)

    kept = list((folder / "ministry" / "documents").iterdir())
    assert {path.name for path in kept} == ids
    assert Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in kept) == digests
    processed = (folder / "ministry" / "processed.log").read_text().split()
    if is_exact:
        assert len(processed) == len(ids)

    for side, kinds in ((school, ("sending", "receipt")), (ministry, ("received", "receipt_given"))):
        told = Counter(side.evidence(*kinds))
        assert told == Counter((kind, message_id) for kind in kinds for message_id in ids)
        entries = [entry.data for entry in side.party().evidence.entries() if entry.kind == kinds[1]]
        assert {data["message_id"]: data["receipt"] for data in entries} == receipts

    assert list((folder / "school" / "dispatch" / "spool").iterdir()) == []
    in_the_clear = [
        path
        for path in files_of(folder / "school" / "dispatch", folder / "ministry" / "inbox")
        if MARKER in path.read_bytes()
    ]
    assert in_the_clear == []
    return len(processed)


def show(
    folder: Path,
    *,
    documents: int,
    kills: int,
    roles: tuple[str, ...] = ("send", "receive"),
    seed: int,
    share: float = FAULTY,
) -> Outcomes:
    """The whole of it in an empty folder.

    Raises:
        AssertionError: a promise was broken.
    """
    rng = random.Random(seed)
    two_sides(folder, context=Context.system)
    (folder / "ministry" / "documents").mkdir()
    digests = write_documents(folder / "documents", count=documents, rng=rng)
    start_s = time.monotonic()
    made = exchange_under_fire(folder, documents=documents, kills=kills, roles=roles, rng=rng, share=share)
    seconds = time.monotonic() - start_s
    processed = check(folder, digests=digests, is_exact="receive" not in roles)
    return Outcomes(documents=documents, kills=made, processed=processed, seconds=seconds)


def main() -> None:
    """The command line: the show, or one of its processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=12, help="SIGKILLs, on either side by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faulty", type=float, default=FAULTY, help="share of requests struck by a fault")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--role", choices=("receive", "send"))
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    roles: dict[str, Callable[[], None]] = {
        "receive": lambda: receive(
            options.folder, port=options.port, seed=options.seed, share=options.faulty
        ),
        "send": lambda: send(options.folder, port=options.port),
    }
    if options.role is not None:
        os.umask(0o077)
        roles[options.role]()
        return
    with tempfile.TemporaryDirectory() as folder:
        seen = show(
            Path(folder),
            documents=options.documents,
            kills=options.kills,
            seed=options.seed,
            share=options.faulty,
        )
    print(
        f"{seen.documents} documents, {seen.kills} kills, {seen.processed} handler calls,"
        f" one receipt each, both evidence logs in order: {seen.seconds:.1f} s,"
        f" {seen.documents / seen.seconds:.0f} documents a second"
    )


if __name__ == "__main__":
    main()
