"""``govlink doctor``: can every configured platform be connected with these settings?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..config import Config, load_config
from ..errors import GovlinkError
from ..registry import installed_adapters, load_adapter
from .output import error_line, print_json, print_table

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    config: Annotated[Path | None, typer.Option(help="The settings file; govlink.toml by default.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check the settings of every platform named in them. Sends nothing. Exit 78 if one is wrong."""
    settings = load_config(config)
    names = list(settings.platforms) or list(installed_adapters())
    findings = [(name, *_finding(name, settings)) for name in names]
    if json:
        print_json([{"platform": n, "ok": code == 0, "message": text} for n, code, text in findings])
    else:
        shown = [(n, "ok" if code == 0 else "wrong", text) for n, code, text in findings]
        print_table(f"Settings for {settings.environment.value}", ("platform", "state", "message"), shown)
    worst = max((code for _, code, _ in findings), default=0)
    if worst:
        raise typer.Exit(worst)


def _finding(name: str, settings: Config) -> tuple[int, str]:
    try:
        adapter = load_adapter(name)
        values = settings.values_for(adapter)
        adapter.connect_from(values)
        checked = adapter.settings.from_values(values, platform=name)
        for endpoint in adapter.endpoints:
            checked.url_of(endpoint, platform=name)
    except GovlinkError as error:
        return error.exit_code, error_line(error)
    return 0, f"{len(adapter.endpoints)} operations"
