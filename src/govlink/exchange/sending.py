"""One run of a dispatch: every message that is due is tried, several at a time.

``Round`` takes the next message and settles what became of it, in plain functions that decide and write;
``run`` (threads) and ``arun`` (tasks) only carry envelopes between the two.

What becomes of a message:

- its receipt came and was verified: DELIVERED, with the receipt;
- ``TryAgainError``, ``QuotaError``, ``OutcomeUnknownError``: queued until a later time. Sending again is
  safe, since the recipient answers a repeat with the first receipt;
- ``ConfigError``, ``AuthError``: queued until a later time, and the run stops, for it is likely to strike
  every message alike;
- a receipt from a clock ahead of ours: queued until a later time, when it is in the future no more;
- evidence cannot be written (policy ``FAIL_CLOSED``): queued as it was, and the run stops;
- any other error, another receipt that cannot be verified, or a signed refusal: FAILED, with the code.
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from ..errors import (
    AuthError,
    ConfigError,
    Fault,
    GovlinkError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    TryAgainError,
    VerificationError,
)
from .dispatch import Dispatch
from .journal import Journal, Outgoing, OutgoingState
from .manifest import manifest_sha256_hex, parse_manifest
from .party import RECEIPT, SENDING, evidence_of
from .receipts import RECEIVED_IN_FUTURE, Outcome, read_receipt

__all__ = ["AsyncDeliver", "Deliver", "Parcel", "Report", "Round", "arun", "run"]

ENVELOPE_MISSING = Fault(
    "exchange.envelope_missing",
    en="the envelope is not in the spool; seal the document anew",
    th="ไม่พบซองเอกสารในที่พักส่ง ให้ผนึกเอกสารใหม่",
)
REFUSED_BY_RECEIPT = Fault(
    "exchange.refused_by_receipt",
    en="the recipient refused the message in a signed receipt ({reason})",
    th="ผู้รับปฏิเสธข้อความไว้ในใบรับที่ลงนามแล้ว ({reason})",
)


class Deliver(Protocol):
    """Brings an envelope to its recipient; ``Client.send_sealed`` is one."""

    def __call__(self, envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        """The recipient's signed receipt."""
        ...


class AsyncDeliver(Protocol):
    """The same for tasks; ``AsyncClient.send_sealed`` is one."""

    async def __call__(self, envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        """The recipient's signed receipt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message under way and its envelope."""

    message: Outgoing
    envelope: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run did. ``postponed`` counts attempts; ``next_due_at`` is when the next run has work."""

    delivered: int
    postponed: int
    failed: int
    next_due_at: datetime | None


class Round:
    """The decisions of one run; any number of threads may take and settle."""

    def __init__(self, dispatch: Dispatch, journal: Journal) -> None:
        self._dispatch = dispatch
        self._party = dispatch.party
        self._journal = journal
        self._guard = threading.Lock()
        self._counts = Counter[OutgoingState]()
        self._is_stopped = False
        self._stopped_by: GovlinkError | None = None

    def recover(self) -> None:
        """Put right what a process that was killed left under way; call it before the first ``take``.

        Raises:
            UnavailableError: the evidence log or the journal cannot be read.
            VerificationError: the evidence log is not in order.
        """
        doubtful = self._journal.messages(OutgoingState.SENDING)
        held = evidence_of(self._party, [message.message_id for message in doubtful])
        for message in doubtful:
            manifest_sha256 = manifest_sha256_hex(parse_manifest(message.manifest))
            about = (str(message.message_id), manifest_sha256)
            noted = replace(message, is_sending_noted=message.is_sending_noted or (SENDING, *about) in held)
            receipt = held.get((RECEIPT, *about))
            if receipt is None:
                self._journal.put_back(noted)
            else:  # verified and noted, but the process ended before the journal said so
                self._conclude(noted, receipt["receipt"], refusal=receipt.get("refusal"))
        self._dispatch.discard_delivered()

    def take(self) -> Parcel | None:
        """The next message that is due, its evidence written; None when there is none or the run stops."""
        try:
            while not self._is_stopped and (message := self._journal.take(at=self._party.now())):
                parcel = self._prepare(message)
                if parcel is not None:
                    return parcel
        except GovlinkError as error:
            self._stop(error)
        return None

    def settle(self, parcel: Parcel, answer: str | GovlinkError) -> None:
        """Write down what became of a parcel: the receipt that came for it, or the error."""
        try:
            if isinstance(answer, GovlinkError):
                self._refused(parcel.message, answer)
            else:
                self._answered(parcel.message, answer)
        except GovlinkError as error:
            self._stop(error)

    def stop(self) -> None:
        """Nothing more is taken; what is under way is still settled."""
        self._is_stopped = True

    def report(self) -> Report:
        """What was done.

        Raises:
            GovlinkError: what stopped the run before everything due was tried.
        """
        if self._stopped_by is not None:
            raise self._stopped_by
        return Report(
            delivered=self._counts[OutgoingState.DELIVERED],
            postponed=self._counts[OutgoingState.QUEUED],
            failed=self._counts[OutgoingState.FAILED],
            next_due_at=self._journal.next_due_at(),
        )

    def _prepare(self, message: Outgoing) -> Parcel | None:
        envelope = self._dispatch.envelope_of(message.message_id)
        if not envelope.exists():
            self._park(message, RejectedError(ENVELOPE_MISSING))
            return None
        if not message.is_sending_noted:
            try:
                self._party.note(
                    SENDING,
                    parse_manifest(message.manifest),
                    recipient=message.key.recipient,
                    case_reference=message.key.case_reference,
                    purpose=message.purpose,
                )
            except GovlinkError:
                self._journal.put_back(message)
                raise
        return Parcel(message=replace(message, is_sending_noted=True), envelope=envelope)

    def _answered(self, message: Outgoing, text: str) -> None:
        manifest = parse_manifest(message.manifest)
        try:
            receipt = read_receipt(text, trust=self._party.trust(), sent=manifest, at=self._party.now())
        except VerificationError as error:
            if error.fault is RECEIVED_IN_FUTURE:  # a repeat brings the same receipt, and then it is past
                self._postpone(message, error)
            else:
                self._park(message, error)
            return
        refusal = {} if receipt.outcome is Outcome.ACCEPTED else {"refusal": str(receipt.reason_code)}
        self._party.note(RECEIPT, manifest, recipient=message.key.recipient, receipt=text, **refusal)
        self._conclude(message, text, refusal=refusal.get("refusal"))

    def _conclude(self, message: Outgoing, text: str, *, refusal: str | None) -> None:
        if refusal is not None:
            self._park(message, RejectedError(REFUSED_BY_RECEIPT, reason=refusal), receipt=text)
            return
        self._journal.deliver(message, receipt=text)
        self._count(OutgoingState.DELIVERED)
        self._dispatch.discard_envelope(message.message_id)

    def _refused(self, message: Outgoing, error: GovlinkError) -> None:
        match error:
            case ConfigError() | AuthError():
                self._postpone(message, error)  # not put back: one recipient's fault must not block the rest
                self._stop(error)
            case TryAgainError() | QuotaError() | OutcomeUnknownError():
                self._postpone(message, error)
            case _:
                self._park(message, error)

    def _postpone(self, message: Outgoing, error: GovlinkError) -> None:
        context = self._party.context()
        due_at = self._dispatch.backoff.due_at(
            attempts=message.attempts + 1,
            at=context.now(),
            fraction=context.fraction("exchange.backoff"),
            retry_after_s=error.retry_after_s if isinstance(error, QuotaError) else None,
        )
        self._journal.postpone(message, due_at=due_at, code=error.code, reason=error.explain())
        self._count(OutgoingState.QUEUED)

    def _park(self, message: Outgoing, error: GovlinkError, *, receipt: str | None = None) -> None:
        self._journal.park(message, code=error.code, reason=error.explain(), receipt=receipt)
        self._count(OutgoingState.FAILED)

    def _count(self, state: OutgoingState) -> None:
        with self._guard:
            self._counts[state] += 1

    def _stop(self, error: GovlinkError) -> None:
        with self._guard:
            self._stopped_by = self._stopped_by or error
        self.stop()


def run(dispatch: Dispatch, deliver: Deliver, *, parallel: int = 4) -> Report:
    """Try every message that is due, ``parallel`` at a time in threads.

    Raises:
        UnavailableError: another run sends from this directory, or its files cannot be used.
        GovlinkError: what stopped the run; messages not tried stay queued.
    """
    with dispatch.sending() as journal:
        round_ = Round(dispatch, journal)
        round_.recover()
        with ThreadPoolExecutor(parallel, thread_name_prefix="govlink-dispatch") as pool:
            try:
                for worker in [pool.submit(_work, round_, deliver) for _ in range(parallel)]:
                    worker.result()
            finally:
                round_.stop()
        return round_.report()


def _work(round_: Round, deliver: Deliver) -> None:
    while parcel := round_.take():
        round_.settle(parcel, _delivered(parcel, deliver))


def _delivered(parcel: Parcel, deliver: Deliver) -> str | GovlinkError:
    message = parcel.message
    try:
        return deliver(parcel.envelope, message_id=message.message_id, recipient=message.key.recipient)
    except GovlinkError as error:
        return error


async def arun(dispatch: Dispatch, deliver: AsyncDeliver, *, parallel: int = 4) -> Report:
    """The same with tasks, on asyncio or trio; files are written in threads.

    Raises:
        UnavailableError: another run sends from this directory, or its files cannot be used.
        GovlinkError: what stopped the run; messages not tried stay queued.
    """
    import anyio

    with dispatch.sending() as journal:
        round_ = Round(dispatch, journal)
        await anyio.to_thread.run_sync(round_.recover)
        async with anyio.create_task_group() as group:
            for _ in range(parallel):
                group.start_soon(_awork, round_, deliver)
        return round_.report()


async def _awork(round_: Round, deliver: AsyncDeliver) -> None:
    from anyio import to_thread

    while parcel := await to_thread.run_sync(round_.take):
        answer = await _adelivered(parcel, deliver)
        await to_thread.run_sync(round_.settle, parcel, answer)


async def _adelivered(parcel: Parcel, deliver: AsyncDeliver) -> str | GovlinkError:
    message = parcel.message
    try:
        return await deliver(parcel.envelope, message_id=message.message_id, recipient=message.key.recipient)
    except GovlinkError as error:
        return error
