"""What the tests of the services beside look-ups share: a flow played by hand, and GDX in a box."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from govlink._drive import SingleFlight, run
from govlink.errors import Fault, OutcomeUnknownError
from govlink.flow import Context, Flow, Request, Response
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.transport import open_transport
from govlink_gdx import adapter
from govlink_gdx.settings import GdxSettings

__all__ = ["CONTEXT", "LOST", "NOW", "Box", "answer", "boxed", "play"]

T = TypeVar("T")
NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
CONTEXT = Context.fixed(now=NOW, seed="services")
LOST = OutcomeUnknownError(Fault("testing.planted", en="no answer", th="ไม่มีคำตอบ"), operation="planted")


def answer(content: object, status: int = 200) -> Response:
    """An answer of JSON content or raw bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Response(status=status, body=body)


def play(flow: Flow[T], *answers: Response | Exception) -> tuple[T, list[Request]]:
    """The flow's result and requests, each answered in turn or by an error thrown into the flow."""
    requests = []
    try:
        requests.append(next(flow))
        for one in answers:  # a comprehension would hide the StopIteration that ends it
            requests.append(  # noqa: PERF401 - see above
                flow.throw(one) if isinstance(one, Exception) else flow.send(one)
            )
    except StopIteration as stop:
        assert len(requests) == len(answers), "not all answers were asked for"
        return stop.value, requests
    raise AssertionError(f"a request too many: {requests[-1].operation}")


@dataclass
class Clock:
    """A clock that a test moves; the sandbox and the flows look at the same one."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The moment it stands at."""
        return self.now


@dataclass
class Box:
    """GDX in a box, with one client's policies."""

    sandbox: RunningSandbox
    clock: Clock
    transport: SingleFlight
    policies: Policies = field(default_factory=lambda: Policies(retry=RetryPolicy(first_wait_s=0.01)))

    def settings(self, **extra: object) -> GdxSettings:
        """Settings that reach this sandbox."""
        return GdxSettings.model_validate(settings_for(adapter, self.sandbox, extra=extra))

    def context(self) -> Context:
        """A context whose clock is the box's."""
        return Context(clock=self.clock, entropy=b"0" * 32)

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow as the client does."""
        context = self.context()
        return run(
            apply_policies(flow, policies=self.policies, platform="gdx", context=context), self.transport
        )

    def control(self, route: str, content: Mapping[str, object] | list[Any] | None = None) -> Any:
        """Call a control route; returns the JSON it answered with."""
        request = Request(
            method="GET" if content is None else "POST",
            url=f"{self.sandbox.url}/gdx/_sandbox/{route}",
            operation="control",
            body=None if content is None else json.dumps(content).encode(),
        )
        response = self.transport.send(request)
        assert response.status == 200, response
        return json.loads(response.body)


@contextmanager
def boxed() -> Iterator[Box]:
    """A running box of its own."""
    clock = Clock()
    with running_sandbox([adapter], world=World(clock=clock)) as sandbox:
        box = Box(sandbox=sandbox, clock=clock, transport=SingleFlight(open_transport()))
        yield box
        box.transport.close()
