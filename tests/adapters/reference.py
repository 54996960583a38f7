"""A small adapter that keeps the whole contract, with its simulator; the broken ones are variations.

Its platform is made up: a register that knows people by name and number, and an intake of petitions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.routing import Route

from govlink.errors import TransportError
from govlink.flow import Context, Effect, Flow, Page, Request, Response
from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, Capabilities
from govlink.models.identity import AgentId
from govlink.models.mark import Mark
from govlink.models.petition import Channel, FiledPetition, StateReport
from govlink.models.registry import Purpose, RegistryQuery, RegistryRecord
from govlink.sandbox.server import RunningSandbox
from govlink.sandbox.toolkit import World, thai_json
from govlink.settings import Endpoint, Environment, PlatformSettings
from govlink.testing.conformance import EXAMPLE_OFFICER, EXAMPLE_PERSON, THAI_TEXT, Example, Subject
from govlink.wire import JSON_TYPE, json_body, parse_json_object, raise_for_status

T = TypeVar("T")

NAME = "reference"


def _endpoint(operation: str, path: str, *, is_published: bool) -> Endpoint:
    urls = {Environment.SANDBOX: f"{{sandbox}}/{NAME}/{path}"}
    if is_published:
        urls[Environment.PRODUCTION] = f"https://reference.invalid/{path}"
    return Endpoint(operation=operation, urls=urls, mark=Mark.MODELLED, source="made up for tests")


LOOK_UP = _endpoint("records.look_up", "records", is_published=True)
PULL = _endpoint("petitions.pull", "petitions", is_published=True)
ACKNOWLEDGE = _endpoint("petitions.acknowledge", "petitions/seen", is_published=True)
REPORT = _endpoint("petitions.report_state", "petitions/state", is_published=False)
ENDPOINTS = (LOOK_UP, PULL, ACKNOWLEDGE, REPORT)


class ReferenceSettings(PlatformSettings):
    """The settings every platform has, and a token."""

    access_token: SecretStr


def _same_request(request: Request) -> Request:
    return request


def _same_response(request: Request, response: Response) -> Response:
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class Twist:
    """Where a variation reaches in: before a request goes out, after its answer came, when none came."""

    request: Callable[[Request], Request] = _same_request
    response: Callable[[Request, Response], Response] = _same_response
    lost: Callable[[TransportError], Response] | None = None

    def ask(self, request: Request) -> Flow[Response]:
        """Send the request and give its answer, each as the twist leaves it."""
        request = self.request(request)
        try:
            response = yield request
        except TransportError as error:
            if self.lost is None:
                raise
            response = self.lost(error)
        return self.response(request, response)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFlows:
    """Look up a person; take petitions in."""

    settings: ReferenceSettings
    twist: Twist = field(default_factory=Twist)

    def _call(
        self,
        endpoint: Endpoint,
        *,
        effect: Effect,
        query: tuple[tuple[str, str], ...] = (),
        content: Mapping[str, object] | None = None,
    ) -> Flow[dict[str, object]]:
        request = Request(
            method="GET" if content is None else "POST",
            url=self.settings.url_of(endpoint, platform=NAME),
            operation=endpoint.operation,
            effect=effect,
            query=query,
            headers=(JSON_TYPE, ("X-Token", self.settings.access_token.get_secret_value())),
            body=None if content is None else json_body(content),
            timeout_s=self.settings.timeout_s,
        )
        response = yield from self.twist.ask(request)
        raise_for_status(response, platform=NAME, operation=endpoint.operation)
        return parse_json_object(response, platform=NAME, operation=endpoint.operation)

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """Ask whether the register knows this person."""
        content = yield from self._call(LOOK_UP, effect=Effect.READ, query=tuple(query.keys.items()))
        return RegistryRecord(service=query.service, confirmed=content.get("known") is True)

    def pull(
        self, *, since: datetime | None, cursor: str | None, context: Context
    ) -> Flow[Page[FiledPetition]]:
        """One petition to a page."""
        query = () if cursor is None else (("cursor", cursor),)
        content = yield from self._call(PULL, effect=Effect.READ, query=query)
        petition = FiledPetition(
            reference=str(content.get("reference")),
            service="EXAMPLE",
            channel=Channel.COUNTER,
            filed_at=context.now(),
            form={"note": str(content.get("note"))},
        )
        after = content.get("next")
        return Page(items=(petition,), cursor=None if after is None else str(after))

    def acknowledge(self, references: tuple[str, ...], *, context: Context) -> Flow[None]:
        """Say that these were taken in."""
        content = {"references": list(references), "call": str(context.uuid("acknowledge"))}
        yield from self._call(ACKNOWLEDGE, effect=Effect.IDEMPOTENT, content=content)

    def report_state(self, report: StateReport, *, context: Context) -> Flow[None]:
        """Tell the petition's state."""
        content = {"reference": report.reference, "note": report.note_th}
        yield from self._call(REPORT, effect=Effect.WRITE, content=content)


def connect(settings: ReferenceSettings) -> Capabilities:
    """Pair the settings with the flows."""
    return connect_twisted(settings, Twist())


def connect_twisted(settings: ReferenceSettings, twist: Twist) -> Capabilities:
    """The same with a twist."""
    flows = ReferenceFlows(settings=settings, twist=twist)
    return Capabilities(registry=flows, intake=flows, reports=flows)


def simulator(world: World) -> Any:
    """Plays the platform; it keeps no state, so any order of calls will do."""

    async def answer(request: HttpRequest) -> HttpResponse:
        if request.headers.get("X-Token") != world.access_token(NAME):
            return thai_json({}, status=401)
        place = request.url.path.rsplit(f"/{NAME}/", 1)[-1]
        if place.startswith("records"):
            return thai_json({"known": request.query_params.get("citizen_id") in world.people})
        if place == "petitions":
            number = int(request.query_params.get("cursor", "1"))
            after = str(number + 1) if number < 3 else None
            return thai_json({"reference": f"R-{number}", "note": THAI_TEXT, "next": after})
        await request.json()
        return thai_json({"done": True})

    return Starlette(
        routes=[
            Route("/records", answer),
            Route("/records/{rest:path}", answer),
            Route("/petitions", answer),
            Route("/petitions/{rest:path}", answer, methods=["POST"]),
        ]
    )


PROVIDES = frozenset({"registry", "intake", "reports"})

adapter = Adapter(
    name=NAME,
    contract=CONTRACT,
    title_th="แพลตฟอร์มอ้างอิง",
    title_en="Reference platform",
    homepage="https://reference.invalid",
    mark=Mark.MODELLED,
    settings=ReferenceSettings,
    connect=connect,
    provides=PROVIDES,
    endpoints=ENDPOINTS,
    absences=tuple(
        Absence(capability=f.name, reason=AbsenceReason.PLATFORM_CANNOT, explanation="It is made up.")
        for f in fields(Capabilities)
        if f.name not in PROVIDES
    ),
    simulator=simulator,
)


def _with_person(sandbox: RunningSandbox) -> Mapping[str, object]:
    sandbox.world.add_person(EXAMPLE_PERSON)
    return {}


EXAMPLES = (
    Example(
        capability="registry",
        verb="look_up",
        arguments={
            "query": RegistryQuery(
                service="person",
                keys={"name": EXAMPLE_PERSON.first_name, "citizen_id": EXAMPLE_PERSON.citizen_id},
                purpose=Purpose(text="test", legal_basis="none", case_reference="R-1"),
                officer=AgentId(EXAMPLE_OFFICER),
            )
        },
        prepare=_with_person,
        carries=(EXAMPLE_PERSON.first_name,),
    ),
    Example(
        capability="intake",
        verb="pull",
        arguments={"since": None, "cursor": None},
        returns=(THAI_TEXT,),
    ),
    Example(capability="intake", verb="acknowledge", arguments={"references": ("R-1",)}),
    Example(
        capability="reports",
        verb="report_state",
        arguments={
            "report": StateReport(
                reference="R-1",
                state="REVIEW",
                note_th=THAI_TEXT,
                at=datetime(2025, 1, 15, 3, 0, tzinfo=UTC),
                report_id="1",
            )
        },
        carries=(THAI_TEXT,),
    ),
)

SUBJECT = Subject(adapter=adapter, examples=EXAMPLES)


def content_of(response: Response) -> dict[str, object] | None:
    """The answer's object, or None if it is none."""
    try:
        content = json.loads(response.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
