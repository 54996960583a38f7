"""What it takes to publish a table of some of the same people again: the first month, then both together.

Run ``python -m tests.bench.overlap``, with ``--tables 8x6x4`` for a look. Records are made up, most cells
are small. The second table is protected and attacked together with the first, which is in a ledger. Nothing
is asserted: times belong to the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from govlink.errors import ProtectionError
from govlink.models.release import Dimension
from govlink.statistics import DisclosurePolicy, prepare, publish_release, tabulate
from govlink.statistics.ledger import Ledger

_TABLES = ("8x6x4", "10x8x5", "12x10x5")
_RECORDS = 3_000
_SKEW = 0.8
_HEAD = f"{'table':9} {'release':8} {'cells':>6} {'hidden':>6} {'search':>9} {'gap':>5} {'seconds':>8}"


def _records(sizes: tuple[int, ...], month: str, draw: random.Random) -> list[dict[str, str]]:
    return [
        {"month": month}
        | {f"d{axis}": f"c{min(int(draw.paretovariate(_SKEW)), size):02d}" for axis, size in enumerate(sizes)}
        for _ in range(_RECORDS)
    ]


def _run(name: str, folder: Path) -> None:
    sizes, draw = tuple(int(size) for size in name.split("x")), random.Random(3)
    dimensions = tuple(
        Dimension(id=f"d{axis}", label_th=f"มิติ {axis}", label_en=f"d{axis}") for axis in range(len(sizes))
    )
    records = _records(sizes, "01", draw) + _records(sizes, "02", draw)
    policy = DisclosurePolicy.signed(
        by="bench", on=date(2026, 1, 1), id="bench", version="1", threshold=5, population=name
    )
    ledger = Ledger.open(folder / "ledger.jsonl")
    for release, months in (("first", ("01",)), ("both", ("01", "02"))):
        raw = tabulate(records, dimensions=dimensions, where=(("month", months),))
        start = f"{name:9} {release:8} {len(raw.counts):6,}"
        started = time.perf_counter()
        try:
            prepared = prepare(raw, policy=policy, ledger=ledger, name=release)
        except ProtectionError as error:
            print(f"{start} {error.code} {time.perf_counter() - started:8.1f}", flush=True)
            return
        seconds, report = time.perf_counter() - started, prepared.release.report
        gap = f"{report.gap:.0%}" if report.gap is not None else ""
        told = f"{report.cells_suppressed:6,} {report.search:>9} {gap:>5}"
        print(f"{start} {told} {seconds:8.1f}", flush=True)
        publish_release(prepared, folder / release, policy=policy, ledger=ledger)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", nargs="*", default=list(_TABLES))
    told = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}")
    print(_HEAD)
    for name in told.tables:
        with tempfile.TemporaryDirectory() as folder:
            _run(name, Path(folder))


if __name__ == "__main__":
    main()
