"""Every recorded answer of GDX, read by the real flows: the outcome is the one that stands beside it.

The calls' meaning and the recorder are in ``tests/cassettes``; what is missing is recorded by
``python -m tests.cassettes.generate_gdx``.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from govlink import AsyncClient, Client
from govlink.config import Config
from govlink.models.identity import AgentId
from govlink.models.registry import RegistryQuery
from govlink.testing.cassettes import Deck, OriginKind, cassette_files, opened_replay, read_cassette
from govlink.transport import Transport, open_async_transport, open_transport
from govlink_gdx.catalogue import SERVICES
from govlink_gdx.codes import RULES, CodeRule

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "fixtures" / "cassettes" / "gdx"
FILES = list(cassette_files(FOLDER))
NAMES = [path.relative_to(FOLDER).with_suffix("").as_posix() for path in FILES]
CASSETTES = [read_cassette(path) for path in FILES]
CALLS = runpy.run_path(str(ROOT / "tests" / "cassettes" / "gdx_calls.py"))


@pytest.fixture(scope="module")
def transport() -> Iterator[Transport]:
    """One client for all replays; what it would send is intercepted."""
    carrier = open_transport()
    yield carrier
    carrier.close()


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_replayed_in_a_thread(path: Path, transport: Transport) -> None:
    """The synchronous driver on httpx."""
    cassette = read_cassette(path)
    with opened_replay(path) as deck:
        ended = CALLS["outcome"](CALLS["flow_of"](cassette.call), deck.transport(transport))
    assert ended == cassette.expected


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_replayed_in_tasks(backend: str) -> None:
    """The asynchronous driver on httpx2, all of them on one client."""

    async def play() -> list[str]:
        carrier, different = open_async_transport(library="httpx2"), []
        for path, name, cassette in zip(FILES, NAMES, CASSETTES, strict=True):
            with opened_replay(path) as deck:
                flow = CALLS["flow_of"](cassette.call)
                ended = await CALLS["aoutcome"](flow, deck.async_transport(carrier))
            if ended != cassette.expected:
                different.append(name)
        await carrier.aclose()
        return different

    assert anyio.run(play, backend=backend) == []


CONFIG = Config(
    sandbox_url="https://sandbox.invalid",
    platforms={
        "gdx": {
            "consumer_key": SecretStr("k" * 8),
            "consumer_secret": SecretStr("s" * 8),
            "agent_id": "tests",
        }
    },
)


@pytest.mark.govlink_cassette("gdx/dopa.laser_code/yes")
def test_a_client_plays_a_marked_cassette(govlink_cassette: Deck) -> None:
    """As a user's test does it: the marker, the fixture, a client, and no sandbox."""
    with Client(CONFIG, transport=govlink_cassette.transport()) as client:
        assert client.look_up(_query()).confirmed is True


@pytest.mark.govlink_cassette("gdx/dopa.laser_code/yes")
def test_an_asynchronous_client_plays_it_as_well(govlink_cassette: Deck) -> None:
    """The same cassette, awaited."""

    async def play() -> bool | None:
        async with AsyncClient(CONFIG, transport=govlink_cassette.async_transport()) as client:
            return (await client.look_up(_query())).confirmed

    assert anyio.run(play) is True


def _query() -> RegistryQuery:
    call = read_cassette(FOLDER / "dopa.laser_code" / "yes.json").call
    service, keys, officer = call["service"], call["keys"], call["officer"]
    assert isinstance(service, str)
    assert isinstance(keys, dict)
    return RegistryQuery(service=service, keys=keys, purpose=CALLS["PURPOSE"], officer=AgentId(str(officer)))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_is_recorded(service: object) -> None:
    """A service without a recorded answer is one whose parser nobody has tried on one."""
    assert getattr(service, "name", "") in {cassette.call.get("service") for cassette in CASSETTES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.codes[0])
def test_every_error_family_is_recorded(rule: CodeRule) -> None:
    """Both the class and the fault of each rule come out of a recording of one of its codes."""
    ended = [
        (cassette.expected.get("error"), cassette.expected.get("code"))
        for cassette in CASSETTES
        if cassette.expected.get("values", {}) and _code(cassette.expected) in rule.codes
    ]
    assert (rule.error.__name__, rule.fault.code) in ended


def _code(expected: object) -> str:
    values = expected.get("values") if isinstance(expected, dict) else None
    return str(values.get("code", "")) if isinstance(values, dict) else ""


def test_documents_words_are_written_down() -> None:
    """What documents print is there without a server, each with its document and clause."""
    written = {
        name
        for name, cassette in zip(NAMES, CASSETTES, strict=True)
        if cassette.origin.kind is OriginKind.SPEC
    }
    assert written >= {
        "auth.validate/spec-result",
        "auth.validate/spec-result-lower-case",
        "dopa.laser_code/spec-false",
        "dopa.laser_code/spec-500-2",
        "dopa.laser_code/spec-500-4",
        "dopa.laser_code/spec-401",
        "dopa.laser_code/spec-403",
        "dopa.agent_permission/spec-agent-available",
    }


@pytest.mark.slow
def test_recording_again_makes_the_same_files(tmp_path: Path) -> None:
    """Seed and clock are fixed: a difference is a change of flows or simulator that was not recorded."""
    command = [sys.executable, "-m", "tests.cassettes.generate_gdx", "--into", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout + done.stderr
    again = {p.relative_to(tmp_path / "gdx"): p.read_bytes() for p in cassette_files(tmp_path / "gdx")}
    kept = {p.relative_to(FOLDER): p.read_bytes() for p in FILES}
    changed = [str(p) for p in again.keys() | kept.keys() if again.get(p) != kept.get(p)]
    assert sorted(changed) == []
