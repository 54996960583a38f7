"""Durable sending: a document that was queued is sent until its receipt is there, whatever happens between.

Each document gets one message id, is sealed once into the spool, and is sent unchanged under that id until
a receipt for it was verified; the recipient answers a repeat with the receipt it gave first. The journal,
the spool and the evidence log are on the disk before anything leaves, so a process may be killed at any
moment: the next one goes on where it ended. The spool holds envelopes only, never a document.

A message that cannot be sent now stays queued; one that is refused is parked as FAILED with the reason's
code, for a person to look at. Nothing is ever dropped.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import UUID

from ..errors import ConflictError, Fault, NotFoundError, RejectedError, UnavailableError
from .claims import holding
from .database import private_directory
from .document import DocumentInfo
from .journal import DocumentKey, Journal, Outgoing, OutgoingState
from .output import remove_partial
from .party import Party
from .sealing import seal
from .texts import check_organisation, check_text

__all__ = ["Backoff", "Dispatch"]

RUNNING = Fault(
    "exchange.dispatch_running",
    en="another run is sending from this directory",
    th="มีการส่งจากโฟลเดอร์นี้กำลังทำงานอยู่แล้ว",
)
SEALING = Fault(
    "exchange.dispatch_sealing",
    en="another program is sealing into this directory",
    th="มีโปรแกรมอื่นกำลังผนึกเอกสารลงโฟลเดอร์นี้",
)
NOT_FAILED = Fault(
    "exchange.message_not_failed",
    en="the message is {state}; only one that failed can be put back",
    th="ข้อความอยู่ในสถานะ {state} นำกลับมาส่งใหม่ได้เฉพาะข้อความที่ส่งไม่สำเร็จ",
)
OTHER_DOCUMENT = Fault(
    "exchange.other_document",
    en="this is not the document that was queued under the message's id",
    th="เอกสารนี้ไม่ใช่ฉบับที่เข้าคิวไว้ภายใต้รหัสข้อความนี้",
)
DOCUMENT_UNREADABLE = Fault(
    "exchange.document_unreadable",
    en="the document to be queued cannot be read",
    th="อ่านเอกสารที่จะเข้าคิวไม่ได้",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long a message waits after a failed attempt: ``first_s``, doubled each time up to ``most_s``.

    Each wait is lengthened by up to a quarter at random, so that many do not come back at once, and is
    never shorter than the time the platform asked for.
    """

    first_s: float = 5.0
    most_s: float = 3600.0

    def due_at(
        self, *, attempts: int, at: datetime, fraction: float, retry_after_s: float | None
    ) -> datetime:
        """When to try again after ``attempts`` failures; ``fraction`` is random in [0, 1)."""
        wait_s = min(self.first_s * 2.0 ** min(attempts - 1, 60), self.most_s) * (1 + fraction / 4)
        return at + timedelta(seconds=max(wait_s, retry_after_s or 0.0))


class Dispatch:
    """Queues documents in one directory; ``sending.run`` and ``sending.arun`` send what is due.

    Any number of threads and processes may queue; one run at a time sends. ``is_keeping_envelopes`` keeps
    the envelopes of delivered messages, which a receipt's verifier can then be shown.
    """

    def __init__(
        self,
        directory: Path,
        *,
        party: Party,
        backoff: Backoff | None = None,
        is_keeping_envelopes: bool = False,
    ) -> None:
        self._directory = private_directory(directory)
        self._spool = private_directory(directory / "spool")
        self._journal = Journal(directory / "journal.db")
        self.party = party
        self.backoff = backoff or Backoff()
        self._is_keeping = is_keeping_envelopes

    def __enter__(self) -> Self:
        """The dispatch itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the journal back."""
        self._journal.close()

    def enqueue(
        self,
        document: Path,
        *,
        recipient: str,
        purpose: str,
        case_reference: str,
        file_name: str,
        media_type: str,
    ) -> UUID:
        """Queue a document; returns its message id once the sealed envelope is on the disk.

        From then on the document itself is not needed. The same bytes to the same recipient in the same
        case are one message, however often they are queued and whatever became of it: the id known is
        returned, and nothing is sent twice. A queueing that was cut short is finished by the next of the
        same document.

        Args:
            document: the file; read, never changed, never copied unsealed.
            recipient: the organisation it is for; the trust list must hold a key to seal to it.
            purpose: why, in clear: no person may be named.
            case_reference: the case, in clear: no person may be named.
            file_name: what the recipient sees it called; encrypted.
            media_type: of the form type/subtype; encrypted.

        Raises:
            RejectedError: the file cannot be read, or a text is not allowed.
            ConfigError: no key to sign with or to seal to is valid now.
            UnavailableError: the disk does not take it.
        """
        info = DocumentInfo(file_name=file_name, media_type=media_type)
        check_organisation(recipient)
        check_text(purpose, what="purpose", most=500)
        check_text(case_reference, what="case_reference", most=200)
        with _reading(document) as (file, sha256):
            self.party.trust().sealer(organisation=recipient, at=self.party.now())
            key = DocumentKey(recipient=recipient, case_reference=case_reference, document_sha256=sha256)
            message_id = self.party.context().uuid("exchange.message_id")
            known = self._journal.named(key, message_id=message_id, purpose=purpose)
            if known.state is OutgoingState.NEW:
                self._seal(known.message_id, file, info=info)
            return known.message_id

    def reseal(self, message_id: UUID, document: Path, *, file_name: str, media_type: str) -> None:
        """Seal a FAILED message's document anew, to the recipient's key of today, under the same id.

        For a recipient that refused the envelope because a key had run out in the meantime. The id stays,
        because a recipient that did take the first envelope after all then refuses this one as other
        content under a used id: a new id would have the document processed twice.

        Raises:
            NotFoundError: the journal has no such message.
            ConflictError: it did not fail.
            RejectedError: this is not the document that was queued.
            ConfigError: no key to sign with or to seal to is valid now.
        """
        info = DocumentInfo(file_name=file_name, media_type=media_type)
        with _reading(document) as (file, sha256):
            key = self._journal.message(message_id).key
            if sha256 != key.document_sha256:
                raise RejectedError(OTHER_DOCUMENT)
            self.party.trust().sealer(organisation=key.recipient, at=self.party.now())
            self._release(message_id, OutgoingState.NEW)
            self._seal(message_id, file, info=info)

    def retry(self, message_id: UUID) -> None:
        """Queue a FAILED message anew, envelope and id unchanged.

        Raises:
            NotFoundError: the journal has no such message.
            ConflictError: it did not fail.
        """
        self._release(message_id, OutgoingState.QUEUED)

    def drop(self, message_id: UUID) -> None:
        """Give a FAILED message up for good; its evidence stays, its envelope goes.

        Raises:
            NotFoundError: the journal has no such message.
            ConflictError: it did not fail.
        """
        self._release(message_id, OutgoingState.DROPPED)
        self.discard_envelope(message_id)

    def message(self, message_id: UUID) -> Outgoing:
        """One message, with its receipt when it has one.

        Raises:
            NotFoundError: the journal has no such message.
        """
        return self._journal.message(message_id)

    def messages(self, *states: OutgoingState) -> tuple[Outgoing, ...]:
        """The messages in these states, or all of them, oldest first."""
        return self._journal.messages(*states)

    def next_due_at(self) -> datetime | None:
        """When the next queued message may be sent; None when none is queued."""
        return self._journal.next_due_at()

    def envelope_of(self, message_id: UUID) -> Path:
        """Where the message's envelope is while there is one."""
        return self._spool / f"{message_id}.envelope"

    @contextmanager
    def sending(self) -> Iterator[Journal]:
        """The journal, for the one run at a time that sends from this directory.

        Raises:
            UnavailableError: ``exchange.dispatch_running``: another run does.
        """
        with holding(self._directory / "run.lock", busy=RUNNING):
            yield self._journal

    def discard_envelope(self, message_id: UUID) -> None:
        """Let the envelope of a message that is done with go, unless they are kept."""
        if not self._is_keeping:
            self.envelope_of(message_id).unlink(missing_ok=True)

    def discard_delivered(self) -> None:
        """Let go what a crash left: envelopes between a receipt and their removal, and nameless ones."""
        # While somebody seals, what has no name yet is theirs; it is looked at again by the next run.
        with suppress(UnavailableError), holding(self._directory / "sealing.lock", busy=SEALING):
            remove_partial(self._spool)
        for path in self._spool.glob("*.envelope"):
            with suppress(NotFoundError):
                message = self._journal.message(UUID(path.stem))
                if message.state in {OutgoingState.DELIVERED, OutgoingState.DROPPED}:
                    self.discard_envelope(message.message_id)

    def _release(self, message_id: UUID, state: OutgoingState) -> None:
        if not self._journal.release(message_id, state):
            raise ConflictError(NOT_FAILED, state=self._journal.message(message_id).state.value)

    def _seal(self, message_id: UUID, document: BinaryIO, *, info: DocumentInfo) -> None:
        # One sealing at a time: of two that queue one document, the second must find it sealed.
        with holding(self._directory / "sealing.lock", busy=SEALING, is_waiting=True):
            known = self._journal.message(message_id)
            if known.state is not OutgoingState.NEW:
                return
            at = self.party.now()
            sealed = seal(
                document,
                into=self.envelope_of(message_id),
                info=info,
                message_id=message_id,
                sender=self.party.keys.organisation,
                recipient=known.key.recipient,
                purpose=known.purpose,
                case_reference=known.key.case_reference,
                signing_key=self.party.keys.current_signing(at),
                recipient_key=self.party.trust().sealer(organisation=known.key.recipient, at=at),
                at=at,
                overwrite=True,
            )
            self._journal.sealed(message_id, sealed.manifest.to_bytes())


@contextmanager
def _reading(document: Path) -> Iterator[tuple[BinaryIO, str]]:
    try:
        file = document.open("rb")
    except OSError as error:
        raise RejectedError(DOCUMENT_UNREADABLE) from error
    with file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        yield file, sha256
