"""Student and graduate records of the Ministry of Education, as typed rows.

Members, their spelling and their wavering types were seen in code: the years stand in the Buddhist or
the Christian era, ``gpax`` is a number or a text. What was sent is kept in ``raw``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from govlink.models.dates import PartialDate
from govlink.models.text import from_thai_digits
from govlink.wire import field_ci

__all__ = ["EducationRecord", "flat_row", "read_education"]

BE_FROM = 2400
"""A year from here on is taken to be of the Buddhist era (our reading): 2400 CE is far, 2400 BE was 1857."""

MEMBERS = (
    "academicYear", "semester", "prefixName", "firstName", "lastName", "personID", "schoolID",
    "schoolName", "departmentNameThai", "educationLevelName", "gradeLevelName", "studentStatusName",
    "curriculumName", "degreeName", "majorName", "programName", "courseName", "gpax", "graduateDate",
)  # fmt: skip
"""Members of both records (seen in code), as this module spells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EducationRecord:
    """One row: a student's enrolment, or a graduate's completion.

    ``academic_year_be`` is in the Buddhist era whatever era was sent; None where there was no year.
    ``grade_level``, ``student_status`` and ``curriculum`` belong to students, ``degree`` and
    ``graduated_on`` to graduates. ``major``, ``program`` and ``course`` are ประเภทวิชา, สาขาวิชา and
    สาขางาน. Empty text means that the member was not sent.
    """

    person_id: str = field(default="", repr=False)
    title: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)
    academic_year_be: int | None = None
    semester: str = ""
    school_id: str = field(default="", repr=False)
    school_name: str = field(default="", repr=False)
    department: str = ""
    education_level: str = ""
    grade_level: str = ""
    student_status: str = ""
    curriculum: str = ""
    degree: str = ""
    major: str = ""
    program: str = ""
    course: str = ""
    gpax: Decimal | None = field(default=None, repr=False)
    graduated_on: date | None = field(default=None, repr=False)
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)


def _text(row: Mapping[str, object], name: str) -> str:
    value = field_ci(row, name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _person(row: Mapping[str, object]) -> str:
    """The citizen number; one that came as a number lost its leading zeros (seen in code)."""
    number = _text(row, "personID")
    return number if isinstance(field_ci(row, "personID"), str) else number and number.zfill(13)


def _year_be(text: str) -> int | None:
    digits = from_thai_digits(text)
    if not digits.isascii() or not digits.isdigit() or len(digits) != 4:
        return None
    year = int(digits)
    return year if year >= BE_FROM else year + 543


def _gpax(text: str) -> Decimal | None:
    try:
        value = Decimal(from_thai_digits(text))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _day(text: str) -> date | None:
    """An ISO date, a time behind it or not; a year that must be BE is one (the same rule as above)."""
    try:
        year, month, day = (int(part) for part in text[:10].split("-"))
        return date(year - 543 if year >= BE_FROM else year, month, day)
    except ValueError:
        return None


def read_education(row: Mapping[str, object]) -> EducationRecord:
    """A row as sent, with years, marks and days read; what cannot be read is None and stays in ``raw``."""
    return EducationRecord(
        person_id=_person(row),
        title=_text(row, "prefixName"),
        first_name=_text(row, "firstName"),
        last_name=_text(row, "lastName"),
        academic_year_be=_year_be(_text(row, "academicYear")),
        semester=_text(row, "semester"),
        school_id=_text(row, "schoolID"),
        school_name=_text(row, "schoolName"),
        department=_text(row, "departmentNameThai"),
        education_level=_text(row, "educationLevelName"),
        grade_level=_text(row, "gradeLevelName"),
        student_status=_text(row, "studentStatusName"),
        curriculum=_text(row, "curriculumName"),
        degree=_text(row, "degreeName"),
        major=_text(row, "majorName"),
        program=_text(row, "programName"),
        course=_text(row, "courseName"),
        gpax=_gpax(_text(row, "gpax")),
        graduated_on=_day(_text(row, "graduateDate")),
        raw=dict(row),
    )


def flat_row(row: Mapping[str, object]) -> tuple[dict[str, str], dict[str, PartialDate]]:
    """The row as a registry record has it: known members as text, and its day as a date."""
    texts = {name: text for name in MEMBERS if (text := _text(row, name))}
    if "personID" in texts:
        texts["personID"] = _person(row)
    day = _day(texts.get("graduateDate", ""))
    dates = {"graduateDate": PartialDate(year=day.year, month=day.month, day=day.day)} if day else {}
    return texts, dates
