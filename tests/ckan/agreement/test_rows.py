"""Rows of the DataStore and their errors, asked of real catalogues and of the simulated one."""

from __future__ import annotations

from .site import Site, new_id

KN = (("k", "text"), ("n", "numeric"))
KINDS = ("text", "varchar", "int", "bigint", "numeric", "date", "timestamp", "bool")
KEPT: tuple[tuple[str, object, object], ...] = (
    ("text", "", ""),
    ("text", "007", "007"),
    ("text", 7, "7"),
    ("text", True, "true"),
    ("text", " a\n", " a\n"),
    ("varchar", "", None),
    ("varchar", "ก", "ก"),
    ("int", "007", 7),
    ("int", " 7 ", 7),
    ("int", "", None),
    ("int", -5, -5),
    ("int", 2147483647, 2147483647),
    ("bigint", 2147483648, 2147483648),
    ("numeric", "007.10", 7.10),
    ("numeric", "", None),
    ("numeric", "1e3", 1000),
    ("numeric", 1.5, 1.5),
    ("date", "2567-01-30", "2567-01-30"),
    ("date", "2024-01-30T10:00:00", "2024-01-30"),
    ("date", "", None),
    ("timestamp", "2024-01-30", "2024-01-30T00:00:00"),
    ("timestamp", "2024-01-30 10:00:01", "2024-01-30T10:00:01"),
    ("bool", "yes", True),
    ("bool", "f", False),
    ("bool", True, True),
    ("bool", "", None),
)
REFUSED: tuple[tuple[str, object], ...] = (
    ("int", "1.5"),
    ("int", "x"),
    ("int", 2147483648),
    ("int", "2147483648"),
    ("int", True),
    ("numeric", "1,000"),
    ("numeric", "๑"),
    ("numeric", True),
    ("date", "2567-02-29"),
    ("date", "2023-02-30"),
    ("date", "30 มกราคม 2567"),
    ("date", 20240130),
    ("timestamp", "2024-01-30 25:00:00"),
    ("bool", "maybe"),
    ("bool", 1),
    ("text", {"a": 1}),
)


def test_upsert_insert_and_update(site: Site) -> None:
    """Guards the three methods, partial rows, and the last of two in one batch."""
    own = site.table(*KN)
    assert site.write(own, {"k": "a", "n": 1}, {"k": "b", "n": 2})[0] == 200
    assert site.write(own, {"k": "a", "n": 3}, {"k": "c", "n": 4}, {"k": "c", "n": 5})[0] == 200
    assert site.write(own, {"k": "b"}, method="update")[0] == 200
    assert site.write(own, {"k": "d"}, method="insert")[0] == 200
    assert site.rows(own) == [
        {"k": "a", "n": 3},
        {"k": "b", "n": 2},
        {"k": "c", "n": 5},
        {"k": "d", "n": None},
    ]
    assert site.write(own, {"k": "z"}, method="update")[0] == 409
    assert site.write(own, {"k": "z"}, method="replace")[0] == 409


def test_rows_are_repeated_by_some(site: Site) -> None:
    """Guards the reply: up to 2.11 it repeats the rows."""
    reply = site.write(site.table(*KN), {"k": "a"})[1]
    assert ("records" in reply) is (site.version == "2.11")


def test_a_batch_is_all_or_nothing(site: Site) -> None:
    """Guards that one bad row undoes its batch, which row is named, and that row numbers go on."""
    own = site.table(*KN)
    good, bad = {"k": "a", "n": 1}, {"k": "b", "n": "x"}
    status, error = site.write(own, good, bad, {"k": "c"})
    assert (status, set(error), error["records_row"]) == (409, {"records", "records_row", "__type"}, 1)
    status, error = site.write(own, good, bad, {"k": "c"}, method="insert")
    assert (status, set(error), error["records_row"]) == (409, {"records", "records_row", "__type"}, 2)
    assert site.rows(own) == []
    site.write(own, good)
    assert site.done("datastore_search", resource_id=own)["records"][0]["_id"] > 1


def test_an_insert_of_a_key_that_is_there(site: Site) -> None:
    """Guards 409 with the database's words."""
    own = site.table(*KN)
    site.write(own, {"k": "a"})
    status, error = site.write(own, {"k": "b"}, {"k": "a"}, {"k": "c"}, method="insert")
    assert (status, error["records_row"]) == (409, 2)
    assert "duplicate key value violates unique constraint" in error["records"][0]
    status, error = site.write(own, {"k": "d"}, {"k": "d"}, method="insert")
    assert status == 409
    assert [row["k"] for row in site.rows(own)] == ["a"]


def test_errors_of_keys_and_columns(site: Site) -> None:
    """Guards the members by which each mistake is told."""
    own, keyless = site.table(*KN), site.table(*KN, key=())
    assert set(site.write(own, {"n": 1})[1]) == {"key", "__type"}
    assert set(site.write(keyless, {"k": "a"})[1]) == {"table", "__type"}
    assert site.write(keyless, {"k": "a"}, {"k": "a"}, method="insert")[0] == 200
    assert set(site.write(own, {"k": "a", "z": 1})[1]) == {"fields", "__type"}
    assert set(site.write(own, {"k": "a", "z": 1}, method="insert")[1]) == {"records", "__type"}
    assert site.write(new_id(), {"k": "a"})[0] == 404
    assert site.call("datastore_create", resource_id=new_id(), fields=[])[0] == 409


def test_no_value_in_a_key_never_collides(site: Site) -> None:
    """Guards rows that an upsert doubles."""
    own = site.table(*KN)
    for _ in range(2):
        assert site.write(own, {"k": None, "n": 1})[0] == 200
    assert site.rows(own) == [{"k": None, "n": 1}, {"k": None, "n": 1}]


def test_rows_by_their_number(site: Site) -> None:
    """Guards that a row's own number stands for its key, and that a taken key is still refused."""
    own = site.table(*KN)
    site.write(own, {"k": "a", "n": 1}, {"k": "b", "n": 2})
    assert site.write(own, {"_id": 1, "n": 9}, method="update")[0] == 200
    assert site.rows(own)[0] == {"k": "a", "n": 9}
    assert site.write(own, {"_id": 1, "k": "b"}, method="update")[0] == 409


def test_a_dry_run_writes_nothing(site: Site) -> None:
    """Guards the trial of a batch."""
    own = site.table(*KN)
    assert site.write(own, {"k": "a"}, dry_run=True)[0] == 200
    assert site.write(own, {"k": "a", "n": "x"}, dry_run=True)[0] == 409
    assert site.rows(own) == []


def test_what_is_kept(site: Site) -> None:
    """Guards what becomes of a value, by an insert and by an upsert."""
    own = site.table(("k", "text"), *((kind, kind) for kind in KINDS))
    for method in ("insert", "upsert"):
        records = [{"k": f"{method} {n:02}", kind: sent} for n, (kind, sent, _) in enumerate(KEPT)]
        status, reply = site.write(own, *records, method=method)
        assert status == 200, reply
    found = site.rows(own, sort="k")
    ending = ".000" if site.version == "2.12" else ""
    wanted = [f"{stored}{ending}" if kind == "timestamp" else stored for kind, _, stored in KEPT]
    assert [row[kind] for row, (kind, _, _) in zip(found, (*KEPT, *KEPT), strict=True)] == wanted * 2


def test_what_is_refused(site: Site) -> None:
    """Guards 409 with the row's position."""
    own = site.table(("k", "text"), *((kind, kind) for kind in KINDS))
    for kind, sent in REFUSED:
        for method in ("insert", "upsert"):
            status, error = site.write(own, {"k": "a", kind: sent}, method=method)
            assert (status, set(error)) == (409, {"records", "records_row", "__type"}), (kind, sent, method)


def test_a_nul_breaks_the_call(site: Site) -> None:
    """Guards 500, and nothing written."""
    own = site.table(*KN)
    assert site.write(own, {"k": "b"}, {"k": "a\x00"})[0] == 500
    assert site.write(own, {"k": "b"}, {"k": "a\x00"}, method="insert")[0] == 500
    assert site.rows(own) == []


def test_deleting_rows(site: Site) -> None:
    """Guards filters by number, by value and by several values, and the filter of everything."""
    own = site.table(*KN)
    site.write(own, *({"k": str(n), "n": n} for n in range(8)))
    reply = site.done("datastore_delete", resource_id=own, filters={"_id": [1, 2]})
    assert (reply["resource_id"], reply["filters"]) == (own, {"_id": [1, 2]})
    site.done("datastore_delete", resource_id=own, filters={"k": "2"})
    site.done("datastore_records_delete", resource_id=own, filters={"k": [3, "4"], "n": 3})
    assert [row["k"] for row in site.rows(own)] == ["4", "5", "6", "7"]
    assert site.call("datastore_records_delete", resource_id=own)[0] == 409
    assert site.call("datastore_delete", resource_id=own, filters={"z": 1})[0] == 409
    assert site.call("datastore_delete", resource_id=own, filters=["k"])[0] == 409
    site.done("datastore_delete", resource_id=own, filters={})
    assert site.rows(own) == []
    site.write(own, {"k": "new"})
    assert site.done("datastore_search", resource_id=own)["records"][0]["_id"] == 9
