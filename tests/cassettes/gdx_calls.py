"""What the ``call`` of a GDX cassette means: the flow it stands for, and how its outcome is told."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from govlink._drive import arun, run
from govlink.errors import GovlinkError
from govlink.flow import Context, Flow
from govlink.gateway import gateway_auth
from govlink.models.identity import AgentId
from govlink.models.registry import Purpose, RegistryQuery
from govlink.policy import Policies, RetryPolicy, apply_policies
from govlink.testing.cassettes import error_told, outcome_told
from govlink.testing.conformance import Example
from govlink.transport import AsyncTransport, Transport
from govlink_gdx import adapter, connect
from govlink_gdx.flows import GdxFlows
from govlink_gdx.settings import GdxSettings

__all__ = ["EXAMPLES", "EXAMPLE_MODULE", "NOW", "PURPOSE", "aoutcome", "flow_of", "outcome"]

NOW = datetime(2025, 1, 15, 3, 30, tzinfo=UTC)  # a Wednesday, mid-morning in Bangkok
PURPOSE = Purpose(text="เทียบวุฒิ", legal_basis="synthetic", case_reference="EQ-0001")

_TESTS = Path(__file__).resolve().parents[2] / "adapters" / "gdx" / "tests"
EXAMPLE_MODULE: Mapping[str, Any] = runpy.run_path(str(_TESTS / "examples_gdx_more.py"))


def _numbered(examples: tuple[Example, ...]) -> dict[str, Example]:
    """Examples by capability and verb, the second of a verb with a 2 behind it."""
    found: dict[str, Example] = {}
    for example in examples:
        twins = sum(known.name == example.name for known in found.values())
        found[f"{example.name}-{twins + 1}" if twins else example.name] = example
    return found


EXAMPLES: Mapping[str, Example] = _numbered(EXAMPLE_MODULE["MORE_EXAMPLES"])
"""The calls beside look-ups, as the conformance kit makes them."""


def _settings(call: Mapping[str, Any]) -> GdxSettings:
    """Settings for a replay: good nowhere, since the cassette's hosts and secrets are placeholders."""
    return GdxSettings.model_validate(
        {
            **adapter.sandbox_values,
            "environment": call.get("environment", "sandbox"),
            "sandbox_url": "https://sandbox.invalid",
            "consumer_key": "key-good-nowhere",
            "consumer_secret": "secret-good-nowhere",
            "agent_id": "govlink-demo",  # as the sandbox's account, for an answer may repeat it
        }
    )


def flow_of(call: Mapping[str, Any], *, settings: GdxSettings | None = None) -> Flow[Any]:
    """The call's flow under the client's policies, without repetition."""
    settings = settings or _settings(call)
    context = Context.fixed(now=NOW, seed="cassettes")
    flows = GdxFlows(settings=settings)
    flow: Flow[Any]
    match call["verb"]:
        case "log_in":
            flow = gateway_auth(settings, platform="gdx").login(context)
        case "officer_session":
            flow = flows.officer_session(AgentId(call["officer"]), context=context)
        case "example":
            example = EXAMPLES[call["example"]]
            verb = getattr(getattr(connect(settings), example.capability), example.verb)
            flow = verb(**example.arguments, context=context)
        case verb:
            officer = AgentId(call["officer"])
            query = RegistryQuery(
                service=call["service"], keys=call["keys"], purpose=PURPOSE, officer=officer
            )
            flow = getattr(flows, verb)(query, context=context)
    policies = Policies(retry=RetryPolicy(attempts=1))
    return apply_policies(flow, policies=policies, platform="gdx", context=context)


def outcome(flow: Flow[Any], transport: Transport) -> dict[str, object]:
    """How the call ended, as it stands in the cassette; driven in a thread."""
    try:
        return outcome_told(run(flow, transport))
    except GovlinkError as error:
        return error_told(error)


async def aoutcome(flow: Flow[Any], transport: AsyncTransport) -> dict[str, object]:
    """The same, driven in a task."""
    try:
        return outcome_told(await arun(flow, transport))
    except GovlinkError as error:
        return error_told(error)
