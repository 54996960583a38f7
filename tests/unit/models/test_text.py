"""Thai text as it arrives."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.text import clean_text, from_thai_digits, to_thai_digits


@given(text=st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    """Cleaned text is NFC and stable, so that two records can be compared."""
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert unicodedata.is_normalized("NFC", clean)


@given(digits=st.text(alphabet="0123456789"))
def test_digits_go_there_and_back(digits: str) -> None:
    """Thai and Arabic digits are each other's images."""
    assert from_thai_digits(to_thai_digits(digits)) == digits
    assert not (set(to_thai_digits(digits)) & set("0123456789"))


def test_other_characters_stay() -> None:
    """Only digits are translated."""
    assert from_thai_digits("บ้านเลขที่ ๙๙/๑ หมู่ ๒") == "บ้านเลขที่ 99/1 หมู่ 2"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("สม\u200bชาย", "สมชาย"),
        ("\ufeffสมชาย  ใจดี\t\n", "สมชาย ใจดี"),
        ("น\u0e4d\u0e32", "นำ"),
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("น้ำ", "น้ำ"),
        ("e\u200d\u0301", "é"),
    ],
)
def test_what_looks_equal_becomes_equal(text: str, clean: str) -> None:
    """Invisible characters go, blanks fold, a SARA AM in two pieces becomes whole."""
    assert clean_text(text) == clean
