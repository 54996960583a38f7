"""Whether a signature is believed today, given when it was made and what became of its key since.

A key that ran out is no reproach to what it signed before. A revoked one is: whoever stole it writes
any time into a signature, so after a revocation only a time-stamp of a third party tells an old
signature from a new one (as ETSI EN 319 102-1 has it, clause 5.5.4: the best signature time decides).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ..errors import Fault
from .trust import KEY_EXPIRED, KEY_NOT_YET_VALID, KEY_REVOKED, TrustEntry

__all__ = ["CLOCK_SKEW", "standing_fault"]

REVOKED_SINCE = Fault(
    "exchange.key_revoked_since",
    en="the key was revoked after the time the signature names, and no time-stamp proves that time",
    th="กุญแจถูกเพิกถอนหลังเวลาที่ระบุในลายมือชื่อ และไม่มีตราประทับเวลาที่พิสูจน์เวลานั้น",
)

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of two organisations may differ."""


def standing_fault(
    entry: TrustEntry, *, signed_at: datetime, at: datetime, proven_at: datetime | None = None
) -> Fault | None:
    """Why a signature by this key is not believed, or None when it is.

    Args:
        entry: the key and its times.
        signed_at: when the signer says the signature was made.
        at: when the question is asked.
        proven_at: when a verified time-stamp shows that the signature existed, if there is one.
    """
    revoked_at = entry.revoked_at
    if revoked_at is not None and revoked_at <= at:
        if revoked_at <= signed_at:
            return KEY_REVOKED
        if proven_at is None or revoked_at <= proven_at:
            return REVOKED_SINCE
    if entry.valid_from - signed_at > CLOCK_SKEW:  # a sum would leave the calendar at its end
        return KEY_NOT_YET_VALID
    return KEY_EXPIRED if entry.valid_until <= signed_at else None
