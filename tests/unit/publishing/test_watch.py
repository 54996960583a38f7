"""What is told of a run: steps with their counts, failed requests, and never a field's value."""

from __future__ import annotations

import pytest

from govlink.flow import Effect
from govlink.models.publication import PublicationStep
from govlink.policy import TrafficEvent
from govlink.publishing import Event
from govlink.publishing.watch import KnownFields, Traffic, WatchedJournal


def answered(outcome: str, *, effect: Effect = Effect.READ) -> TrafficEvent:
    """A request with that outcome."""
    return TrafficEvent(
        platform="data_go_th",
        operation="package_show",
        method="POST",
        path="/api/3/action/package_show",
        effect=effect,
        outcome=outcome,
        request_bytes=1,
        response_bytes=1,
        elapsed_s=0.1,
    )


def test_writes_are_counted_and_reads_are_not() -> None:
    """Also those without an answer: they may have happened."""
    traffic = Traffic(lambda _: None)
    for effect in (Effect.READ, Effect.WRITE, Effect.IDEMPOTENT, Effect.WRITE):
        traffic(answered("200", effect=effect))
    traffic(answered("drive.no_answer", effect=Effect.WRITE))
    assert traffic.writes == 4


@pytest.mark.parametrize(
    ("outcome", "is_told"),
    [
        ("200", False),
        ("404", False),
        ("409", False),
        ("429", True),
        ("500", True),
        ("502", True),
        ("x.y", True),
    ],
)
def test_only_what_the_platform_could_not_serve_is_told(outcome: str, is_told: bool) -> None:
    """A 404 is an answer: the dataset is new."""
    told: list[Event] = []
    Traffic(told.append)(answered(outcome))
    assert [event.name for event in told] == ["request_failed"] * is_told


def test_a_step_is_kept_before_it_is_told() -> None:
    """Whoever reads the log finds the journal at least as far."""
    order: list[str] = []

    class Journal(KnownFields):
        def note(self, step: PublicationStep) -> None:
            order.append(f"kept {step.name}")

    traffic = Traffic(lambda _: None)
    journal = WatchedJournal(
        Journal(), tell=lambda e: order.append(f"told {e.facts['step']}"), traffic=traffic
    )
    journal.note(PublicationStep(name="rows", target="t", rows_done=1, rows_total=2))
    assert order == ["kept rows", "told rows"]


def test_the_metadata_of_a_step_are_not_told() -> None:
    """They name a maintainer; rows and writes are told."""
    told: list[Event] = []
    traffic = Traffic(told.append)
    traffic(answered("200", effect=Effect.WRITE))
    journal = WatchedJournal(KnownFields((("title", "x"),)), tell=told.append, traffic=traffic)
    journal.note(PublicationStep(name="done", target="t", fields=(("maintainer", "สมชาย"),)))
    journal.note(PublicationStep(name="rows", target="t", outcome="sent", rows_done=5, rows_total=9))
    assert [dict(event.facts) for event in told] == [
        {"step": "done", "outcome": "done", "writes": 1},
        {"step": "rows", "outcome": "sent", "rows_done": 5, "rows_total": 9, "writes": 1},
    ]
    assert journal.published() == (("title", "x"),)


@pytest.mark.parametrize(
    ("outcome", "rows_done", "level"),
    [("sent", 0, "debug"), ("sent", 2000, "info"), ("done", 0, "info"), ("unknown", 0, "info")],
)
def test_a_step_that_only_began_is_for_the_bar(outcome: str, rows_done: int, level: str) -> None:
    """A log has one line for each step, and one for each call's rows."""
    told: list[Event] = []
    journal = WatchedJournal(KnownFields(), tell=told.append, traffic=Traffic(told.append))
    journal.note(
        PublicationStep(name="rows", target="t", outcome=outcome, rows_done=rows_done, rows_total=5000)
    )
    assert [event.level for event in told] == [level]
