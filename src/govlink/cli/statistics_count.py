"""``govlink statistics tabulate`` and ``assess``: true counts, which never reach the terminal."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, Fault
from .output import print_json, print_table
from .statistics_options import (
    CountColumn,
    DimensionNames,
    Filters,
    Input,
    Json,
    Policy,
    TotalOf,
    Where,
    counted,
    listed,
    where_of,
    working,
)

if TYPE_CHECKING:  # the counting engine is loaded by the commands that need it
    from ..statistics.tabulate import RawTable

__all__ = ["add_to"]

SUMS_UNWRITTEN = Fault(
    "statistics.sums_not_written",
    en="--out writes counts only: a long table of sums does not tell who is behind them; protect the records"
    " with --dimensions and --sum",
    th="--out เขียนได้เฉพาะจำนวนนับ เพราะตารางแบบยาวไม่บอกว่าผลรวมมาจากกี่ระเบียน "
    " ให้ปกปิดจากระเบียนโดยตรงด้วย --dimensions และ --sum",
)

_NAMED = 50


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``govlink statistics``."""
    group.command("tabulate")(tabulate)
    group.command("assess")(assess)


def tabulate(
    records: Input,
    dimensions: Annotated[
        str, typer.Option("--dimensions", metavar="A,B,…", help="The columns to count by.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the TRUE counts here, with mode 600.")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option("--policy", metavar="POLICY.toml", help="Gives hierarchies and codes to be collapsed."),
    ] = None,
    where: Filters = None,
    total_of: TotalOf = None,
    json: Json = False,
) -> None:
    """Count records by a few columns, totals included.

    What is printed tells the size of the table and no count. --out writes the true counts, for 'protect':
    the file is for nobody else.
    """
    from .._private_files import replace_private

    if out is not None and total_of:
        raise ConfigError(SUMS_UNWRITTEN)
    raw = _counted(records, listed(dimensions), policy=policy, where=where_of(where), total_of=total_of)
    if out is not None:
        replace_private(out.absolute(), _long(raw))
        sys.stderr.write(
            f"govlink: {out.name} holds TRUE counts, before protection; only you can read it · "
            "ไฟล์นี้เป็นจำนวนจริงก่อนการปกปิด ห้ามเผยแพร่\n"
        )
    sizes = {d.id: len(codes) for d, codes in zip(raw.dimensions, raw.categories, strict=True)}
    if json:
        print_json({"dimensions": sizes, "cells": len(raw.counts), "out": str(out) if out else None})
    else:
        rows = [*((f"codes of {name}", size) for name, size in sizes.items()), ("cells", len(raw.counts))]
        print_table(f"Counted {records.name}", ("what", "number"), rows)


def assess(
    table: Input,
    policy: Policy,
    dimensions: DimensionNames = None,
    total_of: TotalOf = None,
    count_column: CountColumn = "count",
    where: Filters = None,
    cells: Annotated[
        bool,
        typer.Option("--cells", help="Name the cells too: for the agency's eyes, it tells they are small."),
    ] = False,
    json: Json = False,
) -> None:
    """Tell how many cells of a long table of counts a policy wants hidden, and why. No count is shown."""
    from ..statistics.assess import assess as judge
    from ..statistics.policy import load_policy

    rules = load_policy(policy)
    with working(f"judge {table.name}"):
        raw = counted(
            table,
            policy=rules,
            dimensions=listed(dimensions),
            total_of=total_of,
            where=rules.subject(where=where_of(where)).where,
            count_column=count_column,
        )
        found = judge(raw, policy=rules)
    reasons = Counter(reason for primary in found.primaries for reason in primary.reasons)
    share = round(len(found.primaries) / len(raw.counts), 6)
    content: dict[str, object] = {
        "cells": len(raw.counts),
        "primaries": len(found.primaries),
        "share": share,
        "reasons": dict(sorted(reasons.items())),
        "warnings": list(found.warnings),
    }
    keys = tuple(raw.keys()) if cells else ()
    named = [{"keys": keys[p.number], "reasons": p.reasons} for p in found.primaries] if cells else []
    if json:
        print_json(content | ({"named": named} if cells else {}))
        return
    rows = [("cells", len(raw.counts)), ("to hide", f"{len(found.primaries):,} ({share:.1%})")]
    rows += [(f"because of {reason}", number) for reason, number in sorted(reasons.items())]
    rows += [("warning", warning) for warning in found.warnings]
    print_table(f"{table.name} by {rules.id} {rules.version}", ("what", "number"), rows)
    if cells:
        lines = [(", ".join(p["keys"]), ", ".join(p["reasons"])) for p in named[:_NAMED]]
        print_table(f"Cells to hide, {len(lines)} of {len(named)}", ("cell", "reasons"), lines)


def _counted(
    records: Path, dimensions: tuple[str, ...], *, policy: Path | None, where: Where, total_of: str | None
) -> RawTable:
    from ..models.release import Dimension
    from ..statistics.policy import load_policy
    from ..statistics.tabulate import COUNT, Sum, tabulate

    rules = load_policy(policy) if policy else None
    with working(f"count {records.name}"):
        if rules is not None:
            within = rules.subject(where=where).where
            return counted(records, policy=rules, dimensions=dimensions, where=within, total_of=total_of)
        columns = tuple(Dimension(id=name, label_th=name, label_en=name) for name in dimensions)
        measure = Sum(column=total_of) if total_of else COUNT
        return tabulate(records, dimensions=columns, measure=measure, where=where)


def _long(raw: RawTable) -> bytes:
    """The long table that ``read_counts`` takes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*(dimension.id for dimension in raw.dimensions), "count"])
    writer.writerows((*keys, count) for keys, count in zip(raw.keys(), raw.counts, strict=True))
    return text.getvalue().encode("utf-8-sig")
