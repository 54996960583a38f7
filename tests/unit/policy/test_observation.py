"""What is told of traffic, and that nothing private is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govlink.errors import Fault, Sent, TransportError, UnexpectedAnswerError
from govlink.flow import Context, Flow, Request, Response
from govlink.policy import TrafficEvent, with_observer

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
REQUEST = Request(method="GET", url="https://h/people/1979900000013/x?CANARY=1", operation="op")


def call(request: Request = REQUEST) -> Flow[bytes]:
    """One call that returns the body it got."""
    response = yield request
    return response.body


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
