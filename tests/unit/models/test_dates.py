"""Dates of two eras, whole and partial, with the year that had nine months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.dates import Era, PartialDate, be_year_of, format_thai_date, parse_thai_date
from govlink.models.text import to_thai_digits

DAYS = st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24 ตุลาคม 2567", date(2024, 10, 24)),
        ("๒๔ ตุลาคม ๒๕๖๗", date(2024, 10, 24)),
        ("24 ต.ค. 2567", date(2024, 10, 24)),
        ("24 ตค 2567", date(2024, 10, 24)),
        ("24 ตุลาคม พ.ศ. 2567", date(2024, 10, 24)),
        ("24ตุลาคมพ.ศ.2567", date(2024, 10, 24)),
        ("24/10/2567", date(2024, 10, 24)),
        ("24-10-2567", date(2024, 10, 24)),
        ("  24\u200b ตุลาคม\u00a02567 ", date(2024, 10, 24)),
        ("29 กุมภาพันธ์ 2567", date(2024, 2, 29)),
        ("1 มกราคม 2484", date(1941, 1, 1)),
        ("31 ธันวาคม 2483", date(1940, 12, 31)),
        ("1 เมษายน 2483", date(1940, 4, 1)),
        ("31 มีนาคม 2482", date(1940, 3, 31)),
        ("1 มกราคม 2482", date(1940, 1, 1)),
        ("1 เมษายน 2482", date(1939, 4, 1)),
    ],
)
def test_written_dates(text: str, expected: date) -> None:
    """Letters write dates in many ways, and before 2484 the year began on 1 April."""
    assert parse_thai_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "15 กุมภาพันธ์ 2483",
        "24 ตุลาคม 2024",
        "24/13/2567",
        "31/04/2567",
        "29 กุมภาพันธ์ 2566",
        "0/10/2567",
        "24 ตุลาคา 2567",
        "24 ตุลาคม ค.ศ. 2024",
        "ตุลาคม 2567",
        "٢٤/10/2567",
        "24/10/67",
        "",
    ],
)
def test_what_is_no_buddhist_era_date(text: str) -> None:
    """The era is never guessed, months that never were are refused, and the text is not repeated."""
    with pytest.raises(RejectedError) as caught:
        parse_thai_date(text)
    assert caught.value.code.startswith("dates.")


@given(day=DAYS)
def test_a_day_survives_being_written_and_read(day: date) -> None:
    """Every day, the short year 2483 and its neighbours included, in both digits and in GDX's form."""
    assert parse_thai_date(format_thai_date(day)) == day
    assert parse_thai_date(to_thai_digits(format_thai_date(day))) == day
    partial = PartialDate(year=day.year, month=day.month, day=day.day)
    assert PartialDate.parse_compact(partial.compact_be(), era=Era.BE) == partial
    assert partial.whole() == day
    assert str(partial) == day.isoformat()


@given(year=st.integers(1800, 2200), month=st.none() | st.integers(1, 12))
def test_a_partial_date_survives_gdx(year: int, month: int | None) -> None:
    """Unknown parts stay unknown through the compact form."""
    partial = PartialDate(year=year, month=month)
    assert PartialDate.parse_compact(partial.compact_be(), era=Era.BE) == partial
    assert partial.whole() is None


def test_the_year_before_2484_ends_in_march() -> None:
    """BE years change on 1 April until 2482, and on 1 January from 2484."""
    assert be_year_of(date(1940, 3, 31)) == 2482
    assert be_year_of(date(1940, 4, 1)) == 2483
    assert be_year_of(date(1940, 12, 31)) == 2483
    assert be_year_of(date(1941, 1, 1)) == 2484


@pytest.mark.parametrize(
    ("text", "era", "expected"),
    [
        ("25380412", Era.BE, PartialDate(year=1995, month=4, day=12)),
        ("25380400", Era.BE, PartialDate(year=1995, month=4)),
        ("25380000", Era.BE, PartialDate(year=1995)),
        ("1995----", Era.CE, PartialDate(year=1995)),
        ("199504--", Era.CE, PartialDate(year=1995, month=4)),
        ("๒๕๓๘๐๔๑๒", Era.BE, PartialDate(year=1995, month=4, day=12)),
    ],
)
def test_compact_dates(text: str, era: Era, expected: PartialDate) -> None:
    """The two platforms' forms of an unknown part."""
    assert PartialDate.parse_compact(text, era=era) == expected


@pytest.mark.parametrize(
    ("text", "era"),
    [
        ("19950412", Era.BE),
        ("25380412", Era.CE),
        ("25380012", Era.BE),
        ("2538--12", Era.CE),
        ("25381301", Era.BE),
        ("25380230", Era.BE),
        ("24830200", Era.BE),
        ("2538041", Era.BE),
        ("253804 2", Era.BE),
    ],
)
def test_compact_dates_that_are_none(text: str, era: Era) -> None:
    """A year of the other era is refused, not converted."""
    with pytest.raises(RejectedError):
        PartialDate.parse_compact(text, era=era)


@given(text=st.text(max_size=12), era=st.sampled_from(Era))
def test_any_text_is_a_date_or_a_rejection(text: str, era: Era) -> None:
    """No reader lets another exception out."""
    for read in (parse_thai_date, lambda t: PartialDate.parse_compact(t, era=era)):
        try:
            read(text)
        except RejectedError as error:
            assert error.code.startswith("dates.")  # noqa: PT017 - most texts fail, some may pass


@pytest.mark.parametrize(
    "parts", [(2000, 13, None), (2000, None, 1), (2001, 2, 29), (0, 1, 1), (10_000, 1, 1)]
)
def test_impossible_parts(parts: tuple[int, int | None, int | None]) -> None:
    """A partial date that could not be completed cannot be made."""
    with pytest.raises(RejectedError):
        PartialDate(year=parts[0], month=parts[1], day=parts[2])
