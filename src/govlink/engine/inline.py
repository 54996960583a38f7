"""The engine for scripts and tests: performs effects in the calling thread, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from ..errors import AuthError, ConfigError, Fault, GovlinkError, Retry
from .jobs import Job, JobResult, Outbox

__all__ = ["DrainReport", "Handler", "InlineEngine"]

Handler = Callable[[Job], JobResult]

NO_HANDLER = Fault(
    "engine.no_handler",
    en="nothing is registered to perform effects of kind {kind}",
    th="ไม่มีตัวดำเนินการสำหรับงานประเภท {kind}",
)
INTERRUPTED = Fault(
    "engine.interrupted",
    en="the process ended while this was being done; whether it was is not known",
    th="โปรแกรมหยุดทำงานระหว่างดำเนินการ ไม่ทราบว่าดำเนินการสำเร็จหรือไม่",
)
BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DrainReport:
    """What one drain did. ``waiting`` effects failed in a way that may pass and stay in the outbox.

    Those that had to stay behind one of them are counted with them.
    """

    done: int
    waiting: int
    failed: int


class _Outcome(Enum):
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"


class InlineEngine:
    """Takes effects from an outbox until nothing is left that can be done now.

    An error that says it may pass (``Retry.AFTER_DELAY``) leaves the effect pending for a later drain,
    and later effects of its lane and stream behind it. ``ConfigError`` and ``AuthError`` stop the drain,
    because they would strike every effect alike. Any other error of govlink gives this effect up; other
    exceptions pass. Whatever stops it, no effect is lost.

    Args:
        outbox: Where the effects wait.
        handlers: Who performs each kind.
        once: Kinds that a repetition would do twice. Each is noted as begun before it is performed, so
            that after a crash it is not done again but found given up with ``engine.interrupted``.
        lanes: Kinds that must keep their order within a stream, by a lane's name; a kind not named is
            a lane of its own.
    """

    def __init__(
        self,
        outbox: Outbox,
        *,
        handlers: Mapping[str, Handler],
        once: Collection[str] = (),
        lanes: Mapping[str, str] | None = None,
    ) -> None:
        self._outbox = outbox
        self._handlers = dict(handlers)
        self._once = frozenset(once)
        self._lanes = dict(lanes or {})

    def drain(self) -> DrainReport:
        """Perform pending effects, those that they bring about included."""
        done = failed = 0
        waiting: set[str] = set()
        held: set[tuple[str, str]] = set()
        while True:
            jobs = [j for j in self._outbox.pending(limit=BATCH + len(waiting)) if j.effect_id not in waiting]
            if not jobs:
                return DrainReport(done=done, waiting=len(waiting), failed=failed)
            for job in jobs:
                lane = (job.stream, self._lanes.get(job.kind, job.kind))
                outcome = _Outcome.WAITING if lane in held else self._perform(job)
                done += outcome is _Outcome.DONE
                failed += outcome is _Outcome.FAILED
                if outcome is _Outcome.WAITING:
                    waiting.add(job.effect_id)
                    held.add(lane)

    def _perform(self, job: Job) -> _Outcome:
        handler = self._handlers.get(job.kind)
        if handler is None:
            raise ConfigError(NO_HANDLER, kind=job.kind)
        once = job.kind in self._once
        if once:
            self._outbox.mark_begun(job.effect_id, code=INTERRUPTED.code)
        try:
            result = handler(job)
        except GovlinkError as error:
            stops = isinstance(error, ConfigError | AuthError)
            if stops or error.retry is Retry.AFTER_DELAY:
                if once:
                    self._outbox.put_back(job.effect_id)
                if stops:
                    raise
                return _Outcome.WAITING
            self._outbox.mark_failed(job.effect_id, code=error.code)
            return _Outcome.FAILED
        self._outbox.mark_done(job.effect_id, result)
        return _Outcome.DONE
