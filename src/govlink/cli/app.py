"""The command tree, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
import typer

from ..errors import GovlinkError
from . import adapters, demo, doctor, register, sandbox
from .output import error_line, error_object, print_json

__all__ = ["build_app", "run"]

INTERNAL = 70  # EX_SOFTWARE of BSD sysexits


def build_app() -> typer.Typer:
    """The ``govlink`` command with all its groups."""
    app = typer.Typer(
        name="govlink",
        help="One SDK for GDX, data.go.th, Citizen Portal and Biz Portal.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for module in (demo, sandbox, adapters, doctor, register):
        module.add_to(app)
    return app


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit code. Prints one line for an error, never a traceback."""
    try:
        outcome = build_app()(args=list(arguments), prog_name="govlink", standalone_mode=False)
    except GovlinkError as error:
        sys.stderr.write(error_line(error) + "\n")
        if "--json" in arguments:
            print_json(error_object(error))
        return error.exit_code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("govlink: interrupted\n")
        return 130
    except BrokenPipeError:
        return 141
    except Exception as error:
        if os.environ.get("GOVLINK_DEBUG"):
            raise
        kind = type(error).__name__
        sys.stderr.write(f"[internal] {kind}: a bug in govlink; set GOVLINK_DEBUG=1 and report the trace\n")
        return INTERNAL
    return outcome if isinstance(outcome, int) else 0
