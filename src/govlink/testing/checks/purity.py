"""Flows decide and nothing else: no clock, randomness, environment, file or socket of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ..bench import Bench
from ..replay import Last, answered, json_answer, replayed
from ..watch import impurities

__all__ = ["pure"]


_DAYS: tuple[Last | None, ...] = (
    None,
    answered(json_answer(503, Retry_After="Wed, 15 Jan 2025 04:00:00 GMT")),
    answered(json_answer(200, b"nothing like it")),
)
"""A good day, and two bad ones: looking at the clock is most tempting where something failed."""


def pure(bench: Bench) -> Iterator[str]:
    """A flow driven by hand calls nothing that looks at the machine; time and chance come from Context."""
    for run in bench.good_runs:
        with impurities() as touched:
            for last in _DAYS if run.exchanges else (None,):
                replayed(bench.recorded.capabilities, run, last=last)
        if touched:
            yield f"{run.example.name} touched {', '.join(touched)}"
