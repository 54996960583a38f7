"""The real CKAN itself: that the peer is what the adapter's tests take it for."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from .catalogue import RealCatalogue

DESCRIPTION: dict[str, object] = {
    "name": "equivalence",
    "title": "สถิติการเทียบวุฒิการศึกษา",
    "owner_org": "obec",
    "private": True,
    "data_type": "ข้อมูลสถิติ",
    "maintainer": "กลุ่มเทียบวุฒิการศึกษา",
    "maintainer_email": "equivalence@agency.example.org",
    "tag_string": "น้ำ,ข้อมูลเปิด",
    "notes": "จำนวนคำขอเทียบวุฒิ รายจังหวัด",
    "objective": ["เพื่อการให้บริการประชาชน"],
    "update_frequency_unit": "ปี",
    "update_frequency_interval": "1",
    "geo_coverage": "จังหวัด",
    "data_source": "ระบบเทียบวุฒิการศึกษา",
    "data_format": ["CSV"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Creative Commons Attributions",
}
FIELDS = [{"id": "province", "type": "text"}, {"id": "requests", "type": "numeric"}]


def done(answer: httpx.Response) -> Any:
    """The result of a call that must succeed."""
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def as_editor(catalogue: RealCatalogue, action: str, **content: object) -> httpx.Response:
    """Call an action as the agency's script does."""
    return catalogue.post(action, content, token=catalogue.editor_token)


def create(catalogue: RealCatalogue, **changes: object) -> Any:
    """The dataset, made by the editor."""
    return done(as_editor(catalogue, "package_create", **DESCRIPTION | changes))


def with_table(catalogue: RealCatalogue) -> str:
    """A dataset with one resource that holds a table; the resource's id."""
    resource = str(uuid.uuid4())
    create(catalogue)
    done(
        as_editor(
            catalogue,
            "resource_create",
            package_id="equivalence",
            id=resource,
            name="ตาราง",
            url="",
            url_type="datastore",
            format="CSV",
        )
    )
    done(
        as_editor(
            catalogue, "datastore_create", resource_id=resource, fields=FIELDS, primary_key=["province"]
        )
    )
    return resource


def test_tells_what_it_is(real_catalogue: RealCatalogue) -> None:
    """Guards the versions: each parameter is the CKAN it says, with the Thai extension's mark."""
    status = done(real_catalogue.post("status_show", {}, token=None))
    assert status["ckan_version"].startswith(f"{real_catalogue.version}.")
    assert status["thaigdc_catalog_type"] == "agency"


def test_the_schema_can_be_read_by_anybody(real_catalogue: RealCatalogue) -> None:
    """Guards the schema: fourteen mandatory fields, the organisation by CKAN's own rule."""
    schema = done(real_catalogue.post("scheming_dataset_schema_show", {"type": "dataset"}, token=None))
    required = {field["field_name"] for field in schema["dataset_fields"] if field.get("required")}
    assert required | {"owner_org"} == set(DESCRIPTION) - {"private", "update_frequency_interval"}
    category = next(f for f in schema["dataset_fields"] if f["field_name"] == "data_category")
    assert len(category["choices"]) == 4


def test_private_datasets_are_hidden(real_catalogue: RealCatalogue) -> None:
    """Guards the tokens' rights and the stand-in of the search index."""
    create(real_catalogue)
    shown = {"editor_token": 200, "member_token": 200, "other_token": 403, "sysadmin_token": 200}
    for name, status in shown.items():
        token = getattr(real_catalogue, name)
        answer = real_catalogue.post("package_show", {"id": "equivalence"}, token=token)
        assert answer.status_code == status, name
    assert real_catalogue.post("package_show", {"id": "equivalence"}, token=None).status_code == 403
    search = {"q": 'title:"เทียบวุฒิ"', "fq": "+organization:obec", "include_private": True}
    assert done(as_editor(real_catalogue, "package_search", **search))["count"] == 1
    assert done(real_catalogue.post("package_search", search, token=None))["count"] == 0


def test_only_editors_write(real_catalogue: RealCatalogue) -> None:
    """Guards that the other tokens may not do what the adapter does."""
    for token in (real_catalogue.member_token, real_catalogue.other_token, None):
        assert real_catalogue.post("package_create", DESCRIPTION, token=token).status_code == 403


def test_facets_count_what_may_be_seen(real_catalogue: RealCatalogue) -> None:
    """Guards the facets of the search index."""
    create(real_catalogue, private=False)
    found = done(real_catalogue.post("package_search", {"facet.field": ["tags"]}, token=None))
    assert found["facets"] == {"tags": {"น้ำ": 1, "ข้อมูลเปิด": 1}}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tag_string": "น้ำ,ข้อมูล!"}, "tag_string"),
        ({"name": "a" * 71}, "name"),
        ({"objective": ["กำไร"]}, "objective"),
        ({"data_category": "ลับ"}, "data_category"),
        ({"last_updated_date": "5 มกราคม 2567"}, "last_updated_date"),
        ({"maintainer_email": "ผู้ติดต่อ@หน่วยงาน.ไทย"}, "maintainer_email"),
        ({"notes": ""}, "notes"),
    ],
)
def test_refuses_what_the_thai_rules_refuse(
    real_catalogue: RealCatalogue, changes: dict[str, object], field: str
) -> None:
    """Guards the rules that the extension enforces."""
    answer = as_editor(real_catalogue, "package_create", **DESCRIPTION | changes)
    assert answer.status_code == 409
    assert field in answer.json()["error"]


def test_lets_pass_what_the_thai_rules_let_pass(real_catalogue: RealCatalogue) -> None:
    """Guards the gaps: single choices but one are not checked, title and tags may be missing."""
    without = {key: value for key, value in DESCRIPTION.items() if key not in {"title", "tag_string"}}
    loose = {"license_id": "cc-by", "geo_coverage": "ดวงจันทร์", "last_updated_date": "2567-01-05"}
    stored = done(as_editor(real_catalogue, "package_create", **without | loose))
    assert stored["title"] == "equivalence"
    assert (stored["license_id"], stored["tags"]) == ("cc-by", [])


def test_titles_are_unique_and_names_stay_taken(real_catalogue: RealCatalogue) -> None:
    """Guards the two rules about other datasets, deleted ones included."""
    create(real_catalogue)
    twin = as_editor(real_catalogue, "package_create", **DESCRIPTION | {"name": "twin"})
    assert twin.status_code == 409
    assert "title" in twin.json()["error"]
    done(as_editor(real_catalogue, "package_delete", id="equivalence"))
    again = as_editor(real_catalogue, "package_create", **DESCRIPTION)
    assert again.status_code == 409
    assert "name" in again.json()["error"]


def test_there_is_no_draft(real_catalogue: RealCatalogue) -> None:
    """Guards the forced state."""
    create(real_catalogue, state="draft")
    assert real_catalogue.act("package_show", id="equivalence")["state"] == "active"


def test_private_resources_are_taken_out(real_catalogue: RealCatalogue) -> None:
    """Guards the filter: who may not edit sees a public dataset without its private resources."""
    resources = [{"name": "ก", "url": ""}, {"name": "ข", "url": "", "resource_private": "True"}]
    create(real_catalogue, private=False, resources=resources)
    seen = done(real_catalogue.post("package_show", {"id": "equivalence"}, token=None))
    assert [r["name"] for r in seen["resources"]] == ["ก"]
    assert len(done(as_editor(real_catalogue, "package_show", id="equivalence"))["resources"]) == 2


def test_tables_take_rows(real_catalogue: RealCatalogue) -> None:
    """Guards the DataStore: a resource under a chosen id, its rows, and the whole of it as CSV."""
    resource = with_table(real_catalogue)
    for method, requests in (("insert", 7), ("upsert", 8)):
        records = [{"province": "น่าน", "requests": requests}]
        done(
            as_editor(
                real_catalogue, "datastore_upsert", resource_id=resource, method=method, records=records
            )
        )
    found = done(as_editor(real_catalogue, "datastore_search", resource_id=resource))
    assert [(row["province"], row["requests"]) for row in found["records"]] == [("น่าน", 8)]
    dump = f"{real_catalogue.url}/datastore/dump/{resource}?format=csv&bom=False"
    headers = {"Authorization": real_catalogue.editor_token}
    assert httpx.get(dump, headers=headers).text == "_id,province,requests\r\n1,น่าน,8\n"
    assert httpx.get(dump).status_code == 404


def test_revisions_compare_and_set(real_catalogue: RealCatalogue) -> None:
    """Guards package_revise: a stale match changes nothing."""
    modified = create(real_catalogue)["metadata_modified"]
    match = {"name": "equivalence", "metadata_modified": modified}
    done(as_editor(real_catalogue, "package_revise", match=match, update={"notes": "ใหม่"}))
    stale = as_editor(real_catalogue, "package_revise", match=match, update={"notes": "เก่า"})
    assert stale.status_code == 409
    assert stale.json()["error"]["match"] == ["metadata_modified"]
    assert real_catalogue.act("package_show", id="equivalence")["notes"] == "ใหม่"


def test_a_killed_worker_is_replaced(real_catalogue: RealCatalogue) -> None:
    """Guards the control: others go on answering, and there are four workers again."""
    before = real_catalogue.server.workers()
    killed = real_catalogue.server.kill_busiest_worker()
    create(real_catalogue)
    done(as_editor(real_catalogue, "package_show", id="equivalence"))
    assert len(before) == 4
    assert killed not in real_catalogue.server.workers()


def test_the_index_goes_and_comes_back(real_catalogue: RealCatalogue) -> None:
    """Guards the control: without the index a write fails whole, with it the same write passes."""
    with real_catalogue.index_down():
        assert as_editor(real_catalogue, "package_create", **DESCRIPTION).status_code == 500
    create(real_catalogue)


def test_the_server_goes_and_comes_back(real_catalogue: RealCatalogue) -> None:
    """Guards the control: what was stored is still there after a restart."""
    create(real_catalogue)
    with real_catalogue.server_down(), pytest.raises(httpx.ConnectError):
        as_editor(real_catalogue, "package_show", id="equivalence")
    done(as_editor(real_catalogue, "package_show", id="equivalence"))


def test_a_reset_leaves_nothing(real_catalogue: RealCatalogue) -> None:
    """Guards the tests from each other: names, resource ids and tables are free again."""
    resource = with_table(real_catalogue)
    done(as_editor(real_catalogue, "package_delete", id="equivalence"))
    real_catalogue.reset()
    create(real_catalogue, resources=[{"id": resource, "name": "ตาราง", "url": "", "url_type": "datastore"}])
    assert as_editor(real_catalogue, "datastore_info", id=resource).status_code == 404
