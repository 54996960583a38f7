"""Durable execution of side effects, behind one small protocol.

An effect is planned in the same transaction as the event that demands it and kept in an outbox. An
engine takes effects out and has a handler perform each. A handler may be called twice for one effect
(a crash between doing and recording), so it must be harmless to repeat; an effect that cannot be made
so is named to the engine, which notes that it began and after a crash leaves it to a person.
"""

from __future__ import annotations

from .inline import DrainReport, Handler, InlineEngine
from .jobs import Job, JobResult, Outbox

__all__ = ["DrainReport", "Handler", "InlineEngine", "Job", "JobResult", "Outbox"]
