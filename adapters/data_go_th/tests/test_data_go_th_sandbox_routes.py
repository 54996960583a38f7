"""The simulated catalogue over HTTP: the routes that are no actions, and the sandbox's own controls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from govlink.sandbox.toolkit import World
from govlink_data_go_th.sandbox import application_of, catalogue_of
from govlink_data_go_th.simulated.catalogue import Catalogue

TABLE, FILE = "11111111-1111-5111-8111-111111111111", "22222222-1111-5111-8111-111111111111"
METADATA = {
    "name": "ab",
    "title": "สถิติ",
    "owner_org": "obec",
    "data_type": "ข้อมูลระเบียน",
    "maintainer": "กลุ่มงาน",
    "maintainer_email": "a@example.go.th",
    "notes": "n",
    "objective": ["ไม่ทราบ"],
    "update_frequency_unit": "ปี",
    "geo_coverage": "จังหวัด",
    "data_source": "s",
    "data_format": ["CSV"],
    "data_category": "ข้อมูลสาธารณะ",
    "license_id": "Open Data Common",
    "private": True,
    "resources": [{"id": TABLE, "name": "t", "url_type": "datastore"}],
}


class Web:
    """The catalogue and a client of its application."""

    def __init__(self, client: TestClient, world: World, catalogue: Catalogue) -> None:
        self.client, self.world, self.catalogue = client, world, catalogue

    def headers(self, account: str) -> dict[str, str]:
        """The token of an account of the sandbox."""
        return {"Authorization": self.world.access_token(account)}

    def call(self, action: str, *, account: str = "data_go_th", **data: object) -> tuple[int, Any]:
        """Status, and result or error."""
        reply = self.client.post(f"/api/3/action/{action}", json=data, headers=self.headers(account))
        content = reply.json()
        return reply.status_code, content.get("result", content.get("error"))

    def control(self, path: str, **content: object) -> Any:
        """Use a control of the sandbox."""
        reply = self.client.post(f"/_sandbox/{path}", json=content)
        assert reply.status_code == 200, reply.text
        return reply.json()


@pytest.fixture
def web() -> Iterator[Web]:
    """A catalogue with a private dataset that has a table of one row."""
    world = World(clock=lambda: datetime(2026, 1, 20, tzinfo=UTC))
    catalogue = catalogue_of(world)
    with TestClient(application_of(catalogue)) as client:
        web = Web(client, world, catalogue)
        web.call("package_create", **METADATA)
        web.call(
            "datastore_create", resource_id=TABLE, fields=[{"id": "k", "type": "text"}], primary_key=["k"]
        )
        web.call("datastore_upsert", resource_id=TABLE, records=[{"k": "a"}])
        yield web


def test_a_dump_follows_the_datasets_rights(web: Web) -> None:
    """Guards the dump: for the token alone, for all once the dataset is public, for none if closed."""
    place = f"/datastore/dump/{TABLE}"
    mine = web.headers("data_go_th")
    assert web.client.get(place, headers=mine).text == "_id,k\r\n1,a\n"
    assert web.client.get(place).status_code == 404
    web.call("package_revise", match={"name": "ab"}, update={"private": False})
    assert web.client.get(place).status_code == 200
    assert web.client.get(place, params={"format": "xls"}).status_code == 400
    web.catalogue.has_dump = False
    assert web.client.get(place, headers=mine).status_code == 404


def test_a_file_goes_in_and_out(web: Web) -> None:
    """Guards an upload by a revision, its link, and the limit that a test may set."""
    place = f"update__resources__{FILE}__upload"
    texts = {"match": '{"name": "ab"}', "update__resources__extend": f'[{{"id": "{FILE}", "name": "f"}}]'}

    def send(content: bytes) -> Any:
        file = {place: ("data.csv", content, "text/csv")}
        headers = web.headers("data_go_th")
        return web.client.post("/api/3/action/package_revise", data=texts, files=file, headers=headers)

    web.catalogue.keeper.max_file_bytes = 3
    assert list(send(b"1234").json()["error"]) == ["upload", "__type"]
    resource = send(b"123").json()["result"]["package"]["resources"][1]
    assert (resource["id"], resource["size"]) == (FILE, 3)
    assert web.client.get(resource["url"]).status_code == 403
    assert web.client.get(resource["url"], headers=web.headers("data_go_th")).content == b"123"
    assert web.client.get(resource["url"].replace(FILE, TABLE)).status_code == 403
    assert web.client.get("/dataset/x/resource/y/download").status_code == 404


def test_bodies_have_the_limit_that_is_set(web: Web) -> None:
    """Guards 413 with a page, as a web server before CKAN answers."""
    web.catalogue.max_body_bytes = 50
    reply = web.client.post("/api/3/action/package_show", json={"id": "x" * 60})
    assert (reply.status_code, reply.text[:1]) == (413, "<")


def test_accounts_have_different_rights(web: Web) -> None:
    """Guards the member, who reads, the stranger, who does not, and the administrator, who may choose ids."""
    accounts = ("data_go_th", "data_go_th-member", "data_go_th-stranger", "data_go_th-unknown")
    assert [web.call("package_show", account=a, id="ab")[0] for a in accounts] == [200, 200, 403, 403]
    own = {**METADATA, "name": "cd", "title": "x", "resources": [], "id": FILE}
    assert web.call("package_create", account="data_go_th-sysadmin", **own)[1]["id"] == FILE


def test_a_version_is_chosen(web: Web) -> None:
    """Guards the switch: an action of 2.11 that 2.10 lacks, rows repeated or not, an unknown version."""
    assert web.control("version", version="2.10") == {"version": "2.10.11"}
    delete = {"resource_id": TABLE, "filters": {}}
    reply = web.client.post("/api/3/action/datastore_records_delete", json=delete)
    assert (reply.status_code, type(reply.json())) == (400, str)
    assert "records" in web.call("datastore_upsert", resource_id=TABLE, records=[{"k": "b"}])[1]
    web.control("version", version="2.12")
    assert "records" not in web.call("datastore_upsert", resource_id=TABLE, records=[{"k": "c"}])[1]
    assert web.call("status_show")[1]["ckan_version"] == "2.12.0"
    assert web.client.post("/_sandbox/version", json={"version": "3"}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "words"), [("deadlock", "deadlock detected"), ("duplicate_key", "duplicate key")]
)
def test_races_on_demand(web: Web, kind: str, words: str) -> None:
    """Guards a lost race for the next call of the action, with the database's words and nothing written."""
    web.control("failures", kind=kind, action="datastore_upsert")
    write = {"resource_id": TABLE, "records": [{"k": "b"}]}
    assert web.call("datastore_search", resource_id=TABLE)[0] == 200
    status, error = web.call("datastore_upsert", **write)
    assert (status, words in error["records"][0]) == (409, True)
    assert web.call("datastore_search", resource_id=TABLE)[1]["total"] == 1
    assert web.call("datastore_upsert", **write)[0] == 200
    assert web.client.post("/_sandbox/failures", json={"kind": "?"}).status_code == 422


def test_the_index_fails_on_demand(web: Web) -> None:
    """Guards one failing call, and a whole time without the index."""
    revise = {"match": {"name": "ab"}, "update": {"notes": "x"}}
    web.control("failures", kind="search_index", action="package_revise")
    assert web.call("package_revise", **revise)[0] == 500
    assert web.call("package_show", id="ab")[1]["notes"] == "n"
    assert web.call("package_revise", **revise)[0] == 200
    assert web.control("index", down=True) == {"down": True}
    assert [web.call("package_revise", **revise)[0] for _ in range(2)] == [500, 500]
    web.control("index", down=False)
    assert web.call("package_revise", **revise)[0] == 200


def test_the_worker_runs_on_demand(web: Web) -> None:
    """Guards the late move of the timestamp on 2.12."""
    web.control("version", version="2.12")
    web.call("datastore_upsert", resource_id=TABLE, records=[{"k": "b"}])
    before = web.call("package_show", id="ab")[1]["metadata_modified"]
    assert web.control("jobs") == {"jobs": 1}
    assert web.call("package_show", id="ab")[1]["metadata_modified"] > before
    assert web.control("jobs") == {"jobs": 0}


EMPTY = {"name": "", "metadata_modified": "", "governance_state": "", "validate_time": ""}
WAITING = {
    **EMPTY,
    "name": "ab",
    "governance_state": "VALIDATE_MODIFIED",
    "validate_time": "2026-01-21T00:00:00",
}


@pytest.mark.parametrize(
    ("state", "published", "waiting"),
    [
        ({}, EMPTY, EMPTY),
        (
            {"metadata_modified": "2026-01-20"},
            {**EMPTY, "name": "ab", "metadata_modified": "2026-01-20"},
            EMPTY,
        ),
        ({**WAITING, "published_at": "d"}, {**EMPTY, "name": "ab", "metadata_modified": "d"}, WAITING),
        ({"governance_state": "REJECT"}, EMPTY, {**EMPTY, "name": "ab", "governance_state": "REJECT"}),
    ],
)
def test_the_national_harvester(
    web: Web, state: dict[str, str], published: dict[str, str], waiting: dict[str, str]
) -> None:
    """Guards both replies about a dataset: unknown, published, published with a change, refused."""
    web.control("national/ab", **state)
    asked = {"site_url": "testserver", "package": web.call("package_show", id="ab")[1]["id"]}

    def told(action: str) -> Any:
        return web.client.post(f"/harvester/api/3/action/{action}", json=asked).json()["result"]

    assert told("gdcatalog_published_state") == [published]
    assert told("gdcatalog_nonpublish_state") == [waiting]
    assert web.client.post("/harvester/api/3/action/other", json=asked).status_code == 404


def test_edits_as_a_person_makes_them(web: Web) -> None:
    """Guards the controls for people's edits, locks, organisations, the schema, governance and the log."""
    before = web.call("package_show", id="ab")[1]["metadata_modified"]
    web.control("packages/ab", notes="แก้ไข", locked=True)
    shown = web.call("package_show", id="ab")[1]
    assert (shown["notes"], shown["metadata_modified"] > before) == ("แก้ไข", True)
    assert web.call("package_patch", id="ab", notes="x")[0] == 403
    web.control("packages/ab", locked=False)
    assert web.call("package_patch", id="ab", notes="x")[0] == 200
    assert web.client.post("/_sandbox/packages/none", json={}).status_code == 404
    web.control("organisations", name="other", editable=False)
    moved = {**METADATA, "name": "cd", "title": "x", "resources": [], "owner_org": "other"}
    assert web.call("package_create", **moved)[0] == 403
    web.control("governance", enabled=True)
    assert web.call("package_create", **{**moved, "owner_org": "obec"})[1]["type"] == "prepare"
    web.control("schema", remove=["notes"], choices={"data_category": ["อื่น"]})
    assert "data_category" in web.call("package_patch", id="ab", title="y")[1]
    before = web.control("schema")
    assert web.control("schema", variant="opal")["fields"] != before["fields"]
    web.control("schema", absent=True)
    reply = web.client.post("/api/3/action/scheming_dataset_schema_show", json={"type": "dataset"})
    assert reply.status_code == 400
    log = web.client.get("/_sandbox/log").json()
    assert log[0] == ["package_create", 200]
    assert log[-1] == ["scheming_dataset_schema_show", 400]


def test_many_rows_cost_no_more_each(web: Web) -> None:
    """Guards that a write touches the rows it names only: the others stay the very same objects."""
    web.catalogue.rows_max = 3
    records = [{"k": str(n)} for n in range(5000)]
    web.call("datastore_upsert", resource_id=TABLE, method="insert", records=records)
    rows = web.catalogue.tables[TABLE].rows
    before = list(rows.values())
    assert web.call("datastore_upsert", resource_id=TABLE, records=[{"k": "7"}, {"k": "new"}])[0] == 200
    assert web.catalogue.tables[TABLE].rows is rows
    assert sum(a is not b for a, b in zip(before, rows.values(), strict=False)) == 1
    found = web.call("datastore_search", resource_id=TABLE, limit=10, sort="_id desc")[1]
    assert (found["limit"], len(found["records"]), found["total"]) == (3, 3, 5002)
