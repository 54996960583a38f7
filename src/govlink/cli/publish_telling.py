"""What ``govlink publish`` tells on standard error while it works: a bar for people, lines for logs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from ..errors import GovlinkError
from ..publishing import Event
from .output import error_line

__all__ = ["LogFormat", "Teller", "teller_for"]


class LogFormat(StrEnum):
    """How lines of the log look."""

    TEXT = "text"
    JSON = "json"


class Teller(Protocol):
    """Hears of every event, and of the failure that ended a run. ``dataset`` is set once it is known."""

    dataset: str

    def __call__(self, event: Event) -> None:
        """Tell the event."""
        ...

    def fail(self, error: GovlinkError, *, facts: Mapping[str, object]) -> None:
        """Tell why the run ended, and what else is known of it."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def teller_for(log: LogFormat | None) -> Teller:
    """The lines asked for; without a wish a bar where somebody watches, and plain lines elsewhere."""
    if log is None and Console(stderr=True).is_terminal:
        return _Bar()
    return _Log(log or LogFormat.TEXT)


class _Log:
    """One line for each event that is worth keeping."""

    def __init__(self, form: LogFormat) -> None:
        self.dataset = ""
        self._form = form

    def __call__(self, event: Event) -> None:
        if event.level != "debug":
            self._line(event)

    def fail(self, error: GovlinkError, *, facts: Mapping[str, object]) -> None:
        """The error's one line, as every command ends with; as JSON, with its code apart."""
        if self._form is LogFormat.TEXT:
            sys.stderr.write(error_line(error) + "\n")
            return
        told = {**facts, "code": error.code, "text": str(error)}
        self._line(Event(name="failed", level="error", facts=told))

    def _line(self, event: Event) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        facts = {"dataset": self.dataset, **event.facts}
        if self._form is LogFormat.JSON:
            line = json.dumps(
                {"time": at, "level": event.level, "event": event.name, **facts}, ensure_ascii=False
            )
        else:
            shown = " ".join(f"{name}={_quoted(value)}" for name, value in facts.items())
            line = f"{at} {event.level} {event.name} {shown}"
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def _quoted(value: object) -> str:
    text = str(value)
    return text if text and " " not in text else json.dumps(text, ensure_ascii=False)


class _Rate(ProgressColumn):
    """Rows, and rows in a second, once some were written."""

    def render(self, task: Task) -> Text:
        if not task.total:
            return Text("")
        rows = f"{task.completed:,.0f}/{task.total:,.0f} rows"
        return Text(rows if task.speed is None else f"{rows}, {task.speed:,.0f} rows/s")


class _Bar:
    """A bar that goes away when the work is done; warnings stay above it."""

    def __init__(self) -> None:
        self.dataset = ""
        columns = (TextColumn("{task.description}"), BarColumn(), _Rate(), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._progress.add_task("", total=None)
        self._stack = ExitStack()

    def __call__(self, event: Event) -> None:
        facts = event.facts
        if event.level not in {"debug", "info"}:
            told = " ".join(str(value) for value in facts.values())
            self._progress.console.print(Text(f"{event.name}: {told}"))
            return
        step = str(facts.get("step") or event.name)
        self._progress.update(self._task, description=f"{self.dataset}: {step}")
        done, total = facts.get("rows_done"), facts.get("rows_total")
        if isinstance(done, int) and isinstance(total, int):
            self._progress.update(self._task, completed=done, total=total)
        elif isinstance(done, int):
            self._progress.update(self._task, description=f"{self.dataset}: {step} {done:,} rows")

    def fail(self, error: GovlinkError, *, facts: Mapping[str, object]) -> None:  # noqa: ARG002 - for logs
        """The error's one line."""
        sys.stderr.write(error_line(error) + "\n")

    def __enter__(self) -> Self:
        self._stack.enter_context(self._progress)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
