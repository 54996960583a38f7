"""What ``changes_since`` gives, done to the stored copy, makes the table; and nothing more is done."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import UnexpectedAnswerError
from govlink.models.table import Column, ColumnType, Row
from govlink.tables import sorting, table_of_rows

Make = Callable[..., Column]
COLUMNS = tuple(
    Column(id=name, type=ColumnType(kind), label_th="ก")
    for name, kind in [("code", "text"), ("n", "int"), ("x", "numeric"), ("ok", "bool"), ("note", "text")]
)
KEY = ("n", "code")
KEYS = st.tuples(st.integers(-1, 2), st.sampled_from(["a", "b", "ก"]))
REST = st.tuples(
    st.sampled_from([None, "1.5", "2"]),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "x", "y\nz"]),
)
WANTED = st.dictionaries(KEYS, REST).map(lambda found: [(c, n, *rest) for (n, c), rest in found.items()])
STORED = st.lists(
    st.tuples(st.sampled_from(["a", "b", "ก", None]), st.sampled_from([-1, 0, 1, 2, None]), REST)
).map(lambda rows: [(code, n, *rest) for code, n, rest in rows])


def dump(rows: list[Any], path: Path, *, header: tuple[str, ...] = tuple(c.id for c in COLUMNS)) -> Path:
    """A copy as a DataStore dumps it; row numbers count down, as nothing says that they rise."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["_id", *header])
        writer.writerows([len(rows) - place, *row] for place, row in enumerate(rows))
    return path


@given(wanted=WANTED, stored=STORED)
def test_the_changes_make_the_table(
    tmp_path_factory: pytest.TempPathFactory, wanted: list[Row], stored: list[Any]
) -> None:
    """In memory: delete the stale, replace the changed, add the new. Nothing that was right is touched."""
    path = dump(stored, tmp_path_factory.mktemp("dump") / "x.csv")
    copy = {len(stored) - place: tuple(row) for place, row in enumerate(stored)}
    with (
        table_of_rows(wanted, columns=COLUMNS, key=KEY) as table,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sorting, "_RUN_BYTES", 16)
        with table.changes_since(path) as changes:
            new, changed, stale = list(changes.new()), list(changes.changed()), list(changes.stale_ids())
            assert (len(new), len(changed), len(stale)) == (
                changes.new_count,
                changes.changed_count,
                changes.stale_count,
            )
        assert stale == sorted(set(stale))
        for number in stale:
            del copy[number]
        by_key = {(row[1], row[0]): number for number, row in copy.items()}
        for row in changed:
            assert copy[by_key[row[1], row[0]]] != row
            copy[by_key[row[1], row[0]]] = row
        assert not {(row[1], row[0]) for row in new} & by_key.keys()
        result = sorted([*copy.values(), *new], key=lambda row: (row[1], row[0]))
        assert result == list(table.rows())
        order = {row: place for place, row in enumerate(table.rows())}
        assert [order[row] for row in new] == sorted(order[row] for row in new)


def counts(rows: list[Any], columns: tuple[Column, ...], stored: str, path: Path) -> tuple[int, int, int]:
    """New, changed and stale rows against a copy in these words."""
    path.write_bytes(stored.encode())
    with (
        table_of_rows(rows, columns=columns, key=(columns[0].id,)) as table,
        table.changes_since(path) as changes,
    ):
        return changes.new_count, changes.changed_count, changes.stale_count


SAME = [
    ("int", 7, "7"),
    ("numeric", "1.5", "1.50"),
    ("numeric", "100000000000000000000", "100000000000000000000.0"),
    ("numeric", "-0.1", "-0.10"),
    ("date", "2024-01-30", "2024-01-30"),
    ("date", "2024-01-30", "2024-01-30T00:00:00"),
    ("timestamp", "2024-01-30T07:05:00", "2024-01-30T07:05:00"),
    ("timestamp", "2024-01-30T07:05:00", "2024-01-30T07:05:00.000"),
    ("timestamp", "2024-01-30T07:05:00", "2024-01-30 07:05:00"),
    ("bool", True, "t"),
    ("bool", True, "True"),
    ("bool", False, "f"),
    ("bool", False, "false"),
    ("text", "007", "007"),
    ("text", "a\nb", '"a\nb"'),
    ("text", 'a"b', '"a""b"'),
    ("text", None, ""),
    ("text", None, '""'),
    ("int", None, ""),
]
OTHER = [
    ("int", 7, "8"),
    ("int", 7, ""),
    ("numeric", "1.5", "1.51"),
    ("date", "2024-01-30", "2567-01-30"),
    ("timestamp", "2024-01-30T07:05:00", "2024-01-30T07:05:00.500"),
    ("timestamp", "2024-01-30T07:05:00", "2024-01-30 07:05:00+00"),
    ("bool", True, "f"),
    ("text", "t", "true"),
    ("text", None, "\x01"),
    ("text", None, "\x1c"),
    ("text", "a", "a\ufeff"),
]


@pytest.mark.parametrize(("kind", "value", "stored"), SAME, ids=repr)
def test_a_value_in_another_form_is_the_same(
    column: Make, tmp_path: Path, kind: str, value: object, stored: str
) -> None:
    """Each form in which one version or another dumps a value; the byte-order mark is allowed."""
    columns = (column("code"), column("v", kind))
    text = f"\ufeff_id,code,v\r\n1,a,{stored}\n"
    assert counts([("a", value)], columns, text, tmp_path / "x.csv") == (0, 0, 0)


@pytest.mark.parametrize(("kind", "value", "stored"), OTHER, ids=repr)
def test_another_value_is_a_change(
    column: Make, tmp_path: Path, kind: str, value: object, stored: str
) -> None:
    """Also one that no table of ours could hold."""
    columns = (column("code"), column("v", kind))
    assert counts([("a", value)], columns, f"_id,code,v\r\n1,a,{stored}\n", tmp_path / "x.csv") == (0, 1, 0)


def test_columns_may_differ(column: Make, tmp_path: Path) -> None:
    """Their order does not count, a stored one more is left out, a stored one less is empty."""
    columns = (column("code"), column("v"), column("w"))
    text = "_id,more,w,code\n1,x,,a\n2,x,y,b\n3,x,,c\n"
    rows = [("a", None, None), ("b", None, "y"), ("c", "new", None)]
    assert counts(rows, columns, text, tmp_path / "x.csv") == (0, 1, 0)


def test_a_copy_without_the_key_is_all_stale(column: Make, tmp_path: Path) -> None:
    """Nothing can be matched, so everything is made anew."""
    columns = (column("code"), column("v"))
    assert counts([("a", "1")], columns, "_id,v\n1,1\n2,2\n", tmp_path / "x.csv") == (1, 0, 2)


def test_of_a_key_stored_twice_one_row_stays(column: Make, tmp_path: Path) -> None:
    """The oldest, compared like any other; so replacing and deleting may come in either order."""
    columns = (column("code"), column("v"))
    path = tmp_path / "x.csv"
    path.write_text("_id,code,v\n12,a,1\n3,a,0\n4,,1\n5,a,1\n")
    with (
        table_of_rows([("a", "1")], columns=columns, key=("code",)) as table,
        table.changes_since(path) as changes,
    ):
        assert list(changes.changed()) == [("a", "1")]
        assert list(changes.stale_ids()) == [4, 5, 12]


NO_DUMPS = {
    "nothing": b"",
    "a page": b"<!DOCTYPE html>\n<html><body>404</body></html>\n",
    "no row numbers": b"code,v\na,1\n",
    "a ragged row": b"_id,code,v\n1,a,1\n2,b\n",
    "a row number that is none": b"_id,code,v\nx,a,1\n",
    "a negative row number": b"_id,code,v\n-1,a,1\n",
    "other bytes": b"_id,code,v\n1,\xa1,1\n",
    "cut within a value": b"_id,code,v\n1,a,12",
    "cut within quotes": b'_id,code,v\n1,a,"1',
    "a column twice": b"_id,code,code\n1,a,a\n",
}


@pytest.mark.parametrize("content", NO_DUMPS.values(), ids=NO_DUMPS.keys())
def test_what_is_no_dump_is_refused(column: Make, tmp_path: Path, content: bytes) -> None:
    """A proxy's page or a broken download must not look like an empty copy."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with (
        table_of_rows([("a", "1")], columns=(column("code"), column("v")), key=("code",)) as table,
        pytest.raises(UnexpectedAnswerError) as caught,
        table.changes_since(path),
    ):
        pass
    assert caught.value.code == "table.not_a_dump"


def test_the_files_of_a_comparison_go_with_it(column: Make, tmp_path: Path, monkeypatch: Any) -> None:
    """Comparing again and again does not fill the disk."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with table_of_rows([("a", "1")], columns=(column("code"), column("v")), key=("code",)) as table:
        path = dump([], table.scratch_path("x.csv"), header=("code", "v"))
        (folder,) = tmp_path.iterdir()
        before = sorted(folder.rglob("*"))
        with table.changes_since(path) as changes:
            assert changes.new_count == 1
        assert sorted(folder.rglob("*")) == before
