"""How much a caller may ask: sizes, times, and calls in any minute."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ...errors import QuotaError
from .callers import Caller
from .refusals import TOO_MANY

__all__ = ["Limits", "RateLimiter"]

_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes and times of a request. All are ours: no text of the gateway sets any.

    ``handler_s`` is how long a registry may take; its default is below the 7 to 10 seconds after which
    clients in public code give up on a call (seen in code).
    """

    url_bytes: int = 4096
    body_bytes: int = 64 * 1024
    body_s: float = 5.0
    handler_s: float = 6.0


class RateLimiter:
    """Counts each caller's calls in the last 60 seconds, exactly, also among threads.

    A sliding minute: at no moment do the 60 seconds before it hold more calls than allowed. Each process
    counts by itself; with several workers, divide the number or count in front of them.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: dict[str, deque[float]] = {}

    def take(self, caller: Caller) -> None:
        """Count one call.

        Raises:
            QuotaError: the caller's calls are used up; a refused call is not counted.
        """
        with self._lock:
            now = self._clock()
            taken = self._taken.setdefault(caller.id, deque())
            while taken and taken[0] <= now - _MINUTE_S:
                taken.popleft()
            if len(taken) >= caller.calls_per_minute:
                raise QuotaError(TOO_MANY, retry_after_s=max(1, math.ceil(taken[0] + _MINUTE_S - now)))
            taken.append(now)
