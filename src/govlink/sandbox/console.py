"""The console: which platforms the sandbox plays, and what has happened on them.

Each section reads one simulator through routes that anybody on this machine may ask; the section of a
platform that is not installed is absent. Datasets are read without a token, as a citizen reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..interfaces import AnyAdapter
from .html import Pages
from .inside import Inside, objects
from .peers import Peers
from .toolkit import World, thai_json
from .traffic import TrafficRecord
from .views import Table, petition_rows, state_counts, table_of

__all__ = ["console_routes"]

LINES_SHOWN = 500
ROWS_SHOWN = 1000


class _Console:
    def __init__(
        self,
        *,
        adapters: Sequence[AnyAdapter],
        world: World,
        record: TrafficRecord,
        inside: Inside,
        pages: Pages,
        peers: Peers | None,
    ) -> None:
        self._adapters, self._world, self._record = adapters, world, record
        self._inside, self._pages, self._peers = inside, pages, peers

    async def index(self, request: Request) -> Response:
        """The list of platforms; JSON unless the caller prefers HTML."""
        if "text/html" in request.headers.get("accept", ""):
            return self._pages.page(
                "platforms", adapters=self._adapters, world=self._world, record=self._record
            )
        platforms = [
            {
                "name": a.name,
                "title_th": a.title_th,
                "title_en": a.title_en,
                "path": f"/{a.name}",
                "mark": a.mark.value,
                "provides": sorted(a.provides),
            }
            for a in self._adapters
        ]
        validated = self._world.sessions.validated_count
        return thai_json({"platforms": platforms, "tokens_validated": validated})

    async def traffic_json(self, _: Request) -> Response:
        """The record for machines, oldest first."""
        return thai_json({"requests": [entry.wire() for entry in self._record.entries()]})

    async def traffic(self, _: Request) -> Response:
        """The record for people, newest first."""
        entries = self._record.entries()[::-1]
        return self._pages.page("traffic", entries=entries, seen_count=self._record.seen_count)

    async def petitions(self, _: Request) -> Response:
        """Petitions on E-OCS and the states reported back."""
        rows = petition_rows((await self._inside.get("/eocs/_sandbox/states")).content)
        return self._pages.page(
            "petitions", rows=rows[:LINES_SHOWN], total=len(rows), counts=state_counts(rows)
        )

    async def notifications(self, _: Request) -> Response:
        """What was pushed through ทางรัฐ, newest first."""
        inbox = objects((await self._inside.get("/citizen_portal/_sandbox/inbox")).content)
        pushes = objects((await self._inside.get("/citizen_portal/_sandbox/pushes")).content)
        return self._pages.page(
            "notifications",
            inbox=inbox[::-1][:LINES_SHOWN],
            inbox_total=len(inbox),
            pushes=pushes[::-1][:LINES_SHOWN],
            pushes_total=len(pushes),
        )

    async def messages(self, _: Request) -> Response:
        """Sealed messages that agencies took in, newest first, with their receipts."""
        arrived = self._peers.arrivals() if self._peers else ()
        return self._pages.page("messages", messages=arrived[::-1][:LINES_SHOWN], total=len(arrived))

    async def datasets(self, _: Request) -> Response:
        """Public datasets."""
        found = await self._catalogue("package_search", rows=str(ROWS_SHOWN))
        listed = objects(found.get("results")) if isinstance(found, dict) else ()
        return self._pages.page("datasets", datasets=listed)

    async def dataset(self, request: Request) -> Response:
        """One public dataset with its tables; one that is not public is not told from a missing one."""
        package = await self._catalogue("package_show", id=request.path_params["name"])
        if not isinstance(package, dict):
            return self._pages.page("not_public", status=404)
        tables = [(resource, await self._table(resource)) for resource in objects(package.get("resources"))]
        return self._pages.page("dataset", dataset=package, tables=tables)

    async def _table(self, resource: Mapping[str, object]) -> Table | None:
        query = {"resource_id": str(resource.get("id")), "limit": str(ROWS_SHOWN)}
        return table_of(await self._catalogue("datastore_search", **query))

    async def _catalogue(self, action: str, **query: str) -> object:
        """The result of an action asked without a token, or None when it was refused."""
        answer = await self._inside.get(f"/data_go_th/api/3/action/{action}", **query)
        return answer.content.get("result") if isinstance(answer.content, dict) else None


def console_routes(
    *,
    adapters: Sequence[AnyAdapter],
    world: World,
    record: TrafficRecord,
    inside: Inside,
    pages: Pages,
    peers: Peers | None = None,
) -> list[Route]:
    """The routes of the console, for the platforms that are there."""
    console = _Console(adapters=adapters, world=world, record=record, inside=inside, pages=pages, peers=peers)
    routes = [
        Route("/", console.index),
        Route("/_sandbox/traffic", console.traffic_json),
        Route("/console/traffic", console.traffic),
    ]
    sections = {
        "gdx": [Route("/console/messages", console.messages)],
        "eocs": [Route("/console/petitions", console.petitions)],
        "citizen_portal": [Route("/console/notifications", console.notifications)],
        "data_go_th": [
            Route("/console/datasets", console.datasets),
            Route("/console/datasets/{name}", console.dataset),
        ],
    }
    for adapter in adapters:
        routes += sections.get(adapter.name, [])
    return routes
