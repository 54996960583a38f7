"""GDX in a box: every service of the catalogue, officers' sessions, and the sandbox's own controls.

The families are in ``simulated``; the control routes, which are no part of the platform, are told in
``simulated.control``.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.errors import RejectedError
from govlink.sandbox.toolkit import World, forbidden, thai_json

from .simulated import control, dbd, ikno, linkage, public
from .simulated.desk import Handler
from .simulated.services import service_routes
from .simulated.state import Box

__all__ = ["simulator"]


def _other_paths(box: Box) -> Handler:
    async def handle(request: Request) -> Response:
        """A path given by a control call, else 404 (documented); that rights come first is modelled."""
        if refusal := forbidden(request, box.world):
            return refusal
        answer = box.answers.get(f"/ws/{request.path_params['service']}")
        if answer is not None:
            return thai_json(answer.content, status=answer.status)
        return thai_json({"Message": "NotFoundException: service not found"}, status=404)

    return handle


def simulator(world: World) -> Starlette:
    """The application that plays GDX around the shared world."""
    box = Box(world=world)
    return Starlette(
        routes=[
            *public.routes(box),
            *linkage.routes(box),
            *ikno.routes(box),
            *dbd.routes(box),
            *service_routes(world),
            # Further families go here, a line each: the next route takes every path that is left.
            Route("/ws/{service:path}", _other_paths(box), methods=["GET", "POST"]),
            *control.routes(box),
        ],
        exception_handlers=dict.fromkeys(
            (RejectedError, KeyError, ValueError, TypeError, AttributeError), control.control_errors
        ),
    )
