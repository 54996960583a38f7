"""A publication that dies at any request is finished by the next, and the public never sees half of it."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from govlink.errors import GovlinkError, Sent, TransportError
from govlink.flow import Request
from govlink.models.dataset import Dataset
from govlink.models.publication import Consent, Publication
from govlink.models.table import Column, ColumnType
from govlink_data_go_th.answers import STALE

from .publishing import (
    RESOURCE,
    SCHOOL_COLUMNS,
    SCHOOLS,
    Stage,
    declared,
    package_of,
    plan_it,
    publish_it,
    resource_of,
)

Rows = frozenset[tuple[object, ...]]
PLACE = Column(id="place", type=ColumnType.TEXT, label_th="จังหวัด")
CASES = ("new", "changed", "corrected", "extended", "dropped", "retyped", "rekeyed", "relabelled", "renamed")
MOST_REQUESTS = 60
BATCH = 2


class Killed(BaseException):
    """What is left of a process that is killed: nothing it could do about it."""


def rows_now(stage: Stage) -> Rows | None:
    """The rows as stored."""
    table = stage.wire.catalogue.tables.get(RESOURCE)
    return None if table is None else frozenset(tuple(row.values()) for row in table.rows.values())


def public_rows(stage: Stage) -> Rows | None:
    """What an anonymous reader gets; None where there is nothing to be seen."""
    package = package_of(stage)
    if package is None or package["private"] or resource_of(stage) is None:
        return None
    return rows_now(stage) or frozenset()


def state_now(stage: Stage) -> dict[str, Any]:
    """All that a publication leaves on the catalogue, without what differs from run to run."""
    package, table = package_of(stage), stage.wire.catalogue.tables[RESOURCE]
    passing = {"metadata_modified", "resources", "id", "last_modified", "created", "url", "package_id"}
    return {
        "fields": {k: v for k, v in package.items() if k not in passing},
        "resources": sorted(
            json.dumps({k: v for k, v in r.items() if k not in passing}, sort_keys=True)
            for r in package["resources"]
        ),
        "columns": table.columns,
        "key": table.key,
        "rows": rows_now(stage),
        "files": dict(stage.wire.catalogue.keeper.files),
        "tables": list(stage.wire.catalogue.tables),
    }


def publications(stage: Stage, dataset: Dataset, case: str) -> tuple[Publication | None, Publication]:
    """The publication that stands before, and the one that is killed."""
    before = declared(stage, dataset)
    newer = replace(dataset, notes="ฉบับปรับปรุง")
    changed = (*SCHOOLS[1:4], ("1004", "ชื่อใหม่", 7), ("1005", None, 8), ("2000", "โรงเรียนใหม่", 9))
    placed = tuple((*row, "ตาก") for row in SCHOOLS)
    as_text = (*SCHOOL_COLUMNS[:2], replace(SCHOOL_COLUMNS[2], type=ColumnType.TEXT))
    relabelled = (replace(SCHOOL_COLUMNS[0], label_th="รหัส"), *SCHOOL_COLUMNS[1:])
    after = {
        "new": before,
        "changed": declared(stage, newer, rows=changed),
        "corrected": declared(stage, newer, rows=(*SCHOOLS[:5], ("1005", "ชื่อใหม่", 1))),
        "extended": declared(stage, newer, rows=placed, columns=(*SCHOOL_COLUMNS, PLACE)),
        "dropped": declared(
            stage,
            newer,
            rows=tuple(row[:2] for row in SCHOOLS),
            columns=SCHOOL_COLUMNS[:2],
            consent=Consent(drop_columns=frozenset({"pupils"})),
        ),
        "retyped": declared(
            stage, newer, rows=tuple((*row[:2], str(row[2])) for row in SCHOOLS), columns=as_text
        ),
        "rekeyed": declared(stage, newer, key=("code", "name")),
        "relabelled": declared(stage, dataset, columns=relabelled),
        "renamed": declared(stage, newer),
    }[case]
    return (None if case == "new" else before), after


def small(stage: Stage) -> Stage:
    """A few rows a call, so that there are requests to die at."""
    return stage.with_settings(rows_per_call=BATCH)


def rows_in(request: Request) -> int:
    """How many rows a request carries."""
    if request.operation != "datastore_upsert" or not isinstance(request.body, bytes):
        return 0
    return len(json.loads(request.body)["records"])


@pytest.fixture
def undisturbed(request: pytest.FixtureRequest, make_stage: Any, dataset: Dataset) -> Any:
    """The case's name, what an undisturbed run leaves, and how many requests it took."""
    stage = make_stage()
    before, after = publications(stage, dataset, request.param)
    if before is not None:
        publish_it(stage, before)
    begun = len(stage.wire.sent)
    publish_it(small(stage), after)
    sent = stage.wire.sent[begun:]
    return request.param, state_now(stage), len(sent), sum(map(rows_in, sent))


@pytest.mark.parametrize("undisturbed", CASES, indirect=True)
@pytest.mark.parametrize("how", ["killed", "answer_lost"])
def test_dying_anywhere(undisturbed: Any, how: str, make_stage: Any, dataset: Dataset) -> None:
    """Guards resumption from the catalogue alone, after any request, and what readers see meanwhile."""
    case, expected, count, row_count = undisturbed
    assert count < MOST_REQUESTS
    for at in range(1, count + 1):
        stage = make_stage()
        before, after = publications(stage, dataset, case)
        if before is not None:
            publish_it(stage, before)
        old, new = public_rows(stage), frozenset(after.table.held)
        seen, arrived = watch(stage)
        broken_run(stage, after, at=at, how=how)
        publish_it(small(stage), after)
        assert state_now(stage) == expected, (case, how, at)
        assert seen <= {old, new, None}, (case, how, at)
        assert sum(map(rows_in, arrived)) <= row_count + (BATCH if how == "answer_lost" else 0), (case, at)
        assert not plan_it(stage, after)


def watch(stage: Stage) -> tuple[set[Rows | None], list[Request]]:
    """What an anonymous reader sees after each request, and the requests that arrived."""
    seen: set[Rows | None] = set()
    arrived: list[Request] = []

    def look() -> None:
        seen.add(public_rows(stage))
        arrived.append(stage.wire.sent[-1])

    stage.wire.watch = look
    return seen, arrived


def broken_run(stage: Stage, after: Publication, *, at: int, how: str) -> None:
    """Run and die right after the request of that number, which is right before the next."""
    counter = iter(range(1, MOST_REQUESTS * 4))

    def strike(request: Request) -> None:
        if next(counter) != at:
            return
        if how == "answer_lost":
            raise TransportError(STALE, sent=Sent.MAYBE, operation=request.operation)
        raise Killed

    stage.wire.after = strike
    with suppress(Killed, GovlinkError):
        publish_it(small(stage), after)
    stage.wire.after = lambda _: None
