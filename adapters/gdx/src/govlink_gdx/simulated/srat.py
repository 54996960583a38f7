"""SRAT in a box: applications that were filed elsewhere, pulled by service and day (documented).

That ``fromDate`` is compared with the day of submission is modelled. ``POST /_sandbox/srat`` files a
list of ``{service_no, application}``, the application as the guide prints one of ``results``; the same
``Id`` again replaces it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.sandbox.toolkit import World, forbidden, thai_json

from .desk import missing

__all__ = ["routes"]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def routes(world: World) -> list[Route]:
    """SRAT's one call and the sandbox's own."""
    filed: dict[str, tuple[str, dict[str, Any]]] = {}

    async def pull(request: Request) -> Response:
        if refusal := forbidden(request, world):
            return refusal
        asked = request.query_params
        if not asked.get("serviceNo"):
            return missing()
        try:
            since = _moment(asked["fromDate"]) if "fromDate" in asked else datetime.min.replace(tzinfo=UTC)
        except ValueError:
            return missing()
        found = [
            application
            for service_no, application in filed.values()
            if service_no == asked["serviceNo"] and _moment(application["SubmitDate"]) >= since
        ]
        if asked.get("onlySuccess") == "true":
            found = [application for application in found if application.get("Licenses")]
        if not found:
            return Response(status_code=204)
        now = world.now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return thai_json({"lastSyncDate": now, "status": "Completed", "results": found, "message": None})

    async def file(request: Request) -> Response:
        for row in await request.json():
            _moment(row["application"]["SubmitDate"])
            filed[row["application"]["Id"]] = (row["service_no"], row["application"])
        return thai_json({"filed": len(filed)})

    return [
        Route("/ws/ws/dga/srat/v1/application", pull),
        Route("/_sandbox/srat", file, methods=["POST"]),
    ]
