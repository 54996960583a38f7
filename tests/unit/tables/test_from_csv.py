"""CSV files: what is wrong with a file is told by row and column, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govlink.errors import GovlinkError, RejectedError
from govlink.models.table import Column
from govlink.tables import table_of_csv

Make = Callable[..., Column]
Told = Callable[[GovlinkError], list[tuple[str, str]]]


@pytest.fixture
def columns(column: Make) -> tuple[Column, ...]:
    """A code, a number, a text."""
    return (column("code"), column("n", "int"), column("note"))


def refusal(content: bytes, columns: tuple[Column, ...], path: Path, **options: Any) -> GovlinkError:
    """What making a table of this file raises."""
    path.write_bytes(content)
    with pytest.raises(GovlinkError) as caught, table_of_csv(path, columns=columns, key=("code",), **options):
        pass
    return caught.value


FINE = {
    "plain": "code,n,note\n01,5,ก\n02,,\n",
    "with a byte-order mark and CRLF": "\ufeffcode,n,note\r\n01,5,ก\r\n02,,\r\n",
    "quoted": '"code","n","note"\n"01","5","ก"\n"02","",""\n',
    "in another order": "note,code,n\nก,01,5\n,02,\n",
    "empty lines at the end": "code,n,note\n01,5,ก\n02,,\n\n\r\n\n",
    "no line end at the end": "code,n,note\n01,5,ก\n02,,",
}


@pytest.mark.parametrize("content", FINE.values(), ids=FINE.keys())
def test_a_file_is_read(columns: tuple[Column, ...], tmp_path: Path, content: str) -> None:
    """However it was written; an empty field is an empty value, and leading zeros of a text stay."""
    path = tmp_path / "x.csv"
    path.write_bytes(content.encode())
    with table_of_csv(path, columns=columns, key=("code",)) as table:
        assert list(table.rows()) == [("01", 5, "ก"), ("02", None, None)]


def test_quoted_fields_hold_anything(columns: tuple[Column, ...], tmp_path: Path) -> None:
    """Commas, quotation marks and line breaks; such a row is one row in the count."""
    path = tmp_path / "x.csv"
    path.write_bytes(b'code,n,note\na,1,"x,""y""\r\nz"\nb,2,#\n')
    with table_of_csv(path, columns=columns, key=("code",)) as table:
        assert list(table.rows()) == [("a", 1, 'x,"y"\r\nz'), ("b", 2, "#")]


def test_thai_headers_are_mapped(columns: tuple[Column, ...], tmp_path: Path) -> None:
    """And other columns are left out when asked; another delimiter is named."""
    path = tmp_path / "x.csv"
    path.write_bytes("รหัส;จำนวน;อื่น;หมายเหตุ\na;1;z;ก\n".encode())
    names = {"code": "รหัส", "n": "จำนวน", "note": "หมายเหตุ"}
    with table_of_csv(
        path, columns=columns, key=("code",), source_names=names, ignore_others=True, delimiter=";"
    ) as table:
        assert list(table.rows()) == [("a", 1, "ก")]


WRONG: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "a ragged row": (
        b"code,n,note\na,1,x\nb,2\nc,3,x,y\nd,x,z\n",
        [("/rows/2", "table.ragged"), ("/rows/3", "table.ragged"), ("/rows/4/n", "table.not_a_number")],
    ),
    "an empty line inside": (b"code,n,note\na,1,x\n\nc,3,x\n", [("/rows/2", "table.ragged")]),
    "a quotation mark not closed": (
        b'code,n,note\na,1,x\nb,2,"x\nc,3,x\n',
        [("/rows/2", "table.csv_malformed")],
    ),
    "text after a quotation": (b'code,n,note\na,1,x\nb,2,"x"y\n', [("/rows/2", "table.csv_malformed")]),
    "a header broken": (b'"code"x,n,note\n', [("/header", "table.csv_malformed")]),
    "TIS-620": (
        "code,n,note\na,1,x\nb,2,กข\n".encode("tis-620"),
        [("/rows/2/note", "table.not_utf8")],
    ),
    "a TIS-620 key": (
        "code,n,note\na,1,x\nก,2,x\n".encode("tis-620"),
        [("/rows/2/code", "table.not_utf8")],
    ),
    "a TIS-620 header": ("รหัส,n,note\n".encode("tis-620"), [("/header", "table.not_utf8")]),
    "UTF-16": ("code,n,note\na,1,x\n".encode("utf-16"), [("/header", "table.not_utf8")]),
    "NUL": (b"code,n,note\na,1,x\nb,2,\x00\n", [("/rows/2/note", "table.control_character")]),
    "a key of nothing": (b"code,n,note\na,1,x\n,2,x\n", [("/rows/2/code", "table.key_empty")]),
    "a column missing": (b"code,note\na,x\n", [("/columns/1/id", "table.column_missing")]),
    "a column more": (b"code,n,note,other\na,1,x,y\n", [("/header/3", "table.column_unknown")]),
    "a column twice": (
        b"code,n,note,n\na,1,x,y\n",
        [("/header/1", "table.header_twice"), ("/header/3", "table.header_twice")],
    ),
    "nothing at all": (
        b"",
        [(f"/columns/{i}/id", "table.column_missing") for i in range(3)],
    ),
}


@pytest.mark.parametrize(("content", "problems"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_with_a_file_is_told(
    columns: tuple[Column, ...], tmp_path: Path, told: Told, content: bytes, problems: list[tuple[str, str]]
) -> None:
    """By data row as a person counts them, without the header; every problem at once where that can be."""
    error = refusal(content, columns, tmp_path / "x.csv")
    assert type(error) is RejectedError
    assert [problem for problem in told(error) if problem in problems] == problems
    assert len(error.problems) == len(problems)


def test_a_title_line_above_the_header_is_recognised(
    columns: tuple[Column, ...], tmp_path: Path, told: Told
) -> None:
    """The names wanted are told, never what stood there: it may be a row of data."""
    content = "รายชื่อสถานศึกษา นายลับ,,\ncode,n,note\na,1,x\n"
    error = refusal(content.encode(), columns, tmp_path / "x.csv", ignore_others=True)
    assert [code for _, code in told(error)] == ["table.column_missing"] * 3
    assert "title" in error.explain("en")
    assert "code" in error.explain("th")
    assert "ลับ" not in error.explain("th")


def test_a_file_that_is_not_there_is_told(columns: tuple[Column, ...], tmp_path: Path) -> None:
    """As refused data, not as a bare error of the system; a folder is no file either."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(RejectedError) as caught, table_of_csv(path, columns=columns, key=("code",)):
            pass
        assert caught.value.code == "table.file_unreadable"


def test_many_rows_keep_their_numbers(columns: tuple[Column, ...], tmp_path: Path, told: Told) -> None:
    """Across batches, with a ragged row early and an empty line where two batches meet."""
    lines = [f"k{n},{n},x" for n in range(1, 10_001)]
    lines[10], lines[4095], lines[9_000] = "k", "", "k,007,x"
    content = "code,n,note\n" + "\n".join(lines) + "\n"
    error = refusal(content.encode(), columns, tmp_path / "x.csv")
    assert told(error) == [
        ("/rows/11", "table.ragged"),
        ("/rows/4096", "table.ragged"),
        ("/rows/9001/n", "table.leading_zero"),
    ]
