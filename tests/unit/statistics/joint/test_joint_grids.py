"""Which cells of a new table count those of an earlier one."""

from __future__ import annotations

from govlink.models.release import TOTAL, Dimension
from govlink.statistics.joint.conditions import layout_of
from govlink.statistics.joint.grids import grid_of
from govlink.statistics.published import Subject

PARENTS = {"month": (("1", "Q1"), ("2", "Q1"), ("3", "Q1"), ("4", "Q2"))}
COUNTRY = Dimension(id="country", label_th="ประเทศ", label_en="country")
MONTH = Dimension(id="month", label_th="เดือน", label_en="month")


def test_each_cell_finds_the_smallest_one_that_counts_it() -> None:
    """Months are found in their quarter, totals in totals, whatever other columns they have."""
    new = layout_of(
        subject=Subject(population="r"),
        dimensions=(MONTH,),
        categories=(("Q1", "Q2"),),
        parents=PARENTS,
    )
    old = layout_of(
        subject=Subject(population="r"),
        dimensions=(COUNTRY, MONTH),
        categories=(("LA",), ("1", "4")),
        parents=PARENTS,
    )
    grid = grid_of(old, range(6), new=new)
    assert list(old.keys()) == [
        ("LA", "1"),
        ("LA", "4"),
        ("LA", TOTAL),
        (TOTAL, "1"),
        (TOTAL, "4"),
        (TOTAL, TOTAL),
    ]
    assert grid.within == (0, 1, 2, 0, 1, 2)
    assert grid.cells == tuple(range(6))


def test_a_cell_that_nothing_counts_alone_has_none() -> None:
    """The new table is about one country; everybody of the old one is in none of its cells."""
    new = layout_of(
        subject=Subject(population="r", where=(("country", ("LA",)),)),
        dimensions=(COUNTRY,),
        categories=(("LA",),),
        parents={},
    )
    old = layout_of(
        subject=Subject(population="r"), dimensions=(COUNTRY,), categories=(("LA", "TH"),), parents={}
    )
    assert grid_of(old, range(3), new=new).within == (0, -1, -1)
