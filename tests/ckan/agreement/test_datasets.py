"""What a publisher relies on about datasets and rights, asked of real catalogues and of the simulated one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .site import METADATA, Site, new_id

PEOPLE = ("editor", "member", "stranger", "nobody")


def test_a_dataset_comes_with_its_resources(site: Site) -> None:
    """Guards chosen resource ids, stored unknown resource keys and dropped unknown dataset keys."""
    own = new_id()
    resource = {"id": own, "name": "t", "url_type": "datastore", "govlink_content": "x"}
    package = site.dataset(resources=[resource], no_such_field="y")
    (stored,) = package["resources"]
    assert {k: stored[k] for k in resource} == resource
    assert stored["url"].endswith(f"/datastore/dump/{own}")
    assert (stored["datastore_active"], stored["position"], stored["size"]) == (False, 0, None)
    assert "no_such_field" not in package
    assert (package["private"], package["type"], package["state"]) == (True, "dataset", "active")


def test_a_resource_id_of_another_dataset_is_refused(site: Site) -> None:
    """Guards 409 on the resource's id, in a new dataset and in a new resource."""
    own = new_id()
    site.dataset(resources=[{"id": own, "name": "t"}])
    status, error = site.call("package_create", **site.wanted(resources=[{"id": own, "name": "t"}]))
    assert (status, list(error["resources"][0])) == (409, ["id"])
    other = site.dataset()
    status, error = site.call("resource_create", package_id=other["id"], id=own, name="t")
    assert (status, set(error)) == (409, {"id", "__type"})


def test_a_resource_id_must_be_a_uuid(site: Site) -> None:
    """Guards 409 on any other text."""
    status, error = site.call("resource_create", package_id=site.dataset()["id"], id="short", name="t")
    assert (status, set(error)) == (409, {"id", "__type"})


def test_creating_a_resource_again_replaces_it(site: Site) -> None:
    """Guards one resource, whose unknown keys are those sent last."""
    package, own = site.dataset(), new_id()
    site.done("resource_create", package_id=package["id"], id=own, name="a", one="1", description="d")
    site.done("resource_create", package_id=package["id"], id=own, name="b", two="2")
    (stored,) = site.package(package)["resources"]
    assert (stored["name"], stored.get("one"), stored["two"]) == ("b", None, "2")
    assert "description" not in stored


def test_creating_a_resource_again_ruins_a_dataset_of_2_12(site: Site) -> None:
    """Guards the wrong position over which CKAN 2.12 falls on every later write; 2.11 does not."""
    package, first, again = site.dataset(), new_id(), new_id()
    for own in (first, again, again):
        site.done("resource_create", package_id=package["id"], id=own, name="t")
    positions = [r["position"] for r in site.package(package)["resources"]]
    status, _ = site.call("package_revise", match={"id": package["id"]}, update={"notes": "x"})
    assert (positions, status) == ([0, 2], 500 if site.version == "2.12" else 200)


def test_removing_the_resource_heals_it(site: Site) -> None:
    """Guards the one way out of that fault."""
    package, own, match = site.dataset(), new_id(), {}
    for _ in range(2):
        site.done("resource_create", package_id=package["id"], id=own, name="t")
    match = {"id": package["id"]}
    site.done("package_revise", match=match, filter=[f"-resources__{own}"])
    site.done("package_revise", match=match, update={"notes": "x"})
    assert site.package(package)["resources"] == []


@pytest.mark.parametrize("field", ["data_type", "maintainer", "notes", "objective", "geo_coverage"])
def test_mandatory_fields(site: Site, field: str) -> None:
    """Guards 409 on what is missing, under its name."""
    wanted = {k: v for k, v in site.wanted().items() if k != field}
    status, error = site.call("package_create", **wanted)
    assert (status, set(error)) == (409, {field, "__type"})


def test_an_organisation_is_needed(site: Site) -> None:
    """Guards 409 without one, twice over on a private dataset, and 403 for one that is not there."""
    wanted = {k: v for k, v in site.wanted().items() if k != "owner_org"}
    status, error = site.call("package_create", **wanted)
    assert (status, set(error)) == (409, {"owner_org", "private", "__type"})
    assert site.call("package_create", **wanted, owner_org="no-such-organisation")[0] == 403


def test_what_a_reply_holds(site: Site) -> None:
    """Guards the members of a dataset and of a resource that nobody gave."""
    package = site.dataset(resources=[{"name": "a"}])
    assert {k: package[k] for k in ("author", "version", "groups", "num_tags", "num_resources")} == {
        "author": None,
        "version": None,
        "groups": [],
        "num_tags": 2,
        "num_resources": 1,
    }
    assert "url" not in package
    empty = {"mimetype", "size", "last_modified", "cache_url", "resource_type", "url_type"}
    (resource,) = package["resources"]
    assert {k for k, v in resource.items() if v is None} >= empty
    assert (resource["url"], resource["hash"], resource["format"]) == ("", "", "")


def test_what_is_not_enforced(site: Site) -> None:
    """Guards that a title falls back to the name, that tags may be missing, and single choices anything."""
    wanted = {k: v for k, v in site.wanted(license_id="cc-by").items() if k not in {"title", "tags"}}
    package = site.done("package_create", **wanted)
    assert (package["title"], package["tags"], package["license_id"]) == (package["name"], [], "cc-by")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a"),
        ("name", "a" * 71),
        ("name", "Ab"),
        ("name", "ข้อมูล"),
        ("name", "new"),
        ("objective", ["?"]),
        ("data_category", "?"),
        ("maintainer_email", "no mail"),
        ("last_updated_date", "5 มกราคม 2567"),
        ("tags", [{"name": "ข้อมูล!"}]),
        ("id", "11111111-1111-4111-8111-111111111111"),
    ],
)
def test_refused_values(site: Site, field: str, value: object) -> None:
    """Guards what the server checks, under the field's name."""
    status, error = site.call("package_create", **site.wanted(**{field: value}))
    assert (status, set(error)) == (409, {field, "__type"})


def test_values_come_back_as_stored(site: Site) -> None:
    """Guards the schema's order of choices, tags by name, true as a text, and a year of the Buddhist era."""
    package = site.dataset(
        data_format=["XML", "CSV"],
        tags=[{"name": "น้ำ"}, {"name": "ข้อมูล"}],
        allow_harvest=True,
        last_updated_date="2567-01-05",
        update_frequency_interval=2,
    )
    assert package["data_format"] == ["CSV", "XML"]
    assert [tag["name"] for tag in package["tags"]] == ["ข้อมูล", "น้ำ"]
    assert (package["allow_harvest"], package["last_updated_date"]) == ("true", "2567-01-05")
    assert package["update_frequency_interval"] == "2"
    assert package["data_language"] == []


def test_a_plain_text_makes_a_list(site: Site) -> None:
    """Guards one choice given as a text, where a list belongs."""
    assert site.dataset(objective="ไม่ทราบ")["objective"] == ["ไม่ทราบ"]


def test_name_and_title_are_unique(site: Site) -> None:
    """Guards 409 on both, under their names."""
    package = site.dataset()
    taken = {"name": package["name"], "title": package["title"]}
    status, error = site.call("package_create", **site.wanted(**taken))
    assert (status, set(error)) == (409, {"name", "title", "__type"})


def test_a_deleted_dataset_keeps_its_name_not_its_title(site: Site) -> None:
    """Guards the trash: who may look into it, what it blocks, and that a revision takes things out of it."""
    package = site.dataset(private=False)
    site.done("package_delete", id=package["id"])
    assert site.package(package)["state"] == "deleted"
    assert [site.call("package_show", person=p, id=package["id"])[0] for p in PEOPLE] == [200, 200, 403, 403]
    taken = {"name": package["name"], "title": package["title"]}
    status, error = site.call("package_create", **site.wanted(**taken))
    assert (status, set(error)) == (409, {"name", "__type"})
    site.done("package_revise", match={"id": package["id"]}, update={"notes": "x"})
    assert site.package(package)["state"] == "active"


def test_a_draft_is_active_at_once(site: Site) -> None:
    """Guards that the extension knows no drafts."""
    assert site.dataset(state="draft")["state"] == "active"


def test_tag_string_adds(site: Site) -> None:
    """Guards that the extension's field adds to the tags, unless they are removed in the same call."""
    package = site.dataset()

    def revised(**how: Any) -> list[str]:
        reply = site.done("package_revise", match={"id": package["id"]}, **how)
        return sorted(tag["name"] for tag in reply["package"]["tags"])

    assert revised(update={"tag_string": "หก"}) == ["ข้อมูล", "น้ำ", "หก"]
    assert revised(filter=["-tags"], update={"tag_string": "หก,เจ็ด"}) == ["หก", "เจ็ด"]
    assert revised(filter=["-tags"], update={"tags": [{"name": "หนึ่ง"}]}) == ["หนึ่ง"]


# --- who may do what ------------------------------------------------------------------------------


def test_rights_on_a_private_dataset(site: Site) -> None:
    """Guards that a wrong or weak token is 403, on reading and on writing."""
    own = {"id": site.dataset()["id"]}
    assert [site.call("package_show", person=p, **own)[0] for p in PEOPLE] == [200, 200, 403, 403]
    revise = {"match": own, "update": {"notes": "x"}}
    assert [site.call("package_revise", person=p, **revise)[0] for p in PEOPLE] == [200, 403, 403, 403]
    patch = {**own, "notes": "y"}
    assert [site.call("package_patch", person=p, **patch)[0] for p in PEOPLE] == [200, 403, 403, 403]
    assert site.call("package_show", id="no-such-dataset")[0] == 404


def test_rights_on_a_public_dataset(site: Site) -> None:
    """Guards that all read it and few write."""
    own = {"id": site.dataset(private=False)["id"]}
    assert [site.call("package_show", person=p, **own)[0] for p in PEOPLE] == [200] * 4
    revise = {"match": own, "update": {"notes": "x"}}
    assert [site.call("package_revise", person=p, **revise)[0] for p in PEOPLE] == [200, 403, 403, 403]
    create = site.wanted()
    assert [site.call("package_create", person=p, **create)[0] for p in PEOPLE[1:]] == [403] * 3


def test_where_a_token_may_create(site: Site) -> None:
    """Guards the probe that tells a good token from any other."""
    ask = {"permission": "create_dataset"}
    names = [[o["name"] for o in site.done("organization_list_for_user", person=p, **ask)] for p in PEOPLE]
    assert names == [["obec"], [], [], []]
    bearer = {"Authorization": f"Bearer {site.tokens['editor']}"}
    reply = site.client.post("/api/3/action/organization_list_for_user", json=ask, headers=bearer)
    assert reply.json()["result"] == []


def test_private_resources_are_for_those_who_edit(site: Site) -> None:
    """Guards that others are not shown them."""
    resources = [{"name": "a", "resource_private": "True"}, {"name": "b"}]
    own = {"id": site.dataset(private=False, resources=resources)["id"]}
    shown = [len(site.done("package_show", person=p, **own)["resources"]) for p in PEOPLE]
    assert shown == [2, 1, 1, 1]


# --- writes that change nothing, writes that change too much --------------------------------------


@pytest.mark.parametrize("action", ["package_revise", "package_patch"])
def test_a_write_of_nothing(site: Site, action: str) -> None:
    """Guards the moved timestamp of 2.11, and none on 2.12."""
    package = site.dataset()
    own: dict[str, Any] = (
        {"match": {"id": package["id"]}} if action == "package_revise" else {"id": package["id"]}
    )
    site.done(action, **own)
    has_moved = site.package(package)["metadata_modified"] != package["metadata_modified"]
    assert has_moved is (site.version == "2.11")


def test_an_update_without_resources(site: Site) -> None:
    """Guards that 2.11 deletes them all and 2.12 leaves them."""
    wanted = site.wanted(resources=[{"name": "a"}])
    package = site.done("package_create", **wanted)
    site.done("package_update", **{k: v for k, v in wanted.items() if k != "resources"}, id=package["id"])
    assert len(site.package(package)["resources"]) == (1 if site.version == "2.12" else 0)


def test_a_patch_keeps_resources_and_replaces_lists(site: Site) -> None:
    """Guards the shallow merge."""
    package = site.dataset(resources=[{"name": "a"}])
    patched = site.done("package_patch", id=package["id"], tags=[{"name": "หนึ่ง"}])
    assert [tag["name"] for tag in patched["tags"]] == ["หนึ่ง"]
    assert (len(patched["resources"]), patched["notes"]) == (1, METADATA["notes"])


def test_resource_patch_and_delete(site: Site) -> None:
    """Guards that a patch keeps the other keys, and a deletion takes one."""
    package = site.dataset(resources=[{"name": "a", "one": "1", "description": "d"}, {"name": "b"}])
    own = package["resources"][0]["id"]
    patched = site.done("resource_patch", id=own, name="c")
    assert (patched["name"], patched["one"], patched["description"]) == ("c", "1", "d")
    assert site.package(package)["metadata_modified"] > package["metadata_modified"]
    site.done("resource_delete", id=own)
    assert [r["name"] for r in site.package(package)["resources"]] == ["b"]
    assert site.call("resource_show", id=own)[0] == 404


# --- how a call is read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "body"), [("no_such_action", b"{}"), ("package_show", b"{"), ("package_show", b"[1]")]
)
def test_refusals_without_an_envelope(site: Site, action: str, body: bytes) -> None:
    """Guards a bare text with 400."""
    kind = {"Content-Type": "application/json"}
    reply = site.client.post(f"/api/3/action/{action}", content=body, headers=kind)
    assert (reply.status_code, type(reply.json())) == (400, str)


def test_the_envelope(site: Site) -> None:
    """Guards its members, and those of a refusal."""
    wanted = site.wanted()
    made = site.send("package_create", json=wanted).json()
    assert (set(made), made["success"]) == ({"help", "success", "result"}, True)
    again = site.send("package_create", json=wanted).json()
    assert (set(again), again["success"]) == ({"help", "success", "error"}, False)
    assert again["error"]["__type"] == "Validation Error"
    assert site.call("package_show", id="no-such-dataset")[1]["__type"] == "Not Found Error"
    refused = site.call("package_show", person="nobody", id=wanted["name"])[1]
    assert (refused["__type"], set(refused)) == ("Authorization Error", {"__type", "message"})


def test_a_write_by_get(site: Site) -> None:
    """Guards that only reads are answered."""
    assert site.client.get("/api/3/action/package_create").status_code == 400
    assert site.client.get("/api/3/action/status_show").status_code == 200


def test_json_as_a_form(site: Site) -> None:
    """Guards that CKAN reads it while it is small, and says 413 in a page when it is not."""
    name, kind = site.dataset(private=False)["name"], {"Content-Type": "application/x-www-form-urlencoded"}
    address = "/api/3/action/package_show"
    small = site.client.post(address, content=json.dumps({"id": name}).encode(), headers=kind)
    assert small.json()["result"]["name"] == name
    large = site.client.post(address, content=b'{"id": "' + b"x" * 500_001 + b'"}', headers=kind)
    assert (large.status_code, large.text[:1]) == (413, "<")


def test_limits_of_forms_in_parts(site: Site) -> None:
    """Guards 413 on a large text and on too many parts."""
    large = site.send("package_revise", data={"update": "x" * 500_001}, files={"f": ("f.csv", b"a")})
    assert (large.status_code, large.text[:1]) == (413, "<")
    many = {f"update__{n}": "x" for n in range(1001)}
    assert site.send("package_revise", data=many, files={"f": ("f.csv", b"a")}).status_code == 413


def test_what_the_site_says_of_itself(site: Site) -> None:
    """Guards the version and the extension's word."""
    status = site.done("status_show", person="nobody")
    assert status["ckan_version"].startswith(site.version)
    assert {"thaigdc_version", "thaigdc_catalog_type", "extensions", "site_url"} <= set(status)
    schema = site.done("scheming_dataset_schema_show", person="nobody", type="dataset")
    assert {"dataset_fields", "resource_fields"} <= set(schema)
