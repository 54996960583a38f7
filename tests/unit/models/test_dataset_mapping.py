"""Descriptions of datasets from plain values, as a settings file gives them."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.code_lists import (
    DataCategory,
    DataFormat,
    DataType,
    Disaggregation,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Objective,
    Scale,
)
from govlink.models.dataset import Dataset, DatasetResource
from govlink.models.dataset_mapping import dataset_from_mapping

PLAIN: dict[str, object] = {
    "name": "schools",
    "data_type": "RECORD",
    "title": "รายชื่อโรงเรียน",
    "owner_org": "obec",
    "maintainer": "กลุ่มสารสนเทศ",
    "maintainer_email": "info@example.go.th",
    "tags": ["โรงเรียน", "การศึกษา"],
    "notes": "รายชื่อโรงเรียน",
    "objective": ["เพื่อการให้บริการประชาชน", "law"],
    "update_frequency_unit": "ปี",
    "geo_coverage": "Country",
    "data_source": "ทะเบียนโรงเรียน",
    "data_format": ["csv"],
    "data_category": "ข้อมูลสาธารณะ",
    "licence": "CC_BY",
}
BARE = Dataset(
    name="schools",
    data_type=DataType.RECORD,
    title="รายชื่อโรงเรียน",
    owner_org="obec",
    maintainer="กลุ่มสารสนเทศ",
    maintainer_email="info@example.go.th",
    tags=("โรงเรียน", "การศึกษา"),
    notes="รายชื่อโรงเรียน",
    objective=(Objective.PUBLIC_SERVICE, Objective.LAW),
    update_frequency_unit=FrequencyUnit.YEAR,
    geo_coverage=GeoCoverage.COUNTRY,
    data_source="ทะเบียนโรงเรียน",
    data_format=(DataFormat.CSV,),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
)

TOML = """
name = "schools"
data_type = "STATISTICS"
title = "จำนวนโรงเรียน"
owner_org = "obec"
maintainer = "กลุ่มสารสนเทศ"
maintainer_email = "info@example.go.th"
tags = ["โรงเรียน"]
notes = "จำนวนโรงเรียน"
objective = ["อื่นๆ"]
update_frequency_unit = "YEAR"
update_frequency_interval = 1
geo_coverage = "ประเทศ"
data_source = "ทะเบียน"
data_format = ["CSV"]
data_category = "PUBLIC"
licence = "Open Data Common"
first_year_of_data = 2566
last_year_of_data = "2568"
last_updated = 2026-01-15
created = "2025-02-03"
is_official_statistics = true
west_bound = 97.3
east_bound = "105.64"
equivalent_scale = "1:4,000"

[other]
objective = "แผนแม่บทของหน่วยงาน"

[table]
name = "ตาราง"
disaggregate = ["เพศ", "AREA"]
"""


def problems_of(values: dict[str, object], pointer: str = "") -> dict[str, str]:
    """What is told, by the place it is told of."""
    with pytest.raises(RejectedError) as caught:
        dataset_from_mapping(values, pointer=pointer)
    assert caught.value.code == "dataset.invalid"
    return {p.pointer: p.fault.code for p in caught.value.problems}


def test_labels_and_names_mean_the_same() -> None:
    """Guards both ways of naming a choice, in either case."""
    assert dataset_from_mapping(PLAIN) == BARE


def test_a_toml_table_is_read() -> None:
    """Guards dates, numbers, flags and inner tables as TOML gives them."""
    dataset = dataset_from_mapping(tomllib.loads(TOML))
    assert (dataset.update_frequency_interval, dataset.first_year_of_data) == ("1", "2566")
    assert (dataset.last_updated, dataset.created) == (date(2026, 1, 15), date(2025, 2, 3))
    assert (dataset.west_bound, dataset.east_bound) == (Decimal("97.3"), Decimal("105.64"))
    assert (dataset.is_official_statistics, dataset.is_high_value) == (True, None)
    assert dataset.equivalent_scale is Scale.S4000
    assert dataset.other == (("objective", "แผนแม่บทของหน่วยงาน"),)
    assert dataset.table == DatasetResource(
        name="ตาราง", disaggregate=(Disaggregation.SEX, Disaggregation.AREA)
    )
    assert dataset.file == DatasetResource()


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"colour": "red"}, "/colour", "dataset.key_unknown"),
        ({"a/b~c": 1}, "/a~1b~0c", "dataset.key_unknown"),
        ({"title": 5}, "/title", "dataset.not_text"),
        ({"title": None}, "/title", "dataset.not_text"),
        ({"first_year_of_data": 2566.5}, "/first_year_of_data", "dataset.not_text"),
        ({"first_year_of_data": True}, "/first_year_of_data", "dataset.not_text"),
        ({"tags": "โรงเรียน"}, "/tags", "dataset.not_list"),
        ({"tags": ["a", 1]}, "/tags/1", "dataset.not_text"),
        ({"objective": "LAW"}, "/objective", "dataset.not_list"),
        ({"objective": ["LAW", "no"]}, "/objective/1", "dataset.not_choice"),
        ({"data_type": ["RECORD"]}, "/data_type", "dataset.not_choice"),
        ({"data_category": "public data"}, "/data_category", "dataset.not_choice"),
        ({"created": "15/01/2026"}, "/created", "dataset.not_date"),
        ({"created": "2026-02-30"}, "/created", "dataset.not_date"),
        ({"created": "2026-W01-1"}, "/created", "dataset.not_date"),
        ({"created": datetime(2026, 1, 15)}, "/created", "dataset.not_date"),  # noqa: DTZ001 - as TOML gives it
        ({"is_high_value": "True"}, "/is_high_value", "dataset.not_flag"),
        ({"is_high_value": 1}, "/is_high_value", "dataset.not_flag"),
        ({"west_bound": "97,3"}, "/west_bound", "dataset.not_number"),
        ({"west_bound": True}, "/west_bound", "dataset.not_number"),
        ({"west_bound": float("nan")}, "/west_bound", "dataset.not_number"),
        ({"west_bound": "sNaN"}, "/west_bound", "dataset.not_number"),
        ({"other": ["x"]}, "/other", "dataset.not_table"),
        ({"other": {"objective": 1}}, "/other/objective", "dataset.not_text"),
        ({"table": "ตาราง"}, "/table", "dataset.not_table"),
        ({"table": {"title": "x"}}, "/table/title", "dataset.key_unknown"),
        ({"file": {"disaggregate": ["x"]}}, "/file/disaggregate/0", "dataset.not_choice"),
    ],
)
def test_each_wrong_value_is_told_where_it_stands(change: dict[str, object], pointer: str, code: str) -> None:
    """Guards the kind of every value, and that nothing right is told beside it."""
    assert problems_of({**PLAIN, **change}) == {pointer: code}
    assert problems_of({**PLAIN, **change}, pointer="/dataset") == {f"/dataset{pointer}": code}


def test_all_problems_come_at_once() -> None:
    """Guards that a file filled wrongly is told whole."""
    values = {k: v for k, v in PLAIN.items() if k not in {"title", "notes"}}
    assert problems_of({**values, "objective": ["x", "LAW", "y"], "table": {"last_updated": 1}}) == {
        "/title": "dataset.key_missing",
        "/notes": "dataset.key_missing",
        "/objective/0": "dataset.not_choice",
        "/objective/2": "dataset.not_choice",
        "/table/last_updated": "dataset.not_date",
    }


def test_a_problem_says_what_may_stand_there() -> None:
    """Guards the remedy: every choice by both names, and keys that look like the one given."""
    with pytest.raises(RejectedError) as caught:
        dataset_from_mapping({**PLAIN, "data_type": "x", "licenses": "CC_BY"})
    english = caught.value.explain("en")
    assert "RECORD (ข้อมูลระเบียน), STATISTICS (ข้อมูลสถิติ)" in english
    assert "licence" in english.partition("/licenses")[2].partition("\n")[0]
    assert "ให้ระบุค่าใดค่าหนึ่งต่อไปนี้" in caught.value.explain("th")


def test_no_value_is_repeated() -> None:
    """Guards that what was given shows in no message: it may be anything."""
    with pytest.raises(RejectedError) as caught:
        dataset_from_mapping({**PLAIN, "data_type": "1979800000001", "created": "1979800000001"})
    assert "1979800000001" not in caught.value.explain("en") + caught.value.explain("th")


def as_plain(value: Any) -> Any:
    """A value as a settings file would give it; None is not written at all."""
    if is_dataclass(value):
        plain = {f.name: as_plain(getattr(value, f.name)) for f in fields(value)}
        plain["other"] = dict(plain["other"])
        return {k: v for k, v in plain.items() if v is not None}
    if isinstance(value, StrEnum):
        return value.name.lower() if len(value.name) % 2 else value.value
    return [as_plain(item) for item in value] if isinstance(value, tuple) else value


others = st.dictionaries(st.text(max_size=5), st.text(max_size=5)).map(lambda d: tuple(d.items()))
degrees = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
resources = st.builds(DatasetResource, other=others, created=st.none() | st.dates())
datasets = st.builds(
    Dataset,
    other=others,
    west_bound=degrees,
    east_bound=degrees,
    north_bound=degrees,
    south_bound=degrees,
    table=resources,
    file=resources,
)


@given(dataset=datasets)
def test_any_dataset_comes_back_from_its_plain_values(dataset: Dataset) -> None:
    """Guards that every member can be given in a settings file, and means there what it means here."""
    assert dataset_from_mapping(as_plain(dataset)) == dataset


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from([f.name for f in fields(Dataset)]) | st.text(max_size=8)


@given(values=st.dictionaries(keys, anything, max_size=30))
def test_no_values_break_the_reader(values: dict[str, object]) -> None:
    """Guards that whatever a file holds is read or refused, and nothing else happens."""
    with suppress(RejectedError):
        assert isinstance(dataset_from_mapping({**PLAIN, **values}), Dataset)
