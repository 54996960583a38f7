"""One loopback server with every adapter's simulator under its name, and the gateway they share."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router
from starlette.types import ASGIApp

from ..errors import ConfigError, Fault
from ..interfaces import AnyAdapter
from .console import console_routes
from .faults import FaultInjector, FaultKind, FaultRule
from .html import Pages
from .inside import Inside
from .peers import Peers, peer_routes
from .phone import phone_routes
from .toolkit import World, thai_json
from .traffic import TrafficRecord, TrafficRecorder

__all__ = ["RunningSandbox", "build_app", "running_sandbox", "settings_for"]

LOOPBACK = "127.0.0.1"

PORT_IN_USE = Fault(
    "sandbox.port_in_use",
    en="port {port} on the loopback address is in use or may not be taken; choose another with --port",
    th="พอร์ต {port} ถูกใช้งานอยู่หรือไม่อนุญาตให้ใช้ ให้เลือกพอร์ตอื่นด้วย --port",
)
NOT_STARTED = Fault(
    "sandbox.not_started", en="the sandbox server did not start", th="เซิร์ฟเวอร์ sandbox ไม่เริ่มทำงาน"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningSandbox:
    """A sandbox that serves now. ``settings`` gives each platform's settings to reach it."""

    url: str
    world: World
    faults: list[FaultRule]
    traffic: TrafficRecord = field(default_factory=TrafficRecord)

    def settings(self) -> dict[str, object]:
        """The values every adapter's settings share in this sandbox."""
        return {"environment": "sandbox", "sandbox_url": self.url}

    def gateway_settings(self, *, agent_id: str = "govlink-demo") -> dict[str, object]:
        """The same with the test account of the simulated gateway."""
        account = self.world.account
        return {
            **self.settings(),
            "consumer_key": SecretStr(account.consumer_key),
            "consumer_secret": SecretStr(account.consumer_secret),
            "agent_id": agent_id,
        }


def _gateway(world: World) -> Starlette:
    async def validate(request: Request) -> Response:
        key = request.headers.get("Consumer-Key", "")
        if key != world.account.consumer_key:
            return thai_json({"Message": "ForbiddenException: consumer not found"}, status=403)
        token = world.sessions.validate(
            consumer_key=key,
            consumer_secret=request.query_params.get("ConsumerSecret", ""),
            agent_id=request.query_params.get("AgentID", ""),
        )
        if token is None:
            return thai_json({"Message": "UnauthorizedException: token not found"}, status=401)
        return thai_json({"Result": token})

    return Starlette(routes=[Route("/ws/auth/validate", validate)])


def _control_routes(world: World, faults: list[FaultRule]) -> list[Route]:
    async def add_fault(request: Request) -> Response:
        try:
            content = await request.json()
            faults.append(FaultRule(**{**content, "kind": FaultKind(content["kind"])}))
        except (ValueError, TypeError, KeyError):
            return thai_json({"Message": "not a fault rule"}, status=422)
        return thai_json({"faults": len(faults)})

    async def skew_clock(request: Request) -> Response:
        try:
            world.skew = timedelta(seconds=float((await request.json())["skew_s"]))
        except (ValueError, TypeError, KeyError, OverflowError):
            return thai_json({"Message": "skew_s must be a number of seconds"}, status=422)
        return thai_json({"now": world.now().isoformat()})

    return [
        Route("/_sandbox/faults", add_fault, methods=["POST"]),
        Route("/_sandbox/clock", skew_clock, methods=["POST"]),
    ]


def build_app(
    adapters: Iterable[AnyAdapter],
    *,
    world: World,
    faults: list[FaultRule],
    traffic: TrafficRecord | None = None,
    peers: Peers | None = None,
) -> ASGIApp:
    """The whole sandbox as one ASGI application.

    ``traffic`` is the record it writes to, ``peers`` are the agencies behind its gateway.
    """
    shown = [a for a in adapters if a.simulator is not None]
    record = TrafficRecord() if traffic is None else traffic
    mounts = [Mount(f"/{a.name}", a.simulator(world)) for a in shown if a.simulator]
    names = frozenset(a.name for a in shown)
    inside, pages = Inside(Router(routes=mounts)), Pages(installed=names)
    routes = [
        *console_routes(adapters=shown, world=world, record=record, inside=inside, pages=pages, peers=peers),
        *(phone_routes(world=world, inside=inside, pages=pages) if "citizen_portal" in names else ()),
        *_control_routes(world, faults),
        *(peer_routes(peers) if peers else ()),
        Mount("/gateway", _gateway(world)),
        *mounts,
    ]
    app = FaultInjector(Starlette(routes=routes), rules=faults)
    return TrafficRecorder(app, record=record, platforms=names | {"gateway"}, now=world.now)


def _bind(port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle off; without it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigError(PORT_IN_USE, port=port) from error
    return listener


@contextmanager
def running_sandbox(
    adapters: Iterable[AnyAdapter], *, port: int = 0, world: World | None = None
) -> Iterator[RunningSandbox]:
    """Serve on loopback in a thread of its own until the block ends. Port 0 takes a free one.

    Raises:
        ConfigError: the port is in use.
    """
    world, faults, traffic = world or World(), list[FaultRule](), TrafficRecord()
    listener, folder = _bind(port), TemporaryDirectory(prefix="govlink-sandbox-")
    peers = Peers(Path(folder.name), world=world)
    world.receiver_of = peers.receiver
    app = build_app(adapters, world=world, faults=faults, traffic=traffic, peers=peers)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
    )
    ready = threading.Event()

    async def serve() -> None:
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        ready.set()
        await task

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="govlink-sandbox", daemon=True)
    thread.start()
    try:
        if not ready.wait(timeout=20) or not server.started:
            raise ConfigError(NOT_STARTED)
        bound_port: int = listener.getsockname()[1]
        url = f"http://{LOOPBACK}:{bound_port}"
        yield RunningSandbox(url=url, world=world, faults=faults, traffic=traffic)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
        peers.close()
        folder.cleanup()


def settings_for(
    adapter: AnyAdapter, sandbox: RunningSandbox, *, extra: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Settings that connect this adapter to this sandbox: its test account where it takes one."""
    wants_account = "consumer_key" in adapter.settings.model_fields
    values = sandbox.gateway_settings() if wants_account else sandbox.settings()
    if "access_token" in adapter.settings.model_fields:
        values["access_token"] = SecretStr(sandbox.world.access_token(adapter.name))
    if "app_id" in adapter.settings.model_fields:
        values["app_id"] = sandbox.world.account.app_id
    return {**values, **adapter.sandbox_values, **(extra or {})}
