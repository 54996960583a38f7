"""Anything may be delivered, fail or end at any moment: the inbox agrees with a small model of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from govlink.errors import ConflictError, UnavailableError, VerificationError
from govlink.exchange.inbox import Inbox
from govlink.exchange.opening import Opened

from .fuse import Killed, fused
from .parties import Time, sealed_envelope, two_sides

IDS = tuple(uuid5(UUID(int=0), str(number)) for number in range(3))
CONTENTS = (b"a transcript", b"something else")
a_message = st.sampled_from(IDS)
a_content = st.sampled_from(CONTENTS)


@dataclass(slots=True)
class Known:
    """What the model knows of one id."""

    bound: bytes | None = None
    perhaps: set[bytes] = field(default_factory=set)
    """Contents whose delivery was killed: the id may stand for one of them."""
    receipt: str | None = None
    processed: int = 0
    kills: int = 0
    failures: int = 0

    def rivals(self, content: bytes) -> set[bytes]:
        """Other contents that the id may stand for."""
        return ({self.bound} if self.bound is not None else self.perhaps) - {content}

    def bind(self, content: bytes) -> None:
        """The id is known to stand for this content."""
        self.bound, self.perhaps = content, set()


@dataclass(slots=True)
class World:
    """The ministry's side of the machine."""

    known: dict[UUID, Known] = field(default_factory=lambda: {i: Known() for i in IDS})
    fails: bool = False


class InboxMachine(RuleBasedStateMachine):
    """Deliveries of three messages, each with two contents fighting for its id."""

    @initialize()
    def open(self) -> None:
        """Two organisations, and every envelope there is."""
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.fuse = self.stack.enter_context(fused())
        school, self.ministry = two_sides(folder, context=Time().context)
        self.envelopes: dict[tuple[UUID, bytes], Path] = {}
        for message_id in IDS:
            for content in CONTENTS:
                path = folder / f"{message_id}-{content.decode()}"
                sealed_envelope(school, path, message_id=message_id, content=content)
                self.envelopes[message_id, content] = path
        self.world = World()
        self.inbox = self.opened()

    def opened(self) -> Inbox:
        """The inbox, as after a start."""
        return Inbox(self.ministry.folder / "inbox", party=self.ministry.party())

    def process(self, opened: Opened) -> None:
        """Count, or fail."""
        known = self.world.known[opened.manifest.message_id]
        assert known.receipt is None, "processed again after its receipt was given"
        known.processed += 1
        if self.world.fails:
            known.failures += 1
            raise RuntimeError("closed")

    @rule(message_id=a_message, content=a_content, fails=st.booleans())
    def deliver(self, message_id: UUID, content: bytes, fails: bool) -> None:
        """One delivery that ends as it should."""
        known, self.world.fails = self.world.known[message_id], fails
        try:
            receipt = self.inbox.accept(self.envelopes[message_id, content], process=self.process)
        except ConflictError:
            (rival,) = known.rivals(content)
            known.bind(rival)
            return
        except UnavailableError:
            assert fails
            receipt = None
        assert known.bound in {None, content}, "a rival was taken"
        known.bind(content)
        assert known.receipt is None or receipt == known.receipt
        known.receipt = receipt

    @rule(message_id=a_message, content=a_content, points=st.integers(0, 9))
    def kill(self, message_id: UUID, content: bytes, points: int) -> None:
        """One delivery that is killed somewhere, unless it ends before."""
        known, self.world.fails = self.world.known[message_id], False
        before = known.processed
        self.fuse.light(points)
        try:
            self.inbox.accept(self.envelopes[message_id, content], process=self.process)
        except (Killed, ConflictError):
            pass
        finally:
            self.fuse.put_out()
            self.inbox.close()
        self.inbox = self.opened()
        known.kills += 1
        if known.processed > before:
            known.bind(content)
        elif known.bound is None:
            known.perhaps.add(content)

    @rule(message_id=a_message, content=a_content, place=st.floats(0, 1, exclude_max=True))
    def deliver_damaged(self, message_id: UUID, content: bytes, place: float) -> None:
        """One byte changed on the way: refused, or recognised as what has its receipt; never processed."""
        path = self.envelopes[message_id, content]
        damaged, original = path.with_suffix(".damaged"), path.read_bytes()
        index = int(place * len(original))
        damaged.write_bytes(original[:index] + bytes((original[index] ^ 1,)) + original[index + 1 :])
        processed = self.world.known[message_id].processed
        known = self.world.known[message_id]
        with suppress(VerificationError, ConflictError):
            receipt = self.inbox.accept(damaged, process=self.process)
            assert known.processed > 0, "a receipt for what was never processed"
            assert known.receipt in {None, receipt}
        assert known.processed == processed

    @rule()
    def restart(self) -> None:
        """An orderly end and a start."""
        self.inbox.close()
        self.inbox = self.opened()

    @invariant()
    def the_log_tells_each_once(self) -> None:
        """One arrival and one receipt at most, and the receipt that was given."""
        told = Counter(self.ministry.evidence())
        assert not told or max(told.values()) == 1
        entries = [e for e in self.ministry.party().evidence.entries() if e.kind == "receipt_given"]
        given = {UUID(entry.data["message_id"]): entry.data["receipt"] for entry in entries}
        for message_id, known in self.world.known.items():
            if known.receipt is not None:
                assert given[message_id] == known.receipt

    @invariant()
    def processing_repeats_only_for_a_reason(self) -> None:
        """Once, and again for each failure and each kill."""
        for known in self.world.known.values():
            assert known.processed <= 1 + known.failures + known.kills
            assert known.receipt is None or known.processed > known.failures

    @invariant()
    def nothing_lies_about(self) -> None:
        """No document and no envelope in the working folders."""
        folder = self.ministry.folder / "inbox"
        assert [*(folder / "work").iterdir(), *(folder / "incoming").iterdir()] == []

    def teardown(self) -> None:
        """Leave nothing."""
        if hasattr(self, "inbox"):
            self.inbox.close()
            self.stack.close()


TestInboxMachine = InboxMachine.TestCase
TestInboxMachine.settings = settings(
    max_examples=20,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
