"""Reading a filed form."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.equivalence.application import (
    CertificateReissue,
    ForeignEquivalence,
    PaliEquivalence,
    Purpose,
    ReissueReason,
    Service,
    StudyStatus,
    TargetLevel,
    matter_of,
)
from govlink.equivalence.form import read_application, read_form_date, read_service
from govlink.errors import RejectedError
from govlink.models.dates import PartialDate
from govlink.models.identity import CitizenId, Passport

from .cases import FORMS, application, filed


@pytest.mark.parametrize("service", Service)
def test_each_service_reads_its_form(service: Service) -> None:
    """A form with every needed answer becomes the application of its service."""
    read = application(service)
    assert read.service is service
    assert read.applicant.identity == CitizenId("1999000000017")


@pytest.mark.parametrize("service", Service)
def test_each_needed_answer_is_missed_by_name(service: Service) -> None:
    """Leaving out an answer names exactly that field."""
    optional = {"certificate_number"}
    for key in {*FORMS[service], "citizen_id", "first_name", "last_name"} - optional:
        with pytest.raises(RejectedError) as caught:
            application(service, **{key: " "})
        assert [(p.pointer, p.fault.code) for p in caught.value.problems] == [
            (f"/form/{key}", "equivalence.field_missing")
        ]


def test_thai_words_read_as_their_codes() -> None:
    """An office writes choices in Thai."""
    foreign = application(
        purpose="ศึกษาต่อระดับอุดมศึกษา", target_level="การศึกษาขั้นพื้นฐาน", study_status="กำลังศึกษา"
    ).details
    assert isinstance(foreign, ForeignEquivalence)
    assert (foreign.purpose, foreign.target_level) == (Purpose.HIGHER_EDUCATION, TargetLevel.M6)
    assert foreign.status is StudyStatus.IN_PROGRESS
    again = application(Service.CERT_REISSUE, reissue_reason="สูญหาย").details
    assert isinstance(again, CertificateReissue)
    assert again.reason is ReissueReason.LOST
    assert read_service("การขอใบแทนประกาศนียบัตร") is Service.CERT_REISSUE


def test_numbers_are_read_in_thai_digits_and_with_hyphens() -> None:
    """People copy a number as it is printed."""
    pali = application(
        Service.PALI5_EQ, pali_grade="๕", pali_academic_year_be="๒๕๖๑", citizen_id="๑-9990-00000-01-7"
    )
    assert pali.details == PaliEquivalence(grade=5, academic_year_be=2561)
    assert application(laser_code="jt1-2345678-90").applicant.laser_code == "JT1234567890"


def test_a_passport_stands_in_for_the_citizen_number() -> None:
    """A foreign applicant is identified by passport and issuing state."""
    read = application(citizen_id="", passport_number="test 00001", passport_state="lao")
    assert read.applicant.identity == Passport(number="TEST00001", issuing_state="LAO")


def test_every_fault_is_told_at_once_and_no_answer_repeated() -> None:
    """The applicant corrects everything in one go, and no personal datum leaks into the error."""
    bad = {
        "citizen_id": "1999000000018",
        "birth_date": "31/02/2530",
        "country": "Wonderland",
        "purpose": "ความลับ",
        "laser_code": "12",
        "agent_juristic_id": "9",
        "mobile": "9" * 300,
    }
    with pytest.raises(RejectedError) as caught:
        application(Service.FOREIGN_EQ, **bad)
    assert {p.pointer for p in caught.value.problems} == {f"/form/{key}" for key in bad}
    told = caught.value.explain("th") + caught.value.explain("en") + repr(caught.value)
    assert not any(value in told for value in bad.values() if len(value) > 2)


def test_an_unknown_service_and_a_time_without_zone_are_refused() -> None:
    """Neither can be mended by reading on."""
    with pytest.raises(RejectedError) as caught:
        read_application(replace(filed(), service="เทียบโอน"))
    assert [p.pointer for p in caught.value.problems] == ["/service"]
    with pytest.raises(RejectedError) as caught:
        read_application(replace(filed(), filed_at=datetime(2024, 1, 1)))  # noqa: DTZ001 - the point
    assert [p.pointer for p in caught.value.problems] == ["/filed_at"]


def test_dates_say_their_era() -> None:
    """Thai forms are Buddhist-era, ISO forms Common-era, and a wrong era is refused, not guessed."""
    assert read_form_date("๑๒ มกราคม ๒๕๖๗") == PartialDate(year=2024, month=1, day=12)
    assert read_form_date("1960-03") == PartialDate(year=1960, month=3)
    assert read_form_date("12/02/2482") == PartialDate(year=1940, month=2, day=12)
    for wrong in ("2567-01-12", "12 มกราคม 2024", "12/02/2483", "2567"):
        with pytest.raises(RejectedError):
            read_form_date(wrong)


def test_the_matter_is_the_same_however_it_is_written() -> None:
    """Two spellings of one qualification are one matter; two levels are two."""
    assert matter_of(application(qualification=" high  school DIPLOMA")) == matter_of(application())
    assert matter_of(application(target_level="M3")) != matter_of(application())
    old = Service.CERT_REISSUE
    assert matter_of(application(old, level="ป. ๗")) == matter_of(application(old))
    assert matter_of(application(old, level="ม.6")) != matter_of(application(old, level="ม.6 เดิม"))


def test_times_are_kept_in_utc() -> None:
    """The same moment from another zone gives the same application."""
    assert application().filed_at.tzinfo is UTC


@given(
    st.dictionaries(st.sampled_from([*FORMS[Service.CERT_REISSUE], "citizen_id", "birth_date"]), st.text())
)
def test_any_answers_are_read_or_rejected(answers: dict[str, str]) -> None:
    """No text in any field makes the reader fail in another way."""
    with contextlib.suppress(RejectedError):
        application(Service.CERT_REISSUE, **answers)
