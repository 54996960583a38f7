"""Sorting more lines than fit in memory: sorted runs on disk, merged when read."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

__all__ = ["Sorter"]

_RUN_BYTES = 16 * 1024 * 1024
_MOST_RUNS = 100
"""Files open at once while merging; some systems allow a process no more than 256."""


class Sorter:
    """Takes lines in any order and gives them back by their bytes. Each ends with a line feed.

    Memory stays at one run, a few times 16 MiB, however many lines there are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[Path] = []
        self._made = 0
        self._held: list[bytes] = []
        self._held_bytes = 0
        self.count = 0

    def add(self, lines: list[bytes]) -> None:
        """Take some lines."""
        self._held += lines
        self.count += len(lines)
        self._held_bytes += sum(map(len, lines))
        if self._held_bytes >= _RUN_BYTES:
            self._spill()

    def lines(self) -> Iterator[bytes]:
        """All lines in order, once; nothing may be added afterwards."""
        if not self._runs:
            self._held.sort()
            yield from self._held
            self._held = []
            return
        self._spill()
        yield from self._merged()

    def _spill(self) -> None:
        self._held.sort()
        with self._new_run().open("wb") as file:
            file.writelines(self._held)
        self._held, self._held_bytes = [], 0
        if len(self._runs) >= _MOST_RUNS:
            self._merge_runs()

    def _merge_runs(self) -> None:
        path = self._folder / f"merged-{self._made}"
        with path.open("wb") as file:
            file.writelines(self._merged())
        self._runs = [path]

    def _new_run(self) -> Path:
        self._made += 1
        path = self._folder / f"run-{self._made}"
        self._runs.append(path)
        return path

    def _merged(self) -> Iterator[bytes]:
        with ExitStack() as stack:
            files = [stack.enter_context(path.open("rb")) for path in self._runs]
            yield from heapq.merge(*files)
        for path in self._runs:
            path.unlink()
