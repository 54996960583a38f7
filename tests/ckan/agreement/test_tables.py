"""Tables of the DataStore, made and altered, asked of real catalogues and of the simulated one."""

from __future__ import annotations

from typing import Any

from .site import Site, new_id

KN = (("k", "text"), ("n", "numeric"))
KINDS = ("text", "varchar", "int", "bigint", "numeric", "date", "timestamp", "bool")


def test_a_table_behind_a_resource(site: Site) -> None:
    """Guards the reply, the mark on the resource, and whether the dataset's timestamp moves."""
    own = new_id()
    package = site.dataset(resources=[{"id": own, "name": "t", "url_type": "datastore"}])
    field = {"id": "k", "type": "text", "info": {"label": "ชื่อ", "notes": "n"}}
    made: dict[str, Any] = {"resource_id": own, "fields": [field], "primary_key": ["k"]}
    reply = site.done("datastore_create", **made)
    assert {k: reply[k] for k in ("resource_id", "fields", "primary_key")} == made
    assert "records" not in reply
    after = site.package(package)
    assert after["resources"][0]["datastore_active"] is True
    assert (after["metadata_modified"] != package["metadata_modified"]) is (site.version == "2.12")
    found = site.done("datastore_search", resource_id=own, limit=0)
    assert (found["fields"], found["total"]) == ([{"id": "_id", "type": "int"}, field], 0)
    again = site.package(package)["metadata_modified"]
    site.done("datastore_create", **made)
    site.write(own, {"k": "a"})
    assert site.package(package)["metadata_modified"] == again
    site.done("datastore_delete", resource_id=own)
    assert site.package(package)["resources"][0]["datastore_active"] is False
    assert site.call("datastore_search", resource_id=own)[0] == 404


def test_types_are_told_by_the_databases_names(site: Site) -> None:
    """Guards the names a type is declared by and told by."""
    own = site.table(*((f"c{n}", kind) for n, kind in enumerate((*KINDS, "float8"))), key=())
    told = list(site.columns(own).values())
    assert told == [
        "int",
        "text",
        "varchar",
        "int4",
        "int8",
        "numeric",
        "date",
        "timestamp",
        "bool",
        "float8",
    ]


def test_altering_a_table(site: Site) -> None:
    """Guards columns added, kept and deleted, an ignored type, and labels that survive."""
    own = site.table(*KN)
    site.write(own, {"k": "a", "n": 1})

    def alter(*fields: dict[str, object], **more: Any) -> dict[str, str]:
        site.done("datastore_create", resource_id=own, fields=list(fields), **more)
        return site.columns(own)

    label = {"label": "ชื่อ"}
    assert list(alter({"id": "new", "type": "date", "info": label})) == ["_id", "k", "n", "new"]
    assert alter({"id": "n", "type": "text"})["n"] == "numeric"
    assert list(alter({"id": "new", "type": "date"}, {"id": "k", "type": "text"})) == ["_id", "k", "n", "new"]
    found = site.done("datastore_search", resource_id=own, limit=0)["fields"]
    assert found[3] == {"id": "new", "type": "date", "info": label}
    kept = alter({"id": "k", "type": "text"}, {"id": "more", "type": "text"}, delete_fields=True)
    assert list(kept) == ["_id", "k", "more"]
    assert site.rows(own) == [{"k": "a", "more": None}]
    assert site.write(own, {"k": "a", "more": "x"})[0] == 200
    assert list(alter({"id": "more", "type": "text"}, delete_fields=True)) == ["_id", "more"]
    assert "table" in site.write(own, {"more": "x"})[1]


def test_a_table_made_again_under_its_id(site: Site) -> None:
    """Guards other types after a deletion, and numbers that begin again."""
    own = site.table(*KN)
    site.write(own, {"k": "a"})
    site.done("datastore_delete", resource_id=own)
    fields = [{"id": "n", "type": "int"}]
    site.done("datastore_create", resource_id=own, fields=fields, primary_key=["n"])
    site.write(own, {"n": 5})
    assert site.done("datastore_search", resource_id=own)["records"] == [{"_id": 1, "n": 5}]


def test_forbidden_column_names(site: Site) -> None:
    """Guards 409 on a new table."""
    own = new_id()
    site.dataset(resources=[{"id": own, "name": "t", "url_type": "datastore"}])
    for name in ("_x", 'a"b', "", " a"):
        status, error = site.call("datastore_create", resource_id=own, fields=[{"id": name, "type": "text"}])
        assert (status, set(error)) == (409, {"fields", "__type"}), name


def test_columns_twice_or_of_no_type(site: Site) -> None:
    """Guards 409 on a name twice, on an unknown type, on a key that is no column; no table is left."""
    own = new_id()
    site.dataset(resources=[{"id": own, "name": "t", "url_type": "datastore"}])

    def refused(*fields: dict[str, str], **more: Any) -> set[str]:
        status, error = site.call("datastore_create", resource_id=own, fields=list(fields), **more)
        assert status == 409
        return set(error) - {"__type"}

    column = {"id": "k", "type": "text"}
    assert refused(column, column) == {"field"}
    assert refused({"id": "k", "type": "no_such_type"}) == {"fields"}
    assert refused({"id": "k"}) == {"fields"}
    assert refused(column, primary_key=["z"]) == {"index"}
    assert site.call("datastore_search", resource_id=own)[0] == 404


def test_long_thai_names_are_cut(site: Site) -> None:
    """Guards 63 bytes: an accepted name of 22 letters, cut to 21, that rows may not use."""
    name, cut = "ก" * 22, "ก" * 21
    own = site.table(*KN)
    fields = [{"id": name, "type": "text"}]
    reply = site.done("datastore_create", resource_id=own, fields=fields)
    assert reply["fields"] == fields
    assert cut in site.columns(own)
    assert site.write(own, {"k": "a", name: "x"})[0] == 409
    assert site.write(own, {"k": "a", cut: "x"})[0] == 200
    assert site.call("datastore_create", resource_id=own, fields=fields)[0] == 500


def test_keys_can_be_changed(site: Site) -> None:
    """Guards a key kept when left out, dropped by an empty list, and refused where rows are alike."""
    own = site.table(*KN)
    site.write(own, {"k": "a", "n": 1}, {"k": "b", "n": 1})
    site.done("datastore_create", resource_id=own, fields=[{"id": "k", "type": "text"}])
    assert site.write(own, {"k": "a", "n": 2})[0] == 200
    status, error = site.call("datastore_create", resource_id=own, primary_key=["n", "k"])
    assert status == 200, error
    site.write(own, {"k": "c", "n": 2})
    status, error = site.call("datastore_create", resource_id=own, primary_key=["n"])
    assert (status, set(error)) == (409, {"constraints", "info", "__type"})
    assert error["info"]["pgcode"] == "23505"
    assert site.write(own, {"k": "c", "n": 2})[0] == 200
    site.done("datastore_create", resource_id=own, primary_key=[])
    assert "table" in site.write(own, {"k": "c", "n": 2})[1]
