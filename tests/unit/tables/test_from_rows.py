"""Rows of a program: every trap is told with row, column and remedy before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from govlink.errors import GovlinkError, ProtectionError, RejectedError
from govlink.models.identity import check_digit
from govlink.models.table import Column
from govlink.tables import table_of_rows

Make = Callable[..., Column]
Refusal = Callable[..., GovlinkError]
Told = Callable[[GovlinkError], list[tuple[str, str]]]
CITIZEN = "198000000001" + check_digit("198000000001")


@pytest.fixture
def columns(column: Make) -> tuple[Column, ...]:
    """A key and one column of each type."""
    kinds = ("text", "int", "numeric", "date", "timestamp", "bool")
    return (column("code"), *(column(f"c_{kind}", kind) for kind in kinds))


ROW: dict[str, Any] = {
    "code": "a",
    "c_text": "ข้อความ",
    "c_int": 7,
    "c_numeric": Decimal("1.50"),
    "c_date": date(2024, 1, 30),
    "c_timestamp": datetime.fromisoformat("2024-01-30T07:05"),
    "c_bool": True,
}
WIRE = ("a", "ข้อความ", 7, "1.5", "2024-01-30", "2024-01-30T07:05:00", True)


def test_rows_come_out_as_they_go_over_the_wire(columns: tuple[Column, ...]) -> None:
    """From mappings, sequences and texts alike; empty texts and None are both None."""
    texts = ["a", "ข้อความ", "7", "1.5", "2024-01-30", "2024-01-30 07:05", "true"]
    empty = dict.fromkeys(ROW, None) | {"code": "b"}
    for row in (ROW, tuple(ROW.values()), texts):
        blank = empty if isinstance(row, dict) else [*["b"], *[""] * 6]
        with table_of_rows([row, blank], columns=columns, key=("code",)) as table:
            assert list(table.rows()) == [WIRE, ("b", *[None] * 6)]
            assert (table.row_count, table.key, table.columns) == (2, ("code",), columns)


TRAPS = [
    ("c_text", "ก\x00", "control_character"),
    ("c_text", "\ud83d", "surrogate"),
    ("c_text", "\ufeffก", "byte_order_mark"),
    ("c_text", b"x", "value_type"),
    ("c_int", "007", "leading_zero"),
    ("c_int", 2**31, "too_large"),
    ("c_int", 0.5, "not_whole"),
    ("c_int", True, "not_a_number"),
    ("c_numeric", "007", "leading_zero"),
    ("c_numeric", float("nan"), "not_finite"),
    ("c_numeric", float("inf"), "not_finite"),
    ("c_numeric", "๑๒", "thai_digits"),
    ("c_date", "2567-02-29", "buddhist_year"),
    ("c_date", date(2567, 1, 30), "buddhist_year"),
    ("c_date", "30/01/2567", "not_a_date"),
    ("c_date", "2023-02-29", "no_such_day"),
    ("c_timestamp", datetime.fromisoformat("2024-01-30T07:05:01.000500"), "second_fraction"),
    ("c_timestamp", "2024-01-30T07:05:00+07:00", "time_zone"),
    ("c_bool", "จริง", "not_boolean"),
    ("code", "", "key_empty"),
    ("code", None, "key_empty"),
    ("code", "  ", "key_empty"),
    ("code", "a\u200bb", "key_invisible"),
    ("code", "a\nb", "key_invisible"),
    ("code", "a\u00a0b", "key_invisible"),
]


@pytest.mark.parametrize(("name", "value", "reason"), TRAPS, ids=lambda v: ascii(v)[:24])
def test_a_trap_is_told_with_row_and_column(
    columns: tuple[Column, ...], refusal_of: Refusal, told: Told, name: str, value: Any, reason: str
) -> None:
    """In both languages, with no word of the value, and alone: the other rows are fine."""
    rows = [ROW, ROW | {"code": "b", name: value}, ROW | {"code": "c"}]
    error = refusal_of(rows, columns)
    assert type(error) is RejectedError
    assert told(error) == [(f"/rows/2/{name}", f"table.{reason}")]
    if isinstance(value, str) and value.strip():
        assert value not in error.explain("en") + error.explain("th")


@pytest.mark.parametrize("name", ["code", "c_text", "c_numeric"])
def test_a_citizen_number_is_refused(
    columns: tuple[Column, ...], refusal_of: Refusal, told: Told, name: str
) -> None:
    """In a key, a text or a number; row and column are told, the number never is."""
    rows = [ROW, ROW | {"code": "b", name: int(CITIZEN)}]
    error = refusal_of(rows, columns)
    assert type(error) is ProtectionError
    assert told(error) == [(f"/rows/2/{name}", "table.citizen_number")]
    assert "row 2" in str(error)
    assert name in str(error)
    assert CITIZEN not in error.explain("en") + error.explain("th") + repr(error.problems)


def test_a_citizen_number_wins_over_other_problems(
    columns: tuple[Column, ...], refusal_of: Refusal, told: Told
) -> None:
    """Whatever else is wrong, the error says that personal data were about to go out."""
    rows = [ROW | {"c_int": "x"}, ROW | {"code": "b", "c_text": f"บัตร {CITIZEN}"}]
    error = refusal_of(rows, columns)
    assert type(error) is ProtectionError
    assert told(error) == [
        ("/rows/1/c_int", "table.not_a_number"),
        ("/rows/2/c_text", "table.citizen_number"),
    ]


def test_numbers_known_to_be_harmless_pass(columns: tuple[Column, ...], refusal_of: Refusal) -> None:
    """In the column named, and in no other."""
    rows = [ROW | {"code": CITIZEN}]
    with table_of_rows(rows, columns=columns, key=("code",), harmless_numbers=frozenset({"code"})) as table:
        assert table.row_count == 1
    other = refusal_of(rows, columns, harmless_numbers=frozenset({"c_text"}))
    assert type(other) is ProtectionError


def test_a_key_given_twice_names_both_rows(column: Make, refusal_of: Refusal, told: Told) -> None:
    """Of two key columns; a third row of the same key points to the first one too."""
    rows = [("a", 1, "x"), ("a", 2, "y"), ("a", 1, "z"), ("b", 1, ""), ("a", "1.0", "x")]
    columns = (column("code"), column("year", "int"), column("note"))
    error = refusal_of(rows, columns, key=("code", "year"))
    assert told(error) == [("/rows/3/code", "table.duplicate_key"), ("/rows/5/code", "table.duplicate_key")]
    assert [dict(p.values) for p in error.problems] == [{"first": "1"}] * 2
    assert "row 1" in error.explain("en")


SHAPES: list[tuple[Any, list[tuple[str, str]]]] = [
    (("b",), [("/rows/2", "table.row_width")]),
    (("b", "x", "y"), [("/rows/2", "table.row_width")]),
    ("bx", [("/rows/2", "table.row_shape")]),
    (7, [("/rows/2", "table.row_shape")]),
    ({"code": "b"}, [("/rows/2/name", "table.member_missing")]),
    ({}, [("/rows/2/code", "table.member_missing"), ("/rows/2/name", "table.member_missing")]),
    ({"code": "b", "name": "x", "more": 1}, [("/rows/2", "table.member_unknown")]),
]


@pytest.mark.parametrize(("row", "problems"), SHAPES, ids=repr)
def test_a_row_has_a_value_for_each_column(
    column: Make, refusal_of: Refusal, told: Told, row: Any, problems: list[tuple[str, str]]
) -> None:
    """Neither fewer nor more, and what is no row is told; the rows after it keep their numbers."""
    rows = [{"code": "a", "name": "x"}, row, {"code": "", "name": "x"}]
    error = refusal_of(rows, (column("code"), column("name")))
    assert told(error) == [*problems, ("/rows/3/code", "table.key_empty")]


def test_names_of_the_source_are_mapped_and_others_left_out_when_asked(column: Make) -> None:
    """Thai names stay in the source; ids go to the catalogue."""
    rows = [{"รหัส": "a", "จำนวน": 3, "หมายเหตุ": "ไม่ใช้"}]
    with table_of_rows(
        rows,
        columns=(column("code"), column("total", "int")),
        key=("code",),
        source_names={"code": "รหัส", "total": "จำนวน"},
        ignore_others=True,
    ) as table:
        assert list(table.rows()) == [("a", 3)]


def test_the_first_hundred_problems_by_row_are_kept(column: Make, refusal_of: Refusal) -> None:
    """Of very many, with their number; rows that duplicate a key, found last, are among the first ones."""
    rows = [("a", 1), ("a", 2), *((f"k{n}", "x") for n in range(30_000))]
    error = refusal_of(rows, (column("code"), column("n", "int")))
    pointers = [problem.pointer for problem in error.problems]
    assert pointers == ["/rows/2/code", *(f"/rows/{n}/n" for n in range(3, 102))]
    assert "30001 problems" in str(error)
    assert "30001" in error.explain("th")


def test_a_table_may_be_empty(column: Make) -> None:
    """A list from which everything was taken is still a table."""
    with table_of_rows([], columns=(column("code"),), key=("code",)) as table:
        assert (table.row_count, list(table.rows()), list(table.rows(skip=3))) == (0, [], [])
        assert table.csv_file().path.read_bytes() == b"\xef\xbb\xbfcode\r\n"


def test_progress_tells_the_rows_read(column: Make) -> None:
    """The last number is all of them, rows that are refused included."""
    seen: list[int] = []
    rows: Iterator[tuple[str]] = ((f"k{n}",) for n in range(10_000))
    with table_of_rows(rows, columns=(column("code"),), key=("code",), progress=seen.append):
        pass
    assert seen == sorted(set(seen))
    assert seen[-1] == 10_000


def test_columns_are_checked_before_a_row_is_read(column: Make, refusal_of: Refusal, told: Told) -> None:
    """A wrong declaration costs no reading."""

    def rows() -> Iterator[tuple[str]]:
        raise AssertionError
        yield

    assert told(refusal_of(rows(), (column("รหัส"),))) == [("/columns/0/id", "table.column_id")]


def test_the_caller_s_own_error_comes_through_and_leaves_no_file(
    column: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An iterable that fails half-way is not a table."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> Iterator[tuple[str]]:
        yield ("a",)
        raise KeyError

    with pytest.raises(KeyError), table_of_rows(rows(), columns=(column("code"),), key=("code",)):
        pass
    assert list(tmp_path.iterdir()) == []
