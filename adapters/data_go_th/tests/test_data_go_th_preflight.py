"""The rules of the metadata standard that need no catalogue, and the notes beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import RejectedError
from govlink.models.dataset import (
    Classification,
    CollectionUnit,
    DataCategory,
    DataFormat,
    DataLanguage,
    Dataset,
    DatasetResource,
    DataType,
    Disaggregation,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Multiplier,
    Objective,
    Scale,
)
from govlink.models.dataset_items import ITEMS, OTHER_LABELS
from govlink_data_go_th.preflight import check_dataset, notes_of

FRAME = {
    "west_bound": Decimal("97.3"),
    "east_bound": Decimal("105.64"),
    "north_bound": Decimal("20.46"),
    "south_bound": Decimal("5.61"),
}


def problems(dataset: Dataset) -> list[tuple[str, str]]:
    """Where the checks see a problem, and which."""
    try:
        check_dataset(dataset)
    except RejectedError as error:
        return [(p.pointer, p.fault.code.removeprefix("data_go_th.")) for p in error.problems]
    return []


def pointers(dataset: Dataset) -> list[str]:
    """Where the checks see a problem."""
    return [pointer for pointer, _ in problems(dataset)]


def test_a_good_description_passes(dataset: Dataset) -> None:
    """Guards that the checks refuse nothing that is right."""
    assert problems(dataset) == []


@pytest.mark.parametrize(
    ("change", "pointer", "reason"),
    [
        ({"name": "a"}, "/name", "name"),
        ({"name": "a" * 71}, "/name", "name"),
        ({"name": "สถิติ"}, "/name", "name"),
        ({"name": "With-Capitals"}, "/name", "name"),
        ({"name": "search"}, "/name", "name"),
        ({"name": "new"}, "/name", "name"),
        ({"name": "edit"}, "/name", "name"),
        ({"name": "gprepare-x"}, "/name", "name"),
        ({"name": "gprocessing-x"}, "/name", "name"),
        ({"name": "garchive-x"}, "/name", "name"),
        ({"name": "ok\n"}, "/name", "name"),
        ({"title": "  "}, "/title", "missing"),
        ({"owner_org": ""}, "/owner_org", "missing"),
        ({"maintainer": ""}, "/maintainer", "missing"),
        ({"notes": ""}, "/notes", "missing"),
        ({"notes": "a\x00b"}, "/notes", "control_character"),
        ({"data_source": ""}, "/data_source", "missing"),
        ({"calculation_method": "a\x07"}, "/calculation_method", "control_character"),
        ({"table": DatasetResource(description="a\x07")}, "/table/description", "control_character"),
        ({"tags": ()}, "/tags", "missing"),
        ({"tags": ("ก",)}, "/tags/0", "tag"),
        ({"tags": ("ก" * 101,)}, "/tags/0", "tag"),
        ({"tags": ("การศึกษา", "a,b")}, "/tags/1", "tag"),
        ({"tags": ("การศึกษา", "การศึกษา")}, "/tags/1", "tag"),
        ({"tags": (" การศึกษา",)}, "/tags/0", "tag"),
        ({"objective": ()}, "/objective", "missing"),
        ({"objective": (Objective.LAW, Objective.LAW)}, "/objective/1", "choice_repeated"),
        ({"data_format": ()}, "/data_format", "missing"),
        ({"maintainer_email": "ติดต่อ@example.go.th"}, "/maintainer_email", "email"),
        ({"maintainer_email": "a@ตัวอย่าง.ไทย"}, "/maintainer_email", "email"),
        ({"maintainer_email": "a@b.go.th, c@d.go.th"}, "/maintainer_email", "email"),
        ({"maintainer_email": ""}, "/maintainer_email", "email"),
        ({"last_updated": date(2569, 1, 5)}, "/last_updated", "buddhist_date"),
        ({"created": date(2569, 1, 5)}, "/created", "buddhist_date"),
        ({"data_release_calendar": date(2569, 1, 5)}, "/data_release_calendar", "buddhist_date"),
        ({"data_release_date": date(2569, 1, 5)}, "/data_release_date", "buddhist_date"),
        ({"file": DatasetResource(last_updated=date(2569, 1, 5))}, "/file/last_updated", "buddhist_date"),
        ({"first_year_of_data": "66"}, "/first_year_of_data", "year"),
        ({"last_year_of_data": "๒๕๖๘"}, "/last_year_of_data", "year"),
        ({"table": DatasetResource(first_year_of_data="x")}, "/table/first_year_of_data", "year"),
        ({"first_year_of_data": "2569"}, "/last_year_of_data", "years_apart"),
        ({"first_year_of_data": "2020"}, "/last_year_of_data", "years_apart"),
        ({"other": (("objective", "ใช้ภายใน"),)}, "/other/objective", "other_text"),
        ({"other": (("colour", "x"),)}, "/other/colour", "other_text"),
        ({"other": (("a/b~", "x"),)}, "/other/a~1b~0", "other_text"),
        ({"licence": Licence.OTHER, "other": (("licence", " "),)}, "/other/licence", "other_text"),
        ({"licence": Licence.OTHER, "other": (("licence", "a\x00"),)}, "/other/licence", "other_text"),
        (
            {"licence": Licence.OTHER, "other": (("licence", "a"), ("licence", "b"))},
            "/other/licence",
            "other_text",
        ),
        (
            {"table": DatasetResource(disaggregate=(Disaggregation.OTHER,))},
            "/table/other/disaggregate",
            "other_text",
        ),
        (
            {"file": DatasetResource(other=(("equivalent_scale", "x"),))},
            "/file/other/equivalent_scale",
            "other_text",
        ),
        ({"url": "example.go.th/x"}, "/url", "url"),
        ({"reference_url": "ftp://example.go.th"}, "/reference_url", "url"),
        ({"reference_url": "https://a b"}, "/reference_url", "url"),
        ({**FRAME, "west_bound": Decimal("180.01")}, "/west_bound", "coordinate"),
        ({**FRAME, "north_bound": Decimal("90.5")}, "/north_bound", "coordinate"),
        ({**FRAME, "south_bound": Decimal("NaN")}, "/south_bound", "coordinate"),
        ({**FRAME, "east_bound": None}, "/east_bound", "bounds"),
        ({**FRAME, "south_bound": Decimal(21)}, "/south_bound", "bounds"),
        ({"data_category": DataCategory.PERSONAL}, "/data_category", "not_public"),
        ({"data_category": DataCategory.SECURITY}, "/data_category", "not_public"),
        ({"data_category": DataCategory.SECRET}, "/data_category", "not_public"),
        ({"data_category": DataCategory.INTERNAL}, "/data_category", "not_public"),
        ({"classification": Classification.CONFIDENTIAL}, "/classification", "class_mismatch"),
        ({"classification": Classification.WITHIN_ORGANISATION}, "/classification", "class_mismatch"),
    ],
)
def test_each_rule_names_its_item(
    dataset: Dataset, change: dict[str, Any], pointer: str, reason: str
) -> None:
    """Guards each rule, and that it points at its own item only."""
    assert problems(replace(dataset, **change)) == [(pointer, reason)]


@pytest.mark.parametrize(
    ("category", "allowed"),
    [
        (DataCategory.PUBLIC, {Classification.OPEN}),
        (DataCategory.INTERNAL, {Classification.WITHIN_ORGANISATION}),
        (
            DataCategory.PERSONAL,
            {Classification.WITHIN_ORGANISATION, Classification.CONFIDENTIAL, Classification.SECRET},
        ),
        (
            DataCategory.SECURITY,
            {Classification.CONFIDENTIAL, Classification.SECRET, Classification.TOP_SECRET},
        ),
        (
            DataCategory.SECRET,
            {Classification.CONFIDENTIAL, Classification.SECRET, Classification.TOP_SECRET},
        ),
    ],
)
def test_each_category_has_its_classes(
    dataset: Dataset, category: DataCategory, allowed: set[Classification]
) -> None:
    """Guards the pairs of category and class, which the catalogue itself never checks."""
    passed = {
        c
        for c in Classification
        if "/classification" not in pointers(replace(dataset, data_category=category, classification=c))
    }
    assert passed == allowed


OTHERS: dict[str, Any] = {
    "data_type": DataType.OTHER,
    "objective": (Objective.LAW, Objective.OTHER),
    "update_frequency_unit": FrequencyUnit.OTHER,
    "geo_coverage": GeoCoverage.OTHER,
    "data_format": (DataFormat.OTHER,),
    "licence": Licence.OTHER,
    "data_language": (DataLanguage.THAI, DataLanguage.OTHER),
    "data_support": "อื่นๆ",
    "data_collect": CollectionUnit.OTHER,
    "disaggregate": (Disaggregation.OTHER,),
    "unit_of_multiplier": Multiplier.OTHER,
    "equivalent_scale": Scale.OTHER,
}


def test_every_list_with_other_is_paired() -> None:
    """Guards that the next test leaves no list out."""
    assert {i.member for i in ITEMS if i.choices and not OTHER_LABELS.isdisjoint(i.choices)} == set(OTHERS)


@pytest.mark.parametrize("member", sorted(OTHERS))
def test_other_and_its_text_come_together(dataset: Dataset, member: str) -> None:
    """Guards both sides of the pair, in every field that has it."""
    chosen = replace(dataset, **{member: OTHERS[member]})
    text = ((member, "เฉพาะหน่วยงาน"),)
    assert problems(chosen) == [(f"/other/{member}", "other_text")]
    assert problems(replace(dataset, other=text)) == [(f"/other/{member}", "other_text")]
    assert problems(replace(chosen, other=text)) == []


def test_all_problems_come_at_once(dataset: Dataset) -> None:
    """Guards that a form filled wrongly is told whole."""
    assert pointers(replace(dataset, name="", title="", tags=())) == ["/name", "/title", "/tags"]


@pytest.mark.parametrize("name", ["ab", "a" * 70, "obec_2-x"])
def test_names_at_the_limits(dataset: Dataset, name: str) -> None:
    """Guards both ends of the name rule."""
    assert problems(replace(dataset, name=name)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"first_year_of_data": "", "last_year_of_data": ""},
        {"first_year_of_data": "2568"},
        {"first_year_of_data": "2566", "last_year_of_data": ""},
        {"first_year_of_data": "2020", "last_year_of_data": "2022"},
        {"classification": Classification.OPEN},
        {"tags": ("น้ำ", "water quality 2.5", "ผู้สูงอายุ_ไทย")},
        {"url": "https://www.example.go.th", "reference_url": "HTTP://example.go.th/a?b=c"},
        {"notes": "บรรทัดแรก\r\nบรรทัดสอง\tก"},
        FRAME,
        {**FRAME, "west_bound": Decimal(-180), "east_bound": Decimal(180), "south_bound": Decimal("20.46")},
    ],
)
def test_right_values_pass(dataset: Dataset, change: dict[str, Any]) -> None:
    """Guards that no rule is stricter than the standard."""
    assert problems(replace(dataset, **change)) == []


def test_every_problem_says_what_to_do_in_both_languages(dataset: Dataset) -> None:
    """Guards that the explanation of a refusal formats, with the classes a category may have."""
    wrong = replace(dataset, data_category=DataCategory.PERSONAL, classification=Classification.OPEN)
    with pytest.raises(RejectedError) as caught:
        check_dataset(wrong)
    assert "ชั้นเผยแพร่ภายในองค์กร, ลับ, ลับมาก" in caught.value.explain("en")
    assert "/data_category: ข้อมูลหมวดหมู่นี้ไม่สามารถเผยแพร่" in caught.value.explain("th")


@given(name=st.text(max_size=80))
def test_accepted_names_obey_the_rule(name: str) -> None:
    """Guards that no other text is taken for a name."""
    accepted = not pointers(replace(_plain_dataset(), name=name))
    is_slug = 2 <= len(name) <= 70 and set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")
    assert accepted <= is_slug


@given(first=st.integers(1000, 9999), last=st.integers(1000, 9999))
def test_accepted_years_are_in_order_and_of_one_era(first: int, last: int) -> None:
    """Guards that a Gregorian and a Buddhist year never stand side by side."""
    dataset = replace(_plain_dataset(), first_year_of_data=str(first), last_year_of_data=str(last))
    assert (pointers(dataset) == []) == (first <= last and (first < 2400) == (last < 2400))


def _plain_dataset() -> Dataset:
    return Dataset(
        name="x-1",
        data_type=DataType.STATISTICS,
        title="ก",
        owner_org="obec",
        maintainer="ก",
        maintainer_email="a@example.go.th",
        tags=("การศึกษา",),
        notes="ก",
        objective=(Objective.LAW,),
        update_frequency_unit=FrequencyUnit.YEAR,
        geo_coverage=GeoCoverage.COUNTRY,
        data_source="ก",
        data_format=(DataFormat.CSV,),
        data_category=DataCategory.PUBLIC,
        licence=Licence.CC_BY,
    )


# --- notes ----------------------------------------------------------------------------------------


def test_a_good_description_gives_no_notes(dataset: Dataset) -> None:
    """Guards that nobody is told of what is right."""
    assert notes_of(dataset) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_high_value": False}, "is_high_value is not shown for data of type STATISTICS"),
        ({"table": DatasetResource(created=date(2026, 1, 1))}, "table.created is not shown"),
        ({"file": DatasetResource(equivalent_scale=Scale.S4000)}, "file.equivalent_scale is not shown"),
        ({"first_year_of_data": "2020", "last_year_of_data": ""}, "first_year_of_data looks Gregorian"),
        ({"update_frequency_interval": "ทุกเดือน"}, "update_frequency_interval is no whole number"),
        ({"data_type": DataType.RECORD, "created": date(2026, 2, 1)}, "created is after last_updated"),
        (
            {"data_type": DataType.GEOGRAPHIC, **FRAME, "west_bound": Decimal(170)},
            "west_bound is east of east_bound",
        ),
    ],
)
def test_doubtful_values_are_noted_and_pass(dataset: Dataset, change: dict[str, Any], said: str) -> None:
    """Guards the line between what is wrong and what is probably not meant."""
    changed = replace(dataset, **change)
    assert problems(changed) == []
    assert sum(said in note for note in notes_of(changed)) == 1
