"""``govlink publish``: publish by a release file, for schedulers and for people."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..config import DEFAULT_FILE
from ..errors import ConfigError, Fault, GovlinkError
from ..publishing import ReleaseSpec, Run, load_spec
from ..publishing.state import default_state_folder
from ..publishing.systemd import systemd_units
from . import publish_run
from .interrupts import Signalled, until_signalled
from .output import print_line
from .publish_run import Session
from .publish_telling import LogFormat, teller_for
from .reach import settings_of

__all__ = ["add_to"]

ONE_MODE = Fault(
    "publish.one_mode",
    en="give one of --plan, --dry-run and --print-systemd",
    th="ให้ระบุเพียงหนึ่งใน --plan, --dry-run และ --print-systemd",
)
DESCRIBED_TOO_EARLY = Fault(
    "publish.described_too_early",
    en="--dcat describes what was published; leave it out with --plan, --dry-run and --print-systemd",
    th="--dcat อธิบายสิ่งที่เผยแพร่แล้ว ไม่ต้องระบุเมื่อใช้ --plan, --dry-run หรือ --print-systemd",
)

NO_STATE = "none"
EXITS = (
    "Exit codes: 0 published · 10 nothing had changed · 11 waiting for approval · 65 data refused · "
    "73 somebody else edited it · 74 outcome unknown, run again · 75 try later, or another run is at it · "
    "76 no catalogue answered · 77 no right · 78 settings · 80 may not be published"
)
HELP_STATE = (
    "Where lock and journal lie; govlink/publish in the user's state folder by default. 'none': nowhere."
)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("publish", epilog=EXITS)(publish)


def publish(
    release_file: Annotated[Path, typer.Argument(metavar="RELEASE.toml", help="What to publish.")],
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change; exit 0.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check all, write nothing, end with the code it would have.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="The settings file, before the one named inside.")
    ] = None,
    sandbox: Annotated[
        str | None, typer.Option(metavar="URL", help="Publish to a running 'govlink sandbox' (default seed).")
    ] = None,
    state: Annotated[str | None, typer.Option(metavar="DIR", help=HELP_STATE)] = None,
    exit_zero: Annotated[
        bool,
        typer.Option(
            "--exit-zero", help="End with 0 in place of 10 and 11, for schedulers that know no other."
        ),
    ] = False,
    log: Annotated[
        LogFormat | None, typer.Option(help="Log lines on standard error, in place of a bar.")
    ] = None,
    dcat: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a description as linked data (DCAT, JSON-LD).")
    ] = None,
    print_systemd: Annotated[
        bool, typer.Option("--print-systemd", help="Print a service and a timer for this file.")
    ] = False,
    every: Annotated[
        str, typer.Option(help="When the timer runs: daily, monthly, or an OnCalendar= expression.")
    ] = "daily",
) -> None:
    """Publish the table a release file names. Run it as often as you like: the same is not written twice.

    Whatever stopped a run, the next one goes on from there.
    """
    if plan + dry_run + print_systemd > 1:
        raise ConfigError(ONE_MODE)
    if dcat is not None and (plan or dry_run or print_systemd):
        raise ConfigError(DESCRIBED_TOO_EARLY)
    if print_systemd:
        _print_units(load_spec(release_file), config=config, every=every)
        return
    session = Session(teller=teller_for(log), json=json)
    try:
        with until_signalled(), session.teller:
            spec = load_spec(release_file)
            session.teller.dataset = spec.dataset.name
            named = config or (spec.config if sandbox is None else None)
            settings = settings_of(named, sandbox=sandbox, platform=spec.platform)
            run = session.run = Run(spec, config=settings, state=_state(state), tell=session.teller)
            if plan:
                ending = publish_run.plan(run)
            elif dry_run:
                ending = publish_run.dry_run(run)
            else:
                ending = publish_run.publish(run, description=dcat)
            session.tell(ending)
    except GovlinkError as error:
        raise typer.Exit(session.fail(error)) from error
    except Signalled as stopped:
        raise typer.Exit(session.stop(stopped)) from None
    raise typer.Exit(session.succeed(ending, exit_code=0 if exit_zero else ending.exit_code))


def _state(given: str | None) -> Path | None:
    if given == NO_STATE:
        return None
    return Path(given) if given else default_state_folder(os.environ)


def _settings_here() -> Path | None:
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).is_file() else None


def _print_units(spec: ReleaseSpec, *, config: Path | None, every: str) -> None:
    beside = Path(sys.executable).with_name("govlink")
    program = str(beside) if beside.is_file() else shutil.which("govlink") or "govlink"
    units = systemd_units(
        dataset=spec.dataset.name,
        platform=spec.platform,
        program=(program,),
        release_file=spec.path,
        config=config or spec.config or _settings_here(),
        every=every,
    )
    print_line("\n".join(units).rstrip("\n"))
