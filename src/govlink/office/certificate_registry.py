"""The register of certificates, served to other agencies: "is this certificate valid?", and no more.

Whoever asks must show the certificate's number and the verification code that is printed on it, so
nobody can walk through numbers. An unknown number and a wrong code are the same answer, 204 "no matching
data", found in the same way: one look-up of a digest of both. A match tells whether the certificate holds
and nothing about its holder, what it certifies or why it was revoked.

Which data the Bureau would serve, under which names, is not published: the whole service is modelled.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import TracebackType
from typing import Self

from ..equivalence.events import Corrected, Event, Issued, Revoked
from ..equivalence.feed import EventFeed
from ..errors import Fault, RejectedError
from ..exchange.provider import (
    Answer,
    Bilingual,
    Caller,
    JsonType,
    Member,
    Method,
    Parameter,
    RegistryService,
    gateway_path,
)
from ..exchange.provider.threads import OwnThreads
from ..models.text import clean_text, from_thai_digits

__all__ = ["CertificateRegister", "CertificateStanding", "CertificateState", "certificate_service"]

NUMBER_INVALID = Fault(
    "office.certificate_number_invalid",
    en="a certificate number has 1 to 64 characters",
    th="เลขที่เอกสารต้องมี 1 ถึง 64 ตัวอักษร",
)
CODE_INVALID = Fault(
    "office.verify_code_invalid",
    en="a verification code has 24 letters and digits",
    th="รหัสตรวจสอบต้องมีตัวอักษรและตัวเลขรวม 24 ตัว",
)

_NUMBER = "CertificateNumber"
_CODE = "VerificationCode"
_CODE_FORM = re.compile(r"[A-Z2-7]{24}")
_THREADS = 8
"""How many look-ups wait for the database at once: when it hangs, the threads of everything else, the
access log among them, must not be used up by it."""


class CertificateState(StrEnum):
    """Whether a certificate holds."""

    VALID = "VALID"
    CORRECTED = "CORRECTED"
    """This copy was replaced by a corrected one with the same number; its code is no longer current."""
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateStanding:
    """What the register says of the certificate that was shown; ``issued_on`` is of its current copy."""

    state: CertificateState
    issued_on: date


class CertificateRegister:
    """Reads which certificates there are from an event store, and keeps a digest of each in memory.

    The first look-up reads every certificate (about three seconds for 50,000, so call ``catch_up`` at the
    start); later ones read what came since, so what was committed before a look-up is known to it. Whether
    a certificate still holds is read from its own events each time and never remembered. For any number of
    threads. Only reads the store.

    Args:
        url: The event store's database URL, as for ``EventStore``.

    Raises:
        ConfigError: the URL is none.
    """

    def __init__(self, url: str) -> None:
        self._feed = EventFeed(url, kinds=(Issued, Corrected, Revoked))
        self._lock = threading.Lock()
        self._numbers: dict[str, str] = {}
        self._copies: dict[bytes, tuple[str, int]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._feed.close()

    def catch_up(self) -> None:
        """Read what is new in the store, as every look-up does.

        Raises:
            RejectedError: a stored event cannot be read.
            UnavailableError: the database failed.
        """
        with self._lock:
            for stream, event in self._feed.new():
                self._take(stream, event)

    def standing(self, *, number: str, verify_code: str) -> CertificateStanding | None:
        """The standing of the certificate with this number and code, or None when nothing matches both.

        Raises:
            RejectedError: either has a form that no certificate has; or a stored event cannot be read.
            UnavailableError: the database failed.
        """
        digest = _digest(_clean_number(number), _clean_code(verify_code))
        self.catch_up()
        found = self._copies.get(digest)
        if found is None:
            return None
        stream, version = found
        return _standing(self._feed.of(stream), version=version)

    def _take(self, stream: str, event: Event) -> None:
        """Keep the digest of each copy; neither its code nor its holder is kept."""
        if isinstance(event, Issued):
            self._numbers[stream] = _clean_number(event.number)
            self._keep(stream, 1, code=event.verify_code)
        elif isinstance(event, Corrected):
            self._keep(stream, event.version, code=event.verify_code)

    def _keep(self, stream: str, version: int, *, code: str) -> None:
        self._copies[_digest(self._numbers[stream], _clean_code(code))] = (stream, version)


def _standing(events: Sequence[Event], *, version: int) -> CertificateStanding:
    state, newest, issued_on = CertificateState.VALID, 0, date.min
    for event in events:
        match event:
            case Issued():
                newest, issued_on = 1, event.issued_on
            case Corrected():
                newest, issued_on = event.version, event.issued_on
            case _:
                state = CertificateState.REVOKED
    if state is CertificateState.VALID and version < newest:
        state = CertificateState.CORRECTED
    return CertificateStanding(state=state, issued_on=issued_on)


def _clean_number(text: str) -> str:
    """A certificate's number as it is compared: Arabic digits, no stray blanks."""
    number = from_thai_digits(clean_text(text))
    if not 1 <= len(number) <= 64:
        raise RejectedError(NUMBER_INVALID)
    return number


def _clean_code(text: str) -> str:
    """A verification code as it is compared: capital letters, without the hyphens between its groups."""
    code = from_thai_digits(clean_text(text)).replace("-", "").replace(" ", "").upper()
    if _CODE_FORM.fullmatch(code) is None:
        raise RejectedError(CODE_INVALID)
    return code


def _digest(number: str, code: str) -> bytes:
    return hashlib.sha256(f"{number}\x1f{code}".encode()).digest()


_PARAMETERS = (
    Parameter(
        name=_NUMBER,
        check=_clean_number,
        description=Bilingual(th="เลขที่เอกสาร", en="the certificate's number"),
        is_personal=True,
        max_characters=64,
    ),
    Parameter(
        name=_CODE,
        check=_clean_code,
        description=Bilingual(th="รหัสตรวจสอบบนเอกสาร", en="the verification code printed on the certificate"),
        is_personal=True,
        max_characters=40,
    ),
)

_MEMBERS = (
    Member(
        name="Result",
        type=JsonType.BOOLEAN,
        description=Bilingual(th="เอกสารฉบับที่แสดงใช้ได้หรือไม่", en="whether the copy shown is valid"),
    ),
    Member(
        name="State",
        type=JsonType.STRING,
        description=Bilingual(
            th="VALID ใช้ได้, CORRECTED มีฉบับแก้ไขแทนแล้ว, REVOKED เพิกถอนแล้ว",
            en="VALID, CORRECTED (a corrected copy replaces it) or REVOKED",
        ),
    ),
)

_CONFIDENTIALITY = Bilingual(
    th="ใช้เพื่อตรวจสอบเอกสารที่ผู้ถือแสดงเท่านั้น ไม่พบข้อมูลหมายถึงเลขที่หรือรหัสไม่ตรงกัน โดยไม่บอกว่าส่วนใด",
    en="For checking a certificate that its holder shows. 204 means that number and code do not both match, "
    "and does not say which.",
)


def certificate_service(
    register: CertificateRegister,
    *,
    purposes: frozenset[str],
    name: str = "equivalence.certificate_state",
    path: str = gateway_path(subject="equivalence", resource="certificate", version=1),
    method: Method = Method.POST,
    tells_issue_date: bool = False,
) -> RegistryService:
    """The register as a service of ``govlink.exchange.provider``.

    Answers ``Result`` (whether the copy shown holds) and ``State``; 204 when number and code do not both
    match. A certificate that another one was issued in place of stays valid until it is revoked.

    Args:
        register: Where standings come from.
        purposes: The codes of the purposes it may be asked for.
        name: The service's name.
        path: Its path under the application's prefix.
        method: POST by default, because the code is a secret and URLs end up in logs.
        tells_issue_date: Whether ``IssuedOn`` (ISO 8601) is answered too.
    """
    threads = OwnThreads(_THREADS)

    async def handle(values: Mapping[str, str], _caller: Caller) -> Answer | None:
        # Given up on when it takes too long: the thread ends by itself, for it only reads.
        found = await threads.run(
            lambda: register.standing(number=values[_NUMBER], verify_code=values[_CODE]), may_be_left=True
        )
        if found is None:
            return None
        shown: dict[str, object] = {
            "Result": found.state is CertificateState.VALID,
            "State": found.state.value,
        }
        return shown | ({"IssuedOn": found.issued_on.isoformat()} if tells_issue_date else {})

    issued_on = Member(
        name="IssuedOn",
        type=JsonType.STRING,
        description=Bilingual(th="วันที่ออกเอกสาร (ค.ศ.)", en="day of issue, ISO 8601"),
    )
    return RegistryService(
        name=name,
        path=path,
        version="1",
        title=Bilingual(th="ตรวจสอบสถานะหนังสือรับรองวุฒิ", en="state of a qualification certificate"),
        parameters=_PARAMETERS,
        answer=(*_MEMBERS, issued_on) if tells_issue_date else _MEMBERS,
        handler=handle,
        purposes=purposes,
        confidentiality=_CONFIDENTIALITY,
        subject=_NUMBER,
        method=method,
    )
