"""What is still arriving when a request is refused early.

A server that answers and closes while the body is on its way makes the caller's machine throw the answer
away (RFC 9112, section 9.6): so a little of it is taken first, for a short time.
"""

from __future__ import annotations

import anyio
from starlette.types import Message, Receive

__all__ = ["Incoming"]

LINGER_S = 1.0


class Incoming:
    """A request's messages; knows whether the body came to its end."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._is_whole = False

    async def __call__(self) -> Message:
        """The next message."""
        message = await self._receive()
        self._is_whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def linger(self, *, most_bytes: int) -> None:
        """Take what comes and drop it: to its end, but no longer than a second and no more than that."""
        taken_bytes = 0
        with anyio.move_on_after(LINGER_S):
            while not self._is_whole and taken_bytes <= most_bytes:
                taken_bytes += len((await self()).get("body", b""))
