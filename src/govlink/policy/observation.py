"""What may be told of traffic: one event for each request, without query, headers or bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from ..errors import TransportError
from ..flow import Context, Effect, FileBody, Flow, Request, Response
from ..redaction import redacted_path
from .relay import relay

__all__ = ["Observer", "TrafficEvent", "with_observer"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficEvent:
    """One request as it may be logged: nothing of its query, headers or bodies.

    ``outcome`` is the HTTP status, the error's code when no answer came, or ``abandoned`` when the call
    was cancelled or its answer could not be taken. ``elapsed_s`` counts from the yield to the answer,
    waiting included.
    """

    platform: str
    operation: str
    method: str
    path: str
    effect: Effect
    outcome: str
    request_bytes: int
    response_bytes: int
    elapsed_s: float = field(compare=False)


Observer = Callable[[TrafficEvent], None]


def with_observer(flow: Flow[T], *, platform: str, observer: Observer, context: Context) -> Flow[T]:
    """Tell ``observer`` of every request after its answer, and before the flow sees it."""

    def handle(request: Request) -> Flow[Response]:
        started = context.now()

        def tell(outcome: str, response_bytes: int) -> None:
            body = request.body
            size = (body.length_bytes or 0) if isinstance(body, FileBody) else len(body or b"")
            observer(
                TrafficEvent(
                    platform=platform,
                    operation=request.operation,
                    method=request.method,
                    path=redacted_path(request.url),
                    effect=request.effect,
                    outcome=outcome,
                    request_bytes=size,
                    response_bytes=response_bytes,
                    elapsed_s=(context.now() - started).total_seconds(),
                )
            )

        try:
            response = yield request
        except TransportError as error:
            tell(error.code, 0)
            raise
        except GeneratorExit:
            tell("abandoned", 0)
            raise
        tell(str(response.status), len(response.body))
        return response

    return relay(flow, handle)
