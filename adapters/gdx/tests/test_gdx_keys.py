"""The checks of look-up parameters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink_gdx import keys


@given(st.from_regex(r"[A-Za-z]{2}[0-9]{10}", fullmatch=True))
def test_laser_code_passes_unchanged(code: str) -> None:
    """A well-formed laser code is sent as it was given."""
    assert keys.laser_code(code) == code


@pytest.mark.parametrize(
    "code",
    [
        "ZZ0-1234567-89",
        "ZZ012345678",
        "ZZ01234567890",
        "Z00123456789",
        "กก0123456789",
        "ZZ๐๑๒๓๔๕๖๗๘๙",
        "ZZ0123456789\n",
    ],
)
def test_laser_code_of_another_form_is_refused(code: str) -> None:
    """Hyphens, other lengths and other scripts never reach the wire."""
    with pytest.raises(RejectedError) as caught:
        keys.laser_code(code)
    assert caught.value.code == "gdx.laser_code_invalid"
    assert code not in str(caught.value)


@pytest.mark.parametrize("text", ["25380000", "25380400", "25380412"])
def test_birth_date_takes_unknown_parts_as_zeros(text: str) -> None:
    """The documented 00 for an unknown month or day passes."""
    assert keys.be_birth_date(text) == text


@pytest.mark.parametrize(
    "text", ["19950412", "25380015", "25381301", "25380230", "2538----", "๒๕๓๘๐๔๑๒", "1995-04-12", ""]
)
def test_birth_date_of_another_form_is_refused(text: str) -> None:
    """Common-era years, days without a month, dashes and Thai digits are not GDX's form."""
    with pytest.raises(RejectedError):
        keys.be_birth_date(text)


def test_name_loses_invisible_characters() -> None:
    """A zero-width space would make a true name a mismatch."""
    assert keys.thai_name("สม\u200bหญิง ") == "สมหญิง"
    assert keys.thai_name("ณ  ทดสอบ") == "ณ ทดสอบ"


@pytest.mark.parametrize("name", ["", " ", "Somying", "สมหญิง1", "สมหญิง๑", "..", "ก" * 101])
def test_name_in_another_script_is_refused(name: str) -> None:
    """Latin letters, digits and empty names are told before anything is sent."""
    with pytest.raises(RejectedError):
        keys.thai_name(name)


@pytest.mark.parametrize(
    ("office", "service", "version"),
    [("23", "001", "01"), ("00023", "1", "01"), ("00023", "001", "1"), ("0002x", "001", "01")],
)
def test_linkage_codes_have_fixed_width(office: str, service: str, version: str) -> None:
    """A code that lost its leading zeros is refused where it is written."""
    with pytest.raises(RejectedError):
        keys.LinkageCode(office=office, service=service, version=version)


@pytest.mark.parametrize(
    ("check", "good"),
    [
        (keys.address_id, "00990000017"),
        (keys.be_year, "2567"),
        (keys.count, "0"),
        (keys.count, "1000"),
        (keys.plain_text, "กข-12/3 (4)"),
        (keys.thai_text, "บริษัท ตัวอย่าง 99 (ประเทศไทย) จำกัด"),
        (keys.full_thai_name, "สมหญิง ณ ทดสอบ"),
    ],
)
def test_good_values_are_sent_as_they_are(check: Callable[[str], str], good: str) -> None:
    """Leading zeros, brackets and Thai pass unchanged."""
    assert check(good) == good


@pytest.mark.parametrize(
    ("check", "bad"),
    [
        (keys.address_id, "9900000017"),
        (keys.address_id, "๙๙๐๐๐๐๐๐๐๑๗"),
        (keys.address_id, "99000000017\n"),
        (keys.be_year, "2024"),
        (keys.be_year, "67"),
        (keys.be_year, "2800"),
        (keys.count, "-1"),
        (keys.count, "10000"),
        (keys.count, ""),
        (keys.plain_text, ""),
        (keys.plain_text, "\u200b"),
        (keys.plain_text, "a\x00b"),
        (keys.plain_text, "x" * 201),
        (keys.thai_text, "Company 99"),
        (keys.full_thai_name, "สมหญิง"),
        (keys.full_thai_name, "Somying Test"),
    ],
)
def test_bad_values_are_refused_and_not_told(check: Callable[[str], str], bad: str) -> None:
    """Another form never reaches the wire, and no error repeats it."""
    with pytest.raises(RejectedError) as caught:
        check(bad)
    assert not bad.strip() or bad not in caught.value.explain("th")


def test_linkage_code_from_its_text() -> None:
    """The form in which settings and lists write a data set."""
    code = keys.LinkageCode.parse("00103/001/01")
    assert code.query() == (("OfficeID", "00103"), ("ServiceID", "001"), ("Version", "01"))
    for bad in ("00103/001", "00103-001-01", "103/1/1", "00103/001/01/01"):
        with pytest.raises(RejectedError):
            keys.LinkageCode.parse(bad)


@given(st.sampled_from(sorted(keys.CHECKS)), st.text(max_size=30))
def test_any_text_is_sent_or_refused(name: str, text: str) -> None:
    """A check gives printable text without surprises, or RejectedError."""
    try:
        assert keys.CHECKS[name](text).isprintable()
    except RejectedError:
        return
