"""The script that users of ckanapi write to publish a CSV file; it runs in an environment of its own.

ckanapi carries calls and knows no tables, so the script is theirs: records go by the thousand, inserted
where the dataset is new. What changed since the last time it cannot tell, so later it upserts everything.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import TypedDict

from ckanapi import RemoteCKAN  # type: ignore[import-not-found]  # is in the other environment
from tests.bench.publish_turns import Turns

CHUNK_ROWS = 1000


class Told(TypedDict):
    """What is to be done: the rows from ``first`` to before ``end``, into the dataset of that name.

    ``types`` are the column types by name; ``dataset`` is the whole description where it is new, else None.
    """

    url: str
    token: str
    path: str
    name: str
    types: dict[str, str]
    key: str
    dataset: dict[str, object] | None
    first: int
    end: int
    slice_rows: int


def chunks(told: Told) -> Iterator[list[dict[str, str | None]]]:
    """The records of the file, a thousand at a time; only ``text`` takes an empty text."""
    others = [name for name, kind in told["types"].items() if kind != "text"]
    with open(told["path"], encoding="utf-8", newline="") as file:  # noqa: PTH123 - as such scripts do
        records: Iterator[dict[str, str | None]] = islice(csv.DictReader(file), told["first"], told["end"])
        while chunk := list(islice(records, CHUNK_ROWS)):
            for record in chunk if others else ():
                for name in others:
                    record[name] = record[name] or None
            yield chunk


def main(told: Told) -> None:
    """Do it, and tell what was measured."""
    turns = Turns(slice_rows=told["slice_rows"])
    ckan = RemoteCKAN(told["url"], apikey=told["token"])
    rows, reads, writes = 0, 0, 0
    if told["dataset"] is not None:
        ckan.action.package_create(**told["dataset"], name=told["name"], private=True)
        resource = ckan.action.resource_create(
            package_id=told["name"], name=told["name"], url="", url_type="datastore", format="CSV"
        )
        fields = [{"id": name, "type": kind} for name, kind in told["types"].items()]
        ckan.action.datastore_create(resource_id=resource["id"], fields=fields, primary_key=[told["key"]])
        method, writes = "insert", 4
    else:
        resource = ckan.action.package_show(id=told["name"])["resources"][0]
        method, reads = "upsert", 1
    for chunk in chunks(told):
        ckan.action.datastore_upsert(resource_id=resource["id"], method=method, records=chunk)
        rows, writes = rows + len(chunk), writes + 1
        turns.reached(rows)
    if told["dataset"] is not None:
        ckan.action.package_patch(id=told["name"], private=False)
    turns.tell(rows=rows, reads=reads, writes=writes, rows_read=0, rows_sent=rows)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
