"""The command tree, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Annotated

import typer

from ..errors import ConfigError, Fault, GovlinkError
from . import adapters, cassettes, demo, doctor, exchange, publish, register, sandbox, statistics
from .output import error_line, error_object, print_json, print_line, to_the_reader

__all__ = ["build_app", "run"]

LIBRARY_MISSING = Fault(
    "cli.library_missing",
    en="this command needs {name}; run: python -m pip install 'govlink[cli,sandbox,workflow,statistics]'",
    th="คำสั่งนี้ต้องใช้ {name} ให้เรียก: python -m pip install 'govlink[cli,sandbox,workflow,statistics]'",
)
USAGE = 64  # EX_USAGE of BSD sysexits; 2 is what "exchange verify" says of an issuer nobody trusts
IO_ERROR = 74  # EX_IOERR of BSD sysexits
INTERNAL = 70  # EX_SOFTWARE of BSD sysexits
INTERRUPTED = 130  # as a shell counts a process that ended by SIGINT


def build_app() -> typer.Typer:
    """The ``govlink`` command with all its groups."""
    app = typer.Typer(
        name="govlink",
        help="One SDK for GDX, data.go.th, Citizen Portal and Biz Portal.",
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_root)
    for module in (demo, sandbox, adapters, doctor, register, exchange, publish, statistics, cassettes):
        module.add_to(app)
    return app


def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """One SDK for GDX, data.go.th, Citizen Portal and Biz Portal."""
    if version:
        print_line(metadata.version("govlink"))
        raise typer.Exit


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit code. Prints one line for an error, never a traceback."""
    try:
        return _run(list(arguments) or ["--help"])
    except GovlinkError as error:
        return _fail(error, arguments)
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name.startswith("govlink"):
            return _fail_otherwise(error, arguments)
        return _fail(ConfigError(LIBRARY_MISSING, name=name), arguments)
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("govlink: interrupted\n")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("GOVLINK_DEBUG"):
            raise
        return _fail_otherwise(error, arguments)


def _run(arguments: list[str]) -> int:
    with to_the_reader():
        outcome = build_app()(args=arguments, prog_name="govlink", standalone_mode=False)
    if outcome == INTERRUPTED:  # so some releases of typer tell of Ctrl-C; others let it through
        raise KeyboardInterrupt
    return outcome if isinstance(outcome, int) else 0


def _fail(error: GovlinkError, arguments: Sequence[str]) -> int:
    return _say(error_line(error), content=error_object(error), arguments=arguments, code=error.exit_code)


def _fail_otherwise(error: Exception, arguments: Sequence[str]) -> int:
    """What is no error of govlink's own: a mistyped command, a full disk, a bug."""
    # typer has its own copy of click in some releases and none in others: its errors are known by this.
    usage = getattr(error, "format_message", None)
    kind = type(error).__name__
    if callable(usage):
        where = getattr(getattr(error, "ctx", None), "command_path", "govlink")
        name, text, code = "cli.usage", f"{usage()} (see: {where} --help)", USAGE
    elif isinstance(error, OSError):
        name, text, code = "cli.io_error", f"{error.strerror or kind}: {error.filename or '-'}", IO_ERROR
    else:
        name, code = "internal", INTERNAL
        text = f"{kind}: a bug in govlink; set GOVLINK_DEBUG=1 and report the trace"
    line = " ".join(f"[{name}] {text}".split())
    content = {"error": {"code": name, "kind": kind, "retry": "never", "en": line, "th": line}}
    return _say(line, content=content, arguments=arguments, code=code)


def _say(line: str, *, content: Mapping[str, object], arguments: Sequence[str], code: int) -> int:
    sys.stderr.write(line + "\n")
    if "--json" in arguments:
        try:
            print_json(content)
        except typer.Exit as stop:
            return stop.exit_code
    return code
