"""How a run of ``govlink publish`` goes and ends: what is told and printed, and its exit code."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Fault, GovlinkError, TryAgainError
from ..models.publication import PublicationPlan, PublicationResult
from ..publishing import EXIT_CODES, Event, Outcome, Run, outcome_of, outcome_of_error, outcome_of_plan
from ..publishing.report import conflict_of, plan_object, result_object, shown_changes
from .interrupts import Signalled
from .output import error_object, print_json
from .publish_output import print_conflict, print_plan, print_result
from .publish_telling import Teller

__all__ = ["Ending", "Session", "dry_run", "plan", "publish"]

INTERRUPTED = Fault(
    "publish.interrupted",
    en="stopped by {signal}; the next run goes on from here",
    th="ถูกหยุดด้วย {signal} การเรียกใช้ครั้งถัดไปจะทำต่อจากจุดนี้",
)
_COUNTS = ("writes", "rows", "rows_new", "rows_changed", "rows_written", "rows_deleted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended well: its word and code, what is told of it, and how to show it to people."""

    outcome: Outcome
    exit_code: int
    told: PublicationPlan | PublicationResult
    content: Mapping[str, object]
    show: Callable[[float], None]


def plan(run: Run) -> Ending:
    """Plan; that ends well whatever would change."""
    planned = run.plan()
    return Ending(
        outcome=Outcome.PLANNED,
        exit_code=0,
        told=planned,
        content=plan_object(planned),
        show=lambda _: print_plan(planned),
    )


def dry_run(run: Run) -> Ending:
    """Plan, and end as publishing would."""
    planned, state = run.dry_run()
    outcome = outcome_of_plan(planned, state=state)
    return Ending(
        outcome=outcome,
        exit_code=EXIT_CODES[outcome],
        told=planned,
        content={"dry_run": True, "state": state.value, **plan_object(planned)},
        show=lambda _: print_plan(planned),
    )


def publish(run: Run, *, description: Path | None) -> Ending:
    """Publish."""
    result = run.publish(description=description)
    outcome = outcome_of(result)
    return Ending(
        outcome=outcome,
        exit_code=EXIT_CODES[outcome],
        told=result,
        content=result_object(result),
        show=lambda elapsed_s: print_result(result, outcome=outcome.value, elapsed_s=elapsed_s),
    )


@dataclass(slots=True, kw_only=True)
class Session:
    """One call of the command, as far as it got. ``json`` says that one document is printed at its end."""

    teller: Teller
    json: bool
    run: Run | None = None
    _began: float = field(default_factory=time.monotonic)

    def _elapsed_s(self) -> float:
        return round(time.monotonic() - self._began, 3)

    def tell(self, ending: Ending) -> None:
        """The last lines of the log."""
        told = ending.told
        if told.kept:
            fields = ", ".join(change.name for change in told.kept)
            facts = {"text": "edited on the portal; the edits stand", "fields": fields}
            self.teller(Event(name="kept", facts=facts))
        for name, texts in (("drift", told.drift), ("note", told.notes)):
            for text in texts:
                self.teller(Event(name=name, facts={"text": text}))
        counts = {name: ending.content[name] for name in _COUNTS if name in ending.content}
        self.teller(Event(name="finished", facts={"outcome": ending.outcome.value, **counts}))

    def succeed(self, ending: Ending, *, exit_code: int) -> int:
        """Print what came of it."""
        if self.json:
            about = {"outcome": ending.outcome.value, "exit_code": exit_code}
            print_json({**about, **ending.content, "elapsed_s": self._elapsed_s()})
        else:
            ending.show(self._elapsed_s())
        return exit_code

    def fail(self, error: GovlinkError) -> int:
        """Tell the error, and print it with what was written until then."""
        return self._fail(error, outcome=outcome_of_error(error), exit_code=error.exit_code)

    def stop(self, stopped: Signalled) -> int:
        """The same of a run that a signal ended; the code is the one a shell gives."""
        error = TryAgainError(INTERRUPTED, signal=stopped.name)
        return self._fail(error, outcome=Outcome.INTERRUPTED, exit_code=128 + stopped.number)

    def _fail(self, error: GovlinkError, *, outcome: Outcome, exit_code: int) -> int:
        report, run = conflict_of(error), self.run
        writes = run.traffic.writes if run is not None else 0
        about = {"outcome": outcome.value, "exit_code": exit_code, "writes": writes}
        self.teller.fail(error, facts=about)
        if self.json:
            print_json(
                {
                    **about,
                    "dataset": run.spec.dataset.name if run is not None else None,
                    "report": shown_changes(report),
                    "elapsed_s": self._elapsed_s(),
                    **error_object(error),
                }
            )
        elif report:
            print_conflict(report)
        return exit_code
