"""Numbers that say who somebody is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.identity import (
    CITIZEN_ID_INVALID,
    AgentId,
    CitizenId,
    JuristicId,
    Passport,
    PersonName,
    check_digit,
)
from govlink.models.text import to_thai_digits

WRONG = RejectedError(CITIZEN_ID_INVALID)

# Only the reserved provinces: these numbers belong to nobody.
TWELVE = st.builds(
    "{}{}{:09d}".format, st.integers(0, 8), st.sampled_from(["97", "98", "99"]), st.integers(0, 10**9 - 1)
)


@given(twelve=TWELVE)
def test_exactly_one_check_digit_is_right(twelve: str) -> None:
    """Of the ten possible last digits one is taken, whatever the first nine are, 0 included."""
    right = [d for d in "0123456789" if accepted(twelve + d)]
    assert right == [check_digit(twelve)]
    assert CitizenId(twelve + right[0]).is_reserved


def accepted(text: str) -> bool:
    """Whether it is taken for a citizen number."""
    try:
        return bool(CitizenId(text))
    except RejectedError:
        return False


@given(twelve=TWELVE, place=st.integers(0, 11), digit=st.integers(0, 9))
def test_a_mistyped_digit_is_found(twelve: str, place: int, digit: int) -> None:
    """One wrong digit breaks the checksum, but for the third (its weight is 11) and remainders 0 and 10."""
    number = twelve + check_digit(twelve)
    typed = number[:place] + str(digit) + number[place + 1 :]
    remainders = {sum((13 - i) * int(d) for i, d in enumerate(n[:12])) % 11 for n in (number, typed)}
    blind = place == 2 or remainders == {0, 10}
    assert accepted(typed) == (typed == number or (blind and typed[0] != "9"))


@given(twelve=TWELVE)
def test_a_first_digit_9_is_refused(twelve: str) -> None:
    """No category 9 exists; 0 does, for people registered without status."""
    nine = "9" + twelve[1:]
    assert not accepted(nine + check_digit(nine))
    zero = "0" + twelve[1:]
    assert accepted(zero + check_digit(zero))


@given(twelve=TWELVE)
def test_written_forms_are_read(twelve: str) -> None:
    """With dashes or blanks, in Thai or Arabic digits."""
    n = twelve + check_digit(twelve)
    dashed = f"{n[0]}-{n[1:5]}-{n[5:10]}-{n[10:12]}-{n[12]}"
    for text in (n, dashed, to_thai_digits(dashed), dashed.replace("-", " ")):
        assert CitizenId.parse(text).value == n


@given(text=st.text(max_size=14))
def test_any_other_text_is_a_rejection_that_does_not_repeat_it(text: str) -> None:
    """A mistyped number is still somebody's: the error's text is the same for all."""
    try:
        assert CitizenId.parse(text).value.isdigit()
    except RejectedError as error:
        assert (str(error), error.values) == (str(WRONG), {})  # noqa: PT017 - most texts fail, some may pass


@pytest.mark.parametrize("value", ["0105500000001", "0000000000000"])
def test_juristic_numbers(value: str) -> None:
    """13 digits beginning with 0; no check digit is documented."""
    assert JuristicId(value).value == value


@pytest.mark.parametrize("value", ["1979900000012", "010550000000", "01055000000011", "๐105500000001", ""])
def test_what_is_no_juristic_number(value: str) -> None:
    """Another first digit, length or script."""
    with pytest.raises(RejectedError):
        JuristicId(value)


@pytest.mark.parametrize("value", ["obec-equivalence", "AB", "a.b_c-9"])
def test_system_names_are_agents(value: str) -> None:
    """A declared system name is an agent but no officer."""
    assert not AgentId(value).is_officer


def test_an_officers_number_is_an_agent(citizen_number) -> None:
    """With its check digit."""
    number = citizen_number("197990000001")
    assert AgentId(number).is_officer


@pytest.mark.parametrize(
    "value", ["1979900000010", "12", "a", "a b", "ระบบ", "a\n", "9" * 13, "", "x" * 51, "๑๒๓"]
)
def test_what_is_no_agent(value: str) -> None:
    """A mistyped citizen number is not taken for a system name."""
    with pytest.raises(RejectedError) as caught:
        AgentId(value)
    assert caught.value.values == {}


def test_passports() -> None:
    """Capital letters and digits, and a state of three letters."""
    assert Passport("AA1234567", "LAO").issuing_state == "LAO"
    for number, state in (("AA12", "LAO"), ("aa1234567", "LAO"), ("AA1234567", "LA"), ("AA1234567\n", "LAO")):
        with pytest.raises(RejectedError):
            Passport(number, state)


def test_a_title_is_no_part_of_the_name() -> None:
    """A girl becomes a woman without changing her name."""
    girl, woman = (
        PersonName(title="เด็กหญิง", first="ก", last="ข"),
        PersonName(title="นางสาว", first="ก", last="ข"),
    )
    assert girl.same_name(woman)
    assert not girl.same_name(PersonName(title="เด็กหญิง", first="ก", last="ค"))
