"""What a call costs over bare httpx on loopback, and what an import costs over pydantic's.

Run ``python -m tests.bench.calls``. Ratios are of medians of interleaved rounds, so that a machine
that slows down slows both. Nothing is asserted: times belong to the machine.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx

from govlink import AsyncClient, Client, Config
from govlink.flow import Flow, Request
from govlink.gateway import GatewaySettings, gateway_auth
from govlink.interfaces import CONTRACT, Adapter, AnyAdapter, Capabilities
from govlink.models.mark import Mark
from govlink.sandbox.server import RunningSandbox, running_sandbox, settings_for
from govlink.sandbox.toolkit import World
from govlink.wire import parse_json_object, raise_for_status

ROUNDS, CALLS, IN_FLIGHT = 15, 100, 200


async def _answer(
    scope: object, receive: object, send: Callable[[dict[str, object]], Awaitable[None]]
) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"Result": true}'})


ADAPTER: AnyAdapter = Adapter(
    name="bench",
    contract=CONTRACT,
    title_th="วัดเวลา",
    title_en="Bench",
    homepage="https://bench.example",
    mark=Mark.MODELLED,
    settings=GatewaySettings,
    connect=lambda _settings: Capabilities(),
    provides=frozenset(),
    simulator=lambda _world: _answer,
)


class Subject:
    """The call that both sides make: key and token in the headers, a JSON object back."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.url = f"{sandbox.url}/bench/record"
        self.validate_url = f"{sandbox.url}/gateway/ws/auth/validate"
        self.account = sandbox.world.account
        self.config = Config(platforms={"bench": settings_for(ADAPTER, sandbox)})
        self.settings = GatewaySettings.from_values(self.config.values_for(ADAPTER), platform="bench")

    def flow(self) -> Flow[dict[str, object]]:
        """As an adapter would write it."""
        auth = gateway_auth(self.settings, platform="bench")
        response = yield Request(
            method="GET", url=self.url, operation="record", query=(("id", "1"),), auth=auth
        )
        raise_for_status(response, platform="bench", operation="record")
        return parse_json_object(response, platform="bench", operation="record")

    def headers(self) -> dict[str, str]:
        """The token that a script would fetch once."""
        query = {"ConsumerSecret": self.account.consumer_secret, "AgentID": "govlink-demo"}
        key = {"Consumer-Key": self.account.consumer_key}
        token = httpx.get(self.validate_url, params=query, headers=key).json()["Result"]
        return {**key, "Token": token}


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    """Keep how long the block took, in seconds."""
    started = time.perf_counter()
    yield
    into.append(time.perf_counter() - started)


def one_by_one(subject: Subject) -> tuple[float, float]:
    """Seconds for one synchronous call: ours and bare."""
    ours: list[float] = []
    bare: list[float] = []
    headers = subject.headers()
    with Client(subject.config, adapters=[ADAPTER]) as client, httpx.Client() as http:
        for _ in range(ROUNDS):
            with timed(ours):
                for _ in range(CALLS):
                    client.run("bench", lambda _p, _x: subject.flow())
            with timed(bare):
                for _ in range(CALLS):
                    http.get(subject.url, params={"id": "1"}, headers=headers).raise_for_status().json()
    return statistics.median(ours) / CALLS, statistics.median(bare) / CALLS


async def at_once(subject: Subject) -> tuple[float, float]:
    """Seconds for a batch in flight together: ours and bare."""
    ours: list[float] = []
    bare: list[float] = []
    headers = await asyncio.to_thread(subject.headers)
    async with (
        AsyncClient(subject.config, adapters=[ADAPTER]) as client,
        httpx.AsyncClient(timeout=30) as http,
    ):

        async def call() -> None:
            response = await http.get(subject.url, params={"id": "1"}, headers=headers)
            response.raise_for_status().json()

        for _ in range(ROUNDS):
            with timed(ours):
                await asyncio.gather(
                    *(client.run("bench", lambda _p, _x: subject.flow()) for _ in range(IN_FLIGHT))
                )
            with timed(bare):
                await asyncio.gather(*(call() for _ in range(IN_FLIGHT)))
    return statistics.median(ours), statistics.median(bare)


def importing(name: str) -> float:
    """Seconds that the import takes in a fresh interpreter, its start not counted."""
    code = f"import time; s = time.perf_counter(); import {name}; print(time.perf_counter() - s)"
    times = []
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        times.append(float(done.stdout))
    return statistics.median(times)


def serve() -> None:
    """Serve until standard input ends."""
    with running_sandbox([ADAPTER]) as sandbox:
        print(sandbox.url, flush=True)
        sys.stdin.read()


@contextmanager
def served() -> Iterator[RunningSandbox]:
    """The sandbox in a process of its own: in ours it would fight both sides for the interpreter."""
    command = [sys.executable, "-m", "tests.bench.calls", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield RunningSandbox(url=process.stdout.readline().strip(), world=World(), faults=[])
        process.communicate()


def main() -> None:
    """Measure and print, a line each."""
    with served() as sandbox:
        subject = Subject(sandbox)
        rows = {
            "one call, sync": one_by_one(subject),
            f"{IN_FLIGHT} calls in flight, async": asyncio.run(at_once(subject)),
        }
        shown = httpx.get(sandbox.url, headers={"Accept": "application/json"}).json()
        validated = shown["tokens_validated"] - 2  # the bare sides fetched one each
    rows["import govlink / pydantic"] = (importing("govlink"), importing("pydantic"))
    rows["import govlink.client / pydantic"] = (importing("govlink.client"), importing("pydantic"))
    for what, (ours, theirs) in rows.items():
        print(f"{what:36} {ours * 1e3:9.2f} ms   {theirs * 1e3:9.2f} ms   ratio {ours / theirs:5.2f}")
    print(json.dumps({"validate_calls_by_two_clients": validated}))


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
