"""The client: adapters handed in, capabilities demanded, one context for each call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from govlink import AsyncClient, Client, Config, Policies
from govlink.audit import LoggingAuditLog
from govlink.config import AuditSettings
from govlink.errors import ConfigError, QuotaError, RejectedError, UnexpectedAnswerError
from govlink.flow import Allowance, Auth, Context, Flow, Page, Request, Response, Token
from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, AnyAdapter, Capabilities
from govlink.models.identity import AgentId
from govlink.models.mark import Mark
from govlink.models.registry import Purpose, RegistryQuery, RegistryRecord
from govlink.settings import Environment, PlatformSettings

QUERY = RegistryQuery(
    service="toy.record",
    keys={"id": "1"},
    purpose=Purpose(text="t", legal_basis="b", case_reference="c"),
    officer=AgentId("tester"),
)


@dataclass(frozen=True)
class ToyFlows:
    """A registry and an intake of three pages."""

    url: str
    cursors: tuple[str | None, ...] = ("1", "2", None)

    def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
        """One request whose body is the answer."""
        response = yield Request(
            method="GET", url=self.url, operation="record", headers=(("X-Id", str(context.uuid("id"))),)
        )
        return RegistryRecord(service=query.service, fields={"body": response.body.decode()})

    def pull(self, *, since: object, cursor: str | None, context: Context) -> Flow[Page[str]]:
        """One page of two items."""
        response = yield Request(method="GET", url=self.url, operation="pull")
        following = self.cursors[self.cursors.index(cursor) + 1 if cursor is not None else 0]
        return Page(items=(response.body.decode() + "a", response.body.decode() + "b"), cursor=following)


def adapter(name: str = "gdx", **flows: object) -> AnyAdapter:
    """A toy adapter."""
    return Adapter(
        name=name,
        contract=CONTRACT,
        title_th="ของเล่น",
        title_en="Toy",
        homepage="https://toy.example",
        mark=Mark.MODELLED,
        settings=PlatformSettings,
        connect=lambda settings: Capabilities(
            registry=ToyFlows(url=settings.sandbox_url or ""),
            intake=ToyFlows(url="", **flows),  # type: ignore[arg-type]  # pages of text, not of petitions
        ),
        provides=frozenset({"registry", "intake"}),
        absences=(
            Absence(capability="cards", reason=AbsenceReason.PLATFORM_CANNOT, explanation="no cards here"),
        ),
    )


CONFIG = Config(sandbox_url="http://127.0.0.1:9")


class AsyncScript:
    """The scripted transport for tasks."""

    def __init__(self, wire) -> None:
        self.wire = wire

    async def send(self, request: Request) -> Response:
        """The next answer."""
        await anyio.lowlevel.checkpoint()
        return self.wire.send(request)

    async def aclose(self) -> None:
        """Nothing to give back."""


def bodies(*texts: str) -> Iterator[Response]:
    """Good answers with these bodies."""
    return (Response(status=200, body=text.encode()) for text in texts)


def test_an_adapter_handed_in_wins_over_the_installed_one(script) -> None:
    """An agency's private adapter needs no packaging, and is given the client's settings."""
    wire = script(*bodies("hello"))
    with Client(CONFIG, adapters=[adapter()], transport=wire) as client:
        assert client.look_up(QUERY).fields == {"body": "hello"}
    assert wire.sent[0].url == "http://127.0.0.1:9"


def test_the_same_for_tasks(script) -> None:
    """The asynchronous client answers alike."""

    async def main() -> None:
        async with AsyncClient(
            CONFIG, adapters=[adapter()], transport=AsyncScript(script(*bodies("hello")))
        ) as client:
            assert (await client.look_up(QUERY)).fields == {"body": "hello"}

    anyio.run(main)


def test_an_absent_capability_says_why(script) -> None:
    """The adapter's own explanation is in the error, and nothing was sent."""
    with Client(CONFIG, adapters=[adapter("citizen_portal")], transport=script()) as client:
        with pytest.raises(ConfigError, match=r"client\.capability_absent.*cards \(no cards here\)"):
            client.run("citizen_portal", lambda p, x: p.cards.issue_card(None, context=x))
        with pytest.raises(ConfigError, match="payments"):
            client.payment_status("r", platform="citizen_portal")


def test_an_unknown_platform(script) -> None:
    """Neither given nor installed."""
    with (
        Client(CONFIG, transport=script()) as client,
        pytest.raises(ConfigError, match=r"registry\.unknown_platform"),
    ):
        client.look_up(QUERY, platform="nowhere")


def test_another_contract_is_refused_at_once() -> None:
    """A private adapter of an older contract fails when the client is made, not in the middle."""
    with pytest.raises(ConfigError, match=r"registry\.contract_mismatch"):
        Client(CONFIG, adapters=[replace(adapter(), contract=0)])


def test_each_call_has_a_context_of_its_own(script) -> None:
    """Two calls never share randomness; a context handed in replays it."""
    wire = script(*bodies("", "", "", ""))
    with Client(CONFIG, adapters=[adapter()], transport=wire) as client:
        client.look_up(QUERY)
        client.look_up(QUERY)
    fixed = Context.system()
    with Client(CONFIG, adapters=[adapter()], transport=wire, context=lambda: fixed) as client:
        client.look_up(QUERY)
        client.look_up(QUERY)
    ids = [r.headers for r in wire.sent]
    assert ids[0] != ids[1]
    assert ids[2] == ids[3]


def test_pages_are_read_as_they_are_used(script) -> None:
    """The second page is asked for when the first is used up, and the last one ends it."""
    wire = script(*bodies("1", "2", "3"))
    with Client(CONFIG, adapters=[adapter("eocs")], transport=wire) as client:
        items = client.pull_petitions()
        assert len(wire.sent) == 0
        assert [next(items), next(items)] == ["1a", "1b"]
        assert len(wire.sent) == 1
        assert list(items) == ["2a", "2b", "3a", "3b"]


def test_pages_for_tasks(script) -> None:
    """The same order, asynchronously."""

    async def main() -> list[object]:
        wire = AsyncScript(script(*bodies("1", "2", "3")))
        async with AsyncClient(CONFIG, adapters=[adapter("eocs")], transport=wire) as client:
            return [item async for item in client.pull_petitions()]

    assert anyio.run(main) == ["1a", "1b", "2a", "2b", "3a", "3b"]


@pytest.mark.parametrize("cursors", [("1", "1"), ("1", "2", "1")])
def test_a_cursor_that_comes_back_is_refused(script, cursors: tuple[str, ...]) -> None:
    """A platform whose pages go in a circle would be read for ever."""
    wire = script(*bodies(*"123456"))
    with (
        Client(CONFIG, adapters=[adapter("eocs", cursors=cursors)], transport=wire) as client,
        pytest.raises(UnexpectedAnswerError, match=r"drive\.stuck_cursor"),
    ):
        list(client.pull_petitions())
    assert len(wire.sent) == len(cursors)


# --- audit, and what processes share --------------------------------------------------------------

PRODUCTION = replace(CONFIG, environment=Environment.PRODUCTION)
KEY = SecretStr("a-key-of-the-agency-that-is-good-nowhere")


@pytest.mark.parametrize("environment", [Environment.UAT, Environment.PRODUCTION])
def test_outside_the_sandbox_nobody_is_looked_up_without_an_audit_log(
    script, environment: Environment
) -> None:
    """Neither by the verb nor by a flow of one's own, unless a log is handed in."""
    wire = script(*bodies("1"))
    config = replace(CONFIG, environment=environment)
    with Client(config, adapters=[adapter()], transport=wire) as client:
        for ask in (
            lambda: client.look_up(QUERY),
            lambda: client.run("gdx", lambda p, x: p.registry.look_up(QUERY, context=x)),
        ):
            with pytest.raises(ConfigError, match=r"audit\.not_configured"):
                ask()
        assert wire.sent == []
    with Client(
        config, adapters=[adapter()], transport=wire, policies=Policies(audit=LoggingAuditLog())
    ) as client:
        assert client.look_up(QUERY).fields == {"body": "1"}


def test_a_platform_s_own_environment_counts(script) -> None:
    """One platform may be in production while the others are in the sandbox."""
    config = replace(CONFIG, platforms={"gdx": {"environment": "production"}})
    with (
        Client(config, adapters=[adapter()], transport=script()) as client,
        pytest.raises(ConfigError, match=r"audit\.not_configured"),
    ):
        client.look_up(QUERY)


def test_the_audit_log_of_the_settings_is_written(script, tmp_path: Path) -> None:
    """A line for each look-up, alike for threads and tasks, also for one that fails."""
    file = tmp_path / "audit.jsonl"
    config = replace(PRODUCTION, audit=AuditSettings(path=file, key=KEY))
    with Client(config, adapters=[adapter()], transport=script(*bodies("1"))) as client:
        client.look_up(QUERY)
        with pytest.raises(RejectedError):
            client.look_up(replace(QUERY, purpose=Purpose(text="", legal_basis="b", case_reference="c")))

    async def main() -> None:
        wire = AsyncScript(script(*bodies("2")))
        async with AsyncClient(config, adapters=[adapter()], transport=wire) as client:
            await client.look_up(QUERY)

    anyio.run(main)
    records = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [(r["platform"], r["service"], r["outcome"]) for r in records] == [
        ("gdx", "toy.record", "found")
    ] * 2
    assert records[0]["officer"] == records[1]["officer"] != "tester"


def test_a_short_key_is_refused_when_the_client_is_made(tmp_path: Path) -> None:
    """Not at the first look-up."""
    audit = AuditSettings(path=tmp_path / "a", key=SecretStr("short"))
    with pytest.raises(ConfigError, match=r"audit\.key_short"):
        Client(replace(CONFIG, audit=audit))


def limited(calls: int) -> AnyAdapter:
    """A toy whose look-ups need a session and count against an allowance."""

    def login(context: Context) -> Flow[Token]:
        response = yield Request(method="GET", url="u", operation="login")
        return Token(value=response.body.decode(), issued_at=context.now())

    auth = Auth(key=("k",), login=login, attach=lambda r, t: r.with_headers(("Token", t.value)), idle_s=60)

    class Limited:
        def look_up(self, query: RegistryQuery, *, context: Context) -> Flow[RegistryRecord]:
            """One request."""
            allowance = Allowance(key=("k",), calls_per_day=calls)
            yield Request(method="GET", url="u", operation="record", auth=auth, allowance=allowance)
            return RegistryRecord(service=query.service)

    return replace(adapter(), connect=lambda _settings: Capabilities(registry=Limited()))


def test_clients_share_sessions_and_counters_where_the_settings_say(script, tmp_path: Path) -> None:
    """Three clients, as of three processes: one log-in, and one count; without sharing each has its own."""
    shared = replace(CONFIG, shared_tokens=tmp_path / "tokens", shared_allowance=tmp_path / "counts")
    wire, toy = script(*bodies("t1", "", "")), limited(2)
    for _ in range(2):
        with Client(shared, adapters=[toy], transport=wire) as client:
            client.look_up(QUERY)
    with Client(shared, adapters=[toy], transport=wire) as client, pytest.raises(QuotaError):
        client.look_up(QUERY)
    assert [r.operation for r in wire.sent] == ["login", "record", "record"]
    wire = script(*bodies("t1", "", "t2", ""))
    for _ in range(2):
        with Client(CONFIG, adapters=[toy], transport=wire) as client:
            client.look_up(QUERY)
    assert [r.operation for r in wire.sent] == ["login", "record"] * 2


def test_tasks_share_them_too(script, tmp_path: Path) -> None:
    """The asynchronous client in the same folder."""
    shared = replace(CONFIG, shared_tokens=tmp_path / "tokens")
    wire, toy = script(*bodies("t1", "", "")), limited(2)

    async def main() -> None:
        async with AsyncClient(shared, adapters=[toy], transport=AsyncScript(wire)) as client:
            await client.look_up(QUERY)

    anyio.run(main)
    anyio.run(main)
    assert [r.operation for r in wire.sent] == ["login", "record", "record"]
