"""The demo's clock and its chance: both follow from the seed, so a seed repeats every byte."""

from __future__ import annotations

import hashlib
from datetime import datetime

from ..flow import Context

__all__ = ["DemoClock", "DemoContexts", "chance"]


def chance(seed: int, *about: str) -> float:
    """A number in [0, 1) that follows from the seed and what it is about."""
    digest = hashlib.sha256("\x00".join((str(seed), *about)).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


class DemoClock:
    """A clock that stands until it is set, shared by office and sandbox."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment it stands at."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move it; it never goes back."""
        self._now = max(self._now, now)


class DemoContexts:
    """Makes a context for each call: the demo's clock, and randomness by the call's number."""

    def __init__(self, *, seed: int, clock: DemoClock) -> None:
        self._seed = seed
        self._clock = clock
        self._count = 0

    def __call__(self) -> Context:
        """A context for the next call."""
        self._count += 1
        entropy = hashlib.sha256(f"{self._seed}:{self._count}".encode()).digest()
        return Context(clock=self._clock.now, entropy=entropy)
