"""The simulated catalogue over HTTP, with routes of the sandbox's own under ``/_sandbox``.

A test account's token is ``World.access_token("data_go_th")``; ``data_go_th-member`` and
``data_go_th-stranger`` are those of a member without the right to write and of a user without any;
anyone else reads public datasets. Under ``/_sandbox``, which no CKAN has:

- ``organisations`` adds one (``name``, ``title``, ``editable``)
- ``packages/<name>`` changes a dataset as a person would in the web form (any field; ``locked`` takes
  the token's right to write)
- ``schema`` changes the metadata schema (``absent``, ``variant``: whose fork, ``remove``, ``add``,
  ``choices``)
- ``governance`` turns that extension on (``enabled``)
- ``version`` chooses the CKAN (``version``: 2.10, 2.11, 2.12)
- ``failures`` lets the next calls of an action fail (``kind``, ``action``, ``times``)
- ``index`` takes the search index away or brings it back (``down``)
- ``jobs`` runs what CKAN 2.12 leaves to its worker
- ``national/<name>`` says where the dataset stands at the national catalogue (the members of the
  harvester's reply, and ``published_at``)
- ``log`` tells the calls and their statuses.

The national catalogue's harvester answers under ``/harvester``.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from govlink.sandbox.toolkit import World, thai_json

from .settings import PLATFORM
from .simulated.catalogue import Catalogue
from .simulated.envelope import Page, Role
from .simulated.failures import Failure, FailureKind
from .simulated.schema import default_resource_schema, default_schema
from .simulated.variants import Variant

__all__ = ["application_of", "catalogue_of", "simulator"]

Handler = Callable[[Request], Awaitable[Response]]


def _action(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        body, content_type = await request.body(), request.headers.get("Content-Type", "")
        if request.method == "GET":
            body, content_type = json.dumps(dict(request.query_params)).encode(), "application/json"
        answer = catalogue.answer(
            request.path_params["action"],
            method=request.method,
            content_type=content_type,
            token=request.headers.get("Authorization"),
            body=body,
            site_url=f"{request.url.scheme}://{request.url.netloc}{request.scope['root_path']}/",
        )
        kind = "application/json" if answer.html is None else "text/html"
        return Response(answer.body, status_code=answer.status, media_type=kind)

    return handle


def _sent(page: Page) -> Response:
    return StreamingResponse(iter(page.chunks), status_code=page.status, headers=dict(page.headers))


def _dump(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        token = request.headers.get("Authorization")
        resource_id = request.path_params["resource_id"]
        return _sent(catalogue.dump(resource_id, query=request.query_params, token=token))

    return handle


def _download(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        token = request.headers.get("Authorization")
        return _sent(catalogue.download(request.path_params["resource_id"], token=token))

    return handle


def _national_state(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        package_id = (await request.json()).get("package")
        return _sent(catalogue.national_state(request.path_params["action"], package_id))

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
        if "variant" in content:
            variant = Variant(content["variant"])
            catalogue.schema = default_schema(variant)
            catalogue.resource_schema = default_resource_schema(variant)
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


def _version(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            catalogue.use_version((await request.json())["version"])
        except KeyError:
            return thai_json({"Message": "version must be 2.10, 2.11 or 2.12"}, status=422)
        return thai_json({"version": catalogue.behaviour.version})

    return handle


def _failures(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        content = await request.json()
        try:
            failure = Failure(**{**content, "kind": FailureKind(content["kind"])})
        except (ValueError, TypeError, KeyError):
            return thai_json({"Message": "not a failure"}, status=422)
        catalogue.failures.append(failure)
        return thai_json({"failures": len(catalogue.failures)})

    return handle


def _index(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        catalogue.index_is_down = bool((await request.json()).get("down"))
        return thai_json({"down": catalogue.index_is_down})

    return handle


def _jobs(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        del request
        jobs = len(catalogue.jobs)
        catalogue.run_jobs()
        return thai_json({"jobs": jobs})

    return handle


def _national(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        content = await request.json()
        catalogue.national[request.path_params["name"]] = {k: str(v) for k, v in content.items()}
        return thai_json(content)

    return handle


def _log(catalogue: Catalogue) -> Handler:
    async def handle(request: Request) -> Response:
        del request
        return thai_json([list(entry) for entry in catalogue.log])

    return handle


def catalogue_of(world: World) -> Catalogue:
    """A catalogue with the one organisation ``obec``, whose editor's token is the world's."""
    others = (Role.MEMBER, Role.STRANGER, Role.SYSADMIN)
    catalogue = Catalogue(
        people={
            world.access_token(PLATFORM): Role.EDITOR,
            **{world.access_token(f"{PLATFORM}-{role}"): role for role in others},
        },
        now=world.now,
        new_id=lambda: world.uuid(f"{PLATFORM}-{world.next_number(PLATFORM)}"),
    )
    catalogue.add_organisation(name="obec", title="สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน", is_editable=True)
    return catalogue


def application_of(catalogue: Catalogue) -> Starlette:
    """The catalogue as an ASGI application."""
    controls = {
        "organisations": _organisations,
        "packages/{name}": _packages,
        "schema": _schema,
        "governance": _governance,
        "version": _version,
        "failures": _failures,
        "index": _index,
        "jobs": _jobs,
        "national/{name}": _national,
    }
    file = "/dataset/{package_id}/resource/{resource_id}/download"
    return Starlette(
        routes=[
            Route("/api/3/action/{action}", _action(catalogue), methods=["GET", "POST"]),
            Route("/datastore/dump/{resource_id}", _dump(catalogue)),
            Route(file, _download(catalogue)),
            Route(file + "/{name:path}", _download(catalogue)),
            Route("/harvester/api/3/action/{action}", _national_state(catalogue), methods=["POST"]),
            Route("/_sandbox/log", _log(catalogue)),
            *(
                Route(f"/_sandbox/{path}", make(catalogue), methods=["POST"])
                for path, make in controls.items()
            ),
        ]
    )


def simulator(world: World) -> Starlette:
    """The simulated agency catalogue as an ASGI application."""
    return application_of(catalogue_of(world))
