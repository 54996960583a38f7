"""Which texts each type takes, and what it says of the others."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import Fault
from govlink.models.table import ColumnType
from govlink.tables.values import MOST_CHARACTERS, PARSERS

TAKEN = [
    ("text", "007", "007"),
    ("text", " สองบรรทัด\r\n\tย่อหน้า ", " สองบรรทัด\r\n\tย่อหน้า "),
    ("text", "🙂", "🙂"),
    ("int", "0", "0"),
    ("int", "-0", "0"),
    ("int", "5.0", "5"),
    ("int", "2147483647", "2147483647"),
    ("int", "-2147483648", "-2147483648"),
    ("numeric", "1.50", "1.5"),
    ("numeric", "-0.00", "0"),
    ("numeric", "0.10", "0.1"),
    ("numeric", "10", "10"),
    ("numeric", "99999999999999999999.5", "99999999999999999999.5"),
    ("date", "2024-02-29", "2024-02-29"),
    ("date", "2024-01-30T00:00:00", "2024-01-30"),
    ("date", "2399-12-31", "2399-12-31"),
    ("timestamp", "2024-01-30", "2024-01-30T00:00:00"),
    ("timestamp", "2024-01-30 07:05", "2024-01-30T07:05:00"),
    ("timestamp", "2024-01-30T07:05:09.000", "2024-01-30T07:05:09"),
    ("bool", "True", "true"),
    ("bool", "false", "false"),
]

REFUSED = [
    ("text", "ก\x00", "control_character"),
    ("text", "ก\x1f", "control_character"),
    ("text", "ก\x7f", "control_character"),
    ("text", "ก\x9f", "control_character"),
    ("text", "\ufeffก", "byte_order_mark"),
    ("text", "ก\ufeff", "byte_order_mark"),
    ("text", "\ud83d", "surrogate"),
    ("text", "\udca1", "not_utf8"),
    ("text", "ก" * (MOST_CHARACTERS + 1), "too_long"),
    ("int", "007", "leading_zero"),
    ("int", "-01", "leading_zero"),
    ("int", "2147483648", "too_large"),
    ("int", "-2147483649", "too_large"),
    ("int", "9" * 5000, "too_large"),
    ("int", "5.5", "not_whole"),
    ("int", "1e3", "exponent"),
    ("int", "๕", "thai_digits"),
    ("int", "NaN", "not_finite"),
    ("int", "1,234", "not_a_number"),
    ("int", " 5", "not_a_number"),
    ("int", "+5", "not_a_number"),
    ("int", "true", "not_a_number"),
    ("int", "5\udca1", "not_utf8"),
    ("numeric", "007", "leading_zero"),
    ("numeric", "00.5", "leading_zero"),
    ("numeric", "1.23E+12", "exponent"),
    ("numeric", "-Infinity", "not_finite"),
    ("numeric", "nan", "not_finite"),
    ("numeric", "๑.๕", "thai_digits"),
    ("numeric", ".5", "not_a_number"),
    ("numeric", "5.", "not_a_number"),
    ("numeric", "1\n", "not_a_number"),
    ("numeric", "1" * 1001, "too_long"),
    ("date", "2567-02-29", "buddhist_year"),
    ("date", "2567-02-30", "buddhist_year"),
    ("date", "2400-01-01", "buddhist_year"),
    ("date", "9999-12-31", "buddhist_year"),
    ("date", "2023-02-29", "no_such_day"),
    ("date", "2023-13-01", "no_such_day"),
    ("date", "0000-01-01", "no_such_day"),
    ("date", "30/01/2024", "not_a_date"),
    ("date", "2024-1-3", "not_a_date"),
    ("date", "2024-01-30T07:05:00", "not_a_date"),
    ("date", "๒๐๒๔-๐๑-๓๐", "thai_digits"),
    ("timestamp", "2567-02-29T07:05:00", "buddhist_year"),
    ("timestamp", "2024-01-30T24:00:00", "no_such_day"),
    ("timestamp", "2024-01-30T07:05:09.5", "second_fraction"),
    ("timestamp", "2024-01-30T07:05:09Z", "time_zone"),
    ("timestamp", "2024-01-30T07:05:09+07:00", "time_zone"),
    ("timestamp", "2024-01-30 07:05:09+07", "time_zone"),
    ("timestamp", "30 ม.ค. 2567", "not_a_timestamp"),
    ("timestamp", "๒๐๒๔-๐๑-๓๐ ๐๗:๐๕", "thai_digits"),
    ("bool", "1", "not_boolean"),
    ("bool", "yes", "not_boolean"),
    ("bool", "\x00", "control_character"),
]


@pytest.mark.parametrize(("kind", "text", "canonical"), TAKEN)
def test_a_value_is_taken(kind: str, text: str, canonical: str) -> None:
    """Each value has one canonical text, however it was written."""
    assert PARSERS[ColumnType(kind)](text) == canonical
    assert PARSERS[ColumnType(kind)](canonical) == canonical


@pytest.mark.parametrize(("kind", "text", "reason"), REFUSED, ids=lambda value: ascii(value)[:20])
def test_a_value_is_refused(kind: str, text: str, reason: str) -> None:
    """What a catalogue would cut, misread or choke on is refused by its own name."""
    found = PARSERS[ColumnType(kind)](text)
    assert isinstance(found, Fault)
    assert found.code == f"table.{reason}"


@given(st.text())
def test_whatever_is_taken_is_canonical(text: str) -> None:
    """Parsing its own result changes nothing, for any type and any text."""
    for parse in PARSERS.values():
        found = parse(text) if text else ""
        assert isinstance(found, Fault) or not found or parse(found) == found


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_number_keeps_its_value(number: Decimal) -> None:
    """Only zeros at the end of the fraction go."""
    found = PARSERS[ColumnType.NUMERIC](format(number, "f"))
    assert isinstance(found, str)
    assert Decimal(found) == number


@given(st.datetimes(max_value=datetime.fromisoformat("2399-12-31")).map(lambda at: at.replace(microsecond=0)))
def test_a_time_is_itself(at: datetime) -> None:
    """Canonical times and dates are Python's own ISO texts."""
    assert PARSERS[ColumnType.TIMESTAMP](at.isoformat()) == at.isoformat()
    day = date(at.year, at.month, at.day).isoformat()
    assert PARSERS[ColumnType.DATE](day) == day
