"""Uploaded files, asked of real catalogues and of the simulated one."""

from __future__ import annotations

from typing import Any

import pytest

from .site import Site, new_id

CSV = "ก,ข\n1,2\n".encode()
LIMIT = 10 * 2**20


def _uploaded(site: Site, name: str = "data.csv", content: bytes = CSV, **more: object) -> dict[str, object]:
    package = site.dataset()
    parts = {"package_id": package["id"], "name": "f", **more}
    status, resource = site.form("resource_create", parts=parts, upload=(name, content))
    assert status == 200, resource
    return dict(resource)


def test_a_file_is_told_by_its_resource(site: Site) -> None:
    """Guards id, unknown key, size, type, format and link of an upload."""
    own = new_id()
    resource = _uploaded(site, id=own, format="csv", govlink_sha256="x")
    told = {
        "id": own,
        "url_type": "upload",
        "size": len(CSV),
        "mimetype": "text/csv",
        "hash": "",
        "format": "CSV",
    }
    assert {k: resource[k] for k in told} == told
    assert resource["govlink_sha256"] == "x"
    assert str(resource["url"]).endswith(f"/resource/{own}/download/data.csv")
    assert resource["last_modified"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Data 2567 (1).CSV", "data-2567-1.csv"),
        ("ข้อมูล ทดสอบ.csv", "-.csv"),
        ("ข้อมูล.csv", ".csv"),
        ("a--b_c.tar.gz", "a-b_c.tar.gz"),
        ("x" * 120 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_names_of_files(site: Site, name: str, kept: str) -> None:
    """Guards what is left of a file's name."""
    assert str(_uploaded(site, name)["url"]).rpartition("/")[2] == kept


def test_downloads_are_for_those_who_may_read(site: Site) -> None:
    """Guards the file under any name, and 403 on a private dataset's."""
    resource = _uploaded(site)
    place = str(resource["url"]).rpartition("/")[0].partition("/dataset/")[2]
    people = ("editor", "member", "stranger", "nobody")
    replies = [site.client.get(f"/dataset/{place}/any-name.csv", headers=site.headers(p)) for p in people]
    assert [reply.status_code for reply in replies] == [200, 200, 403, 403]
    assert replies[0].content == CSV


def test_a_file_has_a_limit(site: Site) -> None:
    """Guards 10 MB, and 409 beyond under ``upload``, by either way to send a file."""
    assert _uploaded(site, content=b"x" * LIMIT)["size"] == LIMIT
    package, own = site.dataset(resources=[{"name": "f"}]), new_id()
    parts = {"package_id": package["id"], "id": own, "name": "g"}
    status, error = site.form("resource_create", parts=parts, upload=("f.csv", b"x" * (LIMIT + 1)))
    assert (status, set(error)) == (409, {"upload", "__type"})
    revise = {"match": {"id": package["id"]}, "update": {"notes": "x"}}
    status, error = site.form(
        "package_revise", parts=revise, update__resources__0__upload=("f", b"x" * (LIMIT + 1))
    )
    assert (status, set(error)) == (409, {"upload", "__type"})
    after = site.package(package)
    assert (after["notes"], len(after["resources"]), after["resources"][0]["size"]) == (
        package["notes"],
        1,
        None,
    )


def test_an_empty_file_is_taken(site: Site) -> None:
    """Guards 0 bytes."""
    assert _uploaded(site, content=b"")["size"] == 0


def test_a_revision_brings_a_file(site: Site) -> None:
    """Guards the file and all else in one call: what it sets, and what it leaves."""
    own = new_id()
    package = site.dataset(resources=[{"id": own, "name": "f", "format": "CSV", "govlink_sha256": "x"}])
    match = {"name": package["name"], "metadata_modified": package["metadata_modified"]}
    parts = {
        "match": match,
        "update": {"private": False, "notes": "y"},
        f"update__resources__{own}": {"govlink_sha256": "z"},
    }
    file = {f"update__resources__{own}__upload": ("data.csv", CSV)}
    status, reply = site.form("package_revise", parts=parts, **file)
    assert status == 200, reply
    after = site.package(package)
    (resource,) = after["resources"]
    assert (after["private"], after["notes"]) == (False, "y")
    told = {
        "id": own,
        "url_type": "upload",
        "size": len(CSV),
        "format": "CSV",
        "govlink_sha256": "z",
        "name": "f",
    }
    assert {k: resource[k] for k in told} == told
    assert resource["mimetype"] is None
    assert site.client.get(resource["url"]).content == CSV
    status, error = site.form("package_revise", parts=parts, **{next(iter(file)): ("other.csv", b"other")})
    assert (status, error["match"]) == (409, ["metadata_modified"])
    assert site.client.get(resource["url"]).content == CSV


def test_a_revision_adds_a_resource_with_its_file(site: Site) -> None:
    """Guards appending and filling in one call, by position and by the id just given."""
    package, first, second = site.dataset(), new_id(), new_id()
    for own, place in ((first, "-1"), (second, second)):
        parts = {
            "match": {"id": package["id"]},
            "update__resources__extend": [{"id": own, "name": own[:4], "format": "CSV"}],
        }
        file = {f"update__resources__{place}__upload": ("data.csv", CSV)}
        status, reply = site.form("package_revise", parts=parts, **file)
        assert status == 200, reply
    resources = site.package(package)["resources"]
    assert [(r["id"], r["size"], r["url_type"]) for r in resources] == [
        (first, len(CSV), "upload"),
        (second, len(CSV), "upload"),
    ]


def test_a_new_file_moves_the_timestamp(site: Site) -> None:
    """Guards that even an equal file is a change, and that a change of metadata leaves the file's time."""
    resource = _uploaded(site)
    parts = {"match": {"id": resource["package_id"]}}
    status, reply = site.form("package_revise", parts=parts, update__resources__0__upload=("data.csv", CSV))
    assert status == 200, reply
    again = reply["package"]["resources"][0]
    assert again["last_modified"] > str(resource["last_modified"])
    notes = site.done("package_revise", match=parts["match"], update={"notes": "x"})["package"]
    kept = notes["resources"][0]
    assert (kept["last_modified"], kept["size"], kept["url"]) == (
        again["last_modified"],
        len(CSV),
        again["url"],
    )


def test_a_number_in_a_form_stays_a_text(site: Site) -> None:
    """Guards flattened values, which are read as JSON where they are JSON."""
    package = site.dataset()
    parts = {"match__id": package["id"], "update__notes": "2567", "update__private": "false"}
    status, reply = site.form("package_revise", parts=parts, unused=("x", b"x"))
    assert status == 200, reply
    assert (reply["package"]["notes"], reply["package"]["private"]) == ("2567", False)


def test_a_table_of_an_upload_is_read_only(site: Site) -> None:
    """Guards 409 unless forced."""
    resource = _uploaded(site)
    table: dict[str, Any] = {"resource_id": resource["id"], "fields": [{"id": "k", "type": "text"}]}
    status, error = site.call("datastore_create", **table)
    assert (status, set(error)) == (409, {"read-only", "__type"})
    assert site.call("datastore_create", **table, force=True)[0] == 200
    records: dict[str, Any] = {"resource_id": resource["id"], "method": "insert", "records": [{"k": "a"}]}
    assert "read-only" in site.call("datastore_upsert", **records)[1]
    assert site.call("datastore_upsert", **records, force=True)[0] == 200
    assert "read-only" in site.call("datastore_delete", resource_id=resource["id"])[1]
