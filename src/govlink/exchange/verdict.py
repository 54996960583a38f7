"""What a verifier says: four parts, each with a result and its reason, never one word for all.

A single yes or no shows a revoked key like a broken file. So integrity, issuer, time and status are told
apart, and the exit code says no more than a script needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..errors import Fault, Language, VerificationError
from .trust import KEY_UNKNOWN

__all__ = ["FileKind", "Part", "Validity", "Verdict"]

NO_TRUST_LIST = Fault(
    "exchange.no_trust_list",
    en="no trust list was given, so nobody's signature can be recognised",
    th="ไม่ได้ระบุรายการกุญแจที่เชื่อถือ จึงไม่ทราบว่าเป็นลายมือชื่อของผู้ใด",
)
NOT_DETERMINED = Fault(
    "exchange.not_determined",
    en="this cannot be told while another part is not valid",
    th="ยังบอกไม่ได้ เพราะส่วนอื่นไม่ถูกต้อง",
)

_RESULT_TEXT: Mapping[str, tuple[str, str]] = {
    "valid": ("valid", "ถูกต้อง"),
    "invalid": ("not valid", "ไม่ถูกต้อง"),
    "skipped": ("not checked", "ไม่ได้ตรวจ"),
    "error": ("could not be checked", "ตรวจไม่สำเร็จ"),
}
_PART_TEXT: Mapping[str, tuple[str, str]] = {
    "integrity": ("integrity", "ความครบถ้วน"),
    "issuer": ("issuer", "ผู้ออก"),
    "time": ("time", "เวลา"),
    "status": ("status of the key", "สถานะกุญแจ"),
}


class Validity(StrEnum):
    """The result of one part."""

    VALID = "valid"
    INVALID = "invalid"
    SKIPPED = "skipped"
    """Nothing to check, or nothing to check it with; the reason says which."""
    ERROR = "error"
    """The check itself failed, for example because the file cannot be read."""


class FileKind(StrEnum):
    """What the file is."""

    ENVELOPE = "envelope"
    RECEIPT = "receipt"
    EVIDENCE = "evidence"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a verdict. A valid part may carry a reason too: what its being valid leaves open."""

    validity: Validity
    reason: Fault | None = None
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def refused(cls, error: VerificationError) -> Part:
        """Not valid, for the reason that the error tells."""
        return cls(validity=Validity.INVALID, reason=error.fault, values=tuple(error.values.items()))

    @classmethod
    def skipped(cls, reason: Fault) -> Part:
        """Not checked, and why."""
        return cls(validity=Validity.SKIPPED, reason=reason)

    def text(self, language: Language) -> str:
        """The result and the reason, in one line."""
        result = _RESULT_TEXT[self.validity.value][language == "th"]
        if self.reason is None:
            return result
        template = self.reason.th if language == "th" else self.reason.en
        return f"{result}: {template.format_map(dict(self.values))}"

    def to_json(self) -> dict[str, str | None]:
        """Result, code (None without a reason) and texts."""
        return {
            "result": self.validity.value,
            "code": self.reason.code if self.reason else None,
            "en": self.text("en"),
            "th": self.text("th"),
        }


VALID = Part(validity=Validity.VALID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found about one file. ``details`` are ids, times and digests, for showing.

    ``integrity``: the content is what its own digests and its signature say. ``issuer``: the signature is
    that of a pinned key of the organisation the file names. ``time``: a time-stamp proves when.
    ``status``: the key was in force when it signed.
    """

    kind: FileKind
    integrity: Part
    issuer: Part
    time: Part
    status: Part
    details: tuple[tuple[str, str], ...] = ()

    def parts(self) -> Iterator[tuple[str, Part]]:
        """The four parts by name."""
        yield "integrity", self.integrity
        yield "issuer", self.issuer
        yield "time", self.time
        yield "status", self.status

    @property
    def exit_code(self) -> int:
        """0 valid, 1 invalid, 2 in order as far as could be checked, but from nobody who is trusted.

        2 is told when the key is unknown or no trust list was given. A part that was skipped for another
        reason (no time-stamp; a log, which nobody signs) does not count. Anything else wrong is 1.
        """
        untrusted = self.issuer.reason in {KEY_UNKNOWN, NO_TRUST_LIST}
        bad = {Validity.INVALID, Validity.ERROR}
        if any(part.validity in bad for name, part in self.parts() if name != "issuer" or not untrusted):
            return 1
        return 2 if untrusted else 0

    def explain(self, language: Language = "en") -> str:
        """The four parts, one line each."""
        return "\n".join(
            f"{_PART_TEXT[name][language == 'th']}: {part.text(language)}" for name, part in self.parts()
        )

    def to_json(self) -> dict[str, object]:
        """Plain values, ready for ``json.dumps``."""
        return {
            "kind": self.kind.value,
            "exit_code": self.exit_code,
            **{name: part.to_json() for name, part in self.parts()},
            "details": dict(self.details),
        }
