"""``govlink adapters``: which platforms are installed and what they can do."""

from __future__ import annotations

from typing import Annotated

import typer

from ..registry import installed_adapters, load_adapter
from .output import print_json, print_table

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("adapters")(adapters)


def adapters(
    name: Annotated[str | None, typer.Argument(help="Show what this platform can and cannot do.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the installed adapters; with a name, its capabilities and absences."""
    if name is not None:
        _one(name, json=json)
        return
    rows = [(a.name, a.distribution, a.version) for a in installed_adapters().values()]
    if json:
        print_json([{"name": n, "distribution": d, "version": v} for n, d, v in rows])
    else:
        print_table("Adapters", ("name", "distribution", "version"), rows)


def _one(name: str, *, json: bool) -> None:
    adapter = load_adapter(name)
    if json:
        absences = [
            {"capability": a.capability, "reason": a.reason.value, "explanation": a.explanation}
            for a in adapter.absences
        ]
        print_json(
            {
                "name": adapter.name,
                "title_th": adapter.title_th,
                "title_en": adapter.title_en,
                "mark": adapter.mark.value,
                "provides": sorted(adapter.provides),
                "absences": absences,
            }
        )
        return
    rows = [(capability, "yes", "") for capability in sorted(adapter.provides)]
    rows += [(a.capability, a.reason.value, a.explanation) for a in adapter.absences]
    print_table(f"{adapter.title_en} ({adapter.mark.value})", ("capability", "provided", "why not"), rows)
