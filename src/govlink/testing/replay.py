"""Driving a flow by hand: the recorded answers again, then one of our own, and no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import Fault, Sent, TransportError
from ..flow import Flow, Request, Response
from ..interfaces import Capabilities
from ..policy import RetryPolicy, with_retry
from .bench import Run, call, fixed_context

__all__ = ["Ending", "answered", "json_answer", "lost", "replayed"]

MOST_REQUESTS = 20

LOST = Fault("testing.lost", en="the connection was lost (planted)", th="การเชื่อมต่อขาดหาย (จำลอง)")

Last = Callable[[Flow[Any], Request], Request]
"""What becomes of a request from the last one on: it sends or throws into the flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a replay ended: by a result, by an error, or not at all.

    ``requests`` are all that the flow gave. ``endless`` is set when it went on asking.
    """

    requests: tuple[Request, ...]
    result: object = None
    error: Exception | None = None
    endless: bool = False

    def __str__(self) -> str:
        if self.endless:
            return f"more than {MOST_REQUESTS} requests"
        if self.error is not None:
            return type(self.error).__name__
        return f"the result {type(self.result).__name__}"


def json_answer(status: int, body: bytes = b"{}", **headers: str) -> Response:
    """An answer that says it is JSON."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status=status, headers=(("Content-Type", "application/json"), *named), body=body)


def answered(response: Response) -> Last:
    """Answer with this."""
    return lambda flow, _: flow.send(response)


def lost(sent: Sent) -> Last:
    """Lose the connection, before or after the request was sent."""

    def throw(flow: Flow[Any], request: Request) -> Request:
        return flow.throw(TransportError(LOST, sent=sent, operation=request.operation))

    return throw


def _end(flow: Flow[Any], run: Run, last: Last | None, given: int) -> Ending:
    requests: list[Request] = []
    try:
        requests.append(next(flow))
        while len(requests) <= MOST_REQUESTS + given:
            if len(requests) <= given:
                requests.append(flow.send(run.exchanges[len(requests) - 1].response))
            elif last is None:
                return Ending(requests=tuple(requests), endless=True)
            else:
                requests.append(last(flow, requests[-1]))
    except StopIteration as stop:
        return Ending(requests=tuple(requests), result=stop.value)
    except Exception as error:  # noqa: BLE001 - an adapter may raise anything; the kit reports it
        return Ending(requests=tuple(requests), error=error)
    flow.close()
    return Ending(requests=tuple(requests), endless=True)


def replayed(
    capabilities: Capabilities,
    run: Run,
    *,
    last: Last | None = None,
    after: int | None = None,
    with_policy: bool = False,
) -> Ending:
    """Drive the run's verb again with the recorded answers.

    ``last`` takes the place of the last recorded answer, or of the one after the first ``after``, and
    answers whatever is asked then. ``with_policy`` wraps the flow in a retry policy of one attempt,
    which names unknown outcomes.
    """
    flow = call(capabilities, run.example, run.arguments)
    if after is None:
        after = len(run.exchanges) - (1 if last else 0)
    if with_policy:
        context = fixed_context(run.example)
        flow = with_retry(flow, policy=RetryPolicy(attempts=1), context=context)
    return _end(flow, run, last, after)
