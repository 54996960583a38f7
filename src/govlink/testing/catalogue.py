"""The table of checks. An identifier is stable: its number is never given to another check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from .bench import Bench
from .checks import drivers, errors, privacy, purity, record, requests

__all__ = ["CHECKS", "Check", "CheckResult", "Level", "run_check"]


class Level(StrEnum):
    """What a check is about, and so how bad it is to fail it."""

    BASIC = "basic"
    """The adapter keeps the contract; all else rests on it."""
    RESILIENCE = "resilience"
    """A bad day ends in the error that says what to do."""
    PRIVACY = "privacy"
    """Nothing secret or personal is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing every adapter must satisfy, with its meaning in both languages."""

    id: str
    name: str
    level: Level
    th: str
    en: str
    find: Callable[[Bench], Iterator[str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What one check found on one adapter; no findings means that it passed."""

    check: Check
    adapter: str
    findings: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def __str__(self) -> str:
        head = f"{self.check.id} {self.check.name} ({self.adapter}): {self.check.en}"
        return "\n".join((head, *(f"  - {finding}" for finding in self.findings)))


CHECKS: tuple[Check, ...] = (
    Check(
        id="C01",
        name="record",
        level=Level.BASIC,
        th="ระเบียนของอะแดปเตอร์ครบถ้วนถูกต้อง (ชื่อ เลขสัญญา ชื่อไทยและอังกฤษ เว็บไซต์ ที่มาของความรู้)",
        en="The adapter's record is whole and sound: name, contract number, titles, homepage, mark.",
        find=record.record,
    ),
    Check(
        id="C02",
        name="capabilities",
        level=Level.BASIC,
        th="ความสามารถที่ประกาศตรงกับที่ให้ใช้จริงทุกคำสั่ง",
        en="What is declared is what is provided, verb by verb.",
        find=record.capabilities,
    ),
    Check(
        id="C03",
        name="absences",
        level=Level.BASIC,
        th="ความสามารถที่ไม่มีทุกข้อบอกเหตุผลหนึ่งครั้ง และไม่มีข้อใดล้าสมัย",
        en="Every missing capability gives its reason exactly once, and no reason is stale.",
        find=record.absences,
    ),
    Check(
        id="C04",
        name="endpoints",
        level=Level.BASIC,
        th="ทุกการเรียกมี URL ของ sandbox และ URL อื่นทั้งหมดเป็น https",
        en="Every operation has a sandbox URL, and all other URLs are https.",
        find=record.endpoints,
    ),
    Check(
        id="C05",
        name="production",
        level=Level.BASIC,
        th="URL จริงที่ยังไม่เผยแพร่ทำให้เกิด ConfigError ที่บอกชื่อค่าตั้ง ก่อนส่งข้อมูลใด ๆ",
        en="An unpublished production URL is a ConfigError that names the setting, before anything is sent.",
        find=record.production,
    ),
    Check(
        id="C06",
        name="examples",
        level=Level.BASIC,
        th="ทุกคำสั่งมีตัวอย่าง และทุกตัวอย่างสำเร็จกับแพลตฟอร์มจำลอง",
        en="Every verb has an example, and every example succeeds on the simulator.",
        find=requests.examples,
    ),
    Check(
        id="C07",
        name="lazy",
        level=Level.BASIC,
        th="การเรียกคำสั่งยังไม่ส่งอะไร จนกว่าจะมีผู้ขับเคลื่อน",
        en="Calling a verb sends nothing until a driver runs it.",
        find=requests.lazy,
    ),
    Check(
        id="C08",
        name="requests",
        level=Level.BASIC,
        th="ทุกคำขอมีชื่อการเรียก URL และเวลารอครบ และไม่มีรหัสลับใน URL",
        en="Each request names its operation, goes to its URL, has a time-out, and no secret in its URL.",
        find=requests.complete,
    ),
    Check(
        id="C09",
        name="effects",
        level=Level.BASIC,
        th="คำขอที่เปลี่ยนแปลงข้อมูลประกาศไว้เช่นนั้น คำขอที่เพียงถามก็เช่นกัน",
        en="What writes is declared as writing, what only asks as reading.",
        find=requests.effects,
    ),
    Check(
        id="C10",
        name="drivers",
        level=Level.BASIC,
        th="เธรด asyncio และ trio ส่งข้อมูลเหมือนกันทุกไบต์",
        en="Threads, asyncio and trio send identical bytes.",
        find=drivers.same_bytes,
    ),
    Check(
        id="C11",
        name="purity",
        level=Level.BASIC,
        th="คำสั่งไม่อ่านนาฬิกา ค่าสุ่ม ตัวแปรสภาพแวดล้อม ไฟล์ หรือซ็อกเก็ตเอง",
        en="Flows read no clock, randomness, environment, file or socket of their own.",
        find=purity.pure,
    ),
    Check(
        id="C12",
        name="texts",
        level=Level.BASIC,
        th="ข้อความไทยไปและกลับโดยไม่เปลี่ยนแปลง",
        en="Thai text goes out and comes back unchanged.",
        find=requests.texts,
    ),
    Check(
        id="C13",
        name="paging",
        level=Level.BASIC,
        th="การอ่านทีละหน้ามีที่สิ้นสุด",
        en="Reading page by page comes to an end.",
        find=drivers.paging,
    ),
    Check(
        id="C14",
        name="refused",
        level=Level.RESILIENCE,
        th="401 และ 403 คือ AuthError",
        en="401 and 403 are AuthError.",
        find=errors.refused,
    ),
    Check(
        id="C15",
        name="missing",
        level=Level.RESILIENCE,
        th="404 คือ NotFoundError หรือความหมายที่ตัวอย่างระบุไว้",
        en="404 is NotFoundError, or what the example says it means.",
        find=errors.missing,
    ),
    Check(
        id="C16",
        name="quota",
        level=Level.RESILIENCE,
        th="429 คือ QuotaError พร้อมเวลาที่ต้องรอ",
        en="429 is QuotaError with the time to wait.",
        find=errors.quota,
    ),
    Check(
        id="C17",
        name="unavailable",
        level=Level.RESILIENCE,
        th="503 คือ UnavailableError (คำขอที่เขียนข้อมูลอาจเป็น OutcomeUnknownError)",
        en="503 is UnavailableError; of a write it may be OutcomeUnknownError.",
        find=errors.unavailable,
    ),
    Check(
        id="C18",
        name="html",
        level=Level.RESILIENCE,
        th="หน้า HTML ที่มากับ 200 คือ UnexpectedAnswerError",
        en="An HTML page with 200 is UnexpectedAnswerError.",
        find=errors.html,
    ),
    Check(
        id="C19",
        name="empty",
        level=Level.RESILIENCE,
        th="คำตอบว่างเปล่าที่มากับ 200 คือ UnexpectedAnswerError",
        en="An empty answer with 200 is UnexpectedAnswerError.",
        find=errors.empty,
    ),
    Check(
        id="C20",
        name="truncated",
        level=Level.RESILIENCE,
        th="JSON ที่ขาดตอนคือ UnexpectedAnswerError",
        en="JSON that breaks off is UnexpectedAnswerError.",
        find=errors.truncated,
    ),
    Check(
        id="C21",
        name="connection",
        level=Level.RESILIENCE,
        th="การเชื่อมต่อขาดคือ TransportError และหลังส่งคำขอที่เขียนข้อมูลแล้วคือ OutcomeUnknownError",
        en="A lost connection is TransportError; after a write was sent, OutcomeUnknownError.",
        find=errors.connection,
    ),
    Check(
        id="C22",
        name="silent-requests",
        level=Level.PRIVACY,
        th="repr ของค่าตั้งและคำขอ และบันทึกการรับส่ง ไม่แสดงรหัสลับหรือข้อมูลบุคคล",
        en="Settings, requests and traffic events show no secret and no person in their repr.",
        find=privacy.shown_requests,
    ),
    Check(
        id="C23",
        name="silent-errors",
        level=Level.PRIVACY,
        th="ข้อผิดพลาด คำอธิบาย และสาเหตุ ไม่แสดงรหัสลับหรือข้อมูลบุคคล แม้คำตอบจะมี",
        en="Errors, explanations and causes show no secret and no person, even where the answer did.",
        find=privacy.shown_errors,
    ),
)
"""All checks, in the order they are told."""


def run_check(check: Check, bench: Bench) -> CheckResult:
    """Run one check. What the adapter raises in a place where it should not is a finding, too."""
    findings: list[str] = []
    try:
        findings += check.find(bench)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything; the kit reports it
        findings.append(f"it raised {type(error).__name__}: {error}")
    return CheckResult(
        check=check, adapter=bench.subject.adapter.name, findings=tuple(dict.fromkeys(findings))
    )
