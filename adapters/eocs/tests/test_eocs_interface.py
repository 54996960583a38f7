"""The shipped description against the rules of OpenAPI, the simulator and the flows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.routing import Route

from govlink.flow import Context, Flow, Request, Response
from govlink.models.petition import StateReport
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.transport import Transport, open_transport
from govlink_eocs import EocsSettings, adapter, interface_description
from govlink_eocs.flows import EocsIntake
from govlink_eocs.sandbox import simulator

DESCRIPTION: dict[str, Any] = interface_description()
OPERATIONS = {
    (path, method.upper()): operation
    for path, item in DESCRIPTION["paths"].items()
    for method, operation in item.items()
}
PULL = ("/v1/petitions", "GET")
ACKNOWLEDGE = ("/v1/petitions/acknowledgements", "POST")
REPORT = ("/v1/petitions/{reference}/state", "PUT")
PETITION = {
    "reference": "ทว 12/2569",
    "service": "EQ_FOREIGN",
    "filed_at": "2026-07-01T09:30:00+07:00",
    "form": {"country": "NZ"},
    "documents": [{"kind": "transcript", "file_name": "t.pdf", "sha256": "ab" * 32}],
}
GOOD_REPORT = {"report_id": "r", "state": "REVIEW", "note_th": "", "at": "2026-07-02T00:00:00Z"}


def resolve(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The node, or what it refers to."""
    while "$ref" in node:
        found: Any = DESCRIPTION
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def errors_in(value: object, schema: Mapping[str, Any]) -> list[str]:
    """What a schema of the description finds wrong with a value."""
    whole = {**schema, "components": DESCRIPTION["components"]}
    validator = Draft202012Validator(whole, format_checker=FormatChecker())
    return [error.message for error in validator.iter_errors(value)]


def check_answer(operation: tuple[str, str], response: Response) -> None:
    """Fail unless the description has this status, media type and body."""
    described = resolve(OPERATIONS[operation]["responses"][str(response.status)])
    ((media_type, content),) = described["content"].items()
    assert (response.header("Content-Type") or "").split(";")[0] == media_type
    body = json.loads(response.body)
    assert errors_in(body, content["schema"]) == []
    if response.status >= 400:
        assert body["status"] == response.status


class Wire:
    """Raw calls to the simulator, each answer checked against the description."""

    def __init__(self, sandbox: RunningSandbox, transport: Transport) -> None:
        self._root, self._transport = f"{sandbox.url}/eocs", transport
        self.token = sandbox.world.access_token("eocs")

    def call(
        self,
        operation: tuple[str, str],
        *,
        body: object = None,
        query: tuple[tuple[str, str], ...] = (),
        reference: str = "x",
        token: str | None = None,
    ) -> Response:
        """One call, its answer checked."""
        path, method = operation
        request = Request(
            method=method,
            url=self._root + path.replace("{reference}", reference),
            operation="raw",
            query=query,
            headers=(("Authorization", f"Bearer {self.token if token is None else token}"),),
            body=body if isinstance(body, bytes) or body is None else json.dumps(body).encode(),
        )
        response = self._transport.send(request)
        check_answer(operation, response)
        return response

    def file(self, *petitions: object) -> None:
        """File petitions by the sandbox's own route."""
        url, body = f"{self._root}/_sandbox/petitions", json.dumps(petitions).encode()
        request = Request(method="POST", url=url, operation="sandbox", body=body)
        assert self._transport.send(request).status == 200

    def get(self, path: str) -> Response:
        """One of the routes outside the interface."""
        return self._transport.send(Request(method="GET", url=self._root + path, operation="raw"))


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A fresh sandbox with one petition filed."""
    transport = open_transport()
    with running_sandbox([adapter]) as sandbox:
        opened = Wire(sandbox, transport)
        opened.file(PETITION)
        yield opened
    transport.close()


def test_the_description_is_valid_openapi() -> None:
    """The document follows OpenAPI 3.1, every reference and default included."""
    assert list(OpenAPIV31SpecValidator(DESCRIPTION).iter_errors()) == []


def test_the_description_says_it_is_modelled() -> None:
    """Whoever opens the file learns first that it is not the platform's own."""
    assert DESCRIPTION["info"]["description"].startswith("MODELLED.")
    assert "(modelled)" in DESCRIPTION["info"]["title"]


def test_the_simulator_has_exactly_the_described_routes() -> None:
    """Nothing is described that is not there, or there and not described."""
    app: Starlette = simulator(World())
    routes = {
        (route.path.replace(":path}", "}"), method)
        for route in app.routes
        if isinstance(route, Route) and route.path.startswith("/v1/")
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert routes == set(OPERATIONS)


def test_the_simulator_serves_its_description(wire: Wire) -> None:
    """A developer can point tools at the running sandbox."""
    assert json.loads(wire.get("/openapi.json").body) == DESCRIPTION


def test_every_described_answer_is_given_and_as_described(wire: Wire) -> None:
    """Each operation is brought to each of its statuses, 429 excepted, which only faults give."""
    reference = "%E0%B8%97%E0%B8%A7%2012%2F2569"
    seen = {
        (PULL, wire.call(PULL).status),
        (PULL, wire.call(PULL, query=(("limit", "0"),)).status),
        (PULL, wire.call(PULL, token="no").status),
        (ACKNOWLEDGE, wire.call(ACKNOWLEDGE, body={"references": [PETITION["reference"]]}).status),
        (ACKNOWLEDGE, wire.call(ACKNOWLEDGE, body=b"not json").status),
        (ACKNOWLEDGE, wire.call(ACKNOWLEDGE, body={"references": ["zz"]}).status),
        (ACKNOWLEDGE, wire.call(ACKNOWLEDGE, token="no").status),
        (REPORT, wire.call(REPORT, body=GOOD_REPORT, reference=reference).status),
        (REPORT, wire.call(REPORT, body={**GOOD_REPORT, "state": "OTHER"}, reference=reference).status),
        (REPORT, wire.call(REPORT, body=GOOD_REPORT).status),
        (REPORT, wire.call(REPORT, body={}, reference=reference).status),
        (REPORT, wire.call(REPORT, token="no").status),
    }
    described = {
        (operation, int(status)) for operation, item in OPERATIONS.items() for status in item["responses"]
    }
    assert seen == {(operation, status) for operation, status in described if status != 429}


def test_a_full_page_is_as_described(wire: Wire) -> None:
    """A page with items and a cursor, and the page behind it."""
    wire.file(*({**PETITION, "reference": f"n-{n}"} for n in range(3)))
    first = json.loads(wire.call(PULL, query=(("limit", "2"),)).body)
    assert len(first["items"]) == 2
    rest = json.loads(wire.call(PULL, query=(("limit", "2"), ("cursor", first["next_cursor"]))).body)
    assert (len(rest["items"]), rest["next_cursor"]) == (2, None)


def test_the_latest_report_is_the_state_whatever_the_order(wire: Wire) -> None:
    """Reports arriving late do not turn the state back."""
    wire.file({**PETITION, "reference": "n"})
    later = {**GOOD_REPORT, "report_id": "b", "state": "ISSUED", "at": "2026-07-03T00:00:00Z"}
    wire.call(REPORT, body=later, reference="n")
    receipt = json.loads(wire.call(REPORT, body=GOOD_REPORT, reference="n").body)
    assert (receipt["report_id"], receipt["current_state"]) == ("r", "ISSUED")
    same_moment = {**later, "report_id": "c", "state": "DELIVERED"}
    assert json.loads(wire.call(REPORT, body=same_moment, reference="n").body)["current_state"] == "DELIVERED"


@pytest.mark.parametrize(
    "body",
    [
        GOOD_REPORT,
        {**GOOD_REPORT, "extra": 1},
        {**GOOD_REPORT, "report_id": ""},
        {**GOOD_REPORT, "report_id": "x" * 129},
        {**GOOD_REPORT, "state": "x" * 65},
        {**GOOD_REPORT, "note_th": "x" * 2001},
        {**GOOD_REPORT, "note_th": None},
        {**GOOD_REPORT, "at": 1},
        {k: v for k, v in GOOD_REPORT.items() if k != "note_th"},
        [],
    ],
)
def test_the_simulator_takes_exactly_the_described_reports(wire: Wire, body: object) -> None:
    """Schema and simulator agree on what is a report."""
    schema = OPERATIONS[REPORT]["requestBody"]["content"]["application/json"]["schema"]
    wire.file({**PETITION, "reference": "n"})
    status = wire.call(REPORT, body=body, reference="n").status
    assert (status == 200) == (errors_in(body, schema) == [])


@pytest.mark.parametrize("at", ["", "2026-07-02", "2026-07-02T00:00:00"])
def test_a_moment_without_zone_is_no_moment(wire: Wire, at: str) -> None:
    """A date-time of RFC 3339 has its offset."""
    wire.file({**PETITION, "reference": "n"})
    assert wire.call(REPORT, body={**GOOD_REPORT, "at": at}, reference="n").status == 400


@pytest.mark.parametrize(
    "references",
    [["n"], [], ["n", "n"], ["n", 5], "n", None, ["n"] + [f"m{i}" for i in range(500)]],
)
def test_the_simulator_takes_exactly_the_described_acknowledgements(wire: Wire, references: object) -> None:
    """Schema and simulator agree on what is a list of references."""
    schema = OPERATIONS[ACKNOWLEDGE]["requestBody"]["content"]["application/json"]["schema"]
    wire.file({**PETITION, "reference": "n"})
    body = {"references": references}
    status = wire.call(ACKNOWLEDGE, body=body).status
    assert status == (200 if errors_in(body, schema) == [] else 400)


@pytest.mark.parametrize(
    "query",
    [
        ("limit", "501"),
        ("limit", "-1"),
        ("limit", "1e2"),
        ("limit", "0005001"),
        ("since", "yesterday"),
        ("since", "2026-07-01T00:00:00"),
        ("include_acknowledged", "yes"),
        ("cursor", "abc"),
    ],
)
def test_bad_parameters_are_pointed_at(wire: Wire, query: tuple[str, str]) -> None:
    """Each refusal names its parameter."""
    response = wire.call(PULL, query=(query,))
    assert response.status == 400
    assert [e["pointer"] for e in json.loads(response.body)["errors"]] == [f"/{query[0]}"]


def requests_of_all_verbs() -> list[tuple[tuple[str, str], Request]]:
    """Each verb's request with every optional part in use."""
    values = {
        "sandbox_url": "http://127.0.0.1:1",
        "access_token": "t",
        "include_acknowledged": True,
        "page_size": 500,
    }
    intake = EocsIntake(settings=EocsSettings.from_values(values, platform="eocs"))
    context, now = Context(entropy=b"0" * 32), datetime(2026, 7, 1, tzinfo=UTC)
    report = StateReport(reference="ทว 1/2569", state="REVIEW", note_th="", at=now, report_id="r")
    flows: list[tuple[tuple[str, str], Flow[Any]]] = [
        (PULL, intake.pull(since=now, cursor="c", context=context)),
        (ACKNOWLEDGE, intake.acknowledge(("ทว 1/2569", "b"), context=context)),
        (REPORT, intake.report_state(report, context=context)),
        (REPORT, intake.report_state(replace(report, reference="a.b"), context=context)),
    ]
    return [(operation, next(flow)) for operation, flow in flows]


@pytest.mark.parametrize("index", range(4))
def test_flows_send_what_is_described(index: int) -> None:
    """Path, parameters and body of every verb follow the description."""
    operation, request_sent = requests_of_all_verbs()[index]
    path, method = operation
    described = OPERATIONS[operation]
    sent_path = request_sent.url.removeprefix("http://127.0.0.1:1/eocs")
    before, _, after = path.partition("{reference}")
    assert request_sent.method == method
    assert sent_path.startswith(before)
    assert sent_path.endswith(after)
    parameters = {p["name"]: p["schema"] for p in described.get("parameters", []) if p["in"] == "query"}
    assert {name for name, _ in request_sent.query} == set(parameters)
    for name, value in request_sent.query:
        plain = parameters[name]["type"] == "string"
        assert errors_in(value if plain else json.loads(value), parameters[name]) == []
    if after:
        reference = unquote(sent_path.removeprefix(before).removesuffix(after))
        assert errors_in(reference, {"$ref": "#/components/schemas/Reference"}) == []
    if "requestBody" in described:
        assert isinstance(request_sent.body, bytes)
        schema = described["requestBody"]["content"]["application/json"]["schema"]
        assert errors_in(json.loads(request_sent.body), schema) == []


def test_the_simulators_token_is_the_one_settings_carry(wire: Wire) -> None:
    """settings_for gives the simulator's own access token."""
    with running_sandbox([adapter]) as sandbox:
        settings = EocsSettings.from_values(settings_for(adapter, sandbox), platform="eocs")
    assert settings.access_token.get_secret_value() == wire.token
    assert len(wire.token) == 40
