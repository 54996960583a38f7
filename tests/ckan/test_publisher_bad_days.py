"""Publishing while servers fail, workers die and the caller stops: the next run ends with the right rows."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from govlink.errors import GovlinkError
from govlink.flow import Request
from govlink.models.publication import PublicationState

from .publishing import DATASET, Place, schools


def is_right(place: Place, count: int) -> None:
    """Everybody reads those rows, and nothing is left to do."""
    stored = place.stored()
    assert stored is not None
    assert [(r["code"], r["name"], r["pupils"]) for r in stored] == [row[:3] for row in schools(count)]
    assert place.package()["private"] is False
    assert not place.plan(schools(count))


def rows_in(request: Request) -> int:
    """How many rows a request carries."""
    if request.operation != "datastore_upsert" or not isinstance(request.body, bytes):
        return 0
    return len(json.loads(request.body)["records"])


def stop_at(number: int) -> Callable[[Request], None]:
    """Press Ctrl-C before the request of that number that writes rows."""
    counter = iter(range(1, 1000))

    def strike(request: Request) -> None:
        if rows_in(request) and next(counter) == number:
            raise KeyboardInterrupt

    return strike


def test_stopped_and_resumed(place: Place) -> None:
    """Guards 20 000 rows: after the caller stopped, rows that are there are not sent again."""
    rows = schools(20_000)
    place.tap.before = stop_at(4)
    with pytest.raises(KeyboardInterrupt):
        place.publish(rows, rows_per_call=2_000)
    place.tap.before = lambda _: None
    assert place.stored(limit=1) is None
    begun = len(place.tap.sent)
    result = place.publish(rows, rows_per_call=2_000)
    assert result.rows_written == 14_000
    assert sum(map(rows_in, place.tap.sent[begun:])) == 14_000
    is_right(place, 20_000)


def test_the_search_index_is_down(place: Place) -> None:
    """Guards that a failed run tells, shows nothing half, and is finished by the next."""
    place.publish(schools(6))
    with place.index_down(), pytest.raises(GovlinkError):
        place.publish(schools(9)[2:])
    assert place.package()["private"] is False
    assert [r["code"] for r in place.stored() or ()] == [row[0] for row in schools(6)]
    place.publish(schools(9))
    is_right(place, 9)


def test_the_search_index_is_down_at_first(place: Place) -> None:
    """Guards the same at the first publication."""
    with place.index_down(), pytest.raises(GovlinkError):
        place.publish(schools(6))
    assert place.publish(schools(6)).state is PublicationState.PUBLIC
    is_right(place, 6)


def test_jobs_move_the_stamp(place: Place) -> None:
    """Guards that a stamp moved by the catalogue itself is no conflict."""
    place.publish(schools(6))
    stamp = place.package()["metadata_modified"]
    place.publish(schools(9))
    with place.jobs():
        if place.real is not None and place.version == "2.12":
            before, until = place.package()["metadata_modified"], time.monotonic() + 40
            while place.package()["metadata_modified"] == before and time.monotonic() < until:
                time.sleep(0.5)
            assert place.package()["metadata_modified"] != before
        assert place.package()["metadata_modified"] != stamp
        assert place.publish(schools(9)).writes == 0
        place.publish(schools(8), dataset=replace(DATASET, title="ชื่อใหม่"))
    is_right_with_title(place)


def is_right_with_title(place: Place) -> None:
    """The changed description and rows stand."""
    assert place.package()["title"] == "ชื่อใหม่"
    assert len(place.stored() or ()) == 8


@pytest.mark.parametrize("first", [True, False])
def test_a_worker_is_killed_while_it_writes(real: Place, *, first: bool) -> None:
    """Guards the rows when the process at work on a batch dies: this run or the next ends it right."""
    catalogue = real.real
    assert catalogue is not None
    if not first:
        real.publish(schools(6))
    killers: list[threading.Thread] = []

    def kill_soon(request: Request) -> None:
        if rows_in(request) >= 1000 and not real.tap.lost and len(killers) < 8:
            killer = threading.Timer(0.1, catalogue.server.kill_workers)
            killer.start()
            killers.append(killer)

    real.tap.before = kill_soon
    real.publish(schools(12_000), rows_per_call=3_000)
    for killer in killers:
        killer.join()
    assert any(map(rows_in, real.tap.lost))
    is_right(real, 12_000)


def test_the_server_is_restarted(real: Place) -> None:
    """Guards a run during which CKAN goes away, and the one after it is back."""
    catalogue = real.real
    assert catalogue is not None
    real.tap.before = stop_at(2)
    with pytest.raises(KeyboardInterrupt):
        real.publish(schools(3_000), rows_per_call=1_000)
    real.tap.before = lambda _: None
    with catalogue.server_down(), pytest.raises(GovlinkError):
        real.publish(schools(3_000), rows_per_call=1_000)
    assert real.publish(schools(3_000), rows_per_call=1_000).rows_written == 2_000
    is_right(real, 3_000)
