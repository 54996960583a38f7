"""Writes the made-up counts of fixtures/statistics: ``python -m tests.releases.counts [--into FOLDER]``.

A register of petitions over three years is filled through the engine and counted. The same code writes
the same bytes.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path

from govlink.demo.years import fill_log
from govlink.equivalence.events import Event
from govlink.equivalence.outbox import PlannedEffect
from govlink.equivalence.petition import Petition
from govlink.equivalence.statistics_rows import (
    Row,
    first_decisions,
    origin_rows,
    petition_rows,
    province_rows,
    refusal_rows,
    reissue_rows,
    turnaround_rows,
)
from govlink.statistics import EQUIVALENCE_DATASETS

__all__ = ["AS_OF", "FOLDER", "Log", "main", "rows_of", "write"]

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "statistics"
AS_OF = date(2026, 1, 1)
PETITIONS = 3000
TOTAL = "_T"
TOTALS_OF = {"eq_foreign_origin_year": ("outcome",)}
"""Columns whose totals are written as well; the others are completed by whoever reads the file."""


class Log:
    """A log of petitions in memory."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[Event, ...]] = {}

    def append(
        self,
        stream: str,
        *,
        expected_version: int,
        events: Sequence[Event],
        effects: Sequence[PlannedEffect] = (),
    ) -> int:
        """Add to a stream."""
        assert not effects
        self.events[stream] = (*self.events.get(stream, ()), *events)
        return expected_version + len(events)

    def load(self, stream: str) -> tuple[Event, ...]:
        """The events of a stream."""
        return self.events.get(stream, ())


def rows_of(decided: Sequence[Petition], *, provinces: dict[str, str], as_of: date) -> dict[str, list[Row]]:
    """The rows of every data set, by its name."""
    return {
        "eq_petitions_month": list(petition_rows(decided, as_of=as_of)),
        "eq_foreign_origin_year": list(origin_rows(decided, as_of=as_of)),
        "eq_reissue_year": list(reissue_rows(decided, as_of=as_of)),
        "eq_refusal_reasons_year": list(refusal_rows(decided, as_of=as_of)),
        "eq_turnaround_quarter": list(turnaround_rows(decided, as_of=as_of)),
        "eq_applicant_province_year": list(province_rows(decided, as_of=as_of, provinces=provinces)),
    }


def write(path: Path, rows: Sequence[Row], *, columns: tuple[str, ...], totals: tuple[str, ...]) -> None:
    """Write a long table of counts: cells that are empty are left out, and so are most totals."""
    counts = Counter[tuple[str, ...]]()
    for row in rows:
        codes = [(row[name], TOTAL) if name in totals else (row[name],) for name in columns]
        counts.update(product(*codes))
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow((*columns, "count"))
        lines.writerows((*cell, count) for cell, count in sorted(counts.items()))


def main() -> None:
    """Write them where they are kept, or into another folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=FOLDER)
    folder = parser.parse_args().into
    log = Log()
    register = fill_log(log, petitions=PETITIONS)
    decided = list(first_decisions(log, log.events))
    rows = rows_of(decided, provinces=dict(register.provinces), as_of=AS_OF)
    for dataset in EQUIVALENCE_DATASETS:
        columns = tuple(dimension.id for dimension in dataset.dimensions)
        path = folder / f"{dataset.name}.csv"
        write(path, rows[dataset.name], columns=columns, totals=TOTALS_OF.get(dataset.name, ()))


if __name__ == "__main__":
    main()
