"""Sub-totals, and codes counted together: every total is the sum of what is below it."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, Dimension
from govlink.statistics.hierarchy import leaves_of
from govlink.statistics.policy import Collapse
from govlink.statistics.tabulate import MAX_CELLS, RawTable, tabulate
from govlink.statistics.tabulate.margins import Finest, Frame, cross

QUARTERS = tuple((f"2568-{m:02d}", f"2568-Q{(m + 2) // 3}") for m in range(1, 13))
PERIOD = Dimension(
    id="period",
    label_th="งวด",
    label_en="period",
    parents=(*QUARTERS, *((f"2568-Q{q}", "2568") for q in range(1, 5))),
)
OUTCOME = Dimension(id="outcome", label_th="ผล", label_en="outcome")
ROWS: list[dict[str, object]] = [
    {"period": "2568-01", "outcome": "a"},
    {"period": "2568-03", "outcome": "a"},
    {"period": "2568-03", "outcome": "b"},
    {"period": "2568-04", "outcome": "b"},
]


def counts(raw: RawTable) -> dict[tuple[str, ...], int]:
    """Count by keys."""
    return dict(zip(raw.keys(), raw.counts, strict=True))


def test_quarters_and_years_are_added_up() -> None:
    """Months that nobody falls into are not shown; the wholes of those shown are, in canonical order."""
    raw = tabulate(ROWS, dimensions=(PERIOD, OUTCOME))
    assert raw.categories == (("2568-01", "2568-03", "2568-04", "2568-Q1", "2568-Q2", "2568"), ("a", "b"))
    found = counts(raw)
    assert [found[(code, "b")] for code in raw.categories[0]] == [0, 1, 1, 1, 1, 2]
    assert [found[(code, TOTAL)] for code in raw.categories[0]] == [1, 2, 1, 3, 1, 4]
    assert found[(TOTAL, TOTAL)] == 4


TREES = st.recursive(
    st.just(()), lambda below: st.lists(below, min_size=1, max_size=3).map(tuple), max_leaves=6
)


def dimension_of(name: str, tree: tuple[object, ...]) -> Dimension:
    """A dimension whose codes are the paths in a nest of tuples."""
    pairs: list[tuple[str, str]] = []

    def visit(node: tuple[object, ...], path: str) -> None:
        for i, child in enumerate(node):
            assert isinstance(child, tuple)
            if len(path) > 1:
                pairs.append((f"{path}{i}", path))
            visit(child, f"{path}{i}")

    visit((tree, ((),)), name)
    return Dimension(id=name, label_th=name, label_en=name, parents=tuple(pairs))


@settings(max_examples=60, deadline=None)
@given(st.lists(TREES, min_size=1, max_size=3), st.data())
def test_every_cell_is_the_sum_over_its_leaves(trees: list[tuple[object, ...]], data: st.DataObject) -> None:
    """Any hierarchies crossed, any records in any order: what each code stands for says what it counts."""
    dimensions = tuple(dimension_of(chr(97 + i), tree) for i, tree in enumerate(trees))
    leaves = [
        sorted({c for c, _ in d.parents} - {w for _, w in d.parents}) or [f"{d.id}x"] for d in dimensions
    ]
    records = data.draw(st.lists(st.tuples(*map(st.sampled_from, leaves)), min_size=1, max_size=12))
    frame = Frame.of(dimensions, [sorted({record[i] for record in records}) for i in range(len(leaves))])
    numbers = [
        int(np.ravel_multi_index([frame.places(i)[code] for i, code in enumerate(r)], frame.extents()))
        for r in records
    ]
    raw = cross(frame, Finest(cells=np.array(numbers), values=np.ones(len(numbers), dtype=np.int64)))
    for keys, count in counts(raw).items():
        wanted = sum(
            all(
                key == TOTAL or code in leaves_of(d, key)
                for d, key, code in zip(dimensions, keys, r, strict=True)
            )
            for r in records
        )
        assert count == wanted, keys


def test_codes_outside_the_hierarchy_are_named() -> None:
    """A month that no quarter holds would be in the total only, unseen."""
    rows = [*ROWS, {"period": "2567-12", "outcome": "a"}, {"period": "other", "outcome": "a"}]
    with pytest.raises(RejectedError, match="2567-12, other") as caught:
        tabulate(rows, dimensions=(PERIOD, OUTCOME))
    assert caught.value.code == "statistics.hierarchy_unknown_codes"


def test_many_unknown_codes_are_named_in_part() -> None:
    """A message stays readable."""
    rows = [{"period": f"x{i % 50:02d}", "outcome": "a"} for i in range(200)]
    with pytest.raises(RejectedError, match=r"x19, … \(50\)"):
        tabulate(rows, dimensions=(PERIOD, OUTCOME))


def test_a_record_coded_by_a_whole_is_refused() -> None:
    """It would be in the quarter and in none of its months."""
    with pytest.raises(RejectedError, match="2568-Q1") as caught:
        tabulate([*ROWS, {"period": "2568-Q1", "outcome": "a"}], dimensions=(PERIOD, OUTCOME))
    assert caught.value.code == "statistics.hierarchy_code_whole"


def test_a_whole_without_its_parts_is_the_finest_there_is() -> None:
    """Records of an earlier year may be known by quarter only, as long as no month of it is."""
    rows: list[dict[str, object]] = [{"period": code, "outcome": "a"} for code in ("2568-01", "2568-Q2")]
    assert counts(tabulate(rows, dimensions=(PERIOD, OUTCOME)))[("2568", "a")] == 2


def test_hierarchies_are_given_for_the_codes_found() -> None:
    """By dimension, or by a function that is told the codes; a dimension's own come first."""
    bare = Dimension(id="period", label_th="งวด", label_en="period")
    asked: list[tuple[str, set[str]]] = []

    def parents(name: str, codes: Collection[str]) -> tuple[tuple[str, str], ...]:
        asked.append((name, set(codes)))
        return PERIOD.parents if name == "period" else ()

    wanted = tabulate(ROWS, dimensions=(PERIOD, OUTCOME))
    assert tabulate(ROWS, dimensions=(bare, OUTCOME), hierarchies=parents) == wanted
    assert asked == [("period", {"2568-01", "2568-03", "2568-04"}), ("outcome", {"a", "b"})]
    assert tabulate(ROWS, dimensions=(bare, OUTCOME), hierarchies={"period": PERIOD.parents}) == wanted
    assert tabulate(ROWS, dimensions=(PERIOD, OUTCOME), hierarchies={"period": (("x", "y"),)}) == wanted


def test_collapsed_codes_are_counted_together() -> None:
    """Under a code of their own or another one's, before hierarchies; other columns' lists are overlooked."""
    rules = (
        Collapse(dimension="outcome", into=(("b", "a"), ("zz", "a"))),
        Collapse(dimension="period", into=(("2568-01", "2568-03"),)),
        Collapse(dimension="elsewhere", into=(("a", "b"),)),
    )
    raw = tabulate(ROWS, dimensions=(PERIOD, OUTCOME), collapse=rules)
    assert raw.categories == (("2568-03", "2568-04", "2568-Q1", "2568-Q2", "2568"), ("a",))
    assert [counts(raw)[(code, "a")] for code in raw.categories[0]] == [3, 1, 3, 1, 4]


@pytest.mark.parametrize(("into", "code"), [(TOTAL, "reserved"), (" x", "unclean"), ("", "empty")])
def test_a_collapse_gives_codes_that_may_be_published(into: str, code: str) -> None:
    """The policy's own words are looked at like the records'."""
    with pytest.raises(RejectedError) as caught:
        tabulate(ROWS, dimensions=(OUTCOME,), collapse=(Collapse(dimension="outcome", into=(("a", into),)),))
    assert caught.value.code == f"statistics.category_{code}"


def test_wholes_count_among_the_cells() -> None:
    """A table is too large by what it would show, sub-totals included, and before it is made."""
    side = int(MAX_CELLS**0.5)
    codes = [f"{i}" for i in range(side - 2)]
    flat = Dimension(id="flat", label_th="", label_en="")
    nested = Dimension(id="nested", label_th="", label_en="", parents=tuple((c, "all") for c in codes))
    assert Frame.of((flat, flat), (codes, codes)).extents() == (side - 1, side - 1)
    with pytest.raises(RejectedError) as caught:
        Frame.of((nested, flat), (codes, [*codes, "x", "y", "z", "zz"]))
    assert caught.value.code == "statistics.table_too_large"


def test_rows_of_the_product_come_in_any_order() -> None:
    """Canonical order is that of the keys, last dimension fastest."""
    raw = tabulate(list(reversed(ROWS)), dimensions=(PERIOD, OUTCOME))
    assert list(raw.keys()) == list(product(*((*codes, TOTAL) for codes in raw.categories)))
    assert raw == tabulate(ROWS, dimensions=(PERIOD, OUTCOME))
