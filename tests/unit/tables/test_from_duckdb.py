"""Parquet files, queries and relations give the same rows as texts do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from govlink.errors import ConfigError, GovlinkError, RejectedError
from govlink.models.table import Column
from govlink.tables import table_of_parquet, table_of_query, table_of_relation

Make = Callable[..., Column]
Told = Callable[[GovlinkError], list[tuple[str, str]]]
VALUES = (
    "SELECT 'a' AS code, 7::BIGINT AS n, 1.50::DECIMAL(9,2) AS x, 0.1::DOUBLE AS y, 0.1::FLOAT AS z,"
    " DATE '2024-01-30' AS d, TIMESTAMP '2024-01-30 07:05:00' AS t, true AS ok"
    " UNION ALL SELECT 'b', NULL, NULL, 1e20, NULL, NULL, NULL, NULL"
)
ROWS = [
    ("a", 7, "1.5", "0.1", "0.1", "2024-01-30", "2024-01-30T07:05:00", True),
    ("b", None, None, "100000000000000000000", None, None, None, None),
]


@pytest.fixture
def columns(column: Make) -> tuple[Column, ...]:
    """One for each column of the values."""
    kinds = {"n": "int", "x": "numeric", "y": "numeric", "z": "numeric", "d": "date", "t": "timestamp"}
    return tuple(
        column(name, (kinds | {"ok": "bool"}).get(name, "text")) for name in ("code", *"nxyzdt", "ok")
    )


def parquet(sql: str, path: Path) -> Path:
    """A file of what the query gives."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path


def test_all_three_give_the_rows(columns: tuple[Column, ...], tmp_path: Path) -> None:
    """With types of the engine turned into ours; a file name may hold the engine's wild cards."""
    path = parquet(VALUES, tmp_path / "[x]*.parquet")
    parquet("SELECT 1", tmp_path / "x.parquet")
    database = tmp_path / "x.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE TABLE t AS {VALUES}")
    key = ("code",)
    with table_of_parquet(path, columns=columns, key=key) as table:
        assert list(table.rows()) == ROWS
    with table_of_query("FROM t -- all;", columns=columns, key=key, database=database) as table:
        assert list(table.rows()) == ROWS
    with table_of_query(f"{VALUES};\n", columns=columns, key=key) as table:
        assert list(table.rows()) == ROWS
    with (
        duckdb.connect(":memory:") as connection,
        table_of_relation(connection.sql(VALUES), columns=columns, key=key) as table,
    ):
        assert list(table.rows()) == ROWS


def refusal(sql: str, columns: tuple[Column, ...], **options: Any) -> GovlinkError:
    """What making a table of this query raises."""
    options.setdefault("key", (columns[0].id,))
    with pytest.raises(GovlinkError) as caught, table_of_query(sql, columns=columns, **options):
        pass
    return caught.value


TRAPS = [
    ("0.5::DOUBLE", "int", "not_whole"),
    ("'NaN'::DOUBLE", "numeric", "not_finite"),
    ("'-inf'::FLOAT", "numeric", "not_finite"),
    ("3000000000", "int", "too_large"),
    ("'007'", "numeric", "leading_zero"),
    ("DATE '2567-01-30'", "date", "buddhist_year"),
    ("'a' || chr(1)", "text", "control_character"),
    ("TIMESTAMP '2024-01-30 07:05:00.5'", "timestamp", "second_fraction"),
]


@pytest.mark.parametrize(("value", "kind", "reason"), TRAPS, ids=[t[0] for t in TRAPS])
def test_the_traps_are_the_same(column: Make, told: Told, value: str, kind: str, reason: str) -> None:
    """Whatever the type in the source, the row and the column are told."""
    sql = f"SELECT 'a' AS code, NULL AS v UNION ALL SELECT 'b', {value}"
    error = refusal(sql, (column("code"), column("v", kind)))
    assert told(error) == [("/rows/2/v", f"table.{reason}")]


@pytest.mark.parametrize(
    "value", ["[1]", "{'a': 1}", "MAP {'a': 1}", "'x'::BLOB", "now()", "INTERVAL 1 DAY", "[1]::INT[1]"]
)
def test_columns_that_are_no_plain_values_are_refused(column: Make, told: Told, value: str) -> None:
    """Nested and binary ones, and times with a zone, whose text depends on the machine; if wanted."""
    sql = f"SELECT 'a' AS code, {value} AS v"
    assert told(refusal(sql, (column("code"), column("v")))) == [("/columns/1", "table.source_type")]
    with table_of_query(sql, columns=(column("code"),), key=("code",), ignore_others=True) as table:
        assert table.row_count == 1


def test_names_are_checked_like_a_header(column: Make, told: Told) -> None:
    """A missing and an unknown column are told."""
    error = refusal("SELECT 'a' AS code, 1 AS m", (column("code"), column("n", "int")))
    assert told(error) == [("/columns/1/id", "table.column_missing"), ("/header/1", "table.column_unknown")]


@pytest.mark.parametrize(
    "sql", ["SELEC 1", "SELECT * FROM nothing", "SELECT 'secret'::INT AS code", "DROP TABLE t"]
)
def test_what_the_engine_cannot_read_is_told_without_its_words(column: Make, sql: str) -> None:
    """They may quote a value; the kind of its error says what to look for."""
    error = refusal(sql, (column("code"),))
    assert type(error) is RejectedError
    assert error.code == "table.source_unreadable"
    assert "Exception" in str(error)
    assert "secret" not in str(error)
    assert error.__cause__ is None


def test_a_file_of_another_kind_is_told(column: Make, tmp_path: Path) -> None:
    """No Parquet inside, or no file at all."""
    (tmp_path / "x.parquet").write_text("no")
    for name in ("x.parquet", "none.parquet"):
        with (
            pytest.raises(RejectedError) as caught,
            table_of_parquet(tmp_path / name, columns=(column("code"),), key=("code",)),
        ):
            pass
        assert caught.value.code == "table.source_unreadable"


def test_a_missing_engine_is_told(column: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with an extra; tables of rows and CSV files do without."""
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with (
        pytest.raises(ConfigError) as caught,
        table_of_parquet(tmp_path / "x.parquet", columns=(column("code"),), key=("code",)),
    ):
        pass
    assert caught.value.code == "table.no_engine"


def test_a_query_cannot_write(tmp_path: Path, column: Make) -> None:
    """The database is opened for reading, so a publication changes nothing of its source."""
    database = tmp_path / "x.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'a' AS code")
    before = database.read_bytes()
    refusal("DELETE FROM t RETURNING code", (column("code"),), database=database)
    assert database.read_bytes() == before
