"""Every public exception, organised by what the caller should do next.

GovlinkError
├── ConfigError               fix the settings                         exit 78
├── RejectedError             fix the data (carries ``problems``)      exit 65
├── AuthError                 fix the credentials or rights            exit 77
│   └── OfficerLoginRequired  an officer must log in with a card       exit 77
├── QuotaError                wait ``retry_after_s``                   exit 75
├── TryAgainError             try again later                          exit 75
│   ├── UnavailableError      the platform answered that it cannot serve now
│   └── TransportError        no answer came back
├── OutcomeUnknownError       sent, no answer: read back, do not resend  exit 74
├── NotFoundError             a business answer: there is no such thing  exit 66
├── ConflictError             a business answer: somebody changed it     exit 73
├── UnexpectedAnswerError     it answered, but not as this platform    exit 76
├── VerificationError         do not trust it                          exit 79
└── ProtectionError           these statistics may not be published    exit 80

Exit codes 65 to 78 follow BSD ``sysexits``; 79 and 80 are ours. ``str(error)`` is one English line;
``explain("th")`` says the same in Thai, with what to do next. Neither holds a secret or a personal
datum: a ``Fault`` text is formatted only with values that the raiser names as safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Literal

__all__ = [
    "AuthError",
    "ConfigError",
    "ConflictError",
    "Fault",
    "GovlinkError",
    "NotFoundError",
    "OfficerLoginRequired",
    "OutcomeUnknownError",
    "Problem",
    "ProtectionError",
    "QuotaError",
    "RejectedError",
    "Retry",
    "Sent",
    "TransportError",
    "TryAgainError",
    "UnavailableError",
    "UnexpectedAnswerError",
    "VerificationError",
]

Language = Literal["th", "en"]


class Retry(StrEnum):
    """Whether the same call may be made again by a machine."""

    NEVER = "never"
    SAME_REQUEST = "same_request"
    AFTER_DELAY = "after_delay"


class Sent(StrEnum):
    """How far a request got before the connection failed."""

    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Fault:
    """One stable, documented reason for an error, in both languages.

    ``code`` is ``<area>.<reason>`` in lower case. ``en`` and ``th`` are format strings; they may name
    only values that are neither secret nor personal (a setting's name, a line number, a status).
    ``next_en`` and ``next_th`` say what to do next where the error's own words would not fit.
    """

    code: str
    en: str
    th: str
    next_en: str = ""
    next_th: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with the data. ``pointer`` is an RFC 6901 JSON pointer into what was sent."""

    pointer: str
    fault: Fault
    values: tuple[tuple[str, str], ...] = ()

    def text(self, language: Language) -> str:
        """The problem in one line, in the language asked for."""
        template = self.fault.th if language == "th" else self.fault.en
        return _one_line(template.format_map(dict(self.values)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _revive(kind: type[GovlinkError], args: tuple[object, ...]) -> GovlinkError:
    return kind.__new__(kind, *args)


class GovlinkError(Exception):
    """Base of every exception govlink raises on purpose; never raised itself."""

    exit_code: ClassVar[int] = 70
    retry: ClassVar[Retry] = Retry.NEVER
    next_en: ClassVar[str] = "Report this with its code."
    next_th: ClassVar[str] = "โปรดแจ้งผู้พัฒนาพร้อมรหัสข้อผิดพลาด"

    def __init__(
        self,
        fault: Fault,
        /,
        *,
        platform: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
        problems: tuple[Problem, ...] = (),
        **values: object,
    ) -> None:
        self.fault = fault
        self.platform = platform
        self.operation = operation
        self.request_id = request_id
        self.problems = problems
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(self._line("en"))

    @property
    def code(self) -> str:
        """The stable, documented code."""
        return self.fault.code

    def explain(self, language: Language = "en") -> str:
        """What happened, each problem on a line of its own, and what to do next."""
        lines = [self._line(language)]
        lines += [f"  {p.pointer}: {p.text(language)}" for p in self.problems]
        fault = self.fault
        lines.append(fault.next_th or self.next_th if language == "th" else fault.next_en or self.next_en)
        return "\n".join(lines)

    def _line(self, language: Language) -> str:
        template = self.fault.th if language == "th" else self.fault.en
        text = template.format_map({"platform": self.platform, "operation": self.operation, **self.values})
        where = ".".join(part for part in (self.platform, self.operation) if part)
        return _one_line(f"[{self.fault.code}] {where}: {text}" if where else f"[{self.fault.code}] {text}")

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are rebuilt from their text by default, which loses the fault: worker processes
        # and durable queues copy them.
        return _revive, (type(self), self.args), self.__dict__


class ConfigError(GovlinkError):
    """The settings are missing, contradict each other or hold a literal secret."""

    exit_code = 78
    next_en = "Correct the setting, option or file named above and run again."
    next_th = "แก้ไขค่าตั้ง ตัวเลือก หรือไฟล์ที่ระบุข้างต้น แล้วเรียกใช้ใหม่"


class RejectedError(GovlinkError):
    """The data were refused, by govlink before sending or by the platform; see ``problems``."""

    exit_code = 65
    next_en = "Correct the data named above; sending the same again will be refused again."
    next_th = "แก้ไขข้อมูลตามที่ระบุข้างต้น การส่งข้อมูลเดิมซ้ำจะถูกปฏิเสธอีก"


class AuthError(GovlinkError):
    """The credentials were refused, or they carry no right to this operation."""

    exit_code = 77
    next_en = "Check the credential and the rights granted for this environment."
    next_th = "ตรวจสอบรหัสเชื่อมต่อและสิทธิที่ได้รับสำหรับสภาพแวดล้อมนี้"


class OfficerLoginRequired(AuthError):
    """The look-up needs an officer's open session (smart card in GovAMI)."""

    next_en = "Ask the officer to insert the card and log in again, then repeat."
    next_th = "ให้เจ้าหน้าที่เสียบบัตรและเข้าสู่ระบบใหม่ แล้วทำรายการอีกครั้ง"


class QuotaError(GovlinkError):
    """A quota or rate limit is used up. ``retry_after_s`` is None when nobody says how long."""

    exit_code = 75
    retry = Retry.AFTER_DELAY
    next_en = "Wait, then try again; do not repeat at once."
    next_th = "รอแล้วลองใหม่ภายหลัง ห้ามเรียกซ้ำทันที"

    def __init__(
        self,
        fault: Fault,
        /,
        *,
        retry_after_s: float | None = None,
        platform: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(
            fault, platform=platform, operation=operation, request_id=request_id, problems=(), **values
        )
        self.retry_after_s = retry_after_s


class TryAgainError(GovlinkError):
    """Nothing is wrong with the call; the platform or the way to it failed."""

    exit_code = 75
    retry = Retry.AFTER_DELAY
    next_en = "Try again later; the call itself is in order."
    next_th = "ลองใหม่ภายหลัง คำขอนี้ไม่มีข้อผิดพลาด"


class UnavailableError(TryAgainError):
    """The platform answered that it cannot serve now (503, upstream time-out, maintenance)."""


class TransportError(TryAgainError):
    """No answer came back. ``sent`` says whether the platform may have received the request."""

    def __init__(
        self,
        fault: Fault,
        /,
        *,
        sent: Sent,
        platform: str | None = None,
        operation: str | None = None,
        request_id: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(
            fault, platform=platform, operation=operation, request_id=request_id, problems=(), **values
        )
        self.sent = sent


class OutcomeUnknownError(GovlinkError):
    """A write was sent and no answer came: it may or may not have happened."""

    exit_code = 74
    next_en = "Read the state back from the platform before sending anything again."
    next_th = "อ่านสถานะจากแพลตฟอร์มก่อน ห้ามส่งซ้ำโดยไม่ตรวจสอบ"


class NotFoundError(GovlinkError):
    """The platform answered that there is no such record."""

    exit_code = 66
    next_en = "Check the identifier; the platform holds no such record."
    next_th = "ตรวจสอบเลขอ้างอิง แพลตฟอร์มไม่มีข้อมูลรายการนี้"


class ConflictError(GovlinkError):
    """Somebody else changed or took what this call wanted to write."""

    exit_code = 73
    next_en = "Read the current state, decide which version is right, and repeat."
    next_th = "อ่านสถานะปัจจุบัน ตัดสินว่าฉบับใดถูกต้อง แล้วทำรายการใหม่"


class UnexpectedAnswerError(GovlinkError):
    """Something answered, but not in this platform's form (a firewall's HTML, a wrong envelope)."""

    exit_code = 76
    next_en = "Check the URL, the proxy and any firewall between; then report it with its code."
    next_th = "ตรวจสอบ URL พร็อกซี และไฟร์วอลล์ระหว่างทาง แล้วแจ้งพร้อมรหัสข้อผิดพลาด"


class VerificationError(GovlinkError):
    """A signature, seal, digest or certificate did not prove what it claims."""

    exit_code = 79
    next_en = "Do not use this document; ask the issuer."
    next_th = "ห้ามใช้เอกสารนี้ โปรดสอบถามหน่วยงานผู้ออก"


class ProtectionError(GovlinkError):
    """A table could be taken apart, so it may not be published."""

    exit_code = 80
    next_en = (
        "Nothing was published; where no other way is named above, collapse categories or change the policy."
    )
    next_th = "ยังไม่มีการเผยแพร่ข้อมูลใด หากข้างต้นไม่ได้ระบุวิธีอื่น ให้รวมหมวดหมู่หรือปรับนโยบายการปกปิดข้อมูล"
