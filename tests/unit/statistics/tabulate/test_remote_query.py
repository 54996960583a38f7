"""Records in a database are grouped there, by the same statement, and give the same table."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from govlink.errors import ConfigError, RejectedError
from govlink.models.release import Dimension
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import COUNT, Measure, Query, Sum, tabulate
from govlink.statistics.tabulate.remote import _expression
from govlink.statistics.tabulate.statement import Grouping

INSTALL = "no Ibis or psycopg here; install them with: pip install 'govlink[ibis]'"
PLACE = Dimension(
    id="place", label_th="", label_en="", parents=(("ก", "north"), ("ข", "north"), ("ค", "south"))
)
YEAR = Dimension(id="year", label_th="", label_en="")
ROWS = [("ก", 2567, 5), ("ก", 2567, 70), ("ข", 2568, 0), ("ข", 2567, 12), ("ค", 2568, 3), ("ก", 2567, 6)]
MAPPINGS: list[dict[str, object]] = [dict(zip(("place", "year", "baht"), row, strict=True)) for row in ROWS]


@pytest.fixture(scope="module")
def url(postgresql: str) -> str:
    """A database with the records in a table of a schema of its own."""
    pytest.importorskip("ibis", reason=INSTALL)
    psycopg: Any = pytest.importorskip("psycopg", reason=INSTALL)
    plain = postgresql.replace("+psycopg", "").format(name="postgres")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA office")
        connection.execute(
            "CREATE TABLE office.petitions (place TEXT, year SMALLINT, baht BIGINT, paid NUMERIC(9, 2))"
        )
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO office.petitions VALUES (%s, %s, %s, 1.50)", ROWS)
        connection.execute("CREATE TABLE empty_codes AS SELECT NULL::TEXT AS place, 1 AS year, -4811 AS baht")
    return plain


@pytest.mark.parametrize("measure", [COUNT, Sum(column="baht", top=2)], ids=["count", "sum"])
@pytest.mark.parametrize(
    "source",
    [
        {"table": "office.petitions"},
        {"sql": "SELECT place, year, baht FROM office.petitions WHERE year > 2000;"},
    ],
    ids=["table", "sql"],
)
def test_a_database_gives_the_table_of_mappings(url: str, source: dict[str, str], measure: Measure) -> None:
    """Counts, sums, greatest values, hierarchies and collapsed codes."""
    rules = (Collapse(dimension="place", into=(("ค", "ข"),)),)
    for collapse in ((), rules):
        wanted = tabulate(MAPPINGS, dimensions=(PLACE, YEAR), measure=measure, collapse=collapse)
        query = Query(url=url, **source)
        assert tabulate(query, dimensions=(PLACE, YEAR), measure=measure, collapse=collapse) == wanted


def test_a_database_counts_only_what_is_asked_for(url: str) -> None:
    """By a whole, by a number and by a column that is no dimension."""
    where = (("place", ("north",)), ("year", ("2567",)))
    query = Query(url=url, table="office.petitions")
    for dimensions in ((PLACE, YEAR), (YEAR,)):
        given = {"place": PLACE.parents}
        wanted = tabulate(MAPPINGS, dimensions=dimensions, where=where, hierarchies=given)
        assert wanted.counts[-1] == 4
        assert tabulate(query, dimensions=dimensions, where=where, hierarchies=given) == wanted


def test_only_the_grouping_is_sent(url: str) -> None:
    """The database's own log of statements tells that no record travelled."""
    psycopg: Any = pytest.importorskip("psycopg", reason=INSTALL)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE postgres SET log_statement = 'all'")
        before = connection.execute("SELECT size FROM pg_stat_file('../log')").fetchone()[0]
        tabulate(Query(url=url, table="office.petitions"), dimensions=(PLACE, YEAR))
        logged: str = connection.execute("SELECT pg_read_file('../log', %s, 1000000)", [before]).fetchone()[0]
        connection.execute("ALTER DATABASE postgres RESET log_statement")
    asked = logged[logged.index("office") :]
    assert "GROUP BY" in asked
    assert "COUNT(*)" in asked
    assert "SELECT *" not in asked


def test_what_the_database_says_goes_no_further(url: str) -> None:
    """Neither a record it could not convert nor the URL; the kind of error does."""
    bad = Query(url=url, sql="SELECT place::INTEGER AS year, place FROM office.petitions")
    with pytest.raises(RejectedError) as caught:
        tabulate(bad, dimensions=(PLACE, YEAR))
    assert caught.value.code == "statistics.query_failed"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    assert not {"ก", "office", "host"} & set(str(caught.value).replace("(", " ").split())
    for missing in (
        Query(url=url, table="nowhere"),
        Query(url="postgresql://nobody:canary@/x?host=/nowhere", table="t"),
    ):
        with pytest.raises(RejectedError) as caught:
            tabulate(missing, dimensions=(PLACE,))
        assert caught.value.code == "statistics.query_failed"
        assert "canary" not in str(caught.value) + repr(missing)


@pytest.mark.parametrize(
    ("table", "ids", "measure", "code"),
    [
        ("office.petitions", ("place", "nothing"), COUNT, "column_missing"),
        ("office.petitions", ("place", "paid"), COUNT, "column_type"),
        ("office.petitions", ("place",), Sum(column="paid"), "column_type"),
        ("office.petitions", ("year",), Sum(column="place"), "column_type"),
        ("office.petitions", ("place",), Sum(column="nothing"), "column_missing"),
        ("empty_codes", ("place",), COUNT, "category_empty"),
        ("empty_codes", ("year",), Sum(column="baht"), "sum_unfit"),
    ],
)
def test_unfit_columns_are_refused_as_elsewhere(
    url: str, table: str, ids: tuple[str, ...], measure: Measure, code: str
) -> None:
    """By name, and no value is shown."""
    dimensions = tuple(Dimension(id=name, label_th="", label_en="") for name in ids)
    with pytest.raises(RejectedError) as caught:
        tabulate(Query(url=url, table=table), dimensions=dimensions, measure=measure)
    assert caught.value.code == f"statistics.{code}"
    assert "4811" not in str(caught.value)


@pytest.mark.parametrize("dialect", ["postgres", "trino", "pyspark"])
def test_other_databases_get_the_same_grouping(dialect: str) -> None:
    """One statement with one GROUP BY at the finest grain, in each language."""
    ibis: Any = pytest.importorskip("ibis", reason=INSTALL)
    table = ibis.table({"place": "string", "year": "int16", "baht": "int64"}, name="petitions")
    for measure in (COUNT, Sum(column="baht", top=2)):
        sql = str(
            ibis.to_sql(_expression(table, Grouping(ids=("place", "year"), measure=measure)), dialect=dialect)
        )
        assert sql.count("GROUP BY") == 1
        assert ";" not in sql


@pytest.mark.parametrize("given", [{}, {"table": "t", "sql": "SELECT 1"}])
def test_a_query_names_one_source(given: dict[str, str]) -> None:
    """A table, or a SELECT."""
    with pytest.raises(RejectedError) as caught:
        Query(url="postgresql://x/y", **given)
    assert caught.value.code == "statistics.query_invalid"


def test_without_ibis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads files only need not install it."""
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(ConfigError, match=r"govlink\[ibis\]"):
        tabulate(Query(url="postgresql://x/y", table="t"), dimensions=(PLACE,))
