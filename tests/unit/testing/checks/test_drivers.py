"""What the checks of drivers and pages find, beyond the one variation each that the broken adapters have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from govlink.errors import Fault, UnavailableError
from govlink.flow import Request, Response
from govlink.testing.bench import Bench, Driver, Run, Runs
from govlink.testing.checks import drivers
from govlink.testing.conformance import Subject
from govlink.wire import json_body

from ....adapters.reference import PULL, SUBJECT, Twist, adapter, connect_twisted, content_of

BAD = Fault("test.bad", en="bad", th="ไม่ดี")


@pytest.fixture(scope="module")
def recorded() -> Runs:
    """The reference adapter's examples as they went."""
    return Bench(SUBJECT).recorded


class _Scripted(Bench):
    """A bench whose tasks did otherwise than its thread."""

    def __init__(self, mine: Runs, change: Callable[[Run], Run]) -> None:
        super().__init__(SUBJECT)
        self.__dict__["recorded"] = mine
        self._theirs = replace(mine, runs=(change(mine.runs[0]), *mine.runs[1:]))

    def driven_by(self, driver: Driver) -> Runs:
        return self._theirs


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda run: replace(run, sent=()), "sends 1 requests in a thread, 0 under"),
        (lambda run: replace(run, sent=(replace(run.sent[0], body=b"x"),)), "in body"),
        (
            lambda run: replace(run, sent=(replace(run.sent[0], path="/", timeout_s=1),)),
            "in path, timeout_s",
        ),
        (lambda run: replace(run, error=UnavailableError(BAD)), "raises UnavailableError under"),
    ],
)
def test_each_difference_is_told_for_each_driver(
    recorded: Runs, change: Callable[[Run], Run], part: str
) -> None:
    """A finding says what differs and under which driver."""
    findings = list(drivers.same_bytes(_Scripted(recorded, change)))
    assert [driver in finding for driver, finding in zip(("asyncio", "trio"), findings, strict=True)] == [
        True
    ] * 2
    assert all(part in finding for finding in findings), findings


def test_equal_runs_differ_in_nothing(recorded: Runs) -> None:
    """Nothing is found where nothing differs."""
    assert list(drivers.same_bytes(_Scripted(recorded, lambda run: run))) == []


def _paged(change: Callable[[dict[str, object]], dict[str, object]]) -> Subject:
    def answer(request: Request, response: Response) -> Response:
        content = content_of(response)
        if request.operation != PULL.operation or content is None:
            return response
        return replace(response, body=json_body(change(content)))

    twisted = replace(adapter, connect=lambda s: connect_twisted(s, Twist(response=answer)))
    return replace(SUBJECT, adapter=twisted)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (lambda content: {**content, "next": "1"}, "the same cursor comes twice"),
        (lambda content: {**content, "next": None}, "no example of intake.pull fills a second page"),
    ],
)
def test_pages_that_prove_nothing_are_found(
    change: Callable[[dict[str, object]], dict[str, object]], part: str
) -> None:
    """A cursor may not repeat, and an example must show that there is a second page."""
    (finding,) = drivers.paging(Bench(_paged(change)))
    assert part in finding


def test_second_page_that_fails_is_found() -> None:
    """An adapter may not choke on its own cursor."""

    def refuse(request: Request) -> Request:
        if dict(request.query).get("cursor"):
            raise UnavailableError(BAD)
        return request

    twisted = replace(adapter, connect=lambda s: connect_twisted(s, Twist(request=refuse)))
    findings = list(drivers.paging(Bench(replace(SUBJECT, adapter=twisted))))
    assert "page 2 raises UnavailableError" in findings[0]
