"""``govlink cassettes``: what recordings there are, and whether each may be kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConfigError, Fault
from ..testing.cassettes import Cassette, CassetteError, cassette_files, read_cassette
from .output import error_line, print_json, print_line, print_table, stop_with

__all__ = ["add_to"]

DEFAULT_FOLDER = Path("fixtures/cassettes")

NO_FOLDER = Fault(
    "cassette.no_folder", en="there are no cassettes in {folder}", th="ไม่มีไฟล์บันทึกในโฟลเดอร์ {folder}"
)

Folder = Annotated[Path, typer.Argument(help="The folder of the cassettes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Recorded answers: list them, check them.", no_args_is_help=True)
    group.command("list")(list_cassettes)
    group.command("check")(check)
    app.add_typer(group, name="cassettes")


def _names(folder: Path) -> dict[str, Path]:
    found = {path.relative_to(folder).with_suffix("").as_posix(): path for path in cassette_files(folder)}
    if not found:
        raise ConfigError(NO_FOLDER, folder=folder.name)
    return found


def list_cassettes(folder: Folder = DEFAULT_FOLDER, json: AsJson = False) -> None:
    """List the cassettes with their origin."""
    rows = [_row(name, read_cassette(path)) for name, path in _names(folder).items()]
    columns = ("cassette", "origin", "from", "requests")
    if json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        print_table("Cassettes", columns, rows)


def _row(name: str, cassette: Cassette) -> tuple[str, str, str, int]:
    origin = cassette.origin
    source = origin.server or f"{origin.document}, {origin.clause}"
    return name, origin.kind.value, source, len(cassette.interactions)


def check(folder: Folder = DEFAULT_FOLDER, json: AsJson = False) -> None:
    """Read every cassette and say which may not be kept; ends with 79 when there is one."""
    names, refused = _names(folder), dict[str, CassetteError]()
    for name, path in names.items():
        try:
            read_cassette(path)
        except CassetteError as error:
            refused[name] = error
    if json:
        print_json({"cassettes": len(names), "refused": {n: _told(e) for n, e in refused.items()}})
    else:
        for refusal in refused.values():
            print_line(error_line(refusal))
        print_line(f"{len(names)} cassettes, {len(refused)} refused")
    if refused:
        stop_with(next(iter(refused.values())))


def _told(error: CassetteError) -> dict[str, object]:
    return {
        "code": error.code,
        "problems": [{"pointer": p.pointer, "code": p.fault.code} for p in error.problems],
    }
