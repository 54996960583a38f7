"""The client: adapters handed in, capabilities demanded, one context for each call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import anyio
import pytest

from govlink import AsyncClient, Client, Config
from govlink.errors import ConfigError, UnexpectedAnswerError
from govlink.flow import Context, Flow, Page, Request, Response
from govlink.interfaces import CONTRACT, Absence, AbsenceReason, Adapter, AnyAdapter, Capabilities
from govlink.models.identity import AgentId
from govlink.models.mark import Mark
from govlink.models.registry import Purpose, RegistryQuery, RegistryRecord
from govlink.settings import PlatformSettings

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
    from dataclasses import replace

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
