"""Two cells are one unknown when, and only when, they count the same records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govlink.errors import RejectedError
from govlink.models.release import TOTAL, CellStatus, Dimension, ProtectedTable, ReleasedCell
from govlink.statistics.joint.conditions import (
    Conditions,
    Parents,
    categories_of,
    in_words,
    known_parents,
    layout_of,
    overlap,
)
from govlink.statistics.published import Subject

PERIOD = Dimension(
    id="period",
    label_th="ช่วงเวลา",
    label_en="Period",
    parents=(("01", "Q1"), ("02", "Q1"), ("03", "Q1"), ("04", "Q2"), ("Q1", "68"), ("Q2", "68")),
)
PROVINCE = Dimension(
    id="province", label_th="จังหวัด", label_en="Province", parents=(("10", "centre"), ("11", "centre"))
)
BARE = replace(PROVINCE, parents=())


def cells(
    dimension: Dimension, *codes: str, subject: Subject, parents: Parents | None = None
) -> dict[str, Conditions]:
    """What each code of a table by one dimension counts."""
    layout = layout_of(subject=subject, dimensions=(dimension,), categories=(codes,), parents=parents or {})
    return {keys[0]: found for keys, found in zip(layout.keys(), layout.conditions(), strict=True)}


def only(name: str, *codes: str) -> Conditions:
    """One condition."""
    return frozenset({(name, frozenset(codes))})


def test_a_total_is_everybody_but_of_time() -> None:
    """All provinces is no condition, whichever are shown; all months is the months that are shown."""
    everywhere = cells(PROVINCE, "10", "11", "centre", subject=Subject(population="r"))
    assert everywhere[TOTAL] == frozenset()
    assert everywhere["centre"] == only("province", "10", "11")
    always = cells(PERIOD, "01", "02", subject=Subject(population="r", period="period"))
    assert always[TOTAL] == only("period", "01", "02")


def test_of_time_a_whole_is_what_is_shown_of_it() -> None:
    """The year until March and the year until April are two cells; of places a whole is the whole."""
    subject = Subject(population="r", period="period")
    march = cells(PERIOD, "01", "02", "03", "Q1", "68", subject=subject)
    april = cells(PERIOD, "01", "02", "03", "04", "Q1", "Q2", "68", subject=subject)
    assert march["Q1"] == april["Q1"] == march["68"]
    assert april["68"] == only("period", "01", "02", "03", "04")
    assert cells(PERIOD, "68", subject=subject)["68"] == april["68"]
    part = cells(PROVINCE, "10", "centre", subject=Subject(population="r"))
    assert part["centre"] == only("province", "10", "11")


def test_where_restricts_shown_dimensions_and_adds_others() -> None:
    """A filter belongs to every cell; codes of a filter are taken apart like codes of a table."""
    subject = Subject(population="r", where=(("province", ("centre",)), ("sex", ("f",))))
    found = cells(PROVINCE, "10", "11", subject=subject)
    sex = ("sex", frozenset({"f"}))
    assert found[TOTAL] == {("province", frozenset({"10", "11"})), sex}
    assert found["10"] == {("province", frozenset({"10"})), sex}


def test_a_dimension_without_hierarchy_borrows_the_latest_known() -> None:
    """An old table of regions only still means their provinces."""
    later = replace(PROVINCE, parents=(("10", "centre"), ("11", "centre"), ("12", "centre")))
    parents = known_parents([(BARE,), (PROVINCE,), (later,), (BARE,)])
    found = cells(BARE, "centre", "50", subject=Subject(population="r"), parents=parents)
    assert found["centre"] == only("province", "10", "11", "12")
    own = cells(PROVINCE, "centre", "50", subject=Subject(population="r"), parents=parents)
    assert own["centre"] == only("province", "10", "11")


def test_boxes_overlap_where_a_record_may_be_in_both() -> None:
    """Dimensions that one of them does not name do not keep them apart."""
    january, february = {"period": frozenset({"01"})}, {"period": frozenset({"02"})}
    women = {"sex": frozenset({"f"})}
    assert overlap(january, women)
    assert overlap({}, january)
    assert not overlap(january | women, february | women)


def test_only_whole_tables_have_categories() -> None:
    """A cell too many, too few or out of place is refused, with the table's name."""
    keys = [("10",), ("11",), (TOTAL,)]
    whole = tuple(ReleasedCell(keys=k, value=9, status=CellStatus.FREE) for k in keys)
    assert categories_of(ProtectedTable(dimensions=(BARE,), cells=whole), name="x") == (("10", "11"),)
    for wrong in ((), whole[:2], whole[::-1], (*whole, whole[0]), (replace(whole[0], keys=("10", "f")),)):
        with pytest.raises(RejectedError, match="petitions"):
            categories_of(ProtectedTable(dimensions=(BARE,), cells=wrong), name="petitions")


def test_words_name_codes() -> None:
    """Sorted, the first few, the rest hinted at."""
    assert in_words(frozenset()) == f"[{TOTAL}]"
    asked = frozenset([("sex", frozenset({"f"})), ("period", frozenset({"04", "01", "02", "03"}))])
    assert in_words(asked) == "[period: 01, 02, 03, …; sex: f]"
