"""What a run tells while it works: steps, rows and warnings, with nothing secret or personal in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..flow import Effect
from ..interfaces import PublicationJournal
from ..models.publication import PublicationStep
from ..policy import TrafficEvent

__all__ = ["Event", "KnownFields", "Tell", "Traffic", "WatchedJournal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing to tell; ``facts`` are safe to log.

    ``level`` is ``debug`` for what a bar shows and a log leaves out, ``info``, ``warning`` or ``error``.
    """

    name: str
    level: str = "info"
    facts: Mapping[str, object] = field(default_factory=dict)


Tell = Callable[[Event], None]


class Traffic:
    """Counts the writes sent, and tells of requests that the platform could not serve."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.writes = 0

    def __call__(self, event: TrafficEvent) -> None:
        """Take note of a request and its answer."""
        if event.effect is not Effect.READ:
            self.writes += 1
        if not event.outcome.isdecimal() or int(event.outcome) in {429, *range(500, 600)}:
            facts = {"operation": event.operation, "outcome": event.outcome}
            self._tell(Event(name="request_failed", level="warning", facts=facts))


class WatchedJournal:
    """A journal that tells each step once it is kept. The metadata of the last step are not told."""

    def __init__(self, inner: PublicationJournal, *, tell: Tell, traffic: Traffic) -> None:
        self._inner = inner
        self._tell = tell
        self._traffic = traffic

    def note(self, step: PublicationStep) -> None:
        """Keep the step, then tell it."""
        self._inner.note(step)
        facts: dict[str, object] = {"step": step.name, "outcome": step.outcome}
        if step.rows_total:
            facts |= {"rows_done": step.rows_done, "rows_total": step.rows_total}
        is_begun = step.outcome == "sent" and not step.rows_done
        level = "debug" if is_begun else "info"
        self._tell(Event(name="step", level=level, facts={**facts, "writes": self._traffic.writes}))

    def published(self) -> tuple[tuple[str, str], ...]:
        """What the inner journal knows."""
        return self._inner.published()


class KnownFields:
    """A journal that keeps nothing and knows what was published: for runs that write nothing."""

    def __init__(self, fields: tuple[tuple[str, str], ...] = ()) -> None:
        self._fields = fields

    def note(self, step: PublicationStep) -> None:
        """Nothing is kept."""

    def published(self) -> tuple[tuple[str, str], ...]:
        """The fields given."""
        return self._fields
