"""``govlink sandbox``: serve every installed adapter's simulator until interrupted."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ..interfaces import AnyAdapter
from ..registry import installed_adapters, load_adapter
from .output import print_json, print_table

__all__ = ["add_to", "simulated_adapters"]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sandbox")(sandbox)


def simulated_adapters() -> tuple[AnyAdapter, ...]:
    """The installed adapters that bring a simulator."""
    loaded = (load_adapter(name) for name in installed_adapters())
    return tuple(a for a in loaded if a.simulator is not None)


def sandbox(
    port: Annotated[int, typer.Option(help="Loopback port; 0 takes a free one.", min=0, max=65535)] = 8440,
    seed: Annotated[str, typer.Option(help="Everything random in the sandbox follows from it.")] = "govlink",
    write_config: Annotated[
        Path | None, typer.Option(help="Write a govlink.toml that reaches this sandbox.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Serve the simulated platforms on this machine. Stop with Ctrl-C."""
    from ..sandbox.files import write_sandbox_config
    from ..sandbox.residents import move_in
    from ..sandbox.server import running_sandbox
    from ..sandbox.toolkit import World

    shown, world = simulated_adapters(), World(seed=seed)
    move_in(world)
    with _until_stopped() as wait, running_sandbox(shown, port=port, world=world) as running:
        if write_config is not None:
            write_sandbox_config(write_config, shown, running)
        addresses = [(a.name, f"{running.url}/{a.name}", a.mark.value) for a in shown]
        if json:
            print_json({"url": running.url, "platforms": {n: u for n, u, _ in addresses}})
        else:
            print_table(f"govlink sandbox at {running.url}", ("platform", "address", "rests on"), addresses)
            print_table(
                "Registered here, and nowhere else", ("number", "name", "born", "laser code"), _registered()
            )
            typer.echo(f"Console: {running.url}/   Phone (ทางรัฐ): {running.url}/phone")
        wait()


def _registered() -> list[tuple[str, str, str, str]]:
    """The synthetic people and companies, with what a look-up asks for."""
    from ..sandbox.residents import COMPANIES, RESIDENTS

    people = [
        (p.citizen_id, f"{p.first_name} {p.last_name}", p.birth_date.compact_be(), p.laser_code)
        for p in RESIDENTS
    ]
    return people + [(c.juristic_id, c.name_th, "", "") for c in COMPANIES]


@contextmanager
def _until_stopped() -> Iterator[Callable[[], None]]:
    """A wait that Ctrl-C and SIGTERM end; both end it from the first moment on, told or not."""
    # Not an Event: a second signal may interrupt the first one's handler, which would hold its lock.
    signals: list[int] = []
    before = {
        s: signal.signal(s, lambda got, _: signals.append(got)) for s in (signal.SIGINT, signal.SIGTERM)
    }

    def wait() -> None:
        while not signals:
            time.sleep(0.2)

    try:
        yield wait
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
