"""``govlink exchange verify``: what can be proven about a file, without asking anybody."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError, Fault, RejectedError
from ..flow import Context
from .exchange_keys import KEYS, TRUST, DryRun, Json, Keys, Trust, believed_keys
from .output import language, print_json, print_table

if TYPE_CHECKING:  # the exchange's libraries are loaded by the commands that need them
    from ..exchange.entries import Head

__all__ = ["add_to"]

NOT_A_HEAD = Fault(
    "exchange.not_a_head",
    en="--head takes SEQ:HASH as 'govlink exchange evidence head' shows it",
    th="--head ต้องเป็น SEQ:HASH ตามที่ 'govlink exchange evidence head' แสดง",
)
LOG_MISSING = Fault("exchange.log_missing", en="there is no evidence log {name}", th="ไม่พบบันทึกหลักฐาน {name}")
TOKEN_UNREADABLE = Fault("exchange.token_unreadable", en="{name} cannot be read", th="อ่านไฟล์ {name} ไม่ได้")
Log = Annotated[Path, typer.Option("--log", envvar="GOVLINK_EXCHANGE_EVIDENCE", help="The evidence log.")]
LOG = Path("exchange/evidence.jsonl")
LABELS = {
    "integrity": "ความครบถ้วน (integrity)",
    "issuer": "ผู้ออก (issuer)",
    "time": "เวลา (time)",
    "status": "สถานะกุญแจ (status)",
}


def add_to(group: typer.Typer) -> None:
    """Add the command to ``govlink exchange``."""
    group.command("verify")(verify)
    evidence = typer.Typer(help="The evidence log: its head, and time-stamps over it.")
    evidence.command("head")(head)
    evidence.command("stamp")(stamp)
    group.add_typer(evidence, name="evidence")


def verify(
    file: Annotated[Path, typer.Argument(help="An envelope, a receipt or an evidence log.")],
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    tsa_root: Annotated[
        list[Path] | None, typer.Option(help="Root certificates (PEM) of time-stamp authorities.")
    ] = None,
    timestamp: Annotated[
        Path | None,
        typer.Option(help="A time-stamp token (DER) over the whole file; FILE.tsr is taken if it is there."),
    ] = None,
    head: Annotated[
        str | None, typer.Option(metavar="SEQ:HASH", help="A head of the evidence log noted elsewhere.")
    ] = None,
    json: Json = False,
) -> None:
    """Verify a file offline. Exit 0: valid; 1: not valid, or unreadable; 2: valid, issuer not trusted."""
    from ..exchange.timestamp_tokens import load_roots
    from ..exchange.verify import verify_file

    verdict = verify_file(
        file,
        trust=believed_keys(trust, keys=keys),
        at=datetime.now(UTC),
        roots=tuple(root for path in tsa_root or () for root in load_roots(path)),
        token=_token(file, timestamp),
        expected_head=_head(head) if head else None,
    )
    if json:
        print_json(verdict.to_json())
    else:
        lang = language()
        rows = [
            (LABELS[name] if lang == "th" else name, part.validity.value.upper(), part.text(lang))
            for name, part in verdict.parts()
        ]
        print_table(f"{file.name}: {verdict.kind.value}", ("part", "result", "why"), rows)
        if verdict.details:
            print_table("Says of itself", ("what", "value"), list(verdict.details))
    if verdict.exit_code:
        raise typer.Exit(verdict.exit_code)


def head(log: Log = LOG, json: Json = False) -> None:
    """Show the head of an evidence log, to be noted where nobody who writes the log can change it."""
    from ..exchange.evidence import EvidenceLog

    if not log.is_file():
        raise ConfigError(LOG_MISSING, name=log.name)
    found = EvidenceLog(log).head
    shown = {"head": f"{found.seq}:{found.hash_hex}", "entries": found.seq}
    if json:
        print_json(shown)
    else:
        print_table(log.name, ("what", "value"), list(shown.items()))


def stamp(
    tsa: Annotated[str, typer.Option(metavar="URL", help="The time-stamp authority (RFC 3161).")],
    tsa_root: Annotated[list[Path], typer.Option(help="Its root certificates (PEM).")],
    log: Log = LOG,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Have an authority time-stamp everything the log holds; only a digest is sent."""
    from .._drive import run
    from ..exchange.anchors import TIMESTAMP, anchor_data, head_digest
    from ..exchange.evidence import EvidenceLog
    from ..exchange.timestamp_tokens import load_roots, verify_timestamp
    from ..exchange.timestamps import TimestampSettings, request_timestamp
    from ..transport import open_transport

    evidence, context = EvidenceLog(log), Context.system()
    covered, roots = evidence.head, tuple(root for path in tsa_root for root in load_roots(path))
    settings, digest = TimestampSettings(url=tsa), head_digest(evidence.head)
    shown: dict[str, object] = {"covers": f"{covered.seq}:{covered.hash_hex}", "authority": tsa}
    if not dry_run:
        with closing(open_transport()) as transport:
            token = run(request_timestamp(digest, settings=settings, roots=roots, context=context), transport)
        evidence.append(TIMESTAMP, anchor_data(covered, token), at=context.now())
        shown["stamped_at"] = verify_timestamp(token, digest, roots=roots).isoformat()
    if json:
        print_json(shown)
    else:
        title = "Would be stamped; nothing was sent" if dry_run else "Stamped"
        print_table(title, ("what", "value"), list(shown.items()))


def _token(file: Path, given: Path | None) -> bytes | None:
    path = given or file.with_name(f"{file.name}.tsr")
    if given is None and not path.is_file():
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(TOKEN_UNREADABLE, name=path.name) from error


def _head(text: str) -> Head:
    from ..exchange.entries import Head

    seq, _, hash_hex = text.partition(":")
    if not (seq.isascii() and seq.isdigit() and re.fullmatch(r"[0-9a-f]{64}", hash_hex)):
        raise RejectedError(NOT_A_HEAD)
    return Head(seq=int(seq), hash_hex=hash_hex)
