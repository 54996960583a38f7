"""What the adapter says of itself: its record, its capabilities, its absences, its URLs."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from string import Formatter
from types import NoneType
from typing import get_args, get_type_hints
from urllib.parse import urlsplit

from ...errors import ConfigError, GovlinkError
from ...interfaces import CONTRACT, Capabilities
from ...models.mark import Mark
from ...registry import installed_adapters
from ...settings import Endpoint, Environment, PlatformSettings
from ..bench import Bench, call

__all__ = ["absences", "capabilities", "endpoints", "production", "record", "verbs_of"]

_THAI = re.compile(r"[\u0e01-\u0e5b]")
_TOKEN = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def verbs_of(capability: str) -> dict[str, tuple[str, ...]]:
    """The verbs of a capability with the names of their parameters, as its Protocol has them."""
    hint = get_type_hints(Capabilities)[capability]
    protocol = next(part for part in get_args(hint) if part is not NoneType)
    members = {n: m for n, m in vars(protocol).items() if inspect.isfunction(m) and not n.startswith("_")}
    return {name: tuple(inspect.signature(m).parameters)[1:] for name, m in members.items()}


def record(bench: Bench) -> Iterator[str]:
    """Name, contract number, titles, homepage, mark, settings and simulator are there and sound."""
    adapter = bench.subject.adapter
    if _TOKEN.fullmatch(adapter.name) is None:
        yield f"the name {adapter.name!r} is not lower-case ASCII words joined by underscores"
    installed = installed_adapters().get(adapter.name)
    token = adapter.name.replace("_", "-")
    if installed is not None and installed.distribution.removeprefix("govlink-") != token:
        yield f"the distribution {installed.distribution} is not named after {adapter.name}"
    if adapter.contract != CONTRACT:
        yield f"the contract is {adapter.contract}, this kit checks {CONTRACT}"
    if _THAI.search(adapter.title_th) is None:
        yield "title_th holds no Thai"
    if not adapter.title_en.strip() or _THAI.search(adapter.title_en):
        yield "title_en is empty or Thai"
    if urlsplit(adapter.homepage).scheme != "https":
        yield "the homepage is no https URL"
    if adapter.mark not in tuple(Mark):
        yield "the mark is none of Mark"
    if not issubclass(adapter.settings, PlatformSettings) or not adapter.settings.model_config.get("frozen"):
        yield "the settings are no frozen PlatformSettings"
    if adapter.simulator is None:
        yield "there is no simulator"


def capabilities(bench: Bench) -> Iterator[str]:
    """``connect`` provides exactly what ``provides`` declares, with every verb and its parameters."""
    declared, connected = bench.subject.adapter.provides, bench.recorded.capabilities
    provided = connected.provided()
    if declared - provided:
        yield f"declared, not provided: {', '.join(sorted(declared - provided))}"
    if provided - declared:
        yield f"provided, not declared: {', '.join(sorted(provided - declared))}"
    for capability in sorted(declared & provided):
        for verb, parameters in verbs_of(capability).items():
            method = getattr(getattr(connected, capability), verb, None)
            if method is None:
                yield f"{capability}.{verb} is missing"
            elif tuple(inspect.signature(method).parameters) != parameters:
                yield f"{capability}.{verb} does not take ({', '.join(parameters)})"


def absences(bench: Bench) -> Iterator[str]:
    """Every capability that is not provided has exactly one absence that says why; no other has."""
    adapter = bench.subject.adapter
    known = {f.name for f in fields(Capabilities)}
    counted = Counter(absence.capability for absence in adapter.absences)
    for name in sorted(known - adapter.provides):
        if counted[name] != 1:
            yield f"{name} is not provided and has {counted[name]} absences"
    for name in sorted(counted.keys() - known):
        yield f"{name} is no capability"
    for name in sorted(counted.keys() & adapter.provides):
        yield f"{name} is provided, its absence is stale"
    for absence in adapter.absences:
        if not absence.explanation.strip():
            yield f"the absence of {absence.capability} gives no reason"


def endpoints(bench: Bench) -> Iterator[str]:
    """Every operation has a sandbox URL under the adapter's name; all other URLs are https."""
    counted = Counter(endpoint.operation for endpoint in bench.subject.adapter.endpoints)
    if not counted:
        yield "there are no endpoints"
    for operation, count in counted.items():
        if count > 1:
            yield f"{operation} stands {count} times in the table"
    for endpoint in bench.subject.adapter.endpoints:
        yield from _endpoint(endpoint, platform=bench.subject.adapter.name)


def _endpoint(endpoint: Endpoint, *, platform: str) -> Iterator[str]:
    sandbox = endpoint.urls.get(Environment.SANDBOX, "")
    if not sandbox.startswith((f"{{sandbox}}/{platform}/", "{sandbox}/gateway/")):
        yield f"{endpoint.operation} has no sandbox URL under /{platform}/"
    for environment, url in endpoint.urls.items():
        if environment is not Environment.SANDBOX and not url.startswith(("https://", "{")):
            yield f"{endpoint.operation} is not https in {environment}"
    if not endpoint.source.strip():
        yield f"{endpoint.operation} names no source"


def _hosts(table: tuple[Endpoint, ...]) -> dict[str, str]:
    names = {
        name
        for endpoint in table
        for url in endpoint.urls.values()
        for _, name, _, _ in Formatter().parse(url)
    }
    return {name: f"https://{name}.invalid" for name in names if name and name != "sandbox"}


def production(bench: Bench) -> Iterator[str]:
    """In production a published operation goes to its https URL; any other names the setting it lacks."""
    adapter = bench.subject.adapter
    values = {
        **bench.recorded.values,
        "environment": Environment.PRODUCTION,
        "sandbox_url": None,
        "hosts": {**_hosts(adapter.endpoints), "gateway": "https://gateway.invalid"},
    }
    try:
        connected = adapter.connect_from(values)
    except GovlinkError as error:
        yield f"it does not connect in production: {error.code}"
        return
    published = {e.operation for e in adapter.endpoints if Environment.PRODUCTION in e.urls}
    known = {e.operation for e in adapter.endpoints}
    for run in bench.good_runs:
        operation = run.exchanges[0].request.operation if run.exchanges else None
        if operation not in known:
            continue  # nothing is sent, or another check's finding
        try:
            request = next(call(connected, run.example, run.arguments))
        except ConfigError as error:
            if operation in published:
                yield f"{run.example.name} raises {error.code}, though {operation} is published"
            elif "endpoints" not in error.explain():
                yield f"{run.example.name} raises {error.code}, which does not name the setting"
        else:
            if operation not in published:
                yield f"{run.example.name} is sent in production, though {operation} has no URL there"
            elif urlsplit(request.url).scheme != "https":
                yield f"{run.example.name} is not sent over https"
