"""What a person asks of one of the four services, typed; see ``form`` for how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from ..models.dates import PartialDate
from ..models.identity import CitizenId, JuristicId, Passport, PersonName
from ..models.petition import Channel, FiledDocument
from ..models.text import clean_text
from .levels import AmbiguousLevel, KnownLevel, LevelReading

__all__ = [
    "PAPER_TITLES_TH",
    "SERVICE_TITLES_TH",
    "Agent",
    "Applicant",
    "Application",
    "CertificateReissue",
    "Details",
    "EquivalenceReissue",
    "ForeignEquivalence",
    "PaliEquivalence",
    "Paper",
    "Purpose",
    "ReissueReason",
    "Service",
    "StudyStatus",
    "TargetLevel",
    "matter_of",
]


class Service(StrEnum):
    """The four services that the letter of 16 October 2567 names; the codes are ours."""

    FOREIGN_EQ = "FOREIGN_EQ"
    EQ_REISSUE = "EQ_REISSUE"
    CERT_REISSUE = "CERT_REISSUE"
    PALI5_EQ = "PALI5_EQ"


SERVICE_TITLES_TH = {
    Service.FOREIGN_EQ: "การขอเทียบวุฒิการศึกษาต่างประเทศ",
    Service.EQ_REISSUE: "การขอใบแทนใบเทียบวุฒิการศึกษา",
    Service.CERT_REISSUE: "การขอใบแทนประกาศนียบัตร",
    Service.PALI5_EQ: "การขอเทียบวุฒิการศึกษาในประเทศ (เปรียญธรรม 5 ประโยค)",
}


class Purpose(StrEnum):
    """What the certificate is for. The letter names ``HIGHER_EDUCATION`` only; the rest is modelled."""

    EMPLOYMENT = "employment"
    CIVIL_SERVICE = "civil_service"
    MILITARY = "military"
    FURTHER_STUDY_BASIC = "further_study_basic"
    VOCATIONAL_STUDY = "vocational_study"
    HIGHER_EDUCATION = "higher_education"
    OTHER = "other"


class TargetLevel(StrEnum):
    """The Thai level asked for: ``M3`` ends compulsory, ``M6`` basic education; the rest is elsewhere."""

    M3 = "M3"
    M6 = "M6"
    PRIMARY = "PRIMARY"
    PARTIAL = "PARTIAL"
    DEGREE = "DEGREE"


class StudyStatus(StrEnum):
    """Whether the schooling abroad was finished."""

    COMPLETED = "completed"
    IN_PROGRESS = "in_progress"


class ReissueReason(StrEnum):
    """Why a replacement is asked for; the letter names the first two."""

    DAMAGED = "damaged"
    LOST = "lost"
    CORRECTION = "correction"
    OTHER = "other"


class Paper(StrEnum):
    """Kinds of papers that come with a petition (modelled: E-OCS publishes no list)."""

    QUAL_CERT = "QUAL_CERT"
    TRANSCRIPT = "TRANSCRIPT"
    RESULT_SLIP = "RESULT_SLIP"
    TRANSLATION = "TRANSLATION"
    LEGALISATION = "LEGALISATION"
    ID_CARD = "ID_CARD"
    PASSPORT = "PASSPORT"
    HOUSE_REG = "HOUSE_REG"
    NAME_CHANGE = "NAME_CHANGE"
    POWER_OF_ATTORNEY = "POWER_OF_ATTORNEY"
    GUARDIAN_PROOF = "GUARDIAN_PROOF"
    POLICE_REPORT = "POLICE_REPORT"
    DAMAGED_ORIGINAL = "DAMAGED_ORIGINAL"
    TEACHING_PROOF = "TEACHING_PROOF"
    PALI_CERT = "PALI_CERT"
    PHOTO = "PHOTO"
    OTHER = "OTHER"


PAPER_TITLES_TH = {
    Paper.QUAL_CERT: "ใบสำคัญแสดงวุฒิ",
    Paper.TRANSCRIPT: "ใบแสดงผลการเรียน",
    Paper.RESULT_SLIP: "ใบแจ้งผลสอบ",
    Paper.TRANSLATION: "คำแปล",
    Paper.LEGALISATION: "เอกสารรับรองนิติกรณ์",
    Paper.ID_CARD: "สำเนาบัตรประจำตัวประชาชน",
    Paper.PASSPORT: "สำเนาหนังสือเดินทาง",
    Paper.HOUSE_REG: "สำเนาทะเบียนบ้าน",
    Paper.NAME_CHANGE: "ใบเปลี่ยนชื่อ",
    Paper.POWER_OF_ATTORNEY: "หนังสือมอบอำนาจ",
    Paper.GUARDIAN_PROOF: "หลักฐานผู้ปกครอง",
    Paper.POLICE_REPORT: "ใบแจ้งความ",
    Paper.DAMAGED_ORIGINAL: "ต้นฉบับที่ชำรุด",
    Paper.TEACHING_PROOF: "หลักฐานการสอน",
    Paper.PALI_CERT: "ประกาศนียบัตรเปรียญธรรม",
    Paper.PHOTO: "รูปถ่าย",
    Paper.OTHER: "อื่น ๆ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """The holder of the qualification.

    ``laser_code`` is the code on the back of the card, 2 letters and 10 digits without hyphens.
    ``portal_user_id`` is where the portal's notifications go.
    """

    identity: CitizenId | Passport
    name: PersonName = field(repr=False)
    birth_date: PartialDate | None = field(default=None, repr=False)
    laser_code: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    portal_user_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """The organisation that files for the applicant."""

    juristic_id: JuristicId


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEquivalence:
    """A qualification from abroad is to be set equal to a Thai level.

    ``country`` is ISO 3166-1 alpha-2, or ISO 3166-2 where a part of a country has its own schools
    (``CA-ON``). ``completed_on`` is the date of the result, by which criteria are chosen.
    """

    service: Literal[Service.FOREIGN_EQ] = Service.FOREIGN_EQ
    purpose: Purpose
    target_level: TargetLevel
    country: str
    qualification: str
    status: StudyStatus
    completed_on: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalenceReissue:
    """A replacement for an equivalence certificate issued before."""

    service: Literal[Service.EQ_REISSUE] = Service.EQ_REISSUE
    reason: ReissueReason
    certificate_number: str | None = field(default=None, repr=False)
    issued_year_be: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReissue:
    """A replacement for an old Thai school certificate."""

    service: Literal[Service.CERT_REISSUE] = Service.CERT_REISSUE
    reason: ReissueReason
    level: LevelReading
    school_province: str
    graduation_year_be: int
    school_name: str | None = field(default=None, repr=False)
    certificate_number: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaliEquivalence:
    """A Pali grade is to be set equal to a Thai level.

    ``academic_year_be`` is the year printed on the certificate; it does not follow from the date of
    the examination, which falls early in a calendar year.
    """

    service: Literal[Service.PALI5_EQ] = Service.PALI5_EQ
    grade: int
    academic_year_be: int


Details: TypeAlias = ForeignEquivalence | EquivalenceReissue | CertificateReissue | PaliEquivalence


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One application. ``reference`` is the filing system's number, ``filed_at`` is aware."""

    reference: str
    channel: Channel
    filed_at: datetime
    applicant: Applicant
    details: Details
    documents: tuple[FiledDocument, ...] = ()
    agent: Agent | None = None

    @property
    def service(self) -> Service:
        """Which service is asked for."""
        return self.details.service

    def has_paper(self, *kinds: Paper) -> bool:
        """Whether a paper of one of these kinds is attached."""
        return any(document.kind in kinds for document in self.documents)


def matter_of(application: Application) -> str:
    """What the petition is about, in one line that is equal for two petitions about the same thing.

    With the person and the service it is the key against two open petitions for one matter.
    """
    details = application.details
    match details:
        case ForeignEquivalence():
            parts = [details.target_level.value, details.country, details.qualification]
        case EquivalenceReissue():
            parts = [details.certificate_number or ""]
        case CertificateReissue():
            parts = [_level_key(details.level)]
        case _:
            parts = [str(details.grade)]
    return "/".join(clean_text(part).casefold() for part in parts)


def _level_key(level: LevelReading) -> str:
    match level:
        case KnownLevel():
            return level.level.value
        case AmbiguousLevel():
            return "|".join(candidate.value for candidate in level.candidates)
        case _:
            return level.written
