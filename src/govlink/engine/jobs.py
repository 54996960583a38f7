"""What an engine works on, and where it takes it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Job", "JobResult", "Outbox"]

JobResult = Mapping[str, str]
"""What is kept of an effect once done: numbers and receipts, no personal datum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One effect to perform.

    ``effect_id`` is unique for ever and serves as idempotency key towards platforms. ``stream`` is the
    petition it belongs to.
    """

    effect_id: str
    stream: str
    kind: str
    payload: Mapping[str, str] = field(repr=False)


class Outbox(Protocol):
    """Where effects wait, in the order they were planned."""

    def pending(self, *, limit: int) -> tuple[Job, ...]:
        """The oldest effects not yet begun, done or given up."""
        ...

    def mark_begun(self, effect_id: str, *, code: str) -> None:
        """Give it up with this code before it is done: whoever dies while doing it leaves it so."""
        ...

    def put_back(self, effect_id: str) -> None:
        """Make one that was begun and certainly not done pending again."""
        ...

    def mark_done(self, effect_id: str, result: JobResult) -> None:
        """Record that it is done, begun before or not; recording it twice is harmless."""
        ...

    def mark_failed(self, effect_id: str, *, code: str) -> None:
        """Give it up, with the code of the error; a person must look at it. What is done stays done."""
        ...
