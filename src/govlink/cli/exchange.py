"""``govlink exchange``: look up a registry record, or fetch a document a registry hands out.

Every look-up needs a purpose and leaves an audit record, here as in code.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from .._private_files import replace_private, write_new_private
from ..audit import demand_purpose
from ..client import Client
from ..config import Config
from ..errors import ConfigError, Fault, RejectedError
from ..flow import Context, Request
from ..interfaces import Capabilities
from ..models.identity import AgentId
from ..models.registry import Purpose, RegistryDocument, RegistryQuery, RegistryRecord, ServiceListing
from ..redaction import redacted_path
from ..registry import load_adapter
from ..wire import strict_json
from . import exchange_files, exchange_keys, exchange_send, exchange_verify
from .output import print_json, print_line, print_table
from .reach import settings_of

__all__ = ["add_to"]

KEY_MALFORMED = Fault(
    "exchange.key_malformed",
    en="argument {number} after the service is not KEY=VALUE with a name before the sign",
    th="อาร์กิวเมนต์ที่ {number} หลังชื่อบริการไม่อยู่ในรูป KEY=VALUE",
)
KEY_TWICE = Fault("exchange.key_twice", en="{name} is given twice", th="ระบุ {name} ซ้ำ")
KEYS_UNREADABLE = Fault(
    "exchange.keys_unreadable",
    en="{file} is not a JSON object whose values are all texts, with each name once",
    th="{file} ไม่ใช่ออบเจกต์ JSON ที่ทุกค่าเป็นข้อความและไม่มีชื่อซ้ำ",
)
KEYS_GONE = Fault("exchange.keys_gone", en="there is no file {file}", th="ไม่พบไฟล์ {file}")
KEYS_LARGE = Fault(
    "exchange.keys_large",
    en="{file} has more than {most} characters; keys are a few short texts",
    th="{file} ยาวเกิน {most} ตัวอักษร ค่าที่ใช้สืบค้นเป็นข้อความสั้นเท่านั้น",
)
OUTPUT_EXISTS = Fault(
    "exchange.output_exists",
    en="{file} is there already; nothing was asked. Use --force to replace it",
    th="มีไฟล์ {file} อยู่แล้ว ยังไม่ได้ส่งคำขอ ใช้ --force หากต้องการเขียนทับ",
)
OUTPUTS_EXIST = Fault(
    "exchange.outputs_exist",
    en="{file} is there already, where a further file of the answer goes; nothing was written. "
    "Use another name, or --force to replace it",
    th="มีไฟล์ {file} อยู่แล้วในตำแหน่งของไฟล์ถัดไปของคำตอบ ยังไม่ได้เขียนไฟล์ใด ให้ใช้ชื่ออื่น หรือใช้ --force หากต้องการเขียนทับ",
)
OUTPUT_HOMELESS = Fault(
    "exchange.output_homeless",
    en="{file} cannot be written where it should go; nothing was asked",
    th="เขียน {file} ในตำแหน่งที่กำหนดไม่ได้ ยังไม่ได้ส่งคำขอ",
)
CAPABILITY_ABSENT = Fault(
    "exchange.capability_absent",
    en="platform {name} does not provide {capability}",
    th="แพลตฟอร์ม {name} ไม่มีความสามารถ {capability}",
)

MAX_KEYS = 100_000

Service = Annotated[str, typer.Argument(help="The service, such as dopa.laser_code.")]
Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[KEY=VALUE]...",
        help="What is asked for. Others on this machine can see a command line: "
        "give personal values in --keys-from.",
    ),
]
KeysFrom = Annotated[
    str | None,
    typer.Option("--keys-from", metavar="FILE", help="Read keys from a JSON object; - is standard input."),
]
PurposeText = Annotated[str, typer.Option("--purpose", help="Why; kept in the audit log. No personal data.")]
Basis = Annotated[str, typer.Option("--basis", help="The legal provision relied on.")]
Case = Annotated[str, typer.Option("--case", help="The case it is for.")]
Officer = Annotated[
    str,
    typer.Option(
        "--officer", envvar="GOVLINK_OFFICER", help="Who asks: a citizen number or a declared system name."
    ),
]
Platform = Annotated[str, typer.Option("--platform", help="The platform.")]
ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="The settings file; govlink.toml by default.")
]
Sandbox = Annotated[
    str | None,
    typer.Option(
        "--sandbox", metavar="URL", help="Ask a running 'govlink sandbox' (of the default seed) instead."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Check it and show what would be asked; send nothing.")
]


def add_to(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Look up records, fetch documents, exchange sealed ones.")
    group.command("lookup")(lookup)
    group.command("fetch")(fetch)
    group.command("services")(services)
    for module in (exchange_files, exchange_verify, exchange_send, exchange_keys):
        module.add_to(group)
    app.add_typer(group, name="exchange")


def lookup(
    service: Service,
    purpose: PurposeText,
    basis: Basis,
    case: Case,
    officer: Officer,
    keys: Keys = None,
    keys_from: KeysFrom = None,
    platform: Platform = "gdx",
    config: ConfigFile = None,
    sandbox: Sandbox = None,
    json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Look up a registry record. A registry that answers "no" is an answer: exit 0."""
    query = _query(
        service,
        keys,
        keys_from,
        purpose=Purpose(text=purpose, legal_basis=basis, case_reference=case),
        officer=officer,
    )
    settings = settings_of(config, sandbox=sandbox, platform=platform)
    if dry_run:
        _show_request(query, settings, platform=platform, capability="registry", json=json)
        return
    with Client(settings) as client:
        record = client.look_up(query, platform=platform)
    if json:
        print_json(_as_json(record, platform=platform))
    else:
        _print_record(record)


def fetch(
    service: Service,
    purpose: PurposeText,
    basis: Basis,
    case: Case,
    officer: Officer,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the document goes, with mode 600.")],
    keys: Keys = None,
    keys_from: KeysFrom = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    platform: Platform = "gdx",
    config: ConfigFile = None,
    sandbox: Sandbox = None,
    json: Json = False,
    dry_run: DryRun = False,
) -> None:
    """Fetch a document, byte for byte. An answer of several files is written as NAME, NAME-2 and so on."""
    query = _query(
        service,
        keys,
        keys_from,
        purpose=Purpose(text=purpose, legal_basis=basis, case_reference=case),
        officer=officer,
    )
    settings = settings_of(config, sandbox=sandbox, platform=platform)
    _demand_place(output, force=force)
    if dry_run:
        _show_request(query, settings, platform=platform, capability="documents", json=json)
        return
    with Client(settings) as client:
        document = client.fetch_document(query, platform=platform)
    written = _write(document, output, force=force)
    if json:
        print_json({"platform": platform, "service": document.service, "files": written})
    else:
        rows = [(f["file"], f["kind"], f["bytes"], f["sha256"]) for f in written]
        print_table(document.service, ("file", "kind", "bytes", "sha256"), rows)


def services(platform: Platform = "gdx", json: Json = False) -> None:
    """List the services that can be looked up or fetched, with the keys each takes."""
    listed = load_adapter(platform).services
    if json:
        print_json({"platform": platform, "services": [_listing(one) for one in listed]})
        return
    rows = [
        (one.name, one.code, _keys_shown(one), ", ".join(one.verbs), "officer" if one.needs_officer else "")
        for one in listed
    ]
    print_table(platform, ("service", "code", "keys", "verb", "needs"), rows)


def _listing(service: ServiceListing) -> dict[str, object]:
    return {
        "name": service.name,
        "code": service.code,
        "keys": list(service.keys),
        "optional_keys": sorted(service.optional_keys),
        "verbs": list(service.verbs),
        "needs_officer": service.needs_officer,
        "mark": service.mark.value,
    }


def _keys_shown(service: ServiceListing) -> str:
    return " ".join(f"[{key}]" if key in service.optional_keys else key for key in service.keys)


def _demand_place(output: Path, *, force: bool) -> None:
    """What is fetched is counted, audited and perhaps paid for: it must have somewhere to go.

    Only the answer tells how many files it has; a second one is looked out for.
    """
    if not force and os.path.lexists(output):
        raise ConfigError(OUTPUT_EXISTS, file=output.name)
    if not force:
        _demand_free(_further(output, files=2))
    if output.is_dir() or not os.access(output.parent, os.W_OK | os.X_OK):
        raise ConfigError(OUTPUT_HOMELESS, file=output.name)


def _further(output: Path, *, files: int) -> tuple[Path, ...]:
    """Where the files of an answer go after the first."""
    return tuple(output.with_name(f"{output.stem}-{n}{output.suffix}") for n in range(2, files + 1))


def _demand_free(places: tuple[Path, ...]) -> None:
    for place in places:
        if os.path.lexists(place):
            raise ConfigError(OUTPUTS_EXIST, file=place.name)


def _query(
    service: str, pairs: list[str] | None, source: str | None, *, purpose: Purpose, officer: str
) -> RegistryQuery:
    """The query; no error shows a value."""
    keys = dict(_keys_of(source)) if source else {}
    for number, pair in enumerate(pairs or (), start=1):
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise RejectedError(KEY_MALFORMED, number=number)
        if name in keys:
            raise RejectedError(KEY_TWICE, name=name)
        keys[name] = value
    return RegistryQuery(service=service, keys=keys, purpose=purpose, officer=AgentId(officer))


def _keys_of(source: str) -> Mapping[str, str]:
    name = "standard input" if source == "-" else Path(source).name
    try:
        given = _read_text(source)
        if len(given) > MAX_KEYS:
            raise RejectedError(KEYS_LARGE, file=name, most=MAX_KEYS)
        content = strict_json(given)
    except FileNotFoundError:
        raise RejectedError(KEYS_GONE, file=name) from None
    except (OSError, ValueError, RecursionError):
        raise RejectedError(KEYS_UNREADABLE, file=name) from None  # the cause's text may show the content
    if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
        raise RejectedError(KEYS_UNREADABLE, file=name)
    return content


def _read_text(source: str) -> str:
    """No more than is needed to see that it is too much."""
    if source == "-":
        return sys.stdin.read(MAX_KEYS + 1)
    with Path(source).open(encoding="utf-8-sig") as file:
        return file.read(MAX_KEYS + 1)


def _show_request(
    query: RegistryQuery, settings: Config, *, platform: str, capability: str, json: bool
) -> None:
    """The first request the platform's flow would send, without anything personal in it."""
    demand_purpose(query)
    adapter = load_adapter(platform)
    values = settings.values_for(adapter)
    request = _first_request(adapter.connect_from(values), query, platform=platform, capability=capability)
    shown = {
        "platform": platform,
        "environment": str(values["environment"]),
        "service": query.service,
        "keys": ", ".join(sorted(query.keys)),
        "asked_as": "officer" if query.officer.is_officer else "system",
        "operation": request.operation,
        "method": request.method,
        "path": redacted_path(request.url),
    }
    if json:
        print_json({"dry_run": True, **shown})
    else:
        print_table("Would be asked; nothing was sent", ("what", "value"), list(shown.items()))


def _first_request(
    capabilities: Capabilities, query: RegistryQuery, *, platform: str, capability: str
) -> Request:
    context = Context.system()
    if capability == "registry" and capabilities.registry is not None:
        with closing(capabilities.registry.look_up(query, context=context)) as flow:
            return next(flow)
    if capability == "documents" and capabilities.documents is not None:
        with closing(capabilities.documents.fetch(query, context=context)) as flow:
            return next(flow)
    raise ConfigError(CAPABILITY_ABSENT, name=platform, capability=capability)


def _as_json(record: RegistryRecord, *, platform: str) -> dict[str, object]:
    return {
        "platform": platform,
        "service": record.service,
        "confirmed": record.confirmed,
        "fields": dict(record.fields),
        "rows": [dict(row) for row in record.rows],
        "dates": {name: str(date) for name, date in record.dates.items()},
        "extra": dict(record.extra),
    }


def _print_record(record: RegistryRecord) -> None:
    if record.confirmed is not None:
        print_line(f"{record.service}: {'yes' if record.confirmed else 'no'}")
    if record.fields:
        print_table(record.service, ("field", "value"), list(record.fields.items()))
    for number, row in enumerate(record.rows, start=1):
        print_table(f"{record.service} {number}", ("field", "value"), list(row.items()))


def _write(document: RegistryDocument, output: Path, *, force: bool) -> list[dict[str, str | int]]:
    """Each file in its place, wholly or not at all; none where one of the places is taken."""
    places = (output, *_further(output, files=len(document.files)))
    if not force:
        _demand_free(places)
    put = replace_private if force else write_new_private
    written: list[dict[str, str | int]] = []
    for path, file in zip(places, document.files, strict=True):
        put(path, file.content)
        written.append(
            {
                "file": str(path),
                "kind": file.kind.value,
                "media_type": file.media_type,
                "bytes": len(file.content),
                "sha256": file.sha256_hex,
            }
        )
    return written
