"""Answers of GDX that a document prints, written from its clause; no server said them.

A text behind a bracket or a colon that the document leaves out is ours, and the clause says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from govlink.settings import Endpoint, Environment
from govlink.testing.cassettes import (
    BodyKind,
    Cassette,
    Interaction,
    Origin,
    OriginKind,
    StoredBody,
    StoredRequest,
    StoredResponse,
)
from govlink.testing.conformance import EXAMPLE_OFFICER
from govlink_gdx.catalogue import AGENT_PERMISSION, SERVICES

from .gdx_cases import Call, call_of

__all__ = ["spec_cassettes"]

GUIDE = "DGA knowledge base, GDX API guide"
EPAYMENT = "DGA knowledge base, e-payment guide (KTB)"
LASER = "DGA knowledge base, Laser Code API guide"
LINKAGE = "DGA knowledge base, Linkage API guide"
MANUAL = "GovAPI manual of 22 Nov 2018"
CODE = "public code of integrations (seen, not documented)"

_TOKEN = {"Result": "{{token:1}}"}
_HOST = "{{host:1}}"
_KEY = ("consumer-key", "{{consumer_key:1}}")
_JSON = (("content-type", "application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a document prints."""

    name: str
    document: str
    clause: str
    status: int = 200
    content: object = None
    sent: tuple[tuple[str, str], ...] = ()
    asked_again: bool = field(default=False)


def _path(endpoint: Endpoint) -> str:
    return endpoint.urls[Environment.PRODUCTION].removeprefix("{gateway}")


def _response(status: int, content: object) -> StoredResponse:
    if content is None:
        return StoredResponse(status=status)
    return StoredResponse(status=status, headers=_JSON, body=StoredBody(kind=BodyKind.JSON, content=content))


def _validate(content: object = _TOKEN, *, status: int = 200) -> Interaction:
    query = (("AgentID", "{{agent_id:1}}"), ("ConsumerSecret", "{{consumer_secret:1}}"))
    request = StoredRequest(method="GET", host=_HOST, path="/ws/auth/validate", query=query, headers=(_KEY,))
    return Interaction(request=request, response=_response(status, content))


def _asked(
    endpoint: Endpoint, query: tuple[tuple[str, str], ...], answer: _Answer, token: int
) -> Interaction:
    request = StoredRequest(
        method="GET",
        host=_HOST,
        path=_path(endpoint),
        query=tuple(sorted(query)),
        headers=(_KEY, ("token", f"{{{{token:{token}}}}}")),
    )
    return Interaction(request=request, response=_response(answer.status, answer.content))


def _cassette(answer: _Answer, call: Call, *interactions: Interaction) -> tuple[str, Cassette]:
    origin = Origin(kind=OriginKind.SPEC, document=answer.document, clause=answer.clause)
    return f"{answer.name}", Cassette(
        origin=origin, call={**call, "environment": "production"}, interactions=interactions
    )


VALIDATE = (
    _Answer(name="spec-result", document=GUIDE, clause="authentication, sample answer", content=_TOKEN),
    _Answer(
        name="spec-result-lower-case",
        document=EPAYMENT,
        clause="validate, sample answer; the table beside it writes Result",
        content={"result": "{{token:1}}"},
    ),
)

LASER_ANSWERS = (
    _Answer(name="spec-true", document=LASER, clause="answer, Result true", content={"Result": True}),
    _Answer(name="spec-false", document=LASER, clause="answer, Result false", content={"Result": False}),
    _Answer(
        name="spec-500-2",
        document=MANUAL,
        clause="p. 58, code 2; the class name and the text are ours",
        status=500,
        content={"Message": "java.lang.Exception: [2] บัตรถูกยกเลิก"},
    ),
    _Answer(
        name="spec-500-4",
        document=MANUAL,
        clause="p. 58, code 4; the class name and the text are ours",
        status=500,
        content={"Message": "java.lang.Exception: [4] ข้อมูลไม่ตรง"},
    ),
    _Answer(name="spec-204", document=MANUAL, clause="p. 18, status 204", status=204),
    _Answer(name="spec-503", document=MANUAL, clause="p. 18, status 503; the body is ours", status=503),
    _Answer(
        name="spec-403",
        document=CODE,
        clause="text of a 403 on a data call; the JSON around it is ours",
        status=403,
        content={"Message": "ForbiddenException: consumer not found"},
    ),
    _Answer(
        name="spec-401",
        document=CODE,
        clause="text of a 401 on a data call; the JSON around it is ours",
        status=401,
        content={"Message": "UnauthorizedException: token not found"},
        asked_again=True,
    ),
)

PERSON_ANSWERS = (
    _Answer(
        name="spec-90001",
        document=CODE,
        clause="Message and Code in place of the person; status and text are ours",
        content={"Message": "ผู้ใช้ไม่ถูกต้อง", "Code": "90001"},
    ),
    _Answer(
        name="spec-95011",
        document=CODE,
        clause="error texts of a Linkage client; status and text are ours",
        content={"Message": "no permission for the requested service", "Code": "95011"},
    ),
)

IKNO_ANSWERS = (
    _Answer(
        name="spec-90008",
        document=MANUAL,
        clause="p. 18-19, the form and code 90008; the text is ours",
        status=500,
        content={"Message": "[90008] ใช้โควตาครบแล้ว"},
    ),
)

NOBODY = "0" * 13
SESSIONS = (
    ("spec-agent-not-available", NOBODY, NOBODY, "AgentNotAvailable"),
    ("spec-agent-available", "{{agent_id:1}}", NOBODY, "AgentAvailable"),
    ("spec-citizen-available", "{{agent_id:1}}", "1989900000013", "CitizenAvailable"),
)


def _service_answers(name: str, answers: tuple[_Answer, ...]) -> Iterator[tuple[str, Cassette]]:
    service = next(service for service in SERVICES if service.name == name)
    call = call_of(service)
    query = (*(service.linkage.query() if service.linkage else ()), *call["keys"].items())
    for answer in answers:
        told = [_validate(), _asked(service.endpoint, query, answer, 1)]
        if answer.asked_again:  # one new session, then the refusal is believed
            told += [_validate({"Result": "{{token:2}}"}), _asked(service.endpoint, query, answer, 2)]
        case, cassette = _cassette(answer, call, *told)
        yield f"{service.endpoint.operation}/{case}", cassette


def _sessions() -> Iterator[tuple[str, Cassette]]:
    query = (("Consumer", "{{consumer_key:1}}"), ("CitizenID", "{{agent_id:1}}"))
    call: Call = {"verb": "officer_session", "officer": EXAMPLE_OFFICER}
    for name, agent, citizen, state in SESSIONS:
        content = {"AgentID": agent, "CitizenID": citizen, "SessionState": state}
        answer = _Answer(
            name=name, document=LINKAGE, clause="agent/permission, SessionState", content=content
        )
        case, cassette = _cassette(answer, call, _validate(), _asked(AGENT_PERMISSION, query, answer, 1))
        yield f"{AGENT_PERMISSION.operation}/{case}", cassette


def spec_cassettes() -> Iterator[tuple[str, Cassette]]:
    """Every cassette that is written from a document, by its name."""
    for answer in VALIDATE:
        case, cassette = _cassette(answer, {"verb": "log_in"}, _validate(answer.content))
        yield f"auth.validate/{case}", cassette
    yield from _service_answers("dopa.laser_code", LASER_ANSWERS)
    yield from _service_answers("dopa.linkage_person", PERSON_ANSWERS)
    yield from _service_answers("dopa.ikno_simple", IKNO_ANSWERS)
    yield from _sessions()
