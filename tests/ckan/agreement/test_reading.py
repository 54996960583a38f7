"""Searches and dumps of the DataStore, asked of real catalogues and of the simulated one."""

from __future__ import annotations

from typing import Any

from .site import Site, new_id

KN = (("k", "text"), ("n", "numeric"))


def test_searching(site: Site) -> None:
    """Guards order, pages, filters, totals and chosen columns."""
    own = site.table(*KN)
    site.write(own, *({"k": f"{n:03}", "n": n % 3 or None} for n in range(150)))

    def keys(**how: Any) -> list[object]:
        return [row["k"] for row in site.rows(own, **how)]

    found = site.done("datastore_search", resource_id=own)
    assert (len(found["records"]), found["total"], found["limit"]) == (100, 150, 100)
    assert site.done("datastore_search", resource_id=own, limit=99_999)["limit"] == 10_000
    assert keys(limit=2, sort="_id desc") == ["149", "148"]
    assert keys(limit=2, offset=149) == ["149"]
    assert keys(limit=2, sort="n, k desc") == ["148", "145"]
    assert keys(limit=2, sort="n desc, k") == ["000", "003"]
    assert keys(limit=2, filters={"n": 2}) == ["002", "005"]
    total = site.done("datastore_search", resource_id=own, filters={"n": [1, 2]}, limit=0)
    assert (total["total"], total["records"]) == (100, [])
    assert site.rows(own, fields=["n"], limit=1) == [{"n": None}]
    assert "total" not in site.done("datastore_search", resource_id=own, include_total=False)
    for wrong in (
        {"filters": {"z": 1}},
        {"sort": "z"},
        {"fields": ["z"]},
        {"limit": -1},
        {"filters": {"n": "x"}},
    ):
        assert site.call("datastore_search", resource_id=own, **wrong)[0] == 409


def test_filters_and_types(site: Site) -> None:
    """Guards which values a column can be compared with, in a search and in a deletion."""
    own = site.table(("k", "text"), ("v", "varchar"), ("n", "numeric"), ("b", "bool"), ("d", "date"))
    site.write(own, {"k": "1", "v": "1", "n": 1, "b": True, "d": "2024-01-01"}, {"k": "2"})
    good: tuple[tuple[str, object, int], ...] = (
        ("k", 1, 1),
        ("k", None, 0),
        ("v", ["1"], 1),
        ("n", "1.0", 1),
        ("n", None, 0),
        ("n", [1, None], 1),
        ("n", 10**12, 0),
        ("b", True, 1),
        ("b", "true", 1),
        ("d", "2024-01-01", 1),
        ("_id", "1", 1),
    )
    for name, value, count in good:
        assert len(site.rows(own, filters={name: value})) == count, (name, value)
        delete = {"k": "no such row", **({name: value} if name != "k" else {})}
        assert site.call("datastore_delete", resource_id=own, filters=delete)[0] == 200
    bad: tuple[tuple[str, object, int], ...] = (
        ("v", 1, 409),
        ("v", [1, 2], 409),
        ("n", "x", 500),
        ("b", 1, 409),
        ("d", "x", 500),
        ("_id", "x", 500),
    )
    for name, value, status in bad:
        filters: dict[str, Any] = {"resource_id": own, "filters": {name: value}}
        found, error = site.call("datastore_search", **filters)
        assert (found, "query" in error) == (409, True), (name, value)
        assert site.call("datastore_delete", **filters)[0] == status, (name, value)
    nothing: dict[str, Any] = {"resource_id": own, "filters": {"n": []}}
    assert site.call("datastore_search", **nothing)[0] == (409 if site.version == "2.11" else 200)
    assert site.call("datastore_delete", **nothing)[0] == (409 if site.version == "2.11" else 200)
    assert len(site.rows(own)) == 2


def test_searching_in_other_forms(site: Site) -> None:
    """Guards rows as CSV text without a header, and as lists."""
    own = site.table(*KN)
    site.write(own, {"k": 'a,"b', "n": "1.50"}, {"k": "", "n": None})
    text = site.done("datastore_search", resource_id=own, records_format="csv")["records"]
    assert text == '1,"a,""b",1.50\n2,"",\n'
    lists = site.done("datastore_search", resource_id=own, records_format="lists")["records"]
    assert lists == [[1, 'a,"b', 1.5], [2, "", None]]


def test_numbers_keep_their_digits(site: Site) -> None:
    """Guards 1.50 in the JSON text itself."""
    own = site.table(*KN)
    site.write(own, {"k": "a", "n": "1.50"})
    assert "1.50" in site.send("datastore_search", json={"resource_id": own}).text


def test_a_search_of_what_is_private(site: Site) -> None:
    """Guards 403 without a right, and the member's right to read and not to write."""
    own = site.table(*KN)
    people = ("editor", "member", "stranger", "nobody")
    search = {"resource_id": own, "limit": 0}
    assert [site.call("datastore_search", person=p, **search)[0] for p in people] == [200, 200, 403, 403]
    write = {"resource_id": own, "records": [{"k": "a"}]}
    assert [site.call("datastore_upsert", person=p, **write)[0] for p in people] == [200, 403, 403, 403]
    create = {"resource_id": own, "fields": [{"id": "k", "type": "text"}]}
    assert [site.call("datastore_create", person=p, **create)[0] for p in people] == [200, 403, 403, 403]
    delete = {"resource_id": own, "filters": {}}
    assert [site.call("datastore_delete", person=p, **delete)[0] for p in people[::-1]] == [
        403,
        403,
        403,
        200,
    ]


def test_a_description_of_a_table(site: Site) -> None:
    """Guards the count, and that a key is told as an index only."""
    own = site.table(*KN)
    site.write(own, {"k": "a"})
    info = site.done("datastore_info", resource_id=own)
    assert info["meta"]["count"] == 1
    shapes = {
        f["id"]: (f["type"], f["schema"]["native_type"], f["schema"]["is_index"]) for f in info["fields"]
    }
    assert shapes == {"k": ("text", "text", True), "n": ("numeric", "numeric", False)}


def test_a_dump(site: Site) -> None:
    """Guards the number first, the table's order, NULL and empty text apart, and every type's form."""
    own = site.table(("k", "text"), ("n", "numeric"), ("b", "bool"), ("d", "date"), ("t", "timestamp"))
    stamp = "2024-01-30T10:00:01"
    site.write(own, {"k": "z", "n": "1.50", "b": True, "d": "2567-01-30", "t": stamp})
    site.write(own, {"k": 'a,"\n ก', "b": False}, {"k": ""}, {"k": " x"}, {"k": "=1"}, {"k": "NULL"})
    reply = site.dump(own, format="csv", bom=False)
    told = stamp if site.version == "2.11" else f"{stamp}.000"
    assert reply.content.decode() == (
        "_id,k,n,b,d,t\r\n"
        f"1,z,1.50,t,2567-01-30,{told}\n"
        '2,"a,""\n ก",,f,,\n'
        '3,"",,,,\n'
        "4, x,,,,\n"
        "5,=1,,,,\n"
        "6,NULL,,,,\n"
    )
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert site.dump(own).content == reply.content
    assert site.dump(own, bom=True).content == b"\xef\xbb\xbf" + reply.content
    assert site.dump(own, format="tsv").content.decode().splitlines()[0] == "_id\tk\tn\tb\td\tt"
    records = site.dump(own, format="json").json()["records"]
    assert records[0] == [1, "z", 1.5, True, "2567-01-30", told]


def test_a_dump_of_what_is_private(site: Site) -> None:
    """Guards 404 and a page, not 403, for who may not read it or where no table is."""
    own = site.table(*KN)
    people = ("editor", "member", "stranger", "nobody")
    assert [site.dump(own, person=p).status_code for p in people] == [200, 200, 404, 404]
    missing = site.dump(new_id())
    assert (missing.status_code, missing.text.lstrip()[:1]) == (404, "<")
