"""Bad days, fed by hand in place of the last answer: each must end in the error that says what to do."""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import (
    AuthError,
    GovlinkError,
    OutcomeUnknownError,
    QuotaError,
    Sent,
    TransportError,
    UnavailableError,
    UnexpectedAnswerError,
)
from ...flow import Effect, Response
from ...wire import json_body
from ..bench import Bench, Run
from ..replay import Ending, Last, answered, json_answer, lost, replayed

__all__ = ["connection", "empty", "html", "missing", "quota", "refused", "truncated", "unavailable"]

_PAGE = "<!doctype html><html lang='th'><title>ไม่อนุญาต</title></html>".encode()

Kinds = type[GovlinkError] | tuple[type[GovlinkError], ...]


def _html(status: int) -> Response:
    return Response(status=status, headers=(("Content-Type", "text/html; charset=utf-8"),), body=_PAGE)


def _talking(bench: Bench) -> Iterator[Run]:
    return (run for run in bench.good_runs if run.exchanges)


def _writes(run: Run) -> bool:
    return run.exchanges[-1].request.effect in {Effect.WRITE, Effect.ONE_SHOT}


def _refusal(bench: Bench, status: int, **headers: str) -> Last:
    body = json_body(bench.subject.refusals.get(status, {}))
    return answered(json_answer(status, body, **headers))


def _ending(bench: Bench, run: Run, last: Last, *, with_policy: bool = False) -> Ending:
    return replayed(bench.recorded.capabilities, run, last=last, with_policy=with_policy)


def _wrong(ending: Ending, expected: Kinds, *, what: str, run: Run) -> Iterator[str]:
    if not isinstance(ending.error, expected):
        kinds = expected if isinstance(expected, tuple) else (expected,)
        wanted = " or ".join(kind.__name__ for kind in kinds)
        yield f"{run.example.name}: {what} ends in {ending}, not {wanted}"


def refused(bench: Bench) -> Iterator[str]:
    """401 and 403 are ``AuthError``."""
    for run in _talking(bench):
        for status in (401, 403):
            ending = _ending(bench, run, _refusal(bench, status))
            yield from _wrong(ending, AuthError, what=f"HTTP {status}", run=run)


def missing(bench: Bench) -> Iterator[str]:
    """404 is ``NotFoundError``, or what the example says it means here."""
    for run in _talking(bench):
        ending = _ending(bench, run, _refusal(bench, 404))
        if run.example.missing is not None:
            yield from _wrong(ending, run.example.missing, what="HTTP 404", run=run)
        elif ending.error is not None or ending.endless:
            yield f"{run.example.name}: HTTP 404 ends in {ending}, not a result"


def quota(bench: Bench) -> Iterator[str]:
    """429 is ``QuotaError`` and hands on how long to wait."""
    for run in _talking(bench):
        ending = _ending(bench, run, _refusal(bench, 429, Retry_After="7"))
        yield from _wrong(ending, QuotaError, what="HTTP 429", run=run)
        if isinstance(ending.error, QuotaError) and ending.error.retry_after_s != 7:
            yield f"{run.example.name}: HTTP 429 with Retry-After 7 gives {ending.error.retry_after_s}"


def unavailable(bench: Bench) -> Iterator[str]:
    """503 is ``UnavailableError``, as JSON and as a page; a write may say that its outcome is unknown."""
    for run in _talking(bench):
        expected: Kinds = (UnavailableError, OutcomeUnknownError) if _writes(run) else UnavailableError
        for what, answer in (("HTTP 503", json_answer(503)), ("HTTP 503 with HTML", _html(503))):
            yield from _wrong(_ending(bench, run, answered(answer)), expected, what=what, run=run)


def html(bench: Bench) -> Iterator[str]:
    """A page with HTTP 200, as firewalls send it, is ``UnexpectedAnswerError``."""
    for run in _talking(bench):
        ending = _ending(bench, run, answered(_html(200)))
        yield from _wrong(ending, UnexpectedAnswerError, what="HTML", run=run)


def empty(bench: Bench) -> Iterator[str]:
    """An empty answer with HTTP 200 is ``UnexpectedAnswerError``."""
    for run in _talking(bench):
        ending = _ending(bench, run, answered(json_answer(200, b"")))
        yield from _wrong(ending, UnexpectedAnswerError, what="an empty answer", run=run)


def truncated(bench: Bench) -> Iterator[str]:
    """JSON that ends in the middle is ``UnexpectedAnswerError``."""
    for run in _talking(bench):
        body = run.exchanges[-1].response.body
        if body.lstrip()[:1] in {b"{", b"["}:
            ending = _ending(bench, run, answered(json_answer(200, body[: len(body) // 2])))
            yield from _wrong(ending, UnexpectedAnswerError, what="half an answer", run=run)


def connection(bench: Bench) -> Iterator[str]:
    """A lost connection is ``TransportError``; after a write was sent, ``OutcomeUnknownError``."""
    for run in _talking(bench):
        before = _ending(bench, run, lost(Sent.NO), with_policy=True)
        yield from _wrong(before, TransportError, what="a connection lost before sending", run=run)
        after = _ending(bench, run, lost(Sent.MAYBE), with_policy=True)
        expected = OutcomeUnknownError if _writes(run) else TransportError
        yield from _wrong(after, expected, what="a connection lost after sending", run=run)
