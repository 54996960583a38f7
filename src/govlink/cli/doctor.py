"""``govlink doctor``: can every configured platform be connected with these settings?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .._platforms import AUDIT_NOT_CONFIGURED
from ..config import Config, load_config
from ..errors import ConfigError, Fault, GovlinkError
from ..registry import installed_adapters, load_adapter
from ..settings import Environment
from .output import error_line, error_object, print_json, print_table, stop_with

__all__ = ["add_to"]

SETTINGS_WRONG = Fault(
    "doctor.settings_wrong",
    en="the settings of {names} are not in order",
    th="ค่าตั้งของ {names} ยังไม่ถูกต้อง",
)


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
    findings = [(name, _finding(name, settings)) for name in names]
    wrong = [name for name, found in findings if isinstance(found, GovlinkError)]
    verdict = ConfigError(SETTINGS_WRONG, names=", ".join(wrong))
    shown = [(n, not isinstance(f, GovlinkError), _message(f)) for n, f in findings]
    if json:
        platforms = [{"platform": n, "ok": ok, "message": text} for n, ok, text in shown]
        about = {"environment": settings.environment.value, "platforms": platforms}
        print_json({**about, **(error_object(verdict) if wrong else {})})
    else:
        rows = [(n, "ok" if ok else "wrong", text) for n, ok, text in shown]
        print_table(f"Settings for {settings.environment.value}", ("platform", "state", "message"), rows)
    if wrong:
        stop_with(verdict)


def _finding(name: str, settings: Config) -> int | GovlinkError:
    """How many operations have what they need, or the first error."""
    try:
        adapter = load_adapter(name)
        values = settings.values_for(adapter)
        provided = adapter.connect_from(values).provided()
        checked = adapter.settings.from_values(values, platform=name)
        for endpoint in adapter.endpoints:
            checked.url_of(endpoint, platform=name)
        unaudited = settings.audit is None and checked.environment is not Environment.SANDBOX
        if unaudited and provided & {"registry", "documents"}:
            raise ConfigError(AUDIT_NOT_CONFIGURED, name=name)
    except GovlinkError as error:
        return error
    return len(adapter.endpoints)


def _message(found: int | GovlinkError) -> str:
    return error_line(found) if isinstance(found, GovlinkError) else f"{found} operations"
