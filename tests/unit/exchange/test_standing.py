"""Whether a signature is believed, by the times of the key, the signature and the proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from govlink.exchange.keys import generate_signing_key
from govlink.exchange.standing import CLOCK_SKEW, standing_fault
from govlink.exchange.trust import TrustEntry

T0 = datetime(2026, 1, 1, tzinfo=UTC)
KEY = generate_signing_key().verifying_key()
SECOND = timedelta(seconds=1)


def day(number: float) -> datetime:
    """A moment, in days from the key's first."""
    return T0 + timedelta(days=number)


@pytest.mark.parametrize(
    ("signed", "asked", "revoked", "proven", "reason"),
    [
        (50, 60, None, None, None),
        (0, 0, None, None, None),
        (99, 500, None, None, None),
        (100, 100, None, None, "key_expired"),
        (-1, 60, None, None, "key_not_yet_valid"),
        (50, 60, 70, None, None),
        (50, 60, 60, None, "key_revoked_since"),
        (50, 90, 70, None, "key_revoked_since"),
        (50, 90, 70, 51, None),
        (50, 90, 70, 69.999, None),
        (50, 90, 70, 70, "key_revoked_since"),
        (50, 90, 70, 80, "key_revoked_since"),
        (70, 90, 70, None, "key_revoked"),
        (80, 90, 70, None, "key_revoked"),
        (80, 90, 70, 69, "key_revoked"),
        (120, 130, 70, None, "key_revoked"),
    ],
)
def test_standing(
    signed: float, asked: float, revoked: float | None, proven: float | None, reason: str | None
) -> None:
    """A key of 100 days: what it says on each side of its times, with and without a time-stamp."""
    entry = TrustEntry(
        organisation="obec.go.th",
        name_th="หน่วยงาน",
        name_en="Agency",
        key=KEY,
        valid_from=day(0),
        valid_until=day(100),
        revoked_at=None if revoked is None else day(revoked),
    )
    fault = standing_fault(
        entry,
        signed_at=day(signed),
        at=day(asked),
        proven_at=None if proven is None else day(proven),
    )
    assert (fault.code if fault else None) == (f"exchange.{reason}" if reason else None)


def test_a_clock_that_is_a_little_behind_does_not_matter() -> None:
    """A key made on one machine signs on another."""
    entry = TrustEntry(
        organisation="obec.go.th", name_th="ก", name_en="A", key=KEY, valid_from=day(0), valid_until=day(1)
    )
    assert standing_fault(entry, signed_at=day(0) - CLOCK_SKEW, at=day(0)) is None
    assert standing_fault(entry, signed_at=day(0) - CLOCK_SKEW - SECOND, at=day(0)) is not None


@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_times_like_others(moment: datetime) -> None:
    """A signer may write any time there is into what he signs."""
    entry = TrustEntry(
        organisation="obec.go.th", name_th="ก", name_en="A", key=KEY, valid_from=day(0), valid_until=day(1)
    )
    fault = standing_fault(entry, signed_at=moment, at=day(0))
    assert fault is not None
