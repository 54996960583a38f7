"""Only the records that a table is said to count are counted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import COUNT, Measure, RawTable, Sum, read_counts, tabulate
from govlink.statistics.tabulate.limits import Where

PARENTS = (("m1", "q1"), ("m2", "q1"), ("m3", "q2"), ("q1", "y"), ("q2", "y"))
PERIOD = Dimension(id="period", label_th="", label_en="", parents=PARENTS)
OUTCOME = Dimension(id="outcome", label_th="", label_en="")
ROWS: list[dict[str, object]] = [
    {"period": period, "outcome": outcome, "year": year, "days": 3}
    for period, outcome, year, times in (
        ("m1", "it's", 1, 4),
        ("m2", "b", 1, 2),
        ("m3", "b", 2, 1),
        ("m3", "c", 2, 5),
    )
    for _ in range(times)
]
JOIN = (Collapse(dimension="outcome", into=(("c", "b"),)),)


def total(rows: Any, where: Where, *, measure: Measure = COUNT, **options: Any) -> int:
    """How much is counted, by outcome."""
    return tabulate(rows, dimensions=(OUTCOME,), measure=measure, where=where, **options).counts[-1]


@pytest.mark.parametrize(
    ("where", "records"),
    [
        ((), 12),
        ((("outcome", ("it's",)),), 4),
        ((("outcome", ("b", "c")),), 8),
        ((("year", ("2",)),), 6),
        ((("period", ("m1", "m3")),), 10),
        ((("period", ("q1",)),), 6),
        ((("period", ("y",)),), 12),
        ((("period", ("y",)), ("outcome", ("b",))), 3),
    ],
)
def test_records_outside_are_left_out(tmp_path: Path, where: Where, records: int) -> None:
    """In every kind of records, by a column shown or not, and by a whole for its parts."""
    given = {"period": PARENTS}
    assert total(ROWS, where, hierarchies=given) == records
    assert total(ROWS, where, hierarchies=given, measure=Sum(column="days")) == 3 * records
    path = tmp_path / "rows.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (period VARCHAR, outcome VARCHAR, year INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", [list(row.values())[:3] for row in ROWS])
        relation = connection.sql("SELECT * FROM t")
        relation.write_parquet(str(path))
        assert total(relation, where, hierarchies=given) == records
    assert total(path, where, hierarchies=given) == records


def test_a_dimensions_own_hierarchy_tells_its_parts() -> None:
    """Only what was counted is shown."""
    raw = tabulate(ROWS, dimensions=(PERIOD, OUTCOME), where=(("period", ("q2",)),))
    assert raw.categories == (("m3", "q2", "y"), ("b", "c"))
    assert raw.counts[-1] == 6


def test_a_whole_whose_parts_are_all_named_is_within() -> None:
    """Records known by quarter only belong to the months that make it up, and to no fewer."""
    rows = [{"period": "q1", "outcome": "a"}, {"period": "m3", "outcome": "a"}]
    for months, records in ((("m1", "m2"), 1), (("m1", "m2", "m3"), 2), (("m1", "m3"), 1)):
        assert total(rows, (("period", months),), hierarchies={"period": PARENTS}) == records


def test_codes_counted_under_others_go_with_them() -> None:
    """The published code stands for all of them, and one that is not published for nothing."""
    assert total(ROWS, (("outcome", ("b",)),), collapse=JOIN) == 8
    assert total(ROWS, (("outcome", ("it's",)),), collapse=JOIN) == 4
    with pytest.raises(RejectedError, match="c") as caught:
        total(ROWS, (("outcome", ("c",)),), collapse=JOIN)
    assert caught.value.code == "statistics.where_collapsed"


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ((("nothing", ("a",)),), "column_missing"),
        ((("outcome", ("nobody",)),), "no_records"),
        ((("outcome", (TOTAL,)),), "category_reserved"),
        ((("outcome", (" b",)),), "category_unclean"),
        ((("citizen_id", ("b",)),), "column_personal"),
        ((("outcome", ("1999000000017",)),), "category_personal"),
    ],
)
def test_limits_that_nothing_could_be_published_by_are_refused(where: Where, code: str) -> None:
    """What a table is limited to stands in its report."""
    with pytest.raises(RejectedError) as caught:
        total(ROWS, where)
    assert caught.value.code == f"statistics.{code}"


def counts(tmp_path: Path, where: Where) -> RawTable:
    """A long table that is said to be limited."""
    path = tmp_path / "counts.csv"
    path.write_text("period,outcome,count\nm1,a,3\nm2,b,4\nq1,_T,7\n", encoding="utf-8")
    return read_counts(path, hierarchies={"period": PARENTS}, where=where)


def test_a_long_table_holds_nothing_outside_of_its_limits(tmp_path: Path) -> None:
    """It cannot be filtered, as nobody knows what its rows without the column count; so it is refused."""
    wanted = counts(tmp_path, ())
    for where in ((("period", ("q1",)),), (("period", ("m1", "m2", "m3")),), (("elsewhere", ("x",)),)):
        assert counts(tmp_path, where) == replace(wanted, where=where)
    with pytest.raises(RejectedError, match="m2") as caught:
        counts(tmp_path, (("period", ("m1",)),))
    assert caught.value.code == "statistics.outside_where"


def test_a_table_knows_what_was_counted() -> None:
    """What was asked for and what the records are said to be an extract of, in the words it was said in."""
    where, limited = (("year", ("1",)), ("period", ("q1",))), (("office", ("x",)),)
    raw = tabulate(ROWS, dimensions=(OUTCOME,), where=where, limited=limited, hierarchies={"period": PARENTS})
    assert raw.where == (("office", ("x",)), ("period", ("q1",)), ("year", ("1",)))
    assert raw.counts[-1] == 6


@pytest.mark.parametrize("column", ["outcome", "year"])
def test_nobodys_word_is_taken_for_what_can_be_looked_at(column: str) -> None:
    """A column that is counted by, or chosen from, is limited by looking at it."""
    with pytest.raises(RejectedError) as caught:
        tabulate(ROWS, dimensions=(OUTCOME,), where=(("year", ("1",)),), limited=((column, ("1",)),))
    assert caught.value.code == "statistics.limited_twice"
