"""``govlink statistics protect``: from true counts to files that may be published, and the ledger's entry."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, Fault
from .output import print_json, print_table
from .statistics_options import (
    DimensionNames,
    Input,
    Json,
    Policy,
    TotalOf,
    counted,
    day_of,
    listed,
    on_disk,
    where_of,
    working,
)
from .statistics_writing import files_of, write_files

if TYPE_CHECKING:  # the counting engine and the solver are loaded by the commands that need them
    from pydantic import SecretStr

    from ..statistics.ledger import Entry, Ledger, OutputFile
    from ..statistics.output import Format
    from ..statistics.policy import DisclosurePolicy
    from ..statistics.release import Prepared
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
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="DIM=CODE,…", help="Only these were counted, in a column or not."),
    ] = None,
    restate: Annotated[
        list[str] | None, typer.Option("--restate", metavar="NAME", help="A release that this one corrects.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="When periods must be closed; today.")
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", metavar="A,B,…", help="csv, sdmx-csv, json-stat, parquet, html; csv always."
        ),
    ] = "csv",
    dimensions: DimensionNames = None,
    total_of: TotalOf = None,
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do all of it and write nothing.")] = False,
    json: Json = False,
) -> None:
    """Protect a long table of counts by a policy, attack the result, and write what may be published.

    DIR/table.csv and DIR/report.json are for everybody, DIR/restricted.json is for the agency alone. With a
    ledger the table is attacked together with everything published before; files and ledger entry are
    written together or not at all. The same input gives the same bytes.
    """
    from ..statistics.policy import load_policy
    from ..statistics.release import prepare

    rules, kinds, called = load_policy(policy), _kinds(formats), name or counts.stem
    secret = _secret(digest_key, place="--digest-key")
    filters, corrected, day = where_of(where), tuple(restate or ()), day_of(as_of, option="--as-of")
    subject = rules.subject(where=filters)
    with working(f"read {counts.name}"):
        raw = counted(
            counts, policy=rules, dimensions=listed(dimensions), total_of=total_of, where=subject.where
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
        with working(f"write {out.name}"), on_disk():
            entry = write_files(
                files, out, book=book, prepared=prepared, policy=rules, name=called, restates=corrected
            )
    _tell(prepared, files, entry=entry, name=called, out=out, begun=begun, dry_run=dry_run, json=json)


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
    with on_disk():
        path.parent.mkdir(parents=True, exist_ok=True)
    book = Ledger.open(path)
    if not book.entries:
        # A mistyped path would otherwise look like a register of which nothing was ever published.
        sys.stderr.write(
            f"govlink: {path.name} is a new ledger; nothing published earlier is compared · "
            "เริ่มบัญชีใหม่ ยังไม่มีข้อมูลเดิมให้เปรียบเทียบ\n"
        )
    return book


def _tell(
    prepared: Prepared,
    files: tuple[OutputFile, ...],
    *,
    entry: Entry | None,
    name: str,
    out: Path,
    begun: bool,
    dry_run: bool,
    json: bool,
) -> None:
    report = prepared.release.report
    content: dict[str, object] = {
        "name": name,
        "dry_run": dry_run,
        "policy": report.policy_id,
        "version": report.policy_version,
        "method": report.method,
        "cells": report.cells_published + report.cells_suppressed,
        "published": report.cells_published,
        "suppressed": report.cells_suppressed,
        "suppressed_share": report.suppressed_share,
        "suppressed_count_share": report.suppressed_count_share,
        "gap": report.gap,
        "search": report.search,
        "audit": report.audit_verdict,
        "warnings": list(prepared.restricted.warnings),
        "table_sha256": report.table_sha256_hex,
        "report_sha256": report.sha256_hex(),
        "files": [] if dry_run else [str(out / file.name) for file in files],
        "ledger_entry": entry.seq if entry else None,
        "ledger_begun": begun,
    }
    if json:
        print_json(content)
        return
    title = f"{name}: would be written, nothing was" if dry_run else f"{name}: written to {out}"
    rows = [(what.replace("_", " "), _shown(value)) for what, value in content.items() if what != "name"]
    print_table(title, ("what", "value"), [row for row in rows if row[1] != ""])


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)
