"""A long table read back is the table that was counted, or is refused with its cells named and no count."""

from __future__ import annotations

import csv
import pickle
import traceback
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govlink.errors import ConfigError, RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import RawTable, read_counts, tabulate

PARENTS = (("m1", "q1"), ("m2", "q1"), ("m3", "q2"), ("q1", "y"), ("q2", "y"))
PERIOD = Dimension(id="period", label_th="period", label_en="period", parents=PARENTS)
SEX = Dimension(id="sex", label_th="sex", label_en="sex")
Cells = dict[tuple[str, ...], int]


def write(
    path: Path, cells: Sequence[tuple[tuple[str, ...], object]], *, ids: Sequence[str] = ("period", "sex")
) -> Path:
    """A long table of these cells."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*ids, "count"])
        writer.writerows([*keys, count] for keys, count in cells)
    return path


def table_of(finest: Cells) -> RawTable:
    """The table that counting gives."""
    rows = [{"period": p, "sex": s} for (p, s), count in finest.items() for _ in range(count)]
    return tabulate(rows, dimensions=(PERIOD, SEX))


FINEST = {("m1", "f"): 3, ("m2", "f"): 1, ("m2", "m"): 4, ("m3", "m"): 7}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_right_part_of_a_table_gives_the_whole(tmp_path: Path, data: st.DataObject) -> None:
    """Any totals left out, any empty cells left out, in any order: the same table."""
    keys = list(product(("m1", "m2", "m3"), "fm"))
    numbers = data.draw(st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(any))
    finest = {key: number for key, number in zip(keys, numbers, strict=True) if number}
    raw = table_of(finest)
    cells = list(zip(raw.keys(), raw.counts, strict=True))
    kept = [cell for cell in cells if cell[0] in finest or data.draw(st.booleans(), label=f"keep {cell[0]}")]
    path = write(tmp_path / "counts.csv", data.draw(st.permutations(kept)))
    assert read_counts(path, hierarchies={"period": PARENTS}) == raw


def test_parquet_reads_like_csv(tmp_path: Path) -> None:
    """Counts as numbers, codes as numbers or text."""
    path = tmp_path / "counts.parquet"
    with duckdb.connect() as connection:
        cells = "(VALUES (1, 'a', 2::UTINYINT), (2, 'b', 5), (1, '_T', 2)) t(year, sex, count)"
        connection.sql(f"FROM {cells}").write_parquet(str(path))
    wanted = write(tmp_path / "counts.csv", [(("1", "a"), 2), (("2", "b"), 5)], ids=("year", "sex"))
    assert read_counts(path) == read_counts(wanted)


def test_labels_and_hierarchies_come_from_functions_and_tables(tmp_path: Path) -> None:
    """The codes of totals are not among those that a function is asked about."""
    path = write(tmp_path / "counts.csv", [*FINEST.items(), ((TOTAL, TOTAL), 15)])
    asked: list[object] = []
    raw = read_counts(
        path,
        hierarchies=lambda name, codes: (
            asked.append((name, sorted(codes))) or (PARENTS if name == "period" else ())
        ),
        labels={"sex": ("เพศ", "sex")},
    )
    assert asked == [("period", ["m1", "m2", "m3"]), ("sex", ["f", "m"])]
    assert raw.dimensions == (PERIOD, Dimension(id="sex", label_th="เพศ", label_en="sex"))
    assert raw.counts == table_of(FINEST).counts


def refused(path: Path, **options: object) -> RejectedError:
    """What reading the file raises."""
    with pytest.raises(RejectedError) as caught:
        read_counts(path, hierarchies={"period": PARENTS}, **options)  # type: ignore[arg-type]  # one test, one option
    return caught.value


@pytest.mark.parametrize(
    "bad",
    [
        "-48151",
        "48151.5",
        "48151.0",
        "",
        "4e8151",
        "48 151",
        "๔๘๑๕๑",
        "NaN",
        "+48151",
        "0x48151",
        "4815100000000",
    ],
)
def test_a_count_that_is_none_is_named_by_its_cell(tmp_path: Path, bad: str) -> None:
    """Negative, fractional, empty or otherwise no plain whole number; what it was is not said."""
    error = refused(write(tmp_path / "counts.csv", [*FINEST.items(), (("m3", "f"), bad)]))
    assert error.code == "statistics.counts_bad"
    told = error.explain("en") + error.explain("th") + str(error)
    assert "line 6: period=m3, sex=f" in told
    assert "บรรทัดที่ 6" in told
    assert "4815" not in told
    assert [p.pointer for p in error.problems] == ["/rows/5"]


def test_a_cell_that_comes_twice_is_named(tmp_path: Path) -> None:
    """Even where both rows say the same."""
    error = refused(write(tmp_path / "counts.csv", [*FINEST.items(), (("m2", "m"), 4)]))
    assert error.code == "statistics.cells_repeated"
    assert "line 6: period=m2, sex=m" in error.explain("en")


@pytest.mark.parametrize(
    "keys", [("q1", "f"), ("y", "m"), (TOTAL, TOTAL), ("m1", TOTAL), (TOTAL, "f"), ("q2", "f")]
)
def test_a_total_that_does_not_add_up_is_named(tmp_path: Path, keys: tuple[str, ...]) -> None:
    """Months to quarters, quarters to years, everything to everybody; not by how much."""
    error = refused(write(tmp_path / "counts.csv", [*FINEST.items(), (keys, 48151)]))
    assert error.code == "statistics.margins_wrong"
    told = error.explain("en") + error.explain("th")
    assert f"line 6: period={keys[0]}, sex={keys[1]}" in told
    assert "48151" not in told


def test_codes_outside_the_hierarchy_are_named_too(tmp_path: Path) -> None:
    """As when counting."""
    error = refused(write(tmp_path / "counts.csv", [*FINEST.items(), (("m9", "f"), 48151)]))
    assert (error.code, "m9" in str(error)) == ("statistics.hierarchy_unknown_codes", True)


def test_only_some_of_many_bad_cells_are_named(tmp_path: Path) -> None:
    """How many there are is said."""
    rows = [((f"c{i:03d}",), "x") for i in range(100)]
    error = refused(write(tmp_path / "counts.csv", rows, ids=("code",)))
    assert len(error.problems) == 20
    assert "100" in str(error)


def test_a_row_over_two_lines_is_told_by_where_it_ends(tmp_path: Path) -> None:
    """Lines are those that an editor shows; an empty line is no row."""
    path = tmp_path / "counts.csv"
    path.write_text('"period",sex,count\nm1,f,1\n\nm2,"f",-2\n', encoding="utf-8-sig")
    assert "line 4: period=m2, sex=f" in refused(path).explain("en")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("period,sex\nm1,f\n", "counts_column_missing"),
        ("period;sex;count\nm1;f;3\n", "source_parted"),
        ("period,sex,count\n", "no_counts"),
        ("", "counts_column_missing"),
        ("period,sex,count\nm1,f\n", "counts_row_width"),
        ("period,period,count\nm1,m1,1\n", "counts_header_twice"),
        ("period,,count\nm1,m1,1\n", "counts_header_twice"),
        ('period,sex,count\nm1,"f"x,1\n', "counts_unreadable"),
        ("period,Sex,SEX,count\nm1,f,f,1\n", "dimensions_invalid"),
        ("period,value,count\nm1,f,1\n", "dimensions_invalid"),
        ("period,เพศ,count\nm1,f,1\n", "dimensions_invalid"),
        ("count\n1\n", "dimensions_invalid"),
        ("period,sex,count\nm1,,1\n", "category_empty"),
        ("period,sex,count\nm1, f,1\n", "category_unclean"),
        ("period,sex,count\nm1,_T,1\n", "dimension_without_codes"),
        ("period,sex,count\nm1,1999000000017,1\n", "category_personal"),
        ("period,citizen_id,count\nm1,x,1\n", "column_personal"),
    ],
)
def test_a_table_of_another_form_is_refused(tmp_path: Path, content: str, code: str) -> None:
    """Before any count is looked at."""
    path = tmp_path / "counts.csv"
    path.write_text(content, encoding="utf-8")
    assert refused(path).code == f"statistics.{code}"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Absent, of another encoding, or of another kind."""
    (tmp_path / "thai.csv").write_bytes("period,count\nเดือน,1\n".encode("cp874"))
    (tmp_path / "no.parquet").write_bytes(b"PAR0")
    (tmp_path / "x.json").write_bytes(b"{}")
    codes = [refused(tmp_path / name).code for name in ("thai.csv", "no.parquet", "x.json")]
    wanted = ["counts_not_utf8", "source_file_unreadable", "source_kind"]
    assert codes == [f"statistics.{code}" for code in wanted]
    for name in ("none.csv", "none.parquet", "none.json"):
        with pytest.raises(ConfigError, match=f"there is no file {name}"):
            read_counts(tmp_path / name)


def test_no_true_count_hangs_on_an_error(tmp_path: Path) -> None:
    """What collects errors keeps their causes, contexts and pickles, and python's own hold what was read."""
    (tmp_path / "thai.csv").write_bytes("period,count\nเดือน,48151\n".encode("cp874"))
    (tmp_path / "quote.csv").write_bytes(b'period,count\n"m"1,48151\n')
    (tmp_path / "no.parquet").write_bytes(b"PAR1 48151")
    for name in ("thai.csv", "quote.csv", "no.parquet"):
        error = refused(tmp_path / name)
        assert (error.__cause__, error.__context__) == (None, None)
        assert b"48151" not in pickle.dumps(error)
        frames = [frame.f_locals for frame, _ in traceback.walk_tb(error.__traceback__)][1:]
        assert "48151" not in repr(frames)


def test_a_column_of_its_own_for_each_person_needs_the_policy(tmp_path: Path) -> None:
    """Thirty codes for thirty people are nobody's statistics, unless the policy says so."""
    path = write(tmp_path / "counts.csv", [((f"c{i}",), 1) for i in range(30)], ids=("code",))
    assert refused(path).code == "statistics.column_unique"
    assert len(read_counts(path, personal_dimensions=("code",)).counts) == 31


def test_another_column_may_hold_the_counts(tmp_path: Path) -> None:
    """Its name is said; count is a dimension then like any other."""
    path = tmp_path / "counts.csv"
    path.write_text("count,n\none,1\ntwo,2\n", encoding="utf-8")
    assert read_counts(path, count_column="n").counts == (1, 2, 3)


def test_two_million_cells_of_the_greatest_count_stay_exact(tmp_path: Path) -> None:
    """Totals of the longest counts do not overflow."""
    path = write(
        tmp_path / "counts.csv", [((f"c{i:02d}",), 999_999_999_999) for i in range(40)], ids=("code",)
    )
    assert read_counts(path).counts[-1] == 40 * 999_999_999_999


JOIN = (
    Collapse(dimension="period", into=(("m2", "m1"), ("old", "m3"), ("none", "m1"))),
    Collapse(dimension="sex", into=(("x", "m"),)),
    Collapse(dimension="elsewhere", into=(("f", "m"),)),
)


def test_codes_are_counted_together_as_when_counting(tmp_path: Path) -> None:
    """Also a code that the hierarchy does not know, once it goes under one that it knows."""
    finest = {**FINEST, ("old", "x"): 2, ("old", "f"): 5, ("m2", "x"): 1}
    rows = [{"period": p, "sex": s} for (p, s), count in finest.items() for _ in range(count)]
    wanted = tabulate(rows, dimensions=(PERIOD, SEX), collapse=JOIN)
    totals = {("q2", TOTAL): 14, ("q1", TOTAL): 9, (TOTAL, "x"): 3, ("y", "f"): 9, ("old", TOTAL): 7}
    path = write(tmp_path / "counts.csv", [*finest.items(), *totals.items()])
    assert read_counts(path, hierarchies={"period": PARENTS}, collapse=JOIN) == wanted
    assert wanted.categories == (("m1", "m3", "q1", "q2", "y"), ("f", "m"))


def test_the_files_own_totals_are_looked_at_before(tmp_path: Path) -> None:
    """What is wrong in the file stays wrong, whatever is counted together afterwards."""
    path = write(tmp_path / "counts.csv", [*FINEST.items(), (("m2", TOTAL), 4)])
    error = refused(path, collapse=JOIN)
    assert (error.code, "period=m2, sex=_T" in error.explain("en")) == ("statistics.margins_wrong", True)


def test_a_code_does_not_go_under_a_whole_that_has_parts(tmp_path: Path) -> None:
    """It would be in the quarter and in none of its months."""
    rule = Collapse(dimension="period", into=(("m1", "q1"),))
    assert refused(write(tmp_path / "counts.csv", [*FINEST.items()]), collapse=(rule,)).code == (
        "statistics.hierarchy_code_whole"
    )
