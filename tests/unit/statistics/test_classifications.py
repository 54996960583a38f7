"""Ready hierarchies place every code once, and refuse what they do not know."""

from __future__ import annotations

import pytest

from govlink.errors import RejectedError
from govlink.models.release import Dimension
from govlink.statistics.classifications import CLASSIFICATIONS, labels_of, parents_of
from govlink.statistics.hierarchy import leaves_of

EXAMPLES = {
    "be-month": ("2568-01", "2567-12"),
    "be-month-fiscal": ("2568-01", "2567-12"),
    "th-province-region": ("10", "58", "00"),
    "iso3166-region": ("JP", "TW", "AQ", "ZZ"),
}


def chain(name: str, code: str, codes: tuple[str, ...] = ()) -> list[str]:
    """A code with all that it is part of."""
    parents = dict(parents_of(name, (code, *codes)))
    line = [code]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("be-month", ["2568-01", "2568-Q1", "2568"]),
        ("be-month", ["2568-12", "2568-Q4", "2568"]),
        ("be-month-fiscal", ["2567-10", "FY2568-Q1", "FY2568"]),
        ("be-month-fiscal", ["2568-01", "FY2568-Q2", "FY2568"]),
        ("be-month-fiscal", ["2568-09", "FY2568-Q4", "FY2568"]),
        ("th-province-region", ["10", "central"]),
        ("th-province-region", ["26", "central"]),
        ("th-province-region", ["27", "east"]),
        ("th-province-region", ["38", "northeast"]),
        ("th-province-region", ["63", "west"]),
        ("th-province-region", ["64", "central"]),
        ("th-province-region", ["77", "west"]),
        ("th-province-region", ["96", "south"]),
        ("iso3166-region", ["JP", "142"]),
        ("iso3166-region", ["JPN", "142"]),
        ("iso3166-region", ["CY", "142"]),
        ("iso3166-region", ["RU", "150"]),
        ("iso3166-region", ["EG", "002"]),
        ("iso3166-region", ["MX", "019"]),
        ("iso3166-region", ["TW", "XTW"]),
        ("iso3166-region", ["TWN", "XTW"]),
    ],
)
def test_codes_stand_under_their_wholes(name: str, line: list[str]) -> None:
    """A country in the wrong region, or a month in the wrong fiscal year, would be published so."""
    assert chain(name, line[0]) == line


@pytest.mark.parametrize(
    ("region", "count"),
    [("central", 22), ("east", 7), ("north", 9), ("northeast", 20), ("south", 14), ("west", 5)],
)
def test_regions_have_as_many_provinces_as_they_have(region: str, count: int) -> None:
    """One province moved by a slip would show here."""
    assert sum(whole == region for _, whole in parents_of("th-province-region", ())) == count


@pytest.mark.parametrize(
    ("region", "count"),
    [("002", 60), ("009", 29), ("010", 1), ("019", 57), ("142", 50), ("150", 51), ("XTW", 1)],
)
@pytest.mark.parametrize("code", ["TH", "THA"])
def test_regions_have_as_many_countries_as_m49_gives_them(region: str, count: int, code: str) -> None:
    """249 countries in all, the same by two letters as by three."""
    assert sum(whole == region for _, whole in parents_of("iso3166-region", [code])) == count


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_a_whole_is_the_same_whichever_of_its_parts_a_table_shows(name: str) -> None:
    """Tables are compared by what their codes stand for; a quarter is three months in each of them."""
    shown, *others = EXAMPLES[name]
    alone = Dimension(id="d", label_th="", label_en="", parents=parents_of(name, [shown]))
    among = Dimension(id="d", label_th="", label_en="", parents=parents_of(name, [shown, *others]))
    for whole in chain(name, shown):
        assert leaves_of(alone, whole) == leaves_of(among, whole) != frozenset({whole}) or whole == shown


def test_a_quarter_or_a_year_can_be_the_finest_code() -> None:
    """A table by year knows which months its years are made of."""
    dimension = Dimension(id="d", label_th="", label_en="", parents=parents_of("be-month", ["2568"]))
    assert leaves_of(dimension, "2568") == {f"2568-{month:02d}" for month in range(1, 13)}
    assert chain("be-month-fiscal", "FY2568-Q3") == ["FY2568-Q3", "FY2568"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("be-month", ["2568-13"]),
        ("be-month", ["2568-1"]),
        ("be-month", ["2568-Q5"]),
        ("be-month", ["FY2568"]),
        ("be-month", ["2483-01"]),
        ("be-month", ["2025-01"]),
        ("be-month", ["2568-01", "x"]),
        ("be-month-fiscal", ["2568-Q1"]),
        ("be-month-fiscal", ["2568"]),
        ("th-province-region", ["28"]),
        ("th-province-region", ["1"]),
        ("th-province-region", ["TH-10"]),
        ("iso3166-region", ["XX"]),
        ("iso3166-region", ["jp"]),
        ("iso3166-region", ["001"]),
    ],
)
def test_codes_it_does_not_have_are_refused_by_name(name: str, codes: list[str]) -> None:
    """A code that is placed nowhere would be counted in no whole."""
    with pytest.raises(RejectedError, match="classification_codes_unknown") as caught:
        parents_of(name, codes)
    assert codes[-1] in caught.value.explain("en")


def test_country_codes_of_two_forms_are_refused() -> None:
    """JP and JPN in one column would be two countries."""
    with pytest.raises(RejectedError, match="classification_forms_mixed"):
        parents_of("iso3166-region", ["JP", "JPN"])


@pytest.mark.parametrize("ask", [parents_of, labels_of])
def test_a_name_it_does_not_have_is_refused_with_those_it_has(ask: object) -> None:
    """The message says what could have been meant."""
    assert callable(ask)
    with pytest.raises(RejectedError, match="classification_unknown") as caught:
        ask("iso3166", [])
    assert "iso3166-region" in caught.value.explain("en")


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_every_code_has_two_names(name: str) -> None:
    """A code without a label would stand bare on a page."""
    labels = labels_of(name, EXAMPLES[name])
    codes = {code for pair in parents_of(name, EXAMPLES[name]) for code in pair}
    assert codes <= labels.keys()
    assert all(th and en for th, en in labels.values())


def test_months_are_called_by_their_names() -> None:
    """The quarter of a fiscal year is not that of the calendar."""
    assert labels_of("be-month", ["2568-01"])["2568-01"] == ("มกราคม 2568", "January 2568 BE")
    fiscal = labels_of("be-month-fiscal", ["2567-10"])
    assert fiscal["FY2568-Q1"] == ("ไตรมาส 1 ปีงบประมาณ 2568", "fiscal Q1 2568 BE")
