"""Complementary suppression by govlink and by pytauargus: what it costs, how long it takes, whether it holds.

Run ``python -m tests.bench.disclosure``, with ``--seeds 2`` and ``--tables 10x8x5`` for a look. Every table
is made up. For the comparison both get the same costs, the same cells to protect, the same amount each must
be able to rise, and the same attacker: one who knows that an empty cell is published and a hidden one may
count nothing. Each pattern is attacked by govlink's own audit. The last line of each table is what govlink
does by default, against the stricter attacker who also concludes that a hidden cell is not empty; there the
seconds are those of protecting and auditing. pytauargus runs in a process and an environment of its own;
its seconds are of the suppression alone. Medians, with the least and the greatest in brackets; nothing is
asserted: times belong to the machine.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.audit import attack
from govlink.statistics.pattern.problem import Budget, Problem
from govlink.statistics.pattern.search import find_pattern
from govlink.statistics.published import PublicRules
from govlink.statistics.system import Tree, crossed_grid, crossed_system

from .disclosure_tables import ROWS, TABLES, make_table
from .other_tools import pinned, python_with

THRESHOLD = 5
COST_UNIT = 1000
_HEAD = (
    f"{'table':11} {'method':22} {'seeds':>5} {'cost':>24} {'secondary':>9} {'gap':>5} {'audit':>7}"
    f" {'seconds':>22}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One table to protect."""

    trees: tuple[Tree, ...]
    counts: tuple[int, ...]

    @property
    def costs(self) -> tuple[int, ...]:
        """As ``protect`` sets them where there is no earlier release."""
        return tuple(round(COST_UNIT * math.log(count + 2)) for count in self.counts)

    @property
    def small(self) -> dict[int, int]:
        """The cells to protect, and what they must be able to reach."""
        return {n: THRESHOLD for n, count in enumerate(self.counts) if 0 < count < THRESHOLD}

    def parents(self) -> list[list[int]]:
        """For each dimension the number of the code above each code, -1 for the total."""
        found = []
        for tree in self.trees:
            above = {part: e.total for e in tree for part in e.parts}
            found.append([above.get(code, -1) for code in range(len(above) + 1)])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one method made of one table; ``hidden`` is None where it gave nothing."""

    seconds: float
    hidden: frozenset[int] | None
    gap: float | None = None
    passed: bool | None = None


@dataclass(slots=True, kw_only=True)
class Line:
    """The runs of one method over the seeds."""

    table: str
    method: str
    costs: list[int] = field(default_factory=list)
    secondaries: list[int] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    passed: int = 0
    runs: int = 0

    def add(self, instance: Instance, found: Found) -> None:
        """Take in one run."""
        self.runs += 1
        self.seconds.append(found.seconds)
        if found.hidden is None:
            return
        others = found.hidden - instance.small.keys()
        self.costs.append(sum(instance.costs[n] for n in others))
        self.secondaries.append(len(others))
        self.passed += bool(found.passed)
        if found.gap is not None:
            self.gaps.append(found.gap)

    def show(self) -> None:
        """Print it."""
        start = f"{self.table:11} {self.method:22} {self.runs:5}"
        if not self.costs:
            seconds = _spread(self.seconds, 1)
            print(f"{start} {'no result in':>24} {'':>23} {seconds:>22}", flush=True)
            return
        gap = f"{statistics.median(self.gaps):.0%}" if self.gaps else ""
        costs = _spread([cost / COST_UNIT for cost in self.costs], 1)
        others, audit = statistics.median(self.secondaries), f"{self.passed}/{len(self.costs)}"
        seconds = _spread(self.seconds, 2)
        print(f"{start} {costs:>24} {others:9.0f} {gap:>5} {audit:>7} {seconds:>22}", flush=True)


def _spread(values: list[float], digits: int) -> str:
    middle = f"{statistics.median(values):,.{digits}f}"
    return f"{middle} [{min(values):,.{digits}f}-{max(values):,.{digits}f}]"


def ours(instance: Instance) -> Found:
    """Govlink's search under the assumptions of the comparison."""
    return _search(instance, least=0, fixed=frozenset())


def strict(instance: Instance) -> Found:
    """Govlink's search under its own assumptions; the seconds are with the audit."""
    started = time.perf_counter()
    found = _search(instance, least=1, fixed=frozenset({len(instance.counts) - 1}))
    return Found(
        seconds=time.perf_counter() - started, hidden=found.hidden, gap=found.gap, passed=found.passed
    )


def _search(instance: Instance, *, least: int, fixed: frozenset[int]) -> Found:
    empty = {n for n, count in enumerate(instance.counts) if not count}
    problem = Problem(
        system=crossed_system(trees=instance.trees),
        counts=instance.counts,
        at_least=instance.small,
        fixed=fixed | empty,
        costs=instance.costs,
        least=(least,) * len(instance.counts),
        grids=(crossed_grid(trees=instance.trees),),
    )
    started = time.perf_counter()
    pattern = find_pattern(problem, budget=Budget.of(problem))
    seconds = time.perf_counter() - started
    hidden = frozenset(pattern.hidden)
    passed = _holds(instance, hidden, least=least)
    return Found(seconds=seconds, hidden=hidden, gap=pattern.gap, passed=passed)


def tauargus(method: str, *, cap_s: float) -> Callable[[Instance], Found]:
    """Pytauargus by one of its methods, given up after so long."""

    def run(instance: Instance) -> Found:
        small = instance.small
        told = {
            "parents": instance.parents(),
            "counts": instance.counts,
            "rise": [THRESHOLD - count if n in small else 0 for n, count in enumerate(instance.counts)],
            "costs": instance.costs,
            "method": method,
            "minutes": max(1, int(cap_s // 60)),
        }
        script = Path(__file__).with_name("tauargus_baseline.py")
        started = time.perf_counter()
        try:
            with tempfile.TemporaryDirectory() as folder:  # it leaves files where it stands
                done = subprocess.run(
                    (python_with("pytauargus"), script),
                    input=json.dumps(told),
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    timeout=cap_s,
                    check=True,
                )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return Found(seconds=time.perf_counter() - started, hidden=None)
        answer = json.loads(done.stdout)
        hidden = frozenset(answer["hidden"]) | small.keys()
        return Found(seconds=answer["seconds"], hidden=hidden, passed=_holds(instance, hidden, least=0))

    return run


def _holds(instance: Instance, hidden: frozenset[int], *, least: int) -> bool:
    rules = PublicRules(threshold=THRESHOLD, zeros="structural" if least else "sampling")
    return attack(_published(instance, hidden), rules=rules).passed


def _published(instance: Instance, hidden: frozenset[int]) -> ProtectedTable:
    dimensions, codes = [], []
    for axis, parents in enumerate(instance.parents()):
        names = [TOTAL if above < 0 else f"c{code:04d}" for code, above in enumerate(parents)]
        tied = tuple((names[n], names[p]) for n, p in enumerate(parents) if p >= 0 and parents[p] >= 0)
        dimensions.append(Dimension(id=f"d{axis}", label_th=f"d{axis}", label_en=f"d{axis}", parents=tied))
        codes.append(names)
    cells = tuple(
        ReleasedCell(
            keys=keys,
            value=None if n in hidden else instance.counts[n],
            status=CellStatus.CONFIDENTIAL if n in hidden else CellStatus.FREE,
        )
        for n, keys in enumerate(product(*codes))
    )
    return ProtectedTable(dimensions=tuple(dimensions), cells=cells)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--tables", nargs="*", default=list(TABLES))
    parser.add_argument(
        "--cap-s", type=float, default=120.0, help="seconds after which pytauargus is given up"
    )
    parser.add_argument(
        "--hopeless", type=int, default=1, help="seeds for pytauargus where its first gave nothing"
    )
    told = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}"
    print(f"{pinned('pytauargus')}, {machine}")
    print(_HEAD)
    for table in told.tables:
        instances = [_instance(table, seed) for seed in range(told.seeds)]
        primaries = _spread([float(len(i.small)) for i in instances], 0)
        print(f"{table:11} {len(instances[0].counts):,} cells, primary cells {primaries}")
        methods: tuple[tuple[str, Callable[[Instance], Found]], ...] = (
            ("govlink", ours),
            ("pytauargus OPT", tauargus("OPT", cap_s=told.cap_s)),
            ("pytauargus MOD", tauargus("MOD", cap_s=told.cap_s)),
            ("govlink, strict, audit", strict),
        )
        for name, method in methods:
            line = Line(table=table, method=name)
            for instance in instances:
                line.add(instance, method(instance))
                if not line.costs and line.runs >= told.hopeless:
                    break
            line.show()


def _instance(table: str, seed: int) -> Instance:
    trees, counts = make_table(table, seed=seed, rows=ROWS[table])
    return Instance(trees=trees, counts=counts)


if __name__ == "__main__":
    main()
