"""What the simulated catalogue refuses and how it stores, by its schema."""

from __future__ import annotations

from typing import Any

import pytest

from govlink_data_go_th.simulated.schema import (
    MANDATORY,
    Variant,
    default_resource_schema,
    default_schema,
    stored_fields,
    validate_fields,
    validate_resource_fields,
)

GOOD: dict[str, object] = {
    "data_type": "ข้อมูลสถิติ",
    "title": "ก",
    "maintainer": "ก",
    "maintainer_email": "a@example.go.th",
    "notes": "ก",
    "objective": ["ไม่ทราบ"],
    "update_frequency_unit": "ปี",
    "geo_coverage": "ประเทศ",
    "data_source": "ก",
    "data_format": ["CSV"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Open Data Common",
}


def refused(change: dict[str, object], variant: Variant = Variant.GDC) -> set[str]:
    """The fields a server refuses."""
    return set(validate_fields(default_schema(variant), {**GOOD, **change}))


def test_fourteen_items_are_mandatory() -> None:
    """Guards the number, and which two of them a server lets slip through."""
    assert len(MANDATORY) == 14
    assert set(validate_fields(default_schema(), {})) == set(MANDATORY) - {"title", "tag_string", "owner_org"}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({}, set()),
        ({"objective": "ไม่ทราบ"}, set()),
        ({"objective": '["ไม่ทราบ"]'}, {"objective"}),
        ({"objective": ["ไม่มีในรายการ"]}, {"objective"}),
        ({"objective": []}, {"objective"}),
        ({"data_format": ["csv"]}, {"data_format"}),
        ({"disaggregate": ["สี"]}, {"disaggregate"}),
        ({"data_language": ["ไทย", "x"]}, {"data_language"}),
        ({"data_category": "x"}, {"data_category"}),
        ({"data_type": "x", "license_id": "cc-by", "geo_coverage": "x"}, set()),
        ({"high_value_dataset": "maybe"}, set()),
        ({"created_date": "2567-01-05"}, set()),
        ({"created_date": "05/01/2024"}, {"created_date"}),
        ({"data_release_date": "5 มกราคม 2567"}, {"data_release_date"}),
        ({"last_updated_date": "2024-01-05T10:00:00"}, set()),
        ({"last_updated_date": "2024-01-05Tx"}, {"last_updated_date"}),
        ({"maintainer_email": "a@ตัวอย่าง.ไทย"}, {"maintainer_email"}),
        ({"maintainer_email": "a@b.th,c@d.th"}, {"maintainer_email"}),
    ],
)
def test_what_the_server_refuses(change: dict[str, object], names: set[str]) -> None:
    """Guards that the simulator is as strict as a server, and no stricter."""
    assert refused(change) == names


def test_the_forks_refuse_otherwise() -> None:
    """Guards the forks: OPAL looks at no category, governance demands a class."""
    assert refused({"data_category": "x"}, Variant.OPAL) == set()
    assert refused({}, Variant.GOV) == {"disclosure"}
    assert refused({"disclosure": "public", "data_category": "ข้อมูลใช้ภายใน"}, Variant.GOV) == set()
    assert refused({}, Variant.OIC) == {"contact_person", "contact_email"}


@pytest.mark.parametrize(
    ("variant", "fields", "names"),
    [
        (Variant.GDC, {"name": "ก"}, set()),
        (Variant.GDC, {}, {"name"}),
        (Variant.GDC, {"name": "ก", "resource_disaggregate": ["สี"]}, {"resource_disaggregate"}),
        (Variant.GDC, {"name": "ก", "resource_created_date": "1/1/2026"}, {"resource_created_date"}),
        (Variant.OPAL, {"name": "ก"}, {"url", "format"}),
        (Variant.OPAL, {"name": "ก", "url": "https://a.th/x.csv"}, set()),
        (Variant.OPAL, {"name": "ก", "url": "https://a.th/x"}, {"format"}),
        (Variant.OPAL, {"name": "ก", "format": "CSV", "url_type": "datastore"}, set()),
    ],
)
def test_resources(variant: Variant, fields: dict[str, Any], names: set[str]) -> None:
    """Guards what is refused of a resource, and the format guessed from a file's name."""
    assert set(validate_resource_fields(default_resource_schema(variant), fields)) == names


def test_how_values_are_stored() -> None:
    """Guards the schema's order, empty lists, cut times and JSON's true."""
    stored = stored_fields(
        default_schema(),
        {
            "objective": ["ไม่ทราบ", "ยุทธศาสตร์ชาติ"],
            "data_format": "CSV",
            "created_date": "2026-01-05T10:00:00",
            "allow_harvest": True,
            "unknown": 1,
        },
    )
    assert stored["objective"] == ["ยุทธศาสตร์ชาติ", "ไม่ทราบ"]
    assert stored["data_format"] == ["CSV"]
    assert stored["created_date"] == "2026-01-05"
    assert stored["allow_harvest"] == "true"
    assert (stored["data_language"], stored["disaggregate"], stored["unknown"]) == ([], [], 1)


def test_each_schema_is_fresh() -> None:
    """Guards that a test which changes its schema changes no other's."""
    default_schema()[0]["required"] = False
    default_resource_schema()[1]["required"] = False
    assert default_schema()[0]["required"] is True
    assert default_resource_schema()[1]["required"] is True
