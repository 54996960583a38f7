"""k, l and t of a file, each against its definition written out."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.statistics.microdata import Measures, Sensitive, SensitiveMeasures, measure

Rows = list[dict[str, object]]
OUTCOMES = ("granted", "partly", "refused", "withdrawn", "never")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "area": st.sampled_from(("10", "50", None, "")),
            "age": st.integers(0, 2).map(str),
            "days": st.integers(-3, 6).map(str),
            "outcome": st.sampled_from(OUTCOMES[:4]),
            "note": st.sampled_from(("a", "b", None)),
        }
    ),
    min_size=1,
    max_size=30,
)


def classes_of(rows: Rows, quasi: tuple[str, ...], column: str) -> list[Counter[object]]:
    """The sensitive values of each class; missing and empty are one."""
    classes: defaultdict[tuple[object, ...], Counter[object]] = defaultdict(Counter)
    for row in rows:
        classes[tuple(row[q] or None for q in quasi)][row[column] or None] += 1
    return list(classes.values())


def recursive_c(classes: list[Counter[object]], least: int) -> float | None:
    """The c that recursive (c, l)-diversity must exceed, by trying its definition from both sides."""
    found = Fraction(0)
    for values in classes:
        counts = sorted(values.values(), reverse=True)
        rest = sum(counts[least - 1 :])
        if not rest:
            return None
        found = max(found, Fraction(counts[0], rest))
    return float(found)


def total_variation(values: Counter[object], everything: Counter[object]) -> Fraction:
    """Half the sum of absolute differences of shares."""
    mine, all_ = values.total(), everything.total()
    return (
        sum((abs(Fraction(values[v], mine) - Fraction(everything[v], all_)) for v in everything), Fraction(0))
        / 2
    )


def ordered_emd(values: Counter[object], everything: Counter[object], order: tuple[str, ...]) -> Fraction:
    """The mean absolute difference of cumulative shares, the last left out."""
    ahead = far = Fraction(0)
    for value in order[:-1]:
        ahead += Fraction(values[value], values.total()) - Fraction(everything[value], everything.total())
        far += abs(ahead)
    return far / max(1, len(order) - 1)


def expected(rows: Rows, quasi: tuple[str, ...], sensitive: Sensitive) -> SensitiveMeasures:
    """All measures of one column by their definitions."""
    classes = classes_of(rows, quasi, sensitive.column)
    everything = sum(classes, Counter())
    if sensitive.order is None:
        far = [total_variation(c, everything) for c in classes]
    else:
        order = (
            tuple(sorted(map(str, everything), key=int)) if sensitive.order == "numbers" else sensitive.order
        )
        far = [ordered_emd(c, everything, order) for c in classes]
    entropies = (-sum(n / c.total() * math.log(n / c.total()) for n in c.values()) for c in classes)
    c = recursive_c(classes, sensitive.least)
    return SensitiveMeasures(
        column=sensitive.column,
        distinct_l=min(len(c) for c in classes),
        entropy_l=round(math.exp(min(entropies)), 6),
        recursive_c=None if c is None else round(c, 6),
        t=round(float(max(far)), 6),
        distance="total_variation" if sensitive.order is None else "ordered_emd",
    )


def to_six_digits(found: SensitiveMeasures) -> SensitiveMeasures:
    """Measured by other arithmetic, so the last digits may differ."""
    return SensitiveMeasures(
        column=found.column,
        distinct_l=found.distinct_l,
        entropy_l=round(found.entropy_l, 6),
        recursive_c=None if found.recursive_c is None else round(found.recursive_c, 6),
        t=round(found.t, 6),
        distance=found.distance,
    )


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sampled_from((("area", "age"), ("age",), ("area",))), st.integers(2, 3))
def test_every_measure_is_its_definition(rows: Rows, quasi: tuple[str, ...], least: int) -> None:
    """Ordered by value, by a list, and not at all; with missing values in both kinds of column."""
    asked = (
        Sensitive(column="days", order="numbers", least=least),
        Sensitive(column="outcome", order=OUTCOMES, least=least),
        Sensitive(column="note", least=least),
    )
    found = measure(rows, quasi_identifiers=quasi, sensitive=asked)
    sizes = Counter(c.total() for c in classes_of(rows, quasi, "note"))
    assert found.sizes == tuple(sorted(sizes.items()))
    assert (found.records, found.classes, found.k) == (len(rows), sizes.total(), min(sizes))
    assert found.unique_share == pytest.approx(sizes[1] / len(rows))
    assert tuple(map(to_six_digits, found.sensitive)) == tuple(expected(rows, quasi, s) for s in asked)


def test_the_textbook_case() -> None:
    """Two classes of three and four, worked by hand."""
    rows: Rows = [
        *({"zip": "1", "illness": i} for i in ("flu", "flu", "cold")),
        *({"zip": "2", "illness": i} for i in ("flu", "cold", "gout", "gout")),
    ]
    found = measure(rows, quasi_identifiers=("zip",), sensitive=(Sensitive(column="illness"),))
    assert found == Measures(
        records=7,
        quasi_identifiers=("zip",),
        classes=2,
        k=3,
        sizes=((3, 1), (4, 1)),
        sensitive=(
            SensitiveMeasures(
                column="illness",
                distinct_l=2,
                entropy_l=round(math.exp(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))), 9),
                recursive_c=2.0,
                t=round(float(Fraction(2, 3) - Fraction(3, 7) + Fraction(1, 3) - Fraction(2, 7)), 9),
                distance="total_variation",
            ),
        ),
    )
    assert found.share_below(4) == pytest.approx(3 / 7)


def test_one_value_everywhere_is_no_diversity() -> None:
    """Nobody differs from the file, and everybody's value is known."""
    rows: Rows = [{"q": q, "s": "x"} for q in "aab"]
    (found,) = measure(rows, quasi_identifiers=("q",), sensitive=(Sensitive(column="s"),)).sensitive
    assert (found.distinct_l, found.entropy_l, found.recursive_c, found.t) == (1, 1.0, None, 0.0)


@pytest.mark.parametrize("kind", ["csv", "parquet", "relation"])
def test_a_file_measures_like_its_records(kind: str, tmp_path: Path) -> None:
    """In whatever form and order they come."""
    chance = random.Random(8)
    rows: Rows = [{"q": str(chance.randrange(4)), "s": str(chance.randrange(9))} for _ in range(200)]
    asked = (Sensitive(column="s", order="numbers"),)
    wanted = measure(rows[::-1], quasi_identifiers=("q",), sensitive=asked)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE r (q VARCHAR, s VARCHAR)")
        connection.executemany("INSERT INTO r VALUES (?, ?)", [list(row.values()) for row in rows])
        if kind == "relation":
            assert measure(connection.table("r"), quasi_identifiers=("q",), sensitive=asked) == wanted
            return
        path = tmp_path / f"records.{kind}"
        connection.execute(f"COPY r TO '{path}' (FORMAT {kind})")
    assert measure(path, quasi_identifiers=("q",), sensitive=asked) == wanted


def test_names_and_codes_are_taken_as_they_are() -> None:
    """A column or value that looks like a part of the statement is not one."""
    rows: Rows = [
        {"$SAME": "a'b", "govlink_records": str(i % 2), "s;--": f"$CODES0{i % 2}"} for i in range(6)
    ]
    order = ("$CODES00", "$CODES01")
    found = measure(
        rows,
        quasi_identifiers=("$SAME", "govlink_records"),
        sensitive=(Sensitive(column="s;--", order=order),),
    )
    assert (found.k, found.sensitive[0].t) == (3, 0.5)


ONE: Rows = [{"q": "a", "s": "1"}]


@pytest.mark.parametrize(
    ("rows", "quasi", "sensitive", "reason"),
    [
        (ONE, (), (), "microdata_columns"),
        (ONE, ("q", "Q"), (), "microdata_columns"),
        (ONE, ("q",), (Sensitive(column="q"),), "microdata_columns"),
        (ONE, ("q",), (Sensitive(column="s", order=("1",)),), "microdata_columns"),
        (ONE, ("q",), (Sensitive(column="s", order=("1", "1")),), "microdata_columns"),
        (ONE, ("q",), (Sensitive(column="s", least=1),), "microdata_columns"),
        (ONE, ("q",), (Sensitive(column="s", order=("2", "3")),), "microdata_order"),
        ([{"q": "a", "s": "1.5"}], ("q",), (Sensitive(column="s", order="numbers"),), "microdata_order"),
        ([{"q": "a", "s": None}], ("q",), (Sensitive(column="s", order="numbers"),), "microdata_order"),
        ([], ("q",), (), "microdata_empty"),
        (ONE, ("absent",), (), "column_missing"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    rows: Rows, quasi: tuple[str, ...], sensitive: tuple[Sensitive, ...], reason: str
) -> None:
    """By its code, and without a value."""
    with pytest.raises(RejectedError) as caught:
        measure(rows, quasi_identifiers=quasi, sensitive=sensitive)
    assert caught.value.code == f"statistics.{reason}"
    assert "1.5" not in str(caught.value)
