"""The civil day in Thailand, by which periods are counted. Thailand has kept UTC+7 since 1920."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

__all__ = ["BANGKOK", "bangkok_day"]

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")


def bangkok_day(moment: datetime) -> date:
    """The day it is in Bangkok at an aware moment."""
    return moment.astimezone(BANGKOK).date()
