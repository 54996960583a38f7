"""Inboxes of other agencies behind the gateway. All of it is modelled: GDX has no such interface.

The session is checked here; behind it stands the receiving application that ``World.receiver_of`` finds
for the recipient: ``govlink.exchange.receiving``, with keys and an inbox of its own.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from govlink.sandbox.toolkit import World, forbidden, thai_json

__all__ = ["routes"]


class _Gateway:
    """``POST /ws/{recipient}/messages/v1/{message_id}``: the session is checked, the rest handed on."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the gateway, else as what stands behind it."""
        request = Request(scope, receive)
        receiver = self._world.receiver_of(request.path_params["recipient"])
        if refusal := forbidden(request, self._world):
            await refusal(scope, receive, send)
        elif receiver is None:
            nobody = thai_json({"Message": "NotFoundException: service not found"}, status=404)
            await nobody(scope, receive, send)
        else:
            path = f"/{request.path_params['message_id']}"
            inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": "", "path_params": {}}
            await receiver(inner, receive, send)


def routes(world: World) -> list[Route]:
    """The inboxes behind the gateway."""
    return [Route("/ws/{recipient}/messages/v1/{message_id}", _Gateway(world), methods=["POST"])]
