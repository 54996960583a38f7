"""``govlink statistics protect``: from true counts to files that may be published, and the ledger's entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, Fault
from .statistics_options import (
    CountColumn,
    DimensionNames,
    Filters,
    Input,
    Json,
    Policy,
    TotalOf,
    counted,
    day_of,
    demand_past,
    listed,
    where_of,
    working,
    written,
)
from .statistics_telling import protected, tell_protected
from .statistics_writing import files_of, places_of, write_files

if TYPE_CHECKING:  # the counting engine and the solver are loaded by the commands that need them
    from pydantic import SecretStr

    from ..statistics.ledger import Ledger
    from ..statistics.output import Format
    from ..statistics.policy import DisclosurePolicy
    from ..statistics.tabulate import RawTable

__all__ = ["add_to"]

FORMAT_UNKNOWN = Fault(
    "statistics.format_unknown",
    en="--format takes {known}, parted by commas",
    th="--format รับค่า {known} คั่นด้วยจุลภาค",
)
KEYS_INCOMPLETE = Fault(
    "statistics.record_keys_options",
    en="the cell-key method needs records: give --dimensions, --identifier and --record-key together",
    th="วิธีกุญแจของช่องต้องใช้ระเบียน ให้ระบุ --dimensions, --identifier และ --record-key พร้อมกัน",
)
RESTATE_ALONE = Fault(
    "statistics.restate_without_ledger",
    en="--restate names what a ledger holds, so it needs --ledger",
    th="--restate อ้างถึงรายการในบัญชีผลเผยแพร่ จึงต้องระบุ --ledger ด้วย",
)
NO_FOLDER = Fault(
    "statistics.ledger_folder_missing",
    en="there is no folder {folder} for the ledger {name}; correct the path, or make the folder if this"
    " is the first release",
    th="ไม่พบโฟลเดอร์ {folder} สำหรับบัญชีผลเผยแพร่ {name} ให้แก้ไขที่อยู่ หรือสร้างโฟลเดอร์หากเป็นการเผยแพร่ครั้งแรก",
)

Secret = Annotated[
    str | None,
    typer.Option(
        "--digest-key",
        metavar="REFERENCE",
        help="A secret (env:NAME, file:PATH) that keys the digest of the true counts in restricted.json.",
    ),
]


def add_to(group: typer.Typer) -> None:
    """Add the command to ``govlink statistics``."""
    group.command("protect")(protect)


def protect(
    counts: Input,
    policy: Policy,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the files go.")],
    ledger: Annotated[
        Path | None,
        typer.Option("--ledger", metavar="FILE", help="What was ever published; made if it is not there."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="What the ledger calls this release; INPUT's by default.")
    ] = None,
    where: Filters = None,
    restate: Annotated[
        list[str] | None, typer.Option("--restate", metavar="NAME", help="A release that this one corrects.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="By when periods must be closed; today.")
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", metavar="A,B,…", help="csv, sdmx-csv, json-stat, parquet, html; csv always."
        ),
    ] = "csv",
    dimensions: DimensionNames = None,
    total_of: TotalOf = None,
    count_column: CountColumn = "count",
    identifier: Annotated[
        str | None, typer.Option("--identifier", metavar="COLUMN", help="Cell keys: tells records apart.")
    ] = None,
    record_key: Annotated[
        str | None,
        typer.Option("--record-key", metavar="REFERENCE", help="Cell keys: the secret, as for --digest-key."),
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", metavar="FILE.toml", help="Names in Thai and English.")
    ] = None,
    structure: Annotated[
        str | None, typer.Option("--structure", metavar="AGENCY:ID(1.0)", help="The dataflow, for SDMX-CSV.")
    ] = None,
    digest_key: Secret = None,
    restricted: Annotated[
        Path | None,
        typer.Option(
            "--restricted", metavar="FILE", help="Where the agency's own report goes; DIR/restricted.json."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all of it and write nothing.")] = False,
    json: Json = False,
) -> None:
    """Protect a long table of counts by a policy, attack the result, and write what may be published.

    DIR/table.csv and DIR/report.json are for everybody, DIR/restricted.json is for the agency alone: put it
    elsewhere by --restricted where all of DIR is published. With a ledger the table is attacked together
    with everything published before; files and ledger entry are written together or not at all. The same
    input gives the same bytes.
    """
    from ..statistics.policy import load_policy
    from ..statistics.release import prepare

    rules, kinds, called = load_policy(policy), _kinds(formats), name or counts.stem
    secret = _secret(digest_key, place="--digest-key")
    filters, corrected = where_of(where), tuple(restate or ())
    day = demand_past(day_of(as_of, option="--as-of"), option="--as-of")
    if corrected and ledger is None:
        raise ConfigError(RESTATE_ALONE)
    subject = rules.subject(where=filters)
    with working(f"read {counts.name}"):
        raw = counted(
            counts,
            policy=rules,
            dimensions=listed(dimensions),
            total_of=total_of,
            where=subject.where,
            count_column=count_column,
        )
        raw = _with_keys(raw, counts, rules, identifier=identifier, record_key=record_key)
    book = _ledger(ledger, dry_run=dry_run)
    begun = book is not None and not book.entries
    with working(f"protect and attack {called}"):
        prepared = prepare(
            raw,
            policy=rules,
            subject=subject,
            ledger=book,
            restates=corrected,
            name=called,
            as_of=day,
            digest_key=secret,
        )
    files = files_of(prepared, kinds, policy=rules, name=called, labels=labels, structure=structure)
    entry = None
    if not dry_run:
        with working(f"write {out.name}"), written():
            entry = write_files(files, out, book=book, prepared=prepared, policy=rules, restricted=restricted)
    content = protected(
        prepared,
        name=called,
        files=() if dry_run else places_of(files, out, restricted=restricted),
        entry=entry,
        ledger=book,
        begun=begun,
        dry_run=dry_run,
    )
    tell_protected(content, out=out, json=json)


def _kinds(text: str) -> tuple[Format, ...]:
    from ..statistics.output import FORMATS

    asked = {"csv", *listed(text)}
    if not asked <= set(FORMATS):
        raise ConfigError(FORMAT_UNKNOWN, known=", ".join(FORMATS))
    return tuple(kind for kind in FORMATS if kind in asked)


def _secret(reference: str | None, *, place: str) -> SecretStr | None:
    from ..config import resolve_secret

    return resolve_secret(reference, place=place) if reference else None


def _with_keys(
    raw: RawTable, records: Path, policy: DisclosurePolicy, *, identifier: str | None, record_key: str | None
) -> RawTable:
    if policy.method != "cell_key":
        return raw
    from ..statistics.cell_key import RecordKeys
    from ..statistics.methods import with_cell_keys

    secret = _secret(record_key, place="--record-key")
    if secret is None or identifier is None:
        raise ConfigError(KEYS_INCOMPLETE)
    return with_cell_keys(
        raw, records, keys=RecordKeys(secret), identifier=identifier, collapse=policy.collapse
    )


def _ledger(path: Path | None, *, dry_run: bool) -> Ledger | None:
    from ..statistics.ledger import Ledger

    if path is None or (dry_run and not path.exists()):
        return None
    if not path.parent.is_dir():
        raise ConfigError(NO_FOLDER, folder=path.parent.name, name=path.name)
    book = Ledger.open(path)
    if not book.entries:
        # A mistyped path would otherwise look like a register of which nothing was ever published.
        sys.stderr.write(
            f"govlink: {path.name} is a new ledger; nothing published earlier is compared · "
            "เริ่มบัญชีใหม่ ยังไม่มีข้อมูลเดิมให้เปรียบเทียบ\n"
        )
    return book
