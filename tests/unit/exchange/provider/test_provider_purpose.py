"""Purpose, case and officer in headers: encodings, forms, and no citizen number in the log."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.identity import check_digit
from govlink.models.text import to_thai_digits

from .serving import CITIZEN, REASON, Kept, application, call
from .test_provider_application import code

QUERY = {"CitizenID": CITIZEN}


def case(text: str, log: Kept | None = None) -> tuple[int, str | None]:
    """The status, and the case reference logged, for this header's value."""
    kept = log or Kept()
    got = call(application(log=kept), query=QUERY, headers=REASON | {"X-Case-Reference": text})
    return got.status, kept.records[0].case_reference


@pytest.mark.parametrize("text", ["ศธ 04006/1234", "65-0001", "ก.1(2)", "๖๕/๐๐๐๑", "1234567890123"])
def test_case_references_as_offices_write_them(text: str) -> None:
    """Thai letters and digits percent-encoded; 13 digits without a right check digit are no person."""
    assert case(quote(text)) == (200, text)


@pytest.mark.parametrize(
    "value", ["%E0%B8", "%zz", "\xe0\xb8\xa8", "a%00b", "a%0Ab", "x" * 65, "-1", "a<b", "a;b"]
)
def test_a_wrong_case_reference_is_400(value: str) -> None:
    """Broken encodings, control characters and long texts do not reach the log."""
    assert case(value) == (400, None)


@given(
    middle=st.integers(0, 9_999_999),
    gap=st.sampled_from(["", "-", " ", "/"]),
    is_thai=st.booleans(),
    around=st.sampled_from(["{}", "65/{}", "{}-1", "คดี {}"]),
)
def test_no_citizen_number_gets_into_the_log(middle: int, gap: str, is_thai: bool, around: str) -> None:
    """In either script, with separators, next to other digits."""
    twelve = f"19990{middle:07d}"
    text = around.format(gap.join(twelve + check_digit(twelve)))
    assert case(quote(to_thai_digits(text) if is_thai else text)) == (400, None)


@pytest.mark.parametrize("officer", ["1999000000018", "ใจดี", "a b", "x", "a" * 51])
def test_an_officer_is_what_the_gateway_takes_for_one(officer: str) -> None:
    """A citizen number with a right check digit, or a declared system name."""
    got = call(application(), query=QUERY, headers=REASON | {"X-Officer": quote(officer)})
    assert (got.status, code(got.json)) == (400, "header_wrong")
    system = call(application(), query=QUERY, headers=REASON | {"X-Officer": "school-system"})
    assert system.status == 200


@pytest.mark.parametrize("header", REASON)
def test_a_header_sent_twice_is_400(header: str) -> None:
    """Which of the two was meant cannot be known later."""
    got = call(application(), query=QUERY, extra=((header, REASON[header]),))
    assert (got.status, code(got.json)) == (400, "header_wrong")
