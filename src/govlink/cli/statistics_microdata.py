"""``govlink statistics microdata``: how alike the records of a file are. Nothing becomes publishable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import print_json, print_table
from .statistics_options import Json, listed, working

if TYPE_CHECKING:  # the counting engine is loaded by the command that needs it
    from ..statistics.microdata import Measures, Sensitive

__all__ = ["add_to"]

_NUMBERS = ":numbers"


def add_to(group: typer.Typer) -> None:
    """Add the command to ``govlink statistics``."""
    group.command("microdata")(microdata)


def microdata(
    records: Annotated[Path, typer.Argument(metavar="FILE", help="Records: a .csv or .parquet file.")],
    quasi: Annotated[
        str, typer.Option("--quasi", metavar="A,B,…", help="Columns by which somebody might be recognised.")
    ],
    sensitive: Annotated[
        str | None,
        typer.Option(
            "--sensitive", metavar="C,D:numbers,…", help="Columns nobody should learn; ':numbers' if ordered."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Measure k-anonymity, l-diversity and t-closeness of a file, each by one fixed definition.

    For an agency that must judge a file it holds. Publishing records about persons stays refused.
    """
    from ..statistics.microdata import measure

    with working(f"measure {records.name}"):
        found = measure(
            records,
            quasi_identifiers=listed(quasi),
            sensitive=tuple(_sensitive(text) for text in listed(sensitive)),
        )
    if json:
        print_json(_content(found))
        return
    facts = [
        ("records", found.records),
        ("classes", found.classes),
        ("k", found.k),
        ("records alone in their class", f"{found.unique_share:.2%}"),
    ]
    print_table(f"{records.name} by {', '.join(found.quasi_identifiers)}", ("measure", "value"), facts)
    if found.sensitive:
        rows = [
            (s.column, s.distinct_l, f"{s.entropy_l:.3f}", f"{s.t:.4f}", s.distance) for s in found.sensitive
        ]
        print_table("Sensitive columns", ("column", "distinct l", "entropy l", "t", "distance"), rows)


def _sensitive(text: str) -> Sensitive:
    from ..statistics.microdata import Sensitive

    numbers = text.endswith(_NUMBERS)
    return Sensitive(column=text.removesuffix(_NUMBERS), order="numbers" if numbers else None)


def _content(found: Measures) -> dict[str, object]:
    return {
        "records": found.records,
        "quasi_identifiers": found.quasi_identifiers,
        "classes": found.classes,
        "k": found.k,
        "unique_share": found.unique_share,
        "sensitive": [
            {
                "column": s.column,
                "distinct_l": s.distinct_l,
                "entropy_l": s.entropy_l,
                "recursive_c": s.recursive_c,
                "t": s.t,
                "distance": s.distance,
            }
            for s in found.sensitive
        ],
    }
