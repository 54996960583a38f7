"""Rows on their way: batches by count, bytes and time, refusals, lost answers, and reading back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import Fault, OutcomeUnknownError, RejectedError, UnavailableError
from govlink.flow import Context, Flow, Request, Response
from govlink.models.dataset import Dataset
from govlink.models.table import Row
from govlink_data_go_th import DataGoThSettings
from govlink_data_go_th.answers import ROWS_BUSY, TOO_LARGE
from govlink_data_go_th.rows import Batches, send_batches
from govlink_data_go_th.simulated.failures import Failure, FailureKind

from .publishing import (
    NAME,
    RESOURCE,
    Stage,
    declared,
    package_of,
    publish_it,
    refusal,
    rows_of,
)

MANY: tuple[Row, ...] = tuple((f"{10000 + n}", f"โรงเรียน {n}", n) for n in range(100))


def batches_of(stage: Stage) -> list[tuple[str, int]]:
    """Method and number of rows of each row-writing call."""
    bodies = [json.loads(r.body) for r in stage.wire.sent if r.operation == "datastore_upsert"]
    return [(body["method"], len(body["records"])) for body in bodies]


def test_batches_are_bounded_by_bytes(stage: Stage, dataset: Dataset) -> None:
    """Guards that no call is larger than the setting, whatever its rows."""
    publish_it(stage.with_settings(bytes_per_call=1000), declared(stage, dataset, rows=MANY))
    sizes = [len(r.body) for r in stage.wire.sent if r.operation == "datastore_upsert"]
    assert max(sizes) < 1200
    assert len(rows_of(stage)) == 100


def test_a_row_larger_than_the_limit_goes_alone(stage: Stage, dataset: Dataset) -> None:
    """Guards that a long row is sent all the same."""
    rows = (("1", "ก" * 1000, 1), ("2", "ข", 2), ("3", "ค", 3))
    publish_it(stage.with_settings(bytes_per_call=1000), declared(stage, dataset, rows=rows))
    assert [count for _, count in batches_of(stage)] == [1, 2]


def test_slow_calls_make_smaller_batches(stage: Stage, dataset: Dataset) -> None:
    """Guards that a call which took longer than meant is followed by shorter ones, and growth is slow."""

    def take_time(request: Request) -> None:
        if request.operation == "datastore_upsert":
            count = len(json.loads(request.body)["records"])
            stage.wire.now += timedelta(seconds=count)

    stage.wire.after = take_time
    publish_it(stage.with_settings(rows_per_call=40), declared(stage, dataset, rows=MANY))
    assert [count for _, count in batches_of(stage)] == [40, 10, 10, 10, 10, 10, 10]


def test_quick_calls_grow_up_to_the_setting() -> None:
    """Guards slow growth, never above the most rows a call may have."""
    settings = DataGoThSettings.model_construct(
        rows_per_call=20, bytes_per_call=10_000, seconds_per_call=10.0
    )
    batches = Batches(source=(b"x" for _ in range(100)), settings=settings, size=10)
    sizes = []
    while batch := batches.next_batch():
        sizes.append(len(batch))
        batches.advance(len(batch), seconds=0.1)
    assert sizes == [10, 13, 17, 20, 20, 20]


def test_a_call_too_large_is_halved(stage: Stage, dataset: Dataset) -> None:
    """Guards that a limit nobody told of is found, and that nothing is sent twice for it."""
    stage.wire.catalogue.max_body_bytes = 6000
    publish_it(stage.with_settings(max_upload_bytes=0), declared(stage, dataset, rows=MANY))
    methods = {method for method, _ in batches_of(stage)}
    assert methods == {"insert"}
    assert len(rows_of(stage)) == 100


def test_a_row_that_never_fits_is_named(stage: Stage, dataset: Dataset) -> None:
    """Guards the end of halving."""
    stage.wire.catalogue.max_body_bytes = 6000
    rows = (*MANY[:3], ("10003", "ก" * 3000, 1))
    with pytest.raises(RejectedError) as caught:
        publish_it(stage.with_settings(max_upload_bytes=0), declared(stage, dataset, rows=rows))
    assert caught.value.code == "data_go_th.row_too_large"
    assert "row 4 " in str(caught.value)


@pytest.mark.parametrize("when", ["lose_after", "lose_before"])
def test_a_lost_answer_is_followed_by_a_smaller_upsert(stage: Stage, dataset: Dataset, when: str) -> None:
    """Guards that rows of unknown outcome are upserted, and the rest inserted again."""
    getattr(stage.wire, when).append("datastore_upsert")
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert batches_of(stage)[:2] == [("insert", 100), ("upsert", 25)]
    assert batches_of(stage)[2][0] == "upsert"  # of the hundred rows that may have arrived
    assert len(rows_of(stage)) == 100


def test_a_catalogue_that_never_answers(stage: Stage, dataset: Dataset) -> None:
    """Guards that a publication gives up in the end, and that the next one finishes it."""
    stage.wire.lose_before.extend(["datastore_upsert"] * 50)
    with pytest.raises(OutcomeUnknownError):
        publish_it(stage, declared(stage, dataset, rows=MANY))
    assert [count for _, count in batches_of(stage)] == [100, 25, 6, 1, 1, 1, 1, 1]
    assert package_of(stage)["private"] is True
    stage.wire.lose_before.clear()
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert len(rows_of(stage)) == 100


@pytest.mark.parametrize("kind", [FailureKind.DEADLOCK, FailureKind.DUPLICATE_KEY])
def test_a_lost_race_is_waited_out(stage: Stage, dataset: Dataset, kind: FailureKind) -> None:
    """Guards that a refusal which passes is met by waiting longer each time, with the same rows."""
    stage.wire.catalogue.failures.append(Failure(kind=kind, action="datastore_upsert", times=3))
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert [count for _, count in batches_of(stage)] == [100] * 4
    waits = [r.wait_s for r in stage.wire.sent if r.operation == "datastore_upsert"]
    assert waits == [0.0, 1.0, 2.0, 4.0]


def test_a_call_the_database_stopped_is_made_smaller(stage: Stage, dataset: Dataset) -> None:
    """Guards that a time-out told as a refusal is not taken for bad data."""
    stage.wire.answers["datastore_upsert"] = refusal(409, __type="Validation Error", query=["นานเกินไป"])
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert batches_of(stage)[:2] == [("insert", 100), ("upsert", 25)]


def test_a_killed_worker(stage: Stage, dataset: Dataset) -> None:
    """Guards that an empty answer is an unknown outcome."""
    stage.wire.answers["datastore_upsert"] = Response(status=200, body=b"")
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert len(rows_of(stage)) == 100


def test_a_correction_too_large_for_one_call_hides_the_dataset(stage: Stage, dataset: Dataset) -> None:
    """Guards that where one call turns out not to do, the public does not see the halves."""
    publish_it(stage.with_settings(max_upload_bytes=0), declared(stage, dataset, rows=MANY))
    stage.wire.catalogue.max_body_bytes = 6000
    newer = tuple((code, name, pupils + 1) for code, name, pupils in MANY)
    old, new = set(MANY), set(newer)
    seen: list[bool] = []

    def look() -> None:
        stored = set(rows_of(stage))
        seen.append(package_of(stage)["private"] or stored in (old, new))

    stage.wire.watch = look
    publish_it(stage.with_settings(max_upload_bytes=0), declared(stage, dataset, rows=newer))
    assert all(seen)
    assert set(rows_of(stage)) == new
    assert package_of(stage)["private"] is False


def test_a_correction_of_unknown_outcome_is_repeated_whole(stage: Stage, dataset: Dataset) -> None:
    """Guards that one lost answer does not take the dataset away from its readers."""
    publish_it(stage, declared(stage, dataset, rows=MANY))
    stage.wire.lose_after.append("datastore_upsert")
    seen: list[bool] = []
    stage.wire.watch = lambda: seen.append(package_of(stage)["private"])
    publish_it(stage, declared(stage, dataset, rows=(*MANY[:99], ("10099", "ใหม่", 1))))
    assert not any(seen)


def test_resuming_asks_for_no_dump(stage: Stage, dataset: Dataset) -> None:
    """Guards that a broken load goes on from its last row without reading all of them back."""
    small = stage.with_settings(rows_per_call=30)
    calls = iter(range(10))

    def fail_the_third(request: Request) -> None:
        if request.operation == "datastore_upsert" and next(calls) == 2:
            raise RuntimeError("the machine went away")

    stage.wire.before = fail_the_third
    with pytest.raises(RuntimeError):
        publish_it(small, declared(stage, dataset, rows=MANY))
    stage.wire.before = lambda _: None
    begun = len(stage.wire.sent)
    result = publish_it(small, declared(stage, dataset, rows=MANY))
    assert result.rows_written == 40
    assert "datastore_dump" not in {r.operation for r in stage.wire.sent[begun:]}


def test_resuming_over_foreign_rows_compares(stage: Stage, dataset: Dataset) -> None:
    """Guards that the count alone is not believed."""
    stage.wire.answers["datastore_search"] = refusal(403, __type="Authorization Error")
    with pytest.raises(Exception, match="no_right"):
        publish_it(stage, declared(stage, dataset, rows=MANY))
    table = stage.wire.catalogue.tables[RESOURCE]
    last = max(table.rows)
    table.rows[last] = {"code": "99999", "name": "แปลกปลอม", "pupils": 1}
    publish_it(stage, declared(stage, dataset, rows=MANY))
    assert set(rows_of(stage)) == set(MANY)


@pytest.mark.parametrize("blocked", ["missing", "page"])
def test_without_a_dump_pages_do(stage: Stage, dataset: Dataset, blocked: str) -> None:
    """Guards reading back where the download is switched off, or something answers in its place."""
    publish_it(stage, declared(stage, dataset, rows=MANY))
    stage.wire.catalogue.rows_max = 30
    if blocked == "missing":
        stage.wire.catalogue.has_dump = False
    else:
        html = Response(
            status=200, headers=(("Content-Type", "text/html"),), body=b"<!doctype html><title>x</title>"
        )
        stage.wire.answers["datastore_dump"] = html
    newer = (*MANY[1:50], ("10050", "ชื่อ, มีจุลภาค", 7), *MANY[51:], ("20000", None, 1))
    result = publish_it(stage, declared(stage, dataset, rows=newer))
    assert (result.rows_written, result.rows_deleted) == (2, 1)
    assert set(rows_of(stage)) == set(newer)


def test_a_dump_goes_to_a_file_with_the_token(stage: Stage, dataset: Dataset) -> None:
    """Guards that a stored table never passes through memory, and that a private one is readable."""
    publish_it(stage, declared(stage, dataset, rows=MANY))
    publish_it(stage, declared(stage, dataset, rows=MANY[1:]))
    (dump,) = [r for r in stage.wire.sent if r.operation == "datastore_dump"]
    assert dump.sink == stage.folder / "stored.csv"
    assert dict(dump.headers)["Authorization"] == stage.flows.settings.access_token.get_secret_value()
    assert dump.url.endswith(f"/datastore/dump/{RESOURCE}")
    assert package_of(stage)["name"] == NAME


# --- any schedule of failures -----------------------------------------------------------------------

LOST = Fault("test.unanswered", en="no answer", th="ไม่มีคำตอบ")
OUTCOMES = st.sampled_from(["done", "lost_done", "lost", "too_large", "busy"])


@given(outcomes=st.lists(OUTCOMES, max_size=30), count=st.integers(0, 60), size=st.integers(1, 50))
def test_every_row_arrives_once_in_order(outcomes: list[str], count: int, size: int) -> None:
    """Guards against any schedule of failures: the rows arrive, in order, an insert never repeats one."""
    settings = DataGoThSettings.model_construct(
        rows_per_call=size, bytes_per_call=1000, seconds_per_call=10.0
    )
    stored: list[bytes] = []
    schedule = iter(outcomes)

    def make(batch: Any, is_repeat: bool) -> Request:
        method = "upsert" if is_repeat else "insert"
        return Request(method=method, url="http://x", operation="datastore_upsert", body=b",".join(batch))

    def send(request: Request, done: int, sent: int) -> Flow[None]:
        yield request
        outcome = next(schedule, "done")
        outcome = "done" if outcome == "too_large" and sent == 1 else outcome
        batch = request.body.split(b",") if isinstance(request.body, bytes) else []
        assert len(batch) == sent <= size
        if outcome == "too_large":
            raise RejectedError(TOO_LARGE)
        if outcome == "busy":
            raise UnavailableError(ROWS_BUSY)
        if outcome in {"done", "lost_done"}:
            assert request.method == "upsert" or not set(batch) & set(stored)
            stored.extend(row for row in batch if row not in stored)
        if outcome in {"lost", "lost_done"}:
            raise OutcomeUnknownError(LOST)
        assert done <= len(stored)

    flow = send_batches(
        Batches(source=(b"%03d" % n for n in range(count)), settings=settings),
        make=make,
        send=send,
        context=Context.system(),
    )
    try:
        assert drive(flow) == count
    except (OutcomeUnknownError, UnavailableError):
        assert len(stored) < count or outcomes
    else:
        assert stored == [b"%03d" % n for n in range(count)]


def drive(flow: Flow[int]) -> int:
    """Run a flow whose requests need no answer."""
    try:
        next(flow)
        while True:
            flow.send(Response(status=200))
    except StopIteration as stop:
        result: int = stop.value
        return result
