"""Publishing to catalogues whose schema is a fork's, or that tell no schema at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from govlink.errors import RejectedError
from govlink.models.dataset import (
    Dataset,
    DatasetResource,
    DataType,
    Disaggregation,
    GeographicLayer,
    Multiplier,
    Objective,
)
from govlink.models.publication import PublicationState
from govlink.models.release import Release
from govlink_data_go_th.simulated.schema import Variant, default_resource_schema, default_schema

from .publishing import FILE, NAME, RESOURCE, Stage, declared, plan, publish, publish_it, resource_of


def put_schema(stage: Stage, variant: Variant) -> None:
    """Give the catalogue a fork's schema."""
    stage.wire.catalogue.schema = default_schema(variant)
    stage.wire.catalogue.resource_schema = default_resource_schema(variant)


def full(dataset: Dataset) -> Dataset:
    """More items than are mandatory, with a text of อื่นๆ and words of its own for the table."""
    return replace(
        dataset,
        objective=(Objective.LAW, Objective.OTHER),
        other=(("objective", "แผนพัฒนาการประกันภัย"),),
        disaggregate=(Disaggregation.SEX, Disaggregation.AREA),
        unit_of_multiplier=Multiplier.ONE,
        is_official_statistics=True,
        accessible_condition="ไม่มี",
        table=DatasetResource(description="ตารางเดียว", disaggregate=(Disaggregation.SEX,)),
    )


@pytest.mark.parametrize("variant", list(Variant))
def test_every_fork_takes_the_same_description_once(
    stage: Stage, release: Release, dataset: Dataset, variant: Variant
) -> None:
    """Guards that a fork stores all of it, so that the second time there is nothing to write."""
    put_schema(stage, variant)
    result = publish(stage, release, full(dataset))
    assert result.state is PublicationState.PUBLIC
    assert not plan(stage, release, full(dataset))
    assert publish(stage, release, full(dataset)).writes == 0
    package = stage.wire.catalogue.find(NAME)
    contact = "contact_person" if variant is Variant.OIC else "maintainer"
    assert package[contact] == dataset.maintainer
    assert package.get("disclosure") == ("public" if variant is Variant.GOV else None)
    assert package.get("data_classification") == ("เปิดเผย" if variant is Variant.OPAL else None)
    assert ("แผนพัฒนาการประกันภัย" in package["objective"]) == (variant is Variant.OIC)
    assert package["official_statistics"] == "True"


def test_both_resources_are_described(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards what is stored of the table and of the file, where they agree and where they differ."""
    publish(stage, release, full(dataset))
    table, file = resource_of(stage, RESOURCE), resource_of(stage, FILE)
    for resource in (table, file):
        assert resource["resource_unit_of_measure"] == "คำขอ"
        assert resource["resource_first_year_of_data"] == "2566"
        assert resource["resource_last_updated_date"] == "2026-01-15"
        assert resource["resource_accessible_condition"] == "ไม่มี"
    assert (table["description"], table["resource_disaggregate"]) == ("ตารางเดียว", ["เพศ"])
    assert file["resource_disaggregate"] == ["เพศ", "ขอบเขตเชิงภูมิศาสตร์หรือเชิงพื้นที่"]


def test_a_change_of_the_description_is_one_write(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that an item given anew goes to the dataset and its resources together, and only once."""
    publish(stage, release, dataset)
    changed = replace(dataset, unit_of_measure="ราย", unit_of_multiplier=Multiplier.TEN)
    assert publish(stage, release, changed).writes == 1
    assert resource_of(stage, RESOURCE)["resource_unit_of_measure"] == "ราย"
    assert resource_of(stage, FILE)["resource_unit_of_multiplier"] == "สิบ"
    assert publish(stage, release, changed).writes == 0


def test_drift_and_notes_are_told(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that plan and result say how the schema differs, and what is doubtful."""
    put_schema(stage, Variant.OPAL)
    doubtful = replace(dataset, is_high_value=True)
    planned = plan(stage, release, doubtful)
    result = publish(stage, release, doubtful)
    for told in (planned, result):
        assert any("license_id lacks the choices" in line for line in told.drift)
        assert any(line.startswith("is_high_value is not shown") for line in told.notes)


def test_what_a_fork_demands_besides_stops_before_any_write(
    stage: Stage, release: Release, dataset: Dataset
) -> None:
    """Guards that a live schema's demand is told before anything is sent, and can be met by a setting."""
    put_schema(stage, Variant.OIC)
    owner = next(f for f in stage.wire.catalogue.schema if f["field_name"] == "data_owner")
    owner["required"] = True
    with pytest.raises(RejectedError) as caught:
        publish(stage, release, dataset)
    assert [(p.pointer, p.fault.code) for p in caught.value.problems] == [
        ("/data_owner", "data_go_th.field_wanted")
    ]
    assert stage.wire.writes() == []
    met = stage.with_settings(extra_fields={"data_owner": "สำนักทดสอบ"})
    assert publish(met, release, dataset).state is PublicationState.PUBLIC


def test_geo_information_is_stored_with_its_own_items(stage: Stage, dataset: Dataset) -> None:
    """Guards a type other than statistics and records, with numbers as exact texts."""
    publication = declared(stage, dataset)
    places = replace(
        dataset,
        data_type=DataType.GEOGRAPHIC,
        geographic_data_set=GeographicLayer.ADMINISTRATIVE_AREAS,
        west_bound=Decimal("97.30"),
        east_bound=Decimal("105.64"),
        north_bound=Decimal("20.46"),
        south_bound=Decimal("5.61"),
        unit_of_measure="",
        first_year_of_data="",
        last_year_of_data="",
    )
    publication = replace(publication, dataset=places)
    publish_it(stage, publication)
    package = stage.wire.catalogue.find(NAME)
    assert (package["west_bound_longitude"], package["south_bound_longitude"]) == ("97.30", "5.61")
    assert resource_of(stage, RESOURCE)["resource_geographic_data_set"] == "ชั้นข้อมูลขอบเขตการปกครอง"
    assert publish_it(stage, publication).writes == 0


def test_a_title_in_use_is_told_as_such(stage: Stage, release: Release, dataset: Dataset) -> None:
    """Guards that the one rule only the server knows comes back with the item's name."""
    publish(stage, release, dataset)
    with pytest.raises(RejectedError) as caught:
        publish(stage, release, replace(dataset, name="obec-equivalence-2"))
    assert [(p.pointer, p.fault.code) for p in caught.value.problems] == [
        ("/title", "data_go_th.title_taken")
    ]
