"""How commands speak: one place for tables, JSON, progress and errors."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ..errors import GovlinkError

__all__ = [
    "READER_GONE",
    "Advance",
    "error_line",
    "error_object",
    "print_json",
    "print_line",
    "print_table",
    "progress_bar",
    "stop_with",
    "to_the_reader",
]

READER_GONE = 141  # as a shell counts a process that ended by SIGPIPE

Advance = Callable[[int], None]
Language = Literal["th", "en"]


def language() -> Language:
    """``GOVLINK_LANG`` if it is th or en, else Thai for a Thai locale, else English."""
    asked = os.environ.get("GOVLINK_LANG", "")
    if asked in {"th", "en"}:
        return "th" if asked == "th" else "en"
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "th" if locale.startswith("th") else "en"


class _Console(Console):
    """A console that leaves a closed pipe to ``to_the_reader``."""

    def on_broken_pipe(self) -> None:
        """Rich would end the process here, with a code of its own."""
        raise BrokenPipeError


@contextmanager
def to_the_reader() -> Iterator[None]:
    """Write what is inside at once; when nobody reads it any more, end quietly as other tools do."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still in the buffer would be tried again, and complained about, when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(READER_GONE) from None


def print_json(content: Mapping[str, object] | Sequence[object]) -> None:
    """The content on standard output, with real Thai characters."""
    with to_the_reader():
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")


def print_line(text: str) -> None:
    """One line on standard output."""
    with to_the_reader():
        sys.stdout.write(text + "\n")


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table on standard output; numbers to the right. What is too wide is broken, never cut off.

    Cells are taken as they are: a bracket in a message is no markup.
    """
    table = Table(title=Text(title), title_justify="left")
    for i, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[i], int | float) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    with to_the_reader():
        _Console().print(table)


def error_line(error: GovlinkError) -> str:
    """The error on one line, in the user's language, with what to do next."""
    return " · ".join(line.strip() for line in error.explain(language()).splitlines())


def error_object(error: GovlinkError) -> dict[str, object]:
    """The error for machines."""
    return {
        "error": {
            "code": error.code,
            "kind": type(error).__name__,
            "platform": error.platform,
            "operation": error.operation,
            "retry": error.retry.value,
            "exit_code": error.exit_code,
            "en": error.explain("en"),
            "th": error.explain("th"),
            "problems": [{"pointer": p.pointer, "code": p.fault.code} for p in error.problems],
        }
    }


def stop_with(error: GovlinkError) -> NoReturn:
    """End a command whose output already tells what is wrong: the error's line and its exit code."""
    sys.stderr.write(error_line(error) + "\n")
    raise typer.Exit(error.exit_code)


@contextmanager
def progress_bar(title: str, total: int) -> Iterator[Advance]:
    """A bar on standard error while it is a terminal; elsewhere nothing moves."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.advance(task, done)
