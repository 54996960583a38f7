"""One flow answered by another: what every policy is made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ..errors import GovlinkError
from ..flow import Flow, Request, Response

__all__ = ["relay"]

T = TypeVar("T")


def relay(flow: Flow[T], handle: Callable[[Request], Flow[Response]]) -> Flow[T]:
    """The flow with every request of it answered by ``handle``, whose errors are thrown into it."""
    step: Callable[[], Request] = partial(next, flow)
    try:
        while True:
            try:
                request = step()
            except StopIteration as stop:
                result: T = stop.value
                return result
            try:
                response = yield from handle(request)
            except GovlinkError as error:
                step = partial(flow.throw, error)
            else:
                step = partial(flow.send, response)
    finally:
        flow.close()
