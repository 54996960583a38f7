"""Who asks about what, as keyed digests: enough to find a duplicate, useless to whoever reads it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from ..errors import ConfigError, Fault
from ..models.identity import CitizenId, Passport
from .application import Application, matter_of

__all__ = ["MatterKey", "MatterKeys"]

SECRET_SHORT = Fault(
    "equivalence.person_secret_short",
    en="the secret of person keys needs at least {least} bytes",
    th="รหัสลับสำหรับกุญแจบุคคลต้องยาวอย่างน้อย {least} ไบต์",
)
_LEAST_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterKey:
    """The key of one person's matter in one service."""

    person: str
    service: str
    matter: str


@dataclass(frozen=True, slots=True)
class MatterKeys:
    """Makes keys with a secret of the office; another secret makes other keys.

    A citizen number has few enough values to try them all, so a digest without a secret hides nothing.
    """

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) < _LEAST_BYTES:
            raise ConfigError(SECRET_SHORT, least=_LEAST_BYTES)

    def of_person(self, identity: CitizenId | Passport) -> str:
        """The key of a person."""
        if isinstance(identity, CitizenId):
            return self._digest("citizen", identity.value)
        return self._digest("passport", identity.issuing_state, identity.number)

    def of(self, application: Application) -> MatterKey:
        """The key of what this application is about."""
        person = self.of_person(application.applicant.identity)
        return MatterKey(
            person=person,
            service=application.service.value,
            matter=self._digest("matter", person, matter_of(application)),
        )

    def _digest(self, *parts: str) -> str:
        return hmac.new(self.secret, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
