"""A flow answered by another."""

from __future__ import annotations

from govlink.errors import AuthError, Fault
from govlink.flow import Flow, Request, Response
from govlink.policy import relay

LOST = Fault("test.lost", en="lost", th="ไม่มีคำตอบ")
REQUEST = Request(method="GET", url="https://h/x", operation="op")


def call(request: Request = REQUEST) -> Flow[bytes]:
    """One call that returns the body it got."""
    response = yield request
    return response.body


def asking() -> Flow[str]:
    """A flow that may answer what a policy raises."""
    try:
        yield REQUEST
    except AuthError:
        return "handled"
    return "done"


def test_errors_of_a_handler_are_thrown_into_the_flow(script) -> None:
    """A flow may answer what a policy raises, as it may answer a lost connection."""

    def refuse(request: Request) -> Flow[Response]:
        yield request
        raise AuthError(LOST)

    assert script(Response(status=200)).play(relay(asking(), refuse)) == "handled"


def test_a_flow_that_is_done_before_it_asks(script) -> None:
    """A local check sends nothing and still returns its result."""

    def flow() -> Flow[int]:
        return 7
        yield REQUEST  # makes it a generator

    assert script().play(relay(flow(), lambda request: call(request))) == 7
