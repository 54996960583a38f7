"""``govlink statistics``: count, judge, protect, attack and show tables of counts about people."""

from __future__ import annotations

import typer

from . import statistics_audit, statistics_count, statistics_microdata, statistics_protect, statistics_sign

__all__ = ["add_to"]

EXITS = (
    "Exit codes: 0 done, and nothing is unprotected · 64 mistyped · 65 data or policy refused · 73 another"
    " run was noted in the ledger meanwhile: run again · 78 a file or option · 79 the ledger was altered"
    " · 80 may not be published"
)


def add_to(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(
        help="Protect statistics about people, and attack them before others do.", epilog=EXITS
    )
    for module in (
        statistics_count,
        statistics_protect,
        statistics_audit,
        statistics_sign,
        statistics_microdata,
    ):
        module.add_to(group)
    app.add_typer(group, name="statistics")
