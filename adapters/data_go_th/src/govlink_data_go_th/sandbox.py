"""The simulated catalogue over HTTP, with routes of the sandbox's own under ``/_sandbox``.

A test account's token is ``World.access_token("data_go_th")``; anyone else reads public datasets.
Under ``/_sandbox``, which no CKAN has: ``organisations`` adds one (``name``, ``title``, ``editable``);
``packages/<name>`` changes a dataset as a person would in the web form (any field; ``locked`` takes
the token's right to write); ``schema`` changes the metadata schema (``absent``, ``remove``, ``add``,
``choices``); ``governance`` turns that extension on; ``log`` tells the calls and their statuses.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from govlink.sandbox.toolkit import World, thai_json

from .settings import PLATFORM
from .simulated.catalogue import Catalogue

__all__ = ["simulator"]

Handler = Callable[[Request], Awaitable[Response]]


def _action(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        body = await request.body()
        if request.method == "GET":
            body = json.dumps(dict(request.query_params)).encode()
        answer = catalogue.answer(
            request.path_params["action"],
            method=request.method,
            content_type=request.headers.get("Content-Type", ""),
            token=request.headers.get("Authorization"),
            body=body,
            site_url=f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}/",
        )
        if answer.html is not None:
            return HTMLResponse(answer.html, status_code=answer.status)
        return JSONResponse(answer.content, status_code=answer.status)

    return handle


def _dump(catalogue: Catalogue) -> Handler:
    """The table as CSV with a byte order mark, for the public, as CKAN's dump link gives it."""

    async def handle(request: Request) -> Response:
        resource_id = request.path_params["resource_id"]
        table = catalogue.tables.get(resource_id)
        is_public = any(
            not package["private"] and resource_id in json.dumps(package["resources"])
            for package in catalogue.packages.values()
        )
        if table is None or not is_public:
            return HTMLResponse("<!doctype html><title>404 Not Found</title>", status_code=404)
        text = io.StringIO()
        writer = csv.DictWriter(text, ["_id", *table.columns])
        writer.writeheader()
        writer.writerows({"_id": number, **row} for number, row in table.rows.items())
        return PlainTextResponse("\ufeff" + text.getvalue(), media_type="text/csv")

    return handle


def _organisations(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        content = await request.json()
        catalogue.add_organisation(
            name=content["name"],
            title=content.get("title", content["name"]),
            is_editable=content.get("editable", True),
        )
        return thai_json(catalogue.organisations[content["name"]])

    return handle


def _packages(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        package = catalogue.find(request.path_params["name"])
        if package is None:
            return thai_json({}, status=404)
        content = await request.json()
        locked = content.pop("locked", None)
        if locked is not None:
            (catalogue.locked.add if locked else catalogue.locked.discard)(str(package["name"]))
        package.update(content)
        catalogue.touch(package)
        return thai_json(package)

    return handle


def _schema(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        content = await request.json()
        if content.get("absent"):
            catalogue.schema = None
            return thai_json({})
        removed, choices = content.get("remove", []), content.get("choices", {})
        fields = [f for f in catalogue.schema or [] if f["field_name"] not in removed]
        for field in fields:
            if field["field_name"] in choices:
                field["choices"] = [{"value": v, "label": v} for v in choices[field["field_name"]]]
        catalogue.schema = [*fields, *content.get("add", [])]
        return thai_json({"fields": len(catalogue.schema)})

    return handle


def _governance(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        catalogue.has_governance = bool((await request.json()).get("enabled"))
        return thai_json({"enabled": catalogue.has_governance})

    return handle


def _log(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        del request
        return thai_json([list(entry) for entry in catalogue.log])

    return handle


def catalogue_of(world: World) -> Catalogue:
    """A catalogue with the one organisation ``obec``, whose token is the world's."""
    catalogue = Catalogue(
        token=world.access_token(PLATFORM),
        now=world.now,
        new_id=lambda: world.uuid(f"{PLATFORM}-{world.next_number(PLATFORM)}"),
    )
    catalogue.add_organisation(name="obec", title="สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน", is_editable=True)
    return catalogue


def simulator(world: World) -> Starlette:
    """The simulated agency catalogue as an ASGI application."""
    catalogue = catalogue_of(world)
    controls = {
        "organisations": _organisations,
        "packages/{name}": _packages,
        "schema": _schema,
        "governance": _governance,
    }
    return Starlette(
        routes=[
            Route("/api/3/action/{action}", _action(catalogue), methods=["GET", "POST"]),
            Route("/datastore/dump/{resource_id}", _dump(catalogue)),
            Route("/_sandbox/log", _log(catalogue)),
            *(
                Route(f"/_sandbox/{path}", make(catalogue), methods=["POST"])
                for path, make in controls.items()
            ),
        ]
    )
