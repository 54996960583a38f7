"""``govlink demo``: the whole service on this machine, against simulated platforms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import print_json, print_line, print_table, progress_bar
from .sandbox import simulated_adapters

if TYPE_CHECKING:
    from ..demo.run import DemoResult

__all__ = ["add_to"]


FACTS = (
    "certificates",
    "http_requests",
    "tokens_validated",
    "notifications",
    "effects_failed",
    "published_cells",
    "suppressed_cells",
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    petitions: Annotated[int, typer.Option(min=1, max=100_000, help="How many petitions.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed leaves the same files.")] = 2567,
    out: Annotated[Path, typer.Option(help="The folder left behind.")] = Path("govlink-demo"),
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Carry petitions from filing to certificate and publish the month's anonymised table."""
    from ..demo.run import DemoOptions, run_demo
    from ..demo.summary import summary_of

    options = DemoOptions(petitions=petitions, seed=seed, out=out)
    with progress_bar("petitions", total=petitions) as advance:
        result = run_demo(options, adapters=simulated_adapters(), advance=advance)
    summary = summary_of(result)
    seconds = {phase: round(s, 2) for phase, s in result.seconds.items()}
    if json:
        print_json({**summary, "seconds": seconds, "out": str(out)})
        return
    _print(result, seconds=seconds, out=out)


def _print(result: DemoResult, *, seconds: dict[str, float], out: Path) -> None:
    from ..demo.summary import outcomes_by_service, summary_of

    by_service = outcomes_by_service(result)
    outcomes = sorted({outcome for counts in by_service.values() for outcome in counts})
    rows = []
    for outcome in outcomes:
        counts = [by_outcome.get(outcome, 0) for by_outcome in by_service.values()]
        rows.append((outcome.replace("_", " "), *counts, sum(counts)))
    headers = [service.replace("_", "\n") for service in by_service]  # so that 80 columns hold them all
    print_table("Petitions by outcome and service", ("outcome", *headers, "all"), rows)
    summary = summary_of(result)
    facts = [(name.replace("_", " "), summary[name]) for name in FACTS]
    print_table("What it took", ("what", "count"), facts)
    print_table("Time", ("phase", "seconds"), list(seconds.items()))
    state = result.publication.state.value
    print_line(f"Dataset {result.publication.dataset} is {state} on the simulated catalogue. Files: {out}")
