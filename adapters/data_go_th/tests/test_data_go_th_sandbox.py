"""The simulated catalogue's own quirks, each as it was observed on real servers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from govlink.sandbox.toolkit import World
from govlink_data_go_th.sandbox import catalogue_of
from govlink_data_go_th.simulated.catalogue import Catalogue

THAI = {
    "name": "ab",
    "title": "สถิติ",
    "owner_org": "obec",
    "data_type": "อะไรก็ได้",
    "maintainer": "กลุ่มงาน",
    "maintainer_email": "a@example.go.th",
    "notes": "n",
    "objective": ["ไม่ทราบ"],
    "update_frequency_unit": "ปี",
    "geo_coverage": "จังหวัด",
    "data_source": "s",
    "data_format": ["CSV"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "cc-by",
}
RESOURCE = "11111111-1111-5111-8111-111111111111"


class Site:
    """The catalogue with the short way to call it."""

    def __init__(self) -> None:
        world = World(clock=lambda: datetime(2026, 1, 20, tzinfo=UTC))
        self.token = world.access_token("data_go_th")
        self.catalogue: Catalogue = catalogue_of(world)

    def raw(self, action: str, body: bytes, **changes: Any) -> Any:
        """The whole answer to these bytes."""
        call = {"method": "POST", "content_type": "application/json", "token": self.token, **changes}
        return self.catalogue.answer(action, body=body, site_url="http://s/", **call)

    def call(self, action: str, **data: object) -> Any:
        """Status and result or error, with the good token."""
        return self.as_(self.token, action, **data)

    def as_(self, token: str | None, action: str, **data: object) -> Any:
        """The same with any token."""
        answer = self.raw(action, json.dumps(data).encode(), token=token)
        content = answer.content
        return answer.status, content.get("result", content.get("error"))


@pytest.fixture
def site() -> Site:
    """An empty catalogue."""
    return Site()


@pytest.fixture
def table(site: Site) -> Site:
    """A site with a dataset, a resource and an empty table."""
    site.call("package_create", **THAI)
    site.call("resource_create", package_id="ab", id=RESOURCE, name="t", url_type="datastore")
    fields = [{"id": "k", "type": "text"}, {"id": "n", "type": "numeric"}]
    site.call("datastore_create", resource_id=RESOURCE, fields=fields, primary_key=["k"])
    return site


def test_a_bearer_prefix_is_anonymous(site: Site) -> None:
    """Guards that a wrong token reads as anonymous and is never 401."""
    assert site.as_(f"Bearer {site.token}", "organization_list_for_user") == (200, [])
    assert site.as_(None, "package_create", **THAI)[0] == 403


@pytest.mark.parametrize(
    ("action", "body", "method"),
    [("no_such", b"{}", "POST"), ("package_show", b"x", "POST"), ("package_show", b"[]", "POST")],
)
def test_some_refusals_are_bare_texts(site: Site, action: str, body: bytes, method: str) -> None:
    """Guards the 400 without an envelope."""
    answer = site.raw(action, body, method=method)
    assert (answer.status, type(answer.content)) == (400, str)


def test_a_write_by_get_is_refused_and_a_read_is_not(site: Site) -> None:
    """Guards that only reads accept GET."""
    assert site.raw("package_create", b"{}", method="GET").status == 400
    assert site.raw("status_show", b"{}", method="GET").status == 200


def test_a_big_form_is_an_html_page(site: Site) -> None:
    """Guards 413 for a large body in curl's default content type."""
    answer = site.raw("status_show", b" " * 500_001, content_type="application/x-www-form-urlencoded")
    assert (answer.status, answer.content) == (413, None)
    assert answer.html is not None


def test_single_choices_are_not_checked_but_lists_are(site: Site) -> None:
    """Guards which values the server really enforces."""
    assert site.call("package_create", **THAI)[0] == 200
    status, error = site.call("package_create", **{**THAI, "name": "cd", "title": "x", "objective": ["?"]})
    assert (status, set(error)) == (409, {"objective", "__type"})


def test_presence_is_enforced_except_of_title_and_tags(site: Site) -> None:
    """Guards that title falls back to the name and a missing data source is refused."""
    without = {k: v for k, v in THAI.items() if k not in {"title", "data_source"}}
    assert set(site.call("package_create", **without)[1]) == {"data_source", "__type"}
    status, package = site.call("package_create", **without, data_source="s")
    assert (status, package["title"]) == (200, "ab")


@pytest.mark.parametrize("name", ["a", "a" * 71, "Ab", "ก", "new"])
def test_names(site: Site, name: str) -> None:
    """Guards the extension's name rule."""
    assert "name" in site.call("package_create", **{**THAI, "name": name})[1]


def test_title_and_name_are_unique(site: Site) -> None:
    """Guards 409 on both, a deleted dataset blocking its name only."""
    site.call("package_create", **THAI)
    assert set(site.call("package_create", **THAI)[1]) == {"name", "title", "__type"}
    package = site.catalogue.find("ab")
    assert package is not None
    package["state"] = "deleted"
    assert set(site.call("package_create", **THAI)[1]) == {"name", "__type"}


def test_organisations_and_rights(site: Site) -> None:
    """Guards 409 without an organisation, 403 with an unknown one or one the token may not edit."""
    site.catalogue.add_organisation(name="other", title="o", is_editable=False)
    assert "owner_org" in site.call("package_create", **{**THAI, "owner_org": ""})[1]
    assert site.call("package_create", **{**THAI, "owner_org": "?"})[0] == 403
    assert site.call("package_create", **{**THAI, "owner_org": "other"})[0] == 403
    names = [o["name"] for o in site.call("organization_list_for_user")[1]]
    assert names == ["obec"]


def test_private_is_refused_and_left_out(site: Site) -> None:
    """Guards that strangers get 403 on a private dataset and do not find it."""
    site.call("package_create", **THAI, private=True)
    assert site.as_(None, "package_show", id="ab")[0] == 403
    assert site.as_(None, "package_search")[1]["count"] == 0
    site.call("package_patch", id="ab", private=False)
    assert site.as_(None, "package_search", q="สถิติ")[1]["count"] == 1


def test_unknown_keys_vanish_or_stay(site: Site) -> None:
    """Guards that unknown keys are dropped at the dataset and kept at the resource."""
    site.call("package_create", **THAI, misspelt="x")
    site.call("resource_create", package_id="ab", id=RESOURCE, name="t", ours="x")
    _, package = site.call("package_show", id="ab")
    assert "misspelt" not in package
    assert package["resources"][0]["ours"] == "x"


def test_lists_come_back_in_another_order(site: Site) -> None:
    """Guards that choices return in the schema's order and tags by name, with more members."""
    tags = [{"name": "ขอ"}, {"name": "กข"}]
    _, package = site.call("package_create", **{**THAI, "data_format": ["XML", "CSV"]}, tags=tags)
    assert package["data_format"] == ["CSV", "XML"]
    assert [tag["name"] for tag in package["tags"]] == ["กข", "ขอ"]


def test_resource_of_a_chosen_id_is_made_once(site: Site) -> None:
    """Guards that the same id updates in its dataset and is refused in another."""
    site.call("package_create", **THAI)
    site.call("package_create", **{**THAI, "name": "cd", "title": "x"})
    for name in ("first", "second"):
        assert site.call("resource_create", package_id="ab", id=RESOURCE, name=name)[0] == 200
    assert [r["name"] for r in site.call("package_show", id="ab")[1]["resources"]] == ["second"]
    assert site.call("resource_create", package_id="cd", id=RESOURCE, name="t")[0] == 409


def test_every_write_bumps_the_stamp(site: Site) -> None:
    """Guards that a no-op patch changes metadata_modified too, as up to CKAN 2.11."""
    _, first = site.call("package_create", **THAI)
    _, second = site.call("package_patch", id="ab", notes="n")
    assert second["metadata_modified"] > first["metadata_modified"]


def test_revise_compares_and_addresses_resources(site: Site) -> None:
    """Guards match, id prefixes, indexes and unmatched keys."""
    site.call("package_create", **THAI)
    site.call("resource_create", package_id="ab", id=RESOURCE, name="t")
    match = {"name": "ab", "notes": "n"}
    status, _ = site.call("package_revise", match=match, update__resources__11111={"a": 1})
    assert status == 200
    assert site.call("package_revise", match=match, **{"update__resources__-1__b": 2})[0] == 200
    resource = site.call("resource_show", id=RESOURCE)[1]
    assert (resource["a"], resource["b"]) == (1, 2)
    assert site.call("package_revise", match={**match, "notes": "x"}, update={})[1]["match"] == ["notes"]
    assert site.call("package_revise", match={"notes": "n"}, update={})[0] == 409
    assert site.call("package_revise", match=match, update__resources__99999={})[0] == 409
    assert site.call("package_revise", match={"name": "zz"}, update={})[0] == 404


def test_revise_merges_lists_unless_filtered(site: Site) -> None:
    """Guards that an update merges a list by position, as CKAN does, and replaces a removed one."""
    site.call("package_create", **{**THAI, "data_format": ["CSV", "XML"]})
    call = {"match": {"name": "ab"}, "update": {"data_format": ["JSON"]}}
    merged = site.call("package_revise", **call)[1]["package"]["data_format"]
    assert sorted(merged) == ["JSON", "XML"]
    assert site.call("package_revise", **call, filter=["-data_format"])[1]["package"]["data_format"] == [
        "JSON"
    ]
    assert site.call("package_revise", match={"name": "ab"}, update={"data_format": "CSV"})[0] == 409


def test_long_thai_column_names_are_cut(table: Site) -> None:
    """Guards 63 bytes: an accepted name of 22 Thai letters that rows then may not use."""
    name = "ก" * 22
    field = {"id": name, "type": "text"}
    status, reply = table.call("datastore_create", resource_id=RESOURCE, fields=[field])
    assert (status, reply["fields"]) == (200, [field])
    assert "ก" * 21 in table.catalogue.tables[RESOURCE].columns
    record = {"k": "a", name: "x"}
    assert table.call("datastore_upsert", resource_id=RESOURCE, records=[record])[0] == 409
    two = [{"id": name, "type": "text"}, {"id": "ก" * 23, "type": "text"}]
    assert table.call("datastore_create", resource_id=RESOURCE, fields=two)[0] == 500


def test_numbers_lose_their_zeros_and_types_stay(table: Site) -> None:
    """Guards '007' becoming 7, '' becoming null, and a changed type being ignored."""
    rows = [{"k": "a", "n": "007"}, {"k": "b", "n": ""}]
    table.call("datastore_upsert", resource_id=RESOURCE, records=rows)
    found = table.call("datastore_search", resource_id=RESOURCE, sort="k desc")[1]["records"]
    assert [(r["k"], r["n"]) for r in found] == [("b", None), ("a", 7)]
    table.call("datastore_create", resource_id=RESOURCE, fields=[{"id": "n", "type": "text"}])
    fields = table.call("datastore_info", resource_id=RESOURCE)[1]["fields"]
    assert {f["id"]: f["type"] for f in fields} == {"k": "text", "n": "numeric"}


def test_a_batch_is_all_or_nothing(table: Site) -> None:
    """Guards that one bad row undoes its batch and is named."""
    rows = [{"k": "a", "n": 1}, {"k": "b", "n": "x"}]
    status, error = table.call("datastore_upsert", resource_id=RESOURCE, records=rows)
    assert (status, error["records_row"]) == (409, 1)
    assert table.call("datastore_info", resource_id=RESOURCE)[1]["meta"]["count"] == 0


def test_keys_decide_between_insert_and_upsert(table: Site) -> None:
    """Guards upsert by key, the refused second insert, and the missing key."""
    row = [{"k": "a", "n": 1}]
    assert table.call("datastore_upsert", resource_id=RESOURCE, records=row)[0] == 200
    assert table.call("datastore_upsert", resource_id=RESOURCE, records=row)[0] == 200
    status, error = table.call("datastore_upsert", resource_id=RESOURCE, records=row, method="insert")
    assert status == 409
    assert "duplicate key value" in error["records"][0]
    assert "key" in table.call("datastore_upsert", resource_id=RESOURCE, records=[{"n": 1}])[1]


def test_limits_filters_and_deleting(table: Site) -> None:
    """Guards the silent cap, filters by row number, and what a delete without filters does."""
    rows = [{"k": str(n), "n": n} for n in range(150)]
    table.call("datastore_upsert", resource_id=RESOURCE, records=rows)
    _, found = table.call("datastore_search", resource_id=RESOURCE)
    assert (len(found["records"]), found["total"]) == (100, 150)
    assert table.call("datastore_search", resource_id=RESOURCE, limit=99_999)[1]["limit"] == 10_000
    assert table.call("datastore_records_delete", resource_id=RESOURCE)[0] == 409
    table.call("datastore_records_delete", resource_id=RESOURCE, filters={"_id": [1, 2]})
    table.call("datastore_delete", resource_id=RESOURCE, filters={"_id": [3]})
    assert table.call("datastore_info", resource_id=RESOURCE)[1]["meta"]["count"] == 147
    table.call("datastore_delete", resource_id=RESOURCE)
    assert table.call("datastore_search", resource_id=RESOURCE)[0] == 404


def test_an_uploaded_resource_is_read_only(table: Site) -> None:
    """Guards 409 read-only unless forced, and 404 where there is no table."""
    other = RESOURCE.replace("1", "2")
    table.call("resource_create", package_id="ab", id=other, name="file", url_type="upload")
    assert table.call("datastore_info", resource_id=other)[0] == 404
    fields = [{"id": "k", "type": "text"}]
    assert "read-only" in table.call("datastore_create", resource_id=other, fields=fields)[1]
    assert table.call("datastore_create", resource_id=other, fields=fields, force=True)[0] == 200


@pytest.mark.parametrize("name", ["_x", 'a"b', ""])
def test_forbidden_column_names(table: Site, name: str) -> None:
    """Guards the names CKAN refuses."""
    fields = [{"id": name, "type": "text"}]
    assert table.call("datastore_create", resource_id=RESOURCE, fields=fields)[0] == 409


def test_an_absent_schema_is_an_unknown_action(site: Site) -> None:
    """Guards what a catalogue without the scheming extension answers."""
    assert len(site.as_(None, "scheming_dataset_schema_show", type="dataset")[1]["dataset_fields"]) > 14
    site.catalogue.schema = None
    assert site.raw("scheming_dataset_schema_show", b"{}").status == 400
