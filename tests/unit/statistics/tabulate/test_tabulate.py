"""Counting is exact, independent of row order, and refuses what it cannot tell apart."""

from __future__ import annotations

import copy
import csv
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import ConfigError, ProtectionError, RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics import RawTable, tabulate
from govlink.statistics.records.opening import BATCH_ROWS

MONTH = Dimension(id="month", label_th="เดือน", label_en="month")
SERVICE = Dimension(id="service", label_th="บริการ", label_en="service")
ROWS: list[dict[str, object]] = [
    {"month": "2568-02", "service": "ข", "extra": 1},
    {"month": "2568-01", "service": "ก", "extra": 2},
    {"month": "2568-01", "service": "ก", "extra": 3},
    {"month": "2568-01", "service": "ข", "extra": 4},
]


def counts(raw: RawTable) -> dict[tuple[str, ...], int]:
    """Count by keys."""
    return dict(zip(raw.keys(), raw.counts, strict=True))


def test_counts_cells_and_margins() -> None:
    """Every cell and every margin is there, zeros included, in canonical order."""
    raw = tabulate(ROWS, dimensions=(MONTH, SERVICE))
    assert counts(raw) == {
        ("2568-01", "ก"): 2,
        ("2568-01", "ข"): 1,
        ("2568-01", TOTAL): 3,
        ("2568-02", "ก"): 0,
        ("2568-02", "ข"): 1,
        ("2568-02", TOTAL): 1,
        (TOTAL, "ก"): 2,
        (TOTAL, "ข"): 2,
        (TOTAL, TOTAL): 4,
    }
    assert list(counts(raw))[-1] == (TOTAL, TOTAL)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from("ก😀zA"), st.integers(0, 3)), min_size=1), data=st.data())
def test_row_order_changes_nothing(rows: list[tuple[str, int]], data: st.DataObject) -> None:
    """Shuffled records give the same table, and it agrees with counting by hand."""
    made = [{"month": m, "service": s} for m, s in rows]
    raw = tabulate(made, dimensions=(MONTH, SERVICE))
    assert tabulate(data.draw(st.permutations(made)), dimensions=(MONTH, SERVICE)) == raw
    for (month, service), count in counts(raw).items():
        assert count == sum(month in (m, TOTAL) and service in (str(s), TOTAL) for m, s in rows)


def test_streams_more_than_one_batch() -> None:
    """A generator longer than a batch is counted whole."""
    total = BATCH_ROWS * 2 + 7
    raw = tabulate(({"month": str(i % 3)} for i in range(total)), dimensions=(MONTH,))
    assert counts(raw)[(TOTAL,)] == total


def test_files_give_the_same_table_as_mappings(tmp_path: Path) -> None:
    """CSV with a byte-order mark, Parquet and mappings agree; a file name is not a pattern."""
    expected = tabulate(ROWS, dimensions=(MONTH, SERVICE))
    path = tmp_path / "a[1]*.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["month", "service", "extra"])
        writer.writeheader()
        writer.writerows(ROWS)
    assert tabulate(path, dimensions=(MONTH, SERVICE)) == expected
    parquet = tmp_path / "rows.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT * FROM read_csv(?, all_varchar = true)", [str(path)])
        connection.execute(f"COPY t TO '{parquet}' (FORMAT parquet)")
    assert tabulate(parquet, dimensions=(MONTH, SERVICE)) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "statistics.category_empty"),
        ("", "statistics.category_empty"),
        (TOTAL, "statistics.category_reserved"),
        (" ก", "statistics.category_unclean"),
        ("ก\u200b", "statistics.category_unclean"),
        ("ท\u0e4d\u0e32", "statistics.category_not_nfc"),
        ("e\u0301", "statistics.category_not_nfc"),
        ("ก\tข", "statistics.category_unclean"),
        ("ก\x00", "statistics.category_unclean"),
        ("1999000000017", "statistics.category_personal"),
        (1999000000017, "statistics.category_personal"),
        ("เลข ๑-๙๙๙๐-๐๐๐๐๐-๐๑-๗", "statistics.category_personal"),
        (True, "statistics.column_type"),
        (1.5, "statistics.column_type"),
    ],
)
def test_refuses_a_category_it_cannot_publish(value: object, code: str) -> None:
    """Nulls, the code of totals, look-alikes and other types are refused, naming the column only."""
    with pytest.raises(RejectedError, match="month") as caught:
        tabulate([*ROWS, {"month": value, "service": "secret-row"}], dimensions=(MONTH, SERVICE))
    assert caught.value.code == code
    assert "secret-row" not in caught.value.explain("en") + caught.value.explain("th")


def test_refuses_a_missing_column_in_rows_and_files(tmp_path: Path) -> None:
    """A column that one record lacks is named, for mappings and for files."""
    path = tmp_path / "rows.csv"
    path.write_text("service\nก\n", encoding="utf-8")
    sources: tuple[list[dict[str, object]] | Path, ...] = ([*ROWS, {"service": "ก"}], path)
    for rows in sources:
        with pytest.raises(RejectedError, match="month") as caught:
            tabulate(rows, dimensions=(MONTH, SERVICE))
        assert caught.value.code == "statistics.column_missing"


def test_refuses_an_empty_field_in_a_file(tmp_path: Path) -> None:
    """An empty CSV field is a null, not a category."""
    path = tmp_path / "rows.csv"
    path.write_text("month,service\n2568-01,\n", encoding="utf-8")
    with pytest.raises(RejectedError, match="service") as caught:
        tabulate(path, dimensions=(MONTH, SERVICE))
    assert caught.value.code == "statistics.category_empty"


def test_a_number_of_another_kind_is_a_category() -> None:
    """Thirteen digits with another check digit, and longer numbers, are nobody's citizen number."""
    rows = [{"month": code} for code in ("1999000000018", "19990000000170", "2568-01")]
    assert sum(tabulate(rows, dimensions=(MONTH,)).counts[:-1]) == 3


def test_no_line_of_a_file_is_taken_for_a_comment(tmp_path: Path) -> None:
    """Every record is counted, whatever its first character is."""
    path = tmp_path / "rows.csv"
    path.write_text("month,service\n#1,ก\n#1,ก\n2,ข\n", encoding="utf-8")
    assert counts(tabulate(path, dimensions=(MONTH, SERVICE)))[(TOTAL, TOTAL)] == 3


@pytest.mark.parametrize(
    "content",
    ["month,service\n1,ก\n2\n3,ข\n", 'month,service\n1,ก\n2,"ข\n3,ค\n', "รายงาน\nmonth,service\n1,ก\n"],
    ids=["a cell short", "a quote left open", "a title line"],
)
def test_a_file_of_another_form_is_refused_whole(tmp_path: Path, content: str) -> None:
    """A record that must be guessed at would be counted wrong, or not at all."""
    path = tmp_path / "rows.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RejectedError, match=r"rows\.csv") as caught:
        tabulate(path, dimensions=(MONTH, SERVICE))
    assert caught.value.code == "statistics.source_file_unreadable"


def test_a_broken_file_shows_none_of_its_content(tmp_path: Path) -> None:
    """The engine quotes what it could not read; that must not reach the error or its causes."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b'month,service\n"canary-4711,x\n\xff\xfe,y\n')
    with pytest.raises(RejectedError) as caught:
        tabulate(path, dimensions=(MONTH, SERVICE))
    assert caught.value.code == "statistics.source_file_unreadable"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "canary" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path is wrong, not the data; a folder is no file either."""
    (tmp_path / "folder.csv").mkdir()
    for name in ("rows.csv", "rows.xlsx", "folder.csv"):
        with pytest.raises(ConfigError, match=f"there is no file {name}") as caught:
            tabulate(tmp_path / name, dimensions=(MONTH,))
        assert (caught.value.code, caught.value.exit_code) == ("statistics.source_missing", 78)


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    """Only .csv and .parquet files are sources."""
    (tmp_path / "rows.xlsx").write_bytes(b"PK")
    with pytest.raises(RejectedError, match=r"rows\.xlsx is neither") as caught:
        tabulate(tmp_path / "rows.xlsx", dimensions=(MONTH,))
    assert caught.value.code == "statistics.source_kind"


def test_a_file_that_is_parted_by_semicolons_is_told_so(tmp_path: Path) -> None:
    """As spreadsheets save it where the comma is the decimal sign; the header itself is not repeated."""
    (tmp_path / "rows.csv").write_text("month;service\n1;ก\n", "utf-8")
    with pytest.raises(RejectedError, match="parted by something else") as caught:
        tabulate(tmp_path / "rows.csv", dimensions=(MONTH, SERVICE))
    assert caught.value.code == "statistics.source_parted"
    assert "month" not in caught.value.explain("en")
    assert "CSV UTF-8" in caught.value.explain("th")


@pytest.mark.parametrize("ids", [[], ["a", "A"], ["value"], ["Status"], ['a"; DROP TABLE t; --'], ["เดือน"]])
def test_refuses_unusable_dimensions(ids: list[str]) -> None:
    """Ids become column names of SQL and CSV, so only plain different ones pass."""
    dimensions = tuple(Dimension(id=i, label_th=i, label_en=i) for i in ids)
    with pytest.raises(RejectedError) as caught:
        tabulate([dict.fromkeys(ids, "x")], dimensions=dimensions)
    assert caught.value.code == "statistics.dimensions_invalid"


def test_refuses_nothing_and_too_much() -> None:
    """No records make no table; a table beyond two million cells is not a publication."""
    with pytest.raises(RejectedError) as caught:
        tabulate([], dimensions=(MONTH,))
    assert caught.value.code == "statistics.no_records"
    many = ({"month": i, "service": i} for i in range(1500) for _ in range(2))
    with pytest.raises(RejectedError) as caught:
        tabulate(many, dimensions=(MONTH, SERVICE))
    assert caught.value.code == "statistics.table_too_large"


@pytest.mark.parametrize("leave", [repr, str, "{}".format])
def test_a_raw_table_shows_no_count(leave: Callable[[object], str]) -> None:
    """A count in a log line would be a disclosure."""
    raw = tabulate([{"month": "m"}] * 4711, dimensions=(MONTH,))
    assert "4711" not in leave(raw)


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_raw_table_cannot_be_carried_off(leave: Callable[[Any], object]) -> None:
    """True counts are not stored or copied by accident."""
    with pytest.raises(ProtectionError):
        leave(tabulate(ROWS, dimensions=(MONTH,)))
