"""Reads a filed form into a typed application.

Fields by service (all text; * is required). Names are ours: no public description of the E-OCS form
exists. Coded answers may be written as the code or in the Thai words of ``_WORDS``.

=============  ===========================================================================
everyone       first_name*, last_name*, title, middle_name, birth_date, mobile, portal_user_id,
               citizen_id (or passport_number and passport_state, ISO 3166-1 alpha-3)*,
               laser_code, agent_juristic_id
FOREIGN_EQ     purpose*, target_level*, country*, qualification*, completed_on* unless study_status
               says that the schooling is not finished
EQ_REISSUE     reissue_reason*, certificate_number, certificate_year_be
CERT_REISSUE   reissue_reason*, level*, school_province*, graduation_year_be*, school_name,
               certificate_number
PALI5_EQ       pali_grade*, pali_academic_year_be*
=============  ===========================================================================

Dates are written the Thai way with a Buddhist-era year (``12 มกราคม 2567``, ``12/01/2567``), or as
ISO 8601 with a Common-era year and possibly without day or month (``1960-03``). Years end in ``_be``
and are Buddhist-era. Fields not named here are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC
from enum import StrEnum
from typing import NoReturn, TypeVar

from ..errors import Fault, GovlinkError, Problem, RejectedError
from ..models.dates import PartialDate, parse_thai_date
from ..models.identity import CitizenId, JuristicId, Passport, PersonName
from ..models.petition import FiledPetition
from ..models.text import clean_text, from_thai_digits
from .application import (
    SERVICE_TITLES_TH,
    Agent,
    Applicant,
    Application,
    CertificateReissue,
    Details,
    EquivalenceReissue,
    ForeignEquivalence,
    PaliEquivalence,
    Purpose,
    ReissueReason,
    Service,
    StudyStatus,
    TargetLevel,
)
from .levels import parse_level

__all__ = ["read_application", "read_form_date", "read_service"]

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

APPLICATION_INVALID = Fault(
    "equivalence.application_invalid",
    en="the form has {count} answer(s) that cannot be read",
    th="แบบคำร้องมีข้อมูลที่อ่านไม่ได้ {count} รายการ",
)
FIELD_MISSING = Fault("equivalence.field_missing", en="this answer is missing", th="ยังไม่ได้กรอกข้อมูลช่องนี้")
CHOICE_UNKNOWN = Fault(
    "equivalence.choice_unknown",
    en="this is none of the answers possible here",
    th="คำตอบนี้ไม่อยู่ในตัวเลือกที่กำหนด",
)
NUMBER_INVALID = Fault(
    "equivalence.number_invalid",
    en="a whole number from {least} to {most} is needed",
    th="ต้องเป็นจำนวนเต็มตั้งแต่ {least} ถึง {most}",
)
TEXT_TOO_LONG = Fault(
    "equivalence.text_too_long",
    en="the answer is longer than {most} characters",
    th="ข้อความยาวเกิน {most} ตัวอักษร",
)
CODE_INVALID = Fault(
    "equivalence.code_invalid",
    en="this is not a code of the form {form}",
    th="รหัสไม่เป็นไปตามรูปแบบ {form}",
)
TIME_NAIVE = Fault(
    "equivalence.time_naive",
    en="the time of filing does not say its time zone",
    th="เวลาที่ยื่นคำร้องไม่ระบุเขตเวลา",
)

_MAX_TEXT = 200
_ISO = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$", re.ASCII)
_CE_YEARS = range(1757, 2257)
_WORDS: Mapping[str, tuple[str, ...]] = {
    Purpose.EMPLOYMENT: ("สมัครงาน", "ประกอบอาชีพ"),
    Purpose.CIVIL_SERVICE: ("รับราชการ",),
    Purpose.MILITARY: ("การทหาร", "สมัครทหาร"),
    Purpose.FURTHER_STUDY_BASIC: ("ศึกษาต่อระดับการศึกษาขั้นพื้นฐาน",),
    Purpose.VOCATIONAL_STUDY: ("ศึกษาต่อสายอาชีพ",),
    Purpose.HIGHER_EDUCATION: ("ศึกษาต่อระดับอุดมศึกษา",),
    Purpose.OTHER: ("อื่น ๆ", "อื่นๆ"),
    TargetLevel.M3: ("ม.3", "มัธยมศึกษาตอนต้น", "การศึกษาภาคบังคับ"),
    TargetLevel.M6: ("ม.6", "มัธยมศึกษาตอนปลาย", "การศึกษาขั้นพื้นฐาน"),
    TargetLevel.PRIMARY: ("ประถมศึกษา",),
    TargetLevel.PARTIAL: ("เทียบชั้น", "เทียบโอนผลการเรียน"),
    TargetLevel.DEGREE: ("ปริญญา", "ปริญญาตรี", "อุดมศึกษา"),
    StudyStatus.COMPLETED: ("สำเร็จการศึกษา", "จบการศึกษา"),
    StudyStatus.IN_PROGRESS: ("กำลังศึกษา", "ยังไม่สำเร็จการศึกษา"),
    ReissueReason.DAMAGED: ("ชำรุด",),
    ReissueReason.LOST: ("สูญหาย",),
    ReissueReason.CORRECTION: ("แก้ไขข้อมูล",),
    ReissueReason.OTHER: ("อื่น ๆ", "อื่นๆ"),
    **{service: (title,) for service, title in SERVICE_TITLES_TH.items()},
}


class _Answers:
    """The form while it is read: hands out answers and collects what is wrong with them."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.problems: list[Problem] = []

    def text(self, key: str) -> str | None:
        """The cleaned answer, None when there is none."""
        answer = clean_text(self._form.get(key, ""))
        if len(answer) > _MAX_TEXT:
            self.wrong(key, TEXT_TOO_LONG, most=str(_MAX_TEXT))
            return None
        return answer or None

    def wrong(self, key: str, fault: Fault, **values: str) -> None:
        if not self._is_wrong(key):
            values_sorted = tuple(sorted(values.items()))
            self.problems.append(Problem(pointer=f"/form/{key}", fault=fault, values=values_sorted))

    def optional(self, key: str, read: Callable[[str], T]) -> T | None:
        """The answer as ``read`` reads it; a fault of ``read`` becomes a problem."""
        answer = self.text(key)
        if answer is None:
            return None
        try:
            return read(answer)
        except GovlinkError as error:
            self.wrong(key, error.fault, **error.values)
            return None

    def required(self, key: str, read: Callable[[str], T]) -> T | None:
        if self.text(key) is None:
            self.wrong(key, FIELD_MISSING)
        return self.optional(key, read)

    def _is_wrong(self, key: str) -> bool:
        return any(problem.pointer == f"/form/{key}" for problem in self.problems)


def read_service(text: str) -> Service:
    """The service of this code or Thai title.

    Raises:
        RejectedError: there is no such service.
    """
    return _choice(Service)(clean_text(text))


def read_form_date(text: str) -> PartialDate:
    """A date of a form, whole and Buddhist-era or ISO 8601 and Common-era.

    Raises:
        RejectedError: it is neither.
    """
    plain = clean_text(from_thai_digits(text))
    found = _ISO.match(plain)
    if found is not None and int(found[1]) in _CE_YEARS:
        year, month, day = (int(part) if part else None for part in found.groups())
        return PartialDate(year=year or 0, month=month, day=day)
    whole = parse_thai_date(plain)
    return PartialDate(year=whole.year, month=whole.month, day=whole.day)


def read_application(filed: FiledPetition) -> Application:
    """The application that this petition files.

    Raises:
        RejectedError: with one problem for each answer that cannot be read, by JSON pointer into the
            filed petition; no answer is repeated in it.
    """
    answers = _Answers(filed.form)
    try:
        service = read_service(filed.service)
    except RejectedError as error:
        _refuse([Problem(pointer="/service", fault=error.fault), *answers.problems])
    if filed.filed_at.tzinfo is None:
        answers.problems.append(Problem(pointer="/filed_at", fault=TIME_NAIVE))
    applicant = _applicant(answers)
    juristic = answers.optional("agent_juristic_id", lambda text: JuristicId(_digits(text)))
    details = _READERS[service](answers)
    if answers.problems or applicant is None or details is None:
        _refuse(answers.problems)
    return Application(
        reference=filed.reference,
        channel=filed.channel,
        filed_at=filed.filed_at.astimezone(UTC),
        applicant=applicant,
        details=details,
        documents=filed.documents,
        agent=None if juristic is None else Agent(juristic_id=juristic),
    )


def _refuse(problems: list[Problem]) -> NoReturn:
    raise RejectedError(APPLICATION_INVALID, problems=tuple(problems), count=len(problems))


def _applicant(answers: _Answers) -> Applicant | None:
    identity = _identity(answers)
    first, last = answers.required("first_name", str), answers.required("last_name", str)
    birth_date = answers.optional("birth_date", read_form_date)
    laser_code = answers.optional("laser_code", _laser_code)
    title, middle = answers.text("title"), answers.text("middle_name")
    mobile, portal_user_id = answers.text("mobile"), answers.text("portal_user_id")
    # Everything is read before anything is given up, so that all problems are told at once.
    if identity is None or first is None or last is None:
        return None
    return Applicant(
        identity=identity,
        name=PersonName(
            title=title or "",
            first=first,
            middle=middle or "",
            last=last,
        ),
        birth_date=birth_date,
        laser_code=laser_code,
        mobile=mobile,
        portal_user_id=portal_user_id,
    )


def _identity(answers: _Answers) -> CitizenId | Passport | None:
    if answers.text("passport_number") is None:
        return answers.required("citizen_id", CitizenId.parse)
    state = answers.required("passport_state", str) or ""
    return answers.optional(
        "passport_number",
        lambda number: Passport(number=number.replace(" ", "").upper(), issuing_state=state.upper()),
    )


def _foreign(answers: _Answers) -> Details | None:
    purpose = answers.required("purpose", _choice(Purpose))
    target = answers.required("target_level", _choice(TargetLevel))
    country = answers.required("country", _country)
    qualification = answers.required("qualification", str)
    status = answers.optional("study_status", _choice(StudyStatus)) or StudyStatus.COMPLETED
    ask_date = answers.optional if status is StudyStatus.IN_PROGRESS else answers.required
    completed_on = ask_date("completed_on", read_form_date)
    if purpose is None or target is None or country is None or qualification is None:
        return None
    return ForeignEquivalence(
        purpose=purpose,
        target_level=target,
        country=country,
        qualification=qualification,
        status=status,
        completed_on=completed_on,
    )


def _equivalence_reissue(answers: _Answers) -> Details | None:
    reason = answers.required("reissue_reason", _choice(ReissueReason))
    year = answers.optional("certificate_year_be", _number(2400, 2700))
    number = answers.text("certificate_number")
    if reason is None:
        return None
    return EquivalenceReissue(reason=reason, certificate_number=number, issued_year_be=year)


def _certificate_reissue(answers: _Answers) -> Details | None:
    reason = answers.required("reissue_reason", _choice(ReissueReason))
    level = answers.required("level", parse_level)
    province = answers.required("school_province", str)
    year = answers.required("graduation_year_be", _number(2400, 2700))
    school, number = answers.text("school_name"), answers.text("certificate_number")
    if reason is None or level is None or province is None or year is None:
        return None
    return CertificateReissue(
        reason=reason,
        level=level,
        school_province=province,
        graduation_year_be=year,
        school_name=school,
        certificate_number=number,
    )


def _pali(answers: _Answers) -> Details | None:
    grade = answers.required("pali_grade", _number(1, 9))
    year = answers.required("pali_academic_year_be", _number(2400, 2700))
    if grade is None or year is None:
        return None
    return PaliEquivalence(grade=grade, academic_year_be=year)


_READERS: Mapping[Service, Callable[[_Answers], Details | None]] = {
    Service.FOREIGN_EQ: _foreign,
    Service.EQ_REISSUE: _equivalence_reissue,
    Service.CERT_REISSUE: _certificate_reissue,
    Service.PALI5_EQ: _pali,
}


def _choice(choices: type[E]) -> Callable[[str], E]:
    def read(text: str) -> E:
        for choice in choices:
            if text == choice.value or text in _WORDS[choice.value]:
                return choice
        raise RejectedError(CHOICE_UNKNOWN)

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = _digits(text)
        if re.fullmatch(r"[0-9]{1,4}", digits) is None or not least <= int(digits) <= most:
            raise RejectedError(NUMBER_INVALID, least=least, most=most)
        return int(digits)

    return read


def _digits(text: str) -> str:
    return re.sub(r"[\s-]", "", from_thai_digits(text))


def _country(text: str) -> str:
    code = text.upper()
    if re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", code) is None:
        raise RejectedError(CODE_INVALID, form="ISO 3166-1 alpha-2 / ISO 3166-2")
    return code


def _laser_code(text: str) -> str:
    code = _digits(text).upper()
    if re.fullmatch(r"[A-Z]{2}[0-9]{10}", code) is None:
        raise RejectedError(CODE_INVALID, form="AA9999999999")
    return code
