"""When a request is sent again: by effect, by how far it got, by what came back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import tenacity

from ..errors import Fault, OutcomeUnknownError, Sent, TransportError
from ..flow import Context, Effect, Flow, Request, Response
from ..wire import retry_after_s
from .relay import relay

__all__ = ["RetryPolicy", "with_retry"]

T = TypeVar("T")

OUTCOME_UNKNOWN = Fault(
    "policy.outcome_unknown",
    en="the request was sent and no answer came; whether it took effect is unknown",
    th="ส่งคำขอแล้วแต่ไม่ได้รับคำตอบ ไม่ทราบว่ามีผลหรือไม่",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a request is sent again.

    At most ``attempts`` sendings, within ``total_wait_s`` of waiting; the delay doubles from
    ``first_wait_s`` up to ``longest_wait_s``, times a jitter between one half and one. A Retry-After
    in seconds is waited out in full; one longer than ``longest_retry_after_s`` ends the call.
    """

    attempts: int = 4
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0
    total_wait_s: float = 60.0
    longest_retry_after_s: float = 120.0


def _may_repeat(request: Request, response: Response) -> bool:
    if request.effect is Effect.ONE_SHOT:
        return False
    if request.effect is Effect.WRITE:
        return response.status == 429  # refused unread; any other status may hide a write
    return request.transient(response)


def _may_resend(request: Request, error: BaseException) -> bool:
    if not isinstance(error, TransportError) or request.effect is Effect.ONE_SHOT:
        return False
    return request.effect is not Effect.WRITE or error.sent is Sent.NO


def _delay_s(
    policy: RetryPolicy, state: tenacity.RetryCallState, response: Response | None, *, jitter: float
) -> float:
    own_s = (
        tenacity.wait_exponential(multiplier=policy.first_wait_s, max=policy.longest_wait_s)(state) * jitter
    )
    asked_s = retry_after_s(response) if response is not None else None
    if asked_s is None:
        return own_s
    return max(own_s, asked_s) if asked_s <= policy.longest_retry_after_s else math.inf


def with_retry(flow: Flow[T], *, policy: RetryPolicy, context: Context) -> Flow[T]:
    """Send again what may be sent again. A write without an answer becomes ``OutcomeUnknownError``."""
    stop = tenacity.stop_after_attempt(policy.attempts) | tenacity.stop_before_delay(policy.total_wait_s)
    counter = 0

    def handle(request: Request) -> Flow[Response]:
        nonlocal counter
        counter += 1
        again = tenacity.retry_if_exception(partial(_may_resend, request)) | tenacity.retry_if_result(
            partial(_may_repeat, request)
        )
        state = tenacity.RetryCallState(tenacity.Retrying(), fn=None, args=(), kwargs={})
        state.start_time, waited_s, delay_s = 0.0, 0.0, 0.0
        while True:
            response: Response | None = None
            try:
                response = yield replace(request, wait_s=request.wait_s + delay_s)
                state.set_result(response)
            except TransportError as error:
                state.set_exception((type(error), error, error.__traceback__))
            state.outcome_timestamp = waited_s  # the time spent waiting is the only time a flow knows
            jitter = 0.5 + context.fraction(f"retry-{counter}-{state.attempt_number}") / 2
            delay_s = _delay_s(policy, state, response, jitter=jitter)
            state.upcoming_sleep = delay_s
            if not again(state) or stop(state):
                return _outcome(request, state)
            waited_s += delay_s
            state.attempt_number += 1

    return relay(flow, handle)


def _outcome(request: Request, state: tenacity.RetryCallState) -> Response:
    outcome = state.outcome
    assert outcome is not None  # set just before, by result or by exception
    error = outcome.exception()
    if error is None:
        response: Response = outcome.result()
        return response
    writes = request.effect in {Effect.WRITE, Effect.ONE_SHOT}
    if isinstance(error, TransportError) and writes and error.sent is not Sent.NO:
        raise OutcomeUnknownError(OUTCOME_UNKNOWN, operation=request.operation) from error
    raise error
