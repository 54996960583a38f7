"""What preparing and sending a table takes where no server stands in the way: time and memory.

``stream`` publishes to a catalogue that counts rows and keeps none. ``prepare`` reads, checks, sorts and
digests the rows, writes the file for people, and compares them with a stored copy.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from govlink import Client
from govlink.flow import Request, Response
from govlink.models.table import Table
from govlink.tables import table_of_csv

from .publish_data import COLUMNS, DECLARATION, KEY, dataset
from .publish_govlink import Wire, config_of
from .publish_turns import Turns, peak_mib

NAME = "bench-memory"


class Told(TypedDict):
    """What is to be done with which file: ``stream`` or ``prepare``."""

    work: str
    path: str


class CountingCatalogue:
    """Answers as CKAN does to one publisher of one new dataset; of the rows it keeps their number."""

    def __init__(self) -> None:
        self._package: dict[str, Any] | None = None
        self._fields: list[dict[str, Any]] = []
        self._revised = 0
        self.wire = Wire(inner=self)

    def send(self, request: Request) -> Response:
        """Answer one request; what is not known here is not found."""
        body, is_read = request.body, request.operation != "datastore_upsert"
        content = json.loads(body) if isinstance(body, bytes) and is_read else {}
        result = getattr(self, f"_{request.operation}", lambda _: None)(content)
        answer = {"success": True, "result": result} if result is not None else _NOT_FOUND
        return Response(status=200 if result is not None else 404, body=json.dumps(answer).encode())

    def close(self) -> None:
        """Nothing is open."""

    def _status_show(self, _: dict[str, Any]) -> object:
        return {"ckan_version": "2.11.6", "site_url": "http://127.0.0.1"}

    def _organization_list_for_user(self, _: dict[str, Any]) -> object:
        return [{"id": "1", "name": "obec"}]

    def _package_show(self, _: dict[str, Any]) -> object:
        return self._package

    def _package_create(self, content: dict[str, Any]) -> object:
        self._package = {**content, "id": "1", "type": "dataset", "state": "active", "metadata_modified": "0"}
        return self._package

    def _package_revise(self, content: dict[str, Any]) -> object:
        assert self._package is not None
        self._revised += 1
        self._package |= {**content["update"], "metadata_modified": str(self._revised)}
        for resource in self._package["resources"]:
            resource |= content.get(f"update__resources__{resource['id']}", {})
        return {"package": self._package}

    def _datastore_create(self, content: dict[str, Any]) -> object:
        self._fields = content["fields"]
        return {}

    def _datastore_upsert(self, _: dict[str, Any]) -> object:
        return {}

    def _datastore_search(self, _: dict[str, Any]) -> object:
        return {"fields": self._fields, "total": self.wire.rows_sent, "records": []}


_NOT_FOUND = {"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}}


def stream(path: Path, turns: Turns) -> None:
    """Publish to nobody."""
    catalogue = CountingCatalogue()
    wire = catalogue.wire
    config = config_of(url="http://127.0.0.1", token="none", max_upload_bytes=0)
    with Client(config, transport=wire) as client, table_of_csv(path, columns=COLUMNS, key=(KEY,)) as table:
        prepared_s = turns.seconds()
        client.publish(table, dataset=dataset(NAME), declaration=DECLARATION)
        _tell(turns, table, wire=wire, prepared_s=prepared_s)


def prepare(path: Path, turns: Turns) -> None:
    """Everything that needs no catalogue, step by step."""
    with table_of_csv(path, columns=COLUMNS, key=(KEY,)) as table:
        prepared_s = turns.seconds()
        _say("read, check, sort, digest", prepared_s, table)
        with _timed("write the file for people", table):
            table.csv_file()
        stored = table.scratch_path("stored.csv")
        with stored.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["_id", *(column.id for column in table.columns)])
            writer.writerows((number, *row) for number, row in enumerate(table.rows(), start=1))
        with _timed("compare with a stored copy", table), table.changes_since(stored) as changes:
            assert changes.new_count + changes.changed_count + changes.stale_count == 0
        _tell(turns, table, wire=Wire(inner=CountingCatalogue()), prepared_s=prepared_s)


def _tell(turns: Turns, table: Table, *, wire: Wire, prepared_s: float) -> None:
    turns.tell(
        rows=table.row_count,
        reads=wire.reads,
        writes=wire.writes,
        rows_read=0,
        rows_sent=wire.rows_sent,
        prepared_s=prepared_s,
    )


@contextmanager
def _timed(what: str, table: Table) -> Iterator[None]:
    began_s = time.perf_counter()
    yield
    _say(what, time.perf_counter() - began_s, table)


def _say(what: str, seconds: float, table: Table) -> None:
    rate = table.row_count / seconds
    line = f"  {what:28} {seconds:8.2f} s {rate:10,.0f} rows/s   peak {peak_mib():6.1f} MiB"
    print(line, file=sys.stderr, flush=True)


def main(told: Told) -> None:
    """Do what is told."""
    turns = Turns(slice_rows=sys.maxsize)
    work = {"stream": stream, "prepare": prepare}[told["work"]]
    work(Path(told["path"]), turns)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
