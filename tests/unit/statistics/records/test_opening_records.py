"""Whatever records come in, statements see the same columns, and errors quote none of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from govlink.errors import RejectedError
from govlink.models.release import Dimension
from govlink.statistics.records import RECORDS, asking, quoted
from govlink.statistics.tabulate import RawTable, Sum, tabulate

INSTALL = "this test reads a data frame; install it with: pip install pandas narwhals"
A = Dimension(id="a", label_th="", label_en="")
B = Dimension(id="b", label_th="", label_en="")
ROWS: list[dict[str, Any]] = [
    {"a": "ก", "b": 1, "v": 3},
    {"a": "ข", "b": 2, "v": 4},
    {"a": "ก", "b": 1, "v": 5},
]
COLUMNS: dict[str, list[Any]] = {name: [row[name] for row in ROWS] for name in ("a", "b", "v")}


class OnlyStream:
    """A frame of which nothing is known but its Arrow stream."""

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self.relation = relation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.relation.__arrow_c_stream__(requested_schema)


def relation(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
    """The rows in another connection, where a setting of its own makes the view."""
    connection.execute("CREATE TABLE source (a ENUM ('ก', 'ข'), b UTINYINT, v BIGINT)")
    connection.executemany("INSERT INTO source VALUES (?, ?, ?)", [list(row.values()) for row in ROWS])
    return connection.sql("SELECT * FROM source")


def tables(rows: Any) -> tuple[RawTable, RawTable]:
    """Counted and added up."""
    both = (A, B)
    return tabulate(rows, dimensions=both), tabulate(rows, dimensions=both, measure=Sum(column="v", top=2))


def test_relations_and_streams_give_the_table_of_mappings() -> None:
    """The relation is asked in its own connection, which is left as it was."""
    wanted = tables(ROWS)
    with duckdb.connect() as connection:
        source = relation(connection)
        assert tables(source) == wanted
        assert tables(OnlyStream(source)) == wanted
        assert connection.sql("SHOW TABLES").fetchall() == [("source",)]


def pandas_frame() -> Any:
    """A frame of pandas."""
    return pytest.importorskip("pandas", reason=INSTALL).DataFrame(COLUMNS)


def narwhals_frame() -> Any:
    """A frame of narwhals over pandas."""
    return pytest.importorskip("narwhals", reason=INSTALL).from_native(pandas_frame())


def lazy_frame() -> Any:
    """A frame of narwhals that is not computed yet."""
    return narwhals_frame().lazy()


@pytest.mark.parametrize("frame", [pandas_frame, narwhals_frame, lazy_frame])
def test_data_frames_give_the_table_of_mappings(frame: Callable[[], Any]) -> None:
    """By their memory, or row by row."""
    assert tables(frame()) == tables(ROWS)


def test_pandas_is_read_without_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine knows it."""
    frame = pandas_frame()
    monkeypatch.setitem(sys.modules, "narwhals", None)
    assert tables(frame) == tables(ROWS)


def test_a_frames_missing_value_is_no_category() -> None:
    """None among texts; a number that became NaN makes the column one of fractions."""
    frame = pandas_frame()
    for column, code in (("a", "category_empty"), ("b", "column_type")):
        changed = frame.copy()
        changed.loc[0, column] = None
        with pytest.raises(RejectedError, match=f"column {column}") as caught:
            tabulate(changed, dimensions=(A, B))
        assert caught.value.code == f"statistics.{code}"


def test_a_frame_without_the_column_is_refused() -> None:
    """However it is read."""
    for frame in (pandas_frame(), narwhals_frame(), lazy_frame()):
        with pytest.raises(RejectedError, match="missing") as caught:
            tabulate(frame, dimensions=(Dimension(id="missing", label_th="", label_en=""),))
        assert caught.value.code == "statistics.column_missing"


@pytest.mark.parametrize(
    "rows", [["canary-4711"], [["canary-4711"]], [("a", "b")], 4711, object(), {"a": 1}, [None]]
)
def test_what_is_no_records_is_refused(rows: Any) -> None:
    """Without a word of it."""
    with pytest.raises(RejectedError) as caught:
        tabulate(rows, dimensions=(A,))
    assert caught.value.code == "statistics.source_unreadable"
    assert "4711" not in str(caught.value)


def test_text_that_no_file_could_hold_is_refused() -> None:
    """Half of a pair of surrogates is no character."""
    with pytest.raises(RejectedError) as caught:
        tabulate([{"a": "canary\ud800"}], dimensions=(A,))
    assert caught.value.code in {"statistics.source_unreadable", "statistics.category_unclean"}
    assert caught.value.__context__ is None
    assert "canary" not in str(caught.value)


def test_a_relation_that_fails_while_it_runs_shows_nothing() -> None:
    """The engine quotes the value it could not convert."""
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT 'canary-4711' AS a")
        source = connection.sql("SELECT CAST(a AS INTEGER) AS a FROM t")
        with pytest.raises(RejectedError) as caught:
            tabulate(source, dimensions=(A,))
    assert caught.value.code == "statistics.source_unreadable"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert "canary" not in str(caught.value)


def test_statements_are_asked_of_every_source(tmp_path: Path) -> None:
    """Mappings, files, streams and relations; values go beside the statement, and into no relation."""
    statement = f"FROM {RECORDS} SELECT {quoted('a')}::VARCHAR, count(*) WHERE b::INTEGER < ? GROUP BY ALL"
    path = tmp_path / "rows.csv"
    path.write_text("a,b\nก,1\nข,2\nก,1\n", encoding="utf-8")
    with duckdb.connect() as connection:
        source = relation(connection)
        for records in (ROWS, path, OnlyStream(source)):
            with asking(records, columns=("a", "b")) as ask:
                assert ask(statement, (2,)) == [("ก", 2)]
        with asking(source, columns=("a", "b")) as ask:
            assert ask(statement.replace("?", "2"), ()) == [("ก", 2)]
            with pytest.raises(RejectedError):
                ask(statement, (2,))


def test_nothing_may_be_fetched_while_records_are_open() -> None:
    """Extensions are neither installed nor loaded by themselves."""
    settings = (
        "SELECT count(*) FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions' AND value = 'false'"
    )
    with asking(ROWS, columns=("a",)) as ask:
        assert ask(settings, ()) == [(2,)]


def test_a_relation_is_run_once() -> None:
    """What takes long is not done again to look at its columns."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SEQUENCE run")
        source = connection.sql("SELECT 'x' AS a FROM range(3) WHERE nextval('run') > 0")
        assert tabulate(source, dimensions=(A,)).counts == (3, 3)
        assert connection.execute("SELECT nextval('run')").fetchall() == [(4,)]


def test_a_read_only_database_is_read(tmp_path: Path) -> None:
    """The result is kept for a moment in a temporary table, which such a database allows."""
    path = str(tmp_path / "office.duckdb")
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE t AS SELECT 'x' AS a")
    with duckdb.connect(path, read_only=True) as connection:
        assert tabulate(connection.sql("SELECT * FROM t"), dimensions=(A,)).counts == (1, 1)
        assert connection.sql("SHOW TABLES").fetchall() == [("t",)]


def test_records_that_do_not_fit_in_memory_stay_private() -> None:
    """They are written to a folder for this user alone, which is gone afterwards."""
    with asking(ROWS, columns=("a",)) as ask:
        ((folder,),) = ask("SELECT value FROM duckdb_settings() WHERE name = 'temp_directory'", ())
        assert Path(str(folder)).stat().st_mode & 0o077 == 0
    assert not Path(str(folder)).exists()
