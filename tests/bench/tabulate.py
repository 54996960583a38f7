"""Tabulating beside DuckDB statements written by hand: ``python -m tests.bench.tabulate [rows] [repeats]``.

Six dimensions (24 months, 60 countries, 6 levels, 3 sexes, 8 age bands, 4 outcomes: 1,921,500 cells with
their totals) over synthetic records in a Parquet file, skewed and independent. Every run is a process of its
own, so that its peak memory is its own; the ways take turns. The hand-written ways leave their result in the
engine, while ``tabulate`` brings it to Python, checked and in canonical order. All ways must count the same
cells. Processor time tells more than elapsed time on a machine with other work. Figures are for reading,
nothing is asserted but that the ways agree.
"""

# ruff: noqa: S608 - statements of constants over a file of our own

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time

import duckdb

from govlink.models.release import Dimension

SIZES = {"month": 24, "country": 60, "level": 6, "sex": 3, "age": 8, "outcome": 4}
NAMES = ", ".join(SIZES)
Run = tuple[float, float, float]
"""Elapsed seconds, processor seconds and peak megabytes."""
Answer = tuple[int, int]
"""How many cells hold somebody, totals included, and the sum over all cells."""


def make_records(path: Path, rows: int) -> None:
    """Write the records; the same number gives the same records."""
    columns = []
    for at, (name, size) in enumerate(SIZES.items()):
        drawn = f"(hash(i * 7 + {at}) % 1000003) / 1000003.0"
        # Squared, because first codes are to be more frequent than last ones.
        code = f"lpad(floor(power({drawn}, 2) * {size})::INT::VARCHAR, 2, '0')"
        columns.append(f"'{name[:2]}' || {code} AS {name}")
    draws = ", ".join(columns)
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '4GB'")
        relation = connection.sql(f"SELECT {draws} FROM range({rows}) t(i)")
        relation.write_parquet(str(path))


def by_govlink(path: Path) -> Answer:
    """Ours."""
    from govlink.statistics.tabulate import tabulate

    dimensions = tuple(Dimension(id=name, label_th="", label_en="") for name in SIZES)
    counts = tabulate(path, dimensions=dimensions).counts
    return sum(map(bool, counts)), sum(counts)


def by_hand(path: Path, *statements: str) -> Answer:
    """Statements over a view of the file, the last of which makes the table ``cells``."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW records AS SELECT * FROM read_parquet('{path}')")
        for statement in statements:
            connection.execute(statement)
        ((cells, total),) = connection.execute("SELECT count(*), sum(n) FROM cells").fetchall()
        return int(cells), int(total)


def in_steps(path: Path) -> Answer:
    """Finest cells first, then all totals from them: the best we can write."""
    return by_hand(
        path,
        f"CREATE TABLE finest AS SELECT {NAMES}, count(*) AS n FROM records GROUP BY ALL",
        f"CREATE TABLE cells AS SELECT {NAMES}, sum(n) AS n FROM finest GROUP BY CUBE ({NAMES})",
    )


def at_once(path: Path) -> Answer:
    """One CUBE over the records."""
    return by_hand(
        path, f"CREATE TABLE cells AS SELECT {NAMES}, count(*) AS n FROM records GROUP BY CUBE ({NAMES})"
    )


def finest_only(path: Path) -> Answer:
    """The finest cells without any total: the least that anybody must do."""
    return by_hand(path, f"CREATE TABLE cells AS SELECT {NAMES}, count(*) AS n FROM records GROUP BY ALL")


WAYS: Mapping[str, Callable[[Path], Answer]] = {
    "govlink": by_govlink,
    "finest, then cube": in_steps,
    "cube": at_once,
    "finest only": finest_only,
}


def measured(way: str, path: Path) -> tuple[Run, Answer]:
    """The figures and the answer of one way in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.tabulate", "--way", way, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    run, answer = json.loads(done.stdout.splitlines()[-1])
    return tuple(run), tuple(answer)


def one_way(way: str, path: Path) -> None:
    """Print the figures of one way, run here."""
    start, cpu = perf_counter(), process_time()
    answer = WAYS[way](path)
    elapsed_s, cpu_s = perf_counter() - start, process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([[elapsed_s, cpu_s, peak_mb], answer]))


def main(rows: int, repeats: int) -> None:
    """Print one line for each way."""
    runs = {way: list[Run]() for way in WAYS}
    answers = set[Answer]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.parquet"
        make_records(path, rows)
        size_mb = path.stat().st_size / 1e6
        print(f"{rows} rows, {size_mb:.0f} MB of Parquet, {repeats} runs each, DuckDB {duckdb.__version__}")
        for way in [*WAYS] * repeats:
            run, answer = measured(way, path)
            runs[way].append(run)
            if way != "finest only":
                answers.add(answer)
    if len(answers) != 1:
        raise SystemExit(f"the ways do not agree: {answers}")
    middle = {way: tuple(map(statistics.median, zip(*done, strict=True))) for way, done in runs.items()}
    ours = middle["govlink"]
    print("way                elapsed_s (least-most)   cpu_s  peak_MB  govlink to it: elapsed  cpu")
    for way, (elapsed_s, cpu_s, _) in middle.items():
        elapsed, _, peaks_mb = zip(*runs[way], strict=True)
        spread = f"({min(elapsed):.2f}-{max(elapsed):.2f})"
        ratios = f"{ours[0] / elapsed_s:22.2f} {ours[1] / cpu_s:5.2f}"
        print(f"{way:18} {elapsed_s:9.2f} {spread:15} {cpu_s:6.2f} {max(peaks_mb):8.0f} {ratios}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        one_way(sys.argv[2], Path(sys.argv[3]))
    else:
        given = [int(argument.replace("_", "")) for argument in sys.argv[1:]]
        main(*(given + [50_000_000, 3][len(given) :]))
