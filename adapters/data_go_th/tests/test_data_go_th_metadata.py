"""A dataset in the catalogue's own fields, and its two resources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from govlink.models.dataset import (
    CollectionUnit,
    DataLanguage,
    Dataset,
    DatasetResource,
    DataSupport,
    DataType,
    Disaggregation,
    GeographicLayer,
    Licence,
    Multiplier,
    Scale,
)
from govlink.models.dataset_items import ITEMS
from govlink.models.release import ProtectionReport
from govlink.models.rules import PublicRules
from govlink_data_go_th.metadata import Wanted, plain, resource_differences, wanted_of, wire_name
from govlink_data_go_th.settings import DataGoThSettings

SETTINGS = DataGoThSettings.model_validate({"sandbox_url": "http://localhost", "access_token": "t"})
REPORT = ProtectionReport(
    policy_id="p-1",
    policy_version="2",
    method="suppression",
    rules=PublicRules(threshold=10),
    cells_published=3,
    cells_suppressed=1,
    suppressed_share=0.25,
    audit_verdict="passed",
    audited_cells=4,
    table_sha256_hex="0" * 64,
)


def wanted(dataset: Dataset, **settings: Any) -> Wanted:
    """What is to be stored of it, without a look at a live schema."""
    return wanted_of(dataset, report=None, settings=SETTINGS.model_copy(update=settings))


def test_a_choice_a_date_a_flag_and_a_number_on_the_wire(dataset: Dataset) -> None:
    """Guards the form of every kind of value, and the names that differ."""
    full = replace(
        dataset,
        created=date(2025, 2, 3),
        is_high_value=True,
        is_official_statistics=False,
        data_language=(DataLanguage.THAI, DataLanguage.ENGLISH),
        data_support=DataSupport.STATE,
        unit_of_multiplier=Multiplier.THOUSAND,
        west_bound=Decimal("97.30"),
        reference_url=" https://example.go.th ",
    )
    filled = wanted(full).filled()
    assert filled["created_date"] == "2025-02-03"
    assert (filled["high_value_dataset"], filled["official_statistics"]) == ("True", "False")
    assert filled["data_language"] == ["ไทย", "อังกฤษ"]
    assert (filled["data_support"], filled["unit_of_multiplier"]) == ("หน่วยงานของรัฐ", "พัน")
    assert filled["west_bound_longitude"] == "97.30"
    assert filled["reference_url_catalog"] == "https://example.go.th"
    assert filled["license_id"] == "Creative Commons Attributions"
    assert filled["tags"] == [{"name": "เทียบวุฒิ"}, {"name": "การศึกษา"}]


def test_every_item_has_its_field(dataset: Dataset) -> None:
    """Guards that no item is left out; the class is fitted to a live schema, name and owner go besides."""
    members = {item.member for item in ITEMS} - {"name", "owner_org", "classification"}
    assert {wire_name(member) for member in members} <= wanted(dataset).fields.keys()
    assert not {"private", "allow_harvest", "resources", "name", "owner_org"} & wanted(dataset).fields.keys()


def test_other_texts_have_fields_of_their_own(dataset: Dataset) -> None:
    """Guards that the text of อื่นๆ is sent, and emptied when another choice is made."""
    chosen = replace(dataset, licence=Licence.OTHER, other=(("licence", " สัญญาเฉพาะ "),))
    assert wanted(chosen).fields["license_id_other"] == "สัญญาเฉพาะ"
    assert wanted(dataset).fields["license_id_other"] == ""


def test_only_statistics_tell_of_their_protection(dataset: Dataset) -> None:
    """Guards that the notes end with the report where there is one, and stand alone where there is none."""
    protected = str(wanted_of(dataset, report=REPORT, settings=SETTINGS).fields["notes"])
    assert protected.startswith(dataset.notes)
    assert "25.0%" in protected
    assert "policy p-1, version 2" in protected
    assert wanted(dataset).fields["notes"] == dataset.notes


def test_extra_fields_fill_only_what_is_empty(dataset: Dataset) -> None:
    """Guards that a setting neither replaces a described item nor is lost to an empty one."""
    extra = {"data_category": "ข้อมูลส่วนบุคคล", "data_language": ("ไทย",), "data_owner": "สำนัก"}
    fields = wanted(dataset, extra_fields=extra).fields
    assert fields["data_category"] == "ข้อมูลสาธารณะ"
    assert (fields["data_language"], fields["data_owner"]) == (["ไทย"], "สำนัก")


def test_resources_take_from_the_dataset_what_their_type_shows(dataset: Dataset) -> None:
    """Guards the defaults of both resources."""
    rich = replace(
        dataset,
        created=date(2025, 2, 3),
        disaggregate=(Disaggregation.SEX, Disaggregation.OTHER),
        other=(("disaggregate", "ชั้นปี"),),
        accessible_condition="ไม่มี",
    )
    expected = {
        "format": "CSV",
        "resource_accessible_condition": "ไม่มี",
        "resource_last_updated_date": "2026-01-15",
        "resource_first_year_of_data": "2566",
        "resource_last_year_of_data": "2568",
        "resource_disaggregate": ["เพศ", "อื่นๆ"],
        "resource_disaggregate_other": "ชั้นปี",
        "resource_unit_of_measure": "คำขอ",
    }
    found = wanted(rich)
    for resource in (found.table, found.file):
        assert {k: v for k, v in resource.items() if k not in {"name", "description"}} == expected
    assert (found.table["name"], found.file["name"]) == (dataset.title, f"{dataset.title} (CSV)")
    assert found.table["description"] != found.file["description"]


def test_a_resource_may_say_otherwise(dataset: Dataset) -> None:
    """Guards that what is said of one resource wins there and there only, its text of อื่นๆ with it."""
    told = replace(
        dataset,
        disaggregate=(Disaggregation.SEX,),
        table=DatasetResource(
            name="ตาราง",
            description="ก",
            disaggregate=(Disaggregation.OTHER,),
            other=(("disaggregate", "ชั้นปี"),),
            last_updated=date(2026, 3, 1),
            is_official_statistics=False,
        ),
    )
    found = wanted(told)
    assert found.table["resource_disaggregate"] == ["อื่นๆ"]
    assert found.table["resource_disaggregate_other"] == "ชั้นปี"
    assert found.table["resource_last_updated_date"] == "2026-03-01"
    assert found.table["resource_official_statistics"] == "False"
    assert (found.table["name"], found.table["description"]) == ("ตาราง", "ก")
    assert found.file["resource_disaggregate"] == ["เพศ"]
    assert "resource_disaggregate_other" not in found.file
    assert found.file["resource_last_updated_date"] == "2026-01-15"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (DataType.RECORD, {"created_date", "data_collect"}),
        (
            DataType.GEOGRAPHIC,
            {"created_date", "geographic_data_set", "equivalent_scale", "positional_accuracy"},
        ),
    ],
)
def test_other_types_have_other_resource_fields(dataset: Dataset, kind: DataType, names: set[str]) -> None:
    """Guards which items go down to the resources of records and of geo-information."""
    full = replace(
        dataset,
        data_type=kind,
        created=date(2025, 2, 3),
        data_collect=CollectionUnit.PERSON,
        geographic_data_set=GeographicLayer.FORESTS,
        equivalent_scale=Scale.S4000,
        positional_accuracy="5 m",
        last_updated=None,
    )
    resource = wanted(full).table
    assert resource.keys() - {"name", "description", "format"} == {f"resource_{name}" for name in names}


def test_differences_see_values_and_not_their_order(dataset: Dataset) -> None:
    """Guards that a list in the schema's order, or an absent empty field, is no difference."""
    fields = wanted(dataset)
    stored = {
        **fields.filled(),
        "objective": ["พันธกิจหน่วยงาน", "เพื่อการให้บริการประชาชน"],
        "tags": [{"name": "การศึกษา", "state": "active"}, {"name": "เทียบวุฒิ", "state": "active"}],
        "data_language": [],
    }
    assert resource_differences(fields.fields, stored) == {}
    assert resource_differences(fields.fields, {**stored, "notes": "x"}).keys() == {"notes"}
    assert resource_differences({}, stored) == {}


def test_empty_values_are_alike() -> None:
    """Guards that however a catalogue tells nothing, it is nothing."""
    assert plain(None) == plain([]) == plain("") == ""
    assert plain(["y", "x"]) == plain([{"name": "x"}, {"name": "y"}])
