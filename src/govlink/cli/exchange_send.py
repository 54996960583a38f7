"""``govlink exchange send | outbox``: send documents to another agency until their receipts are there.

What was queued is sent by the next ``send``, whatever ended the last one; running it again is the way to
go on. The folder holds the journal, sealed envelopes and the evidence log.
"""

from __future__ import annotations

import mimetypes
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from ..client import Client
from ..config import load_config
from ..errors import Fault, RejectedError, TryAgainError
from .exchange_files import check_texts
from .exchange_keys import KEYS, TRUST, DryRun, Json, Keys, Trust
from .output import Advance, print_json, print_table, progress_bar, stop_with

if TYPE_CHECKING:  # the exchange's libraries are loaded by the commands that need them
    from ..exchange.dispatch import Dispatch
    from ..exchange.journal import Outgoing
    from ..exchange.sending import Report

__all__ = ["add_to"]

NOT_A_MESSAGE = Fault(
    "exchange.not_a_message", en="a message is named by its UUID", th="ข้อความต้องระบุด้วย UUID"
)
WAITING = Fault(
    "exchange.waiting",
    en="{count} message(s) are not delivered yet; run the command again to go on",
    th="ยังส่งไม่สำเร็จ {count} รายการ ให้เรียกคำสั่งเดิมอีกครั้งเพื่อส่งต่อ",
)
UNREAD = Fault(
    "exchange.unread",
    en="not queued, because they cannot be read: {names}; the others were",
    th="ไม่ได้เข้าคิวเพราะอ่านไม่ได้: {names} ส่วนเอกสารอื่นเข้าคิวแล้ว",
)
PARKED = Fault(
    "exchange.parked",
    en="{count} message(s) were refused and wait for a person; see 'govlink exchange outbox list'",
    th="มี {count} รายการถูกปฏิเสธและรอเจ้าหน้าที่ตรวจสอบ ดู 'govlink exchange outbox list'",
)

Spool = Annotated[
    Path, typer.Option("--spool", envvar="GOVLINK_EXCHANGE_SPOOL", help="The folder of what is under way.")
]
SPOOL = Path("exchange/outbox")


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``govlink exchange``."""
    group.command("send")(send)
    outbox = typer.Typer(help="What was queued for other agencies, and what became of it.")
    outbox.command("list")(list_)
    outbox.command("retry")(retry)
    outbox.command("drop")(drop)
    group.add_typer(outbox, name="outbox")


def send(
    purpose: Annotated[str, typer.Option("--purpose", help="Why. In clear: no personal data.")],
    case: Annotated[str, typer.Option("--case", help="The case. In clear: no personal data.")],
    to: Annotated[str, typer.Option("--to", help="The organisation, as the trust list names it.")],
    files: Annotated[
        list[Path] | None, typer.Argument(help="Documents to queue; with none, only what is queued is sent.")
    ] = None,
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    spool: Spool = SPOOL,
    platform: Annotated[str, typer.Option(help="The platform that carries it.")] = "gdx",
    config: Annotated[
        Path | None, typer.Option("--config", help="The settings file; govlink.toml by default.")
    ] = None,
    parallel: Annotated[int, typer.Option(help="How many are under way at once.", min=1, max=64)] = 4,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Queue documents and send all that is due. The same document twice is one message.

    Exit 0: every receipt is there; 75: run it again later; 65: a message was refused and waits for a person.
    Purpose and case are those of the documents given; what is queued keeps its own.
    """
    from ..exchange.journal import OutgoingState
    from ..exchange.sending import run
    from ..exchange.trust_file import load_trust

    documents = files or []
    check_texts(purpose, case)
    if dry_run:
        load_trust(trust).sealer(organisation=to, at=datetime.now(UTC))
        _show_plan(documents, to=to, case=case, json=json)
        return
    settings, unread = load_config(config), list[str]()
    with _outbox(spool, keys=keys, trust=trust) as dispatch:
        with progress_bar("seal", len(documents)) as advance:
            for path in documents:
                # One document that is gone must not hold up the others of a scheduled run.
                if _is_readable(path):
                    dispatch.enqueue(
                        path,
                        recipient=to,
                        purpose=purpose,
                        case_reference=case,
                        file_name=path.name,
                        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
                    )
                else:
                    unread.append(path.name)
                advance(1)
        waiting = len(dispatch.messages(OutgoingState.QUEUED, OutgoingState.SENDING))
        with Client(settings) as client, progress_bar("send", waiting) as advance:
            report = run(dispatch, _Carrier(client, platform=platform, advance=advance), parallel=parallel)
        _tell(report, dispatch, unread=unread, json=json)


def _is_readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)


def _show_plan(documents: list[Path], *, to: str, case: str, json: bool) -> None:
    """What would be queued; a document that cannot be read is an error here as it is later."""
    unread = [path.name for path in documents if not _is_readable(path)]
    if json:
        names = [path.name for path in documents]
        print_json({"dry_run": True, "to": to, "case": case, "documents": names, "unreadable": unread})
    else:
        rows = [(path.name, to, case) for path in documents if path.name not in unread]
        print_table("Would be queued; nothing was sealed or sent", ("document", "to", "case"), rows)
    if unread:
        stop_with(RejectedError(UNREAD, names=", ".join(unread)))


class _Carrier:
    """The client's verb, moving the bar."""

    def __init__(self, client: Client, *, platform: str, advance: Advance) -> None:
        self._client, self._platform, self._advance = client, platform, advance

    def __call__(self, envelope: Path, /, *, message_id: UUID, recipient: str) -> str:
        receipt = self._client.send_sealed(
            envelope, message_id=message_id, recipient=recipient, platform=self._platform
        )
        self._advance(1)
        return receipt


def list_(spool: Spool = SPOOL, keys: Keys = KEYS, trust: Trust = TRUST, json: Json = False) -> None:
    """List the messages and where they stand."""
    with _outbox(spool, keys=keys, trust=trust) as dispatch:
        rows = [_row(message) for message in dispatch.messages()]
    if json:
        print_json({"messages": rows})
    else:
        columns = ("message_id", "recipient", "case", "state", "reason")
        print_table("Messages", columns, [tuple(row[name] or "" for name in columns) for row in rows])


def retry(
    message_id: Annotated[str, typer.Argument(help="The message, as the list names it.")],
    spool: Spool = SPOOL,
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    json: Json = False,
) -> None:
    """Put a message that was refused back into the queue, unchanged."""
    with _outbox(spool, keys=keys, trust=trust) as dispatch:
        dispatch.retry(_identity(message_id))
        _show_message("Queued again", dispatch.message(_identity(message_id)), json=json)


def drop(
    message_id: Annotated[str, typer.Argument(help="The message, as the list names it.")],
    spool: Spool = SPOOL,
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    json: Json = False,
) -> None:
    """Give a message that was refused up for good. What is known of it stays; its envelope goes."""
    with _outbox(spool, keys=keys, trust=trust) as dispatch:
        dispatch.drop(_identity(message_id))
        _show_message("Given up", dispatch.message(_identity(message_id)), json=json)


def _identity(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RejectedError(NOT_A_MESSAGE) from None


def _show_message(title: str, message: Outgoing, *, json: bool) -> None:
    row = _row(message)
    if json:
        print_json(row)
    else:
        print_table(title, ("what", "value"), [(k, v or "") for k, v in row.items()])


@contextmanager
def _outbox(spool: Path, *, keys: Path, trust: Path) -> Iterator[Dispatch]:
    from ..exchange.dispatch import Dispatch
    from ..exchange.evidence import EvidenceLog
    from ..exchange.keyring import KeyRing
    from ..exchange.party import Party
    from ..exchange.trust_file import load_trust

    spool.parent.mkdir(parents=True, exist_ok=True)
    party = Party(
        keys=KeyRing(keys),
        trust=lambda: load_trust(trust),
        evidence=EvidenceLog(spool.with_name("evidence.jsonl")),
    )
    with Dispatch(spool, party=party) as dispatch:
        yield dispatch


def _row(message: Outgoing) -> dict[str, str | int | None]:
    return {
        "message_id": str(message.message_id),
        "recipient": message.key.recipient,
        "case": message.key.case_reference,
        "state": message.state.value,
        "attempts": message.attempts,
        "document_sha256": message.key.document_sha256,
        "code": message.code,
        "reason": message.reason,
        "receipt": message.receipt,
    }


def _tell(report: Report, dispatch: Dispatch, *, unread: list[str], json: bool) -> None:
    """What was done, and an exit code that tells a scheduler whether there is more to do."""
    from ..exchange.journal import OutgoingState

    states = Counter(message.state for message in dispatch.messages())
    waiting = states[OutgoingState.QUEUED] + states[OutgoingState.SENDING] + states[OutgoingState.NEW]
    counts = {
        "delivered_now": report.delivered,
        "delivered": states[OutgoingState.DELIVERED],
        "waiting": waiting,
        "failed_now": report.failed,
        "failed": states[OutgoingState.FAILED],
        "unreadable": ", ".join(unread),
        "next_due_at": report.next_due_at.isoformat() if report.next_due_at else None,
    }
    if json:
        print_json(counts)
    else:
        print_table("Sent", ("what", "value"), [(k, "" if v is None else v) for k, v in counts.items()])
    if unread:
        stop_with(RejectedError(UNREAD, names=", ".join(unread)))
    if report.failed:
        stop_with(RejectedError(PARKED, count=report.failed))
    if waiting:
        stop_with(TryAgainError(WAITING, count=waiting))
