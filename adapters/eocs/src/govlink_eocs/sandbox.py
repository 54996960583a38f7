"""The E-OCS interface of ``openapi.json``, simulated. All of it is modelled.

``POST /_sandbox/petitions`` files a list of petitions and ``GET /_sandbox/states`` shows what was
reported back; neither is part of the interface. ``GET /openapi.json`` serves its description.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from govlink.errors import UnexpectedAnswerError
from govlink.models.petition import FiledPetition, StateReport
from govlink.sandbox.toolkit import World, thai_json

from .description import interface_description
from .parse import parse_moment, parse_petition
from .settings import PLATFORM

__all__ = ["simulator"]

LIMIT_DEFAULT, LIMIT_MAX = 100, 500
BATCH_MAX = 500
REPORT_LENGTHS = {"report_id": (1, 128), "state": (1, 64), "note_th": (0, 2000), "at": (1, 40)}

_Key = tuple[datetime, str]
_Handler = Callable[[Request], Awaitable[Response]]


class _Refusal(Exception):
    """A problem document (RFC 9457) that ends the call."""

    def __init__(self, status: int, kind: str, *, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(kind)
        self.status, self.kind, self.errors = status, kind, errors or {}

    def response(self) -> Response:
        content: dict[str, object] = {
            "type": f"urn:govlink:eocs:{self.kind}",
            "title": self.kind.replace("-", " "),
            "status": self.status,
        }
        if self.errors:
            content["errors"] = [{"pointer": p, "reason": r} for p, r in self.errors.items()]
        headers = {"WWW-Authenticate": "Bearer"} if self.status == 401 else None
        return JSONResponse(content, self.status, headers, "application/problem+json")


@dataclass(slots=True, kw_only=True)
class _Filed:
    petition: FiledPetition
    wire: Mapping[str, object]
    acknowledged: bool = False
    reports: list[StateReport] = field(default_factory=list)

    @property
    def key(self) -> _Key:
        return self.petition.filed_at, self.petition.reference


def _bad(name: str, reason: str) -> _Refusal:
    return _Refusal(400, "bad-parameter", errors={f"/{name}": reason})


def _cursor_of(key: _Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([key[0].isoformat(), key[1]]).encode()).decode()


def _key_of(cursor: str) -> _Key:
    try:
        moment, reference = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        filed_at = parse_moment(moment)
    except (binascii.Error, ValueError, TypeError):
        raise _bad("cursor", "unknown-cursor") from None
    if filed_at is None or not isinstance(reference, str):
        raise _bad("cursor", "unknown-cursor")
    return filed_at, reference


def _limit(text: str) -> int:
    limit = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    if not 1 <= limit <= LIMIT_MAX:
        raise _bad("limit", "out-of-range")
    return limit


def _since(text: str | None) -> datetime | None:
    moment = parse_moment(text) if text is not None else None
    if text is not None and moment is None:
        raise _bad("since", "not-a-date-time")
    return moment


def _flag(text: str) -> bool:
    if text not in {"true", "false"}:
        raise _bad("include_acknowledged", "not-a-boolean")
    return text == "true"


class _Eocs:
    def __init__(self) -> None:
        self._filed: dict[str, _Filed] = {}
        self._reports: dict[str, StateReport] = {}

    def file(self, content: object) -> int:
        """Take petitions in as filed, all or none; the same petition again is harmless."""
        if not isinstance(content, list):
            raise _Refusal(400, "bad-body", errors={"": "not-an-array"})
        fresh: dict[str, _Filed] = {}
        for index, item in enumerate(content):
            try:
                petition = parse_petition(item, pointer=f"/{index}", operation="sandbox.file")
            except UnexpectedAnswerError as error:
                places = {problem.pointer: "not-as-described" for problem in error.problems}
                raise _Refusal(400, "bad-body", errors=places) from None
            known = fresh.get(petition.reference) or self._filed.get(petition.reference)
            if known is not None and known.petition != petition:
                raise _Refusal(409, "reference-used", errors={f"/{index}/reference": "reference-used"})
            if known is None:
                fresh[petition.reference] = _Filed(petition=petition, wire=item)
        self._filed |= fresh
        return len(fresh)

    def page(self, query: Mapping[str, str]) -> dict[str, object]:
        since, limit = _since(query.get("since")), _limit(query.get("limit", str(LIMIT_DEFAULT)))
        with_acknowledged = _flag(query.get("include_acknowledged", "false"))
        after = _key_of(query["cursor"]) if "cursor" in query else None
        wanted = sorted(
            (
                filed
                for filed in self._filed.values()
                if (with_acknowledged or not filed.acknowledged)
                and (since is None or filed.petition.filed_at >= since)
                and (after is None or filed.key > after)
            ),
            key=lambda filed: filed.key,
        )
        shown, more = wanted[:limit], len(wanted) > limit
        return {
            "items": [filed.wire for filed in shown],
            "next_cursor": _cursor_of(shown[-1].key) if more else None,
        }

    def acknowledge(self, content: object) -> dict[str, object]:
        references = content.get("references") if isinstance(content, dict) else None
        if not isinstance(references, list) or not 1 <= len(references) <= BATCH_MAX:
            raise _Refusal(400, "bad-body", errors={"/references": "not-as-described"})
        if len({reference for reference in references if isinstance(reference, str)}) < len(references):
            raise _Refusal(400, "bad-body", errors={"/references": "not-as-described"})
        unknown = {
            f"/references/{i}": "unknown-reference"
            for i, reference in enumerate(references)
            if reference not in self._filed
        }
        if unknown:
            raise _Refusal(422, "unknown-reference", errors=unknown)
        for reference in references:
            self._filed[reference].acknowledged = True
        return {"acknowledged": len(references)}

    def report(self, reference: str, content: object) -> dict[str, object]:
        if reference not in self._filed:
            raise _Refusal(404, "no-such-petition")
        report, told = _report(reference, content), self._filed[reference].reports
        known = self._reports.setdefault(report.report_id, report)
        if known != report:
            raise _Refusal(409, "report-id-used")
        if known is report:
            told.append(report)
        latest = max(reversed(told), key=lambda one: one.at)
        return {"reference": reference, "report_id": report.report_id, "current_state": latest.state}

    def states(self) -> dict[str, object]:
        return {
            reference: [
                {"report_id": r.report_id, "state": r.state, "note_th": r.note_th, "at": r.at.isoformat()}
                for r in filed.reports
            ]
            for reference, filed in self._filed.items()
        }


def _report(reference: str, content: object) -> StateReport:
    given = content if isinstance(content, dict) else {}
    texts = {
        name: value
        for name, (shortest, longest) in REPORT_LENGTHS.items()
        if isinstance(value := given.get(name), str) and shortest <= len(value) <= longest
    }
    bad = {f"/{name}": "not-as-described" for name in REPORT_LENGTHS if name not in texts}
    at = parse_moment(texts.get("at", ""))
    if bad or at is None:
        raise _Refusal(400, "bad-body", errors=bad or {"/at": "not-a-date-time"})
    return StateReport(
        reference=reference,
        report_id=texts["report_id"],
        state=texts["state"],
        note_th=texts["note_th"],
        at=at,
    )


async def _content(request: Request) -> object:
    try:
        return await request.json()
    except ValueError:
        raise _Refusal(400, "bad-body", errors={"": "not-json"}) from None


def _answering(handler: _Handler) -> _Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except _Refusal as refusal:
            return refusal.response()

    return answer


def _guarded(handler: _Handler, *, token: str) -> _Handler:
    async def check(request: Request) -> Response:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
            raise _Refusal(401, "token-not-known")
        return await handler(request)

    return _answering(check)


def simulator(world: World) -> Starlette:
    """The interface's three calls, its description, and the sandbox's own two routes."""
    eocs, token = _Eocs(), world.access_token(PLATFORM)

    async def pull(request: Request) -> Response:
        return thai_json(eocs.page(request.query_params))

    async def acknowledge(request: Request) -> Response:
        return thai_json(eocs.acknowledge(await _content(request)))

    async def report(request: Request) -> Response:
        return thai_json(eocs.report(request.path_params["reference"], await _content(request)))

    async def describe(_: Request) -> Response:
        return thai_json(interface_description())

    async def file(request: Request) -> Response:
        return thai_json({"filed": eocs.file(await _content(request))})

    async def states(_: Request) -> Response:
        return thai_json(eocs.states())

    return Starlette(
        routes=[
            Route("/v1/petitions", _guarded(pull, token=token), methods=["GET"]),
            Route("/v1/petitions/acknowledgements", _guarded(acknowledge, token=token), methods=["POST"]),
            Route("/v1/petitions/{reference:path}/state", _guarded(report, token=token), methods=["PUT"]),
            Route("/openapi.json", describe),
            Route("/_sandbox/petitions", _answering(file), methods=["POST"]),
            Route("/_sandbox/states", states),
        ]
    )
