"""One call on its way through the checks: what is known of it so far, for the access log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ...flow import Context
from .access_log import AccessRecord, Pseudonyms
from .callers import Caller
from .purpose import AskedFor
from .service import RegistryService

__all__ = ["Visit"]


@dataclass(slots=True, kw_only=True)
class Visit:
    """Fills up as the call proves itself; ``record`` says how far it came."""

    at: datetime
    request_id: str
    clock_s: Callable[[], float] = field(repr=False)
    began_s: float
    pseudonyms: Pseudonyms = field(repr=False)
    service: str | None = None
    version: str | None = None
    asked: AskedFor | None = None
    subject_hmac: str | None = None

    @classmethod
    def begin(cls, context: Context, *, clock_s: Callable[[], float], pseudonyms: Pseudonyms) -> Visit:
        """A call that just came in."""
        return cls(
            at=context.now(),
            request_id=str(context.uuid("provider.request")),
            clock_s=clock_s,
            began_s=clock_s(),
            pseudonyms=pseudonyms,
        )

    def about(self, service: RegistryService, value: str | None) -> None:
        """Note the subject's value, as its keyed hash only."""
        if service.subject is not None and value is not None:
            self.subject_hmac = self.pseudonyms.of(service.subject, value)

    def record(self, caller: Caller, *, status: int, code: str | None) -> AccessRecord:
        """The access record of this call, to be answered with that status."""
        officer = self.asked.officer if self.asked else None
        return AccessRecord(
            at=self.at,
            request_id=self.request_id,
            caller=caller.id,
            service=self.service,
            version=self.version,
            purpose=self.asked.purpose if self.asked else None,
            case_reference=self.asked.case_reference if self.asked else None,
            officer_hmac=self.pseudonyms.of("officer", officer.value) if officer else None,
            subject_hmac=self.subject_hmac,
            status=status,
            code=code,
            duration_ms=round((self.clock_s() - self.began_s) * 1000),
        )
