"""Who looked whom up, when and why: one record for each look-up, written before its answer is handed over.

A look-up without a purpose is refused, and an answer that cannot be recorded is withheld. The record
holds no name, number, laser code, token or answer. Officer and subjects are HMAC-SHA256 values under
the agency's own key: who holds the key can ask "was this person looked up?", nobody else can tell.

This log is the agency's own. It is not the evidence kept of exchanged documents.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import SecretStr

from ._private_files import locked, open_private
from .errors import ConfigError, Fault, GovlinkError, Problem, RejectedError
from .flow import Context, Flow
from .interfaces import RegistryDocuments, RegistryLookup
from .models.identity import check_digit
from .models.registry import RegistryDocument, RegistryQuery, RegistryRecord
from .models.text import from_thai_digits

__all__ = [
    "AuditLog",
    "AuditRecord",
    "AuditedDocuments",
    "AuditedRegistry",
    "FileAuditLog",
    "LoggingAuditLog",
    "demand_purpose",
    "with_audit",
]

T = TypeVar("T")

PURPOSE_MISSING = Fault(
    "audit.purpose_missing",
    en="a look-up needs a purpose, its legal basis and the case it is for; nothing was sent",
    th="การค้นข้อมูลต้องระบุวัตถุประสงค์ ฐานอำนาจตามกฎหมาย และเรื่องที่เกี่ยวข้อง ยังไม่ได้ส่งคำขอ",
)
PURPOSE_PERSONAL = Fault(
    "audit.purpose_personal",
    en="purpose and service are kept as they are written, so neither may hold a 13-digit number; "
    "nothing was sent",
    th="วัตถุประสงค์และชื่อบริการถูกบันทึกตามที่เขียน จึงต้องไม่มีเลข 13 หลัก ยังไม่ได้ส่งคำขอ",
)
PART_MISSING = Fault("audit.part_missing", en="this is empty", th="ไม่ได้ระบุ")
PART_PERSONAL = Fault("audit.part_personal", en="this holds a 13-digit number", th="มีเลข 13 หลัก")
UNWRITABLE = Fault(
    "audit.unwritable",
    en="the audit log {name} cannot be written ({reason}); the answer is withheld",
    th="เขียนบันทึกการเข้าถึงข้อมูล {name} ไม่ได้ ({reason}) จึงไม่ส่งมอบคำตอบ",
)
KEY_SHORT = Fault(
    "audit.key_short",
    en="the audit key must have at least {count} characters, or numbers could be found by trying them all",
    th="กุญแจของบันทึกการเข้าถึงข้อมูลต้องยาวอย่างน้อย {count} ตัวอักษร มิฉะนั้นอาจหาเลขได้ด้วยการลองทุกค่า",
)

_KEY_LENGTH = 32
_THIRTEEN = re.compile(r"(?<!\d)\d(?:[ -]?\d){12}(?!\d)")
_THIRTEEN_APART = re.compile(r"(?<!\d)(?=(\d(?:[\W_]{0,3}\d){12})(?!\d))")
_LOGGER = logging.getLogger("govlink.audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One look-up. ``officer`` and ``subjects`` are keyed hashes.

    ``outcome`` is ``found``, ``confirmed`` or ``denied`` (yes and no of services that answer so), the
    code of the error, ``internal`` for a bug, or ``abandoned`` when the call was cancelled and may have
    been sent. ``request_id`` is the platform's own where an error told it; ``duration_s`` includes
    waiting and retries. ``key_id`` names the key of the hashes, so that a log that outlives a key can
    still be searched: a person is found under the hash that the key of that line makes.
    """

    record_id: str
    at: datetime
    key_id: str
    verb: str
    platform: str
    service: str
    officer: str
    subjects: tuple[str, ...]
    purpose: str
    legal_basis: str
    case_reference: str
    outcome: str
    duration_s: float
    request_id: str | None = None

    def as_line(self) -> str:
        """The record as one line of JSON."""
        members = {**asdict(self), "at": self.at.isoformat(), "duration_s": round(self.duration_s, 6)}
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


class AuditLog(Protocol):
    """Where audit records go. An implementation must not return from ``append`` before it has the record."""

    @property
    def key_id(self) -> str:
        """Which key ``pseudonym`` hashes with, without telling it."""
        ...

    def pseudonym(self, number: str) -> str:
        """The keyed hash of an identifying number or text."""
        ...

    def ready(self) -> None:
        """Raise now, before anything is asked, if a record could not be appended."""
        ...

    def append(self, record: AuditRecord) -> None:
        """Take the record, or raise ``ConfigError``: the answer is then withheld."""
        ...


def _hash(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(errors="backslashreplace"), hashlib.sha256).hexdigest()


def _key_id(key: bytes) -> str:
    """Short enough to read out, long enough that an agency's keys never share one; nothing leads back."""
    return hashlib.sha256(b"govlink audit key\0" + key).hexdigest()[:16]


class FileAuditLog:
    """JSON Lines in a file of mode 600, appended under a lock that holds processes apart.

    With ``sync`` each record is on the disk before its answer is handed over, which costs what the disk
    needs for it (often 1 to 10 ms, in which an event loop does nothing else); without it a power cut may lose
    the last records. A line that a crash tore is left as it is, and the next record begins a new one.

    Rotate it by renaming it: the next record makes a new file, and no record is lost or split. Emptying
    it in place (logrotate's ``copytruncate``) loses what is written between copy and cut. A new file that
    the rotation makes must have mode 600 and this user, or look-ups are refused.

    ``key`` is the agency's own, at least 32 characters. With another key the same person has another
    hash: keep it as long as the log, and apart from it. To change it, give the new one: each line tells
    by ``key_id`` which key it was written with, and an old key remains needed as long as its lines are kept.

    Raises:
        ConfigError: the key is too short.
    """

    def __init__(self, path: Path, *, key: SecretStr, sync: bool = True) -> None:
        self._path = path
        self._key = key.get_secret_value().encode()
        self._sync = sync
        if len(self._key) < _KEY_LENGTH:
            raise ConfigError(KEY_SHORT, count=_KEY_LENGTH)

    @property
    def key_id(self) -> str:
        """16 hexadecimal digits of a SHA-256 digest of the key."""
        return _key_id(self._key)

    def pseudonym(self, number: str) -> str:
        """The keyed hash; the same number always has the same one."""
        return _hash(self._key, number)

    def ready(self) -> None:
        """Raise ``ConfigError`` if the file cannot be opened for appending, or others may read it."""
        os.close(open_private(self._path, os.O_RDWR | os.O_APPEND))

    def append(self, record: AuditRecord) -> None:
        """Write one line; ``ConfigError`` when it is not there afterwards."""
        # A half character, as a terminal may pass one on, becomes an escape that JSON reads as the same.
        line = f"{record.as_line()}\n".encode(errors="backslashreplace")
        try:
            with locked(self._path, flags=os.O_RDWR | os.O_APPEND) as descriptor:
                size = os.fstat(descriptor).st_size
                if size and os.pread(descriptor, 1, size - 1) != b"\n":
                    line = b"\n" + line
                while line:
                    line = line[os.write(descriptor, line) :]
                if self._sync:
                    os.fsync(descriptor)
                    if not size:
                        _sync_name(self._path)
        except OSError as error:
            reason = type(error).__name__
            raise ConfigError(UNWRITABLE, name=self._path.name, reason=reason) from error


def _sync_name(path: Path) -> None:
    """Put a new file's name on the disk too: its content alone would be lost with it."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class LoggingAuditLog:
    """Records as messages of the logger ``govlink.audit``, level INFO. Nothing says that they are kept.

    Good for the sandbox. Without a ``key`` the hashes are this object's own and compare with no others.
    """

    def __init__(self, *, key: SecretStr | None = None) -> None:
        self._key = key.get_secret_value().encode() if key else secrets.token_bytes(32)

    @property
    def key_id(self) -> str:
        """As in a file; another one in each process where no key was given."""
        return _key_id(self._key)

    def pseudonym(self, number: str) -> str:
        """The keyed hash."""
        return _hash(self._key, number)

    def ready(self) -> None:
        """A logger is always there."""

    def append(self, record: AuditRecord) -> None:
        """Log it."""
        if _LOGGER.isEnabledFor(logging.INFO):
            _LOGGER.info("%s", record.as_line())


def demand_purpose(query: RegistryQuery) -> None:
    """Check that a look-up says what it is for.

    Raises:
        RejectedError: a part of the purpose is empty, or one or the service's name holds a 13-digit number.
    """
    purpose = query.purpose
    parts = {
        "/purpose/text": purpose.text,
        "/purpose/legal_basis": purpose.legal_basis,
        "/purpose/case_reference": purpose.case_reference,
    }
    for fault, part_fault, wrong in (
        (PURPOSE_MISSING, PART_MISSING, [where for where, text in parts.items() if not text.strip()]),
        (
            PURPOSE_PERSONAL,
            PART_PERSONAL,
            [where for where, text in {**parts, "/service": query.service}.items() if _holds_number(text)],
        ),
    ):
        if wrong:
            problems = tuple(Problem(pointer=where, fault=part_fault) for where in wrong)
            operation = None if _holds_number(query.service) else query.service
            raise RejectedError(fault, operation=operation, problems=problems)


def _holds_number(text: str) -> bool:
    """Whether 13 digits stand in it as one number, or with anything between them and a right check digit."""
    plain = from_thai_digits(unicodedata.normalize("NFKC", text))
    if _THIRTEEN.search(plain):
        return True
    runs = (re.sub(r"\D", "", match[1]) for match in _THIRTEEN_APART.finditer(plain))
    return any(check_digit(digits[:12]) == digits[12] for digits in runs)


def _subjects(keys: Mapping[str, str]) -> tuple[str, ...]:
    """Each 13-digit number of the query by itself, so that a person is found under any service.

    Where there is none, all keys together: that tells equal queries, and no more.
    """
    plain = [re.sub(r"[\s-]", "", from_thai_digits(value)) for value in keys.values()]
    numbers = sorted({value for value in plain if re.fullmatch(r"[0-9]{13}", value)})
    return tuple(numbers) or (json.dumps(dict(sorted(keys.items())), ensure_ascii=False),)


def _outcome(answer: object) -> str:
    confirmed = answer.confirmed if isinstance(answer, RegistryRecord) else None
    return {None: "found", True: "confirmed", False: "denied"}[confirmed]


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One look-up under way."""

    query: RegistryQuery
    log: AuditLog
    verb: str
    platform: str
    context: Context
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.context.now()

    def record(self, outcome: str, *, request_id: str | None = None) -> None:
        query, log = self.query, self.log
        log.append(
            AuditRecord(
                record_id=str(self.context.uuid("audit-record")),
                at=self.started,
                key_id=log.key_id,
                verb=self.verb,
                platform=self.platform,
                service=query.service,
                officer=log.pseudonym(query.officer.value),
                subjects=tuple(log.pseudonym(subject) for subject in _subjects(query.keys)),
                purpose=query.purpose.text,
                legal_basis=query.purpose.legal_basis,
                case_reference=query.purpose.case_reference,
                outcome=outcome,
                duration_s=(self.context.now() - self.started).total_seconds(),
                request_id=request_id,
            )
        )


def with_audit(
    flow: Flow[T], *, query: RegistryQuery, log: AuditLog, verb: str, platform: str, context: Context
) -> Flow[T]:
    """Record the look-up, whatever came of it, before its answer or error is handed over.

    Appending is a short blocking write, in an event loop too: an answer must not get ahead of it. A call
    that a cancellation or a signal ends is recorded as abandoned.

    Raises:
        RejectedError: a part of the purpose is empty or holds a 13-digit number; nothing was sent.
        ConfigError: the record cannot be written. ``ready`` finds most such cases before anything is
            sent. It is no error to try again: that would look the person up once more, unrecorded.
    """
    demand_purpose(query)
    log.ready()
    entry = _Entry(query=query, log=log, verb=verb, platform=platform, context=context)
    try:
        answer = yield from flow
    except GovlinkError as error:
        entry.record(error.code, request_id=error.request_id)
        raise
    except Exception:
        entry.record("internal")
        raise
    except BaseException:  # closed by the driver, or ended by a signal while the answer was read
        _record_abandoned(entry)
        raise
    entry.record(_outcome(answer))
    return answer


def _record_abandoned(entry: _Entry) -> None:
    """A cancelled call hands nothing over, and its cancellation must pass even if the log is broken."""
    try:
        entry.record("abandoned")
    except GovlinkError:
        _LOGGER.exception("an abandoned look-up is not in the audit log")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRegistry:
    """A platform's look-ups, every one of them audited."""

    inner: RegistryLookup
    log: AuditLog
    platform: str

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """As the platform does it, with a record; see ``with_audit`` for what it raises."""
        flow = self.inner.look_up(query, context=context)
        return with_audit(
            flow, query=query, log=self.log, verb="look_up", platform=self.platform, context=context
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedDocuments:
    """A platform's registry documents, every fetch of them audited."""

    inner: RegistryDocuments
    log: AuditLog
    platform: str

    def fetch(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryDocument]:
        """As the platform does it, with a record; see ``with_audit`` for what it raises."""
        flow = self.inner.fetch(query, context=context)
        return with_audit(
            flow, query=query, log=self.log, verb="fetch", platform=self.platform, context=context
        )
