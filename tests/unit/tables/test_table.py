"""A table is the same from any source in any order, and gives back what it was given."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.models.table import Column, ColumnType, Table
from govlink.tables import sorting, table_of_csv, table_of_parquet, table_of_rows
from govlink.tables.inert import original

Make = Callable[..., Column]
COLUMNS = tuple(
    Column(id=name, type=ColumnType(kind), label_th="ก")
    for name, kind in [("code", "text"), ("n", "int"), ("x", "numeric"), ("ok", "bool"), ("note", "text")]
)
KEY = ("n", "code")
_SAFE = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zs", "Zl", "Zp", "Cn", "Co", "Nd"))
CODES = st.text(_SAFE, min_size=1, max_size=4)
NOTES = st.text(_SAFE | st.sampled_from(" \t\r\n,\"'=+-@"), max_size=6).map(lambda t: t or None)
KEYS = st.tuples(st.integers(-(2**31), 2**31 - 1), CODES)
REST = st.tuples(st.none() | st.decimals(-10, 10, places=2), st.none() | st.booleans(), NOTES)
ROWS = st.dictionaries(KEYS, REST, max_size=12).map(
    lambda found: [(code, n, *rest) for (n, code), rest in found.items()]
)


def written(rows: list[Any], path: Path) -> Path:
    """The rows as a CSV file of a program that knows nothing of this package."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([c.id for c in COLUMNS])
        writer.writerows(rows)
    return path


@given(rows=ROWS, seed=st.integers(0, 99))
def test_any_source_and_order_give_the_same_digest(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], seed: int
) -> None:
    """Sequences, mappings shuffled, and a CSV file, with tiny sorted runs on disk or none."""
    shuffled = random.Random(seed).sample(rows, len(rows))
    path = written(shuffled, tmp_path_factory.mktemp("rows") / "x.csv")
    mappings = [dict(zip([c.id for c in COLUMNS], row, strict=True)) for row in shuffled]
    digests = set()
    with table_of_rows(rows, columns=COLUMNS, key=KEY) as table:
        digests.add((table.sha256_hex, tuple(table.rows()), table.csv_file().sha256_hex))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorting, "_RUN_BYTES", 16)
        with table_of_rows(mappings, columns=COLUMNS, key=KEY) as table:
            digests.add((table.sha256_hex, tuple(table.rows()), table.csv_file().sha256_hex))
    with table_of_csv(path, columns=COLUMNS, key=KEY) as table:
        digests.add((table.sha256_hex, tuple(table.rows()), table.csv_file().sha256_hex))
    assert len(digests) == 1


@given(rows=ROWS)
def test_the_csv_file_reads_back_as_the_rows(rows: list[Any]) -> None:
    """By Python's own reader, in key order; only the guard of formulas is to be taken off."""
    with table_of_rows(rows, columns=COLUMNS, key=KEY) as table:
        made = table.csv_file()
        content = made.path.read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (made.size_bytes, made.sha256_hex)
        assert table.csv_file() is made
        wanted = [tuple(map(as_text, row)) for row in table.rows()]
    header, *found = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    assert header == [c.id for c in COLUMNS]
    texts = {place for place, c in enumerate(COLUMNS) if c.type is ColumnType.TEXT}
    assert wanted == [tuple(original(v) if i in texts else v for i, v in enumerate(row)) for row in found]


def as_text(value: object) -> str:
    """A value as the file should hold it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_rows_come_in_key_order(column: Make) -> None:
    """Whole numbers by value, texts by the bytes of UTF-8, column by column of the key."""
    rows = [("ข", 10), ("ก", 10), ("ก", 9), ("a", -1), ("ab", 9), ("a", 9), ("🙂", 9), ("\uff01", 9)]
    with table_of_rows(rows, columns=(column("code"), column("n", "int")), key=("n", "code")) as table:
        assert list(table.rows()) == [
            ("a", -1), ("a", 9), ("ab", 9), ("ก", 9), ("\uff01", 9), ("🙂", 9), ("ก", 10), ("ข", 10),
        ]  # fmt: skip


def digest(rows: list[Any], columns: tuple[Column, ...], key: tuple[str, ...]) -> str:
    """The digest of a table of these rows."""
    with table_of_rows(rows, columns=columns, key=key) as table:
        return table.sha256_hex


def test_the_digest_is_of_what_is_published(column: Make) -> None:
    """Ids, types, key, and every value and its place count; labels do not. It is the same for ever."""
    a, b = column("a"), column("b")
    base = digest([("x", "y")], (a, b), ("a",))
    assert base == "c5a975c7173d47adcec2e5fe78498dc4d58bc5b0908e6a88c0b610be8c03d1c6"
    others = [
        digest([("x", "z")], (a, b), ("a",)),
        digest([("xy", "")], (a, b), ("a",)),
        digest([("x", "y"), ("x2", "")], (a, b), ("a",)),
        digest([("x", "y")], (a, b), ("b",)),
        digest([("x", "y")], (a, b), ("a", "b")),
        digest([("x", "y")], (a, column("c")), ("a",)),
        digest([("x", "1")], (a, b), ("a",)),
        digest([("x", "1")], (a, column("b", "int")), ("a",)),
        digest([("x", "'=y")], (a, b), ("a",)),
        digest([("x", "=y")], (a, b), ("a",)),
        digest([("x", "y\n")], (a, b), ("a",)),
        digest([], (a, b), ("a",)),
    ]
    assert len({base, *others}) == len(others) + 1
    relabelled = Column(id="b", type=ColumnType.TEXT, label_th="ใหม่", label_en="new", notes="note")
    assert digest([("x", "y")], (a, relabelled), ("a",)) == base


def test_rows_can_be_skipped(column: Make) -> None:
    """Any number of them, across the blocks that lie on disk, and past the end."""
    rows = [(f"{n:06d}",) for n in range(10_000)]
    with table_of_rows(rows, columns=(column("code"),), key=("code",)) as table:
        for skip in (0, 1, 4095, 4096, 4097, 8192, 9999, 10_000, 20_000):
            assert list(table.rows(skip=skip)) == rows[skip:]


def test_a_table_is_private_and_leaves_nothing(
    column: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder is its owner's alone, and goes with it, scratch files and all."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with table_of_rows([("a",)], columns=(column("code"),), key=("code",)) as table:
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        table.csv_file()
        scratch = table.scratch_path("../dump.csv")
        scratch.write_text("x")
        assert scratch.resolve().is_relative_to(folder.resolve())
        assert table.scratch_path("dump.csv") == scratch
    assert list(tmp_path.iterdir()) == []


def test_a_formula_is_inert_in_the_file_and_whole_in_the_rows(column: Make) -> None:
    """Texts only: a negative number is a number. Quotes, commas and line breaks follow RFC 4180."""
    rows = [("=1+1", -5, 'ก,"ข"\nค', "true", "-1.5")]
    columns = (column("a"), column("n", "int"), column("t"), column("ok", "bool"), column("x", "numeric"))
    with table_of_rows(rows, columns=columns, key=("a",)) as table:
        assert list(table.rows()) == [("=1+1", -5, 'ก,"ข"\nค', True, "-1.5")]
        text = table.csv_file().path.read_bytes().decode("utf-8")
    assert text == '\ufeffa,n,t,ok,x\r\n\'=1+1,-5,"ก,""ข""\nค",true,-1.5\r\n'


def test_parquet_gives_the_same_table(column: Make, tmp_path: Path) -> None:
    """A typed file and texts of the same values have one digest."""
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "x.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "COPY (SELECT 'a' AS code, 1::BIGINT AS n, 1.50::DECIMAL(9,2) AS x, true AS ok, NULL AS note"
            f" UNION ALL SELECT 'b', 2, 0.25, false, 'ก') TO '{path}'"
        )
    tables: list[tuple[str, int]] = []
    with table_of_parquet(path, columns=COLUMNS, key=KEY) as table:
        tables.append(seen(table))
    with table_of_rows(
        [("b", "2", "0.25", "False", "ก"), ("a", 1.0, 1.5, "TRUE", "")], columns=COLUMNS, key=KEY
    ) as table:
        tables.append(seen(table))
    assert tables[0] == tables[1]


def seen(table: Table) -> tuple[str, int]:
    """What tells two tables apart."""
    return table.sha256_hex, table.row_count


@pytest.mark.parametrize("spare", [0, -1])
def test_a_file_over_the_limit_is_given_up(spare: int) -> None:
    """Guards that the file is there at its very size, and that nothing is left of one a byte too large."""
    rows = [("a", 1, None, True, None), ("b", 2, "1.5", None, "x")]
    with table_of_rows(rows, columns=COLUMNS, key=KEY) as table:
        whole = table.csv_file().size_bytes
    with table_of_rows(rows, columns=COLUMNS, key=KEY) as table:
        folder = table.scratch_path("x").parents[1]
        made = table.csv_file_within(whole + spare)
        assert (made is None) == (spare < 0)
        assert [p.name for p in folder.glob("table.csv*")] == ([] if spare < 0 else ["table.csv"])
        assert table.csv_file().size_bytes == whole
