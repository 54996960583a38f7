"""How long rounding, cell keys and microdata measures take: ``python -m tests.bench.other_methods [part …]``.

Parts are ``rounding``, ``cell_key``, ``exposure``, ``measures`` and ``lattice``; all without an argument.
Tables and records are synthetic: skewed, with independent dimensions. Figures are for reading, nothing is
asserted.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, TypeVar

import duckdb
from pydantic import SecretStr

from govlink.errors import ProtectionError
from govlink.models.release import Dimension
from govlink.statistics.cell_key import RecordKeys, keyed_cells, with_cell_keys
from govlink.statistics.methods import perturb_table, round_table
from govlink.statistics.microdata import Sensitive, by_intervals, measure, search_lattice
from govlink.statistics.policy import DisclosurePolicy, NoiseRule
from govlink.statistics.tabulate import tabulate

T = TypeVar("T")
Spent = tuple[float, float]
KEYS = RecordKeys(SecretStr(sha256(b"of benchmarks, and of nothing else: 97").hexdigest()))
REPEATS = 3
RECORDS = """
    'EQ-' || range AS id,
    (24 * random() * random())::INT::VARCHAR AS month, (60 * random() * random())::INT::VARCHAR AS country,
    (random() * 5)::INT::VARCHAR AS level, (random() * 2)::INT::VARCHAR AS sex,
    (random() * 7)::INT::VARCHAR AS age, (random() * random() * 4)::INT::VARCHAR AS outcome,
    (random() * 120)::INT::VARCHAR AS days
"""


def rows(sizes: tuple[int, ...], people: int, seed: int) -> list[dict[str, object]]:
    """Records whose categories thin out towards the end of each dimension."""
    draw = random.Random(seed)
    columns = []
    for size in sizes:
        weights = [draw.uniform(0.7, 1.3) / (i + 1) ** 0.9 for i in range(size)]
        columns.append(draw.choices([f"c{i:02d}" for i in range(size)], weights, k=people))
    return [
        {"id": f"{seed}-{number}"} | {f"d{i}": code for i, code in enumerate(codes)}
        for number, codes in enumerate(zip(*columns, strict=True))
    ]


def dimensions(names: Iterable[str]) -> tuple[Dimension, ...]:
    """Plain ones."""
    return tuple(Dimension(id=name, label_th="", label_en="") for name in names)


def policy(**values: Any) -> DisclosurePolicy:
    """A threshold of five."""
    filled = {"id": "bench", "version": "1", "threshold": 5} | values
    return DisclosurePolicy.signed(by="bench", on=date(2025, 11, 3), **filled)


def timed(work: Callable[[], T]) -> tuple[T, Spent]:
    """What the work returns, and its seconds by the clock and of all processors."""
    start = perf_counter(), process_time()
    result = work()
    return result, (perf_counter() - start[0], process_time() - start[1])


def line(name: str, spent: list[Spent], rest: str = "") -> None:
    """One figure with its spread."""
    seconds = [clock for clock, _ in spent]
    least, most = min(seconds), max(seconds)
    work = median(processor for _, processor in spent)
    spread = f"median {median(seconds):7.3f} s, from {least:.3f} to {most:.3f}"
    print(f"{name:46} {spread}; processor {work:7.3f} s; n={len(spent)}  {rest}", flush=True)


def rounding() -> None:
    """Ten seeds of one shape, every base; seconds include both audits."""
    for base in (3, 5, 10):
        seconds, gaps, widened = [], [], []
        rule = policy(method="round", rounding_base=base, threshold=3)
        for seed in range(1, 11):
            raw = tabulate(rows((20, 12, 6), 10_000, seed), dimensions=dimensions(("d0", "d1", "d2")))
            (_, facts), spent = timed(partial(round_table, raw, policy=rule))
            seconds.append(spent)
            gaps.append(facts.gap)
            widened.append(facts.widened)
        line(
            f"round 20x12x6, 10,000 people, base {base}", seconds, f"gap {max(gaps)}, widened {max(widened)}"
        )


def cell_key(path: Path) -> None:
    """A million records from the file to the published table."""
    for names in (("month", "country", "level"), ("month", "country", "level", "sex", "age")):
        rule = policy(method="cell_key", noise=NoiseRule(bound=15, variance=Decimal(8)), max_dimensions=6)
        raw, spent = timed(partial(tabulate, path, dimensions=dimensions(names)))
        shape = "x".join(map(str, raw.sizes()))
        line(f"tabulate {shape}, 1 M records", [spent], f"{len(raw.counts)} cells")
        group = [
            timed(partial(keyed_cells, path, dimensions=names, record_id="id", keys=KEYS))
            for _ in range(REPEATS)
        ]
        line(f"keyed_cells {shape}", [s for _, s in group])
        keyed, spent = timed(partial(with_cell_keys, raw, path, keys=KEYS, identifier="id"))
        line(f"with_cell_keys {shape}", [spent])
        try:
            _, spent = timed(partial(perturb_table, keyed, policy=rule))
            line(f"perturb_table {shape}, audits included", [spent])
        except ProtectionError as error:
            print(f"perturb_table {shape}: refused, {error.code}")


def exposure() -> None:
    """How often the sums of a sparse table give a small count away, by the noise."""
    for bound, variance in ((5, 2), (6, 2), (8, 4), (10, 4), (15, 8)):
        rule = policy(method="cell_key", noise=NoiseRule(bound=bound, variance=Decimal(variance)))
        refused = 0
        for seed in range(1, 11):
            records = rows((10, 8, 5), 500, seed)
            raw = tabulate(records, dimensions=dimensions(("d0", "d1", "d2")))
            try:
                perturb_table(with_cell_keys(raw, records, keys=KEYS, identifier="id"), policy=rule)
            except ProtectionError:
                refused += 1
        print(f"10x8x5, 500 people, bound {bound}, variance {variance}: {refused} of 10 tables refused")


def measures(path: Path) -> None:
    """k, l and t of a million records, the file read each time."""
    quasi = ("month", "level", "sex", "age", "country")
    plain, ordered = Sensitive(column="outcome"), Sensitive(column="days", order="numbers")
    for sensitive in ((), (plain,), (ordered,), (plain, ordered)):
        runs = [
            timed(partial(measure, path, quasi_identifiers=quasi, sensitive=sensitive))
            for _ in range(REPEATS)
        ]
        found = runs[0][0]
        names = "+".join(["k", *("l,t" if s.order is None else "l,t ordered" for s in sensitive)])
        line(f"measure {names}", [s for _, s in runs], f"k {found.k}, {found.classes} classes")


def lattice(path: Path) -> None:
    """Nine levels and fewer over six columns of a million records."""
    widths = {
        "month": (3, 6, 12),
        "country": (5, 10, 30),
        "level": (2,),
        "sex": (),
        "age": (2, 4),
        "days": (7, 28),
    }
    hierarchies = tuple(by_intervals(name, widths=steps) for name, steps in widths.items())
    work = partial(search_lattice, path, hierarchies=hierarchies, k=10, suppress_share=0.02)
    for find, searched in (
        ("all_minimal", partial(work, find="all_minimal")),
        ("cheapest", partial(work, find="cheapest")),
    ):
        runs = [timed(searched) for _ in range(3)]
        found = runs[0][0]
        rest = f"{found.evaluated} of {found.lattice} nodes looked at, {len(found.nodes)} found"
        line(f"search_lattice {find}", [s for _, s in runs], rest)


def main(parts: list[str]) -> None:
    """Print the parts asked for."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.parquet"
        with duckdb.connect() as connection:
            connection.execute("SELECT setseed(0.5)")
            connection.execute(f"COPY (SELECT {RECORDS} FROM range(1_000_000)) TO '{path}'")  # noqa: S608 - a constant of ours
        work: dict[str, Callable[[], None]] = {
            "rounding": rounding,
            "cell_key": partial(cell_key, path),
            "exposure": exposure,
            "measures": partial(measures, path),
            "lattice": partial(lattice, path),
        }
        for part in parts or list(work):
            work[part]()


if __name__ == "__main__":
    main(sys.argv[1:])
