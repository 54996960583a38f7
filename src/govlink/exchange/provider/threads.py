"""Worker threads of one's own, so that what hangs in the common ones holds up nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar

__all__ = ["OwnThreads"]

T = TypeVar("T")


class OwnThreads:
    """At most ``count`` threads in each event loop, whichever library it is of."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._limiter: RunVar[anyio.CapacityLimiter] = RunVar("govlink.exchange.provider.threads")

    async def run(self, call: Callable[[], T], *, may_be_left: bool = False) -> T:
        """The call's result.

        A cancellation waits for the call to end; with ``may_be_left`` it does not, and the thread ends by
        itself.
        """
        limiter = self._limiter.get(None)
        if limiter is None:
            limiter = anyio.CapacityLimiter(self._count)
            self._limiter.set(limiter)
        return await anyio.to_thread.run_sync(call, abandon_on_cancel=may_be_left, limiter=limiter)
