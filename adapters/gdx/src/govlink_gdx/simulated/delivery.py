"""Inboxes of other agencies in a box. All of it is modelled: GDX has no such interface.

Behind an inbox stands the receiving application that ``World.receivers`` holds under the recipient's
name (``govlink.exchange.receiving``). Where there is none, a stand-in stores the envelope's digest and
answers with a text in the shape of a receipt, signed by nobody: good for sending, not for verifying.
``POST /_sandbox/inboxes`` closes or opens an inbox (``{recipient, open}``), ``GET`` shows what arrived
at stand-ins.
"""

from __future__ import annotations

import base64
import hashlib
import json
from uuid import UUID

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from govlink.sandbox.toolkit import World, forbidden, thai_json

__all__ = ["routes"]

MAX_ENVELOPE_BYTES = 64 * 1024 * 1024


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _refusal(code: str, *, status: int) -> Response:
    return thai_json({"Message": code, "Code": f"exchange.{code}"}, status=status)


class _Inboxes:
    def __init__(self, world: World) -> None:
        self._world = world
        self.arrived: dict[tuple[str, str], tuple[str, str]] = {}
        self.closed: set[str] = set()

    def take(self, recipient: str, message_id: str, *, size_bytes: int, sha256_hex: str) -> Response:
        """Store an envelope once; the same again gets the first receipt, another one is refused."""
        if recipient in self.closed:
            return _refusal("inbox_closed", status=503)
        if size_bytes > MAX_ENVELOPE_BYTES:
            return _refusal("too_large", status=413)
        if size_bytes == 0:
            return _refusal("no_envelope", status=422)
        known = self.arrived.get((recipient, message_id))
        if known is not None and known[0] != sha256_hex:
            return _refusal("message_id_used", status=409)
        receipt = known[1] if known else self._receipt(recipient, message_id, sha256_hex)
        self.arrived[recipient, message_id] = (sha256_hex, receipt)
        return PlainTextResponse(receipt)

    def _receipt(self, recipient: str, message_id: str, sha256_hex: str) -> str:
        payload = {
            "recipient": recipient,
            "message_id": message_id,
            "sha256": sha256_hex,
            "received_at": int(self._world.now().timestamp()),
        }
        return f"{_part({'alg': 'none', 'typ': 'synthetic'})}.{_part(payload)}.{_part({'signed': 'no'})}"


async def _stand_in(request: Request, inboxes: _Inboxes) -> Response:
    digest, size_bytes = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size_bytes += len(chunk)
    path = request.path_params
    try:
        message_id = str(UUID(path["message_id"]))
    except ValueError:
        return _refusal("bad_message_id", status=422)
    return inboxes.take(path["recipient"], message_id, size_bytes=size_bytes, sha256_hex=digest.hexdigest())


class _Gateway:
    """``POST /ws/{recipient}/messages/v1/{message_id}``: the session is checked, the rest handed on."""

    def __init__(self, world: World, inboxes: _Inboxes) -> None:
        self._world = world
        self._inboxes = inboxes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the gateway, else as what stands behind it."""
        request = Request(scope, receive)
        recipient = request.path_params["recipient"]
        receiver = self._world.receivers.get(recipient)
        if refusal := forbidden(request, self._world):
            await refusal(scope, receive, send)
        elif receiver is None or recipient in self._inboxes.closed:
            response = await _stand_in(request, self._inboxes)
            await response(scope, receive, send)
        else:
            path = f"/{request.path_params['message_id']}"
            inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": "", "path_params": {}}
            await receiver(inner, receive, send)


def routes(world: World) -> list[Route]:
    """The inboxes behind the gateway, and the sandbox's own."""
    inboxes = _Inboxes(world)

    async def control(request: Request) -> Response:
        if request.method == "POST":
            content = await request.json()
            change = inboxes.closed.discard if content["open"] else inboxes.closed.add
            change(content["recipient"])
        return thai_json(
            [
                {"recipient": recipient, "message_id": number, "sha256": digest}
                for (recipient, number), (digest, _) in inboxes.arrived.items()
            ]
        )

    return [
        Route("/ws/{recipient}/messages/v1/{message_id}", _Gateway(world, inboxes), methods=["POST"]),
        Route("/_sandbox/inboxes", control, methods=["GET", "POST"]),
    ]
