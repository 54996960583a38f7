"""How fast requests may follow each other."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from .._one_process import OneProcessLock
from ..flow import Context, Flow, Request, Response
from .relay import relay

__all__ = ["RateLimiter", "with_rate_limit"]

T = TypeVar("T")


class RateLimiter:
    """At most ``calls`` in any ``per_s`` seconds, spread evenly; safe to share between threads."""

    def __init__(self, *, calls: int, per_s: float) -> None:
        self._spacing = timedelta(seconds=per_s / calls)
        self._lock = OneProcessLock()
        self._taken: list[datetime] = []

    def reserve(self, *, now: datetime, after_s: float = 0.0) -> float:
        """Take the first free moment from ``after_s`` on; returns the seconds to wait until then."""
        with self._lock:
            self._taken = [taken for taken in self._taken if taken > now - self._spacing]
            start = now + timedelta(seconds=after_s)
            for taken in self._taken:
                if taken - start >= self._spacing:
                    break
                start = max(start, taken + self._spacing)
            insort(self._taken, start)
            return (start - now).total_seconds()


def with_rate_limit(flow: Flow[T], *, limiter: RateLimiter, context: Context) -> Flow[T]:
    """Let every request wait its turn."""

    def handle(request: Request) -> Flow[Response]:
        wait_s = limiter.reserve(now=context.now(), after_s=request.wait_s)
        return (yield replace(request, wait_s=wait_s))

    return relay(flow, handle)
