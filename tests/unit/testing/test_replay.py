"""Driving flows by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from govlink.errors import OutcomeUnknownError, Sent, TransportError
from govlink.flow import Context, Effect, Flow, Request, Response
from govlink.interfaces import Capabilities
from govlink.testing.bench import Exchange, Run
from govlink.testing.examples import Example
from govlink.testing.replay import MOST_REQUESTS, Ending, Last, answered, json_answer, lost, replayed


def _request(number: int, effect: Effect = Effect.WRITE) -> Request:
    return Request(method="GET", url="https://x.invalid/", operation=f"step.{number}", effect=effect)


def _answers(count: int) -> tuple[Exchange, ...]:
    return tuple(
        Exchange(request=_request(i), response=Response(status=200 + i)) for i in range(1, count + 1)
    )


@dataclass(frozen=True)
class _Intake:
    ask: Callable[[], Flow[Any]]

    def acknowledge(self, *, context: Context) -> Flow[Any]:
        return self.ask()


def _replay(ask: Callable[[], Flow[Any]], *, known: int, **how: Any) -> Ending:
    arguments: Mapping[str, object] = {}
    example = Example(capability="intake", verb="acknowledge")
    run = Run(example=example, arguments=arguments, exchanges=_answers(known), sent=())
    intake: Any = _Intake(ask)
    return replayed(Capabilities(intake=intake), run, **how)


def _two_steps() -> Flow[list[int]]:
    first = yield _request(1)
    second = yield _request(2)
    return [first.status, second.status]


def test_recorded_answers_are_given_in_order() -> None:
    """The flow gets what it got when it was recorded."""
    ending = _replay(_two_steps, known=2)
    assert (ending.result, len(ending.requests)) == ([201, 202], 2)


@pytest.mark.parametrize(("after", "expected"), [(None, [201, 299]), (0, [299, 299]), (1, [201, 299])])
def test_our_answer_takes_the_place_asked_for(after: int | None, expected: list[int]) -> None:
    """Without ``after`` the last recorded answer is replaced; with it, all from there on."""
    ending = _replay(_two_steps, known=2, last=answered(json_answer(299)), after=after)
    assert ending.result == expected


def _never_ending() -> Flow[None]:
    while True:
        yield _request(1)


@pytest.mark.parametrize("last", [None, answered(json_answer(200))])
def test_flow_that_goes_on_asking_is_stopped(last: Last | None) -> None:
    """A flow that never ends is reported, not waited for."""
    ending = _replay(_never_ending, known=1, last=last)
    assert ending.endless
    assert len(ending.requests) <= MOST_REQUESTS + 1
    assert str(MOST_REQUESTS) in str(ending)


def _raising() -> Flow[None]:
    yield _request(1)
    raise LookupError


def test_any_exception_ends_a_replay_as_data() -> None:
    """What an adapter raises is what a check looks at; it does not stop the kit."""
    ending = _replay(_raising, known=1)
    assert isinstance(ending.error, LookupError)
    assert str(ending) == "LookupError"


def _one_write() -> Flow[str]:
    yield _request(1)
    return "done"


@pytest.mark.parametrize(
    ("sent", "with_policy", "expected"),
    [
        (Sent.NO, False, TransportError),
        (Sent.MAYBE, False, TransportError),
        (Sent.NO, True, TransportError),
        (Sent.MAYBE, True, OutcomeUnknownError),
    ],
)
def test_lost_connection_is_thrown_into_the_flow(
    sent: Sent, with_policy: bool, expected: type[Exception]
) -> None:
    """Losing the answer of a write is unknown under the policy, and a lost connection without it."""
    ending = _replay(_one_write, known=1, last=lost(sent), with_policy=with_policy)
    assert isinstance(ending.error, expected)


def test_json_answer_names_its_headers() -> None:
    """Header names are given as Python names, and the content type is always there."""
    answer = json_answer(429, Retry_After="7")
    assert (answer.header("Retry-After"), answer.header("Content-Type")) == ("7", "application/json")
