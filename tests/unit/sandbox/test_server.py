"""The sandbox server: one port, a list of what it plays, and an end."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from govlink import Client, Config
from govlink._drive import run
from govlink.errors import ConfigError
from govlink.flow import Flow, Request, Response
from govlink.gateway import GatewaySettings, gateway_auth
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.sandbox.faults import FaultKind
from govlink.sandbox.server import running_sandbox, settings_for
from govlink.settings import PlatformSettings
from govlink.transport import open_transport


class TokenSettings(PlatformSettings):
    """Settings of a platform that hands out access tokens itself."""

    access_token: str
    app_id: str


def toy(name: str = "toy", settings: type[PlatformSettings] = PlatformSettings) -> AnyAdapter:
    """An adapter whose simulator answers 204 to everything."""

    async def app(scope: object, receive: object, send) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return Adapter(
        name=name,
        contract=CONTRACT,
        title_th="<b>ของเล่น</b>",
        title_en="Toy",
        homepage="https://toy.example",
        mark=Mark.MODELLED,
        settings=settings,
        connect=lambda _settings: Capabilities(),
        provides=frozenset({"registry"}),
        simulator=lambda _world: app,
    )


def send(
    url: str, *, method: str = "GET", body: bytes | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """One request over a transport of its own."""
    wire = open_transport()

    def flow() -> Flow[Response]:
        return (yield Request(method=method, url=url, operation="test", body=body, headers=headers))

    try:
        return run(flow(), wire)
    finally:
        wire.close()


def test_the_front_page_lists_platforms() -> None:
    """JSON for machines, HTML for browsers, and an adapter's texts are escaped."""
    with running_sandbox([toy(), toy("other")]) as sandbox:
        listed = json.loads(send(sandbox.url).body)
        assert [p["name"] for p in listed["platforms"]] == ["toy", "other"]
        assert listed["platforms"][0]["provides"] == ["registry"]
        page = send(sandbox.url, headers=(("Accept", "text/html"),)).body.decode()
        assert "&lt;b&gt;ของเล่น" in page
        assert "<b>" not in page
        assert send(f"{sandbox.url}/toy/anything").status == 204


def test_it_listens_on_loopback_only_and_a_used_port_is_named() -> None:
    """The sandbox leaves the machine in no direction."""
    with running_sandbox([]) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        port = int(sandbox.url.rsplit(":", 1)[1])
        with (
            pytest.raises(ConfigError, match=rf"sandbox\.port_in_use.*{port}"),
            running_sandbox([], port=port),
        ):
            pass


def test_an_impossible_port_is_a_config_error() -> None:
    """Not an OverflowError from the socket module."""
    with pytest.raises(ConfigError), running_sandbox([], port=70_000):
        pass


def test_it_stops_by_itself() -> None:
    """After the block neither the port nor the thread is left, even if the block fails."""
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), running_sandbox([toy()]) as sandbox:
        _ = send(sandbox.url).status / 0
    port = int(sandbox.url.rsplit(":", 1)[1])
    assert threading.active_count() == before
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    with running_sandbox([], port=port) as again:
        assert again.url == sandbox.url


def test_faults_are_switched_on_over_http() -> None:
    """Another process's tests use the same faults; what is no rule is refused."""
    with running_sandbox([toy()]) as sandbox:
        url = f"{sandbox.url}/_sandbox/faults"
        good = json.dumps({"kind": "status_503", "platform": "toy", "times": 2}).encode()
        assert send(url, method="POST", body=good).status == 200
        assert [(f.kind, f.times) for f in sandbox.faults] == [(FaultKind.STATUS_503, 2)]
        for bad in (b"", b"[]", b"{}", b'{"kind": "meteor"}', b'{"kind": "html", "colour": "red"}'):
            assert send(url, method="POST", body=bad).status == 422
        assert len(sandbox.faults) == 1


def test_the_gateway_answers_as_documented() -> None:
    """A token for the test account, 403 for another key, 401 for another secret."""
    with running_sandbox([]) as sandbox:
        account = sandbox.world.account
        url = f"{sandbox.url}/gateway/ws/auth/validate?AgentID=x&ConsumerSecret="
        key = (("Consumer-Key", account.consumer_key),)
        assert send(url + account.consumer_secret, headers=key).status == 200
        assert send(url + "wrong", headers=key).status == 401
        assert send(url + account.consumer_secret).status == 403


def test_a_client_reaches_the_sandbox_with_the_settings_it_gives() -> None:
    """``settings_for`` gives each adapter the account, token or app it asks for."""
    with running_sandbox([]) as sandbox:
        adapter = toy(settings=GatewaySettings)
        config = Config(platforms={"toy": settings_for(adapter, sandbox)})
        settings = GatewaySettings.from_values(config.values_for(adapter), platform="toy")

        def call() -> Flow[int]:
            request = Request(
                method="GET", url=sandbox.url, operation="x", auth=gateway_auth(settings, platform="toy")
            )
            return (yield request).status

        with Client(config, adapters=[adapter]) as client:
            assert [client.run("toy", lambda _p, _x: call()) for _ in range(3)] == [200] * 3
        assert sandbox.world.sessions.validated_count == 1
        other = settings_for(toy(settings=TokenSettings), sandbox, extra={"timeout_s": 1})
        assert {"access_token", "app_id", "timeout_s"} <= other.keys()
        assert "consumer_key" not in other
