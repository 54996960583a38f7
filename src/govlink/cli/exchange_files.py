"""``govlink exchange seal | open | verify``: documents in sealed envelopes, and proofs of them."""

from __future__ import annotations

import io
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO
from uuid import UUID, uuid4

import typer

from ..errors import ConfigError, Fault, RejectedError
from .exchange_keys import KEYS, TRUST, DryRun, Json, Keys, Trust, believed_keys
from .output import print_json, print_table, progress_bar

if TYPE_CHECKING:  # the exchange's libraries are loaded by the commands that need them
    from ..exchange import EncryptionKey

__all__ = ["add_to", "check_texts", "recipient_key"]

SOURCE_GONE = Fault("exchange.source_gone", en="{name} cannot be read", th="อ่านไฟล์ {name} ไม่ได้")
NOT_A_SEALING_KEY = Fault(
    "exchange.not_a_sealing_key",
    en="{to} names no organisation, fingerprint or key file that a document can be sealed to",
    th="{to} ไม่ใช่หน่วยงาน ลายพิมพ์กุญแจ หรือไฟล์กุญแจที่ใช้ผนึกเอกสารได้",
)
NOT_AN_ID = Fault("exchange.not_an_id", en="--message-id takes a UUID", th="--message-id ต้องเป็น UUID")

Document = Annotated[Path, typer.Argument(help="The document.")]
Envelope = Annotated[Path, typer.Argument(help="The sealed envelope.")]
Purpose = Annotated[str, typer.Option("--purpose", help="Why. Travels in clear: no personal data.")]
Case = Annotated[str, typer.Option("--case", help="The case. Travels in clear: no personal data.")]


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``govlink exchange``."""
    group.command("seal")(seal)
    group.command("open")(open_)


def seal(
    file: Document,
    to: Annotated[
        str, typer.Option("--to", help="An organisation or fingerprint we trust, or a file of public keys.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the envelope goes; no file is replaced.")
    ],
    purpose: Purpose,
    case: Case,
    media_type: Annotated[str, typer.Option(help="The document's type; by its name, by default.")] = "",
    message_id: Annotated[str, typer.Option(help="A new UUID by default; a repeat keeps its id.")] = "",
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Seal a document for one recipient, and sign what it is."""
    from ..exchange import DocumentInfo, KeyRing
    from ..exchange import seal as seal_document
    from ..exchange.output import check_target

    moment, ring = datetime.now(UTC), KeyRing(keys)
    recipient, key = recipient_key(to, keys=keys, trust=trust, at=moment)
    info = DocumentInfo(
        file_name=file.name,
        media_type=media_type or mimetypes.guess_type(file.name)[0] or "application/octet-stream",
    )
    identity, signing_key = _message_id(message_id), ring.current_signing(moment)
    check_texts(purpose, case)
    check_target(output)
    shown: dict[str, object] = {
        "message_id": str(identity),
        "sender": ring.organisation,
        "recipient": recipient,
        "recipient_key": key.kid,
        "suite": key.suite.value,
    }
    with _watched(file) as source:
        if not dry_run:
            sealed = seal_document(
                source,
                into=output,
                info=info,
                message_id=identity,
                sender=ring.organisation,
                recipient=recipient,
                purpose=purpose,
                case_reference=case,
                signing_key=signing_key,
                recipient_key=key,
                at=moment,
            )
            shown |= {"envelope": str(output), "bytes": sealed.size_bytes}
    _show("Would be sealed; nothing was written" if dry_run else "Sealed", shown, dry_run=dry_run, json=json)


def open_(
    envelope: Envelope,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where the document goes; no file is replaced.")
    ],
    keys: Keys = KEYS,
    trust: Trust = TRUST,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Open an envelope that was sealed for us. The document appears whole, or not at all."""
    from ..exchange import KeyRing, TrustList, open_envelope, read_manifest
    from ..exchange.output import check_target

    moment, ring = datetime.now(UTC), KeyRing(keys)
    believed = believed_keys(trust, keys=keys) or TrustList()
    if dry_run:
        check_target(output)
        manifest, shown = read_manifest(envelope, trust=believed, at=moment), dict[str, object]()
    else:
        opened = open_envelope(
            envelope, into=output, keys=ring, trust=believed, recipient=ring.organisation, at=moment
        )
        manifest = opened.manifest
        shown = {
            "document": str(opened.path),
            "file_name": opened.info.file_name,
            "media_type": opened.info.media_type,
            "sha256": opened.sha256_hex,
        }
    clear: dict[str, object] = {
        "message_id": str(manifest.message_id),
        "sender": manifest.sender,
        "recipient": manifest.recipient,
        "purpose": manifest.purpose,
        "case": manifest.case_reference,
        "sealed_at": manifest.sealed_at.isoformat(),
    }
    title = "In the envelope; nothing was opened" if dry_run else "Opened"
    _show(title, clear | shown, dry_run=dry_run, json=json)


def check_texts(purpose: str, case: str) -> None:
    """Refuse what may not travel in clear.

    Raises:
        RejectedError: a text is empty, too long, or names a person by number.
    """
    from ..exchange.texts import check_text

    check_text(purpose, what="purpose", most=500)
    check_text(case, what="case_reference", most=200)


def recipient_key(to: str, *, keys: Path, trust: Path, at: datetime) -> tuple[str, EncryptionKey]:
    """Whom ``--to`` means, and the key to seal to.

    Raises:
        ConfigError: there is no such key, or it is not valid now.
    """
    from ..exchange import EncryptionKey, TrustList, load_entries

    if Path(to).is_file():
        handed = TrustList(entries=load_entries(Path(to)))
        organisations = {entry.organisation for entry in handed.entries}
        if len(organisations) != 1:
            raise ConfigError(NOT_A_SEALING_KEY, to="--to")
        (organisation,) = organisations
        return organisation, handed.sealer(organisation=organisation, at=at)
    believed = believed_keys(trust, keys=keys) or TrustList()
    entry = believed.find(to)
    if entry is None:
        return to, believed.sealer(organisation=to, at=at)
    fault = entry.fault_at(at)
    if fault is not None:
        raise ConfigError(fault)
    if not isinstance(entry.key, EncryptionKey):
        raise ConfigError(NOT_A_SEALING_KEY, to="--to")
    return entry.organisation, entry.key


def _message_id(text: str) -> UUID:
    try:
        return UUID(text) if text else uuid4()
    except ValueError:
        raise RejectedError(NOT_AN_ID) from None


@contextmanager
def _watched(path: Path) -> Iterator[BinaryIO]:
    """The file, with a bar on a terminal that moves as it is read."""
    try:
        size = path.stat().st_size
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise RejectedError(SOURCE_GONE, name=path.name) from error
    with file, progress_bar(path.name, size) as advance:

        class Watched(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def read(self, size: int = -1, /) -> bytes | None:
                content = file.read(size)
                advance(len(content or b""))
                return content

        yield Watched()  # type: ignore[misc]  # a RawIOBase is what sealing reads; typeshed's BinaryIO is narrower


def _show(title: str, content: dict[str, object], *, dry_run: bool, json: bool) -> None:
    if json:
        print_json({"dry_run": dry_run, **content})
    else:
        print_table(title, ("what", "value"), list(content.items()))
