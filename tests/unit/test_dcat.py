"""Published datasets as linked data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlink.dcat import CONTEXT, Published, dataset_jsonld
from govlink.models.code_lists import (
    DataCategory,
    DataFormat,
    DataLanguage,
    DataType,
    FrequencyUnit,
    GeoCoverage,
    Licence,
    Multiplier,
    Objective,
)
from govlink.models.dataset import Dataset, DatasetResource
from govlink.models.publication import Declaration, PublicationResult, PublicationState
from govlink.models.release import ProtectionReport
from govlink.models.rules import PublicRules
from govlink.models.table import CsvFile

EU = "http://publications.europa.eu/resource/authority"
PAGE = "https://catalogue.example/ckan/dataset/schools"
DATASET = Dataset(
    name="schools",
    data_type=DataType.STATISTICS,
    title="จำนวนโรงเรียน",
    owner_org="obec",
    maintainer="กลุ่มสารสนเทศ",
    maintainer_email="info@example.go.th",
    tags=("โรงเรียน", "OBEC"),
    notes="จำนวนโรงเรียนรายจังหวัด",
    objective=(Objective.LAW, Objective.OTHER),
    other=(("objective", "แผนแม่บทของหน่วยงาน"),),
    update_frequency_unit=FrequencyUnit.YEAR,
    update_frequency_interval="1",
    geo_coverage=GeoCoverage.COUNTRY,
    data_source="ทะเบียนโรงเรียน",
    data_format=(DataFormat.CSV,),
    data_category=DataCategory.PUBLIC,
    licence=Licence.CC_BY,
    data_language=(DataLanguage.THAI, DataLanguage.OTHER),
    first_year_of_data="2566",
    last_year_of_data="2568",
    last_updated=date(2026, 1, 15),
    is_official_statistics=False,
    unit_of_multiplier=Multiplier.ONE,
)
RESULT = PublicationResult(
    dataset="schools",
    dataset_id="6d6c7ef0-0000-4000-8000-000000000001",
    resource_id="t-1",
    file_resource_id="f-1",
    state=PublicationState.PUBLIC,
    rows=77,
    writes=4,
)
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
PUBLISHED = Published(
    dataset=DATASET,
    result=RESULT,
    site_url="https://catalogue.example/ckan/",
    publisher_th="สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
    publisher_en="Office of the Basic Education Commission",
    title_en="Number of schools",
    file=CsvFile(path=Path("schools.csv"), size_bytes=1234, sha256_hex="ab" * 32),
    report=REPORT,
)


def graph_of(published: Published = PUBLISHED, **changes: Any) -> dict[str, Any]:
    """The nodes by their names; ``changes`` are of the dataset."""
    document: Any = dataset_jsonld(replace(published, dataset=replace(published.dataset, **changes)))
    return {node["@id"]: node for node in document["@graph"]}


def described(**changes: Any) -> dict[str, Any]:
    """The node of the dataset."""
    found: dict[str, Any] = graph_of(**changes)[PAGE]
    return found


# --- form -----------------------------------------------------------------------------------------


def objects_in(value: object) -> Iterator[dict[str, object]]:
    """Every JSON object of a document, outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)


def is_declared(term: str) -> bool:
    """Whether a compact name has a prefix of the context."""
    prefix, colon, local = term.partition(":")
    return bool(colon) and prefix in CONTEXT and re.fullmatch("[A-Za-z][A-Za-z0-9_]*", local) is not None


def check_form(document: dict[str, Any]) -> None:
    """Assert what makes it JSON-LD that any processor expands to the same graph."""
    assert set(document) == {"@context", "@graph"}
    assert document["@context"] == dict(CONTEXT)
    own = [node["@id"] for node in document["@graph"]]
    assert len(own) == len(set(own))
    for found in objects_in(document["@graph"]):
        for key, value in found.items():
            assert key.startswith("@") or is_declared(key)
            assert value not in (None, [], {})
        if "@id" in found:
            assert re.fullmatch(r"[a-z][a-z0-9+.-]*:[!-~]+", str(found["@id"]))
            assert str(found["@id"]).partition(":")[0] not in CONTEXT
        if "@value" in found:
            assert found.keys() - {"@value"} in (set(), {"@language"}, {"@type"})
        if "@type" in found:
            assert is_declared(str(found["@type"]))
    ours = {i for i in own if not i.startswith("urn:")}
    links = {str(o["@id"]) for o in objects_in(document["@graph"]) if str(o.get("@id", "")).startswith(PAGE)}
    assert {link for link in links if "/resource/" in link or "#" in link} - ours <= {
        link for link in links if "/download/" in link
    }
    used = {key for o in objects_in(document["@graph"]) for key in o if key.startswith("thgov:")}
    assert {CONTEXT["thgov"] + key.partition(":")[2] for key in used} == set(own) - ours


def test_the_document_has_the_form_of_json_ld() -> None:
    """Guards prefixes, absolute names, values and links, and that it is JSON."""
    document = dataset_jsonld(PUBLISHED)
    check_form(document)
    assert json.loads(json.dumps(document)) == document


def test_the_same_input_gives_the_same_bytes() -> None:
    """Guards that neither order nor tags' order depends on anything but the input."""
    again = replace(PUBLISHED, dataset=replace(DATASET, tags=("OBEC", "โรงเรียน")))
    assert json.dumps(dataset_jsonld(PUBLISHED)) == json.dumps(dataset_jsonld(again))


ids = st.uuids().map(str)
resources = st.builds(DatasetResource, other=st.just(()))
datasets = st.builds(
    Dataset,
    name=st.just("schools"),
    maintainer_email=st.text(max_size=8).map("{}@example.go.th".format),
    tags=st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3).map(tuple),
    other=st.lists(st.tuples(st.sampled_from(["objective", "licence", "no such"]), st.text())).map(tuple),
    west_bound=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    east_bound=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    north_bound=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    south_bound=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    url=st.just("")
    | st.text(alphabet='aก /%?#\n"<>{}|\\^`', max_size=12).map("https://example.go.th/{}".format),
    table=resources,
    file=resources,
)
results = st.builds(
    PublicationResult, dataset=st.just("schools"), resource_id=ids, file_resource_id=st.none() | ids
)


@settings(max_examples=60)
@given(dataset=datasets, result=results)
def test_any_dataset_keeps_the_form(dataset: Dataset, result: PublicationResult) -> None:
    """Guards that no text, choice or missing item breaks the document."""
    document = dataset_jsonld(replace(PUBLISHED, dataset=dataset, result=result, file=None))
    check_form(document)
    assert json.dumps(document)


# --- what it says ---------------------------------------------------------------------------------


def test_titles_keywords_and_dates() -> None:
    """Guards the plain properties, in both languages where both are given."""
    found = described()
    assert found["@type"] == "dcat:Dataset"
    assert found["dct:identifier"] == RESULT.dataset_id
    assert found["dct:title"] == [
        {"@value": "จำนวนโรงเรียน", "@language": "th"},
        {"@value": "Number of schools", "@language": "en"},
    ]
    assert found["dct:description"] == [{"@value": DATASET.notes, "@language": "th"}]
    assert found["dcat:keyword"] == [{"@value": "OBEC"}, {"@value": "โรงเรียน", "@language": "th"}]
    assert found["dct:modified"] == {"@value": "2026-01-15", "@type": "xsd:date"}
    assert found["dct:accessRights"] == {"@id": f"{EU}/access-right/PUBLIC"}
    assert found["dcat:landingPage"] == {"@id": PAGE}
    assert "dcat:theme" not in found


def test_only_a_public_dataset_is_told_public() -> None:
    """Guards that a dataset which waits is not called open."""
    waiting = replace(PUBLISHED, result=replace(RESULT, state=PublicationState.WAITING_FOR_APPROVAL))
    assert "dct:accessRights" not in graph_of(waiting)[PAGE]


def test_publisher_and_contact_are_organisations() -> None:
    """Guards that no person is named: the contact is an organisation's card."""
    graph = graph_of()
    publisher = graph[described()["dct:publisher"]["@id"]]
    assert publisher["@type"] == "foaf:Agent"
    assert [name["@language"] for name in publisher["foaf:name"]] == ["th", "en"]
    contact = graph[described()["dcat:contactPoint"]["@id"]]
    assert contact["@type"] == "vcard:Organization"
    assert contact["vcard:hasEmail"] == {"@id": "mailto:info@example.go.th"}
    unnamed = graph_of(replace(PUBLISHED, publisher_th=""))
    assert unnamed[publisher["@id"]]["foaf:name"] == "obec"


@pytest.mark.parametrize(
    ("unit", "interval", "code"),
    [
        (FrequencyUnit.YEAR, "1", "ANNUAL"),
        (FrequencyUnit.YEAR, "", "ANNUAL"),
        (FrequencyUnit.YEAR, "2", "BIENNIAL"),
        (FrequencyUnit.YEAR, "7", None),
        (FrequencyUnit.YEAR, "ทุกปี", None),
        (FrequencyUnit.YEAR, "9" * 9000, None),
        (FrequencyUnit.HALF_YEAR, "1", "ANNUAL_2"),
        (FrequencyUnit.QUARTER, "1", "QUARTERLY"),
        (FrequencyUnit.MONTH, "1", "MONTHLY"),
        (FrequencyUnit.MONTH, "3", "QUARTERLY"),
        (FrequencyUnit.WEEK, "2", "BIWEEKLY"),
        (FrequencyUnit.DAY, "1", "DAILY"),
        (FrequencyUnit.WORKING_DAY, "1", None),
        (FrequencyUnit.HOUR, "1", "HOURLY"),
        (FrequencyUnit.MINUTE, "15", "15MIN"),
        (FrequencyUnit.REAL_TIME, "0", "UPDATE_CONT"),
        (FrequencyUnit.NEVER, "-", "NEVER"),
        (FrequencyUnit.UNKNOWN, "", "UNKNOWN"),
        (FrequencyUnit.OTHER, "", "OTHER"),
    ],
)
def test_the_frequency(unit: FrequencyUnit, interval: str, code: str | None) -> None:
    """Guards that a term is given only where it plainly means the same."""
    found = described(update_frequency_unit=unit, update_frequency_interval=interval)
    expected = None if code is None else {"@id": f"{EU}/frequency/{code}"}
    assert found.get("dct:accrualPeriodicity") == expected


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2566", "2568", ("2023", "2025")),
        ("2566", "", ("2023", None)),
        ("", "2568", (None, "2025")),
        ("2020", "2022", ("2020", "2022")),
        ("66", "2568", (None, "2025")),
        ("", "", None),
        ("0000", "๒๕๖๘", None),
    ],
)
def test_years_of_the_buddhist_era_become_gregorian(
    first: str, last: str, period: tuple[str | None, str | None] | None
) -> None:
    """Guards the years and the era they are told in."""
    dataset = described(first_year_of_data=first, last_year_of_data=last)
    assert ("dct:temporal" in dataset) == (period is not None)
    if period is not None:
        found = dataset["dct:temporal"]
        assert found["@type"] == "dct:PeriodOfTime"
        ends = [found.get(name, {}).get("@value") for name in ("dcat:startDate", "dcat:endDate")]
        assert ends == list(period)


def test_places() -> None:
    """Guards that only the country is a place, and that a frame is told as one."""
    assert described()["dct:spatial"] == [{"@id": f"{EU}/country/THA"}]
    assert "dct:spatial" not in described(geo_coverage=GeoCoverage.PROVINCE)
    frame = {"west_bound": Decimal("97.3"), "east_bound": Decimal("105.64")}
    frame |= {"south_bound": Decimal("5.61"), "north_bound": Decimal("20.46")}
    box = described(geo_coverage=GeoCoverage.PROVINCE, **frame)["dct:spatial"][0]["dcat:bbox"]
    assert box["@value"] == "POLYGON((97.3 5.61, 105.64 5.61, 105.64 20.46, 97.3 20.46, 97.3 5.61))"
    assert "dct:spatial" not in described(geo_coverage=GeoCoverage.NONE, west_bound=Decimal(97))


def test_languages_and_licence() -> None:
    """Guards that a language without a term is left out, and that no licence's version is invented."""
    assert described()["dct:language"] == [{"@id": f"{EU}/language/THA"}]
    licence = graph_of()[described()["dct:license"]["@id"]]
    assert licence["rdfs:label"] == "Creative Commons Attributions"
    assert licence["dct:type"] == [{"@id": "http://purl.org/adms/licencetype/Attribution"}]
    other = graph_of(licence=Licence.OTHER, other=(("licence", "สัญญาเฉพาะ"),))[licence["@id"]]
    assert (other["rdfs:label"], "dct:type" in other) == ("สัญญาเฉพาะ", False)


def test_the_table_has_a_service_and_the_file_a_checksum() -> None:
    """Guards both distributions: where they are had, in which form, how large."""
    graph = graph_of()
    table, file = (graph[link["@id"]] for link in described()["dcat:distribution"])
    assert table["dcat:downloadURL"] == {"@id": "https://catalogue.example/ckan/datastore/dump/t-1"}
    service = graph[table["dcat:accessService"]["@id"]]
    assert service["dcat:endpointURL"] == {
        "@id": "https://catalogue.example/ckan/api/3/action/datastore_search"
    }
    assert service["dcat:servesDataset"] == {"@id": PAGE}
    assert file["dcat:accessURL"] == {"@id": f"{PAGE}/resource/f-1"}
    assert file["dcat:downloadURL"] == {"@id": f"{PAGE}/resource/f-1/download/schools.csv"}
    assert file["dcat:byteSize"] == {"@value": "1234", "@type": "xsd:nonNegativeInteger"}
    assert file["spdx:checksum"]["spdx:checksumValue"] == {"@value": "ab" * 32, "@type": "xsd:hexBinary"}
    for node in (table, file):
        assert node["dct:format"] == {"@id": f"{EU}/file-type/CSV"}
        assert node["dct:license"] == described()["dct:license"]
    alone = graph_of(replace(PUBLISHED, result=replace(RESULT, file_resource_id=None)))
    assert len(alone[PAGE]["dcat:distribution"]) == 1


def test_a_resource_tells_what_differs() -> None:
    """Guards that name, description and date of a resource stand at its distribution."""
    own = DatasetResource(name="ตาราง", description="รายเดือน", last_updated=date(2026, 2, 1))
    table = graph_of(table=own)[f"{PAGE}/resource/t-1"]
    assert table["dct:title"][0]["@value"] == "ตาราง"
    assert table["dct:description"][0]["@value"] == "รายเดือน"
    assert table["dct:modified"]["@value"] == "2026-02-01"


def test_provenance_tells_of_protection_or_of_the_decision() -> None:
    """Guards that the statement stands in both languages, from whichever of the two there is."""
    protection = described()["dct:provenance"]["rdfs:label"]
    assert "policy p-1, version 2" in protection[1]["@value"]
    decided = Declaration(decided_by="สำนักนโยบาย", reference="ศธ 04001/1", decided_on=date(2026, 1, 5))
    opened = graph_of(replace(PUBLISHED, report=None, declaration=decided))[PAGE]["dct:provenance"][
        "rdfs:label"
    ]
    assert "5 มกราคม 2569" in opened[0]["@value"]
    assert "2026-01-05" in opened[1]["@value"]
    assert "dct:provenance" not in graph_of(replace(PUBLISHED, report=None))[PAGE]


def test_the_thai_items_stand_beside_with_their_labels() -> None:
    """Guards that each filled item is there under its own name, and its Thai name with it."""
    found, graph = described(), graph_of()
    assert found["thgov:data_type"] == {"@value": "ข้อมูลสถิติ", "@language": "th"}
    assert found["thgov:data_format"] == [{"@value": "CSV"}]
    assert found["thgov:is_official_statistics"] is False
    assert found["thgov:objective_other"] == {"@value": "แผนแม่บทของหน่วยงาน", "@language": "th"}
    assert found["thgov:last_updated"] == {"@value": "2026-01-15", "@type": "xsd:date"}
    assert "thgov:created" not in found
    label = graph["urn:govlink:metadata:data_type"]["rdfs:label"]
    assert label == [{"@value": "ประเภทชุดข้อมูล", "@language": "th"}]
