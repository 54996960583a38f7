"""The command line: tables for people, ``--json`` for machines, exit codes from the error class."""

from __future__ import annotations

import io
import sys

__all__ = ["main"]

_MISSING = "govlink: the command line needs its libraries; run: python -m pip install 'govlink[cli,sandbox]'"


def main() -> None:
    """Entry point of the ``govlink`` command."""
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if error.name not in {"typer", "rich"}:
            raise
        sys.stderr.write(_MISSING + "\n")
        sys.exit(78)
    for stream in (sys.stdout, sys.stderr):
        # Where the terminal knows no Thai, its letters are written as \\uXXXX, which JSON reads as well.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
