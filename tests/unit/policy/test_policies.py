"""All policies together: their order, and that wrapping keeps a flow a flow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from govlink.errors import AuthError
from govlink.flow import Auth, Context, Flow, Request, Response, Token
from govlink.policy import Policies, RateLimiter, TrafficEvent, apply_policies

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REQUEST = Request(method="GET", url="https://h/x", operation="op")


def call(request: Request = REQUEST) -> Flow[bytes]:
    """One call that returns the body it got."""
    response = yield request
    return response.body


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
