"""The engine for scripts and tests: performs effects in the calling thread, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import AuthError, ConfigError, Fault, GovlinkError, Retry
from .jobs import Job, JobResult, Outbox

__all__ = ["DrainReport", "Handler", "InlineEngine"]

Handler = Callable[[Job], JobResult]

NO_HANDLER = Fault(
    "engine.no_handler",
    en="nothing is registered to perform effects of kind {kind}",
    th="ไม่มีตัวดำเนินการสำหรับงานประเภท {kind}",
)
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one drain did. ``waiting`` effects failed in a way that may pass and stay in the outbox."""

    done: int
    waiting: int
    failed: int


class InlineEngine:
    """Takes effects from an outbox until nothing is left that can be done now.

    An error that says it may pass (``Retry.AFTER_DELAY``) leaves the effect pending for a later drain.
    ``ConfigError`` and ``AuthError`` stop the drain, because they would strike every effect alike. Any
    other error of govlink gives this effect up; other exceptions pass. Whatever stops it, no effect is lost.
    """

    def __init__(self, outbox: Outbox, *, handlers: Mapping[str, Handler]) -> None:
        self._outbox = outbox
        self._handlers = dict(handlers)

    def drain(self) -> DrainReport:
        """Perform pending effects, those that they bring about included."""
        done = failed = 0
        put_off: set[str] = set()
        while True:
            jobs = [j for j in self._outbox.pending(limit=BATCH + len(put_off)) if j.effect_id not in put_off]
            if not jobs:
                return DrainReport(done=done, waiting=len(put_off), failed=failed)
            for job in jobs:
                outcome = self._perform(job)
                done += outcome is None
                if outcome is Retry.AFTER_DELAY:
                    put_off.add(job.effect_id)
                failed += outcome is Retry.NEVER

    def _perform(self, job: Job) -> Retry | None:
        """None when it is done, else whether it may be tried again."""
        handler = self._handlers.get(job.kind)
        if handler is None:
            raise ConfigError(NO_HANDLER, kind=job.kind)
        try:
            result = handler(job)
        except (ConfigError, AuthError):
            raise
        except GovlinkError as error:
            if error.retry is Retry.AFTER_DELAY:
                return Retry.AFTER_DELAY
            self._outbox.mark_failed(job.effect_id, code=error.code)
            return Retry.NEVER
        self._outbox.mark_done(job.effect_id, result)
        return None
