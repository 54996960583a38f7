"""Who acts on a petition: a role and an identifier that is never a citizen number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Fault, RejectedError
from ..models.identity import check_digit

__all__ = ["SYSTEM", "TIMER", "Actor", "Role"]

ACTOR_INVALID = Fault(
    "equivalence.actor_invalid",
    en="an actor's id has 1 to 64 letters, digits and . _ @ : - and holds no citizen number",
    th="รหัสผู้ดำเนินการต้องเป็นอักษร ตัวเลข และ . _ @ : - ไม่เกิน 64 ตัว และต้องไม่ใช่เลขประจำตัวประชาชน",
)
_ID = re.compile(r"[A-Za-z0-9._@:-]{1,64}")
_HYPHENATED = re.compile(r"[0-9]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9]")
_THIRTEEN = re.compile(r"(?=([0-9]{13}))")


class Role(StrEnum):
    """In which capacity somebody acts."""

    APPLICANT = "applicant"
    AGENT = "agent"
    OFFICER = "officer"
    SIGNER = "signer"
    AUTHORITY = "authority"
    """Whoever decides an appeal."""
    SYSTEM = "system"
    TIMER = "timer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it, as every event keeps it for ever; so the id is a pseudonym."""

    role: Role
    id: str

    def __post_init__(self) -> None:
        if _ID.fullmatch(self.id) is None or _holds_citizen_number(self.id):
            raise RejectedError(ACTOR_INVALID)

    def is_same_person(self, other: Actor) -> bool:
        """Whether both ids name one person, in whatever role."""
        return self.id.casefold() == other.id.casefold()


def _holds_citizen_number(text: str) -> bool:
    runs = (found[1] for found in _THIRTEEN.finditer(text))
    return bool(_HYPHENATED.search(text)) or any(check_digit(run[:12]) == run[12] for run in runs)


SYSTEM = Actor(role=Role.SYSTEM, id="govlink")
TIMER = Actor(role=Role.TIMER, id="govlink")
