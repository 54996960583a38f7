"""The live schema wins: what a catalogue lacks, demands or names otherwise."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from govlink.errors import RejectedError
from govlink.models.dataset import Classification, DataCategory, Dataset, DataType, Licence, Objective
from govlink_data_go_th.fitting import classification_of
from govlink_data_go_th.metadata import Wanted, wanted_of
from govlink_data_go_th.parse import Schema, parse_schema
from govlink_data_go_th.preflight import check_against, drift_of
from govlink_data_go_th.settings import DataGoThSettings
from govlink_data_go_th.simulated.schema import Variant, choices_of, default_resource_schema, default_schema

SETTINGS = DataGoThSettings.model_validate({"sandbox_url": "http://localhost", "access_token": "t"})
THAI_SCHEMA = Path(__file__).parents[3] / "tests" / "ckan" / "thai_schema.py"
GDC_LICENCES = (
    "Creative Commons Non-Commercial (Any)",
    "GNU Free Documentation License",
    "License not specified",
)
GOV_FIELDS = ("distribution_type", "effective_date", "end_of_use_date", "metadata_number")
Fields = list[dict[str, object]]


def live(
    variant: Variant = Variant.GDC,
    change: Callable[[Fields], object] = lambda _: None,
    change_resource: Callable[[Fields], object] = lambda _: None,
) -> Schema:
    """A catalogue's schema as it answers it, changed."""
    fields, resource_fields = default_schema(variant), default_resource_schema(variant)
    change(fields)
    change_resource(resource_fields)
    answer = {"dataset_fields": fields, "resource_fields": resource_fields}
    return parse_schema(answer, operation="x")


def field(fields: Fields, name: str) -> dict[str, object]:
    """The field of that name."""
    return next(f for f in fields if f["field_name"] == name)


def fit(dataset: Dataset, schema: Schema, **settings: Any) -> Wanted:
    """What would be sent to such a catalogue."""
    return wanted_of(dataset, report=None, settings=SETTINGS.model_copy(update=settings), schema=schema)


def problems(dataset: Dataset, schema: Schema, **settings: Any) -> list[tuple[str, str]]:
    """What is wrong with it there."""
    try:
        check_against(fit(dataset, schema, **settings), schema)
    except RejectedError as error:
        return [(p.pointer, p.fault.code.removeprefix("data_go_th.")) for p in error.problems]
    return []


@pytest.mark.parametrize("variant", [Variant.GDC, Variant.OPAL, Variant.GOV, Variant.OIC])
def test_one_description_suits_every_known_fork(dataset: Dataset, variant: Variant) -> None:
    """Guards that the forks' differences cost the caller nothing; a resource's URL is the catalogue's."""
    assert problems(dataset, live(variant)) == []


def test_the_governance_extension_gets_its_code(dataset: Dataset) -> None:
    """Guards the mandatory class in codes, and the label where a catalogue offers labels."""
    assert fit(dataset, live(Variant.GOV)).fields["disclosure"] == "public"

    def offered(*values: str) -> Schema:
        def change(fields: Fields) -> None:
            field(fields, "disclosure")["choices"] = [{"value": value, "label": value} for value in values]

        return live(Variant.GOV, change)

    assert fit(dataset, offered("เปิดเผย")).fields["disclosure"] == "เปิดเผย"
    assert fit(dataset, offered("เปิดเผย", "public")).fields["disclosure"] == "public"


def test_the_class_goes_only_where_there_is_a_field_for_it(dataset: Dataset) -> None:
    """Guards that public data are told open in the forks, and nothing is told to those without the field."""
    assert fit(dataset, live(Variant.OPAL)).fields["data_classification"] == "เปิดเผย"
    told = replace(dataset, classification=Classification.OPEN)
    assert not {"data_classification", "disclosure"} & fit(told, live()).fields.keys()
    assert problems(told, live()) == []


def test_no_class_is_guessed_for_data_that_are_not_public(dataset: Dataset) -> None:
    """Guards that only public data are open without being said so."""
    assert classification_of(replace(dataset, data_category=DataCategory.PERSONAL)) is None


def test_a_contact_by_another_name(dataset: Dataset) -> None:
    """Guards the renamed contact fields, and that the old names are not sent there."""
    fields = fit(dataset, live(Variant.OIC)).fields
    assert fields["contact_person"] == dataset.maintainer
    assert fields["contact_email"] == dataset.maintainer_email
    assert not {"maintainer", "maintainer_email"} & fields.keys()
    assert "contact_person" not in fit(dataset, live()).fields


def test_a_text_that_is_a_choice_there(dataset: Dataset) -> None:
    """Guards that a catalogue's own choices are reached by the text of อื่นๆ, in lists and alone."""
    own = replace(
        dataset,
        data_type=DataType.OTHER,
        objective=(Objective.LAW, Objective.OTHER),
        other=(("data_type", "ข้อมูลอ้างอิง"), ("objective", "แผนพัฒนาการประกันภัย")),
    )
    fields = fit(own, live(Variant.OIC)).fields
    assert (fields["data_type"], fields["data_type_other"]) == ("ข้อมูลอ้างอิง", "")
    assert (fields["objective"], fields["objective_other"]) == (["กฎหมายที่เกี่ยวข้อง", "แผนพัฒนาการประกันภัย"], "")
    elsewhere = fit(own, live()).fields
    assert (elsewhere["data_type"], elsewhere["data_type_other"]) == ("ข้อมูลประเภทอื่นๆ", "ข้อมูลอ้างอิง")


def test_an_empty_choice_takes_no_text_s_place(dataset: Dataset) -> None:
    """Guards that a list which offers nothing as a choice wipes out no real one."""

    def blank(fields: Fields) -> None:
        listed = field(fields, "geo_coverage")["choices"]
        assert isinstance(listed, list)
        listed.insert(0, {"value": "", "label": ""})

    assert fit(dataset, live(change=blank)).fields["geo_coverage"] == "จังหวัด"


def test_a_choice_the_catalogue_does_not_offer(dataset: Dataset) -> None:
    """Guards that the live choices decide, and are told."""
    licensed = replace(dataset, licence=Licence.GNU_FDL)
    assert problems(licensed, live()) == []
    assert problems(licensed, live(Variant.OPAL)) == [("/licence", "choice_unknown")]
    assert problems(replace(dataset, licence=Licence.CC_BY_NC), live()) == [("/licence", "choice_unknown")]
    with pytest.raises(RejectedError) as caught:
        check_against(fit(licensed, live(Variant.OPAL)), live(Variant.OPAL))
    assert "Open Data Common" in caught.value.explain("en")


def test_a_field_the_catalogue_lacks(dataset: Dataset) -> None:
    """Guards that what would be dropped without a word is refused, and an empty field is not missed."""

    def without(fields: Fields) -> None:
        fields[:] = [f for f in fields if f["field_name"] != "unit_of_measure"]

    assert problems(dataset, live(change=without)) == [("/unit_of_measure", "field_unknown")]
    assert problems(replace(dataset, unit_of_measure=""), live(change=without)) == []


def test_fields_the_catalogue_demands_besides(dataset: Dataset) -> None:
    """Guards that each is told, and that the setting fills it in dataset and resources."""

    def demand(fields: Fields) -> None:
        fields.append({"field_name": "data_owner", "label": "", "required": True})

    def demand_cdp(fields: Fields) -> None:
        field(fields, "resource_cdp")["required"] = True

    schema = live(Variant.OPAL, demand, demand_cdp)
    assert problems(dataset, schema) == [
        ("/data_owner", "field_wanted"),
        ("/table/resource_cdp", "field_wanted"),
        ("/file/resource_cdp", "field_wanted"),
    ]
    extra = {"data_owner": "สำนัก", "resource_cdp": "ไม่ใช่"}
    assert problems(dataset, schema, extra_fields=extra) == []
    assert fit(dataset, schema, extra_fields=extra).table["resource_cdp"] == "ไม่ใช่"
    assert problems(dataset, schema, extra_fields={**extra, "resource_cdp": "ใช่"}) == [
        ("/table/resource_cdp", "choice_unknown"),
        ("/file/resource_cdp", "choice_unknown"),
    ]


def test_resource_fields_that_would_be_strays_are_left_out(dataset: Dataset) -> None:
    """Guards that a catalogue without a resource field gets no key of that name."""

    def without(fields: Fields) -> None:
        gone = {"resource_unit_of_measure", "description"}
        fields[:] = [f for f in fields if f["field_name"] not in gone]

    assert "resource_unit_of_measure" in fit(dataset, live()).table
    assert "resource_unit_of_measure" not in fit(dataset, live(change_resource=without)).table
    assert "description" in fit(dataset, live(change_resource=without)).table  # a field of core


# --- drift ----------------------------------------------------------------------------------------


def test_the_public_release_is_no_drift() -> None:
    """Guards that a catalogue of that release gives no lines."""
    assert drift_of(live()) == ()


@pytest.mark.parametrize(
    ("variant", "lines"),
    [
        (
            Variant.OPAL,
            (
                f"field license_id lacks the choices: {', '.join(GDC_LICENCES)}",
                "resource fields that are not known here: resource_cdp",
            ),
        ),
        (
            Variant.GOV,
            (f"fields that are not known here: {', '.join(GOV_FIELDS)}",),
        ),
        (
            Variant.OIC,
            (
                "fields that are not known here: data_owner",
                "field data_type offers further choices: ข้อมูลหลัก, ข้อมูลอ้างอิง",
                "field objective offers further choices: แผนพัฒนาการประกันภัย",
            ),
        ),
    ],
)
def test_the_drift_of_the_known_forks(variant: Variant, lines: tuple[str, ...]) -> None:
    """Guards that what is filled under another name is no drift, and all else is told."""
    assert drift_of(live(variant)) == lines


def test_each_kind_of_drift_is_told() -> None:
    """Guards fields gone, flags changed, lists gone, in dataset and resources."""

    def change(fields: Fields) -> None:
        fields[:] = [f for f in fields if f["field_name"] != "standard"]
        field(fields, "notes")["required"] = False
        field(fields, "unit_of_measure")["required"] = True
        del field(fields, "geo_coverage")["choices"]

    def change_resource(fields: Fields) -> None:
        field(fields, "resource_disaggregate")["required"] = True

    assert drift_of(live(change=change, change_resource=change_resource)) == (
        "fields that are lacking there: standard",
        "field notes is not mandatory there",
        "field geo_coverage takes any text there and has no list of choices",
        "field unit_of_measure is mandatory there",
        "resource field resource_disaggregate is mandatory there",
    )


# --- the simulator's schema against an independent one --------------------------------------------


def written_out() -> ModuleType:
    """The schema as it was written out for a real CKAN, not taken from the SDK."""
    spec = importlib.util.spec_from_file_location("thai_schema", THAI_SCHEMA)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["dataset_fields", "resource_fields"])
def test_the_simulated_schema_is_the_one_real_servers_are_given(part: str) -> None:
    """Guards names, flags and choices against a second writing of them."""
    theirs = {f["field_name"]: f for f in written_out().schema()[part]}
    fields = default_schema() if part == "dataset_fields" else default_resource_schema()
    ours = {str(f["field_name"]): f for f in fields}
    assert ours.keys() == theirs.keys()
    assert {n: choices_of(f) for n, f in ours.items()} == {n: choices_of(f) for n, f in theirs.items()}
    by_core = {"name"}  # core demands it without a flag
    required = {n for n, f in theirs.items() if f.get("required")} - by_core
    assert {n for n, f in ours.items() if f.get("required")} - by_core == required


def test_the_real_schema_is_no_drift(dataset: Dataset) -> None:
    """Guards that the lists of the SDK agree with that second writing."""
    schema = parse_schema(written_out().schema(), operation="x")
    assert drift_of(schema) == ()
    assert problems(dataset, schema) == []
