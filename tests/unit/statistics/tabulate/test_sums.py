"""Sums are exact, and each cell keeps how many records made it and the greatest of them."""

from __future__ import annotations

import copy
import csv
import pickle
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ProtectionError, RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.hierarchy import leaves_of
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import RawTable, Sum, tabulate

PLACE = Dimension(
    id="place", label_th="ที่", label_en="place", parents=(("a", "north"), ("b", "north"), ("c", "south"))
)
KIND = Dimension(id="kind", label_th="ชนิด", label_en="kind")
ROWS: list[dict[str, object]] = [
    {"place": "a", "kind": "x", "baht": 10},
    {"place": "a", "kind": "x", "baht": "7"},
    {"place": "a", "kind": "y", "baht": 0},
    {"place": "b", "kind": "x", "baht": 900},
    {"place": "c", "kind": "x", "baht": 8},
]


def cell(raw: RawTable, *keys: str) -> tuple[int, int, int, tuple[int, ...]]:
    """A cell's sum, how many records it has, how many add to it, and the greatest values."""
    assert raw.contributions is not None
    at = list(raw.keys()).index(keys)
    made = raw.contributions[at]
    return raw.counts[at], made.contributors, made.paying, made.largest


def test_sums_and_what_they_are_made_of() -> None:
    """A record of 0 is in the cell and adds nothing; a cell without records has nobody."""
    raw = tabulate(ROWS, dimensions=(PLACE, KIND), measure=Sum(column="baht", top=2))
    assert cell(raw, "a", "x") == (17, 2, 2, (10, 7))
    assert cell(raw, "a", "y") == (0, 1, 0, (0,))
    assert cell(raw, "c", "y") == (0, 0, 0, ())
    assert cell(raw, "north", "x") == (917, 3, 3, (900, 10))
    assert cell(raw, TOTAL, TOTAL) == (925, 5, 4, (900, 10))
    assert (raw.measured, tabulate(ROWS, dimensions=(KIND,)).measured) == ("baht", "")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.integers(0, 9)), min_size=1, max_size=20
    ),
    st.integers(1, 4),
    st.booleans(),
)
def test_every_cell_agrees_with_adding_by_hand(
    records: list[tuple[str, str, int]], top: int, joined: bool
) -> None:
    """Any records: sums, contributors and greatest values, where codes are joined too."""
    rows = [{"place": p, "kind": k, "baht": v} for p, k, v in records]
    rules = (Collapse(dimension="kind", into=(("y", "x"),)),) if joined else ()
    raw = tabulate(rows, dimensions=(PLACE, KIND), measure=Sum(column="baht", top=top), collapse=rules)
    for keys in raw.keys():  # noqa: SIM118 - a table is no mapping
        place, kind = keys
        values = sorted(
            (
                v
                for p, k, v in records
                if (place == TOTAL or p in leaves_of(PLACE, place))
                and (kind in (TOTAL, "x" if joined else k))
            ),
            reverse=True,
        )
        assert cell(raw, place, kind) == (
            sum(values),
            len(values),
            sum(value > 0 for value in values),
            tuple(values[:top]),
        )


@pytest.mark.parametrize("value", [-1, "-1", "1.5", "", None, "1000000000000", 10**12, "๑", " 1"])
def test_a_value_that_cannot_be_added_up_is_refused(tmp_path: Path, value: object) -> None:
    """In mappings, in a file, and as a number of the engine's; the column is named and no value."""
    rows = [*ROWS, {"place": "a", "kind": "x", "baht": value}]
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["place", "kind", "baht"])
        writer.writeheader()
        writer.writerows(rows)
    sources: list[Any] = [rows, path]
    with duckdb.connect() as connection:
        if isinstance(value, int):
            sources.append(connection.sql(f"SELECT 'a' AS place, 'x' AS kind, {value} AS baht"))
        for source in sources:
            with pytest.raises(RejectedError, match="baht") as caught:
                tabulate(source, dimensions=(PLACE, KIND), measure=Sum(column="baht"))
            assert caught.value.code == "statistics.sum_unfit"


@pytest.mark.parametrize("sql", ["1.5", "1::DOUBLE", "DATE '2025-01-01'", "true", "1::DECIMAL(9,2)"])
def test_a_column_of_another_type_is_not_added_up(sql: str) -> None:
    """What is no whole number would be rounded on the way."""
    with duckdb.connect() as connection:
        relation = connection.sql(f"SELECT 'a' AS place, 'x' AS kind, {sql} AS baht")
        with pytest.raises(RejectedError, match="baht") as caught:
            tabulate(relation, dimensions=(PLACE, KIND), measure=Sum(column="baht"))
    assert caught.value.code == "statistics.column_type"


def test_a_column_that_is_not_there_is_named() -> None:
    """Like a dimension's."""
    with pytest.raises(RejectedError, match="baht") as caught:
        tabulate([{"kind": "x"}], dimensions=(KIND,), measure=Sum(column="baht"))
    assert caught.value.code == "statistics.column_missing"


def test_a_sum_beyond_exact_numbers_is_refused() -> None:
    """Five million of the greatest values would not fit."""
    with duckdb.connect() as connection:
        relation = connection.sql("SELECT 'x' AS kind, 999999999999 AS baht FROM range(5000000)")
        with pytest.raises(RejectedError) as caught:
            tabulate(relation, dimensions=(KIND,), measure=Sum(column="baht"))
    assert caught.value.code == "statistics.sum_too_large"


@pytest.mark.parametrize("top", [0, 21])
def test_how_many_values_are_kept_has_bounds(top: int) -> None:
    """None is of no use, and more than a few are copies of the records."""
    with pytest.raises(RejectedError) as caught:
        Sum(column="baht", top=top)
    assert caught.value.code == "statistics.sum_top"


def test_contributions_are_as_secret_as_counts() -> None:
    """Neither shown nor carried off."""
    raw = tabulate(ROWS, dimensions=(KIND,), measure=Sum(column="baht"))
    assert raw.contributions is not None
    assert "900" not in f"{raw!r} {raw.contributions!r}"
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(ProtectionError):
            leave(raw.contributions[0])  # type: ignore[operator]  # three functions of one argument
