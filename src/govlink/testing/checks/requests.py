"""What flows give: that they are lazy, and that each request says all a driver and a policy need."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from ...flow import Effect, Request
from ..bench import Bench, call
from ..leaves import leaves
from ..recording import body_bytes
from ..watch import impurities
from .record import verbs_of

__all__ = ["WRITING_VERBS", "complete", "effects", "examples", "lazy", "texts"]

WRITING_VERBS = frozenset(
    {
        "seal", "send", "publish", "withdraw", "identify", "open_case", "update_case", "notify",
        "issue_card", "acknowledge", "report_state", "create_payment", "void_payment", "close_payment",
    }
)  # fmt: skip
"""Verbs that change or spend something on the platform; all others only ask."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "POST"})  # platforms also ask by POST


def examples(bench: Bench) -> Iterator[str]:
    """Every verb of every capability has an example, and each example succeeds on the simulator."""
    shown = {example.name for example in bench.subject.examples}
    for capability in sorted(bench.subject.adapter.provides):
        for verb in verbs_of(capability):
            if f"{capability}.{verb}" not in shown:
                yield f"{capability}.{verb} has no example"
    for run in bench.recorded.runs:
        if run.error is not None:
            yield f"{run.example.name} raised {type(run.error).__name__}: {run.error}"


def lazy(bench: Bench) -> Iterator[str]:
    """Calling a verb gives a generator that has not begun; nothing is sent or looked at."""
    for run in bench.good_runs:
        with impurities() as touched:
            flow = call(bench.recorded.capabilities, run.example, run.arguments)
        if not inspect.isgenerator(flow):
            yield f"{run.example.name} gives a {type(flow).__name__}, not a generator"
        elif inspect.getgeneratorstate(flow) != inspect.GEN_CREATED:
            yield f"{run.example.name} gives a generator that has begun"
        elif touched:
            yield f"calling {run.example.name} touched {', '.join(touched)}"
        flow.close()


def complete(bench: Bench) -> Iterator[str]:
    """Each request is of an operation in the table, at its URL, with a time-out; its URL holds no secret."""
    sandbox_url = str(bench.recorded.values["sandbox_url"])
    urls = {
        endpoint.operation: url.replace("{sandbox}", sandbox_url)
        for endpoint in bench.subject.adapter.endpoints
        for environment, url in endpoint.urls.items()
        if environment == "sandbox"
    }
    for run in bench.good_runs:
        for exchange in run.exchanges:
            for finding in _request(exchange.request, urls=urls, secrets=bench.recorded.secrets):
                yield f"{run.example.name}: {exchange.request.operation} {finding}"


def _request(request: Request, *, urls: Mapping[str, str], secrets: tuple[str, ...]) -> Iterator[str]:
    base = urls.get(request.operation)
    parts = urlsplit(request.url)
    if base is None:
        yield "is not in the table of endpoints"
    elif request.url != base and not request.url.startswith(f"{base.rstrip('/')}/"):
        yield "goes to another URL than the table's"
    if parts.query or parts.fragment:
        yield "has a query in its URL instead of in query"
    if request.timeout_s <= 0:
        yield "has no time-out"
    if request.effect not in tuple(Effect):
        yield "declares no effect"
    if request.method != request.method.upper():
        yield "has a method that is not in capitals"
    if any(s in unquote(request.url) or any(s in value for _, value in request.query) for s in secrets):
        yield "has a secret in its URL"


def effects(bench: Bench) -> Iterator[str]:
    """A verb that writes says so in a request of its own; a verb that asks only reads."""
    for verb in sorted({run.example.name for run in bench.good_runs}):
        runs = [run for run in bench.good_runs if run.example.name == verb]
        requests = [exchange.request for run in runs for exchange in run.exchanges]
        writes = [request for request in requests if request.effect is not Effect.READ]
        if runs[0].example.verb not in WRITING_VERBS:
            if writes:
                yield f"{verb} asks, but {writes[0].operation} is declared as {writes[0].effect}"
        elif requests and not writes:
            yield f"{verb} writes, but all its requests are declared as reading"
        for request in requests:
            if request.effect is Effect.READ and request.method not in _SAFE_METHODS:
                yield f"{verb}: {request.operation} is a {request.method} declared as reading"


def _texts_sent(request: Request) -> Iterator[str]:
    yield unquote(urlsplit(request.url).path)
    yield from (value for _, value in request.query)
    yield from (value for _, value in request.headers)
    body = body_bytes(request).decode("utf-8", "replace")
    try:
        yield from leaves(json.loads(body))
    except ValueError:
        yield body


def texts(bench: Bench) -> Iterator[str]:
    """Texts go out and come back unchanged: no normalisation, no lost zero-width character or digit."""
    for run in bench.good_runs:
        sent = [text for exchange in run.exchanges for text in _texts_sent(exchange.request)]
        for text in run.example.carries:
            if not any(text in candidate for candidate in sent):
                yield f"{run.example.name} does not carry {text!a} unchanged"
        shown = list(leaves(run.result))
        for text in run.example.returns:
            if not any(text in candidate for candidate in shown):
                yield f"{run.example.name} does not return {text!a} unchanged"
