"""``govlink register``: check a service manifest, and keep the state of its registration.

There is no registration API: letters, an e-Form and e-mails carry it. What is kept here is what was
done, by whom, when, and what comes next.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from .._drive import run
from ..errors import ConfigError, Fault, RejectedError
from ..flow import Context, Request, Response
from ..models.portal import RegistrationCheck, ServiceManifest
from ..registration import (
    RegistrationProgress,
    StepDocument,
    complete,
    due,
    load_manifest,
    load_progress,
    record_answer,
    save_progress,
    start,
)
from ..registry import load_adapter
from .output import error_object, language, print_json, print_line, print_table, stop_with

__all__ = ["add_to"]

BANGKOK = timezone(timedelta(hours=7))
PROGRESS = Path("registration.json")

NOT_A_DAY = Fault(
    "register.not_a_day", en="{option} takes a day such as 2026-11-23", th="{option} ต้องเป็นวันที่ เช่น 2026-11-23"
)
FILE_GONE = Fault("register.file_gone", en="{name} cannot be read", th="อ่านไฟล์ {name} ไม่ได้")
EXISTS = Fault(
    "register.exists",
    en="{name} already tracks a registration; choose another file",
    th="{name} เก็บสถานะการลงทะเบียนอยู่แล้ว ให้เลือกไฟล์อื่น",
)
PROBLEMS = Fault(
    "register.problems",
    en="{name} has {count} problem(s) that the portal would refuse",
    th="{name} มีปัญหา {count} รายการที่พอร์ทัลจะไม่รับ",
)
NO_REGISTRATION = Fault(
    "register.no_registration",
    en="platform {name} checks no registrations",
    th="แพลตฟอร์ม {name} ไม่มีการตรวจการลงทะเบียน",
)

ProgressFile = Annotated[Path, typer.Option("--progress", help="Where the state is kept.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written and write nothing.")]
Day = Annotated[str | None, typer.Option(help="A day as YYYY-MM-DD; today by default.")]


def add_to(app: typer.Typer) -> None:
    """Add the command group."""
    group = typer.Typer(help="Prepare and track the registration of a service on a portal.")
    for name, command in (
        ("check", check),
        ("start", begin),
        ("done", done),
        ("answered", answered),
        ("status", status),
    ):
        group.command(name)(command)
    app.add_typer(group, name="register")


def check(
    manifest: Path,
    platform: Annotated[str, typer.Option(help="The portal.")] = "citizen_portal",
    json: Json = False,
) -> None:
    """Check a service manifest against the portal's rules. Exit 65 if it has problems."""
    service = load_manifest(manifest)
    found = _check(service, platform)
    missing = [name for name in _files(service) if not (manifest.parent / name).is_file()]
    lang = language()
    refusal = RejectedError(PROBLEMS, name=manifest.name, count=len(found.problems))
    if json:
        print_json(
            {
                "problems": [{"pointer": p.pointer, "text": p.text(lang)} for p in found.problems],
                "warnings": [{"pointer": p.pointer, "text": p.text(lang)} for p in found.warnings],
                "missing_files": missing,
                "steps": len(found.steps),
                **(error_object(refusal) if found.problems else {}),
            }
        )
    else:
        rows = [("problem", p.pointer, p.text(lang)) for p in found.problems]
        rows += [("warning", p.pointer, p.text(lang)) for p in found.warnings]
        rows += [("warning", "/files", f"{name} is not beside the manifest") for name in missing]
        print_table(f"{manifest.name}: {len(found.problems)} problems", ("kind", "where", "what"), rows)
    if found.problems:
        stop_with(refusal)


def begin(
    manifest: Path,
    platform: Annotated[str, typer.Option(help="The portal.")] = "citizen_portal",
    progress: ProgressFile = PROGRESS,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Begin to track the registration of the manifest's service."""
    if progress.exists():
        raise ConfigError(EXISTS, name=progress.name)
    service = load_manifest(manifest)
    begun = start(service, check=_check(service, platform))
    _keep(begun, progress, dry_run=dry_run)
    _show(begun, json=json)


def done(
    step: int,
    on: Day = None,
    note: Annotated[str, typer.Option(help="A letter's number, say. No personal data.")] = "",
    document: Annotated[list[Path] | None, typer.Option(help="A paper; name and digest are kept.")] = None,
    progress: ProgressFile = PROGRESS,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Record that the next step was done."""
    papers = tuple(_paper(path) for path in document or ())
    today = _today()
    moved = complete(
        load_progress(progress), step, on=_day(on, "--on") or today, today=today, note=note, documents=papers
    )
    _keep(moved, progress, dry_run=dry_run)
    _show(moved, json=json)


def answered(
    step: int, on: Day = None, progress: ProgressFile = PROGRESS, dry_run: DryRun = False, json: Json = False
) -> None:
    """Record that the portal answered the step last done."""
    today = _today()
    moved = record_answer(load_progress(progress), step, on=_day(on, "--on") or today, today=today)
    _keep(moved, progress, dry_run=dry_run)
    _show(moved, json=json)


def status(
    progress: ProgressFile = PROGRESS,
    today: Day = None,
    holiday: Annotated[list[str] | None, typer.Option(help="A public holiday, YYYY-MM-DD.")] = None,
    json: Json = False,
) -> None:
    """Show the steps, whose turn it is and by when."""
    holidays = tuple(d for d in (_day(text, "--holiday") for text in holiday or ()) if d)
    _show(load_progress(progress), json=json, today=_day(today, "--today"), holidays=holidays)


def _check(manifest: ServiceManifest, platform: str) -> RegistrationCheck:
    """Ask the portal's adapter."""
    adapter = load_adapter(platform)
    registration = adapter.connect_offline().registration
    if registration is None:
        raise ConfigError(NO_REGISTRATION, name=platform)
    return run(registration.check_registration(manifest, context=Context.system()), _Offline())


class _Offline:
    """Carries nothing: checking is local, so no settings are needed and nothing may be sent."""

    def send(self, request: Request) -> Response:
        raise ConfigError(NO_REGISTRATION, name=request.operation)

    def close(self) -> None:
        return None


def _files(manifest: ServiceManifest) -> tuple[str, ...]:
    return (manifest.icon_file, *manifest.screenshot_files)


def _paper(path: Path) -> StepDocument:
    try:
        return StepDocument(name=path.name, sha256_hex=hashlib.sha256(path.read_bytes()).hexdigest())
    except OSError as error:
        raise ConfigError(FILE_GONE, name=path.name) from error


def _keep(progress: RegistrationProgress, path: Path, *, dry_run: bool) -> None:
    if not dry_run:
        save_progress(progress, path)


def _today() -> date:
    return datetime.now(UTC).astimezone(BANGKOK).date()


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(NOT_A_DAY, option=option) from error


def _show(
    progress: RegistrationProgress,
    *,
    json: bool,
    today: date | None = None,
    holidays: tuple[date, ...] = (),
) -> None:
    coming = due(progress, today=today or _today(), holidays=holidays)
    if json:
        print_json(
            {
                "service_code": progress.service_code,
                "steps": [
                    {
                        "number": r.step.number,
                        "actor": r.step.actor.value,
                        "title_th": r.step.title_th,
                        "title_en": r.step.title_en,
                        "done_on": r.done_on.isoformat() if r.done_on else None,
                    }
                    for r in progress.records
                ],
                "next": None
                if coming is None
                else {
                    "step": coming.step.number,
                    "turn": coming.turn.value,
                    "by": coming.by.isoformat(),
                    "overdue": coming.is_overdue,
                },
            }
        )
        return
    thai = language() == "th"
    rows = [
        (r.step.number, r.step.actor.value, r.step.title_th if thai else r.step.title_en, r.done_on or "")
        for r in progress.records
    ]
    print_table(progress.name_th, ("step", "who", "what", "done on"), rows)
    if coming is None:
        print_line("Every step is done.")
    else:
        late = " (overdue)" if coming.is_overdue else ""
        print_line(f"Next: step {coming.step.number}, {coming.turn.value}'s turn, by {coming.by}{late}")
