"""Levels as people write them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.equivalence.levels import (
    AmbiguousLevel,
    KnownLevel,
    Level,
    OtherLevel,
    Stream,
    is_year_plausible,
    parse_level,
)
from govlink.errors import RejectedError
from govlink.models.text import to_thai_digits

SPELLINGS = {
    "ม.ศ.5": Level.MS5,
    "ม.ศ. 5": Level.MS5,
    "มศ.5": Level.MS5,
    "ม.ศ.5.": Level.MS5,
    "ม.ศ. ๕ ,": Level.MS5,
    "ม.ศ.5(วิทยาศาสตร์)": Level.MS5,
    "ม.ศ.3": Level.MS3,
    "ม.ศ.๖ (สายอาชีพ)": Level.MS6V,
    "ป.7.": Level.P7,
    "ป. 7": Level.P7,
    "ประถมศึกษาปีที่ ๗": Level.P7,
    "ม.8 เดิม": Level.M8OLD,
    "ม. ๘ (เดิม)": Level.M8OLD,
    "ม.8": Level.M8OLD,
    "มัธยมศึกษาปีที่ ๘": Level.M8OLD,
    "ม.6 เดิม": Level.M6OLD,
    "ม.3 (ปัจจุบัน)": Level.M3,
    "ms5": Level.MS5,
}


@pytest.mark.parametrize(("text", "level"), SPELLINGS.items())
def test_spellings_met_in_the_wild(text: str, level: Level) -> None:
    """Every spelling found in letters and personnel files reads as its level."""
    reading = parse_level(text)
    assert isinstance(reading, KnownLevel)
    assert reading.level is level


@pytest.mark.parametrize("text", ["ม.6", "ม.๓", "ม.8 ปัจจุบัน", "มัธยมศึกษาปีที่ 6"])
def test_bare_names_are_ambiguous(text: str) -> None:
    """A name that two eras used, or that its era did not have, is not guessed."""
    reading = parse_level(text)
    assert isinstance(reading, AmbiguousLevel)
    assert all("OLD" in level.value or level in {Level.M3, Level.M6} for level in reading.candidates)


def test_the_branch_is_kept() -> None:
    """Only ม.ศ.6 of the vocational branch is covered, so the branch must survive reading."""
    assert parse_level("ม.ศ.6 (สายอาชีพ)") == KnownLevel(level=Level.MS6V, stream=Stream.VOCATIONAL)
    assert parse_level("ม.ศ.6 (สายสามัญ)") == KnownLevel(level=Level.MS6V, stream=Stream.GENERAL)
    assert parse_level("ม.ศ.6") == KnownLevel(level=Level.MS6V)
    assert parse_level("MS6V") == KnownLevel(level=Level.MS6V, stream=Stream.VOCATIONAL)


def test_other_levels_are_read_as_such() -> None:
    """A level the service does not cover is told apart from no level at all."""
    assert parse_level("ป.๔") == OtherLevel(written="ป.4")
    assert parse_level("ม.ศ. 4") == OtherLevel(written="ม.ศ.4")
    assert parse_level("ม.5") == OtherLevel(written="ม.5")


@given(st.text(max_size=40))
def test_any_text_is_read_or_rejected(text: str) -> None:
    """No text makes the reader fail in any other way."""
    with contextlib.suppress(RejectedError):
        parse_level(text)


@given(
    spelling=st.sampled_from(sorted(SPELLINGS)),
    blanks=st.lists(st.integers(0, 40), max_size=4),
    tail=st.sampled_from(["", " ", ".", ",", " ,", " . "]),
    thai=st.booleans(),
)
def test_blanks_digits_and_tails_change_nothing(
    spelling: str, blanks: list[int], tail: str, *, thai: bool
) -> None:
    """Blanks, the script of the digits and a trailing dot or comma do not change the reading."""
    text = spelling
    for place in blanks:
        text = text[: place % len(text)] + " " + text[place % len(text) :]
    text = to_thai_digits(text + tail) if thai else text + tail
    if spelling == "ms5" and (tail.strip() or thai):
        return  # a code is written as it is
    assert parse_level(text) == parse_level(spelling)


@pytest.mark.parametrize(
    ("level", "year", "plausible"),
    [
        (Level.P7, 2512, True),
        (Level.P7, 2521, False),
        (Level.MS5, 2524, True),
        (Level.MS5, 2525, False),
        (Level.M8OLD, 2490, True),
        (Level.M8OLD, 2506, False),
        (Level.M6OLD, 2490, True),
        (Level.M6, 2525, False),
    ],
)
def test_years_a_level_was_in_use(level: Level, year: int, *, plausible: bool) -> None:
    """The last class of a curriculum bounds the years, and unknown bounds are open."""
    assert is_year_plausible(level, year) is plausible
