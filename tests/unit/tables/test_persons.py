"""Citizen numbers are found wherever a person would read one, and other numbers are let be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.identity import check_digit
from govlink.models.text import to_thai_digits
from govlink.tables.persons import holds_citizen_number, may_hold_citizen_number

TWELVE = "198000000001"
NUMBER = TWELVE + check_digit(TWELVE)
PARTS = (NUMBER[0], NUMBER[1:5], NUMBER[5:10], NUMBER[10:12], NUMBER[12])
WRONG = TWELVE + str((int(NUMBER[12]) + 1) % 10)
FOUND = [
    NUMBER,
    "-".join(PARTS),
    " ".join(PARTS),
    " - ".join(PARTS),
    "\u2011".join(PARTS),
    "\u00a0".join(PARTS),
    to_thai_digits("-".join(PARTS)),
    f"เลขที่{NUMBER}ครับ",
    f"{NUMBER}.0",
    f"5 {' '.join(PARTS)}",
    f"{WRONG} {NUMBER}",
    f"ก\n{NUMBER}\nข",
]
LET_BE = [
    WRONG,
    f"1{NUMBER}",
    f"{NUMBER}1",
    "0" + NUMBER[1:],
    "9" + NUMBER[1:],
    NUMBER[:12],
    "โทร. 02 288 5511 ต่อ 5",
    "123456789-0121",
    "",
]


@pytest.mark.parametrize("text", FOUND, ids=ascii)
def test_a_number_is_found(text: str) -> None:
    """With dashes or blanks of any kind, in Thai digits, inside a text, after another number."""
    assert holds_citizen_number(text)
    assert may_hold_citizen_number("a\n" + text)


@pytest.mark.parametrize("text", LET_BE, ids=ascii)
def test_another_number_is_let_be(text: str) -> None:
    """Other lengths, other first digits, a wrong check digit, or other groups are no citizen numbers."""
    assert not holds_citizen_number(text)


@given(st.text(alphabet="0123456789- ก", max_size=40))
def test_the_first_look_misses_nothing(text: str) -> None:
    """Whatever the close look finds, the quick one over many values has let through."""
    assert may_hold_citizen_number(text) or not holds_citizen_number(text)


@given(st.integers(min_value=10**11, max_value=9 * 10**11 - 1), st.text(alphabet="กข .,", max_size=5))
def test_every_right_number_is_found(twelve: int, around: str) -> None:
    """Any first digit from 1 to 8 with its check digit, between other characters."""
    number = f"{twelve}{check_digit(str(twelve))}"
    assert holds_citizen_number(around + number + around)
