"""Biz Portal's status link, simulated: requests by RequestId, references used once, updates logged.

Documented: the two paths, the required fields, the words, the envelopes with their differing case,
that references must be unique, and that an update notifies the applicant. Modelled: every text, that
a refusal comes with HTTP 200, that a reference used before is refused, that an update must name the
request's own applicant and application, and that a finished request may still be changed (what the
portal enforces is not known, so a contradiction is noted in the log instead of refused).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from json import JSONDecodeError

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from govlink.models.portal import CaseState, WaitingFor
from govlink.sandbox.toolkit import World, forbidden, thai_json

from .codes import STATE_WORDS, TURN_WORDS, lint_update

__all__ = ["simulator"]

IDENTITY_TYPES = frozenset({"Citizen", "Juristic", "Foreigner"})
STATES: Mapping[str, CaseState] = {word: state for state, word in STATE_WORDS.items()}
TURNS: Mapping[str, WaitingFor] = {word: turn for turn, word in TURN_WORDS.items()}
_WHOSE = ("IdentityId", "IdentityType", "ApplicationId")
_DATA = ("Name", "Url", "ReferenceId", "ReferenceNumber")


@dataclass(slots=True, kw_only=True)
class _Case:
    request_id: str
    whose: tuple[str, ...]
    data: Mapping[str, str]
    created_at: str
    state: CaseState | None = None
    updates: list[dict[str, object]] = field(default_factory=list)

    def shown(self) -> dict[str, object]:
        whose = dict(zip(_WHOSE, self.whose, strict=True))
        return {
            "RequestId": self.request_id,
            **whose,
            "Data": dict(self.data),
            "CreatedAt": self.created_at,
            "Status": STATE_WORDS[self.state] if self.state else None,
            "Updates": self.updates,
        }


class _Refusal(Exception):
    """What the portal says in its error message."""


def _texts(content: object, names: tuple[str, ...]) -> dict[str, str]:
    if not isinstance(content, dict):
        raise _Refusal("the body is not an object")
    found = {name: content.get(name) for name in names}
    missing = [name for name, value in found.items() if not isinstance(value, str) or not value]
    if missing:
        raise _Refusal(f"{', '.join(missing)} is required")
    return {name: str(value) for name, value in found.items()}


def _check_word(words: Collection[str], value: str, *, name: str) -> None:
    if value not in words:
        raise _Refusal(f"{name} is not one of the words known")


class _Portal:
    def __init__(self, world: World) -> None:
        self._world = world
        self._cases: dict[str, _Case] = {}
        self._taken: set[tuple[str, str]] = set()

    def _take_references(self, data: Mapping[str, str]) -> None:
        wanted = [(name, data[name]) for name in ("ReferenceId", "ReferenceNumber")]
        for name, value in wanted:
            if (name, value) in self._taken:
                raise _Refusal(f"{name} is duplicate")
        self._taken.update(wanted)

    def open(self, content: object) -> dict[str, object]:
        whose = _texts(content, _WHOSE)
        data = _texts(content.get("Data") if isinstance(content, dict) else None, _DATA)
        _check_word(IDENTITY_TYPES, whose["IdentityType"], name="IdentityType")
        self._take_references(data)
        number = self._world.next_number("biz-portal-request")
        case = _Case(
            request_id=str(self._world.uuid(f"biz-portal-request-{number}")),
            whose=tuple(whose.values()),
            data=data,
            created_at=self._world.now().isoformat(),
        )
        self._cases[case.request_id] = case
        return {
            "Status": 0,
            "Message": "success",
            "ErrorMessage": None,
            "Data": {"RequestId": case.request_id},
        }

    def update(self, content: object) -> dict[str, object]:
        given = _texts(content, (*_WHOSE, "RequestId", "Status", "StatusOther"))
        case = self._cases.get(given["RequestId"])
        if case is None or case.whose != tuple(given[name] for name in _WHOSE):
            raise _Refusal("RequestId is not found")
        _check_word(STATES, given["Status"], name="Status")
        _check_word(TURNS, given["StatusOther"], name="StatusOther")
        remark = content.get("Remark") if isinstance(content, dict) else None
        self._log(case, given, remark=str(remark or ""))
        return {"status": 0, "message": "[000] SMS sent, e-mail sent", "errorMessage": None}

    def _log(self, case: _Case, given: Mapping[str, str], *, remark: str) -> None:
        state = STATES[given["Status"]]
        problems = lint_update(state=state, waiting_for=TURNS[given["StatusOther"]], previous=case.state)
        text = f"คำขอ {case.data['ReferenceNumber']} มีสถานะ {given['Status']} {remark}".rstrip()
        case.updates.append(
            {
                "Status": given["Status"],
                "StatusOther": given["StatusOther"],
                "Remark": remark,
                "At": self._world.now().isoformat(),
                "Notifications": {"sms": text, "email": text},
                "Findings": [problem.fault.code for problem in problems],
            }
        )
        case.state = state

    def requests(self) -> list[object]:
        return [case.shown() for case in self._cases.values()]


async def _content(request: Request) -> object:
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError):
        return None


def _failed(reason: str, *, pascal: bool) -> dict[str, object]:
    names = ("Status", "Message", "ErrorMessage", "Data") if pascal else ("status", "message", "errorMessage")
    values = (3, "[999] failed", reason, None)
    return dict(zip(names, values, strict=False))


def simulator(world: World) -> Starlette:
    """The portal's two calls, and ``GET /_sandbox/requests``: all requests with their update log."""
    portal = _Portal(world)

    async def answer(
        request: Request, act: Callable[[object], dict[str, object]], *, pascal: bool
    ) -> Response:
        refused = forbidden(request, world)
        if refused is not None:
            return refused
        content = await _content(request)
        try:
            return thai_json(act(content))
        except _Refusal as refusal:
            return thai_json(_failed(str(refusal), pascal=pascal))

    async def open_case(request: Request) -> Response:
        return await answer(request, portal.open, pascal=True)

    async def update_case(request: Request) -> Response:
        return await answer(request, portal.update, pascal=False)

    async def requests(_: Request) -> Response:
        return thai_json(portal.requests())

    base = "/ws/dga/bizportal/applicationrequest"
    return Starlette(
        routes=[
            Route(f"{base}/import", open_case, methods=["POST"]),
            Route(f"{base}/update", update_case, methods=["POST"]),
            Route("/_sandbox/requests", requests),
        ]
    )
