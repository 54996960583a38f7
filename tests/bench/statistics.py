"""How long counting, protecting and auditing take: ``python -m tests.bench.statistics [seed]``.

Tables are synthetic: skewed, with independent dimensions. Figures are for reading, nothing is asserted.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from time import perf_counter
from typing import TypeVar

from govlink.models.release import Dimension
from govlink.statistics import DisclosurePolicy, audit, protect, tabulate
from govlink.statistics.assess import assess

T = TypeVar("T")
THRESHOLD = 5
TABLES = (((24, 4, 6), 3_000), ((24, 4, 6), 10_000), ((10, 8, 5), 1_500), ((10, 8, 5), 5_000))


def rows(sizes: tuple[int, ...], people: int, seed: int) -> list[dict[str, object]]:
    """Records whose categories thin out towards the end of each dimension."""
    draw = random.Random(seed)
    columns = []
    for size in sizes:
        weights = [draw.uniform(0.7, 1.3) / (i + 1) ** 0.9 for i in range(size)]
        columns.append(draw.choices([f"c{i:02d}" for i in range(size)], weights, k=people))
    return [{f"d{i}": code for i, code in enumerate(codes)} for codes in zip(*columns, strict=True)]


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work returns, and its seconds."""
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def main(seed: int) -> None:
    """Print one line for each table."""
    policy = DisclosurePolicy.signed(
        by="bench", on=date(2025, 11, 3), id="bench", version="1", threshold=THRESHOLD
    )
    print(f"seed {seed}, threshold {THRESHOLD}")
    print("table      people  cells  small  extra  tabulate_s  protect_s  audit_s  verdict")
    for sizes, people in TABLES:
        dimensions = tuple(Dimension(id=f"d{i}", label_th="", label_en="") for i in range(len(sizes)))
        records = rows(sizes, people, seed)
        raw, tabulate_s = timed(partial(tabulate, records, dimensions=dimensions))
        protected, protect_s = timed(partial(protect, raw, policy=policy))
        result, audit_s = timed(partial(audit.attack, protected.table, rules=policy.rules()))
        small = len(assess(raw, policy=policy).primaries)
        extra = result.audited - small
        verdict = "passed" if result.passed else "FAILED"
        print(
            f"{'x'.join(map(str, sizes)):9} {people:7} {len(raw.counts):6} {small:6} {extra:6}"
            f" {tabulate_s:11.2f} {protect_s:10.2f} {audit_s:8.2f}  {verdict}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
