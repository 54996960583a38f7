"""What a rule says, how well it is founded, and where a person is sent instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TARGETS", "Basis", "Judgement", "RuleOutcome", "Target", "TargetOffice", "Verdict"]


class Verdict(StrEnum):
    """What follows from a rule."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    MANUAL_REVIEW = "manual_review"
    NEED_EVIDENCE = "need_evidence"
    REFUSE = "refuse"
    REDIRECT = "redirect"

    @property
    def weight(self) -> int:
        """Which verdict wins: whoever is not competent refuses nothing, so REDIRECT weighs most."""
        return list(Verdict).index(self)


class Basis(StrEnum):
    """Who says the rule."""

    SEED = "SEED"
    """The letters that announced the service."""
    SRC = "SRC"
    """Another source."""
    INF = "INF"
    """Nobody: inferred, so it proposes and never decides."""


class Target(StrEnum):
    """Where an application that belongs elsewhere is sent; the codes are ours."""

    UNIVERSITY = "UNIVERSITY"
    MHESI = "MHESI"
    SCHOOL = "SCHOOL"
    ESA = "ESA"
    PEO = "PEO"
    OPEC = "OPEC"
    PALI_OFFICE = "PALI_OFFICE"
    COUNTER = "COUNTER"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOffice:
    """What the applicant is told about a target."""

    name_th: str
    name_en: str
    basis: Basis


TARGETS = {
    Target.UNIVERSITY: TargetOffice(
        name_th="สถาบันอุดมศึกษาที่ประสงค์จะเข้าศึกษา",
        name_en="the university applied to",
        basis=Basis.SEED,
    ),
    Target.MHESI: TargetOffice(
        name_th="กระทรวงการอุดมศึกษา วิทยาศาสตร์ วิจัยและนวัตกรรม",
        name_en="Ministry of Higher Education, Science, Research and Innovation",
        basis=Basis.INF,
    ),
    Target.SCHOOL: TargetOffice(
        name_th="สถานศึกษาที่สำเร็จการศึกษาหรือจะเข้าเรียน",
        name_en="the school concerned",
        basis=Basis.INF,
    ),
    Target.ESA: TargetOffice(
        name_th="สำนักงานเขตพื้นที่การศึกษา", name_en="education service area office", basis=Basis.INF
    ),
    Target.PEO: TargetOffice(
        name_th="สำนักงานศึกษาธิการจังหวัด", name_en="provincial education office", basis=Basis.INF
    ),
    Target.OPEC: TargetOffice(
        name_th="สำนักงานคณะกรรมการส่งเสริมการศึกษาเอกชน",
        name_en="Office of the Private Education Commission",
        basis=Basis.INF,
    ),
    Target.PALI_OFFICE: TargetOffice(
        name_th="สำนักงานแม่กองบาลีสนามหลวง", name_en="Royal Pali examination office", basis=Basis.INF
    ),
    Target.COUNTER: TargetOffice(
        name_th="สำนักทดสอบทางการศึกษา สพฐ.",
        name_en="Bureau of Educational Testing, OBEC",
        basis=Basis.INF,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """One line of a rule trace.

    ``says`` is the rule's own verdict; ``counts`` is what it may do by itself, given its basis.
    """

    rule_id: str
    basis: Basis
    says: Verdict
    counts: Verdict
    reason_code: str | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The heaviest of all that counts, and the whole trace, passed rules included.

    A ``REFUSE`` here is a proposal to the signer: only a person signs a refusal.
    """

    verdict: Verdict
    trace: tuple[RuleOutcome, ...]

    @property
    def failed(self) -> tuple[RuleOutcome, ...]:
        """The rules not passed, heaviest first."""
        failed = (outcome for outcome in self.trace if outcome.says is not Verdict.PASS)
        return tuple(sorted(failed, key=lambda outcome: -outcome.counts.weight))

    @property
    def reason_codes(self) -> tuple[str, ...]:
        """The reason codes of the rules not passed, heaviest first."""
        return tuple(outcome.reason_code for outcome in self.failed if outcome.reason_code)
