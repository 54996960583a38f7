"""Rate limit, observation, and that wrapping keeps a flow a flow."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlink.errors import AuthError, Fault, Sent, TransportError, UnexpectedAnswerError
from govlink.flow import Auth, Context, Flow, Request, Response, Token
from govlink.policy import (
    Policies,
    RateLimiter,
    TrafficEvent,
    apply_policies,
    relay,
    with_observer,
    with_rate_limit,
)

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
NOW = datetime(2026, 7, 1, tzinfo=UTC)
REQUEST = Request(method="GET", url="https://h/people/1979900000013/x?CANARY=1", operation="op")


def call(request: Request = REQUEST) -> Flow[bytes]:
    """One call that returns the body it got."""
    response = yield request
    return response.body


# --- rate limit -------------------------------------------------------------------------------


@given(
    asks=st.lists(st.tuples(st.floats(0, 5), st.floats(0, 10)), max_size=40),
    calls=st.integers(1, 5),
    per_s=st.floats(0.1, 10),
)
def test_no_two_calls_are_closer_than_the_spacing(
    asks: list[tuple[float, float]], calls: int, per_s: float
) -> None:
    """Whenever they ask and however long they mean to wait themselves (a retry), calls stay apart."""
    limiter, now, starts = RateLimiter(calls=calls, per_s=per_s), NOW, []
    for passed_s, after_s in asks:
        now += timedelta(seconds=passed_s)
        wait_s = limiter.reserve(now=now, after_s=after_s)
        assert wait_s >= after_s - 1e-5
        starts.append(now + timedelta(seconds=wait_s))
    starts.sort()
    spacing = timedelta(seconds=per_s / calls) - timedelta(microseconds=5)
    assert all(later - earlier >= spacing for earlier, later in itertools.pairwise(starts))


def test_a_free_limiter_does_not_delay() -> None:
    """The first call, and any after a pause, goes at once."""
    limiter = RateLimiter(calls=1, per_s=10)
    assert limiter.reserve(now=NOW) == 0
    assert limiter.reserve(now=NOW) == 10
    assert limiter.reserve(now=NOW + timedelta(seconds=60)) == 0


def test_a_retry_far_ahead_does_not_hold_up_the_others() -> None:
    """Moments before a reserved one are given to those who ask for them."""
    limiter = RateLimiter(calls=1, per_s=1)
    assert limiter.reserve(now=NOW, after_s=8) == 8
    assert limiter.reserve(now=NOW) == 0


def test_a_clock_set_back_does_not_stop_calls() -> None:
    """A machine's clock may be corrected by an hour."""
    limiter = RateLimiter(calls=1, per_s=1)
    limiter.reserve(now=NOW)
    assert limiter.reserve(now=NOW - timedelta(hours=1)) == 0


def test_the_limit_is_put_on_the_request(script, context: Context) -> None:
    """The waiting is data: a driver does it."""
    limiter, wire = RateLimiter(calls=2, per_s=1), script(*[Response(status=200)] * 3)
    for _ in range(3):
        wire.play(with_rate_limit(call(), limiter=limiter, context=context))
    assert wire.waits_s == [0.0, 0.5, 1.0]


# --- observation ------------------------------------------------------------------------------


def observed(flow: Flow[bytes], context: Context, seen: list[TrafficEvent]) -> Flow[bytes]:
    """The flow with an observer that keeps what it is told."""
    return with_observer(flow, platform="gdx", observer=seen.append, context=context)


def test_an_event_tells_what_may_be_logged(script, context: Context) -> None:
    """Sizes, outcome and a path with the citizen number masked; nothing of query or bodies."""
    seen: list[TrafficEvent] = []
    request = replace(REQUEST, query=(("n", "CANARY"),), headers=(("Token", "CANARY"),), body=b"CANARY")
    body = script(Response(status=200, body=b"CANARY--")).play(observed(call(request), context, seen))
    assert body == b"CANARY--"
    (event,) = seen
    assert (event.platform, event.operation, event.method) == ("gdx", "op", "GET")
    assert (event.outcome, event.request_bytes, event.response_bytes) == ("200", 6, 8)
    assert event.path == "/people/***/x"
    assert "CANARY" not in repr(event)
    assert "1979900000013" not in repr(event)


def test_failures_and_abandoned_calls_are_told_too(script, context: Context) -> None:
    """An audit that misses the calls that went wrong is none."""
    seen: list[TrafficEvent] = []
    with pytest.raises(TransportError):
        script(TransportError(LOST, sent=Sent.NO)).play(observed(call(), context, seen))
    with pytest.raises(UnexpectedAnswerError):
        script(UnexpectedAnswerError(LOST)).play(observed(call(), context, seen))
    assert [e.outcome for e in seen] == ["test.lost", "abandoned"]


def test_every_sending_is_observed(script, context: Context) -> None:
    """Logins and retries are traffic: the observer stands outermost."""

    def login(_: Context) -> Flow[Token]:
        yield Request(method="GET", url="https://h/login?ConsumerSecret=CANARY", operation="login")
        return Token(value="CANARY", issued_at=NOW)

    auth = Auth(
        key=("CANARY",), login=login, attach=lambda r, t: r.with_headers(("Token", t.value)), idle_s=60
    )
    seen: list[TrafficEvent] = []
    flow = apply_policies(
        call(replace(REQUEST, auth=auth)),
        policies=Policies(observer=seen.append),
        platform="gdx",
        context=context,
    )
    wire = script(Response(status=503), Response(status=200), Response(status=503), Response(status=200))
    wire.play(flow)
    assert [(e.operation, e.outcome) for e in seen] == [
        ("login", "503"),
        ("login", "200"),
        ("op", "503"),
        ("op", "200"),
    ]
    assert "CANARY" not in repr(seen)


# --- relay ------------------------------------------------------------------------------------


class Inner:
    """A flow that keeps what became of it."""

    def __init__(self) -> None:
        self.ended = ""

    def flow(self) -> Flow[str]:
        """Yield once; note how it went on."""
        try:
            yield REQUEST
        except GeneratorExit:
            self.ended = "closed"
            raise
        except AuthError:
            self.ended = "answered"
            return "handled"
        self.ended = "returned"
        return "done"


def everything(flow: Flow[str], context: Context) -> Flow[str]:
    """All policies around a flow."""
    policies = Policies(observer=lambda _: None, limiter=RateLimiter(calls=1000, per_s=1))
    return apply_policies(flow, policies=policies, platform="p", context=context)


def test_closing_a_wrapped_flow_closes_the_inner_one(context: Context) -> None:
    """Cancellation reaches the adapter's own code through every policy."""
    inner = Inner()
    flow = everything(inner.flow(), context)
    next(flow)
    flow.close()
    assert inner.ended == "closed"


def test_a_foreign_exception_closes_the_inner_flow(context: Context) -> None:
    """Ctrl-C thrown into the wrapper is not an answer the flow may handle."""
    inner = Inner()
    flow = everything(inner.flow(), context)
    next(flow)
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())
    assert inner.ended == "closed"


def test_a_wrapped_flow_returns_what_the_inner_one_returns(script, context: Context) -> None:
    """Wrapping changes no result."""
    inner = Inner()
    assert script(Response(status=200)).play(everything(inner.flow(), context)) == "done"
    assert inner.ended == "returned"


def test_errors_of_a_handler_are_thrown_into_the_flow(script) -> None:
    """A flow may answer what a policy raises, as it may answer a lost connection."""

    def refuse(request: Request) -> Flow[Response]:
        yield request
        raise AuthError(LOST)

    inner = Inner()
    assert script(Response(status=200)).play(relay(inner.flow(), refuse)) == "handled"


def test_a_flow_that_is_done_before_it_asks(script) -> None:
    """A local check sends nothing and still returns its result."""

    def flow() -> Flow[int]:
        return 7
        yield REQUEST  # makes it a generator

    assert script().play(relay(flow(), lambda request: call(request))) == 7
