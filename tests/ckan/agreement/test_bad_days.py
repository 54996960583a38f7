"""What fails with the search index, and what a server does by itself, real and simulated."""

from __future__ import annotations

import time
from typing import Any

from .site import Site, new_id

COLUMN = {"id": "k", "type": "text"}
FAILED = (500, "Search Index Error")


def test_without_the_index_no_dataset_changes(site: Site) -> None:
    """Guards 500, and that nothing is left behind."""
    package, wanted = site.dataset(), site.wanted()
    own = {"id": package["id"]}
    calls: tuple[tuple[str, dict[str, Any]], ...] = (
        ("package_create", wanted),
        ("package_revise", {"match": own, "update": {"notes": "x"}}),
        ("package_patch", {**own, "notes": "x"}),
        ("resource_create", {"package_id": package["id"], "name": "t"}),
        ("package_delete", own),
    )
    with site.index_down():
        for action, data in calls:
            status, error = site.call(action, **data)
            assert (status, error["__type"]) == FAILED, action
        assert site.call("package_search")[0] == 500
        assert site.call("package_show", **own)[0] == 200
    assert site.package(package) == package
    assert site.call("package_show", id=wanted["name"])[0] == 404
    assert site.call("package_create", **wanted)[0] == 200


def test_without_the_index_a_table_changes_all_the_same(site: Site) -> None:
    """Guards a table made, and dropped, by calls that fail, and the old mark that 2.11 goes on telling."""
    own = new_id()
    package = site.dataset(resources=[{"id": own, "name": "t", "url_type": "datastore"}])
    made: dict[str, Any] = {"resource_id": own, "fields": [COLUMN], "primary_key": ["k"]}
    with site.index_down():
        status, error = site.call("datastore_create", **made)
        assert (status, error["__type"]) == FAILED
        assert site.call("datastore_create", **made)[0] == (200 if site.version == "2.11" else 500)
        assert site.write(own, {"k": "a"})[0] == 200
        assert site.rows(own) == [{"k": "a"}]
    site.done("datastore_create", **made)
    assert site.package(package)["resources"][0]["datastore_active"] is (site.version == "2.12")
    with site.index_down():
        status, error = site.call("datastore_delete", resource_id=own)
        assert (status, error["__type"]) == FAILED
    assert site.call("datastore_search", resource_id=own)[0] == 404


def test_a_total_that_is_kept(site: Site) -> None:
    """Guards that on 2.12 a call which asks for a count keeps the old one."""
    own = site.table(("k", "text"))

    def total() -> object:
        return site.done("datastore_search", resource_id=own, limit=0)["total"]

    site.write(own, {"k": "a"})
    assert total() == 1
    site.write(own, {"k": "b"}, calculate_record_count=True)
    assert total() == (1 if site.version == "2.12" else 2)
    assert site.done("datastore_info", resource_id=own)["meta"]["count"] == 2
    site.write(own, {"k": "c"})
    assert total() == 3
    site.done("datastore_delete", resource_id=own, filters={"k": "a"})
    assert total() == 2


def test_the_server_touches_the_dataset_later(site: Site) -> None:
    """Guards that on 2.12 a worker moves the timestamp a while after rows were written."""
    own = site.table(("k", "text"))
    site.write(own, {"k": "a"})
    package = {"id": site.done("resource_show", id=own)["package_id"]}
    before = site.package(package)
    assert (before["resources"][0]["last_modified"] is None) is (site.version == "2.11")
    if site.version == "2.11":
        return
    with site.jobs():
        end = time.monotonic() + 60
        while site.package(package)["metadata_modified"] == before["metadata_modified"]:
            assert time.monotonic() < end
            time.sleep(0.2)
    after = site.package(package)["resources"][0]
    assert after["last_modified"] > before["resources"][0]["last_modified"]
