"""Receiving sealed messages once: a repeat is answered with the receipt that was given first.

A sender's id stands for one content: from the moment a message was opened, another content from the same
sender under its id is refused. Another sender's use of the id is another message. When processing raises,
no receipt exists and a repeat is processed again.

**Processing happens at least once.** ``process`` is called until it once returned and its receipt was
kept; when the process is killed between the two, a repeat calls it again with the same
``opened.manifest.sender`` and ``opened.manifest.message_id``. Make it idempotent by the two together: a row
with both as its key, or a file named by both. (Sharing a transaction with ``process`` would tie the agency's
own system to this one's database file, and the evidence log, being a file, could not share it anyway.)

The envelope is the caller's; the document it holds lies in a folder of the inbox while ``process`` runs
and is removed afterwards, also by the next start after a crash. ``process`` copies or moves it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias
from uuid import UUID, uuid4

from ..errors import (
    ConflictError,
    Fault,
    GovlinkError,
    RejectedError,
    UnavailableError,
    VerificationError,
)
from . import jose
from .arrivals import ArrivalKey, Arrivals, ArrivalState
from .claims import remove_abandoned, workplace
from .database import private_directory
from .encoding import from_base64url
from .envelope import read_layout
from .inputs import envelope_file
from .manifest import Manifest, manifest_sha256_hex, parse_manifest
from .opening import Opened, OpenLimits, open_envelope, read_manifest
from .party import RECEIPT_GIVEN, RECEIVED, Party, evidence_of
from .receipts import Outcome, issue_receipt

__all__ = ["Inbox", "Process"]

ID_USED = Fault(
    "exchange.message_id_used",
    en="a message with other content was received from this sender under this id before",
    th="เคยได้รับข้อความที่มีเนื้อหาอื่นจากผู้ส่งรายนี้ภายใต้รหัสนี้แล้ว",
)
ID_WRONG = Fault(
    "exchange.message_id_wrong",
    en="the envelope belongs to another message id than the one it was sent under",
    th="รหัสข้อความในซองเอกสารไม่ตรงกับรหัสที่ใช้ส่ง",
)
IN_PROGRESS = Fault(
    "exchange.message_in_progress",
    en="the same message is being processed at this moment",
    th="ข้อความเดียวกันนี้กำลังประมวลผลอยู่",
)
EVIDENCE_DAMAGED = Fault(
    "exchange.inbox_evidence_damaged",
    en="our own evidence log is not in order ({code}); messages are taken in again once it is",
    th="บันทึกหลักฐานของเราเองไม่ถูกต้อง ({code}) จะรับข้อความได้อีกเมื่อแก้ไขแล้ว",
)
PROCESSING_FAILED = Fault(
    "exchange.processing_failed",
    en="the message was received but could not be processed; send it again later",
    th="ได้รับข้อความแล้วแต่ประมวลผลไม่สำเร็จ โปรดส่งซ้ำภายหลัง",
)

Process: TypeAlias = Callable[[Opened], None]
"""Takes a document over. A ``RejectedError`` refuses the message for good, in a signed receipt that
bears the error's code; after any other error a repeat is processed again."""


class Inbox:
    """The messages one organisation received, in one directory; for any number of threads and processes."""

    def __init__(self, directory: Path, *, party: Party, limits: OpenLimits | None = None) -> None:
        private_directory(directory)
        self._work = private_directory(directory / "work")
        self._incoming = private_directory(directory / "incoming")
        self._arrivals = Arrivals(directory / "arrivals.db")
        self._party = party
        self.limits = limits or OpenLimits()
        for folder in (self._work, self._incoming):
            remove_abandoned(folder, busy=IN_PROGRESS)

    def __enter__(self) -> Self:
        """The inbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the database back."""
        self._arrivals.close()

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """An empty file of mode 600 for an envelope that is arriving; removed when the block ends.

        Raises:
            UnavailableError: the disk does not take it.
        """
        with workplace(self._incoming / str(uuid4()), busy=IN_PROGRESS) as folder:
            envelope = folder / "envelope"
            envelope.touch(mode=0o600)
            yield envelope

    def count(self, state: ArrivalState) -> int:
        """How many messages are in that state."""
        return self._arrivals.count(state)

    def accept(self, envelope: Path, *, process: Process, message_id: UUID | None = None) -> str:
        """Take an envelope in; returns our signed receipt, the first one given for it, byte for byte.

        The receipt may be a refusal, when ``process`` refused the message.

        Args:
            envelope: the file; read only.
            process: takes the document over; may be called again for the same message (see above).
            message_id: the id it was sent under, when known; it must be the envelope's.

        Raises:
            VerificationError: the envelope cannot be trusted, or is not for us.
            ConflictError: ``exchange.message_id_used``: another content was received from its sender under
                its id. Told only to whom the signature shows to be that sender.
            RejectedError: the id is not the envelope's, or there is no such file.
            UnavailableError: ``exchange.processing_failed``, or ``exchange.message_in_progress``, or the disk
                or the evidence log cannot be written; a repeat later may succeed.
            ConfigError: our own keys cannot be used.
        """
        claimed = _claimed_manifest(envelope, limits=self.limits)
        if message_id not in {None, claimed.message_id}:
            raise RejectedError(ID_WRONG)
        receipt = self._receipt_for(claimed)
        if receipt is not None:
            return receipt
        # Before anything is told of other messages: what is in use or under way is nobody else's to know.
        party = self._party
        manifest = read_manifest(envelope, trust=party.trust(), at=party.now(), limits=self.limits)
        with workplace(self._work / _folder_name(manifest), busy=IN_PROGRESS) as folder:
            # Again, now that nobody else works on it: another may have finished meanwhile.
            receipt = self._receipt_for(manifest)
            if receipt is not None:
                return receipt
            self._refuse_rival(manifest)
            return self._take_in(envelope, folder, process=process)

    def _receipt_for(self, claimed: Manifest) -> str | None:
        """The kept receipt for this very manifest.

        The signature need not be checked for it: who shows a manifest with this digest knows what the
        receipt says already, and the sender's key may have run out since.
        """
        known = self._arrivals.find(_key(claimed))
        if known is None or known.manifest_sha256 != manifest_sha256_hex(claimed):
            return None
        return known.receipt

    def _refuse_rival(self, manifest: Manifest) -> None:
        known = self._arrivals.find(_key(manifest))
        if known is not None and known.manifest_sha256 != manifest_sha256_hex(manifest):
            raise ConflictError(ID_USED)

    def _take_in(self, envelope: Path, folder: Path, *, process: Process) -> str:
        party, at = self._party, self._party.now()
        opened = open_envelope(
            envelope,
            into=folder / "document",
            keys=party.keys,
            trust=party.trust(),
            recipient=party.keys.organisation,
            at=at,
            limits=self.limits,
        )
        manifest, key = opened.manifest, _key(opened.manifest)
        held = self._held_evidence(manifest)
        if held.receipt is not None:
            self._arrivals.settle(key, held.state, receipt=held.receipt)
            return held.receipt
        self._arrivals.begin(key, manifest_sha256=manifest_sha256_hex(manifest), at=at)
        receipt, state = self._processed(opened, process=process, is_received_noted=held.is_received_noted)
        self._arrivals.settle(key, state, receipt=receipt)
        return receipt

    def _processed(
        self, opened: Opened, *, process: Process, is_received_noted: bool
    ) -> tuple[str, ArrivalState]:
        """The receipt, noted as given; on an error there is none, and the message is UNPROCESSED."""
        manifest = opened.manifest
        try:
            if not is_received_noted:
                self._note_received(manifest)
                is_received_noted = True
            refusal = _refusal_of(opened, process=process)
            receipt = self._give_receipt(manifest, refusal=refusal)
        except GovlinkError:
            self._arrivals.give_up(_key(manifest), is_received_noted=is_received_noted)
            raise
        return receipt, ArrivalState.REFUSED if refusal else ArrivalState.ACCEPTED

    def _held_evidence(self, manifest: Manifest) -> _Held:
        known = self._arrivals.find(_key(manifest))
        if known is None:
            return _Held(is_received_noted=False)
        if known.state is ArrivalState.UNPROCESSED:
            return _Held(is_received_noted=known.is_received_noted)
        # A process was killed on the way: only the log knows how far it came.
        with _own_log():
            held = evidence_of(self._party, (manifest.message_id,))
        about = (str(manifest.message_id), manifest_sha256_hex(manifest))  # the digest covers the sender
        given = held.get((RECEIPT_GIVEN, *about), {})
        return _Held(
            is_received_noted=(RECEIVED, *about) in held,
            receipt=given.get("receipt"),
            state=ArrivalState.REFUSED if "refusal" in given else ArrivalState.ACCEPTED,
        )

    def _note_received(self, manifest: Manifest) -> None:
        with _own_log():
            self._party.note(
                RECEIVED,
                manifest,
                sender=manifest.sender,
                case_reference=manifest.case_reference,
                purpose=manifest.purpose,
            )

    def _give_receipt(self, manifest: Manifest, *, refusal: str) -> str:
        at = self._party.now()
        receipt = issue_receipt(
            manifest,
            outcome=Outcome.REFUSED if refusal else Outcome.ACCEPTED,
            key=self._party.keys.current_signing(at),
            at=at,
            reason_code=refusal,
        )
        why = {"refusal": refusal} if refusal else {}
        with _own_log():
            self._party.note(RECEIPT_GIVEN, manifest, sender=manifest.sender, receipt=receipt, **why)
        return receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the evidence log holds of a message; ``state`` is that of its receipt."""

    is_received_noted: bool
    receipt: str | None = None
    state: ArrivalState = ArrivalState.ACCEPTED


@contextmanager
def _own_log() -> Iterator[None]:
    """What is wrong with our log is not wrong with the sender's envelope."""
    try:
        yield
    except VerificationError as error:
        raise UnavailableError(EVIDENCE_DAMAGED, code=error.code) from error


def _key(manifest: Manifest) -> ArrivalKey:
    return ArrivalKey(sender=manifest.sender, message_id=manifest.message_id)


def _folder_name(manifest: Manifest) -> str:
    return f"{manifest.sender}_{manifest.message_id}"  # no organisation's id has an underscore


def _claimed_manifest(envelope: Path, *, limits: OpenLimits) -> Manifest:
    """What the envelope says of itself; nothing is verified but its form."""
    with envelope_file(envelope) as file:
        manifest_jws = read_layout(file, most_bytes=limits.max_envelope_bytes).manifest_jws
    jose.header_of(manifest_jws)
    return parse_manifest(from_base64url(manifest_jws.split(".")[1], what="manifest"))


def _refusal_of(opened: Opened, *, process: Process) -> str:
    """The code for which the message is refused, empty when it was processed."""
    try:
        process(opened)
    except RejectedError as error:
        return error.code
    except GovlinkError:
        raise
    except Exception as error:
        raise UnavailableError(PROCESSING_FAILED) from error
    return ""
