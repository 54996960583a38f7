"""Publishing a table by govlink and by ckanapi's users, on one real CKAN in one run.

Run ``python -m tests.bench.publish``, with ``--quick`` for a look. ckanapi carries calls and publishes no
tables, so its side is the plain script its users write (``ckanapi_baseline``): a new table is inserted by
the thousand, with every column a text, or with the types that govlink uses; later all rows are upserted,
because the script cannot tell which changed. New tables grow turn about, a slice of each, and an upsert is
measured before and after govlink's run, so that what slows the machine slows both. Upserting all rows takes
long, so a sample is measured and scaled (``~``). Each side is a process of its own, whose memory and
processor time are its own. Nothing is asserted: times belong to the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.ckan.catalogue import RealCatalogue, running_catalogue
from tests.ckan.environments import VERSIONS

from govlink.models.table import ColumnType

from .other_tools import pinned, python_with
from .publish_data import CKAN_FIELDS, COLUMNS, KEY, write_rows
from .publish_turns import Measured, take_turns

SLICE_ROWS, SAMPLE_ROWS = 50_000, 25_000
_HEAD = (
    f"{'case':12} {'client':26} {'rows/s':>9} {'ratio':>6} {'seconds':>9} {'reads':>6} {'writes':>7}"
    f" {'rows read':>10} {'rows sent':>10} {'peak MiB':>9} {'CPU s':>7}"
)


def versions() -> str:
    """Of what takes part, the server left aside."""
    python = platform.python_version()
    return f"{pinned('ckanapi')}, Python {python}, {os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}"


@dataclass(slots=True, kw_only=True)
class Table:
    """What is printed: a line for each measurement, and whether the targets were met."""

    rows: int
    verdicts: list[str] = field(default_factory=list)

    def add(self, case: str, client: str, found: Measured, *, against: Measured | None = None) -> None:
        """Print a line; less than all rows are scaled to all."""
        times, mark = self.rows / found.rows, "~" if found.rows < self.rows else ""
        counts = (found.reads, found.writes, found.rows_read, found.rows_sent)
        reads, writes, rows_read, rows_sent = (f"{mark}{round(count * times):,}" for count in counts)
        seconds, cpu_s = (f"{mark}{value * times:,.1f}" for value in (found.seconds, found.cpu_s))
        ratio = f"{found.rate / against.rate:.2f}" if against else ""
        print(
            f"{case:12} {client:26} {found.rate:9,.0f} {ratio:>6} {seconds:>9} {reads:>6} {writes:>7}"
            f" {rows_read:>10} {rows_sent:>10} {found.peak_mib:9.1f} {cpu_s:>7}",
            flush=True,
        )

    def judge(self, what: str, *, met: bool) -> None:
        """Keep a verdict for the end."""
        self.verdicts.append(f"{'met    ' if met else 'NOT MET'}  {what}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One catalogue, and the same rows for both: as they were, and with one in a hundred changed."""

    catalogue: RealCatalogue
    table: Table
    before: Path
    after: Path

    def govlink(self, path: Path) -> tuple[str, str, object]:
        """Publish this file."""
        return sys.executable, "tests.bench.publish_govlink", {**self._told(path), "name": "bench-govlink"}

    def ckanapi(
        self, path: Path, *, is_typed: bool = False, is_new: bool = False, first: int = 0, end: int
    ) -> tuple[Path, str, object]:
        """Send these rows of the file."""
        told = {
            **self._told(path),
            "name": "bench-ckanapi-typed" if is_typed else "bench-ckanapi",
            "types": {c.id: (c.type if is_typed else ColumnType.TEXT).value for c in COLUMNS},
            "key": KEY,
            "dataset": {**CKAN_FIELDS, "title": f"ckanapi {is_typed}"} if is_new else None,
            "first": first,
            "end": end,
        }
        return python_with("ckanapi"), "tests.bench.ckanapi_baseline", told

    def _told(self, path: Path) -> dict[str, object]:
        catalogue = self.catalogue
        return {
            "url": catalogue.url,
            "token": catalogue.editor_token,
            "path": str(path),
            "slice_rows": min(SLICE_ROWS, self.table.rows // 10),
        }

    def new(self) -> None:
        """A new dataset: turn about, a slice of each."""
        rows, table = self.table.rows, self.table
        ours, texts, typed = take_turns(
            self.govlink(self.before),
            self.ckanapi(self.before, is_new=True, end=rows),
            self.ckanapi(self.before, is_new=True, is_typed=True, end=min(rows, 2 * SAMPLE_ROWS)),
        )
        table.add("new", "ckanapi, all texts", texts)
        table.add("new", "ckanapi, govlink's types", typed)
        table.add("new", "govlink", ours, against=texts)
        ratio = ours.rate / texts.rate
        if self.catalogue.version == "2.11":
            table.judge(f"new: {ratio:.2f} times ckanapi's rows/s, wanted 1.5", met=ratio >= 1.5)
        table.judge(f"new: peak {ours.peak_mib:.0f} MiB, wanted 150", met=ours.peak_mib <= 150)

    def later(self, case: str) -> Measured:
        """A dataset that is there: ckanapi's script, govlink, ckanapi's script again."""
        count = min(SAMPLE_ROWS, self.table.rows // 2)
        (early,) = take_turns(self.ckanapi(self.after, end=count))
        (ours,) = take_turns(self.govlink(self.after))
        (late,) = take_turns(self.ckanapi(self.after, first=count, end=2 * count))
        theirs = early.plus(late)
        self.table.add(case, "ckanapi, upsert of all", theirs)
        self.table.add(case, "govlink", ours, against=theirs)
        return ours

    def run(self) -> None:
        """All cases that need a server."""
        self.new()
        self.later("1 % changed")
        same = self.later("unchanged")
        self.table.judge(f"unchanged: {same.writes} writes, wanted 0", met=same.writes == 0)


def on_servers(rows: int, chosen: tuple[str, ...], folder: Path) -> None:
    """Both clients on each version of CKAN."""
    before = write_rows(folder / "before.csv", rows)
    after = write_rows(folder / "after.csv", rows, is_changed=True)
    for version in chosen:
        with running_catalogue(version) as catalogue:
            print(f"\nCKAN {version}, {rows:,} rows x {len(COLUMNS)} columns; {versions()}\n{_HEAD}")
            table = Table(rows=rows)
            Bench(catalogue=catalogue, table=table, before=before, after=after).run()
            print(*table.verdicts, sep="\n")


def without_server(work: str, rows: int, folder: Path) -> None:
    """``prepare`` alone, or ``stream`` to a catalogue that only counts: rows in no order, and no server."""
    path = write_rows(folder / "scattered.csv", rows, is_scattered=True)
    print(
        f"\n{work}, {rows:,} rows x {len(COLUMNS)} columns in no order, NO SERVER; {versions()}", flush=True
    )
    (found,) = take_turns((sys.executable, "tests.bench.publish_memory", {"work": work, "path": str(path)}))
    path.unlink()
    table = Table(rows=rows)
    if work == "stream":
        print(_HEAD)
        table.add(work, "govlink", found)
    table.judge(f"{work}: peak {found.peak_mib:.0f} MiB, wanted 150", met=found.peak_mib <= 150)
    print(*table.verdicts, sep="\n", flush=True)


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.publish", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--rows", type=int, default=1_000_000)
    size.add_argument("--quick", action="store_const", dest="rows", const=20_000, help="20 000 rows")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--version", choices=VERSIONS, default="2.11", help="of CKAN")
    which.add_argument("--both", action="store_true", help="versions of CKAN")
    parts = ("server", "prepare", "stream")
    parser.add_argument("--only", choices=parts, help="stream: ten times the rows, and no server")
    given = parser.parse_args()
    wanted = (given.only,) if given.only else parts
    with tempfile.TemporaryDirectory(prefix="govlink-bench-") as name:
        if "server" in wanted:
            on_servers(given.rows, VERSIONS if given.both else (given.version,), Path(name))
        if "prepare" in wanted:
            without_server("prepare", given.rows, Path(name))
        if "stream" in wanted:
            without_server("stream", 10 * given.rows, Path(name))


if __name__ == "__main__":
    main()
