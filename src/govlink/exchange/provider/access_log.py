"""Who was given what, when and why: one record for each call of a known caller, written before the answer.

No text of the gateway sets a provider's log format; this one is ours. It holds no personal datum: the
subject and the officer are keyed hashes, so that "who asked about this person?" can be answered by
whoever holds the key, by hashing the number again, and by nobody else.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ...errors import ConfigError, Fault
from ..evidence import EvidenceLog

__all__ = ["AccessLog", "AccessRecord", "EvidenceAccessLog", "Pseudonyms"]

KEY_SHORT = Fault(
    "exchange.provider_pseudonym_key_short",
    en="the key for the hashes in the access log must have at least {least} bytes",
    th="กุญแจสำหรับแฮชในบันทึกการเข้าถึงต้องมีอย่างน้อย {least} ไบต์",
)

_LEAST_KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRecord:
    """One call. ``status`` is the HTTP status to be answered, ``code`` why when it is a refusal.

    What the call did not come to say is None: a call that was refused early has no purpose or subject.
    ``duration_ms`` ends when the answer is ready, before this record is written.
    """

    at: datetime
    request_id: str
    caller: str
    service: str | None
    version: str | None
    purpose: str | None
    case_reference: str | None
    officer_hmac: str | None
    subject_hmac: str | None
    status: int
    code: str | None
    duration_ms: int


class AccessLog(Protocol):
    """Where records go."""

    def write(self, record: AccessRecord) -> None:
        """Keep the record for good before returning. Whatever it raises stops the answer.

        Called in worker threads, several at a time.
        """
        ...


class EvidenceAccessLog:
    """Records as entries of kind ``access`` in a hash-chained evidence log, each on the disk on return."""

    def __init__(self, log: EvidenceLog) -> None:
        self._log = log
        # The log's own lock is for processes and polls; threads that queue here write twice as much.
        self._lock = threading.Lock()

    def write(self, record: AccessRecord) -> None:
        """Append the record; members that are None are left out.

        Raises:
            UnavailableError: the log cannot be written.
            VerificationError: the log was damaged.
        """
        values = {
            "request_id": record.request_id,
            "caller": record.caller,
            "service": record.service,
            "version": record.version,
            "purpose": record.purpose,
            "case_reference": record.case_reference,
            "officer_hmac": record.officer_hmac,
            "subject_hmac": record.subject_hmac,
            "status": str(record.status),
            "code": record.code,
            "duration_ms": str(record.duration_ms),
        }
        with self._lock:
            self._log.append("access", {n: v for n, v in values.items() if v is not None}, at=record.at)


class Pseudonyms:
    """Keyed hashes (HMAC-SHA-256) of what the log may not show.

    Args:
        key: At least 32 secret bytes. Without it a citizen number cannot be found from its hash, although
            there are few enough numbers to try them all; with another key, older records match no more.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _LEAST_KEY_BYTES:
            raise ConfigError(KEY_SHORT, least=_LEAST_KEY_BYTES)
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """The hash of a value, 64 hexadecimal digits; the same value of another kind has another one.

        ``kind`` is ``officer``, or the name of the parameter that is the subject.
        """
        return hmac.new(self._key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()
