"""Nothing secret or personal may be shown: not by ``repr``, not by an error, not by a traffic event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from ...errors import GovlinkError
from ...flow import Response
from ..bench import Bench, Exchange, Run
from ..leaves import hidden, leaves
from ..replay import Ending, answered, json_answer, replayed

__all__ = ["shown_errors", "shown_requests"]

PLANTED_CITIZEN = "1979900000021"
PLANTED_NAME = "กานต์รวี ศรีตัวอย่าง"
"""A person who does not exist, whom hostile answers name."""

SHORTEST = 4
"""Shorter texts occur by chance where nothing is told."""

_CITIZEN = re.compile(r"(?<!\d)\d{13}(?!\d)")
_STATUSES = (200, 400, 401, 403, 404, 409, 422, 429, 500, 502, 503)
_EXPLAINED_STATUSES = (200, 400, 409, 422, 500)
_MEMBERS = (
    "Message", "message", "Msg", "ErrorMessage", "errorMessage", "detail", "title", "Result", "result",
    "data", "Data", "Code", "code", "help",
)  # fmt: skip


def _canaries(bench: Bench, run: Run) -> tuple[str, ...]:
    """Every text that this run may not show, by whole value."""
    recorded = bench.recorded
    known = [*recorded.secrets, *run.example.private, PLANTED_CITIZEN, PLANTED_NAME]
    known += hidden(dict(run.arguments))
    known += [number for text in leaves(dict(run.arguments)) for number in _CITIZEN.findall(text)]
    for person in recorded.people:
        known += [person.citizen_id, person.first_name, person.last_name, person.laser_code]
        known += [person.mobile, person.email]
    return tuple(dict.fromkeys(text for text in known if len(text) >= SHORTEST))


def _told(text: str, canaries: tuple[str, ...]) -> str | None:
    """The first canary in a text, in the text's own spelling or percent-encoded; masked for showing."""
    plain = unquote(text)
    found = next((c for c in canaries if c in text or c in plain), None)
    return None if found is None else f"{found[:2]}…"


def shown_requests(bench: Bench) -> Iterator[str]:
    """``repr`` of settings and requests, and traffic events, show no secret and no person."""
    recorded = bench.recorded
    settings = bench.subject.adapter.settings.from_values(recorded.values, platform="testing")
    if told := _told(f"{settings!r} {settings}", recorded.secrets):
        yield f"repr of the settings shows the secret {told}"
    for run in bench.good_runs:
        canaries = _canaries(bench, run)
        for number, exchange in enumerate(run.exchanges, start=1):
            if told := _told(repr(exchange.request), canaries):
                yield f"{run.example.name}: repr of request {number} shows {told}"
    everything = tuple(c for run in recorded.runs for c in _canaries(bench, run))
    for event in recorded.events:
        if told := _told(repr(event), everything):
            yield f"the traffic event of {event.method} {event.effect} shows {told}"


def _explained(text: str) -> bytes:
    """An object that says this text in every member a platform explains itself with."""
    content: dict[str, object] = dict.fromkeys(_MEMBERS, text)
    content |= {
        "error": {"message": text, "__type": text, "name": [text]},
        "errors": [{"pointer": f"/{text}", "reason": text, "detail": text}],
        "success": False,
        "messageCode": 500,
        "Status": 3,
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _hostile_answers(exchange: Exchange, canaries: tuple[str, ...]) -> Iterator[Response]:
    """Answers that name somebody: all in one sentence, each alone where only words pass, as plain text."""
    sentence = " ".join(canaries)
    for status in _STATUSES:
        yield json_answer(status, _explained(sentence))
    for status in _EXPLAINED_STATUSES:
        for canary in canaries:
            yield json_answer(status, _explained(canary))
    yield Response(status=500, headers=(("Content-Type", "text/plain"),), body=sentence.encode())
    yield from _spoilt(exchange, sentence)


def _spoilt(exchange: Exchange, sentence: str) -> Iterator[Response]:
    """The true answer with each text in it replaced, one at a time at the top, then all."""
    try:
        content = json.loads(exchange.response.body)
    except ValueError:
        return
    yield json_answer(200, json.dumps(_replaced(content, sentence), ensure_ascii=False).encode())
    if isinstance(content, dict):
        for name in content:
            spoilt = {**content, name: sentence}
            yield json_answer(200, json.dumps(spoilt, ensure_ascii=False).encode())


def _replaced(value: object, sentence: str) -> object:
    if isinstance(value, Mapping):
        return {key: _replaced(part, sentence) for key, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, sentence) for part in value]
    return sentence if isinstance(value, str) else value


def _explanations(ending: Ending) -> Iterator[str]:
    """All an error may show where it is logged: itself and its causes, as a traceback shows them."""
    error: BaseException | None = ending.error
    while error is not None:
        yield f"{error} {error!r}"
        if isinstance(error, GovlinkError):
            yield f"{error.explain('en')}\n{error.explain('th')}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def shown_errors(bench: Bench) -> Iterator[str]:
    """An error, its explanation in both languages and its causes show no secret and no person."""
    for run in bench.good_runs:
        canaries = _canaries(bench, run)
        for after, exchange in enumerate(run.exchanges):
            for answer in _hostile_answers(exchange, canaries):
                ending = replayed(bench.recorded.capabilities, run, last=answered(answer), after=after)
                told = next((t for text in _explanations(ending) if (t := _told(text, canaries))), None)
                if told:
                    where = f"HTTP {answer.status} to request {after + 1}"
                    yield f"{run.example.name}: the error of {where} shows {told}"
                    break
