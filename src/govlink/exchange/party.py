"""Ourselves as a party to an exchange: keys, whom we believe, where evidence goes, and what is in it.

Entries of the evidence log that sending and receiving write (data hold ids, digests and signed texts):

===============  ====================================================================================
``sending``      before a message leaves for the first time: ``message_id``, ``manifest_sha256``,
                 ``recipient``, ``case_reference``, ``purpose``
``receipt``      a receipt that came and was verified: ``message_id``, ``manifest_sha256``,
                 ``recipient``, ``receipt`` (the JWS), and ``refusal`` (a code) when it is one
``received``     before a message that came is processed: ``message_id``, ``manifest_sha256``,
                 ``sender``, ``case_reference``, ``purpose``
``receipt_given``  a receipt of ours, before it is given: ``message_id``, ``manifest_sha256``,
                 ``sender``, ``receipt`` (the JWS), and ``refusal`` (a code) when it is one
===============  ====================================================================================
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ..flow import Context
from .evidence import EvidenceLog, EvidencePolicy
from .keyring import KeyRing
from .manifest import Manifest, manifest_sha256_hex
from .trust import TrustList

__all__ = ["RECEIPT", "RECEIPT_GIVEN", "RECEIVED", "SENDING", "Party", "evidence_of"]

SENDING = "sending"
RECEIPT = "receipt"
RECEIVED = "received"
RECEIPT_GIVEN = "receipt_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One organisation's side of an exchange.

    ``trust`` is asked for each message, so that a key pinned or revoked meanwhile counts. ``evidence`` is
    one log for all of the organisation's programs on this machine; ``evidence_policy`` says what happens
    when it cannot be written. ``context`` gives each step its time and randomness, a new one every call.
    """

    keys: KeyRing
    trust: Callable[[], TrustList] = field(repr=False)
    evidence: EvidenceLog
    evidence_policy: EvidencePolicy = EvidencePolicy.FAIL_CLOSED
    context: Callable[[], Context] = field(default=Context.system, repr=False)
    # Threads queue here: at the log's own lock, made for processes, they would poll.
    _turn: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def now(self) -> datetime:
        """The present moment."""
        return self.context().now()

    def note(self, kind: str, manifest: Manifest, **data: str) -> None:
        """Write an entry about a message.

        Raises:
            UnavailableError: the log cannot be written, and the policy is ``FAIL_CLOSED``.
            VerificationError: the log is damaged, and the policy is ``FAIL_CLOSED``.
        """
        about = {"message_id": str(manifest.message_id), "manifest_sha256": manifest_sha256_hex(manifest)}
        with self._turn:
            self.evidence.record(kind, {**about, **data}, at=self.now(), policy=self.evidence_policy)


def evidence_of(
    party: Party, message_ids: Collection[UUID]
) -> Mapping[tuple[str, str, str], Mapping[str, str]]:
    """What the log holds of these messages, by kind, message id and manifest digest.

    Reads the whole log, so it is asked only after a crash: about messages of which the database cannot
    say whether an entry was written before the process ended.

    Raises:
        UnavailableError: the log cannot be read.
        VerificationError: it is not in order.
    """
    wanted = {str(message_id) for message_id in message_ids}
    if not wanted:
        return {}
    party.evidence.recover(at=party.now())
    return {
        (entry.kind, entry.data["message_id"], entry.data["manifest_sha256"]): entry.data
        for entry in party.evidence.entries()
        if entry.kind in {SENDING, RECEIPT, RECEIVED, RECEIPT_GIVEN} and entry.data["message_id"] in wanted
    }
