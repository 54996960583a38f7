"""Programs that take turns at one server, slice by slice, and tell what they measured of themselves.

What slows the machine down then slows each of them. Nothing but the standard library is needed here,
because one of them runs in an environment of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Measured", "Turns", "peak_mib", "take_turns"]

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one program did. ``rows`` were brought into the wanted state, within ``seconds``.

    ``reads`` and ``writes`` are requests on the wire, ``rows_read`` and ``rows_sent`` rows there.
    ``prepared_s`` is the part of ``seconds`` before the first request, ``cpu_s`` the program's own work.
    """

    rows: int
    seconds: float
    reads: int
    writes: int
    rows_read: int
    rows_sent: int
    peak_mib: float
    cpu_s: float
    prepared_s: float = 0.0

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds

    def plus(self, other: Measured) -> Measured:
        """Two runs as one; the memory is the larger."""
        mine, its = asdict(self), asdict(other)
        whole = {name: mine[name] + its[name] for name in mine}
        return Measured(**whole | {"peak_mib": max(self.peak_mib, other.peak_mib)})


def peak_mib() -> float:
    """The most memory this process ever had.

    Read from the kernel and not from ``getrusage``, whose peak begins at the parent's.
    """
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class Turns:
    """The program's side: works while it has the turn, and counts no other time."""

    def __init__(self, *, slice_rows: int) -> None:
        self._slice_rows = self._end = slice_rows
        self._waited_s = 0.0
        self._wait()
        self._began_s, self._waited_s = time.perf_counter(), 0.0

    def _wait(self) -> None:
        began_s = time.perf_counter()
        if not sys.stdin.readline():
            raise SystemExit("whoever gives the turns is gone")
        self._waited_s += time.perf_counter() - began_s

    def reached(self, rows: int) -> None:
        """So many rows are done; gives the turn away after each slice, and waits for the next."""
        if rows >= self._end:
            self._end = rows - rows % self._slice_rows + self._slice_rows
            print("{}", flush=True)
            self._wait()

    def seconds(self) -> float:
        """How long this program had the turn."""
        return time.perf_counter() - self._began_s - self._waited_s

    def now(self) -> datetime:
        """A clock that stands still while others have the turn."""
        return datetime.now(UTC) - timedelta(seconds=self._waited_s)

    def tell(
        self, *, rows: int, reads: int, writes: int, rows_read: int, rows_sent: int, prepared_s: float = 0.0
    ) -> None:
        """Print what was measured, as the last thing."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        measured = Measured(
            rows=rows,
            seconds=self.seconds(),
            reads=reads,
            writes=writes,
            rows_read=rows_read,
            rows_sent=rows_sent,
            peak_mib=peak_mib(),
            cpu_s=used.ru_utime + used.ru_stime,
            prepared_s=prepared_s,
        )
        print(json.dumps(asdict(measured)), flush=True)


def take_turns(*programs: tuple[Path | str, str, object]) -> list[Measured]:
    """Run programs, each a Python, a module and what it is told, turn about until all are done."""
    with ExitStack() as stack:
        lanes = [stack.enter_context(_started(*program)) for program in programs]
        results: list[Measured | None] = [None] * len(lanes)
        while None in results:
            for place, lane in enumerate(lanes):
                if results[place] is None:
                    results[place] = _turn(lane)
        return [result for result in results if result is not None]


@contextmanager
def _started(python: Path | str, module: str, told: object) -> Iterator[subprocess.Popen[str]]:
    command = [str(python), "-m", module, json.dumps(told)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True) as program:
        try:
            yield program
        finally:
            program.kill()  # when all went well it has ended already


def _turn(lane: subprocess.Popen[str]) -> Measured | None:
    assert lane.stdin is not None
    assert lane.stdout is not None
    lane.stdin.write("\n")
    lane.stdin.flush()
    answer: dict[str, Any] | None = json.loads(lane.stdout.readline() or "null")
    if answer is None:
        raise SystemExit(f"a program broke off with status {lane.wait()}; its words stand above")
    return Measured(**answer) if answer else None
