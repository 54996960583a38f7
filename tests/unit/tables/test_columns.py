"""Columns a catalogue would cut or merge are refused, and Thai headers get usable ids."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import GovlinkError, RejectedError
from govlink.models.table import Column
from govlink.tables import suggest_columns
from govlink.tables.columns import check_columns

Make = Callable[..., Column]
Told = Callable[[GovlinkError], list[tuple[str, str]]]


def refusal(columns: tuple[Column, ...], key: tuple[str, ...], **options: frozenset[str]) -> RejectedError:
    """What the check raises."""
    with pytest.raises(RejectedError) as caught:
        check_columns(columns, key=key, **options)
    return caught.value


@pytest.mark.parametrize("name", ["จำนวนนักเรียน", "a" * 64, "_id", 'a"b', "1st", "", "a b", "a-b", "é", "a\n"])
def test_an_id_of_other_characters_is_refused(column: Make, told: Told, name: str) -> None:
    """The database would cut it at 63 bytes, or refuse it; the remedy is the Thai label."""
    error = refusal((column("code"), column(name)), ("code",))
    assert told(error) == [("/columns/1/id", "table.column_id")]
    assert "label_th" in error.explain("en")
    assert "label_th" in error.explain("th")


def test_ids_that_differ_in_capitals_are_refused(column: Make, told: Told) -> None:
    """Both are told: the check cannot know which one was meant."""
    error = refusal((column("code"), column("Year"), column("year")), ("code",))
    assert told(error) == [("/columns/1/id", "table.column_twice"), ("/columns/2/id", "table.column_twice")]


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        ((), ("/key", "table.no_key")),
        (("nothing",), ("/key/0", "table.key_unknown")),
        (("code", "code"), ("/key/1", "table.key_unknown")),
    ],
)
def test_a_key_names_columns(
    column: Make, told: Told, key: tuple[str, ...], problem: tuple[str, str]
) -> None:
    """At least one, each of the table, each once."""
    assert told(refusal((column("code"),), key)) == [problem]


def test_a_harmless_column_is_one_of_the_table(column: Make, told: Told) -> None:
    """A name spelled wrong must not look like an exception that works."""
    error = refusal((column("code"),), ("code",), harmless_numbers=frozenset({"cod"}))
    assert told(error) == [("/harmless_numbers", "table.harmless_unknown")]


def test_63_ascii_characters_are_fine(column: Make) -> None:
    """The limit itself is allowed."""
    check_columns((column("a" * 63), column("A1_b")), key=("A1_b",))


def test_thai_headers_get_ids_by_place() -> None:
    """The Thai text is kept as the label; ASCII words become the id; none is used twice."""
    headers = ["รหัสโรงเรียน", "School name", "จำนวน (คน)", "school_name", "_id", "ปี 2567", ""]
    found = suggest_columns(headers)
    assert [c.id for c in found] == ["c01", "school_name", "c03", "school_name_2", "id", "c06", "c07"]
    assert [c.label_th for c in found] == [*headers[:-1], "c07"]


@given(st.lists(st.text(max_size=80) | st.sampled_from(["a" * 70, "C02", "c02"]), min_size=1, max_size=12))
def test_suggested_columns_pass_the_check(headers: list[str]) -> None:
    """Whatever the headers, the ids are right, different, and the same every time."""
    found = suggest_columns(headers)
    check_columns(found, key=(found[0].id,))
    assert found == suggest_columns(headers)
    assert all(re.fullmatch("[a-z][a-z0-9_]{0,62}", c.id) for c in found)
