"""A published table becomes an array with the sums that its own hierarchies say."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.layout import Sum, lay_out

PLACE = Dimension(
    id="place",
    label_th="พื้นที่",
    label_en="place",
    parents=(("a1", "a"), ("a2", "a"), ("a", "land"), ("b1", "b"), ("b", "land")),
)
SEX = Dimension(id="sex", label_th="เพศ", label_en="sex")


def table_of(
    dimensions: tuple[Dimension, ...], codes: tuple[tuple[str, ...], ...], figures: tuple[int, ...]
) -> ProtectedTable:
    """A table that shows these figures, the last dimension fastest."""
    cells = tuple(
        ReleasedCell(keys=keys, value=figure, status=CellStatus.FREE)
        for keys, figure in zip(product(*codes), figures, strict=True)
    )
    return ProtectedTable(dimensions=dimensions, cells=cells)


SMALL = table_of((SEX,), (("F", "M", TOTAL),), (5, 10, 15))


def test_a_whole_is_the_sum_of_the_codes_next_below_it_that_are_shown() -> None:
    """``b`` is not shown, so ``b1`` is a part of ``land``; only ``land`` is a part of the total."""
    codes = ("a1", "a2", "b1", "a", "land", TOTAL)
    laid = lay_out(table_of((PLACE,), (codes,), (1, 2, 4, 3, 7, 7)))
    assert set(laid.sums) == {
        Sum(axis=0, whole=3, parts=(0, 1)),
        Sum(axis=0, whole=4, parts=(2, 3)),
        Sum(axis=0, whole=5, parts=(4,)),
    }
    assert laid.unbalanced() == ()


def test_sums_that_do_not_hold_are_named() -> None:
    """Each whole once, along whatever dimension it fails."""
    codes = (("F", "M", TOTAL), ("a1", "a2", "a", TOTAL))
    figures = (1, 1, 2, 2, 0, 3, 4, 4, 1, 4, 5, 6)
    laid = lay_out(table_of((SEX, PLACE), codes, figures))
    assert laid.unbalanced() == (("M", "a"), (TOTAL, "a"), (TOTAL, TOTAL))


def test_the_order_of_cells_does_not_matter() -> None:
    """A file may hold them in any; the sums are between the same cells."""
    laid = lay_out(replace(SMALL, cells=tuple(reversed(SMALL.cells))))
    assert laid.unbalanced() == ()
    assert laid.codes == ((TOTAL, "M", "F"),)


def broken() -> dict[str, ProtectedTable]:
    """Tables that cannot be laid out."""
    cells = SMALL.cells
    hidden = replace(cells[0], value=None, status=CellStatus.CONFIDENTIAL)
    loop = replace(SEX, parents=(("F", "x"), ("x", "F")))
    return {
        "hidden": replace(SMALL, cells=(hidden, *cells[1:])),
        "negative": replace(SMALL, cells=(replace(cells[0], value=-5), *cells[1:])),
        "missing": table_of((SEX, SEX), (("F", TOTAL), ("F", TOTAL)), (1, 1, 1, 1)),
        "twice": replace(SMALL, cells=(*cells, cells[0])),
        "no total": replace(SMALL, cells=cells[:2]),
        "no code": replace(SMALL, cells=cells[2:]),
        "no dimension": replace(SMALL, dimensions=()),
        "keys": replace(SMALL, dimensions=(SEX, PLACE)),
        "loop": replace(SMALL, dimensions=(loop,)),
    }


@pytest.mark.parametrize("kind", sorted(broken()))
def test_what_is_no_full_table_is_refused(kind: str) -> None:
    """Nothing is guessed for a cell that is not there."""
    table = broken()[kind]
    if kind == "missing":
        table = replace(table, cells=(*table.cells[:3], table.cells[0]))
    with pytest.raises(RejectedError) as caught:
        lay_out(table)
    assert caught.value.code == "statistics.layout_incomplete"
